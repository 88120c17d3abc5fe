"""Audits of many cases, as ratios within one run: ``python benchmarks/batch.py``.

W1 scores applications, W2 judges ten norms in projects; each by the columns evaluator, by NumPy
written by hand, and by Polars written by hand, on the same columns, in turn. The results are
compared before anything is timed. NumPy is compared with one worker, Polars, which uses all cores,
with as many workers as there are cores.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from workloads import applicants, projects, projects_polars

from stdrules.engine.columns import ColumnFindings, audit, evaluate_chunk, split
from stdrules.model.columnar import Columns
from stdrules.plan.plan import Plan

#: Facts in a chunk. An application has three times the facts of a project and one norm.
APPLICATIONS, PROJECTS = 2_000_000, 340_000
#: Polars uses all of them; so may columns where the two are compared.
CORES = os.cpu_count() or 1


def timed(
    *functions: Callable[[], Any], clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Run functions in turn once; seconds of each, of the processor or of another clock."""
    found = []
    for function in functions:
        gc.collect()
        gc.disable()
        start = clock()
        function()
        found.append(clock() - start)
        gc.enable()
    return found


def paired(
    rounds: int, alone: Sequence[Callable[[], Any]], together: Sequence[Callable[[], Any]] = ()
) -> list[float]:
    """Return the median seconds of functions on one core, then of those that use all cores.

    On one core the time of the processor counts, so that what else runs does not; where several
    cores work at once, only the clock on the wall tells.
    """
    times = [
        timed(*alone) + timed(*together, clock=time.perf_counter) for _ in range(rounds)
    ]  # fmt: skip
    return [median(one) for one in zip(*times, strict=True)]


def in_chunks(plan: Plan, columns: Columns, as_of: int, facts: int) -> list[ColumnFindings]:
    """Judge chunk by chunk and keep the columns of findings."""
    return [evaluate_chunk(plan, chunk, as_of) for chunk in split(columns, facts)]


def counted(plan: Plan, columns: Columns, as_of: int, facts: int, workers: int = 1) -> None:
    """Judge chunk by chunk as an audit does, which keeps the sums only."""
    audit(plan, split(columns, facts), as_of, workers=workers)


def with_moments(plan: Plan, columns: Columns, as_of: int, facts: int) -> None:
    """Judge chunk by chunk and make all moments of all instances, which counting needs not."""
    for chunk in split(columns, facts):
        for part in evaluate_chunk(plan, chunk, as_of).parts:
            for _, block in part.blocks:
                assert block.moments is not None


def differing(name: str) -> SystemExit:
    return SystemExit(f"the yardstick of {name} differs")


