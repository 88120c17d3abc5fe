"""The collector: takes rows and statements one by one, and closes with a log and a count.

Semantics: docs/semantics.md, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from stdrules.base.diagnostics import Diagnostic, Severity, Span, make, sorted_diagnostics
from stdrules.base.errors import FactsError
from stdrules.base.text import Text, counted
from stdrules.intake import codes
from stdrules.intake.controls import Statement, read_statement
from stdrules.intake.links import CaseResolver
from stdrules.intake.merge import dangling, merge
from stdrules.intake.rows import Pending, Raw, read_row
from stdrules.intake.schema import Schema
from stdrules.model.facts import Complete, FactLog, Suspension, Waiver, Withdrawal


@dataclass(slots=True)
class Counts:
    """How many rows were read and what became of them.

    Attributes:
        rows: Rows read, without headings and empty rows.
        facts: Facts in the log, by type.
        rejected: Rows (or facts of wide rows) set aside, by type.
        repeated: Facts that repeat another one.
        statements: Withdrawals, waivers, suspensions and statements of completeness.
    """

    rows: int = 0
    facts: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    statements: int = 0

    @property
    def total_facts(self) -> int:
        """All facts in the log."""
        return sum(self.facts.values())

    @property
    def total_rejected(self) -> int:
        """All rows set aside."""
        return sum(self.rejected.values())


class Collector:
    """Collects rows and statements into a log.

    Args:
        schema: The types.
        default_case: The case of rows that name none, or None.
        progress: Called with the number of rows read so far, now and then.
    """

    def __init__(
        self,
        schema: Schema,
        default_case: str | None = None,
        progress: Callable[[int], None] | None = None,
        foreign: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.schema = schema
        self._foreign = foreign or {}
        self.default_case = default_case
        self.counts = Counts()
        self.diagnostics: list[Diagnostic] = []
        self._pending: list[Pending] = []
        self._log = FactLog()
        self._spans: dict[str, Span] = {}
        self._statements: dict[tuple[str, str], object] = {}
        self._progress = progress

    def count_row(self) -> None:
        """Count a row of the source."""
        self.counts.rows += 1
        if self._progress is not None and self.counts.rows % 1000 == 0:
            self._progress(self.counts.rows)

    def reject(self, kind: str, diagnostics: list[Diagnostic]) -> None:
        """Count something set aside, with the reasons."""
        self.counts.rejected[kind] = self.counts.rejected.get(kind, 0) + 1
        self.diagnostics += diagnostics

    def add(self, raw: Raw, schema: Schema | None = None) -> None:
        """Take a row for a fact; what only another ruleset knows is left out."""
        if raw.type in self._foreign:
            reader = self.schema.types.get(raw.type)
            if reader is None:
                return
            theirs = self._foreign[raw.type] - reader.readers.keys()
            if not theirs.isdisjoint(raw.values):
                own = {name: raw.values[name] for name in raw.values if name not in theirs}
                raw = replace(raw, values=own)
        found = read_row(raw, schema or self.schema, self.default_case)
        if isinstance(found, Pending):
            self._pending.append(found)
            if found.fact.supersedes is not None:
                self._spans[found.fact.supersedes] = found.span("supersedes")
        else:
            self.reject(raw.type, found)

    def add_statement(
        self,
        kind: str,
        values: Mapping[str, object],
        place: Callable[[str], Span],
        schema: Schema | None = None,
    ) -> None:
        """Take a withdrawal, waiver, suspension or statement of completeness."""
        named = values.get("complete") if kind == "complete" else None
        if isinstance(named, str) and named in self._foreign and named not in self.schema.types:
            return
        found = read_statement(kind, values, place, schema or self.schema)
        if isinstance(found, list):
            self.reject(kind, found)
            return
        self.take_statement(found, place)

    def take_statement(self, found: Statement, place: Callable[[str], Span]) -> None:
        """Take a statement that is already read."""
        self.counts.statements += 1
        log = self._log
        if isinstance(found, Withdrawal):
            if found not in log.withdrawals:
                log.withdrawals.append(found)
            self._spans[found.withdraws] = place("withdraws")
        elif isinstance(found, Complete):
            if found not in log.completes:
                log.completes.append(found)
        else:
            self._add_named(found, place)

    def _add_named(self, found: Waiver | Suspension, place: Callable[[str], Span]) -> None:
        kind = "waiver" if isinstance(found, Waiver) else "suspension"
        known = self._statements.setdefault((kind, found.id), found)
        if known is not found:
            if known != found:
                self.reject(kind, [make(
                    codes.SAME_ID, place(kind),
                    zh=f"`{kind}` 的编号 `{found.id}` 已有不同的内容",
                    en=f"another {kind} has the id `{found.id}`, with other content",
                )])  # fmt: skip
            return
        if isinstance(found, Waiver):
            self._log.waivers.append(found)
        else:
            self._log.suspensions.append(found)

    def drain(self) -> tuple[list[Pending], FactLog, list[Diagnostic]]:
        """Hand over what was read: facts without their cases, statements, and what is wrong.

        For readers that find cases, repeats and corrections by joins of their own; the collector
        is not to be used any further.
        """
        return self._pending, self._log, self.diagnostics

    def close(self) -> FactLog:
        """Resolve cases, drop repeats, check corrections, and return the log.

        Facts are sorted by id; the order of the rows leaves no trace.
        """
        resolver = CaseResolver(self._pending, self.default_case)
        placed: list[Pending] = []
        for item in self._pending:
            trouble = resolver.resolve(item)
            if trouble is None:
                placed.append(item)
            else:
                self.reject(item.fact.type, [trouble])
        kept, aside = merge(placed)
        for item in placed:
            if id(item) in aside:
                self.reject(item.fact.type, [aside[id(item)]])
        self.counts.repeated = len(placed) - len(kept) - len(aside)
        for item in kept:
            self.counts.facts[item.fact.type] = self.counts.facts.get(item.fact.type, 0) + 1
            self._warn_of_no_time(item)
        self._log.facts = [item.fact for item in kept]
        self.diagnostics += dangling(self._log, self._spans)
        self.diagnostics = list(sorted_diagnostics(self.diagnostics))
        return self._log

    def _warn_of_no_time(self, item: Pending) -> None:
        fact, time = item.fact, item.reader.time
        if time is not None and fact.at is None and getattr(fact.fields[time], "blank", False):
            self.diagnostics.append(make(
                codes.NO_TIME, item.span(time),
                zh=f"`{fact.type}` 的 `{time}` 为空", en=f"`{time}` of `{fact.type}` is blank",
            ))  # fmt: skip

    def raise_errors(self) -> None:
        """Raise what was found, if any of it is an error.

        Raises:
            FactsError: Carries all diagnostics.
        """
        errors = [d for d in self.diagnostics if d.severity is Severity.ERROR]
        if errors:
            raise FactsError(
                Text(
                    f"事实数据有 {len(errors)} 处错误",
                    f"{counted(len(errors), 'error')} in the facts",
                ),
                self.diagnostics,
            )
