"""Evaluation of cases with judges prepared once a plan."""

from __future__ import annotations

from collections.abc import Collection

from stdrules.engine.case.facts import CaseFacts, Doubt, Slots
from stdrules.engine.case.norms import Rows, by_reference, concerned, judge_of
from stdrules.engine.case.scores import score_of
from stdrules.engine.case.settling import prefix_of
from stdrules.engine.reference.evaluate import compensate
from stdrules.engine.view import CaseView, World
from stdrules.model.facts import FactLog
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.plan.results import NOT_TRIGGERED, Evaluation, Finding, ScoreResult
from stdrules.plan.steps import Gap, PerFact, PerGroup, PerOutcome, Recur

_Judge = tuple[PlanNorm, str | None, str, Rows, bool]


class CaseEvaluator:
    """Judges cases under one plan. Holds nothing of a log; safe to share between threads.

    Use `prepare`, which keeps the last few.
    """

    __slots__ = ("_cards", "_judges", "_repairs", "plan", "slots")

    def __init__(self, plan: Plan, slots: Slots | None = None) -> None:
        self.plan = plan
        # Evaluators of plans that differ in norms only may share slots, and so the facts of a
        # case; all must be made before the facts are.
        self.slots = Slots(plan) if slots is None else slots
        self._judges: dict[str, list[_Judge]] = {}
        # The norms whose rows are asked for by others.
        followed = {n.arise.norm for n in plan.norms if isinstance(n.arise, PerOutcome)}
        for norm in plan.norms:
            if norm.repairs is not None:
                followed |= {norm.id, norm.repairs}
        for norm in plan.norms:
            judge = _judge(norm, self.slots, norm.id in followed)
            self._judges.setdefault(norm.case_type, []).append(judge)
        self._repairs = frozenset(n.case_type for n in plan.norms if n.repairs is not None)
        self._cards = [(card, score_of(card, self.slots)) for card in plan.scorecards]

    def evaluate_view(self, view: CaseView) -> tuple[list[Finding], list[ScoreResult]]:
        """Judge one prepared case: findings by norm and key, and scores."""
        return self.evaluate_facts(CaseFacts(view, self.slots))

    def evaluate_facts(self, facts: CaseFacts) -> tuple[list[Finding], list[ScoreResult]]:
        """Judge the facts of one case, which evaluators with the same slots may share in turn."""
        view = facts.view
        name = view.case_type.name
        facts.outcomes = {}
        findings: list[Finding] = []
        outcomes = facts.outcomes
        present = view.rows.keys() | view.withdrawn.keys() if view.withdrawn else view.rows
        case_id, controlled = view.case_id, facts.controlled
        for norm, trigger, key, judge, follow in self._judges.get(name, ()):
            if trigger is not None and trigger not in present:
                row = Finding(norm, case_id, key, NOT_TRIGGERED)
                findings.append(row)
                if follow:
                    outcomes.setdefault(norm.id, []).append(row)
                continue
            if controlled and concerned(norm, facts):
                rows = by_reference(norm, facts)
            else:
                try:
                    rows = judge(facts)
                except Doubt:
                    rows = by_reference(norm, facts)
            if follow:
                outcomes.setdefault(norm.id, []).extend(rows)
            findings += rows
        if name in self._repairs:
            compensate(self.plan, view, outcomes)
        return findings, self.scores(facts)

    def scores(self, facts: CaseFacts) -> list[ScoreResult]:
        """Score one case under the scorecards of its case type."""
        name = facts.view.case_type.name
        return [score(facts) for card, score in self._cards if card.case_type == name]

    def evaluate(
        self, log: FactLog, as_of: int, known_at: int | None = None,
        cases: Collection[str] | None = None,
    ) -> Evaluation:  # fmt: skip
        """Judge every case of a log; arguments and result as for `evaluate`."""
        world = World(self.plan, log, as_of, known_at)
        result = Evaluation(diagnostics=list(world.diagnostics))
        for view in world.views(cases):
            findings, scores = self.evaluate_view(view)
            result.findings += findings
            result.scores += scores
        return result


def _judge(norm: PlanNorm, slots: Slots, followed: bool) -> _Judge:
    """A norm, the closed type without which it is not triggered, its key then, its judge.

    The last tells whether other norms ask for its rows.
    """
    trigger: str | None = None
    arise = norm.arise
    if isinstance(arise, PerFact | PerGroup) and norm.when is None:
        name = arise.matcher.type
        trigger = name if slots.plan.types[name].closed else None
    if isinstance(norm.step, Recur | Gap):
        trigger = None
    return norm, trigger, f"{prefix_of(norm)}/-", judge_of(norm, slots), followed


_KEPT = 8
_prepared: dict[str, CaseEvaluator] = {}


def prepare(plan: Plan) -> CaseEvaluator:
    """Return the evaluator of a plan; the last few are kept by the plan's identity."""
    found = _prepared.get(plan.digest)
    if found is None or found.plan is not plan:
        found = CaseEvaluator(plan)
        if len(_prepared) >= _KEPT:
            _prepared.pop(next(iter(_prepared)))
        _prepared[plan.digest] = found
    return found


def evaluate(
    plan: Plan, log: FactLog, as_of: int, known_at: int | None = None,
    cases: Collection[str] | None = None,
) -> Evaluation:  # fmt: skip
    """Judge every case of a log: the results of the reference evaluator, sooner.

    Args:
        plan: A compiled ruleset.
        log: Facts, in any order.
        as_of: The moment judged, in microseconds; a whole day is given by the 00:00 that ends it.
        known_at: What was known when; None: everything in the log.
        cases: Ids of the cases to judge; None: all.

    Returns:
        Findings by case type, case, norm and key; scores by case.
    """
    return prepare(plan).evaluate(log, as_of, known_at, cases)
