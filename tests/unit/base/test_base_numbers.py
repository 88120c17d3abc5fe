"""Numbers: strict reading, plain writing, nothing coerced."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.errors import BadValue
from stdrules.base.numbers import format_decimal, parse_decimal, parse_integer

GOOD = [
    ("0", "0"), ("-0", "0"), ("-0.0", "0.0"), ("+5", "5"), ("84.5", "84.5"), ("84.50", "84.50"),
    (".5", "0.5"), ("5.", "5"), ("-1.25", "-1.25"), ("1E+2", "1E+2"), ("1e-3", "0.001"),
    ("007", "7"), (" 7\t", "7"), ("9" * 64, "9" * 64), ("1e64", "1E+64"), ("1e-64", "1E-64"),
]  # fmt: skip
BAD = [
    "", " ", ".", "-", "+", "e5", "1e", "1e+", "--1", "1 2", "1,000", "1_000", "0x10", "1.2.3",
    "NaN", "nan", "inf", "Infinity", "-inf", "sNaN", "９.5", "４８", "٤", "½", "十", "1\u00a0",
    "1\n", "85%", "True", "1e65", "1e-65", "1e999", "1e1000000", "1e-9999", "9" * 65, "0" * 5000,
    "0e9999",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GOOD)
def test_decimals(text, expected):
    number = parse_decimal(text)
    assert str(number) == str(Decimal(expected))
    assert number.is_finite()


@pytest.mark.parametrize("text", BAD)
def test_what_is_not_a_number_is_refused_quickly(text):
    start = time.perf_counter()
    with pytest.raises(BadValue):
        parse_decimal(text)
    assert time.perf_counter() - start < 0.05


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("９.5", "ASCII digits"),
        ("1,000", "separators of thousands"),
        ("85%", "fraction"),
        ("9" * 65, "longer than 64"),
        ("1e65", "exponent"),
        ("abc", "`abc` is not a number"),
    ],
)
def test_the_reason_is_given(text, reason):
    with pytest.raises(ValueError, match=reason) as caught:
        parse_decimal(text)
    assert caught.value.render("zh") != str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("010", 10), ("-3", -3), ("1" + "0" * 15, 10**15), ("-1" + "0" * 15, -(10**15))],
)
def test_integers(text, expected):
    assert parse_integer(text) == expected


@pytest.mark.parametrize(
    "text", ["", "1.0", "1e3", "0x1f", "1_0", "４８", "1000000000000001", "9" * 65, "NO", "--1"]
)
def test_what_is_not_a_whole_number_is_refused(text):
    with pytest.raises(BadValue):
        parse_integer(text)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Decimal("84.50"), "84.5"),
        (Decimal("100"), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.00"), "0"),
        (Decimal("-0"), "0"),
        (Decimal("-0.50"), "-0.5"),
        (Decimal("1E-7"), "0.0000001"),
        (7, "7"),
        (0, "0"),
    ],
)
def test_plain_writing(number, expected):
    assert format_decimal(number) == expected


@pytest.mark.parametrize("number", [Decimal("nan"), Decimal("inf"), Decimal("1e1001")])
def test_what_cannot_be_written_is_refused(number):
    with pytest.raises(BadValue):
        format_decimal(number)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6
    )
)
def test_reading_back_what_was_written_gives_the_number(number):
    assert parse_decimal(format_decimal(number)) == number


@given(st.text(max_size=80))
def test_any_text_gives_a_finite_number_or_a_bad_value(text):
    try:
        assert parse_decimal(text).is_finite()
    except BadValue as error:
        assert error.message.zh and error.message.en
