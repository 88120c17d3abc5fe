"""Walks through the cells of a sheet: how far it reaches, and which cells have no value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from stdrules.base.errors import BadValue
from stdrules.base.text import Text
from stdrules.intake.tables import column_number


def walk(
    pieces: Iterable[bytes], on_start: Callable[[str, dict[str, str]], None],
    on_end: Callable[[str], None] | None = None, on_text: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """Give the elements of a part to handlers; nothing is held but what these keep.

    Raises:
        BadValue: It is no XML.
    """
    parser = expat.ParserCreate()
    parser.StartElementHandler = on_start
    if on_end is not None:
        parser.EndElementHandler = on_end
    if on_text is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = on_text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadValue(Text(f"部件已损坏：{error}", f"a part is damaged: {error}")) from None


class _Cells:
    """Knows where it is; a cell without a reference follows the one before it."""

    def __init__(self) -> None:
        self.row = self.column = 0

    def move(self, tag: str, attributes: dict[str, str]) -> bool:
        """Go on to an element; tell whether it is a cell."""
        if tag == "c":
            reference = attributes.get("r")
            if reference:
                name = reference.rstrip("0123456789")
                self.column, self.row = column_number(name), _number(reference[len(name) :])
            else:
                self.column += 1
            return True
        if tag == "row":
            told = attributes.get("r")
            self.row = self.row + 1 if told is None else _number(told)
            self.column = 0
        return False


class Reach(_Cells):
    """How far a sheet reaches, cell by cell, and what its shared texts take.

    Args:
        lengths: The lengths of the shared texts in bytes; None: they are not asked for.

    Attributes:
        rows, columns: The last of each.
        texts: Bytes of the texts of cells that name a shared text.
    """

    def __init__(self, lengths: list[int] | None = None) -> None:
        super().__init__()
        self.rows = self.columns = self.texts = 0
        self._lengths = lengths
        self._shared = self._value = False

    def run(self, pieces: Iterable[bytes]) -> Reach:
        """Walk through a part."""
        if self._lengths is None:
            walk(pieces, self._start)
        else:
            walk(pieces, self._start, self._end, self._text)
        return self

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if self.move(tag, attributes):
            self.rows = max(self.rows, self.row)
            self.columns = max(self.columns, self.column)
            self._shared = attributes.get("t") == "s"
        self._value = tag == "v"

    def _end(self, tag: str) -> None:
        self._value = False

    def _text(self, text: str) -> None:
        lengths = self._lengths
        if self._value and self._shared and lengths:
            number = _number(text.strip())
            # A number beyond the texts, or one that cannot be read, may be the longest.
            self.texts += lengths[number] if number < len(lengths) else max(lengths)


class BadCells(_Cells):
    """Finds cells that a reader would show as blank although they are not.

    Attributes:
        bad: (row, column) -> ``error`` or ``formula`` (its result was not saved).
    """

    def __init__(self) -> None:
        super().__init__()
        self.bad: dict[tuple[int, int], str] = {}
        self._kind = ""
        self._formula = self._value = False

    def run(self, pieces: Iterable[bytes]) -> dict[tuple[int, int], str]:
        """Walk through a part."""
        walk(pieces, self._start, self._end)
        return self.bad

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if self.move(tag, attributes):
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
            self.bad[(self.row, self.column)] = "error"
        elif self._formula and not self._value:
            self.bad[(self.row, self.column)] = "formula"


class Lengths:
    """Measures the shared texts of a workbook.

    Attributes:
        found: The length of each in bytes.
    """

    def __init__(self) -> None:
        self.found: list[int] = []
        self._length = 0

    def run(self, pieces: Iterable[bytes]) -> list[int]:
        """Walk through the part that holds them."""
        walk(pieces, self._start, self._end, self._text)
        return self.found

    def _start(self, tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            self._length = 0

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "si":
            self.found.append(self._length)

    def _text(self, text: str) -> None:
        self._length += len(text.encode())


def _number(digits: str) -> int:
    """Return a number; one that is none, or absurd, is beyond all sheets."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 10**9
