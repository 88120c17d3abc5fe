"""Moments read in the zone of a ruleset: texts, dates, datetimes, serial numbers of sheets.

Semantics: docs/semantics.md, section 2.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from stdrules.base.errors import BadValue, UsageError
from stdrules.base.text import Text
from stdrules.base.time.moments import When, excel_serial, from_date, parse_moment, to_value
from stdrules.base.time.zones import Zone, microseconds
from stdrules.intake.plain import clean, to_second, unfit

_YEARS = (1900, 2200)
_CACHE = 1 << 16


class Times:
    """Reads moments in one zone, remembering texts that it has read.

    Args:
        zone: Where times without an offset are meant.
        cells: Whether values come from cells of a sheet: then a number may be a serial number,
            and a datetime without an offset is local time.
        date1904: Whether serial numbers count from 1904.
    """

    __slots__ = ("_known", "cells", "date1904", "zone")

    def __init__(self, zone: Zone, cells: bool = False, date1904: bool = False) -> None:
        self.zone = zone
        self.cells = cells
        self.date1904 = date1904
        self._known: dict[str | date, tuple[When, date | datetime | None]] = {}

    def when(self, raw: object) -> When:
        """Return the interval of microseconds that `raw` names.

        Raises:
            BadValue: It is no date, instant or interval.
        """
        return self.both(raw)[0]

    def both(self, raw: object) -> tuple[When, date | datetime | None]:
        """Return the interval, and the same as a value; None if it is neither day nor instant.

        Raises:
            BadValue: It is no date, instant or interval.
        """
        if isinstance(raw, str | date):
            known = self._known.get(raw)
            if known is None:
                if len(self._known) >= _CACHE:
                    self._known.clear()
                known = self._known[raw] = self._with_value(self._of_object(raw))
            return known
        return self._with_value(self._of_object(raw))

    def _with_value(self, when: When) -> tuple[When, date | datetime | None]:
        try:
            return when, to_value(when, self.zone)
        except UsageError as error:
            if when.first == when.last:
                raise BadValue(Text("时刻超出范围", "the instant is out of range")) from error
            return when, None

    def _of_object(self, raw: object) -> When:
        if isinstance(raw, str):
            return parse_moment(clean(raw), self.zone)
        if isinstance(raw, When):
            return raw
        if isinstance(raw, datetime):
            if raw.tzinfo is not None and raw.utcoffset() is not None:
                us = microseconds(raw)
                return When(us, us)
            if not self.cells:
                raise BadValue(
                    Text(f"`{raw.isoformat()}` 没有时区", f"`{raw.isoformat()}` has no timezone"),
                    hint=Text("请用带时区的 datetime，或写成文本",
                              "give an aware datetime, or a text"),
                )  # fmt: skip
            us = self.zone.from_local(to_second(raw))
            return When(us, us)
        if isinstance(raw, date):
            return from_date(raw, self.zone)
        if self.cells and isinstance(raw, int | Decimal) and not isinstance(raw, bool):
            if raw == int(raw) and _YEARS[0] <= raw < _YEARS[1]:
                raise BadValue(
                    Text(f"`{raw}` 像是年份，不是日期", f"`{raw}` looks like a year, not a date")
                )
            return excel_serial(raw, self.zone, self.date1904)
        raise unfit(raw, "moment")


def read_moment(raw: object, times: Times) -> date | datetime:
    """Read a day or an instant.

    Raises:
        BadValue: It is neither, or an interval.
    """
    value = times.both(raw)[1]
    if value is None:
        raise BadValue(
            Text(f"`{raw}` 是区间，不是日期或时刻", f"`{raw}` is an interval, not a moment")
        )
    return value


def read_date(raw: object, times: Times) -> date:
    """Read a day; an instant at 00:00 is the day that it begins, as exports write it.

    Raises:
        BadValue: It is no day, or has a time of day.
    """
    value = read_moment(raw, times)
    if not isinstance(value, datetime):
        return value
    if value.timetz().replace(tzinfo=None) != datetime.min.time():
        raise BadValue(
            Text(f"`{raw}` 带有时间，此处应为日期", f"`{raw}` has a time of day; a date is meant")
        )
    return value.date()
