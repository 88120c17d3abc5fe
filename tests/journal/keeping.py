"""Journals for the tests: made small, copied while they are open, cut, flipped, read back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from stdrules.journal.journal import Journal, create_journal, open_journal

RECORDS = 60
#: Try every offset, bit and kill instead of a selection.
ALL = bool(os.environ.get("STDRULES_JOURNAL_ALL"))


def record(number: int) -> dict[str, object]:
    return {"n": number, "who": "业主"}


def made(folder: Path, count: int = RECORDS, linger: float = 0.0) -> Path:
    """Make a closed journal of records 1 to `count`, each in a commit of its own."""
    path = folder / "cases.db"
    with create_journal(str(path), {"for": "tests"}, linger=linger) as journal:
        for number in range(1, count + 1):
            journal.append([record(number)]).wait()
    return path


def caught_open(folder: Path, count: int = RECORDS) -> Path:
    """Make a journal and copy its files while it is open: what a killed process leaves."""
    origin, left = folder / "running", folder / "left"
    origin.mkdir()
    left.mkdir()
    with create_journal(str(origin / "cases.db"), {"for": "tests"}) as journal:
        for number in range(1, count + 1):
            journal.append([record(number)]).wait()
        for ending in ("", "-wal", "-log"):
            shutil.copy(origin / f"cases.db{ending}", left / f"cases.db{ending}")
    return left / "cases.db"


def log_of(path: Path) -> Path:
    return path.with_name(path.name + "-log")


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def copied(path: Path, folder: Path, *without: str) -> Path:
    """Copy the files of a journal; leave some out by their endings."""
    folder.mkdir(exist_ok=True)
    for ending in ("", "-wal", "-shm", "-log", "-lock"):
        source = path.with_name(path.name + ending)
        target = folder / source.name
        target.unlink(missing_ok=True)
        if source.exists() and ending not in without:
            shutil.copy(source, target)
    return folder / path.name


def numbers(journal: Journal) -> list[int]:
    return [entry.record["n"] for entry in journal.entries()]


def reopened(path: Path) -> list[int]:
    """Open for writing, which recovers, and return the numbers that are there."""
    with open_journal(str(path)) as journal:
        found = numbers(journal)
        journal.append([record(len(found) + 1)]).wait()
        assert numbers(journal) == [*found, len(found) + 1]
    return found
