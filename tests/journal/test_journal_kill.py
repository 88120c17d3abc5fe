"""Processes killed while they write: nothing acknowledged is lost, and nobody is locked out.

STDRULES_KILLS=1000 runs a thousand kills; the default is 200.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest

from stdrules.journal.checking import verify
from stdrules.journal.errors import JournalLocked, JournalReadOnly
from stdrules.journal.holder import is_held
from stdrules.journal.journal import Reader, create_journal, open_journal

KILLS = int(os.environ.get("STDRULES_KILLS", "200"))
WRITERS = 3

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


def write_until_killed(path: str, life: int, tell: int) -> None:
    """Append from several threads; tell each acknowledgement through a pipe."""
    journal = open_journal(path)
    os.write(tell, b"open\n")

    def work(writer: int) -> None:
        for number in range(1_000_000):
            journal.append([{"life": life, "writer": writer, "n": number}]).wait()
            os.write(tell, b"%d %d\n" % (writer, number))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one_life(path: str, life: int) -> dict[int, int]:
    """Let a process write and kill it; return the highest number acknowledged to each thread."""
    look, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(look)
            write_until_killed(path, life, tell)
        finally:
            os._exit(1)
    os.close(tell)
    # Sometimes while it opens and recovers, mostly in the middle of some commit.
    told = b""
    while life % 20 and told.count(b"\n") < 2 + life % 13 and (piece := os.read(look, 4096)):
        told += piece
    time.sleep((life * 7919 % 23) / 10_000)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(look, 1 << 16):
        told += piece
    os.close(look)
    acknowledged: dict[int, int] = {}
    for line in told.split(b"\n")[:-1]:  # the last one may be cut short
        if b" " in line:
            writer, number = map(int, line.split())
            acknowledged[writer] = max(acknowledged.get(writer, -1), number)
    return acknowledged


def test_no_acknowledged_record_is_lost_to_kills(tmp_path):
    path = str(tmp_path / "cases.db")
    create_journal(path, {}).close()
    promised: dict[tuple[int, int], int] = {}
    for life in range(1, KILLS + 1):
        for writer, number in one_life(path, life).items():
            promised[life, writer] = number
        assert not is_held(Path(path + "-lock"))
    with open_journal(path) as journal:
        there: dict[tuple[int, int], list[int]] = defaultdict(list)
        for entry in journal.entries():
            there[entry.record["life"], entry.record["writer"]].append(entry.record["n"])
    lost = {key: number for key, number in promised.items() if number >= len(there[key])}
    assert lost == {}
    # Each thread's records are an exact prefix of what it sent.
    assert all(own == list(range(len(own))) for own in there.values())
    assert len(promised) > KILLS and sum(promised.values()) > KILLS
    assert verify(path).findings == []


def test_a_second_writer_is_refused_with_the_name_of_the_first(tmp_path):
    path = str(tmp_path / "cases.db")
    with create_journal(path, {}) as journal:
        journal.append([{"n": 1}]).wait()
        code = (
            "import sys; from stdrules.journal.journal import open_journal; "
            "from stdrules.journal.errors import JournalLocked\n"
            "try: open_journal(sys.argv[1])\n"
            "except JournalLocked as error: print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
        )
        assert f"process {os.getpid()} on " in done.stdout and "hint" in done.stdout
        with pytest.raises(JournalLocked):
            create_journal(path, {})
        # Readers are not kept out, and see what was acknowledged.
        with Reader(path) as reader:
            assert reader.head == journal.head and reader.holder["pid"] == os.getpid()
            journal.append([{"n": 2}]).wait()
            assert [entry.record["n"] for entry in reader.entries()] == [1, 2]
        assert verify(path).findings == []
    with pytest.raises(JournalReadOnly):
        journal.append([{"n": 3}])
    with open_journal(path) as again, Reader(path) as reader:
        assert again.head.seq == 2 and reader.holder["pid"] == os.getpid()
    with Reader(path) as reader:
        assert reader.holder is None


def test_two_processes_that_take_turns_lose_nothing(tmp_path):
    """Both try until they get the journal, write a little and let it go."""
    path = str(tmp_path / "cases.db")
    create_journal(path, {}).close()

    def work(writer: int) -> None:
        done = 0
        while done < 40:
            try:
                with open_journal(path) as journal:
                    journal.append([{"writer": writer, "n": done + i} for i in range(10)])
                done += 10
            except JournalLocked:
                time.sleep(0.002)

    children = []
    for writer in range(2):
        child = os.fork()
        if not child:
            status = 1
            try:
                work(writer)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    with Reader(path) as reader:
        found = [(e.record["writer"], e.record["n"]) for e in reader.entries()]
    assert sorted(found) == [(w, n) for w in range(2) for n in range(40)]
