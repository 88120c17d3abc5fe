"""Full or broken disks: what was acknowledged stays, nothing follows it, and it is said."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess

import pytest

from journal.keeping import made, numbers
from stdrules.base.errors import StdrulesError
from stdrules.journal.checking import verify
from stdrules.journal.disk import Disk
from stdrules.journal.errors import JournalError, JournalReadOnly
from stdrules.journal.journal import Reader, create_journal, open_journal

GROUPS = 8


class Failing(Disk):
    """A disk whose n-th call fails, and all that follow; short: half of the write is done first."""

    def __init__(self, nth: int, error: int, short: bool = False) -> None:
        self.left, self.error, self.short = nth, error, short

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(self.error, os.strerror(self.error))

    def write_some(self, descriptor: int, data: memoryview) -> int:
        if self.short and self.left == 0 and len(data) > 1:
            self.short = False
            return os.write(descriptor, data[: len(data) // 2])
        self._count()
        return super().write_some(descriptor, data)

    def sync(self, descriptor: int) -> None:
        self._count()
        super().sync(descriptor)


class BrokenCut(Failing):
    """A disk on which cutting fails too."""

    def truncate(self, descriptor: int, size: int) -> None:
        self._count()
        super().truncate(descriptor, size)


def written(path: str, disk: Disk) -> list[int]:
    """Create or open a journal and append until it fails; return what was acknowledged."""
    acknowledged: list[int] = []
    try:
        if os.path.exists(path):
            journal = open_journal(path, disk=disk)
        else:
            journal = create_journal(path, {}, disk=disk)
    except JournalError as error:
        assert "cannot be used" in str(error)
        return acknowledged
    with journal:
        for group in range(GROUPS):
            numbers_of = [group * 3 + i for i in range(3)]
            try:
                journal.append([{"n": n} for n in numbers_of]).wait()
            except JournalReadOnly as error:
                assert "read-only" in str(error) and "hint" in str(error)
                assert journal.failure is not None
                # Reading goes on; writing does not come back by itself.
                assert numbers(journal) == acknowledged
                with pytest.raises(JournalReadOnly):
                    journal.append([{"n": -1}])
                break
            acknowledged += numbers_of
    return acknowledged


def calls_of_a_good_run(path: str) -> int:
    disk = Failing(1_000_000, errno.EIO)
    assert len(written(path, disk)) == GROUPS * 3
    return 1_000_000 - disk.left


@pytest.mark.parametrize("kind", [Failing, BrokenCut])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("short", [False, True])
def test_a_fault_at_every_call_leaves_what_was_acknowledged(tmp_path, kind, error, short):
    calls = calls_of_a_good_run(str(tmp_path / "good.db"))
    assert calls > GROUPS + 3
    fewer = 0
    for nth in range(calls):
        path = str(tmp_path / f"{nth}.db")
        acknowledged = written(path, kind(nth, error, short))
        fewer += len(acknowledged) < GROUPS * 3
        try:
            again = open_journal(path)
        except JournalError:
            assert acknowledged == []
            again = create_journal(path, {})  # the creation had failed: it can be done again
        with again:
            found = numbers(again)
            if kind is Failing:
                assert found == acknowledged, nth
            else:  # it could not be cut back: a group that nobody was promised may be there
                assert found[: len(acknowledged)] == acknowledged
                assert found == list(range(len(found)))
        assert verify(path).sound
    assert fewer > GROUPS


def limited(path: str, limit: int, tell: int) -> None:
    """Append until no file may grow; tell the last number acknowledged. Runs in a child."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    last = -1
    try:
        with open_journal(path) as journal:
            for n in range(400):
                journal.append([{"n": n, "text": "x" * 200}]).wait()
                last = n
    except StdrulesError as error:
        os.write(tell, b"%d %s\n" % (last, str(error).splitlines()[0].encode()))
        return
    os.write(tell, b"%d\n" % last)


@pytest.mark.parametrize("limit", [33_000, 36_000, 45_000, 61_234, 90_000, 150_000, 300_000])
def test_files_that_may_not_grow_end_in_a_clear_error(tmp_path, limit):
    path = str(tmp_path / "cases.db")
    create_journal(path, {}).close()
    look, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            limited(path, limit, tell)
        finally:
            os._exit(0)
    os.close(tell)
    os.waitpid(child, 0)
    told = os.read(look, 4096).decode()
    os.close(look)
    last, _, said = told.strip().partition(" ")
    assert "read-only" in said or "failed" in said or "cannot be used" in said, told
    with open_journal(path) as journal:
        found = numbers(journal)
    assert found[: int(last) + 1] == list(range(int(last) + 1))
    assert len(found) <= int(last) + 2  # at most the one that was on its way
    assert verify(path).sound


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 300 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True
    )
    if done.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_turns_the_journal_read_only(small_disk):
    path = str(small_disk / "cases.db")
    acknowledged = 0
    with create_journal(path, {}) as journal:
        with pytest.raises(JournalReadOnly, match="disk"):
            for n in range(10_000):
                journal.append([{"n": n, "text": "x" * 300}]).wait()
                acknowledged += 1
        assert numbers(journal) == list(range(acknowledged)) and acknowledged > 20
    with Reader(path) as reader:
        assert reader.head.seq == acknowledged
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    with open_journal(path) as journal:
        journal.append([{"n": acknowledged}]).wait()
        assert numbers(journal) == list(range(acknowledged + 1))


def test_a_database_that_may_not_grow_takes_the_log_back(tmp_path):
    """The log is written first; what the database then refuses is cut from it again."""
    path = made(tmp_path, 5)
    with open_journal(str(path)) as journal:
        # Reaches into the writer: no other way makes only the database full.
        with journal._store.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 12")
        with pytest.raises(JournalReadOnly, match="full"):
            for n in range(6, 10_000):
                journal.append([{"n": n, "text": "x" * 500}]).wait()
        held = journal.head.seq
    found = verify(str(path))
    assert (found.findings, found.records) == ([], held)
