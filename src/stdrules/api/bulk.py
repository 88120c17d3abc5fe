"""Judging by columns: needs NumPy, and is imported only when it is asked for or pays."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from typing import Final

from stdrules.base.errors import MissingExtraError
from stdrules.base.text import Text
from stdrules.engine.case import evaluate as evaluate_case
from stdrules.model.facts import FactLog
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation

#: From how many facts on columns are sooner done than cases one by one (about 1.3 times, where
#: every finding is wanted).
MANY: Final = 10_000


def by_size(
    plan: Plan, log: FactLog, as_of: int, known_at: int | None = None,
    cases: Collection[str] | None = None,
) -> Evaluation:  # fmt: skip
    """Judge case by case, or by columns where there are many facts and NumPy is installed.

    Both give the same; arguments and result as of the case evaluator.
    """
    many = len(log.facts) >= MANY and cases is None
    judge = by_columns if many and find_spec("numpy") is not None else evaluate_case
    return judge(plan, log, as_of, known_at, cases)


def by_columns(
    plan: Plan, log: FactLog, as_of: int, known_at: int | None = None,
    cases: Collection[str] | None = None,
) -> Evaluation:  # fmt: skip
    """Judge every case of a log by columns; arguments and result as of the case evaluator.

    Raises:
        MissingExtraError: NumPy is not installed.
    """
    try:
        from stdrules.engine import columns
    except ImportError as error:
        purpose = Text("按列求值", "judging by columns")
        raise MissingExtraError.of("audit", purpose) from error
    return columns.evaluate(plan, log, as_of, known_at, cases)
