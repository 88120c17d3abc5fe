"""Where facts belong: which cases see them, and which units of those cases they concern.

Semantics: docs/semantics.md, section 2; docs/ruleset-format.md, "vocabulary.yaml" (`case`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from stdrules.engine.session.cases import JUDGEMENT, CaseState, put, take
from stdrules.engine.session.chains import Chains
from stdrules.engine.session.delta import Change, Delta, ScoreChange, joined
from stdrules.engine.session.roster import SHIFT, Roster
from stdrules.engine.session.units import Kind, Program
from stdrules.engine.session.waiting import Waiting
from stdrules.engine.session.wakes import NEVER
from stdrules.engine.versions import Version
from stdrules.model.facts import Fact
from stdrules.plan.plan import Plan

#: Makes a delta of its fields at once.
delta_of: Callable[[type[Delta], tuple[Any, ...]], Delta] = tuple.__new__


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
        self._chains = Chains(self.around.known_from)
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
        """Take a plain fact of a plain case; None: it goes the usual way, and nothing is done.

        This is the inner loop of a session.
        """
        at, ids, name, own = fact.at, fact.cases, fact.type, fact.id
        chains, roster = self._chains, self.roster
        now, waits = self.around.as_of, self._waiting.moment
        if at is None or at[0] != at[1] or len(ids) != 1 or fact.supersedes is not None:
            return None
        if own in chains.facts or own in chains.chains or waits <= now or self._early:
            return None
        if (at[0] > now or name not in self.quick) and not self._is_told(fact):
            return None
        for case_type in ids:
            place, names = self._kinds.get(case_type), ids[case_type]
        if place is None or len(names) != 1:
            return None
        kind, case = roster.kinds[place], roster.cases.get((place, names[0]))
        new = case is None
        if case is None:
            case = self._new_plain(place, names[0])
        if case is None or not case.plain or case.seen != self._turns:
            return None
        takers: Sequence[Program] = ()
        if name in kind.programs:
            found = _takers(kind.programs[name], case, fact)
            if found is None:
                return None
            takers = found
        changes: list[Change] = []
        scores: Sequence[ScoreChange] = ()
        heap = roster.heap
        if new or (heap and heap[0] >> SHIFT <= now):
            changes = self._begin(kind, case, fact, takers)
        else:
            chains.facts[own] = fact
            case.add_raw(fact)
            wakes = case.wakes
            for one in takers:
                unit = one[5]
                wake = one[4](case, fact, changes)
                if wake != wakes[unit]:
                    roster.wake(case, unit, wake)
        if name in kind.marking or self._touched:
            scores = self._rest(place, case, fact, changes)
        moment = heap[0] >> SHIFT if heap else NEVER
        if waits < moment:
            moment = waits
        after = moment if moment < NEVER else None
        return delta_of(Delta, (now, own, changes, scores, after, 0))

    def _rest(
        self, place: int, case: CaseState, fact: Fact, changes: list[Change]
    ) -> list[ScoreChange]:
        """Judge what has no lane and may see a fact; return the scores that changed."""
        scores: list[ScoreChange] = []
        self._mark(place, case, fact.type, fact.fields)
        units = self._touched.pop(case.number)
        if units:
            self.roster.judge(case, units, changes, scores)
        return scores

    def _begin(
        self, kind: Kind, case: CaseState, fact: Fact, takers: Sequence[Program]
    ) -> list[Change]:
        """Take the first fact of a case, or one while the clock stands within an advance."""
        roster = self.roster
        new = case.number == len(roster.numbered)
        changes: list[Change] = []
        if new:
            roster.add(case)
            if kind.apart:
                self._touched[case.number] = set(kind.apart)
            takers = [one for one in takers if not one.lane.opens]
        else:
            roster.wake_lanes(case, changes)
        self._chains.facts[fact.id] = fact
        case.add_raw(fact)
        for _, _, _, _, taker, unit in takers:
            roster.wake(case, unit, taker(case, fact, changes))
        if not new:
            return joined(changes)
        if kind.opening:
            changes += _opened(kind, case)
        return changes

    def _new_plain(self, place: int, name: str) -> CaseState | None:
        """Return a case that is not among the others yet; None: it is none for lanes."""
        lanes = self.roster.kinds[place].lanes
        if not lanes or place in self._laneless or name in self.forgotten:
            return None
        if self.around.controlled(name):
            return None
        case = self.roster.blank(place, name, self._turns)
        case.plain = True
        return case

    def _is_told(self, fact: Fact) -> bool:
        """Tell whether a fact is a plan that is announced by now."""
        info = self.plan.types.get(fact.type)
        if info is None or info.kind != "plan":
            return False
        return self.around.known_from(fact) <= self.around.as_of

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
            for one in roles:
                wake = one.take(case, fact, self._early)
                self.roster.wake(case, one.unit, wake)
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
        kind = self.roster.kinds[place]
        if kind.lanes and place not in self._laneless and not self.around.controlled(name):
            case.plain = True
            self._early += _opened(kind, case)
            units &= kind.apart
        self._touched[case.number] = units
        return case

    def _fits(self, case: CaseState, version: Version) -> Iterator[Program]:
        """Yield what lanes do with a fact that may concern them."""
        fact = version.fact
        for one in self.roster.kinds[case.kind].programs.get(fact.type, ()):
            if one.test is None or one.test(fact.fields) is not False:
                yield one

    def _roles(self, case: CaseState, version: Version) -> list[Program]:
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
        if plain and all(_sure(one, fact) and one.lane.is_plain(case, fact, one.role)
                         for one in roles):  # fmt: skip
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

    def _shake(self) -> None:
        """What all cases see is about to change."""

    def _everywhere(self, version: Version, arrives: bool) -> None:
        self._shake()
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


def _takers(programs: Sequence[Program], case: CaseState, fact: Fact) -> list[Program] | None:
    """Return what takes a plain fact; None: a lane refuses it, or it is not sure which do."""
    takers, fields = [], fact.fields
    for one in programs:
        fit = True if one[2] is None else one[2](fields)
        if fit is True and not (one[3] and not one[0].is_plain(case, fact, one[1])):
            takers.append(one)
        elif fit is not False:
            return None
    return takers


def _is_plain(version: Version) -> bool:
    """Tell whether a fact is an instant, as first recorded, once in each of its cases."""
    fact = version.fact
    at = fact.at
    if version.withdrawn or version.root != fact.id or fact.supersedes is not None:
        return False
    if at is None or at[0] != at[1]:
        return False
    return all(len(set(ids)) == len(ids) for ids in fact.cases.values())


def _sure(one: Program, fact: Fact) -> bool:
    """Tell whether a fact certainly has a role: nothing in the test is missing."""
    return one.test is None or one.test(fact.fields) is True


def _opened(kind: Kind, case: CaseState) -> list[Change]:
    """What the lanes of a case owe for no fact of its own."""
    return [
        lane.told(case, None, row) for lane in kind.opening for row in lane.rows(case)
    ]  # fmt: skip
