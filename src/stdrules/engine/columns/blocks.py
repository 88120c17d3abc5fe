"""Findings as columns: made by the million, turned into `Finding` only where somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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


def prefix_of(norm: PlanNorm) -> str:
    """Return what the keys of a norm's instances begin with."""
    return f"{norm.id}/{norm.sub}" if norm.sub else norm.id


@dataclass(slots=True)
class Block:
    """Rows of one norm, in order of case; what is not an array is worked out row by row.

    Attributes:
        norm: Whose.
        case: Place of the case.
        state: Codes of states.
        label: What follows the norm in the key.
        due_day: Whether dues are days; ``due`` and ``due_last`` `NEVER`: none.
        met, met_last: The deciding moment, `NEVER`: none.
        broken: When a breach became certain, `NEVER` or `NONE`: at no moment that could be told.
        anchor, anchor_last: When the clock started, `NEVER`: none.
        trigger, facts, progress, period, elements, missing, possible: As in `Finding`, by row.
        kept: The rows that count, the others are judged elsewhere; None: all.
    """

    norm: PlanNorm
    case: Ints
    state: States
    label: Callable[[int], str]
    due_day: bool = False
    due: Ints | None = None
    due_last: Ints | None = None
    met: Ints | None = None
    met_last: Ints | None = None
    broken: Ints | None = None
    anchor: Ints | None = None
    anchor_last: Ints | None = None
    trigger: Callable[[int], str] | None = None
    facts: Names | None = None
    progress: Callable[[int], Any] | None = None
    period: Callable[[int], str] | None = None
    elements: Callable[[int], tuple[tuple[str, str], ...]] | None = None
    missing: Names | None = None
    possible: Names | None = None
    kept: Ints | None = None

    def __len__(self) -> int:
        return len(self.case) if self.kept is None else len(self.kept)

    def leave_out(self, cases: Booleans) -> None:
        """Drop the rows of some cases."""
        rows = self.places()
        gone = cases[self.case[rows]]
        if gone.any():
            self.kept = rows[~gone]

    def counts(self) -> Ints:
        """Count the rows by state."""
        state = self.state if self.kept is None else self.state[self.kept]
        return np.bincount(state, minlength=len(r.STATES))

    def places(self) -> Ints:
        """Return the numbers of the rows that count."""
        return np.arange(len(self.case)) if self.kept is None else self.kept

    def findings(
        self, names: Sequence[str], rows: Ints | None = None
    ) -> Iterator[tuple[int, Finding]]:
        """Yield the place of the case and the finding of rows (None: all that count).

        Args:
            names: The ids of the cases.
            rows: Numbers of rows, as given by `places`.
        """
        prefix = prefix_of(self.norm)
        for n in (self.places() if rows is None else rows).tolist():
            case = int(self.case[n])
            label = self.label(n)
            state = r.STATES[self.state[n]]
            due = None
            if self.due is not None and self.due_last is not None and self.due[n] != NEVER:
                due = Due(self.due_day, int(self.due[n]), int(self.due_last[n]))
            met = None
            if state in r.MET and self.met is not None:
                met = moment(self.met, self.met_last, n)
            broken = None
            if state == r.BREACHED and self.broken is not None and self.broken[n] > NEVER:
                broken = int(self.broken[n])
            yield case, Finding(
                self.norm, names[case], f"{prefix}/{label}" if label else prefix, state, due, met,
                broken,
                self.trigger(n) if self.trigger is not None else "",
                self.facts(n) if self.facts is not None else (),
                self.missing(n) if self.missing is not None else (),
                self.possible(n) if self.possible is not None else (),
                self.progress(n) if self.progress is not None else None,
                self.period(n) if self.period is not None else "",
                self.elements(n) if self.elements is not None else (),
                moment(self.anchor, self.anchor_last, n) if self.anchor is not None else None,
            )  # fmt: skip


def moment(first: Ints, last: Ints | None, row: int) -> When | None:
    """Return a moment of two columns; None where there is none."""
    start = int(first[row])
    if start == NEVER:
        return None
    return When(start, start if last is None else int(last[row]))


def idle(norm: PlanNorm, cases: Booleans, state: str) -> Block:
    """Return one row for each of some cases, for a norm that asks nothing of them."""
    case = np.flatnonzero(cases)
    return Block(norm, case, np.full(len(case), CODE[state], np.uint8), lambda n: "-")
