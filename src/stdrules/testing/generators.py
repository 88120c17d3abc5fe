"""Hypothesis strategies for facts whose times lie at the limits, and a second or a day beside them.

Needs hypothesis; nothing else of stdrules does. Facts are generated as records, as users write
them, and read with the reader that users have.

Units
    Moments and limits are microseconds since the epoch and microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

from stdrules.base.time.zones import DAY, SECOND, Zone

#: Put in place of a value that the source does not carry.
NOT_CARRIED = object()


@dataclass(frozen=True)
class Shape:
    """How facts of one type look: the values that each field may take.

    Attributes:
        type: Fact type.
        fields: Possible values of each field; None is blank, ``NOT_CARRIED`` leaves it out.
        moments: Fields that hold a moment, beside the fact's own time.
        weight: How often it is drawn, compared with other shapes.
    """

    type: str
    fields: Mapping[str, Sequence[object]] = field(default_factory=dict)
    moments: tuple[str, ...] = ()
    weight: int = 1


def instants(base: int, limits: Sequence[int]) -> st.SearchStrategy[int]:
    """Return moments at ``base`` plus a limit, and a microsecond, second or day beside it.

    Example:
        >>> from hypothesis import find
        >>> find(instants(0, [0, 10 * DAY]), lambda us: us == 10 * DAY + SECOND) // SECOND
        864001
    """
    beside = [0, 1, -1, SECOND, -SECOND, DAY, -DAY]
    aimed = st.builds(lambda a, b: base + a + b, st.sampled_from(limits), st.sampled_from(beside))
    loose = st.integers(min(limits) // SECOND, max(limits) // SECOND)
    return st.one_of(aimed, aimed, loose.map(lambda seconds: base + seconds * SECOND))


def moment_texts(
    base: int, limits: Sequence[int], where: Zone, days: bool = True
) -> st.SearchStrategy[str]:
    """Return moments as text: instants, and with ``days`` also bare dates."""
    exact = instants(base, limits).map(where.isoformat)
    if not days:
        return exact
    bare = instants(base, limits).map(lambda us: date.fromordinal(where.ordinal(us)).isoformat())
    return st.one_of(exact, exact, bare)


@st.composite
def records(
    draw: st.DrawFn,
    shapes: Sequence[Shape],
    moments: st.SearchStrategy[str],
    max_size: int = 6,
    cases: Sequence[str] = ("C1",),
    min_size: int = 0,
) -> list[dict[str, Any]]:
    """Return records of facts with ids ``f1``, ``f2``, ..."""
    drawn = [shape for shape in shapes for _ in range(shape.weight)]
    chosen = draw(st.lists(st.sampled_from(drawn), min_size=min_size, max_size=max_size))
    found = []
    for number, shape in enumerate(chosen, start=1):
        record: dict[str, Any] = {"type": shape.type, "id": f"f{number}", "at": draw(moments)}
        if len(cases) > 1:
            record["case"] = draw(st.sampled_from(list(cases)))
        for name, values in shape.fields.items():
            value = draw(st.sampled_from(list(values)))
            if value is not NOT_CARRIED:
                record[name] = value
        for name in shape.moments:
            record[name] = draw(moments)
        found.append(record)
    return found


@st.composite
def hidden(
    draw: st.DrawFn, full: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the same records with some of the named fields not carried."""
    found = []
    for record in full:
        dropped = {name for name in names if name in record and draw(st.booleans())}
        found.append({name: value for name, value in record.items() if name not in dropped})
    return found
