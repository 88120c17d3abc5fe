"""The example exports rest on readings where their documents say so, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from stdrules.api.facts import gather_files
from stdrules.api.loading import load
from stdrules.base.errors import UsageError
from stdrules.report.sensitivity import Sensitivity

ROOT = Path(__file__).resolve().parents[2]


def asked(name: str, as_of: str, **options) -> Sensitivity:
    rules = load(ROOT / "rulesets" / name)
    (book,) = (ROOT / "examples" / name).glob("*.xlsx")
    return rules.sensitivity(gather_files(book, rules.source), as_of, **options)


@pytest.fixture(scope="module")
def projects() -> Sensitivity:
    return asked("q_gxxz_029", "2024-03-31")


@pytest.fixture(scope="module")
def applicants() -> Sensitivity:
    return asked("shenzhen_mz", "2022-12-31")


def changes(found: Sensitivity, name: str, value: str):
    (trial,) = [t for t in found.trials if (t.choices[0].name, t.choices[0].value) == (name, value)]
    return {
        (c.case, c.key, c.effect, getattr(c.before, "state", None), getattr(c.after, "state", None))
        for c in trial.changes
    }, trial


def test_a_fortnight_by_tiles_or_by_the_longest_gap(projects):
    found, _ = changes(projects, "fortnight", "max_gap")
    appear = {(case, effect) for case, key, effect, *_ in found if "4.5-fortnight" in key}
    assert ("XZ-2023-12", "violation_vanishes") in appear
    assert any(effect == "violation_appears" for _, effect in appear)


def test_before_a_date_with_or_without_that_date(projects):
    found, _ = changes(projects, "before_is_inclusive", "excluded")
    flipped = {row for row in found if row[2] == "violation_appears"}
    assert flipped == {
        ("XZ-2023-02", "4.7-annual-self-report/2023", "violation_appears", "fulfilled",
         "fulfilled_late"),
        ("XZ-2023-11", "10.1-annual-effect-report/2023", "violation_appears", "fulfilled",
         "fulfilled_late"),
    }  # fmt: skip


def test_five_working_days_in_december_hang_on_the_first_day(applicants):
    found, _ = changes(applicants, "notice_first_day", "excluded")
    row = ("2022年度", "6.4-notice-5wd/公示!2", "violation_appears", "fulfilled", "breached")
    assert row in found


@pytest.mark.parametrize(("reading", "points"), [("zero", "83"), ("normalise", "84.6938")])
def test_row_28_turns_eighty_three_of_ninety_eight(applicants, reading, points):
    _, trial = changes(applicants, "row_28_not_applicable", reading)
    (change,) = trial.decisive
    assert (change.case, change.before.outcome, change.after.outcome) == ("SZ09", "pass", "fail")
    assert (str(change.before.lo), str(change.after.lo)) == ("85", points)


def test_what_no_reading_changes_is_robust(applicants):
    robust = {finding.key for finding in applicants.robust}
    changed = {c.key for trial in applicants.trials for c in trial.changes}
    assert robust and robust.isdisjoint(changed)
    assert len(applicants.robust) + len(
        {c.subject for t in applicants.trials for c in t.changes if c.subject[0] == "finding"
         and c.before is not None}
    ) == len(applicants.report.obligations)  # fmt: skip


def test_a_pair_tells_what_neither_reading_does_alone():
    names = ["missing_stamp", "row_28_not_applicable", "panel_combination"]
    found = asked("shenzhen_mz", "2022-12-31", pairs=True, only=names)
    assert found.pairs
    assert all(len(trial.choices) == 2 for trial in found.pairs)
    values = {frozenset((c.name, c.value) for c in trial.choices) for trial in found.pairs}
    assert frozenset({("missing_stamp", "ignore"), ("row_28_not_applicable", "zero")}) in values


def test_a_parameter_can_be_swept():
    found = asked("q_gxxz_029", "2024-03-31", only=[], sweeps={"timely": ["P1D", "P30D"]})
    assert [trial.choices[0].value for trial in found.trials] == ["P1D", "P30D"]
    assert any(trial.changes for trial in found.trials)


def test_a_reading_that_is_not_there_is_told():
    with pytest.raises(UsageError, match="did you mean `fortnight`"):
        asked("q_gxxz_029", "2024-03-31", only=["fortnigth"])
