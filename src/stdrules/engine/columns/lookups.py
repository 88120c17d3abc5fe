"""Expressions over columns: each different combination of what an expression reads is judged once.

The judgement itself is the generated function that every evaluator calls, so that the three-valued
logic is the same by construction; the columns only say which combinations there are and where.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.base.truth import Missing
from stdrules.engine.columns.frame import Frame, by_case
from stdrules.engine.columns.paths import Counted, Reads, reads
from stdrules.engine.columns.rows import Rows, Unable
from stdrules.feel.compile import Expression
from stdrules.model.columnar import Column

Ints = NDArray[np.int64]
Truths = NDArray[np.uint8]
#: What an expression may say of a row: the third is null, unknown, or no truth value.
FALSE, TRUE, UNSURE = 0, 1, 2
_TABLE = 1 << 22
_SMALL = 1 << 10
_COMPARE: dict[str, Callable[[Any, int], Any]] = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater,
    ">=": np.greater_equal,
}  # fmt: skip
_WIDE = 1 << 20

Factor = tuple[Any, int]


class Touched(Exception):
    """An expression asked for something that it was to do without."""


class _Empty:
    """A case without any facts of the types that are listed; nothing else may be asked."""

    def __init__(self, view: Any) -> None:
        self.parameters = view.parameters

    def all(self, name: str) -> tuple[Any, ...]:
        return ()

    def one(self, name: str) -> Any:
        raise Touched

    def __getattr__(self, name: str) -> Any:
        raise Touched


def factor(column: Column | None, rows: int) -> Factor:
    """Return small whole numbers, equal where two cells are told alike."""
    codes: Any
    if column is None:
        return np.zeros(rows, np.int64), 1
    if column.kind == "code":
        assert column.words is not None
        codes, size = column.values, len(column.words.values) or 1
    elif column.kind == "boolean":
        codes, size = column.values.view(np.uint8), 2
    elif column.kind == "object":
        codes, size = _objects(column.values)
    else:
        codes, size = numbered(column.values)
        if column.last is not None:
            # A bare date and an instant that begin alike are not the same.
            wide = (column.last != column.values).astype(np.int64)
            codes, size = codes * 2 + wide, size * 2
    if column.state is not None:
        codes = np.where(column.state == 0, codes, size + column.state.astype(np.int32) - 1)
        size += 2
    return codes, size


def numbered(values: NDArray[Any]) -> Factor:
    """Return small whole numbers for whole numbers."""
    if not values.size:
        return np.zeros(0, np.int64), 1
    low, high = int(values.min()), int(values.max())
    if high - low < _WIDE:
        return values - low, high - low + 1
    distinct, inverse = np.unique(values, return_inverse=True)
    return inverse, len(distinct)


def _objects(values: NDArray[Any]) -> Factor:
    known: dict[Any, int] = {}
    codes = []
    for value in values.tolist():
        key = value if type(value) is str else (type(value).__name__, repr(value))
        codes.append(known.setdefault(key, len(known)))
    return np.array(codes, np.int64), len(known) or 1


def combined(factors: Sequence[Factor], rows: int) -> tuple[Any, Any]:
    """Return one row of each combination, and the number of its combination for every row."""
    if not factors:
        return np.zeros(min(rows, 1), np.int64), np.zeros(rows, np.int64)
    key, size = factors[0]
    for codes, more in factors[1:]:
        if size * more > 2**60:
            key, size = numbered(np.unique(key, return_inverse=True)[1])
        size *= more
        key = key.astype(np.int32 if size < 2**31 else np.int64) * more + codes
    if size > max(_TABLE, 4 * rows):
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        return first, inverse
    if rows == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    place = np.full(size, -1, np.int32)
    place[key] = np.arange(rows, dtype=np.int32)
    present = np.flatnonzero(place >= 0)
    number = np.zeros(size, np.int32)
    number[present] = np.arange(len(present))
    return place[present], number[key]


def word(found: Any) -> int:
    """Return what a result says as a truth."""
    return TRUE if found is True else FALSE if found is False else UNSURE


def day_factor(frame: Frame, column: Column | None, rows: int) -> Factor:
    """Return the same for the days of moments."""
    if column is None or column.kind != "moment":
        return factor(column, rows)
    days = frame.clock.ordinals(np.asarray(column.values, np.int64))
    return factor(Column("number", days, column.state), rows)


def row_factors(
    frame: Frame, rows: Rows, fields: Sequence[tuple[str, str]],
    days: frozenset[tuple[str, str]] = frozenset(),
) -> list[Factor]:  # fmt: skip
    """Return what is told in fields, or linked fields, of rows; of some only the day."""
    found: list[Factor] = []
    links: dict[str, list[str]] = {}
    for name, sub in fields:
        if sub:
            links.setdefault(name, []).append(sub)
        elif any(name == link[0] for link in rows.info.links):
            links.setdefault(name, [])
        else:
            made = day_factor(frame, rows.column(name), len(rows)) if (name, "") in days else (
                factor(rows.column(name), len(rows)))  # fmt: skip
            found.append(made)
    for link, subs in links.items():
        target = next(one[1] for one in rows.info.links if one[0] == link)
        place, others = frame.link(rows.info.name, link), frame.rows(target)
        if not isinstance(frame.complete(target), bool):
            raise Unable
        hit = place >= 0
        found.append((np.where(hit, 3, -place - 1), 4))
        for sub in subs:
            codes, size = factor(others.column(sub), len(others))
            if len(others):
                found.append((np.where(hit, codes[np.maximum(place, 0)], 0), size))
    return found


def row_values(
    frame: Frame, rows: Rows, row: int, fields: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return the fields of a row that an expression reads."""
    found: dict[str, Any] = {}
    links: dict[str, list[str]] = {}
    names = {link[0] for link in rows.info.links}
    for name, sub in fields:
        if sub or name in names:
            links.setdefault(name, []).extend([sub] if sub else [])
        else:
            found[name] = rows.value(row, name)
    for link, subs in links.items():
        found[link] = frame.linked_value(rows.info.name, row, link, subs)
    return found


