"""Facts and the statements about facts, as intake produces them and evaluators read them.

Times are closed intervals of microseconds (``When``); see docs/semantics.md, section 2.

Not here
    Which facts are seen at a date of knowledge (``stdrules.engine.view``); how rows of a
    spreadsheet become facts (``stdrules.intake``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stdrules.base.time.moments import When


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read: file, sheet and row (1-based; 0 = not known)."""

    file: str
    sheet: str = ""
    row: int = 0

    def label(self) -> str:
        """Return a short place for people.

        Example:
            >>> Source("export.xlsx", "visits", 7).label()
            'export.xlsx!visits!7'
        """
        parts = [self.file, self.sheet, str(self.row) if self.row else ""]
        return "!".join(part for part in parts if part)


@dataclass(slots=True, eq=False)
class Fact:
    """One thing that happened, exists, was judged or was announced.

    Attributes:
        type: Fact type of the vocabulary.
        id: Unique within the log, but for corrections that name it in ``supersedes``.
        cases: Case type -> case ids; empty means the fact is visible in every case.
        at: When it happened. None for registers without a time (always there).
        fields: Every field of the type is present. A field that the source does not carry is
            ``Missing("field <id>.<name>")``; a blank one is the same with ``blank=True``.
        recorded: When it became known, in microseconds; None if the source does not say.
        supersedes: Id of the fact that this one corrects.
        source: Where it was read.
    """

    type: str
    id: str
    cases: Mapping[str, tuple[str, ...]]
    at: When | None
    fields: dict[str, object]
    recorded: int | None = None
    supersedes: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A tombstone: the named fact is taken back from ``recorded`` on (None: always known)."""

    withdraws: str
    recorded: int | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """Lifts obligations of a norm in a case. ``norm``, ``case`` or ``key`` None means any.

    ``first`` and ``last`` are ordinals of days, both included; None means unbounded.
    """

    id: str
    norm: str | None
    case: str | None
    by: str
    reason: str
    first: int | None
    last: int | None
    key: str | None = None
    recorded: int | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """Stops the clock of obligations; ``start`` and ``end`` (exclusive) in microseconds."""

    id: str
    norm: str | None
    case: str | None
    reason: str
    start: int
    end: int | None
    tolling: bool = True
    recorded: int | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """Says that all facts of a type up to ``until`` (microseconds) are in the log."""

    type: str
    case: str | None
    until: int
    recorded: int | None = None


@dataclass(slots=True)
class FactLog:
    """Everything that is known: facts in any order, and statements about them."""

    facts: list[Fact] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    suspensions: list[Suspension] = field(default_factory=list)
    completes: list[Complete] = field(default_factory=list)
