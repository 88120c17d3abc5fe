"""A post and a step do no more than they must: one case, the norms concerned, one moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from properties import small_scope as small
from stdrules.engine.session import units
from stdrules.engine.session.book import Book
from stdrules.engine.session.chains import Chains
from stdrules.engine.session.lane_within import WithinLane
from stdrules.engine.session.lanes import CountLane
from stdrules.engine.session.reads import reads_of
from stdrules.engine.session.waiting import Waiting, seen_from
from stdrules.engine.session.wakes import NEVER
from stdrules.engine.versions import Version
from stdrules.model.facts import Fact, Suspension, Withdrawal
from stdrules.plan import steps as s
from stdrules.plan.content import Matcher, Single

HOUR = small.HOUR
RIGHT = {"key": "a", "ok": True}


def fact(kind: str, name: str, case: str, when: Any = small.T, **fields: Any) -> Fact:
    made = small.fact(kind, name, when, **(fields or RIGHT))
    made.cases = {"case": (case,)} if case else {}
    return made


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The cases that are judged, by judges or by lanes, in order."""
    found: list[str] = []
    real = units.Group.judge

    def judge(self: Any, view: Any) -> Any:
        found.append(view.case_id)
        return real(self, view)

    monkeypatch.setattr(units.Group, "judge", judge)
    for kind in (WithinLane, CountLane):

        def taker(self: Any, role: int, own: Any = kind.taker) -> Any:
            take = own(self, role)

            def noted(case: Any, *rest: Any) -> Any:
                found.append(case.name)
                return take(case, *rest)

            return noted

        def on_wake(self: Any, case: Any, *rest: Any, own: Any = kind.on_wake) -> Any:
            found.append(case.name)
            return own(self, case, *rest)

        monkeypatch.setattr(kind, "taker", taker)
        monkeypatch.setattr(kind, "on_wake", on_wake)
    return found


def book(*norms: Any, clock: int = small.T) -> Book:
    return Book(small.plan("few", list(norms)), clock)


WITHIN = small.norm("w", s.Await(Single(small.KEYED), s.Within(small.Exact(48 * HOUR))))
ONCE = small.norm("once", s.Await(Single(small.OTHER), None), s.PerCase())


def test_a_fact_that_no_norm_reads_judges_nothing(judged: list[str]):
    one = book(WITHIN, ONCE)
    one.post(fact("trig", "t", "c"))
    judged.clear()
    assert not one.post(fact("rating", "r", "c"))
    assert judged == []
    # A new case is judged for what it owes.
    assert [c.key for c in one.post(fact("act", "x", "d")).opened] == ["once/d"]
    assert set(judged) == {"d"}


def test_a_fact_that_a_condition_rejects_judges_nothing(judged: list[str]):
    one = book(ONCE)
    one.post(fact("trig", "t", "c"))
    judged.clear()
    assert not one.post(fact("act", "a", "c", key="a"))
    assert judged == []
    assert one.post(fact("act", "b", "c", key="b"))
    assert judged == ["c"]


def test_a_post_judges_its_own_case_only(judged: list[str]):
    one = book(WITHIN, ONCE)
    for number in range(300):
        one.post(fact("trig", f"t{number}", f"c{number}"))
    judged.clear()
    assert one.post(fact("act", "a", "c7"))
    assert set(judged) == {"c7"}


@pytest.mark.parametrize("norm", [WITHIN, small.norm("v", WITHIN.step, when=small.feel("1 = 1"))])
def test_a_step_judges_one_case(judged: list[str], norm: Any):
    """Three hundred dues at one moment are a stream; a post in between waits for one step."""
    one = book(norm)
    for number in range(300):
        one.post(fact("trig", f"t{number}", f"c{number}"))
    judged.clear()
    limit = small.T + 48 * HOUR + 1
    delta = one.step(limit)
    assert delta is not None
    assert len(delta.changes) == len(set(judged)) == 1
    late = one.post(fact("act", "a", "c299", small.T + HOUR))
    assert [(c.before, c.after) for c in late.changes][-1][1] == "fulfilled"
    assert len(set(judged)) == 2
    steps = 0
    while (delta := one.step(limit)) is not None:
        assert {c.case for c in delta.changes} <= {f"c{n}" for n in range(300)} - {"c299"}
        steps += len(delta.changes)
    assert steps == 298


