"""Recurrence: at least n acts in each period, or never longer than a gap without one."""

from __future__ import annotations

from dataclasses import replace

from stdrules.compile.content import counted, fact_types, lower_content, single
from stdrules.compile.draft import Draft, duration
from stdrules.compile.expressions import BROKEN
from stdrules.compile.lower.common import Lowered, bound
from stdrules.compile.scopes import Names
from stdrules.compile.triggers import lower_each
from stdrules.model.base import parse_every
from stdrules.model.norms.recurrence import Recurrence
from stdrules.plan.content import Matcher
from stdrules.plan.steps import Await, Gap, PerCase, PerFact, Recur, Within


def lower_recurrence(draft: Draft, norm: Recurrence) -> list[Lowered]:
    """Lower a recurrence norm.

    A period or gap that is a parameter without a value leaves one act owed without a due.
    """
    if norm.every is None and norm.max_gap is None:
        return [_open(draft, norm)]
    names, each, key = Names(), None, None
    if norm.each is not None:
        series, names = lower_each(draft, norm.each, "e")
        each, key = series.matcher, series.key
    gap = duration(norm.max_gap)
    if gap is not None:
        content, also = counted(draft, norm.content, ("content",), names)
        return [Lowered(PerCase(), Gap(content, gap, each, key, also))]
    return [Lowered(PerCase(), _periods(draft, norm, names, each, key))]


def _periods(
    draft: Draft, norm: Recurrence, names: Names, each: Matcher | None, key: str | None
) -> Recur:
    inside = replace(names, period=True)
    content, also = counted(draft, norm.content, ("content",), inside)
    for type_ in fact_types(norm.content):
        if norm.period_field is not None:
            draft.field(type_, norm.period_field, ("period_field",), ("text", "choice"))
        for i, name in enumerate(norm.distinct):
            draft.field(type_, name, ("distinct", i))
    needed = None
    if norm.needed_if is not None:
        needed = single(draft, norm.needed_if, ("needed_if",), inside)
    every = parse_every(norm.every or "year")
    return Recur(
        content,
        bound(draft, norm, "at_least", names) or BROKEN,
        every.unit,
        every.tile_days,
        norm.tiles_from == "next_day",
        norm.part_periods,
        norm.period_field,
        norm.distinct,
        each,
        key,
        needed,
        also,
    )


def _open(draft: Draft, norm: Recurrence) -> Lowered:
    arise: PerCase | PerFact = PerCase()
    names = Names()
    if norm.each is not None:
        arise, names = lower_each(draft, norm.each, "t")
    content = lower_content(draft, norm.content, ("content",), names)
    return Lowered(arise, Await(content, Within(None), expires="unknown"))
