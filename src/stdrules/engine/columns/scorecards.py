"""Scorecards of all cases at once: points in whole units, truth by masks.

A case with something doubtful (a rating that contradicts itself, an unsure veto) is scored by the
case evaluator. Points are integers of the smallest unit that the scorecard knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.case.scores import _result
from stdrules.engine.columns.conditions import Conditions, judge_condition
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.lookups import FALSE, TRUE, UNSURE, truths_of_cases
from stdrules.engine.columns.paths import reads
from stdrules.engine.columns.ratings import Proofs, Ratings, proofs_of, ratings_of
from stdrules.engine.columns.rows import Unable
from stdrules.plan.results import IndicatorResult, ScoreResult
from stdrules.plan.scorecard import Indicator, PlanScorecard

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
OUTCOMES = ("fail", "pass", "undetermined")
FAIL, PASS, UNDETERMINED = range(3)
ZERO = Decimal(0)


@dataclass(slots=True)
class ScoreBlock:
    """Results of one scorecard.

    Attributes:
        card: Whose.
        frame: The cases.
        places: Decimal places of points.
        lo, hi: int32 totals by case, in units of that place.
        outcome: By case: fail, pass or undetermined.
        ratings: The points given by indicator and case.
        proofs: Where the evidence is there, by indicator and case; None: none is asked for.
        applies: Indicator -> where it applies, of those that may not.
        tests: Vetoes and conditions.
        kept: The cases that count.
    """

    card: PlanScorecard
    frame: Frame
    places: int
    lo: NDArray[np.int32]
    hi: NDArray[np.int32]
    outcome: NDArray[np.uint8]
    ratings: Ratings
    proofs: Proofs | None
    applies: dict[int, Booleans]
    tests: list[Conditions] = field(default_factory=list)
    kept: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def counts(self) -> Counter[str]:
        """Count the outcomes."""
        found = np.bincount(self.outcome[self.kept], minlength=3).tolist()
        return Counter({name: n for name, n in zip(OUTCOMES, found, strict=True) if n})

    def scores(
        self, names: Sequence[str], cases: Ints | None = None
    ) -> Iterator[tuple[int, ScoreResult]]:
        """Yield the place of the case and the result (None: of all that count)."""
        indicators = [one for group in self.card.groups for one in group.indicators]
        split = len(self.card.vetoes)
        for case in (self.kept if cases is None else cases).tolist():
            rows = [self.row(number, one, case) for number, one in enumerate(indicators)]
            results = tuple([test.result(case) for test in self.tests])
            view: Any = _Named(names[case])
            yield case, _result(self.card, view, rows, results, split, None)

    def row(self, number: int, one: Indicator, case: int) -> IndicatorResult:
        """Return one indicator of one case."""
        applies = self.applies.get(number)
        if applies is not None and not applies[case]:
            points = one.points if one.not_applicable == "full" else ZERO
            return IndicatorResult(one.id, points, points, one.points, "", "not_applicable")
        lo = hi = one.points
        grade, reason = "", "satisfied"
        ids: tuple[str, ...] = ()
        missing: tuple[str, ...] = ()
        if one.basis != "evidence":
            row = self.ratings.row(number, case)
            if row < 0:
                lo, reason, missing = ZERO, "no_rating", (f"rating {one.id}",)
            else:
                lo, grade = self.ratings.given(number, one, row)
                hi, reason, ids = lo, "rated", (self.ratings.rows.id(row),)
        if self.proofs is not None and self.proofs.asked(number):
            failed, proven = self.proofs.pieces(number, case)
            if proven:
                ids = tuple(dict.fromkeys((*ids, *proven)))
            if failed:
                lo, hi, reason, missing = ZERO, ZERO, failed, ()
        return IndicatorResult(one.id, lo, hi, one.points, grade, reason, ids, missing)


class _Named:
    """All that the result of a case asks of its view."""

    __slots__ = ("case_id",)

    def __init__(self, case_id: str) -> None:
        self.case_id = case_id


def judge_card(frame: Frame, card: PlanScorecard) -> tuple[ScoreBlock | None, Booleans]:
    """Score every case; the second says which cases are left to the case evaluator."""
    wanted = frame.exists & ~frame.apart
    try:
        doubt = np.zeros(frame.size, np.bool_)
        block = _scored(frame, card, doubt)
    except Unable:
        return None, wanted
    block.kept = np.flatnonzero(wanted & ~doubt)
    return block, wanted & doubt


def _scored(frame: Frame, card: PlanScorecard, doubt: Booleans) -> ScoreBlock:
    indicators = [one for group in card.groups for one in group.indicators]
    if any(one.kind == "counted" or one.not_applicable == "normalise" for one in indicators):
        raise Unable
    if card.rating is None or card.rating.combine in ("mean", "median"):
        raise Unable
    if card.when is not None:
        if reads(card.when).variables:
            raise Unable
        # Where it does not apply there is nothing to add up.
        doubt |= truths_of_cases(frame, card.when) != TRUE
    ratings = ratings_of(frame, card, card.rating, indicators, doubt)
    evidence = card.evidence
    proofs = None
    if evidence is not None and evidence.missing != "ignore":
        proofs = proofs_of(frame, evidence, indicators, doubt)
    applies: dict[int, Booleans] = {}
    for number, one in enumerate(indicators):
        if one.applies is not None:
            truths = truths_of_cases(frame, one.applies)
            doubt |= truths == UNSURE
            applies[number] = truths != FALSE
    tests = [judge_condition(frame, one, doubt) for one in (*card.vetoes, *card.conditions)]
    scale = 10**ratings.places
    lo, hi = _totals(frame, indicators, ratings, proofs, applies)
    hi = np.minimum(hi, np.int32(card.maximum * scale))
    threshold = int((card.threshold or ZERO) * scale)
    broken = np.zeros(frame.size, np.bool_)
    for test in tests:
        broken |= ~test.holds
    outcome = np.where(lo >= threshold, np.uint8(PASS), np.uint8(UNDETERMINED))
    outcome = np.where(broken | (hi < threshold), np.uint8(FAIL), outcome)
    return ScoreBlock(
        card, frame, ratings.places, lo, hi, outcome, ratings, proofs, applies, tests
    )


def _totals(
    frame: Frame, indicators: list[Indicator], ratings: Ratings, proofs: Proofs | None,
    applies: dict[int, Booleans],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:  # fmt: skip
    """Add the points up, indicator by indicator, in the smallest unit."""
    scale = 10**ratings.places
    lo = np.zeros(frame.size, np.int32)
    hi = np.zeros(frame.size, np.int32)
    for number, one in enumerate(indicators):
        full = int(one.points * scale)
        if one.basis == "evidence":
            low = high = np.full(frame.size, full, np.int32)
        else:
            given = ratings.points(number)
            low = np.maximum(given, 0)
            high = np.where(given < 0, np.int32(full), given)
        if proofs is not None and proofs.asked(number):
            proven = proofs.proven(number)
            low, high = low * proven, high * proven
        if number in applies:
            outside = full if one.not_applicable == "full" else 0
            low = np.where(applies[number], low, np.int32(outside))
            high = np.where(applies[number], high, np.int32(outside))
        lo += low
        hi += high
    return lo, hi

