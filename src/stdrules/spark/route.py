"""Cases of facts by joins, repeats and contradictions, and what every partition must know.

The rules are those of ``stdrules.intake.links`` and ``stdrules.intake.merge``, as joins.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.intake import codes
from stdrules.intake.links import no_case, other_case, several_cases
from stdrules.intake.merge import circular
from stdrules.intake.rows import Pending
from stdrules.intake.schema import TypeReader
from stdrules.model.facts import Fact
from stdrules.model.records import from_record
from stdrules.model.vocabulary import CaseLink
from stdrules.spark.parse import BAD, FACT, ROW, STATEMENT, Parse, Row, Shape

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

_FOUND: Final = "array<struct<kind: string, now: array<array<string>>, all: array<array<string>>>>"


@dataclass
class Routed:
    """Facts with their cases.

    Attributes:
        facts: Rows of facts, one of each.
        rejected: Rows set aside: ``place``, ``content`` and ``trouble``.
        statements: Withdrawals, waivers, suspensions, completeness: known to every partition.
        tangled: Ids of facts that are corrected, withdrawn, or correct others.
    """

    facts: DataFrame
    rejected: DataFrame
    statements: list[Any]
    tangled: frozenset[str]


def route(records: DataFrame, shape: Shape) -> Routed:
    """Read records, and find the cases of all facts.

    Args:
        records: Columns ``record`` (a JSON object) and ``place``.
        shape: What reading needs of the ruleset.
    """
    from pyspark.sql import functions as f

    rows = records.select("record", "place").mapInArrow(Parse(shape), ROW).cache()
    statements = [
        from_record(json.loads(one.content))
        for one in rows.filter(f.col("kind") == STATEMENT).select("content").distinct().collect()
    ]
    same = ["id", "content", "cases", "links"]
    facts = rows.filter(f.col("kind") == FACT).dropDuplicates(same)
    corrections = facts.filter(f.col("supersedes").isNotNull()).select("id", "supersedes", "type")
    changes = corrections.distinct().collect()
    replaced = sorted({one.supersedes for one in changes if one.supersedes != one.id})
    placed = _placed(facts, shape, replaced).cache()
    good = placed.filter(f.col("trouble").isNull()).dropDuplicates(["id", "content", "cases"])
    wrong = _wrong(changes, good)
    kept, aside = _apart(good, wrong)
    columns = ("place", "content", "trouble")
    rejected = (
        rows.filter(f.col("kind") == BAD).select(*columns)
        .unionByName(placed.filter(f.col("trouble").isNotNull()).select(*columns))
        .unionByName(aside.select(*columns))
    )  # fmt: skip
    named = {one.id for one in changes} | {one.supersedes for one in changes}
    named |= {one.withdraws for one in statements if hasattr(one, "withdraws")}
    return Routed(kept, rejected, statements, frozenset(named))


def _placed(facts: DataFrame, shape: Shape, replaced: list[str]) -> DataFrame:
    """Fill the cases, type by type: those whose cases follow from others come after them."""
    from pyspark.sql import functions as f

    levels, decide = shape.levels(), Decide(shape)
    done: DataFrame | None = None
    for level in range(max(levels.values(), default=0) + 1):
        own = facts.filter(f.col("type").isin([n for n, at in levels.items() if at == level]))
        if done is None:
            asked = own.withColumn("found", f.lit(None).cast(_FOUND))
            done = asked.mapInArrow(decide, ROW)
        else:
            index = _index(done, shape, replaced)
            done = done.unionByName(_asked(own, index).mapInArrow(decide, ROW))
        done = done.cache()
    assert done is not None
    return done


def _index(done: DataFrame, shape: Shape, replaced: list[str]) -> DataFrame:
    """Return (type, key, value, kind of case) -> the sets of cases that facts with it have."""
    from pyspark.sql import functions as f

    targets = sorted(shape.link_keys())
    known = done.filter(f.col("trouble").isNull() & f.col("type").isin(targets))
    each = known.select(
        f.col("type").alias("l_type"), f.explode("keys").alias("k"), "cases",
        (~f.col("id").isin(replaced)).alias("now"),
    ).select("l_type", f.col("k.key").alias("l_key"), f.col("k.value").alias("l_value"),
             f.explode("cases").alias("c"), "now")  # fmt: skip
    ids = f.array_sort("c.ids")
    some = f.size("c.ids") > 0
    return each.groupBy("l_type", "l_key", "l_value", f.col("c.kind").alias("l_kind")).agg(
        f.collect_set(f.when(f.col("now") & some, ids)).alias("now"),
        f.collect_set(f.when(some, ids)).alias("all"),
    )


def _asked(own: DataFrame, index: DataFrame) -> DataFrame:
    """Put what the index knows beside the facts that ask for it."""
    from pyspark.sql import functions as f

    numbered = own.withColumn("row", f.sha2(f.to_json(f.struct(*own.columns)), 256))
    asked = numbered.select("row", f.explode("links").alias("l")).select(
        "row", f.col("l.type").alias("l_type"), f.col("l.key").alias("l_key"),
        f.col("l.value").alias("l_value"), f.col("l.kind").alias("l_kind"),
    )  # fmt: skip
    found = asked.join(index, ["l_type", "l_key", "l_value", "l_kind"]).groupBy("row").agg(
        f.collect_list(f.struct(f.col("l_kind").alias("kind"), "now", "all")).alias("found")
    )  # fmt: skip
    return numbered.join(found, "row", "left").drop("row")


class Decide:
    """Fills the cases of facts from what their links were found to mean; for ``mapInArrow``."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def __call__(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        """Yield the rows with their cases, or with what is wrong."""
        import pyarrow
        from pyspark.sql.pandas.types import to_arrow_schema
        from pyspark.sql.types import StructType

        types = self.shape.schema().types
        target = to_arrow_schema(StructType.fromDDL(ROW))
        for batch in batches:
            rows = batch.to_pylist()
            for row in rows:
                found = {one["kind"]: one for one in row.pop("found") or ()}
                decide(row, types[row["type"]], found)
            yield pyarrow.RecordBatch.from_pylist(rows, schema=target)


def decide(row: Row, reader: TypeReader, found: dict[str, Any]) -> None:
    """Fill ``cases`` of a row, or its ``trouble``."""
    cases = {one["kind"]: tuple(one["ids"]) for one in row["cases"]}
    links = {one["kind"]: one for one in row["links"]}
    trouble: Diagnostic | None = None
    for case_type, source in reader.sources.items():
        item = _pending(row, reader)
        if isinstance(source, CaseLink):
            result = _linked(item, source, case_type, links[case_type], found.get(case_type))
        else:
            result = cases.get(case_type) or no_case(item, case_type, source)
        if isinstance(result, Diagnostic):
            if result.code != codes.NO_CASE:
                row["trouble"] = _told(result)
                return
            trouble = trouble or result
            result = ()
        cases[case_type] = result
    if trouble is not None and not any(cases.values()):
        row["trouble"] = _told(trouble)
        return
    row["cases"] = [{"kind": kind, "ids": list(ids)} for kind, ids in sorted(cases.items())]


def _linked(
    item: Pending, source: CaseLink, case_type: str, asked: dict[str, Any], found: Any
) -> tuple[str, ...] | Diagnostic:
    link = item.reader.spec.links[source.link]
    sets = (found["now"] or found["all"]) if found else ()
    groups = {tuple(ids) for ids in sets}
    told = tuple(asked["told"])
    if told:
        if groups and not any(set(told) & set(group) for group in groups):
            return other_case(item, told, groups)
        return told
    if len(groups) == 1:
        return next(iter(groups))
    if groups:
        return several_cases(item, link, groups)
    return no_case(item, case_type, source.link, item.fact.fields.get(link.by), link)


def _pending(row: Row, reader: TypeReader) -> Pending:
    fact = from_record(json.loads(row["content"]))
    assert isinstance(fact, Fact)
    place = row["place"]
    return Pending(fact, reader, {}, lambda key: Span(place))


def _told(found: Diagnostic) -> str:
    return json.dumps(found.to_json(), ensure_ascii=False, sort_keys=True)


def _wrong(changes: list[Any], good: DataFrame) -> dict[str, str]:
    """Return the ids of corrections that cannot be, each with what is wrong."""
    from pyspark.sql import functions as f

    targets = sorted({one.supersedes for one in changes})
    types = dict(
        good.filter(f.col("id").isin(targets)).select("id", "type").distinct().collect()
    ) if targets else {}  # fmt: skip
    before: dict[str, set[str]] = {}
    for one in changes:
        if one.supersedes != one.id:
            before.setdefault(one.id, set()).add(one.supersedes)
    endless = circular(before)
    wrong = {}
    for one in changes:
        other = types.get(one.supersedes, one.type)
        if other != one.type or (one.id in endless and one.supersedes in endless):
            said = make(
                codes.CORRECTION, Span(""),
                zh=f"`{one.id}` 不能更正 `{one.supersedes}`",
                en=f"`{one.id}` cannot correct `{one.supersedes}`",
            )  # fmt: skip
            wrong[one.id] = _told(said)
    return wrong


def _apart(good: DataFrame, wrong: dict[str, str]) -> tuple[DataFrame, DataFrame]:
    """Divide facts into those that are kept and those that contradict others."""
    from pyspark.sql import functions as f

    first = f.col("supersedes").isNull()
    clashing = (
        good.filter(first).groupBy("id").count().filter("count > 1").select("id")
        .withColumn("clash", f.lit(True))
    )  # fmt: skip
    marked = good.join(clashing, "id", "left")
    bad_id = f.col("clash").isNotNull() & first
    bad_correction = f.col("id").isin(sorted(wrong)) & ~first
    said = _told(make(codes.SAME_ID, Span(""), zh="同一编号有不同的内容",
                      en="one id with different content"))  # fmt: skip
    kept = marked.filter(~bad_id & ~bad_correction).drop("clash")
    aside = marked.filter(bad_id | bad_correction).withColumn(
        "trouble", f.when(bad_id, f.lit(said)).otherwise(f.lit(next(iter(wrong.values()), "")))
    )
    return kept, aside.drop("clash")
