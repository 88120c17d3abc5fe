"""The tables of a journal, their format, and how an older format becomes the present one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from stdrules.base.text import Text
from stdrules.journal.damage import unreadable
from stdrules.journal.errors import JournalError

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData, Table

#: The format that this version writes.
FORMAT: Final = 1
#: Format -> what makes the next one of it. Each runs in one transaction with all others.
MIGRATIONS: dict[int, Callable[[Connection], None]] = {}


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables: what a journal is, its records, and its snapshots with their parts."""

    all: MetaData
    meta: Table
    journal: Table
    snapshots: Table
    parts: Table


@cache
def tables() -> Tables:
    """Return the tables of the present format."""
    from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table
    from sqlalchemy import Text as TextColumn

    known = MetaData()
    whole = BigInteger().with_variant(Integer(), "sqlite")

    def text(name: str) -> Column[str]:
        return Column(name, TextColumn(), nullable=False)

    def number(name: str, key: bool = False) -> Column[int]:
        return Column(name, whole, primary_key=key, autoincrement=False, nullable=False)

    return Tables(
        known,
        Table("meta", known, Column("name", TextColumn(), primary_key=True), text("value")),
        Table("journal", known, number("seq", True), text("record"), text("hash")),
        Table(
            "snapshots", known, number("seq", True), text("hash"), text("depends_on"),
            text("digest"), number("parts"), number("log_offset"), number("log_crc"),
        ),
        Table(
            "snapshot_parts", known, number("seq", True), number("part", True),
            Column("payload", LargeBinary(), nullable=False),
        ),
    )  # fmt: skip


def create(connection: Connection, header: bytes) -> None:
    """Make the tables, with what the journal is."""
    found = tables()
    found.all.create_all(connection)
    connection.execute(
        found.meta.insert(),
        [{"name": "format", "value": str(FORMAT)}, {"name": "header", "value": header.decode()}],
    )


def read_meta(connection: Connection, name: str) -> str | None:
    """Return a value of the table `meta`; None if there is no such table or value.

    What is no text was damaged, and is returned as an empty one.
    """
    from sqlalchemy import inspect, select

    meta = tables().meta
    if not inspect(connection).has_table("meta"):
        return None
    found = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()
    return found if found is None or isinstance(found, str) else ""


def _check_columns(connection: Connection, shown: str) -> None:
    """Hold the columns that the tables have against those of the present format."""
    from sqlalchemy import inspect

    seen = inspect(connection)
    for table in tables().all.sorted_tables:
        if not seen.has_table(table.name):
            raise unreadable(shown, f"no table `{table.name}`")
        there = {column["name"] for column in seen.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                raise unreadable(shown, f"no column `{table.name}.{column.name}`")


def migrate(connection: Connection, shown: str, change: bool) -> None:
    """Bring a database to the present format.

    Args:
        connection: In a transaction.
        shown: The database, for errors.
        change: Whether it may be changed; readers may not.

    Raises:
        JournalDamaged: It does not say its format, or lacks a table or a column.
        JournalError: It is of a newer format, or of an older one and may not be changed.
    """
    said = read_meta(connection, "format") or ""
    if not said.isdecimal():
        raise unreadable(shown, "no format")
    written = int(said)
    if written == FORMAT:
        _check_columns(connection, shown)
        return
    if written > FORMAT or any(step not in MIGRATIONS for step in range(written, FORMAT)):
        raise JournalError(
            Text(f"`{shown}` 的格式为 {written}，本版本支持到 {FORMAT}",
                 f"`{shown}` has the format {written}, this version knows up to {FORMAT}"),
            hint=Text("请升级 stdrules", "upgrade stdrules"),
        )  # fmt: skip
    if not change:
        raise JournalError(
            Text(f"`{shown}` 的格式 {written} 较旧", f"`{shown}` has the older format {written}"),
            hint=Text("以写入方式打开一次即可升级", "open it once for writing to upgrade it"),
        )
    for step in range(written, FORMAT):
        MIGRATIONS[step](connection)
    meta = tables().meta
    connection.execute(meta.update().where(meta.c.name == "format").values(value=str(FORMAT)))
