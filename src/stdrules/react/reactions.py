"""The bridge: deltas of a session go to follow-up rules, and what these post goes to the session.

Everything happens in the caller's thread and by the session's clock, so the same facts and the same
advances give the same reactions, on any day.

What it is for, and what it costs: docs/reactions.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    event_of_timer,
    lane_of_change,
)
from stdrules.react.host import Lanes, ReactionError
from stdrules.react.timers import Timers

#: Posts of reactions, or timers of one moment, in a row before they are taken for a circle.
CHAIN: Final = 1_000
Rules = Callable[[str, "Tools"], None]
Wanted = Callable[[ObligationChange], bool]


class Delta(Protocol):
    """What one step of a session changed."""

    @property
    def at(self) -> int: ...
    @property
    def changes(self) -> Sequence[ObligationChange]: ...
    @property
    def scores(self) -> Sequence[ScoreChange]: ...


class Limited(Protocol):
    """An advance that has not begun; its limit in microseconds."""

    @property
    def limit(self) -> int: ...


class Forgotten(Protocol):
    """What a session hands over of a case that it forgets."""

    @property
    def delta(self) -> Delta: ...


class Session(Protocol):
    """A live session, as far as reactions need it; `stdrules.open_session` makes one."""

    @property
    def plans(self) -> Sequence[Plan]: ...
    @property
    def clock_us(self) -> int: ...
    def post(self, record: object) -> Delta: ...
    def post_many(self, records: Iterable[object]) -> Delta: ...
    def advance(self, to: Any) -> Limited: ...
    def step(self, limit: int) -> Delta | None: ...
    def forget(self, case: str) -> Mapping[str, Forgotten]: ...


class Tools:
    """What actions of reactions may use; given to the function that defines the rules."""

    def __init__(self, reactions: Reactions) -> None:
        self._reactions = reactions

    def post(self, fact: object) -> None:
        """Post a fact or statement to the session, after the delta at hand has been reacted to."""
        self._reactions.outbox.append(fact)

    def timer(self, name: str, after: str) -> str:
        """Send an event ``{"kind": "timer", "timer": name}`` to this lane after a while.

        Args:
            name: Its name; a timer of the same name is set anew.
            after: A duration as in rulesets, for example ``2 workdays``, by the session's clock.

        Returns:
            When it goes off, as ISO text.
        """
        reactions = self._reactions
        at = reactions.timers.start(reactions.lane, name, after, reactions.now)
        return reactions.timers.zone.isoformat(at)

    def cancel(self, name: str) -> None:
        """Take a timer of this lane back."""
        self._reactions.timers.stop(self._reactions.lane, name)

    def close(self) -> None:
        """End this lane after the action: its state and its timers are forgotten."""
        self._reactions.closing.append(self._reactions.lane)

    @property
    def lane(self) -> str:
        """The lane whose action is running: ``ruleset/case type/case/key``."""
        return self._reactions.lane

    @property
    def now(self) -> str:
        """The session's clock, as ISO text."""
        return self._reactions.timers.zone.isoformat(self._reactions.now)


