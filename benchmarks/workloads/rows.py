"""The made-up inputs as plain dictionaries, a case at a time, as a program hands them to a peer.

What no rule engine among the peers can do is done here, before anything is timed: local days,
months and fortnights are moments already, and the ratings of an application stand in the order of
the scorecard. This favours the peers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from workloads import projects
from workloads.applicants import GRADES, OFFSET_DAYS, Applicants, since_of
from workloads.projects import AS_OF, DAY, OFFSET, Projects

Row = dict[str, Any]
Case = dict[str, Any]
#: Short names of types, as variables of expressions.
SHORT = {
    "project_task_received": "task", "project_docked": "docked", "document_completed": "documents",
    "site_guidance_scheduled": "visits", "site_guidance_held": "held",
    "guidance_result_reported": "reports", "owner_inquiry_made": "inquiries",
    "meeting_held": "meetings", "owner_comments_returned": "returned",
    "comments_resolved": "resolved",
}  # fmt: skip
_FIELDS = {"document_type": ("kind", projects.DOCUMENTS),
           "meeting_type": ("kind", projects.MEETINGS),
           "reported_to_role": ("kind", ["company_leader", "other"]),
           "guidance_id": ("ref", None), "comment_batch_id": ("ref", None),
           "ended_at": ("ended", None), "known": ("known", None)}  # fmt: skip


def project_cases(data: Projects) -> list[Case]:
    """Return each project: its events by type, its periods, and the moment of judging."""
    cases: list[Case] = [{"now": AS_OF, **{one: [] for one in SHORT.values()}}
                         for _ in range(data.size)]  # fmt: skip
    for name, table in data.tables.items():
        columns: dict[str, list[Any]] = {"at": table["at"].tolist()}
        columns["day"] = ((table["at"] + OFFSET) // DAY * DAY - OFFSET).tolist()
        for field, values in table.items():
            if field in _FIELDS:
                key, words = _FIELDS[field]
                told = values.tolist()
                columns[key] = told if words is None else [words[code] for code in told]
        keys = list(columns)
        for case, *row in zip(table["case"].tolist(), *columns.values(), strict=True):
            cases[case][SHORT[name]].append(dict(zip(keys, row, strict=True)))
    begin = data.tables["project_task_received"]["at"]
    for name, periods in (("months", projects.months_of(begin)),
                          ("fortnights", projects.fortnights_of(begin))):  # fmt: skip
        for case in cases:
            case[name] = []
        for case, low, high in zip(*(one.tolist() for one in periods), strict=True):
            cases[case][name].append({"begin": low, "end": high})
    return cases


def application_cases(data: Applicants) -> list[Case]:
    """Return each application; row n of ``ratings`` and ``evidence`` is row n of the scorecard."""
    card = data.card
    since = since_of(data.submitted, np.arange(data.size)) * DAY - OFFSET_DAYS
    cases: list[Case] = [
        {"batch": str(batch + 1), "elderly": elderly, "submitted": submitted, "since": first,
         "ratings": [{"grade": "", "points": -1} for _ in card.ids],
         "evidence": [[] for _ in card.ids], "violations": [],
         "ticks": [{"no": no, "satisfied": True} for no in "123"]}
        for batch, elderly, submitted, first in zip(
            data.batch.tolist(), data.elderly.tolist(), data.submitted.tolist(), since.tolist(),
            strict=True)
    ]  # fmt: skip
    for place in np.flatnonzero(~data.ticked).tolist():
        cases[place // 3]["ticks"][place % 3]["satisfied"] = False
    for case, row, graded, grade, points in zip(
        data.rating_case.tolist(), data.rating_row.tolist(), (data.grade_state == 0).tolist(),
        data.grade.tolist(), data.points.tolist(), strict=True,
    ):  # fmt: skip
        cases[case]["ratings"][row] = {"grade": GRADES[grade] if graded else "", "points": points}
    for case, row, kind, stamped in zip(
        data.piece_case.tolist(), data.piece_row.tolist(), data.piece_kind.tolist(),
        data.stamped.tolist(), strict=True,
    ):  # fmt: skip
        cases[case]["evidence"][row].append(
            {"kind": card.kinds[kind], "stamped": stamped, "valid": True, "authentic": True})
    for case, at in zip(data.violator.tolist(), data.violated.tolist(), strict=True):
        cases[case]["violations"].append({"severity": "major", "at": at})
    return cases
