"""Large audits as a user types them."""

import json
from pathlib import Path

import polars as pl
from journey import EXAMPLES, stdrules

BOOK = EXAMPLES / "q_gxxz_029" / "项目导出.xlsx"
ASKED = ("audit", "q_gxxz_029", BOOK, "--as-of", "2024-12-31")


def test_columns_count_what_single_cases_count(tmp_path: Path):
    out = tmp_path / "out"
    done = stdrules(*ASKED, "--engine", "columns", "--jobs", "1", "--out", out, "--findings",
                    "jsonl", "--only", "violations", "--format", "json")  # fmt: skip
    other = stdrules(*ASKED, "--engine", "case", "--format", "json")
    assert (done.code, other.code) == (1, 1)
    summary = other.json["summary"]
    assert done.json["violations"] == summary["violations"] == done.json["findings"] > 300
    assert done.json["rejected"] == other.json["rejected_rows"]
    lines = (out / "findings.jsonl").read_text("utf-8").splitlines()
    keys = [(row["case"], row["key"]) for row in map(json.loads, lines)]
    wanted = [(row["case"], row["key"]) for row in other.json["obligations"] if row["violation"]]
    assert keys == wanted
    aside = (out / "quarantine.csv").read_text("utf-8-sig").splitlines()
    assert len(aside) == 1 + sum(done.json["rejected"].values())
    assert "written: " in done.err


def test_the_summary_is_for_people():
    done = stdrules(*ASKED, "--engine", "columns", "--jobs", "1", "--top", "2", "--lang", "zh")
    assert "违反最多的个案" in done.out
    assert "未采用的行：5" in done.out


def test_options_of_another_engine_are_named():
    done = stdrules(*ASKED, "--engine", "case", "--findings", "jsonl")
    assert done.code == 2
    assert "`--engine case` cannot do `--findings`" in done.err
    done = stdrules(*ASKED, "--engine", "columns", "--format", "sarif")
    assert done.code == 2
    assert "`--engine columns` does not go with `--format sarif`" in done.err
    done = stdrules(*ASKED, "--jobs", "1", "--matrix", "m.csv")
    assert done.code == 2
    assert "`--jobs` does not go with `--matrix`" in done.err


def test_one_case_of_many():
    asked = (*ASKED, "--case", "XZ-2023-05", "--format", "json")
    done = stdrules(*asked, "--engine", "columns", "--jobs", "1")
    other = stdrules(*asked, "--engine", "case")
    assert (done.code, other.code) == (1, 1)
    assert done.json["cases"] == 1
    assert done.json["violations"] == other.json["summary"]["violations"] == 6
    done = stdrules(*asked, "--case", "XZ-2023-5", "--engine", "columns", "--jobs", "1")
    assert done.code == 2
    assert done.err.splitlines() == [
        "there is no case `XZ-2023-5` in the data", "  = hint: did you mean `XZ-2023-05`?",
    ]  # fmt: skip


def test_strictly_one_bad_row_refuses_everything():
    done = stdrules(*ASKED, "--engine", "columns", "--jobs", "1", "--strict")
    assert done.code == 2
    assert "the data are wrong: 5 rows" in done.err and "E4" in done.err


def test_several_rulesets_over_the_same_files(tmp_path: Path):
    station = EXAMPLES / "db4201_629" / "服务站导出.xlsx"
    asked = ("audit", "db4201_629", station, "--as-of", "2024-06-30", "--with", "suzhou_464",
             "--format", "json")  # fmt: skip
    done = stdrules(*asked, "--engine", "columns", "--jobs", "1", "--out", tmp_path,
                    "--findings", "jsonl")  # fmt: skip
    other = stdrules(*asked, "--engine", "case")
    assert (done.code, other.code) == (1, 1)
    assert set(done.json["reports"]) == {"db4201_629", "suzhou_464"}
    for name, report in other.json["reports"].items():
        found = done.json["reports"][name]
        assert found["violations"] == report["summary"]["violations"]
        assert found["rejected"] == report["rejected_rows"]
        assert (tmp_path / name / "quarantine.csv").is_file()
        lines = (tmp_path / name / "findings.jsonl").read_text("utf-8").splitlines()
        keys = [row["key"] for row in map(json.loads, lines) if row["kind"] == "finding"]
        assert keys == [row["key"] for row in report["obligations"]]


def test_parquet_is_read_by_every_engine(tmp_path: Path):
    tasks = pl.DataFrame({"id": ["t1"], "project_id": ["P1"], "received_at": ["2023-02-28T09:00"]})
    path = tmp_path / "project_task_received.parquet"
    tasks.write_parquet(path)
    asked = ("audit", "q_gxxz_029", path, "--as-of", "2023-03-05", "--format")
    counted = stdrules(*asked, "json", "--jobs", "1")
    told = stdrules(*asked, "json", "--engine", "case")
    assert counted.json["violations"] == told.json["summary"]["violations"] > 0
    assert stdrules(*asked, "sarif").json["runs"][0]["results"]
    columns = stdrules("audit", "q_gxxz_029", path, "--explain-mapping").out
    assert "project_task_received.parquet!C" in columns
    why = stdrules("explain", "q_gxxz_029", path, "--as-of", "2023-03-05", "--norm", "4.1-plan-48h")
    assert "project_task_received.parquet" in why.out
