"""Whether a workbook is safe to open, and fits into memory: measured by unpacking it.

Sizes and ratios that the archive declares are checked first, which costs milliseconds; then every
part is unpacked piece by piece and must be exactly as large as declared. On the way the parts of
sheets are searched for cells that a reader would show as blank although they are not: errors, and
formulas whose result was not saved; and cells are counted, as the reader holds a sheet whole.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
from stdrules.intake.xlsx_scan import Lengths, Reach

KIND: Final = ArchiveKind(
    main="xl/workbook.xml",
    damaged=Text("不是 XLSX 工作簿，或已损坏", "it is no xlsx workbook, or is damaged"),
    encrypted=Text("工作簿已加密", "the workbook is encrypted"),
    hint=Text("按列审核时可用 --memory 放宽，或把工作表另存为 CSV",
              "by columns --memory grants more, or save the sheets as CSV"),
)  # fmt: skip
#: Bytes that reading a workbook may take where nothing else is said, and what it always may.
MEMORY: Final = 1 << 30
LEAST: Final = 256 << 20
#: All parts together may be so many times larger, as sheets are read one after the other.
_ALL: Final = 4
# What the reader takes in bytes, measured: a cell as it is read, a place of the rectangle that a
# sheet becomes, a shared text beside its letters; the XML that a cell is at least; what a byte of
# XML beyond that takes as text.
_CELL, _PLACE, _SHARED, _LEAST_XML, _TEXT = 40, 32, 40, 24, 1.25

_OVERLAP: Final = 256
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_FAR_COLUMN: Final = re.compile(rb"""r\s*=\s*["']([A-Za-z]{2,3})[0-9]""")
_FAR_ROW: Final = re.compile(rb"""r\s*=\s*["'][A-Za-z]{0,3}([0-9]{6,})""")
_PLACES: Final = re.compile(rb"""<c r="([A-Za-z]{1,3})([0-9]+)""")
_SHARED_CELL: Final = re.compile(rb"""\bt\s*=\s*["']s["']""")
_OTHER_CELL: Final = re.compile(rb"<(?:\w+:c[\s/>]|c[\t\r\n/>])|<!\[")
_DATE1904: Final = re.compile(rb"""\bdate1904=["'](?:1|true)["']""")
_MARKS: Final = (b'"e"', b"'e'", b"<f", b":f")
_SUSPECT: Final = re.compile(rb"""t\s*=\s*["']e["']|<(?:\w+:)?f[\s/>]""")


@dataclass(slots=True)
class Guarded:
    """What the guard learnt: parts of sheets that hold errors or formulas; the date system."""

    suspects: set[str] = field(default_factory=set)
    date1904: bool = False


def guard(path: Path, memory: int = MEMORY) -> Guarded:
    """Check a workbook.

    Args:
        path: The file.
        memory: Bytes that reading it may take; 256 MiB are always granted.

    Raises:
        BadValue: It is no workbook, or not safe to open; the message says why.
        OSError: It cannot be read.
    """
    room = max(memory, LEAST)
    kind = replace(KIND, max_file=room, max_part=room, max_total=_ALL * room)
    size = check_size(path, kind)
    with path.open("rb") as stream:
        members = check_directory(stream, size, kind)
        return _Guard(stream, kind, room).run(members)


