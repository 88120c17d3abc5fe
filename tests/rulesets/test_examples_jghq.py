"""The export of eighty standards gives the findings that examples/README.md promises, no others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import stdrules

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "jghq_bzh"
PROFILE = FOLDER / "profile.yaml"
AS_OF = "2024-12-31"

#: Case -> finding -> state and lateness, for every violation.
VIOLATIONS = {
    "BZ-003": {"10.2.3-review-cycle/BC-0003": "fulfilled_late P1D"},
    "BZ-004": {"10.2.3-review-cycle/BC-0004": "overdue"},
    "BZ-006": {"10.2.3-review-cycle/BC-0006": "fulfilled_late P1D"},
    "BZ-007": {"10.2.3-review-cycle-again/FS-007-1": "fulfilled_late P1D"},
    "BZ-009": {"10.2.3-review-cycle/BC-0009": "fulfilled_late P1D"},
    "BZ-013": {"10.2.3-review-cycle/BC-0013": "fulfilled_late P1D"},
    "BZ-014": {"10.2.3.a-cover-mark/FS-014-1": "breached"},
    "BZ-016": {"10.2.3.a-keep-number/FS-016-1": "breached"},
    "BZ-017": {"10.2.3.a-cover-mark/FS-017-2": "breached"},
    "BZ-018": {"10.2.3-review-cycle-again/FS-018-1": "fulfilled_late P1D"},
    "BZ-019": {"10.2.3.b-renumber/BC-0020": "breached"},
    "BZ-020": {"10.2.3.b-renumber/BC-0022": "breached"},
    "BZ-023": {"10.2.3-review-cycle/BC-0028": "overdue"},
    "BZ-025": {
        "7.4.1.a-whole/TX-0025": "breached",
        "9.1.1-implement-after-release/FB-0031": "breached",
        "9.1.8-keep-evidence/FB-0031": "breached",
    },
    "BZ-027": {"10.2.3.c-withdraw/FS-027-1": "fulfilled_late P1D"},
    "BZ-028": {"10.2.3.c-withdraw/FS-028-2": "overdue"},
    "BZ-031": {"8.2.7.2-assess-on-external-change/WB-031": "fulfilled_late P1D"},
    "BZ-032": {"8.2.7.2-assess-on-external-change/WB-032": "overdue"},
    "BZ-034": {"10.2.4-review-on-new-external/WB-034": "overdue"},
    "BZ-036": {"8.2.1-min-four-stages/FB-0042": "overdue"},
    "BZ-037": {"8.2.1-min-four-stages/FB-0043": "fulfilled_late P1D"},
    "BZ-039": {
        "8.2.2.1-submit-application/阶段台账!177": "breached",
        "8.2.2.3-plan-approved/阶段台账!177": "breached",
    },
    "BZ-040": {"8.2.2.2-application-fields/立项申请报告!47": "breached"},
    "BZ-041": {"8.2.3.1-drafting-group-trained/起草小组!48": "breached"},
    "BZ-042": {"8.2.3.3-research/WJ-0529": "breached"},
    "BZ-043": {"8.2.3.4-draft-and-note-note/征求意见记录!50": "breached"},
    "BZ-044": {
        "8.2.4.2-send-for-comment/征求意见记录!51": "breached",
        "8.2.4.3-focus-on-users/征求意见记录!51": "breached",
    },
    "BZ-045": {"8.2.4.2-send-for-comment-note/征求意见记录!52": "breached"},
    "BZ-046": {"8.2.5.4-focus/审查会!53": "breached"},
    "BZ-047": {"8.2.5.5-minutes-and-conclusion/审查会!54": "breached"},
    "BZ-049": {"8.2.6.2-approve/FB-0055": "breached"},
    "BZ-050": {"8.2.5.2-review-package-verification/WJ-0624": "breached"},
    "BZ-051": {"8.2.6.2-number-release-number/FB-0057": "breached"},
    "BZ-052": {"8.2.6.3-unified-numbering/DJ-0058": "breached"},
    "BZ-055": {"9.1.4-distribute-text/FB-0061": "fulfilled_late P1D"},
    "BZ-056": {"9.1.5-train-implementers/BZ-056": "breached"},
    "BZ-057": {"9.1.2-implementation-plan/BZ-057": "breached"},
    "BZ-058": {"9.1.8-record-fields/记录表!114": "breached"},
    "BZ-060": {
        "8.3.4-service-characteristics/BZT-0060": "breached",
        "9.1.7-key-points/关键点清单!7": "breached",
    },
    "BZ-064": {"8.1.2-mandatory-into-system/TX-0064": "breached"},
    "BZ-066": {"8.1.2-recommended-after-review/TX-0066": "breached"},
    "BZ-071": {"7.1.3-prefer-higher-level/TX-0071": "breached"},
    "BZ-073": {"7.4.1.c-valid/BZT-0073": "breached"},
    "ZX01": {
        "4.4-involve-all-and-improve/ZX01": "breached",
        "5.2-plans/2022": "fulfilled_late P1D",
        "6.3-competence/人员能力表!7": "breached",
        "7.3.1-system-table-parts/体系表!3": "breached",
        "7.4.3.4-track-consistency/评价记录!4": "fulfilled_late P1D",
        "9.1.2-plan-fields/计划台账!70": "breached",
        "9.2.7-record-results/检查记录!5": "breached",
        "10.1.1.2-comprehensive-appraisal/会议部/考评记录!13": "fulfilled_late P366D",
        "11.2.4.e-self-evaluation-acceptance/试点项目!3": "fulfilled_late P1D",
        "12.1-collect-information/XX-0010": "fulfilled_late P92D",
        "12.5-clean-up-documents-kinds/清理记录!6": "breached",
    },
}

#: What is left open -> how many findings wait for it.
UNDETERMINED = {
    "field FS-015-1.outcome": 6,
    "field DJ-0059.number_unique": 1,
    "field TX-0072.higher_standard_exists": 1,
    "field 人员任命!2.is_leadership_member": 1,
    "judgement 7.4.1.b-continuous/judged": 1,
    "judgement 7.5-evaluate-per-24421-4/judged": 1,
    "judgement 8.2.3.5-coordinate/judged": 1,
    "parameter feedback_time": 1,
    "parameter info_delivery_time": 23,
    "parameter inspection_period": 3,
    "parameter internal_audit_period": 1,
    "parameter misfit_time": 1,
    "parameter problem_resolution_time": 1,
    "parameter second_party_period": 1,
    "parameter staff_assessment_period": 3,
    "parameter system_evaluation_period": 1,
    "parameter watch_period": 3,
}

#: What promptly, regularly and continually leave open without the profile.
WITHOUT_PROFILE = {
    "BZ-027": {"10.2.3.c-withdraw/FS-027-1": "undetermined"},
    "BZ-028": {"10.2.3.c-withdraw/FS-028-2": "pending"},
    "BZ-031": {"8.2.7.2-assess-on-external-change/WB-031": "undetermined"},
    "BZ-032": {"8.2.7.2-assess-on-external-change/WB-032": "pending"},
    "BZ-034": {"10.2.4-review-on-new-external/WB-034": "pending"},
    "ZX01": {
        "7.4.3.4-track-consistency/ZX01": "undetermined",
        "10.1.1.2-comprehensive-appraisal/会议部": "undetermined",
        "12.1-collect-information/ZX01": "undetermined",
    },
}


def audit(**options: object) -> stdrules.Report:
    """Audit the two workbooks at the end of 2024, with the profile of the centre."""
    rules = stdrules.load("jghq_bzh").with_profile(PROFILE)
    return stdrules.audit(rules, [FOLDER], AS_OF, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def report() -> stdrules.Report:
    """The whole export."""
    return audit()


def violations(report: stdrules.Report) -> dict[str, dict[str, str]]:
    """Return every violation by case and key."""
    found: dict[str, dict[str, str]] = {}
    for row in report.to_dict()["obligations"]:
        if row["violation"]:
            told = " ".join(part for part in (row["state"], row["late_by"]) if part)
            found.setdefault(row["case"], {})[row["key"]] = told
    return found


def reviews(report: stdrules.Report) -> dict[str, str]:
    """Return the state of every obligation to review, by key."""
    return {
        row.key.rpartition("/")[2]: row.state
        for row in report.obligations
        if row.norm.id.startswith("10.2.3-review-cycle") and "/-" not in row.key
    }


def test_every_violation_is_intended(report: stdrules.Report) -> None:
    assert violations(report) == VIOLATIONS
    assert len(report.violations) == 59
    assert [(row.case, row.norm.id) for row in report.advice] == [
        ("BZ-046", "8.2.5.1-meeting-review")
    ]


def test_without_the_profile_words_without_figures_stay_open(report: stdrules.Report) -> None:
    bare = stdrules.audit("jghq_bzh", [FOLDER], AS_OF)
    left = violations(bare)
    for case, findings in violations(report).items():
        open_ones = set(findings) - set(left.get(case, {}))
        assert len(open_ones) == len(WITHOUT_PROFILE.get(case, {}))
    assert len(bare.violations) == 59 - 8
    states = {(row.case, row.key): row.state for row in bare.obligations}
    for case, expected in WITHOUT_PROFILE.items():
        assert {key: states[case, key] for key in expected} == expected


def test_everything_else_is_clean(report: stdrules.Report) -> None:
    cases = {row.case for row in report.obligations}
    assert len(cases) == 81
    good = cases - set(VIOLATIONS)
    assert len(good) == 37
    for case in sorted(good):
        assert sum(row.state == "fulfilled" for row in report.find(case=case)) >= 12


def test_what_is_left_open_is_named(report: stdrules.Report) -> None:
    found = Counter(item for row in report.undetermined for item in row.missing)
    assert found == UNDETERMINED


@pytest.mark.parametrize(
    ("key", "due", "state"),
    [
        # Three years from 29 February end on 28 February: the day before, that day, the day after.
        ("BC-0001", "2023-03-01", "fulfilled"),
        ("BC-0002", "2023-03-01", "fulfilled"),
        ("BC-0003", "2023-03-01", "fulfilled_late"),
        ("BC-0004", "2023-03-01", "overdue"),
        ("BC-0005", "2019-03-01", "fulfilled"),
        ("FS-005-1", "2022-03-01", "fulfilled"),
        ("FS-005-2", "2025-03-01", "due_soon"),
        ("FS-006-1", "2022-03-02", "fulfilled"),
        ("FS-007-1", "2022-02-28", "fulfilled_late"),
        # Three years from 28 February stay the 28th, though the year has a 29th.
        ("BC-0008", "2024-02-29", "fulfilled"),
        ("BC-0009", "2024-02-29", "fulfilled_late"),
        # Three years from 1 March end on 1 March; 29 February is before it.
        ("BC-0011", "2024-03-02", "fulfilled"),
        ("BC-0012", "2024-03-02", "fulfilled"),
        ("BC-0013", "2024-03-02", "fulfilled_late"),
        # A confirmation on 29 February.
        ("FS-016-1", "2027-03-01", "pending"),
        ("FS-017-1", "2023-03-01", "fulfilled"),
        ("FS-018-1", "2023-03-01", "fulfilled_late"),
        # A revised edition starts anew.
        ("BC-0028", "2024-09-27", "overdue"),
    ],
)
def test_review_cycles_around_29_february(
    report: stdrules.Report, key: str, due: str, state: str
) -> None:
    (row,) = [
        row
        for row in report.to_dict()["obligations"]
        if row["key"].endswith(f"/{key}") and row["norm"].startswith("10.2.3-review-cycle")
    ]
    assert (row["due"], row["state"]) == (f"{due}T00:00:00+08:00", state)


def test_outcomes_of_a_review(report: stdrules.Report) -> None:
    states = {row.key: row.state for row in report.obligations}
    assert states["10.2.3.a-keep-number/FS-001-1"] == "fulfilled"
    assert states["10.2.3.b-renumber/BC-0024"] == "fulfilled"
    assert states["10.2.3.b-revise/FS-059-1"] == "pending"
    assert states["10.2.3.c-withdraw/FS-026-1"] == "fulfilled"
    assert states["8.2.1-min-four-stages/FB-0044"] == "fulfilled"
    assert states["10.2.4-review-on-new-external/WB-035"] == "pending"
    for change in ("WB-029", "WB-030"):
        assert states[f"8.2.7.2-assess-on-external-change/{change}"] == "fulfilled"


def test_readings_that_turn_a_finding(report: stdrules.Report) -> None:
    before, moved = reviews(report), audit(readings={"cycle_roll": "next"})
    rolled = reviews(moved)
    # 27 February 2022 is a Sunday; the other last days are working days, or not yet known.
    changed = {key: rolled[key] for key in before if before[key] != rolled[key]}
    assert changed.pop("FS-007-1") == "fulfilled"
    assert set(changed.values()) == {"undetermined"}
    waiting = [row for row in moved.undetermined if row.norm.id.startswith("10.2.3-review-cycle")]
    assert all(
        any(item.startswith("calendar CN 202") for item in row.missing)
        for row in waiting
        if row.case != "BZ-015"
    )
    advice = audit(readings={"generally": "guidance"})
    assert len(advice.violations) == 59 - 8
    assert len(advice.advice) == 1 + 8
    published = audit(readings={"external_change_from": "published"})
    late = {"BZ-029", "BZ-030", "BZ-031", "BZ-033"}
    assert {
        row.case
        for row in published.violations
        if row.norm.id in ("8.2.7.2-assess-on-external-change", "10.2.4-review-on-new-external")
        and row.state == "fulfilled_late"
    } == late


def test_the_time_for_passing_information_on() -> None:
    def states(time: str) -> Counter[str]:
        found = audit(parameters={"info_delivery_time": time}, cases=["ZX01"])
        return Counter(row.state for row in found.find(norm="6.1.3.k-duty-information"))

    assert states("P4D") == {"fulfilled": 23}
    assert states("P3D") == {"fulfilled_late": 23}


def test_corrections_count_from_their_recording() -> None:
    def state(known_at: str, case: str, norm: str) -> str:
        (row,) = audit(known_at=known_at, cases=[case]).find(norm=norm)
        return row.state

    cycle, number = "10.2.3-review-cycle", "8.2.6.3-unified-numbering"
    assert state("2024-03-14", "BZ-012", cycle) == "overdue"
    assert state("2024-03-15", "BZ-012", cycle) == "fulfilled_late"
    assert state("2024-04-08T10:29", "BZ-012", cycle) == "fulfilled_late"
    assert state("2024-04-08T10:30", "BZ-012", cycle) == "fulfilled"
    assert state("2023-03-09", "BZ-054", number) == "breached"
    assert state("2023-03-10", "BZ-054", number) == "fulfilled"


def test_rows_that_cannot_be_read(report: stdrules.Report) -> None:
    assert {str(one.span): one.code for one in report.diagnostics} == {
        "标准全程台账.xlsx!发放记录!A122": "E406",
        "标准全程台账.xlsx!复审台账!D43": "E401",
        "标准全程台账.xlsx!记录表!C160": "E401",
        "标准全程台账.xlsx!阶段台账!C313": "E401",
        "标准化工作台账.xlsx!机构设置!E8": "E401",
    }
    assert sum(report.rejected.values()) == 5


def test_both_evaluators_agree(report: stdrules.Report) -> None:
    assert audit(evaluator="reference").to_json() == report.to_json()


def test_the_generator_writes_what_is_committed(tmp_path: Path) -> None:
    folders = []
    for seed in ("0", "1"):
        folder = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
        script = ROOT / "examples" / "make_jghq_bzh.py"
        subprocess.run([sys.executable, str(script), str(folder)], check=True, env=environment)
        folders.append(folder)
    names = sorted(path.name for path in FOLDER.glob("*.xlsx"))
    assert names == sorted(path.name for path in folders[0].iterdir())
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
    # Bytes may differ with the version of the writer; what is read from them may not.
    digests = [
        stdrules.audit("jghq_bzh", [folder], AS_OF, cases=[]).to_dict()["facts_digest"]
        for folder in (folders[0], FOLDER)
    ]
    assert digests[0] == digests[1]


def test_the_readme_names_every_faulty_standard_and_bad_cell(report: stdrules.Report) -> None:
    readme = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    cells = [str(one.span).partition("!")[2] for one in report.diagnostics]
    for language in readme.split("## English"):
        assert all(f"`{cell}`" in language for cell in cells)
        rows = [line.split("|")[1].strip() for line in language.splitlines() if line[:2] == "| "]
        named = {no for row in rows for no in _numbers(row)}
        assert set(VIOLATIONS) <= named


def _numbers(cell: str) -> set[str]:
    """Return the standards that a cell such as 001–004 names."""
    if not cell[:3].isdigit():
        return {cell}
    first, _, last = cell.partition("–")
    return {f"BZ-{no:03d}" for no in range(int(first), int(last or first) + 1)}
