"""Cases of facts by joins, repeats and contradictions, and what every partition must know.

The rules are those of ``stdrules.intake.links`` and ``stdrules.intake.merge``, as joins.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.intake import codes
from stdrules.intake.merge import circular
from stdrules.intake.rows import Pending
from stdrules.intake.schema import TypeReader
from stdrules.model.facts import Fact
from stdrules.model.records import from_record
from stdrules.spark.cases import decide, told
from stdrules.spark.parse import BAD, FACT, ROW, STATEMENT, Parse, Row, Shape, arrow_schema

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column, DataFrame, SparkSession

_FOUND: Final = (
    "array<struct<kind: string, current: boolean,"
    " now: array<array<string>>, all: array<array<string>>>>"
)
_SET_ASIDE: Final = ("place", "record", "trouble")


@dataclass
class Routed:
    """Facts with their cases.

    Attributes:
        facts: Rows of facts, one of each.
        rejected: Records set aside: ``place``, ``record`` and ``trouble``.
        statements: Withdrawals, waivers, suspensions, completeness: known to every partition.
        tangled: Ids of facts that are corrected, withdrawn, or correct others.
        kept: What Spark keeps in memory or on disk until it is released.
    """

    facts: DataFrame
    rejected: DataFrame
    statements: list[Any]
    tangled: frozenset[str]
    kept: list[DataFrame]


def route(records: DataFrame | None, shape: Shape, tables: Sequence[DataFrame] = ()) -> Routed:
    """Read records, and find the cases of all facts.

    Args:
        records: Columns ``record`` (a JSON object) and ``place``; or None.
        shape: What reading needs of the ruleset.
        tables: Rows of facts that were read from tables.

    Raises:
        UsageError: The links to cases go in a circle.
    """
    from pyspark.sql import functions as f

    levels = shape.levels()
    read = list(tables)
    if records is not None:
        read.append(records.select("record", "place").mapInArrow(Parse(shape), ROW))
    rows = reduce(lambda one, other: one.unionByName(other), read).cache()
    said, contradicting = _statements(rows)
    facts = rows.filter(f.col("kind") == FACT)
    replaced = facts.filter(f.col("supersedes").isNotNull() & (f.col("supersedes") != f.col("id")))
    placed = _placed(facts, shape, levels, replaced.select("supersedes").distinct())
    if placed is not facts:
        placed = placed.cache()
    once = _without_repeats(placed.filter(f.col("trouble").isNull())).cache()
    first, clashing = _first_versions(once)
    good, changes, wrong = _corrections(first)
    rejected = [
        rows.filter(f.col("kind") == BAD), contradicting, clashing, wrong,
        placed.filter(f.col("trouble").isNotNull()),
    ]  # fmt: skip
    aside = rejected[0].select(*_SET_ASIDE)
    for one in rejected[1:]:
        aside = aside.unionByName(one.select(*_SET_ASIDE))
    named = {name for change in changes for name in (change.id, change.supersedes)}
    named |= {one.withdraws for one in said if hasattr(one, "withdraws")}
    return Routed(good, aside, said, frozenset(named), [rows, placed, once])


def _statements(rows: DataFrame) -> tuple[list[Any], DataFrame]:
    """Return the statements, and the rows of those that share an id with other content."""
    from pyspark.sql import functions as f

    all_rows = rows.filter(f.col("kind") == STATEMENT)
    different = all_rows.select("id", "content").distinct()
    found = [(one.id, from_record(json.loads(one.content))) for one in different.collect()]
    seen: dict[str, int] = {}
    for name, _ in found:
        if name:
            seen[name] = seen.get(name, 0) + 1
    twice = sorted(name for name, count in seen.items() if count > 1)
    said = make(codes.SAME_ID, Span(""), zh="编号已有不同的内容",
                en="another statement has this id, with other content")  # fmt: skip
    aside = all_rows.filter(f.col("id").isin(twice)).withColumn("trouble", f.lit(told([said])))
    return sorted((one for name, one in found if name not in twice), key=repr), aside


def _placed(
    facts: DataFrame, shape: Shape, levels: dict[str, int], replaced: DataFrame
) -> DataFrame:
    """Fill the cases, type by type: those whose cases follow from others come after them."""
    from pyspark.sql import functions as f

    deepest = max(levels.values(), default=0)
    if not deepest:
        return facts

    def of(level: int) -> DataFrame:
        return facts.filter(f.col("type").isin([n for n, at in levels.items() if at == level]))

    done = of(0)
    for level in range(1, deepest + 1):
        asked = _asked(of(level), _index(done, shape, replaced))
        done = done.unionByName(asked.mapInArrow(Decide(shape), ROW))
    return done


def _index(done: DataFrame, shape: Shape, replaced: DataFrame) -> DataFrame:
    """Return (type, key, value, kind of case) -> the sets of cases that facts with it have."""
    from pyspark.sql import functions as f

    known = done.filter(f.col("type").isin(sorted(shape.link_keys())))
    old = replaced.select(f.col("supersedes").alias("id"), f.lit(True).alias("old"))
    each = known.join(old, "id", "left").select(
        f.col("type").alias("l_type"), f.explode("keys").alias("k"), "cases",
        f.col("old").isNull().alias("current"),
    ).select("l_type", f.col("k.key").alias("l_key"), f.col("k.value").alias("l_value"),
             f.explode("cases").alias("c"), "current")  # fmt: skip
    ids, some = f.array_sort("c.ids"), f.size("c.ids") > 0
    return each.groupBy("l_type", "l_key", "l_value", f.col("c.kind").alias("l_kind")).agg(
        f.max("current").alias("current"),
        f.collect_set(f.when(f.col("current") & some, ids)).alias("now"),
        f.collect_set(f.when(some, ids)).alias("all"),
    )


def _asked(own: DataFrame, index: DataFrame) -> DataFrame:
    """Put what the index knows beside the facts that ask for it."""
    from pyspark.sql import functions as f

    by = ["l_type", "l_key", "l_value", "l_kind"]
    # Equal rows get equal answers: what tells them apart is not needed.
    numbered = own.withColumn("row", f.sha2(f.to_json(f.struct("id", "same", "links")), 256))
    asked = numbered.select("row", f.explode("links").alias("l")).select(
        "row", f.col("l.type").alias("l_type"), f.col("l.key").alias("l_key"),
        f.col("l.value").alias("l_value"), f.col("l.kind").alias("l_kind"),
    ).distinct()  # fmt: skip
    found = asked.join(index, by).groupBy("row").agg(
        f.collect_list(f.struct(f.col("l_kind").alias("kind"), "current", "now", "all"))
        .cast(_FOUND).alias("found")
    )  # fmt: skip
    return numbered.join(found, "row", "left").drop("row")


class Decide:
    """Fills the cases of facts from what their links were found to mean; for ``mapInArrow``."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.target = arrow_schema(ROW)

    def __call__(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        """Yield the rows with their cases, or with what is wrong."""
        import pyarrow

        types = self.shape.schema().types
        for batch in batches:
            rows = batch.to_pylist()
            for row in rows:
                found = {one["kind"]: one for one in row.pop("found") or ()}
                decide(row, _pending(row, types[row["type"]]), found)
            yield pyarrow.RecordBatch.from_pylist(rows, schema=self.target)


def _pending(row: Row, reader: TypeReader) -> Pending:
    fact = from_record(json.loads(row["content"]))
    assert isinstance(fact, Fact)
    place = row["place"]
    return Pending(fact, reader, {}, lambda key: Span(place))


def _without_repeats(placed: DataFrame) -> DataFrame:
    """Keep one row of each content; which one follows from the rows, not from their order."""
    from pyspark.sql import functions as f

    columns = ("content", "place", "record", "type", "supersedes", "cases")
    members = f.transform("cases", lambda one: f.struct(
        one["kind"].alias("kind"), f.array_sort(one["ids"]).alias("ids")))  # fmt: skip
    sets = f.array_sort(members)
    return (
        placed.groupBy("id", "same", sets.alias("sets")).agg(f.min(f.struct(*columns)).alias("r"))
        .select("id", *(f.col(f"r.{name}").alias(name) for name in columns))
    )  # fmt: skip


def _first_versions(facts: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Divide facts into those that are kept and those whose id another one has too."""
    from pyspark.sql import functions as f

    first = f.col("supersedes").isNull()
    twice = facts.filter(first).groupBy("id").count().filter("count > 1").select(
        "id", f.lit(True).alias("clash")
    )  # fmt: skip
    marked = facts.join(twice, "id", "left")
    bad = f.col("clash").isNotNull() & first
    said = make(
        codes.SAME_ID, Span(""),
        zh="编号与另一条记录相同，内容不同", en="another record has this id, with other content",
        hint_zh="若是更正，请在 `supersedes`（更正）中写明所更正的编号",
        hint_en="if one corrects the other, name it in `supersedes`",
    )  # fmt: skip
    aside = marked.filter(bad).withColumn("trouble", f.lit(told([said])))
    return marked.filter(~bad).drop("clash"), aside


def _corrections(facts: DataFrame) -> tuple[DataFrame, list[Any], DataFrame]:
    """Return the facts without corrections that cannot be, the corrections, and those aside."""
    from pyspark.sql import functions as f

    is_change = f.col("supersedes").isNotNull()
    changes = facts.filter(is_change).select("id", "supersedes", "type").distinct().collect()
    wrong = _wrong(changes, facts)
    if not wrong:
        return facts, changes, facts.filter(f.lit(False)).withColumn("trouble", f.lit(""))
    table = facts.sparkSession.createDataFrame(
        wrong, "id string, supersedes string, type string, trouble string"
    )
    by = ["id", "supersedes", "type"]
    aside = facts.join(table, by)
    return facts.join(table.select(*by), by, "left_anti"), changes, aside


def _wrong(changes: Sequence[Any], facts: DataFrame) -> list[tuple[str, str, str, str]]:
    """Return the corrections that cannot be: id, supersedes, type, and what is wrong."""
    from pyspark.sql import functions as f

    if not changes:
        return []
    # Of several versions under one id the type of the last one counts: a correction.
    newest: Column = f.struct(f.col("supersedes").isNotNull(), "type")
    targets = ids_in(facts.sparkSession, {one.supersedes for one in changes})
    known = facts.join(targets, "id", "left_semi").groupBy("id").agg(f.max_by("type", newest))
    types: dict[str, str] = {row[0]: row[1] for row in known.collect()}
    before: dict[str, set[str]] = {}
    for one in changes:
        if one.supersedes != one.id:
            before.setdefault(one.id, set()).add(one.supersedes)
    endless = circular(before)
    found = []
    for one in changes:
        other = types.get(one.supersedes, one.type)
        if other != one.type or (one.id in endless and one.supersedes in endless):
            said = told([_wrong_change(one, other)])
            found.append((one.id, one.supersedes, one.type, said))
    return found


def ids_in(session: SparkSession, names: Iterable[str]) -> DataFrame:
    """Return a table of ids to join with."""
    return session.createDataFrame([(name,) for name in sorted(names)], "id string")


def _wrong_change(one: Any, other: str) -> Diagnostic:
    if other != one.type:
        return make(
            codes.CORRECTION, Span(""),
            zh=f"`{one.id}` 更正的 `{one.supersedes}` 属于另一类型 `{other}`",
            en=f"`{one.id}` corrects `{one.supersedes}`, which is of the type `{other}`",
        )  # fmt: skip
    return make(
        codes.CORRECTION, Span(""),
        zh=f"`{one.id}` 与 `{one.supersedes}` 互相更正",
        en=f"`{one.id}` and `{one.supersedes}` correct each other in a circle",
    )  # fmt: skip
