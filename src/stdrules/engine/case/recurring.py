"""Judges of recurrences over certain facts: one row a period and member of a series."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from stdrules.base.time.dues import due_on
from stdrules.base.time.moments import When
from stdrules.base.time.periods import Period, periods_between, tiles_between
from stdrules.base.truth import Missing
from stdrules.engine.case.contents import TIMELESS
from stdrules.engine.case.counting import in_one_order, numeral, walk
from stdrules.engine.case.facts import (
    NOTHING,
    CaseFacts,
    Doubt,
    Entries,
    Entry,
    Pick,
    Slots,
    picker,
    picker_of_all,
    static,
)
from stdrules.engine.case.settling import Number, expired, prefix_of, settled
from stdrules.engine.reference.settle import Closing
from stdrules.plan import results as r
from stdrules.plan.content import Matcher
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Recur

Periods = Callable[[CaseFacts], list[Finding]]
_PERIOD = re.compile(r"\bp\b")
_periods = lru_cache(maxsize=4096)(periods_between)
_tiles = lru_cache(maxsize=4096)(tiles_between)


class Series(NamedTuple):
    """One member of a series, or the only one: its name, fields and facts."""

    name: str
    fields: Any
    facts: tuple[str, ...]


#: What one period came to: state, when met, when broken, facts, progress.
Counted = tuple[
    str, When | None, int | None, tuple[str, ...], tuple[Number, Number, Number] | None
]
ALONE = (Series("", NOTHING, ()),)
IDLE: Counted = (r.NOT_APPLICABLE, None, None, (), None)


def judge_recur(norm: PlanNorm, step: Recur, slots: Slots) -> Periods | None:
    """Return the judge of a recurrence; None: only the reference can."""
    if norm.when_per_instance or _reads_period(norm, step):
        return None
    pick, scope = picker_of_all((step.content, *step.also), slots), slots.scope(norm.scope)
    needed = picker(step.needed_if, slots) if step.needed_if is not None else None
    least, members = numeral(step.least), _members(step, slots)
    prefix = prefix_of(norm)
    named = step.period_field is not None
    judge = _named if named else _dated
    kind = f"{step.unit} {step.tile_days} {step.tiles_from_next_day} {step.part_periods}"

    def rows(facts: CaseFacts) -> list[Finding]:
        start, items, closing = scope(facts)
        if items or closing.items:
            raise Doubt
        if start is None:
            return []
        found: list[Finding] = []
        case_id, start_of = facts.case_id, facts.start_of
        for name, fields, ids in members(facts):
            need = least(facts, NOTHING, fields, NOTHING)
            periods = _shared(kind, step, start, closing.at, need, facts)
            if not periods:
                continue
            entries = pick(facts, NOTHING, fields, NOTHING)
            outcome = judge(norm, step, entries, start, closing, facts)
            causes = needed(facts, NOTHING, fields, NOTHING) if needed is not None else None
            own = f"{prefix}/{name}" if name else prefix
            for period, asked in periods:
                state, met, broken, acts, progress = (
                    outcome(period, asked)
                    if causes is None
                    or _caused(causes, start_of(period.start), start_of(period.end))
                    else IDLE
                )
                due = due_on(period.end - 1) if named and progress is not None else None
                if ids and acts:
                    acts = tuple(dict.fromkeys((*ids, *acts)))
                found.append(Finding(
                    norm, case_id, f"{own}/{period.label}", state, due, met, broken, "",
                    acts or ids, (), (), progress, period.label, (), start,
                ))  # fmt: skip
        return found

    return rows


def _reads_period(norm: PlanNorm, step: Recur) -> bool:
    matchers = [step.content, *step.also]
    if step.needed_if is not None:
        matchers.append(step.needed_if)
    if step.each is not None and not static(step.each):
        return True
    expressions = [step.least]
    for one in matchers:
        expressions += [other for _, other in one.keys]
        expressions += [one.where] if one.where is not None else []
    return any(_PERIOD.search(one.python) for one in expressions)


def _members(step: Recur, slots: Slots) -> Callable[[CaseFacts], Sequence[Series]]:
    matcher: Matcher | None = step.each
    if matcher is None:
        return lambda facts: ALONE
    pick: Pick = picker(matcher, slots)
    key = step.each_key

    def members(facts: CaseFacts) -> Sequence[Series]:
        found = []
        for entry in sorted(pick(facts, NOTHING, NOTHING, NOTHING), key=lambda e: e[2]):
            row = entry[4]
            value: Any = row.fields[key] if key else row.root
            name = row.root if isinstance(value, Missing) else str(value)
            found.append(Series(name, row.fields, (row.id,)))
        return found

    return members


def _dated(
    norm: PlanNorm, step: Recur, entries: Entries, start: When, closing: Closing, facts: CaseFacts
) -> Callable[[Period, Number], Counted]:
    """Acts count for the period in which they happened."""
    end = closing.at
    if end is not None:
        entries = [entry for entry in entries if entry[1] <= end[1]]
    if len(entries) > 1:
        in_one_order(entries)
    lasts = [entry[0] for entry in entries]
    begin, as_of, start_of, distinct = start[0], facts.as_of, facts.start_of, step.distinct
    final = end[1] if end is not None else None

    def outcome(period: Period, asked: Number) -> Counted:
        opens, ends = start_of(period.start), start_of(period.end)
        acts = _inside(entries, lasts, begin if begin > opens else opens, ends) if lasts else ()
        if not acts and asked > 0:
            over = ends if as_of >= ends else final
            return (r.BREACHED if over else r.PENDING, None, over, (), (0, 0, asked))
        total, reached, ids = walk(acts, asked, distinct, None)
        progress = (total, total, asked)
        if total >= asked:
            met = When(reached[1], reached[0]) if reached is not None else None
            return (r.FULFILLED, met, None, ids, progress)
        over = ends if as_of >= ends else final
        return (r.BREACHED if over else r.PENDING, None, over, ids, progress)

    return outcome


def _inside(
    entries: Entries, lasts: Sequence[int], floor: int, ends: int
) -> list[Entry]:
    found = []
    for place in range(bisect_left(lasts, floor), len(lasts)):
        entry = entries[place]
        if entry[1] >= ends:
            break
        if entry[0] >= ends or entry[1] < floor:
            # On the border of two periods, or of the scope.
            raise Doubt
        found.append(entry)
    return found


def _named(
    norm: PlanNorm, step: Recur, entries: Entries, start: When, closing: Closing, facts: CaseFacts
) -> Callable[[Period, Number], Counted]:
    """Facts that name their period themselves count for it, late if after its end."""
    field, end = step.period_field, closing.at
    assert field is not None
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        value = entry[4].fields[field]
        if type(value) is Missing:
            raise Doubt
        if end is None or entry[1] <= end[1]:
            groups.setdefault(str(value), []).append(entry)
    for group in groups.values():
        in_one_order(group)
    distinct = step.distinct

    def outcome(period: Period, asked: Number) -> Counted:
        total, reached, ids = walk(groups.get(period.label, ()), asked, distinct, None)
        when = When(reached[1], reached[0]) if reached is not None else None
        state = settled(when, due_on(period.end - 1), False, norm, facts)
        state, broken = expired(state, closing, facts)
        met = when if state in r.MET and when is not None and when[1] != TIMELESS else None
        return (state, met, broken, ids, (total, total, asked))

    return outcome


def _caused(causes: Entries, opens: int, ends: int) -> bool:
    for entry in causes:
        if entry[1] < ends and (entry[0] >= opens or entry[0] == TIMELESS):
            if TIMELESS != entry[1] < opens:
                raise Doubt
            return True
    return False


def _shared(
    kind: str, step: Recur, start: When, end: When | None, need: Number, facts: CaseFacts
) -> list[tuple[Period, Number]]:
    """Return the periods judged; norms that divide the same scope alike share them."""
    if need != 1:
        return asked_periods(step, start, end, need, facts)
    key = (kind, start, end)
    found = facts.periods.get(key)
    if found is None:
        found = facts.periods[key] = asked_periods(step, start, end, need, facts)
    return found


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
        _, opening, size = period
        size -= opening
        stop = min(period.end, last + 1) if end is not None else period.end
        inside = stop - max(opening, first)
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
