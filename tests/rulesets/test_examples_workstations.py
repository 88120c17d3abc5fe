"""The export of ten workstations gives the findings of examples/README.md, and no others."""

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

EXPORT = EXAMPLES / "suzhou_464" / "工作站导出.xlsx"
PROFILE = EXAMPLES / "suzhou_464" / "profile.yaml"

BREACHED = """
    4.1.2-environment-fire SU-05
    4.2.1-service-window CS-SU-05
    4.2.2-display-items CS-SU-05
    4.2.3-uniform-sign CS-SU-05
    4.2.6-exits CS-SU-05
    4.3.1-office-equipment SU-05
    4.3.4-fire-equipment SU-05
    4.4.1-train-before-duty RY-052
    4.4.2-station-head SU-05
    4.5-basic-systems SU-05
    4.5.f-policy-emergency SU-05
    5.1.1.2-campaigns SU-07/2024
    5.1.10.4-annual-report SU-05
    5.1.6.1-platform SU-05
    5.2.1.4-need-form XQ-0609 XQ-0704 XQ-0710 XQ-0716 XQ-0722 XQ-0728
    5.2.2.1-assess-needs XQ-0602
    5.2.2.1-assess-needs-in-time XQ-0602
    5.2.2.1-self-perform-appointment XQ-0604
    5.2.2.2-negotiate-and-record XQ-0603 XQ-0605
    5.2.2.2-refer XQ-0603
    5.2.3.2-report-back XQ-0625
    5.2.4-ask-for-rating XQ-0320 XQ-0632 XQ-0716
    6.1-record-opinions YJ-082
    6.2-record-has-rating JL-0312
    6.2-service-record XQ-0632 XQ-0716 XQ-0718
    6.4-assess-staff-everyone RY-054
    7.2-complete-true-accurate JL-0301 JL-0302 JL-0304 JL-0306 JL-0309 JL-0311 JL-0313 \
        JL-0315 JL-0317 JL-0318 JL-0325 JL-0326 JL-0328
    7.2-real-time-records XQ-0632 XQ-0716 XQ-0718
    7.3-confidential PL-QY-084
    7.3-no-other-use PL-QY-084
    7.4-number-and-archive DA-QY-085
    A.1.2-rules-and-plan SU-05
    A.1.8-other ZD-0501
    A.2.7-other ZD-0501
    C.1-civil RY-053
    C.2-fair TS-081
    C.3-priority SU-06/服务台账!173
    C.6-open CS-SU-05
"""
OVERDUE = "5.1.1.2-world-metrology-day SU-07/2024"
LATE = {
    "5.1.1.2-ip-week": {"SU-07/2024": "fulfilled_late P2DT9H"},
    "5.1.1.2-green-product-week": {"SU-07/2024": "fulfilled_late P4DT9H"},
    "5.1.1.2-world-standards-day": {"SU-07/2024": "fulfilled_late P1D"},
    "5.2.2.1-self-perform-as-agreed": {"XQ-0606": "fulfilled_late PT18H"},
    "6.1-improvement-plan-by-due": {"YJ-081": "fulfilled_late P2DT11H"},
}
STATEMENTS = """
    2-reference-rule CS-SU-10
    3.1-evaluated-and-publicised SU-08
    3.1-set-up-by SU-08
    D-need-form D-091 D-093 D-095
    D-part-basic D-093
    D-part-header D-091
    D-part-metrology XQ-0923
    D-part-signature D-094 D-095
    D-part-training XQ-0901
    E-category JL-0306 JL-0310
    E-details JL-0309
    E-parties JL-0301 JL-0302
    E-provider JL-0313 JL-0315 JL-0318
    E-provider-process JL-0311
    E-q1-stars JL-0412
    E-q10-overall JL-0312
    E-q2-stars JL-0414
    E-q3-stars JL-0416
    E-q4-stars JL-0420
    E-q5-solved JL-0321
    E-q7-stars JL-0417
    E-q9-stars JL-0418
    E-service-record JL-0306 JL-0311 JL-0312 JL-0320 JL-0326 JL-0328
    E-signature JL-0320
    E-time-accepted-at JL-0304
    E-time-ended-at JL-0328
    E-time-on-site-at JL-0317
    E-time-order JL-0401 JL-0403 JL-0409
    E-time-order-reply JL-0402
    E-time-replied-at JL-0325
    E-time-requested-at JL-0326
"""
#: Field that is blank or not carried -> norms that it leaves undetermined.
FIELDS = {
    "CS-SU-10.air_quality_met": ["4.2.4-air-quality"],
    "CS-SU-10.evacuation_clear": ["4.2.6-exits"],
    "设备台账!138.working": ["4.3.4-fire-equipment"],
    "RY-103.badge_worn": ["C.1-civil"],
    "ZD-1001.content_items": ["A.1.1-full-charge", "A.1.8-other", "A.2.7-other"],
    "需求台账!156.self_performable": [
        "5.2.2.1-self-perform", "5.2.2.1-self-perform-appointment",
        "5.2.2.1-self-perform-as-agreed", "5.2.2.2-negotiate-and-record", "5.2.2.2-refer",
    ],
    "服务台账!278.important": ["6.3-head-reviews-important", "A.1.4-review-important"],
    "服务台账!285.delivered_on_site": ["7.2-complete-true-accurate", "E-time-on-site-at"],
    "YJ-102.reasonable": [
        "6.1-improvement-plan", "6.1-improvement-plan-by-due", "6.1-improvement-plan-corrected",
    ],
    "TS-101.upheld": ["C.2-fair"],
    "PL-QY-104.authorised": ["7.3-confidential"],
    **{f"JL-10{n:02d}.stamped": ["E-signature"] for n in range(1, 31)},
}  # fmt: skip
#: Occasion -> day of 2024, in words of the norm.
OCCASIONS = [
    "ip-week", "china-brand-day", "world-metrology-day", "world-accreditation-day",
    "quality-month", "green-product-week", "world-standards-day",
]  # fmt: skip


