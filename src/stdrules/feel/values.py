"""Run-time values of FEEL: kinds, ranges, the budget and unknowns.

Units
    Numbers are int or Decimal with at most 34 digits; a datetime always has an offset.

Semantics: docs/feel.md, "Values" and "Missing values".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from stdrules.base.text import Text
from stdrules.base.time.durations import YearsMonths
from stdrules.base.truth import Missing
from stdrules.feel.errors import BudgetError

__all__ = [
    "CTX",
    "MAX_STEPS",
    "MAX_STRING",
    "Budget",
    "Range",
    "as_list",
    "charge",
    "kind",
    "known",
    "number",
    "tail",
    "truth",
    "unknown",
    "weigh",
]

MAX_STEPS = 100_000
MAX_STRING = 65_536
CTX = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)  # fmt: skip
_TEXT_STEP = 64


@dataclass(frozen=True, slots=True)
class Range:
    """An interval between two values; an end of None is unbounded.

    Example:
        >>> Range(1, 5, True, False)
        Range(low=1, high=5, low_closed=True, high_closed=False)
    """

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True


class Budget:
    """The steps that are left for one evaluation; deterministic, no clock."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def take(self, steps: int) -> None:
        """Use up some steps.

        Raises:
            BudgetError: None are left (E214).
        """
        self.left -= steps
        if self.left < 0:
            raise exhausted()


def exhausted() -> BudgetError:
    """Build the error of an evaluation that grew too large."""
    return BudgetError(
        Text(
            f"[E214] 求值超过预算：{MAX_STEPS} 步或 {MAX_STRING} 个字符",
            f"[E214] the evaluation needs more than {MAX_STEPS} steps or {MAX_STRING} characters",
        ),
        hint=Text("缩小列表或减少嵌套的循环", "use shorter lists or fewer nested loops"),
    )


def charge(budget: Budget | None, steps: int) -> None:
    """Use up steps if the evaluation is metered.

    One that neither loops nor reuses what it builds passes over the facts a fixed number of
    times: it need not be metered.
    """
    if budget is not None:
        budget.take(steps)


def weigh(budget: Budget | None, value: object) -> None:
    """Use up steps for the size of a new text, so that many long ones cannot pile up."""
    if budget is not None and type(value) is str and len(value) >= _TEXT_STEP:
        budget.take(len(value) // _TEXT_STEP)


_KINDS: dict[type, str] = {
    int: "number",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    tuple: "list",
    list: "list",
    dict: "context",
    Range: "range",
    type(None): "null",
    Missing: "unknown",
}


def kind(value: object) -> str:
    """Name the FEEL kind of a value; "" for something that is no FEEL value.

    Example:
        >>> kind(True), kind(1), kind(1.5), kind({})
        ('boolean', 'number', '', 'context')
    """
    found = _KINDS.get(type(value))
    if found is not None:
        return "" if found == "number" and not number(value) else found
    if isinstance(value, Mapping):
        return "context"
    for type_ in (str, datetime, date, tuple):
        if isinstance(value, type_):
            return _KINDS[type_]
    return ""


def number(value: object) -> bool:
    """Tell whether a value is a finite number (a boolean and a float are not)."""
    return type(value) is int or (type(value) is Decimal and value.is_finite())


def unknown(*values: object) -> Missing:
    """Unite the unknowns among the values; the result is never a list tail."""
    items: set[str] = set()
    blank = True
    for value in values:
        if type(value) is Missing:
            items |= value.items
            blank = blank and value.blank
    return Missing(*items, blank=blank)


def truth(value: object) -> bool | Missing:
    """Read a value as a truth value: whatever is neither true nor false is unknown."""
    if value is True or value is False:
        return value
    if type(value) is Missing:
        return value if not value.more else Missing(*value.items, blank=value.blank)
    return Missing()


def as_list(value: Any) -> tuple[Any, ...]:
    """Read a value as a list: a single value stands for a list of one."""
    if type(value) is tuple:
        return value
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def known(values: Iterable[Any]) -> Missing | None:
    """Give the union of the unknown elements, or None if all are known."""
    missing = [value for value in values if type(value) is Missing]
    return unknown(*missing) if missing else None


def tail(values: tuple[Any, ...]) -> tuple[tuple[Any, ...], Missing | None]:
    """Part a list from its tails: the unknowns that stand for further elements."""
    if not any(type(value) is Missing and value.more for value in values):
        return values, None
    rest = [value for value in values if type(value) is Missing and value.more]
    sure = tuple(value for value in values if not (type(value) is Missing and value.more))
    return sure, Missing(*(item for value in rest for item in value.items), more=True)
