"""Two announcements of one thing are two rows under one key."""

from __future__ import annotations

import stdrules
from stdrules.report.sensitivity_data import finding_changes

NORM = "11-final-by-plan"
TASK = {"type": "project_task_received", "id": "t", "case": "P", "at": "2023-01-01T09:00"}


def planned(name: str, day: str, recorded: str) -> dict:
    return {
        "type": "schedule_item", "id": name, "case": "P", "recorded_at": f"{recorded}T09:00",
        "fields": {"material_id": "m", "planned_date": day},
    }  # fmt: skip


def report(*facts: dict):
    return stdrules.load("q_gxxz_029").evaluate([TASK, *facts], as_of="2023-03-01")


FIRST, NEXT = planned("i1", "2023-03-10", "2023-01-05"), planned("i2", "2023-03-20", "2023-02-05")


def test_both_rows_have_the_key():
    rows = report(FIRST, NEXT).find(norm=NORM)
    assert len(rows) == 2 and len({row.key for row in rows}) == 1


def test_a_report_does_not_differ_from_itself():
    one = report(FIRST, NEXT).to_dict()
    assert stdrules.diff_reports(one, one).findings == ()
    rows = report(FIRST, NEXT).find(norm=NORM)
    assert finding_changes(rows, rows) == []


def test_one_row_more_is_one_change():
    before, after = report(NEXT), report(FIRST, NEXT)
    told = [one for one in stdrules.diff_reports(before.to_dict(), after.to_dict()).findings
            if NORM in one.key]  # fmt: skip
    assert len(told) == 1
    assert len(finding_changes(before.find(norm=NORM), after.find(norm=NORM))) == 1
