"""Writing to the terminal: UTF-8 everywhere, colours only where a person reads."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass

from stdrules.cli.language import Say, sayer


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where texts go, and in which language."""

    lang: str

    @property
    def say(self) -> Say:
        """Picks the text of the language."""
        return sayer(self.lang)

    @property
    def color(self) -> bool:
        """Whether standard output shows colours."""
        return _colourful(sys.stdout.isatty())

    @property
    def error_color(self) -> bool:
        """Whether standard error shows colours."""
        return _colourful(sys.stderr.isatty())

    @property
    def width(self) -> int:
        """Columns of a line: those of the terminal, else 100."""
        return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100

    def write(self, text: str) -> None:
        """Write a text to standard output, with a final newline."""
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")

    def error(self, text: str) -> None:
        """Write a text to standard error, with a final newline."""
        sys.stdout.flush()
        sys.stderr.write(text if text.endswith("\n") else f"{text}\n")
        sys.stderr.flush()


def use_utf8() -> None:
    """Make the standard streams write UTF-8 with plain newlines, whatever the system prefers."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _colourful(is_terminal: bool) -> bool:
    return is_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
