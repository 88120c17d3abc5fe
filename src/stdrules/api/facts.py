"""Facts from whatever a caller has: records, models, a log, or files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.intake.collect import Collector
from stdrules.intake.jsonl import read_jsonl
from stdrules.intake.python_facts import PythonFacts
from stdrules.intake.schema import Schema
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.model.facts import FactLog

FactsLike: TypeAlias = FactLog | str | os.PathLike[str] | Iterable[object]


@dataclass(slots=True)
class Gathered:
    """Facts that were read, and what became of the rest.

    Attributes:
        log: The facts.
        digest: SHA-256 of their content, whatever their order.
        diagnostics: What is wrong with the data.
        rejected: Rows set aside, by type.
    """

    log: FactLog
    digest: str
    diagnostics: Sequence[Diagnostic] = ()
    rejected: dict[str, int] = field(default_factory=dict)


def gather(facts: FactsLike, source: LoadedRuleset, case_id: str | None = None) -> Gathered:
    """Read facts strictly: one that is wrong refuses them all.

    Args:
        facts: Mappings, pydantic models, facts and statements; a log; or the path of a file.
        source: The ruleset, for its vocabulary, case types and zone.
        case_id: The case of records that name none.

    Raises:
        FactsError: Something is wrong; it carries every finding.
        UsageError: It is none of these.
    """
    if isinstance(facts, FactLog):
        return Gathered(facts, facts_digest(facts))
    if isinstance(facts, str | os.PathLike):
        collector = Collector(schema_of(source), case_id)
        read_jsonl(Path(facts), collector)
        log = collector.close()
        collector.raise_errors()
        return Gathered(log, facts_digest(log), collector.diagnostics)
    if not isinstance(facts, Iterable):
        kind = type(facts).__name__
        raise UsageError(
            Text(f"`facts` 不能是 {kind}", f"`facts` cannot be of type {kind}"),
            hint=Text("请给出记录的列表、FactLog 或文件路径",
                      "give a list of records, a FactLog or the path of a file"),
        )  # fmt: skip
    types = [case.type for case in source.header.case_types]
    reader = PythonFacts(source.vocabulary, types, source.header.timezone)
    log = reader.read(facts, default_case=case_id)
    return Gathered(log, facts_digest(log))


def schema_of(source: LoadedRuleset) -> Schema:
    """Return what intake needs to know of a ruleset."""
    header = source.header
    return Schema(source.vocabulary, [c.type for c in header.case_types], header.timezone)


def facts_digest(log: FactLog) -> str:
    """PROVISIONAL."""
    import hashlib

    rows = sorted(
        repr(
            (
                f.type,
                f.id,
                sorted(f.cases.items()),
                f.at,
                sorted(f.fields.items(), key=lambda kv: kv[0]),
                f.recorded,
                f.supersedes,
            )
        )
        for f in log.facts
    )
    rows += sorted(map(repr, [*log.withdrawals, *log.waivers, *log.suspensions, *log.completes]))
    return hashlib.sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest()
