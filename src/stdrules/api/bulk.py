"""Judging by columns: needs NumPy, and is imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Collection

from stdrules.base.errors import MissingExtraError
from stdrules.base.text import Text
from stdrules.model.facts import FactLog
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation


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
