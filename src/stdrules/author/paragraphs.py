"""The paragraphs of a copy of a document, in the forms in which they are compared.

A copy is never quite the text that a ledger was made from: exports put bookmarks in, lose the
numbering or the invisible characters. Each paragraph therefore has several forms, the plainest
first; two paragraphs are the same if they share one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stdrules.base.text import normalise_source, sha12, strip_invisible

#: A number, letter or mark before a paragraph, in its normalised form.
_NUMBER: Final = re.compile(
    r"第[0-9一二三四五六七八九十百]+[章节条款项]|[A-Z]?\d+(?:\.\d+)+[.、)]?|\d+[.、)]|\(\d+\)"
    r"|[A-Za-z][)、]|\([A-Za-z]\)|[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)"
    r"|[A-Z]\.\d+|[-•●○■◆*·]+"
)
_BARE: Final = re.compile(r"\d{1,2}(?=[^\d.,:%年月日个项次天家人名分条章])")
_BOOKMARK: Final = re.compile(r"\[bookmark: ?[^\[\]]*\]")
_PAGE: Final = re.compile(
    r"[-·.]*(?:[0-9]{1,4}|[ivxlcIVXLC]{1,7})[-·.]*|第[0-9]+页(?:[,/]?共[0-9]+页)?|[0-9]+/[0-9]+"
    r"|[Pp]age[0-9]+(?:of[0-9]+)?"
)
_HEADER: Final = 40
_REPEATED: Final = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, line or cell of a copy.

    Attributes:
        text: What a reader sees, without marks of the export.
        line: The line of a text, or the number of the paragraph in a document; from 1.
        forms: Its normalised forms: as the copy has it, without marks of the export, and without
            its number.
    """

    text: str
    line: int
    forms: tuple[str, ...]

    @property
    def form(self) -> str:
        """The normalised text without marks of the export."""
        return self.forms[1]

    @classmethod
    def of(cls, raw: str, line: int, shown: str | None = None) -> Paragraph | None:
        """Make a paragraph, or None if there is nothing in it.

        Args:
            raw: The text as the copy has it.
            line: Its line.
            shown: What a reader sees, if that is not `raw`.

        Example:
            >>> Paragraph.of("4.1　应在 48 h 内完成。", 7).forms[-1]
            '应在48h内完成。'
        """
        visible = strip_invisible(raw if shown is None else shown)
        text = " ".join(_BOOKMARK.sub("", visible).split())
        whole = normalise_source(raw)
        if not whole or not text:
            return None
        plain = normalise_source(text)
        others = (normalise_source(strip_invisible(raw)), without_number(plain))
        return cls(text, line, (whole, plain, *(one for one in others if one)))

    def cut(self, start: int, end: int) -> str:
        """Return a part of the text as a reader sees it.

        Args:
            start: Where it begins in the normalised text.
            end: Where it ends there.

        Example:
            >>> Paragraph.of("茶 园，6 h。竹篓。", 1).cut(3, 5)
            '6 h'
        """
        places: list[int] = []
        for place, char in enumerate(self.text):
            places += [place] * len(normalise_source(char))
        if len(places) != len(self.form):  # characters that only fold together with others
            return self.form[start:end]
        return self.text[places[start] : places[end - 1] + 1] if start < end else ""

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of its forms."""
        return tuple(dict.fromkeys(sha12(form) for form in self.forms))


def without_number(form: str) -> str:
    """Return a normalised paragraph without its number; empty if it has none.

    Example:
        >>> without_number("a)应有记录"), without_number("48h内完成"), without_number("5.1.2培训")
        ('应有记录', '', '培训')
    """
    found = _NUMBER.match(form)
    if found is None and not re.match(r"\d+[A-Za-z]", form):
        found = _BARE.match(form)
    return "" if found is None else form[found.end() :]


def furniture(paragraphs: Sequence[Paragraph]) -> frozenset[int]:
    """Return the places of page numbers and of headers that stand on page after page."""
    counts: dict[str, int] = {}
    for one in paragraphs:
        if len(one.form) <= _HEADER:
            bare = re.sub(r"\d+", "#", one.form)
            counts[bare] = counts.get(bare, 0) + 1
    return frozenset(
        place
        for place, one in enumerate(paragraphs)
        if _PAGE.fullmatch(one.form)
        or (len(one.form) <= _HEADER and counts[re.sub(r"\d+", "#", one.form)] >= _REPEATED)
    )