@pytest.fixture(scope="module")
def report() -> stdrules.Report:
    """The export, judged at the end of 2024."""
    return stdrules.audit("suzhou_464", EXPORT, as_of=AS_OF)


def occasions(report: stdrules.Report, case: str, year: int = 2024) -> dict[str, str]:
    """Return occasion -> state of a station in a year."""
    return {
        name: row.state
        for name in OCCASIONS
        for row in report.find(norm=f"5.1.1.2-{name}", case=case)
        if row.key.endswith(f"/{year}")
    }


def test_every_violation_is_intended(report: stdrules.Report) -> None:
    expected = merged(table("breached", BREACHED), table("overdue", OVERDUE), LATE)
    assert told(report, "obligation", "prohibition") == expected
    assert sum(len(rows) for rows in expected.values()) == len(report.violations) == 68


def test_every_gap_of_the_forms_is_intended(report: stdrules.Report) -> None:
    assert told(report, "statement") == table("breached", STATEMENTS)
    advice = "4.3.3-monitoring-screens SU-05\nE-time-order-on-site JL-0407"
    assert told(report, "recommendation") == table("breached", advice)
    assert told(report, "permission") == {}


def test_what_was_left_blank_is_undetermined(report: stdrules.Report) -> None:
    assert undetermined(report, "field") == {
        field: dict.fromkeys(norms, 1) for field, norms in FIELDS.items()
    }
    assert not undetermined(report, "fact")
    assert not undetermined(report, "time")


def test_times_that_the_document_leaves_open_are_named(report: stdrules.Report) -> None:
    # A vacancy without a grace is a breach at once, so that one decides nothing.
    named = open_parameters("suzhou_464") - {"vacancy_grace"}
    assert undetermined(report, "parameter").keys() == named


