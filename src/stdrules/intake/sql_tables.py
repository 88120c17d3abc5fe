"""Tables and views of databases as sources: read from the server as they are needed.

All tables of one database are read in one transaction that only reads, so that they agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.databases import open_database, said_by, shown_url, split_url
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import FactsError, UsageError
from stdrules.base.text import Text
from stdrules.intake.mapping_file import Mapping
from stdrules.intake.tables import Table

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Rows fetched at once.
FETCHED: Final = 65_536
_PURPOSE: Final = Text("读取数据库", "reading databases")


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table or view of a database, and the fact type that its rows are.

    Attributes:
        url: As SQLAlchemy reads it; never told, it may hold a password.
        table: Its name, also ``schema.table``; empty: all that a mapping names.
        type: The fact type, or one of its printed names; empty: as a mapping says, or the table.

    Example:
        >>> SqlTable.parse("sqlite:///a.db#visits=site_visit")
        SqlTable(table='visits', type='site_visit')
    """

    url: str = field(repr=False)
    table: str = ""
    type: str = ""

    @classmethod
    def parse(cls, text: str) -> SqlTable:
        """Read ``URL#table=fact_type``, ``URL#table``, or ``URL``.

        Raises:
            UsageError: It is not of that form.
        """
        url, rest = split_url(text)
        table, mark, kind = (part.strip() for part in rest.partition("="))
        if not url or (mark and not (table and kind)):
            shown = shown_url(text)
            raise UsageError(
                Text(f"`{shown}` 应为 URL#表=事实类型", f"`{shown}` should be URL#table=fact_type")
            )
        return cls(url, table, kind)

    def named(self, mapping: Mapping | None) -> list[SqlTable]:
        """Return the tables that are meant, with what a mapping says of their types.

        Raises:
            UsageError: It is not said which, or two types are said of one.
        """
        rules = {} if mapping is None else mapping.tables
        if not self.table:
            if not rules:
                shown = shown_url(self.url)
                raise UsageError(
                    Text(f"`{shown}` 没有说明哪些表", f"`{shown}` does not say which tables"),
                    hint=Text("请写 URL#表=事实类型，或在映射文件中写 `tables`",
                              "write URL#table=fact_type, or `tables` in a mapping file"),
                )  # fmt: skip
            return [replace(self, table=name) for name in rules]
        said = rules[self.table].type if self.table in rules else None
        if self.type and said is not None and said != self.type:
            raise UsageError(
                Text(f"表 `{self.table}` 的类型写了 `{self.type}`，映射文件中是 `{said}`",
                     f"the table `{self.table}` is said to be `{self.type}`, and in the mapping "
                     f"`{said}`")
            )  # fmt: skip
        return [self]


