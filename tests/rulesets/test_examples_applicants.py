"""The export of twenty applicants gives the results that examples/README.md promises."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import stdrules

ROOT = Path(__file__).resolve().parents[2]
APPLICANTS = ROOT / "examples" / "shenzhen_mz" / "申报评定导出.xlsx"

#: Applicant -> points from, to, outcome.
SCORES = {
    "SZ01": ("100", "100", "pass"), "SZ02": ("100", "100", "fail"),
    "SZ03": ("85", "85", "pass"), "SZ04": ("84.5", "84.5", "fail"),
    "SZ05": ("84.5", "84.5", "fail"), "SZ06": ("82", "82", "fail"),
    "SZ07": ("82", "82", "fail"), "SZ08": ("84", "87", "undetermined"),
    "SZ09": ("85", "85", "pass"), "SZ10": ("98", "98", "fail"),
    "SZ11": ("95", "95", "pass"), "SZ12": ("98", "98", "fail"),
    "SZ13": ("98", "98", "fail"), "SZ14": ("96", "96", "undetermined"),
    "SZ15": ("92", "92", "pass"), "SZ16": ("84", "87", "undetermined"),
    "SZ17": ("88", "88", "pass"), "SZ18": ("90", "90", "pass"),
    "SZ19": ("86", "86", "pass"), "SZ20": ("68", "70", "fail"),
}  # fmt: skip


@pytest.fixture(scope="module")
def applicants() -> stdrules.Report:
    """The evaluation export, judged at the end of 2022."""
    return stdrules.audit("shenzhen_mz", APPLICANTS, as_of="2022-12-31")


def states(report: stdrules.Report, case: str, norm: str) -> Counter[str]:
    """Return how often each state occurs among the rows of a norm in a case."""
    return Counter(row.state for row in report.find(norm=norm, case=case))


def scores(report: stdrules.Report) -> dict[str, tuple[Decimal, Decimal, str]]:
    """Return applicant -> points from, to, outcome."""
    return {score.case: (score.lo, score.hi, score.outcome) for score in report.scores}


def test_scores_of_the_applicants(applicants: stdrules.Report) -> None:
    expected = {case: (Decimal(lo), Decimal(hi), out) for case, (lo, hi, out) in SCORES.items()}
    assert scores(applicants) == expected


@pytest.mark.parametrize(
    ("case", "failed"),
    [
        ("SZ02", {"a1", "4.2-no-major-violation"}),
        ("SZ10", {"a3", "4.4-not-procurement-blacklist"}),
        ("SZ12", {"in_time"}),
        ("SZ13", {"4.1-pilot-batch"}),
        ("SZ04", set()),
        ("SZ01", set()),
    ],
)
def test_vetoes_and_conditions(applicants: stdrules.Report, case: str, failed: set[str]) -> None:
    (score,) = [one for one in applicants.scores if one.case == case]
    assert {c.id for c in (*score.vetoes, *score.conditions) if c.state == "false"} == failed


def test_what_is_missing_is_named_and_decides(applicants: stdrules.Report) -> None:
    found = {score.case: score for score in applicants.scores}
    assert found["SZ08"].at_stake == (("rating 9", Decimal(3), True),)
    assert found["SZ16"].at_stake == (("rating 13", Decimal(3), True),)
    assert found["SZ14"].missing == ("field 评价指标A!43.satisfied",)
    assert {v.id: v.state for v in found["SZ14"].vetoes}["a3"] == "unknown"


def test_lost_points_have_their_rows(applicants: stdrules.Report) -> None:
    found = {
        score.case: {row.id: row.hi for row in score.indicators if row.hi < row.max}
        for score in applicants.scores
    }
    ten = dict.fromkeys(("42", "43", "44", "45", "46"), Decimal(0))
    assert found["SZ01"] == {}
    assert found["SZ06"] == {"6": Decimal(0), **ten}
    assert found["SZ07"] == {"19": Decimal(0), "35": Decimal(0), "36": Decimal(0), **ten}
    # The panel corrected its first rating of row 1.
    assert found["SZ11"]["1"] == Decimal(1)


def test_readings_that_turn_a_result() -> None:
    report = stdrules.audit(
        "shenzhen_mz", APPLICANTS, as_of="2022-12-31",
        readings={"row_28_not_applicable": "normalise", "missing_stamp": "ignore",
                  "late_application": "admit"},
    )  # fmt: skip
    found = scores(report)
    assert found["SZ09"] == (Decimal("84.6938"), Decimal("84.6938"), "fail")
    assert found["SZ07"] == (Decimal(86), Decimal(86), "pass")
    assert found["SZ12"] == (Decimal(98), Decimal(98), "pass")
    assert found["SZ03"] == (Decimal(85), Decimal(85), "pass")


def test_every_violation_of_the_applicants_is_intended(applicants: stdrules.Report) -> None:
    found: dict[str, Counter[tuple[str, str]]] = {}
    for row in applicants.to_dict()["obligations"]:
        if row["violation"]:
            late = f" {row['late_by']}" if row["state"] == "fulfilled_late" else ""
            found.setdefault(row["case"], Counter())[row["norm"], row["state"] + late] += 1
    assert found == {
        "SZ07": {("6.1-evidence-stamped", "breached"): 2},
        "SZ08": {("6.2-check-one-by-one", "overdue"): 1},
        "SZ12": {
            ("7.1-self-evaluation-window", "fulfilled_late PT9H"): 1,
            ("7.1-submit", "fulfilled_late PT9H"): 1,
        },
        "SZ14": {("A-box", "overdue"): 1},
        "SZ18": {("7.2-document-check-window", "fulfilled_late PT9H30M"): 1},
        "SZ19": {
            ("6.4-combined-result", "breached"): 1,
            ("7.3-on-site-window", "overdue"): 1,
        },
        "SZ20": {
            ("6.1-application-form", "breached"): 1,
            ("6.2-check-one-by-one", "overdue"): 1,
            ("7.1-submit", "overdue"): 1,
        },
    }


def test_the_round_and_its_notice(applicants: stdrules.Report) -> None:
    for norm in ("3-winners-min", "6-panel-members", "6.4-notice-5wd", "3-publish-list"):
        assert states(applicants, "2022年度", norm) == {"fulfilled": 1}
    assert states(applicants, "SZ17", "6.4-no-objection") == {"breached": 1}
    assert states(applicants, "SZ18", "8.1-valid-3y") == {"breached": 1}
    assert states(applicants, "SZ01", "8.1-valid-3y") == {"fulfilled": 1}


def test_bad_rows_of_the_applicants(applicants: stdrules.Report) -> None:
    assert {str(one.span): one.code for one in applicants.diagnostics} == {
        "申报评定导出.xlsx!佐证资料!J1055": "E401",
        "申报评定导出.xlsx!指标评分!H1790": "E401",
    }


def test_rows_without_points_are_rows_without_records(applicants: stdrules.Report) -> None:
    """Whoever keeps no record behind a row gets nothing for it."""
    for score in applicants.scores:
        empty = {
            row.norm.clause.removeprefix("附件2 row ")
            for row in applicants.find(case=score.case)
            if row.norm.id.startswith("B-") and row.state == "overdue"
        }
        assert empty <= {row.id for row in score.indicators if row.lo == 0}
    unit = Counter(r.state for r in applicants.find(case="SZ01") if r.norm.id.startswith("B-"))
    # Promptly and regularly are not tested unless times are set.
    assert set(unit) == {"fulfilled", "holding", "not_triggered", "not_applicable"}
    assert unit["not_applicable"] == 4


def test_only_judgements_of_persons_are_wanting(applicants: stdrules.Report) -> None:
    asked = {(row.case, item) for row in applicants.undetermined for item in row.missing}
    assert asked == {
        ("SZ19", "judgement 2.1-select-best/merit"),
        ("2022年度", "judgement 8.2-promote/promoted"),
        ("2022年度", "judgement 8.2-encourage-levels/publicised"),
        ("2022年度", "judgement 8.2-encourage-market/used"),
    }
