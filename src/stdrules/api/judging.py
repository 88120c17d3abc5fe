"""The evaluators by name, and the cases that may be asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from stdrules.api.bulk import by_columns, by_size
from stdrules.api.facts import Gathered
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.engine.case import evaluate as evaluate_case
from stdrules.engine.reference import evaluate as evaluate_reference

EVALUATORS: Final = {
    "auto": by_size, "case": evaluate_case, "columns": by_columns, "reference": evaluate_reference,
}  # fmt: skip


def need_cases(cases: Collection[str], gathered: Gathered) -> None:
    """Refuse a case without any fact: a report on nothing would look clean.

    Raises:
        UsageError: There is no such case in the data.
    """
    known = {one for fact in gathered.log.facts for ids in fact.cases.values() for one in ids}
    for name in cases:
        if name not in known:
            near = did_you_mean(name, known)
            raise UsageError(
                Text(f"数据中没有个案 `{name}`", f"there is no case `{name}` in the data"),
                hint=Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None,
            )


def evaluator_of(name: str) -> Any:
    """Return an evaluator by its name.

    Raises:
        UsageError: There is none of that name.
    """
    if name not in EVALUATORS:
        known = ", ".join(EVALUATORS)
        raise UsageError(
            Text(f"未知的求值器 `{name}`", f"unknown evaluator `{name}`"),
            hint=Text(f"可用：{known}", f"evaluators: {known}"),
        )
    return EVALUATORS[name]