class _Guard:
    def __init__(self, stream: BinaryIO, kind: ArchiveKind, room: int) -> None:
        self.stream = stream
        self.kind = kind
        self.room = room
        self.found = Guarded()
        self.shared: zipfile.ZipInfo | None = None
        self._lengths: list[int] | None = None

    def run(self, members: list[zipfile.ZipInfo]) -> Guarded:
        """Unpack every part, and see whether each sheet fits into memory."""
        beside = 0
        sheets: list[tuple[zipfile.ZipInfo, _Extent]] = []
        for member in members:
            name = member.filename
            if _SHEET.fullmatch(name):
                sheets.append((member, self._sheet(member)))
                continue
            texts = 0
            for window in self._windows(member):
                texts += window.count(b"<si") + window.count(b":si")
                if name == "xl/workbook.xml" and _DATE1904.search(window):
                    self.found.date1904 = True
            if name.casefold() == "xl/sharedstrings.xml":
                self.shared = member
                beside += texts * _SHARED + member.file_size
            elif name.endswith((".xml", ".rels")):
                beside += member.file_size
        for member, extent in sheets:
            self._need_room(member, extent, beside)
        return self.found

    def _pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        return unpacked(self.stream, member, self.kind)

    def _windows(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield a part piece by piece, each with the end of the one before."""
        kept = b""
        for piece in self._pieces(member):
            window = kept + piece
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise declares_document_type(member)
            yield window
            kept = window[-_OVERLAP:]

    def _sheet(self, member: zipfile.ZipInfo) -> _Extent:
        extent = _Extent()
        for number, window in enumerate(self._windows(member)):
            # In a 16-bit encoding none of the patterns here would match.
            if not number and b"\0" in window[:4]:
                raise BadValue(KIND.damaged)
            extent.look(window)
            # Searching for a few bytes is far cheaper than the pattern, and mostly enough.
            if any(mark in window for mark in _MARKS) and _SUSPECT.search(window):
                self.found.suspects.add(member.filename)
        return extent

    def _need_room(self, member: zipfile.ZipInfo, extent: _Extent, beside: int) -> None:
        """Refuse a sheet that does not fit; it is measured more closely only where that matters.

        Args:
            member: The part.
            extent: What is known of it.
            beside: Bytes that all sheets together need.

        Raises:
            BadValue: It takes more memory than there is.
        """
        cells, shared = extent.cells, extent.shared
        marks = cells * _CELL + max(0, member.file_size - cells * _LEAST_XML) * _TEXT
        fixed = beside + marks + shared * _SHARED
        longest = 0 if self.shared is None else self.shared.file_size
        if shared * longest > self.room // 4:
            longest = max(self._text_lengths(), default=0)
        need = fixed + extent.columns * extent.rows * _PLACE + shared * longest
        if need > self.room and not extent.strange:
            columns, rows = self._reach(member)
            need = fixed + columns * rows * _PLACE + shared * longest
        if need > self.room or extent.strange:
            lengths = self._text_lengths() if shared else None
            reach = Reach(lengths).run(self._pieces(member))
            need = fixed + reach.columns * reach.rows * _PLACE + reach.texts
        if need > self.room:
            name, most = member.filename, self.room >> 20
            mib = -(-int(need) // (1 << 20))
            raise BadValue(
                Text(f"读取工作表 `{name}` 约需 {mib} MiB 内存，上限 {most} MiB",
                     f"reading the sheet `{name}` takes some {mib} MiB of memory, more than "
                     f"{most} MiB"),
                hint=KIND.hint,
            )  # fmt: skip

    def _reach(self, member: zipfile.ZipInfo) -> tuple[int, int]:
        """Return the last column and row of a sheet whose cells all say where they are."""
        columns: set[bytes] = set()
        last = 0
        for window in self._windows(member):
            places = _PLACES.findall(window)
            columns.update(name for name, _ in places)
            last = max(last, max((int(row[:9]) for _, row in places), default=0))
        return max((column_number(one.decode().upper()) for one in columns), default=0), last

    def _text_lengths(self) -> list[int]:
        if self._lengths is None:
            self._lengths = [] if self.shared is None else Lengths().run(self._pieces(self.shared))
        return self._lengths


class _Extent:
    """What is quickly known of a sheet; near columns and rows are only bounded.

    Attributes:
        columns, rows: How far it reaches at most, unless it is strange.
        cells, shared: How many cells it has, and how many of them name a shared text.
        strange: Whether some cells may not say where they are.
    """

    __slots__ = ("cells", "columns", "rows", "shared", "strange")

    def __init__(self) -> None:
        self.columns = 26
        self.rows = 100_000
        self.cells = self.shared = 0
        self.strange = False

    def look(self, window: bytes) -> None:
        """Look at a piece of the sheet; it may begin with what was the end of the last one."""
        for name in set(_FAR_COLUMN.findall(window)):
            self.columns = max(self.columns, column_number(name.decode().upper()))
        far = _FAR_ROW.findall(window)
        if far:
            self.rows = max(self.rows, *(int(digits[:9]) for digits in far))
        named = window.count(b'<c r="')
        cells = window.count(b"<c ") + window.count(b"<c>") + window.count(b"<c/")
        self.cells += cells
        self.shared += len(_SHARED_CELL.findall(window))
        # The end of a piece may cut one tag in two.
        if cells > named + window.endswith((b"<c ", b"<c r", b"<c r=")):
            self.strange = True
        if _OTHER_CELL.search(window):
            self.strange = True
            self.cells += len(_OTHER_CELL.findall(window))
