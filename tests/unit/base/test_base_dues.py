"""Dues: before, at and after every edge, for all kinds of duration and grain."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stdrules.base.errors import UsageError
from stdrules.base.time.calendars import calendar
from stdrules.base.time.dues import (
    Due,
    due_after,
    due_before,
    due_end,
    due_on,
    in_time,
    lateness,
    passed,
)
from stdrules.base.time.durations import Days, Exact, Months, Workdays, format_duration
from stdrules.base.time.moments import When, format_moment, of_ordinals, parse_moment
from stdrules.base.time.zones import DAY, HOUR, SECOND, zone
from stdrules.base.truth import Missing, is_unknown, not3

Z = zone("Asia/Shanghai")
CN = calendar("CN")
WEEK = calendar("weekdays")
H48 = Exact(48 * HOUR)
UNKNOWN = Missing()


def at(text):
    return parse_moment(text, Z)


def day(*parts):
    return date(*parts).toordinal()


def shown(due, z=Z):
    if due.day:
        return "/".join(date.fromordinal(d).isoformat() for d in sorted({due.first, due.last}))
    return format_moment(When(due.first, due.last), z)


@pytest.mark.parametrize(
    ("trigger", "d", "expected"),
    [
        ("2024-03-01T09:00", H48, "2024-03-03T09:00:00+08:00"),
        ("2024-02-28T09:00", H48, "2024-03-01T09:00:00+08:00"),
        ("2024-03-01", H48, "2024-03-03"),
        ("2024-03-01T09:00", Exact(0), "2024-03-01T09:00:00+08:00"),
        ("2024-03-01T09:00", Days(7), "2024-03-08"),
        ("2024-03-01T00:00", Days(7), "2024-03-08"),
        ("2024-03-01T23:59:59", Days(7), "2024-03-08"),
        ("2024-03-01T24:00", Days(7), "2024-03-09"),
        ("2024-03-01", Days(7), "2024-03-08"),
        ("2024-03-01/2024-03-02", Days(7), "2024-03-08/2024-03-09"),
        ("2024-03-01", Days(0), "2024-03-01"),
        ("2024-12-30T16:30Z", Days(1), "2025-01-01"),
        ("2023-12-31", Months(2), "2024-02-29"),
        ("2024-01-31T10:00", Months(1), "2024-02-29"),
        ("2024-02-29", Months(36), "2027-02-28"),
        ("2024-02-08T10:00", Workdays(2), "2024-02-18"),
        ("2024-03-01T10:00", Workdays(1), "2024-03-04"),
        ("2024-03-02", Workdays(1), "2024-03-04"),
        ("2024-03-01/2024-03-03", Workdays(1), "2024-03-04"),
        ("2024-03-01", Workdays(0), "2024-03-01"),
    ],
)
def test_due_after_a_trigger(trigger, d, expected):
    assert shown(due_after(at(trigger), d, Z, CN)) == expected


@pytest.mark.parametrize(
    ("event", "d", "expected"),
    [
        ("2024-03-10T09:00", H48, "2024-03-08T09:00:00+08:00"),
        ("2024-03-10T09:00", Days(2), "2024-03-08"),
        ("2024-03-10", Days(0), "2024-03-10"),
        ("2024-03-10", Days(2), "2024-03-08"),
        ("2024-03-31", Months(1), "2024-02-29"),
        ("2024-02-19T09:00", Workdays(1), "2024-02-18"),
        ("2024-02-18T09:00", Workdays(1), "2024-02-09"),
        ("2024-03-04T09:00", Workdays(2), "2024-02-29"),
    ],
)
def test_due_before_an_event(event, d, expected):
    assert shown(due_before(at(event), d, Z, CN)) == expected


@pytest.mark.parametrize(
    ("d", "roll", "expected"),
    [
        pytest.param(Days(1), "none", "2024-03-02", id="saturday-stays"),
        pytest.param(Days(1), "next_workday", "2024-03-04", id="saturday-to-monday"),
        pytest.param(Days(1), "previous_workday", "2024-03-01", id="saturday-to-friday"),
        pytest.param(Days(3), "next_workday", "2024-03-04", id="monday-stays"),
        pytest.param(
            Exact(24 * HOUR), "next_workday", "2024-03-02T09:00:00+08:00", id="exact-stays"
        ),
        pytest.param(Workdays(1), "next_workday", "2024-03-04", id="working-day-stays"),
    ],
)
def test_rolling(d, roll, expected):
    assert shown(due_after(at("2024-03-01T09:00"), d, Z, WEEK, roll)) == expected


@pytest.mark.parametrize("d", [Workdays(5), Days(400)])
def test_a_calendar_that_has_ended_gives_its_unknown(d):
    last = CN.years[-1]
    answer = due_after(at(f"{last}-12-30T09:00"), d, Z, CN, "next_workday")
    assert answer == Missing(f"calendar CN {last + 1 + (d == Days(400))}")
    assert not is_unknown(due_after(at(f"{last}-12-30T09:00"), Days(400), Z, CN))


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("2024-03-01T09:00", True),
        ("2024-03-03T08:59:59.999999", True),
        ("2024-03-03T09:00", True),
        ("2024-03-03T09:00:00.000001", False),
        ("2024-03-02", True),
        ("2024-03-03", UNKNOWN),
        ("2024-03-04", False),
        ("2024-03-03T09:00/2024-03-03T10:00", UNKNOWN),
    ],
)
def test_an_exact_due_is_closed(act, expected):
    due = due_after(at("2024-03-01T09:00"), H48, Z, CN)
    assert in_time(at(act), due, Z) == expected


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("2024-03-08T23:59:59.999999", True),
        ("2024-03-08T24:00", False),
        ("2024-03-09T00:00", False),
        ("2024-03-08", True),
        ("2024-03-09", False),
        ("2024-03-08/2024-03-09", UNKNOWN),
        ("2024-03-08T15:59:59Z", True),
        ("2024-03-08T16:00Z", False),
    ],
)
def test_a_day_s_due_lasts_to_24_o_clock_which_is_late(act, expected):
    due = due_after(at("2024-03-01T09:00"), Days(7), Z, CN)
    assert in_time(at(act), due, Z) == expected


@pytest.mark.parametrize(
    ("trigger", "d", "act", "expected"),
    [
        pytest.param("2024-03-01", H48, "2024-03-02", True, id="certain"),
        pytest.param("2024-03-01", H48, "2024-03-03", UNKNOWN, id="depends-on-the-hours"),
        pytest.param("2024-03-01", H48, "2024-03-04", False, id="impossible"),
        pytest.param("2024-03-01/2024-03-02", Days(1), "2024-03-02", True, id="days-certain"),
        pytest.param("2024-03-01/2024-03-02", Days(1), "2024-03-03", UNKNOWN, id="days-open"),
        pytest.param("2024-03-01/2024-03-02", Days(1), "2024-03-04", False, id="days-impossible"),
    ],
)
def test_vague_triggers(trigger, d, act, expected):
    assert in_time(at(act), due_after(at(trigger), d, Z, CN), Z) == expected


@pytest.mark.parametrize(
    ("d", "as_of", "expected"),
    [
        (H48, "2024-03-03T08:59:59", False),
        (H48, "2024-03-03T09:00", False),
        (H48, "2024-03-03T09:00:00.000001", True),
        (Days(7), "2024-03-08T23:59:59.999999", False),
        (Days(7), "2024-03-09T00:00", True),
        (Days(7), "2024-03-09T00:00:01", True),
    ],
)
def test_passed(d, as_of, expected):
    due = due_after(at("2024-03-01T09:00"), d, Z, CN)
    assert passed(due, at(as_of).first, Z) == expected


@pytest.mark.parametrize(
    ("due", "as_of", "expected"),
    [
        (Due(False, 10, 20), 10, False),
        (Due(False, 10, 20), 11, UNKNOWN),
        (Due(False, 10, 20), 20, UNKNOWN),
        (Due(False, 10, 20), 21, True),
    ],
)
def test_passing_a_vague_due(due, as_of, expected):
    assert passed(due, as_of, Z) == expected


@pytest.mark.parametrize(
    ("act", "expected"),
    [(9, True), (10, True), (11, UNKNOWN), (20, UNKNOWN), (21, False)],
)
def test_an_instant_against_a_vague_due(act, expected):
    assert in_time(When(act, act), Due(False, 10, 20), Z) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2024-03-08T23:59:59.999999", False),
        ("2024-03-09T00:00", UNKNOWN),
        ("2024-03-09T23:59:59.999999", UNKNOWN),
        ("2024-03-10T00:00", True),
    ],
)
def test_passing_a_vague_date(as_of, expected):
    due = Due(True, day(2024, 3, 8), day(2024, 3, 9))
    assert passed(due, at(as_of).first, Z) == expected
    assert in_time(at(as_of), due, Z) == not3(expected)


def test_vague_dues_keep_both_ends():
    event = When(100, 200)
    assert due_before(event, Exact(30), Z, CN) == (False, 70, 170)
    due = Due(True, day(2024, 3, 8), day(2024, 3, 9))
    ends = (at("2024-03-09T00:00").first, at("2024-03-10T00:00").first)
    assert due_end(due, Z) == ends
    assert lateness(at("2024-03-10"), due, Z) == ("exact", 0, 2 * DAY - 1)


def test_the_reported_end_of_a_due():
    assert due_end(due_on(day(2024, 3, 8)), Z) == (at("2024-03-09T00:00").first,) * 2
    assert due_end(Due(False, 5, 6), Z) == (5, 6)


@pytest.mark.parametrize(
    ("act", "due", "expected"),
    [
        pytest.param(
            "2024-03-03T09:01",
            Due(False, *at("2024-03-03T09:00")),
            ("exact", 60 * SECOND, 60 * SECOND),
            id="exact",
        ),
        pytest.param(
            "2024-03-09T00:00",
            due_on(day(2024, 3, 8)),
            ("exact", 0, 0),
            id="midnight-is-late-by-nothing",
        ),
        pytest.param(
            "2024-03-09T10:00",
            due_on(day(2024, 3, 8)),
            ("exact", 10 * HOUR, 10 * HOUR),
            id="instant-against-a-day",
        ),
        pytest.param("2024-03-09", due_on(day(2024, 3, 8)), ("days", 1), id="date-against-a-day"),
        pytest.param(
            "2024-03-04",
            Due(False, *at("2024-03-03T09:00")),
            ("exact", 15 * HOUR, 39 * HOUR - 1),
            id="date-against-an-instant",
        ),
        pytest.param(
            "2024-03-10/2024-03-11",
            due_on(day(2024, 3, 8)),
            ("exact", DAY, 3 * DAY - 1),
            id="days-against-a-day",
        ),
    ],
)
def test_lateness(act, due, expected):
    assert lateness(at(act), due, Z) == expected


def test_a_stranger_is_no_duration():
    with pytest.raises(UsageError, match="is not a duration"):
        due_after(at("2024-03-01"), "P7D", Z, CN)


def test_days_are_dates_and_hours_are_hours_across_a_clock_change():
    berlin = zone("Europe/Berlin")
    start = parse_moment("2024-03-30T09:00", berlin)
    exact = due_after(start, Exact(24 * HOUR), berlin, WEEK)
    assert shown(exact, berlin) == "2024-03-31T10:00:00+02:00"
    by_day = due_after(start, Days(1), berlin, WEEK)
    assert [berlin.isoformat(us) for us in due_end(by_day, berlin)] == [
        "2024-04-01T00:00:00+02:00"
    ] * 2


zones = st.sampled_from([Z, zone("Europe/Berlin"), zone("America/New_York")])
instants = st.integers(Z.start_of(day(1995, 1, 1)), Z.start_of(day(2045, 1, 1)))
lengths = st.integers(0, 400 * DAY)
ordinals = st.integers(day(1995, 1, 1), day(2045, 1, 1))
durations = st.one_of(
    st.builds(Exact, lengths),
    st.builds(Days, st.integers(0, 400)),
    st.builds(Months, st.integers(0, 40)),
    st.builds(Workdays, st.integers(0, 300)),
)


@given(instants, lengths, lengths, st.integers(-(10**15), 10**15), zones)
def test_exact_dues_do_not_depend_on_when_the_history_happens(start, length, delay, shift, z):
    def verdict(offset):
        due = due_after(When(start + offset, start + offset), Exact(length), z, WEEK)
        return in_time(When(start + offset + delay, start + offset + delay), due, z)

    assert verdict(0) is verdict(shift) is (delay <= length)


@given(instants, instants, durations, zones)
def test_an_instant_is_late_exactly_when_the_due_has_passed(start, act, d, z):
    due = due_after(When(start, start), d, z, WEEK)
    assert passed(due, act, z) == not3(in_time(When(act, act), due, z))


@given(instants, durations, zones)
def test_the_day_of_the_due_is_in_time_up_to_its_last_microsecond(start, d, z):
    due = due_after(When(start, start), d, z, WEEK)
    end = due_end(due, z)[1]
    last = end - 1 if due.day else end
    assert in_time(When(last, last), due, z) is True
    assert in_time(When(last + 1, last + 1), due, z) is False


@given(
    instants,
    st.integers(0, 300),
    st.integers(0, 300),
    instants,
    zones,
    st.sampled_from([Days, Months, Workdays, Exact]),
)
def test_a_longer_time_never_creates_lateness(start, n, more, act, z, kind):
    scale = HOUR if kind is Exact else 1
    first = in_time(When(act, act), due_after(When(start, start), kind(n * scale), z, WEEK), z)
    longer = kind((n + more) * scale)
    if first is True:
        assert in_time(When(act, act), due_after(When(start, start), longer, z, WEEK), z) is True


@given(ordinals, ordinals, durations, zones, st.data())
def test_a_certain_verdict_on_dates_holds_for_every_instant_of_them(start, act, d, z, data):
    trigger, done = of_ordinals(start, start, z), of_ordinals(act, act, z)
    verdict = in_time(done, due_after(trigger, d, z, WEEK), z)
    assume(not is_unknown(verdict))
    t = data.draw(st.integers(*trigger))
    a = data.draw(st.integers(*done))
    assert in_time(When(a, a), due_after(When(t, t), d, z, WEEK), z) is verdict


@given(ordinals, ordinals, durations, zones)
def test_an_unknown_verdict_is_really_open(start, act, d, z):
    trigger, done = of_ordinals(start, start, z), of_ordinals(act, act, z)
    if not is_unknown(in_time(done, due_after(trigger, d, z, WEEK), z)):
        return
    verdicts = {
        in_time(When(a, a), due_after(When(t, t), d, z, WEEK), z) for t in trigger for a in done
    }
    assert verdicts == {True, False}


@given(instants, durations, zones)
def test_a_due_before_an_event_is_not_after_it(event, d, z):
    due = due_before(When(event, event), d, z, WEEK)
    if due.day:
        assert due.last <= z.ordinal(event)
    else:
        assert due.last <= event
    assert format_duration(d)
