"""Prohibitions: one row for each offending fact, or one row if there is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.acts import Window, counting
from stdrules.engine.columns.blocks import CODE, Block
from stdrules.engine.columns.clock import each
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import made_of, scope_of
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.picks import Made
from stdrules.engine.columns.rows import Unable
from stdrules.engine.columns.runs import laid_out
from stdrules.engine.columns.settling import closing_at, conclude, label_of
from stdrules.engine.reference.steps import back
from stdrules.model.columnar import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Forbid, PerCase, PerYear

Booleans = NDArray[np.bool_]


def judge_forbid(frame: Frame, norm: PlanNorm, step: Forbid, doubt: Booleans) -> list[Block]:
    """Judge a prohibition in every case."""
    if step.also or isinstance(norm.arise, PerYear):
        raise Unable
    made = made_of(frame, norm, doubt)
    scope = scope_of(frame, norm.scope)
    doubt |= scope.start_doubt | scope.end_doubt
    closing = closing_at(scope, made)
    per_case = isinstance(norm.arise, PerCase)
    lower, lower_last = made.first, made.last
    if per_case:
        lower, lower_last = scope.first[made.case], scope.last[made.case]
    upper, over = closing[1], closing[0] != NEVER
    length = step.look_back
    if length is not None:
        nowhere = made.first == NEVER
        doubt[made.case[nowhere]] = True
        days = frame.clock.ordinals(np.where(nowhere, 0, made.first))
        lower = lower_last = frame.clock.starts(each(days, lambda day: back(day, length)))
        upper = frame.clock.starts(days + 1) - 1
        over = np.ones(len(made), np.bool_)
    found = matched(frame, step.content, made, doubt)
    begin, end = counting(frame, found, made, Window(lower, lower_last, upper), doubt)
    run = laid_out(begin, end)
    inst, place = run.inst, run.place
    name = label_of(frame, norm, made)

    def label(n: int) -> str:
        own = found.id(int(place[n]))
        return own if per_case else f"{name(int(inst[n]))}/{own}"

    broken = Made(
        made.case[inst], made.first[inst], made.last[inst], made.rows,
        None if made.row is None else made.row[inst],
    )  # fmt: skip
    state = np.full(len(inst), CODE[r.BREACHED], np.uint8)
    blocks = [
        conclude(
            frame, norm, broken, state, doubt, None, None, None,
            found.last[place] if len(place) else None,
            lambda n: (found.id(int(place[n])),), label,
        )
    ]  # fmt: skip
    free = np.flatnonzero(run.begin == run.end)
    quiet = Made(
        made.case[free], made.first[free], made.last[free], made.rows,
        None if made.row is None else made.row[free],
    )  # fmt: skip
    state = np.where(over[free], np.uint8(CODE[r.FULFILLED]), np.uint8(CODE[r.HOLDING]))
    return [*blocks, conclude(frame, norm, quiet, state, doubt)]
