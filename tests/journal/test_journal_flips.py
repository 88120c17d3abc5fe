"""A bit that is not what was written is noticed, in whichever file it stands."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest

from journal.keeping import ALL, RECORDS, caught_open, copied, log_of, made, numbers, wal_of
from stdrules.base.errors import StdrulesError
from stdrules.journal import scan
from stdrules.journal.checking import repair, verify
from stdrules.journal.errors import JournalDamaged, JournalError
from stdrules.journal.journal import Reader, open_journal
from stdrules.journal.records import Entry, Head, first_hash, next_hash

EVERY = list(range(1, RECORDS + 1))


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    return made(tmp_path_factory.mktemp("journal"))


@pytest.fixture
def quick():
    """A folder in memory, where there is one: tens of thousands of files are written."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def test_every_bit_of_the_log_is_covered(journal, quick):
    data = log_of(journal).read_bytes()
    sound = scan.scan(log_of(journal))
    assert sound.head is not None and sound.head.seq == RECORDS and not sound.torn
    last_line = data.rindex(b"\n", 0, -1) + 1
    path = quick / "one-log"
    for bit in range(len(data) * 8):
        path.write_bytes(flipped(data, bit))
        found = scan.scan(path)
        # Not one record too many: the sound beginning ends before the bit.
        assert found.end <= bit // 8
        # Before the last line others follow, so it is damage, and not taken for a torn tail.
        if bit // 8 < last_line - 1:
            assert found.damage, bit
        else:
            assert found.torn, bit


def test_a_mark_does_not_hide_a_flip_before_it(journal, quick):
    data = log_of(journal).read_bytes()
    head = scan.scan(log_of(journal)).head
    assert head is not None
    path = quick / "one-log"
    mark = scan.Mark(head.seq, head.hash, len(data), scan.checksum(log_of(journal), len(data)))
    assert scan.scan(log_of(journal), mark).mark == mark
    for bit in range(0, len(data) * 8, 1 if ALL else 13):
        path.write_bytes(flipped(data, bit))
        assert scan.scan(path, mark).mark is None
        assert scan.scan(path, mark).end < len(data)


