"""W2 at several sizes, a part at a time, in bounded memory: ``python benchmarks/scaling.py``.

The parts of one size are made, judged and forgotten in turn, as an audit does with its parts. Every
part is verified once against NumPy by hand; then both are timed, in turn.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from functools import partial
from pathlib import Path
from typing import Any

from batch import PROJECTS, counted, equal_projects, in_chunks, paired
from workloads import projects

TARGET = 1.3
#: So often a size is timed at least, small ones more often; of each part the median counts.
TIMINGS, MORE, PROJECTS_TIMED = 9, 25, 250_000


def at_size(plan: Any, size: int, part: int, rounds: int) -> dict[str, Any]:
    """Judge so many projects; nanoseconds an event, by columns and by hand."""
    mine = hand = 0.0
    events = rows = 0
    # A size that is one part is timed as often as one that is many; what is over in milliseconds
    # more often, or what else runs just then decides.
    rounds = max(rounds, TIMINGS // -(-size // part), min(MORE, PROJECTS_TIMED // size))
    for number, start in enumerate(range(0, size, part)):
        data = projects.Projects(min(part, size - start), seed=number)
        columns = data.columns()
        found = in_chunks(plan, columns, projects.AS_OF, PROJECTS)
        rows += equal_projects(plan, found, projects.by_numpy(data))
        del found
        own, other = paired(rounds, (
            partial(counted, plan, columns, projects.AS_OF, PROJECTS),
            partial(projects.by_numpy, data),
        ))  # fmt: skip
        mine, hand, events = mine + own, hand + other, events + data.events
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"projects": size, "events": events, "findings": rows, "ours_ns": mine / events * 1e9,
            "numpy_ns": hand / events * 1e9, "peak_mib": peak}  # fmt: skip


def main() -> int:
    """Print a line a size; 1 if the time an event grows beyond the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 3_000, 10_000, 30_000])
    parser.add_argument("--part", type=int, default=100_000, help="projects in memory at once")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    plan = projects.plan()
    # What is made once is made here, and memory is touched for the first time.
    at_size(plan, asked.sizes[0], asked.part, 1)
    found = []
    for size in asked.sizes:
        found.append(at_size(plan, size, asked.part, asked.rounds))
        print("{projects:>9,} projects, {events:>11,} events: {ours_ns:6.1f} ns an event, NumPy by "
              "hand {numpy_ns:6.1f} ns; peak {peak_mib:,.0f} MiB".format(**found[-1]), flush=True)
    growth = max(one["ours_ns"] for one in found) / min(one["ours_ns"] for one in found)
    print(f"slowest / fastest {growth:.2f}   <= {TARGET}{'' if growth <= TARGET else '   missed'}")
    if asked.json is not None:
        asked.json.write_text(json.dumps(found), "utf-8")
    return 0 if growth <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
