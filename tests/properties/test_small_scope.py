"""No small world in which the case evaluator and the reference differ."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from properties import small_scope as small
from stdrules.engine import case, reference
from stdrules.plan import results as r

LEAST = 5_000


@pytest.mark.parametrize("kind", list(small.NORMS))
def test_every_small_world(kind: str) -> None:
    plan = small.plan(kind, small.NORMS[kind]())
    evaluator = case.prepare(plan)
    count = 0
    seen: set[str] = set()
    for log, as_of in small.worlds():
        count += 1
        expected = [row.as_tuple() for row in reference.evaluate(plan, log, as_of).findings]
        found = [row.as_tuple() for row in evaluator.evaluate(log, as_of).findings]
        assert found == expected, [(f.type, f.at, f.fields) for f in log.facts]
        seen |= {str(row[4]) for row in expected}
    assert count >= LEAST
    assert r.UNDETERMINED in seen
    assert len(seen) >= 4


@pytest.mark.parametrize("combine", ["latest", "mean"])
def test_every_small_scorecard(combine: str) -> None:
    card = small.card()
    assert card.rating is not None
    indicators = tuple(replace(i, not_applicable="never") for i in card.groups[0].indicators)
    exact = small.card(groups=(replace(card.groups[0], indicators=indicators),))
    chosen = card if combine == "mean" else exact
    assert chosen.rating is not None
    chosen = replace(chosen, rating=replace(chosen.rating, combine=combine))
    plan = small.plan(f"score {combine}", [], (chosen,))
    count = 0
    outcomes: set[str] = set()
    for log, as_of in small.scored_worlds():
        count += 1
        expected = [row.as_tuple() for row in reference.evaluate(plan, log, as_of).scores]
        found = [row.as_tuple() for row in case.evaluate(plan, log, as_of).scores]
        assert found == expected, [(f.type, f.id, f.fields) for f in log.facts]
        outcomes |= {str(row[5]) for row in expected}
    assert count >= LEAST
    assert outcomes == {"pass", "fail", "undetermined"}
    assert Decimal(20) == chosen.threshold
