"""W1 and W2 beside other engines, in one run: ``python benchmarks/peers.py --only zen-engine``.

Each peer gets the same cases as it likes them best, made before anything is timed; its results
must equal ours, instance by instance, before it is timed in turn with ours. Ours is timed twice:
by columns, as an audit counts, and case by case with complete findings. Peers that would take
hours at full size get fewer cases, and so do we beside them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from batch import APPLICATIONS, CORES, PROJECTS, counted, equal_projects, in_chunks, paired
from workloads import applicants, projects, rows

from stdrules.engine import case
from stdrules.engine.columns.frame import Frame


class Peer(NamedTuple):
    """Cases of W1 and W2 in full and small runs (0: it does not have the workload)."""

    package: str
    w1: tuple[int, int]
    w2: tuple[int, int]
    whole: bool = False


#: Those that are `whole` work on tables and are compared at the size of a batch.
PEERS = {one.package: one for one in (
    Peer("zen-engine", (10_000, 300), (20_000, 3_000)),
    Peer("cel-expr-python", (5_000, 200), (10_000, 2_000)),
    Peer("common-expression-language", (500, 100), (500, 100)),
    Peer("durable-rules", (0, 0), (100, 30)),
    Peer("clipspy", (300, 50), (300, 50)),
    Peer("rule-engine", (30, 5), (20, 3)),
    Peer("cel-python", (30, 5), (10, 2)),
    Peer("openfisca-core", (100_000, 10_000), (0, 0), True),
    Peer("duckdb", (100_000, 10_000), (100_000, 10_000), True),
)}  # fmt: skip
Run = Callable[[], Any]
#: Cases judged one by one at most: each costs the same.
SINGLY = 2_000


class Work(NamedTuple):
    """Ours by columns with one worker and all, ours case by case, and the peer."""

    columns: Run
    all_cores: Run
    singly: Run | None
    peer: Run
    units: int


def scores(peer: Peer, size: int) -> Work:
    """Make W1 for a peer; results are compared."""
    plan = applicants.plan()
    card = applicants.Card(plan.scorecards[0])
    data = applicants.Applicants(size, card)
    columns = data.columns()
    block = in_chunks(plan, columns, applicants.AS_OF, 1 << 60)[0].parts[0].cards[0][1]
    unit = 10**block.places // 2
    mine = (block.lo // unit, block.hi // unit, block.outcome)
    run = _peer_w1(peer.package, data)
    told = run()
    own = told if peer.whole else tuple(np.array(told).T)
    if not all(map(np.array_equal, mine, own)):
        raise SystemExit(f"{peer.package}: scores differ")
    return Work(
        partial(counted, plan, columns, applicants.AS_OF, APPLICATIONS),
        partial(counted, plan, columns, applicants.AS_OF, APPLICATIONS // 2, CORES),
        None if peer.whole else _singly(plan, columns, applicants.AS_OF, mine), run, size,
    )  # fmt: skip


def _peer_w1(package: str, data: applicants.Applicants) -> Run:
    if package == "duckdb":
        import peers_sql

        return peers_sql.w1(data)  # type: ignore[no-any-return]
    if package == "openfisca-core":
        import peers_openfisca

        return peers_openfisca.w1(data)  # type: ignore[no-any-return]
    cases = rows.application_cases(data)
    if package == "clipspy":
        import peers_rules

        facts = [peers_rules.clips_facts_w1(one) for one in cases]
        return partial(peers_rules.clips_w1(data.card), facts)
    import peers_expressions

    return partial(peers_expressions.w1(package, data.card), cases)


def states(peer: Peer, size: int) -> Work:
    """Make W2 for a peer; results are compared."""
    plan, data = projects.plan(), projects.Projects(size)
    columns = data.columns()
    hand = projects.by_numpy(data)
    equal_projects(plan, in_chunks(plan, columns, projects.AS_OF, PROJECTS), hand)
    right = {norm: [projects.STATES[code] for code in found[0].tolist()]
             for norm, found in hand.items()}  # fmt: skip
    run = _peer_w2(peer.package, data)
    told = run()
    for norm, own in right.items():
        if told[norm] != (Counter(own) if peer.whole else own):
            raise SystemExit(f"{peer.package}: {norm} differs")
    return Work(
        partial(counted, plan, columns, projects.AS_OF, PROJECTS),
        partial(counted, plan, columns, projects.AS_OF, PROJECTS, CORES),
        None if peer.whole else _singly(plan, columns, projects.AS_OF, None), run, data.events,
    )  # fmt: skip


def _peer_w2(package: str, data: projects.Projects) -> Run:
    if package == "duckdb":
        import peers_sql

        return peers_sql.w2(data)  # type: ignore[no-any-return]
    cases = rows.project_cases(data)
    if package == "clipspy":
        import peers_rules

        return partial(peers_rules.clips_w2(), [peers_rules.clips_facts_w2(one) for one in cases])
    if package == "durable-rules":
        import peers_rules

        return partial(
            peers_rules.durable_w2(), [(peers_rules.durable_facts(one), one) for one in cases]
        )
    import peers_expressions

    return partial(peers_expressions.w2(package), cases)


def _singly(plan: Any, columns: Any, as_of: int, scored: Any) -> Run:
    """Return what judges case by case, with complete findings and breakdowns."""
    kind = plan.case_types[0]
    frame = Frame(plan, kind, columns, as_of, None, None)
    some = range(min(frame.size, SINGLY))
    views = [view for view in frame.world(some).views() if view.case_type is kind]
    evaluator = case.prepare(plan)
    if scored is not None:
        found = [evaluator.evaluate_view(view)[1][0] for view in views]
        if [int(one.lo * 2) for one in found] != scored[0][: len(views)].tolist():
            raise SystemExit("case by case, scores differ")

    def run() -> None:
        for view in views:
            evaluator.evaluate_view(view)

    return run


def measure(peer: Peer, workload: str, size: int, rounds: int) -> dict[str, Any]:
    """Time a peer and ours in turn."""
    work = (scores if workload == "W1" else states)(peer, size)
    # DuckDB uses all cores, and so do we beside it.
    several = peer.package == "duckdb"
    if several:
        mine, theirs = paired(rounds, (), (work.all_cores, work.peer))
        single = []
    else:
        alone = [work.columns, work.peer, *([work.singly] if work.singly is not None else [])]
        mine, theirs, *single = paired(rounds, alone)
    one_by_one = None
    if single:
        one_by_one = single[0] / work.units * max(size / SINGLY, 1)
    return {
        "workload": workload, "peer": f"{peer.package} {version(peer.package)}", "cases": size,
        "units": work.units, "unit": "application" if workload == "W1" else "event",
        "cores": CORES if several else 1,
        "ours_us": mine / work.units * 1e6, "peer_us": theirs / work.units * 1e6,
        "ratio": theirs / mine, "singly_us": one_by_one * 1e6 if one_by_one else None,
        "ratio_singly": theirs / work.units / one_by_one if one_by_one else None,
    }  # fmt: skip


def main() -> int:
    """Print a line for each peer and workload; 1 if a peer differs from ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(PEERS), nargs="*", default=list(PEERS))
    parser.add_argument("--workloads", choices=["W1", "W2"], nargs="*", default=["W1", "W2"])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write what was found to a file")
    asked = parser.parse_args()
    told: list[dict[str, Any]] = []
    for package in asked.only:
        peer = PEERS[package]
        try:
            version(package)
        except PackageNotFoundError:
            told.append({"peer": package, "left_out": "not installed"})
            print(f"{package} is not installed, left out")
            continue
        for workload in asked.workloads:
            size = (peer.w1 if workload == "W1" else peer.w2)[asked.small]
            if not size:
                continue
            found = measure(peer, workload, size, asked.rounds)
            told.append(found)
            single = found["ratio_singly"]
            print(f"{workload} {found['peer']:<34}{size:>8,} cases{found['peer_us']:>12.2f} us, "
                  f"columns {found['ours_us']:.3f} us ({found['ratio']:,.1f} x)"
                  + (f", case by case {found['singly_us']:.2f} us ({single:.1f} x)" if single
                     else ""), flush=True)  # fmt: skip
    if asked.json is not None:
        asked.json.write_text(json.dumps(told), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
