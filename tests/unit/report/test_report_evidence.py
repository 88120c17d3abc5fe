"""Which fact served which clause of which ruleset."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from xml.etree import ElementTree as ET

import pytest

import stdrules
from stdrules.base.errors import UsageError
from stdrules.base.text import Text, display_width
from stdrules.report.evidence import Evidence, EvidenceFact, PairTotals, Use, types_read
from stdrules.report.evidence_files import evidence_csv, evidence_dict, write_evidence
from stdrules.report.evidence_text import evidence_text

STATIONS = ["db4201_629", "suzhou_464"]


def jsonl(*facts):
    return "".join(json.dumps(fact, ensure_ascii=False) + "\n" for fact in facts)


STATION = {"type": "station", "id": "s", "at": "2022-01-01", "fields": {
    "station_id": "S1", "kind": "service_station", "city": "wuhan"}}  # fmt: skip
PERSON = {"type": "person", "id": "p", "at": "2022-03-01", "fields": {
    "person_id": "P1", "station_id": "S1", "role": ["staff"], "trained_on": "2022-02-01",
    "background": True, "years_experience": 3}}  # fmt: skip
CALENDAR = {"type": "campaign_calendar", "id": "c", "at": "2022-05-01", "fields": {
    "campaign": "other", "year": 2022}}  # fmt: skip
# One field and one type that only one of the two rulesets has.
PREMISES = {"type": "premises", "id": "m", "fields": {
    "station_id": "S1", "fixed": True, "evacuation_clear": True}}  # fmt: skip
REPORT = {"type": "report", "id": "r", "at": "2022-06-01", "fields": {
    "report_id": "B1", "station_id": "S1", "kind": "regular"}}  # fmt: skip


@pytest.fixture
def together(tmp_path):
    file = tmp_path / "facts.jsonl"
    file.write_text(jsonl(STATION, PERSON, CALENDAR, PREMISES, REPORT), encoding="utf-8")
    return stdrules.audit_together(STATIONS, file, "2022-12-31")


def row(together, fact_id):
    (found,) = [fact for fact in together.evidence.facts if fact.id == fact_id]
    return found


def test_a_fact_read_by_both_is_one_row(together):
    assert [f.id for f in together.evidence.facts] == ["s", "p", "c", "m", "r"]
    assert row(together, "p").read_by == STATIONS
    assert row(together, "p").place == "facts.jsonl!2"
    assert row(together, "r").read_by == ["suzhou_464"]


def test_it_served_what_findings_rest_on(together):
    person = row(together, "p")
    for name, report in together.reports.items():
        expected = {
            finding.norm.id
            for finding in report.obligations
            if "p" in (finding.trigger, *finding.facts)
        }
        assert expected and {use.norm for use in person.uses[name]} == expected
    assert "4.1.4.1" in person.clauses("db4201_629") and "4.4.1" in person.clauses("suzhou_464")


def test_findings_and_violations_are_counted(together):
    for name, report in together.reports.items():
        for fact in together.evidence.facts:
            for use in fact.uses.get(name, ()):
                rests = [
                    f for f in report.find(use.norm) if fact.id in (f.trigger, *f.facts)
                ]  # fmt: skip
                assert (use.findings, use.violations) == (
                    len(rests), sum(f.violation for f in rests),
                )  # fmt: skip


def test_what_only_another_ruleset_knows_is_no_finding(together):
    for report in together.reports.values():
        assert [d for d in report.diagnostics if d.code in ("E402", "E403")] == []
        assert report.rejected == {}
    alone = stdrules.load("db4201_629")
    assert alone.evaluate([STATION], "2022-12-31").obligations


def test_what_none_of_them_knows_is_still_one(tmp_path):
    file = tmp_path / "facts.jsonl"
    stray = {"type": "stray", "id": "x", "fields": {}}
    wrong = {**PERSON, "fields": {**PERSON["fields"], "shoe_size": 43}}
    file.write_text(jsonl(STATION, stray, wrong), encoding="utf-8")
    found = stdrules.audit_together(STATIONS, file, "2022-12-31")
    for report in found.reports.values():
        assert sorted(d.code for d in report.diagnostics) == ["E402", "E403"]


def test_facts_that_served_nothing_and_types_that_no_norm_reads(together):
    evidence = together.evidence
    assert "c" in [fact.id for fact in evidence.nothing]
    assert evidence.idle == {"campaign_calendar": 1}
    for name in STATIONS:
        plan = stdrules.load(name).plan()
        read = types_read(plan)
        assert {"station", "person", "service"} <= read and read <= set(plan.types)


def test_a_corrected_version_is_told_as_such(tmp_path):
    better = {**PERSON, "id": "p2", "supersedes": "p", "recorded_at": "2022-04-01"}
    file = tmp_path / "facts.jsonl"
    file.write_text(jsonl(STATION, PERSON, better), encoding="utf-8")
    found = stdrules.audit_together(STATIONS, file, "2022-12-31")
    assert [row(found, name).superseded for name in ("s", "p", "p2")] == [False, True, False]
    assert "p" not in [fact.id for fact in found.evidence.nothing]
    assert row(found, "p2").uses


def test_the_report_of_each_is_the_one_it_gives_alone(tmp_path):
    file = tmp_path / "facts.jsonl"
    file.write_text(jsonl(STATION, PERSON, CALENDAR), encoding="utf-8")
    found = stdrules.audit_together(STATIONS, file, "2022-12-31")
    for name in STATIONS:
        alone = stdrules.load(name).audit(file, "2022-12-31")
        assert found.reports[name].to_json() == alone.to_json()


def test_choices_go_to_the_rulesets_that_have_them(tmp_path):
    file = tmp_path / "facts.jsonl"
    file.write_text(jsonl(STATION, PERSON), encoding="utf-8")
    found = stdrules.audit_together(
        STATIONS, file, "2022-12-31", readings={"networked_devices": "all"},
        parameters={"realtime_tolerance": "PT1H"},
    )  # fmt: skip
    plans = {name: report.plan for name, report in found.reports.items()}
    assert plans["db4201_629"].readings["networked_devices"] == "all"
    assert plans["suzhou_464"].parameters["realtime_tolerance"] == "PT1H"
    for wrong in ({"readings": {"nothing": "x"}}, {"parameters": {"nothing": "1"}},
                  {"cases": ["S9"]}):  # fmt: skip
        with pytest.raises(UsageError):
            stdrules.audit_together(STATIONS, file, "2022-12-31", **wrong)
    with pytest.raises(UsageError, match="given twice"):
        stdrules.audit_together(["db4201_629", "db4201_629"], file, "2022-12-31")
    with pytest.raises(UsageError):
        stdrules.audit_together([], file, "2022-12-31")


def test_a_mapping_for_types_of_one_ruleset_does_not_trouble_the_other(tmp_path):
    (tmp_path / "reports.csv").write_text("报告号,站,日期\nB1,S1,2022-06-01\n", encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text(jsonl(STATION), encoding="utf-8")
    columns = {"报告号": "report_id", "站": "station_id", "日期": "reported_at"}
    mapping = {"sheets": {"reports.csv": {"type": "report", "columns": columns}}}
    found = stdrules.audit_together(STATIONS, tmp_path, "2022-12-31", mapping=mapping)
    assert [f.read_by for f in found.evidence.find(type="report")] == [["suzhou_464"]]
    codes = {n: {d.code for d in r.diagnostics} for n, r in found.reports.items()}
    assert codes == {"db4201_629": {"W450"}, "suzhou_464": set()}
    assert found.evidence.unread == ()


def test_a_sheet_that_nobody_knows_is_told(tmp_path):
    (tmp_path / "misc.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text(jsonl(STATION), encoding="utf-8")
    found = stdrules.audit_together(STATIONS, tmp_path, "2022-12-31")
    assert found.evidence.unread == ("misc.csv",)
    assert "misc.csv" in found.text("zh") and "misc.csv" in found.text("en")


# --- totals and files on a matrix made by hand ------------------------------------------------


def fact(name, read_by, uses, **more):
    made = {
        ruleset: [Use(f"n-{clause}", (clause,), 1, 0) for clause in clauses]
        for ruleset, clauses in uses.items()
    }
    return EvidenceFact("visit", Text("走访", "visit"), name, "e.xlsx", "走访", 2,
                        read_by=read_by, uses=made, **more)  # fmt: skip


@pytest.fixture
def matrix():
    facts = [
        fact("=1+1", ["a", "b"], {"a": ["4.10", "4.9"], "b": ["A.1"]}),
        fact("f2", ["a", "b"], {"a": ["4.9"]}),
        fact("f3", ["a", "b"], {"b": ["A.1"]}),
        fact("f4", ["a", "b"], {}),
        fact("f5", ["a"], {"a": ["4.9"]}),
        fact("f6", ["b"], {}, superseded=True),
    ]
    return Evidence(["a", "b"], facts, {"visit": 1}, ["e.xlsx!x"])


def test_totals(matrix):
    assert matrix.totals("a") == {"read": 5, "served": 3, "clauses": 2}
    assert matrix.totals("b") == {"read": 5, "served": 2, "clauses": 1}
    assert matrix.pairs == (PairTotals("a", "b", 4, 1, 1, 1),)
    assert [f.id for f in matrix.nothing] == ["f4"]
    assert [f.id for f in matrix.most] == ["=1+1", "f2", "f3", "f5"]
    assert matrix.facts[0].clauses("a") == ("4.9", "4.10")
    assert [f.id for f in matrix.find(clause="4.9", ruleset="a")] == ["=1+1", "f2", "f5"]
    assert [f.id for f in matrix.find(ruleset="b")] == ["=1+1", "f3"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 100])
def test_the_text_keeps_its_width(matrix, lang, width):
    lines = evidence_text(matrix, lang, width).split("\n")
    assert all(display_width(line) <= width for line in lines)
    assert any("4.9, 4.10" in line for line in lines)


def test_csv_has_a_line_a_fact_and_no_formula(matrix):
    rows = list(csv.reader(io.StringIO(evidence_csv(matrix, "en"))))
    assert rows[0][-2:] == ["a", "b"] and len(rows) == 7
    assert rows[1][2] == "'=1+1" and rows[1][-2:] == ["4.9; 4.10", "A.1"]
    assert rows[6][7] == "yes"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def sheet(book, number):
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    root = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    cells = root.findall(".//m:c", space)
    return cells, ["".join(cell.itertext()) for cell in cells], root.findall(".//m:f", space)


def test_xlsx_has_text_cells_only_and_the_same_bytes_again(matrix, tmp_path):
    first = write_evidence(matrix, tmp_path / "one.xlsx", "zh").read_bytes()
    assert write_evidence(matrix, tmp_path / "two.XLSX", "zh").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "one.xlsx") as book:
        for number in (1, 2, 3):
            cells, texts, formulas = sheet(book, number)
            assert {cell.get("t") for cell in cells} <= {"inlineStr", "s"} and not formulas
            assert texts
        marks = sheet(book, 2)[1].count("●")
    assert marks == 6


def test_json_is_the_whole(matrix, tmp_path):
    path = write_evidence(matrix, tmp_path / "m.json")
    plain = json.loads(path.read_text("utf-8"))
    assert plain == json.loads(json.dumps(evidence_dict(matrix)))
    assert plain["facts"][0]["serves"]["b"] == [
        {"norm": "n-A.1", "clauses": ["A.1"], "findings": 1, "violations": 0}
    ]
    assert plain["nothing"] == 1 and plain["types_no_norm_reads"] == {"visit": 1}


def test_what_cannot_be_written_is_refused(matrix, tmp_path):
    with pytest.raises(UsageError, match="unsupported format"):
        write_evidence(matrix, tmp_path / "m.pdf")
    for suffix in ("csv", "json", "xlsx"):
        with pytest.raises(UsageError, match="cannot write"):
            write_evidence(matrix, tmp_path / "absent" / f"m.{suffix}")
