"""Scorecards of all cases at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.frame import Frame
from stdrules.plan.results import ScoreResult
from stdrules.plan.scorecard import PlanScorecard

Booleans = NDArray[np.bool_]


@dataclass(slots=True)
class ScoreBlock:
    """Results of one scorecard."""

    card: PlanScorecard

    def counts(self) -> Counter[str]:
        """Count the outcomes."""
        return Counter()

    def scores(self, names: Sequence[str]) -> Iterator[tuple[int, ScoreResult]]:
        """Yield the place of the case and the result."""
        yield from ()


def judge_card(frame: Frame, card: PlanScorecard) -> tuple[ScoreBlock | None, Booleans]:
    """Score every case; the cases in doubt."""
    return None, frame.exists & ~frame.apart
