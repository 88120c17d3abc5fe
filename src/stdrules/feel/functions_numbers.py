"""Built-in functions on numbers, and conversions from and to text.

Source:
    DMN 1.5, clauses 10.3.4.1 and 10.3.4.5.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from stdrules.base.numbers import format_decimal, parse_decimal
from stdrules.base.time.durations import YearsMonths
from stdrules.base.truth import Missing
from stdrules.feel.arithmetic import micros, plain
from stdrules.feel.functions import builtin
from stdrules.feel.values import CTX, MAX_STRING, Range, charge, exhausted, kind, number, unknown

__all__: list[str] = []

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MAX_SCALE = 6144


def _rounded(value: Any, scale: Any, rounding: str) -> Any:
    """Round to `scale` digits after the point; negative scales round to tens and hundreds."""
    if scale != int(scale) or abs(scale) > _MAX_SCALE:
        return None
    exact = Decimal(value)
    # Beyond the digits it has, a number is already rounded; quantize would refuse.
    if -exact.as_tuple().exponent <= scale:  # type: ignore[operator]
        return value
    step = Decimal(1).scaleb(-int(scale))
    return plain(exact.quantize(step, rounding=rounding, context=CTX))


for _name, _mode in (
    ("decimal", ROUND_HALF_EVEN),
    ("floor", ROUND_FLOOR),
    ("ceiling", ROUND_CEILING),
    ("round up", ROUND_UP),
    ("round down", ROUND_DOWN),
    ("round half up", ROUND_HALF_UP),
    ("round half down", ROUND_HALF_DOWN),
):

    def _round(_budget: Any, value: Any, scale: Any = 0, _mode: str = _mode) -> Any:
        return _rounded(value, scale or 0, _mode)

    builtin(_name)(_round)


@builtin("abs")
def _abs(_budget: Any, value: Any) -> Any:
    if type(value) is YearsMonths:
        return YearsMonths(abs(value.months))
    return abs(value)


@builtin("modulo")
def _modulo(_budget: Any, dividend: Any, divisor: Any) -> Any:
    """The result has the sign of the divisor."""
    if divisor == 0:
        return None
    if type(dividend) is int and type(divisor) is int:
        return dividend % divisor
    rest = CTX.remainder(dividend, divisor)
    return plain(CTX.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest)


@builtin("sqrt")
def _sqrt(_budget: Any, value: Any) -> Any:
    return None if value < 0 else plain(CTX.sqrt(Decimal(value)))


@builtin("log")
def _log(_budget: Any, value: Any) -> Any:
    return None if value <= 0 else plain(CTX.ln(Decimal(value)))


@builtin("exp")
def _exp(_budget: Any, value: Any) -> Any:
    return None if abs(value) > 10_000 else plain(CTX.exp(Decimal(value)))


@builtin("odd")
def _odd(_budget: Any, value: Any) -> Any:
    return None if value != int(value) else int(value) % 2 == 1


@builtin("even")
def _even(_budget: Any, value: Any) -> Any:
    return None if value != int(value) else int(value) % 2 == 0


@builtin("number")
def _number(_budget: Any, value: Any, grouping: str | None = None, point: str | None = None) -> Any:
    """Read a number; null if the text is none. With separators, those are removed first."""
    if number(value):
        return value
    if type(value) is not str:
        return None
    if grouping is not None:
        if grouping not in (" ", ",", ".") or grouping == point:
            return None
        value = value.replace(grouping, "")
    if point is not None:
        if point not in (".", ","):
            return None
        value = value.replace(point, ".") if point == "," and "." not in value else value
    if not _NUMBER.fullmatch(value) or len(value) > 64:
        return None
    try:
        return plain(parse_decimal(value))
    except ValueError:
        return None


@builtin("string")
def _string(budget: Any, value: Any) -> Any:
    """Write a value as text; null stays null, strings stay as they are."""
    return value if value is None or type(value) is str else text(value, budget)


def text(value: Any, budget: Any = None) -> Any:
    """Write any value; an unknown inside a list makes the text unknown."""
    parts: list[str] = []
    missing: list[Missing] = []
    _write(value, parts, missing, budget)
    if missing:
        return unknown(*missing)
    if sum(map(len, parts)) > MAX_STRING:
        raise exhausted()
    return "".join(parts)


def _write(value: Any, parts: list[str], missing: list[Missing], budget: Any) -> None:
    name = kind(value)
    if name == "unknown":
        missing.append(value)
    elif name == "list":
        charge(budget, 8 * len(value) + 8)
        for place, item in enumerate(value):
            parts.append(", " if place else "[")
            _write_inner(item, parts, missing, budget)
        parts.append("]" if value else "[]")
    elif name == "context":
        charge(budget, 8 * len(value) + 8)
        for place, (key, item) in enumerate(value.items()):
            parts.append((", " if place else "{") + str(key) + ": ")
            _write_inner(item, parts, missing, budget)
        parts.append("}" if value else "{}")
    elif type(value) is Range:
        parts.append("[" if value.low_closed else "(")
        _write_inner(value.low, parts, missing, budget)
        parts.append("..")
        _write_inner(value.high, parts, missing, budget)
        parts.append("]" if value.high_closed else ")")
    else:
        parts.append(_scalar(value))
    if len(parts) > MAX_STRING:
        raise exhausted()


def _write_inner(value: Any, parts: list[str], missing: list[Missing], budget: Any) -> None:
    if type(value) is str:
        parts.append('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"')
    else:
        _write(value, parts, missing, budget)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if number(value):
        return format_decimal(Decimal(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat()
    if type(value) is timedelta:
        return days_text(value)
    return months_text(value.months) if type(value) is YearsMonths else str(value)


def days_text(value: timedelta) -> str:
    """Write a duration as ISO 8601, e.g. ``P1DT2H``."""
    total = micros(value)
    sign, total = ("-" if total < 0 else ""), abs(total)
    seconds, fraction = divmod(total, 1_000_000)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, second = divmod(rest, 60)
    last = f"{second}.{fraction:06d}".rstrip("0") if fraction else str(second)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{last}S" if last != "0" else ""
    day = f"{days}D" if days else ""
    return sign + "P" + (day + ("T" + clock if clock else "") or "T0S")


def months_text(months: int) -> str:
    """Write a duration of months as ISO 8601, e.g. ``P1Y2M``."""
    sign, (years, rest) = ("-" if months < 0 else ""), divmod(abs(months), 12)
    return sign + "P" + ((f"{years}Y" if years else "") + (f"{rest}M" if rest else "") or "0M")
