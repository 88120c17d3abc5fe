"""Group commit: one thread writes what many callers appended, and wakes those who wait.

While a group is on its way to the disk the next one gathers. As long as nobody waits, the writer
lets records gather a little; as soon as somebody does, it writes at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator, Sequence
from threading import Condition, Thread
from typing import Final

from stdrules.base.errors import StdrulesError
from stdrules.base.text import Text
from stdrules.journal.errors import JournalLocked, JournalReadOnly
from stdrules.journal.log import Log
from stdrules.journal.records import Entry, Head, follow
from stdrules.journal.store import Lost, Store

#: Records that are written at once, at most.
GROUP: Final = 2000
#: Seconds that records may gather while nobody waits for them.
LINGER: Final = 0.005
#: Seconds during which a server that went away may come back.
PATIENCE: Final = 60.0
_PAUSES: Final = (0.05, 0.1, 0.2, 0.5, 1.0)

Task = Callable[[], None]


class Ticket:
    """The promise that records will be on the disk.

    Attributes:
        seq: The number of the last of them.
    """

    __slots__ = ("_writer", "seq")

    def __init__(self, writer: Writer, seq: int) -> None:
        self._writer = writer
        self.seq = seq

    @property
    def done(self) -> bool:
        """Whether they are on the disk."""
        return self._writer.head.seq >= self.seq

    def wait(self) -> None:
        """Return when they are on the disk.

        Raises:
            JournalReadOnly: They could not be written.
        """
        self._writer.wait(self.seq)

    def __await__(self) -> Generator[object, None, None]:
        """Wait in an event loop, which goes on with other work."""
        return self._soon().__await__()

    async def _soon(self) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def settle(error: StdrulesError | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

        def tell(error: StdrulesError | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, error)

        self._writer.when_done(self.seq, tell)
        await future


class Writer:
    """Writes groups of records to the log, if there is one, and to the database.

    Args:
        store: The database.
        log: The file beside it; None where the database stands alone.
        head: The last record that is there.
        linger: Seconds that records may gather while nobody waits.
        patience: Seconds during which a lost server may come back.
    """

    def __init__(
        self, store: Store, log: Log | None, head: Head, linger: float = LINGER,
        patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self.head = head
        self.failure: JournalReadOnly | None = None
        self._store, self._log = store, log
        self._linger, self._patience = linger, patience
        self._change = Condition()
        self._queue: list[bytes] = []
        self._tasks: list[Task] = []
        self._given = head.seq
        self._wanted = 0
        self._calls: list[tuple[int, Callable[[StdrulesError | None], None]]] = []
        self._closing = False
        self._thread = Thread(target=self._run, name="stdrules-journal", daemon=True)
        self._thread.start()

    def append(self, payloads: Sequence[bytes]) -> Ticket:
        """Take records; they follow all that were taken before.

        Raises:
            JournalReadOnly: No more records are taken.
        """
        with self._change:
            self._refuse()
            self._queue += payloads
            self._given += len(payloads)
            # The thread looks up by itself when it is writing or lets records gather.
            if len(self._queue) == len(payloads) or len(self._queue) >= GROUP:
                self._change.notify_all()
            return Ticket(self, self._given)

    def wait(self, seq: int) -> None:
        """Return when all records up to a number are on the disk."""
        with self._change:
            while self.head.seq < seq:
                if self.failure is not None:
                    raise self.failure
                if seq > self._wanted:
                    self._wanted = seq
                    self._change.notify_all()
                self._change.wait()

    def when_done(self, seq: int, call: Callable[[StdrulesError | None], None]) -> None:
        """Call back from the writing thread when records are on the disk, or cannot be."""
        with self._change:
            if self.head.seq < seq and self.failure is None:
                self._calls.append((seq, call))
                self._wanted = max(self._wanted, seq)
                self._change.notify_all()
                return
            error = self.failure if self.head.seq < seq else None
        call(error)

    def run(self, task: Task) -> None:
        """Run something between two groups, in the thread that writes; return when it is done.

        Raises:
            JournalReadOnly: No more is taken.
            StdrulesError: That of the task.
        """
        outcome: list[StdrulesError | None] = []

        def wrapped() -> None:
            error: StdrulesError | None = None
            try:
                task()
            except (Lost, OSError) as lost:
                error = _refusal(lost)
            except StdrulesError as own:
                error = own
            with self._change:
                outcome.append(error)
                self._change.notify_all()

        with self._change:
            self._refuse()
            self._tasks.append(wrapped)
            self._change.notify_all()
            while not outcome and self.failure is None:
                self._change.wait()
        error = outcome[0] if outcome else self.failure
        if error is not None:
            raise error

    def close(self) -> None:
        """Write what was taken, then stop. Records that are appended later are refused."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._thread.join()
        with self._change:
            if self.failure is None:
                self.failure = _closed()

    def _refuse(self) -> None:
        if self.failure is not None:
            raise self.failure
        if self._closing:
            raise _closed()

    def _run(self) -> None:
        while True:
            with self._change:
                while not (self._queue or self._tasks or self._closing):
                    self._change.wait()
                if self._queue and not self._tasks:
                    self._gather()
                group, self._queue = self._queue[:GROUP], self._queue[GROUP:]
                tasks, self._tasks = self._tasks, []
                if not group and not tasks:
                    return
            for task in tasks:
                task()
            if group and not self._commit(group):
                return

    def _gather(self) -> None:
        """Let records come as long as nobody waits for those that are there."""
        until = time.monotonic() + self._linger
        while len(self._queue) < GROUP and self._wanted <= self.head.seq and not self._closing:
            left = until - time.monotonic()
            if left <= 0 or self._tasks:
                return
            self._change.wait(left)

    def _commit(self, group: list[bytes]) -> bool:
        entries = follow(self.head, group)
        try:
            self._write(entries)
        except Exception as error:
            # Whatever it was: what is not on the disk is not acknowledged, and nothing follows it.
            self._fail(error)
            return False
        last = entries[-1]
        with self._change:
            self.head = Head(last.seq, last.hash)
            ready = [call for seq, call in self._calls if seq <= last.seq]
            self._calls = [one for one in self._calls if one[0] > last.seq]
            self._change.notify_all()
        for call in ready:
            call(None)
        return True

    def _write(self, entries: list[Entry]) -> None:
        start = self._log.append(entries) if self._log is not None else 0
        try:
            try:
                self._store.insert(entries)
            except Lost as lost:
                self._resume(entries, lost)
        except BaseException:
            if self._log is not None:
                self._log.cut(start)
            raise

    def _resume(self, entries: list[Entry], lost: Lost) -> None:
        """Find out what became of a group when the server went away, and write it if need be."""
        until = time.monotonic() + self._patience
        last: Exception = lost
        pauses = iter(_PAUSES)
        pause = 0.0
        while time.monotonic() < until:
            pause = next(pauses, pause)
            time.sleep(pause)
            try:
                found = self._store.head(self.head.hash, writing=True)
                if found == Head(entries[-1].seq, entries[-1].hash):
                    return
                if found.seq != self.head.seq or found.hash != self.head.hash:
                    raise _overtaken()
                self._store.insert(entries)
            except (Lost, JournalLocked) as again:
                # The server may not have noticed yet that the old connection is gone.
                last = again
            else:
                return
        raise last

    def _fail(self, error: Exception) -> None:
        failure = error if isinstance(error, JournalReadOnly) else _refusal(error)
        with self._change:
            self.failure = failure
            calls, self._calls = self._calls, []
            self._queue.clear()
            self._change.notify_all()
        for _seq, call in calls:
            call(failure)


def _refusal(error: Exception) -> JournalReadOnly:
    if isinstance(error, StdrulesError):
        reason = error.message
    elif isinstance(error, OSError):
        said = (error.strerror or type(error).__name__).lower()
        reason = Text(said, said)
    elif isinstance(error, Lost):
        reason = Text("数据库的连接已断开", "the connection to the database is lost")
    else:
        reason = Text(type(error).__name__, type(error).__name__)
    found = JournalReadOnly(
        Text(f"无法写入日志，已转为只读：{reason.zh}",
             f"the journal cannot be written and is read-only now: {reason.en}"),
        hint=Text("已确认的记录都在；排除原因（如磁盘已满）后重新打开",
                  "all that was acknowledged is there; remove the cause (a full disk?) and reopen"),
    )  # fmt: skip
    found.__cause__ = error
    return found


def _closed() -> JournalReadOnly:
    return JournalReadOnly(Text("日志已关闭", "the journal is closed"))


def _overtaken() -> JournalReadOnly:
    return JournalReadOnly(
        Text("断开期间另有进程写入了日志，已转为只读",
             "another process wrote to the journal while the connection was lost; it is "
             "read-only now"),
        hint=Text("请重新打开", "reopen it"),
    )  # fmt: skip
