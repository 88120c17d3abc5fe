"""The workloads in engines that match rules against facts: CLIPS (clipspy), durable_rules.

CLIPS has all of it as rules. durable_rules has neither `exists` nor sums: its rules find the acts
that fulfil, and the program beside it says what became of the rest; scorecards are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from workloads.applicants import CLOSED, FAIL, PASS, UNDETERMINED, Card
from workloads.projects import AS_OF, DAY, HOUR, NORMS
from workloads.rows import SHORT

TYPES = (*SHORT.values(), "months", "fortnights")
Cases = list[dict[str, Any]]
ClipsFacts = list[tuple[str, dict[str, Any]]]
IGNORED = ("other", "implementation_training")


def within(trigger: str, acts: str, test: str, since: str, due: str, closed: bool = False,
           lead: int = 0) -> tuple[Any, ...]:  # fmt: skip
    return trigger, acts, test, since, due, closed, lead


#: Norm -> trigger, acts, slots of the acts, from when they count, due, whether the due itself is
#: in time, how long before it is due soon; ?t, ?d, ?e, ?r: at, day, ended and ref of the trigger.
WITHIN = {
    "4.1-plan-48h": within("task", "documents", "(kind schedule)", "?t",
                           f"(+ ?t {48 * HOUR})", True, 12 * HOUR),
    "4.4-report-24h": within("held", "reports", "(kind company_leader) (ref ?r)", "?e",
                             f"(+ ?e {24 * HOUR})", True),
    "5.3-launch-meeting-60d": within("task", "meetings", "(kind launch|mobilisation)", "?t",
                                     f"(+ ?d {61 * DAY})", lead=10 * DAY),
    "5.4-measures-15d": within("task", "documents", "(kind management_measures)", "?t",
                               f"(+ ?d {16 * DAY})"),
    "6.a-detail-list-7d": within("docked", "documents", "(kind detail_list)", "0",
                                 f"(+ ?d {8 * DAY})"),
    "6.e-revise-7d": within("returned", "resolved", "(ref ?r)", "?t", f"(+ ?d {8 * DAY})"),
}  # fmt: skip


class Clips:
    """An environment of CLIPS; facts of one case at a time.

    Facts are asserted one by one with their values: texts of facts took eight times as long.
    """

    def __init__(self) -> None:
        import clips

        self.env = clips.Environment()
        self.env.define_function(self.told, "told")
        self.found: list[tuple[Any, ...]] = []
        self.ways: dict[str, Any] = {}

    def told(self, *values: Any) -> None:
        self.found.append(values)

    def judge(self, facts: ClipsFacts) -> list[tuple[Any, ...]]:
        """Assert facts, fire all rules; return what was told."""
        self.found = []
        self.env.reset()
        for name, slots in facts:
            way = self.ways.get(name)
            if way is None:
                way = self.ways[name] = self.env.find_template(name).assert_fact
            way(**slots)
        self.env.run()
        return self.found


def _rules_within(norm: str, spec: tuple[Any, ...]) -> list[str]:
    trigger, acts, test, since, due, closed, lead = spec
    head = f"(event (type {trigger}) (n ?n) (at ?t) (day ?d) (ended ?e) (ref ?r))"
    ever = f"(event (type {acts}) {test} (at ?a&:(>= ?a {since})))"
    timely = (f"(event (type {acts}) {test} "
              f"(at ?a&:(and (>= ?a {since}) ({'<=' if closed else '<'} ?a {due}))))")  # fmt: skip
    gone = f"({'<' if closed else '<='} {due} {AS_OF})"
    waiting = f"(if (<= (- {due} {lead}) {AS_OF}) then due_soon else pending)"
    left = f"(if {gone} then overdue else {waiting if lead else 'pending'})"
    return [
        f"(defrule {norm}-1 {head} (exists {timely}) => (told {norm} ?n fulfilled))",
        f"(defrule {norm}-2 {head} (exists {ever}) (not {timely}) => "
        f"(told {norm} ?n fulfilled_late))",
        f"(defrule {norm}-3 {head} (not {ever}) => (told {norm} ?n {left}))",
    ]


def _rules_visits() -> list[str]:
    norm = "4.3-issue-list-2d"
    head = "(event (type visits) (n ?n) (at ?t) (day ?d) (ref ?r) (known ?k{}))"
    early, late = f"&:(< ?k (- ?d {DAY}))", f"&:(>= ?k (- ?d {DAY}))"
    lists = "(event (type documents) (kind issue_list) (ref ?r) (at ?a&:{}))"
    timely, ever = lists.format(f"(< ?a (- ?d {DAY}))"), lists.format("(<= ?a ?t)")
    left = (f"(if (<= ?t {AS_OF}) then breached else (if (<= (- ?d {DAY}) {AS_OF}) then overdue "
            f"else (if (<= (- ?d {2 * DAY}) {AS_OF}) then due_soon else pending)))")  # fmt: skip
    begin = head.format(early)
    return [
        f"(defrule {norm}-0 {head.format(late)} => (told {norm} ?n infeasible))",
        f"(defrule {norm}-1 {begin} (exists {timely}) => (told {norm} ?n fulfilled))",
        f"(defrule {norm}-2 {begin} (exists {ever}) (not {timely}) => "
        f"(told {norm} ?n fulfilled_late))",
        f"(defrule {norm}-3 {begin} (not {ever}) => (told {norm} ?n {left}))",
    ]


def _rules_periods() -> list[str]:
    found = []
    for norm, periods, acts in (("4.5-monthly-guidance", "months", "held"),
                                ("4.5-fortnight-inquiry", "fortnights", "inquiries")):  # fmt: skip
        head = f"(event (type {periods}) (n ?n) (at ?t) (ended ?e))"
        act = f"(event (type {acts}) (at ?a&:(and (>= ?a ?t) (< ?a ?e))))"
        left = f"(if (<= ?e {AS_OF}) then breached else pending)"
        found += [f"(defrule {norm}-1 {head} (exists {act}) => (told {norm} ?n fulfilled))",
                  f"(defrule {norm}-2 {head} (not {act}) => (told {norm} ?n {left}))"]  # fmt: skip
    count = ("(length$ (find-all-facts ((?f event)) (and (eq ?f:type meetings) "
             "(eq ?f:kind leading_group) (>= ?f:at ?t))))")  # fmt: skip
    found.append(f"(defrule leaders (event (type task) (n ?n) (at ?t)) => (told "
                 f"5.3-leader-meetings-8 ?n (if (>= {count} 8) then fulfilled else pending)))")
    return found


def symbols(name: str, **slots: Any) -> tuple[str, dict[str, Any]]:
    """Return a fact; truths and texts become symbols."""
    import clips

    found = {}
    for key, value in slots.items():
        if isinstance(value, bool):
            value = "yes" if value else "no"
        found[key] = clips.Symbol(value) if isinstance(value, str) else value
    return name, found


def clips_facts_w2(case: dict[str, Any]) -> ClipsFacts:
    """Return a project as facts, made before anything is timed."""
    return [
        symbols("event", type=kind, n=n, at=row.get("at", row.get("begin")),
                day=row.get("day", 0), ended=row.get("ended", row.get("end", 0)),
                ref=row.get("ref", -1), kind=row.get("kind", "none"), known=row.get("known", 0))
        for kind in TYPES for n, row in enumerate(case[kind])
    ]  # fmt: skip


def clips_w2() -> Callable[[list[ClipsFacts]], dict[str, list[str]]]:
    """Return what judges projects given as facts."""
    clips = Clips()
    # Names of rules may not begin with a figure, as ids of norms do.
    clips.env.build("(deftemplate event (slot type) (slot n) (slot at) (slot day) (slot ended) "
                    "(slot ref) (slot kind) (slot known))")  # fmt: skip
    rules = [rule for norm, spec in WITHIN.items() for rule in _rules_within(norm, spec)]
    for rule in (*rules, *_rules_visits(), *_rules_periods()):
        clips.env.build(rule.replace("(defrule ", "(defrule r", 1))

    def run(cases: list[ClipsFacts]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {norm: [] for norm in NORMS}
        for case in cases:
            for norm, _, state in sorted(clips.judge(case)):
                found[norm].append(str(state))
        return found

    return run


def clips_facts_w1(case: dict[str, Any]) -> ClipsFacts:
    """Return an application as facts."""
    own = {name: case[name] for name in ("elderly", "submitted", "since")}
    facts = [symbols("unit", batch=int(case["batch"]), **own)]
    facts += [symbols("tick", no=int(one["no"]), satisfied=one["satisfied"])
              for one in case["ticks"]]  # fmt: skip
    facts += [symbols("record", **one) for one in case["violations"]]
    for number, one in enumerate(case["ratings"]):
        if one["grade"] or one["points"] >= 0:
            facts.append(symbols("rating", row=number, grade=one["grade"] or "none",
                                 points=one["points"]))  # fmt: skip
    for number, pieces in enumerate(case["evidence"]):
        facts += [symbols("piece", row=number, **one) for one in pieces]
    return facts


SCORING = """
(deftemplate unit (slot batch) (slot elderly) (slot submitted) (slot since))
(deftemplate tick (slot no) (slot satisfied))
(deftemplate record (slot severity) (slot at))
(deftemplate rating (slot row) (slot grade) (slot points))
(deftemplate piece (slot row) (slot kind) (slot stamped) (slot valid) (slot authentic))
(deftemplate row (slot row) (slot full) (slot graded))
(deftemplate grade (slot row) (slot grade) (slot points))
(deftemplate need (slot row) (slot kind))
(defrule out (row (row ?r) (full ?f)) (test (= ?r OUT)) (unit (elderly no)) => (told ?r ?f))
(defrule graded (row (row ?r) (graded yes)) (unit (elderly ?x)) (test (or (<> ?r OUT) (eq ?x yes)))
  (rating (row ?r) (grade ?g)) (grade (row ?r) (grade ?g) (points ?p)) PROVEN => (told ?r ?p))