def test_judgements_are_wanting_where_nobody_went(report: stdrules.Report) -> None:
    found = {item: sum(rows.values()) for item, rows in undetermined(report, "judgement").items()}
    assert found == {
        "4.1.1-siting-principle-layout/layout": 5,
        "4.1.3-area-structure-structure/structure": 5,
        "4.2.5-symbols/symbols": 5,
        "4.4.1-qualified-staff-knows/law": 20,
        "4.4.1-qualified-staff-knows/process": 20,
        "4.5-institution-building/fitted": 40,
        "4.5-institution-building/workable": 40,
        "7.2-complete-true-accurate-judged/true": 268,
        "A.1.2-rules-and-plan-carried-out/carried_out": 5,
        "A.2.2-follow-rules/follows": 5,
        "C.1-civil-manners/manners": 20,
        "C.1-civil-place/place": 5,
        "C.3-priority-help/help": 1,
        "C.4-efficient/simple": 5,
        "C.5-flexible/agreed": 5,
        "C.7-policy/accurate": 5,
    }


@pytest.mark.parametrize("no", [1, 2])
def test_good_stations_have_nothing_unmet(report: stdrules.Report, no: int) -> None:
    own = {f"SU-{no:02d}", *(f"XQ-{no:02d}{n:02d}" for n in range(1, 32))}
    rows = [row for row in report.obligations if row.case in own]
    found = Counter(row.state for row in rows)
    assert found["fulfilled"] > 1000
    assert not {"fulfilled_late", "overdue", "breached", "compensated", "infeasible"} & set(found)


def test_three_hundred_forms_of_which_two_cannot_be_read(report: stdrules.Report) -> None:
    forms = report.find(norm="E-opinions")
    assert len(forms) == 298
    assert Counter(row.case for row in forms)["SU-08"] == 30
    assert len({row.case for row in report.obligations if row.case.startswith("XQ-")}) == 310


def test_the_dated_occasions(report: stdrules.Report) -> None:
    good = dict.fromkeys(OCCASIONS, "fulfilled")
    for case in ("SU-01", "SU-02", "SU-03"):
        assert occasions(report, case) == good
    assert occasions(report, "SU-07") == good | {
        "ip-week": "fulfilled_late", "world-metrology-day": "overdue",
        "green-product-week": "fulfilled_late", "world-standards-day": "fulfilled_late",
    }  # fmt: skip
    # Opened in August: what was over by then is not owed, nor is the number of seven.
    assert occasions(report, "SU-09") == dict.fromkeys(
        ("quality-month", "green-product-week", "world-standards-day"), "fulfilled"
    )
    assert not [row for row in report.find(norm="5.1.1.2-campaigns", case="SU-09")
                if row.key.endswith("/2024")]  # fmt: skip
    # Closed on the last day of September.
    assert set(occasions(report, "SU-05")) == set(OCCASIONS) - {
        "green-product-week", "world-standards-day",
    }  # fmt: skip


def test_an_occasion_on_a_sunday() -> None:
    """9 June 2024 is a Sunday, so the stations met on the Friday."""
    exact = stdrules.audit("suzhou_464", EXPORT, as_of=AS_OF, readings={"campaign_days": "exact"})
    assert occasions(exact, "SU-01") == dict.fromkeys(OCCASIONS, "fulfilled") | {
        "world-accreditation-day": "overdue"
    }
    # In 2023 two of the days were Saturdays.
    before = occasions(exact, "SU-01", 2023)
    assert before.pop("world-metrology-day") == before.pop("world-standards-day") == "overdue"
    assert set(before.values()) == {"fulfilled"}


def test_rows_set_aside(report: stdrules.Report) -> None:
    assert set_aside(report) == {
        "服务需求表!AC45": "E401",
        "服务记录表!N206": "E401",
        "服务记录表!AA208": "E401",
        "服务记录表!E285": "E406",
        "设备台账!D99": "E401",
        "设备台账!B142": "E406",
        "巡访记录!D58": "E401",
        "汇总（供会议用）": "W450",
    }
    assert report.to_dict()["rejected_rows"] == {
        "equipment": 2, "need_form": 1, "service_record": 3, "visit": 1,
    }  # fmt: skip


