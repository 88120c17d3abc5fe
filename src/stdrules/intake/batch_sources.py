"""Where many rows come from: text tables, Parquet, frames, SQL tables; as batches of texts.

Every cell becomes the text that an export would hold, so that one reader and one meaning do for
all of them. Text tables are read by the reader of CSV itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.base.errors import FactsError, MissingExtraError, UsageError
from stdrules.base.text import Text
from stdrules.intake import codes
from stdrules.intake.tables import Table, filled, head_and_rest

if TYPE_CHECKING:
    import polars as pl

#: Rows converted at once.
BATCH: Final = 65_536
PARQUET: Final = (".parquet", ".pq")
_US: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table of a database, and the fact type that its rows are.

    Example:
        >>> SqlTable.parse("sqlite:///a.db#visits=site_visit")
        SqlTable(url='sqlite:///a.db', table='visits', type='site_visit')
    """

    url: str
    table: str
    type: str

    @classmethod
    def parse(cls, text: str) -> SqlTable:
        """Read ``URL#table=fact_type``; without a type the name of the table is meant.

        Raises:
            UsageError: It is not of that form.
        """
        url, _, rest = text.rpartition("#")
        table, _, kind = rest.partition("=")
        if not url or not table:
            raise UsageError(
                Text(f"`{text}` 应为 URL#表=事实类型", f"`{text}` should be URL#table=fact_type")
            )
        return cls(url, table.strip(), kind.strip() or table.strip())


@dataclass(slots=True)
class Batches:
    """A source as batches.

    Attributes:
        table: Its names, for headings and places; its rows are used up.
        head: Rows among which the headings are.
        rows: Frames: ``row``, and texts named by the index of their column; what follows `head`.
    """

    table: Table
    head: list[tuple[int, Sequence[object]]]
    rows: Iterator[pl.DataFrame]


def of_text(table: Table) -> Batches:
    """Read a text table in batches; rows with cells beyond the headings keep them."""
    head, rest = head_and_rest(table)
    return Batches(table, head, _text_batches(chain(head, rest)))


def _text_batches(rows: Iterator[tuple[int, Sequence[object]]]) -> Iterator[pl.DataFrame]:
    import polars as pl

    rows = filled(rows)
    while some := list(islice(rows, BATCH)):
        width = max(len(cells) for _, cells in some)
        if any(len(cells) != width for _, cells in some):
            full = [(*cells, *[None] * (width - len(cells))) for _, cells in some]
        else:
            full = [tuple(cells) for _, cells in some]
        columns = zip(*full, strict=True)
        yield pl.DataFrame(
            [pl.Series("row", [number for number, _ in some], pl.Int64)]
            + [pl.Series(str(n), values, pl.String) for n, values in enumerate(columns)]
        )


def of_frame(name: str, frame: Any) -> Batches:
    """Read a Polars, pandas or Arrow frame; rows count from 2, as under a row of headings.

    Raises:
        UsageError: It is none of these.
    """
    found = _as_polars(frame)
    if found is None:
        kind = type(frame).__name__
        raise UsageError(
            Text(f"`{name}` 不能是 {kind}", f"`{name}` cannot be of type {kind}"),
            hint=Text("请给出 Polars、pandas 或 Arrow 的表",
                      "give a Polars, pandas or Arrow frame"),
        )  # fmt: skip

    def parts() -> Iterator[pl.DataFrame]:
        for begin in range(0, found.height, BATCH):
            yield found.slice(begin, BATCH)

    return _typed(Table(name, "", name, iter(())), found.columns, parts())


def _as_polars(frame: Any) -> pl.DataFrame | None:
    import polars as pl
    import pyarrow as pa

    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pa.Table | pa.RecordBatch):
        made = pl.from_arrow(frame)
        assert isinstance(made, pl.DataFrame)
        return made
    if type(frame).__module__.partition(".")[0] == "pandas":
        return pl.from_pandas(frame.reset_index(drop=True))
    return None


