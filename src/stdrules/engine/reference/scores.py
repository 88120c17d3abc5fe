"""Scorecards: exact points as intervals, vetoes and conditions in K3.

Semantics: docs/semantics.md, sections 7.9 and 9, "Scorecards".
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from statistics import median
from types import MappingProxyType

from stdrules.base.time.moments import When
from stdrules.base.truth import Missing, all3, any3, not3
from stdrules.engine.reference.acts import Instance, acts_of, fits, holds, when_of
from stdrules.engine.reference.instances import NOBODY
from stdrules.engine.reference.settle import FAR
from stdrules.engine.reference.steps import back
from stdrules.engine.view import CaseView, Row
from stdrules.plan.results import ConditionResult, IndicatorResult, ScoreResult
from stdrules.plan.scorecard import (
    Check,
    Condition,
    Evidence,
    Indicator,
    PlanScorecard,
    Rating,
)  # fmt: skip

ZERO = Decimal(0)
PLACES = Decimal("0.0001")


def score(card: PlanScorecard, view: CaseView) -> ScoreResult:
    """Score one case."""
    applies = True if card.when is None else holds(card.when, view, {}, NOBODY)
    inside: dict[str, tuple[Decimal, Decimal]] = {}
    rows = {
        i.id: _indicator(card, i, view, inside) for group in card.groups for i in group.indicators
    }
    vetoes = tuple(_condition(c, view) for c in card.vetoes)
    conditions = tuple(_condition(c, view) for c in card.conditions)
    groups = tuple(
        (g.id, sum((rows[i.id].lo for i in g.indicators), ZERO),
         sum((rows[i.id].hi for i in g.indicators), ZERO), g.points)
        for g in card.groups
    )  # fmt: skip
    lo, hi = total(card, list(rows.values()), inside)
    outcome = _outcome(card, applies, vetoes + conditions, lo, hi)
    stakes = at_stake(card, list(rows.values()), lo, hi)
    missing: frozenset[str] = frozenset()
    if outcome == "undetermined":
        missing = frozenset(i for row in rows.values() for i in row.missing)
        missing |= frozenset(i for test in (*vetoes, *conditions) for i in test.missing)
        missing |= applies.items if isinstance(applies, Missing) else frozenset()
    word = "unknown" if isinstance(applies, Missing) else str(applies).lower()
    return ScoreResult(
        card, view.case_id, word, shown(lo), shown(hi), outcome, vetoes, conditions, groups,
        tuple(rows.values()), stakes, tuple(sorted(missing)),
    )  # fmt: skip


def shown(value: Fraction) -> Decimal:
    """Return an exact ratio as a decimal, rounded down to 4 places.

    Example:
        >>> shown(Fraction(8300, 98))
        Decimal('84.6938')
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(PLACES, ROUND_DOWN)
    return rounded.to_integral_value() if rounded == rounded.to_integral_value() else (
        rounded.normalize())  # fmt: skip


Inside = Mapping[str, tuple[Decimal, Decimal]]


def total(
    card: PlanScorecard, rows: Sequence[IndicatorResult], inside: Inside = MappingProxyType({})
) -> tuple[Fraction, Fraction]:
    """Return the exact total as an interval, after normalisation.

    ``inside``: for rows to be normalised of which it is unknown whether they apply, their points
    if they do. Both possibilities are tried for each such row.
    """
    normalised = {
        i.id for g in card.groups for i in g.indicators if i.not_applicable == "normalise"
    }
    whole = Fraction(card.maximum)
    base_lo = base_hi = Fraction(0)
    out = Fraction(0)
    doubtful: list[IndicatorResult] = []
    for row in rows:
        if row.id in normalised and row.reason == "not_applicable":
            out += Fraction(row.max)
        elif row.id in normalised and row.id in inside:
            doubtful.append(row)
        else:
            base_lo += Fraction(row.lo)
            base_hi += Fraction(row.hi)
    found: list[tuple[Fraction, Fraction]] = []
    for chosen in itertools.product((True, False), repeat=len(doubtful)):
        lo, hi, gone = base_lo, base_hi, out
        for row, applies in zip(doubtful, chosen, strict=True):
            if applies:
                lo += Fraction(inside[row.id][0])
                hi += Fraction(inside[row.id][1])
            else:
                gone += Fraction(row.max)
        if gone >= whole:
            found.append((Fraction(0), whole))
        else:
            found.append((lo * whole / (whole - gone), hi * whole / (whole - gone)))
    return min(lo for lo, _ in found), min(whole, max(hi for _, hi in found))


def _outcome(
    card: PlanScorecard, applies: bool | Missing, tests: tuple[ConditionResult, ...],
    lo: Fraction, hi: Fraction,
) -> str:  # fmt: skip
    if applies is False:
        return "not_applicable"
    threshold = Fraction(card.threshold) if card.threshold is not None else Fraction(0)
    states = {test.state for test in tests}
    if isinstance(applies, Missing):
        return "undetermined"
    if "false" in states or hi < threshold:
        return "fail"
    if "unknown" not in states and lo >= threshold:
        return "pass"
    return "undetermined"


