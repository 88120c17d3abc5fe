"""From a ruleset to a plan, under one choice of readings and parameters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from stdrules.base.diagnostics import Diagnostic, Severity, sorted_diagnostics
from stdrules.base.errors import RulesetError
from stdrules.base.numbers import parse_decimal
from stdrules.base.text import Text
from stdrules.base.time.durations import Days, Exact, Months, YearsMonths, parse_duration
from stdrules.base.truth import Missing
from stdrules.compile import codes
from stdrules.compile.draft import Draft, Workbench, duration
from stdrules.compile.expressions import Expressions
from stdrules.compile.lower.common import Lowered
from stdrules.compile.lower.content import lower_content_norm
from stdrules.compile.lower.count import lower_count
from stdrules.compile.lower.deadline import lower_deadline
from stdrules.compile.lower.maintenance import lower_maintenance
from stdrules.compile.lower.order import lower_order
from stdrules.compile.lower.process import lower_process
from stdrules.compile.lower.prohibition import lower_prohibition
from stdrules.compile.lower.recurrence import lower_recurrence
from stdrules.compile.lower.scorecard import lower_scorecard
from stdrules.compile.order import outcome_order
from stdrules.compile.scopes import Names, Scopes
from stdrules.compile.triggers import lower_case_type, lower_scope, unknown_norm
from stdrules.model.common import OutcomeTrigger
from stdrules.model.vocabulary import FactType
from stdrules.plan.plan import CaseType, Plan, PlanNorm, TypeInfo
from stdrules.plan.scorecard import PlanScorecard
from stdrules.plan.source import PlainNorm, RulesetSource

_LOWER: dict[str, Callable[[Draft, Any], list[Lowered]]] = {
    "deadline": lower_deadline,
    "recurrence": lower_recurrence,
    "count": lower_count,
    "prohibition": lower_prohibition,
    "maintenance": lower_maintenance,
    "content": lower_content_norm,
    "order": lower_order,
    "process": lower_process,
}
_NOTHING: Mapping[str, Any] = {}


def compile_plan(
    source: RulesetSource,
    readings: Mapping[str, str] = _NOTHING,
    parameters: Mapping[str, Any] = _NOTHING,
    memo: Expressions | None = None,
) -> tuple[Plan | None, list[Diagnostic]]:
    """Compile a ruleset.

    Args:
        source: A loaded ruleset.
        readings: Alternatives that differ from the defaults.
        parameters: Values that differ from the defaults.
        memo: Expressions compiled before, from `expressions_of` for the same ruleset; makes
            compiling under many choices fast and changes nothing else.

    Returns:
        The plan, or None if there is an error, and everything that was found, in the order of
        the files.

    Raises:
        UsageError: A reading or parameter, or its value, is not one of those declared.
    """
    chosen, given = source.choose(readings, parameters)
    try:
        norms = source.norms(readings, parameters)
        card = source.scorecard(readings, parameters)
    except RulesetError as error:
        return None, list(error.diagnostics)
    bench = Workbench(source, memo or expressions_of(source), given, norms)
    compiler = _Compiler(bench)
    case_types = compiler.case_types()
    lowered = compiler.norms(norms)
    scorecards = compiler.scorecards(card)
    compiler.check_ids(lowered, card)
    findings = list(sorted_diagnostics(bench.findings))
    if any(finding.severity is Severity.ERROR for finding in findings):
        return None, findings
    plan = _plan(source, bench, chosen, case_types, lowered, scorecards)
    return plan, findings


def _plan(
    source: RulesetSource,
    bench: Workbench,
    readings: Mapping[str, str],
    case_types: tuple[CaseType, ...],
    norms: tuple[PlanNorm, ...],
    scorecards: tuple[PlanScorecard, ...],
) -> Plan:
    given = bench.parameters
    header = source.header
    return Plan(
        id=header.id,
        version=header.version,
        ruleset_digest=source.digest,
        digest=_digest(source.digest, readings, given),
        title=header.title,
        document=header.document.number,
        zone=header.timezone,
        calendar=header.calendar,
        calendar_additions=_additions(source),
        types={name: _type_info(name, spec) for name, spec in bench.types.items()},
        case_types=case_types,
        norms=norms,
        scorecards=scorecards,
        readings=dict(readings),
        parameters=dict(given),
        parameter_values={
            name: parameter_value(name, spec.type, given[name])
            for name, spec in header.parameters.items()
        },
        roles=dict(header.roles),
        parameter_labels={name: spec.label for name, spec in header.parameters.items()},
    )


def compile_or_raise(
    source: RulesetSource,
    readings: Mapping[str, str] = _NOTHING,
    parameters: Mapping[str, Any] = _NOTHING,
    memo: Expressions | None = None,
) -> Plan:
    """Compile a ruleset, or raise.

    Raises:
        RulesetError: It has errors; carries all findings.
        UsageError: A reading or parameter, or its value, is not one of those declared.
    """
    plan, findings = compile_plan(source, readings, parameters, memo)
    if plan is None:
        name = source.name or source.header.id
        message = Text(f"规则集 `{name}` 无法编译", f"the ruleset `{name}` cannot be compiled")
        raise RulesetError(message, findings)
    return plan


def expressions_of(source: RulesetSource) -> Expressions:
    """Return an empty memo of expressions for a ruleset, to compile it under many choices."""
    header = source.header
    return Expressions(Scopes(source.vocabulary, header.parameters, header.timezone))


def parameter_value(name: str, kind: str, text: str | None) -> object:
    """Return the value that expressions see for a parameter.

    A duration of days is elapsed time of that length, one of months a number of months; one of
    working days has no counterpart in expressions and stays text. Without a value it is unknown,
    and known to be blank, so that ``parameter.x = null`` can ask for it.

    Example:
        >>> parameter_value("p", "number", "0.5"), parameter_value("p", "number", None)
        (Decimal('0.5'), Missing('parameter p', blank=True))
    """
    if text is None:
        return Missing(f"parameter {name}", blank=True)
    if kind == "number":
        return parse_decimal(text)
    if kind == "boolean":
        return text == "true"
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "duration":
        value = parse_duration(text)
        if isinstance(value, Exact):
            return timedelta(microseconds=value.us)
        if isinstance(value, Days):
            return timedelta(days=value.n)
        if isinstance(value, Months):
            return YearsMonths(value.n)
    return text


class _Compiler:
    """One pass over a ruleset."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.header = Draft(bench, None)
        self._cases: dict[str, CaseType] = {}

    def case_types(self) -> tuple[CaseType, ...]:
        """Lower the case types."""
        for case in self.bench.header.case_types:
            scope = lower_case_type(self.header, case)
            self._cases[case.type] = CaseType(case.type, case.label, scope)
        return tuple(self._cases.values())

    def norms(self, plains: Any) -> tuple[PlanNorm, ...]:
        """Lower the norms and put them in order."""
        by_id: dict[str, list[PlanNorm]] = {}
        drafts: dict[str, Draft] = {}
        needs: dict[str, str | None] = {}
        for plain in plains:
            draft = drafts[plain.norm.id] = Draft(self.bench, plain)
            by_id[plain.norm.id] = self._norm(draft, plain)
            trigger = getattr(plain.norm, "trigger", None)
            needs[plain.norm.id] = trigger.outcome if isinstance(trigger, OutcomeTrigger) else None
        order, rings = outcome_order(needs)
        for ring in rings:
            chain = " → ".join(f"`{name}`" for name in ring)
            drafts[ring[0]].report(
                codes.CYCLE, ("trigger", "outcome"), f"规范互相触发：{chain}",
                f"norms trigger each other: {chain}",
            )  # fmt: skip
        return tuple(norm for name in order for norm in by_id[name])

    def scorecards(self, card: PlainNorm | None) -> tuple[PlanScorecard, ...]:
        """Lower the scorecard, if there is one."""
        if card is None:
            return ()
        draft = Draft(self.bench, card)
        case_type = self._case_of(draft, card.norm.case).name
        return (lower_scorecard(draft, card.norm, case_type),)

    def check_ids(self, norms: tuple[PlanNorm, ...], card: PlainNorm | None) -> None:
        """Check that no part of a norm, and no scorecard, has the id of another norm."""
        ids = self.bench.norms
        for norm in norms:
            name = f"{norm.id}/{norm.sub}"
            if norm.sub and name in ids:
                self._twice(Draft(self.bench, None), (), name)
        if card is not None:
            draft = Draft(self.bench, card)
            if card.norm.id in ids:
                self._twice(draft, ("id",), card.norm.id)
            rows = {row.id for row in card.norm.indicators}
            for key in ("conditions", "vetoes"):
                for i, condition in enumerate(getattr(card.norm, key)):
                    if condition.id in rows:
                        self._twice(draft, (key, i, "id"), condition.id)

    def _twice(self, draft: Draft, path: tuple[str | int, ...], name: str) -> None:
        draft.report(codes.TWICE, path, f"编号 `{name}` 重复", f"the id `{name}` is used twice")

    def _case_of(self, draft: Draft, name: str | None) -> CaseType:
        first = next(iter(self._cases.values()))
        if name is None or name in self._cases:
            return self._cases[name] if name else first
        draft.unknown(
            codes.UNKNOWN_CASE, ("case",), name, Text("个案类型", "case type"), self._cases,
            Text("已声明", "declared"),
        )  # fmt: skip
        return first

    def _norm(self, draft: Draft, plain: PlainNorm) -> list[PlanNorm]:
        norm = plain.norm
        case = self._case_of(draft, norm.case)
        self._check_links(draft, norm, case)
        lowered = _LOWER[norm.kind](draft, norm)
        scope = lower_scope(draft, norm, case.scope)
        when = None
        if norm.when is not None:
            names = lowered[0].names.case_only if lowered else Names()
            when = draft.expression(norm.when, names, ("when",))
        parameters = tuple(sorted({*plain.parameters, *draft.used}))
        return [
            PlanNorm(
                id=norm.id,
                sub=part.sub,
                kind=norm.kind,
                clause=norm.clause,
                clauses=tuple(self.bench.statements.get(norm.id, ())),
                modality=norm.modality,
                bearer=norm.bearer or "",
                counterparty=norm.counterparty or "",
                title=part.title or norm.title,
                case_type=case.name,
                when=when,
                when_per_instance=when is not None and bool(when.names & {"trigger", "each"}),
                arise=part.arise,
                step=part.step,
                scope=scope,
                lead=duration(norm.lead),
                repairs=norm.repairs,
                readings=plain.readings,
                parameters=parameters,
                assisted=part.assisted,
            )
            for part in lowered
        ]

    def _check_links(self, draft: Draft, norm: Any, case: CaseType) -> None:
        """Check the norms that a norm names: they exist, and are about the same kind of case."""
        trigger = getattr(norm, "trigger", None)
        outcome = trigger.outcome if isinstance(trigger, OutcomeTrigger) else None
        if norm.repairs is not None and norm.repairs not in self.bench.norms:
            unknown_norm(draft, ("repairs",), norm.repairs)
        elif norm.repairs is not None and outcome != norm.repairs:
            draft.report(
                codes.NOT_HERE, ("repairs",), f"补救 `{norm.repairs}` 的规范应由其结果触发",
                f"a norm that repairs `{norm.repairs}` is triggered by its outcome",
                Text(f"写 trigger: {{outcome: {norm.repairs}, is: [violated]}}",
                     f"write trigger: {{outcome: {norm.repairs}, is: [violated]}}"),
            )  # fmt: skip
        other = self.bench.norms.get(outcome) if outcome else None
        first = self.bench.header.case.type
        if other is not None and (other.case or first) != case.name:
            draft.report(
                codes.NOT_HERE, ("trigger", "outcome"),
                f"`{outcome}` 属于个案类型 {other.case or first}，不是 {case.name}",
                f"`{outcome}` is about a case of type {other.case or first}, not {case.name}",
            )  # fmt: skip


def _type_info(name: str, spec: FactType) -> TypeInfo:
    return TypeInfo(
        name,
        spec.kind,
        spec.label,
        spec.time,
        spec.completeness == "closed",
        spec.single,
        tuple(
            (link_name, link.type, link.by, link.key or link.by)
            for link_name, link in spec.links.items()
        ),
        tuple(key for key, field in spec.fields.items() if field.type in ("date", "moment")),
        spec.announced,
    )


def _additions(source: RulesetSource) -> dict[str, tuple[str, ...]]:
    additions = source.header.calendar_additions
    if additions is None:
        return {}
    return {
        "holidays": tuple(day.isoformat() for day in additions.holidays),
        "workdays": tuple(day.isoformat() for day in additions.workdays),
    }


def _digest(ruleset: str, readings: Mapping[str, str], parameters: Mapping[str, str | None]) -> str:
    parts = [ruleset, dict(readings), dict(parameters)]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
