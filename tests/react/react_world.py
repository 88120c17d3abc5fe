"""A session that plays back prepared deltas, so that the bridge is tested by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from stdrules.base.text import Text

ZONE, CALENDAR = "Asia/Shanghai", "CN"
#: Two of the first 17,000 names of this shape have one 32-bit hash.
TWINS = ("project/P14655/4.1-plan-48h/t14655", "project/P16512/4.1-plan-48h/t16512")


def us(text: str) -> int:
    """Return a moment of Shanghai's clock in microseconds."""
    local = datetime.fromisoformat(f"{text}+08:00")
    return int((local - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000


def norm(id: str = "n1") -> Any:
    return SimpleNamespace(
        id=id, sub="", clause="4.1", modality="obligation", bearer="contractor",
        title=Text("计划", "a plan"),
    )  # fmt: skip


def change(key: str, before: str | None, after: str | None, case: str = "P1") -> Any:
    found = None
    if after is not None:
        found = SimpleNamespace(due=None, violation=after == "overdue", open=after == "overdue")
    return SimpleNamespace(
        ruleset="r1", case_type="project", case=case, norm=norm(), key=key, before=before,
        after=after, finding=found,
    )  # fmt: skip


def delta(at: str, *changes: Any, scores: tuple[Any, ...] = ()) -> Any:
    return SimpleNamespace(at=us(at), changes=changes, scores=scores)


class Playback:
    """Gives a prepared delta for every fact and for every moment of its script."""

    def __init__(self, start: str, script: list[Any], answers: dict[str, Any] | None = None):
        self.plans = [SimpleNamespace(zone=ZONE, calendar=CALENDAR, calendar_additions={})]
        self.clock_us = us(start)
        self.script = sorted(script, key=lambda d: d.at)
        self.answers = answers or {}
        self.facts: list[Any] = []

    def post(self, record: Any) -> Any:
        self.facts.append(record)
        return self.answers.get(record, SimpleNamespace(at=self.clock_us, changes=(), scores=()))

    def advance(self, to: str) -> Any:
        return SimpleNamespace(limit=us(to))

    def step(self, limit: int) -> Any:
        if self.script and self.script[0].at <= limit:
            made = self.script.pop(0)
            self.clock_us = made.at
            return made
        self.clock_us = limit
        return None
