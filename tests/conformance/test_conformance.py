"""Every case of the corpus on every evaluator; expectations were written from the page."""

from collections import Counter

import pytest

from conformance.corpus import EVALUATORS, all_worlds, plan_of, question
from stdrules.testing.expectations import match

CASES = [(world, test) for world in all_worlds() for test in world.cases]


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize(
    ("world", "test"),
    [pytest.param(w, t, id=f"{w.file}-{w.name}-{t.case}".replace(" ", "_")) for w, t in CASES],
)
def test_case(world, test, evaluator):
    plan = plan_of(world, test)
    log, as_of, known_at = question(world, test)
    result = EVALUATORS[evaluator](plan, log, as_of, known_at)
    assert [text.en for text in match(test.expect, result, plan)] == []


@pytest.mark.parametrize(
    ("world", "test"),
    [pytest.param(w, t, id=f"{w.file}-{w.name}-{t.case}".replace(" ", "_")) for w, t in CASES],
)
def test_evaluators_agree_on_every_row(world, test):
    plan = plan_of(world, test)
    log, as_of, known_at = question(world, test)
    results = [run(plan, log, as_of, known_at) for run in EVALUATORS.values()]
    findings = [[row.as_tuple() for row in result.findings] for result in results]
    scores = [[row.as_tuple() for row in result.scores] for result in results]
    assert all(rows == findings[0] for rows in findings[1:])
    assert all(rows == scores[0] for rows in scores[1:])


def test_the_corpus_is_large_and_its_names_are_unique():
    names = Counter((world.file, world.name, test.case) for world, test in CASES)
    assert len(CASES) >= 270
    assert [name for name, n in names.items() if n > 1] == []


def test_every_kind_has_a_table():
    kinds = {"deadline", "recurrence", "count", "prohibition", "maintenance", "content", "order",
             "process", "scorecard"}  # fmt: skip
    assert {w.file.removesuffix(".yaml").removeprefix("norms/") for w, _ in CASES} >= kinds
