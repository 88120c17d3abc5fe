"""Every form of a value: read, or refused with a reason."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from intake_samples import SHANGHAI, TYPES, field

from stdrules.base.errors import BadValue
from stdrules.intake.times import Times, read_date, read_moment
from stdrules.intake.values import (
    choice_reader,
    field_reader,
    read_boolean,
    read_duration,
    read_number,
    read_text,
)
from stdrules.model.vocabulary import FieldSpec

TEXT, CELLS = Times(SHANGHAI), Times(SHANGHAI, cells=True)
CELLS_1904 = Times(SHANGHAI, cells=True, date1904=True)


def local(*parts):
    return datetime(*parts, tzinfo=SHANGHAI.tzinfo)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2024-03-01", date(2024, 3, 1)),
        ("2024/3/1", date(2024, 3, 1)),
        ("2024.3.1", date(2024, 3, 1)),
        ("2024年3月1日", date(2024, 3, 1)),
        ("2024-02-29", date(2024, 2, 29)),
        (" 2024-03-01\u200b", date(2024, 3, 1)),
        ("2024年3月1日 9:05", local(2024, 3, 1, 9, 5)),
        ("2024-03-01T09:05:30", local(2024, 3, 1, 9, 5, 30)),
        ("2024-03-01 23:59:59", local(2024, 3, 1, 23, 59, 59)),
        ("2024-03-01 24:00", local(2024, 3, 2)),
        ("2024-03-01 00:00", local(2024, 3, 1)),
        ("2024-12-30T16:30Z", local(2024, 12, 31, 0, 30)),
        (date(2024, 3, 1), date(2024, 3, 1)),
        (datetime(2024, 3, 1, 1, tzinfo=UTC), local(2024, 3, 1, 9)),
    ],
)
def test_a_moment_is_a_day_or_an_instant_in_the_zone(raw, expected):
    found = read_moment(raw, TEXT)
    assert found == expected
    assert isinstance(found, datetime) is isinstance(expected, datetime)


@pytest.mark.parametrize(
    "raw",
    ["2023-02-29", "2024-02-30", "2024-13-01", "2024-03-01 24:01", "2024-03-01 25:00", "3月1日",
     "2024-03", "20240301", "yesterday", "2024-03-01 下午3点", "45352", "２０２４-03-01",
     "2024-03-01/2024-03-02", 45352, Decimal("45352.5"), True, 1.5, datetime(2024, 3, 1),
     ["2024-03-01"]],
)  # fmt: skip
def test_what_is_no_moment_is_refused(raw):
    with pytest.raises(BadValue):
        read_moment(raw, TEXT)


@pytest.mark.parametrize(
    ("raw", "times", "expected"),
    [
        (Decimal("59"), CELLS, date(1900, 2, 28)),
        (Decimal("61"), CELLS, date(1900, 3, 1)),
        (Decimal("45352"), CELLS, date(2024, 3, 1)),
        (45352, CELLS, date(2024, 3, 1)),
        (Decimal("45352.375"), CELLS, local(2024, 3, 1, 9)),
        (Decimal("2958465"), CELLS, date(9999, 12, 31)),
        (Decimal("0"), CELLS_1904, date(1904, 1, 1)),
        (Decimal("43890"), CELLS_1904, date(2024, 3, 1)),
        (datetime(2024, 3, 1, 9, 4, 59, 999999), CELLS, local(2024, 3, 1, 9, 5)),
        (datetime(2024, 3, 1, 9, 5, 0, 400000), CELLS, local(2024, 3, 1, 9, 5)),
    ],
)
def test_serial_numbers_of_cells(raw, times, expected):
    assert read_moment(raw, times) == expected


@pytest.mark.parametrize("raw", [Decimal("60"), 0, -1, Decimal("0.5"), 2958466, 2024, True])
def test_numbers_that_are_no_dates_are_refused(raw):
    with pytest.raises(BadValue):
        read_moment(raw, CELLS)


def test_a_date_may_be_written_as_midnight_but_not_with_a_time():
    assert read_date("2024-03-01 00:00:00", TEXT) == date(2024, 3, 1)
    with pytest.raises(BadValue, match="time of day"):
        read_date("2024-03-01 00:01", TEXT)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("85", "85"), ("84.50", "84.5"), ("1,200", "1200"), ("12,345,678.9", "12345678.9"),
     ("-3", "-3"), ("0", "0"), ("1e3", "1000"), (85, "85"), (Decimal("0.1"), "0.1")],
)  # fmt: skip
def test_numbers(raw, expected):
    assert read_number(raw) == Decimal(expected)


@pytest.mark.parametrize(
    "raw",
    ["85分", "85%", "85％", "3个", "1,20", "12,34,567", "1 200", "NaN", "Infinity", "1e999", "８５",
     "", "eighty", "1_000", True, 85.0, float("nan"), Decimal("NaN"), Decimal("Infinity"),
     Decimal("1e1000000"), 10**40, "9" * 65, None],
)  # fmt: skip
def test_what_is_no_number_is_refused(raw):
    with pytest.raises(BadValue):
        read_number(raw)


def test_a_unit_is_named_in_the_error():
    with pytest.raises(BadValue, match="has the unit `分`"):
        read_number("85分")


@pytest.mark.parametrize(
    ("words", "expected"),
    [(("是", "有", "√", "✓", "yes", "YES", "True", "1", 1, True, " 是 ", "Ｙｅｓ"), True),
     (("否", "无", "×", "✗", "no", "No", "FALSE", "0", 0, Decimal("0"), False), False)],
)  # fmt: skip
def test_booleans(words, expected):
    assert [read_boolean(word) for word in words] == [expected] * len(words)


@pytest.mark.parametrize("raw", ["是否", "2", 2, "已", "x", "ok", 0.0, [], "是" * 100])
def test_what_is_no_boolean_is_refused(raw):
    with pytest.raises(BadValue):
        read_boolean(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("PT48H", timedelta(hours=48)), ("P7D", timedelta(days=7)), ("P2W", timedelta(days=14)),
     ("48h", timedelta(hours=48)), ("3天", timedelta(days=3)), ("90 分钟", timedelta(minutes=90)),
     ("1.5小时", timedelta(minutes=90)), (timedelta(days=1), timedelta(days=1))],
)  # fmt: skip
def test_durations(raw, expected):
    assert read_duration(raw) == expected


@pytest.mark.parametrize("raw", ["P2M", "P1Y", "2 workdays", "3个月", "soon", 3, Decimal(3)])
def test_lengths_that_are_not_fixed_are_refused(raw):
    with pytest.raises(BadValue):
        read_duration(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("张三、李四", ("张三", "李四")), ("a,b，c;d；e\nf", ("a", "b", "c", "d", "e", "f")),
     ("a、、b、", ("a", "b")), (["a", "b,c"], ("a", "b,c")), ("a", ("a",)), ([], ())],
)  # fmt: skip
def test_lists_of_texts(raw, expected):
    assert (
        field_reader(FieldSpec.model_validate(field("texts", "人", "who")), TEXT)(raw) == expected
    )


@pytest.mark.parametrize("raw", ["schedule", "推进计划表", "进度表", "Schedule", " 推进计划表 "])
def test_a_choice_is_known_by_value_label_and_alias(raw):
    spec = FieldSpec.model_validate(TYPES["document"]["fields"]["form"])
    assert choice_reader(spec, False)(raw) == "schedule"


def test_a_choice_that_is_unknown_says_which_is_near():
    spec = FieldSpec.model_validate(TYPES["document"]["fields"]["form"])
    with pytest.raises(BadValue, match="did you mean `推进计划表`"):
        choice_reader(spec, False)("推进计划")


def test_a_printed_form_of_two_values_stands_for_neither():
    values = {"a": {"zh": "甲", "en": "x"}, "b": {"zh": "乙", "en": "x"}}
    spec = FieldSpec.model_validate(field("choice", "类", "kind", values=values))
    read = choice_reader(spec, False)
    assert (read("甲"), read("b")) == ("a", "b")
    with pytest.raises(BadValue):
        read("x")


def test_texts_of_cells_are_written_plainly_and_python_values_are_not_coerced():
    assert read_text(Decimal("1001.0"), cells=True) == "1001"
    assert read_text(date(2024, 3, 1), cells=True) == "2024-03-01"
    for raw in (1001, Decimal("1"), date(2024, 3, 1), True, b"x"):
        with pytest.raises(BadValue):
            read_text(raw)
    with pytest.raises(BadValue):
        read_text(True, cells=True)
    with pytest.raises(BadValue):
        read_text("x" * 70_000)
