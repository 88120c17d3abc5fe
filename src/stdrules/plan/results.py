"""What evaluators return: findings of norms and results of scorecards.

Plain slotted objects, cheap to make by the million; texts and JSON come from
``stdrules.report``. Equality of two results is equality of their ``as_tuple()``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.time.durations import Due
from stdrules.base.time.moments import When
from stdrules.plan.plan import PlanNorm
from stdrules.plan.scorecard import PlanScorecard

NOT_APPLICABLE = "not_applicable"
NOT_TRIGGERED = "not_triggered"
PENDING = "pending"
DUE_SOON = "due_soon"
HOLDING = "holding"
FULFILLED = "fulfilled"
FULFILLED_LATE = "fulfilled_late"
OVERDUE = "overdue"
BREACHED = "breached"
COMPENSATED = "compensated"
SUSPENDED = "suspended"
WAIVED = "waived"
CANCELLED = "cancelled"
INFEASIBLE = "infeasible"
UNDETERMINED = "undetermined"

STATES = (
    NOT_APPLICABLE, NOT_TRIGGERED, PENDING, DUE_SOON, HOLDING, FULFILLED, FULFILLED_LATE, OVERDUE,
    BREACHED, COMPENSATED, SUSPENDED, WAIVED, CANCELLED, INFEASIBLE, UNDETERMINED,
)  # fmt: skip
VIOLATED = frozenset({FULFILLED_LATE, OVERDUE, BREACHED, COMPENSATED})
MET = frozenset({FULFILLED, FULFILLED_LATE})


@dataclass(slots=True, eq=False)
class Finding:
    """The state of one obligation (one instance of a norm in one case).

    Attributes:
        key: Stable name: norm[/part]/trigger id, period or case.
        due: When it is due, or None.
        met: When it was met (the deciding act), or None.
        breached_at: For breached: the moment it became certain (microseconds), or None.
        trigger: Id of the trigger fact, or "".
        facts: Ids of the facts the state rests on, in order, without repeats.
        missing: Sorted names of missing items; only if undetermined.
        possible: The two states between which it is undetermined, sorted.
        progress: (lo, hi or None for unbounded, needed) of counts and recurrences.
        period: Label of the period, or "".
        elements: (element id, truth as "true" | "false" | "unknown" | "open") of content norms.
        anchor: When the clock started, or None.
        control: Id of the waiver or suspension behind waived/suspended, or "".
    """

    norm: PlanNorm
    case: str
    key: str
    state: str
    due: Due | None = None
    met: When | None = None
    breached_at: int | None = None
    trigger: str = ""
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    progress: tuple[Decimal | int, Decimal | int | None, Decimal | int] | None = None
    period: str = ""
    elements: tuple[tuple[str, str], ...] = ()
    anchor: When | None = None
    control: str = ""

    @property
    def violation(self) -> bool:
        """Tell whether this is a violation of an obligation or a prohibition."""
        return self.state in VIOLATED and self.norm.modality in ("obligation", "prohibition")

    @property
    def advice(self) -> bool:
        """Tell whether a recommendation was not followed."""
        return self.state in VIOLATED and self.norm.modality == "recommendation"

    @property
    def open(self) -> bool:
        """Tell whether the violation is still to be cured."""
        return self.state in (OVERDUE, BREACHED)

    def as_tuple(self) -> tuple[object, ...]:
        """Return all that two evaluators must agree on."""
        return (
            self.norm.id, self.norm.sub, self.case, self.key, self.state, self.due, self.met,
            self.breached_at, self.trigger, self.facts, self.missing, self.possible,
            self.progress, self.period, self.elements, self.anchor, self.control,
        )  # fmt: skip


@dataclass(slots=True, eq=False)
class IndicatorResult:
    """Points of one indicator as an interval; ``reason`` is a code explained by the report.

    Reasons: rated, satisfied, not_satisfied, no_rating, contradiction, missing_evidence,
    failed:<test id>, unknown_evidence, not_applicable, applicability_unknown, counted.
    """

    id: str
    lo: Decimal
    hi: Decimal
    max: Decimal
    grade: str
    reason: str
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class ConditionResult:
    """Truth of a veto or condition: "true" | "false" | "unknown"."""

    id: str
    state: str
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class ScoreResult:
    """Result of a scorecard for one case.

    ``lo`` and ``hi`` are after normalisation, exact ratios rounded down to 4 places for show;
    the outcome was decided before rounding. ``at_stake``: (item, points, decides threshold),
    greatest points first.
    """

    scorecard: PlanScorecard
    case: str
    applicable: str
    lo: Decimal
    hi: Decimal
    outcome: str
    vetoes: tuple[ConditionResult, ...]
    conditions: tuple[ConditionResult, ...]
    groups: tuple[tuple[str, Decimal, Decimal, Decimal], ...]
    indicators: tuple[IndicatorResult, ...]
    at_stake: tuple[tuple[str, Decimal, bool], ...]
    missing: tuple[str, ...] = ()

    def as_tuple(self) -> tuple[object, ...]:
        """Return all that two evaluators must agree on."""

        def conditions(rows: tuple[ConditionResult, ...]) -> tuple[object, ...]:
            return tuple((r.id, r.state, r.facts, r.missing) for r in rows)

        return (
            self.scorecard.id, self.case, self.applicable, self.lo, self.hi, self.outcome,
            conditions(self.vetoes), conditions(self.conditions), self.groups,
            tuple(
                (i.id, i.lo, i.hi, i.max, i.grade, i.reason, i.facts, i.missing)
                for i in self.indicators
            ),
            self.at_stake, self.missing,
        )  # fmt: skip


@dataclass(slots=True, eq=False)
class Evaluation:
    """All results of one run, sorted: findings by (case, norm order, key), scores by case.

    ``scores`` holds only cases of the scorecard's case type. Diagnostics are about facts
    (two corrections of one version, and the like).
    """

    findings: list[Finding] = field(default_factory=list)
    scores: list[ScoreResult] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
