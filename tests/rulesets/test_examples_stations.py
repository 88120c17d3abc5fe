"""The export of ten service stations gives the findings of examples/README.md, and no others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from station_exports import (
    AS_OF,
    EXAMPLES,
    changes,
    merged,
    open_parameters,
    set_aside,
    table,
    told,
    undetermined,
    written_twice,
)

import stdrules

EXPORT = EXAMPLES / "db4201_629" / "服务站导出.xlsx"
PROFILE = EXAMPLES / "db4201_629" / "profile.yaml"

BREACHED = """
    4.1.1.2-environment-fire WH-05
    4.1.1.3-uniform-sign CS-WH-05
    4.1.2.1-service-window CS-WH-05
    4.1.2.1-training-room CS-WH-05
    4.1.3.1-office-equipment WH-05
    4.1.4.1-train-before-duty RY-053
    4.1.4.2-station-head WH-05
    4.1.4.3-specialist-qualified RY-052
    4.1.5-basic-systems WH-05
    4.1.5.e-policy-complaints WH-05
    4.2.1.2-campaigns WH-09/2024
    4.2.5.2-proxy WH-05
    4.3.2.1-assess XQ-0602
    4.3.2.1-assess-in-time XQ-0602
    4.3.2.1-self-perform-appointment XQ-0604
    4.3.2.2-ask-center XQ-0617
    4.3.2.2-select XQ-0607
    4.3.2.2-upload XQ-0607
    4.3.2.2-upload-in-time XQ-0607
    4.3.2.3-negotiate-and-record XQ-0608
    4.3.2.5-center-informs XQ-0615
    4.3.2.5-provider-explains XQ-0615
    4.3.2.5-provider-explains-in-time XQ-0615
    4.3.3.2-report-back XQ-0625
    4.3.4.1-ask-for-rating XQ-0320 XQ-0632 XQ-0716
    4.3.4.2-click-end XQ-0605
    4.4.1.1-box-and-channels CS-WH-05
    4.4.1.1-record-opinions YJ-092
    4.4.1.2-record-has-rating JL-0312
    4.4.1.2-service-record XQ-0632 XQ-0716 XQ-0718
    4.4.3.3-report-verify-archive-order ZG-081
    5.2-complete-true-accurate JL-0301 JL-0302 JL-0304 JL-0306 JL-0309 JL-0311 JL-0313 \
        JL-0315 JL-0317 JL-0318 JL-0325 JL-0326 JL-0328
    5.2-real-time-records XQ-0632 XQ-0716 XQ-0718
    5.3-confidential PL-QY-094
    5.3-no-other-use PL-QY-094
    5.4-number-and-archive DA-QY-095
    B.2-issue-order-forms XQ-1006
    B.2-query XQ-1002
    B.2-submit XQ-1012
    B.5-benchmark XQ-1022
"""
OVERDUE = "4.4.2.2-remove-rectified ZG-091"
LATE = {
    "4.4.2.2-remove-rectified": {"ZG-081": "fulfilled_late P19DT16H"},
    "4.4.3.2-improve-by-due": {"YJ-091": "fulfilled_late P2DT11H"},
    "4.4.3.3-complete-on-time": {"ZG-081": "fulfilled_late P19DT16H"},
}
STATEMENTS = """
    2-reference-rule CS-WH-10
    4.3.4-platform-order XQ-0605 XQ-0607
    4.4.2.2-notify-rectify-passed PJ-081 PJ-091
    B.1-field-awards DC-102
    B.1-field-basic-c DC-105
    B.1-field-benchmark DC-103
    B.1-field-header DC-101
    B.1-field-patents DC-104
    B.1-field-products DC-102
    B.1-table DC-101
    B.7-seven-steps WH-05
    C-category JL-0306 JL-0309 JL-0310
    C-parties JL-0301
    C-planned JL-0315
    C-process JL-0311
    C-provider JL-0318
    C-q1-stars JL-0412
    C-q10-overall JL-0312
    C-q2-stars JL-0414
    C-q3-stars JL-0416
    C-q4-stars JL-0420
    C-q5-solved JL-0321
    C-q7-stars JL-0417
    C-q9-stars JL-0418
    C-service-record JL-0306 JL-0311 JL-0312 JL-0320 JL-0326 JL-0328
    C-signature JL-0320
    C-station-staff JL-0302
    C-technician JL-0313
    C-time-accepted-at JL-0304
    C-time-ended-at JL-0328
    C-time-on-site-at JL-0317
    C-time-order JL-0401 JL-0403 JL-0409
    C-time-order-reply JL-0402
    C-time-replied-at JL-0325
    C-time-requested-at JL-0326
