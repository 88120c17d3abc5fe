"""Expectations: what counts as the same, and what a difference says."""

from decimal import Decimal

import pytest

from stdrules.base.text import Text
from stdrules.base.time.dues import Due, due_on
from stdrules.base.time.moments import parse_moment
from stdrules.base.time.zones import zone
from stdrules.model.cases import NormExpectation, ScoreExpectation
from stdrules.plan.content import Matcher, ScopeRule, Single
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import ConditionResult, Finding, IndicatorResult, ScoreResult
from stdrules.plan.scorecard import PlanScorecard
from stdrules.plan.steps import Await, PerCase
from stdrules.testing.expectations import (
    elapsed,
    late_by,
    match_norm,
    match_score,
    progress_text,
)

SHANGHAI = zone("Asia/Shanghai")
NORM = PlanNorm(
    "n", "", "deadline", "1", ("1",), "obligation", "", "", Text("规", "norm"), "case", None, False,
    PerCase(), Await(Single(Matcher("t")), None), ScopeRule(None, None), None, None, (), (),
)  # fmt: skip


def when(text):
    return parse_moment(text, SHANGHAI)


def instant_due(text):
    return Due(False, when(text).first, when(text).last)


def day_due(text):
    return due_on(SHANGHAI.ordinal(when(text).first))


def row(state="fulfilled", key="n/t1", **more):
    return Finding(NORM, "C1", key, state, **more)


def wanted(**given):
    return NormExpectation.model_validate({"norm": "n", **given})


LATE = row("fulfilled_late", due=instant_due("2023-03-02T09:00"), met=when("2023-03-02T09:01"))
DAYS = row("fulfilled_late", due=day_due("2023-03-08"), met=when("2023-03-10"))
HALF = row("fulfilled_late", due=day_due("2023-03-08"), met=when("2023-03-09T12:00"))
COARSE = row("undetermined", due=Due(False, when("2023-03-03").first, when("2023-03-03").last),
             missing=("field t1.kind", "time t1"), possible=("fulfilled", "overdue"))  # fmt: skip


@pytest.mark.parametrize(
    ("given", "finding", "fits"),
    [
        pytest.param({"state": "fulfilled_late"}, LATE, True, id="state"),
        pytest.param({"state": "fulfilled"}, LATE, False, id="another-state"),
        pytest.param({"key": "n/t1"}, LATE, True, id="key"),
        pytest.param({"key": "n/t2"}, LATE, False, id="another-key"),
        pytest.param({"due": "2023-03-02T09:00"}, LATE, True, id="due"),
        pytest.param({"due": "2023-03-02T09:00:01"}, LATE, False, id="due-a-second-later"),
        pytest.param({"due": "2023-03-02T01:00Z"}, LATE, True, id="due-elsewhere"),
        pytest.param({"due": "2023-03-09T00:00"}, DAYS, True, id="due-day-by-its-end"),
        pytest.param({"due": "2023-03-08T00:00"}, DAYS, False, id="due-day-by-its-start"),
        pytest.param({"due": "2023-03-03T00:00"}, COARSE, False, id="due-is-an-interval"),
        pytest.param({"due": "2023-03-03T00:00"}, row(), False, id="no-due"),
        pytest.param({"met_at": "2023-03-02T09:01"}, LATE, True, id="met"),
        pytest.param({"met_at": "2023-03-02"}, LATE, False, id="met-by-the-day-only"),
        pytest.param({"met_at": "2023-03-10"}, DAYS, True, id="met-on-the-day"),
        pytest.param({"met_at": "2023-03-10"}, row(), False, id="not-met"),
        pytest.param({"late_by": "PT1M"}, LATE, True, id="late"),
        pytest.param({"late_by": "PT60S"}, LATE, True, id="late-in-seconds"),
        pytest.param({"late_by": "PT61S"}, LATE, False, id="late-by-a-second-more"),
        pytest.param({"late_by": "P2D"}, DAYS, True, id="late-in-days"),
        pytest.param({"late_by": "P1D"}, DAYS, False, id="late-by-a-day-less"),
        pytest.param({"late_by": "PT12H"}, HALF, True, id="late-from-the-end-of-the-day"),
        pytest.param({"late_by": "PT1M"}, row(), False, id="not-late"),
        pytest.param({"violation": "true"}, LATE, True, id="violation"),
        pytest.param({"violation": "false"}, LATE, False, id="no-violation"),
        pytest.param({"missing": ["t1.kind", "time"]}, COARSE, True, id="missing-by-part"),
        pytest.param({"missing": ["t2"]}, COARSE, False, id="missing-something-else"),
        pytest.param({"progress": "2/3"}, row(progress=(2, 2, 3)), True, id="progress"),
        pytest.param({"progress": "[2,3]/3"}, row(progress=(2, 3, 3)), True, id="progress-range"),
        pytest.param({"progress": "2/3"}, row(progress=(2, 3, 3)), False, id="progress-vague"),
        pytest.param({"progress": "2/3"}, row(), False, id="no-progress"),
        pytest.param({"case": "C1"}, LATE, True, id="case"),
        pytest.param({"case": "C2"}, LATE, False, id="another-case"),
        pytest.param({"count": "0"}, LATE, False, id="none-wanted"),
        pytest.param({"state": "breached", "count": "0"}, LATE, True, id="none-wanted-none-there"),
    ],
)
def test_a_row_fits_or_not(given, finding, fits):
    assert (match_norm(wanted(**given), [finding], SHANGHAI) == []) is fits


