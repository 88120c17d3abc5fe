"""Verify and repair: every record of every copy held against the chain.

Repair builds the chain anew from whatever is sound in either copy. The hash of each record tells
whether it is the one that was written, so nothing is guessed: where both copies lack a record, the
chain ends, and what comes after it is lost and named. Files that are replaced are kept beside.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from stdrules.base.diagnostics import Diagnostic, Severity, Span, make
from stdrules.base.text import Text
from stdrules.journal import codes, recovery, scan, schema, snapshots
from stdrules.journal.damage import fits, misplaced
from stdrules.journal.dialects import Sqlite, dialect_of
from stdrules.journal.disk import Disk
from stdrules.journal.errors import JournalDamaged, JournalError
from stdrules.journal.log import Log
from stdrules.journal.records import Entry, Head, first_hash
from stdrules.journal.store import Store


@dataclass(slots=True)
class Verified:
    """What a journal is found to be.

    Attributes:
        shown: The journal.
        records: Records that are sound from the first on, in the better copy.
        head: The hash of the last of them; empty if not even the header is sound.
        findings: What is wrong, and what will be completed when it is next opened.
        holder: The process that writes, if any.
    """

    shown: str
    records: int = 0
    head: str = ""
    findings: list[Diagnostic] = field(default_factory=list)
    holder: dict[str, Any] | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing needs a repair."""
        return not _has_errors(self.findings)


class Repaired(NamedTuple):
    """What a repair does, or would do.

    Attributes:
        kept: Records that are there afterwards.
        lost: Numbers of records that are known of and cannot be restored: first and last.
        kept_files: Copies of the files as they were; empty if nothing was changed.
        needed: Whether there is something to repair.
    """

    kept: int
    lost: tuple[int, int] | None
    kept_files: tuple[Path, ...]
    needed: bool


class _Copy(NamedTuple):
    """One copy: its header, the end of its sound beginning, what is wrong with it."""

    header: bytes | None
    head: Head | None
    findings: list[Diagnostic]


def verify(url: str) -> Verified:
    """Check every record, both copies against each other, and the snapshots. Takes no lock.

    Raises:
        JournalError: There is no journal, or the server cannot be reached.
    """
    dialect = dialect_of(url)
    found = Verified(dialect.shown)
    store = Store(dialect)
    try:
        if not isinstance(dialect, Sqlite):
            copy = _database(store)
            found.holder = dialect.holder()
            if copy.header is None:
                raise recovery.missing(dialect.shown)
        else:
            _must_exist(dialect)
            found.holder = dialect.holder()
            copy = _both(dialect, store, found.holder is not None)
        if copy.head is not None:
            found.records, found.head = copy.head
        found.findings = [*copy.findings, *_snapshots(store)]
    finally:
        store.close()
    return found


def _both(dialect: Sqlite, store: Store, busy: bool) -> _Copy:
    """Check the two copies; the database first, as the log is always written before it."""
    assert dialect.file is not None
    database = (
        _database(store) if dialect.file.exists()
        else _Copy(None, None, [_broken(dialect.shown, "文件不存在", "the file is not there")])
    )  # fmt: skip
    if database.header is None and not database.findings:
        database.findings.append(_broken(dialect.shown, "没有表", "no tables"))
    log = _log(dialect.log_file)
    findings = [*database.findings, *log.findings]
    if database.head is None or log.head is None:
        return _Copy(None, database.head or log.head, findings)
    if database.header != log.header:
        findings.append(recovery.strangers(dialect.shown, dialect.log_file))
    elif database.head.seq != log.head.seq and not (busy or _has_errors(findings)):
        behind = dialect.shown if database.head.seq < log.head.seq else dialect.log_file.name
        count = abs(database.head.seq - log.head.seq)
        findings.append(make(
            codes.RESTORED, Span(behind), zh=f"少 {count} 条记录，下次打开时补齐",
            en=f"lacks {count} record{'' if count == 1 else 's'}; taken over when next opened",
        ))  # fmt: skip
    elif database.head.seq == log.head.seq and database.head != log.head:
        findings.append(recovery.differing(dialect.shown, log.head.seq))
    return _Copy(log.header, max(database.head, log.head), findings)


def _log(path: Path) -> _Copy:
    if not path.exists():
        said = make(codes.RESTORED, Span(path.name), zh="文件不存在，下次打开时补齐",
                    en="the file is not there; made anew when next opened")  # fmt: skip
        return _Copy(None, None, [said])
    found = scan.scan(path)
    findings = list(found.damage)
    if found.torn:
        left = found.size - found.end
        findings.append(make(
            codes.TORN, Span(path.name), zh=f"末尾 {left} 字节没有写完，下次打开时删去",
            en=f"the last {left} bytes are not finished; cut when next opened",
        ))  # fmt: skip
    return _Copy(found.header, found.head, findings)


def _database(store: Store) -> _Copy:
    shown = store.dialect.shown
    header: bytes | None = None
    head: Head | None = None
    try:
        with store.reading() as connection:
            troubles = store.dialect.troubles(connection)
        findings = [_broken(shown, said, said) for said in troubles]
        header = store.header()
        if header is None:
            return _Copy(None, None, findings)
        with store.reading() as connection:
            schema.migrate(connection, shown, change=False)
        head = Head(0, first_hash(header))
        for entry in store.entries():
            if not fits(head, entry):
                findings.append(misplaced(shown, entry, head.seq + 1))
                break
            head = Head(entry.seq, entry.hash)
    except JournalDamaged as error:
        return _Copy(header, head, list(error.diagnostics))
    return _Copy(header, head, findings)


def _snapshots(store: Store) -> list[Diagnostic]:
    try:
        return [
            snapshots.unused(store, row.mark.seq, "已损坏", "is damaged")
            for row in store.snapshots()
            if snapshots.read(store, row) is None
        ]
    except JournalError:
        return []  # a database that cannot be read has been told of already


