"""Journals: made, opened by one writer, read by anyone.

Example:
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> url = f"sqlite:///{pathlib.Path(folder.name, 'cases.db')}"
    >>> with create_journal(url, {"rulesets": ["q_gxxz_029"]}) as journal:
    ...     journal.append([{"fact": 1}, {"fact": 2}]).wait()
    >>> with open_journal(url) as journal:
    ...     [entry.record for entry in journal.entries()]
    [{'fact': 1}, {'fact': 2}]
    >>> folder.cleanup()
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from uuid import uuid4

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.text import Text
from stdrules.journal import recovery, scan, schema, snapshots
from stdrules.journal.damage import damaged, misplaced, verified
from stdrules.journal.dialects import Dialect, Sqlite, dialect_of
from stdrules.journal.disk import Disk
from stdrules.journal.errors import JournalError, JournalReadOnly
from stdrules.journal.holder import FileLock
from stdrules.journal.log import Log
from stdrules.journal.records import Entry, Head, Record, canonical, first_hash
from stdrules.journal.scan import Mark
from stdrules.journal.snapshots import Snapshot
from stdrules.journal.store import Lost, Store
from stdrules.journal.writer import LINGER, PATIENCE, Ticket, Writer


class Point(NamedTuple):
    """A place in a journal: its last record, and the bytes of the log up to it."""

    head: Head
    end: int


class Reader:
    """A journal that is read while another process may write it. No lock is taken.

    Args:
        url: ``sqlite:///cases.db``, the name of a file, or ``postgresql://user@host/name``.

    Raises:
        JournalError: There is no journal, or it is of a newer format.
        JournalDamaged: The database cannot be read.

    Attributes:
        header: What the journal is, with the hash of the start in its bytes.
    """

    def __init__(self, url: str) -> None:
        self._dialect = dialect_of(url)
        self._store = Store(self._dialect)
        file = self._dialect.file
        if file is not None and not file.exists():
            raise recovery.missing(self.shown)
        try:
            found = self._store.header()
            if found is None:
                raise recovery.missing(self.shown)
            self.header = found
            with self._store.reading() as connection:
                schema.migrate(connection, self.shown, change=False)
        except BaseException:
            self._store.close()
            raise

    @property
    def shown(self) -> str:
        """The journal as messages name it, without a password."""
        return self._dialect.shown

    @property
    def identity(self) -> Record:
        """What the creator said that the journal is for."""
        found: Record = json.loads(self.header)["identity"]
        return found

    @property
    def created(self) -> str:
        """When it was made, in UTC."""
        return str(json.loads(self.header)["created"])

    @property
    def head(self) -> Head:
        """The last record that was acknowledged."""
        return self._store.head(first_hash(self.header))

    @property
    def holder(self) -> dict[str, Any] | None:
        """The process that writes, if any: its pid, host, start and program."""
        return self._dialect.holder()

    @property
    def snapshots(self) -> list[int]:
        """The records that snapshots end with, the newest first."""
        return [row.mark.seq for row in self._store.snapshots()]

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Yield records in their order, each held against the chain.

        Raises:
            JournalDamaged: One is not what was written.
        """
        before = _head_at(self._store, first_hash(self.header), after)
        return verified(self._store.entries(after), before, self.shown)

    def snapshot(self, depends_on: str) -> Snapshot | None:
        """Return the newest state that can be used; see `snapshots.load`."""
        return snapshots.load(self._store, depends_on, self.head)[0]

    def close(self) -> None:
        """Close the connections."""
        self._store.close()

    def __enter__(self) -> Self:
        """Return the journal."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close it."""
        self.close()


