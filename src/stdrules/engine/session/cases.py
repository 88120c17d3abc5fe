"""The cases of a session: their rows, what all cases see, and views of them for the judges.

Rows are kept in time order, by type. What links lead to is looked up when a norm that follows them
is judged, so that a link is never stale.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from stdrules.base.time.calendars import Calendar, calendar
from stdrules.base.time.zones import Zone, zone
from stdrules.engine.session.wakes import NEVER
from stdrules.engine.versions import KnownFrom, Version, knowledge
from stdrules.engine.view import JUDGEMENT, CaseView, Row, _link, _row
from stdrules.model.facts import Complete, Fact, Suspension, Waiver
from stdrules.plan.plan import CaseType, Plan, TypeInfo

Rows = dict[str, list[Row]]
_NO_ROWS: Rows = {}


class CaseState:
    """What a session keeps of one case.

    Attributes:
        name: Its id; ``kind``: the number of its case type; ``number``: its own, never reused.
        rows: Facts in force that have happened, by type, in time order.
        withdrawn: The same of withdrawn ones.
        count: How many facts it has; a case without any is none.
        wakes: When each unit may change by time alone.
        memos: What each unit last came to, as `stdrules.engine.session.memos` keeps it.
        seen: Up to which change of what all cases see it has been judged.
        plain: Whether lanes judge it: all facts that concern them are plain.
        raw: Whether facts stand among its rows, still to be made into rows.
    """

    __slots__ = (
        "count", "kind", "memos", "name", "number", "plain", "raw", "rows", "seen", "wakes",
        "withdrawn",
    )  # fmt: skip

    def __init__(self, name: str, kind: int, number: int, units: int, seen: int) -> None:
        self.name = name
        self.kind = kind
        self.number = number
        self.rows: Rows = {}
        self.withdrawn = _NO_ROWS
        self.count = 0
        self.wakes: list[int] = [NEVER] * units
        self.memos: list[Any] = [None] * units
        self.seen = seen
        self.plain = False
        self.raw = False

    def add(self, row: Row, name: str, withdrawn: bool) -> None:
        """Put a row into its place."""
        if withdrawn:
            if self.withdrawn is _NO_ROWS:
                self.withdrawn = {}
            put(self.withdrawn, name, row)
        else:
            put(self.rows, name, row)
        self.count += 1

    def add_raw(self, fact: Fact) -> None:
        """Put a plain fact into its place; a row is made of it when a judge asks."""
        self.raw = True
        self.count += 1
        rows: dict[str, list[Any]] = self.rows
        own = rows.get(fact.type)
        if own is None:
            rows[fact.type] = [fact]
        elif fact.at[0] > own[-1].at[0]:  # type: ignore[index]
            own.append(fact)
        else:
            insort(own, fact, key=_order)

    def take(self, version: Version) -> Mapping[str, Any]:
        """Remove the row of a version; return its fields."""
        self.count -= 1
        return take(self.withdrawn if version.withdrawn else self.rows, version)


def put(rows: Rows, name: str, row: Row) -> None:
    """Insert a row in time order."""
    own = rows.get(name)
    if own is None:
        rows[name] = [row]
        return
    last = own[-1].at
    if row.at[0] > last[0]:
        own.append(row)
    else:
        insort(own, row, key=_order)


def _order(row: Any) -> tuple[int, int, str, str]:
    return row.at[0], row.at[1], row.id, root_of(row)


def root_of(row: Any) -> str:
    """Return the id of the first version of a row, or of a fact that stands for one."""
    return row.root if type(row) is Row else row.id


def take(rows: Rows, version: Version) -> Mapping[str, Any]:
    """Remove the row of a version; return its fields."""
    name = version.fact.type
    own = rows[name]
    place = next(
        n for n, row in enumerate(own)
        if root_of(row) == version.root and row.id == version.fact.id
    )  # fmt: skip
    row = own.pop(place)
    if not own:
        del rows[name]
    return row.fields


class Surroundings:
    """What every case of one plan is judged with: clock, calendar, shared rows and statements."""

    def __init__(self, plan: Plan, clock: int) -> None:
        self.plan = plan
        self.as_of = clock
        self.zone: Zone = zone(plan.zone)
        self.calendar: Calendar = calendar(plan.calendar, plan.calendar_additions or None)
        self.completes: dict[str, list[tuple[str | None, int]]] = {}
        self.rows: Rows = {}
        self.withdrawn: Rows = {}
        self.judgements: dict[str, tuple[Rows, Rows]] = {}
        self.known_from: KnownFrom = knowledge(plan.types, self.zone)
        # Rows are kept without what their links lead to.
        self.bare: dict[str, TypeInfo] = {
            name: replace(info, links=()) for name, info in plan.types.items()
        }
        self._waivers: dict[str | None, list[Waiver]] = {}
        self._suspensions: dict[str | None, list[Suspension]] = {}
        self._until: dict[str | None, dict[str, int]] = {}

    def row(self, version: Version) -> Row:
        """Make the row of a version, without links."""
        return _row(version, self.bare[version.fact.type])

    def add_statement(self, item: Waiver | Suspension | Complete) -> None:
        """Keep a statement for the case that it names, or for all."""
        if isinstance(item, Waiver):
            waivers = self._waivers.setdefault(item.case, [])
            waivers.append(item)
            waivers.sort(key=lambda one: one.id)
        elif isinstance(item, Suspension):
            stops = self._suspensions.setdefault(item.case, [])
            stops.append(item)
            stops.sort(key=lambda one: (one.start, one.id))
        else:
            until = self._until.setdefault(item.case, {})
            until[item.type] = max(item.until, until.get(item.type, item.until))

    def forget(self, case: str) -> None:
        """Drop the statements and judgements of a case."""
        self._waivers.pop(case, None)
        self._suspensions.pop(case, None)
        self._until.pop(case, None)
        self.judgements.pop(case, None)

    def stated_for_all(self) -> tuple[Any, ...]:
        """Return waivers, suspensions and completeness of all cases; None where there are none."""
        kept = (self._waivers.get(None), self._suspensions.get(None), self._until.get(None))
        return tuple([None if one is None else one.copy() for one in kept])

    def state_for_all(self, waivers: Any, suspensions: Any, until: Any) -> None:
        """Put other statements in the place of those that concern all cases."""
        own: list[tuple[dict[str | None, Any], Any]] = [
            (self._waivers, waivers), (self._suspensions, suspensions), (self._until, until),
        ]  # fmt: skip
        for kept, found in own:
            kept.pop(None, None)
            if found is not None:
                kept[None] = found

    def rows_of(self, case: CaseState, name: str) -> Iterator[Row]:
        """Yield the rows of a type that a case sees, withdrawn ones too."""
        for rows in (case.rows, case.withdrawn, self.rows, self.withdrawn):
            yield from rows.get(name, ())

    def controlled(self, case: str) -> bool:
        """Tell whether any waiver or suspension names a case, or all."""
        kept = (self._waivers, self._suspensions)
        return any(None in one or case in one for one in kept if one)

    def view(
        self, case: CaseState, kind: CaseType, types: Iterable[str] | None, plain: bool
    ) -> CaseView:
        """Return a view of a case as of the clock.

        Args:
            case: The case.
            kind: Its type.
            types: The fact types that are needed; None: all.
            plain: None of them has links, so the case's own rows will do.
        """
        name = case.name
        if case.raw:
            self._realise(case, types)
        if self._until:
            self.completes = self._completes(name)
        view = CaseView(self, kind, name)  # type: ignore[arg-type]
        if plain and not self.rows and not self.withdrawn and name not in self.judgements:
            view.rows, view.withdrawn = case.rows, case.withdrawn
        else:
            self._fill(view, case, types)
        if self._waivers:
            found = [*self._waivers.get(None, ()), *self._waivers.get(name, ())]
            view.waivers = sorted(found, key=lambda one: one.id)
        if self._suspensions:
            stops = [*self._suspensions.get(None, ()), *self._suspensions.get(name, ())]
            view.suspensions = sorted(stops, key=lambda one: (one.start, one.id))
        return view

    def _realise(self, case: CaseState, types: Iterable[str] | None) -> None:
        """Make rows of the plain facts of some types."""
        for name in case.rows if types is None else types:
            rows: list[Any] = case.rows.get(name) or []
            for place, row in enumerate(rows):
                if type(row) is not Row:
                    known = self.known_from(row)
                    version = Version(row, row.id, None if known == -NEVER else known, False)
                    rows[place] = _row(version, self.bare[name])
        if types is None:
            case.raw = False

    def _completes(self, case: str) -> dict[str, list[tuple[str | None, int]]]:
        found: dict[str, list[tuple[str | None, int]]] = {}
        for name in (None, case):
            for type_name, until in self._until.get(name, _NO_UNTIL).items():
                found.setdefault(type_name, []).append((name, until))
        return found

    def _fill(self, view: CaseView, case: CaseState, types: Iterable[str] | None) -> None:
        judged = self.judgements.get(case.name, (_NO_ROWS, _NO_ROWS))
        linked: list[tuple[Row, TypeInfo]] = []
        if types is None:
            types = {*case.rows, *case.withdrawn, *self.rows, *self.withdrawn, JUDGEMENT}
        for name in types:
            info = self.plan.types.get(name)
            if info is None:
                continue
            for target, sources in (
                (view.rows, (self.rows, case.rows, judged[0])),
                (view.withdrawn, (self.withdrawn, case.withdrawn, judged[1])),
            ):
                parts = [own for source in sources if (own := source.get(name))]
                if not parts:
                    continue
                rows = parts[0]
                if len(parts) > 1:
                    rows = sorted((row for part in parts for row in part), key=Row.sort_key)
                if info.links:
                    rows = [_copy(row) for row in rows]
                    linked += [(row, info) for row in rows]
                target[name] = rows
        _link(view, linked)


_NO_UNTIL: dict[str, int] = {}


def _copy(row: Row) -> Row:
    return Row(row.id, row.root, row.at, dict(row.fields), row.known, row.said)


__all__ = ["JUDGEMENT", "CaseState", "Rows", "Surroundings", "put", "take"]
