"""What generated code calls; it knows this module as `_r`.

Beside the operators and loops below, the module holds every built-in function under its
`python_name`, e.g. ``_r.f_string_length``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from stdrules.base.truth import Missing, any3, not3
from stdrules.feel import (  # noqa: F401  (imported to fill the registry)
    functions_lists,
    functions_numbers,
    functions_ranges,
    functions_strings,
    functions_time,
)
from stdrules.feel.arithmetic import add, div, mul, neg, power, sub
from stdrules.feel.functions import IMPLEMENTED, python_name
from stdrules.feel.functions_ranges import filled
from stdrules.feel.functions_time import literal, part, read_moment
from stdrules.feel.operators import (
    accepts,
    between,
    contains,
    eq,
    ge,
    gt,
    in_list,
    le,
    lt,
    ne,
    same,
)
from stdrules.feel.values import (
    Budget,
    Range,
    as_list,
    charge,
    kind,
    number,
    tail,
    truth,
    unknown,
    weigh,
)

__all__ = [
    "Budget",
    "Decimal",
    "Missing",
    "Range",
    "accepts",
    "add",
    "add_weighed",
    "all_of",
    "any_of",
    "between",
    "choose",
    "contains",
    "dec",
    "div",
    "each",
    "eq",
    "every",
    "filled",
    "ge",
    "get",
    "gt",
    "if_unknown",
    "in_list",
    "index",
    "le",
    "literal",
    "lt",
    "mul",
    "ne",
    "neg",
    "not_",
    "power",
    "range_",
    "read_moment",
    "same",
    "select",
    "some",
    "sub",
]  # fmt: skip

globals().update({python_name(name): function for name, function in IMPLEMENTED.items()})


# -- logic --------------------------------------------------------------------


def all_of(*values: Any) -> bool | Missing:
    """Fold `and`: false dominates, null and unknown are unknown."""
    if any(value is False for value in values):
        return False
    open_ = [truth(value) for value in values if value is not True]
    return unknown(*open_) if open_ else True


def any_of(*values: Any) -> bool | Missing:
    """Fold `or`: true dominates, null and unknown are unknown."""
    if any(value is True for value in values):
        return True
    open_ = [truth(value) for value in values if value is not False]
    return unknown(*open_) if open_ else False


def not_(value: Any) -> bool | Missing:
    """Negate; null is unknown."""
    return not3(truth(value))


def if_unknown(condition: Any, first: Any, second: Any) -> Any:
    """Choose without knowing the condition: the branches must agree."""
    if eq(first, second) is True:
        return first
    return unknown(truth(condition), first, second)


def choose(condition: Any, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Evaluate `if`: only the chosen branch, or both if the condition is unknown."""
    if condition is True:
        return first()
    if condition is False:
        return second()
    return if_unknown(condition, first(), second())


def add_weighed(budget: Budget | None, *values: Any) -> Any:
    """Add where the sum may be a text, whose length costs steps."""
    found = add(*values)
    weigh(budget, found)
    return found


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def compare_count(operator: str, values: Any, other: Any) -> Any:
    """Compare the length of a list: an open list has at least the elements it shows."""
    found = IMPLEMENTED["count"](None, values)
    if type(found) is not Missing or type(values) is Missing or not number(other):
        return _COMPARE[operator](found, other)
    least = len(tail(as_list(values))[0])
    if operator in (">=", "<"):
        return found if least < other else operator == ">="
    if operator in (">", "<="):
        return found if least <= other else operator == ">"
    return found if least <= other else operator == "!="


# -- access -------------------------------------------------------------------


def get(value: Any, name: str, budget: Budget | None = None) -> Any:
    """Follow a path: a field of a context, a property, or both over a list."""
    if type(value) is dict:
        return value.get(name)
    if type(value) is Missing:
        return value
    name_of_kind = kind(value)
    if name_of_kind == "context":
        return value.get(name)
    if name_of_kind == "list":
        charge(budget, len(value))
        return tuple(get(item, name, budget) for item in value)
    return part(name_of_kind, value, name)


def index(values: Any, place: Any) -> Any:
    """Take an element by its 1-based or negative index; outside gives null."""
    if type(values) is Missing or type(place) is Missing:
        return unknown(values, place)
    if values is None or not number(place) or place != int(place) or place == 0:
        return None
    found, more = tail(as_list(values))
    if more is not None:
        return unknown(more)
    at = int(place) - 1 if place > 0 else len(found) + int(place)
    return found[at] if 0 <= at < len(found) else None


