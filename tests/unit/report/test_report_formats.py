"""SARIF, JUnit and annotations: structure, levels, escaping."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from report_world import AS_OF, FINDINGS, H48, LATE, LOG, PLAN, finding, report

from stdrules.model.facts import FactLog, Source
from stdrules.plan.results import Evaluation
from stdrules.report.formats import level
from stdrules.report.report import Report


def hostile(lang_text: str) -> Report:
    found = finding(H48, "overdue", due=LATE["due"], key=f"4.1-plan-48h/{lang_text}")
    found.case = lang_text
    return Report(Evaluation([found]), PLAN, "c", AS_OF)


def test_levels_follow_violation_and_cure():
    levels = {(f.norm.id, f.state): level(f) for f in FINDINGS}
    assert levels["4.1-plan-48h", "overdue"] == "error"
    assert levels["4.1-plan-48h", "fulfilled_late"] == "warning"
    assert levels["9.1-should", "overdue"] == "note"
    assert levels["5.3-meetings", "undetermined"] == "warning"
    assert levels["4.2-week", "pending"] == "none"


def test_sarif_has_rules_results_places_and_suppressions():
    log = json.loads(report().text("zh", "sarif"))
    assert log["version"] == "2.1.0"
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    results = run["results"]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in results)
    assert len(results) == 7 + 1 + 1 + 1
    # SARIF 2.1.0, 3.27.9 and 3.27.10: a level other than none goes with the kind fail only.
    assert all(r["level"] == "none" for r in results if r["kind"] != "fail")
    first = results[0]["locations"][0]
    assert first["physicalLocation"]["artifactLocation"]["uri"] == "export.xlsx"
    assert first["physicalLocation"]["region"]["startLine"] == 2
    waived = [r for r in results if "suppressions" in r]
    assert [w["ruleId"] for w in waived] == ["4.7-report"]
    prints = [r["partialFingerprints"]["obligation/v1"] for r in results]
    assert len(prints) == len(set(prints))


def test_sarif_places_are_uris():
    source = Source("导出 1.xlsx", "task", 3)
    log = FactLog(facts=[replace(LOG.facts[0], source=source)])
    whole = Report(
        Evaluation([finding(H48, "overdue", due=LATE["due"])]), PLAN, "c", AS_OF, log=log
    )
    place = json.loads(whole.text("en", "sarif"))["runs"][0]["results"][0]["locations"][0]
    uri = place["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "%E5%AF%BC%E5%87%BA%201.xlsx"


def test_junit_counts_and_never_passes_the_undetermined():
    root = ET.fromstring(report().text("en", "junit").split("\n", 1)[1])
    suite = root.find("testsuite")
    assert suite is not None
    assert suite.get("tests") == str(len(FINDINGS) + 1)
    assert suite.get("failures") == "7"
    assert suite.get("errors") == "2"
    tests = {test.get("name"): test for test in suite.findall("testcase")}
    assert tests["5.3-meetings/t1"].find("error") is not None
    assert tests["4.7-report/2023"].find("skipped") is not None
    assert list(tests["4.5-monthly/2023-03"]) == []


def test_junit_survives_any_text():
    nasty = '<a b="1">&\'\x00\x1b\ud800\ufffe]]>'
    root = ET.fromstring(hostile(nasty).text("en", "junit").split("\n", 1)[1])
    suite = root.find("testsuite")
    assert suite is not None
    assert suite.get("name") == '<a b="1">&\'\ufffd\ufffd\ufffd\ufffd]]>'


def test_github_lines_are_escaped_and_placed():
    lines = report().text("en", "github").split("\n")
    assert len(lines) == 7 + 1 + 1
    assert lines[0].startswith("::warning file=export.xlsx,line=2,title=violated 4.1-plan-48h/t1::")
    assert sum(line.startswith("::error ") for line in lines) == 5
    assert sum(line.startswith("::notice ") for line in lines) == 1
    line = hostile("a%b,c:d\n::error::x").text("en", "github")
    assert "\n" not in line
    assert "a%25b%2Cc%3Ad%0A%3A%3Aerror%3A%3Ax" in line


def test_json_lines_are_one_obligation_a_line():
    lines = report().text("en", "jsonl").split("\n")
    rows = [json.loads(line) for line in lines]
    assert [row["key"] for row in rows] == [f.key for f in FINDINGS]
    assert json.loads(report().text("en", "json"))["obligations"] == rows


def test_formats_of_nothing_are_well_formed():
    empty = Report(Evaluation(), PLAN, "c", AS_OF)
    assert json.loads(empty.text("en", "sarif"))["runs"][0]["results"] == []
    assert ET.fromstring(empty.text("en", "junit").split("\n", 1)[1]).tag == "testsuites"
    assert empty.text("en", "github") == ""
    assert empty.text("en", "jsonl") == ""
