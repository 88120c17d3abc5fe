"""Judges of counts and recurrences over certain facts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from stdrules.base.time.moments import When
from stdrules.base.time.periods import periods_between, tiles_between
from stdrules.base.truth import Missing
from stdrules.engine.case.contents import since
from stdrules.engine.case.facts import (
    NOTHING,
    CaseFacts,
    Doubt,
    Entries,
    Entry,
    Slots,
    picker_of_all,
)
from stdrules.engine.case.settling import (
    Number,
    concluder,
    due_for,
    expired,
    is_open,
    settled,
)
from stdrules.engine.case.steps import Judge, bound
from stdrules.engine.reference.acts import Instance
from stdrules.engine.reference.settle import Closing
from stdrules.feel.compile import Expression
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Count, PerCase, Within

Walk = tuple[Number, Entry | None, tuple[str, ...]]
Numeral = Callable[[CaseFacts, Any, Any, Any], Number]
Periods = Callable[[CaseFacts], list[Finding]]
_periods = lru_cache(maxsize=4096)(periods_between)
_tiles = lru_cache(maxsize=4096)(tiles_between)


def numeral(expression: Expression) -> Numeral:
    """Return what works out a number."""
    python = expression.python
    if python.isascii() and python.isdigit():
        fixed = int(python)
        return lambda facts, t, e, p: fixed
    function = expression.function()

    def number(facts: CaseFacts, t: Any, e: Any, p: Any) -> Number:
        found = function(NOTHING, t, e, p, facts.view)
        if type(found) is int or type(found) is Decimal:
            return found
        raise Doubt

    return number


def walk(entries: Entries, need: Number, distinct: tuple[str, ...], adds: str | None) -> Walk:
    """Count acts, the deciding one first: total, the act that reached need, ids counted."""
    if not distinct and adds is None:
        return len(entries), _reached(entries, need), tuple([entry[2] for entry in entries])
    seen: set[Any] = set()
    total: Number = 0
    reached: Entry | None = None
    ids: list[str] = []
    for entry in entries:
        fields = entry[4].fields
        if distinct:
            values = tuple([fields[name] for name in distinct])
            for value in values:
                if type(value) is Missing:
                    raise Doubt
            if values in seen:
                continue
            seen.add(values)
        amount = fields[adds] if adds is not None else 1
        if type(amount) is not int and type(amount) is not Decimal:
            raise Doubt
        total += amount
        ids.append(entry[2])
        if reached is None and total >= need:
            reached = entry
    return total, reached, tuple(ids)


def _reached(entries: Entries, need: Number) -> Entry | None:
    for n, entry in enumerate(entries, 1):
        if n >= need:
            return entry
    return None


def in_one_order(entries: Entries) -> None:
    """Make sure that acts by their first and by their last moments are in the same order."""
    before = None
    for entry in entries:
        if before is not None and entry[1] < before:
            raise Doubt
        before = entry[1]


def judge_count(norm: PlanNorm, step: Count, slots: Slots) -> Judge:
    """Return the judge of a count."""
    conclude, scope = concluder(norm), slots.scope(norm.scope)
    pick = picker_of_all((step.content, *step.also), slots)
    due_of, open_due = due_for(step.due), is_open(step.due)
    per_case, timed = isinstance(norm.arise, PerCase), isinstance(step.due, Within)
    least = numeral(step.least) if step.least is not None else None
    most = numeral(step.most) if step.most is not None else None
    distinct, adds = step.distinct, step.sum

    def judge(facts: CaseFacts, inst: Instance) -> list[Finding]:
        start, _, closing = scope(facts)
        if closing.items:
            raise Doubt
        entries = pick(facts, *bound(inst))
        lower = inst.anchor if timed else start if per_case else None
        if lower is not None and entries:
            entries = since(facts, entries, lower)
        if closing.at is not None:
            entries = [entry for entry in entries if entry[1] <= closing.at[1]]
        in_one_order(entries)
        args = bound(inst)
        due = due_of(facts, inst)
        row: Finding | None = None
        if least is not None:
            need = least(facts, *args)
            total, reached, ids = walk(entries, need, distinct, adds)
            when = When(reached[1], reached[0]) if reached is not None else None
            state = settled(when, due, open_due, norm, facts)
            state, broken = expired(state, closing if due is None else Closing(None), facts)
            row = conclude(facts, inst, inst.name, state, due, when, broken, ids,
                           (total, total, need))  # fmt: skip
        if most is not None:
            limit = most(facts, *args)
            total, over, ids = walk(entries, limit + 1, distinct, adds)
            state = r.FULFILLED if closing.at is not None else r.HOLDING
            if total > limit:
                state = r.BREACHED
            if row is None or state == r.BREACHED:
                row = conclude(facts, inst, inst.name, state, None, None,
                               over[0] if over is not None else None, ids, (total, total, limit),
                               )  # fmt: skip
        assert row is not None
        return [row]

    return judge
