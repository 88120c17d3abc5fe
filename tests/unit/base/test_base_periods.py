"""Periods: labels, edges, and tiling without gaps or overlaps."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.errors import UsageError
from stdrules.base.time.periods import (
    UNITS,
    period_of,
    periods_between,
    tile_of,
    tiles_between,
)

units = st.sampled_from(UNITS)
days = st.integers(1, date.max.toordinal())


def day(*parts):
    return date(*parts).toordinal()


@pytest.mark.parametrize(
    ("unit", "when", "label", "start", "end"),
    [
        ("week", (2023, 2, 13), "2023-W07", (2023, 2, 13), (2023, 2, 20)),
        ("week", (2023, 2, 19), "2023-W07", (2023, 2, 13), (2023, 2, 20)),
        ("week", (2023, 2, 20), "2023-W08", (2023, 2, 20), (2023, 2, 27)),
        ("week", (2023, 1, 1), "2022-W52", (2022, 12, 26), (2023, 1, 2)),
        ("week", (2020, 12, 31), "2020-W53", (2020, 12, 28), (2021, 1, 4)),
        ("week", (2024, 12, 30), "2025-W01", (2024, 12, 30), (2025, 1, 6)),
        ("month", (2023, 3, 31), "2023-03", (2023, 3, 1), (2023, 4, 1)),
        ("month", (2024, 2, 29), "2024-02", (2024, 2, 1), (2024, 3, 1)),
        ("month", (2023, 12, 31), "2023-12", (2023, 12, 1), (2024, 1, 1)),
        ("quarter", (2023, 3, 31), "2023-Q1", (2023, 1, 1), (2023, 4, 1)),
        ("quarter", (2023, 4, 1), "2023-Q2", (2023, 4, 1), (2023, 7, 1)),
        ("quarter", (2023, 12, 31), "2023-Q4", (2023, 10, 1), (2024, 1, 1)),
        ("half_year", (2023, 6, 30), "2023-H1", (2023, 1, 1), (2023, 7, 1)),
        ("half_year", (2023, 7, 1), "2023-H2", (2023, 7, 1), (2024, 1, 1)),
        ("year", (2024, 12, 31), "2024", (2024, 1, 1), (2025, 1, 1)),
        ("year", (800, 1, 1), "0800", (800, 1, 1), (801, 1, 1)),
    ],
)
def test_calendar_periods(unit, when, label, start, end):
    assert period_of(unit, day(*when)) == (label, day(*start), day(*end))


@pytest.mark.parametrize("unit", UNITS)
def test_the_last_date_of_all_has_a_period(unit):
    period = period_of(unit, date.max.toordinal())
    assert period.contains(date.max.toordinal())


@given(units, days)
def test_a_period_holds_its_date_and_every_date_in_it_agrees(unit, ordinal):
    period = period_of(unit, ordinal)
    assert period.contains(ordinal)
    assert period_of(unit, period.start) == period
    assert period_of(unit, min(period.end - 1, date.max.toordinal())) == period


@given(units, st.integers(day(1990, 1, 1), day(2050, 1, 1)), st.integers(-3, 1500))
def test_periods_follow_each_other_without_gaps(unit, first, length):
    found = periods_between(unit, first, first + length)
    if length < 0:
        assert found == ()
        return
    assert found[0].contains(first) and found[-1].contains(first + length)
    assert all(a.end == b.start for a, b in pairwise(found))
    assert len({p.label for p in found}) == len(found)


@pytest.mark.parametrize(
    ("ordinal", "label", "start"),
    [
        (100, "T001", 100),
        (113, "T001", 100),
        (114, "T002", 114),
        (127, "T002", 114),
        (128, "T003", 128),
    ],
)
def test_tiles_are_counted_from_their_anchor(ordinal, label, start):
    tile = tile_of(14, 100, ordinal)
    assert tile == (label, start, start + 14)
    assert tile.days == 14


@given(st.integers(1, 60), days, st.integers(-100, 100), st.integers(0, 1000))
def test_tiles_follow_each_other_and_begin_at_the_anchor(n, anchor, before, length):
    first = anchor + before
    tiles = tiles_between(n, anchor, first, first + length)
    covered = [d for tile in tiles for d in range(tile.start, tile.end)]
    assert (
        covered == list(range(covered[0], covered[-1] + 1)) if covered else first + length < anchor
    )
    if covered:
        assert tiles[0].contains(max(first, anchor)) and tiles[-1].contains(first + length)
        assert all((tile.start - anchor) % n == 0 for tile in tiles)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: period_of("fortnight", 738_000), "unknown unit of a period `fortnight`"),
        (lambda: tile_of(0, 1, 1), "no length"),
        (lambda: tile_of(14, 100, 99), "before the anchor"),
    ],
)
def test_misuse_is_refused(call, reason):
    with pytest.raises(UsageError, match=reason):
        call()
