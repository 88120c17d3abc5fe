"""Dues: when something is due, whether an act was in time, and by how much it was late.

An exact due is an instant and closed: acting at it is in time. A due in days, months or working
days is a date: an act is in time up to the 24:00 that ends it, and 24:00 itself is late, because it
begins the next day.

A moment of coarse grain gives an interval; what cannot be decided is an unknown without items (the
caller knows their names). Semantics: docs/semantics.md, section 4.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.base.time.calendars import Calendar
from stdrules.base.time.kinds import Days, Duration, Exact, Months, Workdays, add_months
from stdrules.base.time.moments import When, whole_days
from stdrules.base.time.zones import Zone
from stdrules.base.truth import UNKNOWN, Missing, Truth

Roll: TypeAlias = Literal["none", "next_workday", "previous_workday"]
Lateness: TypeAlias = tuple[Literal["exact"], int, int] | tuple[Literal["days"], int]


class Due(NamedTuple):
    """When something is due, as a closed interval of possible dues.

    `day` false: `first` and `last` are microseconds since the epoch. `day` true: they are
    ordinals of the due date. They differ if what starts the clock is known to the day only.
    """

    day: bool
    first: int
    last: int


def due_after(
    trigger: When, d: Duration, zone: Zone, calendar: Calendar, roll: Roll = "none"
) -> Due | Missing:
    """Return the due that lies a duration after a trigger.

    Args:
        trigger: What starts the clock. Its date is not counted.
        d: The time allowed.
        zone: Where dates begin and end.
        calendar: Counts working days, for such durations and for `roll`.
        roll: What happens if a due *date* is not a working day. An exact due is not a date
            and never rolls.

    Returns:
        The due, or the calendar's unknown if it does not cover a day that matters.

    Example:
        >>> from datetime import date
        >>> from stdrules.base.time.calendars import calendar
        >>> from stdrules.base.time.moments import parse_moment
        >>> from stdrules.base.time.zones import zone
        >>> z = zone("Asia/Shanghai")
        >>> due = due_after(parse_moment("2024-03-01T09:00", z), Days(7), z, calendar("weekdays"))
        >>> z.isoformat(due_end(due, z)[0])
        '2024-03-09T00:00:00+08:00'
    """
    if type(d) is Exact:
        return Due(False, trigger.first + d.us, trigger.last + d.us)
    return _day_due(trigger, d, 1, zone, calendar, roll)


def due_before(
    event: When, d: Duration, zone: Zone, calendar: Calendar, roll: Roll = "none"
) -> Due | Missing:
    """Return the due that lies a duration before an event: at the latest then.

    For days it is the end of the date that many days before the event's date; for an exact
    duration the instant that much earlier. Arguments and result as for `due_after`.
    """
    if type(d) is Exact:
        return Due(False, event.first - d.us, event.last - d.us)
    return _day_due(event, d, -1, zone, calendar, roll)


def due_on(ordinal: int) -> Due:
    """Return the due that is a given date."""
    return Due(True, ordinal, ordinal)


def due_end(due: Due, zone: Zone) -> tuple[int, int]:
    """Return the instants reported for a due: for a date the 00:00 that ends it."""
    if due.day:
        return zone.start_of(due.first + 1), zone.start_of(due.last + 1)
    return due.first, due.last


def in_time(act: When, due: Due, zone: Zone) -> Truth:
    """Tell whether an act met its due: True, False, or an unknown without items.

    Args:
        act: When it was done. Whether it came before its trigger is not asked here.
        due: When it was due.
        zone: Where dates begin and end.
    """
    if due.day:
        if act.last < zone.start_of(due.first + 1):
            return True
        return False if act.first >= zone.start_of(due.last + 1) else UNKNOWN
    if act.last <= due.first:
        return True
    return False if act.first > due.last else UNKNOWN


def passed(due: Due, as_of_us: int, zone: Zone) -> Truth:
    """Tell whether a due lies in the past: an act at `as_of_us` would certainly be late.

    Law: for an instant ``passed(due, t) == not3(in_time(t, due))``.
    """
    if due.day:
        if as_of_us >= zone.start_of(due.last + 1):
            return True
        return False if as_of_us < zone.start_of(due.first + 1) else UNKNOWN
    if as_of_us > due.last:
        return True
    return False if as_of_us <= due.first else UNKNOWN


def lateness(act: When, due: Due, zone: Zone) -> Lateness:
    """Return by how much an act was late.

    Returns:
        ``("days", n)`` if the act is a date and the due is one date: the difference of the
        dates. Else ``("exact", lo, hi)`` in microseconds after the end of the due; both equal if
        nothing is vague, and zero or negative where the act may have been in time.
    """
    if due.day and due.first == due.last and act.first != act.last:
        days = whole_days(act, zone)
        if days is not None and days[0] == days[1]:
            return ("days", days[0] - due.first)
    first, last = due_end(due, zone)
    return ("exact", act.first - last, act.last - first)


def _day_due(
    start: When, d: Duration, sign: int, zone: Zone, calendar: Calendar, roll: Roll
) -> Due | Missing:
    low = zone.ordinal(start.first)
    first = _rolled(_moved(low, d, sign, calendar), roll, calendar)
    if isinstance(first, Missing):
        return first
    high = low if start.first == start.last else zone.ordinal(start.last)
    if high == low:
        return Due(True, first, first)
    last = _rolled(_moved(high, d, sign, calendar), roll, calendar)
    return last if isinstance(last, Missing) else Due(True, first, last)


def _moved(ordinal: int, d: Duration, sign: int, calendar: Calendar) -> int | Missing:
    if type(d) is Days:
        return ordinal + sign * d.n
    if type(d) is Workdays:
        if sign > 0:
            return calendar.nth_workday_after(ordinal, d.n)
        return calendar.nth_workday_before(ordinal, d.n)
    if type(d) is Months:
        return add_months(ordinal, sign * d.n)
    raise UsageError(Text(f"`{d!r}` 不是时长", f"`{d!r}` is not a duration"))


def _rolled(ordinal: int | Missing, roll: Roll, calendar: Calendar) -> int | Missing:
    if roll == "none" or isinstance(ordinal, Missing):
        return ordinal
    works = calendar.is_workday(ordinal)
    if works is True:
        return ordinal
    if isinstance(works, Missing):
        return works
    if roll == "next_workday":
        return calendar.nth_workday_after(ordinal, 1)
    return calendar.nth_workday_before(ordinal, 1)
