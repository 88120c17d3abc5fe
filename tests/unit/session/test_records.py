"""Facts and statements survive the way through JSON unchanged."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdrules.base.errors import FactsError, UsageError
from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.model.facts import Complete, Fact, Source, Suspension, Waiver, Withdrawal
from stdrules.model.records import Item, from_record, to_record

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: 01:30 comes twice on that morning; the second one is meant.
TWICE = datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)


def shown(value: object) -> str:
    """A value with its type and, of an instant, the offset that its fold gives it."""
    if isinstance(value, tuple) and not isinstance(value, When):
        return " ".join(shown(one) for one in value)
    if isinstance(value, datetime):
        return f"{value.isoformat()} {value.tzinfo!r}"
    return repr(value)


def parts(fact: Fact) -> tuple[Any, ...]:
    typed = {name: (type(v), shown(v)) for name, v in sorted(fact.fields.items())}
    return (fact.type, fact.id, dict(fact.cases), fact.at, typed, fact.recorded, fact.supersedes,
            fact.source)  # fmt: skip


def through(item: Item) -> Item:
    return from_record(json.loads(json.dumps(to_record(item), sort_keys=True)))


VALUES = [
    pytest.param(value, id=repr(value)[:40])
    for value in (
        "", "text", "{\"n\": 1}", "负", True, False, None, 0, -7, Decimal("84.50"), Decimal("1E+2"),
        Decimal("-0.0"), date(2024, 2, 29), datetime(2024, 3, 1, 9, 0, 0, 7, SHANGHAI), TWICE,
        datetime(2024, 3, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC),
        datetime(2024, 3, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
        timedelta(days=-2, microseconds=3), When(-5, 9), (), ("a", "b"),
        ("a", Missing("x", more=True)),
        Missing(), Missing("field f.x"), Missing("field f.v", blank=True), Missing("field f.v"),
        Missing("a", "b", blank=True, more=True),
    )
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_value_comes_back(value: object):
    fact = Fact("t", "f", {"project": ("P1", "P2")}, None, {"v": value})
    back = through(fact)
    assert isinstance(back, Fact)
    assert parts(back) == parts(fact)
    assert back.fields["v"] == value or value is None


@pytest.mark.parametrize(
    "item",
    [
        Withdrawal("f1"),
        Withdrawal("f1", 0),
        Waiver("w", None, None, "by", "why", None, None),
        Waiver("w", "n", "c", "by", "why", 738_000, 738_001, "n/f1", -1),
        Suspension("s", None, None, "why", 5, None),
        Suspension("s", "n", "c", "why", -5, 9, False, 7),
        Complete("t", None, 5),
        Complete("t", "c", -5, 7),
    ],
    ids=repr,
)
def test_a_statement_comes_back(item: Item):
    assert through(item) == item


def test_the_rest_of_a_fact_comes_back():
    fact = Fact("t", "f", {}, When(1, 2), {}, -3, "e", Source("a.xlsx", "s", 7))
    back = through(fact)
    assert isinstance(back, Fact)
    assert parts(back) == parts(fact)


TEXT = st.text(max_size=6)
SIMPLE = st.one_of(
    TEXT, st.booleans(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(), st.timedeltas(),
    # Moments are read as instants, so a wall time that the clock skips is in no fact.
    st.datetimes(timezones=st.just(SHANGHAI), allow_imaginary=False),
    st.builds(lambda names, b, m: Missing(*names, blank=b, more=m), st.lists(TEXT, max_size=2),
              st.booleans(), st.booleans()),
)  # fmt: skip
FACTS = st.builds(
    Fact, TEXT, TEXT, st.dictionaries(TEXT, st.lists(TEXT).map(tuple), max_size=2),
    st.none() | st.builds(When, st.integers(), st.integers()),
    st.dictionaries(TEXT, SIMPLE | st.lists(SIMPLE, max_size=2).map(tuple), max_size=4),
    st.none() | st.integers(), st.none() | TEXT,
    st.none() | st.builds(Source, TEXT, TEXT, st.integers()),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(FACTS)
def test_any_fact_comes_back(fact: Fact):
    back = through(fact)
    assert isinstance(back, Fact)
    assert parts(back) == parts(fact)


@pytest.mark.parametrize("value", [1.5, {"a": 1}, b"x"], ids=repr)
def test_other_values_are_refused(value: object):
    with pytest.raises(UsageError, match="a fact holds a value of type"):
        to_record(Fact("t", "f", {}, None, {"v": value}))


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"other": {}},
        {"fact": {}},
        {"fact": []},
        {"fact": {"type": "t", "id": "f", "fields": {"v": {"what": 1}}}},
        {"fact": {"type": "t", "id": "f", "fields": {"v": {"n": "x"}}}},
        {"withdrawal": {"nobody": 1}},
        {"complete": 7},
    ],
    ids=repr,
)
def test_what_is_no_record_is_refused(record: dict[str, Any]):
    with pytest.raises(FactsError, match="cannot be read"):
        from_record(record)
