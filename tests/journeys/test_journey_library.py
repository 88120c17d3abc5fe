"""What a program that embeds the library does."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from journey import EXAMPLES, ROOT, SCHEDULE, TASK
from pydantic import BaseModel

import stdrules


class Delivered(BaseModel):
    type: str = "document_completed"
    id: str = "d1"
    case: str = "P1"
    at: datetime
    fields: dict[str, object] = {"document_type": "schedule", "file_format": "docx"}


@pytest.fixture(scope="module")
def rules() -> stdrules.Ruleset:
    return stdrules.load("q_gxxz_029")


def _state(report: stdrules.Report) -> str:
    return report.find(norm="4.1-plan-48h", case="P1")[0].state


def test_a_folder_and_an_id_give_the_same(rules: stdrules.Ruleset):
    by_path = stdrules.load(ROOT / "rulesets" / "q_gxxz_029")
    assert (by_path.id, by_path.version, by_path.digest) == (rules.id, rules.version, rules.digest)
    assert by_path.plan().digest == rules.plan().digest
    assert len(rules.norms) >= 100


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        pytest.param("2023-03-02T08:59", "due_soon", id="before-the-due"),
        pytest.param("2023-03-02T09:00", "due_soon", id="at-the-due"),
        pytest.param("2023-03-02T09:00:01", "overdue", id="after-the-due"),
        pytest.param("2023-03-01", "due_soon", id="the-end-of-the-day-before"),
        pytest.param(date(2023, 3, 2), "overdue", id="a-date-is-its-end"),
        pytest.param(datetime(2023, 3, 2, 1, 0, tzinfo=UTC), "due_soon", id="aware-at-the-due"),
    ],
)
def test_as_of_in_every_form(rules: stdrules.Ruleset, as_of: object, state: str):
    assert _state(rules.evaluate([TASK], as_of)) == state


def test_facts_in_every_form(rules: stdrules.Ruleset, tmp_path: Path):
    late = Delivered(at=datetime(2023, 3, 2, 1, 1, tzinfo=UTC))
    report = rules.evaluate([TASK, late], "2023-03-05")
    assert _state(report) == "fulfilled_late"
    same = rules.evaluate([TASK, SCHEDULE], "2023-03-05")
    assert same.to_json() == report.to_json()


def test_misuse_is_told(rules: stdrules.Ruleset):
    with pytest.raises(stdrules.UsageError, match=r"`as_of` has no time zone.*"):
        rules.evaluate([TASK], datetime(2023, 3, 2))
    with pytest.raises(stdrules.UsageError, match=r"`facts` cannot be of type int"):
        rules.evaluate(7, "2023-03-05")  # type: ignore[arg-type]
    with pytest.raises(stdrules.UsageError, match=r"unknown evaluator `fast`"):
        rules.evaluate([TASK], "2023-03-05", evaluator="fast")
    with pytest.raises(stdrules.FactsError, match=r"did you mean `project_task_received`"):
        rules.evaluate([{**TASK, "type": "project_task_receivd"}], "2023-03-05")
    with pytest.raises(stdrules.RulesetError, match=r"did you mean `q_gxxz_029`"):
        stdrules.load("q_gxxz_028")


def test_another_reading_gives_another_plan(rules: stdrules.Ruleset):
    other = rules.plan({"advance_days": "elapsed"})
    assert other.digest != rules.plan().digest
    assert other is rules.plan({"advance_days": "elapsed"})


def test_a_ruleset_and_its_plan_can_be_sent_away(rules: stdrules.Ruleset):
    again = pickle.loads(pickle.dumps(rules))
    assert (
        again.evaluate([TASK], "2023-03-05").to_json()
        == rules.evaluate([TASK], "2023-03-05").to_json()
    )


def test_load_stays_callable_whatever_was_imported_first():
    program = (
        "import stdrules.load.discovery, stdrules; stdrules.list_rulesets();"
        "from stdrules import load; print(load('q_gxxz_029').id, stdrules.load('shenzhen_mz').id)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"q_gxxz_029", b"shenzhen_mz"]


def test_an_audit_counts_what_it_set_aside(tmp_path: Path):
    book = next((EXAMPLES / "q_gxxz_029").glob("*.xlsx"))
    report = stdrules.audit("q_gxxz_029", book, "2024-12-31")
    assert sum(report.rejected.values()) > 0
    assert all(".xlsx!" in str(found.span) for found in report.diagnostics)
    with pytest.raises(stdrules.FactsError):
        stdrules.audit("q_gxxz_029", book, "2024-12-31", strict=True)