def test_exactly_so_many_rows_must_fit():
    rows = [row(key="n/a"), row(key="n/b"), row("overdue", key="n/c")]
    assert match_norm(wanted(state="fulfilled", count="2"), rows, SHANGHAI) == []
    assert match_norm(wanted(state="fulfilled"), rows, SHANGHAI) != []
    assert match_norm(wanted(count="3"), rows, SHANGHAI) == []


def test_a_difference_says_what_was_found_in_both_languages():
    (said,) = match_norm(wanted(state="fulfilled", key="n/t1"), [LATE], SHANGHAI)
    assert "found 0" in said.en and "differs: state=fulfilled_late" in said.en
    assert "due 2023-03-02T09:00:00+08:00" in said.en
    assert "实有 0 行" in said.zh and "不同：state=fulfilled_late" in said.zh


def test_no_row_at_all_is_said():
    (said,) = match_norm(wanted(state="fulfilled"), [], SHANGHAI)
    assert said.en.endswith("no row at all") and said.zh.endswith("没有任何行")


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        ((1, 1, 2), "1/2"),
        ((1, None, 2), "[1, ?]/2"),
        ((Decimal("99.90"), Decimal("99.9"), 100), "99.9/100"),
        (None, "-"),
    ],
)
def test_progress_is_written(progress, shown):
    assert progress_text(row(progress=progress)) == shown


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("P1D", 86_400), ("PT1H1M1S", 3661), ("P1DT1H", 90_000), ("PT0.5S", 0.5), ("P", None),
     ("PT", None), ("P1DT", None), ("1D", None)],
)  # fmt: skip
def test_elapsed_time_is_read(text, seconds):
    assert elapsed(text) == (None if seconds is None else int(seconds * 1_000_000))


def test_lateness_of_a_vague_act_is_not_known():
    assert (
        late_by(row(due=instant_due("2023-03-02T09:00"), met=when("2023-03-03")), SHANGHAI) is None
    )


CARD = PlanScorecard("card", Text("表", "card"), "1", "case", None, Decimal(20), Decimal(17),
                     "model", "1", None, None, (), (), ())  # fmt: skip
SCORE = ScoreResult(
    CARD, "C1", "true", Decimal("15.50"), Decimal(19), "pass",
    (ConditionResult("v", "unknown"),), (ConditionResult("c", "true"),),
    (("G", Decimal(5), Decimal(6), Decimal(8)),),
    (IndicatorResult("1", Decimal(1), Decimal("1.5"), Decimal(2), "good", "rated"),),
    (("rating 2", Decimal(4), True),), ("field s.size",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "differences"),
    [
        pytest.param({"lo": "15.5", "hi": "19.0", "outcome": "pass"}, 0, id="interval"),
        pytest.param({"outcome": "model"}, 0, id="outcome-as-the-threshold-names-it"),
        pytest.param({"outcome": "fail", "lo": "16"}, 2, id="two-differences"),
        pytest.param({"vetoes": {"v": "unknown"}, "conditions": {"c": "true"}}, 0, id="conditions"),
        pytest.param({"vetoes": {"v": "true"}, "conditions": {"d": "true"}}, 2, id="unmet"),
        pytest.param({"indicators": {"1": {"lo": "1", "hi": "1.5"}}}, 0, id="indicator"),
        pytest.param({"indicators": {"1": {"grade": "good", "state": "rated"}}}, 0, id="grade"),
        pytest.param({"indicators": {"1": {"hi": "1", "grade": "fair"}, "2": {}}}, 3, id="other"),
        pytest.param({"groups": {"G": {"lo": "5", "hi": "6"}}}, 0, id="group"),
        pytest.param({"groups": {"G": {"lo": "4"}, "H": {}}}, 2, id="other-group"),
        pytest.param({"missing": ["rating 2", "s.size"]}, 0, id="missing-and-at-stake"),
        pytest.param({"missing": ["rating 3"]}, 1, id="not-missing"),
        pytest.param({"case": "C2"}, 1, id="another-case"),
    ],
)  # fmt: skip
def test_a_score_fits_or_not(given, differences):
    expected = ScoreExpectation.model_validate({"scorecard": "card", **given})
    assert len(match_score(expected, [SCORE])) == differences