def range_(low: Any, high: Any, low_closed: bool, high_closed: bool) -> Any:
    """Build a range; an unknown end makes an unknown range, and so does no order."""
    if type(low) is Missing or type(high) is Missing:
        return unknown(low, high)
    if low is None and high is None:
        return None
    if low is not None and high is not None and le(low, high) is None:
        return None
    return Range(low, high, low_closed, high_closed)


# -- loops --------------------------------------------------------------------


def elements(domain: Any, budget: Budget | None) -> tuple[Any, ...]:
    """List what a loop runs over; a range runs over its whole numbers or days."""
    if type(domain) is tuple:
        return domain
    return _steps(domain, budget) if type(domain) is Range else as_list(domain)


def _steps(domain: Range, budget: Budget | None) -> tuple[Any, ...]:
    low, high = domain.low, domain.high
    if type(low) is date and type(high) is date:
        days = _numbers(0, (high - low).days, domain, budget)
        return tuple(low + timedelta(days=day) for day in days)
    if not number(low) or not number(high) or low != int(low) or high != int(high):
        return ()
    return _numbers(int(low), int(high), domain, budget)


def _numbers(low: int, high: int, domain: Range, budget: Budget | None) -> tuple[Any, ...]:
    step = 1 if high >= low else -1
    charge(budget, abs(high - low) + 1)
    first = low if domain.low_closed else low + step
    last = high if domain.high_closed else high - step
    return tuple(range(first, last + step, step))


Domain = Callable[..., Any]


def _rows(
    budget: Budget | None, domains: tuple[Domain, ...], sofar: tuple[Any, ...] = ()
) -> Iterator[tuple[Any, ...] | Missing | None]:
    """Yield each combination of elements; a domain that is unknown yields its unknown."""
    domain = domains[len(sofar)](*sofar)
    if domain is None or type(domain) is Missing:
        yield domain
        return
    for item in elements(domain, budget):
        if type(item) is Missing and item.more:
            yield item
        elif len(sofar) + 1 == len(domains):
            yield (*sofar, item)
        else:
            yield from _rows(budget, domains, (*sofar, item))


def each(budget: Budget, cost: int, domains: tuple[Domain, ...], body: Domain) -> Any:
    """Evaluate `for`: the results in order, unknown elements of the lists at the end."""
    found: list[Any] = []
    rest: list[Missing] = []
    for row in _rows(budget, domains):
        budget.take(cost)
        if isinstance(row, tuple):
            found.append(body(*row))
        elif row is None:
            return None
        elif not row.more and len(domains) == 1:
            return unknown(row)
        else:
            rest.append(row)
    if rest:
        found.append(Missing(*(item for row in rest for item in row.items), more=True))
    return tuple(found)


def some(budget: Budget, cost: int, domains: tuple[Domain, ...], body: Domain) -> Any:
    """Evaluate `some`: `or` over all combinations."""
    return any3(_truths(budget, cost, domains, body))


def every(budget: Budget, cost: int, domains: tuple[Domain, ...], body: Domain) -> Any:
    """Evaluate `every`: `and` over all combinations."""
    return not3(any3(not3(value) for value in _truths(budget, cost, domains, body)))


def _truths(
    budget: Budget, cost: int, domains: tuple[Domain, ...], body: Domain
) -> Iterator[bool | Missing]:
    if len(domains) > 1:
        for row in _rows(budget, domains):
            budget.take(cost)
            yield truth(body(*row)) if isinstance(row, tuple) else truth(row)
        return
    domain = domains[0]()
    if domain is None or type(domain) is Missing:
        yield truth(domain)
        return
    for item in elements(domain, budget):
        budget.take(cost)
        yield truth(item if type(item) is Missing and item.more else body(item))


def select(budget: Budget, cost: int, values: Any, test: Callable[[Any], Any]) -> Any:
    """Evaluate a filter: keep what surely passes, and remember that there may be more."""
    if values is None or type(values) is Missing:
        return values
    kept: list[Any] = []
    rest: list[Missing] = []
    for item in as_list(values):
        budget.take(cost)
        if type(item) is Missing and item.more:
            rest.append(item)
            continue
        found = test(item)
        if found is True:
            kept.append(item)
        elif found is not False:
            if number(found):
                return index(values, found)
            rest.append(unknown(found))
    if rest:
        kept.append(Missing(*(name for more in rest for name in more.items), more=True))
    return tuple(kept)


@lru_cache(maxsize=4096)
def dec(text: str) -> Decimal:
    """Give a decimal literal."""
    return Decimal(text)
