"""Projects by the hundred thousand, 34 events each, and ten norms by hand: NumPy and Polars.

The hand-written versions know these ten norms, that all moments are whole seconds and certain,
and that each project was received once; the engine knows none of it.
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stdrules.api.loading import load
from stdrules.base.time.zones import zone
from stdrules.model.columnar import Column, Columns, NumberedIds, Table, Words
from stdrules.plan.plan import Plan
from stdrules.plan.results import STATES

ROOT = Path(__file__).resolve().parents[2]
NORMS = (
    "4.1-plan-48h", "4.3-issue-list-2d", "4.4-report-24h", "5.3-launch-meeting-60d",
    "5.4-measures-15d", "6.a-detail-list-7d", "6.e-revise-7d", "4.5-monthly-guidance",
    "4.5-fortnight-inquiry", "5.3-leader-meetings-8",
)  # fmt: skip
ZONE = zone("Asia/Shanghai")
SECOND = 1_000_000
HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
OFFSET = 8 * HOUR
EPOCH_DAY = date(1970, 1, 1).toordinal()
START = ZONE.from_local(datetime(2022, 3, 1))
AS_OF = ZONE.from_local(datetime(2024, 3, 1))
CODE = {name: code for code, name in enumerate(STATES)}
DOCUMENTS = ["schedule", "management_measures", "detail_list", "issue_list", "other"]
MEETINGS = ["launch", "mobilisation", "leading_group", "implementation_training"]


def plan() -> Plan:
    """Return the ten norms of the ruleset."""
    whole = load(ROOT / "rulesets" / "q_gxxz_029").plan()
    norms = tuple(norm for norm in whole.norms if norm.id in NORMS and not norm.sub)
    assert len(norms) == len(NORMS)
    return dataclasses.replace(whole, norms=norms, scorecards=(), digest=whole.digest + "-w2")


class Projects:
    """Case-sorted columns of so many projects; 34 events each."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self.size = size
        self.rng = np.random.default_rng(seed)
        received = self.at(START, 400 * DAY, 1)
        self.tables: dict[str, dict[str, np.ndarray]] = {}
        self.add("project_task_received", received, 1)
        self.add("project_docked", received + self.steps(20 * DAY, 1), 1)
        # The first documents of a project are those that are owed.
        kinds = np.tile(np.array([0, 1, 2, 4, 3, 3], np.int32), size)
        self.add("document_completed", self.after(received, 40 * DAY, 6), 6, document_type=kinds,
                 guidance_id=np.repeat(np.arange(size, dtype=np.int32), 6) * 4
                 + np.tile(np.array([3, 3, 3, 3, 0, 1], np.int32), size))  # fmt: skip
        visits = self.after(received + 20 * DAY, 200 * DAY, 3)
        self.add("site_guidance_scheduled", visits, 3, guidance_id=self.numbered(3, 0, 4),
                 known=visits - self.steps(20 * DAY, 3))  # fmt: skip
        held = self.after(received, 200 * DAY, 4)
        self.add("site_guidance_held", held, 4, guidance_id=self.numbered(4, 0, 4),
                 ended_at=held + 8 * HOUR)  # fmt: skip
        reported = held + 8 * HOUR + self.steps(36 * HOUR, 4)
        self.add("guidance_result_reported", reported, 4, guidance_id=self.numbered(4, 0, 4),
                 reported_to_role=(self.rng.random(4 * size) < 0.05).astype(np.int32))  # fmt: skip
        self.add("owner_inquiry_made", self.after(received, 300 * DAY, 7), 7)
        kinds = self.rng.choice(np.array([0, 2, 2, 2, 3], np.int32), 6 * size)
        self.add("meeting_held", self.after(received, 300 * DAY, 6), 6, meeting_type=kinds)
        returned = received + self.steps(90 * DAY, 1)
        self.add("owner_comments_returned", returned, 1, comment_batch_id=self.numbered(1, 0, 1))
        self.add("comments_resolved", returned + self.steps(12 * DAY, 1), 1,
                 comment_batch_id=self.numbered(1, 0, 1))  # fmt: skip

    @property
    def events(self) -> int:
        """How many there are."""
        return sum(len(table["case"]) for table in self.tables.values())

    def at(self, begin: int, span: int, each: int) -> np.ndarray:
        return begin + self.rng.integers(0, span // SECOND, each * self.size) * SECOND

    def steps(self, span: int, each: int) -> np.ndarray:
        return self.rng.integers(0, span // SECOND, each * self.size) * SECOND

    def after(self, received: np.ndarray, span: int, each: int) -> np.ndarray:
        return np.repeat(received, each) + self.steps(span, each)

    def numbered(self, each: int, low: int, high: int) -> np.ndarray:
        """Ids that are each project's own: numbers low to high - 1 of it, in turn."""
        own = np.tile(np.arange(each) % (high - low), self.size)
        return (np.repeat(np.arange(self.size), each) * (high - low) + own).astype(np.int32)

    def add(self, name: str, at: np.ndarray, each: int, **fields: np.ndarray) -> None:
        case = np.repeat(np.arange(self.size, dtype=np.int32), each)
        order = np.lexsort((at, case))
        columns = {key: values[order] for key, values in fields.items()}
        self.tables[name] = {"case": case, "at": at[order], "row": order, **columns}

    def columns(self) -> Columns:
        """Return the chunk as a reader would hand it over."""
        names = [f"p{n:07d}" for n in range(self.size)]
        words = {
            "document_type": Words(DOCUMENTS),
            "meeting_type": Words(MEETINGS),
            "reported_to_role": Words(["company_leader", "other"]),
            "guidance_id": Words([f"g{n}" for n in range(4 * self.size)]),
            "comment_batch_id": Words([f"b{n}" for n in range(self.size)]),
        }
        tables = {}
        for name, data in self.tables.items():
            columns = {}
            for key, values in data.items():
                if key in words:
                    columns[key] = Column("code", values, None, words[key])
                elif key == "ended_at":
                    columns[key] = Column("moment", values)
            tables[("project", name)] = Table(
                name, data["case"], data["at"], NumberedIds(f"{name}-", numbers=data["row"]),
                columns, None, data.get("known"),
            )  # fmt: skip
        return Columns({"project": names}, tables)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the same for Polars."""
        return {
            name: pl.DataFrame({key: values for key, values in data.items() if key != "row"})
            for name, data in self.tables.items()
        }


# --- by hand: NumPy ------------------------------------------------------------------------------

SPAN = 1 << 31


def _day(moments: np.ndarray) -> np.ndarray:
    return (moments + OFFSET) // DAY


def _state(has: np.ndarray, met: np.ndarray, due: np.ndarray, closed: bool, lead: int) -> Any:
    in_time = met <= due if closed else met < due
    gone = due < AS_OF if closed else due <= AS_OF
    soon = due - lead <= AS_OF if lead else np.zeros(len(due), bool)
    waiting = np.where(soon, np.uint8(CODE["due_soon"]), np.uint8(CODE["pending"]))
    left = np.where(gone, np.uint8(CODE["overdue"]), waiting)
    done = np.where(in_time, np.uint8(CODE["fulfilled"]), np.uint8(CODE["fulfilled_late"]))
    return np.where(has, done, left)


def _first_after(group: np.ndarray, at: np.ndarray, wanted: np.ndarray, since: np.ndarray) -> Any:
    """Find the first act of the same group from a moment on; acts stand by group and time."""
    key = group * SPAN + (at - START) // SECOND
    place = np.searchsorted(key, wanted * SPAN + (since - START) // SECOND)
    at_place = np.minimum(place, len(key) - 1)
    return (place < len(key)) & (group[at_place] == wanted), at_place


def _within(
    since: Any, due: Any, closed: bool, lead: int, group: Any, wanted: Any, at: Any
) -> Any:  # fmt: skip
    has, place = _first_after(group, at, wanted, since)
    met = np.where(has, at[place], -1)
    return _state(has, met, due, closed, lead), due, met


def by_numpy(data: Projects) -> dict[str, Any]:
    """Judge the ten norms; (state, due, met) by instance."""
    t = data.tables
    task, documents = t["project_task_received"], t["document_completed"]
    begin = task["at"]
    found = {}
    case = {name: table["case"].astype(np.int64) for name, table in t.items()}
    for norm, kind, due, closed, lead in (
        ("4.1-plan-48h", 0, begin + 48 * HOUR, True, 12 * HOUR),
        ("5.4-measures-15d", 1, (_day(begin) + 16) * DAY - OFFSET, False, 0),
    ):
        own = documents["document_type"] == kind
        found[norm] = _within(begin, due, closed, lead, case["document_completed"][own],
                              case["project_task_received"], documents["at"][own])  # fmt: skip
    docked = t["project_docked"]
    own = documents["document_type"] == 2
    group, at = case["document_completed"][own], documents["at"][own]
    place = np.searchsorted(group, case["project_docked"])
    at_place = np.minimum(place, len(group) - 1)
    has = (place < len(group)) & (group[at_place] == case["project_docked"])
    met = np.where(has, at[at_place], -1)
    due = (_day(docked["at"]) + 8) * DAY - OFFSET
    found["6.a-detail-list-7d"] = (_state(has, met, due, False, 0), due, met)
    own = documents["document_type"] == 3
    found["4.3-issue-list-2d"] = _issue_lists(t, documents, own)
    held, reports = t["site_guidance_held"], t["guidance_result_reported"]
    own = reports["reported_to_role"] == 0
    group, at = _by_group(reports["guidance_id"][own], reports["at"][own])
    found["4.4-report-24h"] = _within(
        held["ended_at"], held["ended_at"] + 24 * HOUR, True, 0, group,
        held["guidance_id"].astype(np.int64), at)  # fmt: skip
    meetings = t["meeting_held"]
    own = meetings["meeting_type"] <= 1
    due = (_day(begin) + 61) * DAY - OFFSET
    found["5.3-launch-meeting-60d"] = _within(
        begin, due, False, 10 * DAY, case["meeting_held"][own],
        case["project_task_received"], meetings["at"][own])  # fmt: skip
    comments, resolved = t["owner_comments_returned"], t["comments_resolved"]
    group, at = _by_group(resolved["comment_batch_id"], resolved["at"])
    due = (_day(comments["at"]) + 8) * DAY - OFFSET
    found["6.e-revise-7d"] = _within(
        comments["at"], due, False, 0, group,
        comments["comment_batch_id"].astype(np.int64), at)  # fmt: skip
    own = meetings["meeting_type"] == 2
    found["5.3-leader-meetings-8"] = _eight(case["meeting_held"][own], meetings["at"][own], begin)
    found["4.5-monthly-guidance"] = _monthly(case["site_guidance_held"], held["at"], begin)
    asked = t["owner_inquiry_made"]
    found["4.5-fortnight-inquiry"] = _fortnights(case["owner_inquiry_made"], asked["at"], begin)
    return found


def _by_group(group: np.ndarray, at: np.ndarray) -> Any:
    order = np.lexsort((at, group))
    return group[order].astype(np.int64), at[order]


def _issue_lists(t: Any, documents: Any, own: np.ndarray) -> Any:
    visits = t["site_guidance_scheduled"]
    group, at = _by_group(documents["guidance_id"][own], documents["at"][own])
    wanted = visits["guidance_id"].astype(np.int64)
    place = np.searchsorted(group, wanted)
    at_place = np.minimum(place, len(group) - 1)
    has = (place < len(group)) & (group[at_place] == wanted)
    met = np.where(has, at[at_place], -1)
    due = (_day(visits["at"]) - 1) * DAY - OFFSET
    state = _state(has, met, due, False, DAY)
    # After the visit it can no longer be met, and an act after it does not count.
    late = has & (met > visits["at"])
    has, met = has & ~late, np.where(late, -1, met)
    state = np.where(late, _state(has, met, due, False, DAY), state)
    over = ~has & (visits["at"] <= AS_OF)
    state = np.where(over, np.uint8(CODE["breached"]), state)
    # Announced when it was due already.
    early = visits["known"] < due
    return np.where(early, state, np.uint8(CODE["infeasible"])), due, met


def _eight(group: np.ndarray, at: np.ndarray, begin: np.ndarray) -> Any:
    own = at >= begin[group]
    group, at = group[own], at[own]
    start = np.searchsorted(group, np.arange(len(begin) + 1))
    count = np.diff(start)
    has = count >= 8
    met = np.where(has, at[np.minimum(start[:-1] + 7, len(at) - 1)], -1)
    state = np.where(has, np.uint8(CODE["fulfilled"]), np.uint8(CODE["pending"]))
    return state, count, met


def _periods(at: Any, number: Any, total: int, ends: Any) -> Any:
    """States of periods from the number of the period of each act (-1: none)."""
    inside = number >= 0
    number, at = number[inside], at[inside]
    start = np.searchsorted(number, np.arange(total + 1))
    count = np.diff(start)
    has = count > 0
    met = np.where(has, at[np.minimum(start[:-1], len(at) - 1)], -1)
    over = np.where(ends <= AS_OF, np.uint8(CODE["breached"]), np.uint8(CODE["pending"]))
    return np.where(has, np.uint8(CODE["fulfilled"]), over), count, met


def _month(day: np.ndarray) -> np.ndarray:
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _opens(month: np.ndarray) -> np.ndarray:
    """First moment of a month."""
    days = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days * DAY - OFFSET


def _first_months(begin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First whole month of each project, and how many have begun."""
    first_day = _day(begin)
    first = _month(first_day)
    opens = first.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    first = np.where(opens < first_day, first + 1, first)
    last = int(_month(np.array([(AS_OF - 1 + OFFSET) // DAY]))[0])
    return first, np.maximum(last - first + 1, 0)


def months_of(begin: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return project, first moment and end of each month that is asked for."""
    first, count = _first_months(begin)
    owner, place = _spread(count)
    index = place + first[owner]
    return owner, _opens(index), _opens(index + 1)


def fortnights_of(begin: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return project, first moment and end of each fortnight that is asked for."""
    anchor, count = _first_fortnights(begin)
    owner, place = _spread(count)
    start = (anchor[owner] + place * 14) * DAY - OFFSET
    return owner, start, start + 14 * DAY


def _spread(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whose a period is, and the how-manieth of its own."""
    base = np.cumsum(count) - count
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) - base[owner]


def _monthly(case: np.ndarray, at: np.ndarray, begin: np.ndarray) -> Any:
    first, count = _first_months(begin)
    base = np.cumsum(count) - count
    owner, place = _spread(count)
    own = _month(_day(at)) - first[case]
    number = np.where((own >= 0) & (own < count[case]), base[case] + own, -1)
    return _periods(at, number, len(owner), _opens(place + first[owner] + 1))


def _first_fortnights(begin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    anchor = _day(begin) + 1
    last = (AS_OF - 1 + OFFSET) // DAY
    return anchor, np.maximum((last - anchor) // 14 + 1, 0)


def _fortnights(case: np.ndarray, at: np.ndarray, begin: np.ndarray) -> Any:
    anchor, count = _first_fortnights(begin)
    base = np.cumsum(count) - count
    owner, place = _spread(count)
    ends = (anchor[owner] + (place + 1) * 14) * DAY - OFFSET
    own = (_day(at) - anchor[case]) // 14
    number = np.where((own >= 0) & (own < count[case]), base[case] + own, -1)
    return _periods(at, number, len(owner), ends)
