"""Reading more than fits into memory: sources become a spool of facts by case.

Rows that are plain are converted by columns; all others, workbooks, JSON lines, wide tables and
statements go through the row reader into the same spool. Findings and set-aside rows are those of
``stdrules.intake.reader`` on the same data.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.diagnostics import Diagnostic, Severity, make
from stdrules.base.truth import Missing
from stdrules.intake import codes
from stdrules.intake.batch_cases import Cases, Trouble
from stdrules.intake.batch_cells import Cells
from stdrules.intake.batch_links import Links
from stdrules.intake.batch_shape import Origin, Shape
from stdrules.intake.batch_sources import Batches, Lines, Source, of_text, open_all, table_of
from stdrules.intake.batch_spool import EVERYWHERE, Spool
from stdrules.intake.collect import Collector
from stdrules.intake.columns import MappingReport, TablePlan
from stdrules.intake.jsonl import cannot_read, lines_of, read_json_lines
from stdrules.intake.mapping import Planner
from stdrules.intake.mapping_file import Mapping as SheetMapping
from stdrules.intake.quarantine import Quarantine
from stdrules.intake.reader import Foreign, is_foreign, unmapped
from stdrules.intake.rows import Pending
from stdrules.intake.schema import Schema
from stdrules.intake.sheet_rows import read_rows
from stdrules.intake.sql_tables import Databases, named_tables
from stdrules.intake.tables import Table, head_and_rest
from stdrules.intake.xlsx_guard import MEMORY
from stdrules.model.facts import Fact, FactLog

if TYPE_CHECKING:
    import polars as pl

_BUFFER: Final = 5_000


@dataclass(slots=True)
class Read:
    """What became of the sources.

    Attributes:
        rows: Rows read.
        facts: Facts by type.
        repeated: Facts that repeat another one.
        log: Statements, and facts that need to be seen one by one: judgements, corrections, what
            they correct, and what is withdrawn.
        tangled: Hashes of the ids of these, which the spool still holds.
        diagnostics: About files and headings, and warnings; not those of set-aside rows.
        mapping: What columns were taken for.
        rejected, reasons: Rows set aside by type; findings by type and code.
        examples: The first of these findings.
        failed: Whether files or headings have errors.
    """

    rows: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    log: FactLog = field(default_factory=FactLog)
    tangled: Any = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    mapping: MappingReport = field(default_factory=MappingReport)
    rejected: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)
    examples: list[Diagnostic] = field(default_factory=list)
    failed: bool = False

    def save(self, path: Path) -> None:
        """Keep it beside the spool."""
        path.write_bytes(pickle.dumps(self))


class Reading:
    """Reads sources into a spool.

    Args:
        schema: The types; their cases must be such that joins find them (``Shape.fits``).
        mapping: What columns mean where their headings do not say it.
        spool: Where facts go.
        quarantine: Where rows go that are set aside.
        progress: Called with the number of rows read so far.
        foreign: What other rulesets know: where this one does not have it, it is left out.
        memory: Bytes that reading a workbook may take.
    """

    def __init__(
        self, schema: Schema, mapping: SheetMapping | None, spool: Spool,
        quarantine: Quarantine, progress: Callable[[int], None] | None = None,
        foreign: Foreign | None = None, memory: int = MEMORY,
    ) -> None:  # fmt: skip
        self.schema = schema
        self.shape = Shape(schema)
        self.spool = spool
        self.quarantine = quarantine
        self.origins: list[Origin] = []
        parts = -(-spool.parts // 4)
        self.links = Links(self.shape, spool.folder / "links", parts, spool.room // 2)
        self.cases = Cases(self.shape, self.origins, self.links)
        self.found = Read()
        self.collector = Collector(schema, foreign=foreign.types if foreign else None)
        self._planner = Planner(schema.vocabulary, schema.case_types, mapping)
        self._mapping = mapping
        self._foreign = foreign
        self._memory = memory
        self._progress = progress
        self._pending: dict[tuple[str, int], list[Pending]] = {}
        self._rejected: Counter[str] = Counter()
        self.raw: dict[str, list[Path]] = {}
        self.replaced: set[str] = set()
        self.corrections: set[str] = set()
        self.judgements: list[Pending] = []
        self._no_time: dict[tuple[object, ...], Diagnostic] = {}

    def read(self, sources: Iterable[Source]) -> None:
        """Read all sources; facts whose cases follow from links wait in `raw`."""
        given = named_tables(sources, self._mapping)
        with Databases(given) as databases:
            opened = list(open_all(given, databases, self.found.diagnostics, self._memory))
            own = [one for one in opened if isinstance(one, Lines) or not self._is_foreign(one)]
            titles = Counter(table_of(one).title for one in own if not isinstance(one, Lines))
            for one in own:
                if isinstance(one, Lines):
                    self._json(one.path, one.name)
                    continue
                table = table_of(one)
                natural = table.title if titles[table.title] == 1 else str(table.place())
                if isinstance(one, Batches):
                    self._batches(one, natural)
                elif one.sheet:
                    self._sheet(one, natural)
                else:
                    self._batches(of_text(one), natural)
        if self._mapping is not None:
            self._planner.close()
        self._flush()
        self.spool.flush()
        self.found.mapping = self._planner.report
        self.found.diagnostics += self._planner.diagnostics

    def _is_foreign(self, one: Table | Batches) -> bool:
        return self._foreign is not None and is_foreign(
            table_of(one), self._foreign, self._mapping, self.found.diagnostics
        )

    # -- tables -----------------------------------------------------------------------------

    def _batches(self, source: Batches, natural: str) -> None:
        table = source.table
        plan = self._planned(table, source.head)
        if plan is None:
            return
        src = self._origin(table, plan)
        cells = None
        if len(plan.types) == 1 and plan.statement is None and not plan.blocked:
            cells = Cells(self.shape, plan.types[0], natural, src)
        for batch in source.rows:
            rows = batch.filter(batch["row"] > plan.header)
            if cells is None:
                self._rows(table, plan, src, natural, source.cells(rows), self.schema)
                continue
            made, odd = cells.convert(rows)
            odd |= _surplus(rows, plan.width)
            if made.height != rows.height - int(odd.sum()):
                made = made.filter(~made["row"].is_in(rows["row"].filter(odd).implode()))
            self.found.rows += made.height
            self._take(plan.types[0].type, made)
            self._rows(table, plan, src, natural, source.cells(rows.filter(odd)), self.schema)
            self._tell()

    def _planned(
        self, table: Table, head: Sequence[tuple[int, Sequence[object]]]
    ) -> TablePlan | None:
        plan = self._planner.plan(table, head)
        if plan is None and head:
            self.found.diagnostics.append(unmapped(table))
        return plan

    def _origin(self, table: Table, plan: TablePlan) -> int:
        columns = {one.type: dict(one.columns) for one in plan.types}
        self.origins.append(Origin(table.file, table.sheet, columns))
        return len(self.origins) - 1

    def _sheet(self, table: Table, natural: str) -> None:
        """Read a sheet of a workbook row by row."""
        head, rest = head_and_rest(table)
        plan = self._planned(table, head)
        if plan is None:
            return
        src = self._origin(table, plan)
        schema = self.schema.variant(table.cells, table.date1904)
        rows = (row for part in (head, rest) for row in part)
        self._rows(table, plan, src, natural, rows, schema)
        self._tell()

    def _rows(
        self, table: Table, plan: TablePlan, src: int, natural: str,
        rows: Iterable[tuple[int, Sequence[object]]], schema: Schema,
    ) -> None:  # fmt: skip
        """Give rows to the row reader, and take what became of each at once."""

        def watched() -> Iterator[tuple[int, Sequence[object]]]:
            for number, cells in rows:
                yield number, cells
                self._harvest(src, number, cells)

        before = self.collector.counts.rows
        read_rows(table, plan, watched(), self.collector, schema, natural)
        self.found.rows += self.collector.counts.rows - before

    def _json(self, path: Path, name: str) -> None:
        """Read JSON lines; what became of each is taken at once."""
        self.origins.append(Origin(name, lines=True))
        src = len(self.origins) - 1

        def watched() -> Iterator[bytes]:
            with path.open("rb") as stream:
                for number, line in enumerate(lines_of(stream), start=1):
                    yield line
                    if self.collector.drain()[2]:
                        text = line.decode("utf-8", "replace").rstrip("\r\n")
                        self._harvest(src, number, [text])
                    else:
                        self._harvest(src, number, ())

        before = self.collector.counts.rows
        try:
            read_json_lines(watched(), self.collector, name)
        except OSError as error:
            self.found.diagnostics.append(cannot_read(name, error))
        self.found.rows += self.collector.counts.rows - before
        self._tell()

    def _harvest(self, src: int, number: int, cells: Sequence[object]) -> None:
        pending, _, findings = self.collector.drain()
        rejected = self.collector.counts.rejected
        if sum(rejected.values()) != self._rejected.total():
            origin = self.origins[src]
            for kind, count in rejected.items():
                for _ in range(count - self._rejected[kind]):
                    self.quarantine.add(kind, origin.file, origin.sheet, number, findings, cells)
                    findings = [] if len(rejected) == 1 else findings
            self._rejected = Counter(rejected)
        self.collector.diagnostics.clear()
        for item in pending:
            own = self._pending.setdefault((item.fact.type, src), [])
            own.append(item)
            if item.fact.supersedes is not None:
                self.corrections |= {item.fact.id, item.fact.supersedes}
                if item.fact.supersedes != item.fact.id:
                    self.replaced.add(item.fact.supersedes)
            self._warn(item)
        pending.clear()
        if any(len(own) >= _BUFFER for own in self._pending.values()):
            self._flush()

    def _warn(self, item: Pending) -> None:
        """Note that a fact has no time; told in the end, if the fact stands."""
        fact, time = item.fact, item.reader.time
        if time is not None and fact.at is None and getattr(fact.fields[time], "blank", False):
            self._no_time[_name_of(fact)] = make(
                codes.NO_TIME, item.span(time),
                zh=f"`{fact.type}` 的 `{time}` 为空", en=f"`{time}` of `{fact.type}` is blank",
            )  # fmt: skip

    def forget(self, fact: Fact) -> None:
        """Forget what was noted of a fact that does not stand."""
        self._no_time.pop(_name_of(fact), None)

    def warnings(self) -> Iterable[Diagnostic]:
        """Return what was noted of facts."""
        return self._no_time.values()

    def _flush(self) -> None:
        for (kind, src), items in self._pending.items():
            if items:
                self._take(kind, self.shape.frame(kind, items, src))
        self._pending.clear()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self.found.rows)

    # -- facts ------------------------------------------------------------------------------

    def _take(self, kind: str, frame: pl.DataFrame) -> None:
        """Take facts; those whose cases follow from links wait."""
        if not frame.height:
            return
        if self.shape.levels[kind]:
            folder = self.spool.folder / "raw"
            folder.mkdir(exist_ok=True)
            waiting = self.raw.setdefault(kind, [])
            path = folder / f"{kind}~{len(waiting):05d}.arrow"
            frame.write_ipc(path, compression="lz4")
            waiting.append(path)
        else:
            self.place(kind, frame)

    def place(self, kind: str, frame: pl.DataFrame) -> None:
        """Find the cases of facts and put them into the spool."""
        placed, troubles = self.cases.place(kind, frame)
        for trouble in troubles:
            self.set_aside(trouble)
        self.spool.note_ids(placed["id"])
        self.found.facts[kind] += placed.height
        put(self, kind, placed)

    def set_aside(self, trouble: Trouble) -> None:
        """Set a fact aside that was read but has no place; its cells are what was understood."""
        item, found = trouble
        self.forget(item.fact)
        source = item.fact.source
        file, sheet, row = (source.file, source.sheet, source.row) if source else ("", "", 0)
        cells = [f"{name}={value}" for name, value in item.fact.fields.items()
                 if not isinstance(value, Missing)]  # fmt: skip
        self.quarantine.add(item.fact.type, file, sheet, row, [found], [item.fact.id, *cells])

    def failed(self) -> bool:
        """Tell whether files or headings have errors."""
        return any(one.severity is Severity.ERROR for one in self.found.diagnostics)


def _name_of(fact: Fact) -> tuple[object, ...]:
    source = fact.source
    place = (source.file, source.sheet, source.row) if source else ()
    return (fact.type, fact.id, *place)


def put(reading: Reading, kind: str, placed: pl.DataFrame) -> None:
    """Put placed facts into the spool: once for each of their cases."""
    import polars as pl

    case_types = reading.schema.case_types
    names = [f"case:{one}" for one in case_types]
    own = [name for name in placed.columns if name in reading.shape.columns(kind)]
    somewhere = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    if kind == "judgement":
        for row in placed.iter_rows(named=True):
            item = reading.shape.pending(kind, row, reading.origins)
            item.fact.cases = {
                one: tuple(row[f"case:{one}"]) for one in case_types if row[f"case:{one}"]
            }
            reading.judgements.append(item)
        return
    reading.spool.add(EVERYWHERE, kind, placed.filter(~somewhere).select(own))
    for case_type in case_types:
        with_case = placed.filter(pl.col(f"case:{case_type}").is_not_null())
        ids = pl.col(f"case:{case_type}").list.unique(maintain_order=True).alias("case")
        reading.spool.add(case_type, kind, with_case.select(*own, ids).explode("case"))


def _surplus(rows: pl.DataFrame, width: int) -> pl.Series:
    """Mark the rows with filled cells beyond the headings."""
    import polars as pl

    beyond = [name for name in rows.columns if name != "row" and int(name) >= width]
    if not beyond:
        return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    filled = pl.any_horizontal(pl.col(beyond).str.strip_chars() != "").fill_null(False)
    return rows.select(filled.alias("odd")).to_series()
