"""Files of facts become one log: JSON lines, CSV and XLSX, in any number and order.

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
from typing import Final

from stdrules.base.diagnostics import Diagnostic, Span, make, sorted_diagnostics
from stdrules.base.text import fold_identifier
from stdrules.base.time.zones import Zone
from stdrules.intake import codes
from stdrules.intake.collect import Collector, Counts
from stdrules.intake.columns import MappingReport
from stdrules.intake.csv_files import open_csv
from stdrules.intake.jsonl import read_jsonl
from stdrules.intake.mapping import Planner
from stdrules.intake.mapping_file import Mapping
from stdrules.intake.schema import Schema
from stdrules.intake.sheet_rows import read_rows
from stdrules.intake.tables import Table, head_and_rest
from stdrules.intake.xlsx_files import open_xlsx
from stdrules.model.facts import FactLog
from stdrules.model.vocabulary import Vocabulary

JSON_SUFFIXES: Final = (".jsonl", ".ndjson")
TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt")
BOOK_SUFFIXES: Final = (".xlsx", ".xlsm")
_SUFFIXES: Final = JSON_SUFFIXES + TEXT_SUFFIXES + BOOK_SUFFIXES


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
    paths: Iterable[Path | str] | Path | str,
    vocabulary: Vocabulary,
    case_types: Sequence[str],
    zone: Zone | str,
    mapping: Mapping | None = None,
    tolerant: bool = True,
    progress: Callable[[int], None] | None = None,
    foreign: Foreign | None = None,
) -> Intake:
    """Read files of facts.

    Args:
        paths: Files (``.jsonl``, ``.csv``, ``.tsv``, ``.txt``, ``.xlsx``, ``.xlsm``) or folders
            of such files.
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
        FactsError: `tolerant` is false and something is wrong; it carries every finding.
        MissingExtraError: A workbook is to be read and python-calamine is not installed.
    """
    with _collection_paused():
        return _read(paths, vocabulary, case_types, zone, mapping, tolerant, progress, foreign)


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
    paths: Iterable[Path | str] | Path | str,
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
    files = list(_files([paths] if isinstance(paths, Path | str) else paths, collector))
    names = names_of(files)
    tables: list[Table] = []
    for path in files:
        name = names[path]
        suffix = path.suffix.casefold()
        if suffix in JSON_SUFFIXES:
            read_jsonl(path, collector, name)
        elif suffix in TEXT_SUFFIXES:
            table = open_csv(path, name, collector.diagnostics)
            tables += [table] if table is not None else []
        else:
            tables += open_xlsx(path, name, collector.diagnostics)
    if foreign is not None:
        tables = [one for one in tables if not _is_foreign(one, foreign, mapping, collector)]
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
    paths: Iterable[Path | str] | Path | str,
    vocabulary: Vocabulary,
    case_types: Sequence[str],
    mapping: Mapping | None = None,
) -> tuple[MappingReport, list[Diagnostic]]:
    """Tell what the columns of files would be taken for, reading their headings only.

    Returns:
        The report, and what is wrong with the files, tables or the mapping.
    """
    collector = Collector(Schema(vocabulary, case_types, "UTC"))
    planner = Planner(vocabulary, case_types, mapping)
    files = list(_files([paths] if isinstance(paths, Path | str) else paths, collector))
    names = names_of(files)
    for path in files:
        suffix = path.suffix.casefold()
        if suffix in JSON_SUFFIXES:
            continue
        if suffix in TEXT_SUFFIXES:
            table = open_csv(path, names[path], collector.diagnostics)
            tables = [table] if table is not None else []
        else:
            tables = open_xlsx(path, names[path], collector.diagnostics)
        for one in tables:
            head, _ = head_and_rest(one)
            if planner.plan(one, head) is None and head:
                collector.diagnostics.append(unmapped(one))
    if mapping is not None:
        planner.close()
    return planner.report, list(sorted_diagnostics([*collector.diagnostics, *planner.diagnostics]))


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


def _is_foreign(
    table: Table, foreign: Foreign, mapping: Mapping | None, collector: Collector
) -> bool:
    """Tell whether a table is named after a type of another ruleset, and note that if so."""
    if fold_identifier(table.title) not in foreign.sheets:
        return False
    if mapping is not None and mapping.rule_for(table.file, table.sheet, table.title) is not None:
        return False
    collector.diagnostics.append(unmapped(table))
    return True


def unmapped(table: Table) -> Diagnostic:
    """Build the diagnostic of a table of which it cannot be told what it holds."""
    return make(
        codes.UNMAPPED, table.place(), zh=f"未识别 `{table.title}` 是哪种事实",
        en=f"`{table.title}` is not the name of a fact type",
        hint_zh="请改用事实类型的名称作表名，或写映射文件",
        hint_en="name it after a fact type, or write a mapping file",
    )  # fmt: skip


def _files(paths: Iterable[Path | str], collector: Collector) -> Iterable[Path]:
    """Yield the files, those of folders in the order of their names."""
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.casefold() in _SUFFIXES)
            yield from (p for p in inside if p.is_file() and not p.name.startswith(("~$", ".")))
        elif path.suffix.casefold() in _SUFFIXES:
            yield path
        else:
            known = ", ".join(_SUFFIXES)
            collector.diagnostics.append(make(
                codes.NO_FILE, Span(path.name), zh=f"不支持的文件格式 `{path.suffix}`",
                en=f"unsupported format `{path.suffix}`",
                hint_zh=f"支持：{known}", hint_en=f"supported: {known}",
            ))  # fmt: skip


def names_of(files: Sequence[Path]) -> dict[Path, str]:
    """Return how files are called in places: by their names, with the folder if two agree."""
    counts = Counter(path.name for path in files)
    return {
        path: path.name if counts[path.name] == 1 else f"{path.parent.name}/{path.name}"
        for path in files
    }
