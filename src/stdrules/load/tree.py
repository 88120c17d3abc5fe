"""A YAML file as plain text trees, and where each key and value stood.

Values are ``dict``, ``list``, ``str`` or None; places are kept beside them, so that the trees
stay plain data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from stdrules.base.diagnostics import Span
from stdrules.model.switches import Path

# Start line, start column, end line, end column; 1-based, the end column is behind the last.
Place = tuple[int, int, int, int]


@dataclass(slots=True)
class Marks:
    """Where the parts of one value stood.

    ``parts`` holds, for a mapping, ``key -> (place of the key, marks of the value)``, for a
    list the marks of its entries.
    """

    place: Place
    parts: dict[str, tuple[Place, Marks]] | list[Marks] | None = None

    def at(self, path: Path) -> tuple[Marks, Place | None, int]:
        """Walk along a path as far as it goes.

        Returns:
            The marks of the last value reached, the place of its key if it has one, and how
            many steps were taken.
        """
        marks: Marks = self
        key: Place | None = None
        for count, step in enumerate(path):
            parts = marks.parts
            if isinstance(parts, dict) and isinstance(step, str) and step in parts:
                key, marks = parts[step]
            elif isinstance(parts, list) and isinstance(step, int) and step < len(parts):
                key, marks = None, parts[step]
            else:
                return marks, key, count
        return marks, key, len(path)


@dataclass(slots=True)
class Tree:
    """One file: its data, the places of its parts, and its lines for excerpts."""

    file: str
    data: Any
    marks: Marks
    lines: list[str] = field(default_factory=list, repr=False)

    def span(self, path: Path = ()) -> Span:
        """Return the place of the value at a path, or of the nearest value around it."""
        return to_span(self.file, self.marks.at(path)[0].place)

    def key_span(self, path: Path) -> Span:
        """Return the place of the key of the value at a path; of the value if it has no key."""
        marks, key, _ = self.marks.at(path)
        return to_span(self.file, key or marks.place)

    def excerpt(self, line: int) -> str | None:
        """Return a source line by its number, counted from 1."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else None

    def excerpt_at(self, span: Span) -> str | None:
        """Return the source line of a place in this file."""
        return self.excerpt(span.line)

    def __contains__(self, path: Path) -> bool:
        return self.marks.at(path)[2] == len(path)


def to_span(file: str, place: Place) -> Span:
    """Return a place as a span of a file."""
    return Span(file, *place)
