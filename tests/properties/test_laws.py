"""The laws of docs/semantics.md, section 8, on every evaluator.

``STDRULES_EXAMPLES`` says how many examples each law gets on each evaluator.
"""

import functools
import inspect
import itertools
import os

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from conformance.corpus import EVALUATORS, _plan, reader
from stdrules.base.time.moments import parse_moment
from stdrules.base.time.zones import DAY, HOUR, SECOND, zone
from stdrules.model.facts import Waiver
from stdrules.plan import results as r
from stdrules.testing.generators import NOT_CARRIED, Shape, hidden, instants, moment_texts, records

LAW = settings(
    max_examples=int(os.environ.get("STDRULES_EXAMPLES", "300")),
    derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


def on_each(law):
    """Hold every evaluator to a law in each example; making examples costs most of the time."""

    @functools.wraps(law)
    def held(*args, **kwargs):
        for name, run in EVALUATORS.items():
            note(f"evaluator: {name}")
            law(run, *args, **kwargs)

    signature = inspect.signature(law)
    rest = [one for one in signature.parameters.values() if one.name != "run"]
    held.__signature__ = signature.replace(parameters=rest)
    return held


SHANGHAI = zone("Asia/Shanghai")
BASE = parse_moment("2023-03-01T09:00", SHANGHAI).first
OPENED = {"type": "opened", "id": "o", "at": "2023-02-10T09:00"}
MIDNIGHT = 15 * HOUR
#: Limits of the norms of laws.yaml, counted from the base: triggers at the base and its day are
#: due after 48 hours, at the end of the second working day and of the seventh day; months end.
LIMITS = [0, 48 * HOUR, MIDNIGHT, MIDNIGHT + 2 * DAY, MIDNIGHT + 7 * DAY, 31 * DAY - 9 * HOUR]
AS_OF = instants(BASE, [0, 48 * HOUR, MIDNIGHT + 2 * DAY, MIDNIGHT + 7 * DAY, 31 * DAY, 60 * DAY])
TIMES = moment_texts(BASE, LIMITS, SHANGHAI)
INSTANTS = moment_texts(BASE, LIMITS, SHANGHAI, days=False)
YES_NO = [True, False]
SHAPES = [
    Shape("asked", {"ask_no": ["A", "B"], "urgent": YES_NO}, weight=3),
    Shape("answered", {"ask_no": ["A", "B"], "approved": YES_NO}, weight=3),
    Shape("held", {"kind": ["board", "staff", "secret"], "theme": ["x", "y"]}, weight=4),
    Shape("report", {"author": ["W", None], "pages": [9, 10]}),
    Shape("posted", {"to_on": ["2023-03-07", "2023-03-08T24:00", "2023-04-30", None]}),
    Shape("visit_planned"),
    Shape("closed"),
]
OPEN = Shape("heard", {"theme": ["x", "y"]})
VAGUE = [
    Shape(s.type, {name: [*values, NOT_CARRIED] for name, values in s.fields.items()}, (), s.weight)
    for s in (*SHAPES, OPEN)
]
HIDEABLE = ["ask_no", "urgent", "approved", "kind", "theme", "author", "pages", "to_on", "big"]
SITES = [{"type": "site", "id": "s", "big": big} for big in YES_NO]
DETERMINED_FOR_EVER = {r.FULFILLED, r.FULFILLED_LATE, r.BREACHED}


def plan(*parts, **parameters):
    return _plan("base", parts, (), tuple(sorted(parameters.items())))


def read(facts, *parts):
    return reader("base", parts or ("laws",)).read(facts, default_case="C1")


def states(result):
    return {(row.norm.id, row.norm.sub, row.case, row.key): row.state for row in result.findings}


def shown(result):
    return (
        [row.as_tuple() for row in result.findings],
        [row.as_tuple() for row in result.scores],
    )


@st.composite
def worlds(draw, shapes=SHAPES, times=TIMES, max_size=8):
    sites = [*SITES, {"type": "site", "id": "s"}] if shapes is VAGUE else SITES
    site = draw(st.sampled_from(sites))
    return [OPENED, site, *draw(records(shapes, times, max_size, min_size=1))]


@LAW
@given(facts=worlds(VAGUE), as_of=AS_OF, random=st.randoms(use_true_random=False))
@on_each
def test_law_1_the_order_of_the_log_is_irrelevant(run, facts, as_of, random):
    mixed = list(facts)
    random.shuffle(mixed)
    law = plan("laws")
    assert shown(run(law, read(facts), as_of)) == shown(run(law, read(mixed), as_of))


@LAW
@given(facts=worlds(VAGUE), as_of=AS_OF, data=st.data())
@on_each
def test_law_2_duplicates_are_irrelevant(run, facts, as_of, data):
    again = data.draw(st.lists(st.sampled_from(facts), max_size=4))
    law = plan("laws")
    assert shown(run(law, read(facts), as_of)) == shown(run(law, read([*facts, *again]), as_of))


@LAW
@given(facts=worlds(VAGUE, max_size=8), as_of=AS_OF)
def test_law_3_all_evaluators_give_the_same(facts, as_of):
    law, log = plan("laws"), read(facts)
    first, *others = [shown(run(law, log, as_of)) for run in EVALUATORS.values()]
    assert all(other == first for other in others)


@LAW
@given(facts=worlds(), heard=records([OPEN], TIMES, 2), as_of=AS_OF, data=st.data())
@on_each
def test_law_4_supplying_a_missing_item_keeps_what_was_determined(run, facts, heard, as_of, data):
    law = plan("laws")
    partial = data.draw(hidden(facts, HIDEABLE))
    full = [*facts, *({**row, "id": f"x{row['id']}"} for row in heard)]
    before, after = (states(run(law, read(rows), as_of)) for rows in (partial, full))
    changed = {
        key: (state, after.get(key))
        for key, state in before.items()
        if state != r.UNDETERMINED and after.get(key) != state
    }
    assert changed == {}


@LAW
@given(facts=worlds(times=INSTANTS), first=AS_OF, later=st.integers(0, 60 * 86400))
@on_each
def test_law_5_what_is_settled_stays_settled(run, facts, first, later):
    # Instants only: a bare date is seen from its 00:00 on, and what is done "on that day" may
    # still be settled by a later act of the same day.
    law, log = plan("laws"), read(facts)
    before, after = (states(run(law, log, at)) for at in (first, first + later * SECOND))
    lost = {
        key: (state, after.get(key))
        for key, state in before.items()
        if state in DETERMINED_FOR_EVER and after.get(key) != state
    }
    assert lost == {}


@LAW
@given(facts=worlds(VAGUE), as_of=AS_OF)
@on_each
def test_law_6_exactly_one_state(run, facts, as_of):
    law = plan("laws")
    found = run(law, read(facts), as_of).findings
    keys = [(row.norm.id, row.norm.sub, row.case, row.key) for row in found]
    assert len(set(keys)) == len(keys)
    assert {row.state for row in found} <= set(r.STATES)
    assert {row.norm.id for row in found} == {norm.id for norm in law.norms}


@LAW
@given(
    facts=records([SHAPES[0], SHAPES[1]], INSTANTS),
    as_of=AS_OF,
    shift=st.integers(-(10**15), 10**15),
)
@on_each
def test_law_7_exact_durations_are_shift_invariant(run, facts, as_of, shift):
    law = plan("laws")
    moved = [
        {**row, "at": SHANGHAI.isoformat(parse_moment(row["at"], SHANGHAI).first + shift)}
        for row in facts
    ]
    here, there = (
        [
            (row.key, row.state, row.due and row.due.first - at, row.met and row.met.first - at)
            for row in run(law, read(rows), at).findings
            if row.norm.id == "l-48h"
        ]
        for rows, at in ((facts, as_of), (moved, as_of + shift))
    )
    assert here == there


@LAW
@given(facts=worlds(VAGUE), as_of=AS_OF, days=st.integers(0, 8), more=st.integers(1, 3))
@on_each
def test_law_8_a_longer_deadline_never_creates_a_violation(run, facts, as_of, days, more):
    log = read(facts, "readings")
    short, long = (
        {row.key for row in run(plan("readings", reply_within=f"P{n}D"), log, as_of).findings
         if row.norm.id == "g-reply" and row.violation}
        for n in (days, days + more)
    )  # fmt: skip
    assert long <= short


@LAW
@given(facts=worlds(VAGUE), as_of=AS_OF, n=st.integers(0, 3), more=st.integers(1, 2))
@on_each
def test_law_8_a_higher_number_never_removes_a_violation(run, facts, as_of, n, more):
    log = read(facts, "readings")
    low, high = (
        {row.key for row in run(plan("readings", visits=str(k)), log, as_of).findings
         if row.norm.id == "g-visits" and row.violation}
        for k in (n, n + more)
    )  # fmt: skip
    assert low <= high


GRADES = [("excellent", None), ("good", None), ("fair", None), ("poor", None), (None, 4)]


@st.composite
def applications(draw):
    """A complete application, and the same with some of it missing."""
    rows = [("1", draw(st.sampled_from(GRADES)))]
    rows += [
        (i, (None, draw(st.sampled_from([0, full])))) for i, full in (("2", 6), ("3", 4), ("5", 4))
    ]
    rated = [
        {
            "type": "rated",
            "id": f"k{i}",
            "at": "2023-03-02",
            "row": i,
            "grade": grade,
            "points": points,
        }
        for i, (grade, points) in rows
    ]
    site = {"type": "site", "id": "s", "region": draw(st.sampled_from(["north", "south"])),
            "size": draw(st.sampled_from(["49.9", "50", "50.1"]))}  # fmt: skip
    paper = {"type": "paper", "id": "e", "at": "2023-03-01", "row": "5", "sort": "charter",
             "genuine": draw(st.booleans())}  # fmt: skip
    held = draw(records([SHAPES[2]], TIMES, 5))
    sure = {"type": "declared", "id": "d", "at": "2023-03-01", "honest": draw(st.booleans())}
    full = [OPENED, site, paper, sure, *rated, *held]
    partial = draw(hidden(full, ["region", "size", "genuine", "kind", "honest"]))
    unrated = draw(st.sets(st.sampled_from([row["id"] for row in rated])))
    return full, [row for row in partial if row["id"] not in unrated]


@LAW
@given(both=applications())
@on_each
def test_law_9_the_true_score_lies_in_the_interval(run, both):
    law, as_of = plan("scorecard"), BASE + 60 * DAY
    true, vague = (run(law, read(rows, "scorecard"), as_of).scores[0] for rows in both)
    assert true.lo == true.hi
    assert vague.lo <= true.lo <= vague.hi
    assert vague.outcome in ("undetermined", true.outcome)


@LAW
@given(both=applications(), data=st.data())
@on_each
def test_law_9_the_interval_only_shrinks(run, both, data):
    law, as_of = plan("scorecard"), BASE + 60 * DAY
    full, partial = both
    known = {row["id"] for row in partial}
    some = data.draw(st.sets(st.sampled_from([row["id"] for row in full])))
    better = [row for row in full if row["id"] in some]
    better += [row for row in partial if row["id"] in known - some]
    less, more = (run(law, read(rows, "scorecard"), as_of).scores[0] for rows in (partial, better))
    assert less.lo <= more.lo <= more.hi <= less.hi


@LAW
@given(facts=worlds(VAGUE), as_of=AS_OF, data=st.data())
@on_each
def test_law_10_a_waiver_removes_a_violation_and_is_listed(run, facts, as_of, data):
    law, log = plan("laws"), read(facts)
    before = run(law, log, as_of).findings
    # l-48h stays as it is: another norm hangs on its outcome.
    norm = data.draw(st.sampled_from([n.id for n in law.norms if n.id != "l-48h"]))
    log.waivers.append(Waiver("w", norm, "C1", "W", "x", None, None))
    after = {row.key: row for row in run(law, log, as_of).findings}
    for row in before:
        if row.norm.id != norm:
            assert after[row.key].as_tuple() == row.as_tuple()
        elif row.state in r.VIOLATED:
            assert (after[row.key].state, after[row.key].control) == (r.WAIVED, "w")


DOMAINS = {
    "ask_no": ["A", "B", "C"], "urgent": YES_NO, "approved": YES_NO, "author": ["W", None],
    "kind": ["board", "staff", "secret"], "theme": ["x", "y", "z"], "pages": [9, 10],
    "to_on": [None, "2023-03-01", "2023-03-06", "2023-03-31"], "big": YES_NO,
}  # fmt: skip


@LAW
@given(facts=worlds(VAGUE, max_size=4), as_of=AS_OF)
@on_each
def test_law_11_every_unknown_names_an_item_that_can_change_it(run, facts, as_of):
    law = plan("laws")
    for row in run(law, read(facts), as_of).findings:
        if row.state != r.UNDETERMINED:
            assert row.missing == () and row.possible == ()
            continue
        assert len(row.possible) == 2 and row.possible[0] < row.possible[1]
        assert row.missing
        places = [item.removeprefix("field ").split(".") for item in row.missing]
        if len(places) > 2 or not all(item.startswith("field ") for item in row.missing):
            continue
        assert len(_completions(run, law, facts, as_of, row, places)) > 1, (row.key, row.missing)


def _completions(run, law, facts, as_of, row, places):
    """Return the states of a row (None: it is gone) over all values of the missing fields."""
    found = set()
    for values in itertools.product(*(DOMAINS[name] for _, name in places)):
        filled = [dict(fact) for fact in facts]
        for (owner, name), value in zip(places, values, strict=True):
            next(fact for fact in filled if fact["id"] == owner)[name] = value
        found.add(_states_of(run(law, read(filled), as_of), row))
    return found


def _states_of(result, row):
    key = (row.norm.id, row.norm.sub, row.case, row.key)
    return states(result).get(key)


@LAW
@given(
    facts=worlds(VAGUE), appended=records(VAGUE, TIMES, 4), as_of=AS_OF, known=AS_OF,
    delay=st.integers(1, 10**12), data=st.data(),
)  # fmt: skip
@on_each
def test_law_12_an_old_answer_is_reproduced_after_any_append(
    run, facts, appended, as_of, known, delay, data
):
    law = plan("laws")
    later = SHANGHAI.isoformat(known + delay)
    rows = [{**row, "recorded_at": later, "id": f"n{row['id']}"} for row in appended]
    for row in rows:
        same = [old["id"] for old in facts if old["type"] == row["type"]]
        if same and data.draw(st.booleans()):
            row["supersedes"] = data.draw(st.sampled_from(same))
    gone = data.draw(st.sampled_from([row["id"] for row in facts]))
    extra = [
        {"withdraws": gone, "recorded_at": later},
        {"waiver": "w", "norm": "l-gap", "by": "W", "reason": "x", "recorded_at": later},
        {"suspension": "s", "reason": "x", "from": "2023-03-01", "recorded_at": later,
         "tolling": True},
        {"complete": "heard", "until": "2023-06-30", "recorded_at": later},
    ]  # fmt: skip
    some = data.draw(st.lists(st.sampled_from(extra), unique_by=str))
    old = shown(run(law, read(facts), as_of, known))
    assert shown(run(law, read([*facts, *rows, *some]), as_of, known)) == old
