"""Sources of facts become one log: files, tables of databases, frames; in any number and order.

Semantics: docs/semantics.md, section 2; docs/mapping.md.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingABC
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from stdrules.base.diagnostics import Diagnostic, make, sorted_diagnostics
from stdrules.base.text import fold_identifier
from stdrules.base.time.zones import Zone
from stdrules.intake import codes
from stdrules.intake.batch_sources import Batches, Lines, Source, open_all, table_of
from stdrules.intake.collect import Collector, Counts
from stdrules.intake.columns import MappingReport
from stdrules.intake.jsonl import read_jsonl
from stdrules.intake.mapping import Planner
from stdrules.intake.mapping_file import Mapping
from stdrules.intake.schema import Schema
from stdrules.intake.sheet_rows import read_rows
from stdrules.intake.sql_tables import Databases, SqlTable, named_tables
from stdrules.intake.tables import Table, head_and_rest
from stdrules.model.facts import FactLog
from stdrules.model.vocabulary import Vocabulary

Sources: TypeAlias = str | Source | Iterable[str | Source]


@dataclass(frozen=True, slots=True)
class Foreign:
    """What other rulesets know that read the same files.

    Attributes:
        types: Fact type -> names of its fields.
        sheets: Folded names of sheets that mean a type which only another ruleset has: their
            headings are not guessed at.
    """

    types: MappingABC[str, frozenset[str]]
    sheets: frozenset[str] = frozenset()


@dataclass(slots=True)
class Intake:
    """What was read.

    Attributes:
        log: The facts and the statements about them.
        diagnostics: What is wrong, in the order of files and places.
        counts: Rows read, facts, rows set aside.
        mapping: What every column was taken for.
    """

    log: FactLog
    diagnostics: list[Diagnostic]
    counts: Counts
    mapping: MappingReport


def read_facts(
    sources: Sources,
    vocabulary: Vocabulary,
    case_types: Sequence[str],
    zone: Zone | str,
    mapping: Mapping | None = None,
    tolerant: bool = True,
    progress: Callable[[int], None] | None = None,
    foreign: Foreign | None = None,
) -> Intake:
    """Read sources of facts.

    Args:
        sources: Files (``.jsonl``, ``.csv``, ``.tsv``, ``.txt``, ``.xlsx``, ``.xlsm``,
            ``.parquet``), folders of such files, tables of databases, mappings from fact types
            to frames.
        vocabulary: The fact types.
        case_types: Names of the case types, the default first.
        zone: Where times without an offset are meant, or its name.
        mapping: What columns mean where their headings do not say it.
        tolerant: Whether rows that are wrong are set aside and counted; otherwise any error
            ends the reading, once all are found.
        progress: Called with the number of rows read so far, every thousand rows.
        foreign: What other rulesets know: where this vocabulary does not have it, it is left out
            without a finding.

    Returns:
        The log, what is wrong, the counts and the mapping report.

    Raises:
        FactsError: `tolerant` is false and something is wrong; it carries every finding. Or a
            database cannot be read.
        MissingExtraError: What reads a source is not installed.
    """
    with _collection_paused():
        return _read(sources, vocabulary, case_types, zone, mapping, tolerant, progress, foreign)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Pause the search for cycles: facts have none, and walking them doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(
    sources: Sources,
    vocabulary: Vocabulary,
    case_types: Sequence[str],
    zone: Zone | str,
    mapping: Mapping | None,
    tolerant: bool,
    progress: Callable[[int], None] | None,
    foreign: Foreign | None,
) -> Intake:
    schema = Schema(vocabulary, case_types, zone)
    collector = Collector(schema, progress=progress, foreign=foreign.types if foreign else None)
    planner = Planner(vocabulary, case_types, mapping)
    given = named_tables(_listed(sources), mapping)
    with Databases(given) as databases:
        tables: list[Table] = []
        for one in open_all(given, databases, collector.diagnostics):
            if isinstance(one, Table):
                tables.append(one)
            elif isinstance(one, Batches):
                tables.append(one.one_by_one())
            else:
                read_jsonl(one.path, collector, one.name)
        if foreign is not None:
            found = collector.diagnostics
            tables = [one for one in tables if not is_foreign(one, foreign, mapping, found)]
        _read_tables(tables, planner, collector, schema)
    if mapping is not None:
        planner.close()
    log = collector.close()
    found = list(sorted_diagnostics([*collector.diagnostics, *planner.diagnostics]))
    collector.diagnostics = found
    if not tolerant:
        collector.raise_errors()
    return Intake(log, found, collector.counts, planner.report)


def explain_mapping(
    sources: Sources,
    vocabulary: Vocabulary,
    case_types: Sequence[str],
    mapping: Mapping | None = None,
) -> tuple[MappingReport, list[Diagnostic]]:
    """Tell what the columns of sources would be taken for, reading their headings only.

    Returns:
        The report, and what is wrong with the files, tables or the mapping.
    """
    found: list[Diagnostic] = []
    planner = Planner(vocabulary, case_types, mapping)
    given = named_tables(_listed(sources), mapping)
    with Databases(given) as databases:
        for one in open_all(given, databases, found):
            if isinstance(one, Lines):
                continue
            table = table_of(one)
            head = one.head if isinstance(one, Batches) else head_and_rest(one)[0]
            if planner.plan(table, head) is None and head:
                found.append(unmapped(table))
    if mapping is not None:
        planner.close()
    return planner.report, list(sorted_diagnostics([*found, *planner.diagnostics]))


def _listed(sources: Sources) -> list[Source]:
    given = [sources] if isinstance(sources, str | Path | SqlTable | MappingABC) else sources
    return [Path(one) if isinstance(one, str) else one for one in given]


def _read_tables(
    tables: list[Table], planner: Planner, collector: Collector, schema: Schema
) -> None:
    titles = Counter(table.title for table in tables)
    variants: dict[tuple[bool, bool], Schema] = {(False, False): schema}
    for table in tables:
        head, rest = head_and_rest(table)
        plan = planner.plan(table, head)
        if plan is None:
            if head:
                collector.diagnostics.append(unmapped(table))
            continue
        key = (table.cells, table.date1904)
        if key not in variants:
            variants[key] = schema.variant(*key)
        natural = table.title if titles[table.title] == 1 else str(table.place())
        read_rows(table, plan, chain(head, rest), collector, variants[key], natural)


def is_foreign(
    table: Table, foreign: Foreign, mapping: Mapping | None, diagnostics: list[Diagnostic]
) -> bool:
    """Tell whether a table is named after a type of another ruleset, and note that if so."""
    if fold_identifier(table.title) not in foreign.sheets:
        return False
    if mapping is not None and mapping.rule_for(
        table.file, table.sheet, table.title, table.database
    ) is not None:
        return False
    diagnostics.append(unmapped(table))
    return True


def unmapped(table: Table) -> Diagnostic:
    """Build the diagnostic of a table of which it cannot be told what it holds."""
    return make(
        codes.UNMAPPED, table.place(), zh=f"未识别 `{table.title}` 是哪种事实",
        en=f"`{table.title}` is not the name of a fact type",
        hint_zh="请改用事实类型的名称作表名，或写映射文件",
        hint_en="name it after a fact type, or write a mapping file",
    )  # fmt: skip
