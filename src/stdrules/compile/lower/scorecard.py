"""The scorecard: ratings, evidence, conditions, vetoes and indicators, with their sums checked."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.compile import codes
from stdrules.compile.content import single
from stdrules.compile.draft import Draft, Place, duration
from stdrules.compile.scopes import Names
from stdrules.model import scorecard as model
from stdrules.plan import scorecard as plan


def lower_scorecard(draft: Draft, card: model.Scorecard, case_type: str) -> plan.PlanScorecard:
    """Lower the scorecard.

    Args:
        draft: Its draft.
        card: The scorecard of the model.
        case_type: The case type it is about.
    """
    when = draft.expression(card.when, Names(), ("when",)) if card.when is not None else None
    rating = _rating(draft, card) if card.rating is not None else None
    evidence = _evidence(draft, card.evidence) if card.evidence is not None else None
    conditions = _conditions(draft, card.conditions, "conditions")
    vetoes = _conditions(draft, card.vetoes, "vetoes")
    groups = tuple(_group(draft, card, i) for i in range(len(card.groups)))
    total = sum((group.points for group in groups), Decimal(0))
    maximum = _declared(draft, card.maximum, total, ("maximum",), "满分", "the maximum")
    threshold = card.threshold
    if threshold is not None and threshold.at_least > maximum:
        draft.report(
            codes.THRESHOLD, ("threshold", "at_least"),
            f"及格线 {threshold.at_least} 高于满分 {maximum}",
            f"the threshold {threshold.at_least} is above the maximum {maximum}",
        )  # fmt: skip
    parameters = draft.plain.parameters if draft.plain else ()
    return plan.PlanScorecard(
        id=card.id,
        title=card.title,
        clause=card.clause,
        case_type=case_type,
        when=when,
        maximum=maximum,
        threshold=threshold.at_least if threshold else None,
        outcome=threshold.outcome if threshold else None,
        threshold_clause=(threshold.clause if threshold else None) or card.clause,
        rating=rating,
        evidence=evidence,
        conditions=conditions,
        vetoes=vetoes,
        groups=groups,
        readings=draft.plain.readings if draft.plain else (),
        parameters=tuple(sorted({*parameters, *draft.used})),
    )


def _rating(draft: Draft, card: model.Scorecard) -> plan.Rating:
    rating = card.rating
    assert rating is not None  # the caller looked
    matcher = draft.matcher(rating, ("rating",), timed=rating.combine == "latest")
    draft.field(rating.fact, rating.indicator, ("rating", "indicator"), ("text", "choice"))
    if rating.grade is not None:
        draft.field(rating.fact, rating.grade, ("rating", "grade"), ("text", "choice"))
    if rating.points is not None:
        draft.field(rating.fact, rating.points, ("rating", "points"), ("number",))
    return plan.Rating(matcher, rating.indicator, rating.grade, rating.points, rating.combine)


def _evidence(draft: Draft, evidence: model.Evidence) -> plan.Evidence:
    path: Place = ("evidence",)
    matcher = draft.matcher(evidence, path)
    draft.field(evidence.fact, evidence.indicator, (*path, "indicator"),
                ("text", "choice", "texts", "choices"))  # fmt: skip
    if evidence.type is not None:
        draft.field(evidence.fact, evidence.type, (*path, "type"), ("text", "choice"))
    known = evidence.fact in draft.bench.types
    tests = tuple(
        plan.EvidenceTest(
            test.id,
            test.title or Text(test.id, test.id),
            draft.expression(
                test.where, Names().fact(evidence.fact), (*path, "conditions", i, "where")
            ),
        )
        for i, test in enumerate(evidence.conditions)
        if known
    )
    return plan.Evidence(matcher, evidence.indicator, evidence.type, tests, evidence.missing)


def _conditions(
    draft: Draft, conditions: tuple[model.Condition, ...], key: str
) -> tuple[plan.Condition, ...]:
    return tuple(
        plan.Condition(
            condition.id,
            condition.clause,
            condition.title,
            tuple(
                _check(draft, check, (key, i, "checks", k))
                for k, check in enumerate(condition.checks)
            ),
        )
        for i, condition in enumerate(conditions)
    )


def _check(draft: Draft, check: model.Check, path: Place) -> plan.Check:
    if isinstance(check, model.WhereCheck):
        return plan.Check(where=draft.expression(check.where, Names(), (*path, "where")))
    if isinstance(check, model.DeclaredCheck):
        declared = check.declared
        matcher = draft.matcher(declared, (*path, "declared"), timed=True)
        draft.field(declared.fact, declared.value, (*path, "declared", "value"), ("boolean",))
        return plan.Check(declared=matcher, value=declared.value)
    none = single(draft, check.none, (*path, "none"), Names(), timed=check.look_back is not None)
    anchor = None
    if check.anchor is not None:
        anchor = draft.matcher(check.anchor, (*path, "anchor"), timed=True)
    return plan.Check(none=none, look_back=duration(check.look_back), anchor=anchor)


def _group(draft: Draft, card: model.Scorecard, index: int) -> plan.Group:
    group = card.groups[index]
    path = ("groups", index)
    rows = tuple(
        _indicator(draft, card, row, (*path, "indicators", i))
        for i, row in enumerate(group.indicators)
    )
    total = sum((row.points for row in rows), Decimal(0))
    points = _declared(
        draft, group.points, total, (*path, "points"), f"组 `{group.id}` 的分值",
        f"the points of the group `{group.id}`",
    )  # fmt: skip
    return plan.Group(group.id, group.label, points, rows)


def _declared(
    draft: Draft, declared: Decimal | None, total: Decimal, path: Place, zh: str, en: str
) -> Decimal:
    if declared is None or declared == total:
        return total
    shown, sum_ = format_decimal(declared), format_decimal(total)
    draft.report(codes.SCORE_SUM, path, f"{zh}为 {shown}，各项之和为 {sum_}",
                 f"{en} is {shown}, the sum of its parts is {sum_}")  # fmt: skip
    return declared


def _indicator(
    draft: Draft, card: model.Scorecard, row: model.Indicator, path: Place
) -> plan.Indicator:
    if card.rating is not None:
        draft.values(card.rating.fact, card.rating.indicator, [(row.id, (*path, "id"))])
    if card.evidence is not None:
        draft.values(card.evidence.fact, card.evidence.indicator, [(row.id, (*path, "id"))])
        if card.evidence.type is not None:
            named = enumerate(row.evidence_types)
            types = [(name, (*path, "evidence_types", i)) for i, name in named]
            draft.values(card.evidence.fact, card.evidence.type, types)
    grades = tuple((row.grades or {}).items())
    _check_grades(draft, card, grades, (*path, "grades"))
    counted = applies = None
    if row.counted is not None:
        counted = single(draft, row.counted.content, (*path, "counted", "content"), Names())
    if row.applies_when is not None:
        applies = draft.expression(row.applies_when, Names(), (*path, "applies_when"))
    return plan.Indicator(
        id=row.id,
        statement=row.statement or "",
        path=row.path,
        title=row.title,
        kind=row.kind,
        points=row.points,
        grades=grades,
        basis=row.basis,
        needs_evidence=row.needs_evidence,
        evidence_types=row.evidence_types,
        counted=counted,
        counted_each=row.counted.each if row.counted else None,
        applies=applies,
        not_applicable=row.not_applicable,
    )


def _check_grades(
    draft: Draft, card: model.Scorecard, grades: tuple[tuple[str, Decimal], ...], path: Place
) -> None:
    for (better, more), (worse, less) in pairwise(grades):
        if less >= more:
            draft.report(
                codes.GRADES, (*path, worse),
                f"`{worse}` 的 {less} 分不低于 `{better}` 的 {more} 分",
                f"`{worse}` gives {less}, not less than the {more} of `{better}`",
            )  # fmt: skip
    if card.rating is not None and card.rating.grade is not None:
        names = [(name, (*path, name)) for name, _ in grades]
        draft.values(card.rating.fact, card.rating.grade, names)
