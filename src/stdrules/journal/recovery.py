"""Opening the two copies of a SQLite journal: the log file and the database become equal again.

A record is written to the log, then to the database, then acknowledged. After a crash the log may
be ahead, or end in a record that was not finished; after a power cut it may be behind, as only the
database waits for the disk. Each of these is completed without asking, and said. Anything else is
damage and is left to `repair`: a record that does not fit its checksum although others follow, a
database that cannot be read, copies that contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.base.text import Text
from stdrules.journal import codes, scan, schema
from stdrules.journal.damage import damaged, unreadable, verified
from stdrules.journal.dialects import Sqlite
from stdrules.journal.disk import Disk
from stdrules.journal.errors import JournalError, JournalMissing
from stdrules.journal.log import Log
from stdrules.journal.records import Head, first_hash
from stdrules.journal.scan import Scan
from stdrules.journal.store import Store

_GROUP = 5000


@dataclass(slots=True)
class Opened:
    """A SQLite journal that is whole.

    Attributes:
        header: What the journal is.
        head: Its last record.
        log: The file, open for writing.
        notes: What had to be completed.
    """

    header: bytes
    head: Head
    log: Log
    notes: list[Diagnostic] = field(default_factory=list)


def open_sqlite(dialect: Sqlite, store: Store, disk: Disk) -> Opened:
    """Bring log and database together.

    Raises:
        JournalError: There is no journal.
        JournalDamaged: It takes a repair.
        OSError: A file cannot be read or written.
    """
    path, database = dialect.log_file, dialect.file
    assert database is not None
    header = store.header() if database.exists() and database.stat().st_size else None
    if header is None:
        header = _begun(dialect, store, path)
    with store.writing() as connection:
        schema.migrate(connection, dialect.shown, change=True)
    marks = [row.mark for row in store.snapshots()]
    found = scan.scan(path, marks[0] if marks else None) if path.exists() else None
    notes: list[Diagnostic] = []
    if found is not None and found.damage:
        raise damaged(dialect.shown, found.damage)
    if found is None or found.header is None:
        Log.create(path, header, store.entries(), disk)
        found = scan.scan(path)
        notes.append(_restored(path.name, found.head.seq if found.head else 0))
    if found.header != header:
        raise damaged(dialect.shown, [strangers(dialect.shown, path)])
    log = Log(path, found.end, disk)
    try:
        if found.torn:
            notes.append(_torn(path, found))
        head = _level(dialect, store, log, found, notes)
    except BaseException:
        log.close()
        raise
    return Opened(header, head, log, notes)


def _begun(dialect: Sqlite, store: Store, path: Path) -> bytes:
    """Finish a creation that was cut off after the log and before the database.

    Raises:
        JournalError: There is no journal.
        JournalDamaged: There are records, and their database is gone.
    """
    if not path.exists():
        raise missing(dialect.shown)
    found = scan.scan(path)
    if found.header is None or found.head is None or found.head.seq or found.damage:
        raise unreadable(dialect.shown, "no tables")
    dialect.create()
    with store.writing() as connection:
        schema.create(connection, found.header)
    return found.header


def _level(dialect: Sqlite, store: Store, log: Log, found: Scan, notes: list[Diagnostic]) -> Head:
    """Take over what one copy lacks from the other; return the last record of both."""
    assert found.header is not None and found.head is not None
    start, ours = first_hash(found.header), found.head
    theirs = store.head(start)
    if ours == theirs:
        return ours
    if ours.seq > theirs.seq:
        first = len(scan.header_line(found.header))
        rest = scan.entries(log.path, first, found.end)
        before = next(islice(rest, theirs.seq - 1, None)).hash if theirs.seq else start
        if before != theirs.hash:
            raise damaged(dialect.shown, [differing(dialect.shown, theirs.seq)])
        while group := list(islice(rest, _GROUP)):
            store.insert(group)
        notes.append(_restored(dialect.shown, ours.seq - theirs.seq))
        return ours
    before = store.hash_at(ours.seq) or "" if ours.seq else start
    if before != ours.hash:
        raise damaged(dialect.shown, [differing(dialect.shown, ours.seq)])
    missing_ones = verified(store.entries(ours.seq), ours, dialect.shown)
    while group := list(islice(missing_ones, _GROUP)):
        log.append(group)
    log.sync()
    notes.append(_restored(log.path.name, theirs.seq - ours.seq))
    return theirs


def missing(shown: str) -> JournalMissing:
    """Build the error of a journal that is not there."""
    return JournalMissing(
        Text(f"没有日志 `{shown}`", f"there is no journal `{shown}`"),
        hint=Text(
            "用 `stdrules session open … --ruleset R --clock 时点` 新建",
            "make one with `stdrules session open ... --ruleset R --clock MOMENT`",
        ),
    )


def differing(shown: str, seq: int) -> Diagnostic:
    """Say that a record is not the same in log and database."""
    return make(codes.DIFFER, Span(shown, seq), zh=f"记录 {seq} 在日志文件和数据库中不同",
                en=f"record {seq} differs between the log and the database")  # fmt: skip


def strangers(shown: str, path: Path) -> Diagnostic:
    """Say that a database and a log do not belong together."""
    return make(codes.DIFFER, Span(shown), zh=f"与 `{path.name}` 不属于同一个日志",
                en=f"it and `{path.name}` belong to different journals")  # fmt: skip


def _restored(shown: str, count: int) -> Diagnostic:
    return make(codes.RESTORED, Span(shown), zh=f"已补 {count} 条记录",
                en=f"took over {count} record{'' if count == 1 else 's'}")  # fmt: skip


def _torn(path: Path, found: Scan) -> Diagnostic:
    left = found.size - found.end
    return make(codes.TORN, Span(path.name), zh=f"已删去末尾 {left} 字节",
                en=f"cut the last {left} bytes")  # fmt: skip


def new_sqlite(dialect: Sqlite, store: Store, header: bytes, disk: Disk) -> None:
    """Make an empty journal, the log first: without it the database counts for nothing.

    Raises:
        JournalError: There is one.
        OSError: A file cannot be written.
    """
    assert dialect.file is not None
    if dialect.log_file.exists() or (dialect.file.exists() and dialect.file.stat().st_size):
        raise existing(dialect.shown)
    Log.create(dialect.log_file, header, (), disk)
    dialect.create()
    with store.writing() as connection:
        schema.create(connection, header)
    disk.sync_folder(dialect.file.absolute().parent)


def existing(shown: str) -> JournalError:
    """Build the error of a journal that is there already."""
    return JournalError(Text(f"日志 `{shown}` 已存在", f"the journal `{shown}` exists already"))
