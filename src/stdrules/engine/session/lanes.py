"""The commonest norms, judged act by act instead of from the whole case.

A lane tells what one fact or one moment changes, as long as every fact that concerns it is plain:
an instant, in force as it was first recorded, with nothing missing. When that ends the case is
handed to the judges of ``stdrules.engine.case`` for good. What a lane needs is in the rows of the
case; what it remembers beside them only saves looking there again.

Lanes are the inner loop of a session, so their methods do by hand what elsewhere is a call, and
hand over what a finding is made of instead of the finding.

INVARIANT: `findings` equals what the judges give on the same rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from stdrules.base.time.moments import When
from stdrules.engine.case.settling import prefix_of
from stdrules.engine.session.cases import CaseState, Surroundings
from stdrules.engine.session.delta import Change
from stdrules.engine.session.reads import Test
from stdrules.engine.session.wakes import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding

TRIGGER, ACT, START, END = range(4)
Fields = Mapping[str, Any]
#: Makes a change of its fields at once, as lanes make very many.
change: Callable[[type[Change], tuple[Any, ...]], Change] = tuple.__new__
#: What a finding is made of, in the order of its fields.
Parts = tuple[Any, ...]
#: Takes a fact that is among the rows of a case by now, and returns the wake.
Taker = Callable[[CaseState, Any, list[Change]], int]


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
    """One norm. Moments are microseconds; `wake` values are when to look again.

    Attributes:
        roles: Which facts concern it, and how.
        opens: Whether it owes something in a case without facts.
    """

    roles: tuple[tuple[Pick, int], ...] = ()
    opens = False

    def __init__(self, norm: PlanNorm, unit: int, around: Surroundings) -> None:
        self.norm = norm
        self.unit = unit
        self.around = around
        self.prefix = prefix_of(norm)
        self.ruleset, self.kind = around.plan.id, norm.case_type

    def asks(self, role: int) -> bool:
        """Tell whether `is_plain` may refuse a fact."""
        return role == END

    def is_plain(self, case: CaseState, fact: Any, role: int) -> bool:
        """Tell whether a fact can be taken here; it is not among the rows yet."""
        return role != END

    def taker(self, role: int) -> Taker:
        """Return what takes a fact in a role."""
        raise NotImplementedError

    def on_wake(self, case: CaseState, wake: int, changes: list[Change]) -> int:
        """Tell what time changed from a wake up to the clock; return the next wake."""
        raise NotImplementedError

    def rows(self, case: CaseState) -> list[Parts]:
        """Return what all rows of the norm are made of as of the clock."""
        raise NotImplementedError

    def findings(self, case: CaseState) -> list[Finding]:
        """Return all rows of the norm as of the clock."""
        return [Finding(*row) for row in self.rows(case)]

    def told(self, case: CaseState, before: str | None, row: Parts) -> Change:
        """Return the change of an obligation to what a finding is made of."""
        return change(
            Change, (self.ruleset, self.kind, case.name, self.norm, row[2], before, row[3], row)
        )


class CountLane(Lane):
    """At least so many acts in a case."""

    opens = True

    def __init__(
        self, norm: PlanNorm, unit: int, around: Surroundings, start: Pick | None,
        end: Pick | None, act: Pick, need: int,
    ) -> None:  # fmt: skip
        super().__init__(norm, unit, around)
        self.start, self.act, self.need = start, act, need
        self.roles = roles_of(start, end, act)

    def _row(self, case: CaseState, without: str | None = None) -> Parts:
        anchor = first_of(self.start, case, without)
        since = None if anchor is None else anchor[0]
        test = self.act.test
        acts = [
            row for row in case.rows.get(self.act.type, ())
            if (since is None or row.at[0] >= since) and (test is None or test(row.fields) is True)
        ]  # fmt: skip
        if without is not None:
            acts = [row for row in acts if row.id != without]
        count, need = len(acts), self.need
        done = count >= need
        return (
            self.norm, case.name, f"{self.prefix}/{case.name}",
            r.FULFILLED if done else r.PENDING, None, acts[need - 1].at if done else None, None, "",
            tuple([row.id for row in acts]), (), (), (count, count, need), "", (), anchor,
        )  # fmt: skip

    def taker(self, role: int) -> Taker:
        return self._on_act if role == ACT else self._on_start

    def _on_act(self, case: CaseState, fact: Any, changes: list[Change]) -> int:
        found = self._row(case)
        if fact.id in found[8]:
            before = r.FULFILLED if len(found[8]) > self.need else r.PENDING
            changes.append(self.told(case, before, found))
        return case.wakes[self.unit]

    def _on_start(self, case: CaseState, fact: Any, changes: list[Change]) -> int:
        found, was = self._row(case), self._row(case, fact.id)
        if was[1:] != found[1:]:
            changes.append(self.told(case, was[3], found))
        return case.wakes[self.unit]

    def on_wake(self, case: CaseState, wake: int, changes: list[Change]) -> int:
        return NEVER

    def rows(self, case: CaseState) -> list[Parts]:
        return [self._row(case)]


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
    rows: Sequence[Any] = case.rows.get(pick.type, ())
    if not rows or rows[-1].at[0] < first:
        return ()
    test, found = pick.test, []
    if rows[-1].at[0] < end:
        # Mostly the span of time is the last one, and few rows are looked at from the end.
        for row in reversed(rows):
            if row.at[0] < first:
                break
            if test is None or test(row.fields) is True:
                found.append(row)
        found.reverse()
        return found
    place = bisect_left(rows, first, key=_moment)
    while place < len(rows) and (row := rows[place]).at[0] < end:
        if test is None or test(row.fields) is True:
            found.append(row)
        place += 1
    return found
