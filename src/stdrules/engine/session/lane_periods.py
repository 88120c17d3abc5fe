"""Recurrences over calendar periods or tiles, judged act by act; see ``lanes``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from stdrules.base.time.moments import When
from stdrules.base.time.periods import period_of, tile_of
from stdrules.engine.session.cases import CaseState, Surroundings
from stdrules.engine.session.delta import Change
from stdrules.engine.session.lanes import (
    ACT,
    Lane,
    Pick,
    Where,
    between,
    change,
    first_of,
    roles_of,
)
from stdrules.engine.session.wakes import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Recur


class Span(NamedTuple):
    """A period: its label, the moments at which it begins and has ended, its first day."""

    label: str
    opens: int
    ends: int
    day: int


class RecurLane(Lane):
    """At least so many acts a period, in a scope that does not close."""

    def __init__(
        self, norm: PlanNorm, unit: int, around: Surroundings, start: Pick, end: Pick | None,
        act: Pick, step: Recur, need: int,
    ) -> None:  # fmt: skip
        super().__init__(norm, unit, around)
        self.start, self.act, self.need = start, act, need
        self.roles = roles_of(start, end, act)
        self.size, self.tiles = step.unit, step.tile_days or 1
        self.skip, self.later = step.part_periods == "skip", int(step.tiles_from_next_day)
        # By day, or for tiles by first day and number.
        self._spans: dict[Any, Span] = {}
        # The one asked for last: most facts of most cases lie in the same one.
        self._last = Span("", 0, 0, 0)

    def _span(self, moment: int, start: int) -> Span | None:
        """The period that holds a moment; None: it is before the first tile."""
        last = self._last
        if self.size is not None and last.opens <= moment < last.ends:
            return last
        zone, key = self.around.zone, None
        day = zone.ordinal(moment)
        if self.size is None:
            opening = zone.ordinal(start) + self.later
            if day < opening:
                return None
            key = (opening, (day - opening) // self.tiles)
        span = self._spans.get(key or day)
        if span is None:
            if self.size is not None:
                period = period_of(self.size, day)  # type: ignore[arg-type]
            else:
                period = tile_of(self.tiles, opening, day)
            opens, ends = zone.start_of(period.start), zone.start_of(period.end)
            if len(self._spans) >= _KEPT:
                self._spans.clear()
            span = self._spans[key or day] = Span(period.label, opens, ends, period.start)
        self._last = span
        return span

    def _is_asked(self, span: Span, start: int) -> bool:
        return not self.skip or start <= span[1] or self.around.zone.ordinal(start) <= span[3]

    def _finding(self, case: CaseState, span: Span, start: When, now: int) -> Finding:
        need = self.need
        label, opens, ends, _ = span
        acts = between(self.act, case, opens if opens > start[0] else start[0], ends)
        count = len(acts)
        met, over = None, None
        state = r.PENDING
        if count >= need:
            state, met = r.FULFILLED, acts[need - 1].at
        elif now >= ends:
            state, over = r.BREACHED, ends
        return Finding(
            self.norm, case.name, f"{self.prefix}/{label}", state, None, met, over, "",
            tuple([row.id for row in acts]), (), (), (count, count, need), label, (), start,
        )  # fmt: skip

    def on_fact(
        self, case: CaseState, fact: Any, role: int, where: Where, changes: list[Change]
    ) -> int:
        start = first_of(self.start, case)
        wake = case.wakes[self.unit]
        if role != ACT:
            return self._on_start(case, fact, start, where, changes)
        moment, now = fact.at[0], self.around.as_of
        if start is None or moment < start[0]:
            return wake
        span = self._span(moment, start[0])
        if span is None or now <= span[1] or not self._is_asked(span, start[0]):
            return wake
        found = self._finding(case, span, start, now)
        before = r.FULFILLED
        if len(found.facts) <= self.need:
            before = r.BREACHED if now >= span[2] else r.PENDING
        changes.append(change(Change, (*where, self.norm, found.key, before, found.state, found)))
        # What is fulfilled already need not be looked at when the period ends.
        return span[2] + 1 if wake == span[2] and found.state == r.FULFILLED else wake

    def _on_start(
        self, case: CaseState, fact: Any, start: When | None, where: Where, changes: list[Change]
    ) -> int:
        """The scope starts, or starts earlier than was known."""
        was = first_of(self.start, case, fact.id)
        if was == start or start is None:
            return case.wakes[self.unit]
        old = {} if was is None else {row.key: row for row in self._all(case, was)}
        for row in self._all(case, start):
            known = old.pop(row.key, None)
            if known is None or known.as_tuple() != row.as_tuple():
                before = None if known is None else known.state
                changes.append(change(Change, (*where, self.norm, row.key, before, row.state, row)))
        for key, row in old.items():
            changes.append(change(Change, (*where, self.norm, key, row.state, None, None)))
        return self._next(start, self.around.as_of)

    def _next(self, start: When, now: int) -> int:
        """The running period ends, or the next one begins."""
        zone = self.around.zone
        first = zone.ordinal(start[0])
        span = self._span(now - 1, start[0]) if now > zone.start_of(first) else None
        if span is None:
            opening = first + (self.later if self.size is None else 0)
            return max(zone.start_of(opening) + 1, now + 1)
        return span[2] if now < span[2] else span[2] + 1

    def on_wake(self, case: CaseState, wake: int, where: Where, changes: list[Change]) -> int:
        start = first_of(self.start, case)
        if start is None:
            return NEVER
        moment, now = wake, self.around.as_of
        begins = start[0]
        while moment <= now:
            span = self._span(moment - 1, begins) if moment > begins else None
            if span is None:
                moment = self._next(start, moment)
                continue
            _, opens, ends, _ = span
            if moment == ends:
                if self._is_asked(span, begins) and self._lacks(case, opens, begins, ends):
                    found = self._finding(case, span, start, moment)
                    changes.append(
                        change(
                            Change, (*where, self.norm, found.key, r.PENDING, found.state, found)
                        )
                    )
                moment = ends + 1
                continue
            # A scope that begins at midnight has its first period a microsecond later.
            first = moment == opens + 1 or (begins > opens and moment == begins + 1)
            if first and self._is_asked(span, begins):
                found = self._finding(case, span, start, moment)
                changes.append(
                    change(Change, (*where, self.norm, found.key, None, found.state, found))
                )
            moment = ends
        return moment

    def _lacks(self, case: CaseState, opens: int, begins: int, ends: int) -> bool:
        """Tell whether a period has too few acts."""
        if self.need > 1:
            return len(between(self.act, case, max(opens, begins), ends)) < self.need
        rows, test = case.rows.get(self.act.type, ()), self.act.test
        floor = opens if opens > begins else begins
        for row in reversed(rows):
            moment = row.at[0]
            if moment < floor:
                break
            if moment < ends and (test is None or test(row.fields) is True):
                return False
        return True

    def _all(self, case: CaseState, start: When) -> Iterator[Finding]:
        zone, now = self.around.zone, self.around.as_of
        first = zone.ordinal(start[0])
        moment = zone.start_of(first if self.size is not None else first + self.later)
        while moment < now:
            span = self._span(moment, start[0])
            assert span is not None
            if self._is_asked(span, start[0]):
                yield self._finding(case, span, start, now)
            moment = span[2]

    def findings(self, case: CaseState) -> list[Finding]:
        start = first_of(self.start, case)
        return [] if start is None else list(self._all(case, start))


#: Periods kept at most; they are the same for many cases.
_KEPT = 1 << 16
