"""Where many rows come from: text tables, Parquet, frames, SQL tables; as batches of texts.

Every cell becomes the text that an export would hold, so that one reader and one meaning do for
all of them. Text tables are read by the reader of CSV itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.base.errors import FactsError, MissingExtraError, UsageError
from stdrules.base.text import Text
from stdrules.intake import codes
from stdrules.intake.batch_texts import LISTED, as_text, listed, texts_of
from stdrules.intake.csv_files import open_csv
from stdrules.intake.files import (
    BOOK_SUFFIXES,
    JSON_SUFFIXES,
    TEXT_SUFFIXES,
    all_files,
    files_of,
    names_of,
    parquet_files,
)
from stdrules.intake.jsonl import cannot_read
from stdrules.intake.sql_tables import Databases, SqlTable
from stdrules.intake.tables import Table, filled, head_and_rest
from stdrules.intake.xlsx_files import open_xlsx
from stdrules.intake.xlsx_guard import MEMORY

if TYPE_CHECKING:
    import polars as pl

#: Rows converted at once.
BATCH: Final = 65_536
#: One source of facts: a file or folder, a table of a database, or frames by fact type.
Source: TypeAlias = Path | SqlTable | Mapping[str, Any]


@dataclass(slots=True)
class Batches:
    """A source as batches.

    Attributes:
        table: Its names, for headings and places; its rows are used up.
        head: Rows among which the headings are.
        rows: Frames: ``row``, and texts named by the index of their column; what follows `head`.
        typed: Whether texts were made of typed cells, lists among them.
    """

    table: Table
    head: list[tuple[int, Sequence[object]]]
    rows: Iterator[pl.DataFrame]
    typed: bool = False

    def cells(self, rows: pl.DataFrame) -> Iterator[tuple[int, Sequence[object]]]:
        """Yield rows one by one, as the row reader takes them."""
        for number, *cells in rows.iter_rows():
            yield number, [listed(cell) for cell in cells] if self.typed else cells

    def one_by_one(self) -> Table:
        """Return a table whose rows are those of the source."""
        rest = (row for batch in self.rows for row in self.cells(batch))
        self.table.rows = chain(self.head, rest)
        return self.table


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


@dataclass(frozen=True, slots=True)
class Lines:
    """A file of JSON lines, and how it is called in places."""

    path: Path
    name: str


def open_all(
    sources: Iterable[Source], databases: Databases, diagnostics: list[Diagnostic],
    memory: int = MEMORY,
) -> Iterator[Lines | Table | Batches]:  # fmt: skip
    """Open sources; text tables and sheets are tables, what has typed columns are batches.

    Args:
        sources: What was given; of databases the tables that are meant.
        databases: Where tables of databases come from.
        diagnostics: Where files are noted that cannot be read.
        memory: Bytes that reading a workbook may take.

    Raises:
        FactsError: A database cannot be read.
        MissingExtraError: What reads a source is not installed.
        UsageError: A frame is none.
    """
    files: list[Path] = []
    for one in sources:
        if isinstance(one, Path):
            files += files_of(one, diagnostics)
        elif isinstance(one, SqlTable):
            need_columns()
            shown, headings, rows = databases.open(one)
            yield _typed(shown, headings, (_columns_of(some) for some in rows))
        else:
            need_columns()
            for name in one:
                yield of_frame(str(name), one[name])
    names = names_of(files)
    for path, name in names.items():
        suffix = path.suffix.casefold()
        if suffix in JSON_SUFFIXES:
            yield Lines(path, name)
        elif suffix in TEXT_SUFFIXES:
            table = open_csv(path, name, diagnostics)
            if table is not None:
                yield table
        elif suffix in BOOK_SUFFIXES:
            yield from open_xlsx(path, name, diagnostics, memory)
        else:
            batches = of_parquet(path, name, diagnostics)
            if batches is not None:
                yield batches


def table_of(one: Table | Batches) -> Table:
    """Return the table of batches, or the table itself."""
    return one.table if isinstance(one, Batches) else one


def _columns_of(rows: Sequence[Sequence[object]]) -> list[pl.Series]:
    return [texts_of(values) for values in zip(*rows, strict=True)]


def need_columns() -> None:
    """Need the libraries for typed columns.

    Raises:
        MissingExtraError: They are not installed.
    """
    try:
        import polars  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        purpose = Text("读取 Parquet、数据库和数据框", "reading Parquet, databases and frames")
        raise MissingExtraError.of("audit", purpose) from error


def of_frame(name: str, frame: Any) -> Batches:
    """Read a Polars, pandas or Arrow frame; rows count from 2, as under a row of headings.

    Raises:
        UsageError: It is none of these.
    """
    found = columns_of_frame(frame)
    if found is None:
        kind = type(frame).__name__
        raise UsageError(
            Text(f"`{name}` 不能是 {kind}", f"`{name}` cannot be of type {kind}"),
            hint=Text("请给出 Polars、pandas 或 Arrow 的表",
                      "give a Polars, pandas or Arrow frame"),
        )  # fmt: skip
    headings, columns = found

    def parts() -> Iterator[list[pl.Series]]:
        for begin in range(0, len(columns[0]) if columns else 0, BATCH):
            yield [_cut(one, begin) for one in columns]

    return _typed(Table(name, "", name, iter(())), headings, parts())


def _cut(column: Any, begin: int) -> pl.Series:
    """Return some rows of a column of any of the libraries."""
    import polars as pl
    import pyarrow as pa

    if isinstance(column, pl.Series):
        return column.slice(begin, BATCH)
    if isinstance(column, pa.ChunkedArray):
        return of_arrow(column.slice(begin, BATCH))
    part = column.iloc[begin : begin + BATCH]
    try:
        return of_arrow(pa.Array.from_pandas(part))
    except (pa.ArrowException, TypeError, ValueError):  # a column of things of several types
        told = part.notna()
        return texts_of([one if is_told else None for one, is_told in zip(part, told, strict=True)])


def of_arrow(column: Any) -> pl.Series:
    """Return an Arrow column; of a type that Polars does not have, as texts."""
    import polars as pl

    if not _is_common(column.type):
        return texts_of(column.to_pylist())
    made = pl.from_arrow(column)
    assert isinstance(made, pl.Series)
    return made


def _is_common(kind: Any) -> bool:
    """Tell whether Polars has a type; asked for another one it may panic."""
    import pyarrow.types as types

    if types.is_dictionary(kind):
        return bool(types.is_string(kind.value_type) or types.is_large_string(kind.value_type))
    if types.is_list(kind) or types.is_large_list(kind):
        return bool(types.is_string(kind.value_type))
    known = (
        types.is_string, types.is_large_string, types.is_string_view, types.is_integer,
        types.is_float32, types.is_float64, types.is_boolean, types.is_date, types.is_timestamp,
        types.is_null, types.is_decimal128,
    )  # fmt: skip
    return any(is_kind(kind) for is_kind in known)


def columns_of_frame(frame: Any) -> tuple[list[str], list[Any]] | None:
    """Return headings and columns of a frame; two headings may be the same. None: it is none."""
    import polars as pl
    import pyarrow as pa

    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.columns, frame.get_columns()
    if isinstance(frame, pa.RecordBatch):
        frame = pa.Table.from_batches([frame])
    if isinstance(frame, pa.Table):
        return frame.column_names, frame.columns
    if type(frame).__module__.partition(".")[0] == "pandas" and hasattr(frame, "iloc"):
        if getattr(frame, "ndim", 0) != 2:
            return None
        columns = [frame.iloc[:, n] for n in range(frame.shape[1])]
        return [str(one) for one in frame.columns], columns
    return None


def of_parquet(path: Path, name: str, diagnostics: list[Diagnostic]) -> Batches | None:
    """Read a Parquet file, or a folder of them, which is one table under the folder's name.

    The headings are those of all files; where a file lacks one, its cells are blank.
    """
    need_columns()
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = parquet_files(path)

    def failed(error: Exception, file: Path) -> None:
        place = name if file == path else f"{name}/{file.relative_to(path)}"
        reason = getattr(error, "strerror", None) or (str(error).splitlines() or [""])[0]
        reason = (reason[:1].lower() + reason[1:]).rstrip(".").replace(str(file), file.name)
        diagnostics.append(make(codes.NO_FILE, Span(place), zh=f"无法读取：{reason}",
                                en=f"cannot be read: {reason}"))  # fmt: skip

    if not files:
        diagnostics.append(make(codes.NO_FILE, Span(name), zh="文件夹中没有 Parquet 文件",
                                en="there is no Parquet file in the folder"))  # fmt: skip
        return None
    headings: list[str] = []
    good: list[Path] = []
    for file in files:
        try:
            own = pq.read_schema(file).names
        except (OSError, pa.ArrowException) as error:
            failed(error, file)
            continue
        good.append(file)
        for one in sorted(set(own), key=own.index):
            headings += [one] * (own.count(one) - headings.count(one))

    def parts() -> Iterator[list[pl.Series]]:
        for file in good:
            try:
                for batch in pq.ParquetFile(file).iter_batches(BATCH):
                    yield _in_order(batch, headings)
            except (OSError, pa.ArrowException) as error:
                failed(error, file)

    return _typed(Table(name, "", path.stem, iter(())), headings, parts()) if good else None


def _in_order(batch: Any, headings: Sequence[str]) -> list[pl.Series]:
    import polars as pl

    columns: dict[str, list[pl.Series]] = {}
    for heading, column in zip(batch.schema.names, batch.columns, strict=True):
        columns.setdefault(heading, []).append(of_arrow(column))
    blank = pl.Series("", [None] * batch.num_rows, pl.String)
    return [columns[one].pop(0) if columns.get(one) else blank for one in headings]


def _typed(
    table: Table, headings: Sequence[str], parts: Iterator[Sequence[pl.Series]]
) -> Batches:
    import polars as pl

    def rows() -> Iterator[pl.DataFrame]:
        number = 2
        for part in parts:
            height = len(part[0]) if part else 0
            texts = [as_text(column).alias(str(n)) for n, column in enumerate(part)]
            numbers = pl.int_range(number, number + height, eager=True).alias("row")
            number += height
            made = pl.DataFrame([numbers, *texts])
            # Rows that are wholly blank are no rows, as in sheets.
            some = pl.any_horizontal(pl.exclude("row").str.strip_chars() != "").fill_null(False)
            yield made.filter(some)

    return Batches(table, [(1, list(headings))], rows(), typed=True)


def rows_of(frame: Any) -> int:
    """Return how many rows a frame has; 0 if it is none."""
    _, columns = columns_of_frame(frame) or ([], [])
    return len(columns[0]) if columns else 0


def digest_of(source: Source) -> str:
    """Return the SHA-256 of a file, a folder's files, or a frame; of a database its name only.

    Raises:
        FactsError: A file cannot be read.
    """
    found = hashlib.sha256()
    if isinstance(source, SqlTable):
        found.update(f"{source.table}={source.type}".encode())
    elif isinstance(source, Path):
        for file in all_files(source):
            found.update(file.name.encode())
            try:
                with file.open("rb") as stream:
                    while part := stream.read(1 << 20):
                        found.update(part)
            except OSError as error:
                found_none = cannot_read(file.name, error)
                raise FactsError(Text("没有读到任何事实", "no facts could be read"),
                                 [found_none]) from None  # fmt: skip
    else:
        need_columns()
        for name in sorted(source):
            found.update(str(name).encode())
            headings, columns = columns_of_frame(source[name]) or ([], [])
            for heading, column in zip(headings, columns, strict=True):
                found.update(f"\n{heading}\n".encode())
                for begin in range(0, len(column), BATCH):
                    texts = as_text(_cut(column, begin))
                    found.update("\0".join(one or LISTED for one in texts.to_list()).encode())
    return found.hexdigest()
