"""Dates, times, durations, zones, and a day compared with an instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from stdrules.base.time.durations import YearsMonths
from stdrules.base.truth import Missing
from unit.feel.feel_run import agrees, feel

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNSURE = Missing("time of day")


def at(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


VALUES = [
    ('@"2024-03-01"', date(2024, 3, 1)),
    ('date("2024-03-01")', date(2024, 3, 1)),
    ("date(2024, 2, 29)", date(2024, 2, 29)),
    ("date(2023, 2, 29)", None),
    ("date(2024, 1.5, 1)", None),
    ('date(@"2024-03-01T23:00:00")', date(2024, 3, 1)),
    ("date(null)", None),
    ('time("09:30:00")', time(9, 30)),
    ("time(9, 30, 15)", time(9, 30, 15)),
    ("time(24, 0, 0)", None),
    ('time(9, 0, 0, @"PT1H").hour', 9),
    ('time(@"2024-03-01T09:30:00")', time(9, 30, tzinfo=SHANGHAI)),
    ('@"2024-03-01T09:00:00"', at(2024, 3, 1, 9)),
    ('date and time("2024-03-01T09:00:00Z")', datetime(2024, 3, 1, 9, tzinfo=UTC)),
    ('@"2024-03-01T09:00:00+08:00" = @"2024-03-01T01:00:00Z"', True),
    ('@"2024-03-01T09:00:00@Europe/Berlin" = @"2024-03-01T08:00:00Z"', True),
    ('date and time(@"2024-03-01", @"09:00:00")', at(2024, 3, 1, 9)),
    ('date and time(@"2024-03-01", @"09:00:00+00:00") = @"2024-03-01T17:00:00"', True),
    ('date and time(@"2024-03-01") = @"2024-03-01T00:00:00"', True),
    ('duration("P7D")', timedelta(days=7)),
    ('duration("PT48H")', timedelta(hours=48)),
    ('duration("-P1DT2H3M4.5S")', -timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    ('duration("P1Y6M")', YearsMonths(18)),
    ('duration("-P2M")', YearsMonths(-2)),
    ('@"P7D" = @"PT168H"', True),
    ('@"P12M" = @"P1Y"', True),
    ('@"P7D" > @"PT167H"', True),
    ('@"P1Y" < @"P13M"', True),
    ('years and months duration(@"2011-12-22", @"2013-08-24")', YearsMonths(20)),
    ('years and months duration(@"2013-08-24", @"2011-12-22")', YearsMonths(-20)),
    ('years and months duration(@"2024-01-31", @"2024-02-29")', YearsMonths(0)),
    ('@"2024-03-01" + @"P1D"', date(2024, 3, 2)),
    ('@"P1D" + @"2024-02-28"', date(2024, 2, 29)),
    ('@"2024-03-01" + @"PT36H"', date(2024, 3, 2)),
    ('@"2024-03-01" - @"P1D"', date(2024, 2, 29)),
    ('@"2024-01-31" + @"P1M"', date(2024, 2, 29)),
    ('@"2023-01-31" + @"P1M"', date(2023, 2, 28)),
    ('@"2024-02-29" + @"P1Y"', date(2025, 2, 28)),
    ('@"2024-03-31" - @"P1M"', date(2024, 2, 29)),
    ('@"9999-12-31" + @"P1D"', None),
    ('@"0001-01-01" - @"P1Y"', None),
    ('@"2024-03-01T09:00:00" + @"PT48H"', at(2024, 3, 3, 9)),
    ('@"2024-03-01T09:00:00" + @"P1M"', at(2024, 4, 1, 9)),
    ('@"23:30:00" + @"PT1H"', time(0, 30)),
    ('@"00:30:00" - @"PT1H"', time(23, 30)),
    ('@"2024-03-01" - @"2024-02-28"', timedelta(days=2)),
    ('@"2024-03-01T09:00:00" - @"2024-02-29T08:00:00"', timedelta(days=1, hours=1)),
    ('@"10:00:00" - @"09:30:00"', timedelta(minutes=30)),
    ('@"P1D" + @"PT1H"', timedelta(hours=25)),
    ('@"P1Y" - @"P1M"', YearsMonths(11)),
    ('@"P1D" * 2.5', timedelta(hours=60)),
    ('3 * @"P1M"', YearsMonths(3)),
    ('@"P1D" / 2', timedelta(hours=12)),
    ('@"P1Y" / 5', YearsMonths(2)),
    ('@"P1D" / @"PT6H"', 4),
    ('@"P1Y" / @"P5M" > 2', True),
    ('@"P1D" / @"PT0S"', None),
    ('-@"P1D"', timedelta(days=-1)),
    ('@"2024-03-01".year', 2024),
    ('@"2024-03-01".month', 3),
    ('@"2024-03-01".day', 1),
    ('@"2024-03-01".weekday', 5),
    ('@"2024-03-01T09:05:07".hour', 9),
    ('@"2024-03-01T09:05:07".minute', 5),
    ('@"2024-03-01T09:05:07".second', 7),
    ('@"2024-03-01T09:05:07".timezone', "Asia/Shanghai"),
    ('@"P1DT2H3M4S".days', 1),
    ('@"-P1DT2H3M4S".hours', -2),
    ('@"P14M".years', 1),
    ('@"P14M".months', 2),
    ('day of year(@"2024-12-31")', 366),
    ('day of week(@"2024-03-01")', "Friday"),
    ('month of year(@"2024-03-01")', "March"),
    ('week of year(@"2024-12-30")', 1),
    ('week of year(@"2023-01-01")', 52),
    ('@"09:00:00" < @"10:00:00"', True),
    ('@"09:00:00" < @"10:00:00Z"', None),
    ('@"2024-03-01" < @"2024-03-02"', True),
    ('@"2024-03-01" = @"2024-03-01"', True),
]

# A day is every instant from 00:00 to just before 24:00 in the zone of the other side.
DAYS = [
    ("<", "2024-03-02T00:00:00", True),
    ("<", "2024-03-01T23:59:59.999999", UNSURE),
    ("<", "2024-03-01T12:00:00", UNSURE),
    ("<", "2024-03-01T00:00:00", False),
    ("<", "2024-02-29T23:59:59", False),
    ("<=", "2024-03-02T00:00:00", True),
    ("<=", "2024-03-01T23:59:59.999999", True),
    ("<=", "2024-03-01T00:00:00", UNSURE),
    ("<=", "2024-02-29T23:59:59", False),
    (">", "2024-02-29T23:59:59", True),
    (">", "2024-03-01T00:00:00", UNSURE),
    (">", "2024-03-01T23:59:59.999999", False),
    (">=", "2024-03-01T00:00:00", True),
    (">=", "2024-03-01T00:00:01", UNSURE),
    (">=", "2024-03-02T00:00:00", False),
    ("=", "2024-03-01T12:00:00", UNSURE),
    ("=", "2024-03-02T00:00:00", False),
    ("!=", "2024-03-01T12:00:00", UNSURE),
    ("!=", "2024-02-29T12:00:00", True),
    # The same instant, written in another zone, belongs to another day there.
    ("=", "2024-02-29T23:00:00Z", False),
    ("=", "2024-03-01T07:00:00+08:00", UNSURE),
]  # fmt: skip
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


@pytest.mark.parametrize(("text", "expected"), VALUES, ids=[row[0] for row in VALUES])
def test_the_value_of(text, expected):
    agrees(text, expected)


@pytest.mark.parametrize(("operator", "instant", "expected"), DAYS)
def test_a_day_against_an_instant(operator, instant, expected):
    agrees(f'@"2024-03-01" {operator} @"{instant}"', expected)
    agrees(f'@"{instant}" {_MIRROR[operator]} @"2024-03-01"', expected)


def test_elapsed_time_is_counted_across_a_clock_change():
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2024, 3, 31, 1, 30, tzinfo=berlin)
    after = datetime(2024, 3, 31, 3, 30, tzinfo=berlin)
    agrees('a + @"PT1H" = b', True, a=before, b=after)
    agrees("b - a", timedelta(hours=1), a=before, b=after)
    early, late = (datetime(2024, 10, 27, 2, 30, fold=f, tzinfo=berlin) for f in (0, 1))
    agrees("a < b", True, a=early, b=late)
    agrees("a = b", False, a=early, b=late)


def test_a_day_in_a_range_of_instants_may_be_unsure():
    window = '[@"2024-03-01T09:00:00"..@"2024-03-03T09:00:00"]'
    assert feel(f'@"2024-03-02" in {window}') is True
    assert feel(f'@"2024-03-03" in {window}') == UNSURE
    assert feel(f'@"2024-03-04" in {window}') is False