def of_rows(
    frame: Frame, expression: Expression, rows: Rows, variables: str = "f"
) -> tuple[list[Any], Ints]:
    """Evaluate an expression over rows.

    Args:
        frame: The chunk.
        expression: It may read only the rows (under the variables), the case and parameters.
        rows: The facts.
        variables: The letters under which it sees a row, such as ``f`` or ``ft``.

    Returns:
        The different results, and which of them each row has.

    Raises:
        Unable: It reads something else.
    """
    known = reads(expression)
    if not known.known or known.period or known.variables - set(variables):
        raise Unable
    read = [known.of(variable) for variable in sorted(known.variables)]
    fields = sorted({field for own, _ in read for field in own})
    days = {day for _, own in read for day in own}
    days -= {field for own, day in read for field in own if field not in day}
    factors = row_factors(frame, rows, fields, frozenset(days))
    if known.case:
        factors += [(codes[rows.case], n) for codes, n in case_factors(frame, known)]
    distinct, which = combined(factors, len(rows))
    function = expression.function()
    view = nothing(frame)
    results: list[Any] = [None] * len(distinct)
    for place in by_case(rows.case[distinct]):
        row = int(distinct[place])
        seen = row_values(frame, rows, row, fields)
        if known.case:
            view = frame.glance(int(rows.case[row]), known.types)
        args = [seen if name in variables else {} for name in "fte"]
        results[place] = function(*args, {}, view)
    return results, which


def truths_of(
    frame: Frame, expression: Expression, rows: Rows, variables: str = "f"
) -> Truths:
    """Return what an expression says of each row: false, true or unsure."""
    key = ("truths", expression.python, rows.info.name, variables)
    if key not in frame.memo:
        known = _of_one_field(frame, expression, rows, variables)
        if known is None:
            results, which = of_rows(frame, expression, rows, variables)
            known = np.array([word(one) for one in results] or [0], np.uint8)[which]
        frame.memo[key] = known
    found: Truths = frame.memo[key]
    return found


def _of_one_field(
    frame: Frame, expression: Expression, rows: Rows, variables: str
) -> Truths | None:
    """Look the truth up by the code of the one field that is read; None: it is not so simple."""
    known = reads(expression)
    if not known.known or known.case or known.period or known.days:
        return None
    if not known.fields:
        fixed = word(expression.function()({}, {}, {}, {}, nothing(frame)))
        return np.broadcast_to(np.uint8(fixed), len(rows))
    if len(known.fields) != 1 or known.variables - set(variables):
        return None
    _, name, sub = next(iter(known.fields))
    column = rows.column(name)
    if sub or column is None or column.kind not in ("code", "boolean"):
        return None
    values: list[Any] = [False, True]
    if column.kind == "code":
        assert column.words is not None
        values = column.words.values
    if not 0 < len(values) <= _SMALL:
        return None
    function, view = expression.function(), nothing(frame)

    def say(value: Any) -> int:
        args = [{name: value} if one in variables else {} for one in "fte"]
        return word(function(*args, {}, view))

    table = np.array([say(value) for value in values], np.uint8)
    codes = column.values.view(np.uint8) if column.kind == "boolean" else column.values
    as_it_is = column.kind == "boolean" and table.tolist() == [FALSE, TRUE]
    found: Truths = codes if as_it_is else table[codes]  # type: ignore[assignment]
    if column.state is not None and column.state.any():
        blank, absent = say(Missing("field", blank=True)), say(Missing("field"))
        table = np.array([0, blank, absent], np.uint8)
        found = np.where(column.state == 0, found, table[column.state])
    return found


