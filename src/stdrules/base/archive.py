"""Whether a zip archive is safe to open: measured from its directory, then by unpacking it.

Office files are zip archives. Sizes that the directory declares are checked first, which costs
milliseconds; whoever reads a part gets it piece by piece, and never more than was declared.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from stdrules.base.errors import BadValue
from stdrules.base.text import Text

BIG_MEMBER: Final = 1 << 20
_CHUNK: Final = 1 << 18
_END: Final = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class ArchiveKind:
    """What is expected of a kind of file that is a zip archive.

    Attributes:
        main: The part that makes it this kind, for example ``xl/workbook.xml``.
        damaged: What is said of a file that is none of this kind.
        encrypted: What is said of one that is encrypted.
        max_file: Bytes of the file.
        max_total: Bytes of all parts, unpacked.
        max_part: Bytes of one part, unpacked; None: as many as of all.
        hint: What helps where one is too large.
        max_members: Parts.
        max_ratio: Unpacked by packed size of a part larger than 1 MiB.
    """

    main: str
    damaged: Text
    encrypted: Text
    max_file: int = 50 << 20
    max_total: int = 50 << 20
    max_members: int = 200
    max_ratio: int = 100
    max_part: int | None = None
    hint: Text | None = None


def check_size(path: Path, kind: ArchiveKind) -> int:
    """Return the size of a file in bytes.

    Raises:
        BadValue: It is larger than its kind may be.
        OSError: It cannot be read.
    """
    size = path.stat().st_size
    if size > kind.max_file:
        limit = kind.max_file >> 20
        raise BadValue(
            Text(f"文件超过 {limit} MiB", f"the file is larger than {limit} MiB"), hint=kind.hint
        )
    return size


def check_directory(stream: BinaryIO, size: int, kind: ArchiveKind) -> list[zipfile.ZipInfo]:
    """Return the parts of an archive, as its directory declares them.

    Args:
        stream: The file.
        size: Its size in bytes.
        kind: What it should be.

    Raises:
        BadValue: It is none of its kind, or not safe to open; the message says why.
    """
    _check_count(stream, size, kind)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, EOFError, NotImplementedError):
        raise BadValue(kind.damaged) from None
    _check_declared(members, kind)
    return members


def _check_count(stream: BinaryIO, size: int, kind: ArchiveKind) -> None:
    """Refuse an archive of too many parts before its directory is read."""
    stream.seek(max(0, size - (1 << 16) - 22))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise BadValue(kind.damaged)
    count, directory = struct.unpack_from("<HI", tail, at + 10)
    if count > kind.max_members or directory > kind.max_members * 1024:
        raise _too_many(kind)
    stream.seek(0)


def _check_declared(members: list[zipfile.ZipInfo], kind: ArchiveKind) -> None:
    if len(members) > kind.max_members:
        raise _too_many(kind)
    names = {member.filename.casefold() for member in members}
    if len(names) < len(members):
        raise BadValue(Text("有重名的部件", "two parts have one name"))
    if kind.main not in names:
        raise BadValue(kind.damaged)
    total = 0
    for member in members:
        total += member.file_size
        name = member.filename
        if member.flag_bits & 0x1:
            raise BadValue(kind.encrypted)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadValue(Text(f"部件 `{name}` 的压缩方式不支持",
                                f"the part `{name}` is packed in an unknown way"))  # fmt: skip
        limit = kind.max_ratio
        if member.file_size > BIG_MEMBER and member.file_size > limit * member.compress_size:
            ratio = member.file_size // max(1, member.compress_size)
            raise BadValue(
                Text(f"部件 `{name}` 的压缩比为 {ratio}，上限 {limit}",
                     f"the part `{name}` is packed {ratio} times, more than {limit}")
            )  # fmt: skip
        most = kind.max_part
        if most is not None and member.file_size > most:
            raise BadValue(
                Text(f"部件 `{name}` 解压后为 {member.file_size >> 20} MiB，上限 {most >> 20} MiB",
                     f"the part `{name}` unpacks to {member.file_size >> 20} MiB, more than "
                     f"{most >> 20} MiB"),
                hint=kind.hint,
            )  # fmt: skip
    if total > kind.max_total:
        raise BadValue(
            Text(f"解压后为 {total >> 20} MiB，上限 {kind.max_total >> 20} MiB",
                 f"it unpacks to {total >> 20} MiB, more than {kind.max_total >> 20} MiB"),
            hint=kind.hint,
        )  # fmt: skip


def unpacked(stream: BinaryIO, member: zipfile.ZipInfo, kind: ArchiveKind) -> Iterator[bytes]:
    """Yield a part piece by piece, refusing one that is not as large as it declares.

    Raises:
        BadValue: It is larger or smaller than declared, or damaged.
    """
    stream.seek(member.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise BadValue(kind.damaged)
    name_size, extra_size = struct.unpack_from("<HH", header, 26)
    stream.seek(name_size + extra_size, 1)
    left, total = member.compress_size, 0
    inflater = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = stream.read(min(_CHUNK, left))
        if not packed:
            raise BadValue(kind.damaged)
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
            raise BadValue(kind.damaged) from None
    if total != member.file_size:
        raise _lying(member)


def declares_document_type(member: zipfile.ZipInfo) -> BadValue:
    """Return the error of a part that declares a document type: entities can grow without end."""
    return BadValue(
        Text(f"部件 `{member.filename}` 含文档类型声明",
             f"the part `{member.filename}` declares a document type")
    )  # fmt: skip


def _lying(member: zipfile.ZipInfo) -> BadValue:
    return BadValue(
        Text(f"部件 `{member.filename}` 的实际大小与所注不符",
             f"the part `{member.filename}` is not as large as it declares")
    )  # fmt: skip


def _too_many(kind: ArchiveKind) -> BadValue:
    return BadValue(
        Text(f"部件超过 {kind.max_members} 个", f"it has more than {kind.max_members} parts")
    )
