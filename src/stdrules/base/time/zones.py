"""Local time: the offset of a zone at an instant, and the instants at which dates begin.

Instants are microseconds since the Unix epoch, UTC; dates are ordinals. Day arithmetic is done on
local dates, hour arithmetic on instants, and only this module turns one into the other.

Offsets come from ``zoneinfo`` and are remembered per block of 128 days: in most blocks the offset
is constant, and then a lookup is one division and one dictionary access.

Semantics: docs/semantics.md, "Facts" (a naive time is read in the zone of the ruleset).
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
MAX_ORDINAL: Final = date.max.toordinal()

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_BLOCK = 128 * DAY
_STARTS_KEPT = 1 << 16
# zoneinfo cannot be asked at the two ends of the calendar; offsets there are those next to them.
_FIRST_US = (2 - EPOCH_ORDINAL) * DAY
_LAST_US = (MAX_ORDINAL - 1 - EPOCH_ORDINAL) * DAY
_NAME = re.compile(r"[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*", re.ASCII)

_Table = tuple[tuple[int, ...], tuple[int, ...]]


class Zone:
    """A time zone by its IANA name. Use the factory `zone`, which keeps one of each.

    Safe to share between threads, picklable, compared by name.

    Example:
        >>> z = zone("Asia/Shanghai")
        >>> z.isoformat(z.start_of(date(2024, 3, 1).toordinal()))
        '2024-03-01T00:00:00+08:00'
    """

    __slots__ = ("_blocks", "_info", "_lock", "_starts", "name")

    def __init__(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise _unknown(name)
        try:
            self._info = ZoneInfo(name)
        except (OSError, ValueError, LookupError) as error:
            raise _unknown(name) from error
        self.name = name
        self._blocks: dict[int, int | _Table] = {}
        self._starts: dict[int, int] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"zone({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Zone) else NotImplemented

    def __hash__(self) -> int:
        return hash((Zone, self.name))

    def __reduce__(self) -> tuple[Any, ...]:
        return zone, (self.name,)

    @property
    def tzinfo(self) -> ZoneInfo:
        """The zone as the standard library has it."""
        return self._info

    def offset(self, us: int) -> int:
        """Return local time minus UTC at the instant, in microseconds."""
        try:
            known = self._blocks[us // _BLOCK]
        except KeyError:
            known = self._learn(us // _BLOCK)
        if type(known) is int:
            return known
        starts, offsets = known  # type: ignore[misc]
        return offsets[bisect_right(starts, us) - 1]

    def ordinal(self, us: int) -> int:
        """Return the ordinal of the local date at the instant."""
        try:
            known = self._blocks[us // _BLOCK]
        except KeyError:
            known = self._learn(us // _BLOCK)
        if type(known) is int:
            return (us + known) // DAY + EPOCH_ORDINAL
        starts, offsets = known  # type: ignore[misc]
        return (us + offsets[bisect_right(starts, us) - 1]) // DAY + EPOCH_ORDINAL

    def start_of(self, ordinal: int) -> int:
        """Return the first instant of a local date, in microseconds.

        That is local 00:00, or the first later instant where the clock skips midnight.
        """
        try:
            return self._starts[ordinal]
        except KeyError:
            pass
        if len(self._starts) >= _STARTS_KEPT:
            self._starts = {}
        start = self._starts[ordinal] = self.from_wall((ordinal - EPOCH_ORDINAL) * DAY)
        return start

    def from_wall(self, wall: int) -> int:
        """Turn local wall time, in microseconds since local 1970-01-01T00:00, into an instant.

        Of two instants with the same wall time the first is meant; a wall time that the clock
        skips maps forward by the length of the gap.
        """
        blocks = self._blocks
        early = blocks.get((wall - DAY) // _BLOCK)
        if type(early) is int and early == blocks.get((wall + DAY) // _BLOCK):
            return wall - early
        before, after = self.offset(wall - DAY), self.offset(wall + DAY)
        if before == after:
            return wall - before
        # One change lies near. The earlier offset is right up to the change and inside a gap.
        first = wall - before
        if self.offset(first) == before:
            return first
        second = wall - after
        return second if self.offset(second) == after else first

    def from_local(self, local: datetime) -> int:
        """Turn a naive local datetime into an instant; see `from_wall` for the odd hours.

        Raises:
            UsageError: The datetime has an offset already.
        """
        if local.tzinfo is not None:
            raise UsageError(
                Text(
                    f"`{local.isoformat()}` 已带时差，不是当地时间",
                    f"`{local.isoformat()}` has an offset already and is not a local time",
                )
            )
        return self.from_wall((local - _NAIVE_EPOCH) // _MICROSECOND)

    def to_datetime(self, us: int) -> datetime:
        """Return the instant as an aware datetime in this zone.

        Raises:
            UsageError: The instant lies outside the years 1 to 9999.
        """
        try:
            return (_EPOCH + timedelta(microseconds=us)).astimezone(self._info)
        except OverflowError as error:
            raise UsageError(
                Text("时刻超出公元 1 至 9999 年", "the instant is outside the years 1 to 9999")
            ) from error

    def isoformat(self, us: int) -> str:
        """Return the instant as ``2023-03-02T09:00:00+08:00``; parts of a second if not zero."""
        return self.to_datetime(us).isoformat()

    def _learn(self, block: int) -> int | _Table:
        """Find the offsets of one block, probing once a day and then halving.

        No zone has ever changed its clock twice within a day.
        """
        start, end = block * _BLOCK, (block + 1) * _BLOCK
        starts, offsets = [start], [self._ask(start)]
        for low in range(start, end, DAY):
            high = min(low + DAY, end - 1)
            if self._ask(high) != offsets[-1]:
                starts.append(self._change(low, high))
                offsets.append(self._ask(high))
        found = offsets[0] if len(offsets) == 1 else (tuple(starts), tuple(offsets))
        with self._lock:
            self._blocks[block] = found
        return found

    def _change(self, low: int, high: int) -> int:
        """Return the first microsecond in (low, high] whose offset differs from that at `low`."""
        before = self._ask(low)
        while high - low > 1:
            middle = (low + high) // 2
            if self._ask(middle) == before:
                low = middle
            else:
                high = middle
        return high

    def _ask(self, us: int) -> int:
        clamped = min(max(us, _FIRST_US), _LAST_US)
        moment = (_EPOCH + timedelta(microseconds=clamped)).astimezone(self._info)
        delta = moment.utcoffset()
        return 0 if delta is None else delta // _MICROSECOND


@lru_cache(maxsize=256)
def zone(name: str) -> Zone:
    """Return the zone of an IANA name such as ``Asia/Shanghai``.

    Raises:
        UsageError: There is no such zone.
    """
    return Zone(name)


def microseconds(aware: datetime) -> int:
    """Return an aware datetime as microseconds since the epoch, UTC.

    Raises:
        UsageError: The datetime is naive.
    """
    if aware.utcoffset() is None:
        raise UsageError(
            Text(
                f"`{aware.isoformat()}` 没有时区",
                f"`{aware.isoformat()}` has no timezone",
            ),
            hint=Text(
                "请带上时差，例如 2024-03-01T09:00+08:00",
                "give an offset, for example 2024-03-01T09:00+08:00",
            ),
        )
    return (aware - _EPOCH) // _MICROSECOND


def _unknown(name: str) -> UsageError:
    near = did_you_mean(name, available_timezones()) or "Asia/Shanghai"
    return UsageError(
        Text(f"未知的时区 `{name:.64}`", f"unknown time zone `{name:.64}`"),
        hint=Text(f"是否指 `{near}`？", f"did you mean `{near}`?"),
    )
