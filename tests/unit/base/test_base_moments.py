"""Moments: every accepted spelling, every refusal with its reason, and comparison of grains."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.errors import BadValue, UsageError
from stdrules.base.time import moments
from stdrules.base.time.moments import (
    When,
    excel_serial,
    format_moment,
    from_date,
    from_datetime,
    le3,
    lt3,
    parse_moment,
    to_value,
    whole_days,
)
from stdrules.base.time.zones import DAY, SECOND, zone
from stdrules.base.truth import Missing

Z = zone("Asia/Shanghai")
BERLIN = zone("Europe/Berlin")
zones = st.sampled_from([Z, BERLIN, zone("America/New_York"), zone("Asia/Kathmandu")])
instants = st.integers(-2 * 10**15, 4 * 10**15)
days = st.integers(date(1900, 1, 1).toordinal(), date(2200, 1, 1).toordinal())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-01", "2024-03-01"),
        ("2024-3-1", "2024-03-01"),
        ("2024/3/1", "2024-03-01"),
        ("2024/03/01", "2024-03-01"),
        ("2024.3.1", "2024-03-01"),
        ("2024年3月1日", "2024-03-01"),
        ("2024年03月01日", "2024-03-01"),
        (" 2024-03-01\t", "2024-03-01"),
        ("2024-02-29", "2024-02-29"),
        ("9999-12-31", "9999-12-31"),
        ("2024-03-01T09:00", "2024-03-01T09:00:00+08:00"),
        ("2024-03-01t09:00", "2024-03-01T09:00:00+08:00"),
        ("2024-03-01 09:00", "2024-03-01T09:00:00+08:00"),
        ("2024-03-01  9:05", "2024-03-01T09:05:00+08:00"),
        ("2024-03-01T09:00:30", "2024-03-01T09:00:30+08:00"),
        ("2024-03-01T09:00:30.5", "2024-03-01T09:00:30.500000+08:00"),
        ("2024-03-01T09:00:30,25", "2024-03-01T09:00:30.250000+08:00"),
        ("2024-03-01T09:00:30.123456789", "2024-03-01T09:00:30.123456+08:00"),
        ("2024-03-01T09:00Z", "2024-03-01T17:00:00+08:00"),
        ("2024-03-01T09:00:00Z", "2024-03-01T17:00:00+08:00"),
        ("2024-03-01T09:00:00z", "2024-03-01T17:00:00+08:00"),
        ("2024-03-01T09:00:00+08:00", "2024-03-01T09:00:00+08:00"),
        ("2024-03-01 09:00:00 +0800", "2024-03-01T09:00:00+08:00"),
        ("2024-03-01T09:00+08", "2024-03-01T09:00:00+08:00"),
        ("2024-03-01T09:00-05:30", "2024-03-01T22:30:00+08:00"),
        ("2024-12-30T16:30Z", "2024-12-31T00:30:00+08:00"),
        ("2024-03-01T24:00", "2024-03-02T00:00:00+08:00"),
        ("2024-03-01 24:00:00", "2024-03-02T00:00:00+08:00"),
        ("2024-12-31T24:00", "2025-01-01T00:00:00+08:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T08:00:00+08:00"),
        ("2024-03-01T23:59:60", "2024-03-02T00:00:00+08:00"),
        ("2024/3/1 9:05", "2024-03-01T09:05:00+08:00"),
        ("2024.3.1 9:05:06", "2024-03-01T09:05:06+08:00"),
        ("2024年3月1日 9时30分", "2024-03-01T09:30:00+08:00"),
        ("2024年3月1日9时30分15秒", "2024-03-01T09:30:15+08:00"),
        ("2024年3月1日 9时", "2024-03-01T09:00:00+08:00"),
        ("2024年3月1日 9点30分", "2024-03-01T09:30:00+08:00"),
        ("2024年3月1日9:05", "2024-03-01T09:05:00+08:00"),
        ("2024年3月1日 24时", "2024-03-02T00:00:00+08:00"),
        ("2023-03-01/2023-03-03", "2023-03-01/2023-03-03"),
        ("2023-03-01 / 2023-03-03", "2023-03-01/2023-03-03"),
        ("2023-03-01/2023-03-01", "2023-03-01"),
        (
            "2023-03-01T09:00/2023-03-01T10:00",
            "2023-03-01T09:00:00+08:00/2023-03-01T10:00:00+08:00",
        ),
        ("2023年3月1日/2023年3月2日", "2023-03-01/2023-03-02"),
        ("1990-06-01T12:00:00+08:05:43", "1990-06-01T12:54:17+09:00"),
        ("1990-06-01T12:00", "1990-06-01T12:00:00+09:00"),
    ],
)  # fmt: skip
def test_accepted_spellings(text, expected):
    assert format_moment(parse_moment(text, Z), Z) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a date"),
        ("tomorrow", "is not a date"),
        ("2024-02-30", "`2024-02-30` in `2024-02-30` does not exist"),
        ("2023-02-29", "does not exist"),
        ("2023年2月29日", "does not exist"),
        ("2024-13-01", "does not exist"),
        ("2024-00-10", "does not exist"),
        ("0000-01-01", "does not exist"),
        ("2024-03-01T25:00", "`25:00:00` in"),
        ("2024-03-01T24:01", "does not exist"),
        ("2024-03-01T24:00:01", "does not exist"),
        ("2024-03-01T24:00:00.5", "does not exist"),
        ("2024-03-01T12:60", "does not exist"),
        ("2024-03-01T12:00:61", "does not exist"),
        ("2024-03-01T09:00+19:00", r"`\+19:00` in"),
        ("2024-03-01T09:00+08:60", "does not exist"),
        ("24-03-01", "is not a date"),
        ("2024-03", "is not a date"),
        ("20240301", "is not a date"),
        ("2024-W09-5", "is not a date"),
        ("2024-03/01", "is not a date"),
        ("2024-03-01T", "is not a date"),
        ("2024-03-01T09", "is not a date"),
        ("2024-03-01T9:5", "is not a date"),
        ("2024-03-0109:00", "is not a date"),
        ("2024-03-01Z", "is not a date"),
        ("2024-03-01T09:00:00.1234567890", "is not a date"),
        ("01/03/2024", "is not a date"),
        ("２０２４-03-01", r"U\+FF12.*not an ASCII digit"),
        ("2024-03-01T09：00", "is not a date"),
        ("2024-03-0٣", r"U\+0663"),
        ("2024-03-01 9:05 PM", "24-hour clock"),
        ("2024年3月1日下午3时", "24-hour clock"),
        ("2023-03-03/2023-03-01", "ends before it starts"),
        ("2023-03-01/", "is not a date"),
        ("/2023-03-01", "is not a date"),
        ("2024-03-01\n", "is not a date"),
        ("2024-03-01" + " " * 80 + "x", "longer than 80"),
    ],
)
def test_refusals_say_why(text, reason):
    with pytest.raises(BadValue, match=f"(?s){reason}") as caught:
        parse_moment(text, Z)
    assert caught.value.message.zh != caught.value.message.en


@given(st.text(st.sampled_from("0123456789-/.:TZ+ 年月日时分秒２aW"), max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        when = parse_moment(text, Z)
    except BadValue:
        return
    assert when.first <= when.last


@given(
    st.datetimes(datetime(1600, 1, 1), datetime(2400, 1, 1)),
    st.sampled_from(["", "Z", "+08:00", "-03:30", "+14:00"]),
    st.sampled_from(["minutes", "seconds", "microseconds"]),
    st.sampled_from("T "),
    zones,
)
def test_the_quick_way_and_the_grammar_agree(moment, offset, grain, sep, z):
    text = moment.isoformat(sep, grain) + offset
    assert parse_moment(text, z) == moments._parse_single(text, z)


@given(days, zones)
def test_the_quick_way_and_the_grammar_agree_on_dates(day, z):
    text = date.fromordinal(day).isoformat()
    assert parse_moment(text, z) == moments._parse_single(text, z)


@given(instants, zones)
def test_an_instant_survives_writing_and_reading(us, z):
    assert parse_moment(format_moment(When(us, us), z), z) == (us, us)


@given(instants, st.integers(1, 10**13), zones)
def test_an_interval_survives_writing_and_reading(us, length, z):
    when = When(us, us + length)
    assert parse_moment(format_moment(when, z), z) == when


@given(days, st.integers(0, 40), zones)
def test_whole_days_survive_writing_and_reading(day, more, z):
    when = moments.of_ordinals(day, day + more, z)
    assert parse_moment(format_moment(when, z), z) == when
    assert whole_days(when, z) == (day, day + more)


DAY1 = parse_moment("2024-03-01", Z)
NOON = parse_moment("2024-03-01T12:00", Z)
MIDNIGHT = parse_moment("2024-03-01T24:00", Z)
START = parse_moment("2024-03-01T00:00", Z)
DAY2 = parse_moment("2024-03-02", Z)


@pytest.mark.parametrize(
    ("a", "b", "at_or_before", "before"),
    [
        pytest.param(NOON, NOON, True, False, id="same-instant"),
        pytest.param(START, NOON, True, True, id="earlier-instant"),
        pytest.param(NOON, START, False, False, id="later-instant"),
        pytest.param(DAY1, DAY2, True, True, id="earlier-day"),
        pytest.param(DAY2, DAY1, False, False, id="later-day"),
        pytest.param(DAY1, DAY1, None, None, id="same-day-is-undecidable"),
        pytest.param(DAY1, NOON, None, None, id="noon-of-the-day"),
        pytest.param(NOON, DAY1, None, None, id="the-day-of-noon"),
        pytest.param(START, DAY1, True, None, id="the-day's-first-instant"),
        pytest.param(DAY1, START, None, False, id="the-day-against-its-first-instant"),
        pytest.param(DAY1, MIDNIGHT, True, True, id="24:00-belongs-to-the-next-day"),
        pytest.param(MIDNIGHT, DAY1, False, False, id="24:00-against-the-day"),
    ],
)
def test_comparison_of_grains(a, b, at_or_before, before):
    assert le3(a, b) == (Missing() if at_or_before is None else at_or_before)
    assert lt3(a, b) == (Missing() if before is None else before)


@given(*[st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted)] * 2)
def test_a_comparison_is_true_if_and_only_if_every_completion_agrees(a, b):
    a, b = When(*a), When(*b)
    for three, two in ((le3, int.__le__), (lt3, int.__lt__)):
        outcomes = {
            two(x, y) for x in range(a.first, a.last + 1) for y in range(b.first, b.last + 1)
        }
        assert three(a, b) == (outcomes.pop() if len(outcomes) == 1 else Missing())


@pytest.mark.parametrize(
    ("number", "date1904", "expected"),
    [
        (1, False, "1900-01-01"),
        (59, False, "1900-02-28"),
        (61, False, "1900-03-01"),
        (45352, False, "2024-03-01"),
        (45352.0, False, "2024-03-01"),
        (Decimal("45352"), False, "2024-03-01"),
        (45352.375, False, "2024-03-01T09:00:00+08:00"),
        (Decimal("45352.5"), False, "2024-03-01T12:00:00+08:00"),
        (45352 + 1 / 3, False, "2024-03-01T08:00:00+08:00"),
        (Decimal("45352.9999999"), False, "2024-03-02T00:00:00+08:00"),
        (2958465, False, "9999-12-31"),
        (0, True, "1904-01-01"),
        (43890, True, "2024-03-01"),
        (0.5, True, "1904-01-01T12:00:00+08:00"),
    ],
)
def test_serial_numbers_of_sheets(number, date1904, expected):
    assert format_moment(excel_serial(number, Z, date1904), Z) == expected


@pytest.mark.parametrize(
    ("number", "date1904"),
    [
        (0, False), (0.5, False), (60, False), (60.5, False), (-1, False), (2958466, False),
        (float("nan"), False), (float("inf"), False), (Decimal("sNaN"), False), (True, False),
        ("45352", False), (None, False), (-0.5, True), (2958465, True), (10**400, False),
    ],
)  # fmt: skip
def test_numbers_that_are_no_dates_are_refused(number, date1904):
    with pytest.raises(BadValue, match="is not a date"):
        excel_serial(number, Z, date1904)


def test_a_number_too_long_to_write_is_refused_all_the_same():
    with pytest.raises(BadValue, match="is not a date"):
        excel_serial(10**5000, Z)


@given(st.integers(61, 80_000), st.integers(0, 86_399))
def test_a_sheet_s_float_gives_back_the_second_it_stands_for(day, second):
    when = excel_serial(day + second / 86_400, Z)
    start = Z.start_of(date(1899, 12, 30).toordinal() + day)
    if second == 0:
        assert when.first == start
    elif (Z.offset(start) == Z.offset(start + DAY)) and not when.is_instant:
        raise AssertionError("a fraction must give an instant")
    elif Z.offset(start) == Z.offset(start + DAY):
        assert when.first == start + second * SECOND


def test_datetimes_and_dates():
    aware = datetime(2024, 3, 1, 1, tzinfo=UTC)
    assert to_value(from_datetime(aware), Z) == aware
    assert to_value(from_datetime(aware), Z).utcoffset() == timedelta(hours=8)
    assert to_value(from_date(date(2024, 3, 1), Z), Z) == date(2024, 3, 1)
    with pytest.raises(UsageError, match="neither a date nor an instant"):
        to_value(parse_moment("2024-03-01/2024-03-02", Z), Z)
    with pytest.raises(UsageError, match="has no timezone"):
        from_datetime(datetime(2024, 3, 1))


def test_a_date_on_the_day_of_a_clock_change_is_its_whole_length():
    when = parse_moment("2024-03-31", BERLIN)
    assert when.last + 1 - when.first == 23 * 3600 * SECOND
    assert format_moment(when, BERLIN) == "2024-03-31"


def test_a_date_that_the_zone_skipped_is_still_an_interval():
    when = parse_moment("2011-12-30", zone("Pacific/Apia"))
    assert when.first <= when.last
