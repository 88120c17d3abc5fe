"""Vetoes and conditions of scorecards, of all cases at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.blocks import Names
from stdrules.engine.columns.clock import each
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.lookups import TRUE, UNSURE, truths_of_cases
from stdrules.engine.columns.paths import reads
from stdrules.engine.columns.picks import is_static, passing, picked
from stdrules.engine.columns.rows import Unable
from stdrules.engine.columns.runs import kept, laid_out
from stdrules.engine.reference.steps import back
from stdrules.model.columnar import NEVER
from stdrules.plan.results import ConditionResult
from stdrules.plan.scorecard import Check, Condition

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(slots=True)
class Conditions:
    """A veto or condition by case: whether it holds, and which facts say so."""

    id: str
    holds: Booleans
    facts: list[Names] = field(default_factory=list)

    def result(self, case: int) -> ConditionResult:
        """Return the result of one case."""
        ids = tuple([name for one in self.facts for name in one(case)])
        return ConditionResult(self.id, "true" if self.holds[case] else "false", ids)


def judge_condition(frame: Frame, one: Condition, doubt: Booleans) -> Conditions:
    """Judge a veto or condition in every case; cases in doubt are marked."""
    found = Conditions(one.id, np.ones(frame.size, np.bool_))
    for check in one.checks:
        # Many conditions share checks.
        key = ("check", check)
        if key not in frame.memo:
            own = np.zeros(frame.size, np.bool_)
            frame.memo[key] = (*_check(frame, check, own), own)
        holds, ids, unsure = frame.memo[key]
        doubt |= unsure
        found.holds &= holds
        if ids is not None:
            found.facts.append(ids)
    return found


def _check(frame: Frame, check: Check, doubt: Booleans) -> tuple[Booleans, Names | None]:
    if check.where is not None:
        if reads(check.where).variables:
            raise Unable
        truths = truths_of_cases(frame, check.where)
        doubt |= truths == UNSURE
        return truths == TRUE, None
    if check.declared is not None:
        return _declared(frame, check, doubt)
    return _none(frame, check, doubt)


def _declared(frame: Frame, check: Check, doubt: Booleans) -> tuple[Booleans, Names]:
    """The newest such fact says so."""
    matcher = check.declared
    assert matcher is not None and check.value is not None
    if matcher.keys or not is_static(matcher.where):
        raise Unable
    rows = frame.rows(matcher.type)
    keep, unsure = passing(frame, rows, matcher.where, matcher.type)
    doubt |= unsure
    newest = np.full(frame.size, -1, np.int64)
    row = np.arange(len(rows)) if keep is None else np.flatnonzero(keep)
    newest[rows.case[row]] = row
    column = rows.column(check.value)
    if column is None or column.kind != "boolean" or not len(rows):
        doubt[:] = True
        return np.zeros(frame.size, np.bool_), lambda case: ()
    has = newest >= 0
    place = np.maximum(newest, 0)
    doubt |= ~has
    if column.state is not None:
        doubt |= has & (column.state[place] != 0)
    holds = has & np.asarray(column.values, np.bool_)[place]
    return holds, lambda case: (rows.id(int(newest[case])),)


def _none(frame: Frame, check: Check, doubt: Booleans) -> tuple[Booleans, Names]:
    """There is no such fact, or none in the time looked back on."""
    matcher, length = check.none, check.look_back
    assert matcher is not None
    if matcher.keys or not is_static(matcher.where):
        raise Unable
    base = picked(frame, matcher)
    doubt |= base.doubt
    starts = base.starts(frame.size)
    run = laid_out(starts[:-1], starts[1:])
    if length is not None:
        day, known = _anchor_days(frame, check, doubt)
        doubt |= ~known
        first = frame.clock.starts(each(day, lambda one: back(one, length)))
        last = frame.clock.starts(day + 1)
        inside = base.last[run.place] >= first[run.inst]
        run = kept(run, inside & (base.first[run.place] < last[run.inst]))
    begin, end = run.begin, run.end

    def ids(case: int) -> tuple[str, ...]:
        # In the order of the view.
        places = [base.place(p) for p in run.place[int(begin[case]) : int(end[case])].tolist()]
        return tuple([base.rows.id(place) for place in sorted(places)])

    return begin == end, ids


def _anchor_days(frame: Frame, check: Check, doubt: Booleans) -> tuple[Ints, Booleans]:
    """Return the day that is looked back from, and where it is known."""
    known = np.ones(frame.size, np.bool_)
    today = np.full(frame.size, frame.zone.ordinal(frame.as_of - 1), np.int64)
    matcher = check.anchor
    if matcher is None:
        return today, known
    if matcher.keys or not is_static(matcher.where):
        raise Unable
    rows = frame.rows(matcher.type)
    truths, unsure = passing(frame, rows, matcher.where, matcher.type)
    doubt |= unsure
    row = np.arange(len(rows)) if truths is None else np.flatnonzero(truths)
    newest = np.full(frame.size, -1, np.int64)
    newest[rows.case[row]] = row
    known = newest >= 0
    place = np.maximum(newest, 0)
    if not len(rows):
        return today, known
    first = rows.first
    if matcher.time is not None:
        column = rows.column(matcher.time)
        if column is None or column.kind != "moment":
            raise Unable
        first = np.asarray(column.values, np.int64)
        if column.state is not None:
            known &= column.state[place] == 0
    elif rows.info.kind == "plan":
        raise Unable
    at = first[place]
    known &= at != NEVER
    return np.where(known, frame.clock.ordinals(np.where(known, at, 0)), today), known

