"""Arithmetic of FEEL on numbers, texts, dates, times and durations.

Numbers keep at most 34 digits, as the standard's do. An unknown operand gives an unknown
result; null, kinds that do not fit and results out of range give null. Moving a date and time
by a duration counts elapsed time, across clock changes too.

Semantics: docs/feel.md, "Operators".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from stdrules.base.time.durations import YearsMonths
from stdrules.base.truth import Missing
from stdrules.feel.operators import instant
from stdrules.feel.values import CTX, MAX_STRING, exhausted, kind, known, unknown

__all__ = ["add", "div", "micros", "mul", "neg", "plain", "power", "sub"]

_EXACT = 10**34


def _bounded(value: Any) -> Any:
    """Keep a result within 34 digits, as the standard's numbers are."""
    if type(value) is int and -_EXACT < value < _EXACT:
        return value
    try:
        return CTX.create_decimal(value)
    except DecimalException:
        return None


def add(first: Any, second: Any, *rest: Any) -> Any:
    """Add from left to right."""
    if type(first) is int and type(second) is int and not rest:
        exact = first + second
        if -_EXACT < exact < _EXACT:
            return exact
    return _fold((first, second, *rest), _add)


def sub(first: Any, second: Any, *rest: Any) -> Any:
    """Subtract from left to right."""
    if type(first) is int and type(second) is int and not rest:
        exact = first - second
        if -_EXACT < exact < _EXACT:
            return exact
    return _fold((first, second, *rest), _sub)


def mul(first: Any, second: Any, *rest: Any) -> Any:
    """Multiply from left to right."""
    if type(first) is int and type(second) is int and not rest:
        exact = first * second
        if -_EXACT < exact < _EXACT:
            return exact
    return _fold((first, second, *rest), _mul)


def div(*values: Any) -> Any:
    """Divide from left to right; by zero gives null."""
    return _fold(values, _div)


def power(*values: Any) -> Any:
    """Raise from left to right; exponents beyond 999 give null."""
    return _fold(values, _power)


def _fold(values: tuple[Any, ...], step: Callable[[Any, Any, str, str], Any]) -> Any:
    missing = known(values)
    if missing is not None:
        return missing
    total = values[0]
    try:
        for value in values[1:]:
            total = step(total, value, kind(total), kind(value))
            if total is None:
                return None
    except (DecimalException, OverflowError):
        return None
    return total


def _add(a: Any, b: Any, first: str, second: str) -> Any:
    if first == second == "number":
        return _bounded(a + b) if type(a) is type(b) is int else CTX.add(a, b)
    if first == second == "string":
        if len(a) + len(b) > MAX_STRING:
            raise exhausted()
        return a + b
    if second.startswith(("date", "time")) and not first.startswith(("date", "time")):
        return _shift(b, a, second, 1)
    if first == second:
        return _add_durations(a, b, 1)
    return _shift(a, b, first, 1)


def _add_durations(a: Any, b: Any, sign: int) -> Any:
    if type(a) is timedelta and type(b) is timedelta:
        return a + b * sign
    if type(a) is YearsMonths and type(b) is YearsMonths:
        return YearsMonths(a.months + b.months * sign)
    return None


def _shift(moment: Any, duration: Any, name: str, sign: int) -> Any:
    """Move a date, a date and time or a time by a duration."""
    if type(duration) is YearsMonths and name in ("date", "date and time"):
        return add_months(moment, duration.months * sign)
    if type(duration) is not timedelta:
        return None
    step = duration * sign
    if name == "date":
        moved = datetime(moment.year, moment.month, moment.day) + step
        return moved.date()
    if name == "date and time":
        return (instant(moment) + step).astimezone(moment.tzinfo)
    if name == "time":
        moved = datetime.combine(date(2000, 1, 2), moment) + timedelta(seconds=step.seconds)
        return moved.timetz()
    return None


def add_months(moment: Any, months: int) -> Any:
    """Move by calendar months; a day that the month lacks becomes its last day."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        return None
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1)


def _sub(a: Any, b: Any, first: str, second: str) -> Any:
    if first == second == "number":
        return _bounded(a - b) if type(a) is type(b) is int else CTX.subtract(a, b)
    if first == second:
        return _difference(a, b, first)
    return _shift(a, b, first, -1)


def _difference(a: Any, b: Any, name: str) -> Any:
    if name == "date":
        return timedelta(days=a.toordinal() - b.toordinal())
    if name == "date and time":
        return instant(a) - instant(b)
    if name == "time" and (a.tzinfo is None) == (b.tzinfo is None):
        day = date(2000, 1, 2)
        return datetime.combine(day, a) - datetime.combine(day, b)
    return _add_durations(a, b, -1)


def _mul(a: Any, b: Any, first: str, second: str) -> Any:
    if first == second == "number":
        return _bounded(a * b) if type(a) is type(b) is int else CTX.multiply(a, b)
    if first == "number":
        return _scale(b, a)
    return _scale(a, b) if second == "number" else None


def _scale(duration: Any, factor: Any) -> Any:
    if type(duration) is timedelta:
        return _micros(CTX.multiply(micros(duration), factor))
    if type(duration) is YearsMonths:
        return YearsMonths(int(CTX.multiply(duration.months, factor)))
    return None


def micros(duration: timedelta) -> int:
    """Give a duration in whole microseconds."""
    return (duration.days * 86_400 + duration.seconds) * 1_000_000 + duration.microseconds


def _micros(value: Decimal) -> timedelta:
    return timedelta(microseconds=int(value))


def _div(a: Any, b: Any, first: str, second: str) -> Any:
    if first == second == "number":
        return None if b == 0 else plain(CTX.divide(a, b))
    if second == "number" and b != 0:
        if type(a) is timedelta:
            return _micros(CTX.divide(micros(a), b))
        return YearsMonths(int(CTX.divide(a.months, b))) if type(a) is YearsMonths else None
    if type(a) is timedelta and type(b) is timedelta and b:
        return plain(CTX.divide(micros(a), micros(b)))
    if type(a) is YearsMonths and type(b) is YearsMonths and b.months:
        return plain(CTX.divide(a.months, b.months))
    return None


def plain(value: Decimal) -> int | Decimal:
    """Give whole numbers as int."""
    if value == value.to_integral_value() and abs(value) < _EXACT:
        return int(value)
    return value


def _power(a: Any, b: Any, first: str, second: str) -> Any:
    if first != "number" or second != "number" or abs(b) > 999 or (a == 0 and b < 0):
        return None
    return plain(CTX.power(a, b)) if a or b else 1


def neg(value: Any) -> Any:
    """Change the sign of a number or duration."""
    if type(value) is Missing:
        return unknown(value)
    if type(value) is YearsMonths:
        return YearsMonths(-value.months)
    return -value if kind(value) in ("number", "days and time duration") else None
