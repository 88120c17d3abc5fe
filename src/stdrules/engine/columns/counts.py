"""Counts: at least or at most so many acts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.acts import Window, counting
from stdrules.engine.columns.blocks import CODE, NONE, Block, Listed, Names
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import made_of, scope_of
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.picks import Made, Matched
from stdrules.engine.columns.rows import Unable
from stdrules.engine.columns.runs import Run, first_of_each, laid_out, numbers_of, rows_at
from stdrules.engine.columns.settling import (
    closing_at,
    conclude,
    dues_of,
    expired,
    is_open,
    settled,
)
from stdrules.model.columnar import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Count, PerCase, Within

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Tally:
    """How much was counted, where the need was reached, and which facts count."""

    def __init__(self, found: Matched, run: Run | None, begin: Ints, end: Ints) -> None:
        self.found = found
        self.run = run
        self.begin = begin
        self.end = end
        self.amount: Ints | None = None
        self.places = 0

    @property
    def total(self) -> Ints:
        """What was counted, scaled by ``places`` decimals."""
        if self.amount is None:
            counts: Ints = np.maximum(self.end - self.begin, 0)
            return counts
        sums = np.concatenate(([0], np.cumsum(self.amount)))
        found: Ints = sums[self.end] - sums[self.begin]
        return found

    def reached(self, need: Ints) -> tuple[Ints, Ints]:
        """Return the moments at which a need was reached; the last is `NONE` where it was not."""
        size = len(self.found.first) if self.run is None else len(self.run.place)
        if not size:
            return np.full(len(need), NONE), np.full(len(need), NONE)
        if self.amount is None:
            at = self.begin + np.maximum(need, 1) - 1
            has = at < self.end
        else:
            assert self.run is not None
            sums = np.cumsum(self.amount)
            before = np.concatenate(([0], sums))[self.begin]
            enough = sums - before[self.run.inst] >= (need * 10**self.places)[self.run.inst]
            at = np.full(len(need), size, np.int64)
            np.minimum.at(at, self.run.inst[enough], np.flatnonzero(enough))
            has = at < size
        at = np.minimum(at, size - 1)
        place = at if self.run is None else self.run.place[at]
        first = np.where(has, self.found.first[place], NONE)
        if self.found.last is self.found.first:
            return first, first
        return first, np.where(has, self.found.last[place], NONE)

    def ids(self) -> Names:
        """Return the facts counted, by instance."""
        found, run, begin, end = self.found, self.run, Listed(self.begin), Listed(self.end)
        if run is None:
            return lambda n: found.ids(begin[n], end[n])
        places = run.place

        def ids(n: int) -> tuple[str, ...]:
            first, last = begin[n], end[n]
            if first >= last:
                return ()
            return tuple([found.id(p) for p in places[first:last].tolist()])

        return ids

    def shown(self, total: Ints, n: int) -> Decimal | int:
        """Return a scaled number as it is."""
        value = int(total[n])
        return Decimal(value).scaleb(-self.places) if self.places else value


def tally(
    frame: Frame, found: Matched, begin: Ints, end: Ints, distinct: tuple[str, ...],
    adds: str | None, made: Made, doubt: Booleans,
) -> Tally:  # fmt: skip
    """Count, count different values, or add."""
    if not distinct and adds is None:
        return Tally(found, None, begin, end)
    run = laid_out(begin, end)
    if distinct:
        run = first_of_each(frame, found, run, distinct, made, doubt)
    counted = Tally(found, run, run.begin, run.end)
    if adds is not None:
        rows = found.picked.rows
        column = rows.column(adds)
        if not len(run.place):
            counted.amount = np.zeros(0, np.int64)
            return counted
        if column is None or column.kind != "number":
            raise Unable
        row = rows_at(found, run.place)
        if column.state is not None:
            doubt[made.case[run.inst[column.state[row] != 0]]] = True
        counted.amount = np.asarray(column.values, np.int64)[row]
        counted.places = column.exponent
    return counted


def judge_count(frame: Frame, norm: PlanNorm, step: Count, doubt: Booleans) -> list[Block]:
    """Judge a count in every case."""
    if step.also or (step.least is not None) == (step.most is not None):
        raise Unable
    made = made_of(frame, norm, doubt)
    scope = scope_of(frame, norm.scope)
    doubt |= scope.end_doubt
    closing = closing_at(scope, made)
    found = matched(frame, step.content, made, doubt)
    lower: tuple[Any, Any] = (None, None)
    if isinstance(step.due, Within):
        lower = made.first, made.last
    elif isinstance(norm.arise, PerCase):
        doubt |= scope.start_doubt
        lower = scope.first[made.case], scope.last[made.case]
        if scope.last is scope.first:
            lower = lower[0], lower[0]
    begin, end = counting(frame, found, made, Window(*lower, closing[1]), doubt)
    counted = tally(frame, found, begin, end, step.distinct, step.sum, made, doubt)
    total = counted.total
    dues = dues_of(frame, step.due, made, doubt)
    if step.least is not None:
        need = numbers_of(frame, step.least, made, doubt)
        first, last = counted.reached(need)
        state = settled(frame, norm, dues, is_open(step.due), made, first, last, doubt)
        broken = None
        if dues is None:
            state, broken = expired(frame, state, made, *closing)
        block = conclude(
            frame, norm, made, state, doubt, dues, first, last, broken, counted.ids()
        )
    else:
        assert step.most is not None
        need = numbers_of(frame, step.most, made, doubt)
        _, over = counted.reached(need + 1)
        state = np.where(
            closing[0] != NEVER, np.uint8(CODE[r.FULFILLED]), np.uint8(CODE[r.HOLDING])
        )
        exceeded = total > need * 10**counted.places
        state = np.where(exceeded, np.uint8(CODE[r.BREACHED]), state)
        block = conclude(
            frame, norm, made, state, doubt, None, None, None, over, counted.ids()
        )
    block.progress = lambda n: (counted.shown(total, n), counted.shown(total, n), int(need[n]))
    return [block]