def repair(url: str, consent: bool = False, disk: Disk | None = None) -> Repaired:
    """Restore every record that either copy has, up to the first that neither has.

    Args:
        url: The journal.
        consent: Whether to change anything; without it, what would be done is returned.
        disk: How files are written.

    Raises:
        JournalLocked: Another process writes to it.
        JournalError: There is no journal, or no copy has a sound header.
    """
    dialect = dialect_of(url)
    if not isinstance(dialect, Sqlite):
        return _repair_server(Store(dialect), consent)
    _must_exist(dialect)
    lock = dialect.lock()
    store = Store(dialect)
    try:
        return _repair_files(dialect, store, consent, disk or Disk())
    finally:
        store.close()
        lock.release()


def _repair_files(dialect: Sqlite, store: Store, consent: bool, disk: Disk) -> Repaired:
    assert dialect.file is not None
    both = _both(dialect, store, busy=False)
    needed = _has_errors(both.findings)
    header, chain, known = _stitched(dialect, store)
    lost = (len(chain) + 1, known) if known > len(chain) else None
    if not (needed and consent):
        return Repaired(len(chain), lost, (), needed)
    store.close()
    kept = _set_aside(dialect)
    Log.create(dialect.log_file, header, chain, disk)
    _rebuild(dialect, header, chain, disk)
    return Repaired(len(chain), lost, kept, True)


def _stitched(dialect: Sqlite, store: Store) -> tuple[bytes, list[Entry], int]:
    """Return a header, the longest chain from it, and the highest number that is known of."""
    candidates: dict[int, list[Entry]] = {}
    headers: list[bytes] = []
    if dialect.log_file.exists():
        first = scan.scan(dialect.log_file).header
        headers += [first] if first is not None else []
        for entry in scan.salvage(dialect.log_file):
            candidates.setdefault(entry.seq, []).append(entry)
    headers += [own for own in _readable_header(store) if own not in headers]
    for entry in _readable(store):
        others = candidates.setdefault(entry.seq, [])
        if entry not in others:
            others.append(entry)
    if not headers:
        raise JournalError(
            Text(f"日志 `{dialect.shown}` 的两份文件头都已损坏",
                 f"both headers of the journal `{dialect.shown}` are damaged")
        )  # fmt: skip
    chains = [(header, _chain(header, candidates)) for header in headers]
    header, chain = max(chains, key=lambda one: len(one[1]))
    return header, chain, max(candidates, default=0)


def _chain(header: bytes, candidates: dict[int, list[Entry]]) -> list[Entry]:
    head = Head(0, first_hash(header))
    found: list[Entry] = []
    while True:
        fitting = (e for e in candidates.get(head.seq + 1, ()) if fits(head, e))
        entry = next(fitting, None)
        if entry is None:
            return found
        found.append(entry)
        head = Head(entry.seq, entry.hash)


def _readable_header(store: Store) -> list[bytes]:
    try:
        header = store.header()
    except JournalError:
        return []
    return [] if header is None else [header]


def _readable(store: Store) -> Iterator[Entry]:
    """Yield the records of a database up to where it cannot be read, at last one by one."""
    last = 0
    for page in (5000, 1):
        try:
            for entry in store.entries(last, page):
                last = entry.seq
                yield entry
        except JournalError:
            continue
        return


def _set_aside(dialect: Sqlite) -> tuple[Path, ...]:
    """Copy the files as they are; nothing is thrown away."""
    assert dialect.file is not None
    number = 1
    while (aside := dialect.file.with_name(f"{dialect.file.name}.damaged-{number}")).exists():
        number += 1
    aside.mkdir()
    kept = []
    for path in (dialect.file, dialect.log_file, _beside(dialect.file, "-wal")):
        if path.exists():
            kept.append(Path(shutil.copy2(path, aside / path.name)))
    return tuple(kept)


def _rebuild(dialect: Sqlite, header: bytes, chain: list[Entry], disk: Disk) -> None:
    """Make the database anew, whole or not at all."""
    assert dialect.file is not None
    draft = _beside(dialect.file, "-new")
    for path in (draft, _beside(draft, "-wal"), _beside(draft, "-shm")):
        path.unlink(missing_ok=True)
    draft.touch()
    store = Store(dialect_of(str(draft)))
    try:
        with store.writing() as connection:
            schema.create(connection, header)
        for start in range(0, len(chain), 5000):
            store.insert(chain[start : start + 5000])
    finally:
        store.close()
    # The log is whole already: should this stop half-way, it is a database that is not there.
    for name in ("-wal", "-shm"):
        _beside(dialect.file, name).unlink(missing_ok=True)
    draft.replace(dialect.file)
    disk.sync_folder(dialect.file.absolute().parent)


def _repair_server(store: Store, consent: bool) -> Repaired:
    try:
        copy = _database(store)
        if copy.header is None or copy.head is None:
            raise recovery.missing(store.dialect.shown)
        sound = copy.head.seq
        needed = _has_errors(copy.findings)
        last = store.head("").seq
        lost = (sound + 1, last) if needed else None
        if needed and consent:
            store.cut(sound)
        return Repaired(sound, lost, (), needed)
    finally:
        store.close()


def _has_errors(findings: list[Diagnostic]) -> bool:
    return any(one.severity is Severity.ERROR for one in findings)


def _must_exist(dialect: Sqlite) -> None:
    assert dialect.file is not None
    if not dialect.file.exists() and not dialect.log_file.exists():
        raise recovery.missing(dialect.shown)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _broken(shown: str, zh: str, en: str) -> Diagnostic:
    return make(codes.DATABASE, Span(shown), zh=zh, en=en)
