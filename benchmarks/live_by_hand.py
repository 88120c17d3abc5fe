"""What a programmer would write for ten norms and one live stream, without an engine.

One class, a heap and a dictionary; times as integers, the zone a fixed offset, facts in the order
of time, none corrected, withdrawn or missing. It keeps the facts, drops repeats, and tells what
opens and what changes, with the due, the moment and the facts; it cannot do anything else. This is
the yardstick of ``live.py``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

HOUR = 3_600_000_000
DAY = 24 * HOUR
OFFSET = 8 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DOCUMENTS = {
    "schedule": "4.1-plan-48h",
    "management_measures": "5.4-measures-15d",
    "leading_group_meeting_plan": "5.3-meeting-plan",
}
WIDE = ("prefecture_city", "sub_provincial_city", "province", "national")
OPEN, SOON, LATE, BREACHED, DONE, DONE_LATE = (
    "pending", "due_soon", "overdue", "breached", "fulfilled", "fulfilled_late",
)  # fmt: skip
#: Project, key, state before and after, when due, when met, facts.
Change = tuple[str, str, str | None, str, int | None, int | None, tuple[str, ...]]


def end_of(at: int, days: int) -> int:
    """Return the end of the day that many days after."""
    return ((at + OFFSET) // DAY + days + 1) * DAY - OFFSET


def next_month(at: int, months: int) -> tuple[int, int, int]:
    """Return the first month, of groups of so many, that begins after a moment: year, month, us."""
    day = EPOCH + timedelta(microseconds=at + OFFSET)
    index = day.year * 12 + day.month - 1
    index = (index // months + 1) * months
    year, month = divmod(index, 12)
    start = datetime(year, month + 1, 1, tzinfo=UTC)
    return year, month + 1, (start - EPOCH) // timedelta(microseconds=1) - OFFSET


class Project:
    """What is known of one project."""

    __slots__ = ("acts", "closed", "due", "facts", "name", "periods", "states", "triggers")

    def __init__(self, name: str) -> None:
        self.name = name
        self.states: dict[str, str] = {}
        self.due: dict[str, tuple[int, int, int]] = {}
        self.periods: dict[str, str] = {}
        self.acts: dict[str, tuple[str, ...]] = {}
        self.triggers: dict[str, str] = {}
        self.facts: list[Any] = []
        self.closed = False


class Loop:
    """All projects and one heap of moments."""

    def __init__(self) -> None:
        self.projects: dict[str, Project] = {}
        self.seen: set[str] = set()
        self.heap: list[tuple[int, int, Any, str, str]] = []
        self.count = 0

    def later(self, at: int, project: Project, what: str, key: str) -> None:
        """Remember to look at something."""
        self.count += 1
        heappush(self.heap, (at, self.count, project, what, key))

    def advance(self, to: int) -> list[Change]:
        """Move the clock; return what changed."""
        heap = self.heap
        found: list[Change] = []
        while heap and heap[0][0] <= to:
            at, _, project, what, key = heappop(heap)
            if project.closed:
                continue
            if what == "due":
                if project.states[key] in (OPEN, SOON):
                    self.set(project, key, LATE, found, None, (project.triggers[key],))
            elif what == "soon":
                if project.states[key] == OPEN:
                    self.set(project, key, SOON, found, None, (project.triggers[key],))
            elif what == "open":
                self.open_period(project, key, at, found)
            else:
                self.end_period(project, key, found)
        return found

    def forget(self, name: str) -> None:
        """Drop a project."""
        self.projects.pop(name).closed = True

    def set(
        self, project: Project, key: str, state: str, found: list[Change],
        met: int | None = None, facts: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Change a state and tell it."""
        before = project.states.get(key)
        project.states[key] = state
        due = project.due.get(key)
        end = None if due is None else due[2]
        found.append((project.name, key, before, state, end, met, facts))

    def owe(
        self, project: Project, key: str, start: int, due: int, day: bool, soon: int,
        found: list[Change], now: int, fact: str,
    ) -> None:  # fmt: skip
        """Open an obligation."""
        project.due[key] = (start, due if not day else due - 1, due)
        project.triggers[key] = fact
        self.set(project, key, SOON if soon and now >= soon else OPEN, found, None, (fact,))
        if soon > now:
            self.later(soon, project, "soon", key)
        self.later(due if day else due + 1, project, "due", key)

    def done(self, project: Project, key: str, at: int, found: list[Change], fact: str) -> None:
        """Meet an obligation, unless it is met."""
        if key in project.due and project.states[key] in (OPEN, SOON, LATE):
            start, due, _ = project.due[key]
            if at >= start:
                facts = (project.triggers[key], fact)
                self.set(project, key, DONE if at <= due else DONE_LATE, found, at, facts)

    def open_period(self, project: Project, key: str, at: int, found: list[Change]) -> None:
        """Begin a period of a recurrence: ``key`` is the norm and, of tiles, the number."""
        norm, _, number = key.partition("#")
        if norm == "4.5-fortnight-inquiry":
            label = f"{norm}/T{int(number):03d}"
            ends = at - 1 + 14 * DAY
            again = f"{norm}#{int(number) + 1}"
        else:
            months = 1 if norm == "4.5-monthly-guidance" else 3
            year, month, ends = next_month(at, months)
            month -= months
            if month < 1:
                year, month = year - 1, month + 12
            part = f"{month:02d}" if months == 1 else f"Q{(month + 2) // 3}"
            label, again = f"{norm}/{year:04d}-{part}", norm
        project.periods[norm] = label
        self.set(project, label, OPEN, found)
        self.later(ends, project, "end", label)
        self.later(ends + 1, project, "open", again)

    def end_period(self, project: Project, label: str, found: list[Change]) -> None:
        """End a period."""
        if project.states[label] == OPEN:
            self.set(project, label, BREACHED, found)

    def recur(self, project: Project, norm: str, found: list[Change], fact: Any) -> None:
        """Count an act for the running period."""
        label = project.periods.get(norm)
        if label is not None:
            known = project.acts.get(label)
            facts = project.acts[label] = (fact.id,) if known is None else (*known, fact.id)
            met = fact.at[0] if known is None else project.due[label][0]
            project.due[label] = (met, 0, None)  # type: ignore[assignment]
            self.set(project, label, DONE, found, met, facts)

    def post(self, fact: Any) -> list[Change]:
        """Take a fact; return what changed."""
        if fact.id in self.seen:
            return []
        self.seen.add(fact.id)
        name = fact.cases["project"][0]
        project = self.projects.get(name)
        if project is None:
            project = self.projects[name] = Project(name)
        project.facts.append(fact)
        kind, at, fields, own = fact.type, fact.at[0], fact.fields, fact.id
        found: list[Change] = []
        if kind == "owner_inquiry_made":
            self.recur(project, "4.5-fortnight-inquiry", found, fact)
        elif kind == "news_published":
            if fields["outlet_level"] in WIDE:
                self.recur(project, "4.6-quarter-news", found, fact)
        elif kind == "document_completed":
            norm = DOCUMENTS.get(fields["document_type"])
            if norm is not None:
                self.done(project, f"{norm}/{name}:t", at, found, own)
        elif kind == "meeting_held":
            if fields["meeting_type"] == "leading_group":
                key = f"5.3-leader-meetings-8/{name}"
                facts = project.acts[key] = (*project.acts.get(key, ()), own)
                if len(facts) == 8:
                    project.due[key] = (at, 0, None)  # type: ignore[assignment]
                met = project.due[key][0] if len(facts) >= 8 else None
                self.set(project, key, DONE if len(facts) >= 8 else OPEN, found, met, facts)
            elif fields["meeting_type"] in ("launch", "mobilisation"):
                self.done(project, f"5.3-launch-meeting-60d/{name}:t", at, found, own)
        elif kind == "site_guidance_held":
            self.recur(project, "4.5-monthly-guidance", found, fact)
            ended = (fields["ended_at"] - EPOCH) // timedelta(microseconds=1)
            key = f"4.4-report-24h/{fields['guidance_id']}"
            self.owe(project, key, ended, ended + 24 * HOUR, False, 0, found, at, own)
        elif kind == "guidance_result_reported":
            if fields["reported_to_role"] == "company_leader":
                self.done(project, f"4.4-report-24h/{fields['guidance_id']}", at, found, own)
        elif kind == "owner_comments_returned":
            key = f"6.e-revise-7d/{fields['comment_batch_id']}"
            self.owe(project, key, at, end_of(at, 7), True, 0, found, at, own)
        elif kind == "comments_resolved":
            self.done(project, f"6.e-revise-7d/{fields['comment_batch_id']}", at, found, own)
        elif kind == "project_task_received":
            self.start(project, fact.id, at, found)
        return found

    def start(self, project: Project, fact: str, at: int, found: list[Change]) -> None:
        """Open what a new project owes."""
        due = at + 48 * HOUR
        soon = due - 12 * HOUR
        self.owe(project, f"4.1-plan-48h/{fact}", at, due, False, soon, found, at, fact)
        for norm, days, lead in (
            ("5.3-launch-meeting-60d", 60, 10), ("5.4-measures-15d", 15, 0),
            ("5.3-meeting-plan", 60, 0),
        ):  # fmt: skip
            due = end_of(at, days)
            soon = due - lead * DAY if lead else 0
            self.owe(project, f"{norm}/{fact}", at, due, True, soon, found, at, fact)
        self.set(project, f"5.3-leader-meetings-8/{project.name}", OPEN, found)
        self.later(end_of(at, 0) + 1, project, "open", "4.5-fortnight-inquiry#1")
        for norm, months in (("4.5-monthly-guidance", 1), ("4.6-quarter-news", 3)):
            today = (at + OFFSET) // DAY * DAY - OFFSET
            begins = next_month(today - 1, months)[2]
            if begins == today:
                self.open_period(project, norm, at, found)
            else:
                self.later(begins + 1, project, "open", norm)
