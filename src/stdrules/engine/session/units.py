"""A plan cut into units: norms that are judged together because one asks for another's outcome.

Most units are one norm. A new fact concerns few of them, and only those are judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from stdrules.engine.case.facts import CaseFacts, Doubt, Scope, Slots
from stdrules.engine.case.norms import Rows, by_reference, concerned, judge_of
from stdrules.engine.case.scores import score_of
from stdrules.engine.reference.evaluate import compensate
from stdrules.engine.session import wakes
from stdrules.engine.session.cases import Surroundings
from stdrules.engine.session.lane_making import lane_of
from stdrules.engine.session.lanes import Lane, Taker
from stdrules.engine.session.reads import Reads, Test, reads_of
from stdrules.engine.view import JUDGEMENT, CaseView
from stdrules.plan.plan import CaseType, Plan, PlanNorm
from stdrules.plan.results import Finding, ScoreResult
from stdrules.plan.scorecard import PlanScorecard
from stdrules.plan.steps import Gap, PerFact, PerGroup, PerOutcome, Recur

Link = tuple[str, str, str, str]


class Judged(NamedTuple):
    """The rows of one norm in one case, and when they may change by time alone."""

    norm: PlanNorm
    rows: list[Finding]
    wake: int


class Program(NamedTuple):
    """What a lane does with facts of a type: their role, their test, whether the lane is asked."""

    lane: Lane
    role: int
    test: Test | None
    asks: bool
    take: Taker
    unit: int


class Entry(NamedTuple):
    """A norm with its judge.

    ``trigger``: the closed type without which it is not triggered. ``followed``: others ask for
    its rows.
    """

    norm: PlanNorm
    trigger: str | None
    judge: Rows
    followed: bool
    extras: list[wakes.Extra]
    reads: Reads


class Group:
    """Norms judged together, with lists of their own; holds nothing of a case."""

    __slots__ = ("entries", "reads", "remedies", "slots")

    def __init__(self, plan: Plan, norms: tuple[PlanNorm, ...], followed: frozenset[str]) -> None:
        self.slots = Slots(plan)
        self.reads = reads_of(norms, plan.types)
        self.entries = [self._entry(norm, norm.id in followed) for norm in norms]
        remedies = any(norm.repairs is not None for norm in norms)
        self.remedies = replace(plan, norms=norms) if remedies else None

    def _entry(self, norm: PlanNorm, followed: bool) -> Entry:
        types = self.slots.plan.types
        trigger: str | None = None
        arise = norm.arise
        if isinstance(arise, PerFact | PerGroup) and norm.when is None:
            name = arise.matcher.type
            if types[name].closed and not isinstance(norm.step, Recur | Gap):
                trigger = name
        reads = reads_of(norm, types)
        scope: Callable[[CaseFacts], Scope] = self.slots.scope(norm.scope)
        open_types = tuple(sorted(name for name in reads.types if not types[name].closed))
        extra = wakes.extras(norm, reads, scope, open_types)
        return Entry(norm, trigger, judge_of(norm, self.slots), followed, extra, reads)

    def judge(self, view: CaseView) -> list[Judged]:
        """Judge the norms in one case as of the view's moment."""
        facts = CaseFacts(view, self.slots)
        outcomes, present = facts.outcomes, view.rows
        withdrawn = view.withdrawn
        found = []
        for entry in self.entries:
            norm, trigger = entry.norm, entry.trigger
            if trigger is not None and trigger not in present and trigger not in withdrawn:
                found.append(Judged(norm, [], wakes.NEVER))
                continue
            doubt = facts.controlled and concerned(norm, facts)
            if not doubt:
                try:
                    rows = entry.judge(facts)
                except Doubt:
                    doubt = True
            if doubt:
                rows = by_reference(norm, facts)
            if entry.followed:
                outcomes.setdefault(norm.id, []).extend(rows)
            found.append(Judged(norm, rows, _wake(entry, rows, facts, doubt)))
        if self.remedies is not None:
            compensate(self.remedies, view, outcomes)
        return found


