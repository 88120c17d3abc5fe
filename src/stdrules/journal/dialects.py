"""What differs between SQLite and PostgreSQL: opening, locking, checking, lost connections."""

from __future__ import annotations

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from stdrules.base.errors import MissingExtraError, UsageError
from stdrules.base.text import Text
from stdrules.journal.damage import unreadable
from stdrules.journal.errors import JournalError
from stdrules.journal.holder import FileLock, held, is_held, myself, read_holder

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

_BUSY_SECONDS: Final = 30
_CONNECT_SECONDS: Final = 10
#: SQLite found less in the file than its first page says.
_SHORT: Final = (sqlite3.SQLITE_IOERR_SHORT_READ,)


class Dialect(Protocol):
    """One kind of database.

    Attributes:
        shown: The database as errors name it, without a password.
        file: The file of the database, if it is one.
    """

    shown: str
    file: Path | None

    def engine(self) -> Engine:
        """Return where connections come from."""

    def claim(self, connection: Connection) -> None:
        """Take the right to write, where the connection itself carries it.

        Raises:
            JournalLocked: Another process has it.
        """

    def holder(self) -> dict[str, Any] | None:
        """Return who has the right to write, or None."""

    def troubles(self, connection: Connection) -> list[str]:
        """Return what the database itself finds wrong with its files."""

    def is_lost(self, error: Exception) -> bool:
        """Return whether an error means that the connection is gone, and may come back."""


def dialect_of(url: str) -> Dialect:
    """Return the dialect of ``sqlite:///cases.db``, ``postgresql://...`` or a plain path.

    Raises:
        MissingExtraError: A library is not installed.
        UsageError: It is another kind of database.

    Example:
        >>> dialect_of("sqlite:///cases.db").shown, dialect_of("cases.db").shown
        ('cases.db', 'cases.db')
    """
    try:
        from sqlalchemy import URL
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as error:
        raise MissingExtraError.of("session", Text("日志", "a journal")) from error

    if "://" not in url:
        return Sqlite(URL.create("sqlite", database=url))
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unknown(url) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return Sqlite(parsed)
    if backend == "postgresql":
        return Postgres(parsed)
    raise _unknown(url)


class Sqlite:
    """A database in one file, with a write-ahead log; a commit returns when it is on the disk."""

    def __init__(self, url: URL) -> None:
        assert url.database
        self.file: Path | None = Path(url.database)
        self._path = self.file
        self.shown = url.database

    def engine(self) -> Engine:
        """Return connections that wait for the disk at each commit."""
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        # The URL is not used: it would create a file that is not there.
        engine = create_engine("sqlite://", creator=self._connect, poolclass=NullPool)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS,
            check_same_thread=False, isolation_level=None,
        )  # fmt: skip

    def claim(self, connection: Connection) -> None:
        """Do nothing: the lock is a file, and is taken before the database is opened."""

    def lock(self) -> FileLock:
        """Lock the file beside the database."""
        return FileLock(self.lock_file)

    @property
    def lock_file(self) -> Path:
        """The file that the writer locks."""
        return self._path.with_name(self._path.name + "-lock")

    @property
    def log_file(self) -> Path:
        """The append-only file beside the database."""
        return self._path.with_name(self._path.name + "-log")

    def create(self) -> None:
        """Make an empty database."""
        self._path.touch()

    def holder(self) -> dict[str, Any] | None:
        """Return who wrote its name into the lock file, if the lock is held."""
        return read_holder(self.lock_file) if is_held(self.lock_file) else None

    def troubles(self, connection: Connection) -> list[str]:
        """Ask SQLite to check every page."""
        rows = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
        return [str(row).strip().lower() for row in rows if row != "ok"]

    def is_lost(self, error: Exception) -> bool:
        """Return False: a file does not come back."""
        return False


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    # The driver itself would begin at the first change only, and then not for reading.
    connection.exec_driver_sql("BEGIN")


class Postgres:
    """A PostgreSQL database; the journal has its tables in the first schema of the search path."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self.file: Path | None = None
        self.shown = url.render_as_string(hide_password=True)

    def engine(self) -> Engine:
        """Return connections; each is closed when it is given back, and its lock with it."""
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        try:
            return create_engine(
                self._url, poolclass=NullPool, connect_args={"connect_timeout": _CONNECT_SECONDS}
            )
        except ImportError as error:
            raise MissingExtraError.of(
                "postgres", Text("PostgreSQL 日志", "a journal in PostgreSQL")
            ) from error

    def claim(self, connection: Connection) -> None:
        """Take the advisory lock of the schema; it ends with the connection."""
        with connection.begin():
            key = _lock_key(connection)
            if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({key})").scalar():
                raise held(_named(connection))
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS holder (name TEXT NOT NULL)")
            connection.exec_driver_sql("DELETE FROM holder")
            connection.exec_driver_sql(
                "INSERT INTO holder VALUES (%(name)s)", {"name": json.dumps(myself())}
            )

    def holder(self) -> dict[str, Any] | None:
        """Return the name that the holder left, if the lock is held."""
        from sqlalchemy.exc import DBAPIError

        engine = self.engine()
        try:
            with engine.connect() as connection:
                key = _lock_key(connection)
                if _free(connection, key):
                    return None
                return _named(connection)
        except DBAPIError as error:
            raise database_error(self, error) from error
        finally:
            engine.dispose()

    def troubles(self, connection: Connection) -> list[str]:
        """Return nothing: the server looks after its own pages."""
        return []

    def is_lost(self, error: Exception) -> bool:
        """Return whether the server went away, or does not answer yet."""
        from sqlalchemy.exc import DBAPIError

        if not isinstance(error, DBAPIError):
            return False
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            # Not an answer of the server: no connection, or one that broke.
            return error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
        return str(state).startswith(("08", "57P"))


def _lock_key(connection: Connection) -> int:
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar()
    digest = sha256(f"stdrules journal {schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _free(connection: Connection, key: int) -> bool:
    low, high = key & 0xFFFFFFFF, (key >> 32) & 0xFFFFFFFF
    count = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted "
        f"AND classid::bigint = {high} AND objid::bigint = {low} AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    ).scalar()
    return not count


def _named(connection: Connection) -> dict[str, Any] | None:
    if connection.exec_driver_sql("SELECT to_regclass('holder')").scalar() is None:
        return None
    name = connection.exec_driver_sql("SELECT name FROM holder").scalar()
    return json.loads(name) if name else None


def first_line(error: Exception) -> str:
    """Return what a database says, in one line."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0].lower() if said else type(error).__name__


def database_error(dialect: Dialect, error: Exception) -> JournalError:
    """Build the error of a database that refuses, or that is not whole."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    said = first_line(error)
    broken = code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or code in _SHORT
    if broken or said.startswith("could not decode") or isinstance(
        error, UnicodeDecodeError
    ):
        return unreadable(dialect.shown, said)
    return JournalError(
        Text(f"数据库 `{dialect.shown}` 出错：{first_line(error)}",
             f"the database `{dialect.shown}` failed: {first_line(error)}")
    )  # fmt: skip


def _unknown(url: str) -> UsageError:
    kind = url.split(":", 1)[0]
    return UsageError(
        Text(f"日志不支持 `{kind:.40}`", f"a journal cannot be kept in `{kind:.40}`"),
        hint=Text("请写 sqlite:///cases.db、文件名，或 postgresql://用户@主机/库",
                  "write sqlite:///cases.db, the name of a file, or postgresql://user@host/name"),
    )  # fmt: skip