class Journal:
    """A journal that this process writes to. Made by `open_journal` and `create_journal`.

    Safe for many threads. What was appended and not waited for may be lost with the process;
    `close`, or leaving the ``with``, waits for all of it.

    Attributes:
        header: What the journal is.
        notes: What had to be completed when it was opened, and snapshots that were passed over.
    """

    def __init__(
        self, dialect: Dialect, store: Store, lock: FileLock | None, log: Log | None,
        header: bytes, head: Head, notes: list[Diagnostic], linger: float, patience: float,
    ) -> None:  # fmt: skip
        self.header = header
        self.notes = notes
        self._dialect, self._store, self._lock, self._log = dialect, store, lock, log
        self._writer = Writer(store, log, head, linger, patience)
        self._closed = False

    @property
    def shown(self) -> str:
        """The journal as messages name it, without a password."""
        return self._dialect.shown

    @property
    def identity(self) -> Record:
        """What the creator said that the journal is for."""
        found: Record = json.loads(self.header)["identity"]
        return found

    @property
    def head(self) -> Head:
        """The last record that is on the disk."""
        return self._writer.head

    @property
    def failure(self) -> JournalReadOnly | None:
        """Why no more records are taken; None while they are."""
        return self._writer.failure

    def append(self, records: Sequence[Mapping[str, Any]]) -> Ticket:
        """Take records; they are on the disk when ``wait()`` of the ticket returns.

        Raises:
            UsageError: A record cannot be written as JSON; none was taken.
            JournalReadOnly: No more records are taken.
        """
        return self._writer.append([canonical(record) for record in records])

    def flush(self) -> None:
        """Return when all that was appended is on the disk.

        Raises:
            JournalReadOnly: Some of it could not be written.
        """
        self._writer.append([]).wait()

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Yield the records that are on the disk, in their order, held against the chain.

        Raises:
            JournalDamaged: One is not what was written.
        """
        head = self.head
        before = _head_at(self._store, first_hash(self.header), after)
        found = verified(self._store.entries(after), before, self.shown)
        return (entry for entry in found if entry.seq <= head.seq)

    def snapshot(self, depends_on: str) -> Snapshot | None:
        """Return the newest state that can be used, or None; others are told in `notes`."""
        found, passed = snapshots.load(self._store, depends_on, self.head)
        self.notes += passed
        return found

    def point(self) -> Point:
        """Wait until all that was appended is on the disk; return that place in the journal.

        A caller that keeps others from appending meanwhile has the state that belongs to it.
        """
        self.flush()
        found: list[Point] = []
        log = self._log

        def look() -> None:
            found.append(Point(self._writer.head, log.end if log is not None else 0))

        self._writer.run(look)
        return found[0]

    def save_snapshot(self, payload: bytes, depends_on: str, point: Point) -> None:
        """Keep a state. Records may be appended meanwhile; they are written between its parts.

        Args:
            payload: The state after the records up to `point`.
            depends_on: What it depends on; asked for again by `snapshot`.
            point: Where the state was taken.

        Raises:
            JournalReadOnly: The journal takes no more.
            JournalError: The database refuses the snapshot; the records are not affected.
        """
        seq = point.head.seq
        self._writer.run(lambda: self._store.drop_snapshots(snapshots.KEPT, seq))
        parts = 0
        for part in snapshots.cut_up(payload):
            self._writer.run(partial(self._store.put_part, seq, parts, part))
            parts += 1
        crc = 0
        if self._log is not None:
            self._log.sync()
            crc = scan.checksum(self._log.path, point.end)
        mark = Mark(seq, point.head.hash, point.end, crc)
        row = snapshots.row_of(mark, depends_on, payload, parts)
        self._writer.run(lambda: self._store.finish_snapshot(row, snapshots.KEPT))

    def close(self) -> None:
        """Write what was appended, and let others write. Closing twice is nothing."""
        if self._closed:
            return
        self._closed = True
        self._writer.close()
        try:
            if self._log is not None:
                self._log.sync()
        except OSError:
            pass  # the database has all that was acknowledged
        finally:
            if self._log is not None:
                self._log.close()
            self._store.close()
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Self:
        """Return the journal."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close it."""
        self.close()


