"""Static types of FEEL expressions.

A type says which kinds of value an expression can yield. Every type also admits
FEEL ``null`` and an unknown (`stdrules.base.truth.Missing`), so neither is written.

Not here
    The values themselves (``stdrules.feel.values``) and the rules of each operator
    (``stdrules.feel.typing_rules``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "ANY",
    "BOOLEAN",
    "DATE",
    "DATE_TIME",
    "DAYS_DURATION",
    "MOMENT",
    "MONTHS_DURATION",
    "NULL",
    "NUMBER",
    "STRING",
    "TIME",
    "Choice",
    "ContextOf",
    "ListOf",
    "RangeOf",
    "Simple",
    "Type",
    "join",
    "kinds",
    "overlap",
    "subtype",
]


class Type:
    """The common base of all static types."""

    __slots__ = ()


@dataclass(frozen=True)
class Simple(Type):
    """A type without parts, such as ``number``.

    Example:
        >>> str(NUMBER)
        'number'
    """

    name: str
    kinds: frozenset[str] = field(compare=False, repr=False, default=frozenset())

    def __str__(self) -> str:
        return self.name


def _simple(name: str, *kind: str) -> Simple:
    return Simple(name, frozenset(kind or (name,)))


NUMBER = _simple("number")
STRING = _simple("string")
BOOLEAN = _simple("boolean")
DATE = _simple("date")
TIME = _simple("time")
DATE_TIME = _simple("date and time")
MOMENT = _simple("moment", "date", "date and time")
DAYS_DURATION = _simple("days and time duration")
MONTHS_DURATION = _simple("years and months duration")
ANY = _simple("any")
NULL = _simple("null")


@dataclass(frozen=True)
class ListOf(Type):
    """A list whose elements have one type.

    Example:
        >>> str(ListOf(NUMBER))
        'list of number'
    """

    item: Type

    def __str__(self) -> str:
        return "list" if self.item == ANY else f"list of {self.item}"


@dataclass(frozen=True)
class ContextOf(Type):
    """A context with named fields; an open one may carry others of any type.

    Example:
        >>> str(ContextOf({"a": NUMBER, "b": STRING}))
        'context with a, b'
    """

    fields: Mapping[str, Type] = field(hash=False)
    open: bool = False

    def __str__(self) -> str:
        return f"context with {', '.join(self.fields)}" if self.fields else "context"


@dataclass(frozen=True)
class RangeOf(Type):
    """An interval whose ends have one type."""

    item: Type

    def __str__(self) -> str:
        return "range" if self.item == ANY else f"range of {self.item}"


@dataclass(frozen=True)
class Choice(Type):
    """A string that is one of the given values.

    Example:
        >>> str(Choice(frozenset({"b", "a"})))
        'one of "a", "b"'
    """

    values: frozenset[str]

    def __str__(self) -> str:
        return "one of " + ", ".join(f'"{value}"' for value in sorted(self.values))


def kinds(type_: Type) -> frozenset[str]:
    """Give the kinds of value a type admits; empty means that any kind is possible.

    Example:
        >>> sorted(kinds(MOMENT)), sorted(kinds(ANY)), sorted(kinds(ListOf(NUMBER)))
        (['date', 'date and time'], [], ['list'])
    """
    if isinstance(type_, Simple):
        return frozenset() if type_.name in ("any", "null") else type_.kinds
    if isinstance(type_, Choice):
        return frozenset(("string",))
    if isinstance(type_, ListOf):
        return frozenset(("list",))
    return frozenset(("context" if isinstance(type_, ContextOf) else "range",))


_INSTANTS = frozenset(("date", "date and time"))


def overlap(left: Type, right: Type) -> bool:
    """Tell whether values of the two types can be compared with each other.

    Example:
        >>> overlap(DATE, DATE_TIME), overlap(NUMBER, STRING), overlap(ANY, STRING)
        (True, False, True)
    """
    first, second = kinds(left), kinds(right)
    if not first or not second or first & second:
        return True
    return first <= _INSTANTS and second <= _INSTANTS


def subtype(found: Type, wanted: Type) -> bool:
    """Tell whether a value of type `found` may stand where `wanted` is asked for.

    Unknown parts (``any``, ``null``) are given the benefit of the doubt: what cannot be
    decided here is decided at run time, where a wrong kind gives null.

    Example:
        >>> subtype(Choice(frozenset({"a"})), STRING), subtype(STRING, NUMBER)
        (True, False)
    """
    if isinstance(found, ListOf) and isinstance(wanted, ListOf):
        return subtype(found.item, wanted.item)
    if isinstance(found, RangeOf) and isinstance(wanted, RangeOf):
        return subtype(found.item, wanted.item)
    if isinstance(found, ContextOf) and isinstance(wanted, ContextOf):
        known = found.fields
        return all(
            subtype(known[name], type_) if name in known else found.open
            for name, type_ in wanted.fields.items()
        )
    first, second = kinds(found), kinds(wanted)
    return not first or not second or bool(first & second)


def join(left: Type, right: Type) -> Type:
    """Give the narrowest type here that covers both.

    Example:
        >>> str(join(DATE, DATE_TIME)), str(join(NUMBER, STRING)), str(join(NULL, TIME))
        ('moment', 'any', 'time')
    """
    if left == right or right == NULL:
        return left
    if left == NULL:
        return right
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return ListOf(join(left.item, right.item))
    if isinstance(left, RangeOf) and isinstance(right, RangeOf):
        return RangeOf(join(left.item, right.item))
    if isinstance(left, Choice) and isinstance(right, Choice):
        return Choice(left.values | right.values)
    if isinstance(left, ContextOf) and isinstance(right, ContextOf):
        return _join_contexts(left, right)
    first, second = kinds(left), kinds(right)
    if first and second and first <= _INSTANTS and second <= _INSTANTS:
        return MOMENT
    return STRING if first == second == frozenset(("string",)) else ANY


def _join_contexts(left: ContextOf, right: ContextOf) -> ContextOf:
    merged: dict[str, Type] = dict(left.fields)
    for name, type_ in right.fields.items():
        merged[name] = join(merged[name], type_) if name in merged else type_
    return ContextOf(merged, left.open or right.open)
