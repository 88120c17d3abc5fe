"""No small world in which a session and an evaluation of its log differ.

Every small log is a case of one session, so that the clock goes through the limits of all of them.
Facts are posted before their time, at it, or when everything is over.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Any

import pytest

from properties import small_scope as small
from properties.session_worlds import Beside
from stdrules.engine import case
from stdrules.engine.session.waiting import seen_from
from stdrules.engine.versions import Version
from stdrules.model.facts import Fact, FactLog
from stdrules.plan.plan import Plan

#: Two minutes of worlds. The random and stateful tests of sessions run in every test run.
pytestmark = pytest.mark.long

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


class World:
    """A plan, and what every small log comes to at each limit: the same however it is posted."""

    def __init__(self, kind: str) -> None:
        self.plan = small.plan(f"world {kind}", small.NORMS[kind]())
        self.log = FactLog([fact for own in LOGS for fact in own])
        self._known: dict[int, Any] = {}

    def beside(self, clock: int) -> Beside:
        """Return a session that is held against it."""
        return Beside(self.plan, clock, self.evaluated)

    def evaluated(self, plan: Plan, log: FactLog, as_of: int) -> Any:
        """Evaluate all logs once; what is not posted yet has not happened yet."""
        if as_of not in self._known:
            assert as_of in small.AS_OF and plan is self.plan
            self._known[as_of] = case.evaluate(plan, self.log, as_of)
        return self._known[as_of]


@pytest.fixture(scope="module", params=list(small.NORMS))
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def test_posted_before_their_time(world: World) -> None:
    beside = world.beside(small.T - 10 * small.HOUR)
    for facts in LOGS:
        for fact in facts:
            beside.post(fact)
    assert len(LOGS) >= LEAST
    for as_of in small.AS_OF:
        beside.advance(as_of)
        beside.check(as_of)


def test_posted_in_time(world: World) -> None:
    plan, beside = world.plan, world.beside(small.T - 10 * small.HOUR)
    facts = sorted((fact for own in LOGS for fact in own), key=lambda f: (seen(plan, f), f.id))
    moments = deque((seen(plan, fact), fact) for fact in facts)
    for as_of in small.AS_OF:
        while moments and moments[0][0] <= as_of:
            moment, fact = moments.popleft()
            if moment > beside.book.clock:
                beside.advance(moment)
            beside.post(fact)
        beside.advance(as_of)
        beside.check(as_of)


@pytest.mark.parametrize("kind", list(small.NORMS))
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_posted_when_all_is_over(kind: str, backwards: bool) -> None:
    plan = small.plan(f"late {kind} {backwards}", small.NORMS[kind]())
    beside = Beside(plan, small.AS_OF[-1], case.evaluate)
    for facts in LOGS[backwards::5]:
        for fact in reversed(facts) if backwards else facts:
            beside.post(fact)
    beside.check("late")