def of_parquet(path: Path, name: str, diagnostics: list[Diagnostic]) -> Batches | None:
    """Read a Parquet file, or a folder of them, which is one table under the folder's name."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = parquet_files(path)
    try:
        headings = pq.ParquetFile(files[0]).schema_arrow.names

        def parts() -> Iterator[pl.DataFrame]:
            for file in files:
                for batch in pq.ParquetFile(file).iter_batches(BATCH):
                    made = pl.from_arrow(batch)
                    assert isinstance(made, pl.DataFrame)
                    yield made.select(
                        pl.col(one) if one in made.columns else pl.lit(None).alias(one)
                        for one in headings
                    )

        return _typed(Table(name, "", path.stem, iter(())), headings, parts())
    except (OSError, IndexError, pa.ArrowException) as error:
        diagnostics.append(make(codes.NO_FILE, Span(name), zh=f"无法读取：{error}",
                                en=f"cannot be read: {error}"))  # fmt: skip
        return None


def parquet_files(path: Path) -> list[Path]:
    """Return the Parquet files of a folder in the order of their names, or the file itself."""
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.suffix.casefold() in PARQUET)
    return [path]


def of_sql(source: SqlTable) -> Batches:
    """Read a table of a database, row by row from the server.

    Raises:
        FactsError: It cannot be reached or read.
        MissingExtraError: SQLAlchemy is not installed.
    """
    try:
        import sqlalchemy as sa
    except ImportError as error:
        raise MissingExtraError.of("session", Text("读取数据库", "reading databases")) from error
    import polars as pl

    try:
        engine = sa.create_engine(source.url)
        table = sa.Table(source.table, sa.MetaData(), autoload_with=engine)
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise _no_table(source, error) from None
    keys = list(table.primary_key.columns)

    def parts() -> Iterator[pl.DataFrame]:
        with engine.connect().execution_options(stream_results=True, max_row_buffer=BATCH) as link:
            found = link.execute(sa.select(table).order_by(*keys))
            while some := found.fetchmany(BATCH):
                columns = zip(*some, strict=True)
                yield pl.DataFrame([
                    pl.Series(one.name, [cell_text(v) for v in values], pl.String)
                    for one, values in zip(table.columns, columns, strict=True)
                ])  # fmt: skip
        engine.dispose()

    shown = Table(source.table, "", source.type, iter(()))
    return _typed(shown, [one.name for one in table.columns], parts())


def _no_table(source: SqlTable, error: Exception) -> FactsError:
    reason = str(error).splitlines()[0][:200]
    return FactsError(
        Text(f"无法读取数据库表 `{source.table}`：{reason}",
             f"cannot read the table `{source.table}`: {reason}")
    )  # fmt: skip


def _typed(table: Table, headings: Sequence[str], parts: Iterator[pl.DataFrame]) -> Batches:
    import polars as pl

    def rows() -> Iterator[pl.DataFrame]:
        number = 2
        for part in parts:
            texts = [as_text(part[name]).alias(str(n)) for n, name in enumerate(headings)]
            numbers = pl.int_range(number, number + part.height, eager=True).alias("row")
            number += part.height
            made = pl.DataFrame([numbers, *texts])
            # Rows that are wholly blank are no rows, as in sheets.
            some = pl.any_horizontal(pl.exclude("row").str.strip_chars() != "").fill_null(False)
            yield made.filter(some)

    return Batches(table, [(1, list(headings))], rows())


def as_text(column: pl.Series) -> pl.Series:
    """Return a column as an export would print it.

    Lists are joined by new lines; a float is the shortest decimal that means it.
    """
    import polars as pl

    kind = column.dtype
    if kind == pl.String:
        return column
    if kind.is_integer() or isinstance(kind, pl.Decimal | pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    if kind == pl.Null:
        return column.cast(pl.String)
    if isinstance(kind, pl.List) and kind.inner == pl.String:
        return column.list.join("\n")
    if isinstance(kind, pl.Datetime) and kind.time_zone is None:
        return column.dt.cast_time_unit("us").dt.strftime("%Y-%m-%dT%H:%M:%S%.f")
    if kind == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    return pl.Series(column.name, [cell_text(one) for one in column.to_list()], pl.String)


def cell_text(value: object) -> str | None:
    """Return one value as an export would print it.

    Example:
        >>> cell_text(True), cell_text(84.5), cell_text(date(2024, 3, 1)), cell_text(None)
        ('true', '84.5', '2024-03-01', None)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value // _US / 1_000_000:f}S"
    if isinstance(value, list | tuple):
        return "\n".join(str(one) for one in value)
    return str(value)


def digest_of(source: Path | SqlTable | Any) -> str:
    """Return the SHA-256 of a file, a folder's files, or a frame; of a database its name only."""
    found = hashlib.sha256()
    if isinstance(source, SqlTable):
        found.update(f"{source.table}={source.type}".encode())
    elif isinstance(source, Path):
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            if file.is_file():
                found.update(file.name.encode())
                with file.open("rb") as stream:
                    while part := stream.read(1 << 20):
                        found.update(part)
    elif isinstance(source, Mapping):
        for name in sorted(source):
            made = _as_polars(source[name])
            found.update(str(name).encode())
            if made is not None:
                found.update(repr(made.schema).encode())
                found.update(made.hash_rows().to_numpy().tobytes())
    return found.hexdigest()