def test_the_profile_settles_what_was_open(report: stdrules.Report) -> None:
    rules = stdrules.load("suzhou_464").with_profile(PROFILE)
    settled = stdrules.audit(rules, EXPORT, as_of=AS_OF)
    assert not undetermined(settled, "parameter")
    assert changes(told(report, "obligation"), told(settled, "obligation")) == {
        "5.1.1.2-green-product-week": {
            "SU-02/主题活动日历!3": "fulfilled_late P3DT10H",
            "SU-07/2024": "-",
            "SU-07/主题活动日历!3": "fulfilled_late P8DT9H",
        },
        "5.2.1.1-regular-visits": {"SU-07/巡访记录!57": "fulfilled_late P29DT10H"},
        "5.2.2.1-assess-needs-in-time": {"XQ-0602": "overdue"},
        "5.2.2.2-refer": {"XQ-0603": "overdue"},
        "5.2.3.2-report-back": {"XQ-0625": "overdue"},
        "5.2.4-ask-for-rating": dict.fromkeys(("XQ-0320", "XQ-0632", "XQ-0716"), "overdue"),
        "7.2-real-time-records": {
            "XQ-0410": "fulfilled_late PT1M", "XQ-0411": "fulfilled_late P1DT2H",
            **dict.fromkeys(("XQ-0632", "XQ-0716", "XQ-0718"), "overdue"),
        },
        "A.1.6-complaints-in-time": {"TS-081": "overdue"},
        "A.1.7-report-emergency": {"SU-08/突发事件台账!9": "overdue"},
        "A.2.1-visits-and-handling": {"SU-07/巡访记录!57": "fulfilled_late P29DT10H"},
        "A.2.6-complaints-in-time": {"TS-081": "overdue"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "norm", "about"),
    [
        ("in_principle=strict", "4.1.1-siting-principle", "SU-02"),
        ("before_duty=excluded", "4.4.1-train-before-duty", "RY-024"),
        ("blank_opinion=needed", "6.2-record-has-rating", "JL-0102"),
    ],
)
def test_readings_that_turn_a_finding(
    report: stdrules.Report, reading: str, norm: str, about: str
) -> None:
    name, _, value = reading.partition("=")
    other = stdrules.audit("suzhou_464", EXPORT, as_of=AS_OF, readings={name: value})
    assert about not in told(report, "obligation").get(norm, {})
    assert told(other, "obligation")[norm][about] == "breached"


def test_the_generator_writes_what_is_committed(tmp_path: Path) -> None:
    first, second = written_twice("make_suzhou_464.py", EXPORT.name, tmp_path)
    assert first.read_bytes() == second.read_bytes()
    digests = [
        stdrules.audit("suzhou_464", path, as_of="2020-01-01", cases=[]).to_dict()["facts_digest"]
        for path in (first, EXPORT)
    ]
    assert digests[0] == digests[1]


def test_both_evaluators_agree(report: stdrules.Report) -> None:
    theirs = stdrules.audit("suzhou_464", EXPORT, as_of=AS_OF, evaluator="reference")
    assert report.to_json() == theirs.to_json()


@pytest.mark.parametrize("language", [0, 1])
def test_the_readme_tells_stations_and_bad_cells(report: stdrules.Report, language: int) -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8").split("## English")[language]
    cells = [str(one.span).partition("!")[2] for one in report.diagnostics if one.code != "W450"]
    assert all(f"`{cell}`" in page for cell in cells)
    found = Counter(row.case[3:5] for row in report.violations)
    for no in range(1, 11):
        (line,) = [line for line in page.splitlines() if line.startswith(f"| SU-{no:02d} |")]
        number = found[f"{no:02d}"]
        some = f"{number} 项违反" if language == 0 else f"{number} violation"
        none = "无违反" if language == 0 else "no violation"
        assert (some if number else none) in line, line
