"""The periods that a recurrence judges in each case.

The periods of a case follow one another, so they are told by case: which is the first, and how
many there are. What is told of each single period is made only for who asks for it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.periods import Period, periods_between
from stdrules.engine.columns.blocks import Late, Listed
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import Scope
from stdrules.model.columnar import NEVER
from stdrules.plan.steps import Recur

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Calendar:
    """Calendar periods that follow one another without gaps, counted from 0."""

    def __init__(self, periods: tuple[Period, ...]) -> None:
        self._periods = periods
        self.labels = {one.label: number for number, one in enumerate(periods)}
        self._starts = np.array([one.start for one in periods] or [0], np.int64)
        self._ends = np.array([one.end for one in periods] or [0], np.int64)
        # Day -> number, for the days that the periods have.
        self._low, self._high = int(self._starts[0]), int(self._ends[-1])
        self._number = np.repeat(np.arange(len(periods)), self._ends - self._starts)

    def number(self, case: Ints, day: Ints) -> Ints:
        """Return the number of the period of each day, -1 for days before and after all."""
        if not len(self._number):
            return np.full(len(day), -1, np.int64)
        place = day - self._low
        known = self._number[np.clip(place, 0, len(self._number) - 1)]
        inside = (place >= 0) & (day < self._high)
        return known if inside.all() else np.where(inside, known, -1)

    def start(self, case: Ints, number: Ints) -> Ints:
        """Return the first days of periods."""
        return self._starts[number]

    def end(self, case: Ints, number: Ints) -> Ints:
        """Return the days after the last ones."""
        return self._ends[number]

    def label(self, number: int) -> str:
        """Return the name of a period."""
        return self._periods[number].label


class Tiles:
    """Periods of equal length that begin at a day of each case, counted from 0."""

    def __init__(self, anchor: Ints, days: int, most: int) -> None:
        self._anchor = anchor
        self._days = days
        self._most = most

    @property
    def labels(self) -> dict[str, int]:
        """The names of all tiles."""
        return {self.label(number): number for number in range(self._most)}

    def number(self, case: Ints, day: Ints) -> Ints:
        """Return the number of the tile of each day, negative before the first."""
        found: Ints = (day - self._anchor[case]) // self._days
        return found

    def start(self, case: Ints, number: Ints) -> Ints:
        """Return the first days of tiles."""
        found: Ints = self._anchor[case] + number * self._days
        return found

    def end(self, case: Ints, number: Ints) -> Ints:
        """Return the days after the last ones."""
        return self.start(case, number + 1)

    def label(self, number: int) -> str:
        """Return the name of a tile."""
        return f"T{number + 1:03d}"


class Spans:
    """The periods judged, by case and time; all are counted through from 0.

    Attributes:
        of: Which day is in which period of the calendar, or which tile.
        first, size: By case: which period of these is its first, and how many it has.
        base: By case: the number of its first period among all.
        total: How many there are.
        asked: How many acts each period asks for.
        case: By period.
    """

    def __init__(self, of: Calendar | Tiles, first: Ints, size: Ints) -> None:
        self.of = of
        self.first = first
        self.size = size
        stop = np.cumsum(size)
        self.base: Ints = stop - size
        self.total = int(stop[-1]) if len(stop) else 0
        self.case = Late(lambda: np.repeat(np.arange(len(size)), size))
        self._index = Late(self._indices)
        self._listed = Late(lambda: Listed(self._index()))
        self._need = 0
        self._apart: tuple[Ints, Ints] | None = None
        self.asked = Late(self._asked)

    def ask(self, need: int, apart: tuple[Ints, Ints] | None) -> None:
        """Say how many acts a period asks for, and which ask for another number of them."""
        self._need, self._apart = need, apart

    def _asked(self) -> Ints:
        found = np.full(self.total, self._need, np.int64)
        if self._apart is not None:
            found[self._apart[0]] = self._apart[1]
        return found

    def _indices(self) -> Ints:
        case = self.case()
        found: Ints = np.arange(self.total) - (self.base - self.first)[case]
        return found

    def days(self) -> tuple[Ints, Ints]:
        """Return the first day of each period, and the day after its last."""
        case, index = self.case(), self._index()
        return self.of.start(case, index), self.of.end(case, index)

    def label(self, number: int) -> str:
        """Return the name of a period."""
        return self.of.label(self._listed()[number])

    def numbered(self, case: Ints, period: Ints) -> Ints:
        """Return the numbers of periods of the calendar, -1 where they are not judged."""
        place = period - self.first[case]
        inside = (place >= 0) & (place < self.size[case])
        return np.where(inside, self.base[case] + place, -1)

    def reached(self, own: Ints) -> Ints:
        """Return the periods that have as many acts as they ask for.

        Args:
            own: The period of each act, ascending.
        """
        if not self._need:
            return np.arange(self.total)
        if not len(own) or (self._need == 1 and self._apart is None):
            return own
        edge = np.concatenate(([0], np.flatnonzero(own[1:] != own[:-1]) + 1))
        count, which = np.diff(edge, append=len(own)), own[edge]
        asked = self._need if self._apart is None else self.asked()[which]
        found: Ints = which[count >= asked]
        return found

    def lasts(self) -> tuple[Ints, Ints, Ints]:
        """Return the cases that have periods; the number, and the day after, of the last."""
        case = np.flatnonzero(self.size)
        at = self.first[case] + self.size[case] - 1
        return case, self.base[case] + self.size[case] - 1, self.of.end(case, at)


def spans_of(frame: Frame, step: Recur, scope: Scope, need: int) -> Spans:
    """Return the periods that a recurrence judges."""
    key = ("spans", step.unit, step.tile_days, step.tiles_from_next_day, step.part_periods, need,
           id(scope))  # fmt: skip
    if key not in frame.memo:
        frame.memo[key] = _spans(frame, step, scope, need)
    found: Spans = frame.memo[key]
    return found


def _spans(frame: Frame, step: Recur, scope: Scope, need: int) -> Spans:
    begun = scope.first != NEVER
    first = frame.clock.ordinals(np.where(begun, scope.first, 0))
    last = np.full(frame.size, frame.zone.ordinal(frame.as_of - 1), np.int64)
    closed = scope.end != NEVER
    if closed.any():
        ends = frame.clock.ordinals(np.where(closed, scope.end, 0))
        last = np.where(closed, np.minimum(last, ends), last)
    begun &= last >= first
    of: Calendar | Tiles
    everyone = np.arange(frame.size)
    if step.unit is not None:
        low = int(first[begun].min()) if begun.any() else 1
        high = int(last[begun].max()) if begun.any() else 0
        of = Calendar(periods_between(step.unit, low, high))  # type: ignore[arg-type]
        start = np.where(begun, of.number(everyone, first), 0)
        size = np.where(begun, of.number(everyone, last) - start + 1, 0)
    else:
        days = step.tile_days or 1
        anchor = first + 1 if step.tiles_from_next_day else first
        start = np.zeros(frame.size, np.int64)
        size = np.where(begun & (last >= anchor), (last - anchor) // days + 1, 0)
        of = Tiles(anchor, days, int(size.max()) if len(size) else 0)
    if step.part_periods not in ("skip", "prorate") or not size.any():
        found = Spans(of, start, size)
        found.ask(need, None)
        return found
    return _trimmed(of, step, need, start, size, _Borders(first, last, closed))


class _Borders:
    """By case: the first and the last day of the scope, the latter where it has closed."""

    def __init__(self, first: Ints, last: Ints, closed: Booleans) -> None:
        self._first = first
        self._last = last
        self._closed = closed

    def inside(self, of: Calendar | Tiles, case: Ints, number: Ints) -> tuple[Ints, Ints]:
        """Return how many days of periods lie in the scope, and how many they have."""
        start, end = of.start(case, number), of.end(case, number)
        stop = np.where(self._closed[case], np.minimum(end, self._last[case] + 1), end)
        return stop - np.maximum(start, self._first[case]), end - start


def _trimmed(
    of: Calendar | Tiles, step: Recur, need: int, first: Ints, size: Ints, borders: _Borders
) -> Spans:
    """Leave out or shorten the part periods; only the first and the last can be such."""
    case = np.flatnonzero(size)
    head = _share(of, step, need, case, first[case], borders)
    tail = _share(of, step, need, case, first[case] + size[case] - 1, borders)
    one = size[case] == 1
    front, back = head < 0, (tail < 0) & ~one
    first, size = first.copy(), size.copy()
    first[case] += front
    size[case] -= front.astype(np.int64) + back
    found = Spans(of, first, size)
    places, asked = [], []
    for part, number in ((head, found.base[case]), (tail, found.base[case] + size[case] - 1)):
        changed = (part >= 0) & (part != need)
        places.append(number[changed])
        asked.append(part[changed])
    apart = np.concatenate(places), np.concatenate(asked)
    found.ask(need, apart if len(apart[0]) else None)
    return found


def _share(
    of: Calendar | Tiles, step: Recur, need: int, case: Ints, number: Ints, borders: _Borders
) -> Ints:
    """Return how many acts a period at the border asks for, -1: it is left out."""
    inside, days = borders.inside(of, case, number)
    part = inside < days
    if step.part_periods == "skip":
        return np.where(part, -1, need)
    share = need * np.maximum(inside, 0) // days
    return np.where(part, np.where(share == 0, -1, share), need)