def at_stake(
    card: PlanScorecard, rows: list[IndicatorResult], lo: Fraction, hi: Fraction
) -> tuple[tuple[str, Decimal, bool], ...]:
    """Rank missing items by the points that hang on them."""
    points: dict[str, Decimal] = {}
    for row in rows:
        for item in row.missing:
            points[item] = points.get(item, ZERO) + (row.hi - row.lo)
    threshold = Fraction(card.threshold) if card.threshold is not None else None
    found = []
    for item, at in points.items():
        decides = threshold is not None and lo < threshold <= hi and (
            lo + Fraction(at) >= threshold or hi - Fraction(at) < threshold)  # fmt: skip
        found.append((item, at, decides))
    return tuple(sorted(found, key=lambda one: (not one[2], -one[1], one[0])))


# --- indicators ------------------------------------------------------------------------------


def _indicator(
    card: PlanScorecard,
    one: Indicator,
    view: CaseView,
    inside: dict[str, tuple[Decimal, Decimal]] | None = None,
) -> IndicatorResult:
    applies = True if one.applies is None else holds(one.applies, view, {}, NOBODY)
    if applies is False:
        points = one.points if one.not_applicable == "full" else ZERO
        return IndicatorResult(one.id, points, points, one.points, "", "not_applicable")
    row = _points(card, one, view)
    if isinstance(applies, Missing):
        if one.not_applicable == "normalise" and inside is not None:
            inside[one.id] = (row.lo, row.hi)
        other = one.points if one.not_applicable == "full" else ZERO
        row.lo, row.hi = min(row.lo, other), max(row.hi, other)
        row.reason = "applicability_unknown"
        row.missing = tuple(sorted({*row.missing, *applies.items}))
    return row


def _points(card: PlanScorecard, one: Indicator, view: CaseView) -> IndicatorResult:
    if one.kind == "counted":
        return _counted(one, view)
    if one.basis == "evidence":
        row = IndicatorResult(one.id, one.points, one.points, one.points, "", "satisfied")
    else:
        row = _rated(card.rating, one, view)
    if card.evidence is None or card.evidence.missing == "ignore":
        return row
    if not one.needs_evidence and one.basis != "evidence":
        return row
    return _with_evidence(card.evidence, one, row, view)


def _counted(one: Indicator, view: CaseView) -> IndicatorResult:
    assert one.counted is not None and one.counted_each is not None
    acts = list(acts_of(one.counted, view, Instance("", None), None))
    sure = sum(1 for act in acts if act.certain)
    hoped = len(acts)
    lo = min(one.points, one.counted_each * sure)
    hi = min(one.points, one.counted_each * hoped)
    if any(act.row is None for act in acts):
        hi = one.points
    items = frozenset[str]().union(*(act.items for act in acts))
    ids = tuple(act.id for act in acts if act.certain)
    return IndicatorResult(one.id, lo, hi, one.points, "", "counted", ids,
                           tuple(sorted(items)) if lo != hi else ())  # fmt: skip


def _rated(rating: Rating | None, one: Indicator, view: CaseView) -> IndicatorResult:
    nothing = IndicatorResult(one.id, ZERO, one.points, one.points, "", "no_rating", (),
                              (f"rating {one.id}",))  # fmt: skip
    if rating is None:
        return nothing
    found: list[tuple[Row, Decimal, str]] = []
    doubt: frozenset[str] = frozenset()
    for row in view.of(rating.matcher.type):
        if row.fields[rating.indicator] != one.id:
            continue
        fit = fits(rating.matcher, row, view, None)
        if isinstance(fit, Missing):
            doubt |= fit.items
        if fit is not True:
            continue
        given = _given(rating, one, row)
        if given is None:
            nothing.reason, nothing.facts = "contradiction", (row.id,)
            return nothing
        found.append((row, *given))
    if doubt:
        nothing.missing = tuple(sorted({*nothing.missing, *doubt}))
    if doubt or not found:
        return nothing
    points, grade, ids = _combined(rating.combine, found)
    return IndicatorResult(one.id, points, points, one.points, grade, "rated", ids)


def _given(rating: Rating, one: Indicator, row: Row) -> tuple[Decimal, str] | None:
    """Points and grade of one rating; None if it says nothing, or contradicts itself."""
    grade = row.fields[rating.grade] if rating.grade else None
    points = row.fields[rating.points] if rating.points else None
    table = dict(one.grades)
    if isinstance(grade, str):
        if grade not in table:
            return None
        if isinstance(points, Decimal | int) and points != table[grade]:
            return None
        return table[grade], grade
    if not isinstance(points, Decimal | int):
        return None
    points = Decimal(points)
    allowed = set(table.values()) if table else {ZERO, one.points}
    if points not in allowed:
        return None
    return points, next((name for name, value in one.grades if value == points), "")


