"""Findings of large audits as flat rows, and where they are written: Parquet, JSON lines, SQL.

A row tells a finding or a score. Moments are texts with their offset, as in the report.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from stdrules.base.databases import open_database, said_by, shown_url, split_url
from stdrules.base.errors import UsageError
from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.base.time.durations import due_end
from stdrules.base.time.moments import format_moment
from stdrules.base.time.zones import Zone
from stdrules.plan.results import Finding, ScoreResult
from stdrules.report.contract import late_by

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection

FINDING, SCORE = "finding", "score"
_TEXTS: Final = (
    "kind", "case_type", "case", "norm", "part", "key", "clause", "modality", "state", "due",
    "met_at", "late_by", "trigger", "period", "lo", "hi",
)  # fmt: skip
_FLAGS: Final = ("violation", "advice", "open")
_LISTS: Final = ("facts", "missing")
#: Rows written to a database at once.
_ROWS: Final = 5_000
Row = dict[str, Any]
#: Where a row stands among all: case type, case, norm, key.
Place = tuple[int, str, int, str]


def finding_row(finding: Finding, zone: Zone) -> Row:
    """Return one finding as a flat row."""
    norm = finding.norm
    last = None if finding.due is None else due_end(finding.due, zone)[1]
    return {
        "kind": FINDING, "case_type": norm.case_type, "case": finding.case, "norm": norm.id,
        "part": norm.sub or None, "key": finding.key, "clause": norm.clause,
        "modality": norm.modality, "state": finding.state, "violation": finding.violation,
        "advice": finding.advice, "open": finding.violation and finding.open,
        "due": None if last is None else zone.isoformat(last),
        "met_at": None if finding.met is None else format_moment(finding.met, zone),
        "late_by": late_by(finding, zone), "trigger": finding.trigger or None,
        "period": finding.period or None, "lo": None, "hi": None,
        "facts": list(finding.facts), "missing": list(finding.missing),
    }  # fmt: skip


def score_row(score: ScoreResult) -> Row:
    """Return the result of a scorecard as a flat row: its outcome is the state."""
    card = score.scorecard
    return {
        "kind": SCORE, "case_type": card.case_type, "case": score.case, "norm": card.id,
        "part": None, "key": card.id, "clause": card.clause, "modality": None,
        "state": score.outcome, "violation": score.outcome == "fail", "advice": False,
        "open": False, "due": None, "met_at": None, "late_by": None, "trigger": None,
        "period": None, "lo": format_decimal(score.lo), "hi": format_decimal(score.hi),
        "facts": [], "missing": list(score.missing),
    }  # fmt: skip


def arrow_schema() -> pa.Schema:
    """Return the columns of the rows in Parquet."""
    import pyarrow as pa

    kinds = {**dict.fromkeys(_TEXTS, pa.string()), **dict.fromkeys(_FLAGS, pa.bool_()),
             **dict.fromkeys(_LISTS, pa.list_(pa.string()))}  # fmt: skip
    return pa.schema(list(kinds.items()))


class PartWriter:
    """Writes the rows of one part, some at a time; the file appears when it is complete.

    Args:
        path: The file.
        form: ``jsonl`` (each line after its place among all) or ``parquet``.
    """

    def __init__(self, path: Path, form: str) -> None:
        self.path = path
        self.rows = 0
        self._unfinished = path.with_name(f"{path.name}.tmp")
        self._lines: IO[str] | None = None
        self._table: Any = None
        if form == "jsonl":
            self._lines = self._unfinished.open("w", encoding="utf-8")
        else:
            import pyarrow.parquet as pq

            self._table = pq.ParquetWriter(self._unfinished, arrow_schema(), compression="zstd")

    def add(self, rows: Sequence[tuple[Place, Row]]) -> None:
        """Write rows; those given later come after them."""
        self.rows += len(rows)
        if self._lines is not None:
            for place, row in rows:
                told = json.dumps(row, ensure_ascii=False, sort_keys=True)
                self._lines.write(f"{json.dumps(place)}\t{told}\n")
        elif rows:
            import pyarrow as pa

            only = [row for _, row in rows]
            self._table.write_table(pa.Table.from_pylist(only, schema=arrow_schema()))

    def close(self) -> None:
        """Complete the file."""
        (self._lines or self._table).close()
        self._unfinished.replace(self.path)


def merge_lines(parts: Iterable[Path], target: Path) -> int:
    """Merge sorted parts of JSON lines into one file; return how many lines it has."""
    streams = [path.open(encoding="utf-8") for path in sorted(parts)]
    unfinished = target.with_name(f"{target.name}.tmp")
    count = 0
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as out:
            for _, line in heapq.merge(*map(_placed, streams)):
                out.write(line)
                count += 1
    finally:
        for stream in streams:
            stream.close()
    unfinished.replace(target)
    return count


def _placed(stream: IO[str]) -> Iterator[tuple[list[Any], str]]:
    for line in stream:
        place, _, told = line.partition("\t")
        yield json.loads(place), told


@contextmanager
def sql_sink(target: str) -> Iterator[SqlSink]:
    """Open the table of a database that findings go to; all is written at the end, or nothing.

    Args:
        target: ``URL#table`` or ``URL#schema.table``; the table is new or empty.

    Raises:
        MissingExtraError: SQLAlchemy or a driver is not installed.
        UsageError: The database cannot be reached, or the table holds rows already, or is another.
    """
    url, name = split_url(target)
    engine = open_database(url, Text("写入数据库", "writing databases"))
    import sqlalchemy as sa

    try:
        with engine.begin() as link:
            yield SqlSink(link, name)
    except sa.exc.SQLAlchemyError as error:
        said = said_by(error, url)
        shown = f"{shown_url(url)}#{name}"
        raise UsageError(
            Text(f"无法写入 `{shown}`：{said}", f"cannot write to `{shown}`: {said}")
        ) from None
    finally:
        engine.dispose()


class SqlSink:
    """A table of findings, as long as its transaction is open."""

    def __init__(self, link: Connection, name: str) -> None:
        import sqlalchemy as sa

        look = sa.inspect(link)
        schema, own = None, name
        before, mark, after = name.partition(".")
        if mark and not look.has_table(name) and before in look.get_schema_names():
            schema, own = before, after
        self._link = link
        self._table = sa.Table(
            own, sa.MetaData(), *(sa.Column(one, sa.Text) for one in _TEXTS),
            *(sa.Column(one, sa.Boolean) for one in _FLAGS),
            *(sa.Column(one, sa.Text) for one in _LISTS), schema=schema,
        )  # fmt: skip
        self._is_new = not look.has_table(own, schema)
        if self._is_new:
            return
        columns = {str(one["name"]) for one in look.get_columns(own, schema)}
        if not columns >= {*_TEXTS, *_FLAGS, *_LISTS}:
            raise UsageError(
                Text(f"数据库表 `{name}` 是另一种表", f"the table `{name}` has other columns"),
                hint=Text("请换一个表名", "choose another name"),
            )
        if link.execute(sa.select(sa.func.count()).select_from(self._table)).scalar():
            raise UsageError(
                Text(f"数据库表 `{name}` 已有数据", f"the table `{name}` holds rows already"),
                hint=Text("请换一个表名", "choose another name"),
            )

    def write(self, parts: Iterable[Path]) -> int:
        """Write parts in Parquet; return how many rows they have."""
        import pyarrow.parquet as pq
        import sqlalchemy as sa

        if self._is_new:
            self._table.create(self._link)
        count = 0
        for path in sorted(parts):
            for batch in pq.ParquetFile(path).iter_batches(_ROWS):
                rows = [
                    {**row, **{one: json.dumps(row[one], ensure_ascii=False) for one in _LISTS}}
                    for row in batch.to_pylist()
                ]
                if rows:
                    self._link.execute(sa.insert(self._table), rows)
                    count += len(rows)
        return count
