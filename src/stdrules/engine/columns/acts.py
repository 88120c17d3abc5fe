"""Which act decides, for many instances at once.

Semantics: docs/semantics.md, section 9, "Which act".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.blocks import NONE, Listed, Names
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.matching import matched
from stdrules.engine.columns.picks import Made, Matched
from stdrules.engine.columns.rows import Unable
from stdrules.model.columnar import NEVER
from stdrules.plan.content import AllOf, AnyOf, Content, Single

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Window(NamedTuple):
    """Which acts count, by instance: not before ``lower``, not after ``upper``, from ``floor`` on.

    None: no such limit. `NEVER` in ``lower`` or ``upper``: none for this instance.
    """

    lower: Ints | None = None
    lower_last: Ints | None = None
    upper: Ints | None = None
    ties: str = "allow"
    floor: Ints | None = None


class Met(NamedTuple):
    """The moment at which content was met; ``last`` `NONE` where it was not; by which facts."""

    first: Ints
    last: Ints
    ids: Names


def bisect(values: Ints, begin: Ints, end: Ints, wanted: Ints) -> Ints:
    """Return the first place in ``[begin, end)`` whose value is not less than wanted, else end.

    Example:
        >>> values = np.array([1, 5, 9, 2, 4])
        >>> bisect(values, np.array([0, 3]), np.array([3, 5]), np.array([5, 9])).tolist()
        [1, 5]
    """
    low, high = begin, end
    widest = int((end - begin).max()) if len(begin) else 0
    if not widest:
        return begin
    top = len(values) - 1
    for _ in range(widest.bit_length()):
        middle = (low + high) >> 1
        less = (low < high) & (values[np.minimum(middle, top)] < wanted)
        low, high = np.where(less, middle + 1, low), np.where(less, high, np.maximum(middle, low))
    return low


def counting(
    frame: Frame, found: Matched, made: Made, window: Window, doubt: Booleans
) -> tuple[Ints, Ints]:
    """Return the run of places whose acts count in a window."""
    begin, end = found.begin, found.end
    if window.lower is not None:
        begin = _since(frame, found, made, window, doubt)
    if window.floor is not None:
        begin = np.maximum(begin, bisect(found.first, found.begin, end, window.floor))
        if found.picked.timeless:
            raise Unable
    if window.upper is not None:
        bounded = window.upper != NEVER
        if bounded.any():
            stop = bisect(found.first, found.begin, end, window.upper + 1)
            end = np.where(bounded, np.maximum(np.minimum(stop, end), begin), end)
    return begin, end


def _since(
    frame: Frame, found: Matched, made: Made, window: Window, doubt: Booleans
) -> Ints:
    lower, lower_last = window.lower, window.lower_last
    assert lower is not None and lower_last is not None
    begin = bisect(found.last, found.begin, found.end, lower)
    if found.picked.timeless and len(found.first):
        # What has always been there counts; it stands first, and with it only what is like it.
        has = found.begin < found.end
        always = has & (found.first[np.minimum(found.begin, len(found.first) - 1)] == NEVER)
        if always.any():
            mixed = always & (begin > found.begin)
            ends = bisect(found.first, found.begin, found.end, np.full(len(made), NEVER + 1))
            doubt[made.case[mixed & (ends < begin)]] = True
            begin = np.where(always, found.begin, begin)
    if found.picked.last is found.picked.first and lower_last is lower:
        return begin
    wide = lower != lower_last
    if wide.any():
        days = frame.clock.ordinals(lower) != frame.clock.ordinals(lower_last)
        doubt[made.case[wide & days & (found.begin < found.end)]] = True
    if window.ties == "allow":
        return begin
    after = bisect(found.first, found.begin, found.end, lower_last)
    vague = after > begin
    if window.ties == "unknown" or found.picked.timeless:
        doubt[made.case[vague]] = True
    return np.maximum(begin, after)


def single(
    frame: Frame, content: Single, made: Made, window: Window, doubt: Booleans
) -> Met:
    """Return when one fact met its matcher."""
    found = matched(frame, content.matcher, made, doubt)
    begin, end = counting(frame, found, made, window, doubt)
    has = begin < end
    if not len(found.first):
        nothing = np.full(len(made), NONE, np.int64)
        return Met(nothing, nothing, lambda n: ())
    place = np.minimum(begin, len(found.first) - 1)
    first = np.where(has, found.first[place], NONE)
    last = first if found.last is found.first else np.where(has, found.last[place], NONE)

    at = Listed(np.where(has, place, -1))

    def ids(n: int) -> tuple[str, ...]:
        return (found.id(at[n]),) if at[n] >= 0 else ()

    return Met(first, last, ids)


def achieved(
    frame: Frame, content: Content, made: Made, window: Window, doubt: Booleans
) -> Met:
    """Return when content was met.

    Raises:
        Unable: It asks for something of each of several facts.
    """
    if isinstance(content, Single):
        return single(frame, content, made, window, doubt)
    if isinstance(content, AllOf):
        parts = [achieved(frame, part, made, window, doubt) for part in content.parts]
        return _latest(parts)
    if isinstance(content, AnyOf):
        parts = [achieved(frame, part, made, window, doubt) for part in content.parts]
        return _soonest(parts, made, doubt)
    raise Unable


def _latest(parts: list[Met]) -> Met:
    first, last, _ = parts[0]
    done = last != NONE
    for one in parts[1:]:
        met = one.last != NONE
        later = (one.last > last) | ((one.last == last) & (one.first > first))
        first, last = np.where(later, one.first, first), np.where(later, one.last, last)
        done &= met

    def ids(n: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for one in parts for name in one.ids(n)))

    first = np.where(done, first, NONE)
    return Met(first, np.where(done, last, NONE), ids)


def _soonest(parts: list[Met], made: Made, doubt: Booleans) -> Met:
    first, last, _ = parts[0]
    chosen = np.zeros(len(made), np.int64)
    for number, one in enumerate(parts[1:], 1):
        met, before = one.last != NONE, last != NONE
        sooner = (one.last < last) | ((one.last == last) & (one.first < first))
        doubt[made.case[met & before & (one.last == last) & (one.first == first)]] = True
        take = met & (sooner | ~before)
        chosen = np.where(take, number, chosen)
        first, last = np.where(take, one.first, first), np.where(take, one.last, last)

    def ids(n: int) -> tuple[str, ...]:
        return parts[int(chosen[n])].ids(n) if last[n] != NONE else ()

    return Met(first, last, ids)

