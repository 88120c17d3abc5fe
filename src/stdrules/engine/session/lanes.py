"""The commonest norms, judged act by act instead of from the whole case.

A lane tells what one fact or one moment changes, as long as every fact that concerns it is plain:
an instant, in force as it was first recorded, with nothing missing. When that ends the case is
handed to the judges of ``stdrules.engine.case`` for good. A lane keeps nothing: what it needs is in
the rows of the case.

INVARIANT: `findings` equals what the judges give on the same rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from stdrules.base.time.dues import Due
from stdrules.base.time.kinds import Days, Exact
from stdrules.base.time.moments import When, from_datetime
from stdrules.base.truth import Missing
from stdrules.engine.case.facts import NOTHING
from stdrules.engine.case.settling import prefix_of
from stdrules.engine.session.cases import CaseState, Surroundings
from stdrules.engine.session.delta import Change
from stdrules.engine.session.reads import Test
from stdrules.engine.session.wakes import NEVER, lead_start
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding

TRIGGER, ACT, START, END = range(4)
Fields = Mapping[str, Any]
#: Makes a change of its fields at once, as lanes make very many.
change: Callable[[type[Change], tuple[Any, ...]], Change] = tuple.__new__
Where = tuple[str, str, str]


class Pick(NamedTuple):
    """Facts of a type that pass a test; None: all."""

    type: str
    test: Test | None

    def rows(self, case: CaseState) -> Iterator[Any]:
        """Yield them in the order of time."""
        test = self.test
        for row in case.rows.get(self.type, ()):
            if test is None or test(row.fields) is True:
                yield row


class Lane:
    """One norm. Moments are microseconds; `wake` values are when to look again."""

    roles: tuple[tuple[Pick, int], ...] = ()

    def __init__(self, norm: PlanNorm, unit: int, around: Surroundings) -> None:
        self.norm = norm
        self.unit = unit
        self.around = around
        self.prefix = prefix_of(norm)

    def asks(self, role: int) -> bool:
        """Tell whether `is_plain` may refuse a fact."""
        return role == END

    def is_plain(self, case: CaseState, fact: Any, role: int) -> bool:
        """Tell whether a fact can be taken here; it is not among the rows yet."""
        return role != END

    def on_fact(
        self, case: CaseState, fact: Any, role: int, where: Where, changes: list[Change]
    ) -> int:
        """Take a fact that is among the rows by now; return the wake."""
        raise NotImplementedError

    def on_wake(self, case: CaseState, wake: int, where: Where, changes: list[Change]) -> int:
        """Tell what time changed from a wake up to the clock; return the next wake."""
        raise NotImplementedError

    def findings(self, case: CaseState) -> list[Finding]:
        """Return all rows of the norm as of the clock."""
        raise NotImplementedError


class WithinLane(Lane):
    """An act within a time after each trigger."""

    def __init__(
        self, norm: PlanNorm, unit: int, around: Surroundings, trigger: Pick, act: Pick,
        length: Exact | Days, name: str | None, at: str | None,
        keys: tuple[Callable[..., Any], Callable[..., Any]] | None,
    ) -> None:  # fmt: skip
        super().__init__(norm, unit, around)
        self.trigger, self.act = trigger, act
        self.roles = ((trigger, TRIGGER), (act, ACT))
        self.exact = length.us if isinstance(length, Exact) else None
        self.days = length.n if isinstance(length, Days) else 0
        self.name, self.at, self.keys = name, at, keys

    def asks(self, role: int) -> bool:
        return role == TRIGGER or self.keys is not None

    def _own(self, act: Any) -> Any:
        assert self.keys is not None
        return self.keys[0](act.fields, NOTHING, NOTHING, NOTHING, None)

    def _asked(self, row: Any) -> Any:
        assert self.keys is not None
        return self.keys[1](NOTHING, row.fields, NOTHING, NOTHING, None)

    def _anchor(self, row: Any) -> When:
        if self.at is None:
            return row.at  # type: ignore[no-any-return]
        return from_datetime(row.fields[self.at])

    def _due(self, start: int) -> tuple[Due, int]:
        """The due, and the last microsecond in time."""
        if self.exact is not None:
            end = start + self.exact
            return Due(False, end, end), end
        zone = self.around.zone
        day = zone.ordinal(start) + self.days
        return Due(True, day, day), zone.start_of(day + 1) - 1

    def _name(self, row: Any) -> str:
        if self.name is None:
            return row.id  # type: ignore[no-any-return]
        value = row.fields[self.name]
        return row.id if isinstance(value, Missing) else str(value)

    def is_plain(self, case: CaseState, fact: Any, role: int) -> bool:
        if role == ACT:
            return self.keys is None or type(self._own(fact)) is str
        if self.at is not None and not isinstance(fact.fields[self.at], datetime):
            return False
        if self.keys is not None and type(self._asked(fact)) is not str:
            return False
        known = fact.at[0] if fact.recorded is None else fact.recorded
        if known > self._due(self._anchor(fact)[0])[1]:
            return False
        if self.name is None:
            return True
        name = self._name(fact)
        return all(self._name(row) != name for row in self.trigger.rows(case))

    def _deciding(self, case: CaseState, row: Any, start: int, without: str | None = None) -> Any:
        """The first act from the anchor on."""
        acts = case.rows.get(self.act.type)
        if not acts or acts[-1].at[0] < start:
            return None
        test = self.act.test
        key = None if self.keys is None else self._asked(row)
        for act in acts:
            if act.at[0] < start or (test is not None and test(act.fields) is not True):
                continue
            if act.id != without and (key is None or self._own(act) == key):
                return act
        return None

    def _state(self, act: Any, due: Due, end: int, now: int) -> str:
        if act is not None:
            return r.FULFILLED if act.at[0] <= end else r.FULFILLED_LATE
        if now > end:
            return r.OVERDUE
        if self.norm.lead is not None and now >= self._soon(due):
            return r.DUE_SOON
        return r.PENDING

    def _soon(self, due: Due) -> int:
        return lead_start(due, self.norm, self.around.zone, self.around.calendar)

    def _finding(
        self, case: CaseState, row: Any, anchor: When, act: Any, due: Due, state: str
    ) -> Finding:
        own: tuple[str, ...] = (row.id,)
        met = None
        if act is not None:
            met = act.at
            if act.id != row.id:
                own = (row.id, act.id)
        return Finding(
            self.norm, case.name, f"{self.prefix}/{self._name(row)}", state, due, met, None,
            row.id, own, (), (), None, "", (), anchor,
        )  # fmt: skip

    def _next(self, due: Due, end: int, now: int) -> int:
        if self.norm.lead is not None and now < (soon := self._soon(due)):
            return min(soon, end + 1)
        return end + 1 if now <= end else NEVER

    def on_fact(
        self, case: CaseState, fact: Any, role: int, where: Where, changes: list[Change]
    ) -> int:
        now, wake = self.around.as_of, case.wakes[self.unit]
        if role == TRIGGER:
            anchor = self._anchor(fact)
            due, end = self._due(anchor[0])
            act = self._deciding(case, fact, anchor[0])
            state = self._state(act, due, end, now)
            found = self._finding(case, fact, anchor, act, due, state)
            changes.append(change(Change, (*where, self.norm, found.key, None, state, found)))
            return wake if act is not None else min(wake, self._next(due, end, now))
        key = None if self.keys is None else self._own(fact)
        moment, test, own = fact.at[0], self.trigger.test, self.act.test
        acts = case.rows[self.act.type]
        last = acts[-1] is fact or acts[-1].id == fact.id
        for row in case.rows.get(self.trigger.type, ()):
            if test is not None and test(row.fields) is not True:
                continue
            if key is not None and self._asked(row) != key:
                continue
            anchor = self._anchor(row)
            start = anchor[0]
            if moment < start:
                continue
            before = None
            for act in acts if last else ():
                if act.at[0] >= start and act is not acts[-1] and (
                    own is None or own(act.fields) is True
                ) and (key is None or self._own(act) == key):  # fmt: skip
                    before = act
                    break
            if not last:
                before = self._deciding(case, row, start, fact.id)
            if before is not None and (before.at[0], before.id) < (moment, fact.id):
                continue
            due, end = self._due(start)
            was, state = self._state(before, due, end, now), self._state(fact, due, end, now)
            found = self._finding(case, row, anchor, fact, due, state)
            changes.append(change(Change, (*where, self.norm, found.key, was, state, found)))
        return wake

    def on_wake(self, case: CaseState, wake: int, where: Where, changes: list[Change]) -> int:
        now, later = self.around.as_of, NEVER
        for row in self.trigger.rows(case):
            anchor = self._anchor(row)
            due, end = self._due(anchor[0])
            if end + 1 < wake or self._deciding(case, row, anchor[0]) is not None:
                continue
            before, after = self._state(None, due, end, wake - 1), self._state(None, due, end, now)
            if before != after:
                found = self._finding(case, row, anchor, None, due, after)
                changes.append(change(Change, (*where, self.norm, found.key, before, after, found)))
            later = min(later, self._next(due, end, now))
        return later

    def findings(self, case: CaseState) -> list[Finding]:
        found, now = [], self.around.as_of
        for row in self.trigger.rows(case):
            anchor = self._anchor(row)
            due, end = self._due(anchor[0])
            act = self._deciding(case, row, anchor[0])
            state = self._state(act, due, end, now)
            found.append(self._finding(case, row, anchor, act, due, state))
        return sorted(found, key=lambda row: row.key)


class CountLane(Lane):
    """At least so many acts in a case."""

    def __init__(
        self, norm: PlanNorm, unit: int, around: Surroundings, start: Pick | None,
        end: Pick | None, act: Pick, need: int,
    ) -> None:  # fmt: skip
        super().__init__(norm, unit, around)
        self.start, self.act, self.need = start, act, need
        self.roles = roles_of(start, end, act)

    def _finding(self, case: CaseState, without: str | None = None) -> Finding:
        anchor = first_of(self.start, case, without)
        acts = [
            row for row in self.act.rows(case)
            if row.id != without and (anchor is None or row.at[0] >= anchor[0])
        ]  # fmt: skip
        count, need = len(acts), self.need
        done = count >= need
        return Finding(
            self.norm, case.name, f"{self.prefix}/{case.name}",
            r.FULFILLED if done else r.PENDING, None, acts[need - 1].at if done else None, None, "",
            tuple([row.id for row in acts]), (), (), (count, count, need), "", (), anchor,
        )  # fmt: skip

    def on_fact(
        self, case: CaseState, fact: Any, role: int, where: Where, changes: list[Change]
    ) -> int:
        found = self._finding(case)
        if role == ACT:
            if fact.id in found.facts:
                count = len(found.facts) - 1
                before = r.FULFILLED if count >= self.need else r.PENDING
                changes.append(
                    change(Change, (*where, self.norm, found.key, before, found.state, found))
                )
            return NEVER
        was = self._finding(case, fact.id)
        if was.as_tuple() != found.as_tuple():
            changes.append(
                change(Change, (*where, self.norm, found.key, was.state, found.state, found))
            )
        return NEVER

    def on_wake(self, case: CaseState, wake: int, where: Where, changes: list[Change]) -> int:
        return NEVER

    def findings(self, case: CaseState) -> list[Finding]:
        return [self._finding(case)]


def roles_of(start: Pick | None, end: Pick | None, act: Pick) -> tuple[tuple[Pick, int], ...]:
    """Return the roles of a norm over the scope of a case."""
    found = [(act, ACT)]
    if start is not None:
        found.append((start, START))
    if end is not None:
        found.append((end, END))
    return tuple(found)


def first_of(start: Pick | None, case: CaseState, without: str | None = None) -> When | None:
    """Return when the scope of a case starts."""
    if start is None:
        return None
    test, rows = start.test, case.rows.get(start.type, ())
    if test is None and without is None:
        return rows[0].at if rows else None
    for row in rows:
        if (test is None or test(row.fields) is True) and row.id != without:
            return row.at
    return None


def _moment(row: Any) -> int:
    return row.at[0]  # type: ignore[no-any-return]


def between(pick: Pick, case: CaseState, first: int, end: int) -> Sequence[Any]:
    """Return the rows of a pick from a moment on, up to but not at another."""
    rows = case.rows.get(pick.type)
    if not rows or rows[-1].at[0] < first:
        return ()
    test, found = pick.test, []
    place = bisect_left(rows, first, key=_moment) if len(rows) > _FEW else 0
    for row in rows if place == 0 else rows[place:]:
        moment = row.at[0]
        if moment < first:
            continue
        if moment >= end:
            break
        if test is None or test(row.fields) is True:
            found.append(row)
    return found


#: Up to so many rows looking at each is quicker than halving.
_FEW = 8
