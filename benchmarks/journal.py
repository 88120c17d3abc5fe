"""A journal with group commit beside a hand-written SQLite table: ``python benchmarks/journal.py``.

Both write the same records as JSON and wait for the disk in the same way (write-ahead log,
``synchronous=FULL``), in pairs, each first in every other pair. By hand there is no chain of
hashes, no second copy and no acknowledgement to several callers. Groups: records for which a caller
waits at once.

``--reopen CASES`` opens a journal of so many open cases beside reading the same records, and no
more than that, from a table written by hand.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import live_stream

from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.api.session import Session
from stdrules.api.session_journal import Kept, State, identity_of, open_kept
from stdrules.journal.journal import create_journal
from stdrules.model.facts import Fact
from stdrules.model.records import to_record
from stdrules.plan.plan import Plan

ROOT = Path(__file__).resolve().parents[1]
#: By group: how many records, so that every round makes some hundred commits.
SIZES = {1: 2_000, 10: 10_000, 100: 30_000, 1000: 100_000}
ROUNDS = 7
TARGET = 0.5
SECONDS = 10.0


def record(number: int) -> dict[str, Any]:
    """Return a record as a session writes it."""
    return {"fact": {
        "type": "owner_contact_received", "id": f"c{number}", "at": [number * 1000] * 2,
        "cases": {"project": [f"P{number % 1000}"]}, "recorded": number * 1000 + 5,
        "fields": {"urgency": "normal", "by": "业主", "count": {"n": "1.50"}},
    }}  # fmt: skip


def by_hand(path: Path, records: list[dict[str, Any]], group: int) -> float:
    """Write the records into a table, `group` in a transaction; return the seconds."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE journal (seq INTEGER PRIMARY KEY, record TEXT NOT NULL)")
    start = time.perf_counter()
    for first in range(0, len(records), group):
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO journal (record) VALUES (?)",
            [(json.dumps(one, ensure_ascii=False),) for one in records[first : first + group]],
        )
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def journalled(path: Path, records: list[dict[str, Any]], group: int) -> float:
    """Write the records into a journal, waiting after each `group`; return the seconds."""
    with create_journal(str(path), {}) as journal:
        start = time.perf_counter()
        for first in range(0, len(records), group):
            journal.append(records[first : first + group]).wait()
        return time.perf_counter() - start


def commits() -> bool:
    """Print a table of groups; tell whether a target is missed."""
    missed = False
    print(f"{'records waited for at once':28}{'by hand/s':>12}{'journal/s':>12}{'ratio':>8}")
    for group, count in SIZES.items():
        records = [record(number) for number in range(count)]
        pairs = []
        for turn in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder)
                if turn % 2:
                    mine = journalled(path / "cases.db", records, group)
                    hand = by_hand(path / "hand.db", records, group)
                else:
                    hand = by_hand(path / "hand.db", records, group)
                    mine = journalled(path / "cases.db", records, group)
            pairs.append((hand, mine))
        ratio = median(hand / mine for hand, mine in pairs)
        speeds = [len(records) / median(column) for column in zip(*pairs, strict=True)]
        missed |= group >= 100 and ratio < TARGET
        print(f"{group:<28}{speeds[0]:12,.0f}{speeds[1]:12,.0f}{ratio:8.2f}")
    print(f"target: {TARGET} from groups of 100 on", "MISSED" if missed else "met")
    return missed


# --- opening again --------------------------------------------------------------------------------


def read_by_hand(path: Path) -> dict[str, list[Any]]:
    """Read a table of records into lists by case: less than any session can do with."""
    found: dict[str, list[Any]] = defaultdict(list)
    connection = sqlite3.connect(path)
    for (text,) in connection.execute("SELECT record FROM journal ORDER BY seq"):
        own = json.loads(text)["fact"]
        for names in own["cases"].values():
            for name in names:
                found[name].append(own)
    connection.close()
    return found


def written(folder: Path, ruleset: Ruleset, plan: Plan, facts: list[Fact]) -> int:
    """Write a journal that ends in a snapshot, and the same records by hand; return its clock."""
    clock = facts[-1].at[0]  # type: ignore[index]
    by_hand(folder / "hand.db", [to_record(one) for one in facts], 10_000)
    journal = create_journal(str(folder / "cases.db"), identity_of([plan]))
    kept = Kept(journal, [plan], 1)
    kept.append([{"advance": clock}])
    for first in range(0, len(facts), 10_000):
        ticket = kept.append([to_record(one) for one in facts[first : first + 10_000]])
    ticket.wait()
    session = Session([ruleset], [plan], clock, kept)
    session.resume(State([], [], [to_record(one) for one in facts]))
    session.keep(kept)
    at = time.process_time()
    session.save_snapshot()
    print(f"snapshot taken in {time.process_time() - at:.1f} s of processor time")
    session.close()
    return clock


def timed(work: Any) -> tuple[float, Any]:
    """Return the seconds of processor time that something takes, and what it gives."""
    gc.collect()
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def played(session: Session, fact: Fact) -> None:
    """Print how long a session that was just opened takes for a post, and for a day."""
    first, _ = timed(lambda: session.post(fact))
    print(f"first post {first * 1e3:.2f} ms")
    steps: Iterator[Any] = session.advance(session.clock + live_stream.A_DAY)
    first, _ = timed(lambda: next(steps, None))
    day, told = timed(lambda: sum(1 for _ in steps))
    print(f"first delta of an advance {first * 1e3:.2f} ms; a day of {told + 1} deltas {day:.2f} s")


def reopening(cases: int) -> bool:
    """Print how long opening takes; tell whether the target is missed."""
    ruleset = load(ROOT / "rulesets" / "q_gxxz_029")
    plan = live_stream.ten_norms(ruleset.plan())
    before, after, _ = live_stream.stream(ruleset.vocabulary.types, cases, 100)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, ruleset, plan, before)
        count = len(before)
        del before
        path = str(folder / "cases.db")

        def opened() -> Session:
            kept, state = open_kept(path, [plan], None, 0)
            session = Session([ruleset], [plan], state.clock(0), kept)
            session.resume(state)
            session.keep(kept)
            return session

        mine, session = timed(opened)
        print(f"{len(session.cases)} cases, {count} records: opened in {mine:.2f} s")
        played(session, after[0])
        session.close()
        del session
        hand, _ = timed(lambda: read_by_hand(folder / "hand.db"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"records read by hand in {hand:.2f} s, {hand / mine:.1f} times as long; "
              f"peak memory of all {peak} MiB")  # fmt: skip
    print(f"target: {SECONDS:.0f} s", "MISSED" if mine > SECONDS else "met")
    return mine > SECONDS


def main() -> int:
    """Print a table; return 1 if a target is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--reopen", type=int, metavar="CASES")
    chosen = parser.parse_args()
    return int(commits() if chosen.reopen is None else reopening(chosen.reopen))


if __name__ == "__main__":
    sys.exit(main())
