"""Built-in functions on lists. Positions count from 1, negative ones from the end.

A list may end in a tail: an unknown that stands for further elements. Tails move to the end of
what is built from the list; whatever depends on every element is then unknown.

Source:
    DMN 1.5, clause 10.3.4.4.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from stdrules.base.truth import Missing, all3, any3
from stdrules.feel.arithmetic import add, div, mul, plain, sub
from stdrules.feel.functions import builtin
from stdrules.feel.operators import in_list, lt, same
from stdrules.feel.values import CTX, as_list, charge, kind, known, number, tail, truth, unknown

__all__: list[str] = []

_List = tuple[Any, ...]


@builtin("list contains", raw=True)
def _list_contains(budget: Any, values: Any, element: Any) -> Any:
    if type(values) is Missing:
        return unknown(values)
    if values is None:
        return None
    return in_list(element, as_list(values), budget)


@builtin("count")
def _count(_budget: Any, values: _List) -> Any:
    sure, more = tail(values)
    return len(sure) if more is None else unknown(more)


def _total(name: str) -> Callable[[Callable[[Any, _List], Any]], Callable[[Any, _List], Any]]:
    """Guard a function of all elements: unknown if one is, null if one is no number."""

    def wrap(function: Callable[[Any, _List], Any]) -> Callable[[Any, _List], Any]:
        def total(budget: Any, values: _List) -> Any:
            charge(budget, len(values))
            missing = known(values)
            if missing is not None:
                return missing
            if not values or not all(map(number, values)):
                return None
            return function(budget, values)

        builtin(name)(total)
        return total

    return wrap


@_total("sum")
def _sum(_budget: Any, values: _List) -> Any:
    return add(*values) if len(values) > 1 else values[0]


@_total("mean")
def _mean(_budget: Any, values: _List) -> Any:
    return div(_sum(None, values), len(values))


@_total("product")
def _product(_budget: Any, values: _List) -> Any:
    return mul(*values) if len(values) > 1 else values[0]


@_total("median")
def _median(_budget: Any, values: _List) -> Any:
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return div(add(ordered[half - 1], ordered[half]), 2)


@_total("stddev")
def _stddev(_budget: Any, values: _List) -> Any:
    """The standard deviation of a sample; null for fewer than two numbers."""
    if len(values) < 2:
        return None
    mean = div(_sum(None, values), len(values))
    squares = [mul(sub(value, mean), sub(value, mean)) for value in values]
    return plain(CTX.sqrt(Decimal(div(add(*squares), len(values) - 1))))


@builtin("mode")
def _mode(budget: Any, values: _List) -> Any:
    """The most frequent numbers in ascending order."""
    charge(budget, len(values))
    missing = known(values)
    if missing is not None:
        return missing
    if not all(map(number, values)):
        return None
    counts: dict[Any, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values(), default=0)
    return tuple(sorted(value for value, times in counts.items() if times == most))


@builtin("all")
def _all(budget: Any, values: _List) -> Any:
    charge(budget, len(values))
    return all3(map(truth, values))


@builtin("any")
def _any(budget: Any, values: _List) -> Any:
    charge(budget, len(values))
    return any3(map(truth, values))


def _extreme(budget: Any, values: _List, first_wins: bool) -> Any:
    charge(budget, len(values))
    missing = known(values)
    if missing is not None:
        return missing
    if not values:
        return None
    best = values[0]
    for value in values[1:]:
        smaller = lt(value, best)
        if smaller is None or type(smaller) is Missing:
            return smaller
        equal = smaller is first_wins
        best = value if equal and (first_wins or lt(best, value) is True) else best
    return best if len(values) > 1 or kind(best) != "boolean" else None


@builtin("min")
def _min(budget: Any, values: _List) -> Any:
    return _extreme(budget, values, True)


@builtin("max")
def _max(budget: Any, values: _List) -> Any:
    return _extreme(budget, values, False)


def _whole(value: Any) -> bool:
    return bool(value == int(value))


def _open(values: _List) -> Missing | None:
    """The unknown answer of a question about positions in a list with a tail."""
    more = tail(values)[1]
    return None if more is None else unknown(more)


def _offset(values: _List, position: Any) -> int | None:
    """Turn a 1-based or negative position into an index; None if it lies outside."""
    if not _whole(position) or position == 0 or abs(position) > len(values):
        return None
    return int(position) - 1 if position > 0 else len(values) + int(position)


@builtin("sublist")
def _sublist(budget: Any, values: _List, start: Any, length: Any = None) -> Any:
    charge(budget, len(values))
    if _open(values) is not None:
        return _open(values)
    first = _offset(values, start)
    if first is None or (length is not None and (length < 0 or not _whole(length))):
        return None
    if length is not None and first + length > len(values):
        return None
    return values[first:] if length is None else values[first : first + int(length)]


def joined(budget: Any, *lists: _List) -> _List:
    """Put lists one after another, their tails at the very end."""
    charge(budget, sum(map(len, lists)))
    parts = [tail(values) for values in lists]
    whole = tuple(item for sure, _ in parts for item in sure)
    items = [item for _, more in parts if more is not None for item in more.items]
    if all(more is None for _, more in parts):
        return whole
    return (*whole, Missing(*items, more=True))


@builtin("append", raw=True)
def _append(budget: Any, values: Any, items: _List) -> Any:
    if type(values) is Missing:
        return unknown(values)
    return joined(budget, () if values is None else as_list(values), items)


@builtin("concatenate")
def _concatenate(budget: Any, lists: _List) -> Any:
    missing = known(lists)
    if missing is not None:
        return missing
    return joined(budget, *(as_list(values) for values in lists if values is not None))


@builtin("insert before", raw=True)
def _insert_before(budget: Any, values: Any, position: Any, item: Any) -> Any:
    return _edit(budget, values, position, lambda found, at: (*found[:at], item, *found[at:]))


@builtin("list replace", raw=True)
def _list_replace(budget: Any, values: Any, position: Any, item: Any) -> Any:
    return _edit(budget, values, position, lambda found, at: (*found[:at], item, *found[at + 1 :]))


@builtin("remove")
def _remove(budget: Any, values: _List, position: Any) -> Any:
    return _edit(budget, values, position, lambda found, at: (*found[:at], *found[at + 1 :]))


def _edit(
    budget: Any, values: Any, position: Any, change: Callable[[_List, int], _List]
) -> Any:  # fmt: skip
    if type(values) is Missing or type(position) is Missing:
        return unknown(values, position)
    if values is None or not number(position):
        return None
    found = as_list(values)
    charge(budget, len(found))
    if _open(found) is not None:
        return _open(found)
    at = _offset(found, position)
    return None if at is None else change(found, at)


@builtin("reverse")
def _reverse(budget: Any, values: _List) -> Any:
    charge(budget, len(values))
    sure, more = tail(values)
    return sure[::-1] if more is None else (*sure[::-1], more)


@builtin("index of", raw=True)
def _index_of(budget: Any, values: Any, match: Any) -> Any:
    if type(values) is Missing or type(match) is Missing:
        return unknown(values, match)
    if values is None:
        return None
    found = as_list(values)
    charge(budget, len(found))
    if known(found) is not None:
        return known(found)
    return tuple(i for i, item in enumerate(found, 1) if same(item, match, budget) is True)


def _distinct(budget: Any, values: _List) -> Any:
    """Keep the first of equal elements; unknown if equality with one kept is."""
    sure, more = tail(values)
    kept: list[Any] = []
    for value in sure:
        charge(budget, 4 * len(kept) + 1)
        equal = any3(same(value, other, budget) for other in kept)
        if type(equal) is Missing:
            return unknown(equal)
        if equal is False:
            kept.append(value)
    return tuple(kept) if more is None else (*kept, more)


@builtin("distinct values")
def _distinct_values(budget: Any, values: _List) -> Any:
    return _distinct(budget, values)


@builtin("union")
def _union(budget: Any, lists: _List) -> Any:
    missing = known(lists)
    if missing is not None:
        return missing
    return _distinct(budget, joined(budget, *(as_list(v) for v in lists if v is not None)))


@builtin("flatten")
def _flatten(budget: Any, values: _List) -> Any:
    found: list[Any] = []
    _flat(budget, values, found)
    return joined(budget, tuple(found))


def _flat(budget: Any, values: _List, found: list[Any]) -> None:
    charge(budget, len(values) + 1)
    for value in values:
        if kind(value) == "list":
            _flat(budget, as_list(value), found)
        else:
            found.append(value)


@builtin("sort")
def _sort(budget: Any, values: _List) -> Any:
    """Ascending; null if two elements have no order, unknown if it cannot be told."""
    charge(budget, len(values) * 32)
    missing = known(values)
    if missing is not None:
        return missing
    ordered: list[Any] = []
    for value in values:
        low, high = 0, len(ordered)
        while low < high:
            middle = (low + high) // 2
            before = lt(value, ordered[middle])
            if before is None or type(before) is Missing:
                return before
            low, high = (low, middle) if before else (middle + 1, high)
        ordered.insert(low, value)
    return tuple(ordered)
