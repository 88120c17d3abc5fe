"""Tables in text files: UTF-8 (with or without a byte order mark) or GB 18030; ``,`` ``;`` or tab.

The encoding is the first of the two in which the whole file decodes strictly; the delimiter is
the one that stands most often in the first line outside quotes.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.intake import codes
from stdrules.intake.jsonl import cannot_read
from stdrules.intake.tables import Table

ENCODINGS: Final = ("utf-8-sig", "gb18030")
DELIMITERS: Final = ",;\t"
MAX_CELL: Final = 65_536
_CHUNK: Final = 1 << 20


def open_csv(path: Path, name: str, diagnostics: list[Diagnostic]) -> Table | None:
    """Open a text file as a table; None if it cannot be read, with the reason in `diagnostics`.

    The file is read twice, in pieces: once to find the encoding, then row by row.
    """
    try:
        encoding = detect_encoding(path)
    except OSError as error:
        diagnostics.append(cannot_read(name, error))
        return None
    if encoding is None:
        diagnostics.append(make(
            codes.ENCODING, Span(name), zh="既不是 UTF-8 也不是 GB 18030",
            en="neither UTF-8 nor GB 18030",
            hint_zh="请另存为 UTF-8", hint_en="save it as UTF-8",
        ))  # fmt: skip
        return None
    return Table(name, "", path.stem, _rows(path, encoding, name, diagnostics))


def detect_encoding(path: Path) -> str | None:
    """Return the first encoding in which the whole file decodes, or None."""
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    if "\0" in decoder.decode(chunk):
                        return None
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def sniff_delimiter(line: str) -> str:
    """Return the delimiter that stands most often outside quotes; a comma if there is none.

    Example:
        >>> sniff_delimiter('"a;b",c,d'), sniff_delimiter("a;b;c")
        (',', ';')
    """
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda mark: (outside.count(mark), -DELIMITERS.index(mark)))


def _rows(
    path: Path, encoding: str, name: str, diagnostics: list[Diagnostic]
) -> Iterator[tuple[int, Sequence[object]]]:
    try:
        with path.open("r", encoding=encoding, newline="") as stream:
            yield from _parse(stream, name, diagnostics)
    except OSError as error:
        diagnostics.append(cannot_read(name, error))


def _parse(
    stream: io.TextIOBase | io.TextIOWrapper, name: str, diagnostics: list[Diagnostic]
) -> Iterator[tuple[int, Sequence[object]]]:
    first = stream.readline(MAX_CELL)
    # A sheet program's own note on the delimiter.
    note = first.strip().casefold()
    offset = 0
    if len(note) == 5 and note.startswith("sep=") and note[4] in DELIMITERS:
        delimiter, start, offset = note[4], "", 1
    else:
        delimiter, start = sniff_delimiter(first), first
    reader = csv.reader(_chain(start, stream), delimiter=delimiter, strict=True)
    number = offset
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            diagnostics.append(make(
                codes.BAD_SHEET, Span(name, reader.line_num + offset),
                zh=f"此行起无法按表格读取：{error}", en=f"not a table from this line on: {error}",
                hint_zh="多为引号没有成对", hint_en="often a quote is not closed",
            ))  # fmt: skip
            return
        yield number, cells


def _chain(start: str, stream: io.TextIOBase | io.TextIOWrapper) -> Iterator[str]:
    if start:
        # readline with a limit may have cut the line.
        yield start if start.endswith(("\n", "\r")) else start + stream.readline()
    yield from stream
