"""Tables in XLSX workbooks, through python-calamine and after the guard.

Only saved values are read; formulas are never computed. A cell with an error, or with a formula
whose result was not saved, is reported, never read as blank.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.parsers import expat

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.base.errors import BadValue, MissingExtraError
from stdrules.base.text import Text
from stdrules.intake import codes
from stdrules.intake.jsonl import cannot_read
from stdrules.intake.tables import Table, column_number
from stdrules.intake.xlsx_guard import Guarded, guard

# Sheets of the 1900 system count a 29 February 1900; up to there days are not what they seem.
_FIRST_SAFE_DAY = date(1900, 3, 1)


def open_xlsx(path: Path, name: str, diagnostics: list[Diagnostic]) -> list[Table]:
    """Open the visible and hidden sheets of a workbook.

    Returns:
        One table a sheet, in the order of the workbook; none if it cannot be read, with the
        reason in `diagnostics`.

    Raises:
        MissingExtraError: python-calamine is not installed.
    """
    calamine = _calamine()
    try:
        guarded = guard(path)
        bad = _bad_cells(path, guarded)
    except OSError as error:
        diagnostics.append(cannot_read(name, error))
        return []
    except BadValue as error:
        diagnostics.append(make(codes.UNSAFE_FILE, Span(name), zh=error.message.zh,
                                en=error.message.en))  # fmt: skip
        return []
    try:
        book = calamine.load_workbook(str(path))
        names = list(book.sheet_names)
    except Exception as error:
        # The reader's own errors share no base with each other in all versions.
        diagnostics.append(_damaged(Span(name), error))
        return []
    return [
        Table(
            name, sheet, sheet, _rows(book, sheet, name, guarded.date1904, diagnostics),
            cells=True, date1904=guarded.date1904, bad=bad.get(sheet, {}),
        )
        for sheet in names
    ]  # fmt: skip


def _calamine() -> Any:
    try:
        import python_calamine
    except ImportError:
        purpose = Text("读取 XLSX 工作簿", "reading xlsx workbooks")
        raise MissingExtraError.of("audit", purpose) from None
    return python_calamine


def _rows(
    book: Any, sheet: str, name: str, date1904: bool, diagnostics: list[Diagnostic]
) -> Iterator[tuple[int, Sequence[object]]]:
    try:
        found = book.get_sheet_by_name(sheet)
        start = found.start
        if start is None:
            return
        margin: list[object] = [None] * start[1]
        for number, cells in enumerate(found.iter_rows(), start=1):
            yield number, margin + [_plain(cell, date1904) for cell in cells]
    except Exception as error:
        diagnostics.append(_damaged(Span(f"{name}!{sheet}"), error))


def _plain(cell: object, date1904: bool) -> object:
    """Return a cell without binary floats: numbers have the 15 digits that sheets show."""
    if isinstance(cell, float):
        if cell.is_integer() and -1e15 < cell < 1e15:
            return Decimal(int(cell))
        return Decimal(format(cell, ".15g"))
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, date) and not date1904:
        day = cell.date() if isinstance(cell, datetime) else cell
        if day < _FIRST_SAFE_DAY:
            return f"{cell.isoformat()} (1900)"
    return cell


def _damaged(span: Span, error: Exception) -> Diagnostic:
    reason = str(error)[:200] or type(error).__name__
    return make(codes.BAD_SHEET, span, zh=f"无法读取：{reason}", en=f"cannot be read: {reason}")


def _bad_cells(path: Path, guarded: Guarded) -> dict[str, dict[tuple[int, int], str]]:
    """Return the cells without a value of each sheet: (row, column) -> ``error`` or ``formula``."""
    if not guarded.suspects:
        return {}
    found: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(path) as archive:
        for sheet, member in _sheet_parts(archive).items():
            if member in guarded.suspects:
                found[sheet] = _SheetScan().run(archive.read(member))
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of each sheet and the part that holds it."""
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            relation = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            sheets.append((attributes.get("name", ""), relation))

    def on_relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(archive.read("xl/workbook.xml"), on_sheet)
    relations = "xl/_rels/workbook.xml.rels"
    if relations in archive.namelist():
        _parse(archive.read(relations), on_relation)
    parts: dict[str, str] = {}
    for name, relation in sheets:
        target = targets.get(relation, "")
        parts[name] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _parse(data: bytes, on_start: Any, on_end: Any = None) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = on_start
    if on_end is not None:
        parser.EndElementHandler = on_end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadValue(Text(f"部件已损坏：{error}", f"a part is damaged: {error}")) from None


class _SheetScan:
    """Walks the cells of a sheet; a cell without a reference follows the one before it."""

    def __init__(self) -> None:
        self.bad: dict[tuple[int, int], str] = {}
        self._row = self._column = 0
        self._kind = ""
        self._formula = self._value = False

    def run(self, data: bytes) -> dict[tuple[int, int], str]:
        _parse(data, self._start, self._end)
        return self.bad

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif tag == "c":
            reference = attributes.get("r")
            if reference:
                name = reference.rstrip("0123456789")
                self._column, self._row = column_number(name), int(reference[len(name) :] or 0)
            else:
                self._column += 1
            self._kind = attributes.get("t", "")
            self._formula = self._value = False
        elif tag == "f":
            self._formula = True
        elif tag in ("v", "is"):
            self._value = True

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] != "c":
            return
        if self._kind == "e":
            self.bad[(self._row, self._column)] = "error"
        elif self._formula and not self._value:
            self.bad[(self._row, self._column)] = "formula"
