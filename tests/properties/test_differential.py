"""The case evaluator gives exactly what the reference gives, on random logs of both rulesets."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from properties.worlds import Maker
from stdrules.compile.compiler import compile_or_raise
from stdrules.engine import case, reference
from stdrules.engine.case import norms as case_norms
from stdrules.load.ruleset import load_ruleset
from stdrules.model.facts import FactLog
from stdrules.plan import results as r

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
#: Examples a ruleset; together at least 2,000 by default.
EXAMPLES = int(os.environ.get("STDRULES_EXAMPLES", "2400")) // 2
BLOCKS = 4


@pytest.fixture(scope="module", params=["q_gxxz_029", "shenzhen_mz"])
def maker(request: pytest.FixtureRequest) -> Maker:
    source = load_ruleset(RULESETS / request.param)
    return Maker(compile_or_raise(source), source.vocabulary.types)


def rows(found: r.Evaluation) -> tuple[list[Any], list[Any], list[str]]:
    return (
        [row.as_tuple() for row in found.findings],
        [row.as_tuple() for row in found.scores],
        [repr(one) for one in found.diagnostics],
    )


@pytest.mark.parametrize("block", range(BLOCKS))
def test_equal_on_random_logs(maker: Maker, block: int) -> None:
    seen: set[str] = set()
    judged = 0
    for number in range(block * EXAMPLES // BLOCKS, (block + 1) * EXAMPLES // BLOCKS):
        log, as_of, known_at = maker.log(random.Random(f"{maker.plan.id}/{number}"))
        expected = reference.evaluate(maker.plan, log, as_of, known_at)
        found = case.evaluate(maker.plan, log, as_of, known_at)
        assert rows(found) == rows(expected), f"example {number}"
        seen |= {row.state for row in expected.findings}
        judged += len(expected.findings)
    assert judged > 5 * EXAMPLES // BLOCKS
    assert {r.PENDING, r.BREACHED, r.FULFILLED, r.OVERDUE, r.UNDETERMINED, r.WAIVED,
            r.NOT_APPLICABLE, r.NOT_TRIGGERED, r.INFEASIBLE} <= seen  # fmt: skip


def test_certain_facts_are_judged_without_the_reference(
    maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def counted(*args: Any) -> list[r.Finding]:
        nonlocal asked
        asked += 1
        return real(*args)

    real = case_norms.judge_norm
    monkeypatch.setattr(case_norms, "judge_norm", counted)
    judged = 0
    for number in range(40):
        rng = random.Random(f"certain/{number}")
        log, as_of, _ = maker.log(rng)
        if not maker.clean:
            continue
        plain = FactLog([fact for fact in log.facts if fact.supersedes is None])
        judged += len(case.evaluate(maker.plan, plain, as_of).findings)
    assert judged > 500
    assert asked < judged // 20


@pytest.mark.parametrize("how", ["latest", "mean", "median", "lowest"])
def test_equal_scores(how: str) -> None:
    source = load_ruleset(RULESETS / "shenzhen_mz")
    plan = compile_or_raise(source, {"panel_combination": how})
    maker = Maker(plan, source.vocabulary.types)
    outcomes: set[str] = set()
    rated = 0
    for number in range(EXAMPLES // 24):
        log, as_of = maker.rated_log(random.Random(f"scores/{how}/{number}"))
        expected = reference.evaluate(plan, log, as_of)
        assert rows(case.evaluate(plan, log, as_of)) == rows(expected), f"example {number}"
        outcomes |= {row.outcome for row in expected.scores}
        rated += sum(one.reason == "rated" for row in expected.scores for one in row.indicators)
    assert {"undetermined", "fail", "pass"} <= outcomes
    assert rated > EXAMPLES // 24


@pytest.mark.parametrize("number", range(30))
def test_named_cases_only(maker: Maker, number: int) -> None:
    log, as_of, known_at = maker.log(random.Random(f"cases/{number}"))
    name = maker.plan.case_types[0].name + "1"
    found = case.evaluate(maker.plan, log, as_of, known_at, [name])
    assert rows(found) == rows(reference.evaluate(maker.plan, log, as_of, known_at, [name]))
    assert {row.case for row in found.findings} <= {name}


def test_prepared_once_a_plan(maker: Maker) -> None:
    assert case.prepare(maker.plan) is case.prepare(maker.plan)
