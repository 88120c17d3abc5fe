"""How facts are picked, and how an act is put together from facts."""

from __future__ import annotations

from dataclasses import dataclass

from stdrules.feel.compile import Expression

#: Parameters of every generated expression: fields of the fact under test, of the trigger, of
#: the `each` fact, the period, the parameters' values, and the case.
ARGS = ("f", "t", "e", "p", "c")


@dataclass(frozen=True, slots=True)
class Matcher:
    """Picks facts of one type.

    Attributes:
        type: Fact type.
        time: Field whose moment is the fact's time here; None = its own time.
        keys: Pairs (own, other) that must be equal; `own` reads only ``f``.
        where: Condition on ``f``, or None.
    """

    type: str
    time: str | None = None
    keys: tuple[tuple[Expression, Expression], ...] = ()
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Single:
    """Met at the deciding fact of a matcher."""

    matcher: Matcher


@dataclass(frozen=True, slots=True)
class AllOf:
    """Met when the last part is met."""

    parts: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Met when the first part is met."""

    parts: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class EachOf:
    """Met when the part is met for every fact of ``of`` (bound to ``e``).

    Without such a fact it is not met, or with ``empty_met`` met at the anchor.
    """

    of: Matcher
    part: Content
    empty_met: bool = False


Content = Single | AllOf | AnyOf | EachOf


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """From the earliest fact of ``start`` to the earliest of ``end``; None = unbounded."""

    start: Matcher | None
    end: Matcher | None
