"""Whether a workbook is safe to open: measured from its headers, then by unpacking with a limit.

A workbook is a zip archive. Sizes that its directory declares are checked first, which costs
milliseconds; then every part is unpacked piece by piece and must be exactly as large as
declared. On the way the parts of sheets are searched for cells that a reader would show as
blank although they are not: errors, and formulas whose result was not saved.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from stdrules.base.archive import (
    ArchiveKind,
    check_directory,
    check_size,
    declares_document_type,
    unpacked,
)
from stdrules.base.errors import BadValue
from stdrules.base.text import Text
from stdrules.intake.tables import column_number

KIND: Final = ArchiveKind(
    main="xl/workbook.xml",
    damaged=Text("不是 XLSX 工作簿，或已损坏", "it is no xlsx workbook, or is damaged"),
    encrypted=Text("工作簿已加密", "the workbook is encrypted"),
)
#: Readers lay a sheet out as a full rectangle, however few of its cells are used.
MAX_AREA: Final = 5_000_000

_OVERLAP: Final = 256
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_FAR_COLUMN: Final = re.compile(rb"""r\s*=\s*["']([A-Za-z]{2,3})[0-9]""")
_FAR_ROW: Final = re.compile(rb"""r\s*=\s*["'][A-Za-z]{1,3}([0-9]{6,})""")
_ANY_ROW: Final = re.compile(rb"""r\s*=\s*["'][A-Za-z]{1,3}([0-9]+)""")
_MARKS: Final = (b'"e"', b"'e'", b"<f", b":f")
_SUSPECT: Final = re.compile(rb"""t\s*=\s*["']e["']|<(?:\w+:)?f[\s/>]""")


@dataclass(slots=True)
class Guarded:
    """What the guard learnt: parts of sheets that hold errors or formulas; the date system."""

    suspects: set[str] = field(default_factory=set)
    date1904: bool = False


def guard(path: Path) -> Guarded:
    """Check a workbook.

    Args:
        path: The file.

    Raises:
        BadValue: It is no workbook, or not safe to open; the message says why.
        OSError: It cannot be read.
    """
    size = check_size(path, KIND)
    with path.open("rb") as stream:
        return _unpack_all(stream, check_directory(stream, size, KIND))


def _unpack_all(stream: BinaryIO, members: list[zipfile.ZipInfo]) -> Guarded:
    found = Guarded()
    for member in members:
        is_sheet = _SHEET.fullmatch(member.filename) is not None
        extent = _Extent()
        kept = b""
        for piece in unpacked(stream, member, KIND):
            window = kept + piece
            # In a 16-bit encoding none of the patterns here would match.
            if not kept and is_sheet and b"\0" in window[:4]:
                raise BadValue(KIND.damaged)
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise declares_document_type(member)
            if is_sheet:
                extent.look(window)
                # Searching for a few bytes is far cheaper than the pattern, and mostly enough.
                if any(mark in window for mark in _MARKS) and _SUSPECT.search(window):
                    found.suspects.add(member.filename)
            elif member.filename == "xl/workbook.xml" and re.search(
                rb"""\bdate1904=["'](?:1|true)["']""", window
            ):
                found.date1904 = True
            kept = window[-_OVERLAP:]
        rows = extent.rows
        if is_sheet and extent.columns > 26:
            rows = _rows_of(stream, member)
        if extent.columns * rows > MAX_AREA and (extent.columns > 26 or rows > 200_000):
            raise BadValue(
                Text(f"工作表 `{member.filename}` 的范围过大",
                     f"the sheet `{member.filename}` spans too many cells")
            )  # fmt: skip
    return found


class _Extent:
    """How far a sheet reaches; near columns and rows are only bounded, as they are harmless."""

    __slots__ = ("columns", "rows")

    def __init__(self) -> None:
        self.columns = 26
        self.rows = 100_000

    def look(self, window: bytes) -> None:
        for name in set(_FAR_COLUMN.findall(window)):
            self.columns = max(self.columns, column_number(name.decode().upper()))
        far = _FAR_ROW.findall(window)
        if far:
            self.rows = max(self.rows, *map(_row_number, far))


def _rows_of(stream: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Return the last row of a sheet, looking at every cell."""
    last, kept = 0, b""
    for piece in unpacked(stream, member, KIND):
        window = kept + piece
        rows = _ANY_ROW.findall(window)
        last = max(last, max(map(_row_number, set(rows)), default=0))
        kept = window[-_OVERLAP:]
    return last


def _row_number(digits: bytes) -> int:
    return int(digits[:9])
