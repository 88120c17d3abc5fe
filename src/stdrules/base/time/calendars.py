"""Calendars: which days are working days, from named data with an edition and an end.

A calendar asked about a day that its data do not cover answers an unknown that names itself and the
year, never a guess. Working days near the end of the last covered year rest on what was published
by then: a later decree for the next year may still move some days of that December.

Calendars
    ``CN``        working days of mainland China, from the package chinesecalendar.
    ``weekdays``  Monday to Friday, without end.
    ``everyday``  every day, without end.

Additions give a calendar further years or an organisation's own days, as data.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, Protocol

from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import BadValue, UsageError
from stdrules.base.text import Text
from stdrules.base.time.zones import MAX_ORDINAL
from stdrules.base.truth import Missing

NAMES: Final = ("CN", "everyday", "weekdays")
_WEEKDAYS = frozenset(range(5))
_KEYS = ("holidays", "workdays", "years")
_Frozen = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


class Calendar(Protocol):
    """What the engine asks of a calendar. Dates are ordinals."""

    @property
    def name(self) -> str:
        """The name that a ruleset gives."""

    @property
    def edition(self) -> str:
        """Where the data come from, with their version."""

    @property
    def digest(self) -> str:
        """12 hexadecimal digits that change whenever an answer may change."""

    def is_workday(self, ordinal: int) -> bool | Missing:
        """Tell whether the date is a working day."""

    def nth_workday_after(self, ordinal: int, n: int) -> int | Missing:
        """Return the n-th working day after the date; for n = 0 the date itself."""

    def nth_workday_before(self, ordinal: int, n: int) -> int | Missing:
        """Return the n-th working day before the date; for n = 0 the date itself."""

    def count_workdays(self, first: int, last: int) -> int | Missing:
        """Count the working days from `first` to `last`, both included."""


class RuleCalendar:
    """Working days by the day of the week, without end, with single days changed."""

    def __init__(self, name: str, week: frozenset[int], additions: _Frozen) -> None:
        self.name = name
        self._week = sorted(week)
        self._pattern = tuple(day in week for day in range(7))
        self._additions = additions
        holidays, workdays, _ = additions
        wanted = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
        # Only days that differ from the rule, so that counting can correct by them.
        self._changed = {d: v for d, v in sorted(wanted.items()) if self._pattern[_weekday(d)] != v}
        self._days = list(self._changed)
        self._gain = [0]
        for value in self._changed.values():
            self._gain.append(self._gain[-1] + (1 if value else -1))

    @property
    def edition(self) -> str:
        """The rule, and whether days were added."""
        return f"{self.name} 1" + (" + additions" if self._changed else "")

    @property
    def digest(self) -> str:
        """12 hexadecimal digits over the rule and the changed days."""
        return _digest(self.name, self._week, sorted(self._changed.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.name, self._additions)

    def is_workday(self, ordinal: int) -> bool | Missing:
        """Tell whether the date is a working day."""
        changed = self._changed.get(ordinal)
        return self._pattern[(ordinal + 6) % 7] if changed is None else changed

    def nth_workday_after(self, ordinal: int, n: int) -> int | Missing:
        """Return the n-th working day after the date; for n = 0 the date itself."""
        return self._select(self._count_to(ordinal) + n) if n > 0 else ordinal

    def nth_workday_before(self, ordinal: int, n: int) -> int | Missing:
        """Return the n-th working day before the date; for n = 0 the date itself."""
        return self._select(self._count_to(ordinal - 1) - n + 1) if n > 0 else ordinal

    def count_workdays(self, first: int, last: int) -> int | Missing:
        """Count the working days from `first` to `last`, both included."""
        return self._count_to(last) - self._count_to(first - 1) if last >= first else 0

    def _count_to(self, ordinal: int) -> int:
        """Count the working days from ordinal 1 (a Monday) up to a date; negative before it."""
        weeks, rest = divmod(ordinal, 7)
        regular = weeks * len(self._week) + bisect_left(self._week, rest)
        return regular + self._gain[bisect_right(self._days, ordinal)]

    def _select(self, rank: int) -> int:
        """Return the date with the given count: the least one whose `_count_to` reaches it."""
        # The changed days shift the regular answer by at most their number, in working weeks.
        size = len(self._week)
        slack = (len(self._days) // size + 2) * 7
        guess = (rank // size) * 7
        low, high = guess - slack, guess + slack
        while low < high:
            middle = (low + high) // 2
            if self._count_to(middle) < rank:
                low = middle + 1
            else:
                high = middle
        return low


class TableCalendar:
    """Working days of covered years, loaded at the first question."""

    def __init__(self, name: str, additions: _Frozen) -> None:
        self.name = name
        self._additions = additions
        self._lock = threading.Lock()
        self._table: _Table | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.name, self._additions)

    @property
    def edition(self) -> str:
        """The package of the data with its version, and whether days were added."""
        return self._loaded().edition

    @property
    def digest(self) -> str:
        """12 hexadecimal digits over the covered years and every working day in them."""
        return self._loaded().digest

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are covered, in order."""
        return self._loaded().years

    def is_workday(self, ordinal: int) -> bool | Missing:
        """Tell whether the date is a working day."""
        table = self._table or self._loaded()
        known = table.days.get(ordinal)
        return self._unknown(ordinal) if known is None else known

    def nth_workday_after(self, ordinal: int, n: int) -> int | Missing:
        """Return the n-th working day after the date; for n = 0 the date itself."""
        if n <= 0:
            return ordinal
        table = self._table or self._loaded()
        at = bisect_right(table.starts, ordinal + 1) - 1
        if at < 0 or ordinal + 1 >= table.ends[at]:
            return self._unknown(ordinal + 1)
        workdays = table.workdays[at]
        index = bisect_right(workdays, ordinal) + n - 1
        return workdays[index] if index < len(workdays) else self._unknown(table.ends[at])

    def nth_workday_before(self, ordinal: int, n: int) -> int | Missing:
        """Return the n-th working day before the date; for n = 0 the date itself."""
        if n <= 0:
            return ordinal
        table = self._table or self._loaded()
        at = bisect_right(table.starts, ordinal - 1) - 1
        if at < 0 or ordinal - 1 >= table.ends[at]:
            return self._unknown(ordinal - 1)
        index = bisect_left(table.workdays[at], ordinal) - n
        return table.workdays[at][index] if index >= 0 else self._unknown(table.starts[at] - 1)

    def count_workdays(self, first: int, last: int) -> int | Missing:
        """Count the working days from `first` to `last`, both included."""
        if last < first:
            return 0
        table = self._table or self._loaded()
        at = bisect_right(table.starts, first) - 1
        if at < 0 or first >= table.ends[at]:
            return self._unknown(first)
        if last >= table.ends[at]:
            return self._unknown(table.ends[at])
        workdays = table.workdays[at]
        return bisect_right(workdays, last) - bisect_left(workdays, first)

    def _unknown(self, ordinal: int) -> Missing:
        year = date.fromordinal(min(max(ordinal, 1), MAX_ORDINAL)).year
        return Missing(f"calendar {self.name} {year}")

    def _loaded(self) -> _Table:
        if self._table is None:
            with self._lock:
                if self._table is None:
                    self._table = _load_cn(self.name, self._additions)
        return self._table


