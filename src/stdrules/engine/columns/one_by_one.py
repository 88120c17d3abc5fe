"""The cases of a norm that columns cannot settle, judged by the case evaluator."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from stdrules.engine.case.evaluator import prepare
from stdrules.engine.case.facts import CaseFacts, Doubt, Slots
from stdrules.engine.case.norms import Rows, by_reference, concerned, judge_of
from stdrules.engine.case.scores import score_of
from stdrules.engine.reference.evaluate import compensate
from stdrules.engine.view import CaseView
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.plan.results import Finding, ScoreResult
from stdrules.plan.steps import PerOutcome


class OneByOne:
    """Judges single norms of single cases; made once a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.slots = Slots(plan)
        self._judges: list[tuple[PlanNorm, Rows]] = [
            (norm, judge_of(norm, self.slots)) for norm in plan.norms
        ]
        self._cards = [score_of(card, self.slots) for card in plan.scorecards]
        self._before = _before(plan)

    def judge(
        self, view: CaseView, norms: Iterable[int], cards: Iterable[int]
    ) -> tuple[list[tuple[int, list[Finding]]], list[tuple[int, ScoreResult]]]:
        """Judge some norms and scorecards, by their places in the plan, of one case."""
        facts = CaseFacts(view, self.slots)
        wanted = set(norms)
        needed = wanted.union(*(self._before[one] for one in wanted)) if wanted else wanted
        found = []
        for number in sorted(needed):
            norm, judge = self._judges[number]
            if facts.controlled and concerned(norm, facts):
                rows = by_reference(norm, facts)
            else:
                try:
                    rows = judge(facts)
                except Doubt:
                    rows = by_reference(norm, facts)
            facts.outcomes.setdefault(norm.id, []).extend(rows)
            if number in wanted:
                found.append((number, rows))
        compensate(self.plan, view, facts.outcomes)
        return found, [(card, self._cards[card](facts)) for card in cards]

    def whole(self, view: CaseView) -> tuple[list[Finding], list[ScoreResult]]:
        """Judge everything of one case."""
        return prepare(self.plan).evaluate_view(view)


def _before(plan: Plan) -> list[frozenset[int]]:
    """Return of each norm the norms whose outcomes trigger it, and those before them."""
    places: dict[str, list[int]] = {}
    found: list[frozenset[int]] = []
    for number, norm in enumerate(plan.norms):
        own: frozenset[int] = frozenset()
        if isinstance(norm.arise, PerOutcome):
            causes = places.get(norm.arise.norm, [])
            own = frozenset(causes).union(*(found[one] for one in causes))
        found.append(own)
        places.setdefault(norm.id, []).append(number)
    return found


class _Held:
    """A plan as a key: the same object, or none."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.plan is self.plan

    def __hash__(self) -> int:
        return hash(self.plan.digest)


@lru_cache(maxsize=8)
def _made(holder: _Held) -> OneByOne:
    return OneByOne(holder.plan)


def one_by_one(plan: Plan) -> OneByOne:
    """Return the judges of a plan; the last few are kept."""
    return _made(_Held(plan))
