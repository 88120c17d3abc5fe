"""Journals in one process: records, tickets, snapshots, formats, and what is refused."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdrules.base.errors import UsageError
from stdrules.journal import schema
from stdrules.journal.checking import verify
from stdrules.journal.dialects import dialect_of
from stdrules.journal.errors import JournalError, JournalMissing, JournalReadOnly
from stdrules.journal.journal import Reader, create_journal, open_journal
from stdrules.journal.records import Entry, Head, canonical, follow, next_hash
from stdrules.journal.scan import header_line, line_of, parse, parse_header

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "cases.db")


def numbers(journal) -> list[int]:
    return [entry.record["n"] for entry in journal.entries()]


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_records_have_one_spelling_without_line_breaks(record):
    payload = canonical(record)
    assert b"\n" not in payload
    shuffled = dict(reversed(list(record.items())))
    assert canonical(shuffled) == payload
    entry = Entry(1, payload, next_hash("00", 1, payload))
    assert parse(line_of(entry)) == entry and entry.record == record


@pytest.mark.parametrize(
    "record", [{"n": Decimal("1.5")}, {"n": float("nan")}, {"n": b"x"}, {"n": "\ud800"}, {"n": {1}}]
)
def test_what_json_does_not_have_is_refused_and_nothing_is_taken(path, record):
    with create_journal(path, {}) as journal:
        with pytest.raises(UsageError):
            journal.append([{"n": 1}, record])
        journal.flush()
        assert journal.head.seq == 0


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=6), st.data())
def test_the_chain_covers_place_and_content(payloads, data):
    entries = follow(Head(0, "00"), payloads)
    assert [entry.seq for entry in entries] == list(range(1, len(payloads) + 1))
    one = data.draw(st.sampled_from(entries))
    before = entries[one.seq - 2].hash if one.seq > 1 else "00"
    assert one.hash == next_hash(before, one.seq, one.payload)
    assert one.hash != next_hash(before, one.seq + 1, one.payload)
    assert one.hash != next_hash(before, one.seq, one.payload + b" ")
    assert one.hash != next_hash("01", one.seq, one.payload)


def test_headers_are_told_from_records():
    line = header_line(b'{"id":"x"}')
    assert parse_header(line) == b'{"id":"x"}' and parse(line) is None
    assert parse_header(line_of(Entry(1, b"{}", "ab"))) is None
    assert parse_header(line[:-1]) is None and parse(b"") is None and parse(b"00000000 \n") is None


def test_many_threads_share_commits_and_keep_their_order(path):
    with create_journal(path, {}) as journal:

        def work(writer: int) -> None:
            for n in range(40):
                ticket = journal.append([{"writer": writer, "n": n}])
                ticket.wait()
                assert ticket.done and journal.head.seq >= ticket.seq

        threads = [threading.Thread(target=work, args=(w,)) for w in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = [entry.record for entry in journal.entries()]
    assert len(found) == 240
    for writer in range(6):
        assert [r["n"] for r in found if r["writer"] == writer] == list(range(40))


def test_tickets_are_awaited_while_other_tasks_run(path):
    async def main() -> list[int]:
        with create_journal(path, {}) as journal:

            async def one(n: int) -> int:
                ticket = journal.append([{"n": n}])
                await ticket
                assert ticket.done
                return n

            done = await asyncio.gather(*(one(n) for n in range(50)))
            await journal.append([])  # already there
            return list(done)

    assert asyncio.run(main()) == list(range(50))


def test_awaiting_a_journal_that_failed_raises(path):
    async def main() -> None:
        journal = create_journal(path, {})
        ticket = journal.append([{"n": 1}])
        await ticket
        journal._writer._fail(OSError(28, "No space left on device"))
        with pytest.raises(JournalReadOnly, match="no space left"):
            journal.append([{"n": 2}])
        journal.close()

    asyncio.run(main())


def test_closing_writes_what_nobody_waited_for(path):
    with create_journal(path, {}, linger=5) as journal:
        journal.append([{"n": n} for n in range(5000)])
    journal.close()
    with pytest.raises(JournalReadOnly, match="closed"):
        journal.append([{"n": 0}])
    with Reader(path) as reader:
        assert numbers(reader) == list(range(5000)) and next(iter(reader.entries(4999))).seq == 5000


def test_snapshots_are_used_only_where_they_fit(path):
    with create_journal(path, {}) as journal:
        for size in (10, 20, 30):
            while journal.head.seq < size:
                journal.append([{"n": journal.head.seq}]).wait()
            point = journal.point()
            journal.append([{"n": size}]).wait()  # comes while the state is written
            journal.save_snapshot(b"state %d" % size, "plan-1", point)
    with open_journal(path) as journal:
        found = journal.snapshot("plan-1")
        assert found == (30, b"state 30") and journal.snapshot("plan-2") is None
        assert [e.record["n"] for e in journal.entries(30)] == [30]
        assert journal.notes == []
    with Reader(path) as reader:
        assert reader.snapshots == [30, 20] and reader.snapshot("plan-1") == found
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE snapshot_parts SET payload = x'00' WHERE seq = 30")
    connection.close()
    with open_journal(path) as journal:
        assert journal.snapshot("plan-1") == (20, b"state 20")
        assert [note.code for note in journal.notes] == ["I603"]
    assert [one.code for one in verify(path).findings] == ["I603"]


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 3))
def test_payloads_come_back_whatever_their_size(tmp_path_factory, seed, megabytes):
    path = str(tmp_path_factory.mktemp("payload") / "cases.db")
    payload = seed + b"x" * (megabytes << 19)
    with create_journal(path, {}) as journal:
        journal.save_snapshot(payload, "p", journal.point())
        journal.save_snapshot(payload, "p", journal.point())
        assert journal.snapshot("p") == (0, payload)


def test_an_older_format_is_brought_up_and_a_newer_one_refused(path, monkeypatch):
    with create_journal(path, {}) as journal:
        journal.append([{"n": 1}]).wait()
    monkeypatch.setattr(schema, "FORMAT", 3)
    steps: list[int] = []
    monkeypatch.setattr(schema, "MIGRATIONS", {
        1: lambda connection: steps.append(1),
        2: lambda connection: connection.exec_driver_sql("CREATE TABLE added (n INTEGER)") and None,
    })  # fmt: skip
    with pytest.raises(JournalError, match="older format"):
        Reader(path)
    with open_journal(path) as journal:
        assert numbers(journal) == [1] and steps == [1]
    with Reader(path) as reader:
        assert numbers(reader) == [1]
    open_journal(path).close()
    assert steps == [1]
    monkeypatch.setattr(schema, "FORMAT", 2)
    with pytest.raises(JournalError, match="has the format 3, this version knows up to 2"):
        open_journal(path)


def test_a_migration_that_fails_changes_nothing(path, monkeypatch):
    create_journal(path, {}).close()
    monkeypatch.setattr(schema, "FORMAT", 2)

    def fails(connection: object) -> None:
        connection.exec_driver_sql("CREATE TABLE half (n INTEGER)")
        raise JournalError("stopped")

    monkeypatch.setattr(schema, "MIGRATIONS", {1: fails})
    with pytest.raises(JournalError, match="stopped"):
        open_journal(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() \
            == []  # fmt: skip
        assert connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone() \
            == ("1",)  # fmt: skip
    connection.close()


def test_what_is_not_there_or_there_already(path, tmp_path):
    for opening in (open_journal, Reader, verify):
        with pytest.raises(JournalMissing):
            opening(path)
    assert list(tmp_path.iterdir()) == []
    create_journal(path, {"a": 1}).close()
    with pytest.raises(JournalError, match="exists already"):
        create_journal(path, {})
    with Reader(path) as reader:
        assert reader.identity == {"a": 1} and reader.created.endswith("+00:00")


@pytest.mark.parametrize("url", ["mysql://host/x", "sqlite://", "sqlite:///:memory:", "://", "x://"])
def test_other_databases_are_refused(url):
    with pytest.raises(UsageError, match="a journal cannot be kept in"):
        dialect_of(url)


def test_passwords_are_not_shown():
    shown = dialect_of("postgresql://me:secret@host/name").shown
    assert "secret" not in shown and "host/name" in shown
