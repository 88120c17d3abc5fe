"""A microsecond before, at and after every due, anchor and period of a whole ruleset."""

from __future__ import annotations

from pathlib import Path

import pytest

from properties.session_worlds import Beside
from stdrules.base.time.dues import due_end
from stdrules.compile.compiler import compile_or_raise
from stdrules.engine import case
from stdrules.intake.python_facts import PythonFacts
from stdrules.load.ruleset import load_ruleset
from stdrules.model.facts import FactLog

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
FACTS = [
    {"type": "project_task_received", "id": "t", "at": "2023-02-28T09:00"},
    {"type": "site_guidance_scheduled", "id": "s", "at": "2023-03-20T09:00",
     "recorded_at": "2023-03-01T09:00", "fields": {"guidance_id": "g"}},
    {"type": "site_guidance_held", "id": "h", "at": "2023-03-20T09:30",
     "fields": {"guidance_id": "g", "ended_at": "2023-03-20T17:00"}},
    {"type": "owner_comments_returned", "id": "o", "at": "2023-03-22",
     "fields": {"comment_batch_id": "b"}},
    {"type": "guidance_started", "id": "b", "at": "2023-03-31T08:00"},
    {"type": "meeting_held", "id": "m", "at": "2023-04-03T10:00",
     "fields": {"meeting_id": "m", "meeting_type": "launch"}},
]  # fmt: skip


@pytest.mark.parametrize("choice", ["defaults", "rolling"])
def test_around_every_limit(choice: str) -> None:
    source = load_ruleset(RULESETS / "q_gxxz_029")
    readings = {"period_basis": "rolling", "fortnight": "max_gap"} if choice == "rolling" else {}
    plan = compile_or_raise(source, readings)
    reader = PythonFacts(source.vocabulary, ["project"], "Asia/Shanghai")
    facts = reader.read(FACTS, default_case="p").facts
    end = max(fact.at.last for fact in facts if fact.at) + 100 * 86_400_000_000
    rows = case.evaluate(plan, FactLog(facts), end).findings
    beside = Beside(plan, min(fact.at.first for fact in facts if fact.at) - 1)
    limits = {row.breached_at for row in rows if row.breached_at is not None}
    for row in rows:
        limits |= set(row.anchor or ())
        limits |= set(due_end(row.due, beside.book.around.zone)) if row.due else set()
    moments = sorted({limit + step for limit in limits for step in (-1, 0, 1)})
    assert len(moments) > 60
    for fact in facts:
        beside.post(fact)
    for moment in moments:
        if moment > beside.book.clock:
            beside.advance(moment)
            beside.check(moment)
