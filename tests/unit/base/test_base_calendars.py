"""Calendars: known decrees, the ends of the data, and counting against a plain walk."""

import os
import pickle
import subprocess
import sys
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.errors import BadValue, UsageError
from stdrules.base.time.calendars import calendar
from stdrules.base.truth import Missing, is_unknown

CN = calendar("CN")
WEEKDAYS = calendar("weekdays")
OWN = calendar(
    "weekdays",
    {"holidays": ["2024-05-01/2024-05-31", "2024-06-08"], "workdays": ["2024-06-01", "2024-06-09"]},
)
LAST = max(chinese_calendar.constants.holidays).year


def day(*parts):
    return date(*parts).toordinal()


def text(ordinal):
    return date.fromordinal(ordinal).isoformat()


@pytest.mark.parametrize(
    ("when", "works"),
    [
        pytest.param((2024, 2, 9), True, id="new-year-s-eve-was-a-working-day"),
        pytest.param((2024, 2, 10), False, id="spring-festival"),
        pytest.param((2024, 2, 16), False, id="friday-in-the-festival"),
        pytest.param((2024, 2, 18), True, id="sunday-worked-in-return"),
        pytest.param((2024, 2, 24), False, id="plain-saturday"),
        pytest.param((2024, 2, 26), True, id="plain-monday"),
        pytest.param((2004, 1, 1), False, id="first-day-of-the-data"),
    ],
)
def test_known_days(when, works):
    assert CN.is_workday(day(*when)) is works


def test_every_covered_day_agrees_with_the_data():
    at = date(2004, 1, 1)
    while at.year <= LAST:
        assert CN.is_workday(at.toordinal()) is chinese_calendar.is_workday(at), at
        at += timedelta(days=1)


@pytest.mark.parametrize(
    ("answer", "year"),
    [
        pytest.param(CN.is_workday(day(2003, 12, 31)), 2003, id="day-before"),
        pytest.param(CN.is_workday(day(LAST + 1, 1, 1)), LAST + 1, id="day-after"),
        pytest.param(CN.nth_workday_after(day(LAST, 12, 31), 1), LAST + 1, id="starts-after"),
        pytest.param(CN.nth_workday_after(day(LAST, 12, 1), 40), LAST + 1, id="runs-out"),
        pytest.param(CN.nth_workday_after(day(2003, 12, 30), 1), 2003, id="starts-before"),
        pytest.param(CN.nth_workday_before(day(2004, 1, 1), 1), 2003, id="back-before"),
        pytest.param(CN.nth_workday_before(day(2004, 1, 10), 40), 2003, id="back-runs-out"),
        pytest.param(
            CN.count_workdays(day(2003, 12, 31), day(2004, 1, 9)), 2003, id="count-before"
        ),
        pytest.param(
            CN.count_workdays(day(LAST, 1, 1), day(LAST + 1, 1, 1)), LAST + 1, id="count-after"
        ),
        pytest.param(CN.is_workday(0), 1, id="before-all-dates"),
        pytest.param(CN.is_workday(10**9), 9999, id="after-all-dates"),
    ],
)
def test_outside_the_data_is_unknown_with_the_year(answer, year):
    assert answer == Missing(f"calendar CN {year}")


@pytest.mark.parametrize(
    ("start", "n", "after", "before"),
    [
        ((2024, 2, 9), 0, "2024-02-09", "2024-02-09"),
        ((2024, 2, 9), 1, "2024-02-18", "2024-02-08"),
        ((2024, 2, 12), 1, "2024-02-18", "2024-02-09"),
        ((2024, 2, 18), 1, "2024-02-19", "2024-02-09"),
        ((2024, 2, 18), 6, "2024-02-26", "2024-02-04"),
        ((2023, 12, 29), 1, "2024-01-02", "2023-12-28"),
    ],
)
def test_nth_working_day(start, n, after, before):
    assert text(CN.nth_workday_after(day(*start), n)) == after
    assert text(CN.nth_workday_before(day(*start), n)) == before


def walk(cal, start, n, step):
    while n:
        start += step
        n -= cal.is_workday(start) is True
    return start


@pytest.mark.parametrize("cal", [CN, WEEKDAYS])
def test_an_empty_run_of_days_has_no_working_day(cal):
    assert cal.count_workdays(day(2024, 3, 4), day(2024, 3, 3)) == 0


calendars = st.sampled_from([CN, WEEKDAYS, OWN, calendar("everyday")])
ordinals = st.integers(day(2006, 1, 1), day(2024, 12, 31))


@given(calendars, ordinals, st.integers(0, 60))
def test_the_nth_working_day_is_found_by_walking(cal, start, n):
    assert cal.nth_workday_after(start, n) == walk(cal, start, n, 1)
    assert cal.nth_workday_before(start, n) == walk(cal, start, n, -1)


@given(calendars, ordinals, st.integers(-3, 300))
def test_counting_is_walking(cal, first, length):
    last = first + length
    expected = sum(cal.is_workday(d) is True for d in range(first, last + 1))
    assert cal.count_workdays(first, last) == expected


@given(calendars, ordinals, st.integers(1, 60))
def test_counting_undoes_going(cal, start, n):
    assert cal.count_workdays(start + 1, cal.nth_workday_after(start, n)) == n


