"""Findings of large audits as flat rows, and where they are written: Parquet, JSON lines, SQL.

A row tells a finding or a score. Moments are texts with their offset, as in the report.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from stdrules.base.errors import MissingExtraError, UsageError
from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.base.time.durations import due_end
from stdrules.base.time.moments import format_moment
from stdrules.base.time.zones import Zone
from stdrules.plan.results import Finding, ScoreResult
from stdrules.report.contract import late_by

if TYPE_CHECKING:
    import pyarrow as pa

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


def write_sql(parts: Iterable[Path], url: str, name: str) -> int:
    """Write parts in Parquet into a new or empty table of a database, all or nothing.

    Raises:
        MissingExtraError: SQLAlchemy is not installed.
        UsageError: The database cannot be reached, or the table holds rows already.
    """
    try:
        import sqlalchemy as sa
    except ImportError as error:
        raise MissingExtraError.of("session", Text("写入数据库", "writing databases")) from error
    import pyarrow.parquet as pq

    table = sa.Table(
        name, sa.MetaData(), *(sa.Column(one, sa.Text) for one in _TEXTS),
        *(sa.Column(one, sa.Boolean) for one in _FLAGS),
        *(sa.Column(one, sa.Text) for one in _LISTS),
    )  # fmt: skip
    count = 0
    try:
        engine = sa.create_engine(url)
        with engine.begin() as link:
            table.create(link, checkfirst=True)
            if link.execute(sa.select(sa.func.count()).select_from(table)).scalar():
                raise UsageError(
                    Text(f"数据库表 `{name}` 已有数据", f"the table `{name}` holds rows already"),
                    hint=Text("请换一个表名", "choose another name"),
                )
            for path in sorted(parts):
                for batch in pq.ParquetFile(path).iter_batches(_ROWS):
                    rows = [
                        {**row, **{one: json.dumps(row[one], ensure_ascii=False) for one in _LISTS}}
                        for row in batch.to_pylist()
                    ]
                    if rows:
                        link.execute(sa.insert(table), rows)
                        count += len(rows)
        engine.dispose()
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        reason = str(error).splitlines()[0][:200]
        raise UsageError(
            Text(f"无法写入数据库表 `{name}`：{reason}",
                 f"cannot write to the table `{name}`: {reason}")
        ) from None  # fmt: skip
    return count
