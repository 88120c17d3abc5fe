"""Scalars of the format: text in, typed value out, nothing guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from stdrules.base.text import Text
from stdrules.model.base import (
    DateText,
    Day,
    DayOrField,
    DurationText,
    EveryText,
    FieldPath,
    FixedDay,
    Flag,
    Id,
    Name,
    Names,
    Points,
    TextPair,
    Whole,
    WholeOrFeel,
    parse_every,
)

LONG = "9" * 65


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (Whole, "8", 8),
        (Whole, "0", 0),
        (Whole, "010", 10),
        (Points, "1.50", Decimal("1.50")),
        (Points, "0", Decimal(0)),
        (Flag, "true", True),
        (Flag, "false", False),
        (Day, "2024-02-29", date(2024, 2, 29)),
        (DateText, "2024-02-29", "2024-02-29"),
        (DurationText, "PT48H", "PT48H"),
        (DurationText, "2 workdays", "2 workdays"),
        (FixedDay, "12-30", "12-30"),
        (FixedDay, "02-29", "02-29"),
        (FixedDay, "2022-11-05", "2022-11-05"),
        (FixedDay, "trigger.planned_on", "trigger.planned_on"),
        (DayOrField, "trigger.visit.day", "trigger.visit.day"),
        (EveryText, "half_year", "half_year"),
        (EveryText, "14 days", "14 days"),
        (EveryText, "1 week", "1 week"),
        (WholeOrFeel, "8", 8),
        (WholeOrFeel, "2 * count(room)", "2 * count(room)"),
        (Name, "project_id", "project_id"),
        (Id, "4.1-plan-48h", "4.1-plan-48h"),
        (Id, "pilot/1_a", "pilot/1_a"),
        (FieldPath, "trigger.visit.id", "trigger.visit.id"),
        (Names, "one", ("one",)),
        (Names, ["one", "two"], ("one", "two")),
        (TextPair, {"zh": "甲", "en": "a"}, Text("甲", "a")),
        (TextPair, Text("甲", "a"), Text("甲", "a")),
    ],
)  # fmt: skip
def test_what_is_accepted(kind, written, value):
    assert TypeAdapter(kind).validate_python(written) == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Whole, "-1"), (Whole, "1.0"), (Whole, "４８"), (Whole, LONG), (Whole, "0x10"),
        (Whole, "1_000"), (Whole, ""), (Whole, True), (Whole, 1.0),
        (Points, ".nan"), (Points, "NaN"), (Points, "Infinity"), (Points, "-inf"),
        (Points, "９.5"), (Points, "1e1000000"), (Points, "1e999"), (Points, "-0.5"),
        (Points, LONG), (Points, 0.1), (Points, True),
        (Flag, "yes"), (Flag, "True"), (Flag, "1"), (Flag, 1), (Flag, "no"),
        (Day, "2023-02-29"), (Day, "2023-2-1"), (Day, "20230201"), (Day, "2023-02-01T00:00"),
        (Day, "２０２３-02-01"), (Day, 0),
        (DurationText, "P1M2D"), (DurationText, "48h"), (DurationText, "-P1D"),
        (DurationText, "P"), (DurationText, 48),
        (FixedDay, "02-30"), (FixedDay, "13-01"), (FixedDay, "day"), (FixedDay, "each.day"),
        (DayOrField, "12-30"), (DayOrField, "trigger"), (DayOrField, "trigger..x"),
        (EveryText, "fortnight"), (EveryText, "0 days"), (EveryText, "2 months"),
        (WholeOrFeel, ""), (WholeOrFeel, " "), (WholeOrFeel, 1.5), (WholeOrFeel, True),
        (WholeOrFeel, "x" * 4097),
        (Name, "a b"), (Name, "1a"), (Name, "plаn"), (Name, "a-b"), (Name, ""), (Name, "a\n"),
        (Id, "GB/Т"), (Id, "a b"), (Id, "-x"), (Id, "x" * 121),
        (FieldPath, "a..b"), (FieldPath, ".a"), (FieldPath, "a[0]"),
        (TextPair, {"zh": "甲"}), (TextPair, {"zh": "甲", "en": ""}), (TextPair, "甲"),
        (TextPair, {"zh": "甲", "en": "a", "fr": "a"}), (TextPair, {"zh": "甲", "en": 3}),
    ],
)  # fmt: skip
def test_what_is_refused(kind, written):
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(written)


def test_a_look_alike_letter_is_shown_with_its_code_point():
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Id).validate_python("GB/Т")
    hint = caught.value.errors()[0]["ctx"]["error"].hint
    assert "U+0422 CYRILLIC CAPITAL LETTER TE" in hint.en
    assert "U+0422" in hint.zh


@pytest.mark.parametrize(
    ("text", "unit", "days"),
    [("week", "week", None), ("14 days", None, 14), ("2 weeks", None, 14), ("1 day", None, 1)],
)
def test_parse_every(text, unit, days):
    assert parse_every(text) == (unit, days)