"""
#: Field that is blank or not carried -> norms that it leaves undetermined.
FIELDS = {
    "CS-WH-10.air_quality_met": ["4.1.2.3-air"],
    "CS-WH-10.suggestion_box": ["4.4.1.1-box-and-channels"],
    "设备台账!39.networked": ["4.1.3.1-office-equipment"],
    "RY-103.qualified": ["4.1.4.3-specialist-qualified-able"],
    "需求台账!156.self_performable": [
        "4.3.2.1-self-perform", "4.3.2.1-self-perform-appointment",
        "4.3.2.1-self-perform-as-agreed", "4.3.2.2-select",
        "4.3.2.2-upload", "4.3.2.2-upload-in-time", "4.3.4-platform-order",
    ],
    "匹配记录!72.satisfies_need": [
        "4.3.2.3-negotiate-and-record", "4.3.2.4-provider-serves", "4.3.2.5-center-rematches",
        "4.3.2.5-provider-explains", "4.3.2.5-provider-explains-in-time",
    ],
    "服务台账!278.important": ["4.4.1.3-head-reviews-important"],
    "服务台账!285.delivered_on_site": ["5.2-complete-true-accurate", "C-time-on-site-at"],
    "YJ-103.about": [
        "4.4.3.1-forward-feedback", "4.4.3.1-forward-feedback-in-time", "4.4.3.2-archive",
        "4.4.3.2-improve", "4.4.3.2-improve-by-due", "4.4.3.2-improve-corrected",
    ],
    "PL-QY-104.authorised": ["5.3-confidential"],
    **{f"JL-10{n:02d}.q9_stars": ["C-q9-stars"] for n in range(1, 31)},
}  # fmt: skip


@pytest.fixture(scope="module")
def report() -> stdrules.Report:
    """The export, judged at the end of 2024."""
    return stdrules.audit("db4201_629", EXPORT, as_of=AS_OF)


def state(report: stdrules.Report, norm: str, case: str) -> list[str]:
    """Return the states of a norm in a case."""
    return sorted(row.state for row in report.find(norm=norm, case=case))


def test_every_violation_is_intended(report: stdrules.Report) -> None:
    expected = merged(table("breached", BREACHED), table("overdue", OVERDUE), LATE)
    assert told(report, "obligation", "prohibition") == expected
    assert sum(len(rows) for rows in expected.values()) == len(report.violations) == 62


def test_every_gap_of_the_forms_is_intended(report: stdrules.Report) -> None:
    expected = table("breached", STATEMENTS)
    # Failed, and made good by a rectification that was passed on the last day of its time.
    expected["4.4.2.2-notify-rectify-passed"]["PJ-071"] = "compensated"
    assert told(report, "statement") == expected
    assert told(report, "recommendation") == table("breached", "C-time-order-on-site JL-0407")


def test_what_is_only_allowed_is_lost_with_the_closed_station(report: stdrules.Report) -> None:
    rows = [row for row in report.obligations
            if row.norm.modality == "permission" and row.state == "breached"]  # fmt: skip
    assert Counter(row.case for row in rows) == {"WH-05": 9, "WH-10": 1}
    assert told(report, "permission")["3.2-evaluated-publicised-admitted"] == {"WH-10": "breached"}


def test_what_was_left_blank_is_undetermined(report: stdrules.Report) -> None:
    assert undetermined(report, "field") == {
        field: dict.fromkeys(norms, 1) for field, norms in FIELDS.items()
    }
    assert not undetermined(report, "fact")
    assert not undetermined(report, "time")
    rows = [row for row in report.undetermined if row.norm.id == "C-q9-stars"]
    assert {row.case for row in rows} == {"WH-10"}


def test_times_that_the_document_leaves_open_are_named(report: stdrules.Report) -> None:
    assert undetermined(report, "parameter").keys() == open_parameters("db4201_629")


def test_judgements_are_wanting_where_nobody_went(report: stdrules.Report) -> None:
    found = {item: sum(rows.values()) for item, rows in undetermined(report, "judgement").items()}
    assert found == {
        "4.1.1.1-siting-layout/layout": 5,
        "4.1.2.2-tidy/tidy": 5,
        "4.1.4.1-qualified-staff-law/law": 20,
        "4.1.5-institution-building/fitted": 80,
        "4.1.5-institution-building/workable": 80,
        "4.4.2.1-fair/fair": 6,
        "4.4.2.1-fair/process": 6,
        "5.2-complete-true-accurate-judged/truth": 268,
    }
    assert {row.case for row in report.find(norm="4.1.2.2-tidy") if row.missing} == {
        f"WH-{n:02d}" for n in range(6, 11)
    }


@pytest.mark.parametrize("no", [1, 2])
def test_good_stations_have_nothing_unmet(report: stdrules.Report, no: int) -> None:
    own = {f"WH-{no:02d}", *(f"XQ-{no:02d}{n:02d}" for n in range(1, 32))}
    rows = [row for row in report.obligations if row.case in own]
    found = Counter(row.state for row in rows)
    assert found["fulfilled"] > 1150
    assert not {"fulfilled_late", "overdue", "breached", "compensated", "infeasible"} & set(found)


def test_three_hundred_forms_of_which_two_cannot_be_read(report: stdrules.Report) -> None:
    forms = report.find(norm="C-opinions")
    assert len(forms) == 298
    # The first form of station 8 stands twice.
    assert Counter(row.case for row in forms)["WH-08"] == 30
    assert len({row.case for row in report.obligations if row.case.startswith("XQ-")}) == 310


def test_the_chain_from_a_failed_evaluation(report: stdrules.Report) -> None:
    for norm, states in {
        "4.4.2.2-notify-rectify": ["fulfilled", "fulfilled", "fulfilled"],
        "4.4.2.2-remove-rectified": ["fulfilled", "fulfilled_late", "overdue"],
        "4.4.2.2-remove": ["not_triggered", "fulfilled", "pending"],
        "4.4.2.2-publicise": ["not_triggered", "fulfilled", "not_triggered"],
        "4.4.2.2-remove-refused": ["not_triggered", "not_triggered", "pending"],
        "4.4.3.3-file-plan": ["fulfilled", "fulfilled", "pending"],
    }.items():
        for no, expected in zip((7, 8, 9), states, strict=True):
            assert set(state(report, norm, f"WH-{no:02d}")) == {expected}, (norm, no)
    assert state(report, "4.4.2.2-notify-rectify", "WH-01") == ["not_triggered"]


def test_the_second_matching(report: stdrules.Report) -> None:
    assert state(report, "4.3.2.5-center-rematches", "XQ-0613") == ["fulfilled"]
    assert state(report, "4.3.2.5-provider-explains", "XQ-0613") == ["fulfilled"]
    assert state(report, "4.3.2.3-negotiate-and-record", "XQ-0613") == ["fulfilled"]
    assert state(report, "4.3.2.5-center-rematches-limit", "XQ-0613") == ["undetermined"]
    assert state(report, "4.3.2.5-center-rematches-limit", "XQ-0603") == ["not_applicable"]


def test_rows_set_aside(report: stdrules.Report) -> None:
    assert set_aside(report) == {
        "服务记录表!N206": "E401",
        "服务记录表!AA208": "E401",
        "服务记录表!E285": "E406",
        "设备台账!D30": "E401",
        "设备台账!B43": "E406",
        "走访记录!D59": "E401",
        "汇总（供会议用）": "W450",
    }
    assert report.to_dict()["rejected_rows"] == {"equipment": 2, "service_record": 3, "visit": 1}


def test_the_profile_settles_what_was_open(report: stdrules.Report) -> None:
    rules = stdrules.load("db4201_629").with_profile(PROFILE)
    settled = stdrules.audit(rules, EXPORT, as_of=AS_OF)
    assert not undetermined(settled, "parameter")
    assert changes(told(report, "obligation"), told(settled, "obligation")) == {
        "4.1.4.1-train-before-duty": {"RY-024": "breached"},
        "4.3.1.1-visits": {"WH-07/走访记录!58": "fulfilled_late P29DT10H"},
        "4.3.2.1-assess-in-time": {
            "XQ-0602": "overdue", "XQ-0629": "fulfilled_late P2DT11H",
            "XQ-0632": "fulfilled_late P2DT11H",
        },
        "4.3.2.2-ask-center": {"XQ-0617": "overdue"},
        "4.3.2.2-upload-in-time": {"XQ-0607": "overdue"},
        "4.3.2.5-center-informs": {"XQ-0615": "overdue"},
        "4.3.2.5-provider-explains-in-time": {"XQ-0615": "overdue"},
        "4.3.2.6-click-start": {"XQ-0603": "fulfilled_late PT10M"},
        "4.3.3.2-report-back": {"XQ-0625": "overdue"},
        "4.3.4.1-ask-for-rating": dict.fromkeys(("XQ-0320", "XQ-0632", "XQ-0716"), "overdue"),
        "4.3.4.2-click-end": {"XQ-0605": "overdue"},
        "4.4.1.4-head-assesses": {"WH-09/考核记录!169": "fulfilled_late P61DT15H2M"},
        "4.4.2.1-center-evaluates": {"WH-04": "fulfilled_late P42DT14H"},
        "4.4.3.1-forward-feedback-in-time": {"YJ-093": "overdue"},
        "4.4.3.3-file-plan-in-time": {
            "ZG-071": "fulfilled_late PT9H", "ZG-081": "fulfilled_late PT9H", "ZG-091": "overdue",
        },
        "5.2-real-time-records": {
            "XQ-0410": "fulfilled_late PT1M", "XQ-0411": "fulfilled_late P1DT2H",
            **dict.fromkeys(("XQ-0632", "XQ-0716", "XQ-0718"), "overdue"),
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "norm", "about"),
    [
        ("in_principle=strict", "4.1.1.1-siting", "WH-02"),
        ("before_duty=excluded", "4.1.4.1-train-before-duty", "RY-024"),
        ("training_room_use=own", "4.1.2.1-training-room", "CS-WH-03"),
        ("blank_opinion=needed", "4.4.1.2-record-has-rating", "JL-0102"),
    ],
)
def test_readings_that_turn_a_finding(
    report: stdrules.Report, reading: str, norm: str, about: str
) -> None:
    name, _, value = reading.partition("=")
    other = stdrules.audit("db4201_629", EXPORT, as_of=AS_OF, readings={name: value})
    assert about not in told(report, "obligation").get(norm, {})
    assert told(other, "obligation")[norm][about] == "breached"


def test_the_generator_writes_what_is_committed(tmp_path: Path) -> None:
    first, second = written_twice("make_db4201_629.py", EXPORT.name, tmp_path)
    assert first.read_bytes() == second.read_bytes()
    digests = [
        stdrules.audit("db4201_629", path, as_of="2020-01-01", cases=[]).to_dict()["facts_digest"]
        for path in (first, EXPORT)
    ]
    assert digests[0] == digests[1]


def test_both_evaluators_agree(report: stdrules.Report) -> None:
    theirs = stdrules.audit("db4201_629", EXPORT, as_of=AS_OF, evaluator="reference")
    assert report.to_json() == theirs.to_json()


@pytest.mark.parametrize("language", [0, 1])
def test_the_readme_tells_stations_and_bad_cells(report: stdrules.Report, language: int) -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8").split("## English")[language]
    cells = [str(one.span).partition("!")[2] for one in report.diagnostics if one.code != "W450"]
    assert all(f"`{cell}`" in page for cell in cells)
    found = Counter(row.case[3:5] for row in report.violations)
    for no in range(1, 11):
        (line,) = [line for line in page.splitlines() if line.startswith(f"| WH-{no:02d} |")]
        number = found[f"{no:02d}"]
        some = f"{number} 项违反" if language == 0 else f"{number} violation"
        none = "无违反" if language == 0 else "no violation"
        assert (some if number else none) in line, line
