"""``stdrules audit --engine spark`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'stdrules[spark]'")

import stdrules
from spark.spark_world import ROOT
from stdrules.cli.main import run

FACTS = ROOT / "examples" / "q_gxxz_029" / "facts.jsonl"
AUDIT = ["audit", "q_gxxz_029", "--as-of", "2023-06-30", "--engine", "spark", "--lang", "en"]


def test_files_in_and_tables_out(spark, tmp_path: Path, capsys):
    broken = '{"type": "document_completed", "case": "P1", "at": "2023-03-01"}\n'
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text(FACTS.read_text("utf-8") + broken, "utf-8")
    out = tmp_path / "out"
    code = run([*AUDIT, str(tmp_path / "in"), "--master", "local[2,4]", "--only", "violations",
                "--format", "json", "--out", str(out)])  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    report = stdrules.load("q_gxxz_029").evaluate(FACTS, "2023-06-30")
    summary = report.to_dict()["summary"]
    assert told["summary"] == {name: summary[name] for name in told["summary"]}
    assert (code, told["rejected_rows"], told["cases"]) == (1, 1, {"project": 1})
    rows = spark.read.parquet(str(out / "findings.parquet")).collect()
    assert {row.key for row in rows if row.violation} == {one.key for one in report.violations}
    assert {row.state for row in rows} <= {"overdue", "breached", "fulfilled_late", "compensated"}
    aside = spark.read.json(str(out / "rejected.jsonl")).collect()
    assert [(row.place, row.record + "\n") for row in aside] == [("a.jsonl", broken)]
    assert "no `id`" in aside[0].trouble
    assert (out / "scores.parquet").is_dir()


def test_parquet_with_records_and_text_for_people(spark, tmp_path: Path, capsys):
    lines = FACTS.read_text("utf-8").splitlines()
    path = tmp_path / "facts.parquet"
    spark.createDataFrame([(one,) for one in lines], "record string").write.parquet(str(path))
    assert run([*AUDIT, str(path), "--fail-level", "never", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "违反合计" in told and "未采用的行" not in told


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(["x.xlsx"], "Spark cannot read `x.xlsx`", id="a-workbook"),
        pytest.param(["gone.jsonl"], "there is no file `gone.jsonl`", id="no-file"),
        pytest.param([str(FACTS), "--top", "3"], "cannot do `--top`", id="top"),
        pytest.param([str(FACTS), "--case", "P1"], "cannot do `--case`", id="case"),
        pytest.param([str(FACTS), "--format", "sarif"], "writes text or json", id="format"),
        pytest.param([str(FACTS), "--engine", "case", "--master", "x"],
                     "`--master` needs `--engine spark`", id="master-alone"),
    ],
)  # fmt: skip
def test_what_it_cannot_do_is_said(args: list[str], said: str, capsys):
    assert run([*AUDIT, *args]) == 2
    assert said in capsys.readouterr().err


def test_what_spark_itself_refuses_is_one_line(spark, tmp_path: Path, capsys):
    (tmp_path / "bad.parquet").write_text("no Parquet", "utf-8")
    assert run([*AUDIT, str(tmp_path / "bad.parquet")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("Spark could not finish the audit: ") and len(told) < 4
