"""Scorecards over certain facts, in one pass over ratings and evidence."""

from __future__ import annotations

from collections.abc import Callable

from stdrules.engine.case.facts import CaseFacts, Slots
from stdrules.engine.reference.scores import score
from stdrules.plan.results import ScoreResult
from stdrules.plan.scorecard import PlanScorecard


def score_of(card: PlanScorecard, slots: Slots) -> Callable[[CaseFacts], ScoreResult]:
    """Return what scores a case."""
    return lambda facts: score(card, facts.view)
