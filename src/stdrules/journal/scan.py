"""Reading a log file: what is sound, where it stops, and whether that is a tail or damage.

A log is lines. The first is ``stdrules-journal-1 <crc> <header>``, each other one
``<crc> <number> <hash> <record>``; the CRC-32 covers what follows it in the line. A line break
cannot stand inside a record, so one damaged line hides no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.journal import codes
from stdrules.journal.records import Entry, Head, first_hash

MAGIC: Final = b"stdrules-journal-"
FORMAT: Final = 1
_CHUNK: Final = 1 << 20
_NAMED: Final = 20


class Mark(NamedTuple):
    """A place in a log that was sound when it was marked.

    Attributes:
        seq: The number of the last record before it; `hash` its hash.
        offset: Bytes before it; `crc` their CRC-32.
    """

    seq: int
    hash: str
    offset: int
    crc: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What a log file holds.

    Attributes:
        header: The header, or None if the file has none that is sound.
        head: The last record of the sound beginning; None without a header.
        end: Bytes of the sound beginning.
        size: Bytes of the file.
        damage: Records that are damaged although others follow; empty for a torn tail.
        mark: The mark that the scan started at, if it was given one that fits.
    """

    header: bytes | None
    head: Head | None
    end: int
    size: int
    damage: tuple[Diagnostic, ...] = ()
    mark: Mark | None = None

    @property
    def torn(self) -> bool:
        """Whether bytes follow the sound beginning, and no sound record among them."""
        return self.end < self.size and not self.damage


def header_line(header: bytes) -> bytes:
    """Return the first line of a log."""
    return b"%s%d %08x %s\n" % (MAGIC, FORMAT, crc32(header), header)


def line_of(entry: Entry) -> bytes:
    """Return the line of a record.

    Example:
        >>> parse(line_of(Entry(1, b"{}", "ab"))) == Entry(1, b"{}", "ab")
        True
    """
    rest = b"%d %s %s" % (entry.seq, entry.hash.encode(), entry.payload)
    return b"%08x %s\n" % (crc32(rest), rest)


def parse(line: bytes) -> Entry | None:
    """Return the record of a line, its break included; None if the line is not sound."""
    rest = line[9:-1]
    if line[-1:] != b"\n" or line[:9] != b"%08x " % crc32(rest):
        return None
    parts = rest.split(b" ", 2)
    if len(parts) != 3:
        return None
    return Entry(int(parts[0]), parts[2], parts[1].decode("ascii"))


def parse_header(line: bytes) -> bytes | None:
    """Return the header of a first line; None if the line is not sound."""
    magic, _, rest = line.partition(b" ")
    if magic != b"%s%d" % (MAGIC, FORMAT) or line[-1:] != b"\n":
        return None
    header = rest[9:-1]
    return header if rest[:9] == b"%08x " % crc32(header) else None


def scan(path: Path, mark: Mark | None = None) -> Scan:
    """Read a log from its start, or from a mark if the bytes before it are as they were.

    Raises:
        OSError: The file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        first = stream.readline()
        header = parse_header(first)
        if header is None:
            return _without_header(path, size, stream)
        seq, last, end = 0, first_hash(header), len(first)
        if mark is not None and _checksum(path, mark.offset) == mark.crc:
            seq, last, end = mark.seq, mark.hash, mark.offset
        else:
            mark = None
        stream.seek(end)
        before = last.encode()
        for line in stream:
            # As parse() and next_hash() do, without their calls: this is most of an opening.
            rest = line[9:-1]
            parts = rest.split(b" ", 2)
            if line[:9] != b"%08x " % crc32(rest) or line[-1:] != b"\n" or len(parts) != 3:
                break
            wanted = sha256(b"%s %d %s" % (before, seq + 1, parts[2])).hexdigest().encode()
            if parts[1] != wanted or parts[0] != b"%d" % (seq + 1):
                break
            seq, before, end = seq + 1, wanted, end + len(line)
    head = Head(seq, before.decode("ascii"))
    damage = _damage(path, end, head) if end < size else ()
    return Scan(header, head, end, size, damage, mark)


def entries(path: Path, offset: int, until: int) -> Iterator[Entry]:
    """Yield the records between two places of a log that a scan found sound."""
    with path.open("rb") as stream:
        stream.seek(offset)
        for line in stream:
            offset += len(line)
            if offset > until:
                return
            entry = parse(line)
            if entry is None:
                return
            yield entry


def salvage(path: Path) -> Iterator[Entry]:
    """Yield every record whose line is sound, wherever it stands; the chain is not looked at."""
    with path.open("rb") as stream:
        for line in stream:
            if (entry := parse(line)) is not None:
                yield entry


def checksum(path: Path, until: int) -> int:
    """Return the CRC-32 of the first bytes of a file."""
    found = _checksum(path, until)
    assert found is not None
    return found


def _checksum(path: Path, until: int) -> int | None:
    """Return the CRC-32 of the first bytes; None if there are fewer."""
    found = 0
    with path.open("rb") as stream:
        while until:
            chunk = stream.read(min(_CHUNK, until))
            if not chunk:
                return None
            found = crc32(chunk, found)
            until -= len(chunk)
    return found


def _without_header(path: Path, size: int, rest: Iterator[bytes]) -> Scan:
    if any(parse(line) is not None for line in rest):
        said = make(codes.DAMAGED, Span(path.name, 1), zh="文件头已损坏",
                    en="the header of the log is damaged")  # fmt: skip
        return Scan(None, None, 0, size, (said,))
    return Scan(None, None, 0, size)


def _damage(path: Path, end: int, head: Head) -> tuple[Diagnostic, ...]:
    """Say which records are damaged, or nothing if no sound one follows: a torn tail."""
    found: list[Diagnostic] = []
    seq, last = head
    number, sound, known = 1 + seq, False, True
    with path.open("rb") as stream:
        stream.seek(end)
        for line in stream:
            number += 1
            entry = parse(line)
            if entry is None:
                seq, known = seq + 1, False
                found.append(_damaged(path, number, f"{seq}"))
                continue
            sound = True
            wanted = sha256(b"%s %d %s" % (last.encode(), seq + 1, entry.payload)).hexdigest()
            if entry.seq != seq + 1 or (known and entry.hash != wanted):
                found.append(_misplaced(path, number, entry.seq, seq + 1))
            seq, last, known = entry.seq, entry.hash, True
    return tuple(found[:_NAMED]) if sound else ()


def _damaged(path: Path, number: int, seq: str) -> Diagnostic:
    return make(codes.DAMAGED, Span(path.name, number), zh=f"记录 {seq} 的校验码不符",
                en=f"the checksum of record {seq} does not fit")  # fmt: skip


def _misplaced(path: Path, number: int, seq: int, wanted: int) -> Diagnostic:
    return make(
        codes.DAMAGED, Span(path.name, number),
        zh=f"记录 {seq} 不接在前一条之后（应为记录 {wanted}）",
        en=f"record {seq} does not follow the one before it (record {wanted} is expected)",
    )  # fmt: skip
