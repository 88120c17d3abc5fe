"""Which entries concern an instance: match keys, and conditions that read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.base.time.periods import Period
from stdrules.engine.columns.frame import Frame, by_case, recoded
from stdrules.engine.columns.lookups import (
    TRUE,
    UNSURE,
    case_factors,
    combined,
    nothing,
    numbered,
    row_factors,
    row_values,
    word,
)
from stdrules.engine.columns.paths import path_of, reads
from stdrules.engine.columns.picks import Made, Matched, Picked, is_static, picked
from stdrules.engine.columns.rows import Rows, Unable
from stdrules.engine.reference.acts import period_dict
from stdrules.feel.compile import Expression
from stdrules.model.columnar import Column, Words
from stdrules.plan.content import Matcher

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def matched(frame: Frame, matcher: Matcher, made: Made, doubt: Booleans) -> Matched:
    """Return the entries of a matcher for each instance; cases in doubt are marked."""
    base = picked(frame, matcher)
    doubt |= base.doubt
    starts = base.starts(frame.size)
    found = Matched(base, None, starts[made.case], starts[made.case + 1])
    if matcher.keys and len(base) and len(made):
        found = _keyed(frame, matcher, base, made, doubt)
    if matcher.where is not None and not is_static(matcher.where):
        found = _paired(frame, matcher.where, found, made, doubt)
    return found


def _keyed(
    frame: Frame, matcher: Matcher, base: Picked, made: Made, doubt: Booleans
) -> Matched:
    has = np.diff(base.starts(frame.size)) > 0
    key, wanted = base.case.astype(np.int64), made.case.astype(np.int64)
    outside = np.zeros(len(made), np.bool_)
    total = max(frame.size, 1)
    for own, other in matcher.keys:
        mine = _told_at(frame, base.rows, own, "f")
        theirs, blank = _wanted(frame, other, made)
        if mine.state is not None:
            bad = base.of(mine.state) != 0
            doubt[base.case[bad]] = True
        if blank is not None:
            missing = made.case[blank]
            doubt[missing[has[missing]]] = True
        told, codes, size = _alike(mine, theirs)
        outside |= codes < 0
        if total * size > 2**62:
            raise Unable
        key = key * size + base.of(told)
        wanted = wanted * size + codes
        total *= size
    order: Ints | None = None
    if key.size and (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        key = key[order]
    begin, end = _runs(key, wanted)
    if outside.any():
        end = np.where(outside, begin, end)
    return Matched(base, order, begin, end)


def _runs(keys: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Return where the wanted ones begin and end in ascending keys, which are some.

    Example:
        >>> [one.tolist() for one in _runs(np.array([3, 3, 5]), np.array([3, 4, 9]))]
        [[0, 2, 3], [2, 2, 3]]
    """
    begin = np.searchsorted(keys, wanted)
    place = np.minimum(begin, len(keys) - 1)
    hit = keys[place] == wanted
    edges = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    if len(edges) == len(keys) - 1:
        return begin, begin + hit
    stops = np.concatenate((edges, [len(keys)]))
    ends = np.repeat(stops, np.diff(stops, prepend=0))
    return begin, np.where(hit, ends[place], begin)


def _alike(mine: Column, theirs: Column) -> tuple[Ints, Ints, int]:
    """Return the codes of both columns, equal where the values are, and how many codes there are.

    Theirs are -1 where there is no such value in mine.
    """
    if mine.kind == theirs.kind == "code" and mine.words is not None:
        values: Any = mine.values
        return values, recoded(theirs, mine), len(mine.words.values) or 1
    if not mine.kind == theirs.kind == "number":
        raise Unable
    places = max(mine.exponent, theirs.exponent)
    own, other = _scaled(mine, places), _scaled(theirs, places)
    distinct, codes = np.unique(own, return_inverse=True)
    if not len(distinct):
        return codes, np.full(len(other), -1, np.int64), 1
    place = np.minimum(np.searchsorted(distinct, other), len(distinct) - 1)
    return codes, np.where(distinct[place] == other, place, -1), len(distinct)


def _scaled(column: Column, places: int) -> Ints:
    values: Ints = np.asarray(column.values, np.int64)
    factor = 10 ** (places - column.exponent)
    if factor > 1 and values.size and int(np.abs(values).max()) > 2**62 // factor:
        raise Unable
    scaled: Ints = values * factor
    return scaled


def _told_at(frame: Frame, rows: Rows, expression: Expression, root: str) -> Column:
    """Return the values of a path; what is not one column of texts or numbers cannot be joined."""
    path = path_of(expression.python)
    if not path or path[0] != root or len(path) > 3:
        raise Unable
    return _column_at(frame, rows, path[1], path[2] if len(path) > 2 else "")


