"""One norm in every case of a frame: its rows, and the cases that somebody else has to judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.awaits import judge_await
from stdrules.engine.columns.blocks import CODE, Block, idle
from stdrules.engine.columns.counts import judge_count
from stdrules.engine.columns.forbids import judge_forbid
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.gaps import judge_gap
from stdrules.engine.columns.holds import judge_hold
from stdrules.engine.columns.instances import made_of, scope_of
from stdrules.engine.columns.lookups import FALSE, TRUE, UNSURE, truths_of_cases
from stdrules.engine.columns.orders import judge_order
from stdrules.engine.columns.picks import is_static, passing
from stdrules.engine.columns.recurs import judge_recur
from stdrules.engine.columns.requires import judge_require
from stdrules.engine.columns.rows import Unable
from stdrules.model.columnar import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import (
    Await,
    Count,
    Forbid,
    Gap,
    Hold,
    Order,
    PerFact,
    PerGroup,
    PerOutcome,
    Recur,
    Require,
)

Booleans = NDArray[np.bool_]
Kernel = Callable[[Frame, PlanNorm, Any, Booleans], list[Block]]
#: The steps that columns can judge.
KERNELS: dict[type, Kernel] = {
    Await: judge_await,
    Count: judge_count,
    Forbid: judge_forbid,
    Gap: judge_gap,
    Hold: judge_hold,
    Order: judge_order,
    Recur: judge_recur,
    Require: judge_require,
}


class Judged(NamedTuple):
    """The rows of a norm, and the cases in which it is in doubt."""

    blocks: list[Block]
    doubt: Booleans


def judge_norm(frame: Frame, norm: PlanNorm, before: dict[str, list[Judged]]) -> Judged:
    """Judge a norm; ``before`` holds the norms that stand before it."""
    controlled = frame.controlled(norm)
    doubt = np.zeros(frame.size, np.bool_) if controlled is None else controlled
    blocks: list[Block] = []
    try:
        active = _active(frame, norm, doubt, blocks)
        found, has = _instances(frame, norm, doubt, before)
        for block in found:
            block.leave_out(~active)
            blocks.append(block)
        without = active & ~has
        if without.any():
            _doubt_untriggered(frame, norm, doubt, without)
            blocks.append(idle(norm, without, r.NOT_TRIGGERED))
    except Unable:
        return Judged([], frame.exists & ~frame.apart)
    doubt = doubt & frame.exists & ~frame.apart
    out = doubt | ~frame.exists | frame.apart
    if out.any():
        for block in blocks:
            block.leave_out(out)
    return Judged([block for block in blocks if len(block)], doubt)


def _active(frame: Frame, norm: PlanNorm, doubt: Booleans, blocks: list[Block]) -> Booleans:
    """Return the cases to which a norm applies, or may apply."""
    if norm.when is None or norm.when_per_instance:
        return np.ones(frame.size, np.bool_)
    guard = truths_of_cases(frame, norm.when)
    doubt |= guard == UNSURE
    blocks.append(idle(norm, guard == FALSE, r.NOT_APPLICABLE))
    active: Booleans = guard == TRUE
    return active


def _instances(
    frame: Frame, norm: PlanNorm, doubt: Booleans, before: dict[str, list[Judged]]
) -> tuple[list[Block], Booleans]:
    """Return the rows of the instances, and the cases that have some."""
    has = np.zeros(frame.size, np.bool_)
    arise = norm.arise
    if isinstance(arise, PerOutcome):
        has |= _followed(frame, arise, before, doubt)
        doubt |= has
        return [], has
    if isinstance(arise, PerFact) and not isinstance(norm.step, Recur | Gap):
        made = made_of(frame, norm, doubt)
        if not len(made):
            return [], has
    kernel = KERNELS.get(type(norm.step))
    if kernel is not None and not isinstance(arise, PerGroup):
        kept = doubt.copy()
        try:
            found = kernel(frame, norm, norm.step, doubt)
        except Unable:
            doubt[:] = kept
        else:
            for block in found:
                block.mark(has)
            return found, has
    has |= _arisen(frame, norm, doubt)
    doubt |= has
    return [], has


def _followed(
    frame: Frame, arise: PerOutcome, before: dict[str, list[Judged]], doubt: Booleans
) -> Booleans:
    """Return the cases in which the outcome that a norm follows has come about."""
    found = np.zeros(frame.size, np.bool_)
    codes = [CODE[state] for state in arise.states]
    for cause in before.get(arise.norm, ()):
        doubt |= cause.doubt
        for block in cause.blocks:
            block.mark(found, codes)
    return found


def _arisen(frame: Frame, norm: PlanNorm, doubt: Booleans) -> Booleans:
    """Return the cases in which a norm that columns cannot judge may have instances."""
    found = np.zeros(frame.size, np.bool_)
    arise = norm.arise
    if isinstance(norm.step, Recur | Gap):
        scope = scope_of(frame, norm.scope)
        doubt |= scope.start_doubt
        found |= scope.first != NEVER
    elif isinstance(arise, PerFact):
        found[made_of(frame, norm, doubt).case] = True
    elif isinstance(arise, PerGroup):
        if arise.matcher.keys or not is_static(arise.matcher.where):
            raise Unable
        rows = frame.rows(arise.matcher.type)
        keep, unsure = passing(frame, rows, arise.matcher.where, arise.matcher.type)
        doubt |= unsure
        found[rows.case if keep is None else rows.case[keep]] = True
    else:
        found[:] = True
    return found


def _doubt_untriggered(
    frame: Frame, norm: PlanNorm, doubt: Booleans, without: Booleans
) -> None:
    arise = norm.arise
    name = ""
    if isinstance(arise, PerFact | PerGroup):
        name = arise.matcher.type
    elif not isinstance(arise, PerOutcome) and norm.scope.start is not None:
        name = norm.scope.start.type
    if name and frame.complete(name) is not True:
        doubt |= without & frame.incomplete(name)