def _wake(entry: Entry, rows: list[Finding], facts: CaseFacts, doubt: bool) -> int:
    view, now = facts.view, facts.as_of
    best = wakes.of_rows(rows, entry.norm, view)
    for extra in entry.extras:
        best = min(best, wakes.first_after(now, extra(facts)))
    if doubt:
        best = min(best, wakes.of_doubt(entry.norm, rows, entry.reads, view))
        if facts.controlled:
            best = min(best, wakes.first_after(now, wakes.of_controls(view)))
    return best


class ScoreGroup:
    """A scorecard with lists of its own."""

    __slots__ = ("card", "extras", "reads", "score", "slots")

    def __init__(self, plan: Plan, card: PlanScorecard) -> None:
        self.card = card
        self.slots = Slots(plan)
        self.reads = reads_of(card, plan.types)
        self.score = score_of(card, self.slots)
        types = plan.types
        open_types = tuple(sorted(name for name in self.reads.types if not types[name].closed))
        self.extras = wakes.extras(None, self.reads, None, open_types)
        checks = [c for one in (*card.vetoes, *card.conditions) for c in one.checks]
        if any(check.look_back is not None and check.anchor is None for check in checks):
            # Looking back from as-of: the years move on with each day.
            self.extras.append(_midnights)

    def judge(self, view: CaseView) -> tuple[ScoreResult, int]:
        """Score one case; also when the score may change by time alone."""
        facts = CaseFacts(view, self.slots)
        result = self.score(facts)
        wake = wakes.of_doubt(None, (), self.reads, view)
        for extra in self.extras:
            wake = min(wake, wakes.first_after(view.as_of, extra(facts)))
        return result, wake


def _midnights(facts: CaseFacts) -> tuple[int, int]:
    day = facts.zone.ordinal(facts.as_of)
    return facts.start_of(day) + 1, facts.start_of(day + 1) + 1


class Units:
    """The units of one case type of a plan, which all sessions under the plan share.

    Attributes are those of `Kind`; ``clusters``: the norms of each unit; ``followed``: norms whose
    outcomes others ask for.
    """

    __slots__ = (
        "case_type", "clusters", "followed", "groups", "linked", "norms", "place", "readers",
        "whole",
    )  # fmt: skip

    def __init__(self, plan: Plan, case_type: CaseType) -> None:
        self.case_type = case_type
        norms = [norm for norm in plan.norms if norm.case_type == case_type.name]
        self.clusters, self.followed = _clusters(norms)
        self.groups: list[Group | ScoreGroup] = [
            Group(plan, own, self.followed) for own in self.clusters
        ]
        self.norms = len(self.clusters)
        self.place = {
            (norm.id, norm.sub): unit for unit, own in enumerate(self.clusters) for norm in own
        }
        cards = [card for card in plan.scorecards if card.case_type == case_type.name]
        self.groups += [ScoreGroup(plan, card) for card in cards]
        self.whole = Group(plan, tuple(norms), self.followed)
        self.readers: dict[str, list[tuple[int, list[Test] | None]]] = {}
        self.linked: dict[str, list[tuple[str, str, str, frozenset[int]]]] = {}
        self._index(plan)

    def _index(self, plan: Plan) -> None:
        seen: dict[Link, set[int]] = {}
        for unit, group in enumerate(self.groups):
            reads = group.reads
            for name in plan.types if reads.everything else reads.tests:
                tests = None if reads.everything else reads.tests[name]
                self.readers.setdefault(name, []).append((unit, tests))
            for link in reads.links:
                seen.setdefault(link, set()).add(unit)
        for (source, own, target, key), units in sorted(seen.items()):
            self.linked.setdefault(target, []).append((source, own, key, frozenset(units)))


#: The units of the plans used last, the newest at the end. Making them costs as much as judging
#: dozens of cases, and they depend on nothing but the plan.
_MADE: list[tuple[Plan, list[Units]]] = []
_KEPT = 8


def units_of(plan: Plan) -> list[Units]:
    """Return the units of each case type of a plan, made once."""
    for known, found in _MADE:
        if known is plan:
            return found
    made = [Units(plan, case_type) for case_type in plan.case_types]
    _MADE.append((plan, made))
    del _MADE[:-_KEPT]
    return made


