"""Lines of text fitted to a width in terminal columns, and colours if they are asked for."""

from __future__ import annotations

import re
from typing import Final

from stdrules.base.diagnostics import printable
from stdrules.base.text import char_width, display_width

DEFAULT_WIDTH: Final = 100
MIN_WIDTH: Final = 40
# A piece is a word or one other character, with the opening brackets that must not end a line and
# the closing punctuation that must not begin one.
# The place of a fact, such as 服务台账!12, is one word.
_PIECES = re.compile(
    r"[（“‘《(\[]*(?:[^\x00-~，。；：、！？（）“”‘’《》…]{1,12}![!-~]+|[!-~]+|[^!-~])"
    r"[，。；：、！？）》”’…]*"
)
_COLOURS = {"red": "31", "yellow": "33", "green": "32", "cyan": "36", "bold": "1"}


def wrap(text: str, width: int, indent: str = "", hanging: str | None = None) -> list[str]:
    """Break a text into lines: between Chinese characters anywhere, else at blanks.

    Args:
        text: One paragraph; control characters are replaced.
        width: Terminal columns of a line, indentation included.
        indent: What the first line begins with.
        hanging: What the other lines begin with; None means as the first.

    Returns:
        At least one line. Only a word longer than a line is cut.

    Example:
        >>> wrap("应在 48 小时内完成", 10)
        ['应在 48 小', '时内完成']
    """
    hanging = indent if hanging is None else hanging
    lines: list[str] = []
    start = line = indent
    used = display_width(line)
    for piece in _PIECES.findall(printable(text)):
        size = display_width(piece)
        if used + size > width and line != start:
            lines.append(line.rstrip())
            start = line = hanging
            used = display_width(line)
        if piece == " " and line == start:
            continue
        if used + size <= width:
            line += piece
            used += size
            continue
        # Longer than a whole line: the only place where a word is cut.
        for char in piece:
            if used + char_width(char) > width and line != start:
                lines.append(line)
                start = line = hanging
                used = display_width(line)
            line += char
            used += char_width(char)
    lines.append(line.rstrip())
    return lines


def paint(text: str, colour: str, wanted: bool) -> str:
    """Colour a text for a terminal if colours are wanted."""
    code = _COLOURS.get(colour)
    return f"\x1b[{code}m{text}\x1b[0m" if wanted and code else text
