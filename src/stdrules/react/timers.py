"""Timers by the session's clock: the library's own ask the wall clock, which no past day has.

Semantics of durations: docs/semantics.md, section 4.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.base.time.calendars import Calendar
from stdrules.base.time.dues import due_after, due_end
from stdrules.base.time.durations import parse_duration
from stdrules.base.time.moments import When
from stdrules.base.time.zones import Zone
from stdrules.base.truth import Missing


class Timer(NamedTuple):
    """A timer that is set: when it goes off, in microseconds, and for whom."""

    at: int
    number: int
    lane: str
    name: str


class Timers:
    """Timers of all lanes, in time order."""

    def __init__(self, zone: Zone, calendar: Calendar) -> None:
        self.zone = zone
        self.calendar = calendar
        self._heap: list[Timer] = []
        self._set: dict[str, dict[str, int]] = {}
        self._number = 0

    def start(self, lane: str, name: str, after: str, now: int) -> int:
        """Set a timer; one of the same lane and name is set anew.

        Args:
            lane: For whom.
            name: What its event will say.
            after: How long, as a duration of rulesets: ``PT4H``, ``P2D``, ``2 workdays``. Days
                end with the day: two working days after a Monday noon is the end of Wednesday.
            now: The session's clock, in microseconds.

        Returns:
            When it goes off, in microseconds.

        Raises:
            BadValue: It is not a duration.
            UsageError: The calendar does not cover the days.
        """
        due = due_after(When(now, now), parse_duration(after), self.zone, self.calendar)
        if isinstance(due, Missing):
            raise UsageError(
                Text(f"日历 {self.calendar.name} 未覆盖 `{after}` 之后的日期",
                     f"the calendar {self.calendar.name} does not cover the days of `{after}`")
            )  # fmt: skip
        at = due_end(due, self.zone)[1]
        self._number += 1
        self._set.setdefault(lane, {})[name] = self._number
        heapq.heappush(self._heap, Timer(at, self._number, lane, name))
        return at

    def stop(self, lane: str, name: str | None = None) -> None:
        """Take back one timer of a lane, or all of them."""
        if name is None:
            self._set.pop(lane, None)
        else:
            self._set.get(lane, {}).pop(name, None)

    def next(self) -> int | None:
        """Return when the next timer goes off, or None."""
        while self._heap and not self._is_set(self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0].at if self._heap else None

    def pop(self, until: int) -> Timer | None:
        """Take the next timer that goes off by a moment; None: there is none."""
        at = self.next()
        if at is None or at > until:
            return None
        timer = heapq.heappop(self._heap)
        del self._set[timer.lane][timer.name]
        return timer

    def _is_set(self, timer: Timer) -> bool:
        return self._set.get(timer.lane, {}).get(timer.name) == timer.number
