"""Orders: steps between facts, or between the time stamps of one record."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.acts import bisect
from stdrules.engine.columns.blocks import CODE, NONE, Block
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import made_of, scope_of
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.picks import Made
from stdrules.engine.columns.rows import Unable
from stdrules.engine.columns.settling import closing_at, conclude
from stdrules.model.columnar import BLANK, NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Order, OrderStep

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Step(NamedTuple):
    """When a step was done by instance, and by which fact."""

    done: Booleans
    first: Ints
    last: Ints
    id: Callable[[int], str]


def judge_order(frame: Frame, norm: PlanNorm, step: Order, doubt: Booleans) -> list[Block]:
    """Judge an order in every case."""
    made = made_of(frame, norm, doubt)
    scope = scope_of(frame, norm.scope)
    doubt |= scope.end_doubt
    end, end_last = closing_at(scope, made)
    closed = end != NEVER
    walk = _Walk(step, made, doubt)
    for one in step.steps:
        after = walk.first if step.relation == "response" else None
        act = _found(frame, one, made, end_last, after, doubt)
        walk.add(act, one.optional or one.stamp is not None)
    doubt[made.case[walk.skewed & ~walk.broken]] = True
    done = ~walk.lacking
    fulfilled = np.uint8(CODE[r.FULFILLED])
    state = np.where(closed | done, fulfilled, np.uint8(CODE[r.HOLDING]))
    breached = np.uint8(CODE[r.BREACHED])
    at = np.full(len(made), NONE, np.int64)
    if step.relation != "precedence":
        waiting = np.where(closed, breached, np.uint8(CODE[r.PENDING]))
        state = np.where(walk.unanswered, waiting, state)
        at = np.where(walk.unanswered & closed, end_last, at)
    if step.relation != "response":
        state = np.where(walk.broken, breached, state)
        at = np.where(walk.broken, walk.broken_at, at)
    met = (state == fulfilled) & done & walk.any
    first, last = np.where(met, walk.first, NEVER), np.where(met, walk.last, NEVER)
    return [conclude(frame, norm, made, state, doubt, None, first, last, at, walk.ids)]


class _Walk:
    """Goes through the steps of all instances side by side."""

    def __init__(self, step: Order, made: Made, doubt: Booleans) -> None:
        size = len(made)
        self.ties = step.ties
        self.checked = step.relation != "response"
        self.made = made
        self.doubt = doubt
        self.steps: list[Step] = []
        # What stands before: nothing yet, a step not done, or one done; the last one's moment.
        self.any = np.zeros(size, np.bool_)
        self.none = np.zeros(size, np.bool_)
        self.first = np.full(size, NEVER, np.int64)
        self.last = np.full(size, NEVER, np.int64)
        self.latest = np.full(size, NEVER, np.int64)
        self.lacking = np.zeros(size, np.bool_)
        self.unanswered = np.zeros(size, np.bool_)
        self.broken = np.zeros(size, np.bool_)
        self.skewed = np.zeros(size, np.bool_)
        self.broken_at = np.full(size, NONE, np.int64)

    def add(self, act: Step, skipped: bool) -> None:
        """Take the next step; one that may be skipped leaves no trace where it is not done."""
        done = act.done
        self.steps.append(act)
        before = self.any & ~self.none
        if self.checked:
            wrong = done & self.none
            both = done & before
            ahead = both & ~(self.last < act.first)
            wrong |= ahead & (self.first > act.last)
            tied = ahead & ~(self.first > act.last)
            if self.ties == "deny":
                wrong |= tied
            elif self.ties == "unknown":
                same = (self.first == act.first) & (self.last == act.last) & (
                    act.first == act.last)  # fmt: skip
                self.doubt[self.made.case[tied & ~same]] = True
            # Out of place by more than one step: where nothing else is wrong, which is rare.
            self.skewed |= done & ~wrong & (self.latest > act.last)
            fresh = wrong & ~self.broken
            self.broken_at = np.where(fresh, act.last, self.broken_at)
            self.broken |= wrong
        if not skipped:
            self.unanswered |= before & ~done
            self.lacking |= ~done
            self.none = np.where(done, False, True)
            self.any[:] = True
        else:
            self.none &= ~done
            self.any |= done
        self.first = np.where(done, act.first, np.where(self.none, NEVER, self.first))
        self.last = np.where(done, act.last, np.where(self.none, NEVER, self.last))
        self.latest = np.where(done, np.maximum(self.latest, act.first), self.latest)

    def ids(self, n: int) -> tuple[str, ...]:
        """Return the facts of the steps done."""
        return tuple(dict.fromkeys(act.id(n) for act in self.steps if act.done[n]))


def _found(
    frame: Frame, one: OrderStep, made: Made, upper: Ints, after: Ints | None, doubt: Booleans
) -> Step:
    if one.matcher is None:
        return _stamped(frame, one, made, doubt)
    found = matched(frame, one.matcher, made, doubt)
    place = found.begin
    if after is not None:
        place = bisect(found.last, found.begin, found.end, after)
    done = place < found.end
    if not len(found.first):
        nothing = np.full(len(made), NEVER, np.int64)
        return Step(np.zeros(len(made), np.bool_), nothing, nothing, lambda n: "")
    place = np.minimum(place, len(found.first) - 1)
    first, last = found.first[place], found.last[place]
    done &= (upper == NEVER) | (first <= upper)
    return Step(done, first, last, lambda n: found.id(int(place[n])))


def _stamped(frame: Frame, one: OrderStep, made: Made, doubt: Booleans) -> Step:
    nothing = np.full(len(made), NEVER, np.int64)
    if made.rows is None or made.row is None or one.stamp is None:
        return Step(np.zeros(len(made), np.bool_), nothing, nothing, lambda n: "")
    rows, row = made.rows, made.row
    column = rows.column(one.stamp)
    if column is None:
        raise Unable
    done = np.ones(len(made), np.bool_)
    if column.state is not None:
        state = column.state[row]
        doubt[made.case[state > BLANK]] = True
        done = state == 0
    if column.kind != "moment":
        if done.any():
            raise Unable
        return Step(done, nothing, nothing, lambda n: "")
    first = column.values[row].astype(np.int64)
    last = first if column.last is None else column.last[row]
    return Step(done, first, last, lambda n: rows.id(int(row[n])))
