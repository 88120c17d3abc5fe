"""Recurrences: one row a period of every case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.periods import periods_between
from stdrules.base.truth import Missing
from stdrules.engine.columns.blocks import CODE, NONE, Block, Listed
from stdrules.engine.columns.counts import Tally
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import Scope, scope_of
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.paths import reads
from stdrules.engine.columns.picks import Made, Matched
from stdrules.engine.columns.rows import Rows, Unable, told
from stdrules.engine.columns.runs import Run, first_of_each
from stdrules.engine.columns.settling import ended, expired, settled
from stdrules.model.columnar import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Recur

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Spans(NamedTuple):
    """The periods judged, by case.

    Attributes:
        case: By period.
        start, end: First day, and the day after the last.
        asked: How many acts each asks for; 0 where a part period is left out.
        base: By case: the number of its first period, among all and of its calendar.
        first: By case: which period of the calendar (or tile) is its first; ``size`` of them.
        label: Names a period.
    """

    case: Ints
    start: Ints
    end: Ints
    asked: Ints
    left_out: Booleans
    base: Ints
    first: Ints
    size: Ints
    label: Callable[[int], str]
    number_of: Callable[[Ints, Ints], Ints]
    labels: dict[str, int]


def judge_recur(frame: Frame, norm: PlanNorm, step: Recur, doubt: Booleans) -> list[Block]:
    """Judge a recurrence in every case."""
    if step.each is not None or step.also or norm.when_per_instance:
        raise Unable
    python = step.least.python
    if not (python.isascii() and python.isdigit()):
        raise Unable
    for one in (step.content, step.needed_if):
        if one is not None and (one.keys or (one.where is not None and reads(one.where).period)):
            raise Unable
    scope = scope_of(frame, norm.scope)
    doubt |= scope.start_doubt | scope.end_doubt
    spans = _spans(frame, step, scope, int(python))
    made = Made(np.arange(frame.size), scope.first, scope.last)
    found = matched(frame, step.content, made, doubt)
    keep, own = _counted(frame, step, found, scope, spans, doubt)
    order = np.argsort(own, kind="stable") if step.period_field is not None else None
    if order is not None:
        keep, own = keep[order], own[order]
    stop = np.cumsum(np.bincount(own, minlength=len(spans.case)))
    run = Run(own, keep, np.concatenate(([0], stop[:-1])).astype(np.int64), stop)
    per = Made(spans.case, scope.first[spans.case], scope.last[spans.case])
    if step.distinct:
        run = first_of_each(frame, found, run, step.distinct, per, doubt)
    counted = Tally(found, run, run.begin, run.end)
    block = _settled(frame, norm, step, spans, per, scope, counted, doubt)
    if step.needed_if is not None:
        _only_if_needed(frame, step, block, spans, made, doubt)
    if spans.left_out.any():
        block.kept = np.flatnonzero(~spans.left_out)
    return [block]


def _settled(
    frame: Frame, norm: PlanNorm, step: Recur, spans: Spans, per: Made, scope: Scope,
    counted: Tally, doubt: Booleans,
) -> Block:  # fmt: skip
    total, asked = counted.total, spans.asked
    first, last = counted.reached(asked)
    fulfilled, breached = np.uint8(CODE[r.FULFILLED]), np.uint8(CODE[r.BREACHED])
    final = scope.end_last[spans.case]
    if step.period_field is None:
        ends = frame.clock.starts(spans.end)
        over = np.where(ends <= frame.as_of, ends, np.where(final == NEVER, NONE, final))
        missed = np.where(over == NONE, np.uint8(CODE[r.PENDING]), breached)
        state = np.where(total >= asked, fulfilled, missed)
        dues, broken = None, over
    else:
        day = spans.end - 1
        dues = ended(frame, True, day, day)
        first, last = np.where(total >= asked, first, NONE), np.where(total >= asked, last, NONE)
        state = settled(frame, norm, dues, False, per, first, last, doubt)
        end = scope.end[spans.case]
        state, at = expired(frame, state, per, end, final)
        broken = np.full(len(total), NONE) if at is None else at
    return Block(
        norm, spans.case, state, spans.label, True,
        None if dues is None else dues.first, None if dues is None else dues.last,
        np.where(first == NONE, NEVER, first), last, broken, per.first, per.last,
        facts=counted.ids(),
        progress=_progress(total, asked),
        period=spans.label,
    )  # fmt: skip


def _progress(total: Ints, asked: Ints) -> Callable[[int], Any]:
    done, need = Listed(total), Listed(asked)
    return lambda n: (done[n], done[n], need[n])


def _only_if_needed(
    frame: Frame, step: Recur, block: Block, spans: Spans, made: Made, doubt: Booleans
) -> None:
    """Periods without a cause ask nothing."""
    assert step.needed_if is not None
    causes = matched(frame, step.needed_if, made, doubt)
    if causes.picked.timeless:
        raise Unable
    case = causes.picked.case
    number = _number(frame, spans, case, causes.picked.first)
    needed = np.zeros(len(spans.case), np.bool_)
    needed[number[number >= 0]] = True
    block.state = np.where(needed, block.state, np.uint8(CODE[r.NOT_APPLICABLE]))
    facts, progress = block.facts, block.progress
    assert facts is not None and progress is not None
    block.facts = lambda n: facts(n) if needed[n] else ()
    block.progress = lambda n: progress(n) if needed[n] else None
    if block.due is not None and block.due_last is not None:
        block.due = np.where(needed, block.due, NEVER)
        block.due_last = np.where(needed, block.due_last, NEVER)


def _number(frame: Frame, spans: Spans, case: Ints, moments: Ints) -> Ints:
    """Return the number of the period that a moment lies in, -1 if it is none of those judged."""
    place = spans.number_of(case, frame.clock.ordinals(moments)) - spans.first[case]
    inside = (place >= 0) & (place < spans.size[case])
    return np.where(inside, spans.base[case] + place, -1)


def _counted(
    frame: Frame, step: Recur, found: Matched, scope: Scope, spans: Spans, doubt: Booleans
) -> tuple[Ints, Ints]:
    """Return the entries that count, and the number of the period of each."""
    picked = found.picked
    case, first, last = picked.case, picked.first, picked.last
    final = scope.end_last[case]
    keep = (final == NEVER) | (first <= final)
    if step.period_field is not None:
        number = _named(frame, step.period_field, picked.rows, picked.row, case, spans, doubt)
    else:
        if picked.timeless:
            keep &= first != NEVER
        begin = scope.first[case]
        # On the border of the scope.
        doubt[case[(first < begin) & (last >= begin)]] = True
        keep &= first >= begin
        number = _number(frame, spans, case, first)
    keep &= number >= 0
    entry = np.flatnonzero(keep)
    return entry, number[entry]


def _named(
    frame: Frame, field: str, rows: Rows, row: Ints | None, case: Ints, spans: Spans,
    doubt: Booleans,
) -> Ints:  # fmt: skip
    """Facts that name their period themselves."""
    column = rows.column(field)
    if column is None or column.kind not in ("code", "number"):
        if len(rows):
            raise Unable
        return np.zeros(0, np.int64)
    if column.state is not None:
        state = column.state if row is None else column.state[row]
        doubt[case[state != 0]] = True
    values = np.asarray(column.values if row is None else column.values[row], np.int64)
    distinct, which = np.unique(values, return_inverse=True)
    numbers = np.full(len(distinct) or 1, -1, np.int64)
    for place, entry in enumerate(np.unique(which, return_index=True)[1].tolist()):
        at = entry if row is None else int(row[entry])
        value = rows.value(at, field) if rows.table is not None else told(column, at, frame.zone)
        if not isinstance(value, Missing):
            numbers[place] = spans.labels.get(str(value), -1)
    period = numbers[which]
    own = period - spans.first[case]
    inside = (period >= 0) & (own >= 0) & (own < spans.size[case])
    return np.where(inside, spans.base[case] + own, -1)


# --- periods -----------------------------------------------------------------------------------


def _spans(frame: Frame, step: Recur, scope: Scope, need: int) -> Spans:
    key = ("spans", step.unit, step.tile_days, step.tiles_from_next_day, step.part_periods, need,
           id(scope))  # fmt: skip
    if key not in frame.memo:
        frame.memo[key] = _made_spans(frame, step, scope, need)
    found: Spans = frame.memo[key]
    return found


def _made_spans(frame: Frame, step: Recur, scope: Scope, need: int) -> Spans:
    begun = scope.first != NEVER
    first = frame.clock.ordinals(np.where(begun, scope.first, 0))
    last = np.full(frame.size, frame.zone.ordinal(frame.as_of - 1), np.int64)
    closed = scope.end != NEVER
    if closed.any():
        ends = frame.clock.ordinals(np.where(closed, scope.end, 0))
        last = np.where(closed, np.minimum(last, ends), last)
    begun &= last >= first
    labels: dict[str, int] = {}
    if step.unit is not None:
        low = int(first[begun].min()) if begun.any() else 1
        high = int(last[begun].max()) if begun.any() else 0
        periods = periods_between(step.unit, low, high)  # type: ignore[arg-type]
        labels = {one.label: number for number, one in enumerate(periods)}
        starts = np.array([one.start for one in periods] or [0], np.int64)
        stops = np.array([one.end for one in periods] or [0], np.int64)
        of_first = np.searchsorted(starts, first, side="right") - 1
        count = np.searchsorted(starts, last, side="right") - of_first

        def number_of(case: Ints, day: Ints) -> Ints:
            number = np.searchsorted(starts, day, side="right") - 1
            return np.where(day < stops[-1], number, -1)
    else:
        days = step.tile_days or 1
        anchor = first + 1 if step.tiles_from_next_day else first
        of_first = np.zeros(frame.size, np.int64)
        count = np.where(last >= anchor, (last - anchor) // days + 1, 0)

        def number_of(case: Ints, day: Ints) -> Ints:
            return np.where(day < anchor[case], -1, (day - anchor[case]) // days)

    count = np.where(begun, count, 0)
    base = np.cumsum(count) - count
    case = np.repeat(np.arange(frame.size), count)
    index = np.arange(len(case)) - base[case] + of_first[case]
    if step.unit is not None:
        start, end = starts[index], stops[index]

        listed = Listed(index)

        def label(n: int) -> str:
            return periods[listed[n]].label
    else:
        start = anchor[case] + index * days
        end = start + days
        labels = {f"T{n + 1:03d}": n for n in range(int(count.max()) if len(count) else 0)}

        listed = Listed(index)

        def label(n: int) -> str:
            return f"T{listed[n] + 1:03d}"

    asked, left_out = _asked(step, need, start, end, first[case], last[case], closed[case])
    return Spans(case, start, end, asked, left_out, base, of_first, count, label, number_of, labels)


def _asked(
    step: Recur, need: int, start: Ints, end: Ints, first: Ints, last: Ints, closed: Booleans
) -> tuple[Ints, Booleans]:
    """Return how many acts each period asks for, and which part periods are left out."""
    size = end - start
    stop = np.where(closed, np.minimum(end, last + 1), end)
    inside = stop - np.maximum(start, first)
    part = inside < size
    asked = np.full(len(start), need, np.int64)
    left_out = np.zeros(len(start), np.bool_)
    if step.part_periods == "skip":
        left_out = part
    elif step.part_periods == "prorate":
        share = need * np.maximum(inside, 0) // size
        asked = np.where(part, share, asked)
        left_out = part & (asked == 0)
    return asked, left_out

