"""Writes example workbooks as offices keep them: one sheet a kind of record, dates in mixed forms.

The bytes are the same in every run: the creation date is fixed and nothing is random.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

CREATED = datetime(2024, 4, 1, 9, 0)
#: Headings beside the fields of a fact.
ID, CORRECTS, RECORDED = "事实编号", "更正", "记录时间"


@dataclass
class Record:
    """One row of a sheet.

    Attributes:
        type: The fact type, in the words of the ruleset.
        case: Whose row it is; only to find it again.
        fields: Field -> value.
        id: Text for the column of ids.
        corrects: Id of the row that this one replaces.
        recorded: When it was entered.
    """

    type: str
    case: str
    fields: dict[str, Any]
    id: str = ""
    corrects: str = ""
    recorded: datetime | None = None


@dataclass
class Sheet:
    """How a fact type is printed.

    Attributes:
        type: The fact type.
        name: Name of the sheet.
        columns: Pairs (field, heading).
        extra: Which of the headings beside the fields it has.
    """

    type: str
    name: str
    columns: list[tuple[str, str]]
    extra: tuple[str, ...] = ()


def sheets_of(
    table: Sequence[tuple[str, str, str]], extra: dict[str, tuple[str, ...]]
) -> list[Sheet]:
    """Build the sheets from rows of (type, name, "field heading, field heading")."""
    return [
        Sheet(
            kind,
            name,
            [(f, h) for f, _, h in (c.partition(" ") for c in columns.split(", "))],
            extra.get(kind, ()),
        )
        for kind, name, columns in table
    ]


@dataclass
class Book:
    """Collects records and writes them."""

    records: list[Record] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, case: str, prefix: str = "", /, **fields: Any) -> Record:
        """Add a record; with a prefix it gets the next id with it."""
        record = Record(kind, case, fields)
        if prefix:
            self.counts[prefix] = self.counts.get(prefix, 0) + 1
            record.id = f"{prefix}-{self.counts[prefix]:04d}"
        self.records.append(record)
        return record

    def find(self, kind: str, case: str, /, **where: Any) -> list[Record]:
        """Return the records of a type in a case with these values."""
        return [
            one
            for one in self.records
            if one.type == kind
            and one.case == case
            and all(one.fields.get(name) == value for name, value in where.items())
        ]

    def one(self, kind: str, case: str, /, **where: Any) -> Record:
        """Return the only such record."""
        found = self.find(kind, case, **where)
        if len(found) != 1:
            raise LookupError(f"{kind} {case} {where}: {len(found)} records")
        return found[0]

    def drop(self, kind: str, case: str, /, **where: Any) -> None:
        """Remove such records; there must be some."""
        found = self.find(kind, case, **where)
        if not found:
            raise LookupError(f"{kind} {case} {where}: nothing to drop")
        gone = {id(one) for one in found}
        self.records = [one for one in self.records if id(one) not in gone]

    def of(self, kind: str) -> list[Record]:
        """Return the records of a type, in their order."""
        return [one for one in self.records if one.type == kind]

    def write(self, path: Path, sheets: Sequence[Sheet], plain: Sequence[Plain] = ()) -> None:
        """Write the workbook; a type without records gets no sheet."""
        unknown = {one.type for one in self.records} - {sheet.type for sheet in sheets}
        if unknown:
            raise LookupError(f"no sheet for {sorted(unknown)}")
        with xlsxwriter.Workbook(str(path)) as book:
            book.set_properties({"title": path.stem, "author": "", "created": CREATED})
            writer = _Writer(book)
            for index, sheet in enumerate(sheets):
                records = self.of(sheet.type)
                if records:
                    heads = [heading for _, heading in sheet.columns]
                    heads = [h for h in (ID,) if h in sheet.extra] + heads
                    heads += [h for h in (CORRECTS, RECORDED) if h in sheet.extra]
                    writer.sheet(sheet.name, heads, _cells(sheet, records), index)
            for one in plain:
                writer.sheet(one.name, one.headings, one.rows, 0)


@dataclass
class Plain:
    """A sheet that is not of a fact type: statements of completeness and the like."""

    name: str
    headings: list[str]
    rows: list[list[Any]]


def _cells(sheet: Sheet, records: Sequence[Record]) -> Iterator[list[Any]]:
    known = {name for name, _ in sheet.columns}
    for one in records:
        if not set(one.fields) <= known:
            raise LookupError(f"{sheet.name}: {sorted(set(one.fields) - known)}")
        row = [one.fields.get(name) for name, _ in sheet.columns]
        row = [one.id for h in (ID,) if h in sheet.extra] + row
        row += [one.corrects for h in (CORRECTS,) if h in sheet.extra]
        row += [one.recorded for h in (RECORDED,) if h in sheet.extra]
        yield row


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def sheet(self, name: str, headings: Sequence[str], rows: Any, seed: int) -> None:
        page = self.book.add_worksheet(name)
        page.freeze_panes(1, 0)
        page.set_column(0, len(headings) - 1, 16)
        page.write_row(0, 0, headings, self.head)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                # Blocks of rows are written alike, as if by one hand.
                self.cell(page, number, column, value, (seed + number // 5) % 4)

    def cell(self, page: Any, row: int, column: int, value: Any, hand: int) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            if hand == 0:
                page.write_datetime(row, column, value, self.minute)
            else:
                page.write_string(row, column, written(value, hand))
        elif isinstance(value, date):
            if hand == 0:
                page.write_datetime(row, column, value, self.day)
            else:
                page.write_string(row, column, written_day(value, hand))
        elif isinstance(value, int | float):
            page.write_number(row, column, value)
        else:
            page.write_string(row, column, str(value))


def written(value: datetime, hand: int) -> str:
    """Write an instant in one of three hands."""
    day = written_day(value.date(), hand)
    if hand == 3:
        return f"{day}T{value:%H:%M}"
    return f"{day} {value.hour}:{value.minute:02d}"


def written_day(value: date, hand: int) -> str:
    """Write a day in one of three hands."""
    if hand == 1:
        return f"{value.year}/{value.month}/{value.day}"
    if hand == 2:
        return f"{value.year}年{value.month}月{value.day}日"
    return value.isoformat()