def _column_at(frame: Frame, rows: Rows, name: str, sub: str) -> Column:
    if not sub:
        column = rows.column(name)
        if column is None or column.kind not in ("code", "number"):
            raise Unable
        return column
    target = next((link[1] for link in rows.info.links if link[0] == name), None)
    if target is None:
        raise Unable
    place = frame.link(rows.info.name, name)
    column = _column_at(frame, frame.rows(target), sub, "")
    hit = place >= 0
    state = (~hit).astype(np.uint8)
    if not len(column.values):
        empty = np.zeros(len(rows), column.values.dtype)
        return replace(column, values=empty, state=state)
    at = np.maximum(place, 0)
    if column.state is not None:
        state = np.where(hit, column.state[at], 1)
    return replace(column, values=column.values[at], state=state if state.any() else None)


def _wanted(
    frame: Frame, other: Expression, made: Made
) -> tuple[Column, Booleans | None]:
    """Return what each instance asks for, and where it is missing."""
    path = path_of(other.python)
    if path and path[0] == "t" and made.rows is not None and made.row is not None:
        column = _told_at(frame, made.rows, other, "t")
        found = replace(column, values=column.values[made.row], state=None)
        return found, None if column.state is None else column.state[made.row] != 0
    if path == ("p", "label") and made.years is not None:
        labels, codes = np.unique(made.years, return_inverse=True)
        return Column("code", codes, None, Words(map(str, labels.tolist()))), None
    if len(path) == 2 and path[0].startswith("one:"):
        rows = frame.rows(path[0][4:])
        column = _column_at(frame, rows, path[1], "")
        starts = rows.starts(frame.size)
        has = np.diff(starts)[made.case] > 0
        if not len(rows):
            empty = np.zeros(len(made), column.values.dtype)
            return replace(column, values=empty, state=None), ~has
        last = np.maximum(starts[1:] - 1, 0)[made.case]
        blank = ~has
        if column.state is not None:
            blank = blank | (column.state[last] != 0)
        return replace(column, values=column.values[last], state=None), blank
    raise Unable


def period_of(made: Made, inst: int) -> dict[str, Any]:
    """Return what expressions see of the year of an instance."""
    assert made.years is not None and made.ending is not None
    year = int(made.years[inst])
    return period_dict(
        Period(str(year), date(year, 1, 1).toordinal(), int(made.ending[inst]))
    )


def _paired(
    frame: Frame, where: Expression, found: Matched, made: Made, doubt: Booleans
) -> Matched:
    """Keep the entries that fit the instance."""
    known = reads(where)
    if not known.known or known.variables - {"f", "t"}:
        raise Unable
    if known.period and (made.years is None or made.ending is None):
        raise Unable
    sizes = found.end - found.begin
    inst = np.repeat(np.arange(len(made)), sizes)
    offset = np.arange(len(inst)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    entry = found.begin[inst] + offset
    if found.order is not None:
        entry = found.order[entry]
    rows = found.picked.rows
    acts = entry if found.picked.row is None else found.picked.row[entry]
    (mine, my_days), (theirs, their_days) = known.of("f"), known.of("t")
    factors = [(codes[acts], n) for codes, n in row_factors(frame, rows, mine, my_days)]
    triggers: Ints | None = None
    if theirs:
        if made.rows is None or made.row is None:
            raise Unable
        triggers = made.row[inst]
        told = row_factors(frame, made.rows, theirs, their_days)
        factors += [(codes[triggers], n) for codes, n in told]
    if known.case:
        factors += [(codes[made.case[inst]], n) for codes, n in case_factors(frame, known)]
    if known.period:
        factors.append(numbered(made.years[inst]))  # type: ignore[index]
    distinct, which = combined(factors, len(inst))
    function, view = where.function(), nothing(frame)
    words = np.zeros(max(len(distinct), 1), np.uint8)
    for place in by_case(made.case[inst[distinct]]):
        pair = int(distinct[place])
        f = row_values(frame, rows, int(acts[pair]), mine)
        t = {} if triggers is None or made.rows is None else row_values(
            frame, made.rows, int(triggers[pair]), theirs)  # fmt: skip
        if known.case:
            view = frame.glance(int(made.case[inst[pair]]), known.types)
        p = period_of(made, int(inst[pair])) if known.period else {}
        words[place] = word(function(f, t, {}, p, view))
    truths = words[which]
    doubt[made.case[inst[truths == UNSURE]]] = True
    keep = truths == TRUE
    counts = np.bincount(inst[keep], minlength=len(made))
    end = np.cumsum(counts)
    return Matched(found.picked, entry[keep], end - counts, end)
