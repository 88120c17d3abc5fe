"""Small worlds, all of them: for each kind of norm, every log of a trigger and at most two acts.

Acts lie one microsecond before, at and after each limit, as instants or as days; their keys and
flags are right, wrong or blank; the scope is open or closes at a limit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from stdrules.base.text import Text
from stdrules.base.time.kinds import Days, Exact, Workdays
from stdrules.base.time.moments import When, from_date
from stdrules.base.time.zones import zone
from stdrules.base.truth import Missing
from stdrules.feel.compile import Expression, compile_expression
from stdrules.feel.scope import Binding, Scope
from stdrules.feel.types import BOOLEAN, DATE, NUMBER, STRING
from stdrules.model.facts import Fact, FactLog
from stdrules.plan import steps as s
from stdrules.plan.content import ARGS, AllOf, AnyOf, EachOf, Matcher, ScopeRule, Single
from stdrules.plan.plan import CaseType, Plan, PlanNorm, TypeInfo
from stdrules.plan.scorecard import (
    Check,
    Condition,
    Evidence,
    EvidenceTest,
    Group,
    Indicator,
    PlanScorecard,
    Rating,
)  # fmt: skip

ZONE = zone("Asia/Shanghai")
HOUR = 3_600_000_000
NAME = Text("名", "name")


def at(text: str) -> int:
    """Return a local moment in microseconds."""
    return ZONE.from_local(datetime.fromisoformat(text))


#: A Friday morning: two days on is Sunday.
T = at("2024-03-01T09:00")
LIMITS = (T, T + 48 * HOUR, at("2024-03-04T00:00"))
INSTANTS = tuple(limit + step for limit in LIMITS for step in (-1, 0, 1))
DAYS = (date(2024, 3, 1), date(2024, 3, 3), date(2024, 3, 4))
AS_OF = (T + 48 * HOUR, T + 48 * HOUR + 1, at("2024-03-04T00:00"), at("2024-04-01T00:00"))
_FIELDS = {"key": STRING, "ok": BOOLEAN, "n": NUMBER, "day": DATE, "until": DATE}


def feel(text: str) -> Expression:
    """Compile an expression over the fields of a fact (bare), `t_` and `e_` ones."""
    bindings = {}
    for name, kind in _FIELDS.items():
        bindings[name] = Binding(kind, f'f["{name}"]')
        bindings[f"t_{name}"] = Binding(kind, f't["{name}"]')
        bindings[f"e_{name}"] = Binding(kind, f'e["{name}"]')
    return compile_expression(text, Scope(bindings, ARGS, "Asia/Shanghai"))


OK = feel("ok")
ACT = Matcher("act", where=OK)
KEYED = Matcher("act", keys=((feel("key"), feel("t_key")),))
OF_EACH = Matcher("act", keys=((feel("key"), feel("e_key")),))
OTHER = Matcher("act", where=feel('key = "b"'))
PLAIN = Matcher("act", where=feel('key = "a"'))
ON = Matcher("trig")
CLOSED = ScopeRule(ON, Matcher("end"))
PER_CASE, PER_FACT = s.PerCase(), s.PerFact(ON)
DUES: tuple[s.DueRule | None, ...] = (
    None, s.Within(Exact(48 * HOUR)), s.Within(Days(2)), s.Within(Days(2), "next_workday"),
    s.Within(Workdays(1)), s.Within(None), s.Before(Days(0)), s.Before(Exact(0)),
    s.ByDay(None, "day"), s.ByDay(None, "day", False),
    s.ByDay(date(2024, 3, 3).toordinal(), inclusive=False),
)  # fmt: skip


def norm(name: str, step: s.Step, arise: s.Arise = PER_FACT, **fields: Any) -> PlanNorm:
    """Make a norm."""
    values = {
        "sub": "", "kind": "k", "clause": "1", "clauses": ("1",), "modality": "obligation",
        "bearer": "", "counterparty": "", "title": NAME, "case_type": "case", "when": None,
        "when_per_instance": False, "scope": CLOSED, "lead": None, "repairs": None,
        "readings": (), "parameters": (),
    }  # fmt: skip
    return PlanNorm(id=name, arise=arise, step=step, **(values | fields))


def _deadlines() -> list[PlanNorm]:
    found = [norm(f"d{n}", s.Await(Single(ACT), due)) for n, due in enumerate(DUES)]
    keyed, two = Single(KEYED), Single(PLAIN)
    within = DUES[1]
    found += [
        norm("keyed", s.Await(keyed, within), lead=Exact(HOUR)),
        norm("all", s.Await(AllOf((keyed, Single(OTHER))), DUES[2])),
        norm("any", s.Await(AnyOf((keyed, two)), within)),
        norm("each", s.Await(EachOf(PLAIN, Single(OF_EACH)), within)),
        norm("case", s.Await(two, None), PER_CASE),
        norm("deny", s.Await(two, within, ties="deny")),
        norm("unknown", s.Await(two, within, ties="unknown")),
        norm("preemptive", s.Await(two, within, preemptive=True)),
        norm("punctual", s.Await(two, DUES[2], punctual=True)),
        norm("early", s.Await(two, DUES[2], early="ignore", from_field="day")),
        norm("anchor", s.Await(two, s.Before(Exact(0)), expires="anchor")),
        norm("scope", s.Await(two, within, expires="scope"), when=feel("1 = 1")),
        norm("guard", s.Await(two, within), when=feel("t_ok"), when_per_instance=True),
        norm("chain", s.Await(two, within), s.PerOutcome("d1", frozenset({"overdue"}))),
        norm("repair", s.Await(two, None), s.PerOutcome("d1", frozenset({"overdue"})),
             repairs="d1"),
    ]  # fmt: skip
    return found


def _counts() -> list[PlanNorm]:
    one, two = feel("1"), feel("2")
    return [
        norm("least", s.Count(ACT, two, None), PER_CASE),
        norm("distinct", s.Count(PLAIN, two, None, ("n",)), PER_CASE),
        norm("keys", s.Count(Matcher("act"), two, None, ("key",)), PER_CASE),
        norm("sum", s.Count(PLAIN, two, None, (), "n"), PER_CASE),
        norm("most", s.Count(ACT, None, one), PER_CASE),
        norm("both", s.Count(PLAIN, one, one), PER_CASE),
        norm("due", s.Count(KEYED, two, None, (), None, s.Within(Days(2)))),
        norm("also", s.Count(PLAIN, two, None, also=(ACT,)), PER_CASE),
        norm("trigger", s.Count(KEYED, feel("t_n"), None)),
    ]


def _recurrences() -> list[PlanNorm]:
    one, act = feel("1"), Matcher("act")
    return [
        norm("week", s.Recur(PLAIN, one, "week", None, part_periods="require"), PER_CASE),
        norm("tiles", s.Recur(PLAIN, one, None, 2), PER_CASE),
        norm("same", s.Recur(PLAIN, one, None, 2, False), PER_CASE),
        norm("skip", s.Recur(ACT, one, "week", None), PER_CASE),
        norm("prorate", s.Recur(ACT, feel("4"), "week", None, part_periods="prorate"), PER_CASE),
        norm("distinct", s.Recur(ACT, feel("2"), None, 3, distinct=("key",)), PER_CASE),
        norm("named", s.Recur(ACT, one, "month", None, part_periods="require",
                              period_field="label"), PER_CASE),
        norm("needed", s.Recur(PLAIN, one, None, 2, needed_if=ACT), PER_CASE),
        norm("each", s.Recur(OF_EACH, one, None, 3, each=ON, each_key="key"), PER_CASE),
        norm("also", s.Recur(PLAIN, one, None, 2, also=(act,)), PER_CASE),
        norm("gap", s.Gap(PLAIN, Days(1)), PER_CASE),
    ]  # fmt: skip


def _prohibitions() -> list[PlanNorm]:
    return [
        norm("case", s.Forbid(ACT), PER_CASE),
        norm("keyed", s.Forbid(KEYED)),
        norm("back", s.Forbid(PLAIN, Days(1)), s.PerFact(Matcher("trig", "until"))),
        norm("also", s.Forbid(PLAIN, also=(ACT,)), PER_CASE),
    ]


def _states() -> list[PlanNorm]:
    held = Matcher("act", where=OK)
    return [
        norm("days", s.Hold(held, "day", "until", Days(2))),
        norm("grace", s.Hold(held, "day", "until", Days(3), True, Days(1))),
        norm("open", s.Hold(PLAIN, "day", "until", None)),
        norm("first", s.Hold(held, "day", "until", Days(2), False)),
    ]


def _contents() -> list[PlanNorm]:
    def element(name: str, **test: Any) -> s.Element:
        return s.Element(name, NAME, **test)

    record = (element("key", filled=("key",)), element("ok", where=feel("ok")))
    exists = element("act", exists=Single(KEYED))
    twice = element("two", exists=Single(PLAIN), at_least=2)
    return [
        norm("record", s.Require(record), s.PerFact(Matcher("act"))),
        norm("exists", s.Require((*record, exists))),
        norm("some", s.Require((*record, exists, twice), 3)),
        norm("all", s.Require((element("all", exists=AllOf((Single(ACT), Single(PLAIN)))),))),
        norm("latest", s.Require(record, None, "key"), s.PerFact(Matcher("act"))),
        norm("judged", s.Require((*record, element("j", judgement=NAME)), 2)),
        norm("once", s.Require((twice,)), PER_CASE),
    ]


def _orders() -> list[PlanNorm]:
    def step(name: str, matcher: Matcher | None, **more: Any) -> s.OrderStep:
        return s.OrderStep(name, matcher, **more)

    found = []
    for relation in ("precedence", "response", "succession"):
        for ties in ("allow", "deny", "unknown"):
            steps = (step("a", PLAIN), step("b", ACT))
            found.append(norm(f"{relation}-{ties}", s.Order(steps, relation, ties), PER_CASE))
        optional = (step("t", ON), step("a", PLAIN, optional=True), step("b", ACT))
        found.append(norm(f"{relation}-optional", s.Order(optional, relation), PER_CASE))
    stamps = (step("a", None, stamp="day"), step("b", None, stamp="until"))
    found.append(norm("stamps", s.Order(stamps), s.PerFact(Matcher("act"))))
    stages = s.Transitions(Matcher("act"), "key", (("a", ("b",)), ("b", ())))
    found.append(norm("stages", stages, PER_CASE))
    return found


def _processes() -> list[PlanNorm]:
    """The parts that a process is made of, as compile makes them."""
    first, last = date(2024, 3, 2).toordinal(), date(2024, 3, 3).toordinal()
    window = s.Await(Single(ACT), s.ByDay(last), early="ignore", from_ordinal=first)
    papers = s.Await(AllOf((Single(OTHER), Single(ACT))), None, early="ignore")
    extra = s.Await(Single(OTHER), s.ByDay(last), preemptive=True, early="ignore")
    steps = (
        s.OrderStep("a", PLAIN),
        s.OrderStep("t", ON, optional=True),
        s.OrderStep("b", ACT),
    )
    stages = s.Transitions(Matcher("act"), "key", (("a", ("b",)), ("b", ())))
    return [
        norm("p", window, PER_CASE, sub="a"),
        norm("p", papers, PER_CASE, sub="b"),
        norm("p", extra, s.PerFact(OTHER, "first"), sub="c"),
        norm("p", s.Order(steps), PER_CASE, sub="order"),
        norm("q", s.Order(steps, ties="deny"), PER_CASE, sub="order"),
        norm("p", stages, PER_CASE, sub="transitions"),
    ]


NORMS = {
    "deadline": _deadlines, "count": _counts, "recurrence": _recurrences, "order": _orders,
    "prohibition": _prohibitions, "maintenance": _states, "content": _contents,
    "process": _processes,
}  # fmt: skip


def plan(kind: str, norms: list[PlanNorm], cards: tuple[PlanScorecard, ...] = ()) -> Plan:
    """Make a plan of a few fact types."""
    moments = ("day", "until")
    types = {
        name: TypeInfo(name, "event", NAME, None, name != "open", False, (), moments)
        for name in ("trig", "act", "end", "open", "judgement", "rating", "proof")
    }
    return Plan(
        kind, "1", "", f"small {kind}", NAME, "X", "Asia/Shanghai", "weekdays", {}, types,
        (CaseType("case", NAME, CLOSED),), tuple(norms), cards,
    )  # fmt: skip


def fact(kind: str, name: str, when: int | date | None, **fields: Any) -> Fact:
    """Make a fact; fields that are not given are blank."""
    moment: When | None = None
    if isinstance(when, date):
        moment = from_date(when, ZONE)
    elif when is not None:
        moment = When(when, when)
    names = (*_FIELDS, "label", "indicator", "points", "grade", "norm", "element", "subject")
    values: dict[str, object] = {n: Missing(f"field {name}.{n}", blank=True) for n in names}
    return Fact(kind, name, {"case": ("c",)}, moment, values | fields)


def acts() -> list[tuple[int | date, dict[str, Any]]]:
    """List the acts of the small worlds: each moment, with right, doubtful and wrong fields."""
    right = {"key": "a", "ok": True, "n": Decimal(1), "label": "2024-03",
             "day": date(2024, 3, 1), "until": date(2024, 3, 3)}  # fmt: skip
    other = {**right, "key": "b", "n": Decimal(2), "day": date(2024, 3, 3),
             "until": date(2024, 3, 2), "label": "2024-04"}  # fmt: skip
    doubtful = {"key": "a", "n": Decimal(1), "day": date(2024, 3, 1)}
    moments: list[int | date] = [*INSTANTS, *DAYS]
    return [(moment, fields) for moment in moments for fields in (right, other)] + [
        (moment, doubtful) for moment in (T, T + 48 * HOUR, DAYS[1])
    ]


def worlds() -> Iterator[tuple[FactLog, int]]:
    """Yield every small log with every as-of."""
    trigger = {"key": "a", "ok": True, "n": Decimal(1), "day": date(2024, 3, 3),
               "until": date(2024, 3, 3)}  # fmt: skip
    singles = acts()
    chosen: list[tuple[Any, ...]] = [()]
    chosen += [(one,) for one in singles]
    chosen += list(itertools.combinations(singles, 2))
    for pair, start in itertools.product(chosen, (T, DAYS[0])):
        facts = [fact("trig", "t", start, **trigger)]
        facts += [fact("act", f"a{n}", when, **f) for n, (when, f) in enumerate(pair)]
        for close in (None, LIMITS[2]):
            for as_of in AS_OF:
                own = facts if close is None else [*facts, fact("end", "e", close)]
                yield FactLog(list(own)), as_of


# --- the scorecard -----------------------------------------------------------------------------


def card(**fields: Any) -> PlanScorecard:
    """Make a scorecard of three indicators, a veto and a condition."""
    grades = (("good", Decimal(10)), ("fair", Decimal(5)), ("poor", Decimal(0)))
    rows = tuple(
        Indicator(name, "1", (), NAME, "graded", Decimal(10), grades, **more)
        for name, more in (
            ("1", {}), ("2", {"needs_evidence": False}),
            ("3", {"applies": feel("1 = 1"), "not_applicable": "normalise"}),
        )
    )  # fmt: skip
    values: dict[str, Any] = {
        "when": None, "maximum": Decimal(30), "threshold": Decimal(20), "outcome": None,
        "threshold_clause": "1",
        "rating": Rating(Matcher("rating", where=feel("ok")), "indicator", "grade", "points"),
        "evidence": Evidence(Matcher("proof"), "indicator", None,
                             (EvidenceTest("ok", NAME, feel("ok")),)),
        "conditions": (),
        "vetoes": (Condition("v", "1", NAME, (Check(none=Matcher("act", where=OK),
                                                    look_back=Days(2), anchor=ON),)),),
        "groups": (Group("g", NAME, Decimal(30), rows),),
    }  # fmt: skip
    return PlanScorecard("card", NAME, "1", "case", **(values | fields))


def scored_worlds() -> Iterator[tuple[FactLog, int]]:
    """Yield small logs of ratings, evidence and one offence."""
    given: list[dict[str, Any]] = [
        {"grade": "good", "ok": True}, {"grade": "fair", "ok": True, "points": Decimal(5)},
        {"grade": "fair", "ok": True, "points": Decimal(7)}, {"points": Decimal(0), "ok": True},
        {"grade": "good"},
    ]  # fmt: skip
    proofs: list[dict[str, Any] | None] = [{"ok": True}, {"ok": False}, {}, None]
    offences: list[int | date | None] = [None, T - 48 * HOUR, at("2024-02-28T00:00") - 1, DAYS[0]]
    for ratings in itertools.product([*given, None], repeat=3):
        for proof, offence in itertools.product(proofs, offences):
            facts = [fact("trig", "t", T)]
            for name, fields in zip("123", ratings, strict=True):
                if fields is not None:
                    facts.append(fact("rating", f"r{name}", T, indicator=name, **fields))
                facts.append(fact("proof", f"p{name}", T, indicator=name,
                                  **(proof if proof is not None and name != "2" else {"ok": True})))
            if proof is None:
                facts = [one for one in facts if one.type != "proof"]
            if offence is not None:
                facts.append(fact("act", "x", offence, ok=True))
            for as_of in AS_OF[1:3]:
                yield FactLog(facts), as_of

