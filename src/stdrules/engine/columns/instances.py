"""Scopes, triggers and guards of all cases at once.

Semantics: docs/semantics.md, sections 5 and 9.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.base.truth import Missing
from stdrules.engine.columns.blocks import Listed
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.picks import Made, is_static, passing, picked
from stdrules.engine.columns.rows import Rows, Unable
from stdrules.model.columnar import NEVER
from stdrules.plan.content import Matcher, ScopeRule
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import PerCase, PerFact, PerYear

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(slots=True)
class Scope:
    """By case: when the scope starts and closes (`NEVER`: no start, open), and doubts."""

    first: Ints
    last: Ints
    end: Ints
    end_last: Ints
    start_doubt: Booleans
    end_doubt: Booleans


def scope_of(frame: Frame, rule: ScopeRule) -> Scope:
    """Return when a scope starts and closes in each case."""
    key = ("scope", rule)
    found = frame.memo.get(key)
    if found is None:
        first, last, start_doubt = _earliest(frame, rule.start)
        end, end_last, end_doubt = _earliest(frame, rule.end)
        found = frame.memo[key] = Scope(first, last, end, end_last, start_doubt, end_doubt)
    return found


def _earliest(frame: Frame, matcher: Matcher | None) -> tuple[Ints, Ints, Booleans]:
    never = np.full(frame.size, NEVER, np.int64)
    if matcher is None:
        return never, never, np.zeros(frame.size, np.bool_)
    if matcher.keys or not is_static(matcher.where):
        return never, never, np.ones(frame.size, np.bool_)
    base = picked(frame, matcher)
    if not len(base):
        return never, never, base.doubt
    starts = base.starts(frame.size)
    has = starts[1:] > starts[:-1]
    at = np.minimum(starts[:-1], len(base) - 1)
    first = np.where(has, base.first[at], NEVER)
    last = first if base.last is base.first else np.where(has, base.last[at], NEVER)
    return first, last, base.doubt


def made_of(frame: Frame, norm: PlanNorm, doubt: Booleans) -> Made:
    """Return the instances of a norm; cases in doubt are marked.

    Raises:
        Unable: They are groups or outcomes.
    """
    arise = norm.arise
    if isinstance(arise, PerFact):
        return _per_fact(frame, arise, doubt)
    if isinstance(arise, PerCase):
        scope = scope_of(frame, norm.scope)
        doubt |= scope.start_doubt
        return Made(np.arange(frame.size), scope.first, scope.last)
    if isinstance(arise, PerYear):
        return _per_year(frame, arise, norm, doubt)
    raise Unable


def _per_fact(frame: Frame, arise: PerFact, doubt: Booleans) -> Made:
    matcher = arise.matcher
    if matcher.keys or not is_static(matcher.where):
        raise Unable
    key = ("made", arise)
    if key not in frame.memo:
        frame.memo[key] = _made(frame, arise)
    made, own = frame.memo[key]
    doubt |= own
    return made  # type: ignore[no-any-return]


def _made(frame: Frame, arise: PerFact) -> tuple[Made, Booleans]:
    matcher = arise.matcher
    rows = frame.rows(matcher.type)
    keep, doubt = passing(frame, rows, matcher.where, matcher.type)
    row = np.arange(len(rows)) if keep is None else np.flatnonzero(keep)
    case = rows.case[row]
    if arise.pick != "all" and len(row):
        change = case[1:] != case[:-1]
        edge = np.concatenate(([True], change) if arise.pick == "first" else (change, [True]))
        row, case = row[edge], case[edge]
    first = rows.first[row]
    last = first if rows.last is rows.first else rows.last[row]
    if matcher.time is not None:
        first, last = _field_moments(rows, matcher.time, row, case, doubt)
    elif rows.info.time is not None:
        doubt[case[first == NEVER]] = True
    return Made(case, first, last, rows, row), doubt


def _field_moments(
    rows: Rows, field: str, row: Ints, case: Ints, doubt: Booleans
) -> tuple[Ints, Ints]:
    column = rows.column(field)
    if column is None or column.kind != "moment":
        doubt[case] = True
        never = np.full(len(row), NEVER, np.int64)
        return never, never
    if column.state is not None:
        doubt[case[column.state[row] != 0]] = True
    first: Any = column.values[row]
    return first, first if column.last is None else column.last[row]


def _per_year(frame: Frame, arise: PerYear, norm: PlanNorm, doubt: Booleans) -> Made:
    scope = scope_of(frame, norm.scope)
    doubt |= scope.start_doubt | scope.end_doubt
    begun = np.flatnonzero(scope.first != NEVER)
    first = frame.clock.ordinals(scope.first[begun])
    last = np.full(len(begun), frame.zone.ordinal(frame.as_of - 1), np.int64)
    closed = scope.end[begun] != NEVER
    if closed.any():
        days = frame.clock.ordinals(scope.end[begun])
        last = np.where(closed, np.minimum(last, days), last)
    years = _years(first), _years(last)
    count = np.maximum(years[1] - years[0] + 1, 0)
    inst = np.repeat(np.arange(len(begun)), count)
    year = years[0][inst] + np.arange(len(inst)) - np.repeat(np.cumsum(count) - count, count)
    low, high = (int(year.min()), int(year.max())) if len(year) else (1, 0)
    dues = np.array([date(y, arise.month, arise.day).toordinal() for y in range(low, high + 1)])
    opens = np.array([date(y, 1, 1).toordinal() for y in range(low, high + 1)])
    if not len(year):
        empty = np.zeros(0, np.int64)
        return Made(empty, empty, empty, None, None, empty, empty)
    due, opening = dues[year - low], opens[year - low]
    keep = (due >= first[inst]) & ~(closed[inst] & (due > last[inst]))
    if arise.part_periods == "skip":
        keep &= opening >= first[inst]
    inst, year, due, opening = inst[keep], year[keep], due[keep], opening[keep]
    case = begun[inst]
    begin = frame.clock.starts(opening)
    later = opening > first[inst]
    return Made(
        case, np.where(later, begin, scope.first[case]), np.where(later, begin, scope.last[case]),
        None, None, year, due + 1,
    )  # fmt: skip


def _years(days: Ints) -> Ints:
    # Ordinal 719163 is 1970-01-01.
    return (days - 719163).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def key_labels(made: Made, field: str | None) -> Callable[[int], str]:
    """Return what names the instances that facts trigger."""
    assert made.rows is not None and made.row is not None
    rows, row = made.rows, Listed(made.row)
    if field is None:
        return lambda n: rows.id(row[n])

    def label(n: int) -> str:
        value = rows.value(row[n], field)
        return rows.id(row[n]) if isinstance(value, Missing) else str(value)

    return label


__all__ = ["Scope", "key_labels", "made_of", "scope_of"]
