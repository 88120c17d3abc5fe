"""A table as it is read from a file: a heading row, rows of raw cells, and the place of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from stdrules.base.diagnostics import Span
from stdrules.intake.rows import is_blank

#: Exports put a title, a date and the like above the headings.
HEAD_ROWS = 10


@dataclass(slots=True)
class Table:
    """One sheet.

    Attributes:
        file: Name of the file.
        sheet: Name of the sheet; empty for text files.
        title: What may name its fact type: the sheet, or the file without its ending.
        rows: Pairs (row number, cells); the number is 1-based, cells start at column A.
        cells: Whether cells are typed (numbers may be dates).
        date1904: Whether serial numbers count from 1904.
        bad: Cells without a value, by (row, column), both 1-based: errors and unsaved formulas.
        database: Its name in a database, as it was asked for; empty for files and frames.
    """

    file: str
    sheet: str
    title: str
    rows: Iterator[tuple[int, Sequence[object]]]
    cells: bool = False
    date1904: bool = False
    bad: dict[tuple[int, int], str] = field(default_factory=dict)
    database: str = ""

    def place(self, row: int = 0, column: int = 0) -> Span:
        """Return a cell, a row or the sheet as a place.

        Example:
            >>> str(Table("a.xlsx", "S", "S", iter(())).place(7, 3))
            'a.xlsx!S!C7'
        """
        parts = [self.file, self.sheet]
        if row:
            parts.append(f"{letters(column) if column else ''}{row}")
        elif column:
            parts.append(letters(column))
        return Span("!".join(part for part in parts if part))

    @property
    def label(self) -> str:
        """The file and the sheet."""
        return str(self.place())


def letters(column: int) -> str:
    """Return the letters of a column, counted from 1.

    Example:
        >>> letters(1), letters(27), letters(16384)
        ('A', 'AA', 'XFD')
    """
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_number(name: str) -> int:
    """Return the number of a column's letters, from 1.

    Example:
        >>> column_number("XFD")
        16384
    """
    number = 0
    for char in name:
        number = number * 26 + ord(char) - 64
    return number


def head_and_rest(
    table: Table,
) -> tuple[list[tuple[int, Sequence[object]]], Iterator[tuple[int, Sequence[object]]]]:
    """Return the first rows that are not empty, and an iterator over the others."""
    head: list[tuple[int, Sequence[object]]] = []
    rows = filled(table.rows)
    for entry in rows:
        head.append(entry)
        if len(head) == HEAD_ROWS:
            break
    return head, rows


def filled(
    rows: Iterator[tuple[int, Sequence[object]]],
) -> Iterator[tuple[int, Sequence[object]]]:
    """Leave out the rows whose cells are all blank."""
    for number, cells in rows:
        for cell in cells:
            if not is_blank(cell):
                yield number, cells
                break
