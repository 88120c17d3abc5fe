"""Longest gaps: one row for the start and for each act, until the next act is due."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.acts import Window, counting
from stdrules.engine.columns.blocks import CODE, NONE, Block, Listed
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import Scope, scope_of
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.picks import Made, Matched
from stdrules.engine.columns.rows import Unable
from stdrules.engine.columns.runs import laid_out
from stdrules.engine.columns.settling import Dues, conclude, dues_of, settled
from stdrules.model.columnar import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Gap, Within

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def judge_gap(frame: Frame, norm: PlanNorm, step: Gap, doubt: Booleans) -> list[Block]:
    """Judge a longest gap in every case."""
    if step.each is not None or step.also or norm.when_per_instance or step.content.keys:
        raise Unable
    scope = scope_of(frame, norm.scope)
    doubt |= scope.start_doubt | scope.end_doubt
    begun = np.flatnonzero(scope.first != NEVER)
    start = Made(begun, scope.first[begun], scope.last[begun])
    found = matched(frame, step.content, start, doubt)
    if found.picked.timeless:
        raise Unable
    _one_order(found, doubt)
    window = Window(start.first, start.last, scope.end_last[begun])
    begin, end = counting(frame, found, start, window, doubt)
    # The start of each case is a point, and so is each act.
    points = laid_out(begin - 1, np.maximum(end, begin))
    inst, place = points.inst, points.place
    opening = place < begin[inst]
    following = np.where(place + 1 < end[inst], place + 1, -1)
    made = _made(found, start, inst, place, opening)
    dues = dues_of(frame, Within(step.max_gap), made, doubt)
    assert dues is not None
    first, last = _moments(found, following)
    state = settled(frame, norm, dues, False, made, first, last, doubt)
    state, broken, over = _closed(frame, scope, made, dues, state, following)
    at, after, names = Listed(np.where(opening, -1, place)), Listed(following), frame.names
    case = Listed(made.case)

    def label(n: int) -> str:
        return found.id(at[n]) if at[n] >= 0 else names[case[n]]

    def ids(n: int) -> tuple[str, ...]:
        return tuple([found.id(one) for one in (at[n], after[n]) if one >= 0])

    block = conclude(frame, norm, made, state, doubt, dues, first, last, broken, ids, label)
    block.drop(over)
    return [block]


def _one_order(found: Matched, doubt: Booleans) -> None:
    """Acts that end alike but begin otherwise stand in no order that all agree on."""
    picked = found.picked
    if picked.last is picked.first:
        return
    same = (picked.case[1:] == picked.case[:-1]) & (picked.last[1:] == picked.last[:-1])
    doubt[picked.case[1:][same & (picked.first[1:] != picked.first[:-1])]] = True


def _made(found: Matched, start: Made, inst: Ints, place: Ints, opening: Booleans) -> Made:
    if not len(found.first):
        return Made(start.case[inst], start.first[inst], start.last[inst])
    at = np.maximum(place, 0)
    first = np.where(opening, start.first[inst], found.first[at])
    last = first
    if found.last is not found.first or start.last is not start.first:
        last = np.where(opening, start.last[inst], found.last[at])
    return Made(start.case[inst], first, last)


def _moments(found: Matched, place: Ints) -> tuple[Ints, Ints]:
    """Return when the acts at places were; the last is `NONE` where there is none."""
    if not len(found.first):
        nothing = np.full(len(place), NONE, np.int64)
        return nothing, nothing
    at = np.maximum(place, 0)
    first = np.where(place >= 0, found.first[at], NONE)
    if found.last is found.first:
        return first, first
    return first, np.where(place >= 0, found.last[at], NONE)


def _closed(
    frame: Frame, scope: Scope, made: Made, dues: Dues, state: NDArray[np.uint8], following: Ints
) -> tuple[NDArray[np.uint8], Ints, Booleans]:
    """No act is owed if the scope closes by its due; after it, it can no longer be done."""
    end = scope.end[made.case]
    last = (following < 0) & (end != NEVER)
    days = frame.clock.ordinals(np.where(end == NEVER, 0, end)) if dues.day else end
    late = days > dues.last
    broken = np.where(last & late, scope.end_last[made.case], NONE)
    return np.where(last & late, np.uint8(CODE[r.BREACHED]), state), broken, last & ~late