class Databases:
    """The databases that are read from, as long as they are.

    Args:
        sources: All sources; tables of one name are told with their databases.
    """

    def __init__(self, sources: Iterable[object] = ()) -> None:
        self._open = ExitStack()
        self._links: dict[str, Connection] = {}
        self._names: dict[str, str] = {}
        tables = {(one.url, one.table) for one in sources if isinstance(one, SqlTable)}
        self._often = Counter(table for _, table in tables)

    def __enter__(self) -> Databases:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._open.close()

    def open(
        self, source: SqlTable
    ) -> tuple[Table, list[str], Iterator[Sequence[Sequence[object]]]]:
        """Return a table's names, its headings, and its rows some at a time.

        Rows come in the order of the primary key, or, without one, as the database gives them.

        Raises:
            FactsError: The database cannot be reached, or there is no such table.
            UsageError: The URL is none.
        """
        link = self._link(source.url)
        import sqlalchemy as sa

        try:
            schema, name = find_table(link, source.table)
            keys = sa.inspect(link).get_pk_constraint(name, schema)["constrained_columns"]
            whole = sa.select(sa.text("*")).select_from(sa.table(name, schema=schema))
            with link.execute(whole.limit(0)) as nothing:
                headings = list(map(str, nothing.keys()))
        except sa.exc.SQLAlchemyError as error:
            raise self._failed(source, error) from None
        shown = self._shown(source)
        title = source.type or name
        table = Table(shown, "", title, iter(()), database=source.table)
        return table, headings, self._rows(source, whole.order_by(*map(sa.column, keys)))

    def _rows(self, source: SqlTable, query: Any) -> Iterator[Sequence[Sequence[object]]]:
        import sqlalchemy as sa

        link = self._links[source.url]
        way = {"stream_results": True, "max_row_buffer": FETCHED}
        try:
            with link.execute(query, execution_options=way) as found:
                while some := found.fetchmany(FETCHED):
                    yield some
        except (sa.exc.SQLAlchemyError, ValueError, OverflowError) as error:
            raise self._failed(source, error) from None

    def _link(self, url: str) -> Connection:
        if url in self._links:
            return self._links[url]
        engine = open_database(url, _PURPOSE)
        self._open.callback(engine.dispose)
        file = engine.url.database
        local = engine.dialect.name == "sqlite" and file and not file.startswith((":", "file:"))
        if local and not Path(str(file)).exists():
            # Connecting would make an empty one.
            name = Path(str(file)).name
            raise FactsError(
                Text(f"没有文件 `{name}`", f"there is no file `{name}`"),
                hint=Text("请检查路径；绝对路径以四个斜杠开始：sqlite:////data/a.db",
                          "check the path; an absolute one has four slashes: sqlite:////data/a.db"),
            )  # fmt: skip
        import sqlalchemy as sa

        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        try:
            link = engine.connect()
        except sa.exc.SQLAlchemyError as error:
            shown, said = shown_url(url), said_by(error, url)
            raise FactsError(
                Text(f"无法连接 `{shown}`：{said}", f"cannot reach `{shown}`: {said}"),
                hint=Text("请检查主机、用户、口令和库名",
                          "check the host, the user, the password and the name of the database"),
            ) from None  # fmt: skip
        self._open.callback(link.close)
        if engine.driver == "psycopg":
            _as_texts(link)
        self._names[url] = Path(str(file or "")).name
        self._links[url] = link
        return link

    def _shown(self, source: SqlTable) -> str:
        """Return how a table is called in places: with its database, if several have it."""
        if self._often[source.table] < 2:
            return source.table
        return f"{self._names[source.url]}/{source.table}"

    def _failed(self, source: SqlTable, error: Exception) -> FactsError:
        said = said_by(error, source.url)
        return FactsError(
            Text(f"无法读取数据库表 `{source.table}`：{said}",
                 f"cannot read the table `{source.table}`: {said}")
        )  # fmt: skip


def _as_texts(link: Connection) -> None:
    """Take moments and intervals of PostgreSQL as texts.

    As values of Python a moment without end fails the whole table, not its row, and a month
    becomes thirty days.
    """
    from psycopg.types.string import TextLoader

    for name, value in (("DateStyle", "ISO"), ("TimeZone", "UTC"), ("IntervalStyle", "iso_8601")):
        link.exec_driver_sql(f"SET {name} = '{value}'")
    adapters = link.connection.driver_connection.adapters  # type: ignore[union-attr]
    for kind in ("timestamptz", "timestamp", "date", "interval"):
        adapters.register_loader(kind, TextLoader)


def named_tables(sources: Iterable[Any], mapping: Mapping | None) -> list[Any]:
    """Return sources, where databases are replaced by those of their tables that are meant.

    Raises:
        UsageError: It is not said which, or two types are said of one table.
    """
    found: list[Any] = []
    for one in sources:
        found += one.named(mapping) if isinstance(one, SqlTable) else [one]
    return found


def find_table(link: Connection, name: str) -> tuple[str | None, str]:
    """Return schema and name of a table or view.

    ``a.b`` is the table of that name, or table ``b`` of schema ``a``.

    Raises:
        FactsError: There is none; the hint tells the nearest, or those that there are.
    """
    import sqlalchemy as sa

    look = sa.inspect(link)
    if look.has_table(name):
        return None, name
    schema, mark, own = name.partition(".")
    if mark and schema in look.get_schema_names() and look.has_table(own, schema):
        return schema, own
    inside = schema if mark and schema in look.get_schema_names() else None
    names = [*look.get_table_names(inside), *look.get_view_names(inside)]
    if inside is not None:
        names = [f"{inside}.{one}" for one in names]
    near = did_you_mean(name, names)
    known = ", ".join(sorted(names)[:12])
    hint = Text(f"是否指 `{near}`？", f"did you mean `{near}`?") if near else None
    if hint is None and known:
        hint = Text(f"有：{known}", f"there are: {known}")
    raise FactsError(Text(f"没有数据库表 `{name}`", f"there is no table `{name}`"), hint=hint)
