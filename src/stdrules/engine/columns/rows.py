"""The visible facts of one type over all cases of a chunk."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.moments import When
from stdrules.base.time.zones import Zone
from stdrules.base.truth import Missing
from stdrules.model.columnar import BLANK, NEVER, Column, Table
from stdrules.model.facts import Fact
from stdrules.plan.plan import TypeInfo

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EMPTY = np.zeros(0, np.int64)
#: With more rows a case than these, looking for the borders is faster than counting.
_CROWDED = 12


class Unable(Exception):
    """A norm cannot be judged by columns: the case evaluator judges it in every case."""


class Rows:
    """Facts of one type that are seen, by case and time.

    Attributes:
        case, first, last: By row; ``last is first`` if all times are instants.
        index: Their rows in the table; None: all of them.
    """

    __slots__ = (
        "_columns", "_starts", "case", "first", "index", "info", "last", "table", "zone",
    )  # fmt: skip

    def __init__(self, table: Table | None, info: TypeInfo, index: Ints | None, zone: Zone) -> None:
        self.table = table
        self.info = info
        self.index = index
        self.zone = zone
        self._columns: dict[str, Column | None] = {}
        self._starts: Ints | None = None
        self.case: Any = _EMPTY if table is None else self.take(table.case)
        self.first: Ints = _EMPTY if table is None else self.take(table.first)
        self.last: Ints = self.first
        if table is not None and table.last is not None:
            self.last = self.take(table.last)

    def __len__(self) -> int:
        return len(self.case)

    def take(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the values of the visible rows."""
        return values if self.index is None else values[self.index]

    @property
    def known(self) -> Ints:
        """From when each fact counts as known, `NEVER` if that is not said."""
        if self.table is None or self.table.known is None:
            return self.first
        return self.take(self.table.known)

    def starts(self, cases: int) -> Ints:
        """Return where each case begins, and the end."""
        if self._starts is None:
            self._starts = starts_of(self.case, cases)
        return self._starts

    def counts(self, cases: int) -> Ints:
        """Count the rows of each case."""
        return np.diff(self.starts(cases))

    def column(self, name: str) -> Column | None:
        """Return a field of the visible rows; None: the source does not carry it."""
        if name not in self._columns:
            found = self.table.columns.get(name) if self.table is not None else None
            if found is not None and self.index is not None:
                found = Column(
                    found.kind, self.take(found.values),
                    None if found.state is None else self.take(found.state), found.words,
                    found.exponent, None if found.last is None else self.take(found.last),
                )  # fmt: skip
            self._columns[name] = found
        return self._columns[name]

    def id(self, row: int) -> str:
        """Return the id of a visible row."""
        assert self.table is not None
        return self.table.ids[row if self.index is None else int(self.index[row])]

    def value(self, row: int, name: str) -> Any:
        """Return a field as expressions see it."""
        table = self.table
        assert table is not None
        if table.facts is not None:
            place = row if self.index is None else int(self.index[row])
            return table.facts[place].fields[name]
        column = self.column(name)
        if column is None:
            return Missing(f"field {self.id(row)}.{name}")
        if column.state is not None and column.state[row]:
            return Missing(f"field {self.id(row)}.{name}", blank=bool(column.state[row] == BLANK))
        return told(column, row, self.zone)

    def at(self, row: int) -> When | None:
        """Return the time of a fact."""
        first = int(self.first[row])
        return None if first == NEVER else When(first, int(self.last[row]))

    def fields(self, row: int) -> dict[str, Any]:
        """Return all fields of a row, without links."""
        table = self.table
        assert table is not None
        if table.facts is not None:
            return table.facts[row if self.index is None else int(self.index[row])].fields
        return {name: self.value(row, name) for name in (*table.columns, *table.absent)}

    def fact(self, row: int, case_type: str, case: str) -> Fact:
        """Return a row as a fact."""
        table = self.table
        assert table is not None
        if table.facts is not None:
            return table.facts[row if self.index is None else int(self.index[row])]
        known = int(self.known[row])
        # A plan counts as known from its announcement, which need not be its own time.
        own = NEVER if self.info.kind == "plan" else int(self.first[row])
        recorded = None if known in (NEVER, own) else known
        shared = table.shared is not None and bool(self.take(table.shared)[row])
        return Fact(
            table.type, self.id(row), {} if shared else {case_type: (case,)}, self.at(row),
            self.fields(row), recorded,
        )  # fmt: skip


def starts_of(case: NDArray[Any], cases: int) -> Ints:
    """Return where each case begins in ascending places of cases, and the end.

    Example:
        >>> starts_of(np.array([0, 0, 2]), 4).tolist()
        [0, 2, 2, 3, 3]
    """
    if len(case) > _CROWDED * cases:
        # Of the same width, or all of the rows would be widened first.
        return np.searchsorted(case, np.arange(cases + 1, dtype=case.dtype))
    found = np.zeros(cases + 1, np.int64)
    np.cumsum(np.bincount(case, minlength=cases), out=found[1:])
    return found


def told(column: Column, row: int, zone: Zone) -> Any:
    """Return the value of a cell that has one."""
    value = column.values[row]
    if column.kind == "code":
        assert column.words is not None
        return column.words.values[int(value)]
    if column.kind == "number":
        return int(value) if not column.exponent else _shortest(int(value), column.exponent)
    if column.kind == "boolean":
        return bool(value)
    if column.kind == "moment":
        first = int(value)
        if column.last is not None and int(column.last[row]) != first:
            return date.fromordinal(zone.ordinal(first))
        return (_EPOCH + timedelta(microseconds=first)).astimezone(zone.tzinfo)
    return value


def _shortest(value: int, places: int) -> Decimal | int:
    while places and value % 10 == 0:
        value, places = value // 10, places - 1
    return Decimal(value).scaleb(-places) if places else value


def visible(
    table: Table, info: TypeInfo, as_of: int, known_at: int | None
) -> tuple[Ints | None, Booleans | None]:
    """Return which rows of a table are seen at a moment and with what was known then.

    Returns:
        The rows and the same as a mask; None: all of them.
    """
    first = table.first
    last = first if table.last is None else table.last
    known = first if table.known is None else table.known
    masks: list[Booleans] = []
    if known_at is not None and known.size and int(known.max()) > known_at:
        masks.append(known <= known_at)
    if first.size and (int(first.max()) >= as_of or info.kind == "plan"):
        seen = (first < as_of) | ((first == as_of) & (last == as_of))
        if info.kind == "plan":
            seen = np.where(known == first, seen, (known <= as_of) | (first == NEVER))
        masks.append(seen)
    if not masks:
        return None, None
    mask = masks[0] if len(masks) == 1 else masks[0] & masks[1]
    return (None, None) if mask.all() else (np.flatnonzero(mask), mask)
