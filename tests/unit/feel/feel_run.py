"""Evaluate a text twice, compiled and interpreted, with the types of the values given."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from stdrules.base.time.durations import YearsMonths
from stdrules.feel import types as t
from stdrules.feel.compile import compile_expression
from stdrules.feel.interpret import evaluate
from stdrules.feel.parse import parse
from stdrules.feel.scope import Binding, Scope

ZONE = "Asia/Shanghai"
_TYPES = {
    bool: t.BOOLEAN, int: t.NUMBER, Decimal: t.NUMBER, str: t.STRING, date: t.DATE,
    datetime: t.DATE_TIME, time: t.TIME, timedelta: t.DAYS_DURATION,
    YearsMonths: t.MONTHS_DURATION,
}  # fmt: skip


def type_of(value):
    if isinstance(value, tuple):
        joint = t.NULL
        for item in value:
            joint = t.join(joint, type_of(item))
        return t.ListOf(t.ANY if joint == t.NULL else joint)
    if isinstance(value, dict):
        return t.ContextOf({name: type_of(item) for name, item in value.items()})
    return _TYPES.get(type(value), t.NULL if value is None else t.ANY)


def scope_of(names, zone=ZONE):
    bindings = {
        name: Binding(t.ANY if type_of(value) == t.NULL else type_of(value), f"f[{name!r}]")
        for name, value in names.items()
    }
    return Scope(bindings, ("f",), zone)


def exact(value):
    """Tell true from 1 at every depth, which Python's `==` does not."""
    if isinstance(value, tuple):
        return tuple(map(exact, value))
    if isinstance(value, dict):
        return {name: exact(item) for name, item in value.items()}
    return (isinstance(value, bool), value)


def feel(text, /, **names):
    """The value of an expression; fails if compiler and interpreter disagree."""
    compiled = compile_expression(text, scope_of(names))
    found = compiled.evaluate(f=names)
    meant = evaluate(parse(text), names, ZONE, compiled.indexes)
    assert exact(found) == exact(meant), "compiled and interpreted values differ"
    return found


def agrees(text, expected, /, **names):
    assert exact(feel(text, **names)) == exact(expected)
