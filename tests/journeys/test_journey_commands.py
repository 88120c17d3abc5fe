"""The other commands: list, show, check, test, explain, schema, audit of workbooks, help."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from journey import EXAMPLES, ROOT, SCHEDULE, TASK, stdrules, write_facts

from stdrules.cli.main import COMMANDS

RULESETS = sorted(path.parent.name for path in (ROOT / "rulesets").glob("*/ruleset.yaml"))
#: Counted by hand in the documents.
STATEMENTS = {"q_gxxz_029": 117, "shenzhen_mz": 117}
BOOKS = [
    pytest.param("q_gxxz_029", "2024-12-31", id="q_gxxz_029"),
    pytest.param("shenzhen_mz", "2022-12-31", id="shenzhen_mz"),
]


def test_the_shipped_rulesets_are_found():
    ended = stdrules("list", "--format", "json")
    assert ended.code == 0
    assert {row["id"] for row in ended.json} == set(RULESETS)


@pytest.mark.parametrize("name", RULESETS)
def test_a_shipped_ruleset_has_no_error_and_passes_its_tests(name: str):
    (checked,) = stdrules("check", name, "--format", "json").json
    assert (checked["usable"], checked["errors"]) == (True, 0)
    ended = stdrules("test", name)
    assert ended.code == 0, ended.out


def test_running_no_test_is_no_success():
    ended = stdrules("test", "q_gxxz_029", "-k", "no test is called so")
    assert ended.code == 3
    assert "0 tests" in ended.out and "no test to run" in ended.err


def test_a_test_that_fails_is_told_with_its_place(tmp_path: Path):
    folder = tmp_path / "copy"
    shutil.copytree(ROOT / "rulesets" / "q_gxxz_029", folder)
    for path in (folder / "cases").iterdir():
        if path.name != "04_basic_1.yaml":
            path.unlink()
    file = folder / "cases" / "04_basic_1.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("late_by: PT1M", "late_by: PT2M", 1), encoding="utf-8")
    ended = stdrules("test", folder)
    assert ended.code == 1
    assert "04_basic_1.yaml:" in ended.out and "late_by" in ended.out
    assert ", 1 failed" in ended.out


@pytest.mark.parametrize("name", RULESETS)
def test_the_ledger_adds_up(name: str):
    ledger = stdrules("show", name, "--ledger", "--format", "json").json
    totals = ledger["totals"]
    parts = [totals[k] for k in ("encoded", "assisted", "not_evaluable", "informative")]
    assert (
        sum(parts)
        == totals["statements"]
        == len(ledger["clauses"])
        == STATEMENTS.get(name, totals["statements"])
    )


def test_a_norm_and_a_clause_are_shown():
    assert "4.1-plan-48h" in stdrules("show", "q_gxxz_029", "4.1").out
    shown = stdrules("show", "q_gxxz_029", "4.1-plan-48h", "--format", "json").json
    assert [norm["id"] for norm in shown["norms"]] == ["4.1-plan-48h"]
    ended = stdrules("show", "q_gxxz_029", "4.1-plan-48")
    assert ended.code == 2 and "did you mean `4.1-plan-48h`?" in ended.err


def test_a_finding_is_explained(tmp_path: Path):
    facts = write_facts(tmp_path, TASK, SCHEDULE)
    common = ("explain", "q_gxxz_029", "--facts", facts, "--as-of", "2023-03-05")
    for choice in (("--norm", "4.1-plan-48h"), ("--key", "4.1-plan-48h/t1")):
        ended = stdrules(*common, *choice, "--lang", "zh")
        assert ended.code == 0
        assert "48 小时" in ended.out and "facts.jsonl!1" in ended.out
    ended = stdrules(*common, "--key", "4.1-plan-48h/t9")
    assert ended.code == 2 and "`4.1-plan-48h/t9`" in ended.err


def test_the_published_schemas_are_those_printed(tmp_path: Path):
    assert stdrules("schema", "--out", tmp_path).code == 0
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    published = {path.name: path.read_bytes() for path in (ROOT / "schemas").glob("*.json")}
    assert written == published
    assert stdrules("schema", "norms").stdout == published["norms.schema.json"]


@pytest.mark.parametrize(("name", "as_of"), BOOKS)
def test_workbooks_are_audited(name: str, as_of: str, tmp_path: Path):
    books = sorted((EXAMPLES / name).glob("*.xlsx"))
    ended = stdrules("audit", name, *books, "--as-of", as_of, "--top", "3", "--out", tmp_path)
    assert ended.code == 1
    assert "the worst 3 of" in ended.out
    report = json.loads((tmp_path / "report.json").read_bytes())
    lines = (tmp_path / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(report["obligations"]) > 100
    states = [row["state"] for row in report["obligations"]]
    assert all(report["summary"][state] == states.count(state) for state in set(states))
    sarif = json.loads((tmp_path / "report.sarif").read_bytes())
    assert sarif["version"] == "2.1.0"
    assert ET.fromstring((tmp_path / "report.junit.xml").read_bytes()).tag == "testsuites"


def test_columns_are_explained():
    book = next((EXAMPLES / "q_gxxz_029").glob("*.xlsx"))
    ended = stdrules("audit", "q_gxxz_029", book, "--explain-mapping")
    assert ended.code in (0, 2)
    assert "project_task_received.received_at" in ended.out


@pytest.mark.parametrize("form", ["text", "concise", "jsonl", "sarif", "junit", "github"])
def test_every_format_is_written(form: str, tmp_path: Path):
    facts = write_facts(tmp_path, TASK, SCHEDULE)
    common = ("audit", "q_gxxz_029", facts, "--as-of", "2023-03-05", "--format", form)
    ended = stdrules(*common)
    assert ended.code == 1
    assert "4.1-plan-48h" in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_in_both_languages(name: str):
    english = stdrules(name, "--help")
    chinese = stdrules(name, "--help", LANG="zh_CN.UTF-8")
    assert english.code == chinese.code == 0
    assert english.out.isascii() and not chinese.out.isascii()
    assert stdrules(name, "--help", "--lang", "zh").out == chinese.out


def test_the_language_changes_no_result(tmp_path: Path):
    facts = write_facts(tmp_path, TASK, SCHEDULE)
    common = ("eval", "q_gxxz_029", "--facts", facts, "--as-of", "2023-03-05")
    assert stdrules(*common).stdout == stdrules(*common, "--lang", "zh").stdout
    assert stdrules(*common).stdout == stdrules(*common, LANG="zh_CN.UTF-8").stdout
