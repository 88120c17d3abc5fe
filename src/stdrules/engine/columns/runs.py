"""Runs of entries laid out one after the other, to count, add or look at each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stdrules.base.truth import Missing
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.lookups import combined, factor, of_cases, of_rows
from stdrules.engine.columns.paths import reads
from stdrules.engine.columns.picks import Made, Matched
from stdrules.engine.columns.rows import Unable
from stdrules.feel.compile import Expression

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Run:
    """Entries of instances, in their order: which instance, and at which place.

    Attributes:
        inst, place: By entry.
        size: How many instances there are.
    """

    __slots__ = ("_begin", "_end", "inst", "place", "size")

    def __init__(
        self, inst: Ints, place: Ints, size: int, begin: Ints | None = None, end: Ints | None = None
    ) -> None:
        self.inst = inst
        self.place = place
        self.size = size
        self._begin = begin
        self._end = end

    @property
    def end(self) -> Ints:
        """Where the entries of each instance end."""
        if self._end is None:
            self._end = np.cumsum(np.bincount(self.inst, minlength=self.size))
        return self._end

    @property
    def begin(self) -> Ints:
        """Where the entries of each instance begin."""
        if self._begin is None:
            self._begin = np.concatenate(([0], self.end[:-1])).astype(np.int64)
        return self._begin


def laid_out(begin: Ints, end: Ints) -> Run:
    """Lay out the runs ``[begin, end)``.

    Example:
        >>> run = laid_out(np.array([4, 9]), np.array([6, 10]))
        >>> run.inst.tolist(), run.place.tolist()
        ([0, 0, 1], [4, 5, 9])
    """
    sizes = np.maximum(end - begin, 0)
    stop = np.cumsum(sizes)
    start = stop - sizes
    inst = np.repeat(np.arange(len(sizes)), sizes)
    return Run(inst, np.arange(len(inst)) + (begin - start)[inst], len(sizes), start, stop)


def kept(run: Run, keep: Booleans) -> Run:
    """Return the run with some entries only."""
    return Run(run.inst[keep], run.place[keep], run.size)


def rows_at(found: Matched, place: Ints) -> Ints:
    """Return the rows of places."""
    entry = place if found.order is None else found.order[place]
    return entry if found.picked.row is None else found.picked.row[entry]


def first_of_each(
    frame: Frame, found: Matched, run: Run, fields: tuple[str, ...], made: Made, doubt: Booleans
) -> Run:
    """Return the first entry of each different value of the fields, by instance."""
    if not len(run.place):
        return run
    rows = found.picked.rows
    row = rows_at(found, run.place)
    factors = []
    for name in fields:
        column = rows.column(name)
        if column is None or column.kind == "object":
            raise Unable
        if column.state is not None:
            doubt[made.case[run.inst[column.state[row] != 0]]] = True
        codes, size = factor(column, len(rows))
        factors.append((codes[row], size))
    _, which = combined([(run.inst, max(len(made), 1)), *factors], len(row))
    _, first = np.unique(which, return_index=True)
    keep = np.zeros(len(row), np.bool_)
    keep[first] = True
    return kept(run, keep)


def numbers_of(frame: Frame, expression: Expression, made: Made, doubt: Booleans) -> Ints:
    """Return a whole number for each instance.

    Raises:
        Unable: It is not whole everywhere.
    """
    python = expression.python
    if python.isascii() and python.isdigit():
        return np.full(len(made), int(python), np.int64)
    known = reads(expression)
    if known.variables:
        if made.rows is None or made.row is None:
            raise Unable
        results, which = of_rows(frame, expression, made.rows, "t")
        which = which[made.row]
    else:
        results, which = of_cases(frame, expression)
        which = which[made.case]
    values = np.zeros(len(results) or 1, np.int64)
    bad = np.zeros(len(results) or 1, np.bool_)
    for number, one in enumerate(results):
        if isinstance(one, Missing) or one is None or isinstance(one, bool | str):
            bad[number] = True
        elif one != int(one):
            raise Unable
        else:
            values[number] = int(one)
    doubt[made.case[bad[which]]] = True
    return values[which]