class Kind:
    """All units of one case type in a session, and which of them a fact of a type may concern.

    Attributes:
        groups: The units: norms first, then scorecards.
        norms: How many of them are norms.
        whole: All norms in one group, for judging a case from nothing.
        place: Unit of a norm, by its id and part.
        readers: By fact type: (unit, what lets a fact concern it, or None for any fact).
        linked: By fact type: (source, own field, its field, units) that see it through a link.
        lanes: Units that are judged act by act in plain cases; ``rest``: readers without them.
        marking: Types that units without lanes read, or see through links.
        apart: All units but those.
        opening: Lanes that owe something in a case without facts.
        programs: By fact type: what each lane does with a fact.
    """

    def __init__(self, plan: Plan, units: Units, around: Surroundings) -> None:
        self.case_type = units.case_type
        self.name = units.case_type.name
        self.groups, self.norms, self.whole = units.groups, units.norms, units.whole
        self.place, self.readers, self.linked = units.place, units.readers, units.linked
        clusters, followed = units.clusters, units.followed
        self.lanes: dict[int, Lane] = {}
        for unit, own in enumerate(clusters):
            if len(own) == 1 and own[0].id not in followed:
                lane = lane_of(own[0], unit, plan, around)
                if lane is not None:
                    self.lanes[unit] = lane
        self.apart = frozenset(range(len(self.groups))) - self.lanes.keys()
        self.opening = [lane for lane in self.lanes.values() if lane.opens]
        self.programs: dict[str, list[Program]] = {}
        for lane in self.lanes.values():
            for pick, role in lane.roles:
                self.programs.setdefault(pick.type, []).append(
                    Program(lane, role, pick.test, lane.asks(role), lane.taker(role), lane.unit)
                )
        self.rest = {
            name: kept
            for name, pairs in self.readers.items()
            if (kept := [pair for pair in pairs if pair[0] not in self.lanes])
        }
        lanes = self.lanes.keys()
        self.marking = self.rest.keys() | {
            name for name, links in self.linked.items() if any(link[3] - lanes for link in links)
        }

    def concerned(
        self, name: str, fields: Mapping[str, Any], units: set[int], plain: bool = False
    ) -> None:
        """Add the units that a fact of a type, with these fields, may concern by itself.

        ``plain``: without those that have lanes.
        """
        for unit, tests in (self.rest if plain else self.readers).get(name, ()):
            if tests is None:
                units.add(unit)
            elif unit not in units:
                for test in tests:
                    if test(fields) is not False:
                        units.add(unit)
                        break

    def units_of(self, norm: str | None) -> set[int]:
        """Return the units of a norm by its id; None: all norms."""
        return {unit for (name, _), unit in self.place.items() if norm is None or name == norm}


def _clusters(norms: list[PlanNorm]) -> tuple[list[tuple[PlanNorm, ...]], frozenset[str]]:
    """Put norms together of which one asks for another's outcome, in the order of the plan."""
    leader = {norm.id: norm.id for norm in norms}

    def find(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    followed: set[str] = set()
    for norm in norms:
        others = [norm.arise.norm] if isinstance(norm.arise, PerOutcome) else []
        if norm.repairs is not None:
            others.append(norm.repairs)
            followed.add(norm.id)
        for other in others:
            followed.add(other)
            if other in leader:
                leader[find(norm.id)] = find(other)
    found: dict[tuple[str, str], list[PlanNorm]] = {}
    alone = {name for name in leader if sum(find(n) == find(name) for n in leader) == 1}
    for norm in norms:
        # Parts of a process that nobody asks about are judged one by one.
        apart = norm.sub if norm.id in alone and norm.id not in followed else ""
        found.setdefault((find(norm.id), apart), []).append(norm)
    return [tuple(own) for own in found.values()], frozenset(followed)


__all__ = ["JUDGEMENT", "Entry", "Group", "Judged", "Kind", "Program", "ScoreGroup", "units_of"]
