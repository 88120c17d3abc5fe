"""The kinds of durations as values, and moving a date by months.

Written and read by ``stdrules.base.time.durations``, applied by ``stdrules.base.time.dues``.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from stdrules.base.errors import BadValue
from stdrules.base.text import Text


@dataclass(frozen=True, slots=True)
class Exact:
    """Elapsed time in microseconds."""

    us: int


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days."""

    n: int


@dataclass(frozen=True, slots=True)
class Months:
    """Calendar months; a year is twelve of them."""

    n: int


@dataclass(frozen=True, slots=True)
class Workdays:
    """Working days of a calendar that is named elsewhere."""

    n: int


Duration: TypeAlias = Exact | Days | Months | Workdays


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years-and-months value of an expression: an ordered, signed number of months."""

    months: int


def add_months(ordinal: int, months: int) -> int:
    """Move a date by months: the same day number, clamped to the end of the month.

    Args:
        ordinal: A date.
        months: How many, negative to go back.

    Raises:
        BadValue: The result lies outside the years 1 to 9999.

    Example:
        >>> date.fromordinal(add_months(date(2024, 1, 31).toordinal(), 1))
        datetime.date(2024, 2, 29)
    """
    day = date.fromordinal(ordinal)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise BadValue(Text("日期超出公元 1 至 9999 年", "the date is outside the years 1 to 9999"))
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).toordinal()
