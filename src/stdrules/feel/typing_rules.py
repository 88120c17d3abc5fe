"""The type rules of operators, paths and function results."""

from __future__ import annotations

from collections.abc import Sequence

from stdrules.feel import types as t
from stdrules.feel.functions_time import parts
from stdrules.feel.signatures import Signature, named_type

__all__ = ["arithmetic", "fields", "ordered", "path", "result"]

_ORDERED = frozenset(
    (
        "number", "string", "date", "time", "date and time",
        "days and time duration", "years and months duration",
    )
)  # fmt: skip
_DAYS, _MONTHS = "days and time duration", "years and months duration"
_TYPE_OF = {
    str(type_): type_
    for type_ in (
        t.NUMBER, t.STRING, t.DATE, t.TIME, t.DATE_TIME, t.DAYS_DURATION, t.MONTHS_DURATION,
    )
}  # fmt: skip

_SUMS: dict[tuple[str, str], str] = {
    ("number", "number"): "number",
    (_DAYS, _DAYS): _DAYS,
    (_MONTHS, _MONTHS): _MONTHS,
    ("date", _DAYS): "date",
    ("date", _MONTHS): "date",
    ("date and time", _DAYS): "date and time",
    ("date and time", _MONTHS): "date and time",
    ("time", _DAYS): "time",
}
_RULES: dict[str, dict[tuple[str, str], str]] = {
    "+": {
        **_SUMS,
        **{(b, a): result for (a, b), result in _SUMS.items()},
        ("string", "string"): "string",
    },
    "-": {
        **_SUMS,
        ("date", "date"): _DAYS,
        ("date and time", "date and time"): _DAYS,
        ("time", "time"): _DAYS,
    },
    "*": {
        ("number", "number"): "number",
        ("number", _DAYS): _DAYS, (_DAYS, "number"): _DAYS,
        ("number", _MONTHS): _MONTHS, (_MONTHS, "number"): _MONTHS,
    },
    "/": {
        ("number", "number"): "number",
        (_DAYS, "number"): _DAYS, (_MONTHS, "number"): _MONTHS,
        (_DAYS, _DAYS): "number", (_MONTHS, _MONTHS): "number",
    },
    "**": {("number", "number"): "number"},
}  # fmt: skip


def arithmetic(operator: str, left: t.Type, right: t.Type) -> t.Type | None:
    """Give the type of an arithmetic result, or None if it cannot be one.

    Example:
        >>> str(arithmetic("+", t.DATE, t.DAYS_DURATION)), arithmetic("+", t.DATE, t.DATE)
        ('date', None)
    """
    first, second = t.kinds(left), t.kinds(right)
    found = {
        result
        for (a, b), result in _RULES[operator].items()
        if (not first or a in first) and (not second or b in second)
    }
    if not found:
        return None
    if found == {"date", "date and time"}:
        return t.MOMENT
    return _TYPE_OF[found.pop()] if len(found) == 1 else t.ANY


def ordered(type_: t.Type) -> bool:
    """Tell whether values of a type can be ordered."""
    kinds = t.kinds(type_)
    return not kinds or bool(kinds & _ORDERED)


def fields(type_: t.Type) -> tuple[str, ...]:
    """Name what can follow a dot."""
    if isinstance(type_, t.ListOf):
        return fields(type_.item)
    if isinstance(type_, t.ContextOf):
        return tuple(type_.fields)
    shared = [set(parts(kind)) for kind in sorted(t.kinds(type_))]
    return tuple(sorted(set.intersection(*shared))) if shared else ()


def path(type_: t.Type, name: str) -> t.Type | None:
    """Give the type of ``x.name``, or None if there is no such field."""
    if isinstance(type_, t.ListOf):
        inner = path(type_.item, name)
        return None if inner is None else t.ListOf(inner)
    if isinstance(type_, t.ContextOf):
        return type_.fields.get(name, t.ANY if type_.open else None)
    if not t.kinds(type_):
        return t.ANY
    if name not in fields(type_):
        return None
    if isinstance(type_, t.RangeOf):
        return type_.item
    return t.STRING if name == "timezone" else t.NUMBER


def result(signature: Signature, args: Sequence[t.Type]) -> t.Type:
    """Give the type of a call from the types of its arguments."""
    rule = signature.result
    if rule not in ("item", "same", "all"):
        return named_type(rule)
    first = args[0] if args else t.NULL
    if rule == "item":
        return first.item if isinstance(first, t.ListOf) else t.ANY
    if rule == "same":
        return first
    joint: t.Type = t.NULL
    for arg in args:
        joint = t.join(joint, arg)
    return joint
