"""The same journal in a real PostgreSQL, which the tests start, and stop in the middle."""

from __future__ import annotations

import os
import signal
import threading
import time
from zlib import crc32

import pytest

from journal.server import Server, programs
from stdrules.journal.checking import repair, verify
from stdrules.journal.errors import (
    JournalDamaged,
    JournalError,
    JournalLocked,
    JournalMissing,
    JournalReadOnly,
)
from stdrules.journal.journal import Reader, create_journal, open_journal


@pytest.fixture(scope="module")
def server():
    binaries = programs()
    if binaries is None:
        pytest.skip("no PostgreSQL: initdb and pg_ctl are not installed")
    try:
        running = Server(binaries)
    except (RuntimeError, StopIteration, OSError) as error:
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    yield running
    running.remove()


@pytest.fixture
def url(server, request):
    """An address whose tables are in a schema of their own."""
    import psycopg

    name = f"t{crc32(request.node.name.encode())}"
    plain = server.url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server.url}?options=-csearch_path%3D{name}"


def numbers(journal) -> list[int]:
    return [entry.record["n"] for entry in journal.entries()]


def execute(url: str, statement: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_records_come_back_in_order_and_snapshots_with_them(url):
    with pytest.raises(JournalMissing):
        open_journal(url)
    with create_journal(url, {"for": "tests"}) as journal:
        for n in range(50):
            journal.append([{"n": n, "who": "业主"}])
        point = journal.point()
        assert point.head.seq == 50
        journal.save_snapshot(b"state" * 500_000, "plan", point)
        journal.append([{"n": 50}]).wait()
    with pytest.raises(JournalError, match="exists"):
        create_journal(url, {})
    with open_journal(url) as journal:
        assert numbers(journal) == list(range(51)) and journal.identity == {"for": "tests"}
        found = journal.snapshot("plan")
        assert found is not None and found.seq == 50 and found.payload == b"state" * 500_000
        assert journal.snapshot("another plan") is None
        assert [e.record["n"] for e in journal.entries(found.seq)] == [50]
    assert verify(url).findings == []


def test_a_second_writer_is_refused_and_readers_are_not(url):
    with create_journal(url, {}) as journal:
        journal.append([{"n": 0}]).wait()
        with pytest.raises(JournalLocked, match=f"process {os.getpid()} "):
            open_journal(url)
        with Reader(url) as reader:
            assert numbers(reader) == [0] and reader.holder["pid"] == os.getpid()
    with Reader(url) as reader:
        assert reader.holder is None
    open_journal(url).close()


def test_a_killed_holder_releases(url):
    create_journal(url, {}).close()
    look, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            journal = open_journal(url)
            for n in range(1_000_000):
                journal.append([{"n": n}]).wait()
                os.write(tell, b"%d\n" % n)
        finally:
            os._exit(1)
    os.close(tell)
    told = b""
    while told.count(b"\n") < 20:
        told += os.read(look, 4096)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(look, 4096):
        told += piece
    os.close(look)
    last = int(told.split(b"\n")[-2])
    until = time.monotonic() + 10
    while True:
        try:
            journal = open_journal(url)
            break
        except JournalLocked:
            assert time.monotonic() < until
            time.sleep(0.05)
    with journal:
        found = numbers(journal)
    assert found == list(range(len(found))) and len(found) > last


def test_a_server_restarted_in_the_middle_loses_nothing(url, server):
    acknowledged: list[int] = []
    with create_journal(url, {}) as journal:
        stop = threading.Event()

        def work() -> None:
            n = 0
            while not stop.is_set():
                journal.append([{"n": n}]).wait()
                acknowledged.append(n)
                n += 1

        thread = threading.Thread(target=work)
        thread.start()
        for mode in ("immediate", "fast", "immediate"):
            goal = len(acknowledged) + 20
            while len(acknowledged) < goal:
                time.sleep(0.005)
            server.stop(mode)
            time.sleep(0.2)
            server.start()
        goal = len(acknowledged) + 20
        until = time.monotonic() + 30
        while len(acknowledged) < goal and time.monotonic() < until:
            time.sleep(0.005)
        stop.set()
        thread.join(60)
        assert journal.failure is None
        assert len(acknowledged) >= goal
        assert numbers(journal) == acknowledged
    assert verify(url).findings == []


def test_a_server_that_stays_away_ends_in_read_only(url, server):
    journal = create_journal(url, {}, patience=0.5)
    journal.append([{"n": 0}]).wait()
    server.stop()
    try:
        with pytest.raises(JournalReadOnly, match="connection to the database is lost"):
            journal.append([{"n": 1}]).wait()
        with pytest.raises(JournalError, match="cannot be reached"):
            open_journal(url)
    finally:
        journal.close()
        server.start()
    with open_journal(url) as again:
        assert numbers(again) == [0]


def test_a_changed_record_is_named_and_cut_with_consent_only(url):
    with create_journal(url, {}) as journal:
        journal.append([{"n": n} for n in range(10)]).wait()
    execute(url, "UPDATE journal SET record = '{}' WHERE seq = 7")
    found = verify(url)
    assert not found.sound and found.records == 6 and found.findings[0].span.line == 7
    with open_journal(url) as journal, pytest.raises(JournalDamaged, match="record 7"):
        list(journal.entries())
    assert repair(url)[:2] == (6, (7, 10))
    assert verify(url).records == 6 and not verify(url).sound
    assert repair(url, consent=True)[:2] == (6, (7, 10))
    with open_journal(url) as journal:
        assert numbers(journal) == list(range(6))
        journal.append([{"n": 6}]).wait()
    assert verify(url).findings == []
