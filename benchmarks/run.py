"""Benchmarks with targets, as ratios within one run: ``python benchmarks/run.py``.

Two functions that are compared run in turn, in short blocks, and the medians of their processor
time are divided, so that a busy machine slows both. Absolute times are shown for orientation only.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import by_hand
import by_hand_score
import samples

from stdrules.api.loading import load
from stdrules.engine import case, reference
from stdrules.engine.case.facts import CaseFacts
from stdrules.engine.view import World
from stdrules.load.cache import Cache

BLOCKS, REPEATS = 61, 20
ROOT = Path(__file__).resolve().parents[1]
Line = tuple[str, float, float, float, float | None]


def together(*functions: Callable[[], Any]) -> list[float]:
    """Return the median time of each function in microseconds, run block by block in turn."""
    times: list[list[float]] = [[] for _ in functions]
    gc.collect()
    gc.freeze()
    for _ in range(BLOCKS):
        for place, function in enumerate(functions):
            # As timeit does: the collector would charge one function for the other's garbage.
            gc.disable()
            start = time.process_time_ns()
            for _ in range(REPEATS):
                function()
            times[place].append((time.process_time_ns() - start) / REPEATS / 1000)
            gc.enable()
    return [median(one) for one in times]


def project() -> list[Line]:
    """One project of 30 events under a whole standard."""
    ruleset = load(ROOT / "rulesets" / "q_gxxz_029")
    plan, as_of = ruleset.plan(), samples.PROJECT_AS_OF
    log = samples.project(ruleset.vocabulary.types)
    evaluator = case.prepare(plan)
    view = World(plan, log, as_of, None).views()[0]
    rows = {row.key: row.state for row in evaluator.evaluate(log, as_of).findings}
    hand = {row[0]: row[1] for row in by_hand.project(log.facts, as_of, "p1")}
    if rows != hand:
        raise SystemExit(f"the yardstick differs: {sorted(rows.items() ^ hand.items())}")
    base, judged, whole, slow = together(
        lambda: by_hand.project(log.facts, as_of, "p1"),
        lambda: evaluator.evaluate_view(view),
        lambda: evaluator.evaluate(log, as_of),
        lambda: reference.evaluate(plan, log, as_of),
    )
    return [
        ("project, judging / by hand", judged, base, judged / base, 4.0),
        ("project, facts to findings / by hand", whole, base, whole / base, None),
        ("project, reference / by hand", slow, base, slow / base, None),
    ]


def scorecard() -> list[Line]:
    """One applicant's scorecard of 46 rows with its breakdown."""
    ruleset = load(ROOT / "rulesets" / "shenzhen_mz")
    plan, as_of = ruleset.plan(), samples.APPLICANT_AS_OF
    log = samples.applicant(plan, ruleset.vocabulary.types)
    evaluator = case.prepare(plan)
    view = World(plan, log, as_of, None).views()[0]
    by_hand_of = by_hand_score.scorer(plan)
    mine = evaluator.scores(CaseFacts(view, evaluator.slots))[0]
    hand = by_hand_of(view.rows)
    points = [(i.id, i.lo, i.hi, i.max, i.grade, i.reason, i.facts, i.missing)
              for i in mine.indicators]  # fmt: skip
    tests = [(t.id, t.state, t.facts) for t in (*mine.vetoes, *mine.conditions)]
    if (mine.lo, mine.hi, mine.outcome, tests, mine.groups, tuple(points)) != hand:
        raise SystemExit("the yardstick of the scorecard differs")
    base, scored, whole = together(
        lambda: by_hand_of(view.rows),
        lambda: evaluator.scores(CaseFacts(view, evaluator.slots)),
        lambda: evaluator.evaluate(log, as_of),
    )
    return [
        ("scorecard, prepared facts / by hand", scored, base, scored / base, 4.0),
        ("applicant, all norms and scores / by hand", whole, base, whole / base, None),
    ]


def imports() -> list[Line]:
    """What ``import stdrules`` costs beside the model library alone."""

    def one(statement: str) -> float:
        code = (
            "import time; s = time.process_time_ns(); " + statement
            + "; print((time.process_time_ns() - s) / 1000)"
        )  # fmt: skip
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        return float(done.stdout)

    pairs = [(one("import stdrules"), one("from pydantic import BaseModel")) for _ in range(7)]
    mine, base = median(p[0] for p in pairs), median(p[1] for p in pairs)
    return [("import stdrules / import pydantic", mine, base, mine / base, 0.3)]


def loading() -> list[Line]:
    """Loading and compiling the larger ruleset, cold and from the cache, in milliseconds / 1."""
    code = (
        "import sys, time; from pathlib import Path; from stdrules.api.loading import load;"
        "from stdrules.load.cache import Cache; import stdrules.compile.compiler;"
        "c = Cache(Path(sys.argv[1])) if sys.argv[1] else None; s = time.process_time_ns();"
        f"load({str(ROOT / 'rulesets' / 'q_gxxz_029')!r}, cache=c).plan();"
        "print((time.process_time_ns() - s) / 1000)"
    )

    def one(folder: str) -> float:
        done = subprocess.run(
            [sys.executable, "-c", code, folder], capture_output=True, check=True, text=True
        )
        return float(done.stdout)

    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "cache"
        Cache(store)
        cold = median(one("") for _ in range(5))
        one(str(store))
        warm = median(one(str(store)) for _ in range(5))
    return [
        ("load and compile, cold, in ms", cold, 1000.0, cold / 1000, 300.0),
        ("load and compile, cached, in ms", warm, 1000.0, warm / 1000, 30.0),
    ]


def main() -> int:
    """Print the table; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the lines to a file")
    asked = parser.parse_args()
    lines = [*project(), *scorecard(), *imports(), *loading()]
    if asked.json is not None:
        asked.json.write_text(json.dumps(lines), "utf-8")
    print(f"{'what':<44}{'us':>11}{'of us':>11}{'ratio':>9}{'target':>9}")
    missed = 0
    for name, mine, base, ratio, target in lines:
        mark = ""
        if target is not None and ratio > target:
            missed, mark = missed + 1, "  missed"
        shown = "" if target is None else f"{target:.1f}"
        print(f"{name:<44}{mine:>11.1f}{base:>11.1f}{ratio:>9.2f}{shown:>9}{mark}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
