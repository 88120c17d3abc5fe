"""What a norm asks once it is triggered: one step a norm; every norm kind lowers to these.

Semantics: docs/semantics.md, sections 4, 5, 7 and 9.
"""

from __future__ import annotations

from dataclasses import dataclass

from stdrules.base.text import Text
from stdrules.base.time.durations import Duration
from stdrules.feel.compile import Expression
from stdrules.plan.content import Content, Matcher, ScopeRule

# --- how instances come into being -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PerCase:
    """One instance for the case, anchored at the start of its scope."""


@dataclass(frozen=True, slots=True)
class PerFact:
    """One instance for each picked fact; ``pick``: all | first | latest; ``key``: naming field."""

    matcher: Matcher
    pick: str = "all"
    key: str | None = None


@dataclass(frozen=True, slots=True)
class PerGroup:
    """One instance for each value of ``by`` for which every need has a fact."""

    matcher: Matcher
    by: str
    needs: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class PerOutcome:
    """One instance for each instance of ``norm`` in one of ``states``."""

    norm: str
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class PerYear:
    """One instance for each calendar year whose due day (``month``, ``day``) is in the scope."""

    month: int
    day: int
    part_periods: str = "require"


Arise = PerCase | PerFact | PerGroup | PerOutcome | PerYear

# --- when something is due -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Within:
    """Due so long after the anchor; ``duration`` None: a parameter without a value."""

    duration: Duration | None
    roll: str = "none"


@dataclass(frozen=True, slots=True)
class Before:
    """Due at least so long before the anchor."""

    duration: Duration | None
    roll: str = "none"


@dataclass(frozen=True, slots=True)
class ByDay:
    """Due on a fixed day (``ordinal``), the trigger's field, or the period's last day.

    ``inclusive`` False: the day before is the last one in time.
    """

    ordinal: int | None
    field: str | None = None
    inclusive: bool = True
    roll: str = "none"


DueRule = Within | Before | ByDay

# --- what is asked ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Await:
    """An act is owed: deadline norms, and stages of a process.

    ``from_ordinal``/``from_field``: earliest day that counts, if ``early`` is ignore.
    ``expires``: never | anchor | scope; unknown: whether an act is owed at all before the scope
    closes depends on a parameter without a value.
    """

    content: Content
    due: DueRule | None
    preemptive: bool = False
    punctual: bool = False
    ties: str = "allow"
    early: str = "accept"
    from_ordinal: int | None = None
    from_field: str | None = None
    expires: str = "never"


@dataclass(frozen=True, slots=True)
class Count:
    """At least / at most n acts; ``least``/``most`` are expressions over t, e, c.

    ``also``: further facts that count too.
    """

    content: Matcher
    least: Expression | None
    most: Expression | None
    distinct: tuple[str, ...] = ()
    sum: str | None = None
    due: DueRule | None = None
    also: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Recur:
    """At least n acts a period. ``unit``: week, month, ..., or None with ``tile_days``.

    ``also``: further facts that count too.
    """

    content: Matcher
    least: Expression
    unit: str | None
    tile_days: int | None
    tiles_from_next_day: bool = True
    part_periods: str = "skip"
    period_field: str | None = None
    distinct: tuple[str, ...] = ()
    each: Matcher | None = None
    each_key: str | None = None
    needed_if: Matcher | None = None
    also: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """At most so long between the start and the first act, and between acts.

    ``also``: further facts that count too.
    """

    content: Matcher
    max_gap: Duration
    each: Matcher | None = None
    each_key: str | None = None
    also: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Forbid:
    """Each matching fact is a breach; ``look_back``: only so long before the anchor's day.

    ``also``: further facts that are breaches too.
    """

    content: Matcher
    look_back: Duration | None = None
    also: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A state must hold from the anchor for ``length`` (None: to the end of the scope)."""

    state: Matcher
    from_field: str
    to_field: str
    length: Duration | None
    first_day_counted: bool = True
    grace: Duration | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One required element of a record: exactly one of the tests is set."""

    id: str
    title: Text
    filled: tuple[str, ...] = ()
    where: Expression | None = None
    exists: Content | None = None
    at_least: int = 1
    judgement: Text | None = None
    depends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Require:
    """A record has all, or at least n, of the elements."""

    elements: tuple[Element, ...]
    at_least: int | None = None
    latest_by: str | None = None


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One step of an order: a fact, or (``stamp``) a time field of the trigger record.

    An ``optional`` step may be skipped, but not come in the wrong place. ``title`` is for readers.
    """

    id: str
    matcher: Matcher | None
    stamp: str | None = None
    optional: bool = False
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Steps in order; ``relation``: precedence | response | succession."""

    steps: tuple[OrderStep, ...]
    relation: str = "precedence"
    ties: str = "allow"


@dataclass(frozen=True, slots=True)
class Transitions:
    """Allowed next stages: facts of ``stage`` in time order, named by ``field``."""

    stage: Matcher
    field: str
    allowed: tuple[tuple[str, tuple[str, ...]], ...]


Step = Await | Count | Recur | Gap | Forbid | Hold | Require | Order | Transitions

__all__ = [
    "Arise", "Await", "Before", "ByDay", "Count", "DueRule", "Element", "Forbid", "Gap", "Hold",
    "Order", "OrderStep", "PerCase", "PerFact", "PerGroup", "PerOutcome", "PerYear", "Recur",
    "Require", "ScopeRule", "Step", "Transitions", "Within",
]  # fmt: skip
