"""The operators of FEEL on values, with unknowns.

An unknown operand gives an unknown result that names the same items. Null and kinds that
do not fit give null. A date against a date and time is compared as the whole day.

Semantics: docs/feel.md, "Operators" and "Missing values".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from operator import ge as _ge
from operator import gt as _gt
from operator import le as _le
from operator import lt as _lt
from typing import Any

from stdrules.base.truth import Missing, all3, and3, any3, not3
from stdrules.feel.values import (
    Budget,
    Range,
    as_list,
    charge,
    kind,
    tail,
    truth,
    unknown,
)

__all__ = [
    "contains",
    "eq",
    "ge",
    "gt",
    "in_list",
    "le",
    "lt",
    "ne",
    "same",
]  # fmt: skip

_TIME_OF_DAY = "time of day"
_ORDERED = frozenset(
    (
        "number", "string", "date", "time", "date and time",
        "days and time duration", "years and months duration",
    )
)  # fmt: skip
_LAST = time(23, 59, 59, 999999)


# -- equality -----------------------------------------------------------------


def eq(a: Any, b: Any, budget: Budget | None = None) -> Any:
    """Compare for equality; kinds that differ give null.

    Returns:
        True, False, Missing or None. Null equals null and a value known to be blank.
    """
    if type(a) is Missing or type(b) is Missing:
        return _eq_unknown(a, b)
    if a is None or b is None:
        return a is b
    first, second = kind(a), kind(b)
    if first == second:
        return _eq_kind(first, a, b, budget)
    if {first, second} == {"date", "date and time"}:
        day, moment = (a, b) if first == "date" else (b, a)
        return False if moment.date() != day else Missing(_TIME_OF_DAY)
    return None


def _eq_unknown(a: Any, b: Any) -> Any:
    other, missing = (a, b) if type(b) is Missing else (b, a)
    if other is None and missing.blank:
        return True
    return unknown(a, b)


def _eq_kind(name: str, a: Any, b: Any, budget: Budget | None) -> Any:
    if name == "list":
        return _eq_lists(as_list(a), as_list(b), budget)
    if name == "context":
        return _eq_contexts(a, b, budget)
    if name == "range":
        if (a.low_closed, a.high_closed) != (b.low_closed, b.high_closed):
            return False
        return and3(same(a.low, b.low, budget), same(a.high, b.high, budget))
    if name == "time" and (a.tzinfo is None) != (b.tzinfo is None):
        return None
    if name == "date and time":
        return instant(a) == instant(b)
    return bool(a == b) if name else None


def _eq_lists(a: tuple[Any, ...], b: tuple[Any, ...], budget: Budget | None) -> Any:
    charge(budget, 8 * min(len(a), len(b)) + 16)
    (a, more_a), (b, more_b) = tail(a), tail(b)
    if more_a is not None or more_b is not None:
        return unknown(*(more for more in (more_a, more_b) if more is not None))
    if len(a) != len(b):
        return False
    return all3(same(x, y, budget) for x, y in zip(a, b, strict=True))


def _eq_contexts(a: Mapping[str, Any], b: Mapping[str, Any], budget: Budget | None) -> Any:
    charge(budget, 16 * len(a) + 16)
    if a.keys() != b.keys():
        return False
    return all3(same(a[key], b[key], budget) for key in a)


def same(a: Any, b: Any, budget: Budget | None = None) -> bool | Missing:
    """Compare elements of lists: as `eq`, but different kinds are plainly different."""
    found = eq(a, b, budget)
    return False if found is None else truth(found)


def ne(a: Any, b: Any, budget: Budget | None = None) -> Any:
    """Negate `eq`."""
    found = eq(a, b, budget)
    return None if found is None else not3(found)


# -- order --------------------------------------------------------------------


def instant(value: datetime) -> datetime:
    """Give the same instant in UTC, so that clock changes cannot disturb comparisons."""
    if value.tzinfo is UTC:
        return value
    try:
        return value.astimezone(UTC)
    except OverflowError:  # within a day of the years 1 or 9999
        return value.replace(tzinfo=UTC)


def _compare(a: Any, b: Any, test: Callable[[Any, Any], bool]) -> Any:
    if type(a) is Missing or type(b) is Missing:
        return unknown(a, b)
    first, second = kind(a), kind(b)
    if first == second and first in _ORDERED:
        if first == "date and time":
            return test(instant(a), instant(b))
        if first == "time" and (a.tzinfo is None) != (b.tzinfo is None):
            return None
        return test(a, b)
    if first == "date" and second == "date and time":
        return _day_against(a, b, test)
    if first == "date and time" and second == "date":
        return _day_against(b, a, _MIRROR[test])
    return None


_MIRROR: dict[Any, Any] = {_lt: _gt, _gt: _lt, _le: _ge, _ge: _le}


def _day_against(day: date, moment: datetime, test: Any) -> bool | Missing:
    """Compare a whole day with an instant, in the zone of the instant.

    Certain if the first and the last microsecond of the day agree, which is enough
    because every test here is monotone over the day.
    """
    if moment.date() != day:
        return bool(test(day, moment.date()))
    clock = moment.time().replace(fold=0)
    early, late = bool(test(time.min, clock)), bool(test(_LAST, clock))
    return early if early is late else Missing(_TIME_OF_DAY)


def lt(a: Any, b: Any) -> Any:
    """Tell whether a is before b."""
    return _compare(a, b, _lt)


def le(a: Any, b: Any) -> Any:
    """Tell whether a is not after b."""
    return _compare(a, b, _le)


def gt(a: Any, b: Any) -> Any:
    """Tell whether a is after b."""
    return _compare(a, b, _gt)


def ge(a: Any, b: Any) -> Any:
    """Tell whether a is not before b."""
    return _compare(a, b, _ge)


def between(value: Any, low: Any, high: Any) -> Any:
    """Tell whether low <= value <= high."""
    return _both(ge(value, low), le(value, high))


def _both(a: Any, b: Any) -> Any:
    if a is False or b is False:
        return False
    return None if a is None or b is None else and3(a, b)


# -- membership ---------------------------------------------------------------


def contains(range_: Range, value: Any) -> Any:
    """Tell whether a value lies in a range."""
    low = True if range_.low is None else (ge if range_.low_closed else gt)(value, range_.low)
    high = True if range_.high is None else (le if range_.high_closed else lt)(value, range_.high)
    return _both(low, high)


def accepts(value: Any, test: Any, budget: Budget | None = None) -> Any:
    """Tell whether a value passes one test of `in`: a range, a list or an equal value."""
    if type(test) is Range:
        return contains(test, value) if kind(value) != "range" else eq(value, test)
    if type(test) is Missing and test.more:
        return unknown(test)
    if type(test) is tuple and kind(value) != "list":
        return in_list(value, test, budget)
    if type(test) is tuple:
        return any3((same(value, test, budget), in_list(value, test, budget)))
    return same(value, test, budget)


def in_list(value: Any, values: tuple[Any, ...], budget: Budget | None = None) -> bool | Missing:
    """Tell whether any element accepts the value."""
    charge(budget, len(values))
    if type(value) is Missing and not values:
        return False
    return any3(truth(accepts(value, item, budget)) for item in values)
