"""A chunk as seen at a moment: what the kernels share while they judge its cases of one type."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.calendars import calendar
from stdrules.base.time.zones import zone
from stdrules.base.truth import Missing
from stdrules.engine.columns.clock import Clock
from stdrules.engine.columns.rows import Rows, Unable, visible
from stdrules.engine.view import JUDGEMENT, CaseView, World
from stdrules.model.columnar import Columns
from stdrules.model.facts import Fact, FactLog, Suspension, Waiver
from stdrules.plan.plan import CaseType, Plan, PlanNorm

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
#: Marks of a link: nothing found; the own field is blank, or not carried.
NO_FACT, OWN_BLANK, OWN_ABSENT = -1, -2, -3


class Frame:
    """The cases of one type of a chunk, their visible facts, and what was found out about them.

    Attributes:
        names: Ids of the cases; everything else counts them by their place here.
        exists: Which cases have a visible fact of their own.
        apart: Which cases are judged one by one (corrected or withdrawn facts).
        memo: What kernels share, by a key of their own.
    """

    def __init__(
        self, plan: Plan, case_type: CaseType, columns: Columns, as_of: int,
        known_at: int | None, cases: Collection[str] | None = None,
    ) -> None:  # fmt: skip
        self.plan = plan
        self.case_type = case_type
        self.columns = columns
        self.as_of = as_of
        self.known_at = known_at
        self.names = columns.cases.get(case_type.name, ())
        self.size = len(self.names)
        self.zone = zone(plan.zone)
        self.clock = Clock(
            self.zone, calendar(plan.calendar, plan.calendar_additions or None)
        )
        self.memo: dict[Any, Any] = {}
        self._rows: dict[str, Rows] = {}
        self._links: dict[tuple[str, str], Ints] = {}
        self._everywhere = self._of_every_case()
        self.apart = self._apart()
        self.exists = self._existing()
        if cases is not None:
            asked = np.fromiter((name in cases for name in self.names), np.bool_, self.size)
            self.exists &= asked
            self.apart &= asked

    # -- facts ------------------------------------------------------------------------------

    def rows(self, name: str) -> Rows:
        """Return the visible facts of a type.

        Raises:
            Unable: Some of them belong to every case.
        """
        if name in self._everywhere:
            raise Unable
        found = self._rows.get(name)
        if found is None:
            table = self.columns.tables.get((self.case_type.name, name))
            info = self.plan.types[name]
            index = None
            if table is not None:
                index, _ = visible(table, info, self.as_of, self.known_at)
            found = self._rows[name] = Rows(table, info, index, self.zone)
        return found

    def complete(self, name: str) -> bool | Booleans:
        """Tell (of each case, if they differ) whether all facts of a type are known."""
        if self.plan.types[name].closed:
            return True
        key = ("complete", name)
        if key not in self.memo:
            found: bool | Booleans = False
            for one in self._said(self.columns.rest.completes):
                if one.type == name and one.until >= self.as_of:
                    if one.case is None:
                        found = True
                        break
                    if found is False:
                        found = np.zeros(self.size, np.bool_)
                    place = self.place(one.case)
                    if place >= 0 and not isinstance(found, bool):
                        found[place] = True
            self.memo[key] = found
        result: bool | Booleans = self.memo[key]
        return result

    def incomplete(self, name: str) -> Booleans:
        """Return the cases in which facts of a type may be missing."""
        found = self.complete(name)
        return np.full(self.size, not found) if isinstance(found, bool) else ~found

    def place(self, name: str) -> int:
        """Return the place of a case, -1 if it is not here."""
        if "places" not in self.memo:
            self.memo["places"] = {name: n for n, name in enumerate(self.names)}
        return int(self.memo["places"].get(name, -1))

    def link(self, type_name: str, link: str) -> Ints:
        """Return the linked row of each row of a type, or a mark why there is none."""
        key = (type_name, link)
        if key not in self._links:
            target, own, other = next(
                found[1:] for found in self.plan.types[type_name].links if found[0] == link
            )
            self._links[key] = self._joined(self.rows(type_name), own, self.rows(target), other)
        return self._links[key]

    def _joined(self, rows: Rows, own: str, others: Rows, key: str) -> Ints:
        from_column, to_column = rows.column(own), others.column(key)
        found = np.full(len(rows), NO_FACT, np.int64)
        if from_column is None:
            found[:] = OWN_ABSENT
            return found
        if to_column is not None and len(others) and len(rows):
            if from_column.kind != "code" or to_column.kind != "code":
                raise Unable
            theirs = np.asarray(to_column.values, np.int64)
            mine = recoded(from_column, to_column)
            size = len(to_column.words.values) + 1  # type: ignore[union-attr]
            keys = others.case.astype(np.int64) * size + theirs
            usable = np.arange(len(others))
            if to_column.state is not None:
                usable = usable[to_column.state == 0]
                keys = keys[usable]
            if keys.size:
                # Of several facts with one key the newest is linked: the last in order.
                order = np.argsort(keys, kind="stable")
                keys = keys[order]
                wanted = rows.case.astype(np.int64) * size + mine
                place = np.searchsorted(keys, wanted, side="right") - 1
                hit = (place >= 0) & (keys[np.maximum(place, 0)] == wanted) & (mine >= 0)
                found[hit] = usable[order[place[hit]]]
        if from_column.state is not None:
            found[from_column.state == 1] = OWN_BLANK
            found[from_column.state == 2] = OWN_ABSENT
        return found

    def linked_value(self, type_name: str, row: int, link: str, fields: Iterable[str]) -> Any:
        """Return what an expression sees under a link of a row."""
        target, own, _ = next(
            found[1:] for found in self.plan.types[type_name].links if found[0] == link
        )
        place = int(self.link(type_name, link)[row])
        if place == NO_FACT:
            whole = self.complete(target)
            if not isinstance(whole, bool):
                raise Unable
            return Missing(f"fact {target}", blank=whole)
        if place < 0:
            return self.rows(type_name).value(row, own)
        others = self.rows(target)
        return {name: others.value(place, name) for name in fields}

    # -- statements -------------------------------------------------------------------------

    def _said(self, items: Iterable[Any]) -> list[Any]:
        if self.known_at is None:
            return list(items)
        return [i for i in items if i.recorded is None or i.recorded <= self.known_at]

    def _of_every_case(self) -> frozenset[str]:
        return frozenset(
            fact.type for fact in self.columns.rest.facts
            if not fact.cases and fact.type != JUDGEMENT
        )  # fmt: skip

    def _apart(self) -> Booleans:
        found = np.zeros(self.size, np.bool_)
        touched = self.columns.touched.get(self.case_type.name, frozenset())
        if touched is None:
            found[:] = True
        else:
            for name in touched:
                place = self.place(name)
                if place >= 0:
                    found[place] = True
        return found

    def _existing(self) -> Booleans:
        found = np.zeros(self.size, np.bool_)
        tables = sorted(self.columns.tables.items(), key=lambda item: len(item[1]))
        for (case_type, name), table in tables:
            if case_type != self.case_type.name or name not in self.plan.types:
                continue
            if found.all():
                break
            _, mask = visible(table, self.plan.types[name], self.as_of, self.known_at)
            own = mask
            if table.shared is not None:
                own = ~table.shared if mask is None else mask & ~table.shared
            found[table.case if own is None else table.case[own]] = True
        return found

    def controlled(self, norm: PlanNorm) -> Booleans | None:
        """Return the cases in which a waiver or a suspension may concern a norm."""
        if "controls" not in self.memo:
            rest = self.columns.rest
            self.memo["controls"] = [*self._said(rest.waivers), *self._said(rest.suspensions)]
        controls: list[Waiver | Suspension] = self.memo["controls"]
        found = None
        for one in controls:
            if one.norm is not None and one.norm != norm.id:
                continue
            if found is None:
                found = np.zeros(self.size, np.bool_)
            if one.case is None:
                found[:] = True
            elif self.place(one.case) >= 0:
                found[self.place(one.case)] = True
        return found

    def judged(self, norm: str, element: str) -> Booleans:
        """Return the cases that a person's judgement of an element concerns."""
        if "judged" not in self.memo:
            found: dict[Any, Booleans] = {}
            for fact in self.columns.rest.facts:
                if fact.type == JUDGEMENT:
                    key = fact.fields["norm"], fact.fields["element"]
                    own = found.setdefault(key, np.zeros(self.size, np.bool_))
                    named = {one for ids in fact.cases.values() for one in ids}
                    if not named:
                        own[:] = True
                    for place in map(self.place, named):
                        if place >= 0:
                            own[place] = True
            self.memo["judged"] = found
        result: Booleans | None = self.memo["judged"].get((norm, element))
        return np.zeros(self.size, np.bool_) if result is None else result

    # -- cases one by one -------------------------------------------------------------------

    def world(self, cases: Iterable[int], types: Iterable[str] | None = None) -> World:
        """Return the world of some cases, with the facts of some types (None: all).

        The facts outside the tables are in it only if all types are asked for.
        """
        places = sorted(cases)
        rest = self.columns.rest
        facts: dict[int | str, Fact] = {}
        for (case_type, name), table in self.columns.tables.items():
            info = self.plan.types.get(name)
            if case_type != self.case_type.name or info is None:
                continue
            if types is not None and name not in types:
                continue
            rows = Rows(table, info, None, self.zone)
            borders = np.array([[p, p + 1] for p in places], table.case.dtype).reshape(-1, 2)
            starts = np.searchsorted(table.case, borders).tolist()
            for place, (begin, end) in zip(places, starts, strict=True):
                for row in range(begin, end):
                    fact = rows.fact(row, case_type, self.names[place])
                    if table.facts is not None:
                        facts[id(fact)] = fact
                    elif fact.id not in facts:
                        facts[fact.id] = fact
                    elif fact.cases:
                        # It stands in the table once for each of its cases.
                        own = facts[fact.id].cases[case_type]
                        facts[fact.id].cases = {case_type: (*own, self.names[place])}
        log = FactLog(
            [*(rest.facts if types is None else ()), *facts.values()],
            rest.withdrawals, rest.waivers, rest.suspensions, rest.completes,
        )  # fmt: skip
        return World(self.plan, log, self.as_of, self.known_at)

    def glance(self, place: int, types: Iterable[str]) -> Any:
        """Return what expressions need of one case that read facts of some types only."""
        names = sorted(types)
        # The last one only: an expression is asked case by case, and all would not fit.
        known: tuple[int, list[str], Any] | None = self.memo.get("glance")
        if known is not None and known[:2] == (place, names):
            return known[2]
        linked = any(self.plan.types[name].links for name in names)
        made: Any = self.view(place, names) if linked else Glance(self, place, names)
        self.memo["glance"] = place, names, made
        return made

    def view(self, place: int, types: Iterable[str]) -> CaseView:
        """Return the view of one case with the facts of some types and what they link to."""
        wanted = set(types)
        todo = list(wanted)
        while todo:
            info = self.plan.types.get(todo.pop())
            for _, target, _, _ in info.links if info is not None else ():
                if target not in wanted:
                    wanted.add(target)
                    todo.append(target)
        return self.world([place], wanted).view(self.case_type, self.names[place])


