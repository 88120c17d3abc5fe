"""Two reports held against each other: kinds of change, facts, arguments, and what is no report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import stdrules
from stdrules.report.changes import Change, Difference, ReportChanges
from stdrules.report.changes_read import read_report
from stdrules.report.changes_text import changes_text

TASK = {"type": "project_task_received", "id": "t1", "case": "P1", "at": "2023-02-28T09:00"}
OTHER = {**TASK, "id": "t2", "case": "P2"}
PLAN = {
    "type": "document_completed", "id": "d1", "case": "P1", "at": "2023-03-02T09:01",
    "fields": {"document_type": "schedule"},
}  # fmt: skip
RIGHT = {**PLAN, "id": "d2", "at": "2023-03-02T09:00", "supersedes": "d1"}
KEY = "4.1-plan-48h/t1"


@pytest.fixture(scope="module")
def rules() -> stdrules.Ruleset:
    """The ruleset of the tests."""
    return stdrules.load("q_gxxz_029")


def diff(rules: stdrules.Ruleset, a: list[Any], b: list[Any], **options: Any) -> ReportChanges:
    """Compare the reports on two lists of facts at one moment."""
    first = rules.evaluate(a, options.pop("as_of", "2023-03-05"))
    second = rules.evaluate(b, options.pop("then", "2023-03-05"), **options)
    return stdrules.diff_reports(first, second)


def of(changes: ReportChanges, key: str) -> Change:
    """Return the change of one finding."""
    (found,) = [one for one in changes.findings if one.key == key]
    return found


def test_a_report_is_equal_to_itself(rules: stdrules.Ruleset) -> None:
    found = diff(rules, [TASK, PLAN], [PLAN, TASK])
    assert found.equal
    assert found.arguments == found.totals == found.findings == found.scores == ()
    assert found.same > 50


def test_a_finding_that_flips_names_the_fact(rules: stdrules.Ruleset) -> None:
    found = of(diff(rules, [TASK], [TASK, PLAN]), KEY)
    assert (found.kind, found.gained, found.lost) == ("flipped", ("d1",), ())
    named = {one.name: (one.a, one.b) for one in found.differences}
    assert named["state"] == ("overdue", "fulfilled_late")
    assert named["met_at"] == (None, "2023-03-02T09:01:00+08:00")
    assert named["late_by"] == (None, "PT1M")
    assert "due" not in named


def test_a_correction_takes_the_place_of_a_fact(rules: stdrules.Ruleset) -> None:
    found = of(diff(rules, [TASK, PLAN], [TASK, PLAN, RIGHT]), KEY)
    assert (found.kind, found.gained, found.lost) == ("flipped", ("d2",), ("d1",))


def test_the_other_way_round_everything_is_swapped(rules: stdrules.Ruleset) -> None:
    there, back = diff(rules, [TASK], [TASK, PLAN, OTHER]), diff(rules, [TASK, PLAN, OTHER], [TASK])
    assert len(there.findings) == len(back.findings) > 50
    swapped = {"appeared": "disappeared", "disappeared": "appeared"}
    for one in there.findings:
        (other,) = [
            o for o in back.findings if (o.case, o.name, o.key) == (one.case, one.name, one.key)
        ]
        assert other.kind == swapped.get(one.kind, one.kind)
        assert (other.gained, other.lost) == (one.lost, one.gained)
        assert other.differences == tuple(Difference(d.name, d.b, d.a) for d in one.differences)


def test_only_details(rules: stdrules.Ruleset) -> None:
    first = rules.evaluate([TASK, PLAN], "2023-03-05").to_dict()
    second = json.loads(json.dumps(first))
    (row,) = [one for one in second["obligations"] if one["key"] == KEY]
    row["why"] = {"zh": "别的", "en": "other words"}
    assert stdrules.diff_reports(first, second).equal
    row["late_by"] = "PT2M"
    found = of(stdrules.diff_reports(first, second), KEY)
    assert found.kind == "changed"
    assert found.differences == (Difference("late_by", "PT1M", "PT2M"),)


def test_a_stand_in_gives_way_to_instances(rules: stdrules.Ruleset) -> None:
    found = diff(rules, [PLAN], [PLAN, TASK])
    assert of(found, KEY).kind == "appeared"
    assert not [one for one in found.findings if one.key == "4.1-plan-48h/-"]
    back = diff(rules, [PLAN, TASK], [PLAN])
    assert of(back, KEY).kind == "disappeared"
    assert not [one for one in back.findings if one.key == "4.1-plan-48h/-"]


def test_cases_of_one_report_alone(rules: stdrules.Ruleset) -> None:
    found = diff(rules, [TASK], [TASK, OTHER])
    assert found.cases == ((), ("P2",))
    assert {one.case for one in found.findings} == {"P2"}
    assert {one.kind for one in found.findings} == {"appeared"}


def test_what_the_reports_were_made_of(rules: stdrules.Ruleset) -> None:
    found = diff(
        rules, [TASK], [TASK, PLAN], then="2023-03-06", known_at="2023-03-06",
        readings={"day_unit": "working"}, parameters={"timely": "P3D"},
    )  # fmt: skip
    names = {one.name: (one.a, one.b) for one in found.arguments}
    assert names["as of"] == ("2023-03-06T00:00:00+08:00", "2023-03-07T00:00:00+08:00")
    assert names["known at"] == (None, "2023-03-06T23:59:59.999999+08:00")
    assert names["reading day_unit"] == ("natural", "working")
    assert names["parameter timely"] == (None, "P3D")
    assert "facts digest" in names
    assert "ruleset digest" not in names


def test_totals_of_both(rules: stdrules.Ruleset) -> None:
    found = {one.name: (one.a, one.b) for one in diff(rules, [TASK], [TASK, PLAN]).totals}
    assert found["overdue"] == (1, 0)
    assert found["fulfilled_late"] == (0, 1)


def test_scores_and_their_parts() -> None:
    book = Path(__file__).parents[3] / "examples" / "shenzhen_mz"
    runs = [
        stdrules.audit("shenzhen_mz", [book], "2022-12-31", known_at=day, cases=["SZ11"])
        for day in ("2022-11-12", "2022-11-30")
    ]
    (score,) = stdrules.diff_reports(*runs).scores
    assert (score.case, score.kind) == ("SZ11", "changed")
    (part,) = score.parts
    assert (part.name, part.key) == ("indicator", "1")
    assert (part.a or {})["grade"] == "poor"
    assert (part.b or {})["grade"] == "fair"
    assert (part.lost, part.gained) == (("PF-0920",), ("PF-0920-G1",))


# --- text and JSON -------------------------------------------------------------------------------


def test_text_in_both_languages(rules: stdrules.Ruleset) -> None:
    found = diff(rules, [TASK], [TASK, PLAN])
    english = changes_text(found).splitlines()
    assert english[0] == "q_gxxz_029  A → B"
    assert "  P1  4.1-plan-48h/t1  clause 4.1" in english
    flip = "overdue → fulfilled late; met none → 2023-03-02 09:01; late by none → PT1M"
    assert f"      {flip}" in english
    assert "      now rests on d1" in english
    chinese = changes_text(found, "zh").splitlines()
    assert "      逾期未履行 → 逾期履行; 完成 无 → 2023-03-02 09:01; 迟 无 → PT1M" in chinese
    assert "      新依据 d1" in chinese


def test_violations_are_told_first(rules: stdrules.Ruleset) -> None:
    found = diff(rules, [TASK], [TASK], then="2024-12-31")
    flipped = [
        any(bool(row["violation"]) for row in (one.a, one.b) if row) for one in found.of("flipped")
    ]
    lines = changes_text(found).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("flipped ("))
    shown = [line for line in lines[start + 1 :] if line.startswith("  P1  ")]
    wanted = [one.key for one in found.of("flipped")]
    assert len(flipped) > 3
    told = [line.split()[1] for line in shown][: len(wanted)]
    assert sorted(told) == sorted(wanted)
    violated = {key for key, bad in zip(wanted, flipped, strict=True) if bad}
    assert set(told[: len(violated)]) == violated


@pytest.mark.parametrize("width", [40, 72, 100])
def test_lines_keep_to_the_width(rules: stdrules.Ruleset, width: int) -> None:
    from stdrules.base.text import display_width

    found = diff(rules, [TASK], [TASK, PLAN, OTHER], then="2024-12-31")
    lines = changes_text(found, "zh", width).splitlines()
    body = lines[lines.index("") :]
    blocks = [line for line in body if line.startswith("      ")]
    assert blocks
    assert max(map(display_width, blocks)) <= width


def test_json_round_trip(rules: stdrules.Ruleset) -> None:
    plain = diff(rules, [TASK], [TASK, PLAN]).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    (one,) = [row for row in plain["findings"] if row["key"] == KEY]
    assert (one["a"], one["b"], one["gained"]) == ("overdue", "fulfilled_late", ["d1"])
    flipped = [row for row in plain["findings"] if row["kind"] == "flipped"]
    assert plain["counts"]["flipped"] == len(flipped)


# --- what cannot be used -------------------------------------------------------------------------


def report_with(rules: stdrules.Ruleset, change: Any) -> bytes:
    """Return a saved report, spoilt."""
    plain = rules.evaluate([TASK], "2023-03-05").to_dict()
    change(plain)
    return json.dumps(plain).encode()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda r: r.pop("schema_version"), "`A.json`: no report: no schema_version"),
        (lambda r: r.update(schema_version="9"), "the schema version is `9`, expected `1.0`"),
        (lambda r: r.update(ruleset="q"), "`A.json:ruleset.id`: it is not there"),
        (lambda r: r.update(obligations={}), "`A.json:obligations`: it is not there"),
        (lambda r: r["obligations"][3].pop("key"), "`A.json:obligations[3].key`"),
        (lambda r: r["obligations"].append(7), "`A.json:obligations["),
        (lambda r: r["obligations"][0].update(facts=[1]), "`A.json:obligations[0].facts`"),
        (lambda r: r["obligations"].append(r["obligations"][0]), "stands twice"),
        (lambda r: r.update(summary=[]), "`A.json:summary`"),
        (lambda r: r.update(scores=None), "`A.json:scores`"),
    ],
)
def test_what_is_no_report_is_told_with_its_place(
    rules: stdrules.Ruleset, spoil: Any, told: str
) -> None:
    with pytest.raises(stdrules.UsageError) as caught:
        read_report(report_with(rules, spoil), "A.json")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "`A.json:1:1`: not JSON"),
        (b'{"a": 1,\n }', "`A.json:2:2`: not JSON"),
        (b"\xff\xfe{}", "`A.json`: byte 1 is not UTF-8"),
        (b"[" * 100_000, "`A.json`: not a report"),
        (b"[]", "`A.json`: no report"),
        (b"3", "`A.json`: no report"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(body: bytes, told: str) -> None:
    with pytest.raises(stdrules.UsageError) as caught:
        read_report(body, "A.json")
    assert told in str(caught.value)


def test_reports_of_different_rulesets_are_refused(rules: stdrules.Ruleset) -> None:
    other = stdrules.load("jghq_bzh").evaluate(
        [{"type": "standard", "id": "s", "case": "S1", "at": "2023-01-01"}], "2023-03-05"
    )
    with pytest.raises(stdrules.UsageError, match="different rulesets"):
        stdrules.diff_reports(rules.evaluate([TASK], "2023-03-05"), other)


@pytest.mark.parametrize("wrong", [7, None, "/nowhere/at/all.json"])
def test_what_cannot_be_read_is_refused(rules: stdrules.Ruleset, wrong: Any) -> None:
    with pytest.raises(stdrules.UsageError):
        stdrules.diff_reports(rules.evaluate([TASK], "2023-03-05"), wrong)


def test_files_and_folders(rules: stdrules.Ruleset, tmp_path: Path) -> None:
    report = rules.evaluate([TASK], "2023-03-05")
    (tmp_path / "report.json").write_text(report.to_json(2), encoding="utf-8")
    assert stdrules.diff_reports(tmp_path, report).equal
    assert stdrules.diff_reports(tmp_path / "report.json", report.to_dict()).equal