def test_a_flip_in_the_log_is_refused_named_and_repaired(journal, tmp_path):
    data = log_of(journal).read_bytes()
    for bit in range(5, len(data) * 8 - 900, 8 if ALL else 1999):
        path = copied(journal, tmp_path / "one")
        log_of(path).write_bytes(flipped(data, bit))
        with pytest.raises(JournalDamaged) as caught:
            open_journal(str(path))
        line = data[: bit // 8].count(b"\n") + 1
        assert caught.value.diagnostics[0].code == "E601"
        assert caught.value.diagnostics[0].span.line == line
        planned = repair(str(path))
        assert (planned.kept, planned.lost, planned.kept_files) == (RECORDS, None, ())
        assert repair(str(path), consent=True).lost is None
        assert log_of(path).read_bytes() == data
        assert not repair(str(path)).needed


def test_a_flip_in_the_last_record_is_completed_and_told(journal, tmp_path):
    data = log_of(journal).read_bytes()
    path = copied(journal, tmp_path / "one")
    log_of(path).write_bytes(flipped(data, len(data) * 8 - 100))
    assert [one.code for one in verify(str(path)).findings] == ["I602", "I601"]
    with open_journal(str(path)) as opened:
        assert numbers(opened) == EVERY
        assert [one.code for one in opened.notes] == ["I602", "I601"]
    assert log_of(path).read_bytes() == data


def state(path) -> object:
    """Everything that the database says of the journal."""
    with Reader(str(path)) as reader:
        return reader.header, list(reader.entries()), reader.head, reader.snapshots


def noticed_of(journal, folder, bits) -> int:
    """Flip bits of a database, one at a time; return how many are noticed.

    The others must change nothing.
    """
    data = journal.read_bytes()
    before = state(journal)
    noticed = 0
    for bit in bits:
        path = copied(journal, folder / "one")
        path.write_bytes(flipped(data, bit))
        try:
            found = verify(str(path))
        except JournalError:  # a format that is not known
            noticed += 1
            continue
        if found.sound:
            assert found.findings == [] and state(path) == before, bit
        else:
            noticed += 1
    return noticed


def test_a_flip_in_the_database_is_noticed_or_changes_nothing(journal, tmp_path):
    bits = range(3, len(journal.read_bytes()) * 8, 17 if ALL else 449)
    assert noticed_of(journal, tmp_path, bits) > 100


def test_a_flip_in_what_the_tables_are_is_noticed_or_changes_nothing(journal, tmp_path):
    data = journal.read_bytes()
    bits = [
        bit
        for found in re.finditer(rb"CREATE TABLE [^)]+", data)
        for bit in range(found.start() * 8 + 1, found.end() * 8, 1 if ALL else 13)
    ]
    assert len(bits) > 300
    assert noticed_of(journal, tmp_path, bits) > len(bits) // 3


@pytest.mark.parametrize("statement", [
    "DROP TABLE snapshots", "DROP TABLE snapshot_parts", "DROP TABLE journal",
    "ALTER TABLE snapshots RENAME COLUMN digest TO digesu",
])  # fmt: skip
def test_a_table_or_column_that_is_not_there_is_repaired(journal, tmp_path, statement):
    import sqlite3

    path = copied(journal, tmp_path / "one")
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    assert [one.code for one in verify(str(path)).findings] == ["E603"]
    with pytest.raises(JournalError, match="damaged"):
        open_journal(str(path))
    assert repair(str(path), consent=True).kept == RECORDS
    with open_journal(str(path)) as opened:
        assert numbers(opened) == EVERY


@pytest.mark.parametrize("value", ["7", "''"])
@pytest.mark.parametrize("name", ["header", "format"])
def test_what_the_journal_is_stands_there_as_a_text(journal, tmp_path, name, value):
    path = copied(journal, tmp_path / "one")
    change(path, f"UPDATE meta SET value = CAST({value} AS BLOB) WHERE name = '{name}'")
    assert [one.code for one in verify(str(path)).findings] == ["E603"]
    with pytest.raises(JournalError, match="damaged"):
        open_journal(str(path))
    assert repair(str(path), consent=True).kept == RECORDS
    with open_journal(str(path)) as opened:
        assert numbers(opened) == EVERY


def test_a_flip_in_the_write_ahead_log_loses_nothing(tmp_path):
    """SQLite drops all commits from such a flip on without a word; the log has them."""
    origin = caught_open(tmp_path)
    data = wal_of(origin).read_bytes()
    dropped = 0
    for bit in range(32 * 8 + 11, len(data) * 8, 1009 if ALL else 40009):
        path = copied(origin, tmp_path / "one", "-shm")
        wal_of(path).write_bytes(flipped(data, bit))
        found = verify(str(path))
        dropped += bool(found.findings)
        if not found.sound:
            repair(str(path), consent=True)
        with open_journal(str(path)) as opened:
            assert numbers(opened) == EVERY
    assert dropped > 30


def damaged_line(data: bytes, number: int) -> bytes:
    lines = data.split(b"\n")
    lines[number] = lines[number].replace(b'"n"', b'"m"')
    return b"\n".join(lines)


def change(path, statement: str) -> None:
    import sqlite3

    with sqlite3.connect(path) as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


def test_different_records_damaged_in_the_two_copies_lose_nothing(journal, tmp_path):
    path = copied(journal, tmp_path / "one")
    log_of(path).write_bytes(damaged_line(log_of(journal).read_bytes(), 10))
    change(path, "UPDATE journal SET record = '{}' WHERE seq = 40")
    assert {one.span.line for one in verify(str(path)).findings} == {11, 40}
    assert repair(str(path), consent=True)[:2] == (RECORDS, None)
    with open_journal(str(path)) as opened:
        assert numbers(opened) == EVERY


def test_a_record_damaged_in_both_copies_ends_the_journal_with_consent(journal, tmp_path):
    path = copied(journal, tmp_path / "one")
    log_of(path).write_bytes(damaged_line(log_of(journal).read_bytes(), 41))
    change(path, "UPDATE journal SET record = '{}' WHERE seq = 41")
    planned = repair(str(path))
    assert (planned.kept, planned.lost) == (40, (41, RECORDS))
    with pytest.raises(JournalDamaged):
        open_journal(str(path))
    done = repair(str(path), consent=True)
    assert (done.kept, done.lost) == (40, (41, RECORDS))
    assert {one.name for one in done.kept_files} == {"cases.db", "cases.db-log"}
    with open_journal(str(path)) as opened:
        assert numbers(opened) == EVERY[:40]


def test_a_changed_record_is_noticed_where_it_is_read(journal, tmp_path):
    path = copied(journal, tmp_path / "one")
    change(path, "UPDATE journal SET record = replace(record, '30', '31') WHERE seq = 30")
    with Reader(str(path)) as reader, pytest.raises(JournalDamaged, match="record 30"):
        list(reader.entries())
    change(path, "DELETE FROM journal WHERE seq = 30")
    with Reader(str(path)) as reader, pytest.raises(JournalDamaged, match="record 30 is missing"):
        list(reader.entries())


def test_copies_that_contradict_each_other_are_not_chosen_from(journal, tmp_path):
    """Somebody wrote another history into one copy, with hashes that fit."""
    path = copied(journal, tmp_path / "one")
    with Reader(str(path)) as reader:
        header = reader.header
        head = Head(58, next(e.hash for e in reader.entries() if e.seq == 58))
    assert json.loads(header)["identity"] == {"for": "tests"} and first_hash(header) != head.hash
    other = Entry(59, b'{"n":0}', next_hash(head.hash, 59, b'{"n":0}'))
    lines = log_of(path).read_bytes().splitlines(keepends=True)
    log_of(path).write_bytes(b"".join(lines[:59]) + scan.line_of(other))
    with pytest.raises(JournalDamaged) as caught:
        open_journal(str(path))
    assert caught.value.diagnostics[0].code == "E602"


def test_files_of_two_journals_do_not_mix(journal, tmp_path):
    path = copied(journal, tmp_path / "one")
    other = made(tmp_path, 3)
    log_of(path).write_bytes(log_of(other).read_bytes())
    with pytest.raises(StdrulesError, match="different journals"):
        open_journal(str(path))
    assert not verify(str(path)).sound
