"""The plan of a ruleset under one choice of readings and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stdrules.base.text import Text
from stdrules.base.time.durations import Duration
from stdrules.feel.compile import Expression
from stdrules.plan.content import ScopeRule
from stdrules.plan.scorecard import PlanScorecard
from stdrules.plan.steps import Arise, Step


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What evaluators need to know of a fact type.

    ``links``: name -> (linked type, own field, its field). ``single``: one a case.
    ``moments``: fields that hold a date or an instant. ``announced``: for plans, the field that
    says when they were announced.
    """

    name: str
    kind: str
    label: Text
    time: str | None
    closed: bool
    single: bool
    links: tuple[tuple[str, str, str, str], ...] = ()
    moments: tuple[str, ...] = ()
    announced: str | None = None


@dataclass(frozen=True, slots=True)
class PlanNorm:
    """One norm, or one part (``sub``) of a process, ready to evaluate.

    INVARIANT: ``plan.norms`` is ordered so that a norm stands after the norms whose outcomes
    trigger it.
    """

    id: str
    sub: str
    kind: str
    clause: str
    clauses: tuple[str, ...]
    modality: str
    bearer: str
    counterparty: str
    title: Text
    case_type: str
    when: Expression | None
    when_per_instance: bool
    arise: Arise
    step: Step
    scope: ScopeRule
    lead: Duration | None
    repairs: str | None
    readings: tuple[str, ...]
    parameters: tuple[str, ...]
    assisted: bool = False


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case (project, applicant, round) and what opens and closes it."""

    name: str
    label: Text
    scope: ScopeRule


@dataclass(frozen=True)
class Plan:
    """All that an evaluator needs; immutable and picklable.

    ``digest`` covers the ruleset, the chosen readings and the parameters. ``parameter_values``
    holds what expressions see: the typed value, or a Missing ``parameter NAME`` that is blank.
    ``roles`` (who bears, and towards whom) and ``parameter_labels`` are names for readers.
    """

    id: str
    version: str
    ruleset_digest: str
    digest: str
    title: Text
    document: str
    zone: str
    calendar: str
    calendar_additions: Mapping[str, tuple[str, ...]]
    types: Mapping[str, TypeInfo]
    case_types: tuple[CaseType, ...]
    norms: tuple[PlanNorm, ...]
    scorecards: tuple[PlanScorecard, ...]
    readings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    parameter_values: Mapping[str, object] = field(default_factory=dict)
    roles: Mapping[str, Text] = field(default_factory=dict)
    parameter_labels: Mapping[str, Text] = field(default_factory=dict)
