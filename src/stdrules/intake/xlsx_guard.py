"""Whether a workbook is safe to open: measured from its headers, then by unpacking with a limit.

A workbook is a zip archive. Sizes that its directory declares are checked first, which costs
milliseconds; then every part is unpacked piece by piece and must be exactly as large as
declared. On the way the parts of sheets are searched for cells that a reader would show as
blank although they are not: errors, and formulas whose result was not saved.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from stdrules.base.errors import BadValue
from stdrules.base.text import Text
from stdrules.intake.tables import column_number

MAX_FILE: Final = 50 << 20
MAX_TOTAL: Final = 50 << 20
MAX_MEMBERS: Final = 200
MAX_RATIO: Final = 100
BIG_MEMBER: Final = 1 << 20
#: Readers lay a sheet out as a full rectangle, however few of its cells are used.
MAX_AREA: Final = 5_000_000

_CHUNK: Final = 1 << 18
_OVERLAP: Final = 256
_END: Final = b"PK\x05\x06"
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
    size = path.stat().st_size
    if size > MAX_FILE:
        raise BadValue(Text(f"文件超过 {MAX_FILE >> 20} MiB",
                            f"the file is larger than {MAX_FILE >> 20} MiB"))  # fmt: skip
    with path.open("rb") as stream:
        _check_count(stream, size)
        try:
            with zipfile.ZipFile(stream) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, EOFError, NotImplementedError):
            raise _no_workbook() from None
        _check_declared(members)
        return _unpack_all(stream, members)


def _check_count(stream: BinaryIO, size: int) -> None:
    """Refuse an archive of too many parts before its directory is read."""
    stream.seek(max(0, size - (1 << 16) - 22))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise _no_workbook()
    count, directory = struct.unpack_from("<HI", tail, at + 10)
    if count > MAX_MEMBERS or directory > MAX_MEMBERS * 1024:
        raise _too_many()
    stream.seek(0)


def _check_declared(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise _too_many()
    names = {member.filename.casefold() for member in members}
    if len(names) < len(members):
        raise BadValue(Text("有重名的部件", "two parts have one name"))
    if "xl/workbook.xml" not in names:
        raise _no_workbook()
    total = 0
    for member in members:
        total += member.file_size
        name = member.filename
        if member.flag_bits & 0x1:
            raise BadValue(Text("工作簿已加密", "the workbook is encrypted"))
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadValue(Text(f"部件 `{name}` 的压缩方式不支持",
                                f"the part `{name}` is packed in an unknown way"))  # fmt: skip
        if member.file_size > BIG_MEMBER and member.file_size > MAX_RATIO * member.compress_size:
            ratio = member.file_size // max(1, member.compress_size)
            raise BadValue(
                Text(f"部件 `{name}` 的压缩比为 {ratio}，上限 {MAX_RATIO}",
                     f"the part `{name}` is packed {ratio} times, more than {MAX_RATIO}")
            )  # fmt: skip
    if total > MAX_TOTAL:
        raise BadValue(
            Text(f"解压后为 {total >> 20} MiB，上限 {MAX_TOTAL >> 20} MiB",
                 f"it unpacks to {total >> 20} MiB, more than {MAX_TOTAL >> 20} MiB")
        )  # fmt: skip


def _unpack_all(stream: BinaryIO, members: list[zipfile.ZipInfo]) -> Guarded:
    found = Guarded()
    for member in members:
        is_sheet = _SHEET.fullmatch(member.filename) is not None
        extent = _Extent()
        kept = b""
        for piece in _unpacked(stream, member):
            window = kept + piece
            # In a 16-bit encoding none of the patterns here would match.
            if not kept and is_sheet and b"\0" in window[:4]:
                raise _no_workbook()
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise BadValue(
                    Text(
                        f"部件 `{member.filename}` 含文档类型声明",
                        f"the part `{member.filename}` declares a document type",
                    )
                )
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
    for piece in _unpacked(stream, member):
        window = kept + piece
        rows = _ANY_ROW.findall(window)
        last = max(last, max(map(_row_number, set(rows)), default=0))
        kept = window[-_OVERLAP:]
    return last


def _row_number(digits: bytes) -> int:
    return int(digits[:9])


def _unpacked(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part piece by piece, refusing one that is larger than it declares."""
    stream.seek(member.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise _no_workbook()
    name_size, extra_size = struct.unpack_from("<HH", header, 26)
    stream.seek(name_size + extra_size, 1)
    left, total = member.compress_size, 0
    inflater = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = stream.read(min(_CHUNK, left))
        if not packed:
            raise _no_workbook()
        left -= len(packed)
        try:
            while packed:
                piece = packed if inflater is None else inflater.decompress(packed, _CHUNK)
                packed = b"" if inflater is None else inflater.unconsumed_tail
                total += len(piece)
                if total > member.file_size:
                    raise _lying(member)
                if piece:
                    yield piece
        except zlib.error:
            raise _no_workbook() from None
    if total != member.file_size:
        raise _lying(member)


def _lying(member: zipfile.ZipInfo) -> BadValue:
    return BadValue(
        Text(f"部件 `{member.filename}` 的实际大小与所注不符",
             f"the part `{member.filename}` is not as large as it declares")
    )  # fmt: skip


def _no_workbook() -> BadValue:
    return BadValue(Text("不是 XLSX 工作簿，或已损坏", "it is no xlsx workbook, or is damaged"))


def _too_many() -> BadValue:
    return BadValue(Text(f"部件超过 {MAX_MEMBERS} 个", f"it has more than {MAX_MEMBERS} parts"))
