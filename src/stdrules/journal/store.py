"""The database of a journal: records in their order, and snapshots, through SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from stdrules.journal import schema
from stdrules.journal.damage import unreadable
from stdrules.journal.dialects import Dialect, database_error
from stdrules.journal.records import Entry, Head
from stdrules.journal.scan import Mark

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Records read at once; a reader that takes its time must not hold up the write-ahead log.
_PAGE: Final = 5000


class SnapshotRow(NamedTuple):
    """A snapshot without its payload."""

    mark: Mark
    depends_on: str
    digest: str
    parts: int


class Lost(Exception):
    """The connection is gone; whether the last commit happened is not known."""


class Store:
    """A database that is open. One thread at a time writes; each reading has its connection.

    Args:
        dialect: The kind of database, and where it is.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._engine = dialect.engine()
        self._writing: Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction that only reads.

        Raises:
            JournalError: The database refuses.
        """
        from sqlalchemy.exc import DBAPIError

        try:
            with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, UnicodeDecodeError) as error:
            raise database_error(self.dialect, error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one connection that writes, in a transaction that is committed at the end.

        Raises:
            Lost: The server went away.
            JournalLocked: Another process writes.
            JournalError: The database refuses; nothing was written.
        """
        from sqlalchemy.exc import DBAPIError

        try:
            if self._writing is None:
                self._writing = self._engine.connect()
                self.dialect.claim(self._writing)
            with self._writing.begin():
                yield self._writing
        except DBAPIError as error:
            self.disconnect()
            if self.dialect.is_lost(error):
                raise Lost(str(error)) from error
            raise database_error(self.dialect, error) from error
        except BaseException:
            self.disconnect()
            raise

    def disconnect(self) -> None:
        """Drop the connection that writes; the next writing makes a new one."""
        from sqlalchemy.exc import DBAPIError

        connection, self._writing = self._writing, None
        if connection is not None:
            try:
                connection.invalidate()
                connection.close()
            except DBAPIError:
                return

    def close(self) -> None:
        """Close all connections."""
        if self._writing is not None:
            self._writing.close()
            self._writing = None
        self._engine.dispose()

    def header(self) -> bytes | None:
        """Return what the journal is; None if the database holds none.

        Raises:
            JournalDamaged: What stands there is no text.
        """
        with self.reading() as connection:
            found = schema.read_meta(connection, "header")
        if found == "":
            raise unreadable(self.dialect.shown, "no header")
        return None if found is None else found.encode()

    def head(self, start: str, writing: bool = False) -> Head:
        """Return the last record, or the start of the chain.

        Args:
            start: The hash that the first record follows.
            writing: Whether to ask on the connection that writes.
        """
        from sqlalchemy import select

        journal = schema.tables().journal
        with self.writing() if writing else self.reading() as connection:
            row = connection.execute(
                select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)
            ).first()
        return Head(0, start) if row is None else Head(row[0], row[1])

    def hash_at(self, seq: int) -> str | None:
        """Return the hash of a record, or None."""
        from sqlalchemy import select

        journal = schema.tables().journal
        with self.reading() as connection:
            found = connection.execute(select(journal.c.hash).where(journal.c.seq == seq)).scalar()
        return None if found is None else str(found)

    def entries(self, after: int = 0, page: int = _PAGE) -> Iterator[Entry]:
        """Yield the records in their order, as they stand; the chain is not looked at.

        Args:
            after: The number that the first one follows.
            page: Records that are read at once.
        """
        from sqlalchemy import select

        journal = schema.tables().journal
        query = select(journal.c.seq, journal.c.record, journal.c.hash).order_by(journal.c.seq)
        while True:
            with self.reading() as connection:
                rows = connection.execute(query.where(journal.c.seq > after).limit(page)).all()
            for seq, record, found in rows:
                yield Entry(seq, str(record).encode("utf-8", "surrogateescape"), str(found))
                after = seq
            if len(rows) < page:
                return

    def insert(self, entries: Sequence[Entry]) -> None:
        """Add records; they are on the disk when it returns.

        Raises:
            Lost: The server went away; look at `head` to see what happened.
            JournalError: The database refuses; nothing was added.
        """
        journal = schema.tables().journal
        with self.writing() as connection:
            connection.execute(
                journal.insert(),
                [{"seq": e.seq, "record": e.payload.decode(), "hash": e.hash} for e in entries],
            )

    def cut(self, after: int) -> None:
        """Move records after a number, and snapshots that rest on them, out of the journal.

        The records are kept in the table ``journal_cut``.
        """
        found = schema.tables()
        own = found.journal
        with self.writing() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS journal_cut (seq BIGINT, record TEXT, hash TEXT)"
            )
            connection.exec_driver_sql(
                "INSERT INTO journal_cut SELECT seq, record, hash FROM journal "
                f"WHERE seq > {int(after)}"
            )
            connection.execute(own.delete().where(own.c.seq > after))
            for table in (found.snapshots, found.parts):
                connection.execute(table.delete().where(table.c.seq > after))

    def put_part(self, seq: int, part: int, payload: bytes) -> None:
        """Add a part of a snapshot; it counts when `finish_snapshot` was called."""
        parts = schema.tables().parts
        with self.writing() as connection:
            connection.execute(parts.insert(), [{"seq": seq, "part": part, "payload": payload}])

    def finish_snapshot(self, row: SnapshotRow, keep: int) -> None:
        """Make a snapshot count, and drop all but the newest `keep`."""
        found = schema.tables()
        mark = row.mark
        with self.writing() as connection:
            connection.execute(found.snapshots.insert(), [{
                "seq": mark.seq, "hash": mark.hash, "depends_on": row.depends_on,
                "digest": row.digest, "parts": row.parts, "log_offset": mark.offset,
                "log_crc": mark.crc,
            }])  # fmt: skip
        self.drop_snapshots(keep)

    def drop_snapshots(self, keep: int, seq: int | None = None) -> None:
        """Drop all snapshots but the newest, one by its number, and parts that belong to none."""
        from sqlalchemy import select

        found = schema.tables()
        own, parts = found.snapshots, found.parts
        with self.writing() as connection:
            newest = connection.execute(select(own.c.seq).order_by(own.c.seq.desc())).scalars()
            kept = [one for one in newest if one != seq][:keep]
            connection.execute(own.delete().where(own.c.seq.not_in(kept)))
            connection.execute(parts.delete().where(parts.c.seq.not_in(kept)))

    def snapshots(self) -> list[SnapshotRow]:
        """Return the snapshots, the newest first."""
        from sqlalchemy import select

        own = schema.tables().snapshots
        query = select(
            own.c.seq, own.c.hash, own.c.log_offset, own.c.log_crc, own.c.depends_on,
            own.c.digest, own.c.parts,
        ).order_by(own.c.seq.desc())  # fmt: skip
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return [SnapshotRow(Mark(*row[:4]), *row[4:]) for row in rows]

    def parts(self, seq: int) -> Iterator[bytes]:
        """Yield the parts of a snapshot in their order."""
        from sqlalchemy import select

        own = schema.tables().parts
        query = select(own.c.payload).where(own.c.seq == seq).order_by(own.c.part)
        with self.reading() as connection:
            for payload in connection.execute(query).scalars():
                # A damaged one may be of another type.
                yield bytes(payload) if isinstance(payload, bytes | memoryview) else b""
