"""Cut a FEEL text into tokens.

Names are letters (of any script), digits and underscores, and do not start with a digit.
Numbers use ASCII digits only: other digits look alike and are refused, not guessed.
"""

from __future__ import annotations

from typing import NamedTuple

from stdrules.base.diagnostics import Diagnostic
from stdrules.feel.errors import FeelError, Source

__all__ = ["KEYWORDS", "MAX_LITERAL", "MAX_TEXT", "Token", "tokenise"]

MAX_TEXT = 4096
MAX_LITERAL = 64

KEYWORDS = frozenset(
    (
        "if", "then", "else", "for", "in", "return", "some", "every", "satisfies",
        "between", "and", "or", "true", "false", "null",
    )
)  # fmt: skip
_TWO = ("..", "**", "<=", ">=", "!=")
_ONE = "()[]{},:.+-*/<>=@"
_DIGITS = "0123456789"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_LOOKALIKES = {
    "，": ",", "：": ":", "（": "(", "）": ")", "“": '"', "”": '"', "‘": "'", "’": "'",
    "＝": "=", "＜": "<", "＞": ">", "≤": "<=", "≥": ">=", "≠": "!=", "－": "-", "—": "-",
    "–": "-", "＋": "+", "【": "[", "】": "]", "；": ";", "。": ".", "×": "*", "÷": "/",
}  # fmt: skip


class Token(NamedTuple):
    """One token: kind is name, number, string, op or end; value is its meaning."""

    kind: str
    value: str
    start: int
    end: int


def tokenise(source: Source) -> list[Token]:
    """Cut a text into tokens, ending with one of kind `end`.

    Raises:
        FeelError: E202 for a character outside the language, E209 beyond the limits.
    """
    text = source.text
    if len(text) > MAX_TEXT:
        raise FeelError(
            "expression too long",
            (source.limit(0, 1, f"表达式有 {len(text)} 个字符，上限 {MAX_TEXT}",
                          f"the expression has {len(text)} characters, the limit is {MAX_TEXT}"),),
        )  # fmt: skip
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text.startswith("//", at):
            stop = text.find("\n", at)
            at = len(text) if stop < 0 else stop
        elif text.startswith("/*", at):
            stop = text.find("*/", at + 2)
            if stop < 0:
                raise _fail(source.syntax(at, at + 2, "/*", "注释结尾 `*/`", "the end `*/`"))
            at = stop + 2
        else:
            token = _token(source, at)
            tokens.append(token)
            at = token.end
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _fail(diagnostic: Diagnostic) -> FeelError:
    return FeelError("expression cannot be read", (diagnostic,))


def _token(source: Source, at: int) -> Token:
    text, char = source.text, source.text[at]
    if char == '"':
        return _string(source, at)
    if char in _DIGITS or (char == "." and text[at + 1 : at + 2] in set(_DIGITS)):
        return _number(source, at)
    if char.isalpha() or char == "_":
        end = at + 1
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        return Token("name", text[at:end], at, end)
    if text[at : at + 2] in _TWO:
        return Token("op", text[at : at + 2], at, at + 2)
    if char in _ONE:
        return Token("op", char, at, at + 1)
    raise _fail(_stray(source, at, char))


def _stray(source: Source, at: int, char: str) -> Diagnostic:
    ascii_form = _LOOKALIKES.get(char)
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    return source.report(
        "E202", at, at + 1, f"字符 `{shown}` (U+{ord(char):04X}) 不属于 FEEL",
        f"character `{shown}` (U+{ord(char):04X}) does not belong to FEEL",
        f"请写 `{ascii_form}`" if ascii_form else None,
        f"write `{ascii_form}`" if ascii_form else None,
    )  # fmt: skip


def _number(source: Source, at: int) -> Token:
    text = source.text
    end = at
    while end < len(text) and text[end] in _DIGITS:
        end += 1
    if text[end : end + 1] == "." and text[end + 1 : end + 2] in tuple(_DIGITS):
        end += 1
        while end < len(text) and text[end] in _DIGITS:
            end += 1
    if end - at > MAX_LITERAL:
        raise _fail(source.limit(at, end, f"数字超过 {MAX_LITERAL} 位",
                                 f"the number has more than {MAX_LITERAL} characters"))  # fmt: skip
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        stop = end
        while stop < len(text) and (text[stop].isalnum() or text[stop] == "_"):
            stop += 1
        raise _fail(source.syntax(at, stop, text[at:stop], "数字或名称", "a number or a name"))
    return Token("number", text[at:end], at, end)


def _string(source: Source, at: int) -> Token:
    text = source.text
    parts: list[str] = []
    end = at + 1
    while end < len(text) and text[end] != '"':
        if text[end] == "\n":
            break
        if "\ud800" <= text[end] <= "\udfff":
            raise _fail(_stray(source, end, text[end]))
        if text[end] != "\\":
            parts.append(text[end])
            end += 1
            continue
        piece, end = _escape(source, end)
        parts.append(piece)
    if text[end : end + 1] != '"':
        raise _fail(source.syntax(at, end, text[at:end], '结尾引号 `"`', 'the closing quote `"`'))
    return Token("string", "".join(parts), at, end + 1)


def _escape(source: Source, at: int) -> tuple[str, int]:
    """Read one backslash escape; return its meaning and the offset after it."""
    text = source.text
    mark = text[at + 1 : at + 2]
    if mark in _ESCAPES and mark:
        return _ESCAPES[mark], at + 2
    width = {"u": 4, "U": 6}.get(mark, 0)
    digits = text[at + 2 : at + 2 + width]
    if width and len(digits) == width and all(c in "0123456789abcdefABCDEF" for c in digits):
        code = int(digits, 16)
        if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
            return chr(code), at + 2 + width
    raise _fail(
        source.syntax(at, at + 2, text[at : at + 2], "转义字符", "an escape such as \\n or \\u4E00")
    )
