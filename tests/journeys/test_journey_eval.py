"""``stdrules eval``: facts in, report out, and every way in which facts can be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from journey import SCHEDULE, TASK, stdrules, write_facts

AS_OF = ("--as-of", "2023-03-05T00:00")


def test_the_report_has_the_numbers_by_hand(tmp_path: Path):
    """48 h from 02-28 09:00 end on 03-02 09:00; done at 09:01 is one minute late."""
    facts = write_facts(tmp_path, TASK, SCHEDULE)
    ended = stdrules("eval", "q_gxxz_029", "--facts", facts, *AS_OF, "--format", "json")
    assert ended.code == 1
    report = ended.json
    (row,) = [one for one in report["obligations"] if one["norm"] == "4.1-plan-48h"]
    assert {key: row[key] for key in EXPECTED} == EXPECTED
    assert report["schema_version"] == "1.0"
    assert report["ruleset"]["id"] == "q_gxxz_029"
    assert report["as_of"] == "2023-03-05T00:00:00+08:00"
    assert report["known_at"] is None
    assert report["diagnostics"] == []
    assert report["summary"]["fulfilled_late"] == 1
    assert report["summary"]["violations"] == 1
    assert set(row["title"]) == set(row["why"]) == {"zh", "en"}


EXPECTED = {
    "norm": "4.1-plan-48h",
    "case": "P1",
    "key": "4.1-plan-48h/t1",
    "modality": "obligation",
    "state": "fulfilled_late",
    "violation": True,
    "open": False,
    "due": "2023-03-02T09:00:00+08:00",
    "met_at": "2023-03-02T09:01:00+08:00",
    "late_by": "PT1M",
    "clause": "4.1",
    "bearer": "project_manager",
    "trigger": "t1",
    "facts": ["t1", "d1"],
    "readings": [],
    "parameters": [],
    "missing": [],
}


def test_the_scorecard_has_the_numbers_by_hand(tmp_path: Path):
    """No rating and no evidence give no point; only row 28, if it does not apply, gives its 2."""
    fact = {"type": "application_submitted", "id": "a1", "case": "U1", "at": "2022-11-01"}
    facts = write_facts(tmp_path, fact)
    ended = stdrules("eval", "shenzhen_mz", "--facts", facts, "--as-of", "2022-12-31")
    (score,) = ended.json["scores"]
    assert (score["lo"], score["hi"], score["max"]) == ("0", "2", "100")
    assert (score["threshold"], score["outcome"]) == ("85", "fail")
    assert [row["id"] for row in score["indicators"] if row["hi"] != "0"] == ["28"]
    assert len(score["indicators"]) == 46
    assert all(isinstance(row[end], str) for row in score["indicators"] for end in ("lo", "hi"))


def test_keys_are_sorted_and_the_text_is_utf8(tmp_path: Path):
    facts = write_facts(tmp_path, TASK, SCHEDULE)
    ended = stdrules("eval", "q_gxxz_029", "--facts", facts, *AS_OF, PYTHONIOENCODING="ascii")
    again = json.dumps(ended.json, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    assert ended.stdout == again.encode("utf-8")
    assert "小时" in ended.out


def test_knowledge_can_be_turned_back(tmp_path: Path):
    late = {**SCHEDULE, "recorded_at": "2023-03-10T08:00"}
    facts = write_facts(tmp_path, TASK, late)
    common = ("eval", "q_gxxz_029", "--facts", facts, *AS_OF)
    before = stdrules(*common, "--known-at", "2023-03-09").json
    after = stdrules(*common, "--known-at", "2023-03-10").json
    states = [
        next(row["state"] for row in one["obligations"] if row["norm"] == "4.1-plan-48h")
        for one in (before, after)
    ]
    assert states == ["overdue", "fulfilled_late"]


def test_the_case_may_be_chosen(tmp_path: Path):
    facts = write_facts(tmp_path, TASK, {**TASK, "id": "t2", "case": "P2"})
    common = ("eval", "q_gxxz_029", "--facts", facts, *AS_OF)
    assert {row["case"] for row in stdrules(*common).json["obligations"]} == {"P1", "P2"}
    chosen = stdrules(*common, "--case", "P2").json["obligations"]
    assert {row["case"] for row in chosen} == {"P2"}
    ended = stdrules(*common, "--case", "P3")
    assert (ended.code, ended.stdout) == (2, b"")
    assert "no case `P3`" in ended.err


def test_both_evaluators_say_the_same(tmp_path: Path):
    facts = write_facts(tmp_path, TASK, SCHEDULE)
    common = ("eval", "q_gxxz_029", "--facts", facts, *AS_OF, "--evaluator")
    assert stdrules(*common, "case").stdout == stdrules(*common, "reference").stdout


@pytest.mark.parametrize(
    ("record", "told"),
    [
        pytest.param({**TASK, "type": "project_task_recieved"},
                     ["did you mean `project_task_received`?"], id="a-type-misspelt"),
        pytest.param({**SCHEDULE, "fields": {"documnt_type": "schedule"}},
                     ["documnt_type", "did you mean `document_type`?"], id="a-field-misspelt"),
        pytest.param({**TASK, "at": "2023-02-29T09:00"}, ["2023-02-29"], id="a-day-not-there"),
        pytest.param('{"type": "project_task_received", "at": NaN}', ["NaN"], id="not-a-number"),
        pytest.param('{"type": "project_task_received",', ["not valid JSON"], id="half-a-line"),
        pytest.param('{"type": "x", "type": "y"}', ["`type` stands twice"], id="a-key-twice"),
        pytest.param({**TASK, "at": "2023-03-01T09:00"}, ["`t1`"], id="an-id-with-other-content"),
        pytest.param("[" * 5000, ["facts.jsonl:2"], id="nested-too-deeply"),
        pytest.param("[1, 2]", ["not keys and values"], id="no-record"),
    ],
)  # fmt: skip
def test_one_bad_fact_refuses_all(tmp_path: Path, record: object, told: list[str]):
    facts = write_facts(tmp_path, TASK, record)
    ended = stdrules("eval", "q_gxxz_029", "--facts", facts, *AS_OF)
    assert (ended.code, ended.stdout) == (2, b"")
    for part in ("facts.jsonl:2", *told):
        assert part in ended.err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(["q_gxxz_29"], "did you mean `q_gxxz_029`?", id="a-ruleset-misspelt"),
        pytest.param(["./nowhere"], "there is no such folder", id="a-folder-not-there"),
        pytest.param(["q_gxxz_029", "--reading", "advance_day=elapsed"],
                     "did you mean `advance_days`?", id="a-reading-misspelt"),
        pytest.param(["q_gxxz_029", "--reading", "advance_days=elapse"],
                     "did you mean `elapsed`?", id="an-alternative-misspelt"),
        pytest.param(["q_gxxz_029", "--reading", "advance_days"],
                     "should be name=value", id="a-reading-without-value"),
        pytest.param(["q_gxxz_029", "--as-of", "2023-02-30"], "2023-02-30", id="no-such-day"),
        pytest.param(["q_gxxz_029", "--as-of", "yesterday"], "`yesterday`", id="no-moment"),
        pytest.param(["q_gxxz_029", "--format", "xml"], "'xml'", id="an-unknown-format"),
        pytest.param(["q_gxxz_029", "--facts", "nowhere.jsonl"], "cannot be read", id="no-file"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_and_nothing_is_judged(tmp_path: Path, args: list[str], told: str):
    facts = write_facts(tmp_path, TASK)
    defaults = ["--facts", str(facts), *AS_OF]
    ended = stdrules("eval", args[0], *defaults, *args[1:], cwd=tmp_path)
    assert (ended.code, ended.stdout) == (2, b"")
    assert told in ended.err
