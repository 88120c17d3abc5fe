"""Dues, states and findings of certain instances, by columns.

Semantics: docs/semantics.md, sections 4, 5 and 9.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.dues import Due, due_after
from stdrules.base.time.kinds import Days, Exact
from stdrules.base.time.moments import When
from stdrules.base.time.zones import DAY
from stdrules.base.truth import Missing
from stdrules.engine.columns.blocks import CODE, NONE, Block, Listed, Moments, Names
from stdrules.engine.columns.clock import each
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import Scope, key_labels
from stdrules.engine.columns.lookups import FALSE, UNSURE, nothing, truths_of, truths_of_cases
from stdrules.engine.columns.paths import reads
from stdrules.engine.columns.picks import Made
from stdrules.engine.columns.rows import Unable
from stdrules.engine.reference.settle import soon
from stdrules.model.columnar import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import ByDay, DueRule, PerCase, PerFact, PerYear, Within

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
States = NDArray[np.uint8]
PENDING, DUE_SOON, OVERDUE = CODE[r.PENDING], CODE[r.DUE_SOON], CODE[r.OVERDUE]
FULFILLED, LATE, BREACHED = CODE[r.FULFILLED], CODE[r.FULFILLED_LATE], CODE[r.BREACHED]


class Dues(NamedTuple):
    """Dues of instances; ``last is first`` if none is vague. ``end``: the moments they end."""

    day: bool
    first: Ints
    last: Ints
    end: Ints
    end_last: Ints


def is_open(rule: DueRule | None) -> bool:
    """Tell whether a parameter without a value leaves the due open."""
    return rule is not None and not isinstance(rule, ByDay) and rule.duration is None


def dues_of(frame: Frame, rule: DueRule | None, made: Made, doubt: Booleans) -> Dues | None:
    """Return the dues of instances; None: there are none, or a parameter leaves them open."""
    if rule is None or is_open(rule):
        return None
    if isinstance(rule, ByDay):
        return _by_day(frame, rule, made, doubt)
    nowhere = made.first == NEVER
    if nowhere.any():
        doubt[made.case[nowhere]] = True
    assert rule.duration is not None
    sign = 1 if isinstance(rule, Within) else -1
    day, first, last, bad = frame.clock.move(made.first, made.last, rule.duration, sign, rule.roll)
    if bad is not None:
        doubt[made.case[bad]] = True
    return ended(frame, day, first, last)


def ended(frame: Frame, day: bool, first: Ints, last: Ints) -> Dues:
    """Return dues with the moments that they end."""
    if not day:
        return Dues(day, first, last, first, last)
    end = frame.clock.starts(first + 1)
    return Dues(day, first, last, end, end if last is first else frame.clock.starts(last + 1))


def _by_day(frame: Frame, rule: ByDay, made: Made, doubt: Booleans) -> Dues:
    back = 0 if rule.inclusive else 1
    if rule.field is not None:
        if made.rows is None or made.row is None:
            raise Unable
        column = made.rows.column(rule.field)
        if column is None or column.kind != "moment":
            raise Unable
        if column.state is not None:
            doubt[made.case[column.state[made.row] != 0]] = True
        first: Any = column.values[made.row]
        last = first if column.last is None else column.last[made.row]
        if rule.inclusive:
            instant = first == last
            if instant.all():
                return ended(frame, False, first, first)
            if instant.any():
                raise Unable
        day = frame.clock.ordinals(first) - back
    elif rule.ordinal is not None:
        day = np.full(len(made), rule.ordinal - back, np.int64)
    else:
        assert made.ending is not None
        day = made.ending - 1 - back
    if rule.roll != "none":
        zone, calendar, roll = frame.zone, frame.clock.calendar, rule.roll

        def rolled(one: int) -> int:
            at = zone.start_of(one)
            found = due_after(When(at, at), Days(0), zone, calendar, roll)  # type: ignore[arg-type]
            return NEVER if isinstance(found, Missing) else found.first

        day = each(day, rolled)
        doubt[made.case[day == NEVER]] = True
        day = np.where(day == NEVER, 1, day)
    return ended(frame, True, day, day)


def settled(
    frame: Frame, norm: PlanNorm, dues: Dues | None, open_due: bool, made: Made,
    first: Ints, last: Ints, doubt: Booleans,
) -> States:  # fmt: skip
    """Return the states; in doubt where the grain of a moment makes a difference.

    Args:
        frame: The chunk.
        norm: Whose; its lead counts.
        dues: When.
        open_due: Whether a parameter leaves the due open.
        made: The instances.
        first: When each was met, `NEVER`: not, or at no moment: then ``last`` tells.
        last: `NONE` where it was not met.
        doubt: By case.
    """
    met = last != NONE
    if dues is None:
        if open_due:
            doubt[made.case[met]] = True
            return np.full(len(made), PENDING, np.uint8)
        return np.where(met, FULFILLED, PENDING).astype(np.uint8)
    state = _state(frame, norm, dues, dues.first, dues.end, met, last)
    if dues.last is not dues.first or last is not first:
        vague = (dues.first != dues.last) | (met & (first != last))
        if vague.any():
            other = _state(frame, norm, dues, dues.last, dues.end_last, met, first)
            doubt[made.case[vague & (state != other)]] = True
    return state


def _state(
    frame: Frame, norm: PlanNorm, dues: Dues, due: Ints, end: Ints, met: Booleans, moment: Ints
) -> States:
    as_of = frame.as_of
    in_time = moment < end if dues.day else moment <= end
    gone = end <= as_of if dues.day else end < as_of
    waiting: Any = PENDING
    if norm.lead is not None and not (gone | met).all():
        waiting = np.where(_soon(frame, norm, dues.day, due, end), DUE_SOON, PENDING)
    done = np.where(in_time, np.uint8(FULFILLED), np.uint8(LATE))
    left = np.where(gone, np.uint8(OVERDUE), np.asarray(waiting, np.uint8))
    return np.where(met, done, left)


def _soon(frame: Frame, norm: PlanNorm, day: bool, due: Ints, end: Ints) -> Booleans:
    lead, as_of = norm.lead, frame.as_of
    if isinstance(lead, Exact):
        return as_of >= end - lead.us
    if isinstance(lead, Days):
        return as_of >= (frame.clock.starts(due + 1 - lead.n) if day else end - lead.n * DAY)
    view = nothing(frame)
    found: Booleans = each(due, lambda one: int(soon(Due(day, one, one), lead, view))) != 0
    return found


def expired(
    frame: Frame, state: States, made: Made, end: Ints, end_last: Ints
) -> tuple[States, Ints | None]:
    """Turn what can no longer be met into breaches, with their moments.

    ``end`` and ``end_last`` are by instance, `NEVER`: still open.
    """
    over = (end != NEVER) & (end <= frame.as_of)
    if not over.any():
        return state, None
    over &= (state == PENDING) | (state == DUE_SOON) | (state == OVERDUE)
    return np.where(over, np.uint8(BREACHED), state), np.where(over, end_last, NONE)


def closing_at(scope: Scope, made: Made) -> tuple[Ints, Ints]:
    """Return when the scope closes for each instance."""
    end = scope.end[made.case]
    return end, end if scope.end_last is scope.end else scope.end_last[made.case]


def conclude(
    frame: Frame, norm: PlanNorm, made: Made, state: States, doubt: Booleans,
    dues: Dues | None = None, met: Ints | None = None, met_last: Ints | None = None,
    broken: Ints | None = None, acts: Names | None = None,
    label: Callable[[int], str] | None = None,
) -> Block:  # fmt: skip
    """Return the findings of instances, the guard of each and infeasible dues seen to."""
    state = _feasible(frame, made, state, dues, doubt)
    if norm.when is not None and norm.when_per_instance:
        guard = _guard(frame, norm, made)
        doubt[made.case[guard == UNSURE]] = True
        state = np.where(guard == FALSE, np.uint8(CODE[r.NOT_APPLICABLE]), state)
    trigger: Callable[[int], str] | None = None
    facts = acts
    if made.rows is not None and made.row is not None:
        rows, row = made.rows, Listed(made.row)

        def trigger_of(n: int) -> str:
            return rows.id(row[n])

        def facts_of(n: int) -> tuple[str, ...]:
            own = (trigger_of(n),)
            more = acts(n) if acts is not None else ()
            return tuple(dict.fromkeys((*own, *more))) if more else own

        trigger, facts = trigger_of, facts_of
    elif acts is not None:
        facts = _once(acts)
    due, due_last = (None, None) if dues is None else (dues.first, dues.last)
    return Block(
        norm, made.case, state, label_of(frame, norm, made) if label is None else label,
        dues is not None and dues.day,
        Moments(due, due_last, met, met_last, broken, made.first, made.last), trigger, facts,
        period=None if made.years is None else label_of(frame, norm, made),
    )


def _once(acts: Names) -> Names:
    return lambda n: tuple(dict.fromkeys(acts(n)))


def _feasible(
    frame: Frame, made: Made, state: States, dues: Dues | None, doubt: Booleans
) -> States:
    if dues is None or made.rows is None or made.row is None:
        return state
    known = made.rows.known[made.row]
    if dues.day:
        early, late = known < dues.end, known >= dues.end_last
    else:
        early, late = known <= dues.end, known > dues.end_last
    if early.all():
        return state
    told = known != NEVER
    if dues.last is not dues.first:
        doubt[made.case[told & ~early & ~late]] = True
    return np.where(told & late & ~early, np.uint8(CODE[r.INFEASIBLE]), state)


def _guard(frame: Frame, norm: PlanNorm, made: Made) -> States:
    assert norm.when is not None
    if made.years is not None:
        raise Unable
    known = reads(norm.when)
    if made.rows is None or made.row is None:
        if not known.variables:
            return truths_of_cases(frame, norm.when)[made.case]
        raise Unable
    return truths_of(frame, norm.when, made.rows, "t")[made.row]


def label_of(frame: Frame, norm: PlanNorm, made: Made) -> Callable[[int], str]:
    """Return what names the instances."""
    arise, names = norm.arise, frame.names
    if isinstance(arise, PerFact):
        return key_labels(made, arise.key)
    if isinstance(arise, PerYear):
        assert made.years is not None
        years = Listed(made.years)
        return lambda n: str(years[n])
    assert isinstance(arise, PerCase)
    case = Listed(made.case)
    return lambda n: names[case[n]]
