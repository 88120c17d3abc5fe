"""Periods: calendar weeks, months, quarters, half-years and years, and tiles of equal length.

A period is a half-open interval of dates, given as ordinals. Weeks are ISO weeks, Monday to
Sunday, named after the year of their Thursday. Tiles are counted from an anchor date, from 1.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from stdrules.base.errors import UsageError
from stdrules.base.text import Text

Unit: TypeAlias = Literal["week", "month", "quarter", "half_year", "year"]
UNITS: tuple[Unit, ...] = ("week", "month", "quarter", "half_year", "year")
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class Period(NamedTuple):
    """A named run of dates: `start` is its first date, `end` the one after its last."""

    label: str
    start: int
    end: int

    @property
    def days(self) -> int:
        """How many dates it has."""
        return self.end - self.start

    def contains(self, ordinal: int) -> bool:
        """Tell whether the date lies in the period."""
        return self.start <= ordinal < self.end


def period_of(unit: Unit, ordinal: int) -> Period:
    """Return the calendar period that holds a date.

    Raises:
        UsageError: There is no such unit.

    Example:
        >>> period_of("quarter", date(2024, 5, 9).toordinal()).label
        '2024-Q2'
        >>> period_of("week", date(2024, 12, 31).toordinal()).label
        '2025-W01'
    """
    day = date.fromordinal(ordinal)
    if unit == "week":
        year, week, weekday = day.isocalendar()
        start = ordinal - weekday + 1
        return Period(f"{year:04d}-W{week:02d}", start, start + 7)
    size = _MONTHS.get(unit)
    if size is None:
        known = ", ".join(UNITS)
        raise UsageError(
            Text(f"未知的周期单位 `{unit}`", f"unknown unit of a period `{unit}`"),
            hint=Text(f"可用的单位：{known}", f"units: {known}"),
        )
    return _part_of(day.year, (day.month - 1) // size, size)


@lru_cache(4096)
def _part_of(year: int, index: int, size: int) -> Period:
    """Return one of the parts of a year that have so many months each."""
    start = _first_of(year, index * size + 1)
    return Period(_label(year, index, size), start, _first_of(year, (index + 1) * size + 1))


def periods_between(unit: Unit, first: int, last: int) -> tuple[Period, ...]:
    """Return the periods that share a date with `first` to `last`, both included, in order.

    Example:
        >>> days = date(2024, 1, 31).toordinal(), date(2024, 3, 1).toordinal()
        >>> [period.label for period in periods_between("month", *days)]
        ['2024-01', '2024-02', '2024-03']
    """
    found: list[Period] = []
    at = first
    while at <= last:
        found.append(period_of(unit, at))
        at = found[-1].end
    return tuple(found)


def tile_of(n_days: int, anchor: int, ordinal: int) -> Period:
    """Return the tile of `n_days` dates, counted from `anchor`, that holds a date.

    Raises:
        UsageError: The length is not positive, or the date lies before the anchor.

    Example:
        >>> tile_of(14, 100, 113), tile_of(14, 100, 114).label
        (Period(label='T001', start=100, end=114), 'T002')
    """
    if n_days < 1:
        raise UsageError(Text(f"周期长度 `{n_days}` 不是正数", f"`{n_days}` days is no length"))
    if ordinal < anchor:
        raise UsageError(Text("日期早于周期的起点", "the date lies before the anchor of the tiles"))
    index = (ordinal - anchor) // n_days
    start = anchor + index * n_days
    return Period(f"T{index + 1:03d}", start, start + n_days)


def tiles_between(n_days: int, anchor: int, first: int, last: int) -> tuple[Period, ...]:
    """Return the tiles that share a date with `first` to `last`, both included, in order.

    Dates before the anchor belong to no tile.
    """
    found: list[Period] = []
    at = max(first, anchor)
    while at <= last:
        found.append(tile_of(n_days, anchor, at))
        at = found[-1].end
    return tuple(found)


def _first_of(year: int, month: int) -> int:
    """Return the first of a month; month 13 is January of the next year, also after 9999."""
    if month <= 12:
        return date(year, month, 1).toordinal()
    return date(year, 12, 31).toordinal() + 1


def _label(year: int, index: int, size: int) -> str:
    if size == 12:
        return f"{year:04d}"
    if size == 1:
        return f"{year:04d}-{index + 1:02d}"
    return f"{year:04d}-{'Q' if size == 3 else 'H'}{index + 1}"
