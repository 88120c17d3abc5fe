"""Columns give exactly what the case evaluator gives, on random logs of every ruleset."""

from __future__ import annotations

import dataclasses
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from properties.worlds import Maker
from stdrules.base.truth import Missing
from stdrules.compile.compiler import compile_or_raise
from stdrules.engine import case, columns, reference
from stdrules.load.ruleset import load_ruleset
from stdrules.model.facts import Fact, FactLog
from stdrules.plan import results as r
from stdrules.plan.steps import Await, Count, Forbid, Order, Recur, Require

ROOT = Path(__file__).resolve().parents[2]
RULESETS = ("q_gxxz_029", "shenzhen_mz", "db4201_629", "suzhou_464", "jghq_bzh")
#: Half as many logs a ruleset one by one, and as many side by side: 2,500 by default.
EXAMPLES = int(os.environ.get("STDRULES_EXAMPLES", "1700")) // len(RULESETS)
TOGETHER = 20
_makers: dict[tuple[str, str], Maker] = {}


def maker_of(name: str, combination: str = "") -> Maker:
    key = name, combination
    if key not in _makers:
        source = load_ruleset(ROOT / "rulesets" / name)
        readings = {"panel_combination": combination} if combination else {}
        _makers[key] = Maker(compile_or_raise(source, readings), source.vocabulary.types)
    return _makers[key]


def rows(found: r.Evaluation) -> tuple[list[Any], list[Any], list[str]]:
    return (
        [row.as_tuple() for row in found.findings],
        [row.as_tuple() for row in found.scores],
        [repr(one) for one in found.diagnostics],
    )


