"""Large audits as a user types them."""

import json
from pathlib import Path

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
    done = stdrules(*ASKED, "--engine", "columns", "--case", "P1")
    assert done.code == 2
    assert "use --engine case" in done.err