class _Table:
    """The days of the covered years and, for each unbroken run of years, its working days."""

    def __init__(self, name: str, edition: str, years: set[int], days: dict[int, bool]) -> None:
        self.edition = edition
        self.years = tuple(sorted(years))
        self.days = days
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.workdays: list[list[int]] = []
        for year in self.years:
            start, end = _year_bounds(year)
            if not self.ends or self.ends[-1] != start:
                self.starts.append(start)
                self.ends.append(start)
                self.workdays.append([])
            self.ends[-1] = end
            self.workdays[-1].extend(d for d in range(start, end) if days[d])
        self.digest = _digest(name, self.years, sorted(days.items()))


def calendar(
    name: str, additions: Mapping[str, Iterable[str | int | date]] | None = None
) -> Calendar:
    """Return a calendar by name, with an organisation's own days if given.

    Args:
        name: ``CN``, ``weekdays`` or ``everyday``.
        additions: `holidays` and `workdays`: dates (``2027-02-05``), ranges of dates
            (``2027-02-05/2027-02-11``) or ``date`` objects. `years`: years that these dates
            complete (``2027``); without it a date after the end of the data says nothing about
            the days around it.

    Raises:
        UsageError: There is no calendar of that name.
        BadValue: The additions have an unknown key, an impossible date, or a date that is
            both a holiday and a working day.

    Example:
        >>> day = date(2024, 2, 9).toordinal()
        >>> date.fromordinal(calendar("CN").nth_workday_after(day, 1))
        datetime.date(2024, 2, 18)
    """
    return _restore(name, _frozen(additions or {}))


