"""The fast evaluator of single cases: the reference's results, from judges made once a plan.

Certain facts take a short path made for each norm; wherever something is missing, vague or rare,
the norm of that case is judged by ``stdrules.engine.reference``. Results are equal by test.
"""

from stdrules.engine.case.evaluator import CaseEvaluator, evaluate, prepare

__all__ = ["CaseEvaluator", "evaluate", "prepare"]
