"""The audit on Spark: from records in a DataFrame to findings in a DataFrame."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stdrules.api.facts import MappingLike, as_mapping
from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.api.times import MomentLike, asked_instant, asked_knowledge
from stdrules.base.errors import MissingExtraError, UsageError
from stdrules.base.text import Text
from stdrules.engine.view import JUDGEMENT
from stdrules.intake.mapping_file import Mapping as SheetMapping
from stdrules.model.facts import Fact
from stdrules.model.records import from_record
from stdrules.plan.plan import Plan
from stdrules.plan.results import STATES, VIOLATED
from stdrules.spark.judge import FINDING, RESULT, SCORE, Judge, Task, rest_of
from stdrules.spark.parse import Shape
from stdrules.spark.route import Routed, ids_in, route
from stdrules.spark.tables import read_tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_NOTHING: Mapping[str, Any] = {}
#: What `only` may say.
ONLY = {"all": None, "violations": frozenset(VIOLATED), "undetermined": frozenset({"undetermined"})}


@dataclass
class SparkAudit:
    """What an audit on Spark found; nothing is computed before it is asked for.

    Attributes:
        plan: The plan that was used.
        results: Findings and scores, one a row; see `findings` and `scores`. Whoever asks for
            more than one thing should ask for ``results.cache()`` first.
        rejected: Records set aside: ``place``, ``record`` as it was given, and ``trouble``, a
            JSON list of diagnostics.
        kept: What Spark keeps in memory or on disk until `release`.
    """

    plan: Plan
    results: DataFrame
    rejected: DataFrame
    kept: list[DataFrame] = field(default_factory=list)

    @property
    def findings(self) -> DataFrame:
        """The findings: case, norm, key, clause, state, due, met_at, facts, missing, ..."""
        return self.results.filter(self.results.kind == FINDING).drop("kind", "lo", "hi")

    @property
    def scores(self) -> DataFrame:
        """The scores: case, norm (the scorecard), state (the outcome), lo, hi, missing."""
        wanted = ("case_type", "case", "norm", "clause", "state", "lo", "hi", "missing", "report")
        return self.results.filter(self.results.kind == SCORE).select(*wanted)

    def summary(self) -> dict[str, int]:
        """Count the findings by state, and the violations and advice among them."""
        from pyspark.sql import functions as f

        rows = self.findings.groupBy("state").agg(
            f.count("*").alias("n"), f.sum(f.col("violation").cast("long")).alias("violations"),
            f.sum(f.col("advice").cast("long")).alias("advice"),
        ).collect()  # fmt: skip
        counts: dict[str, int] = dict.fromkeys(STATES, 0)
        counts |= {row.state: row.n for row in rows}
        for name in ("violations", "advice"):
            counts[name] = sum(row[name] for row in rows)
        return counts

    def release(self) -> None:
        """Let Spark forget what it keeps; results that are asked for again are made again."""
        for one in (self.results, *self.kept):
            one.unpersist()


def session(master: str = "local[*]", **settings: str) -> SparkSession:
    """Return a Spark session whose Python workers are this interpreter.

    Args:
        master: Where the cluster is; ``local[2]`` is this machine with two cores.
        settings: Further settings of Spark, with ``__`` for dots.

    Raises:
        MissingExtraError: The extra `spark` is not installed.
        UsageError: Spark does not start: there is no Java, or no such master.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtraError.of("spark", Text("分布式审核", "a distributed audit")) from error
    # Only Arrow is used, whichever pandas there is.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        settings = {"spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false", **settings}
    builder = SparkSession.builder.master(master).appName("stdrules")
    for name, value in settings.items():
        builder = builder.config(name.replace("__", "."), value)
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        said = next((line for line in str(error).splitlines() if line.strip()), "")[:200]
        raise UsageError(
            Text(f"Spark 无法以 `{master}` 启动：{said}",
                 f"Spark does not start with the master `{master}`: {said}"),
            hint=Text("需要 Java 17；本机写作 local[4]",
                      "it needs Java 17; for this machine write local[4]"),
        ) from None  # fmt: skip


