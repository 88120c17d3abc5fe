"""What trying every other reading costs, in plain runs: ``python benchmarks/sensitivity.py``.

The facts are read and the plans compiled before; both runs judge the example export of projects
and make no report. Target: the alternatives of fifteen readings cost at most four plain runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from stdrules.api.facts import gather_files
from stdrules.api.loading import load
from stdrules.engine import case

ROOT = Path(__file__).resolve().parents[1]
REPEATS, READINGS, TARGET = 9, 15, 4.0


def timed(run: Callable[[], Any]) -> float:
    """Return how long one call takes, in milliseconds."""
    start = time.perf_counter_ns()
    run()
    return (time.perf_counter_ns() - start) / 1e6


def main() -> int:
    """Print the table; 1 if the target is missed."""
    rules = load(ROOT / "rulesets" / "q_gxxz_029")
    gathered = gather_files(ROOT / "examples" / "q_gxxz_029" / "项目导出.xlsx", rules.source)
    as_of = "2024-12-31"
    plan = rules.plan()
    moment = rules.evaluate(gathered.log, as_of).as_of
    names = list(rules.source.header.readings)
    questions = {
        f"the first {READINGS} readings": names[:READINGS],
        f"the last {READINGS} readings": names[-READINGS:],
        f"all {len(names)} readings": names,
    }
    plain, tried = [], {name: [] for name in questions}
    for _ in range(REPEATS):
        plain.append(timed(lambda: case.evaluate(plan, gathered.log, moment)))
        for name, only in questions.items():
            tried[name].append(
                timed(lambda only=only: rules.sensitivity(gathered, as_of, only=only))
            )
    base = median(plain)
    print(f"{'what':<40}{'ms':>10}{'plain runs':>12}{'target':>9}")
    print(f"{'one plain run':<40}{base:>10.1f}{1:>12.2f}")
    missed = 0
    for name, only in questions.items():
        found = rules.sensitivity(gathered, as_of, only=only)
        ratio = median(tried[name]) / base
        target = TARGET if len(only) == READINGS else None
        missed += target is not None and ratio > target
        shown = "" if target is None else f"{target:.1f}"
        print(f"{f'{name} ({len(found.trials)} trials)':<40}{median(tried[name]):>10.1f}"
              f"{ratio:>12.2f}{shown:>9}")  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
