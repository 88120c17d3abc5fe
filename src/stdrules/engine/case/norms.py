"""From a norm of a plan to its judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stdrules.engine.case.counting import judge_count
from stdrules.engine.case.elements import judge_require
from stdrules.engine.case.facts import CaseFacts, Doubt, Slots
from stdrules.engine.case.instances import arising, untriggered
from stdrules.engine.case.recurring import judge_recur
from stdrules.engine.case.settling import prefix_of
from stdrules.engine.case.steps import (
    Judge,
    judge_await,
    judge_forbid,
    judge_order,
    once_a_case,
)
from stdrules.engine.case.within import is_plain, judge_within
from stdrules.engine.reference.acts import Instance
from stdrules.engine.reference.contents import newest_only
from stdrules.engine.reference.evaluate import judge_norm
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Await, Count, Forbid, Order, Recur, Require

_TILES = 999
Rows = Callable[[CaseFacts], list[Finding]]


def by_reference(norm: PlanNorm, facts: CaseFacts) -> list[Finding]:
    """Judge a norm of a case that is not certain."""
    return judge_norm(norm, facts.view, facts.outcomes)


def concerned(norm: PlanNorm, facts: CaseFacts) -> bool:
    """Tell whether a waiver or a suspension may concern a norm."""
    view = facts.view
    return any(w.norm is None or w.norm == norm.id for w in view.waivers) or any(
        s.norm is None or s.norm == norm.id for s in view.suspensions
    )


def judge_of(norm: PlanNorm, slots: Slots) -> Rows:
    """Return what judges a norm in a case: rows sorted by key, as the reference gives them.

    It is in doubt where something is missing or rare.
    """
    return _certain(norm, slots) or _never


def _never(facts: CaseFacts) -> list[Finding]:
    raise Doubt


def _certain(norm: PlanNorm, slots: Slots) -> Rows | None:
    rows = _rows(norm, slots)
    if rows is None or norm.when is None or norm.when_per_instance:
        return rows
    guard, key = slots.guard(norm.when), f"{prefix_of(norm)}/-"
    judge = rows

    def guarded(facts: CaseFacts) -> list[Finding]:
        if guard(facts):
            return judge(facts)
        return [Finding(norm, facts.case_id, key, r.NOT_APPLICABLE)]

    return guarded


def _rows(norm: PlanNorm, slots: Slots) -> Rows | None:
    step, idle = norm.step, untriggered(norm, slots)
    if isinstance(step, Recur):
        periods = judge_recur(norm, step, slots)
        return None if periods is None else _listed(periods, idle, step.each is None)
    common = once_a_case(norm, slots)
    if common is not None:
        return common
    found = arising(norm, slots)
    if found is None:
        return None
    judge = _judge(norm, slots)
    latest = isinstance(step, Require) and step.latest_by is not None

    def rows(facts: CaseFacts) -> list[Finding]:
        made: Sequence[Instance] = found(facts)
        if not made:
            return idle(facts)
        if judge is None:
            raise Doubt
        if len(made) == 1:
            own = judge(facts, made[0])
        else:
            if latest:
                made = newest_only(step, list(made))  # type: ignore[arg-type]
            own = [row for inst in made for row in judge(facts, inst)]
        if len(own) > 1:
            own.sort(key=_key)
        return own

    return rows


def _listed(periods: Rows, idle: Rows, alone: bool) -> Rows:
    def rows(facts: CaseFacts) -> list[Finding]:
        found = periods(facts)
        if not found:
            return idle(facts)
        # One series comes in the order of its labels, as long as tiles have three digits.
        if not alone or len(found) >= _TILES:
            found.sort(key=_key)
        return found

    return rows


def _key(row: Finding) -> str:
    return row.key


def _judge(norm: PlanNorm, slots: Slots) -> Judge | None:
    step = norm.step
    if isinstance(step, Await):
        if step.expires == "unknown":
            return None
        judge = judge_await(norm, step, slots)
        return judge_within(norm, step, slots, judge) if is_plain(norm, step) else judge
    if isinstance(step, Count):
        return judge_count(norm, step, slots)
    if isinstance(step, Forbid):
        return judge_forbid(norm, step, slots)
    if isinstance(step, Require):
        return judge_require(norm, step, slots)
    if isinstance(step, Order):
        return judge_order(norm, step, slots)
    return None
