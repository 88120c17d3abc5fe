"""Where facts belong: which cases see them, and which units of those cases they concern.

Semantics: docs/semantics.md, section 2; docs/ruleset-format.md, "vocabulary.yaml" (`case`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stdrules.engine.session.cases import JUDGEMENT, CaseState, put, take
from stdrules.engine.session.chains import Chains
from stdrules.engine.session.delta import Change, Delta, ScoreChange, joined
from stdrules.engine.session.lanes import Lane
from stdrules.engine.session.roster import SHIFT, Roster
from stdrules.engine.session.waiting import Waiting
from stdrules.engine.session.wakes import NEVER
from stdrules.engine.versions import Version, knowledge
from stdrules.model.facts import Fact
from stdrules.plan.plan import Plan


class Places:
    """The cases under one plan, and what the step at hand has touched of them.

    Args:
        plan: The plan.
        clock: The moment at which it starts, in microseconds.
    """

    def __init__(self, plan: Plan, clock: int) -> None:
        self.plan = plan
        self.roster = Roster(plan, clock)
        self.around = self.roster.around
        self._chains = Chains(knowledge(plan.types, self.around.zone))
        self._waiting = Waiting()
        self._kinds = {one.case_type.name: n for n, one in enumerate(self.roster.kinds)}
        self.forgotten: set[str] = set()
        # What all cases see: how often it changed, which change last concerned each unit, and
        # the cases that are still to be judged for it.
        self._turns = 0
        self._turned: list[dict[int, int]] = [{} for _ in self.roster.kinds]
        self._behind = range(0)
        # Units by the number of the case; and what lanes have told already.
        self._touched: dict[int, set[int]] = {}
        self._early: list[Change] = []
        # Types whose facts are seen by their own time and case; plans by their announcement.
        self.quick = {t.name for t in plan.types.values() if t.kind != "plan"} - {JUDGEMENT}
        # Case types in which something that all cases see concerns a lane.
        self._laneless: set[int] = set()

    def quickly(self, fact: Fact) -> Delta | None:
        """Take a plain fact of a plain case; None: it goes the usual way, and nothing is done."""
        at, ids, name = fact.at, fact.cases, fact.type
        now, chains, roster = self.around.as_of, self._chains, self.roster
        if at is None or at[0] != at[1] or at[0] > now or len(ids) != 1 or name not in self.quick:
            return None
        if fact.supersedes is not None or fact.id in chains.facts or fact.id in chains.chains:
            return None
        for case_type in ids:
            place, names = self._kinds.get(case_type), ids[case_type]
        if place is None or len(names) != 1 or self._waiting.moment <= now:
            return None
        kind, case = roster.kinds[place], roster.cases.get((place, names[0]))
        if case is None:
            if not kind.lanes or names[0] in self.forgotten:
                return None
            case = self._create(place, names[0])
        if not case.plain or case.seen != self._turns:
            return None
        roles: list[tuple[Lane, int]] = []
        fields = fact.fields
        for lane, role, test, asks in kind.programs.get(name, ()):
            fit = True if test is None else test(fields)
            if fit is True and not (asks and not lane.is_plain(case, fact, role)):
                roles.append((lane, role))
            elif fit is not False:
                return None
        changes: list[Change] = []
        scores: list[ScoreChange] = []
        fresh = bool(self._early)
        if fresh:
            changes, self._early = self._early, []
        heap = roster.heap
        if heap and heap[0] >> SHIFT <= now:
            roster.wake_lanes(case, changes)
            fresh = True
        chains.facts[fact.id] = fact
        case.add_raw(fact)
        if roles:
            where = (self.plan.id, case_type, case.name)
            for lane, role in roles:
                wake = lane.on_fact(case, fact, role, where, changes)
                if wake != case.wakes[lane.unit]:
                    roster.wake(case, lane.unit, wake)
        if fresh:
            changes = joined(changes)
        if name in kind.rest or name in kind.seen or case.number in self._touched:
            self._mark(place, case, name, fields)
            units = self._touched.pop(case.number)
            if units:
                roster.judge(case, units, changes, scores)
        return Delta(now, fact.id, changes, scores, self.next(), 0)

    def next(self) -> int | None:
        """Return until when, at least, nothing changes without a new fact; None: for ever."""
        heap, moment = self.roster.heap, self._waiting.moment
        if heap and heap[0] >> SHIFT < moment:
            return heap[0] >> SHIFT
        return moment if moment < NEVER else None

    # --- where a fact belongs -------------------------------------------------------------------

    def _place(self, version: Version, arrives: bool) -> None:
        """Put a version into all its cases, or take it out of them."""
        fact = version.fact
        if fact.type not in self.plan.types:
            return
        if fact.type == JUDGEMENT:
            self._judgement(version, arrives)
        elif not fact.cases:
            self._everywhere(version, arrives)
        else:
            for place, kind in enumerate(self.roster.kinds):
                for case_id in fact.cases.get(kind.case_type.name, ()):
                    self._place_in(place, case_id, version, arrives)

    def _place_in(self, place: int, case_id: str, version: Version, arrives: bool) -> None:
        case, fact = self.roster.cases.get((place, case_id)), version.fact
        if arrives:
            if case is None:
                if case_id in self.forgotten:
                    return
                case = self._create(place, case_id)
            roles = self._roles(case, version)
            if case.plain and fact.type in self.quick and _is_plain(version):
                case.add_raw(fact)
            else:
                case.add(self.around.row(version), fact.type, version.withdrawn)
            where = self.roster.where(case)
            for lane, role in roles:
                wake = lane.on_fact(case, fact, role, where, self._early)
                self.roster.wake(case, lane.unit, wake)
        elif case is None:
            return
        else:
            if case.plain and any(self._fits(case, version)):
                self.roster.demote(case, self._early)
            case.take(version)
        self._mark(place, case, version.fact.type, version.fact.fields)

    def _create(self, place: int, name: str) -> CaseState:
        """Make a case; its lanes open what a case without facts owes."""
        case = self.roster.create(place, name, self._turns)
        units = set(range(len(case.memos)))
        lanes = self.roster.kinds[place].lanes
        if lanes and place not in self._laneless and not self.around.controlled(name):
            case.plain = True
            where = self.roster.where(case)
            for lane in lanes.values():
                for row in lane.findings(case):
                    self._early.append(Change(*where, lane.norm, row.key, None, row.state, row))
            units -= lanes.keys()
        self._touched[case.number] = units
        return case

    def _fits(self, case: CaseState, version: Version) -> Iterator[tuple[Lane, int]]:
        """Yield the lanes that a fact may concern, and its role there."""
        fact = version.fact
        for lane, role, test, _ in self.roster.kinds[case.kind].programs.get(fact.type, ()):
            if test is None or test(fact.fields) is not False:
                yield lane, role

    def _roles(self, case: CaseState, version: Version) -> list[tuple[Lane, int]]:
        """Return the lanes that a fact concerns; hands the case over if it is not plain there."""
        if not case.plain:
            return []
        roles = list(self._fits(case, version))
        if not roles:
            return []
        fact = version.fact
        plain = _is_plain(version)
        if self.roster.is_due:
            self.roster.wake_lanes(case, self._early)
        if plain and all(_sure(lane, role, fact) and lane.is_plain(case, fact, role)
                         for lane, role in roles):  # fmt: skip
            return roles
        self.roster.demote(case, self._early)
        return []

    def _judgement(self, version: Version, arrives: bool) -> None:
        """A person's judgement belongs to cases of any type, and makes none."""
        named = {one for ids in version.fact.cases.values() for one in ids}
        if not named:
            self._everywhere(version, arrives)
            return
        for case_id in sorted(named):
            rows = self.around.judgements.setdefault(case_id, ({}, {}))[version.withdrawn]
            if arrives:
                put(rows, JUDGEMENT, self.around.row(version))
            else:
                take(rows, version)
            for case in self.roster.find(case_id):
                self._mark(case.kind, case, JUDGEMENT, version.fact.fields)

    def _everywhere(self, version: Version, arrives: bool) -> None:
        name = version.fact.type
        rows = self.around.withdrawn if version.withdrawn else self.around.rows
        if arrives:
            put(rows, name, self.around.row(version))
        else:
            take(rows, version)
        for place, kind in enumerate(self.roster.kinds):
            units: set[int] = set()
            kind.concerned(name, version.fact.fields, units)
            for _, _, _, readers in kind.linked.get(name, ()):
                units |= readers
            self._touch(place, None, units)

    # --- what a change concerns -----------------------------------------------------------------

    def _mark(self, place: int, case: CaseState, name: str, fields: Mapping[str, Any]) -> None:
        kind = self.roster.kinds[place]
        units = self._touched.get(case.number)
        if units is None:
            units = self._touched[case.number] = set()
        kind.concerned(name, fields, units, case.plain)
        for source, own, key, readers in kind.linked.get(name, ()):
            if not readers <= units:
                value = fields[key]
                if any(row.fields[own] == value for row in self.around.rows_of(case, source)):
                    units |= readers
        if case.plain:
            units -= kind.lanes.keys()

    def _touch(self, place: int, name: str | None, units: set[int]) -> None:
        """Touch a case by its id; None: note that all of the kind are behind."""
        if not units:
            return
        lanes = self.roster.kinds[place].lanes.keys()
        if name is None:
            self._turns += 1
            self._turned[place].update(dict.fromkeys(units, self._turns))
            self._behind = range(len(self.roster.numbered))
            if not lanes.isdisjoint(units):
                self._laneless.add(place)
            return
        case = self.roster.cases.get((place, name))
        if case is not None:
            if case.plain and not lanes.isdisjoint(units):
                self.roster.demote(case, self._early)
            self._touched.setdefault(case.number, set()).update(units)


def _is_plain(version: Version) -> bool:
    """Tell whether a fact is an instant, as first recorded, once in each of its cases."""
    fact = version.fact
    at = fact.at
    if version.withdrawn or version.root != fact.id or fact.supersedes is not None:
        return False
    if at is None or at[0] != at[1]:
        return False
    return all(len(set(ids)) == len(ids) for ids in fact.cases.values())


def _sure(lane: Lane, role: int, fact: Fact) -> bool:
    """Tell whether a fact certainly has a role: nothing in the test is missing."""
    tests = [pick.test for pick, own in lane.roles if own == role]
    return all(test is None or test(fact.fields) is True for test in tests)
