"""A trial says what two whole evaluations would: nothing that a choice changes is left out."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from properties.worlds import Maker
from stdrules.api.loading import load
from stdrules.engine import case
from stdrules.plan.results import Evaluation
from stdrules.report.sensitivity_data import finding_changes, score_changes

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
#: Random logs for each ruleset; ``STDRULES_EXAMPLES`` asks for more.
LOGS = max(2, int(os.environ.get("STDRULES_EXAMPLES", "0")) // 150)
NAMES = ["q_gxxz_029", "shenzhen_mz", "db4201_629", "suzhou_464", "jghq_bzh"]


def whole(before: Evaluation, after: Evaluation) -> set[Any]:
    """Compare two evaluations case by case, all norms together."""
    found = set()
    places = {(f.norm.case_type, f.case) for f in (*before.findings, *after.findings)}
    for kind, name in places:
        old = [f for f in before.findings if (f.norm.case_type, f.case) == (kind, name)]
        new = [f for f in after.findings if (f.norm.case_type, f.case) == (kind, name)]
        found |= {told(one) for one in finding_changes(old, new)}
    cards = {score.case for score in before.scores}
    for name in cards:
        old = [s for s in before.scores if s.case == name]
        new = [s for s in after.scores if s.case == name]
        found |= {told(one) for one in score_changes(old, new)}
    return found


def told(change: Any) -> Any:
    sides = [None if one is None else one.as_tuple() for one in (change.before, change.after)]
    return change.effect, change.case, change.key, repr(sides)


@pytest.mark.parametrize("name", NAMES)
def test_a_trial_is_the_difference_of_two_evaluations(name: str) -> None:
    rules = load(RULESETS / name)
    maker = Maker(rules.plan(), rules.vocabulary.types)
    changed = 0
    for number in range(LOGS):
        log, as_of, _ = maker.log(random.Random(f"sensitivity/{name}/{number}"))
        moment = rules.zone.to_datetime(as_of)
        found = rules.sensitivity(log, moment, pairs=number == 0)
        base = case.evaluate(rules.plan(), log, as_of)
        assert [f.as_tuple() for f in found.report.obligations] == [
            f.as_tuple() for f in base.findings
        ]
        some = min(12, len(found.pairs))
        trials = [*found.trials, *random.Random(number).sample(found.pairs, some)]
        for trial in trials:
            if trial.plan is None:
                continue
            readings = {one.name: str(one.value) for one in trial.choices}
            again = case.evaluate(rules.plan(readings), log, as_of)
            expected = whole(base, again)
            mine = {told(one) for one in trial.changes}
            if len(trial.choices) == 1:
                assert mine == expected, trial.choices
            else:
                # What only one of the two concerns is told by that choice alone.
                assert mine <= expected, trial.choices
            changed += len(mine)
    assert changed
