"""Findings as columns: made by the million, turned into `Finding` only where somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.dues import Due
from stdrules.base.time.moments import When
from stdrules.model.columnar import NEVER
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
States = NDArray[np.uint8]
#: Codes of states: their places in `results.STATES`.
CODE = {name: code for code, name in enumerate(r.STATES)}
#: Stands in a column of moments for "at no time", where `NEVER` is the moment of the timeless.
NONE = NEVER - 1
Names = Callable[[int], tuple[str, ...]]
_OFTEN = 256
#: The states, the most frequent first.
_FREQUENT = sorted(CODE.values(), key=lambda code: r.STATES[code] not in (r.FULFILLED, r.BREACHED))
#: So many rows are counted faster state by state, as bytes are compared many at once.
_MANY = 1 << 12


def prefix_of(norm: PlanNorm) -> str:
    """Return what the keys of a norm's instances begin with."""
    return f"{norm.id}/{norm.sub}" if norm.sub else norm.id


class Late:
    """Something that is worked out when it is first asked for, and then kept.

    Example:
        >>> Late(lambda: 6 * 7)()
        42
    """

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make: Callable[[], Any] | None = make
        self._made: Any = None

    def __call__(self) -> Any:
        if self._make is not None:
            self._made, self._make = self._make(), None
        return self._made


class Moments(NamedTuple):
    """The moments of rows: `NEVER` stands for none; a column that is None has none at all.

    Attributes:
        due, due_last: When something is due.
        met, met_last: The deciding moment.
        broken: When a breach became certain, `NEVER` or `NONE`: at no moment that could be told.
        anchor, anchor_last: When the clock started.
    """

    due: Ints | None = None
    due_last: Ints | None = None
    met: Ints | None = None
    met_last: Ints | None = None
    broken: Ints | None = None
    anchor: Ints | None = None
    anchor_last: Ints | None = None


NO_MOMENTS = Moments()


