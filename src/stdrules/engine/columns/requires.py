"""Elements of records: what a document or record must have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stdrules.base.truth import Missing
from stdrules.engine.columns.acts import Window, achieved, counting
from stdrules.engine.columns.blocks import CODE, NONE, Block, Names
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.instances import made_of, scope_of
from stdrules.engine.columns.lookups import (
    TRUE,
    UNSURE,
    combined,
    factor,
    truths_of,
    truths_of_cases,
)
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.paths import reads
from stdrules.engine.columns.picks import Made
from stdrules.engine.columns.rows import Rows, Unable
from stdrules.engine.columns.settling import closing_at, conclude
from stdrules.model.columnar import ABSENT, BLANK, NEVER
from stdrules.plan import results as r
from stdrules.plan.content import Content, Single
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Element, Require

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Codes = NDArray[np.uint8]
FALSE_, TRUE_, UNKNOWN, OPEN = 0, 1, 2, 3
_WORDS = ("false", "true", "unknown", "open")


class Tested(NamedTuple):
    """What one element came to, by instance: a code, when it was met, by which facts.

    ``items``: what is missing where it is unknown.
    """

    state: Codes
    first: Ints | None = None
    last: Ints | None = None
    ids: Names | None = None
    items: Names | None = None


def judge_require(frame: Frame, norm: PlanNorm, step: Require, doubt: Booleans) -> list[Block]:
    """Judge the elements of records in every case."""
    made = made_of(frame, norm, doubt)
    if step.latest_by is not None:
        made = _newest(made, step.latest_by)
    scope = scope_of(frame, norm.scope)
    doubt |= scope.end_doubt
    end, end_last = closing_at(scope, made)
    tests = [_tested(frame, norm, one, made, end, end_last, doubt) for one in step.elements]
    need = len(tests) if step.at_least is None else step.at_least
    codes = np.stack([one.state for one in tests]) if tests else np.zeros((0, len(made)), np.uint8)
    sure, opens = (codes == TRUE_).sum(0), (codes == OPEN).sum(0)
    unknown = (codes == UNKNOWN).sum(0)
    worst, best = _state(sure, opens, need), _state(sure + unknown, opens, need)
    first, last = _latest(made, tests)
    late = (end != NEVER) & np.any(
        [one.state == FALSE_ for one, own in zip(tests, step.elements, strict=True)
         if own.exists is not None] or [np.zeros(len(made), np.bool_)], axis=0)  # fmt: skip
    at = np.where(late, end_last, last)

    def ids(n: int) -> tuple[str, ...]:
        return tuple([name for one in tests if one.ids is not None for name in one.ids(n)])

    block = conclude(frame, norm, made, worst, doubt, None, first, last, at, ids)
    undetermined = (worst != best) & (block.state == worst)
    _words(block, step, codes)
    if undetermined.any():
        _open(block, undetermined, worst, best, codes, tests)
    return [block]


def _words(block: Block, step: Require, codes: Codes) -> None:
    names = [one.id for one in step.elements]
    block.elements = lambda n: tuple(
        [(name, _WORDS[code]) for name, code in zip(names, codes[:, n].tolist(), strict=True)]
    )


def _open(
    block: Block, undetermined: Booleans, worst: Codes, best: Codes, codes: Codes,
    tests: list[Tested],
) -> None:  # fmt: skip
    block.state = np.where(undetermined, np.uint8(CODE[r.UNDETERMINED]), block.state)

    def possible(n: int) -> tuple[str, ...]:
        if not undetermined[n]:
            return ()
        return tuple(sorted((r.STATES[worst[n]], r.STATES[best[n]])))

    def missing(n: int) -> tuple[str, ...]:
        if not undetermined[n]:
            return ()
        found = {
            item for one, code in zip(tests, codes[:, n].tolist(), strict=True)
            if code == UNKNOWN and one.items is not None for item in one.items(n)
        }  # fmt: skip
        return tuple(sorted(found))

    block.possible, block.missing = possible, missing


def _state(sure: Ints, opens: Ints, need: int) -> Codes:
    waiting = np.where(
        sure + opens >= need, np.uint8(CODE[r.PENDING]), np.uint8(CODE[r.BREACHED])
    )
    return np.where(sure >= need, np.uint8(CODE[r.FULFILLED]), waiting)


def _newest(made: Made, field: str) -> Made:
    """Drop earlier versions of the same record."""
    if made.rows is None or made.row is None or not len(made):
        return made
    column = made.rows.column(field)
    if column is None:
        return made
    if column.kind == "object":
        raise Unable
    codes, size = factor(column, len(made.rows))
    cases = int(made.case.max()) + 1
    _, which = combined([(made.case.astype(np.int64), cases), (codes[made.row], size)], len(made))
    last = np.zeros(int(which.max()) + 1, np.int64)
    last[which] = np.arange(len(made))
    keep = np.zeros(len(made), np.bool_)
    keep[last] = True
    if column.state is not None:
        keep |= column.state[made.row] != 0
    return Made(made.case[keep], made.first[keep], made.last[keep], made.rows, made.row[keep])


def _latest(made: Made, tests: list[Tested]) -> tuple[Ints, Ints]:
    """When the last of what was needed came; the record itself at first."""
    first, last = made.first, made.last
    if made.rows is not None and made.row is not None:
        first, last = made.rows.first[made.row], made.rows.last[made.row]
    nowhere = (first == NEVER) if made.rows is None else np.zeros(len(made), np.bool_)
    first, last = np.where(nowhere, NEVER, first), np.where(nowhere, NONE, last)
    for one in tests:
        if one.first is None or one.last is None:
            continue
        later = ~nowhere & (one.last != NONE) & (
            (one.last > last) | ((one.last == last) & (one.first > first)))  # fmt: skip
        first, last = np.where(later, one.first, first), np.where(later, one.last, last)
    return first, last


# --- one element -------------------------------------------------------------------------------


def _tested(
    frame: Frame, norm: PlanNorm, one: Element, made: Made, end: Ints, end_last: Ints,
    doubt: Booleans,
) -> Tested:  # fmt: skip
    if one.exists is not None:
        return _exists(frame, one.exists, one.at_least, made, end, end_last, doubt)
    if one.judgement is not None:
        # Where a person judged, the case evaluator looks which judgement is about the record.
        doubt |= frame.judged(norm.id, one.id)
        item = (f"judgement {norm.id}/{one.id}",)
        return Tested(np.full(len(made), UNKNOWN, np.uint8), items=lambda n: item)
    if one.where is not None:
        return _holds(frame, one, made, doubt)
    if made.rows is None or made.row is None:
        raise Unable
    return _filled(frame, one.filled, made.rows, made.row)


def _holds(frame: Frame, one: Element, made: Made, doubt: Booleans) -> Tested:
    assert one.where is not None
    if made.rows is not None and made.row is not None:
        truths = truths_of(frame, one.where, made.rows, "ft")[made.row]
    elif reads(one.where).variables:
        raise Unable
    else:
        truths = truths_of_cases(frame, one.where)[made.case]
    doubt[made.case[truths == UNSURE]] = True
    return Tested((truths == TRUE).astype(np.uint8))


def _filled(frame: Frame, names: tuple[str, ...], rows: Rows, row: Ints) -> Tested:
    key = ("filled", rows.info.name, names)
    if key not in frame.memo:
        frame.memo[key] = _fullness(rows, names)
    found: Codes = frame.memo[key]

    def items(n: int) -> tuple[str, ...]:
        missing: set[str] = set()
        for name in names:
            value: Any = rows.value(int(row[n]), name)
            if isinstance(value, Missing):
                missing |= value.items
        return tuple(missing)

    return Tested(found[row], items=items)


def _fullness(rows: Rows, names: tuple[str, ...]) -> Codes:
    """Blank in one is false; else not carried in one is unknown."""
    size = len(rows)
    blank, absent = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    for name in names:
        if any(name == link[0] for link in rows.info.links):
            raise Unable
        column = rows.column(name)
        if column is None:
            absent[:] = True
            continue
        if column.state is not None:
            blank |= column.state == BLANK
            absent |= column.state == ABSENT
        empty = None
        if column.kind == "code" and column.words is not None:
            code = column.words.find(())
            empty = column.values == code if code >= 0 else None
        elif column.kind == "object":
            empty = np.array([v is None or v == () for v in column.values.tolist()], np.bool_)
        if empty is not None:
            blank |= empty if column.state is None else empty & (column.state == 0)
    return np.where(blank, np.uint8(FALSE_), np.where(absent, np.uint8(UNKNOWN), np.uint8(TRUE_)))


def _exists(
    frame: Frame, content: Content, at_least: int, made: Made, end: Ints, end_last: Ints,
    doubt: Booleans,
) -> Tested:  # fmt: skip
    window = Window(upper=end_last)
    closed = end != NEVER
    otherwise = np.where(closed, np.uint8(FALSE_), np.uint8(OPEN))
    if not isinstance(content, Single):
        met = achieved(frame, content, made, window, doubt)
        done = met.last != NONE
        own: Callable[[int], tuple[str, ...]] = met.ids
        return Tested(
            np.where(done, np.uint8(TRUE_), otherwise), met.first, met.last,
            lambda n: own(n) if done[n] else (),
        )  # fmt: skip
    found = matched(frame, content.matcher, made, doubt)
    begin, stop = counting(frame, found, made, window, doubt)
    need = max(at_least, 1)
    done = stop - begin >= need
    state = np.where(done, np.uint8(TRUE_), otherwise)
    if not len(found.first):
        return Tested(state)
    place = np.minimum(begin + need - 1, len(found.first) - 1)
    return Tested(
        state, np.where(done, found.first[place], NONE), np.where(done, found.last[place], NONE),
        lambda n: found.ids(int(begin[n]), int(stop[n])) if done[n] else (),
    )  # fmt: skip
