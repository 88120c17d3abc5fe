"""Which facts a matcher picks, in every case at once, and which of them decides.

Entries are in deciding order within a case. Where the order of moments known to the day only is
not plain, or something is missing, the case is in doubt and judged by the case evaluator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.lookups import TRUE, UNSURE, truths_of
from stdrules.engine.columns.paths import reads
from stdrules.engine.columns.rows import Rows, Unable, starts_of
from stdrules.feel.compile import Expression
from stdrules.model.columnar import BLANK, NEVER, Column
from stdrules.plan.content import Matcher

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(slots=True)
class Picked:
    """The facts picked in each case, but for keys and conditions of an instance.

    Attributes:
        rows: The facts they are of.
        row: Which of them, in deciding order by case; None: all of them.
        case, first, last: By entry; ``last is first`` if all are instants.
        doubt: By case.
        timeless: Whether some have no time.
    """

    rows: Rows
    row: Ints | None
    case: Ints
    first: Ints
    last: Ints
    doubt: Booleans
    timeless: bool
    _starts: Ints | None = None

    def __len__(self) -> int:
        return len(self.case)

    def starts(self, cases: int) -> Ints:
        """Return where the entries of each case begin, and the end."""
        if self._starts is None:
            self._starts = (
                self.rows.starts(cases) if self.row is None
                else starts_of(self.case, cases)
            )  # fmt: skip
        return self._starts

    def place(self, entry: int) -> int:
        """Return the row of an entry."""
        return entry if self.row is None else int(self.row[entry])

    def id(self, entry: int) -> str:
        """Return the id of an entry."""
        return self.rows.id(self.place(entry))

    def of(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return values of rows by entry."""
        return values if self.row is None else values[self.row]


@dataclass(slots=True)
class Made:
    """Instances of a norm, by case.

    Attributes:
        case, first, last: The case and the anchor (`NEVER`: none).
        rows, row: The triggers, if facts are.
        years: Of yearly dates: the year; ``opening`` and ``ending`` its days.
    """

    case: Ints
    first: Ints
    last: Ints
    rows: Rows | None = None
    row: Ints | None = None
    years: Ints | None = None
    ending: Ints | None = None

    def __len__(self) -> int:
        return len(self.case)


@dataclass(slots=True)
class Matched:
    """The entries that concern each instance: ``order[begin:end]``, in deciding order.

    ``order`` None: the entries as they are.
    """

    picked: Picked
    order: Ints | None
    begin: Ints
    end: Ints
    _first: Ints | None = None
    _last: Ints | None = None

    @property
    def first(self) -> Ints:
        """First moments in this order."""
        if self._first is None:
            own = self.picked.first
            self._first = own if self.order is None else own[self.order]
        return self._first

    @property
    def last(self) -> Ints:
        """Last moments in this order."""
        if self.picked.last is self.picked.first:
            return self.first
        if self._last is None:
            own = self.picked.last
            self._last = own if self.order is None else own[self.order]
        return self._last

    def entry(self, place: int) -> int:
        """Return the entry at a place."""
        return place if self.order is None else int(self.order[place])

    def id(self, place: int) -> str:
        """Return the id of the fact at a place."""
        return self.picked.id(self.entry(place))

    def ids(self, begin: int, end: int) -> tuple[str, ...]:
        """Return the ids of a run of places."""
        return tuple([self.id(place) for place in range(begin, end)])


def is_static(where: Expression | None) -> bool:
    """Tell whether a condition is the same for every instance."""
    if where is None:
        return True
    known = reads(where)
    return known.known and not known.period and not known.variables - {"f"}


def picked(frame: Frame, matcher: Matcher) -> Picked:
    """Return the entries of a matcher, keys and conditions of an instance left aside."""
    where = matcher.where if is_static(matcher.where) else None
    key = ("picked", matcher.type, matcher.time, where.python if where is not None else "")
    found = frame.memo.get(key)
    if found is None:
        found = frame.memo[key] = _picked(frame, matcher, where)
    return found


def passing(
    frame: Frame, rows: Rows, where: Expression | None, name: str
) -> tuple[Booleans | None, Booleans]:
    """Return which rows a static condition keeps (None: all), and the cases in doubt."""
    doubt = np.zeros(frame.size, np.bool_)
    if frame.complete(name) is not True:
        doubt |= frame.incomplete(name)
    if where is None:
        return None, doubt
    truths = truths_of(frame, where, rows)
    unsure = truths == UNSURE
    if unsure.any():
        doubt[rows.case[unsure]] = True
    return truths == TRUE, doubt