@dataclass(slots=True)
class Block:
    """Rows of one norm, in order of case; what is not an array is worked out row by row.

    Whoever only counts needs states and nothing else: cases and moments are made when asked for.

    Attributes:
        norm: Whose.
        cases: Place of the case, by row.
        state: Codes of states.
        label: What follows the norm in the key.
        due_day: Whether dues are days.
        told: The moments.
        trigger, facts, progress, period, elements, missing, possible: As in `Finding`, by row.
        owned: How many rows each case has; None: ``cases`` must be asked.
        gone: The rows that do not count, since they are judged elsewhere; None: all count.
    """

    norm: PlanNorm
    cases: Ints | Late
    state: States
    label: Callable[[int], str]
    due_day: bool = False
    told: Moments | Late = NO_MOMENTS
    trigger: Callable[[int], str] | None = None
    facts: Names | None = None
    progress: Callable[[int], Any] | None = None
    period: Callable[[int], str] | None = None
    elements: Callable[[int], tuple[tuple[str, str], ...]] | None = None
    missing: Names | None = None
    possible: Names | None = None
    owned: Ints | None = None
    gone: Booleans | None = None

    def __len__(self) -> int:
        gone = 0 if self.gone is None else int(np.count_nonzero(self.gone))
        return len(self.state) - gone

    @property
    def case(self) -> Ints:
        """Place of the case, by row."""
        found: Ints = self.cases() if isinstance(self.cases, Late) else self.cases
        return found

    @property
    def moments(self) -> Moments:
        """The moments of all rows."""
        found: Moments = self.told() if isinstance(self.told, Late) else self.told
        return found

    def spread(self, cases: Booleans) -> Booleans:
        """Return which rows belong to some cases."""
        return cases[self.case] if self.owned is None else np.repeat(cases, self.owned)

    def leave_out(self, cases: Booleans) -> None:
        """Drop the rows of some cases."""
        if cases.any():
            self.drop(self.spread(cases))

    def drop(self, rows: Booleans) -> None:
        """Drop some rows."""
        self.gone = rows if self.gone is None else self.gone | rows

    def mark(self, found: Booleans, codes: Sequence[int] | None = None) -> None:
        """Mark the cases that have rows (in some states), of those that count."""
        if codes is None and self.gone is None:
            if self.owned is None:
                found[self.case] = True
            else:
                found |= self.owned > 0
            return
        rows = self.places()
        if codes is not None:
            rows = rows[np.isin(self.state[rows], codes)]
        found[self.case[rows]] = True

    def counts(self) -> Ints:
        """Count the rows by state."""
        state = self.state if self.gone is None else self.state[~self.gone]
        if len(state) < _MANY:
            return np.bincount(state, minlength=len(r.STATES))
        found = np.zeros(len(r.STATES), np.int64)
        left = len(state)
        for code in _FREQUENT:
            if not left:
                break
            found[code] = np.count_nonzero(state == code)
            left -= int(found[code])
        return found

    def places(self) -> Ints:
        """Return the numbers of the rows that count."""
        return np.arange(len(self.state)) if self.gone is None else np.flatnonzero(~self.gone)

    def findings(
        self, names: Sequence[str], rows: Ints | None = None
    ) -> Iterator[tuple[int, Finding]]:
        """Yield the place of the case and the finding of rows (None: all that count).

        Args:
            names: The ids of the cases.
            rows: Numbers of rows, as given by `places`.
        """
        places = self.places() if rows is None else rows
        if not len(places):
            return
        prefix = prefix_of(self.norm)
        states = [r.STATES[code] for code in self.state[places].tolist()]
        due_day, at = self.due_day, self.moments
        told = zip(
            places.tolist(), self.case[places].tolist(), states, _moments(at.due, None, places),
            _moments(at.due_last, None, places), _moments(at.met, at.met_last, places),
            _moments(at.broken, None, places), _moments(at.anchor, at.anchor_last, places),
            strict=True,
        )  # fmt: skip
        for n, case, state, due, due_last, met, broken, anchor in told:
            label = self.label(n)
            yield case, Finding(
                self.norm, names[case], f"{prefix}/{label}" if label else prefix, state,
                Due(due_day, due, due_last) if due is not None else None,
                met if state in r.MET else None,
                broken if state == r.BREACHED else None,
                self.trigger(n) if self.trigger is not None else "",
                self.facts(n) if self.facts is not None else (),
                self.missing(n) if self.missing is not None else (),
                self.possible(n) if self.possible is not None else (),
                self.progress(n) if self.progress is not None else None,
                self.period(n) if self.period is not None else "",
                self.elements(n) if self.elements is not None else (),
                anchor,
            )  # fmt: skip


def _moments(first: Ints | None, last: Ints | None, places: Ints) -> Iterable[Any]:
    """Return moments, None where there are none; single numbers without a ``last``."""
    if first is None:
        return repeat(None, len(places))
    begin = first[places].tolist()
    if last is None:
        return [None if one <= NEVER else one for one in begin]
    end = last[places].tolist()
    return [
        None if one <= NEVER else When(one, two) for one, two in zip(begin, end, strict=True)
    ]


class Listed:
    """An array that is asked for single numbers: a list, once it is asked often.

    Example:
        >>> Listed(np.array([4, 9]))[1]
        9
    """

    __slots__ = ("_array", "_asked", "_list")

    def __init__(self, array: NDArray[Any]) -> None:
        self._array = array
        self._asked = 0
        self._list: list[int] | None = None

    def __getitem__(self, place: int) -> int:
        if self._list is not None:
            return self._list[place]
        self._asked += 1
        if self._asked > _OFTEN:
            self._list = self._array.tolist()
        return int(self._array[place])


def idle(norm: PlanNorm, cases: Booleans, state: str) -> Block:
    """Return one row for each of some cases, for a norm that asks nothing of them."""
    case = np.flatnonzero(cases)
    return Block(norm, case, np.full(len(case), CODE[state], np.uint8), lambda n: "-")
