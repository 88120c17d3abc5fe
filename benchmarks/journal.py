"""A journal with group commit beside a hand-written SQLite table: ``python benchmarks/journal.py``.

Both write the same records as JSON and wait for the disk in the same way (write-ahead log,
``synchronous=FULL``), in turn within one run. By hand there is no chain of hashes, no second copy
and no acknowledgement to several callers. Groups: records for which a caller waits at once.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from stdrules.journal.journal import create_journal

RECORDS, ROUNDS = 20_000, 5
TARGET = 0.5


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


def main() -> int:
    """Print a table; return 1 if a target is missed."""
    missed = False
    print(f"{'records waited for at once':28}{'by hand/s':>12}{'journal/s':>12}{'ratio':>8}")
    for group in (1, 10, 100, 1000):
        records = [record(number) for number in range(RECORDS if group > 1 else RECORDS // 5)]
        pairs = []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                hand = by_hand(Path(folder, "hand.db"), records, group)
                mine = journalled(Path(folder, "cases.db"), records, group)
            pairs.append((hand, mine))
        ratio = median(hand / mine for hand, mine in pairs)
        speeds = [len(records) / median(column) for column in zip(*pairs, strict=True)]
        missed |= group >= 100 and ratio < TARGET
        print(f"{group:<28}{speeds[0]:12,.0f}{speeds[1]:12,.0f}{ratio:8.2f}")
    print(f"target: {TARGET} from groups of 100 on", "MISSED" if missed else "met")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
