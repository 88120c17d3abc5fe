"""Recurrences over calendar periods or tiles, judged act by act; see ``lanes``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from stdrules.base.time.moments import When
from stdrules.base.time.periods import Period, period_of, tile_of
from stdrules.engine.session.cases import CaseState, Surroundings
from stdrules.engine.session.delta import Change
from stdrules.engine.session.lanes import ACT, Lane, Pick, Where, between, first_of, roles_of
from stdrules.engine.session.wakes import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Recur

_period = lru_cache(maxsize=4096)(period_of)
_tile = lru_cache(maxsize=65536)(tile_of)


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

    def _of(self, day: int, first: int) -> Period | None:
        """The period of a day; None: before the first tile."""
        if self.size is not None:
            return _period(self.size, day)
        opening = first + self.later
        return None if day < opening else _tile(self.tiles, opening, day)

    def _is_asked(self, period: Period, first: int) -> bool:
        return period.start >= first or not self.skip

    def _finding(self, case: CaseState, period: Period, start: When, now: int) -> Finding:
        zone, need = self.around.zone, self.need
        opens, ends = zone.start_of(period.start), zone.start_of(period.end)
        acts = between(self.act, case, max(start[0], opens), ends)
        count = len(acts)
        met, over = None, None
        state = r.PENDING
        if count >= need:
            state, met = r.FULFILLED, acts[need - 1].at
        elif now >= ends:
            state, over = r.BREACHED, ends
        return Finding(
            self.norm, case.name, f"{self.prefix}/{period.label}", state, None, met, over, "",
            tuple([row.id for row in acts]), (), (), (count, count, need), period.label, (), start,
        )  # fmt: skip

    def on_fact(
        self, case: CaseState, fact: Any, role: int, where: Where, changes: list[Change]
    ) -> int:
        start = first_of(self.start, case)
        wake = case.wakes[self.unit]
        if role != ACT:
            return self._on_start(case, fact, start, where, changes)
        if start is None or fact.at[0] < start[0]:
            return wake
        zone, now = self.around.zone, self.around.as_of
        first = zone.ordinal(start[0])
        period = self._of(zone.ordinal(fact.at[0]), first)
        if period is None or not self._is_asked(period, first):
            return wake
        if period.start > zone.ordinal(now - 1):
            return wake
        found = self._finding(case, period, start, now)
        before = r.FULFILLED
        if len(found.facts) <= self.need:
            before = r.BREACHED if now >= zone.start_of(period.end) else r.PENDING
        changes.append(Change(*where, self.norm, found.key, before, found.state, found))
        return wake

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
                changes.append(Change(*where, self.norm, row.key, before, row.state, row))
        for key, row in old.items():
            changes.append(Change(*where, self.norm, key, row.state, None, None))
        return self._next(start, self.around.as_of)

    def _next(self, start: When, now: int) -> int:
        """The running period ends, or the next one begins."""
        zone = self.around.zone
        first, day = zone.ordinal(start[0]), zone.ordinal(now - 1)
        period = self._of(day, first) if day >= first else None
        if period is None:
            opening = first + (self.later if self.size is None else 0)
            return max(zone.start_of(opening) + 1, now + 1)
        ends = zone.start_of(period.end)
        return ends if now < ends else ends + 1

    def on_wake(self, case: CaseState, wake: int, where: Where, changes: list[Change]) -> int:
        start = first_of(self.start, case)
        if start is None:
            return NEVER
        zone, moment = self.around.zone, wake
        first = zone.ordinal(start[0])
        while moment <= self.around.as_of:
            day = zone.ordinal(moment - 1)
            period = self._of(day, first) if day >= first else None
            if period is not None and self._is_asked(period, first):
                if moment == zone.start_of(max(period.start, first)) + 1:
                    found = self._finding(case, period, start, moment)
                    changes.append(
                        Change(*where, self.norm, found.key, None, found.state, found)
                    )
                elif moment == zone.start_of(period.end):
                    found = self._finding(case, period, start, moment)
                    if found.state == r.BREACHED:
                        changes.append(
                            Change(*where, self.norm, found.key, r.PENDING, found.state, found)
                        )
            moment = self._next(start, moment)
        return moment

    def _all(self, case: CaseState, start: When) -> Iterator[Finding]:
        zone, now = self.around.zone, self.around.as_of
        first, last = zone.ordinal(start[0]), zone.ordinal(now - 1)
        day = first if self.size is not None else first + self.later
        while day <= last:
            period = self._of(day, first)
            assert period is not None
            if self._is_asked(period, first):
                yield self._finding(case, period, start, now)
            day = period.end

    def findings(self, case: CaseState) -> list[Finding]:
        start = first_of(self.start, case)
        return [] if start is None else list(self._all(case, start))
