"""A journal cut anywhere, in any of its files: an exact prefix comes back, never a guess."""

from __future__ import annotations

import shutil

import pytest

from journal.keeping import ALL, RECORDS, caught_open, copied, log_of, made, reopened, wal_of
from stdrules.base.diagnostics import Severity
from stdrules.journal import scan
from stdrules.journal.checking import repair, verify
from stdrules.journal.errors import JournalDamaged
from stdrules.journal.journal import create_journal, open_journal

EVERY = list(range(1, RECORDS + 1))


@pytest.fixture(scope="module")
def log_alone(tmp_path_factory):
    """A log of 60 records beside a database that has none of them yet."""
    folder = tmp_path_factory.mktemp("journal")
    path = made(folder, 0)
    shutil.copy(path, folder / "empty.db")
    with open_journal(str(path)) as journal:
        for number in EVERY:
            journal.append([{"n": number}])
    return folder


@pytest.fixture(scope="module")
def caught(tmp_path_factory):
    return caught_open(tmp_path_factory.mktemp("journal"))


def whole_lines(data: bytes) -> int:
    """Return how many records end within the data; the header is a line of its own."""
    return max(data.count(b"\n") - 1, 0)


def test_every_offset_of_the_log_gives_an_exact_prefix(log_alone, tmp_path):
    data = log_of(log_alone / "cases.db").read_bytes()
    assert len(data) > 4000
    path = tmp_path / "cut-log"
    for offset in range(len(data) + 1):
        path.write_bytes(data[:offset])
        found = scan.scan(path)
        entries = list(scan.entries(path, data.index(b"\n") + 1, found.end))
        assert [e.record["n"] for e in entries] == EVERY[: whole_lines(data[:offset])], offset
        assert (found.head.seq if found.head else 0) == len(entries)
        assert found.damage == () and found.torn == (found.end < offset)


def opened_at(data: bytes) -> list[int]:
    """Return where opening is tried: around the ends of records, and in between."""
    if ALL:
        return list(range(len(data) + 1))
    ends = [place + 1 for place, byte in enumerate(data) if byte == 10]
    return sorted({end + step for end in ends for step in (-50, -1, 0)} | {0, 1, len(data)})


def test_opening_cuts_the_log_to_an_exact_prefix(log_alone, tmp_path):
    data = log_of(log_alone / "cases.db").read_bytes()
    path = tmp_path / "cases.db"
    for offset in opened_at(data):
        shutil.copy(log_alone / "empty.db", path)
        log_of(path).write_bytes(data[:offset])
        with open_journal(str(path)) as journal:
            found = [entry.record["n"] for entry in journal.entries()]
        assert found == EVERY[: whole_lines(data[:offset])], offset
        # What is left is whole again, with nothing of the torn record in it.
        again = scan.scan(log_of(path))
        assert again.end == again.size and again.head is not None and again.head.seq == len(found)


def test_a_log_that_was_cut_is_completed_from_the_database(tmp_path):
    path = made(tmp_path)
    data = log_of(path).read_bytes()
    for offset in range(0, len(data), 1 if ALL else 97):
        log_of(path).write_bytes(data[:offset])
        with open_journal(str(path)) as journal:
            assert [entry.record["n"] for entry in journal.entries()] == EVERY
            assert [note.code for note in journal.notes][-1] == "I601"
        assert log_of(path).read_bytes() == data


def frames(size: int) -> list[int]:
    """Return the ends of the frames of a write-ahead log: 32 bytes, then 24 + 4096 each."""
    return list(range(32, size + 1, 4096 + 24))


def wal_offsets(size: int) -> list[int]:
    if ALL:
        return list(range(0, size + 1, 11))
    near = {end + step for end in frames(size)[::3] for step in (-1, 0, 1, 25, 2000)}
    return [0, 1, 31, *sorted(one for one in near | {size} if 31 < one <= size)]


def test_every_cut_of_the_write_ahead_log_recovers_an_exact_prefix(caught, tmp_path):
    """Without the log file, SQLite alone: whole commits, in their order, and no more."""
    data = wal_of(caught).read_bytes()
    seen = set()
    for offset in wal_offsets(len(data)):
        path = copied(caught, tmp_path / "one", "-log", "-shm")
        wal_of(path).write_bytes(data[:offset])
        if verify(str(path)).findings[0].code == "E603":  # cut before the tables were made
            continue
        found = reopened(path)
        assert found == EVERY[: len(found)], offset
        seen.add(len(found))
    assert RECORDS in seen and min(seen) <= 2 and len(seen) > 15


def test_a_write_ahead_log_that_was_cut_loses_nothing(caught, tmp_path):
    """Both copies: the log file brings back what SQLite silently drops."""
    data = wal_of(caught).read_bytes()
    for offset in wal_offsets(len(data))[::5]:
        path = copied(caught, tmp_path / "one", "-shm")
        wal_of(path).write_bytes(data[:offset])
        if not verify(str(path)).sound:
            repair(str(path), consent=True)
        assert reopened(path) == EVERY, offset


def test_every_cut_of_the_database_is_repaired_from_the_log(tmp_path):
    origin = made(tmp_path)
    data = origin.read_bytes()
    refused = 0
    for offset in range(0, len(data), 512 if ALL else 1536):
        path = copied(origin, tmp_path / "one")
        path.write_bytes(data[:offset])
        found = verify(str(path))
        assert not found.sound and found.records <= RECORDS
        try:
            open_journal(str(path)).close()
        except JournalDamaged:
            refused += 1
        else:
            # SQLite opens a file that lacks its last pages; what it has to read is whole.
            assert offset
        done = repair(str(path), consent=True)
        assert done.kept == RECORDS and done.lost is None and done.kept_files
        assert verify(str(path)).findings == []
        assert reopened(path) == EVERY
    assert refused > 5


def test_both_copies_cut_leave_the_longer_prefix(caught, tmp_path):
    log, wal = log_of(caught).read_bytes(), wal_of(caught).read_bytes()
    ends = frames(len(wal))
    for share in (3, 5, 8):
        path = copied(caught, tmp_path / "one", "-shm")
        log_of(path).write_bytes(log[: len(log) * share // 10])
        wal_of(path).write_bytes(wal[: ends[len(ends) * 5 // 10]])
        in_log = whole_lines(log[: len(log) * share // 10])
        found = reopened(path)
        assert found == EVERY[: len(found)]
        assert len(found) >= in_log
        assert share != 3 or len(found) > in_log


def test_a_creation_that_was_cut_off_can_be_finished(tmp_path):
    path = tmp_path / "cases.db"
    create_journal(str(path), {"for": "tests"}).close()
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    assert reopened(path) == []


def test_a_lost_database_is_an_error_and_repaired(tmp_path):
    path = made(tmp_path, 5)
    path.unlink()
    with pytest.raises(JournalDamaged) as caught:
        open_journal(str(path))
    assert [one.code for one in caught.value.diagnostics] == ["E603"]
    assert "repair" in str(caught.value)
    assert any(one.severity is Severity.ERROR for one in verify(str(path)).findings)
    assert repair(str(path), consent=True).kept == 5
    assert reopened(path) == [1, 2, 3, 4, 5]