@lru_cache(maxsize=64)
def _restore(name: str, additions: _Frozen) -> Calendar:
    if name == "CN":
        return TableCalendar(name, additions)
    if name == "weekdays":
        return RuleCalendar(name, _WEEKDAYS, additions)
    if name == "everyday":
        return RuleCalendar(name, frozenset(range(7)), additions)
    near = did_you_mean(name, NAMES)
    known = ", ".join(f"`{known}`" for known in NAMES)
    hint = Text(f"可用的日历：{known}", f"calendars: {known}")
    if near:
        hint = Text(f"是否指 `{near}`？", f"did you mean `{near}`?")
    raise UsageError(Text(f"未知的日历 `{name}`", f"unknown calendar `{name}`"), hint=hint)


def _load_cn(name: str, additions: _Frozen) -> _Table:
    # By name, at the first question: the package is needed by few runs and costs time to import.
    package: Any = importlib.import_module("chinese_calendar")
    data: Any = importlib.import_module("chinese_calendar.constants")
    holidays = {day.toordinal() for day in data.holidays}
    workdays = {day.toordinal() for day in data.workdays}
    spoken = [day.year for day in data.holidays]
    years = set(range(min(spoken), max(spoken) + 1))
    own_holidays, own_workdays, own_years = additions
    years |= set(own_years)
    days: dict[int, bool] = {}
    for year in sorted(years):
        for day in range(*_year_bounds(year)):
            rule = _weekday(day) < 5
            days[day] = day in workdays or (rule and day not in holidays)
    days |= dict.fromkeys(own_holidays, False) | dict.fromkeys(own_workdays, True)
    edition = f"chinesecalendar {package.__version__}" + (" + additions" if any(additions) else "")
    return _Table(name, edition, years, days)


def _frozen(additions: Mapping[str, Iterable[str | int | date]]) -> _Frozen:
    for key in additions:
        if key not in _KEYS:
            near = did_you_mean(key, _KEYS) or ", ".join(_KEYS)
            raise BadValue(
                Text(f"日历补充中有未知的键 `{key}`", f"unknown key `{key}` in calendar additions"),
                hint=Text(f"是否指 `{near}`？", f"did you mean `{near}`?"),
            )
    holidays = {d for value in additions.get("holidays", ()) for d in _dates(value)}
    workdays = {d for value in additions.get("workdays", ()) for d in _dates(value)}
    if both := holidays & workdays:
        day = date.fromordinal(min(both)).isoformat()
        raise BadValue(
            Text(f"`{day}` 既是假日又是工作日", f"`{day}` is both a holiday and a workday")
        )
    years = {_year(value) for value in additions.get("years", ())}
    return tuple(sorted(holidays)), tuple(sorted(workdays)), tuple(sorted(years))


def _dates(value: str | int | date) -> range:
    if isinstance(value, date):
        return range(value.toordinal(), value.toordinal() + 1)
    try:
        first, _, last = str(value).partition("/")
        start = date.fromisoformat(first).toordinal()
        end = date.fromisoformat(last).toordinal() if last else start
    except ValueError:
        start, end = 1, 0
    if not 0 <= end - start <= 366:
        raise BadValue(
            Text(f"`{value}` 不是日期或日期区间", f"`{value}` is not a date or a range of dates"),
            hint=Text(
                "请写成 2027-02-05 或 2027-02-05/2027-02-11",
                "write 2027-02-05 or 2027-02-05/2027-02-11",
            ),
        )
    return range(start, end + 1)


def _year(value: str | int | date) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) == 4 and text > "0000"):
        raise BadValue(Text(f"`{text}` 不是年份", f"`{text}` is not a year"))
    return int(text)


def _weekday(ordinal: int) -> int:
    return (ordinal + 6) % 7


def _year_bounds(year: int) -> tuple[int, int]:
    start = date(year, 1, 1).toordinal()
    return start, date(year, 12, 31).toordinal() + 1


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