def by_case(cases: Ints) -> list[int]:
    """Return the order in which a frame makes what expressions see of each case once."""
    order: list[int] = np.argsort(cases, kind="stable").tolist()
    return order


class Glance:
    """One case as expressions see it: a few types without links."""

    __slots__ = ("_frame", "_lists", "_place", "parameters")

    def __init__(self, frame: Frame, place: int, names: Iterable[str]) -> None:
        self.parameters = frame.plan.parameter_values
        self._frame = frame
        self._place = place
        self._lists: dict[str, tuple[Any, ...]] = {}
        for name in names:
            rows = frame.rows(name)
            begin, end = rows.starts(frame.size)[place : place + 2].tolist()
            self._lists[name] = tuple([rows.fields(row) for row in range(begin, end)])

    def _whole(self, name: str) -> bool:
        found = self._frame.complete(name)
        return found if isinstance(found, bool) else bool(found[self._place])

    def all(self, name: str) -> tuple[Any, ...]:
        """Return the values of all facts of a type; an incomplete type ends in a ``more``."""
        found = self._lists[name]
        return found if self._whole(name) else (*found, Missing(f"fact {name}", more=True))

    def one(self, name: str) -> Any:
        """Return the values of the newest fact of a type, or Missing."""
        found = self._lists[name]
        return found[-1] if found else Missing(f"fact {name}", blank=self._whole(name))


def recoded(column: Any, other: Any) -> Ints:
    """Return the codes of a column in the words of another, -1 for words that it lacks."""
    values = np.asarray(column.values, np.int64)
    if column.words is other.words:
        return values
    table = np.array([other.words.find(value) for value in column.words.values] or [-1], np.int64)
    return table[values]
