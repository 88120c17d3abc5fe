"""Diagnostics: what is wrong with a file, where, what was expected and what to do.

A diagnostic is a value, collected and sorted, never raised by itself. Every code is registered
once, with a title and an explanation in both languages; codes are stable for ever.

Families: E1xx format of a file, E2xx expressions, E3xx references, ledger and plan, E4xx facts and
intake, E5xx evaluation; W.. warnings; I.. information.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stdrules.base.text import Text, char_width, display_width

_CODE = re.compile(r"[A-Z]{1,3}[0-9]{3}", re.ASCII)
_EXCERPT_COLUMNS = 120
_MORE = "…"
_HINT = Text("提示", "hint")
_RESET = "\x1b[0m"


class Severity(StrEnum):
    """How bad it is: an error makes the file unusable, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_SEVERITY_WORD = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.INFO: Text("说明", "info"),
}
_COLOUR = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.INFO: "\x1b[1;36m",
}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file.

    Lines and columns are 1-based and count characters; 0 means unknown. `end_column` is the
    column after the last character. A cell of a sheet is ``Span("book.xlsx!Sheet!B7")``.
    """

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        """Return ``file``, ``file:line`` or ``file:line:column``."""
        if not self.line:
            return self.file
        if not self.column:
            return f"{self.file}:{self.line}"
        return f"{self.file}:{self.line}:{self.column}"

    def to_json(self) -> dict[str, Any]:
        """Return the known parts as a mapping."""
        found: dict[str, Any] = {"file": self.file}
        for name in ("line", "column", "end_line", "end_column"):
            if value := getattr(self, name):
                found[name] = value
        return found


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """A registered code: how bad it is and what it means, in both languages."""

    code: str
    severity: Severity
    title: Text
    explanation: Text


CODES: dict[str, CodeInfo] = {}


def register(
    code: str,
    severity: Severity,
    title_zh: str,
    title_en: str,
    explain_zh: str,
    explain_en: str,
) -> str:
    """Add a code to the catalogue and return it.

    Registering the same entry again changes nothing, so that modules may be reloaded.

    Raises:
        ValueError: The code is malformed, or is taken by another entry.
    """
    info = CodeInfo(code, severity, Text(title_zh, title_en), Text(explain_zh, explain_en))
    if not _CODE.fullmatch(code):
        raise ValueError(f"`{code}` is not a code like E101 or STR001")
    if CODES.setdefault(code, info) != info:
        raise ValueError(f"the code `{code}` is already registered with another meaning")
    return code


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a file: code, place, message in both languages, hint, source line."""

    code: str
    severity: Severity
    span: Span
    message: Text
    hint: Text | None = None
    excerpt: str | None = None

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Order by file (numbers in names by value), place, code and message."""
        parts = re.split(r"([0-9]+)", self.span.file)
        name = tuple(int(p) if i % 2 else p for i, p in enumerate(parts))
        hint = self.hint.en if self.hint else ""
        return (name, self.span, self.code, self.message.en, hint, self.excerpt or "")

    def render(self, lang: str = "en", color: bool = False) -> str:
        """Return the diagnostic as text, with carets under the place.

        Args:
            lang: ``"zh"`` or ``"en"``.
            color: Whether to add ANSI colours.

        Returns:
            One or more lines without a final newline. Control characters in names and source
            lines are shown as a replacement character, so that a file cannot drive a terminal.
        """
        word = f"{_SEVERITY_WORD[self.severity].get(lang)}[{self.code}]"
        carets = _carets(self.excerpt, self.span) if self.excerpt is not None else None
        if color:
            word = f"{_COLOUR[self.severity]}{word}{_RESET}"
        place = printable(str(self.span))
        head = f"{place}: {word}" if place else word
        lines = [f"{head}: {printable(self.message.get(lang))}"]
        number = str(self.span.line) if self.span.line else ""
        gutter = " " * (len(number) + 1)
        if carets is not None:
            shown, marks = carets
            lines += [f"{gutter}|", f"{number} | {shown}" if number else f" | {shown}"]
            if marks:
                marks = f"{_COLOUR[self.severity]}{marks}{_RESET}" if color else marks
                lines.append(f"{gutter}| {marks}")
        if self.hint is not None:
            lines.append(f"{gutter}= {_HINT.get(lang)}: {printable(self.hint.get(lang))}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return the diagnostic as plain data; absent parts are None."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "span": self.span.to_json(),
            "message": self.message.to_json(),
            "hint": self.hint.to_json() if self.hint else None,
            "excerpt": self.excerpt,
        }


def make(
    code: str,
    span: Span,
    *,
    zh: str,
    en: str,
    hint_zh: str | None = None,
    hint_en: str | None = None,
    excerpt: str | None = None,
) -> Diagnostic:
    """Build a diagnostic of a registered code.

    Raises:
        ValueError: The code is not registered, or a hint has one language only.
    """
    info = CODES.get(code)
    if info is None:
        raise ValueError(f"the code `{code}` is not registered")
    if (hint_zh is None) != (hint_en is None):
        raise ValueError(f"the hint of `{code}` needs both languages")
    hint = None if hint_zh is None or hint_en is None else Text(hint_zh, hint_en)
    return Diagnostic(code, info.severity, span, Text(zh, en), hint, excerpt)


def sorted_diagnostics(diags: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics without repeats, in the order of files and places."""
    return tuple(sorted(dict.fromkeys(diags), key=lambda d: d.sort_key))


