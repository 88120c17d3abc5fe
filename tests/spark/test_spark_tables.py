"""A DataFrame for each fact type, and Parquet files of them, as on one machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'stdrules[spark]'")

import stdrules
from large.exports import sheets
from spark.spark_world import ROOT, told_by_spark
from stdrules.base.errors import FactsError, UsageError
from stdrules.cli.main import run
from stdrules.spark import audit

AS_OF = "2024-12-31"
TYPES = 6
#: The heading of ids.
OWN = "事实编号"


@pytest.fixture(scope="module")
def frames() -> dict[str, pl.DataFrame]:
    """Some sheets of an export with wrong cells; every row has an id."""
    book = ROOT / "examples" / "q_gxxz_029" / "项目导出.xlsx"
    found: dict[str, pl.DataFrame] = {}
    for title, rows in list(sheets(book, seed=23).items())[:TYPES]:
        width = len(rows[0])
        cut = [[*row[:width], *[None] * (width - len(row))] for row in rows[1:120]]
        names = dict.fromkeys(map(str, rows[0]), pl.String)
        frame = pl.DataFrame(cut, schema=names, orient="row")
        if OWN not in names:
            numbers = pl.int_range(frame.height, eager=True).cast(pl.String)
            frame = frame.insert_column(0, ("no." + numbers + f" of {title}").alias(OWN))
        found[title] = frame.filter(pl.col(OWN).str.strip_chars() != "")
    return found


def by_place(one: dict[str, Any]) -> tuple[str, ...]:
    return (one["case"], one["norm"], one.get("part") or "", one["key"])


@pytest.fixture(scope="module")
def expected(frames) -> stdrules.Report:
    return stdrules.audit("q_gxxz_029", frames, AS_OF)


def test_frames_of_fact_types_give_what_one_machine_gives(spark, frames, expected):
    tables = {name: spark.createDataFrame(frame.to_pandas(), schema=", ".join(
        f"`{column}` string" for column in frame.columns)) for name, frame in frames.items()
    }  # fmt: skip
    found = audit(tables, "q_gxxz_029", AS_OF, explain=True, partitions=2)
    obligations, _, aside = told_by_spark(found)
    told = expected.to_dict()
    assert sorted(obligations, key=by_place) == sorted(told["obligations"], key=by_place)
    errors = sorted(one.code for one in expected.diagnostics if one.severity.value == "error")
    assert sorted(code for _, codes in aside for code in codes) == errors
    assert len(aside) == sum(expected.rejected.values()) > 5
    assert all(json.loads(record)[OWN] for record, _ in aside)
    found.release()


def test_parquet_files_of_fact_types_from_the_command_line(
    spark, frames, expected, tmp_path: Path, capsys
):
    folder = tmp_path / "in"
    for name, frame in frames.items():
        parts = folder / f"{name}.parquet"
        parts.mkdir(parents=True)
        frame[:50].write_parquet(parts / "part-0.parquet")
        frame[50:].write_parquet(parts / "part-1.parquet")
    out = tmp_path / "out"
    code = run(["audit", "q_gxxz_029", str(folder), "--as-of", AS_OF, "--engine", "spark",
                "--format", "json", "--out", str(out)])  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    summary = expected.to_dict()["summary"]
    assert code == 1
    assert told["summary"] == {name: summary[name] for name in told["summary"]}
    aside = spark.read.json(str(out / "rejected.jsonl"))
    assert told["rejected_rows"] == aside.count() == sum(expected.rejected.values())


def test_typed_columns_records_and_a_mapping_together(spark):
    tasks = spark.sql("""
        SELECT 1 AS nr, 'P1' AS project_id, timestamp'2023-02-28 09:00:00+08:00' AS got
        UNION ALL SELECT 2, 'P2', NULL
        UNION ALL SELECT NULL, 'P3', timestamp'2023-02-28 09:00:00+08:00'
    """)
    record = {"type": "document_completed", "id": "d1", "case": "P1", "at": "2023-03-02T09:01",
              "fields": {"document_type": "schedule"}}  # fmt: skip
    records = spark.createDataFrame([(json.dumps(record),)], "record string")
    means = {"sheets": {"project_task_received": {"columns": {"nr": "id", "got": "received_at"}}}}
    found = audit([records, {"project_task_received": tasks}], "q_gxxz_029", "2023-03-05",
                  mapping=means)  # fmt: skip
    rows = {(row.case, row.state) for row in found.findings.collect() if row.norm == "4.1-plan-48h"}
    assert ("P1", "fulfilled_late") in rows and {case for case, _ in rows} == {"P1", "P2"}
    (aside,) = found.rejected.collect()
    assert "no `id`" in aside.trouble and aside.place == "project_task_received"
    found.release()


@pytest.mark.parametrize(
    ("name", "columns", "said"),
    [
        ("project_task_received", "project_id, received_at", "no column for ids"),
        ("nothing_known", "a, b", "is not the name of a fact type"),
        ("project_task_received", "id, received_at, 接收时间", "several columns may be"),
    ],
)
def test_tables_that_cannot_be_used_are_told_before_anything_is_read(spark, name, columns, said):
    names = columns.split(", ")
    frame = spark.createDataFrame([], ", ".join(f"`{one}` string" for one in names))
    with pytest.raises((FactsError, UsageError)) as caught:
        audit({name: frame}, "q_gxxz_029", AS_OF)
    assert said in str(caught.value)
