"""What compiling and checking need of a ruleset. A loaded ruleset has this shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from stdrules.base.diagnostics import Span
from stdrules.model.ledger import Ledger
from stdrules.model.ruleset import RulesetHeader
from stdrules.model.vocabulary import Vocabulary


class PlainNorm(Protocol):
    """A norm, or the scorecard, under chosen readings and parameters."""

    @property
    def norm(self) -> Any:
        """The norm of the model, without switches."""

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings it rests on."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters it rests on."""

    def place(self, *path: str | int) -> Span:
        """Where a value stands in the file."""


class RulesetFiles(Protocol):
    """A ruleset whose files were read."""

    @property
    def name(self) -> str:
        """Its folder, as it is shown in findings."""

    @property
    def header(self) -> RulesetHeader:
        """The file ruleset.yaml."""

    @property
    def vocabulary(self) -> Vocabulary:
        """All fact types, the built-in one included."""

    @property
    def ledger(self) -> Ledger:
        """The file clauses.yaml."""

    def excerpt(self, span: Span) -> str | None:
        """The source line of a place."""


class RulesetSource(RulesetFiles, Protocol):
    """A ruleset that can be resolved under chosen readings and parameters."""

    @property
    def digest(self) -> str:
        """SHA-256 of its content."""

    def choose(
        self, readings: Mapping[str, str], parameters: Mapping[str, Any]
    ) -> tuple[Mapping[str, str], Mapping[str, str | None]]:
        """All readings and parameters with their values, defaults filled in."""

    def norms(
        self, readings: Mapping[str, str], parameters: Mapping[str, Any]
    ) -> Sequence[PlainNorm]:
        """The norms under chosen readings and parameters."""

    def scorecard(
        self, readings: Mapping[str, str], parameters: Mapping[str, Any]
    ) -> PlainNorm | None:
        """The scorecard under chosen readings and parameters."""
