"""Several rulesets over the same files, as typed."""

from __future__ import annotations

import json

import pytest

from journeys.journey import ROOT, stdrules, write_facts

FACTS = ROOT / "docs" / "evidence" / "facts.jsonl"
WITH = ("--with", "suzhou_464", "--as-of", "2022-12-31")


def test_reports_come_one_after_the_other_and_then_the_evidence():
    done = stdrules("audit", "db4201_629", FACTS, *WITH, "--top", 1)
    assert done.code == 1 and not done.err
    heads = ["db4201_629 1.0.0  ", "suzhou_464 1.0.0  ", "evidence: which fact served which"]
    places = [done.out.index(head) for head in heads]
    assert places == sorted(places)
    zh = stdrules("audit", "db4201_629", FACTS, *WITH, "--top", 0, "--lang", "zh")
    assert "证据：哪条事实用于哪个规则集的哪个条款" in zh.out


def test_json_has_reports_and_evidence_and_the_reports_are_those_of_each_alone():
    done = stdrules("audit", "db4201_629", FACTS, *WITH, "--format", "json").json
    assert list(done) == ["evidence", "reports"]
    assert list(done["reports"]) == ["db4201_629", "suzhou_464"]
    rows = {fact["id"]: fact for fact in done["evidence"]["facts"]}
    assert set(rows["p1"]["serves"]) == {"db4201_629", "suzhou_464"}
    assert rows["c1"]["serves"] == {}


def test_out_and_matrix_write_the_files_they_name(tmp_path):
    done = stdrules(
        "audit", "db4201_629", FACTS, *WITH, "--top", 0, "--out", tmp_path / "out",
        "--matrix", tmp_path / "m.xlsx",
    )  # fmt: skip
    assert done.code == 1
    written = [line.removeprefix("written: ") for line in done.err.splitlines()]
    assert len(written) == 13 and str(tmp_path / "m.xlsx") in written
    names = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert len(names) == 13
    assert {"out/evidence.csv", "out/evidence.json", "out/suzhou_464/report.sarif"} <= set(names)
    plain = json.loads((tmp_path / "out/evidence.json").read_text("utf-8"))
    assert plain["pairs"][0]["both"] == 7


def test_the_matrix_of_a_single_ruleset(tmp_path):
    done = stdrules("audit", "db4201_629", FACTS, "--as-of", "2022-12-31",
                    "--matrix", tmp_path / "m.csv", "--top", 0)  # fmt: skip
    assert done.code == 1 and "serve both" not in done.out
    assert (tmp_path / "m.csv").read_bytes().startswith(b"\xef\xbb\xbffact type,type,id,")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--format", "sarif"), "for the others use --out"),
        (("--matrix", "m.pdf"), "the file of --matrix ends in one of .csv, .xlsx, .json"),
        (("--with", "db4201_629"), "the ruleset `db4201_629` is given twice"),
        (("--with", "suzhou_46"), "did you mean `suzhou_464`?"),
        (("--reading", "nothing=x"), "none of the rulesets has the reading `nothing`"),
        (("--case", "S9"), "there is no case `S9` in the data"),
    ],
)
def test_what_cannot_be_done_is_refused(more, said):
    done = stdrules("audit", "db4201_629", FACTS, *WITH, *more)
    assert done.code == 2 and said in done.err


@pytest.mark.parametrize(
    ("fields", "level", "code"),
    [
        ({"trained_on": "2022-02-03"}, "violation", 1),
        ({"trained_on": "2022-02-03"}, "never", 0),
        ({"trained_on": "2022-02-31"}, "never", 3),
        ({"trained_on": "2022-02-31"}, "undetermined", 1),
    ],
)
def test_the_exit_code_is_the_worst_of_the_reports(tmp_path, fields, level, code):
    station = {"type": "station", "id": "s", "at": "2022-01-01", "fields": {"station_id": "S1"}}
    person = {"type": "person", "id": "p", "at": "2022-02-01", "fields": {
        "person_id": "P1", "station_id": "S1", **fields}}  # fmt: skip
    facts = write_facts(tmp_path, station, person)
    done = stdrules("audit", "db4201_629", facts, *WITH, "--top", 0, "--fail-level", level)
    assert done.code == code, done.out


def test_a_reading_goes_to_the_ruleset_that_has_it():
    done = stdrules(
        "audit", "db4201_629", FACTS, *WITH, "--format", "json", "--reading",
        "before_duty=excluded", "--case", "S1",
    ).json["reports"]  # fmt: skip
    rows = done["db4201_629"]["obligations"]
    assert {row["case"] for row in rows} == {"S1"}
    assert done["db4201_629"]["readings"]["before_duty"] == "excluded"
