"""Seeded faults in one evaluator: each is caught by the small worlds or by an anchored case.

A fault that both evaluators share cannot show as a difference; for those an anchor says what must
come out.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from properties import small_scope as small
from stdrules.base.time.dues import Due
from stdrules.base.time.kinds import Days, Exact
from stdrules.engine.case import CaseEvaluator, contents, counting, facts, scores, settling, steps
from stdrules.engine.reference import acts as ref_acts
from stdrules.engine.reference import counting as ref_counting
from stdrules.engine.reference import scores as ref_scores
from stdrules.engine.reference import settle as ref_settle
from stdrules.engine.reference import steps as ref_steps
from stdrules.model.facts import FactLog, Suspension, Waiver, Withdrawal
from stdrules.plan import results as r
from stdrules.plan import steps as s
from stdrules.plan.content import Single

# The package gives the function of this name.
ref_evaluate: Any = importlib.import_module("stdrules.engine.reference.evaluate")
CARD = small.card()
NEVER = replace(CARD.groups[0], indicators=tuple(
    replace(one, not_applicable="never") for one in CARD.groups[0].indicators))  # fmt: skip
PLAIN_CARD = small.card(groups=(NEVER,))


def world(*acts: Any, close: int | None = None) -> FactLog:
    """Return a log with the trigger and some acts."""
    day = date(2024, 3, 3)
    made = [small.fact("trig", "t", small.T, key="a", ok=True, n=Decimal(1), day=day, until=day)]
    made += [
        small.fact("act", f"a{n}", when, key="a", ok=True, n=Decimal(1))
        for n, when in enumerate(acts)
    ]
    if close is not None:
        made.append(small.fact("end", "e", close))
    return FactLog(made)


LATE = small.AS_OF[3]
DUE = small.T + 48 * small.HOUR


def anchored() -> Iterator[tuple[s.Step, s.Arise, dict[str, Any], FactLog, int, str]]:
    """Yield a step, how it arises, fields of the norm, a log, an as-of and the state."""
    within = s.Await(Single(small.PLAIN), s.Within(Exact(48 * small.HOUR)))
    days = s.Await(Single(small.PLAIN), s.Within(Days(2)))
    once = s.Await(Single(small.PLAIN), None)
    fact, case = small.PER_FACT, small.PER_CASE
    yield within, fact, {}, world(DUE), LATE, r.FULFILLED
    yield within, fact, {}, world(DUE + 1), LATE, r.FULFILLED_LATE
    yield within, fact, {}, world(), DUE, r.PENDING
    yield within, fact, {}, world(), DUE + 1, r.OVERDUE
    yield within, fact, {"lead": Exact(small.HOUR)}, world(), DUE - small.HOUR, r.DUE_SOON
    yield within, fact, {}, world(small.T - 1), LATE, r.OVERDUE
    yield days, fact, {}, world(small.LIMITS[2] - 1), LATE, r.FULFILLED
    yield days, fact, {}, world(small.LIMITS[2]), LATE, r.FULFILLED_LATE
    yield once, case, {}, world(close=DUE), DUE, r.BREACHED
    yield once, case, {}, world(DUE + 1, close=DUE), LATE, r.BREACHED
    waived = world()
    waived.waivers.append(Waiver("w", None, None, "x", "y", None, None))
    yield within, fact, {}, waived, LATE, r.WAIVED
    past = world()
    past.waivers.append(Waiver("w", None, None, "x", "y", None, 700_000))
    yield within, fact, {}, past, LATE, r.OVERDUE
    stopped = world(DUE + small.HOUR)
    stopped.suspensions.append(Suspension("s", None, None, "z", DUE - 2 * small.HOUR, DUE))
    yield within, fact, {}, stopped, LATE, r.FULFILLED
    halted = world()
    halted.suspensions.append(Suspension("s", None, None, "z", DUE, None))
    yield within, fact, {}, halted, LATE, r.SUSPENDED
    gone = world()
    gone.withdrawals.append(Withdrawal("t"))
    yield within, fact, {}, gone, LATE, r.CANCELLED
    known = world()
    known.facts[0].recorded = DUE + 1
    yield within, fact, {}, known, LATE, r.INFEASIBLE
    before = s.Await(Single(small.PLAIN), s.ByDay(date(2024, 3, 3).toordinal(), inclusive=False))
    yield before, fact, {}, world(DUE), LATE, r.FULFILLED_LATE
    yield s.Hold(small.ACT, "day", "until", Days(2)), fact, {}, world(), LATE, r.BREACHED
    yield s.Forbid(small.ACT), case, {}, world(DUE), LATE, r.BREACHED
    yield s.Count(small.ACT, small.feel("2"), None), case, {}, world(DUE), LATE, r.PENDING


def states(evaluate: Callable[..., r.Evaluation]) -> list[tuple[str, str]]:
    """Return what came out of the anchored cases, with what should."""
    found = []
    for n, (step, arise, fields, log, as_of, expected) in enumerate(anchored()):
        plan = small.plan(f"anchor {n}", [small.norm("a", step, arise, **fields)])
        row = evaluate(plan, log, as_of).findings[0]
        found.append((row.state, expected))
    return found


def fast(plan: Any, log: FactLog, as_of: int) -> r.Evaluation:
    """Evaluate with judges made now, so that a fault put in before is inside."""
    return CaseEvaluator(plan).evaluate(log, as_of)


def caught(kind: str) -> bool:
    """Tell whether the small worlds of a kind, or an anchor, show a fault."""
    if any(got != want for got, want in states(ref_evaluate.evaluate) + states(fast)):
        return True
    if kind == "score":
        plan, logs = small.plan(kind, [], (PLAIN_CARD,)), small.scored_worlds()
    else:
        plan, logs = small.plan(kind, small.NORMS[kind]()), small.worlds()
    evaluator = CaseEvaluator(plan)
    for log, as_of in itertools.islice(logs, 0, None, 3):
        a, b = ref_evaluate.evaluate(plan, log, as_of), evaluator.evaluate(log, as_of)
        if [x.as_tuple() for x in a.findings] != [x.as_tuple() for x in b.findings]:
            return True
        if [x.as_tuple() for x in a.scores] != [x.as_tuple() for x in b.scores]:
            return True
    return False


def open_ended(act: Any, due: Due, zone: Any) -> Any:
    """`in_time` with an open due."""
    return act.last < (zone.start_of(due.first + 1) if due.day else due.first)


def at_or_after(due: Due, as_of: int, zone: Any) -> Any:
    """`passed` with a due that counts as passed when it comes."""
    return as_of >= (zone.start_of(due.last + 1) if due.day else due.last)


def no_roll(*args: Any) -> Any:
    return REAL_DUE(*args[:4])


def unclosed(rule: Any, view: Any) -> Any:
    start, items, _ = REAL_SCOPE(rule, view)
    return start, items, ref_settle.Closing(None)


def whole_periods(step: Any, *rest: Any) -> Any:
    return REAL_PERIODS(replace(step, part_periods="require"), *rest)


def inclusive(rule: Any, inst: Any, view: Any) -> Any:
    return REAL_DAY(replace(rule, inclusive=True), inst, view)


def earliest(mets: Any) -> Any:
    if any(met[0] is None for met in mets):
        return REAL_LATEST(mets)
    first = min(mets, key=lambda met: met[0].last)
    return first[0], REAL_LATEST(mets)[1], first[2]


REAL_DUE, REAL_SCOPE = ref_settle.due_after, ref_steps.scope_of
REAL_PERIODS, REAL_DAY = ref_counting._periods, ref_settle._by_day
REAL_LATEST, REAL_WALK = contents._latest, counting.walk


def above(card: Any, states: Any, low: Any, high: Any) -> str:
    if "false" in states or high <= card.threshold:
        return "fail"
    return "pass" if "unknown" not in states and low > card.threshold else "undetermined"


def no_veto(card: Any, states: Any, low: Any, high: Any) -> str:
    return REAL_DECIDED(card, set(), low, high)


REAL_DECIDED = scores._decided

#: Name, kinds of norm, and what is put in the place of what.
MUTANTS: list[tuple[str, str, list[tuple[Any, str, Any]]]] = [
    ("due is open", "deadline", [(ref_settle, "in_time", open_ended)]),
    ("due is passed when it comes", "deadline", [(ref_settle, "passed", at_or_after)]),
    ("roll ignored", "deadline", [(ref_settle, "due_after", no_roll)]),
    ("last day included", "deadline", [(ref_settle, "_by_day", inclusive)]),
    ("early act counted", "deadline", [
        (contents, "since", lambda facts, entries, lower, ties="allow": entries)]),
    ("earliest of all parts", "deadline", [(contents, "_latest", earliest)]),
    ("key ignored", "deadline", [
        (facts, "_equal", lambda own, name, field, value: own.rows.get(name, ()))]),
    ("first day not asked", "deadline", [(steps, "_floor", lambda *args: None)]),
    ("waiver ignored", "deadline", [(ref_evaluate, "_waived", lambda *args: "")]),
    ("suspension ignored", "deadline", [(ref_evaluate, "_suspended", lambda *args: "")]),
    ("tolling ignored", "deadline", [
        (ref_steps, "toll", lambda due, rule, inst, stops, view: due)]),
    ("infeasible ignored", "deadline", [
        (ref_evaluate, "_infeasible", lambda possible, items, inst, out, view: (possible, items))]),
    ("lead ignored", "deadline", [(settling, "soon", lambda *args: False)]),
    ("nothing expires", "deadline", [(steps, "expired", lambda state, ends, own: (state, None))]),
    ("closing ignored", "order", [(ref_steps, "scope_of", unclosed)]),
    ("ties ignored", "order", [(steps, "_broken", lambda acts, ties: REAL_BROKEN(acts, "allow"))]),
    ("no dedupe", "count", [
        (counting, "walk", lambda entries, need, distinct, adds: REAL_WALK(
            entries, need, (), adds))]),
    ("one act fewer", "count", [
        (counting, "_reached", lambda entries, need: entries[0] if entries else None)]),
    ("deciding act reversed", "deadline", [
        (ref_acts, "deciding", lambda act: (-act.when.last, -act.when.first, act.id))]),
    ("part periods kept", "recurrence", [(ref_counting, "_periods", whole_periods)]),
    ("look-back a day longer", "prohibition", [
        (steps, "back", lambda day, length: ref_steps.back(day, length) - 1)]),
    ("first gap forgiven", "maintenance", [(ref_steps, "_first_gap", lambda *args: None)]),
    ("threshold exclusive", "score", [(scores, "_decided", above)]),
    ("veto ignored", "score", [(scores, "_decided", no_veto)]),
    ("evidence ignored", "score", [(scores, "_proven", lambda pieces, needs: ("", []))]),
    ("grade and points may differ", "score", [(ref_scores, "_given", lambda rating, one, row: (
        dict(one.grades).get(row.fields["grade"], Decimal(0)), row.fields["grade"]))]),
]  # fmt: skip
REAL_BROKEN = steps._broken


@pytest.mark.parametrize(("name", "kind", "faults"), MUTANTS, ids=[one[0] for one in MUTANTS])
def test_mutant_is_caught(
    name: str, kind: str, faults: list[tuple[Any, str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, attribute, fault in faults:
        assert getattr(module, attribute) is not fault
        monkeypatch.setattr(module, attribute, fault)
    assert caught(kind), f"{name} was not noticed"


def test_anchors_hold_without_a_fault() -> None:
    for got, want in states(ref_evaluate.evaluate) + states(fast):
        assert got == want


def test_enough_mutants() -> None:
    assert len(MUTANTS) >= 14
