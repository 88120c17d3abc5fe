"""What expressions read is found in their generated code; what is not understood is left alone."""

from __future__ import annotations

import pytest

from stdrules.base.text import Text
from stdrules.compile.expressions import Expressions
from stdrules.compile.scopes import Names, Scopes
from stdrules.engine.columns.paths import path_of, reads
from stdrules.model.vocabulary import FactType, FieldSpec, Link, Vocabulary

LABEL = Text("名", "name")


def fact(single: bool = False, links: dict[str, Link] | None = None) -> FactType:
    fields = {
        "id": FieldSpec(type="text", label=LABEL), "kind": FieldSpec(type="text", label=LABEL),
        "size": FieldSpec(type="number", label=LABEL), "at": FieldSpec(type="moment", label=LABEL),
    }  # fmt: skip
    return FactType(
        label=LABEL, kind="event", time="at", fields=fields, single=single, links=links or {}
    )


@pytest.fixture(scope="module")
def compiled():
    types = {
        "visit": fact(), "unit": fact(single=True),
        "paper": fact(links={"about": Link(type="visit", by="id", key="id")}),
    }  # fmt: skip
    expressions = Expressions(Scopes(Vocabulary(types=types), {}, "Asia/Shanghai"))
    names = Names(trigger="visit", period=True).fact("paper")
    return lambda text: expressions.compile(text, names, None)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('kind = "a"', {("f", "kind", "")}),
        ('kind in ("a", "b") and size > 2', {("f", "kind", ""), ("f", "size", "")}),
        ("trigger.id", {("t", "id", "")}),
        ('about.kind = "a"', {("f", "about", "kind")}),
        ("not(filled(kind))", {("f", "kind", "")}),
        ("if size > 1 then 2 else 3", {("f", "size", "")}),
        ("1", set()),
    ],
)
def test_fields(compiled, text: str, fields: set) -> None:
    known = reads(compiled(text))
    assert known.known and not known.case and not known.period
    assert known.fields == fields


def test_days(compiled) -> None:
    known = reads(compiled('date(at) <= date("2024-05-01")'))
    assert known.days == {("f", "at", "")} and not known.fields
    both = reads(compiled("date(at) <= date(trigger.at) and at > trigger.at"))
    assert both.of("f") == ([("at", "")], frozenset())


def test_the_newest_fact(compiled) -> None:
    assert reads(compiled("unit.size > 1")).newest == {("unit", "size")}
    assert reads(compiled("unit != null")).newest == {("unit", "")}
    assert reads(compiled('date(unit.at) > date("2024-05-01")')).newest_days == {("unit", "at")}


def test_counts(compiled) -> None:
    (one,) = reads(compiled('count(visit[kind = "a" and size > 2]) >= 3')).counts
    assert (one.operator, one.type, one.limit) == (">=", "visit", 3)
    condition = one.condition()
    assert condition is not None
    assert reads(condition).fields == {("f", "kind", ""), ("f", "size", "")}
    assert condition.function()({"kind": "a", "size": 3}, {}, {}, {}, None) is True
    (bare,) = reads(compiled("count(visit) = 0")).counts
    assert bare.condition() is None
    dated = reads(compiled("count(visit[at > unit.at]) = 0"))
    assert dated.types == {"visit", "unit"}


def test_a_count_that_reads_the_fact_under_test_is_a_list(compiled) -> None:
    known = reads(compiled("count(visit[id = trigger.id]) = 0"))
    assert not known.counts and known.lists == {"visit"} and known.variables == {"t"}


def test_what_is_not_understood(compiled) -> None:
    assert not reads(compiled("trigger = null")).known
    assert reads(compiled("period.year = 2024")).period


@pytest.mark.parametrize(
    ("text", "path"),
    [("id", ("f", "id")), ("trigger.id", ("t", "id")), ("about.id", ("f", "about", "id")),
     ("unit.id", ("one:unit", "id")), ('kind = "a"', ())],
)  # fmt: skip
def test_paths(compiled, text: str, path: tuple) -> None:
    assert path_of(compiled(text).python) == path