def w1(size: int, part: int, rounds: int) -> list[tuple[str, float, float]]:
    """Score applications, a part at a time so that any number fits in memory."""
    plan = applicants.plan()
    card = applicants.Card(plan.scorecards[0])
    sums = np.zeros(4)
    facts = left = 0
    for number, start in enumerate(range(0, size, part)):
        data = applicants.Applicants(min(part, size - start), card, seed=number)
        columns, frames = data.columns(), applicants.frames(data)
        facts += data.facts
        hand = applicants.by_numpy(data)
        if not all(map(np.array_equal, hand, applicants.by_polars(data, frames))):
            raise differing("applications in Polars")
        at = 0
        for found in in_chunks(plan, columns, applicants.AS_OF, APPLICATIONS):
            left += found.one_by_one
            _, block = found.parts[0].cards[0]
            unit = 10**block.places // 2
            mine = (block.lo // unit, block.hi // unit, block.outcome)
            if not all(np.array_equal(a, b[at : at + len(a)])
                       for a, b in zip(mine, hand, strict=True)):  # fmt: skip
                raise differing("applications")
            at += len(block.lo)
        sums += paired(rounds, (
            partial(counted, plan, columns, applicants.AS_OF, APPLICATIONS),
            partial(applicants.by_numpy, data),
        ), (
            partial(counted, plan, columns, applicants.AS_OF, APPLICATIONS // 2, CORES),
            partial(applicants.by_polars, data, frames),
        ))  # fmt: skip
    mine, numpy_, all_cores, polars_ = sums.tolist()
    print(f"W1: {size:,} applications, {facts:,} facts, {left} scored one by one")
    print(f"    columns {mine:.2f} s ({size / mine:,.0f} applications/s, {facts / mine:,.0f} "
          f"facts/s), NumPy by hand {numpy_:.2f} s")  # fmt: skip
    print(f"    on {CORES} cores: columns {all_cores:.2f} s, Polars by hand {polars_:.2f} s")
    return [("W1 NumPy by hand / columns", numpy_ / mine, 0.5),
            ("W1 Polars by hand / columns", polars_ / all_cores, 1.0)]  # fmt: skip


def equal_projects(plan: Plan, found: list[ColumnFindings], hand: dict[str, Any]) -> int:
    """Compare state and moment of every instance; return how many there are."""
    total = 0
    for number, norm in enumerate(plan.norms):
        blocks = [b for one in found for n, b in one.parts[0].blocks if n == number]
        state, _, met = hand[norm.id]
        done = np.isin(state, [projects.CODE["fulfilled"], projects.CODE["fulfilled_late"]])
        mine = np.concatenate([b.state[b.places()] for b in blocks])
        when = np.concatenate([b.moments.met[b.places()] for b in blocks])  # type: ignore[index]
        if not np.array_equal(mine, state) or not np.array_equal(when[done], met[done]):
            raise differing(norm.id)
        total += len(state)
    return total


def w2(size: int, rounds: int, compared: bool) -> tuple[list[tuple[str, float, float]], float]:
    """Judge projects; the lines, and nanoseconds an event."""
    plan, data = projects.plan(), projects.Projects(size)
    columns = data.columns()
    found = in_chunks(plan, columns, projects.AS_OF, PROJECTS)
    total = equal_projects(plan, found, projects.by_numpy(data))
    frames = data.frames() if compared else {}
    if compared:
        told = projects_polars.by_polars(frames)
        for norm in plan.norms:
            own: dict[str, int] = {}
            for one in found:
                for state, n in one.counts()[norm.id].items():
                    own[state] = own.get(state, 0) + n
            if own != told[norm.id]:
                raise differing(f"{norm.id} in Polars")
    left = sum(one.one_by_one for one in found)
    del found
    alone = (partial(counted, plan, columns, projects.AS_OF, PROJECTS),
             partial(with_moments, plan, columns, projects.AS_OF, PROJECTS),
             partial(projects.by_numpy, data))  # fmt: skip
    both: tuple[Callable[[], Any], ...] = ()
    if compared:
        both = (partial(counted, plan, columns, projects.AS_OF, PROJECTS, CORES),
                partial(projects_polars.by_polars, frames))  # fmt: skip
    mine, all_, numpy_, *others = paired(rounds, alone, both)
    print(f"W2: {size:,} projects, {data.events:,} events, {total:,} findings, {left} one by one")
    print(f"    columns {mine:.2f} s ({data.events / mine:,.0f} events/s), with all moments "
          f"{all_:.2f} s, NumPy by hand, with all moments, {numpy_:.2f} s")  # fmt: skip
    lines = [(f"W2 NumPy by hand / columns with moments, {size:,}", numpy_ / all_, 0.5)]
    if others:
        all_cores, polars_ = others
        print(f"    on {CORES} cores: columns {all_cores:.2f} s, Polars by hand {polars_:.2f} s")
        lines.append((f"W2 Polars by hand / columns, {size:,}", polars_ / all_cores, 1.0))
    return lines, mine / data.events * 1e9


def main() -> int:
    """Print the table; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=50_000)
    parser.add_argument("--part", type=int, default=50_000, help="applications in memory at once")
    parser.add_argument("--projects", type=int, default=30_000)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000],
                        help="further numbers of projects, for the time an event")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the lines to a file")
    asked = parser.parse_args()
    lines = w1(asked.applications, asked.part, asked.rounds) if asked.applications else []
    times = []
    for size in sorted({asked.projects, *asked.sizes} - {0}):
        found, time_ = w2(size, asked.rounds, size == asked.projects)
        lines += found
        times.append((size, time_))
    for size, time_ in times:
        print(f"    {size:>9,} projects: {time_:6.1f} ns an event")
    if len(times) > 1:
        growth = max(t for _, t in times) / min(t for _, t in times)
        lines.append(("W2 slowest / fastest time an event", growth, -1.3))
    if asked.json is not None:
        asked.json.write_text(json.dumps([list(line) for line in lines]), "utf-8")
    missed = 0
    for name, ratio, target in lines:
        right = ratio <= -target if target < 0 else ratio >= target
        missed += not right
        sign = "<=" if target < 0 else ">="
        print(f"{name:<52}{ratio:>8.2f}   {sign} {abs(target)}{'' if right else '   missed'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
