"""The bridge: deltas of a session go to follow-up rules, and what these post goes to the session.

Everything happens in the caller's thread and by the session's clock, so the same facts and the same
advances give the same reactions, on any day.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from stdrules.base.text import Text
from stdrules.base.time.calendars import calendar
from stdrules.base.time.zones import zone
from stdrules.plan.plan import Plan
from stdrules.react.events import (
    Event,
    ObligationChange,
    ScoreChange,
    event_of_change,
    event_of_score,
)
from stdrules.react.host import Lanes, ReactionError
from stdrules.react.timers import Timers

#: Posts of reactions that follow from one another before it is taken for a circle.
CHAIN: Final = 1_000
Rules = Callable[[str, "Tools"], None]


class Delta(Protocol):
    """What one step of a session changed."""

    @property
    def at(self) -> int: ...
    @property
    def changes(self) -> Sequence[ObligationChange]: ...
    @property
    def scores(self) -> Sequence[ScoreChange]: ...


class Session(Protocol):
    """A live session, as far as reactions need it."""

    @property
    def plans(self) -> Sequence[Plan]: ...
    @property
    def clock(self) -> int: ...
    def post(self, fact: Any) -> Delta: ...
    def advance(self, to: Any) -> Iterator[Delta]: ...


class Tools:
    """What actions of reactions may use; given to the function that defines the rules."""

    def __init__(self, reactions: Reactions) -> None:
        self._reactions = reactions

    def post(self, fact: Any) -> None:
        """Post a fact to the session, after the delta at hand has been reacted to."""
        self._reactions.outbox.append(fact)

    def timer(self, c: Any, name: str, after: str) -> str:
        """Send an event ``{"kind": "timer", "timer": name}`` to this lane after a while.

        Args:
            c: What the action was given.
            name: Its name; a timer of the same name is set anew.
            after: A duration as in rulesets, for example ``2 workdays``, by the session's clock.

        Returns:
            When it goes off, as ISO text.
        """
        at = self._reactions.timers.start(str(c.s.sid), name, after, self._reactions.now)
        return self._reactions.timers.zone.isoformat(at)

    def close(self, c: Any) -> None:
        """End this lane after the action: its state and its timers are forgotten."""
        self._reactions.closing.append(str(c.s.sid))

    def cancel(self, c: Any, name: str) -> None:
        """Take a timer of this lane back."""
        self._reactions.timers.stop(str(c.s.sid), name)

    @property
    def now(self) -> str:
        """The session's clock, as ISO text."""
        return self._reactions.timers.zone.isoformat(self._reactions.now)


class Reactions:
    """Runs follow-up rules on what a session finds.

    Every obligation has a lane of its own (a state of the rules), named case type/case/key, and so
    has every score. A lane ends with its obligation, or when an action calls `Tools.close`.

    Args:
        session: The session; post to it through the reactions.
        rules: Defines a ruleset, statechart or flowchart of durable_rules under the name given.
            It may be called again, under another name.
        wanted: Which changes are handed on; None: all.

    Raises:
        MissingExtraError: The extra `durable` is not installed.
        UsageError: The rules cannot be used.
    """

    def __init__(
        self, session: Session, rules: Rules,
        wanted: Callable[[ObligationChange], bool] | None = None,
    ) -> None:  # fmt: skip
        plan = session.plans[0]
        tools = Tools(self)
        self.outbox: deque[Any] = deque()
        self.closing: list[str] = []
        self.timers = Timers(
            zone(plan.zone), calendar(plan.calendar, plan.calendar_additions or None)
        )
        self.now = session.clock
        self._session = session
        self._wanted = wanted
        self._lanes = Lanes(lambda name: rules(name, tools))

    @property
    def lanes(self) -> int:
        """How many lanes are alive."""
        return len(self._lanes)

    @property
    def unhandled(self) -> int:
        """How many events no rule had a use for."""
        return self._lanes.unhandled

    def post(self, fact: Any) -> list[Delta]:
        """Post a fact, react, and post what the reactions post.

        Returns:
            The session's deltas: of the fact, then of the facts that reactions posted.

        Raises:
            ReactionError: An action raised, or the reactions post without end.
        """
        first = self._session.post(fact)
        return [first, *self._react(first)]

    def advance(self, to: Any) -> Iterator[Delta]:
        """Move the clock in time order: dues, timers of reactions, and what follows from both."""
        for delta in self._session.advance(to):
            yield from self._timers(delta.at)
            yield delta
            yield from self._react(delta)
        yield from self._timers(self._session.clock)

    def _timers(self, until: int) -> Iterator[Delta]:
        while (timer := self.timers.pop(until)) is not None:
            self.now = timer.at
            self._event(timer.lane, self._timer_event(timer.at, timer.name))
            yield from self._posted()

    def _timer_event(self, at: int, name: str) -> Event:
        told = self.timers.zone.isoformat(at)
        return {"kind": "timer", "timer": name, "at": told, "at_s": at // 1_000_000}

    def _react(self, delta: Delta) -> list[Delta]:
        self._hand_on(delta)
        return list(self._posted())

    def _hand_on(self, delta: Delta) -> None:
        self.now = max(self.now, delta.at)
        where = self.timers.zone
        for change in delta.changes:
            if self._wanted is not None and not self._wanted(change):
                continue
            lane = f"{change.case_type}/{change.case}/{change.key}"
            self._event(lane, event_of_change(change, self.now, where))
            if change.after is None:
                self._close(lane)
        for score in delta.scores:
            lane = f"{score.case_type}/{score.case}/{score.scorecard}"
            self._event(lane, event_of_score(score, self.now, where))

    def _event(self, lane: str, event: Event) -> None:
        try:
            self._lanes.post(lane, event)
        finally:
            for ended in self.closing:
                self._close(ended)
            self.closing.clear()

    def _close(self, lane: str) -> None:
        self._lanes.close(lane)
        self.timers.stop(lane)

    def _posted(self) -> Iterator[Delta]:
        for _ in range(CHAIN):
            if not self.outbox:
                return
            delta = self._session.post(self.outbox.popleft())
            yield delta
            self._hand_on(delta)
        raise ReactionError(
            Text(f"反应接连提交了 {CHAIN} 个事实，疑似循环",
                 f"reactions posted {CHAIN} facts in a row; they seem to go in a circle"),
            hint=Text("由反应提交的事实不应再引起同样的反应",
                      "a fact posted by a reaction should not cause the same reaction again"),
        )  # fmt: skip


def touching(states: Iterable[str]) -> Callable[[ObligationChange], bool]:
    """Return a filter for `Reactions`: changes from or to one of the states.

    Example:
        >>> from types import SimpleNamespace
        >>> touching(["overdue"])(SimpleNamespace(before="pending", after="overdue"))
        True
    """
    known = frozenset(states)

    def wanted(change: ObligationChange) -> bool:
        return change.before in known or change.after in known

    return wanted


__all__ = ["ReactionError", "Reactions", "Tools", "touching"]
