"""Built-in relations of points and ranges, and functions on contexts and on null.

Source:
    DMN 1.5, clauses 10.3.4.7 to 10.3.4.9 (Allen's interval relations); `filled` is our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stdrules.base.truth import Missing, and3, any3, not3
from stdrules.feel.functions import builtin
from stdrules.feel.operators import contains, eq, le, lt
from stdrules.feel.values import Range, as_list, charge, kind, known, truth, unknown

__all__: list[str] = []


def _all(*values: Any) -> Any:
    """Join comparisons: false dominates, then null, then unknown."""
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else and3(*values)


def _either(*values: Any) -> Any:
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else any3(values)


def _ends_before(a: Any, a_closed: bool, b: Any, b_closed: bool) -> Any:
    """Tell whether an upper end lies wholly before a lower end."""
    return (lt if a_closed and b_closed else le)(a, b)


@builtin("before")
def _before(_budget: Any, a: Any, b: Any) -> Any:
    if type(a) is Range and type(b) is Range:
        return _ends_before(a.high, a.high_closed, b.low, b.low_closed)
    if type(a) is Range:
        return _ends_before(a.high, a.high_closed, b, True)
    if type(b) is Range:
        return _ends_before(a, True, b.low, b.low_closed)
    return lt(a, b)


@builtin("after")
def _after(budget: Any, a: Any, b: Any) -> Any:
    return _before(budget, b, a)


@builtin("meets")
def _meets(_budget: Any, a: Range, b: Range) -> Any:
    return _all(a.high_closed, b.low_closed, eq(a.high, b.low))


@builtin("met by")
def _met_by(budget: Any, a: Range, b: Range) -> Any:
    return _meets(budget, b, a)


def _reaches(low: Any, low_closed: bool, high: Any, high_closed: bool) -> Any:
    """Tell whether a lower end lies at or before an upper end, so that they share a point."""
    return (le if low_closed and high_closed else lt)(low, high)


def _low_first(a: Range, b: Range) -> Any:
    """Tell whether a begins before b does."""
    return _either(
        lt(a.low, b.low), _all(eq(a.low, b.low), a.low_closed and not b.low_closed)
    )  # fmt: skip


def _high_first(a: Range, b: Range) -> Any:
    """Tell whether a ends before b does."""
    return _either(
        lt(a.high, b.high), _all(eq(a.high, b.high), b.high_closed and not a.high_closed)
    )  # fmt: skip


@builtin("overlaps")
def _overlaps(_budget: Any, a: Range, b: Range) -> Any:
    return _all(
        _reaches(a.low, a.low_closed, b.high, b.high_closed),
        _reaches(b.low, b.low_closed, a.high, a.high_closed),
    )


@builtin("overlaps before")
def _overlaps_before(_budget: Any, a: Range, b: Range) -> Any:
    """a begins first, they share a point, and a does not end after b."""
    later = _high_first(b, a)
    return _all(
        _low_first(a, b),
        _reaches(b.low, b.low_closed, a.high, a.high_closed),
        None if later is None else not3(later),
    )


@builtin("overlaps after")
def _overlaps_after(_budget: Any, a: Range, b: Range) -> Any:
    """b begins first, they share a point, and a does not end before b."""
    earlier, begins = _high_first(a, b), _low_first(b, a)
    return _all(
        begins,
        _reaches(a.low, a.low_closed, b.high, b.high_closed),
        None if earlier is None else not3(earlier),
    )


@builtin("finishes")
def _finishes(_budget: Any, a: Any, b: Range) -> Any:
    if type(a) is not Range:
        return _all(b.high_closed, eq(a, b.high))
    later = _low_first(a, b)
    return _all(
        a.high_closed == b.high_closed, eq(a.high, b.high), None if later is None else not3(later)
    )


@builtin("finished by")
def _finished_by(budget: Any, a: Range, b: Any) -> Any:
    return _finishes(budget, b, a)


@builtin("includes")
def _includes(_budget: Any, a: Range, b: Any) -> Any:
    if type(b) is not Range:
        return contains(a, b)
    early, late = _low_first(b, a), _high_first(a, b)
    return _all(
        None if early is None else not3(early), None if late is None else not3(late)
    )  # fmt: skip


@builtin("during")
def _during(budget: Any, a: Any, b: Range) -> Any:
    return _includes(budget, b, a)


@builtin("starts")
def _starts(_budget: Any, a: Any, b: Range) -> Any:
    if type(a) is not Range:
        return _all(b.low_closed, eq(a, b.low))
    later = _high_first(b, a)
    return _all(
        a.low_closed == b.low_closed, eq(a.low, b.low), None if later is None else not3(later)
    )


@builtin("started by")
def _started_by(budget: Any, a: Range, b: Any) -> Any:
    return _starts(budget, b, a)


@builtin("coincides")
def _coincides(budget: Any, a: Any, b: Any) -> Any:
    return eq(a, b, budget)


@builtin("is")
def _is(budget: Any, a: Any, b: Any) -> Any:
    """Like `=`, but values of different kinds are different."""
    return False if kind(a) != kind(b) else eq(a, b, budget)


# -- contexts and null --------------------------------------------------------


@builtin("get value")
def _get_value(_budget: Any, context: Mapping[str, Any], key: str) -> Any:
    return context.get(key)


@builtin("get entries")
def _get_entries(budget: Any, context: Mapping[str, Any]) -> Any:
    charge(budget, len(context))
    return tuple({"key": key, "value": value} for key, value in context.items())


@builtin("context put", raw=True)
def _context_put(budget: Any, context: Any, key: Any, value: Any) -> Any:
    if type(context) is Missing or type(key) is Missing:
        return unknown(context, key)
    if kind(context) != "context" or type(key) is not str:
        return None
    charge(budget, len(context))
    return {**context, key: value}


@builtin("context merge")
def _context_merge(budget: Any, contexts: Any) -> Any:
    missing = known(contexts)
    if missing is not None:
        return missing
    merged: dict[str, Any] = {}
    for context in as_list(contexts):
        if kind(context) != "context":
            return None
        charge(budget, len(context))
        merged.update(context)
    return merged


@builtin("not", raw=True)
def _not(_budget: Any, value: Any) -> Any:
    return not3(truth(value))


@builtin("is defined", raw=True)
def _is_defined(_budget: Any, value: Any) -> Any:
    """A blank is defined (as null is); an unknown may turn out either way."""
    return unknown(value) if type(value) is Missing and not value.blank else True


@builtin("filled", raw=True)
def _filled(_budget: Any, value: Any) -> Any:
    """False for null, a blank and an empty text; unknown for an unknown."""
    return filled(value)


def filled(value: Any) -> bool | Missing:
    """Tell whether a form field was filled in."""
    if type(value) is Missing:
        return False if value.blank else unknown(value)
    return value is not None and value != ""
