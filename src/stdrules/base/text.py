"""Text in two languages, measured and folded: widths, tables, comparison forms and digests.

Widths are terminal columns (an East Asian wide character takes two). Folding gives forms for
comparing, never for showing. Not here: canonical identifiers (``stdrules.base.identifiers``).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_DASHES = dict.fromkeys(
    map(
        ord,
        "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\ufe58\ufe63\uff0d\u2e3a\u2e3b",
    ),
    "-",
)
_DEFAULT_ALIGN = "<"


def counted(number: int, noun: str) -> str:
    """Return a number with its English noun, in the plural unless it is one.

    Example:
        >>> counted(1, "error"), counted(0, "case")
        ('1 error', '0 cases')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class Text:
    """One message in Chinese and English.

    Example:
        >>> Text("截止", "due").get("zh")
        '截止'
    """

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """Return the text in `lang`; a language that is empty or unknown falls back.

        Args:
            lang: ``"zh"`` or ``"en"``, also with a region (``"zh-CN"``).

        Returns:
            The Chinese text for Chinese, else the English one; the other one if it is empty.
        """
        if lang[:2].lower() == "zh":
            return self.zh or self.en
        return self.en or self.zh

    def to_json(self) -> dict[str, str]:
        """Return ``{"zh": ..., "en": ...}``."""
        return {"zh": self.zh, "en": self.en}


def char_width(char: str) -> int:
    """Return the terminal columns of one character: 0, 1 or 2."""
    if " " <= char <= "~":
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def display_width(s: str) -> int:
    """Return the terminal columns that `s` takes.

    Example:
        >>> display_width("7 天"), display_width("7 d")
        (4, 3)
    """
    if s.isascii() and s.isprintable():
        return len(s)
    return sum(map(char_width, s))


def pad(s: str, width: int, align: str = "<") -> str:
    """Fill `s` with blanks up to `width` columns; longer text is returned as it is.

    Args:
        s: The text.
        width: Terminal columns wanted.
        align: ``"<"`` left, ``">"`` right or ``"^"`` centred.

    Example:
        >>> pad("天", 4) + "|", pad("天", 4, ">")
        ('天  |', '  天')
    """
    room = width - display_width(s)
    if room <= 0:
        return s
    if align == ">":
        return " " * room + s
    if align == "^":
        return " " * (room // 2) + s + " " * (room - room // 2)
    return s + " " * room


def truncate(s: str, width: int) -> str:
    """Shorten `s` to at most `width` columns, marking the cut with an ellipsis.

    Example:
        >>> truncate("推进计划安排", 7), truncate("plan", 4)
        ('推进计…', 'plan')
    """
    if display_width(s) <= width:
        return s
    if width <= 0:
        return ""
    kept: list[str] = []
    used = 0
    for char in s:
        used += char_width(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def table(
    rows: Sequence[Sequence[str]],
    headers: Sequence[str] = (),
    aligns: Sequence[str] | str = "",
) -> str:
    """Lay out rows in columns aligned by display width, two blanks apart.

    Args:
        rows: The cells, shape (rows, columns); short rows are filled with empty cells.
        headers: Column heads; none gives no head and no rule under it.
        aligns: One of ``< > ^`` per column; columns without one are left-aligned.

    Returns:
        Lines joined by newlines, without trailing blanks and without a final newline.

    Example:
        >>> print(table([["计划", "48"], ["plan", "7"]], ["what", "h"], "<>"))
        what   h
        ----  --
        计划  48
        plan   7
    """
    columns = max([len(headers), *map(len, rows)], default=0)
    if not columns:
        return ""
    grid = [[*row, *[""] * (columns - len(row))] for row in ([headers] if headers else [])]
    grid += [[*row, *[""] * (columns - len(row))] for row in rows]
    widths = [max(display_width(row[c]) for row in grid) for c in range(columns)]
    if headers:
        grid.insert(1, ["-" * width for width in widths])
    sides = [aligns[c] if c < len(aligns) else _DEFAULT_ALIGN for c in range(columns)]
    lines = (
        "  ".join(
            pad(cell, width, side) for cell, width, side in zip(row, widths, sides, strict=True)
        )
        for row in grid
    )
    return "\n".join(line.rstrip() for line in lines)


def fold_dashes(s: str) -> str:
    """Replace every dash, minus and hyphen by ``-``."""
    return s if s.isascii() else s.translate(_DASHES)


def strip_invisible(s: str) -> str:
    """Drop format characters (zero-width blanks, joiners, marks of direction, soft hyphens)."""
    if s.isascii():
        return s
    return "".join(char for char in s if unicodedata.category(char) != "Cf")


def fold_identifier(s: str) -> str:
    """Return the form in which headings and names are compared.

    NFKC, dashes folded, invisible characters dropped, white space collapsed, case folded.

    Example:
        >>> fold_identifier("  Ｑ／ＧＸＸＺ　０２９—６ ")
        'q/gxxz 029-6'
    """
    folded = unicodedata.normalize("NFKC", fold_dashes(strip_invisible(s))).translate(_DASHES)
    return " ".join(strip_invisible(folded).casefold().split())


def normalise_source(s: str) -> str:
    """Return the digest form of a paragraph: NFKC, no white space, dashes folded.

    Case and punctuation are kept: a changed word must change the digest.

    Example:
        >>> normalise_source("接到　任务 —— 48 h")
        '接到任务--48h'
    """
    return "".join(fold_dashes(unicodedata.normalize("NFKC", s)).split())


def sha12(s: str) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of `s` in UTF-8.

    Example:
        >>> sha12("")
        'e3b0c44298fc'
    """
    return hashlib.sha256(s.encode("utf-8", "surrogatepass")).hexdigest()[:12]
