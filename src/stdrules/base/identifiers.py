"""Canonical identifiers: letters that look alike are told apart, not guessed.

Used for numbers of standards and for ids, where a Cyrillic letter or a zero-width blank would
make two equal-looking names differ. Headings and prose are folded by ``stdrules.base.text``.
"""

from __future__ import annotations

import re
import unicodedata

from stdrules.base.errors import BadValue
from stdrules.base.text import Text, fold_dashes, strip_invisible

_ALLOWED = re.compile(r"[A-Za-z0-9._/\- ]+", re.ASCII)
_AROUND_MARKS = re.compile(r" *([/\-.]) *")
_LENGTH = 128
# Capital letters of other scripts that have the shape of a Latin one: only to name the likeness.
_ALIKE = {
    "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P", "С": "C",
    "Т": "T", "Х": "X", "У": "Y", "Ѕ": "S", "І": "I", "Ј": "J", "Ԛ": "Q", "Ԝ": "W", "Ԍ": "G",
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s",
    "ј": "j", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ո": "n", "ɡ": "g", "ı": "i",
    "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N",
    "Ο": "O", "Ρ": "P", "Τ": "T", "Υ": "Y", "Χ": "X", "ο": "o", "ν": "v", "ρ": "p", "α": "a",
    "〇": "0", "Ⲟ": "O", "Ꭺ": "A", "Ᏼ": "B", "Ꮐ": "G", "Ꭲ": "T", "∕": "/", "⁄": "/", "╱": "/",
}  # fmt: skip


def canonical_id(s: str) -> str:
    """Return the one spelling of an identifier such as the number of a standard.

    NFKC, dashes folded to ``-``, invisible characters dropped, runs of white space made one
    blank, blanks around ``/ - .`` removed, Latin letters in upper case.

    Args:
        s: The identifier as it was written.

    Returns:
        Only ``A-Z 0-9 . _ / -`` and single blanks. Law: idempotent.

    Raises:
        BadValue: It is empty, longer than 128 characters, or has a character of another
            script; the message shows its code point and the letter that it looks like.

    Example:
        >>> canonical_id("ＧＢ／Ｔ 1.1 — 2020")
        'GB/T 1.1-2020'
        >>> canonical_id("GB/\u0422 1.1")
        Traceback (most recent call last):
        ...
        stdrules.base.errors.BadValue: character 4 of `GB/Т 1.1` is U+0422 CYRILLIC CAPITAL LETTER TE
          = hint: it looks like the Latin `T`; type that one
    """  # noqa: E501
    if len(s) > _LENGTH:
        raise BadValue(
            Text(
                f"标识超过 {_LENGTH} 个字符", f"the identifier is longer than {_LENGTH} characters"
            )
        )
    for position, char in enumerate(s, start=1):
        if not _is_allowed(char):
            raise _stranger(s, position, char)
    folded = _fold(s)
    canonical = _AROUND_MARKS.sub(r"\1", " ".join(folded.split())).upper()
    if not canonical:
        raise BadValue(Text("标识为空", "the identifier is empty"))
    return canonical


def _fold(s: str) -> str:
    return fold_dashes(unicodedata.normalize("NFKC", fold_dashes(strip_invisible(s))))


def _is_allowed(char: str) -> bool:
    if char.isspace():
        return True
    if char in _ALIKE:
        return False
    # A sign that NFKC takes apart into several letters is a hazard, not a spelling.
    folded = _fold(char)
    return not folded or (len(folded) == 1 and bool(_ALLOWED.fullmatch(folded)))


def _stranger(s: str, position: int, char: str) -> BadValue:
    point = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "unnamed")
    alike = _ALIKE.get(char)
    hint = None
    if alike:
        kind = Text("拉丁字母", "Latin") if alike.isalpha() else Text("字符", "character")
        hint = Text(
            f"它与{kind.zh} `{alike}` 形似，请改用后者",
            f"it looks like the {kind.en} `{alike}`; type that one",
        )
    return BadValue(
        Text(
            f"`{s}` 的第 {position} 个字符是 {point} {name}",
            f"character {position} of `{s}` is {point} {name}",
        ),
        hint=hint,
    )
