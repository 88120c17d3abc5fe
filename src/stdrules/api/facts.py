"""Facts from whatever a caller has: records, models, a log, or files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from stdrules.api.sources import Sources, sources_of
from stdrules.base.diagnostics import Diagnostic, Severity
from stdrules.base.errors import FactsError, UsageError
from stdrules.base.text import Text
from stdrules.intake.collect import Collector
from stdrules.intake.columns import MappingReport
from stdrules.intake.digest import facts_digest
from stdrules.intake.files import BOOK_SUFFIXES, PARQUET, TEXT_SUFFIXES
from stdrules.intake.jsonl import read_jsonl
from stdrules.intake.mapping_file import Mapping as SheetMapping
from stdrules.intake.mapping_file import read_mapping
from stdrules.intake.python_facts import PythonFacts
from stdrules.intake.reader import Foreign, read_facts
from stdrules.intake.reader import explain_mapping as explain_headings
from stdrules.intake.schema import Schema
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.model.facts import FactLog

FactsLike: TypeAlias = FactLog | str | os.PathLike[str] | Iterable[object]
MappingLike: TypeAlias = SheetMapping | Mapping[str, Any] | str | os.PathLike[str]


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
        return _gather_file(Path(facts), source, case_id)
    if not isinstance(facts, Iterable):
        kind = type(facts).__name__
        raise UsageError(
            Text(f"`facts` 不能是 {kind}", f"`facts` cannot be of type {kind}"),
            hint=Text("请给出记录的列表、FactLog 或文件路径",
                      "give a list of records, a FactLog or the path of a file"),
        )  # fmt: skip
    reader = PythonFacts(source.vocabulary, case_types(source), source.header.timezone)
    log = reader.read(facts, default_case=case_id)
    return Gathered(log, facts_digest(log))


def gather_files(
    sources: Sources,
    source: LoadedRuleset,
    mapping: MappingLike | None = None,
    tolerant: bool = True,
    progress: Callable[[int], None] | None = None,
    foreign: Foreign | None = None,
) -> Gathered:
    """Read exported data.

    Args:
        sources: Files, folders, tables of databases, frames by fact type.
        source: The ruleset, for its vocabulary, case types and zone.
        mapping: What columns mean where their headings do not say it.
        tolerant: Whether rows that are wrong are set aside and counted.
        progress: Called with the number of rows read so far, now and then.
        foreign: Types and fields of other rulesets, which are left out without a finding.

    Raises:
        FactsError: A file is not there, nothing at all could be read, or (unless `tolerant`)
            something is wrong.
        MissingExtraError: What reads a source is not installed.
        UsageError: A source is none, or a database has no such table.
    """
    header = source.header
    found = read_facts(
        list(sources_of(sources)), source.vocabulary, case_types(source), header.timezone,
        as_mapping(mapping),
        tolerant, progress, foreign,
    )  # fmt: skip
    if not found.log.facts and any(d.severity is Severity.ERROR for d in found.diagnostics):
        raise FactsError(Text("没有读到任何事实", "no facts could be read"), found.diagnostics)
    return Gathered(
        found.log, facts_digest(found.log), found.diagnostics, dict(found.counts.rejected)
    )


def explain_mapping(
    sources: Sources, source: LoadedRuleset, mapping: MappingLike | None = None
) -> tuple[MappingReport, list[Diagnostic]]:
    """Tell what the columns of sources would be taken for; nothing is judged.

    Raises:
        FactsError: A file is not there, or the mapping cannot be used.
    """
    types = case_types(source)
    given = list(sources_of(sources))
    return explain_headings(given, source.vocabulary, types, as_mapping(mapping))


def as_mapping(mapping: MappingLike | None) -> SheetMapping | None:
    """Return a mapping read from wherever it is.

    Raises:
        FactsError: It does not follow the format.
    """
    if mapping is None or isinstance(mapping, SheetMapping):
        return mapping
    if isinstance(mapping, Mapping):
        return read_mapping(mapping)
    return read_mapping(Path(mapping))


def case_types(source: LoadedRuleset) -> list[str]:
    """Return the names of the case types, the default first."""
    return [case.type for case in source.header.case_types]


def _gather_file(path: Path, source: LoadedRuleset, case_id: str | None) -> Gathered:
    if path.is_dir() or path.suffix.casefold() in (*TEXT_SUFFIXES, *BOOK_SUFFIXES, *PARQUET):
        return gather_files(path, source, tolerant=False)
    # Whatever its name: JSON lines are what other programs hand over.
    schema = Schema(source.vocabulary, case_types(source), source.header.timezone)
    collector = Collector(schema, case_id)
    read_jsonl(path, collector)
    log = collector.close()
    collector.raise_errors()
    return Gathered(log, facts_digest(log), collector.diagnostics)