(defrule given (row (row ?r) (graded no)) (unit (elderly ?x)) (test (or (<> ?r OUT) (eq ?x yes)))
  (rating (row ?r) (points ?p)) PROVEN => (told ?r ?p))
(defrule unrated (row (row ?r)) (unit (elderly ?x)) (test (or (<> ?r OUT) (eq ?x yes)))
  (not (rating (row ?r))) PROVEN => (told ?r -1))
(defrule late (unit (submitted ?s)) (test (>= ?s CLOSED)) => (told veto 1))
(defrule batch (unit (batch ~1&~2)) => (told veto 2))
(defrule unticked (exists (tick (satisfied no))) => (told veto 3))
(defrule violated (unit (since ?s)) (exists (record (severity major) (at ?a&:(>= ?a ?s))))
  => (told veto 4))
"""
PROVEN = """(not (and (need (row ?r) (kind ?k))
  (not (piece (row ?r) (kind ?k) (stamped yes) (valid yes) (authentic yes)))))
  (exists (piece (row ?r) (stamped yes) (valid yes) (authentic yes)))"""


def clips_w1(card: Card) -> Callable[[list[ClipsFacts]], list[tuple[int, int, int]]]:
    """Return what scores applications given as facts; points are added up beside it."""
    clips = Clips()
    text = SCORING.replace("PROVEN", PROVEN).replace("CLOSED", str(CLOSED))
    text = text.replace("OUT", str(card.ids.index("28")))
    for construct in text.strip().replace("\n(", "\0(").split("\0"):
        clips.env.build(construct)
    table = []
    for number in range(card.size):
        graded = "yes" if card.graded[number] else "no"
        table.append(f"(row (row {number}) (full {card.full[number]}) (graded {graded}))")
        table += [f"(need (row {number}) (kind {card.kinds[kind]}))" for kind in card.needs[number]]
        if card.graded[number]:
            table += [f"(grade (row {number}) (grade {name}) (points {points}))"
                      for name, points in zip(("excellent", "good", "fair", "poor"),
                                              card.half[number].tolist(), strict=True)]  # fmt: skip
    clips.env.build(f"(deffacts card {' '.join(table)})")
    full = card.full.tolist()

    def run(cases: list[ClipsFacts]) -> list[tuple[int, int, int]]:
        found = []
        for case in cases:
            told = clips.judge(case)
            points = [(row, one) for row, one in told if row != "veto"]
            lo = sum(one for _, one in points if one > 0)
            hi = lo + sum(full[row] for row, one in points if one < 0)
            outcome = PASS if lo >= 170 else UNDETERMINED
            found.append((lo, hi, FAIL if len(points) < len(told) or hi < 170 else outcome))
        return found

    return run


class Durable:
    """A ruleset of durable_rules; a session a case, which is closed when it is judged."""

    count = 0

    def __init__(self) -> None:
        from durable.lang import c, m, ruleset, when_all

        Durable.count += 1
        self.name = f"w2-{Durable.count}"
        self.done: set[tuple[str, int, bool]] = set()
        self.led: set[int] = set()
        self.cases = 0

        def mark(norm: str, timely: bool) -> Callable[[Any], None]:
            return lambda k: self.done.add((norm, k.t.n, timely))

        fields = {"?t": "at", "?d": "day", "?e": "ended"}
        with ruleset(self.name):
            for norm, (trigger, acts, test, since, due, closed, _) in WITHIN.items():
                start, span = due[3:5], int(due[5:-1])
                kinds = test.removeprefix("(kind ").split(")")[0].split("|")
                # A rule a kind: `|` inside of `&` was seen to lose what follows it.
                for kind, timely in product(kinds, (True, False)):
                    base = m.type == acts
                    if "kind" in test:
                        base = base & (m.kind == kind)
                    if "?r" in test:
                        base = base & (m.ref == c.t.ref)
                    if since in fields:
                        base = base & (m.at >= getattr(c.t, fields[since]))
                    if timely:
                        end = getattr(c.t, fields[start]) + span
                        base = base & ((m.at <= end) if closed else (m.at < end))
                    when_all(c.t << (m.type == trigger), c.a << base)(mark(norm, timely))
            lists = (m.type == "documents") & (m.kind == "issue_list") & (m.ref == c.t.ref)
            norm = "4.3-issue-list-2d"
            when_all(c.t << (m.type == "visits"), c.a << lists & (m.at < c.t.day - DAY))(
                mark(norm, True))  # fmt: skip
            when_all(c.t << (m.type == "visits"), c.a << lists & (m.at <= c.t.at))(
                mark(norm, False))  # fmt: skip
            for norm, periods, acts in (("4.5-monthly-guidance", "months", "held"),
                                        ("4.5-fortnight-inquiry", "fortnights", "inquiries")):
                inside = (m.type == acts) & (m.at >= c.t.at) & (m.at < c.t.ended)
                when_all(c.t << (m.type == periods), c.a << inside)(mark(norm, True))
            leaders = (m.type == "meetings") & (m.kind == "leading_group") & (m.at >= c.t.at)
            when_all(c.t << (m.type == "task"), c.a << leaders)(
                lambda k: self.led.add(k.a.n))  # fmt: skip

    def judge(self, facts: list[dict[str, Any]], case: dict[str, Any]) -> list[tuple[str, str]]:
        """Assert the facts of a case, and say what became of each norm."""
        from durable.lang import assert_facts, delete_state

        self.cases += 1
        self.done, self.led = set(), set()
        sid = f"{self.name}-{self.cases}"
        assert_facts(self.name, [{**one, "id": f"{self.cases}-{one['id']}", "sid": sid}
                                 for one in facts])  # fmt: skip
        delete_state(self.name, sid)
        return list(self._states(case))

    def _states(self, case: dict[str, Any]) -> Any:
        for norm, (trigger, _, _, _, due, closed, lead) in WITHIN.items():
            field, span = {"?t": "at", "?d": "day", "?e": "ended"}[due[3:5]], int(due[5:-1])
            for n, one in enumerate(case[trigger]):
                end = one[field] + span
                yield norm, self._state(norm, n, end, end < AS_OF + (not closed), lead)
        norm = "4.3-issue-list-2d"
        for n, one in enumerate(case["visits"]):
            end = one["day"] - DAY
            if one["known"] >= end:
                yield norm, "infeasible"
            elif one["at"] <= AS_OF and (norm, n, False) not in self.done:
                yield norm, "breached"
            else:
                yield norm, self._state(norm, n, end, end <= AS_OF, DAY)
        for norm, periods in (("4.5-monthly-guidance", "months"),
                              ("4.5-fortnight-inquiry", "fortnights")):  # fmt: skip
            for n, one in enumerate(case[periods]):
                left = "breached" if one["end"] <= AS_OF else "pending"
                yield norm, "fulfilled" if (norm, n, True) in self.done else left
        yield "5.3-leader-meetings-8", "fulfilled" if len(self.led) >= 8 else "pending"

    def _state(self, norm: str, n: int, due: int, gone: bool, lead: int) -> str:
        if (norm, n, True) in self.done:
            return "fulfilled"
        if (norm, n, False) in self.done:
            return "fulfilled_late"
        if gone:
            return "overdue"
        return "due_soon" if lead and due - lead <= AS_OF else "pending"


def durable_facts(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a project as facts of durable_rules."""
    found = []
    for kind in TYPES:
        for n, row in enumerate(case[kind]):
            if row.get("kind") in IGNORED:  # what no rule asks for is refused
                continue
            at, ended = row.get("at", row.get("begin")), row.get("ended", row.get("end", 0))
            found.append({"id": f"{kind}-{n}", "type": kind, "n": n, "at": at, "ended": ended,
                          "day": row.get("day", 0), "ref": row.get("ref", -1),
                          "kind": row.get("kind", "none")})  # fmt: skip
    return found


def durable_w2() -> Callable[[Cases], dict[str, list[str]]]:
    """Return what judges projects given as pairs of facts and case."""
    engine = Durable()

    def run(cases: Cases) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {norm: [] for norm in NORMS}
        for facts, case in cases:
            for norm, state in engine.judge(facts, case):  # type: ignore[arg-type]
                found[norm].append(state)
        return found

    return run