@pytest.mark.parametrize("name", RULESETS)
def test_equal_on_random_logs(name: str) -> None:
    maker = maker_of(name)
    seen: set[str] = set()
    for number in range(EXAMPLES // 2):
        log, as_of, known_at = maker.log(random.Random(f"columns/{name}/{number}"))
        expected = case.evaluate(maker.plan, log, as_of, known_at)
        found = columns.evaluate(maker.plan, log, as_of, known_at)
        assert rows(found) == rows(expected), f"log {number}"
        if number % 10 == 0:
            assert rows(found) == rows(reference.evaluate(maker.plan, log, as_of, known_at))
        seen |= {row.state for row in found.findings}
    assert {r.PENDING, r.BREACHED, r.FULFILLED, r.UNDETERMINED, r.NOT_TRIGGERED} <= seen


def merged(logs: list[FactLog]) -> FactLog:
    """Put logs side by side: the cases and facts of each keep apart by their names."""
    whole = FactLog()
    for number, log in enumerate(logs):

        def of(name: str, number: int = number) -> str:
            return f"{name}-{number:02d}"

        for fact in log.facts:
            cases = {kind: tuple(map(of, ids)) for kind, ids in fact.cases.items()}
            fields = {
                name: Missing(f"field {of(fact.id)}.{name}", blank=value.blank)
                if isinstance(value, Missing) else value for name, value in fact.fields.items()
            }  # fmt: skip
            whole.facts.append(Fact(
                fact.type, of(fact.id), cases, fact.at, fields, fact.recorded,
                of(fact.supersedes) if fact.supersedes else None, fact.source,
            ))  # fmt: skip
        for kind in ("waivers", "suspensions", "completes"):
            for one in getattr(log, kind):
                named = dataclasses.replace(one, case=of(one.case) if one.case else None)
                getattr(whole, kind).append(named)
        for gone in log.withdrawals:
            whole.withdrawals.append(dataclasses.replace(gone, withdraws=of(gone.withdraws)))
    return whole


@pytest.mark.parametrize("name", RULESETS)
def test_equal_on_many_cases_at_once(name: str) -> None:
    maker = maker_of(name)
    for block in range(EXAMPLES // TOGETHER):
        rng = random.Random(f"together/{name}/{block}")
        made = [maker.log(rng) for _ in range(TOGETHER)]
        # Statements about every case would leave no case to columns.
        for log, _, _ in made[1:]:
            log.facts = [fact for fact in log.facts if fact.cases]
            log.waivers = [one for one in log.waivers if one.case]
            log.suspensions = [one for one in log.suspensions if one.case]
        as_of, known_at = max(one[1] for one in made), made[0][2]
        log = merged([one[0] for one in made])
        expected = rows(case.evaluate(maker.plan, log, as_of, known_at))
        chunk = columns.from_log(maker.plan, log)
        found = columns.evaluate_chunk(maker.plan, chunk, as_of, known_at)
        assert rows(found.evaluation()) == expected, block
        # As a reader hands them over: no facts behind the columns.
        for table in chunk.tables.values():
            table.facts = None
        found = columns.evaluate_chunk(maker.plan, chunk, as_of, known_at)
        assert rows(found.evaluation()) == expected, block


@pytest.mark.parametrize("how", ["latest", "mean", "median", "lowest"])
def test_equal_scores(how: str) -> None:
    maker = maker_of("shenzhen_mz", how)
    outcomes: Counter[str] = Counter()
    for number in range(max(EXAMPLES // 16, 10)):
        log, as_of = maker.rated_log(random.Random(f"scores/{how}/{number}"))
        expected = case.evaluate(maker.plan, log, as_of)
        found = columns.evaluate_chunk(maker.plan, columns.from_log(maker.plan, log), as_of)
        assert rows(found.evaluation()) == rows(expected), f"log {number}"
        for part in found.parts:
            for _, block in part.cards:
                outcomes.update(block.counts())
    if how == "latest":
        assert outcomes["fail"] and outcomes["pass"] and outcomes["undetermined"]


@pytest.mark.parametrize("number", range(20))
def test_named_cases_only(number: int) -> None:
    maker = maker_of("q_gxxz_029")
    log, as_of, known_at = maker.log(random.Random(f"cases/{number}"))
    name = maker.plan.case_types[0].name + "1"
    found = columns.evaluate(maker.plan, log, as_of, known_at, [name])
    assert rows(found) == rows(case.evaluate(maker.plan, log, as_of, known_at, [name]))


@pytest.mark.parametrize("name", RULESETS)
def test_certain_facts_are_judged_by_columns(name: str) -> None:
    """What is certain, told to the instant and judged by a common step needs nobody else."""
    maker = maker_of(name)
    common = (Await, Count, Forbid, Order, Recur, Require)
    by_columns, singly = 0, Counter[str]()
    for number in range(60):
        log, as_of, _ = maker.log(random.Random(f"certain/{number}"))
        if not maker.clean or maker.grain:
            continue
        plain = FactLog([f for f in log.facts if f.supersedes is None and f.cases])
        found = columns.evaluate_chunk(maker.plan, columns.from_log(maker.plan, plain), as_of)
        for part in found.parts:
            by_columns += sum(len(block) for _, block in part.blocks)
            for _, norm, _ in part.singles:
                step = maker.plan.norms[norm].step
                if isinstance(step, common):
                    singly[maker.plan.norms[norm].id] += 1
    assert by_columns > 400
    assert singly.total() < by_columns // 5, singly.most_common(8)


def test_counts_are_those_of_the_findings() -> None:
    maker = maker_of("q_gxxz_029")
    for number in range(20):
        log, as_of, known_at = maker.log(random.Random(f"counts/{number}"))
        found = columns.evaluate_chunk(
            maker.plan, columns.from_log(maker.plan, log), as_of, known_at
        )
        rows_of = found.evaluation().findings
        counted: Counter[tuple[str, str]] = Counter()
        for name, states in found.counts().items():
            counted.update({(name, state): n for state, n in states.items()})
        named = Counter(
            (f"{row.norm.id}/{row.norm.sub}" if row.norm.sub else row.norm.id, row.state)
            for row in rows_of
        )
        assert counted == named
        late = [row.as_tuple() for row in rows_of if row.state == r.BREACHED]
        chosen = [row.as_tuple() for row in found.findings({r.BREACHED})]
        assert sorted(late, key=repr) == sorted(chosen, key=repr)