def _combined(
    how: str, found: list[tuple[Row, Decimal, str]]
) -> tuple[Decimal, str, tuple[str, ...]]:
    ids = tuple(row.id for row, _, _ in found)
    values = [points for _, points, _ in found]
    if how == "latest":
        row, points, grade = found[-1]
        return points, grade, (row.id,)
    if how == "mean":
        value = Decimal(sum(values)) / len(values)
    elif how == "median":
        value = Decimal(median(values))
    else:
        value = min(values) if how == "lowest" else max(values)
    grade = next((g for _, points, g in found if points == value), "")
    return value, grade, ids


def _with_evidence(
    evidence: Evidence, one: Indicator, row: IndicatorResult, view: CaseView
) -> IndicatorResult:
    """A row without sound evidence has no points; with doubtful evidence it may have none."""
    needs = one.evidence_types or (None,)
    results = [_evidence(evidence, one, kind, view) for kind in needs]
    state = all3([truth for truth, _, _ in results])
    ids = tuple(dict.fromkeys((*row.facts, *(i for _, _, found in results for i in found))))
    row.facts = ids
    if state is True:
        return row
    reason = next((why for truth, why, _ in results if truth is not True), "missing_evidence")
    row.lo = ZERO
    if state is False:
        row.hi, row.missing, row.reason = ZERO, (), reason
        return row
    assert isinstance(state, Missing)
    if row.hi > ZERO:
        row.reason = "unknown_evidence" if row.reason in ("rated", "satisfied") else row.reason
        row.missing = tuple(sorted({*row.missing, *state.items}))
    return row


def _evidence(
    evidence: Evidence, one: Indicator, kind: str | None, view: CaseView
) -> tuple[bool | Missing, str, list[str]]:
    found: list[bool | Missing] = []
    failed, ids = "", []
    for row in view.of(evidence.matcher.type):
        if row.fields[evidence.indicator] != one.id:
            continue
        typed = evidence.type_field if kind is not None else None
        if typed is not None and row.fields[typed] != kind:
            continue
        fit = fits(evidence.matcher, row, view, None)
        if fit is False:
            continue
        tests = [holds(test.where, view, row.fields, None) for test in evidence.tests]
        for test, result in zip(evidence.tests, tests, strict=True):
            if result is False and not failed:
                failed = f"failed:{test.id}"
        verdict = all3([fit, *tests])
        found.append(verdict)
        if verdict is True:
            ids.append(row.id)
    if not view.is_complete(evidence.matcher.type):
        found.append(Missing(f"fact {evidence.matcher.type}"))
    return any3(found), failed or "missing_evidence", ids


# --- conditions ------------------------------------------------------------------------------


def _condition(one: Condition, view: CaseView) -> ConditionResult:
    facts: list[str] = []
    state = all3([_check(check, view, facts) for check in one.checks])
    if isinstance(state, Missing):
        return ConditionResult(one.id, "unknown", tuple(facts), tuple(sorted(state.items)))
    return ConditionResult(one.id, str(state).lower(), tuple(facts))


def _check(check: Check, view: CaseView, facts: list[str]) -> bool | Missing:
    if check.where is not None:
        return holds(check.where, view, {}, NOBODY)
    if check.declared is not None:
        return _declared(check, view, facts)
    assert check.none is not None
    first, last = -FAR, FAR
    if check.look_back is not None:
        day = _anchor_day(check, view)
        if isinstance(day, Missing):
            return day
        first = view.zone.start_of(back(day, check.look_back))
        last = view.zone.start_of(day + 1)
    states: list[bool | Missing] = []
    for act in acts_of(check.none, view, NOBODY, None):
        if act.row is not None and (act.when.last < first or act.when.first >= last):
            continue
        states.append(Missing(*act.items) if act.items else True)
        if act.certain:
            facts.append(act.id)
    return not3(any3(states))


def _declared(check: Check, view: CaseView, facts: list[str]) -> bool | Missing:
    assert check.declared is not None and check.value is not None
    chosen: Row | None = None
    for row in view.of(check.declared.type):
        fit = fits(check.declared, row, view, None)
        if isinstance(fit, Missing):
            return fit
        if fit:
            chosen = row
    if chosen is None:
        return Missing(f"fact {check.declared.type}")
    facts.append(chosen.id)
    value = chosen.fields[check.value]
    if isinstance(value, bool):
        return value
    return value if isinstance(value, Missing) else Missing(f"field {chosen.id}.{check.value}")


def _anchor_day(check: Check, view: CaseView) -> int | Missing:
    if check.anchor is None:
        return view.zone.ordinal(view.as_of - 1)
    chosen: When | Missing | None = None
    for row in view.of(check.anchor.type):
        if fits(check.anchor, row, view, None) is True:
            chosen = when_of(check.anchor, row, view)
    if isinstance(chosen, When):
        return view.zone.ordinal(chosen.first)
    return chosen if isinstance(chosen, Missing) else Missing(f"fact {check.anchor.type}")
