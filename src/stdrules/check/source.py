"""What checking needs of a ruleset and its tests, and where things stand in their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make
from stdrules.base.text import Text
from stdrules.model.cases import TestCase
from stdrules.model.switches import Switch
from stdrules.plan.source import RulesetFiles

VOCABULARY = "vocabulary.yaml"


class RawNorm(Protocol):
    """A norm, or the scorecard, as it stands in its file, switches and all."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def tree(self) -> dict[str, Any]:
        """Its keys and values."""

    @property
    def span(self) -> Span:
        """Where it stands."""

    @property
    def switches(self) -> tuple[Switch, ...]:
        """The switches in it."""


class RawCase(Protocol):
    """A test of the ruleset."""

    @property
    def case(self) -> TestCase:
        """The test."""

    def place(self, *path: str | int) -> Span:
        """Where a part of it stands."""


class CheckSource(RulesetFiles, Protocol):
    """A ruleset whose files are checked as they stand."""

    @property
    def shared_files(self) -> Sequence[str]:
        """The shared vocabularies that it uses, as findings show them."""

    @property
    def norm_trees(self) -> Sequence[RawNorm]:
        """The norms as they stand in their files."""

    @property
    def scorecard_tree(self) -> RawNorm | None:
        """The scorecard as it stands in its file."""


class Finder:
    """Finds places by the words of a line, and builds findings there."""

    def __init__(self, source: CheckSource) -> None:
        self.source = source
        self._index: dict[str, dict[str, int]] = {}

    def file(self, name: str) -> str:
        """Return the name of a file as findings show it."""
        return f"{self.source.name}/{name}" if self.source.name else name

    def at(self, file: str, word: str) -> Span:
        """Return the first line of a file that declares an id or a key; else the file.

        What the vocabulary does not declare itself is looked for in the shared ones.
        """
        files = [self.file(file), *(self.source.shared_files if file == VOCABULARY else ())]
        for shown in files:
            if shown not in self._index:
                self._index[shown] = _declarations(self.source, shown)
            if line := self._index[shown].get(word, 0):
                return Span(shown, line)
        return Span(self.file(file))

    def report(
        self, code: str, span: Span, zh: str, en: str, hint: Text | None = None
    ) -> Diagnostic:
        """Build a finding."""
        return make(
            code, span, zh=zh, en=en, hint_zh=hint.zh if hint else None,
            hint_en=hint.en if hint else None, excerpt=self.source.excerpt(span),
        )  # fmt: skip


def near(name: str, known: Mapping[str, Any] | Sequence[str] | frozenset[str]) -> Text | None:
    """Suggest the known name that is most like another."""
    found = did_you_mean(name, known)
    return Text(f"是否指 `{found}`", f"did you mean `{found}`?") if found else None


_DECLARES = re.compile(r"""\s*(?:-\s+)?\{?\s*(?:id:\s*["']?([^"',\s}]+)|["']?([^"':\s]+)["']?:)""")


def _declarations(source: CheckSource, file: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in _lines(source, file):
        if match := _DECLARES.match(line):
            found.setdefault(match[1] or match[2], number)
    return found


def _lines(source: CheckSource, file: str) -> Iterator[tuple[int, str]]:
    number = 1
    while (line := source.excerpt(Span(file, number))) is not None:
        yield number, line
        number += 1
