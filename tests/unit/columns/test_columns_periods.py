"""Periods of many cases at once: part periods at both ends, and acts on their borders."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import numpy as np
import pytest

from conformance.corpus import HERE, ruleset
from stdrules.base.time.moments import When
from stdrules.base.time.periods import periods_between
from stdrules.base.time.zones import zone
from stdrules.compile.compiler import compile_or_raise
from stdrules.engine import case, columns, reference
from stdrules.engine.columns.spans import Calendar, Tiles
from stdrules.model.facts import Fact, FactLog
from stdrules.plan import results as r

ZONE = zone("Asia/Shanghai")
AS_OF = ZONE.from_local(datetime(2024, 1, 1))
#: Moments on, just before and just after the borders of months and of tiles.
BORDERS = [datetime(2023, month, 1) for month in range(1, 13)]
NEAR = (timedelta(0), timedelta(microseconds=-1), timedelta(hours=9), timedelta(days=13),
        timedelta(days=14), timedelta(days=15), timedelta(days=-1))  # fmt: skip


def made(kind: str, name: str, matter: str, at: datetime) -> Fact:
    us = ZONE.from_local(at)
    fields: dict[str, object] = {"matter_no": matter, f"{kind}_at": at}
    if kind == "held":
        fields |= {"kind": "board", "theme": name[-1]}
    return Fact(kind, name, {"matter": (matter,)}, When(us, us), fields)


def matters(seed: int, size: int) -> FactLog:
    chance = random.Random(seed)
    facts = []
    for number in range(size):
        matter = f"m{number:03d}"
        start = chance.choice(BORDERS[:8]) + chance.choice(NEAR)
        facts.append(made("opened", f"o{matter}", matter, start))
        if chance.random() < 0.6:
            stop = start + timedelta(days=chance.choice((0, 1, 13, 14, 15, 27, 28, 31, 59, 90)))
            facts.append(made("closed", f"c{matter}", matter, stop))
        for act in range(chance.randrange(9)):
            at = chance.choice([start, *BORDERS]) + chance.choice(NEAR)
            facts.append(made("held", f"h{matter}{act}", matter, at))
    return FactLog(facts)


@pytest.fixture(scope="module")
def plan():
    assert HERE.is_dir()
    return compile_or_raise(ruleset("base", ("recurrence",)))


@pytest.mark.parametrize("seed", range(6))
def test_as_case_by_case(plan, seed):
    log = matters(seed, 60)
    found = columns.evaluate(plan, log, AS_OF)
    rows = [row.as_tuple() for row in found.findings]
    assert rows == [row.as_tuple() for row in case.evaluate(plan, log, AS_OF).findings]
    if not seed:
        assert rows == [row.as_tuple() for row in reference.evaluate(plan, log, AS_OF).findings]
    states = {row.state for row in found.findings if row.norm.id in ("r-month", "r-prorate")}
    assert {r.FULFILLED, r.BREACHED, r.NOT_TRIGGERED} <= states


def test_columns_judge_periods_themselves(plan):
    log = matters(1, 60)
    chunk = columns.evaluate_chunk(plan, columns.from_log(plan, log), AS_OF)
    alone = {plan.norms[number].id for part in chunk.parts for _, number, _ in part.singles}
    assert not alone & {"r-month", "r-month-2", "r-week", "r-require", "r-prorate", "r-tile",
                        "r-tile-weeks", "r-distinct", "r-needed"}  # fmt: skip


def test_counting_needs_no_moments(plan):
    chunk = columns.evaluate_chunk(plan, columns.from_log(plan, matters(2, 60)), AS_OF)
    counts = chunk.counts()
    told = {name: dict.fromkeys(states, 0) for name, states in counts.items()}
    for one in chunk.evaluation().findings:
        told[one.norm.id][one.state] += 1
    assert told == counts and sum(counts["r-week"].values()) > 500


@pytest.mark.parametrize("unit", ["week", "month", "quarter", "half_year", "year"])
def test_every_day_is_in_its_period(unit):
    low, high = datetime(2023, 11, 20).toordinal(), datetime(2025, 2, 3).toordinal()
    periods = periods_between(unit, low, high)
    days = np.arange(periods[0].start - 3, periods[-1].end + 3)
    found = Calendar(periods).number(np.zeros(len(days), np.int64), days)
    expected = [next((n for n, p in enumerate(periods) if p.contains(int(day))), -1)
                for day in days]  # fmt: skip
    assert found.tolist() == expected


def test_no_periods_at_all():
    day = np.array([738_000])
    assert Calendar(()).number(np.zeros(1, np.int64), day).tolist() == [-1]
    assert Tiles(np.zeros(0, np.int64), 14, 0).labels == {}


def test_tiles_are_counted_from_the_day_of_each_case():
    tiles = Tiles(np.array([100, 103]), 14, 3)
    case = np.array([0, 0, 0, 1, 1])
    assert tiles.number(case, np.array([100, 113, 114, 102, 117])).tolist() == [0, 0, 1, -1, 1]
    assert tiles.end(case[:1], np.array([2])).tolist() == [142]
    assert tiles.labels == {"T001": 0, "T002": 1, "T003": 2}
