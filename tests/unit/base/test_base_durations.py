"""Durations: four kinds, read strictly, written back, shown to readers."""

import calendar as stdlib_calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.errors import BadValue
from stdrules.base.time.durations import (
    Days,
    Exact,
    Months,
    Workdays,
    YearsMonths,
    add_months,
    format_duration,
    format_elapsed,
    human,
    parse_duration,
)
from stdrules.base.time.zones import DAY, HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT48H", Exact(48 * HOUR)),
        ("PT30M", Exact(30 * MINUTE)),
        ("PT90S", Exact(90 * SECOND)),
        ("PT1H30M", Exact(90 * MINUTE)),
        ("PT0S", Exact(0)),
        ("PT1.5S", Exact(1_500_000)),
        ("PT0.000001S", Exact(1)),
        ("P7D", Days(7)),
        ("P0D", Days(0)),
        ("P2W", Days(14)),
        ("P2M", Months(2)),
        ("P3Y", Months(36)),
        ("P1Y6M", Months(18)),
        ("1 workday", Workdays(1)),
        ("2 workdays", Workdays(2)),
        ("  2  workdays ", Workdays(2)),
    ],
)
def test_durations_are_read(text, expected):
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a duration"),
        ("P", "is not a duration"),
        ("PT", "is not a duration"),
        ("48h", "is not a duration"),
        ("p7d", "is not a duration"),
        ("P7", "is not a duration"),
        ("7D", "is not a duration"),
        ("P７D", "is not a duration"),
        ("P1.5D", "is not a duration"),
        ("PT1.5H", "is not a duration"),
        ("PT1M1H", "is not a duration"),
        ("workdays", "is not a duration"),
        ("two workdays", "is not a duration"),
        ("2workdays", "is not a duration"),
        ("P2D\n", "is not a duration"),
        ("-P1D", "must not be negative"),
        ("-PT1H", "must not be negative"),
        ("P1M2D", "mixes units"),
        ("P1DT2H", "mixes units"),
        ("P1Y2W", "mixes units"),
        ("P1W2D", "mixes units"),
        ("P1YT1S", "mixes units"),
        ("P366001D", "more than 1000 years"),
        ("P1001Y", "more than 1000 years"),
        ("PT999999999H", "more than 1000 years"),
        ("366001 workdays", "more than 1000 years"),
        ("P" + "9" * 65 + "D", "longer than 64"),
        ("P99999999999999999999D", "more than 1000 years"),
        ("P1D1D", "is not a duration"),
    ],
)
def test_refusals_say_why(text, reason):
    with pytest.raises(BadValue, match=reason) as caught:
        parse_duration(text)
    assert caught.value.message.zh != caught.value.message.en


kinds = st.one_of(
    st.builds(Exact, st.integers(0, 10**15)),
    st.builds(Days, st.integers(0, 10**5)),
    st.builds(Months, st.integers(0, 12_000)),
    st.builds(Workdays, st.integers(0, 10**5)),
)


@given(kinds)
def test_reading_back_what_was_written_gives_the_duration(d):
    assert parse_duration(format_duration(d)) == d


@given(st.text(st.sampled_from("PT0123456789YMWDHS.- workdays７"), max_size=70))
def test_any_text_is_read_or_refused(text):
    try:
        assert parse_duration(format_duration(parse_duration(text))) == parse_duration(text)
    except BadValue as error:
        assert error.message.zh and error.message.en


@given(kinds, kinds)
def test_kinds_never_convert_into_each_other(a, b):
    assert (a == b) == (format_duration(a) == format_duration(b))
    if type(a) is not type(b):
        assert a != b


@given(kinds)
def test_both_languages_show_every_duration(d):
    assert human(d, "zh") and human(d, "en") and human(d, "zh") != human(d, "en")


@pytest.mark.parametrize(
    ("us", "expected"),
    [
        (0, "PT0S"),
        (1, "PT0.000001S"),
        (MINUTE, "PT1M"),
        (DAY - 1, "PT23H59M59.999999S"),
        (DAY, "P1D"),
        (DAY + SECOND, "P1DT1S"),
        (DAY + 90 * MINUTE, "P1DT1H30M"),
        (-MINUTE, "-PT1M"),
    ],
)
def test_elapsed_time(us, expected):
    assert format_elapsed(us) == expected


@pytest.mark.parametrize(
    ("d", "zh", "en"),
    [
        (Exact(48 * HOUR), "48 小时", "48 h"),
        (Exact(90 * MINUTE), "1 小时 30 分钟", "1 h 30 min"),
        (Exact(90 * SECOND), "1 分钟 30 秒", "1 min 30 s"),
        (Exact(0), "0 秒", "0 s"),
        (Exact(500_000), "0.5 秒", "0.5 s"),
        (Exact(-MINUTE), "-1 分钟", "-1 min"),
        (Days(7), "7 天", "7 days"),
        (Days(1), "1 天", "1 day"),
        (Workdays(2), "2 个工作日", "2 workdays"),
        (Months(1), "1 个月", "1 month"),
        (Months(36), "3 年", "3 years"),
        (Months(18), "1 年 6 个月", "1 year 6 months"),
        (Months(0), "0 个月", "0 months"),
    ],
)
def test_for_readers(d, zh, en):
    assert (human(d, "zh"), human(d, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param((2023, 1, 31), 1, (2023, 2, 28), id="clamped"),
        pytest.param((2024, 1, 31), 1, (2024, 2, 29), id="clamped-in-a-leap-year"),
        pytest.param((2024, 2, 29), 12, (2025, 2, 28), id="29-february-next-year"),
        pytest.param((2024, 2, 29), 48, (2028, 2, 29), id="29-february-in-four-years"),
        pytest.param((1896, 2, 29), 48, (1900, 2, 28), id="1900-is-no-leap-year"),
        pytest.param((1996, 2, 29), 48, (2000, 2, 29), id="2000-is-a-leap-year"),
        pytest.param((2024, 3, 30), 1, (2024, 4, 30), id="day-30-fits"),
        pytest.param((2024, 3, 31), 1, (2024, 4, 30), id="day-31-does-not"),
        pytest.param((2024, 12, 31), 2, (2025, 2, 28), id="over-the-year"),
        pytest.param((2024, 3, 31), -1, (2024, 2, 29), id="back"),
        pytest.param((2024, 1, 15), -1, (2023, 12, 15), id="back-over-the-year"),
        pytest.param((2024, 1, 15), 0, (2024, 1, 15), id="not-at-all"),
    ],
)
def test_months_clamp_to_the_end_of_the_month(day, months, expected):
    assert add_months(date(*day).toordinal(), months) == date(*expected).toordinal()


@given(st.dates(date(1000, 1, 1), date(3000, 1, 1)), st.integers(-6000, 6000))
def test_adding_months_keeps_the_day_or_gives_the_last_of_the_month(day, months):
    moved = date.fromordinal(add_months(day.toordinal(), months))
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    last = stdlib_calendar.monthrange(moved.year, moved.month)[1]
    assert moved.day == min(day.day, last)


@pytest.mark.parametrize(
    ("day", "months"), [((9999, 12, 1), 1), ((1, 1, 1), -1), ((2024, 1, 1), 10**6)]
)
def test_leaving_the_calendar_is_refused(day, months):
    with pytest.raises(BadValue, match="years 1 to 9999"):
        add_months(date(*day).toordinal(), months)


def test_years_and_months_are_ordered():
    assert YearsMonths(-1) < YearsMonths(0) < YearsMonths(12) == YearsMonths(12)