class Reactions:
    """Runs follow-up rules on what a session finds.

    Every obligation has a lane of its own (a state of the rules), and so has every score. A lane
    ends with its obligation, or when an action calls `Tools.close`. All calls come from one thread.

    Args:
        session: The session; post to it and move it through the reactions.
        rules: Defines a ruleset, statechart or flowchart of durable_rules under the name given.
            It may be called again, under another name.
        wanted: Which changes are handed on; None: all, those of a due or a fact alone included.
        failed: Told of every reaction that fails; None: the first is raised when all reactions to
            the same delta have run.

    Raises:
        MissingExtraError: The extra `durable` is not installed.
        UsageError: The rules cannot be used.
    """

    def __init__(
        self,
        session: Session,
        rules: Rules,
        wanted: Wanted | None = None,
        failed: Callable[[ReactionError], object] | None = None,
    ) -> None:
        plan = session.plans[0]
        tools = Tools(self)
        self.outbox: deque[object] = deque()
        self.closing: list[str] = []
        self.lane = ""
        self.timers = Timers(
            zone(plan.zone), calendar(plan.calendar, plan.calendar_additions or None)
        )
        self.now = session.clock_us
        self._session = session
        self._wanted = wanted
        self._failed = failed
        self._failures: list[ReactionError] = []
        self._lanes = Lanes(lambda name: rules(name, tools))

    @property
    def lanes(self) -> int:
        """How many lanes are alive."""
        return len(self._lanes)

    @property
    def unhandled(self) -> int:
        """How many events no rule had a use for."""
        return self._lanes.unhandled

    def post(self, record: object) -> list[Delta]:
        """Post a fact or statement, react, and post what the reactions post.

        Returns:
            The session's deltas: of the record, then of the records that reactions posted.

        Raises:
            FactsError: The session refuses the record, or one that a reaction posted.
            ReactionError: A reaction failed, or the reactions post without end. The session has
                taken the record nevertheless.
        """
        return self.take(self._session.post(record))

    def post_many(self, records: Iterable[object]) -> list[Delta]:
        """Post many records together: all or none. See `post`."""
        return self.take(self._session.post_many(records))

    def forget(self, case: str) -> Mapping[str, Forgotten]:
        """Drop a case from the session, react, and end the lanes of its obligations.

        Returns:
            All that the session knew of it, by ruleset.
        """
        found = self._session.forget(case)
        for archive in found.values():
            self.take(archive.delta)
        return found

    def take(self, delta: Delta) -> list[Delta]:
        """React to a delta that the session gave to somebody else, and post what follows.

        Returns:
            The delta itself, and those of the records that reactions posted.
        """
        self._hand_on(delta)
        return [delta, *self._posted()]

    def advance(self, to: Any) -> Iterator[Delta]:
        """Move the clock in time order: dues, timers of reactions, and what follows from both.

        Of one moment the dues come first. Nothing moves until it is iterated; if it is left half
        way, the next advance goes on from there.

        Args:
            to: The moment; a day means the 00:00 that ends it.

        Raises:
            ReactionError: A reaction failed; the next advance goes on behind it.
            UsageError: The clock stands later already.
        """
        limit = self._session.advance(to).limit
        return self._steps(limit)

    def _steps(self, limit: int) -> Iterator[Delta]:
        yield from self._posted()
        while True:
            timer = self.timers.next()
            stop = limit if timer is None else min(limit, max(timer, self._session.clock_us))
            delta = self._session.step(stop)
            if delta is not None:
                self._hand_on(delta)
                if delta.changes or delta.scores:
                    yield delta
                yield from self._posted()
            elif timer is not None and timer <= stop:
                yield from self._timers(stop)
            elif stop >= limit:
                return

    def _timers(self, until: int) -> Iterator[Delta]:
        self.now = until
        fired: dict[str, int] = {}
        while (timer := self.timers.pop(until)) is not None:
            lane = timer.lane
            fired[lane] = fired.get(lane, 0) + 1
            if fired[lane] > CHAIN:
                raise _circle(
                    Text(f"`{lane}` 在同一时刻不断设置定时器",
                         f"`{lane}` sets timers of one moment without end")
                )  # fmt: skip
            self._event(lane, event_of_timer(lane, timer.name, timer.at, self.timers.zone))
            self._raise()
            yield from self._posted()

    def _hand_on(self, delta: Delta) -> None:
        self.now = max(self._session.clock_us, delta.at)
        where = self.timers.zone
        for change in delta.changes:
            lane = lane_of_change(change)
            if self._wanted is None or self._wanted(change):
                self._event(lane, event_of_change(change, delta.at, where))
            if change.after is None:
                self._close(lane)
        for score in delta.scores:
            event = event_of_score(score, delta.at, where)
            self._event(str(event["lane"]), event)
        self._raise()

    def _event(self, lane: str, event: Event) -> None:
        self.lane = lane
        try:
            self._lanes.post(lane, event)
        except ReactionError as error:
            # One that fails keeps no other from its event.
            if self._failed is None:
                self._failures.append(error)
            else:
                self._failed(error)
        for ended in self.closing:
            self._close(ended)
        self.closing.clear()

    def _raise(self) -> None:
        if self._failures:
            first = self._failures[0]
            self._failures.clear()
            raise first

    def _close(self, lane: str) -> None:
        self._lanes.close(lane)
        self.timers.stop(lane)

    def _posted(self) -> Iterator[Delta]:
        for _ in range(CHAIN):
            if not self.outbox:
                return
            delta = self._session.post(self.outbox.popleft())
            # Before it is yielded: who stops iterating must not lose a reaction.
            self._hand_on(delta)
            yield delta
        if self.outbox:
            self.outbox.clear()
            raise _circle(
                Text(f"反应接连提交了 {CHAIN} 个事实",
                     f"reactions posted {CHAIN} facts in a row")
            )  # fmt: skip


def _circle(said: Text) -> ReactionError:
    return ReactionError(
        Text(f"{said.zh}，疑似循环", f"{said.en}; they seem to go in a circle"),
        hint=Text("由反应引起的事不应再引起同样的反应",
                  "what a reaction causes should not cause the same reaction again"),
    )  # fmt: skip


def touching(states: Iterable[str]) -> Wanted:
    """Return a filter for `Reactions`: changes into or out of one of the states.

    Example:
        >>> from types import SimpleNamespace
        >>> wanted = touching(["overdue"])
        >>> wanted(SimpleNamespace(before="pending", after="overdue"))
        True
        >>> wanted(SimpleNamespace(before="overdue", after="overdue"))
        False
    """
    known = frozenset(states)

    def wanted(change: ObligationChange) -> bool:
        return (change.before in known or change.after in known) and change.before != change.after

    return wanted


__all__ = ["ReactionError", "Reactions", "Tools", "touching"]
