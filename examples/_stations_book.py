"""Writes workbooks of stations as they are kept by hand: titles, numbered rows, gaps and totals.

Above the headings stands a title over all columns, above that of a form a row of group headings;
blank lines part the rows, and a line of totals may end them. A type may be printed on two sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from _book import CREATED, ID, Book, Plain, Record, Sheet, _cells, _Writer

#: Heading of the running number; it belongs to no field.
NUMBER = "序号"


@dataclass
class Layout:
    """How a sheet departs from a plain table.

    Attributes:
        title: Text over all columns, in the first row; a blank row follows.
        groups: Headings over several columns: (text, first heading, last heading).
        numbered: Whether the first column is a running number.
        gap: A blank line after so many rows; 0 for none.
        total: The last line: heading -> value; its first cell says 合计.
        only: Which records of the type the sheet prints; by default all.
    """

    title: str = ""
    groups: Sequence[tuple[str, str, str]] = ()
    numbered: bool = False
    gap: int = 0
    total: dict[str, Any] = field(default_factory=dict)
    only: Callable[[Record], bool] = lambda _: True


def write(
    book: Book,
    path: Path,
    sheets: Sequence[Sheet],
    layouts: dict[str, Layout],
    plain: Sequence[Plain] = (),
) -> None:
    """Write the workbook; a type without records gets no sheet.

    Args:
        book: The records.
        path: Where to.
        sheets: The sheets in their order.
        layouts: Name of a sheet -> how it departs from a plain table.
        plain: Sheets that are of no fact type.

    Raises:
        LookupError: A record has no sheet, or a field has no column.
    """
    printed: set[int] = set()
    with xlsxwriter.Workbook(str(path)) as target:
        target.set_properties({"title": path.stem, "author": "", "created": CREATED})
        page = _Page(target)
        for index, sheet in enumerate(sheets):
            layout = layouts.get(sheet.name, Layout())
            records = [one for one in book.of(sheet.type) if layout.only(one)]
            printed |= {id(one) for one in records}
            if records:
                page.table(sheet, layout, records, index)
        for one in plain:
            page.sheet(one.name, one.headings, one.rows, 0)
    lost = {one.type for one in book.records if id(one) not in printed}
    if lost:
        raise LookupError(f"no sheet for {sorted(lost)}")


class _Page(_Writer):
    """Prints one sheet after the other."""

    def __init__(self, book: Any) -> None:
        super().__init__(book)
        self.title = book.add_format({"bold": True, "font_size": 14, "align": "center"})
        self.group = book.add_format({"bold": True, "align": "center", "border": 1})

    def table(self, sheet: Sheet, layout: Layout, records: Sequence[Record], seed: int) -> None:
        """Print the records of a sheet."""
        heads = [heading for _, heading in sheet.columns]
        heads = [h for h in (ID,) if h in sheet.extra] + heads
        shift = 1 if layout.numbered else 0
        heads = [NUMBER] * shift + heads
        page = self.book.add_worksheet(sheet.name)
        page.set_column(0, len(heads) - 1, 16)
        row = 0
        if layout.title:
            page.merge_range(0, 0, 0, len(heads) - 1, layout.title, self.title)
            row = 2
        if layout.groups:
            for text, first, last in layout.groups:
                page.merge_range(row, heads.index(first), row, heads.index(last), text, self.group)
            row += 1
        page.write_row(row, 0, heads, self.head)
        page.freeze_panes(row + 1, 0)
        for count, cells in enumerate(_cells(sheet, records), start=1):
            row += 1
            if layout.gap and count > 1 and count % layout.gap == 1:
                row += 1
            for column, value in enumerate([count] * shift + cells):
                # Blocks of rows are written alike, as if by one hand.
                self.cell(page, row, column, value, (seed + count // 5) % 4)
        if layout.total:
            page.write_string(row + 1, 0, "合计", self.head)
            for heading, value in layout.total.items():
                self.cell(page, row + 1, heads.index(heading), value, 0)
