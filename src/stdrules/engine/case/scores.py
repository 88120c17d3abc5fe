"""Scorecards over certain facts, in one pass over ratings and evidence.

An indicator with a doubtful rating or piece of evidence is judged by the reference, and so is a
condition; the totals are exact either way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from stdrules.base.truth import Missing
from stdrules.engine.case.conditions import condition_of
from stdrules.engine.case.facts import NOTHING, CaseFacts, Doubt, Slots, complete, depends
from stdrules.engine.reference.scores import (
    PLACES,
    ZERO,
    _combined,
    _indicator,
    _outcome,
    at_stake,
    score,
    shown,
    total,
)
from stdrules.engine.view import CaseView, Row
from stdrules.plan.results import ConditionResult, IndicatorResult, ScoreResult
from stdrules.plan.scorecard import Evidence, Indicator, PlanScorecard, Rating

#: Rows of an indicator; None: at least one is doubtful.
Found = dict[Any, list[Any] | None]
Points = Callable[[CaseFacts, Found, Found], IndicatorResult]
NO_FACTS: tuple[str, ...] = ()


def score_of(card: PlanScorecard, slots: Slots) -> Callable[[CaseFacts], ScoreResult]:
    """Return what scores a case."""
    whole = card.evidence is None or card.evidence.missing == "ignore"
    ratings, evidence = _ratings(card.rating, slots), _evidences(card.evidence, whole, slots)
    indicators = [(one, _points(card, one, slots)) for g in card.groups for one in g.indicators]
    tests = [condition_of(one, slots) for one in (*card.vetoes, *card.conditions)]
    applies = slots.guard(card.when) if card.when is not None else None
    split = len(card.vetoes)
    # Means may have endless digits, and shares of the maximum are ratios.
    plain = card.rating is None or card.rating.combine not in ("mean", "median")
    plain = plain and all(one.not_applicable != "normalise" for one, _ in indicators)

    def scored(facts: CaseFacts) -> ScoreResult:
        try:
            if applies is not None and not applies(facts):
                return score(card, facts.view)
            graded, proven = ratings(facts), evidence(facts)
        except Doubt:
            return score(card, facts.view)
        view = facts.view
        rows = []
        inside: dict[str, tuple[Decimal, Decimal]] = {}
        for one, points in indicators:
            try:
                rows.append(points(facts, graded, proven))
            except Doubt:
                rows.append(_indicator(card, one, view, inside))
        results = tuple([test(facts) for test in tests])
        return _result(card, view, rows, results, split, None if plain else inside)

    return scored


def _result(
    card: PlanScorecard, view: CaseView, rows: list[IndicatorResult],
    results: tuple[ConditionResult, ...], split: int,
    inside: dict[str, tuple[Decimal, Decimal]] | None,
) -> ScoreResult:  # fmt: skip
    groups = []
    low = high = ZERO
    at, stakes = 0, False
    for group in card.groups:
        end = at + len(group.indicators)
        lo = hi = ZERO
        for row in rows[at:end]:
            lo += row.lo
            hi += row.hi
            stakes = stakes or bool(row.missing)
        at = end
        low, high = low + lo, high + hi
        groups.append((group.id, lo, hi, group.points))
    states = {one.state for one in results}
    if inside is None:
        high = min(high, card.maximum)
        outcome = _decided(card, states, low, high)
        shown_lo, shown_hi = _shown(low), _shown(high)
    else:
        exact_lo, exact_hi = total(card, rows, inside)
        outcome = _outcome(card, True, results, exact_lo, exact_hi)
        shown_lo, shown_hi = shown(exact_lo), shown(exact_hi)
    staked: tuple[tuple[str, Decimal, bool], ...] = ()
    if stakes:
        exact = (Fraction(low), Fraction(high)) if inside is None else (exact_lo, exact_hi)
        staked = at_stake(card, rows, *exact)
    missing: set[str] = set()
    if outcome == "undetermined":
        for row in rows:
            missing.update(row.missing)
        for one in results:
            missing.update(one.missing)
    return ScoreResult(
        card, view.case_id, "true", shown_lo, shown_hi, outcome, results[:split], results[split:],
        tuple(groups), tuple(rows), staked, tuple(sorted(missing)),
    )  # fmt: skip


def _decided(card: PlanScorecard, states: set[str], low: Decimal, high: Decimal) -> str:
    threshold = card.threshold if card.threshold is not None else ZERO
    if "false" in states or high < threshold:
        return "fail"
    if "unknown" not in states and low >= threshold:
        return "pass"
    return "undetermined"


def _shown(value: Decimal) -> Decimal:
    rounded = value.quantize(PLACES, ROUND_DOWN)
    whole = rounded.to_integral_value()
    return whole if rounded == whole else rounded.normalize()


# --- one pass over the rows --------------------------------------------------------------------


def _test(matcher: Any) -> Any:
    if matcher.keys or (matcher.where is not None and depends(matcher.where)):
        raise Doubt
    return matcher.where.function() if matcher.where is not None else None


def _never(facts: CaseFacts) -> Found:
    raise Doubt


def _ratings(rating: Rating | None, slots: Slots) -> Callable[[CaseFacts], Found]:
    if rating is None:
        return lambda facts: {}
    try:
        test = _test(rating.matcher)
    except Doubt:
        return _never
    name, field = rating.matcher.type, rating.indicator

    def ratings(facts: CaseFacts) -> Found:
        found: Found = {}
        view = facts.view
        for row in facts.rows.get(name, ()):
            about = row.fields[field]
            fit = test is None or test(row.fields, NOTHING, NOTHING, NOTHING, view)
            if fit is False:
                continue
            if fit is not True:
                found[about] = None
                continue
            rows = found.get(about, ())
            if rows is None:
                continue
            if rows:
                rows.append(row)
            else:
                found[about] = [row]
        return found

    return ratings


def _evidences(
    evidence: Evidence | None, ignored: bool, slots: Slots
) -> Callable[[CaseFacts], Found]:  # fmt: skip
    """Tell of each piece of evidence what fails, "" if nothing does."""
    if evidence is None or ignored:
        return lambda facts: {}
    try:
        test = _test(evidence.matcher)
    except Doubt:
        return _never
    name, field, kind = evidence.matcher.type, evidence.indicator, evidence.type_field
    tests = [(f"failed:{one.id}", one.where.function()) for one in evidence.tests]
    known = complete(name, slots.plan)

    def evidences(facts: CaseFacts) -> Found:
        if not known(facts):
            raise Doubt
        found: Found = {}
        view = facts.view
        for row in facts.rows.get(name, ()):
            fields = row.fields
            about = fields[field]
            rows = found.get(about, ())
            if rows is None:
                continue
            fit = test is None or test(fields, NOTHING, NOTHING, NOTHING, view)
            if fit is False:
                continue
            failed = ""
            for reason, holds in tests:
                result = holds(fields, NOTHING, NOTHING, NOTHING, view)
                if result is False:
                    failed = failed or reason
                elif result is not True:
                    fit = None
            if fit is not True:
                found[about] = None
                continue
            entry = (fields[kind] if kind is not None else None, failed, row.id)
            if rows:
                rows.append(entry)
            else:
                found[about] = [entry]
        return found

    return evidences


# --- one indicator -----------------------------------------------------------------------------


def _points(card: PlanScorecard, one: Indicator, slots: Slots) -> Points:
    guard = slots.guard(one.applies) if one.applies is not None else None
    inner = _never_points if one.kind == "counted" else _graded(card, one)
    if guard is None:
        return inner
    outside = one.points if one.not_applicable == "full" else ZERO

    def guarded(facts: CaseFacts, ratings: Found, evidence: Found) -> IndicatorResult:
        if guard(facts):
            return inner(facts, ratings, evidence)
        return IndicatorResult(one.id, outside, outside, one.points, "", "not_applicable")

    return guarded


def _never_points(facts: CaseFacts, ratings: Found, evidence: Found) -> IndicatorResult:
    raise Doubt


def _graded(card: PlanScorecard, one: Indicator) -> Points:
    name, full = one.id, one.points
    rated = one.basis != "evidence"
    given, rating = _given(card.rating, one), card.rating
    how = rating.combine if rating is not None else "latest"
    unrated = (f"rating {name}",)
    proof = card.evidence is not None and card.evidence.missing != "ignore" and (
        one.needs_evidence or not rated
    )
    typed = card.evidence is not None and card.evidence.type_field is not None
    needs: tuple[str | None, ...] = one.evidence_types if typed and one.evidence_types else (None,)

    def points(facts: CaseFacts, ratings: Found, evidence: Found) -> IndicatorResult:
        lo = hi = full
        grade, reason, ids, missing = "", "satisfied", NO_FACTS, NO_FACTS
        if rated:
            rows: Any = ratings.get(name, NO_FACTS)
            if rows is None:
                raise Doubt
            if not rows:
                lo, reason, missing = ZERO, "no_rating", unrated
            elif len(rows) == 1 or how == "latest":
                # Each rating is looked at: one that contradicts itself leaves the row open.
                for row in rows:
                    lo, grade = given(row)
                hi, reason, ids = lo, "rated", (rows[-1].id,)
            else:
                found = [(row, *given(row)) for row in rows]
                lo, grade, ids = _combined(how, found)
                hi, reason = lo, "rated"
        if proof:
            pieces = evidence.get(name, NO_FACTS)
            if pieces is None:
                raise Doubt
            failed, proven = _proven(pieces, needs)
            if proven:
                ids = tuple(dict.fromkeys((*ids, *proven)))
            if failed:
                lo, hi, reason, missing = ZERO, ZERO, failed, NO_FACTS
        return IndicatorResult(name, lo, hi, full, grade, reason, ids, missing)

    return points


def _proven(pieces: Sequence[Any], needs: tuple[str | None, ...]) -> tuple[str, list[str]]:
    """Return why evidence is lacking, "" if it is not, and the sound pieces."""
    why = ""
    ids: list[str] = []
    for need in needs:
        failed, sound = "", False
        for kind, reason, name in pieces:
            if need is not None and kind != need:
                continue
            if reason:
                failed = failed or reason
            else:
                sound = True
                ids.append(name)
        if not sound:
            why = why or failed or "missing_evidence"
    return why, ids


def _given(rating: Rating | None, one: Indicator) -> Callable[[Row], tuple[Decimal, str]]:
    """Return what reads the points and the grade of a rating; in doubt if they contradict."""
    table = dict(one.grades)
    names = {points: name for name, points in reversed(one.grades)}
    allowed = set(table.values()) if table else {ZERO, one.points}
    grade_field = rating.grade if rating is not None else None
    points_field = rating.points if rating is not None else None

    def given(row: Row) -> tuple[Decimal, str]:
        grade = row.fields[grade_field] if grade_field is not None else None
        points: Any = row.fields[points_field] if points_field is not None else None
        if type(grade) is str:
            found = table.get(grade)
            if found is None:
                raise Doubt
            if isinstance(points, Decimal | int) and points != found:
                raise Doubt
            return found, grade
        if grade is not None and not isinstance(grade, Missing):
            raise Doubt
        if type(points) is not Decimal or points not in allowed:
            raise Doubt
        return points, names.get(points, "")

    return given
