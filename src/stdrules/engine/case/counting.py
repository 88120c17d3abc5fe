"""Judges of counts and recurrences over certain facts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from stdrules.base.time.moments import When
from stdrules.base.time.periods import Period, periods_between, tiles_between
from stdrules.base.truth import Missing
from stdrules.engine.case.contents import TIMELESS
from stdrules.engine.case.facts import (
    NOTHING,
    CaseFacts,
    Doubt,
    Entries,
    Entry,
    Slots,
    depends,
    picker,
    picker_of_all,
    static,
)
from stdrules.engine.case.settling import (
    Number,
    concluder,
    due_for,
    expired,
    is_open,
    prefix_of,
    settled,
)
from stdrules.engine.case.steps import Judge, bound
from stdrules.engine.reference.acts import Instance
from stdrules.engine.reference.settle import Closing
from stdrules.feel.compile import Expression
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Count, PerCase, Recur

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
    per_case = isinstance(norm.arise, PerCase)
    least = numeral(step.least) if step.least is not None else None
    most = numeral(step.most) if step.most is not None else None
    distinct, adds = step.distinct, step.sum

    def judge(facts: CaseFacts, inst: Instance) -> list[Finding]:
        start, _, closing = scope(facts)
        if closing.items:
            raise Doubt
        entries = pick(facts, *bound(inst))
        if per_case and start is not None:
            entries = [entry for entry in entries if entry[0] >= start[0] or entry[0] == TIMELESS]
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


def judge_recur(norm: PlanNorm, step: Recur, slots: Slots) -> Periods | None:
    """Return the judge of a recurrence; None: only the reference can."""
    if step.each is not None or step.period_field is not None or norm.when_per_instance:
        return None
    if not all(map(static, (step.content, *step.also))) or depends(step.least):
        return None
    if step.needed_if is not None and not static(step.needed_if):
        return None
    pick = picker_of_all((step.content, *step.also), slots)
    scope, least = slots.scope(norm.scope), numeral(step.least)
    needed = picker(step.needed_if, slots) if step.needed_if is not None else None
    prefix, distinct = prefix_of(norm), step.distinct

    def judge(facts: CaseFacts) -> list[Finding]:
        start, items, closing = scope(facts)
        if items or closing.items:
            raise Doubt
        if start is None:
            return []
        entries = pick(facts, NOTHING, NOTHING, NOTHING)
        causes = needed(facts, NOTHING, NOTHING, NOTHING) if needed is not None else None
        end = closing.at
        if end is not None:
            entries = [entry for entry in entries if entry[1] <= end[1]]
        in_one_order(entries)
        lasts = [entry[0] for entry in entries]
        need = least(facts, NOTHING, NOTHING, NOTHING)
        rows = []
        case_id, as_of, start_of = facts.case_id, facts.as_of, facts.start_of
        for period, asked in asked_periods(step, start, end, need, facts):
            opens, ends = start_of(period.start), start_of(period.end)
            over = ends if as_of >= ends else end[1] if end is not None else None
            acts = _inside(entries, lasts, max(start[0], opens), opens, ends) if lasts else ()
            total, reached, ids = walk(acts, asked, distinct, None)
            state, met, broken = r.PENDING, None, None
            if total >= asked:
                state = r.FULFILLED
                met = When(reached[1], reached[0]) if reached is not None else None
            elif over:
                state, broken = r.BREACHED, over
            progress: Any = (total, total, asked)
            if causes is not None and not _caused(causes, opens, ends):
                state, met, broken, ids, progress = r.NOT_APPLICABLE, None, None, (), None
            rows.append(Finding(
                norm, case_id, f"{prefix}/{period.label}", state, None, met, broken, "", ids,
                (), (), progress, period.label, (), start,
            ))  # fmt: skip
        return rows

    return judge


def _inside(
    entries: Entries, lasts: Sequence[int], floor: int, opens: int, ends: int
) -> list[Entry]:
    found = []
    for entry in entries[bisect_left(lasts, floor):]:
        if entry[1] >= ends:
            break
        if entry[0] >= ends or entry[1] < opens:
            # On the border of two periods.
            raise Doubt
        found.append(entry)
    return found


def _caused(causes: Entries, opens: int, ends: int) -> bool:
    return any((entry[0] >= opens or entry[0] == TIMELESS) and entry[1] < ends for entry in causes)


def asked_periods(
    step: Recur, start: When, end: When | None, need: Number, facts: CaseFacts
) -> list[tuple[Period, Number]]:
    """Return the periods judged, with how many acts each asks for."""
    first = facts.zone.ordinal(start.first)
    last = facts.zone.ordinal(facts.as_of - 1)
    if end is not None:
        last = min(last, facts.zone.ordinal(end.first))
    if last < first:
        return []
    if step.unit is not None:
        found = _periods(step.unit, first, last)
    else:
        anchor = first + 1 if step.tiles_from_next_day else first
        if last < anchor:
            return []
        found = _tiles(step.tile_days or 1, anchor, anchor, last)
    part_periods = step.part_periods
    asked: list[tuple[Period, Number]] = []
    for period in found:
        size = period.end - period.start
        stop = min(period.end, last + 1) if end is not None else period.end
        inside = stop - max(period.start, first)
        if inside < size:
            if part_periods == "skip":
                continue
            if part_periods == "prorate":
                share = int(need * inside / size)
                if share:
                    asked.append((period, share))
                continue
        asked.append((period, need))
    return asked