def nothing(frame: Frame) -> Any:
    """Return a view without facts, for expressions that read parameters only."""
    if "nothing" not in frame.memo:
        frame.memo["nothing"] = frame.world((), ()).view(frame.case_type, "")
    return frame.memo["nothing"]


def of_cases(frame: Frame, expression: Expression) -> tuple[list[Any], Ints]:
    """Evaluate an expression over the case; results and which of them each case has.

    Raises:
        Unable: It reads an instance.
    """
    known = reads(expression)
    if not known.known or known.variables or known.period:
        raise Unable
    function = expression.function()
    if not known.case:
        return [function({}, {}, {}, {}, nothing(frame))], np.zeros(frame.size, np.int64)
    which = np.full(frame.size, -1, np.int64)
    results: list[Any] = []
    _without_lists(frame, known, function, results, which)
    left = np.flatnonzero(which < 0)
    if left.size:
        factors = case_factors(frame, known)
        distinct, number = combined([(codes[left], n) for codes, n in factors], len(left))
        which[left] = number + len(results)
        for place in left[distinct].tolist():
            results.append(function({}, {}, {}, {}, frame.glance(place, known.types)))
    return results, which


def _without_lists(
    frame: Frame, known: Reads, function: Callable[..., Any], results: list[Any], which: Ints
) -> None:
    """Settle the cases that have no facts of the types listed, if nothing else matters then."""
    if not known.lists or known.counts:
        return
    if any(frame.complete(name) is not True for name in known.lists):
        return
    empty = np.ones(frame.size, np.bool_)
    for name in known.lists:
        empty &= frame.rows(name).counts(frame.size) == 0
    if not empty.any():
        return
    try:
        found = function({}, {}, {}, {}, _Empty(nothing(frame)))
    except Touched:
        return
    which[empty] = len(results)
    results.append(found)


def case_factors(frame: Frame, known: Reads) -> list[Factor]:
    """Return what is told of each case where an expression reads facts by their type."""
    found: list[Factor] = []
    newest: dict[str, set[str]] = {name: {""} for name in known.lists}
    for name, field in known.newest | known.newest_days:
        newest.setdefault(name, set()).add(field)
    days = known.newest_days - known.newest
    found += [(_counted(frame, one).astype(np.int64), 3) for one in sorted(known.counts, key=repr)]
    for name, fields in sorted(newest.items()):
        rows = frame.rows(name)
        starts = rows.starts(frame.size)
        count = np.diff(starts)
        has = count > 0
        whole = frame.complete(name)
        sure = np.full(frame.size, whole) if isinstance(whole, bool) else whole
        found.append((has.astype(np.int64) * 2 + sure, 4))
        if name in known.lists:
            found.append((np.where(has, np.arange(frame.size) + 1, 0), frame.size + 1))
            continue
        if not len(rows):
            continue
        links = {link[0] for link in rows.info.links}
        last = np.maximum(starts[1:] - 1, 0)
        for field in sorted(fields - {""}):
            if field in links:
                raise Unable
            column = rows.column(field)
            codes, size = (
                day_factor(frame, column, len(rows)) if (name, field) in days
                else factor(column, len(rows))
            )  # fmt: skip
            found.append((np.where(has, codes[last], 0), size))
    return found


def _counted(frame: Frame, one: Counted) -> Truths:
    """Return whether the number of facts in each case is as it should be."""
    key = ("counted", one)
    if key not in frame.memo:
        rows = frame.rows(one.type)
        condition = one.condition()
        unsure = frame.incomplete(one.type).copy()
        if condition is None:
            count = rows.counts(frame.size)
        else:
            truths = truths_of(frame, condition, rows)
            unsure[rows.case[truths == UNSURE]] = True
            count = np.bincount(rows.case[truths == TRUE], minlength=frame.size)
        found = _COMPARE[one.operator](count, one.limit).astype(np.uint8)
        frame.memo[key] = np.where(unsure, np.uint8(UNSURE), found)
    result: Truths = frame.memo[key]
    return result


def truths_of_cases(frame: Frame, expression: Expression) -> Truths:
    """Return what an expression says of each case: false, true or unsure."""
    key = ("case truths", expression.python)
    if key not in frame.memo:
        results, which = of_cases(frame, expression)
        table = np.array([word(one) for one in results] or [0], np.uint8)
        frame.memo[key] = table[which]
    found: Truths = frame.memo[key]
    return found


__all__ = ["FALSE", "TRUE", "UNSURE", "combined", "factor", "of_cases", "of_rows",
           "truths_of", "truths_of_cases", "word"]  # fmt: skip
