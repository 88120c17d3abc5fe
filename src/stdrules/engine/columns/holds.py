"""States that must hold over an interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.kinds import Days, Duration, Exact, Months, Workdays, add_months
from stdrules.base.time.zones import DAY
from stdrules.base.truth import Missing
from stdrules.engine.columns.blocks import CODE, NONE, Block
from stdrules.engine.columns.clock import each
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import made_of, scope_of
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.picks import Made, Matched
from stdrules.engine.columns.rows import Rows, Unable
from stdrules.engine.columns.runs import laid_out, rows_at
from stdrules.engine.columns.settling import conclude
from stdrules.engine.reference.settle import FAR
from stdrules.model.columnar import BLANK, NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Hold

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def judge_hold(frame: Frame, norm: PlanNorm, step: Hold, doubt: Booleans) -> list[Block]:
    """Judge in every case whether a state held."""
    made = made_of(frame, norm, doubt)
    scope = scope_of(frame, norm.scope)
    doubt |= scope.end_doubt
    nowhere = made.first == NEVER
    doubt[made.case[nowhere]] = True
    begin = np.where(nowhere, 0, made.first)
    end = _until(frame, step, begin, made, doubt)
    if end is None:
        close = scope.end[made.case]
        end = np.where(close == NEVER, FAR, close)
    found = matched(frame, step.state, made, doubt)
    run = laid_out(found.begin, found.end)
    start, stop = _spans(found, step, run.place, run.inst, made, doubt)
    order = np.lexsort((stop, start, run.inst))
    over = end <= frame.as_of
    gap = _first_gap(
        start[order], stop[order], run.begin, run.end, begin, np.minimum(end, frame.as_of),
        _allowed(step.grace),
    )  # fmt: skip
    calm = np.where(over, np.uint8(CODE[r.FULFILLED]), np.uint8(CODE[r.HOLDING]))
    state = np.where(gap != NONE, np.uint8(CODE[r.BREACHED]), calm)
    first, last = found.begin, found.end

    def ids(n: int) -> tuple[str, ...]:
        return tuple(sorted(found.ids(int(first[n]), int(last[n]))))

    return [conclude(frame, norm, made, state, doubt, None, end, end, gap, ids)]


def _until(
    frame: Frame, step: Hold, begin: Ints, made: Made, doubt: Booleans
) -> Ints | None:
    """Return when each interval ends; None: with the scope."""
    length = step.length
    if length is None:
        return None
    if isinstance(length, Exact):
        return begin + length.us
    counted, calendar = step.first_day_counted, frame.clock.calendar

    def last_day(day: int) -> int:
        """The day after the last one."""
        before = day - 1 if counted else day
        if isinstance(length, Workdays):
            found = calendar.nth_workday_after(before, length.n)
            return -1 if isinstance(found, Missing) else found + 1
        if isinstance(length, Days):
            return before + length.n + 1
        assert isinstance(length, Months)
        return add_months(day, length.n) + (0 if counted else 1)

    days = each(frame.clock.ordinals(begin), last_day)
    doubt[made.case[days < 0]] = True
    if (days < 0).any():
        days = np.where(days < 0, 1, days)
    return frame.clock.starts(days)


def _spans(
    found: Matched, step: Hold, place: Ints, inst: Ints, made: Made, doubt: Booleans
) -> tuple[Ints, Ints]:
    """Return from when to when each fact says that the state held; without an end: still."""
    if not len(place):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    row = rows_at(found, place)
    case = made.case[inst]
    start, _, told, _ = _moments(found.picked.rows, step.from_field, row)
    doubt[case[~told]] = True
    _, last, told, blank = _moments(found.picked.rows, step.to_field, row)
    doubt[case[~told & ~blank]] = True
    return start, np.where(told, last + 1, FAR)


def _moments(rows: Rows, field: str, row: Ints) -> tuple[Ints, Ints, Booleans, Booleans]:
    """Return the moments of a field, where they are told, and where they are blank."""
    column = rows.column(field)
    size = len(row)
    none = np.zeros(size, np.bool_)
    if column is None:
        nothing = np.zeros(size, np.int64)
        return nothing, nothing, none, none
    state = np.zeros(size, np.uint8) if column.state is None else column.state[row]
    if column.kind != "moment":
        if (state == 0).any():
            raise Unable
        nothing = np.zeros(size, np.int64)
        return nothing, nothing, none, state == BLANK
    first = np.asarray(column.values, np.int64)[row]
    last = first if column.last is None else column.last[row]
    return first, last, state == 0, state == BLANK


def _allowed(grace: Duration | None) -> int:
    if grace is None:
        return 0
    if isinstance(grace, Exact):
        return grace.us
    return grace.n * (DAY * 30 if isinstance(grace, Months) else DAY)


def _first_gap(
    start: Ints, stop: Ints, first: Ints, last: Ints, begin: Ints, end: Ints, allowed: int
) -> Ints:
    """Return when the first gap longer than is allowed became a breach, `NONE`: never.

    The spans of an instance are ``[first, last)``, by their start.
    """
    gap = np.full(len(begin), NONE, np.int64)
    at = begin.copy()
    # One span of every instance at a time: few have many.
    left = np.arange(len(begin))
    place = 0
    while left.size:
        own = first[left] + place
        has = own < last[left]
        safe = np.minimum(own, max(len(start) - 1, 0))
        starts = np.where(has, start[safe], FAR) if len(start) else np.full(len(left), FAR)
        stops = np.where(has, stop[safe], FAR) if len(stop) else np.full(len(left), FAR)
        wide = np.minimum(starts, end[left]) - at[left] > allowed
        gap[left[wide]] = at[left[wide]] + allowed
        at[left] = np.maximum(at[left], np.where(has, stops, end[left]))
        going = ~wide & has & (at[left] < end[left])
        left = left[going]
        place += 1
    return gap