@given(st.integers(1, 3_000_000), st.integers(1, 20))
def test_weekdays_have_no_end(start, n):
    found = WEEKDAYS.nth_workday_after(start, n)
    assert date.fromordinal(found).weekday() < 5
    assert WEEKDAYS.nth_workday_before(found + 1, 1) == found


def test_own_days_of_a_rule():
    assert text(OWN.nth_workday_after(day(2024, 4, 30), 1)) == "2024-06-01"
    assert text(OWN.nth_workday_before(day(2024, 6, 1), 1)) == "2024-04-30"
    assert OWN.count_workdays(day(2024, 5, 1), day(2024, 6, 9)) == 7


@pytest.mark.parametrize("when", [(2024, 6, 8), (2024, 6, 9), (2024, 6, 10)])
def test_an_own_day_that_the_rule_has_already_changes_nothing_else(when):
    assert OWN.is_workday(day(*when)) is (when[2] != 8)


def test_a_listed_year_extends_the_data():
    year = LAST + 1
    more = calendar("CN", {"years": [year], "holidays": [f"{year}-01-01/{year}-01-03"]})
    assert more.is_workday(day(year, 1, 1)) is False
    assert not is_unknown(more.nth_workday_after(day(LAST, 12, 31), 5))
    assert more.nth_workday_after(day(LAST, 12, 31), 400) == Missing(f"calendar CN {year + 1}")
    assert more.years[-1] == year
    assert more.edition.endswith("+ additions")


def test_a_year_with_a_gap_before_it_does_not_bridge_the_gap():
    more = calendar("CN", {"years": [str(LAST + 2)]})
    assert more.nth_workday_after(day(LAST, 12, 31), 1) == Missing(f"calendar CN {LAST + 1}")
    assert not is_unknown(more.nth_workday_after(day(LAST + 2, 1, 1), 5))
    assert more.nth_workday_before(day(LAST + 2, 1, 1), 1) == Missing(f"calendar CN {LAST + 1}")


def test_one_known_day_says_nothing_about_its_year():
    more = calendar("CN", {"workdays": [date(LAST + 1, 1, 2)]})
    assert more.is_workday(day(LAST + 1, 1, 2)) is True
    assert is_unknown(more.is_workday(day(LAST + 1, 1, 4)))
    assert is_unknown(more.nth_workday_after(day(LAST + 1, 1, 1), 1))


def test_an_own_holiday_inside_the_data():
    more = calendar("CN", {"holidays": ["2024-03-04"], "workdays": ["2024-03-03"]})
    assert text(more.nth_workday_after(day(2024, 3, 1), 1)) == "2024-03-03"
    assert text(more.nth_workday_after(day(2024, 3, 1), 2)) == "2024-03-05"


def test_digests_tell_calendars_apart():
    same = calendar("CN", {})
    digests = [CN.digest, WEEKDAYS.digest, OWN.digest, calendar("everyday").digest]
    digests.append(calendar("CN", {"holidays": ["2024-03-04"]}).digest)
    assert len(set(digests)) == 5
    assert same.digest == CN.digest and all(len(d) == 12 for d in digests)
    # A day that only repeats the rule changes no answer.
    assert calendar("weekdays", {"holidays": ["2024-03-02"]}).digest == WEEKDAYS.digest


@pytest.mark.parametrize("cal", [CN, WEEKDAYS, OWN])
def test_calendars_survive_pickling(cal):
    again = pickle.loads(pickle.dumps(cal))
    assert (again.name, again.edition, again.digest) == (cal.name, cal.edition, cal.digest)


@pytest.mark.parametrize(
    ("additions", "reason"),
    [
        ({"holiday": []}, "unknown key `holiday`"),
        ({"holidays": ["2024-02-30"]}, "is not a date"),
        ({"holidays": ["2024-05-03/2024-05-01"]}, "is not a date"),
        ({"holidays": ["2024-05-03/2029-05-01"]}, "is not a date"),
        ({"holidays": [7]}, "is not a date"),
        ({"holidays": ["2024-05-01"], "workdays": ["2024-05-01"]}, "both a holiday and a workday"),
        ({"years": ["27"]}, "is not a year"),
        ({"years": ["２０２７"]}, "is not a year"),
        ({"years": ["0000"]}, "is not a year"),
    ],
)
def test_bad_additions_are_refused(additions, reason):
    with pytest.raises(BadValue, match=reason):
        calendar("CN", additions)


@pytest.mark.parametrize(("name", "hint"), [("cn", "did you mean `CN`"), ("XX", "calendars: `CN`")])
def test_unknown_calendars_are_refused(name, hint):
    with pytest.raises(UsageError, match=f"(?s)unknown calendar `{name}`.*{hint}"):
        calendar(name)


def test_importing_the_layer_loads_no_heavy_package():
    code = (
        "import sys, stdrules.base.time.durations, stdrules.base.time.periods, "
        "stdrules.base.numbers, stdrules.base.identifiers\n"
        "from stdrules.base.time.calendars import calendar\n"
        "calendar('CN')\n"
        "print(sorted({'chinese_calendar', 'pydantic', 'yaml', 'click'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env()
    )
    assert run.stdout.strip() == "[]"


def _env():
    return os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
