"""Zones against the standard library: 10,000 random instants in five zones, and the odd hours."""

import pickle
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from stdrules.base.errors import UsageError
from stdrules.base.time.zones import DAY, HOUR, MINUTE, SECOND, Zone, microseconds, zone

NAMES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
US = timedelta(microseconds=1)


def instants(seed, count):
    """Random instants 1901-2099, every second one within two hours of a full local hour."""
    rng = random.Random(seed)
    low, high = (-69 * 365 * DAY, 129 * 365 * DAY)
    for i in range(count):
        us = rng.randrange(low, high)
        yield us if i % 2 else us // HOUR * HOUR + rng.choice([-1, 0, 1])


@pytest.mark.parametrize("name", NAMES)
def test_instants_agree_with_the_standard_library(name):
    ours, theirs = zone(name), ZoneInfo(name)
    for us in instants(name, 2000):
        oracle = (EPOCH + us * US).astimezone(theirs)
        assert ours.offset(us) == oracle.utcoffset() // US
        assert ours.ordinal(us) == oracle.toordinal()
        assert ours.isoformat(us) == oracle.isoformat()
        assert microseconds(oracle) == us


@pytest.mark.parametrize("name", NAMES)
def test_wall_times_agree_with_the_standard_library(name):
    ours, theirs = zone(name), ZoneInfo(name)
    for us in instants(name + "wall", 2000):
        wall = datetime(1970, 1, 1) + us * US
        oracle = (wall.replace(tzinfo=theirs) - EPOCH) // US
        assert ours.from_local(wall) == oracle, wall


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("year", [1996, 2024, 2030, 2090])
def test_every_half_hour_around_every_change_agrees(name, year):
    ours, theirs = zone(name), ZoneInfo(name)
    start = microseconds(datetime(year, 1, 1, tzinfo=UTC))
    for us in range(start, start + 366 * DAY, 30 * MINUTE):
        before, after = ours.offset(us - 1), ours.offset(us)
        if before == after:
            continue
        for step in range(-8, 9):
            for edge in (-1, 0, 1):
                at = us + step * 15 * MINUTE + edge
                oracle = (EPOCH + at * US).astimezone(theirs)
                assert ours.isoformat(at) == oracle.isoformat()
                assert ours.offset(at) == oracle.utcoffset() // US
                # With the earlier offset the walk also meets the wall times that are skipped.
                wall = datetime(1970, 1, 1) + (at + before) * US
                expected = (wall.replace(tzinfo=theirs) - EPOCH) // US
                assert ours.from_local(wall) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_date_begins_where_the_ordinal_changes(name):
    z = zone(name)
    for year in (1940, 1986, 1991, 2024):
        first = date(year, 1, 1).toordinal()
        for ordinal in range(first, first + 366):
            start = z.start_of(ordinal)
            assert z.ordinal(start) == ordinal
            assert z.ordinal(start - 1) == ordinal - 1


@pytest.mark.parametrize(
    ("name", "local", "expected"),
    [
        # before-the-gap
        ("Europe/Berlin", (2024, 3, 31, 1, 59), "2024-03-31T01:59:00+01:00"),
        # gap-begins
        ("Europe/Berlin", (2024, 3, 31, 2, 0), "2024-03-31T03:00:00+02:00"),
        # inside-the-gap-maps-forward
        ("Europe/Berlin", (2024, 3, 31, 2, 30), "2024-03-31T03:30:00+02:00"),
        # after-the-gap
        ("Europe/Berlin", (2024, 3, 31, 3, 0), "2024-03-31T03:00:00+02:00"),
        # twice-means-the-first
        ("Europe/Berlin", (2024, 10, 27, 2, 30), "2024-10-27T02:30:00+02:00"),
        # after-the-repeat
        ("Europe/Berlin", (2024, 10, 27, 3, 0), "2024-10-27T03:00:00+01:00"),
        # shanghai-summer-time
        ("Asia/Shanghai", (1986, 5, 4, 2, 30), "1986-05-04T03:30:00+09:00"),
        # skipped-midnight
        ("America/Sao_Paulo", (2018, 11, 4, 0, 0), "2018-11-04T01:00:00-02:00"),
    ],
)
def test_odd_hours(name, local, expected):
    z = zone(name)
    assert z.isoformat(z.from_local(datetime(*local))) == expected


def test_a_day_may_have_23_or_25_hours():
    z = zone("Europe/Berlin")

    def hours(*day):
        ordinal = date(*day).toordinal()
        return (z.start_of(ordinal + 1) - z.start_of(ordinal)) // HOUR

    assert [hours(2024, 3, 31), hours(2024, 10, 27), hours(2024, 7, 1)] == [23, 25, 24]


@pytest.mark.parametrize("ordinal", [1, 2, date.max.toordinal() - 1, date.max.toordinal()])
def test_the_ends_of_the_calendar_have_dates(ordinal):
    for name in NAMES:
        z = zone(name)
        assert z.ordinal(z.start_of(ordinal)) == ordinal
        assert z.ordinal(z.start_of(ordinal + 1) - 1) == ordinal


@pytest.mark.parametrize(
    ("us", "expected"),
    [
        (0, "1970-01-01T08:00:00+08:00"),
        (1, "1970-01-01T08:00:00.000001+08:00"),
        (SECOND, "1970-01-01T08:00:01+08:00"),
    ],
)
def test_isoformat_shows_microseconds_only_if_there_are_any(us, expected):
    assert zone("Asia/Shanghai").isoformat(us) == expected


@pytest.mark.parametrize(
    "name",
    ["Asia/Shangha", "", "../../etc/passwd", "/etc/passwd", "Asia", "x\x00", "上海", "A" * 999],
)
def test_unknown_zones_are_refused(name):
    with pytest.raises(UsageError, match="unknown time zone"):
        zone(name)


def test_a_near_name_is_offered():
    with pytest.raises(UsageError, match="did you mean `Asia/Shanghai`"):
        zone("Asia/Shangha")


def test_zones_are_shared_equal_and_picklable():
    z = zone("Europe/Berlin")
    assert zone("Europe/Berlin") is z
    assert pickle.loads(pickle.dumps(z)) is z
    assert Zone("Europe/Berlin") == z and hash(Zone("Europe/Berlin")) == hash(z)
    assert z != zone("Asia/Shanghai") and z != "Europe/Berlin"
    assert repr(z) == "zone('Europe/Berlin')" and z.tzinfo.key == "Europe/Berlin"


def test_naive_and_aware_are_never_confused():
    with pytest.raises(UsageError, match=r"has no timezone(.|\n)*hint: give an offset"):
        microseconds(datetime(2024, 3, 1, 9))
    with pytest.raises(UsageError, match="has an offset already"):
        zone("Asia/Shanghai").from_local(datetime(2024, 3, 1, tzinfo=UTC))


def test_an_instant_outside_the_calendar_is_refused():
    with pytest.raises(UsageError, match="years 1 to 9999"):
        zone("Asia/Shanghai").to_datetime(10**18)


def test_the_memory_of_day_starts_is_bounded(monkeypatch):
    monkeypatch.setattr("stdrules.base.time.zones._STARTS_KEPT", 10)
    z = Zone("Asia/Shanghai")
    starts = [z.start_of(ordinal) for ordinal in range(738_000, 738_100)]
    assert starts == sorted(starts)
    assert len(z._starts) <= 10
