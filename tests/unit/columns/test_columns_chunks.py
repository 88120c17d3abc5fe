"""Chunks of any size, threads or processes: the same sums and the same findings."""

from __future__ import annotations

import dataclasses
import pickle
import random

import pytest

from properties.test_columns_differential import maker_of, merged, rows
from stdrules.base.errors import UsageError
from stdrules.engine import case, columns
from stdrules.engine.columns.chunks import facts_for
from stdrules.model.columnar import Columns, Table
from stdrules.plan import results as r

VIOLATED = {r.BREACHED, r.OVERDUE, r.FULFILLED_LATE}


@pytest.fixture(scope="module")
def world():
    maker = maker_of("q_gxxz_029")
    rng = random.Random("chunks")
    made = [maker.log(rng, 40) for _ in range(30)]
    for log, _, _ in made:
        log.facts = [fact for fact in log.facts if fact.cases]
        log.waivers, log.suspensions = log.waivers[:0], log.suspensions[:0]
    log = merged([one[0] for one in made])
    as_of = max(one[1] for one in made)
    return maker.plan, log, as_of, columns.from_log(maker.plan, log)


@pytest.mark.parametrize("facts", [1, 30, 200, 10**6])
def test_split_judges_the_same(world, facts: int) -> None:
    plan, log, as_of, whole = world
    parts = list(columns.split(whole, facts))
    assert sum(map(len, parts)) == len(whole)
    assert [n for one in parts for n in one.cases["project"]] == list(whole.cases["project"])
    assert all(len(one) <= facts or len(one.cases["project"]) == 1 for one in parts)
    found = [row for one in parts for row in
             columns.evaluate_chunk(plan, one, as_of).evaluation().findings]  # fmt: skip
    expected = case.evaluate(plan, log, as_of).findings
    assert [row.as_tuple() for row in found] == [row.as_tuple() for row in expected]


def without_facts(whole: Columns) -> Columns:
    tables: dict[tuple[str, str], Table] = {
        key: dataclasses.replace(table, facts=None) for key, table in whole.tables.items()
    }
    return dataclasses.replace(whole, tables=tables)


def test_what_a_reader_hands_over_judges_the_same(world) -> None:
    plan, log, as_of, whole = world
    found = columns.evaluate_chunk(plan, without_facts(whole), as_of)
    assert rows(found.evaluation()) == rows(case.evaluate(plan, log, as_of))
    assert found.one_by_one > 0


@pytest.mark.parametrize(("workers", "processes"), [(1, False), (3, False), (2, True)])
def test_workers(world, workers: int, processes: bool) -> None:
    plan, log, as_of, whole = world
    seen: list[int] = []
    chunks = [pickle.loads(pickle.dumps(one)) for one in columns.split(whole, 100)]
    found = columns.audit(
        plan, chunks, as_of, states=VIOLATED, workers=workers, processes=processes,
        progress=lambda so_far: seen.append(so_far.cases),
    )  # fmt: skip
    expected = case.evaluate(plan, log, as_of).findings
    assert sum(sum(states.values()) for states in found.counts.values()) == len(expected)
    wanted = [row.as_tuple() for row in expected if row.state in VIOLATED]
    assert sorted(map(repr, wanted)) == sorted(repr(one.as_tuple()) for one in found.findings)
    assert all(one.norm in plan.norms for one in found.findings) and found.left_out == 0
    assert found.cases == seen[-1] == len({row.case for row in expected})
    assert seen == sorted(seen) and len(seen) == len(chunks)
    # The same findings in the same order, whoever judged.
    again = columns.audit(plan, chunks, as_of, states=VIOLATED)
    assert [one.key for one in found.findings] == [one.key for one in again.findings]


def test_a_limit_says_what_it_left_out(world) -> None:
    plan, _, as_of, whole = world
    everything = columns.audit(plan, [whole], as_of, states=VIOLATED)
    some = columns.audit(plan, columns.split(whole, 100), as_of, states=VIOLATED, limit=5)
    assert len(some.findings) == 5
    assert some.left_out == len(everything.findings) - 5
    assert some.counts == everything.counts


def test_callables_are_called_when_it_is_their_turn(world) -> None:
    plan, _, as_of, whole = world
    made: list[int] = []

    def chunks():
        for number, one in enumerate(columns.split(whole, 100)):
            yield lambda one=one, number=number: (made.append(number), one)[1]

    found = columns.audit(plan, chunks(), as_of)
    assert found.counts == columns.audit(plan, [whole], as_of).counts
    assert made == sorted(made) and len(made) > 3


def test_no_workers(world) -> None:
    plan, _, as_of, whole = world
    with pytest.raises(UsageError, match="workers"):
        columns.audit(plan, [whole], as_of, workers=0)


def test_memory_is_shared_out() -> None:
    assert facts_for(2**30, 4) == facts_for(2**30) // 4
    assert facts_for(1, 8) == 1000


def test_everything_is_pure_data(world) -> None:
    plan, log, as_of, whole = world
    again = pickle.loads(pickle.dumps(without_facts(whole)))
    found = columns.evaluate_chunk(plan, again, as_of).evaluation()
    assert rows(found) == rows(case.evaluate(plan, log, as_of))
