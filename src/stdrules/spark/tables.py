"""Tables of facts on Spark: one DataFrame a fact type, read as exports and frames are read.

What columns mean is found out by the driver from their names; rows are read on the workers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stdrules.base.diagnostics import Severity
from stdrules.base.errors import FactsError, UsageError
from stdrules.base.text import Text
from stdrules.intake.batch_sources import of_arrow
from stdrules.intake.batch_texts import as_text, listed
from stdrules.intake.collect import Collector
from stdrules.intake.columns import TablePlan
from stdrules.intake.mapping import Planner
from stdrules.intake.mapping_file import Mapping as SheetMapping
from stdrules.intake.reader import unmapped
from stdrules.intake.sheet_rows import read_rows
from stdrules.intake.tables import Table
from stdrules.spark.parse import ROW, Row, Shape, arrow_schema, rows_from

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame


def read_tables(
    tables: Mapping[str, DataFrame], shape: Shape, mapping: SheetMapping | None
) -> list[DataFrame]:
    """Return the rows of facts of tables, as those of records are.

    Args:
        tables: Fact type, or one of its printed names -> its table; every fact has an id.
        shape: What reading needs of the ruleset.
        mapping: What columns mean where their names do not say it.

    Raises:
        FactsError: It cannot be told what a table holds; carries what is wrong.
        UsageError: A table has no column for ids.
    """
    planner = Planner(shape.vocabulary, shape.case_types, mapping)
    found: list[DataFrame] = []
    troubles = []
    for name, frame in tables.items():
        table = Table(name, "", name, iter(()))
        plan = planner.plan(table, [(1, list(frame.columns))])
        if plan is None:
            troubles.append(unmapped(table))
            continue
        if not plan.blocked and any("id" not in one.columns for one in plan.types):
            raise UsageError(
                Text(f"表 `{name}` 没有编号列", f"the table `{name}` has no column for ids"),
                hint=Text("分布式审核没有行号可作编号；请给出 `id` 列，或在映射中指明",
                          "a distributed audit has no row numbers to name facts by; give a column "
                          "`id`, or say in a mapping which it is"),
            )  # fmt: skip
        found.append(frame.mapInArrow(ParseTable(shape, name, plan, frame.columns), ROW))
    if mapping is not None:
        planner.close()
    troubles += planner.diagnostics
    if any(one.severity is Severity.ERROR for one in troubles) or len(found) < len(tables):
        raise FactsError(Text("数据表无法使用", "the tables cannot be used"), troubles)
    return found


class ParseTable:
    """Turns batches of a table into rows; given to ``mapInArrow``.

    Args:
        shape: What reading needs of the ruleset.
        name: The table, in places.
        plan: What its columns mean.
        headings: Their names.
    """

    def __init__(self, shape: Shape, name: str, plan: TablePlan, headings: Sequence[str]) -> None:
        self.shape = shape
        self.name = name
        self.plan = plan
        self.headings = list(headings)
        self.target = arrow_schema(ROW)

    def __call__(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        """Yield one batch of rows for each batch of the table."""
        import pyarrow

        schema, keys = self.shape.schema(), self.shape.link_keys()
        table = Table(self.name, "", self.name, iter(()))
        for batch in batches:
            columns = [as_text(of_arrow(column)).to_list() for column in batch.columns]
            rows: list[Row] = []
            for texts in zip(*columns, strict=True):
                if not any(text and text.strip() for text in texts):
                    continue
                cells = [listed(text) for text in texts]
                told = {h: c for h, c in zip(self.headings, cells, strict=True) if c is not None}
                record = json.dumps(told, ensure_ascii=False)
                collector = Collector(schema)
                read_rows(table, self.plan, iter([(2, cells)]), collector, schema, self.name)
                rows += rows_from(collector, self.name, record, keys, self._has_id(cells))
            yield pyarrow.RecordBatch.from_pylist(rows, schema=self.target)

    def _has_id(self, cells: Sequence[Any]) -> bool:
        return all(cells[one.columns["id"]] for one in self.plan.types)