def audit(
    records: DataFrame | Mapping[str, DataFrame] | Sequence[DataFrame | Mapping[str, DataFrame]],
    ruleset: Ruleset | str,
    as_of: MomentLike,
    known_at: MomentLike | None = None,
    *,
    mapping: MappingLike | None = None,
    readings: Mapping[str, str] = _NOTHING,
    parameters: Mapping[str, Any] = _NOTHING,
    only: str = "all",
    explain: bool = False,
    partitions: int | None = None,
    chunk: int | None = None,
) -> SparkAudit:
    """Judge facts on Spark: the verdicts of `Ruleset.evaluate` on the same facts.

    Args:
        records: Facts and statements as JSON objects in the column ``record`` (as in JSON lines;
            every fact with an ``id``), and, if it has one, their place in ``place``. A DataFrame
            with one column of texts, as ``spark.read.text`` gives, will do. Or a mapping from
            fact types (or printed names) to DataFrames with a column for each field, and one for
            ids; or several of these.
        ruleset: The ruleset, its id or its path.
        as_of: The moment judged: an instant, or a day, whose end is meant.
        known_at: Only what was recorded by then counts; None: everything.
        mapping: What the columns of such tables mean where their names do not say it.
        readings: Alternatives that differ from the defaults.
        parameters: Values that differ from the defaults.
        only: ``all``, ``violations`` or ``undetermined`` findings.
        explain: Whether results carry the JSON of the report with its reasons.
        partitions: How many partitions of cases; None: as Spark is set up.
        chunk: Facts judged at once in a partition.

    Raises:
        FactsError: It cannot be told what a table holds.
        RulesetError: The ruleset cannot be used.
        UsageError: A moment, reading, parameter or column is not one.
    """
    if only not in ONLY:
        raise UsageError(
            Text(f"`only` 不能是 `{only}`", f"`only` cannot be `{only}`"),
            hint=Text(f"可用：{', '.join(ONLY)}", f"one of: {', '.join(ONLY)}"),
        )
    rules = ruleset if isinstance(ruleset, Ruleset) else load(ruleset)
    plan = rules.plan(readings, parameters)
    types = tuple(case.type for case in rules.source.header.case_types)
    routed = _routed(records, Shape(rules.vocabulary, types, plan.zone), as_mapping(mapping))
    known = None if known_at is None else asked_knowledge(known_at, rules.zone)
    task = Task(
        plan, rules.vocabulary, asked_instant(as_of, rules.zone), known,
        rest_of(_everywhere(routed), routed.statements), explain, ONLY[only],
        **({} if chunk is None else {"chunk": chunk}),
    )  # fmt: skip
    by_case = _by_case(routed, types)
    spread = ["case_type", "case"] if partitions is None else [partitions, "case_type", "case"]
    sorted_rows = by_case.repartition(*spread).sortWithinPartitions("case_type", "case", "id")
    results = sorted_rows.mapInArrow(Judge(task), RESULT)
    return SparkAudit(plan, results, routed.rejected, routed.kept)


def _routed(given: Any, shape: Shape, mapping: SheetMapping | None) -> Routed:
    """Read records and tables, and find the cases of all facts."""
    records: DataFrame | None = None
    tables: list[DataFrame] = []
    named: dict[str, DataFrame] = {}
    for one in given if isinstance(given, list | tuple) else [given]:
        if not isinstance(one, Mapping):
            own = _named(one)
            records = own if records is None else records.unionByName(own)
            continue
        twice = sorted(named.keys() & one.keys())
        if twice:
            raise UsageError(
                Text(f"表 `{twice[0]}` 给出了两次", f"the table `{twice[0]}` is given twice")
            )
        named |= one
    if named or mapping is not None:
        tables = read_tables(named, shape, mapping)
    if records is None and not tables:
        raise UsageError(Text("没有数据", "there are no data"))
    return route(records, shape, tables)


def _named(records: DataFrame) -> DataFrame:
    """Return the columns ``record`` and ``place``."""
    from pyspark.sql import functions as f

    names = records.columns
    if "record" not in names:
        if len(names) != 1:
            raise UsageError(
                Text("数据没有 `record` 列", "the data have no column `record`"),
                hint=Text("每行应是一个 JSON 对象的文本",
                          "each row should be the text of a JSON object"),
            )  # fmt: skip
        records = records.withColumnRenamed(names[0], "record")
    if "place" not in records.columns:
        records = records.withColumn("place", f.lit(""))
    return records.filter(f.trim("record") != "").select("record", "place")


def _everywhere(routed: Routed) -> list[Fact]:
    """Return the facts that every partition must know, with their cases."""
    from pyspark.sql import functions as f

    no_case = ~f.exists("cases", lambda one: f.size(one["ids"]) > 0)
    wanted = routed.facts.filter(no_case)
    if routed.tangled:
        names = ids_in(routed.facts.sparkSession, routed.tangled)
        wanted = wanted.unionByName(
            routed.facts.filter(~no_case).join(names, "id", "left_semi")
        )  # fmt: skip
    facts = []
    for row in wanted.select("content", "cases").collect():
        fact = from_record(json.loads(row.content))
        assert isinstance(fact, Fact)
        fact.cases = {one.kind: tuple(one.ids) for one in row.cases if one.ids}
        facts.append(fact)
    return sorted(facts, key=lambda fact: (fact.id, fact.supersedes or ""))


def _by_case(routed: Routed, case_types: Collection[str]) -> DataFrame:
    """Return one row for each fact and case: ``case_type``, ``case``, ``id``, ``content``."""
    from pyspark.sql import functions as f

    each = routed.facts.select("id", "type", "content", f.explode("cases").alias("c")).select(
        "id", "type", "content", f.col("c.kind").alias("case_type"),
        f.explode("c.ids").alias("case"),
    )  # fmt: skip
    judged = f.col("type") == JUDGEMENT
    # A judgement concerns the case of its name whatever its type, and makes none.
    spread = each.filter(judged).withColumn(
        "case_type", f.explode(f.array(*[f.lit(name) for name in case_types]))
    )
    rows = each.filter(~judged).unionByName(spread).drop("type")
    return rows.dropDuplicates(["case_type", "case", "id", "content"])
