"""Evaluation of cases with judges prepared once a plan."""

from __future__ import annotations

from collections.abc import Collection

from stdrules.engine.reference.evaluate import judge_case
from stdrules.engine.reference.scores import score
from stdrules.engine.view import CaseView, World
from stdrules.model.facts import FactLog
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation, Finding, ScoreResult


class CaseEvaluator:
    """Judges cases under one plan. Holds nothing of a log; safe to share between threads."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def evaluate_view(self, view: CaseView) -> tuple[list[Finding], list[ScoreResult]]:
        """Judge one prepared case."""
        findings = judge_case(self.plan, view)
        cards = [c for c in self.plan.scorecards if c.case_type == view.case_type.name]
        return findings, [score(card, view) for card in cards]

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