def render_all(diags: Iterable[Diagnostic], lang: str = "en", color: bool = False) -> str:
    """Render the diagnostics in order, an empty line between two."""
    return "\n\n".join(d.render(lang, color) for d in sorted_diagnostics(diags))


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`, or None if none is near.

    The answer does not depend on the order of `known`; case is ignored at first.

    Example:
        >>> did_you_mean("taks", ["client", "task", "visit"])
        'task'
    """
    names = sorted(set(known) - {name})
    folded = name.casefold()[:64]
    same = [candidate for candidate in names if candidate.casefold() == folded]
    if same:
        return same[0]
    scored = [
        (difflib.SequenceMatcher(None, folded, candidate.casefold()[:64]).ratio(), candidate)
        for candidate in names
    ]
    near = [(-ratio, candidate) for ratio, candidate in scored if ratio >= 0.6]
    return min(near)[1] if near else None


def printable(s: str) -> str:
    """Replace control and direction characters, keeping newlines out of a single line."""
    if s.isprintable():
        return s
    return "".join(map(_printable_char, s))


def _printable_char(char: str) -> str:
    if char == "\t":
        return " "
    return "\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char


def _carets(excerpt: str, span: Span) -> tuple[str, str]:
    """Return the source line and the marks under it, both cut to a window around the place."""
    line = printable(excerpt.split("\n", 1)[0].rstrip("\r"))
    start = min(max(span.column - 1, 0), len(line))
    stop = start + 1
    if span.end_column > span.column and span.end_line in (0, span.line):
        stop = span.end_column - 1
    elif span.end_line > span.line:
        stop = len(line)
    stop = max(start + 1, min(stop, len(line)))
    if display_width(line) > _EXCERPT_COLUMNS:
        line, start, stop = _window(line, start, stop)
    if not span.column:
        return line, ""
    width = max(1, display_width(line[start:stop]))
    return line, " " * display_width(line[:start]) + "^" * width


def _window(line: str, start: int, stop: int) -> tuple[str, int, int]:
    """Cut a long line so that the marked part stays in view."""
    left = max(0, start - 40)
    used, right = 0, left
    while right < len(line) and used < _EXCERPT_COLUMNS - 2:
        used += char_width(line[right])
        right += 1
    head = _MORE if left else ""
    tail = _MORE if right < len(line) else ""
    shift = len(head) - left
    return head + line[left:right] + tail, start + shift, min(stop, right) + shift
