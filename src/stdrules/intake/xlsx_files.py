"""Tables in XLSX workbooks, through python-calamine and after the guard.

Only saved values are read; formulas are never computed. A cell with an error, or with a formula
whose result was not saved, is reported, never read as blank.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.base.errors import BadValue, MissingExtraError
from stdrules.base.text import Text
from stdrules.intake import codes
from stdrules.intake.jsonl import cannot_read
from stdrules.intake.tables import Table
from stdrules.intake.xlsx_guard import MEMORY, Guarded, guard
from stdrules.intake.xlsx_scan import BadCells, walk

# Sheets of the 1900 system count a 29 February 1900; up to there days are not what they seem.
_FIRST_SAFE_DAY = date(1900, 3, 1)
_PIECE: Final = 1 << 18


def open_xlsx(
    path: Path, name: str, diagnostics: list[Diagnostic], memory: int = MEMORY
) -> list[Table]:
    """Open the visible and hidden sheets of a workbook.

    Args:
        path: The file.
        name: How it is called in places.
        diagnostics: Where is noted why it, or a sheet of it, cannot be read.
        memory: Bytes that reading it may take.

    Returns:
        One table a sheet, in the order of the workbook; none if it cannot be read, with the
        reason in `diagnostics`.

    Raises:
        MissingExtraError: python-calamine is not installed.
    """
    calamine = _calamine()
    try:
        guarded = guard(path, memory)
        bad = _bad_cells(path, guarded)
    except OSError as error:
        diagnostics.append(cannot_read(name, error))
        return []
    except BadValue as error:
        hint = error.hint
        diagnostics.append(make(
            codes.UNSAFE_FILE, Span(name), zh=error.message.zh, en=error.message.en,
            hint_zh=hint.zh if hint else None, hint_en=hint.en if hint else None,
        ))  # fmt: skip
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
                with archive.open(member) as part:
                    found[sheet] = BadCells().run(iter(partial(part.read, _PIECE), b""))
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

    walk([archive.read("xl/workbook.xml")], on_sheet)
    relations = "xl/_rels/workbook.xml.rels"
    if relations in archive.namelist():
        walk([archive.read(relations)], on_relation)
    parts: dict[str, str] = {}
    for name, relation in sheets:
        target = targets.get(relation, "")
        parts[name] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts
