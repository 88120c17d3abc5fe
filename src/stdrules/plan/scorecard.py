"""The compiled scorecard. Points are exact decimals; truth is K3."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from stdrules.base.text import Text
from stdrules.base.time.durations import Duration
from stdrules.feel.compile import Expression
from stdrules.plan.content import Matcher


@dataclass(frozen=True, slots=True)
class Check:
    """One test of a condition or veto: exactly one of ``where``, ``declared``, ``none`` is set.

    ``declared``: the newest such fact's boolean ``value`` field. ``none``: no such fact within
    ``look_back`` up to the day of ``anchor`` (its newest fact's time; None: as-of).
    """

    where: Expression | None = None
    declared: Matcher | None = None
    value: str | None = None
    none: Matcher | None = None
    look_back: Duration | None = None
    anchor: Matcher | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A veto or basic condition: true means satisfied."""

    id: str
    clause: str
    title: Text
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class EvidenceTest:
    """A test each piece of evidence must pass to count."""

    id: str
    title: Text
    where: Expression


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the scorecard.

    ``grades``: (grade, points), best first; binary rows have none. ``applies``: K3 expression
    over the case; ``not_applicable``: never | full | zero | normalise.
    """

    id: str
    statement: str
    path: tuple[str, ...]
    title: Text
    kind: str
    points: Decimal
    grades: tuple[tuple[str, Decimal], ...] = ()
    basis: str = "rating"
    needs_evidence: bool = True
    evidence_types: tuple[str, ...] = ()
    counted: Matcher | None = None
    counted_each: Decimal | None = None
    applies: Expression | None = None
    not_applicable: str = "never"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of indicators with its declared points."""

    id: str
    label: Text
    points: Decimal
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Rating:
    """Where the ratings are: field names of the rating facts, and how several combine."""

    matcher: Matcher
    indicator: str
    grade: str | None
    points: str | None
    combine: str = "latest"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the evidence is; ``missing``: zero (no points without it) | ignore."""

    matcher: Matcher
    indicator: str
    type_field: str | None
    tests: tuple[EvidenceTest, ...]
    missing: str = "zero"


@dataclass(frozen=True, slots=True)
class PlanScorecard:
    """A whole scorecard with its threshold (inclusive)."""

    id: str
    title: Text
    clause: str
    case_type: str
    when: Expression | None
    maximum: Decimal
    threshold: Decimal | None
    outcome: str | None
    threshold_clause: str
    rating: Rating | None
    evidence: Evidence | None
    conditions: tuple[Condition, ...]
    vetoes: tuple[Condition, ...]
    groups: tuple[Group, ...]
    readings: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
