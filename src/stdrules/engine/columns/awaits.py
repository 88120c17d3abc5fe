"""Owed acts: deadline norms and stages of a process."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.acts import Window, achieved
from stdrules.engine.columns.blocks import CODE, NONE, Block
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import made_of, scope_of
from stdrules.engine.columns.picks import Made
from stdrules.engine.columns.rows import Unable
from stdrules.engine.columns.settling import (
    BREACHED,
    PENDING,
    Dues,
    closing_at,
    conclude,
    dues_of,
    expired,
    is_open,
    settled,
)
from stdrules.model.columnar import BLANK, NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Await, Before, ByDay, PerCase, PerFact, PerYear

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
UNDETERMINED = CODE[r.UNDETERMINED]
_EVER = tuple(sorted((r.FULFILLED, r.FULFILLED_LATE)))
_NEVER_OWED = tuple(sorted((r.BREACHED, r.FULFILLED)))


def judge_await(frame: Frame, norm: PlanNorm, step: Await, doubt: Booleans) -> list[Block]:
    """Judge a norm of owed acts in every case."""
    made = made_of(frame, norm, doubt)
    dues = dues_of(frame, step.due, made, doubt)
    open_due = is_open(step.due)
    loose = step.due is None or open_due
    scope = scope_of(frame, norm.scope)
    closing = closing_at(scope, made)
    expiry = None
    if step.expires == "anchor":
        expiry = (made.first, made.last)
    elif step.expires == "scope":
        expiry = closing
    if loose or step.expires == "scope":
        doubt |= scope.end_doubt
    ends = closing if loose else expiry
    window = Window(
        *_lower(frame, norm, step, made),
        None if ends is None else ends[1],
        step.ties,
        _floor(frame, step, dues, made, doubt),
    )
    met = achieved(frame, step.content, made, window, doubt)
    if open_due:
        # In time or late: nobody knows until the parameter has a value.
        state = np.where(met.last != NONE, np.uint8(UNDETERMINED), np.uint8(PENDING))
    else:
        state = settled(frame, norm, dues, False, made, met.first, met.last, doubt)
    broken = None
    after = closing if dues is None else expiry
    if after is not None:
        state, broken = expired(frame, state, made, *after)
    lost = None
    if step.expires == "unknown":
        # A long enough period asks for no act before the scope closes.
        lost = state == BREACHED
        state = np.where(lost, np.uint8(UNDETERMINED), state)
    block = conclude(
        frame, norm, made, state, doubt, dues, met.first, met.last, broken, met.ids
    )
    if open_due or lost is not None:
        _open(block, norm, lost)
    return [block]


def _open(block: Block, norm: PlanNorm, lost: Booleans | None) -> None:
    """Say what a parameter without a value leaves open; ``lost``: never, or no act was owed."""
    items = tuple(sorted(f"parameter {name}" for name in norm.parameters))
    state = block.state

    def possible(n: int) -> tuple[str, ...]:
        if state[n] != UNDETERMINED:
            return ()
        return _NEVER_OWED if lost is not None and lost[n] else _EVER

    block.possible = possible
    block.missing = lambda n: items if state[n] == UNDETERMINED else ()


def _lower(
    frame: Frame, norm: PlanNorm, step: Await, made: Made
) -> tuple[Ints | None, Ints | None]:
    """From when on acts count."""
    if step.preemptive:
        return None, None
    from_trigger = isinstance(step.due, Before | ByDay) and not isinstance(
        norm.arise, PerCase | PerYear
    )
    if not from_trigger or made.rows is None or made.row is None:
        return made.first, made.last
    if isinstance(norm.arise, PerFact):
        # What must be done before an announced event may be done before the announcement.
        if frame.plan.types[norm.arise.matcher.type].kind == "plan":
            return None, None
        if norm.arise.matcher.time is None:
            return made.first, made.last
    first = made.rows.first[made.row]
    return first, first if made.rows.last is made.rows.first else made.rows.last[made.row]


def _floor(
    frame: Frame, step: Await, dues: Dues | None, made: Made, doubt: Booleans
) -> Ints | None:
    """The first moments whose acts count, if there are any."""
    if step.punctual and dues is not None:
        day = dues.first if dues.day else frame.clock.ordinals(dues.first)
        return frame.clock.starts(day)
    if step.early != "ignore":
        return None
    if step.from_field is not None and made.rows is not None and made.row is not None:
        column = made.rows.column(step.from_field)
        if column is None or column.kind != "moment":
            raise Unable
        values = column.values[made.row].astype(np.int64)
        start = frame.clock.starts(frame.clock.ordinals(values))
        if column.state is None:
            return start
        state = column.state[made.row]
        doubt[made.case[state > BLANK]] = True
        return np.where(state == 0, start, NEVER)
    if step.from_ordinal is None:
        return None
    return np.full(len(made), frame.zone.start_of(step.from_ordinal), np.int64)