def test_what_all_cases_see_is_told_case_by_case(judged: list[str]):
    one = book(WITHIN)
    for number in range(50):
        one.post(fact("trig", f"t{number}", f"c{number}"))
    judged.clear()
    delta = one.post(Suspension("s", None, None, "r", small.T - 5, small.T + 5))
    assert (delta.behind, list(delta.changes), judged) == (50, [], [])
    first = one.catch_up_one()
    assert [(c.before, c.after) for c in first.changes] == [("pending", "suspended")]
    assert (one.behind, set(judged)) == (49, {"c0"})
    assert one.post(fact("act", "a", "c30")).changes
    assert sum(len(one.catch_up_one().changes) for _ in range(49)) == 48


def test_plain_facts_keep_to_the_lanes_and_a_correction_leaves_them():
    one = book(WITHIN, clock=small.T + 2 * HOUR)
    one.post(fact("trig", "t", "c"))
    one.post(fact("act", "a", "c"))
    case = one.roster.find("c")[0]
    assert case.plain
    fixed = fact("act", "a2", "c", small.T + HOUR)
    fixed.supersedes = "a"
    delta = one.post(fixed)
    assert not case.plain
    assert [(c.before, c.after) for c in delta.changes] == [("fulfilled", "fulfilled")]


def test_what_a_norm_reads():
    types = small.plan("few", [WITHIN]).types
    found = reads_of(WITHIN, types)
    assert found.types == {"trig", "act", "end"}
    assert found.tests["act"] is None  # its condition needs the trigger
    rejects = reads_of(ONCE, types).tests["act"]
    assert rejects is not None
    assert [test({"key": key}) for test in rejects for key in "ab"] == [False, True]
    for text in ("n = t_n", "n = e_n"):
        asks = Matcher("act", where=small.feel(text))
        mixed = small.norm("mixed", s.Await(Single(asks), None))
        assert reads_of(mixed, types).tests["act"] is None
        assert not reads_of(mixed, types).everything
    odd = small.norm("odd", s.Await(Single(Matcher("act", where=small.feel('key = "c"'))), None))
    # A letter inside a text is taken for the case: too much is read, never too little.
    assert reads_of(odd, types).everything


def test_from_when_a_fact_is_seen():
    info = small.plan("few", []).types["act"]
    day = small.from_date(date(2024, 3, 1), small.ZONE)

    def seen(when: Any) -> int:
        made = fact("act", "a", "c", when)
        return seen_from(Version(made, "a", None, False), info, lambda f: 0)

    assert seen(small.T) == small.T
    assert seen(date(2024, 3, 1)) == day.first + 1
    assert seen(None) < 0


def test_waiting_facts_come_in_order_and_can_be_taken_back():
    waiting = Waiting()
    made = [Version(fact("act", f"a{n}", "c"), f"a{n}", None, False) for n in range(4)]
    for moment, version in zip((30, 10, 20, 10), made, strict=True):
        waiting.put(moment, version)
    assert waiting.moment == 10
    assert waiting.cancel("a1")
    assert not waiting.cancel("a1")
    assert [v.root for v in waiting.pop()] == ["a3"]
    assert waiting.moment == 20
    assert [v.root for v in waiting.due_of("c", 20)] == ["a2"]
    assert waiting.cancel("a0")
    assert waiting.moment == NEVER


def test_only_the_chain_of_a_correction_is_looked_at():
    chains = Chains(lambda f: f.at.first if f.at else 0)
    first = fact("act", "a", "c")
    assert chains.add(first) is not None
    assert chains.add(fact("act", "a", "c")) is None
    fixed = fact("act", "b", "c", small.T + 1)
    fixed.supersedes = "a"
    turn = chains.add(fixed)
    assert turn is not None
    assert [[v.fact.id for v in part] for part in turn] == [["a"], ["b"]]
    assert turn[1][0].root == "a"
    gone = chains.withdraw(Withdrawal("a"))
    assert gone is not None
    assert [v.withdrawn for v in gone[1]] == [True]
    assert chains.withdraw(Withdrawal("a")) is None
