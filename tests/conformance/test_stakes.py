"""Points at stake: what each missing item is worth, and whether it decides the threshold."""

from decimal import Decimal

import pytest

from conformance.corpus import EVALUATORS, all_worlds, plan_of, question

CASES = {
    test.case: (world, test)
    for world in all_worlds()
    if world.file == "norms/scorecard.yaml"
    for test in world.cases
}


@pytest.mark.parametrize("run", EVALUATORS.values(), ids=list(EVALUATORS))
@pytest.mark.parametrize(
    ("case", "stakes"),
    [
        # Of 15 to 19 the rating takes 4: it lies between the threshold of 17 and either end.
        pytest.param(
            "not rated, the threshold is open", [("rating 1", Decimal(4), True)], id="decides"
        ),
        # 9 to 13 never reaches 17.
        pytest.param(
            "not rated, out of reach anyway", [("rating 1", Decimal(4), False)], id="out-of-reach"
        ),
        # 18.5 to 19 never misses 17.
        pytest.param(
            "a meeting whose kind is not carried",
            [("field h2.kind", Decimal("0.5"), False)],
            id="reached-anyway",
        ),
        pytest.param(
            "whether it is genuine is not carried",
            [("field e5.genuine", Decimal(4), True)],
            id="evidence",
        ),
        pytest.param("a good body: 18", [], id="nothing-missing"),
    ],
)
def test_points_at_stake(run, case, stakes):
    world, test = CASES[case]
    plan = plan_of(world, test)
    (score,) = run(plan, *question(world, test)).scores
    assert list(score.at_stake) == stakes
