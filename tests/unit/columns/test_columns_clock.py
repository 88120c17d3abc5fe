"""Days and dues of many moments are those of each."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from stdrules.base.time.calendars import calendar
from stdrules.base.time.dues import due_after, due_before
from stdrules.base.time.kinds import Days, Exact, Months, Workdays
from stdrules.base.time.moments import When
from stdrules.base.time.zones import zone
from stdrules.base.truth import Missing
from stdrules.engine.columns.clock import Clock, each
from stdrules.model.columnar import NEVER

DAY = 86_400_000_000
#: Without a change of the clock, with summer time, with midnights that do not exist, far off.
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia")


def moments(seed: int, low: date, high: date) -> np.ndarray:
    rng = np.random.default_rng(seed)
    first, last = ((one.toordinal() - date(1970, 1, 1).toordinal()) * DAY for one in (low, high))
    found = rng.integers(first, last, 400)
    edges = (found // DAY) * DAY + rng.choice([-1, 0, 1, 3 * DAY // 24, 22 * DAY // 24], 400)
    return np.concatenate([found, edges])


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("years", [(2021, 2024), (2009, 2014), (1985, 1992)])
def test_days(name: str, years: tuple[int, int]) -> None:
    clock = Clock(zone(name), calendar("weekdays"))
    for seed in range(2):
        at = moments(seed, date(years[0], 1, 1), date(years[1], 1, 1))
        days = clock.ordinals(at)
        assert days.tolist() == [zone(name).ordinal(one) for one in at.tolist()]
        assert clock.starts(days).tolist() == [zone(name).start_of(d) for d in days.tolist()]


def test_what_has_no_time_disturbs_nobody() -> None:
    clock = Clock(zone("Asia/Shanghai"), calendar("weekdays"))
    at = np.array([NEVER, 1_700_000_000_000_000], np.int64)
    assert clock.ordinals(at)[1] == zone("Asia/Shanghai").ordinal(1_700_000_000_000_000)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("roll", ["none", "next_workday", "previous_workday"])
@pytest.mark.parametrize("length", [Exact(7_200_000_000), Days(7), Months(2), Workdays(2)])
def test_dues(length, roll: str, sign: int) -> None:
    where, working = zone("Asia/Shanghai"), calendar("CN")
    at = moments(5, date(2023, 1, 1), date(2025, 1, 1))
    day, first, last, bad = Clock(where, working).move(at, at, length, sign, roll)
    make = due_after if sign > 0 else due_before
    for place, moment in enumerate(at.tolist()):
        due = make(When(moment, moment), length, where, working, roll)
        if isinstance(due, Missing):
            assert bad is not None and bad[place]
        else:
            assert (day, first[place], last[place]) == due
            assert bad is None or not bad[place]


def test_a_year_that_the_calendar_does_not_cover() -> None:
    where = zone("Asia/Shanghai")
    at = np.array([where.start_of(date(2091, 5, 1).toordinal())])
    _, _, _, bad = Clock(where, calendar("CN")).move(at, at, Workdays(2), 1, "none")
    assert bad is not None and bad.all()


def test_each_value_once() -> None:
    asked: list[int] = []

    def double(value: int) -> int:
        asked.append(value)
        return 2 * value

    for spread in (1, 10**12):
        asked.clear()
        values = np.array([3, 5, 3, 4, 5], np.int64) * spread
        assert each(values, double).tolist() == (2 * values).tolist()
        assert sorted(asked) == sorted({3 * spread, 4 * spread, 5 * spread})
