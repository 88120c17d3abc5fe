"""All cases of a session under one plan, judged unit by unit, and when each is to be judged again.

The heap holds one number a wake: moment, case and unit, packed so that it sorts by time and costs
little; a wake that was moved leaves its old number behind, which is dropped when it comes up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappush

from stdrules.engine.session.cases import CaseState, Surroundings
from stdrules.engine.session.delta import Change, ScoreChange
from stdrules.engine.session.memos import differences, memo_of, score_difference
from stdrules.engine.session.units import Group, Judged, Kind, ScoreGroup, units_of
from stdrules.engine.session.wakes import NEVER
from stdrules.plan.plan import Plan

UNIT_BITS = 16
SHIFT = 32 + UNIT_BITS
UNITS = (1 << UNIT_BITS) - 1
CASES = (1 << 32) - 1
LOW = (1 << SHIFT) - 1
#: From how many units on a case is judged as a whole.
_MANY = 12


class Roster:
    """Cases by kind and id, and by number."""

    def __init__(self, plan: Plan, clock: int) -> None:
        self.around = Surroundings(plan, clock)
        self.kinds = [Kind(plan, units, self.around) for units in units_of(plan)]
        self.cases: dict[tuple[int, str], CaseState] = {}
        self.numbered: list[CaseState | None] = []
        # Numbers of cases that slept and are about to be made.
        self.reserved: dict[tuple[int, str], int] = {}
        self.heap: list[int] = []

    def create(self, place: int, name: str, seen: int) -> CaseState:
        """Make a case, all of whose units are still to be judged."""
        case = self.blank(place, name, seen)
        self.add(case)
        return case

    def blank(self, place: int, name: str, seen: int) -> CaseState:
        """Return a case that may be added next."""
        number = self.reserved.get((place, name), len(self.numbered))
        return CaseState(name, place, number, len(self.kinds[place].groups), seen)

    def add(self, case: CaseState) -> None:
        """Put the case that was made last among the others."""
        self.cases[case.kind, case.name] = case
        if case.number < len(self.numbered):
            self.numbered[case.number] = case
        else:
            self.numbered.append(case)

    def find(self, name: str) -> list[CaseState]:
        """Return the cases with an id, by case type."""
        found = [self.cases.get((place, name)) for place in range(len(self.kinds))]
        return [case for case in found if case is not None]

    def where(self, case: CaseState) -> tuple[str, str, str]:
        """Return ruleset, case type and id of a case."""
        return self.around.plan.id, self.kinds[case.kind].case_type.name, case.name

    # --- judging --------------------------------------------------------------------------------

    def judge(
        self, case: CaseState, units: set[int], changes: list[Change], scores: list[ScoreChange]
    ) -> None:
        """Judge some units of a case as of the clock, and collect what changed."""
        now = self.around.as_of
        if self.heap and self.heap[0] >> SHIFT <= now:
            units.update(unit for unit, wake in enumerate(case.wakes) if wake <= now)
        kind = self.kinds[case.kind]
        if case.plain:
            self.wake_lanes(case, changes, units & kind.lanes.keys())
            units -= kind.lanes.keys()
        norms = sorted(unit for unit in units if unit < kind.norms)
        if len(norms) >= _MANY:
            self._judge_whole(case, norms, changes)
        else:
            for unit in norms:
                self._judge_unit(case, unit, changes)
        for unit in sorted(units):
            if unit >= kind.norms:
                self._judge_score(case, unit, scores)

    def wake_lanes(
        self, case: CaseState, changes: list[Change], units: Iterable[int] | None = None
    ) -> None:
        """Tell what time has changed of some lanes of a plain case; None: of all."""
        lanes = self.kinds[case.kind].lanes
        for unit in lanes if units is None else units:
            wake = case.wakes[unit]
            if wake <= self.around.as_of:
                self.wake(case, unit, lanes[unit].on_wake(case, wake, changes))

    def demote(self, case: CaseState, changes: list[Change]) -> None:
        """Hand a plain case to the judges, its lanes told up to the clock."""
        if self.is_due:
            self.wake_lanes(case, changes)
        for unit, lane in self.kinds[case.kind].lanes.items():
            case.memos[unit] = memo_of((Judged(lane.norm, lane.findings(case), 0),))
        case.plain = False

    def _judge_unit(self, case: CaseState, unit: int, changes: list[Change]) -> None:
        kind = self.kinds[case.kind]
        group = kind.groups[unit]
        assert isinstance(group, Group)
        reads = group.reads
        plain = not (reads.links or reads.everything)
        view = self.around.view(case, kind.case_type, reads.types, plain)
        self._note(case, unit, group.judge(view), changes)

    def _judge_whole(self, case: CaseState, norms: list[int], changes: list[Change]) -> None:
        kind = self.kinds[case.kind]
        view = self.around.view(case, kind.case_type, None, False)
        own: dict[int, list[Judged]] = {}
        for one in kind.whole.judge(view):
            own.setdefault(kind.place[one.norm.id, one.norm.sub], []).append(one)
        for unit in norms:
            self._note(case, unit, own[unit], changes)

    def _note(
        self, case: CaseState, unit: int, judged: list[Judged], changes: list[Change]
    ) -> None:
        memo, before = memo_of(judged), case.memos[unit]
        if memo != before:
            differences(self.where(case), before, memo, judged, changes)
            case.memos[unit] = memo
        self.wake(case, unit, min([one.wake for one in judged]))

    def _judge_score(self, case: CaseState, unit: int, scores: list[ScoreChange]) -> None:
        kind = self.kinds[case.kind]
        group = kind.groups[unit]
        assert isinstance(group, ScoreGroup)
        view = self.around.view(case, kind.case_type, group.reads.types, False)
        result, wake = group.judge(view)
        before = case.memos[unit]
        case.memos[unit] = score_difference(self.where(case), before, result, scores)
        self.wake(case, unit, wake)

    def close(self, case: CaseState, changes: list[Change], scores: list[ScoreChange]) -> None:
        """End a case: its obligations and scores are gone."""
        kind = self.kinds[case.kind]
        if case.plain:
            self.demote(case, changes)
        where = self.where(case)
        for unit, memo in enumerate(case.memos):
            group = kind.groups[unit]
            if isinstance(group, Group):
                differences(where, memo, None, (), changes)
            elif memo is not None:
                scores.append(ScoreChange(*where, group.card.id, memo[0], None, None))
        self.numbered[case.number] = None
        del self.cases[case.kind, case.name]

    # --- time -----------------------------------------------------------------------------------

    def wake(self, case: CaseState, unit: int, moment: int) -> None:
        """Note when a unit is to be judged again."""
        if moment != case.wakes[unit]:
            case.wakes[unit] = moment
            if moment < NEVER:
                heappush(self.heap, moment << SHIFT | case.number << UNIT_BITS | unit)

    @property
    def is_due(self) -> bool:
        """Whether the clock stands between two steps of an advance."""
        return bool(self.heap) and self.heap[0] >> SHIFT <= self.around.as_of

    def _is_live(self, top: int) -> bool:
        case = self.numbered[top >> UNIT_BITS & CASES]
        return case is not None and case.wakes[top & UNITS] == top >> SHIFT

    def awake_by(self, limit: int) -> Iterator[tuple[CaseState, int]]:
        """Yield the units that are to be judged up to a moment, unordered, and take none."""
        heap, bound = self.heap, limit + 1 << SHIFT
        todo = [0]
        while todo:
            place = todo.pop()
            if place >= len(heap) or heap[place] >= bound:
                continue
            todo += (2 * place + 1, 2 * place + 2)
            top = heap[place]
            case = self.numbered[top >> UNIT_BITS & CASES]
            if case is not None and self._is_live(top):
                yield case, top & UNITS

    def rows(self, case: CaseState, units: Iterable[int]) -> Iterator[Judged]:
        """Judge some norms of a case as of the clock, noting nothing."""
        kind = self.kinds[case.kind]
        for unit in units:
            group = kind.groups[unit]
            if isinstance(group, Group):
                yield from group.judge(
                    self.around.view(case, kind.case_type, group.reads.types, False)
                )