def create_journal(
    url: str, identity: Mapping[str, Any], *, linger: float = LINGER, patience: float = PATIENCE,
    disk: Disk | None = None,
) -> Journal:  # fmt: skip
    """Make an empty journal and open it.

    Args:
        url: ``sqlite:///cases.db``, the name of a file, or ``postgresql://user@host/name``.
        identity: What it is for, as JSON; kept in its header for good.
        linger: Seconds that records may gather while nobody waits for them.
        patience: Seconds during which a server that went away may come back.
        disk: How the log is written.

    Raises:
        JournalError: It exists, or cannot be made.
        JournalLocked: Another process is at it.
    """
    about = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "id": uuid4().hex,
        "identity": dict(identity),
    }
    return _open(url, canonical(about), linger, patience, disk or Disk())


def open_journal(
    url: str, *, linger: float = LINGER, patience: float = PATIENCE, disk: Disk | None = None
) -> Journal:
    """Open a journal for writing, and complete what a crash left; see `Journal.notes`.

    Raises:
        JournalError: There is none, or it is of a newer format.
        JournalLocked: Another process writes to it.
        JournalDamaged: It takes a repair.
    """
    return _open(url, None, linger, patience, disk or Disk())


def _open(url: str, header: bytes | None, linger: float, patience: float, disk: Disk) -> Journal:
    dialect = dialect_of(url)
    store = Store(dialect)
    lock: FileLock | None = None
    try:
        if isinstance(dialect, Sqlite):
            _check_place(dialect, header is not None)
            lock = dialect.lock()
            if header is not None:
                recovery.new_sqlite(dialect, store, header, disk)
            opened = recovery.open_sqlite(dialect, store, disk)
            return Journal(dialect, store, lock, opened.log, opened.header, opened.head,
                           opened.notes, linger, patience)  # fmt: skip
        found, head = _open_server(dialect, store, header)
        return Journal(dialect, store, None, None, found, head, [], linger, patience)
    except BaseException as error:
        store.close()
        if lock is not None:
            lock.release()
        if isinstance(error, OSError):
            said = (error.strerror or type(error).__name__).lower()
            raise JournalError(
                Text(f"无法使用 `{dialect.shown}`：{said}",
                     f"`{dialect.shown}` cannot be used: {said}")
            ) from error  # fmt: skip
        raise


def _check_place(dialect: Sqlite, new: bool) -> None:
    """Look before a lock file is made, which would be left behind."""
    assert dialect.file is not None
    if not new and not dialect.file.exists() and not dialect.log_file.exists():
        raise recovery.missing(dialect.shown)
    folder: Path = dialect.file.absolute().parent
    if not folder.is_dir():
        raise JournalError(Text(f"没有文件夹 `{folder}`", f"there is no folder `{folder}`"))


def _open_server(dialect: Dialect, store: Store, header: bytes | None) -> tuple[bytes, Head]:
    try:
        with store.writing() as connection:
            found = schema.read_meta(connection, "header")
            if header is not None:
                if found is not None:
                    raise recovery.existing(dialect.shown)
                schema.create(connection, header)
                found = header.decode()
            if found is None:
                raise recovery.missing(dialect.shown)
            schema.migrate(connection, dialect.shown, change=True)
        return found.encode(), store.head(first_hash(found.encode()))
    except Lost as lost:
        raise JournalError(
            Text(f"无法连接 `{dialect.shown}`", f"`{dialect.shown}` cannot be reached"),
            hint=str(lost.__cause__ or lost).splitlines()[0],
        ) from lost


def _head_at(store: Store, start: str, seq: int) -> Head:
    if not seq:
        return Head(0, start)
    found = store.hash_at(seq)
    if found is None:
        missing = Entry(seq + 1, b"", "")
        raise damaged(store.dialect.shown, [misplaced(store.dialect.shown, missing, seq)])
    return Head(seq, found)
