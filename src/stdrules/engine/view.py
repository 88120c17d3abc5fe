"""The facts of one case as of a moment: rows by type in time order, links resolved.

Both in-process evaluators read facts only through a ``CaseView``.

Units
    Moments are microseconds since the epoch; a row without a time has always been there.

Semantics: docs/semantics.md, sections 2 and 9.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.time.calendars import Calendar, calendar
from stdrules.base.time.moments import When, from_date, from_datetime
from stdrules.base.time.zones import Zone, zone
from stdrules.base.truth import Missing
from stdrules.engine.versions import Version, in_force, knowledge
from stdrules.model.facts import FactLog, Suspension, Waiver
from stdrules.plan.plan import CaseType, Plan, TypeInfo

JUDGEMENT = "judgement"
ALWAYS = When(-(2**62), -(2**62))


class Row:
    """One visible fact of a case.

    Attributes:
        id: Id of the version in force; ``root``: of the first version.
        at: Its time; ``ALWAYS`` for registers without one.
        fields: Values by field name, and the linked facts' values by link name.
        known: When the first version became known, or None.
        said: Its time as an act: of a plan its announcement, else ``at``. Missing if its type has
            a time and this fact does not tell it: blank, it has not happened; else unknown.
    """

    __slots__ = ("at", "fields", "id", "known", "root", "said")

    def __init__(
        self,
        id: str,
        root: str,
        at: When,
        fields: dict[str, Any],
        known: int | None,
        said: When | Missing | None = None,
    ) -> None:
        self.id = id
        self.root = root
        self.at = at
        self.fields = fields
        self.known = known
        self.said: When | Missing = at if said is None else said

    def sort_key(self) -> tuple[int, int, str]:
        """Order of rows: time, then id."""
        return self.at.first, self.at.last, self.id


class CaseView:
    """All that is visible of one case; also the accessor ``c`` of expressions."""

    __slots__ = (
        "_lists", "as_of", "calendar", "case_id", "case_type", "closed", "completes", "parameters",
        "rows", "suspensions", "types", "waivers", "withdrawn", "zone",
    )  # fmt: skip

    def __init__(self, world: World, case_type: CaseType, case_id: str) -> None:
        self.as_of = world.as_of
        self.zone = world.zone
        self.calendar = world.calendar
        self.types = world.plan.types
        self.parameters = world.plan.parameter_values
        self.case_type = case_type
        self.case_id = case_id
        self.rows: dict[str, list[Row]] = {}
        self.withdrawn: dict[str, list[Row]] = {}
        self.completes = world.completes
        self.waivers: list[Waiver] = []
        self.suspensions: list[Suspension] = []
        self._lists: dict[str, Any] = {}

    def of(self, type_name: str) -> list[Row]:
        """Return the rows of a type in time order."""
        return self.rows.get(type_name, [])

    def complete_until(self, type_name: str) -> int | None:
        """Return up to when absence of a type is certain (None: never); at most as-of."""
        if self.types[type_name].closed:
            return self.as_of
        stated = [
            until for case, until in self.completes.get(type_name, ())
            if case is None or case == self.case_id
        ]  # fmt: skip
        return min(max(stated), self.as_of) if stated else None

    def is_complete(self, type_name: str) -> bool:
        """Tell whether all facts of a type up to as-of are known."""
        return self.complete_until(type_name) == self.as_of

    def all(self, type_name: str) -> tuple[Any, ...]:
        """Return the values of all facts of a type; an incomplete type ends in a ``more``."""
        found = self._lists.get(type_name)
        if found is None:
            found = tuple(row.fields for row in self.of(type_name))
            if not self.is_complete(type_name):
                found = (*found, Missing(f"fact {type_name}", more=True))
            self._lists[type_name] = found
        return found

    def one(self, type_name: str) -> Any:
        """Return the values of the newest fact of a type, or Missing."""
        rows = self.of(type_name)
        if rows:
            return rows[-1].fields
        return Missing(f"fact {type_name}", blank=self.is_complete(type_name))


class World:
    """The log as seen at (as-of, known-at), divided into cases."""

    def __init__(self, plan: Plan, log: FactLog, as_of: int, known_at: int | None) -> None:
        self.plan = plan
        self.as_of = as_of
        self.zone: Zone = zone(plan.zone)
        self.calendar: Calendar = calendar(plan.calendar, plan.calendar_additions or None)
        self.known_at = known_at
        self.diagnostics: list[Diagnostic] = []
        self.completes: dict[str, list[tuple[str | None, int]]] = {}
        for one in self._known(log.completes):
            self.completes.setdefault(one.type, []).append((one.case, one.until))
        self._waivers: list[Waiver] = sorted(self._known(log.waivers), key=lambda w: w.id)
        self._suspensions: list[Suspension] = sorted(
            self._known(log.suspensions), key=lambda s: (s.start, s.id)
        )
        self.known_from = knowledge(plan.types, self.zone)
        versions, self.diagnostics = in_force(log, known_at, self.known_from)
        self._everywhere: list[Version] = []
        self._judgements: list[Version] = []
        self._cases: dict[tuple[str, str], list[Version]] = {}
        for version in versions:
            self._place(version)

    def _known(self, items: Iterable[Any]) -> list[Any]:
        if self.known_at is None:
            return list(items)
        return [i for i in items if i.recorded is None or i.recorded <= self.known_at]

    def _place(self, version: Version) -> None:
        fact = version.fact
        if fact.type not in self.plan.types:
            return
        info = self.plan.types[fact.type]
        seen = self.known_from(fact) if info.kind == "plan" else fact.at.first if fact.at else 0
        if fact.at is not None and not (
            happened(fact.at, self.as_of) if seen == fact.at.first else seen <= self.as_of
        ):
            return
        if fact.type == JUDGEMENT:
            # A person's judgement belongs to a case of any type, and makes none.
            self._judgements.append(version)
            return
        if not fact.cases:
            self._everywhere.append(version)
        for case_type, ids in fact.cases.items():
            for case_id in ids:
                self._cases.setdefault((case_type, case_id), []).append(version)

    def views(self, cases: Collection[str] | None = None) -> list[CaseView]:
        """Return the views of all cases (or of those named), by case type, then id."""
        found = []
        for case_type in self.plan.case_types:
            names = sorted(n for kind, n in self._cases if kind == case_type.name)
            for name in names:
                if cases is None or name in cases:
                    found.append(self.view(case_type, name))
        return found

    def view(self, case_type: CaseType, case_id: str) -> CaseView:
        """Build the view of one case."""
        view = CaseView(self, case_type, case_id)
        view.waivers = [w for w in self._waivers if w.case is None or w.case == case_id]
        view.suspensions = [s for s in self._suspensions if s.case is None or s.case == case_id]
        linked = []
        own = self._cases.get((case_type.name, case_id), ())
        judged = [v for v in self._judgements if _concerns(v, case_id)]
        for version in (*self._everywhere, *own, *judged):
            info = self.plan.types[version.fact.type]
            row = _row(version, info)
            if info.links:
                linked.append((row, info))
            target = view.withdrawn if version.withdrawn else view.rows
            target.setdefault(info.name, []).append(row)
        for rows in (*view.rows.values(), *view.withdrawn.values()):
            if len(rows) > 1:
                rows.sort(key=Row.sort_key)
        _link(view, linked)
        return view


def _concerns(version: Version, case_id: str) -> bool:
    named = {one for ids in version.fact.cases.values() for one in ids}
    return not named or case_id in named


def _row(version: Version, info: TypeInfo) -> Row:
    fact = version.fact
    fields = dict(fact.fields) if info.links else fact.fields
    at = fact.at or ALWAYS
    said: When | Missing = at
    if fact.at is None and info.time is not None:
        told = fact.fields.get(info.time)
        said = told if isinstance(told, Missing) else Missing(f"field {fact.id}.{info.time}")
    if info.kind == "plan":
        said = ALWAYS if version.known is None else When(version.known, version.known)
    return Row(fact.id, version.root, at, fields, version.known, said)


def _link(view: CaseView, linked: list[tuple[Row, TypeInfo]]) -> None:
    indexes: dict[tuple[str, str], dict[Any, dict[str, Any]]] = {}
    for row, info in linked:
        for name, target, own, key in info.links:
            index = indexes.get((target, key))
            if index is None:
                # Later rows replace earlier ones: the newest fact is the one linked.
                index = {
                    other.fields[key]: other.fields
                    for other in view.of(target)
                    if not isinstance(other.fields[key], Missing)
                }
                indexes[(target, key)] = index
            value = row.fields[own]
            if isinstance(value, Missing):
                row.fields[name] = value
                continue
            found = index.get(value)
            row.fields[name] = (
                Missing(f"fact {target}", blank=view.is_complete(target))
                if found is None
                else found
            )


def happened(when: When, as_of: int) -> bool:
    """Tell whether a moment has begun: an instant may be as-of itself, a day began before it.

    Example:
        >>> happened(When(5, 5), 5), happened(When(5, 9), 5), happened(When(5, 9), 6)
        (True, False, True)
    """
    return when.first < as_of or when.first == when.last == as_of


def moment_of(value: object, where: Zone) -> When | Missing | None:
    """Turn a field's value into a moment; None for null.

    Example:
        >>> from stdrules.base.time.zones import zone
        >>> moment_of(date(1970, 1, 1), zone("UTC"))
        When(first=0, last=86399999999)
    """
    if isinstance(value, datetime):
        return from_datetime(value)
    if isinstance(value, date):
        return from_date(value, where)
    if isinstance(value, Missing):
        return value
    return None