def _picked(frame: Frame, matcher: Matcher, where: Expression | None) -> Picked:
    rows = frame.rows(matcher.type)
    keep, doubt = passing(frame, rows, where, matcher.type)
    own = matcher.time is None
    first, last = rows.first, rows.last
    if matcher.time is not None:
        first, last, keep = _told(frame, rows, matcher.time, keep, doubt)
    elif rows.info.kind == "plan":
        first = last = rows.known
        own = False
    elif rows.info.time is not None and first.size and int(first.min()) == NEVER:
        untold = first == NEVER
        column = rows.column(rows.info.time)
        unsure = untold if column is None or column.state is None else (
            untold & (column.state != BLANK))  # fmt: skip
        if keep is not None:
            unsure = unsure & keep
        doubt[rows.case[unsure]] = True
        keep = ~untold if keep is None else keep & ~untold
    if not own and first.size:
        seen = (first < frame.as_of) | ((first == frame.as_of) & (last == frame.as_of))
        if not seen.all():
            keep = seen if keep is None else keep & seen
    row = None if keep is None or keep.all() else np.flatnonzero(keep)
    case = rows.case
    if row is not None:
        wide = last is not first
        case, first = case[row], first[row]
        last = last[row] if wide else first
    made = Picked(rows, row, case, first, last, doubt, False)
    if not own:
        _sort(made)
    _check_order(frame, made)
    if not own or rows.info.time is None:
        made.timeless = bool(made.first.size and (made.first == NEVER).any())
    return made


def _told(
    frame: Frame, rows: Rows, field: str, keep: Booleans | None, doubt: Booleans
) -> tuple[Ints, Ints, Booleans | None]:
    """Return the moments of a field; what is blank has not happened."""
    column = rows.column(field)
    if column is None:
        if len(rows):
            doubt[rows.case if keep is None else rows.case[keep]] = True
        return rows.first, rows.last, np.zeros(len(rows), np.bool_)
    if column.kind != "moment":
        if column.kind == "code" and column.state is not None and column.state.all():
            # Nothing is told at all.
            column = Column("moment", np.zeros(len(rows), np.int64), column.state)
        else:
            raise Unable
    first: Any = column.values
    last: Any = first if column.last is None else column.last
    if column.state is not None:
        absent = column.state > BLANK
        if keep is not None:
            absent = absent & keep
        doubt[rows.case[absent]] = True
        is_told = column.state == 0
        keep = is_told if keep is None else keep & is_told
    return first, last, keep


def _sort(found: Picked) -> None:
    """Put entries in deciding order; equal moments stand in the order of their ids."""
    same = found.case[1:] == found.case[:-1]
    if not (same & ((found.last[1:] < found.last[:-1]) | (
            (found.last[1:] == found.last[:-1]) & (found.first[1:] < found.first[:-1])))).any():
        order = np.arange(len(found.case))
    else:
        order = np.lexsort((found.first, found.last, found.case))
        wide = found.last is not found.first
        found.case, found.first = found.case[order], found.first[order]
        found.last = found.last[order] if wide else found.first
        found.row = order if found.row is None else found.row[order]
    tied = np.flatnonzero(
        (found.case[1:] == found.case[:-1]) & (found.first[1:] == found.first[:-1])
        & (found.last[1:] == found.last[:-1])
    )  # fmt: skip
    for entry in tied.tolist():
        if found.id(entry) > found.id(entry + 1):
            found.doubt[found.case[entry]] = True


def _check_order(frame: Frame, found: Picked) -> None:
    """Doubt cases in which moments known to the day only do not stand in one order."""
    if found.last is found.first:
        return
    first, last, case = found.first, found.last, found.case
    same = case[1:] == case[:-1]
    wrong = same & ((last[1:] < last[:-1]) | (first[1:] < first[:-1]))
    found.doubt[case[1:][wrong]] = True
    wide = np.flatnonzero(first != last)
    if wide.size:
        days = frame.clock.ordinals(first[wide]) != frame.clock.ordinals(last[wide])
        found.doubt[case[wide[days]]] = True
