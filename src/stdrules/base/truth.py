"""Three-valued truth: True, False, or Missing, which remembers what is missing.

Kleene's strong logic: false < unknown < true; and is the minimum, or the maximum, not mirrors. An
unknown is never a pass, never a fail and never 0: ``bool(Missing(...))`` raises.

Semantics: docs/semantics.md, "Truth".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, TypeAlias, TypeGuard, final

from stdrules.base.errors import UsageError
from stdrules.base.text import Text


@final
class Missing:
    """An unknown value together with the names of the items that would settle it.

    Args:
        *items: Names of the missing items.
        blank: It is known that there is nothing: a form field left empty.
        more: It stands for an unknown number of further elements at the end of a list.

    Attributes:
        items: The names, as a frozenset; show them sorted.
        blank: See above.
        more: See above.

    Example:
        >>> Missing("b").union(Missing("a"))
        Missing('a', 'b')
    """

    __slots__ = ("blank", "items", "more")
    items: frozenset[str]
    blank: bool
    more: bool

    def __init__(self, *items: str, blank: bool = False, more: bool = False) -> None:
        _set(self, "items", frozenset(items))
        _set(self, "blank", blank)
        _set(self, "more", more)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("Missing is immutable")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("Missing is immutable")

    def __bool__(self) -> NoReturn:
        raise TypeError("an unknown value has no truth: ask is_unknown first")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Missing):
            return NotImplemented
        return self.items == other.items and self.blank is other.blank and self.more is other.more

    def __hash__(self) -> int:
        return hash((Missing, self.items, self.blank, self.more))

    def __repr__(self) -> str:
        parts = [repr(item) for item in sorted(self.items)]
        parts += ["blank=True"] if self.blank else []
        parts += ["more=True"] if self.more else []
        return f"Missing({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _missing, (tuple(sorted(self.items)), self.blank, self.more)

    def union(self, other: Missing) -> Missing:
        """Return the unknown that rests on the items of both.

        It is blank only if both are, and stands for further elements if either does.
        """
        if self == other:
            return self
        both = self.items | other.items
        return Missing(*both, blank=self.blank and other.blank, more=self.more or other.more)


_set = object.__setattr__
Truth: TypeAlias = bool | Missing
UNKNOWN = Missing()


def _missing(items: tuple[str, ...], blank: bool, more: bool) -> Missing:
    return Missing(*items, blank=blank, more=more)


def is_unknown(v: object) -> TypeGuard[Missing]:
    """Tell whether `v` is a Missing."""
    return isinstance(v, Missing)


def not3(v: Truth) -> Truth:
    """Mirror a truth value; an unknown stays what it is."""
    if v is True:
        return False
    if v is False:
        return True
    return _checked(v)


def and3(*vals: Truth) -> Truth:
    """Return the minimum: False if any is false, else unknown if any is unknown, else True.

    Example:
        >>> and3(True, Missing("a"), Missing("b")), and3(Missing("a"), False)
        (Missing('a', 'b'), False)
    """
    return all3(vals)


def or3(*vals: Truth) -> Truth:
    """Return the maximum: True if any is true, else unknown if any is unknown, else False.

    Example:
        >>> or3(False, Missing("a")), or3(Missing("a"), True)
        (Missing('a'), True)
    """
    return any3(vals)


def all3(iterable: Iterable[Truth]) -> Truth:
    """Fold ``and`` over the values; stops at the first false one; True if there is none."""
    unknown: Missing | None = None
    for v in iterable:
        if v is True:
            continue
        if v is False:
            return False
        unknown = _checked(v) if unknown is None else unknown.union(_checked(v))
    return True if unknown is None else unknown


def any3(iterable: Iterable[Truth]) -> Truth:
    """Fold ``or`` over the values; stops at the first true one; False if there is none."""
    unknown: Missing | None = None
    for v in iterable:
        if v is False:
            continue
        if v is True:
            return True
        unknown = _checked(v) if unknown is None else unknown.union(_checked(v))
    return False if unknown is None else unknown


def _checked(v: object) -> Missing:
    if isinstance(v, Missing):
        return v
    kind = type(v).__name__
    raise UsageError(
        Text(
            f"真值只能是 True、False 或 Missing，不能是 `{kind}`",
            f"a truth value is True, False or Missing, not a `{kind}`",
        )
    )
