"""No small world in which a session and an evaluation of its log differ.

Every small log is a case of one session, so that the clock goes through the limits of all of them.
Facts are posted before their time, at it, or when everything is over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from properties import small_scope as small
from properties.session_worlds import Beside
from stdrules.engine import case
from stdrules.engine.session.waiting import seen_from
from stdrules.engine.versions import Version
from stdrules.model.facts import Fact
from stdrules.plan.plan import Plan

LEAST = 1_500


def logs() -> list[list[Fact]]:
    """Return every small log once, each as a case of its own."""
    found: list[list[Fact]] = []
    for number, (log, _) in enumerate(small.worlds()):
        if number % len(small.AS_OF) == 0:
            name = f"c{len(found):04d}"
            found.append([
                replace(fact, id=f"{name}{fact.id}", cases={"case": (name,)}) for fact in log.facts
            ])  # fmt: skip
    return found


LOGS = logs()


def seen(plan: Plan, fact: Fact) -> int:
    """Return from when a fact is seen."""
    return seen_from(Version(fact, fact.id, None, False), plan.types[fact.type], lambda f: 0)


def told(beside: Beside, note: Any) -> None:
    """Compare what was told with an evaluation of all cases."""
    beside.judge = case.evaluate
    beside.check(note)


@pytest.mark.parametrize("kind", list(small.NORMS))
def test_posted_before_their_time(kind: str) -> None:
    plan = small.plan(f"ahead {kind}", small.NORMS[kind]())
    beside = Beside(plan, small.T - 10 * small.HOUR)
    for facts in LOGS:
        for fact in facts:
            beside.post(fact)
    assert len(LOGS) >= LEAST
    for as_of in small.AS_OF:
        beside.advance(as_of)
        told(beside, as_of)


@pytest.mark.parametrize("kind", list(small.NORMS))
def test_posted_in_time(kind: str) -> None:
    plan = small.plan(f"in time {kind}", small.NORMS[kind]())
    beside = Beside(plan, small.T - 10 * small.HOUR)
    facts = sorted((fact for own in LOGS for fact in own), key=lambda f: (seen(plan, f), f.id))
    for as_of in small.AS_OF:
        while facts and seen(plan, facts[0]) <= as_of:
            fact = facts.pop(0)
            if seen(plan, fact) > beside.book.clock:
                beside.advance(seen(plan, fact))
            beside.post(fact)
        beside.advance(as_of)
        told(beside, as_of)


@pytest.mark.parametrize("kind", list(small.NORMS))
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_posted_when_all_is_over(kind: str, backwards: bool) -> None:
    plan = small.plan(f"late {kind} {backwards}", small.NORMS[kind]())
    beside = Beside(plan, small.AS_OF[-1])
    for facts in LOGS[backwards::5]:
        for fact in reversed(facts) if backwards else facts:
            beside.post(fact)
    told(beside, "late")
