"""Recurrences over calendar periods or tiles, judged act by act; see ``lanes``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from stdrules.base.time.moments import When
from stdrules.base.time.periods import period_of
from stdrules.engine.session.cases import CaseState, Surroundings
from stdrules.engine.session.delta import Change
from stdrules.engine.session.lanes import (
    ACT,
    Lane,
    Parts,
    Pick,
    Taker,
    between,
    change,
    first_of,
    roles_of,
)
from stdrules.engine.session.wakes import NEVER
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import BREACHED, FULFILLED, PENDING
from stdrules.plan.steps import Recur


class Span(NamedTuple):
    """A period of a norm.

    ``opens`` and ``ends``: the moments at which it begins and has ended; ``first``: its first day,
    ``after``: the one after its last; ``number``: of a tile, from 0; ``key``: of the obligation.
    """

    label: str
    opens: int
    ends: int
    first: int
    after: int
    number: int
    key: str


_span: Callable[[type[Span], tuple[Any, ...]], Span] = tuple.__new__
#: Periods kept at most; they are the same for many cases.
_KEPT = 1 << 16
#: Bits for the number of a tile, beside its first day.
_TILES = 22
#: One act of the one that is needed.
_ONE = (1, 1, 1)


class RecurLane(Lane):
    """At least so many acts a period, in a scope that does not close.

    The memo of a case is the span asked for last.
    """

    def __init__(
        self, norm: PlanNorm, unit: int, around: Surroundings, start: Pick, end: Pick | None,
        act: Pick, step: Recur, need: int,
    ) -> None:  # fmt: skip
        super().__init__(norm, unit, around)
        self.start, self.act, self.need = start, act, need
        # The parts of what is looked up most.
        self._start_type, self._start_test = start
        self._act_type, self._act_test = act
        self.roles = roles_of(start, end, act)
        self.size, self.tiles = step.unit, step.tile_days or 1
        self.skip, self.later = step.part_periods == "skip", int(step.tiles_from_next_day)
        # By day, or for tiles by first day and number.
        self._spans: dict[int, Span] = {}
        # Labels and keys of tiles are the same in every case.
        self._tiles: list[tuple[str, str]] = []
        self._none = (0, 0, need)

    # --- periods --------------------------------------------------------------------------------

    def _span(self, case: CaseState, moment: int, start: int) -> Span | None:
        """The period that holds a moment; None: it is before the first tile."""
        span: Span | None = case.memos[self.unit]
        if span is not None and span[1] <= moment < span[2]:
            return span
        if span is not None and moment >= span[2]:
            found = self._known(span[4], span[5] + 1)
            if moment < found[2]:
                case.memos[self.unit] = found
                return found
        zone = self.around.zone
        day, number = zone.ordinal(moment), 0
        if self.size is None:
            day -= zone.ordinal(start) + self.later
            if day < 0:
                return None
            number = day // self.tiles
            day = zone.ordinal(moment) - day % self.tiles
        span = case.memos[self.unit] = self._known(day, number)
        return span

    def _known(self, day: int, number: int) -> Span:
        """The period that holds a day; a tile by its first day and number."""
        key = day << _TILES | number if self.size is None else day
        span = self._spans.get(key)
        if span is not None:
            return span
        if self.size is not None:
            label, first, after = period_of(self.size, day)  # type: ignore[arg-type]
            named = f"{self.prefix}/{label}"
        else:
            tiles, first, after = self._tiles, day, day + self.tiles
            while len(tiles) <= number:
                label = f"T{len(tiles) + 1:03d}"
                tiles.append((label, f"{self.prefix}/{label}"))
            label, named = tiles[number]
        zone = self.around.zone
        if len(self._spans) >= _KEPT:
            self._spans.clear()
        span = self._spans[key] = _span(
            Span, (label, zone.start_of(first), zone.start_of(after), first, after, number, named)
        )
        return span

    def _is_asked(self, span: Span, start: int) -> bool:
        return not self.skip or start <= span[1] or self.around.zone.ordinal(start) <= span[3]

    def _row(self, case: CaseState, span: Span, start: When, now: int) -> Parts:
        need = self.need
        label, opens, ends, _, _, _, key = span
        acts = between(self.act, case, opens if opens > start[0] else start[0], ends)
        count = len(acts)
        facts: tuple[str, ...] = ()
        if count:
            facts = (acts[0].id,) if count == 1 else tuple([row.id for row in acts])
        met, over, state = None, None, PENDING
        if count >= need:
            state, met = FULFILLED, acts[need - 1].at
        elif now >= ends:
            state, over = BREACHED, ends
        return (
            self.norm, case.name, key, state, None, met, over, "", facts, (), (),
            (count, count, need), label, (), start,
        )  # fmt: skip

    def _start(self, case: CaseState) -> When | None:
        if self._start_test is None:
            rows = case.rows.get(self._start_type)
            return rows[0].at if rows else None
        return first_of(self.start, case)

    # --- what changes ---------------------------------------------------------------------------

    def taker(self, role: int) -> Taker:
        return self._on_act if role == ACT else self._on_start

    def _on_act(self, case: CaseState, fact: Any, changes: list[Change]) -> int:
        unit = self.unit
        wake: int = case.wakes[unit]
        start = self._start(case)
        moment, now = fact.at[0], self.around.as_of
        if start is None or moment < start[0]:
            return wake
        span: Span | None = case.memos[unit]
        if span is None or not span[1] <= moment < span[2]:
            span = self._span(case, moment, start[0])
        if span is None or now <= span[1]:
            return wake
        if self.skip and start[0] > span[1] and not self._is_asked(span, start[0]):
            return wake
        rows = case.rows[self._act_type]
        floor = span[1] if span[1] > start[0] else start[0]
        if self.need == 1 and rows[-1] is fact and (len(rows) == 1 or rows[-2].at[0] < floor):
            # The first act of the period, and the last of all.
            found: Parts = (
                self.norm, case.name, span[6], FULFILLED, None, fact.at, None, "", (fact.id,), (),
                (), _ONE, span[0], (), start,
            )  # fmt: skip
        else:
            found = self._row(case, span, start, now)
        before, state = FULFILLED, found[3]
        if len(found[8]) <= self.need:
            before = BREACHED if now >= span[2] else PENDING
        changes.append(change(
            Change, (self.ruleset, self.kind, case.name, self.norm, found[2], before, state, found)
        ))  # fmt: skip
        # What is fulfilled already need not be looked at when the period ends.
        return span[2] + 1 if wake == span[2] and state == FULFILLED else wake

    def _on_start(self, case: CaseState, fact: Any, changes: list[Change]) -> int:
        """The scope starts, or starts earlier than was known."""
        start = self._start(case)
        was = None
        if len(case.rows[self._start_type]) > 1:
            was = first_of(self.start, case, fact.id)
        if was == start or start is None:
            return case.wakes[self.unit]
        case.memos[self.unit] = None
        old: dict[str, Parts] = {}
        if was is not None:
            old = {row[2]: row for row in self._all(case, was)}
            case.memos[self.unit] = None
        for row in self._all(case, start):
            known = old.pop(row[2], None)
            if known is None or known[1:] != row[1:]:
                changes.append(self.told(case, None if known is None else known[3], row))
        for key, row in old.items():
            gone = (self.ruleset, self.kind, case.name, self.norm, key, row[3], None, None)
            changes.append(change(Change, gone))
        return self._next(case, start, self.around.as_of)

    def _next(self, case: CaseState, start: When, now: int) -> int:
        """The running period ends, or the next one begins."""
        zone = self.around.zone
        first = zone.ordinal(start[0])
        span = self._span(case, now - 1, start[0]) if now > zone.start_of(first) else None
        if span is None:
            opening = first + (self.later if self.size is None else 0)
            return max(zone.start_of(opening) + 1, now + 1)
        if now < span[2] and self._is_asked(span, start[0]):
            return span[2]
        return span[2] + 1

    def on_wake(self, case: CaseState, wake: int, changes: list[Change]) -> int:
        start = self._start(case)
        if start is None:
            return NEVER
        moment, now, unit, begins = wake, self.around.as_of, self.unit, start[0]
        acts, memos = case.rows.get(self._act_type), case.memos
        last = -NEVER if acts is None else acts[-1].at[0]
        while moment <= now:
            span = memos[unit]
            if span is None or not span[1] < moment <= span[2] or moment <= begins:
                span = self._span(case, moment - 1, begins) if moment > begins else None
            if span is None:
                moment = self._next(case, start, moment)
                continue
            opens, ends = span[1], span[2]
            over = moment == ends
            # A scope that begins at midnight has its first period a microsecond later.
            if (over or moment == opens + 1 or (begins > opens and moment == begins + 1)) and (
                begins <= opens or self._is_asked(span, begins)
            ):
                floor = opens if opens > begins else begins
                if last < floor:
                    found: Parts | None = (
                        self.norm, case.name, span[6], BREACHED if over else PENDING, None, None,
                        ends if over else None, "", (), (), (), self._none, span[0], (), start,
                    )  # fmt: skip
                elif over and not self._lacks(case, opens, begins, ends):
                    found = None
                else:
                    found = self._row(case, span, start, moment)
                if found is not None:
                    changes.append(change(Change, (
                        self.ruleset, self.kind, case.name, self.norm, span[6],
                        PENDING if over else None, found[3], found,
                    )))  # fmt: skip
            moment = ends + 1 if over else ends
        return moment

    def _lacks(self, case: CaseState, opens: int, begins: int, ends: int) -> bool:
        """Tell whether a period has too few acts."""
        if self.need > 1:
            return len(between(self.act, case, max(opens, begins), ends)) < self.need
        rows, test = case.rows.get(self._act_type, ()), self._act_test
        floor = opens if opens > begins else begins
        for row in reversed(rows):
            moment = row.at[0]
            if moment < floor:
                break
            if moment < ends and (test is None or test(row.fields) is True):
                return False
        return True

    def _all(self, case: CaseState, start: When) -> Iterator[Parts]:
        zone, now = self.around.zone, self.around.as_of
        first = zone.ordinal(start[0])
        moment = zone.start_of(first if self.size is not None else first + self.later)
        while moment < now:
            span = self._span(case, moment, start[0])
            assert span is not None
            if self._is_asked(span, start[0]):
                yield self._row(case, span, start, now)
            moment = span[2]

    def rows(self, case: CaseState) -> list[Parts]:
        start = self._start(case)
        return [] if start is None else list(self._all(case, start))
