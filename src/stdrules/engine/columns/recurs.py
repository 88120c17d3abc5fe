"""Recurrences: one row a period of every case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.base.truth import Missing
from stdrules.engine.columns.blocks import CODE, NONE, Block, Late, Listed, Moments
from stdrules.engine.columns.counts import Tally
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import Scope, scope_of
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.paths import reads
from stdrules.engine.columns.picks import Made, Matched
from stdrules.engine.columns.rows import Rows, Unable, told
from stdrules.engine.columns.runs import Run, first_of_each
from stdrules.engine.columns.settling import ended, expired, settled
from stdrules.engine.columns.spans import Spans, spans_of
from stdrules.model.columnar import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Recur

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


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
    spans = spans_of(frame, step, scope, int(python))
    made = Made(np.arange(frame.size), scope.first, scope.last)
    found = matched(frame, step.content, made, doubt)
    keep, own = _counted(frame, step, found, scope, spans, doubt)
    if step.period_field is not None:
        order = np.argsort(own, kind="stable")
        keep, own = keep[order], own[order]
    per = Late(lambda: _anchors(scope, spans))
    run = Run(own, keep, spans.total)
    if step.distinct:
        run = first_of_each(frame, found, run, step.distinct, per(), doubt)
    counted = Late(lambda: Tally(found, run, run.begin, run.end))
    if step.period_field is None:
        block = _settled(frame, norm, scope, spans, run, counted, per)
    else:
        block = _settled_by_name(frame, norm, scope, spans, counted, per, doubt)
    block.owned = spans.size
    names = Late(lambda: counted().ids())
    block.facts = lambda n: names()(n)
    block.progress = _progress(counted, spans)
    if step.needed_if is not None:
        _only_if_needed(frame, step, block, spans, made, doubt)
    return [block]


def _anchors(scope: Scope, spans: Spans) -> Made:
    case = spans.case()
    first = scope.first[case]
    return Made(case, first, first if scope.last is scope.first else scope.last[case])


def _settled(
    frame: Frame, norm: PlanNorm, scope: Scope, spans: Spans, run: Run, counted: Late, per: Late
) -> Block:
    """Tell what became of the periods: all but the last of a case have ended."""
    state = np.full(spans.total, CODE[r.BREACHED], np.uint8)
    case, number, end = spans.lasts()
    if len(case):
        final = scope.end_last[case]
        running = (frame.clock.starts(end) > frame.as_of) & (final == NEVER)
        state[number[running]] = CODE[r.PENDING]
    state[spans.reached(run.inst)] = CODE[r.FULFILLED]

    def moments() -> Moments:
        first, last = counted().reached(spans.asked())
        ends, final = frame.clock.starts(spans.days()[1]), scope.end_last[spans.case()]
        over = np.where(ends <= frame.as_of, ends, np.where(final == NEVER, NONE, final))
        met = np.where(first == NONE, NEVER, first)
        return Moments(None, None, met, last, over, per().first, per().last)

    return Block(norm, spans.case, state, spans.label, True, Late(moments), period=spans.label)


def _settled_by_name(
    frame: Frame, norm: PlanNorm, scope: Scope, spans: Spans, counted: Late, per: Late,
    doubt: Booleans,
) -> Block:  # fmt: skip
    """Tell what became of the periods where facts name theirs: an act may come after its end."""
    total, asked, case = counted().total, spans.asked(), spans.case()
    first, last = counted().reached(asked)
    day = spans.days()[1] - 1
    dues = ended(frame, True, day, day)
    first, last = np.where(total >= asked, first, NONE), np.where(total >= asked, last, NONE)
    state = settled(frame, norm, dues, False, per(), first, last, doubt)
    state, at = expired(frame, state, per(), scope.end[case], scope.end_last[case])
    broken = np.full(len(total), NONE) if at is None else at
    met = np.where(first == NONE, NEVER, first)
    moments = Moments(dues.first, dues.last, met, last, broken, per().first, per().last)
    return Block(norm, spans.case, state, spans.label, True, moments, period=spans.label)


def _progress(counted: Late, spans: Spans) -> Callable[[int], Any]:
    listed = Late(lambda: (Listed(counted().total), Listed(spans.asked())))

    def progress(n: int) -> tuple[int, int, int]:
        done, need = listed()
        return done[n], done[n], need[n]

    return progress


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
    needed = np.zeros(spans.total, np.bool_)
    needed[number[number >= 0]] = True
    block.state = np.where(needed, block.state, np.uint8(CODE[r.NOT_APPLICABLE]))
    facts, progress = block.facts, block.progress
    assert facts is not None and progress is not None
    block.facts = lambda n: facts(n) if needed[n] else ()
    block.progress = lambda n: progress(n) if needed[n] else None
    told = block.told

    def moments() -> Moments:
        all_: Moments = told() if isinstance(told, Late) else told
        if all_.due is None or all_.due_last is None:
            return all_
        due, last = np.where(needed, all_.due, NEVER), np.where(needed, all_.due_last, NEVER)
        return all_._replace(due=due, due_last=last)

    block.told = Late(moments)


def _number(frame: Frame, spans: Spans, case: Ints, moments: Ints) -> Ints:
    """Return the number of the period that a moment lies in, -1 if it is none of those judged."""
    return spans.numbered(case, spans.of.number(case, frame.clock.ordinals(moments)))


def _counted(
    frame: Frame, step: Recur, found: Matched, scope: Scope, spans: Spans, doubt: Booleans
) -> tuple[Ints, Ints]:
    """Return the entries that count, and the number of the period of each."""
    picked = found.picked
    case, first, last = picked.case, picked.first, picked.last
    keep = np.ones(len(case), np.bool_)
    if (scope.end_last != NEVER).any():
        final = scope.end_last[case]
        keep = (final == NEVER) | (first <= final)
    if step.period_field is not None:
        number = _named(frame, step.period_field, picked.rows, picked.row, case, spans, doubt)
    else:
        if picked.timeless:
            keep &= first != NEVER
        begin = scope.first[case]
        inside = first >= begin
        if last is not first:
            # On the border of the scope.
            doubt[case[~inside & (last >= begin)]] = True
        keep &= inside
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
    labels = spans.of.labels
    for place, entry in enumerate(np.unique(which, return_index=True)[1].tolist()):
        at = entry if row is None else int(row[entry])
        value = rows.value(at, field) if rows.table is not None else told(column, at, frame.zone)
        if not isinstance(value, Missing):
            numbers[place] = labels.get(str(value), -1)
    period = numbers[which]
    return np.where(period >= 0, spans.numbered(case, period), -1)
