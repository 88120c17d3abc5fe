"""Local days of many moments at once, and dues.

Where the offset of the zone does not change within the moments asked about, a day is one division;
elsewhere each different moment is asked of the zone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.calendars import Calendar
from stdrules.base.time.dues import due_after, due_before
from stdrules.base.time.kinds import Days, Duration, Exact
from stdrules.base.time.moments import When
from stdrules.base.time.zones import DAY, EPOCH_ORDINAL, Zone
from stdrules.base.truth import Missing
from stdrules.model.columnar import NEVER

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
_FLOOR = NEVER // 2
_UNKNOWN = -(2**61)
#: By the name of a zone: the days between which the offset is known not to change, and that
#: offset. Finding out takes longer than judging a small chunk.
_STEADY: dict[str, tuple[int, int, int]] = {}


class Clock:
    """A zone and a calendar over arrays; moments without a time give any day."""

    def __init__(self, where: Zone, calendar: Calendar) -> None:
        self.zone = where
        self.calendar = calendar

    def _steady(self, low: int, high: int) -> int | None:
        """Return the offset of all days from low to high, or None if it changes."""
        name, start_of = self.zone.name, self.zone.start_of
        known = _STEADY.get(name)
        if known is not None and known[0] <= low and high <= known[1]:
            return known[2]
        offset = (low - EPOCH_ORDINAL) * DAY - start_of(low)
        if known is not None and offset == known[2]:
            # Only the new days have to be looked at.
            low, high = min(low, known[0]), max(high, known[1])
            asked = [*range(low, known[0]), *range(known[1], high + 2)]
        else:
            asked = [*range(low, high + 2)]
        if any((day - EPOCH_ORDINAL) * DAY - start_of(day) != offset for day in asked):
            return None
        _STEADY[name] = low, high, offset
        return offset

    def ordinals(self, moments: Ints) -> Ints:
        """Return the local days of moments."""
        if not moments.size:
            return moments
        low, high = int(moments.min()), int(moments.max())
        if low < _FLOOR:
            told = moments > _FLOOR
            if not told.any():
                return np.full_like(moments, EPOCH_ORDINAL)
            low = int(moments[told].min())
            moments = np.where(told, moments, low)
        ordinal = self.zone.ordinal
        offset = self._steady(ordinal(low) - 1, ordinal(high) + 1)
        if offset is not None:
            return (moments + offset) // DAY + EPOCH_ORDINAL
        return each(moments, ordinal)

    def starts(self, days: Ints) -> Ints:
        """Return the first moments of local days."""
        if not days.size:
            return days
        low, high = int(days.min()), int(days.max())
        if high - low < 200_000 and low > 1:
            offset = self._steady(low - 1, high + 1)
            if offset is not None:
                return (days - EPOCH_ORDINAL) * DAY - offset
        return each(days, self.zone.start_of)

    def move(
        self, first: Ints, last: Ints, length: Duration, sign: int, roll: str
    ) -> tuple[bool, Ints, Ints, Booleans | None]:
        """Return the dues a duration after (sign 1) or before (-1) moments.

        Returns:
            Whether they are days; the first and the last possible due; and which the calendar
            does not know (None: it knows all).
        """
        if isinstance(length, Exact):
            moved = first + sign * length.us
            return False, moved, moved if last is first else last + sign * length.us, None
        days = self.ordinals(first)
        if isinstance(length, Days) and roll == "none":
            due = days + sign * length.n
            if last is first:
                return True, due, due, None
            return True, due, self.ordinals(last) + sign * length.n, None
        make: Any = due_after if sign > 0 else due_before

        def moved_day(day: int) -> int:
            at = self.zone.start_of(day)
            found = make(When(at, at), length, self.zone, self.calendar, roll)
            return _UNKNOWN if isinstance(found, Missing) else int(found.first)

        due = each(days, moved_day)
        late = due if last is first else each(self.ordinals(last), moved_day)
        bad = (due == _UNKNOWN) | (late == _UNKNOWN)
        if not bad.any():
            return True, due, late, None
        return True, np.where(bad, days, due), np.where(bad, days, late), bad


def each(values: Ints, function: Callable[[int], int]) -> Ints:
    """Apply a function to each different value once."""
    if not values.size:
        return values
    low, high = int(values.min()), int(values.max())
    if high - low < 4 * values.size + 1024:
        table = np.zeros(high - low + 1, np.int64)
        present = np.zeros(high - low + 1, np.bool_)
        present[values - low] = True
        for place in np.flatnonzero(present).tolist():
            table[place] = function(place + low)
        return table[values - low]
    distinct, inverse = np.unique(values, return_inverse=True)
    found = np.array([function(value) for value in distinct.tolist()], np.int64)
    return found[inverse]
