"""Built-in functions on dates, times and durations, and the reading of their literals.

There is no clock: nothing here depends on when it runs. A date and time always has an offset or
the zone given to the compiler; without either it is refused.

Source:
    DMN 1.5, clauses 10.3.4.1, 10.3.4.7 and 10.3.2.3 (ISO 8601 lexical forms).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from stdrules.base.time.durations import YearsMonths
from stdrules.feel.functions import builtin
from stdrules.feel.operators import instant

__all__ = ["literal", "read_moment"]

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}|@[A-Za-z_]{1,20}(?:/[A-Za-z_]{1,20}){0,2})?"
)
_DAYS = re.compile(
    r"(-?)P(?:([0-9]{1,9})D)?"
    r"(T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,6}))?S)?)?"
)
_MONTHS = re.compile(r"(-?)P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _zone(text: str | None) -> Any:
    if text is None:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (KeyError, ValueError, OSError):
            raise ValueError(text) from None
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _read_time(text: str) -> time | None:
    """Read hh:mm:ss with optional fraction and offset."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, offset = found.groups()
    micro = int((fraction or "").ljust(6, "0"))
    return time(int(hour), int(minute), int(second), micro, tzinfo=_zone(offset))


def _read_date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    return None if found is None else date(*map(int, found.groups()))


def _read_date_time(text: str, zone: str | None) -> datetime | None:
    day, mark, clock = text.partition("T")
    if not mark:
        return None
    first, second = _read_date(day), _read_time(clock)
    if first is None or second is None:
        return None
    return combine(first, second, zone)


def combine(day: date, clock: time, zone: str | None) -> datetime | None:
    """Join a day and a time; without offset or zone there is no instant, so None."""
    if clock.tzinfo is not None:
        return datetime.combine(day, clock)
    return None if zone is None else datetime.combine(day, clock, ZoneInfo(zone))


def _read_duration(text: str) -> timedelta | YearsMonths | None:
    found = _MONTHS.fullmatch(text)
    if found is not None and text[-1] != "P":
        total = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonths(-total if found[1] else total)
    found = _DAYS.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        return None
    days, hours, minutes, seconds = (int(found[place] or 0) for place in (2, 4, 5, 6))
    total_time = timedelta(
        days=days, hours=hours, minutes=minutes, seconds=seconds,
        microseconds=int((found[7] or "").ljust(6, "0")),
    )  # fmt: skip
    return -total_time if found[1] else total_time


@lru_cache(maxsize=1024)
def read_moment(what: str, text: str, zone: str | None) -> Any:
    """Read a date, time, date and time or duration of one sort; None if it is not one.

    Args:
        what: ``date``, ``time``, ``date and time`` or ``duration``.
        text: ISO 8601 with ASCII digits.
        zone: Zone of a date and time without offset, or None to refuse those.
    """
    if not text.isascii() or len(text) > 64:
        return None
    try:
        if what == "date":
            return _read_date(text)
        if what == "time":
            return _read_time(text)
        if what == "duration":
            return _read_duration(text)
        return _read_date_time(text, zone)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=1024)
def literal(text: str, zone: str | None) -> Any:
    """Read an ``@"..."`` literal of any sort; None if it is not one."""
    for what in ("date", "date and time", "time", "duration"):
        found = read_moment(what, text, zone)
        if found is not None:
            return found
    return None


@builtin("date")
def _date(_budget: Any, first: Any, month: Any = None, day: Any = None) -> Any:
    if isinstance(first, datetime):
        return first.date()
    if isinstance(first, date):
        return first
    if type(first) is str:
        return read_moment("date", first, None) if month is None else None
    if month is None or day is None or any(part != int(part) for part in (first, month, day)):
        return None
    try:
        return date(int(first), int(month), int(day))
    except ValueError:
        return None


@builtin("date and time")
def _date_and_time(_budget: Any, first: Any, clock: Any = None, zone: Any = None) -> Any:
    if clock is not None:
        day = first.date() if isinstance(first, datetime) else first
        return combine(day, clock, zone) if type(day) is date else None
    if isinstance(first, datetime):
        return first
    if isinstance(first, date):
        return combine(first, time.min, zone or "UTC")
    return read_moment("date and time", first, zone)


@builtin("time")
def _time(
    _budget: Any, first: Any, minute: Any = None, second: Any = None, offset: Any = None
) -> Any:
    if isinstance(first, datetime):
        return first.timetz()
    if isinstance(first, date):
        return time(0, 0, tzinfo=UTC)
    if isinstance(first, time):
        return first
    if type(first) is str:
        return read_moment("time", first, None)
    if minute is None or second is None or first != int(first) or minute != int(minute):
        return None
    whole = int(second)
    zone = None if offset is None else timezone(offset)
    try:
        micro = int((second - whole) * 1_000_000)
        return time(int(first), int(minute), whole, micro, tzinfo=zone)
    except ValueError:
        return None


@builtin("duration")
def _duration(_budget: Any, text: str) -> Any:
    return read_moment("duration", text, None)


@builtin("years and months duration")
def _years_and_months_duration(_budget: Any, start: Any, end: Any) -> Any:
    """Whole months from one day to the other, counted towards zero."""
    first, last = _day(start), _day(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


@builtin("day of year")
def _day_of_year(_budget: Any, value: Any) -> int:
    return int(_day(value).timetuple().tm_yday)


@builtin("day of week")
def _day_of_week(_budget: Any, value: Any) -> str:
    return _WEEKDAYS[_day(value).weekday()]


@builtin("month of year")
def _month_of_year(_budget: Any, value: Any) -> str:
    return _MONTH_NAMES[_day(value).month - 1]


@builtin("week of year")
def _week_of_year(_budget: Any, value: Any) -> int:
    return int(_day(value).isocalendar()[1])


_PARTS = {
    "date": ("year", "month", "day", "weekday"),
    "date and time": (
        "year", "month", "day", "weekday", "hour", "minute", "second", "timezone",
    ),
    "time": ("hour", "minute", "second", "timezone"),
    "days and time duration": ("days", "hours", "minutes", "seconds"),
    "years and months duration": ("years", "months"),
    "range": ("start", "end"),
}  # fmt: skip


def parts(kind: str) -> tuple[str, ...]:
    """Name the properties of a kind of value, as in ``d.year``."""
    return _PARTS.get(kind, ())


def part(kind: str, value: Any, name: str) -> Any:
    """Read a property; None if the kind has no such property."""
    if name not in _PARTS.get(kind, ()):
        return None
    if kind == "range":
        return value.low if name == "start" else value.high
    if kind == "days and time duration":
        return _duration_part(value, name)
    if kind == "years and months duration":
        years, months = divmod(abs(value.months), 12)
        return (years if name == "years" else months) * (-1 if value.months < 0 else 1)
    if name == "weekday":
        return int(value.isoweekday())
    if name == "timezone":
        return getattr(value.tzinfo, "key", None)
    return getattr(value, name)


def _duration_part(value: timedelta, name: str) -> int:
    sign, value = (-1, -value) if value < timedelta(0) else (1, value)
    rest, second = divmod(value.seconds, 60)
    hours, minutes = divmod(rest, 60)
    return sign * {"days": value.days, "hours": hours, "minutes": minutes, "seconds": second}[name]


__all__ += ["combine", "instant", "part", "parts"]
