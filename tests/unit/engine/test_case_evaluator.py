"""The case evaluator: what it keeps, and when it asks the reference."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from properties import small_scope as small
from stdrules.engine.case import evaluate, evaluator, prepare
from stdrules.engine.case.facts import _EQUAL, depends
from stdrules.model.facts import FactLog, Suspension, Waiver
from stdrules.plan import results as r
from stdrules.plan import steps as s
from stdrules.plan.content import Single

NORMS = [
    small.norm("first", s.Await(Single(small.PLAIN), None), small.PER_CASE),
    small.norm("second", s.Await(Single(small.PLAIN), s.Within(small.Days(2)))),
]


def log(**fields: Any) -> FactLog:
    values = {"key": "a", "ok": True, "n": Decimal(1), **fields}
    trigger = small.fact("trig", "t", small.T)
    return FactLog([trigger, small.fact("act", "a", small.T + 1, **values)])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The norms that the reference was asked about."""
    found: list[str] = []
    real = evaluator.by_reference

    def counted(norm: Any, facts: Any) -> list[r.Finding]:
        found.append(norm.id)
        return real(norm, facts)

    monkeypatch.setattr(evaluator, "by_reference", counted)
    return found


def test_certain_facts_do_not_need_the_reference(asked: list[str]) -> None:
    rows = evaluate(small.plan("certain", NORMS), log(), small.AS_OF[3]).findings
    assert [(row.key, row.state) for row in rows] == [
        ("first/c", r.FULFILLED), ("second/t", r.FULFILLED),
    ]  # fmt: skip
    assert asked == []


def test_a_blank_key_is_left_to_the_reference(asked: list[str]) -> None:
    facts = log()
    facts.facts[1].fields["key"] = small.Missing("field a.key", blank=True)
    rows = evaluate(small.plan("blank", NORMS), facts, small.AS_OF[3]).findings
    assert asked == ["first", "second"]
    assert rows[0].state == r.UNDETERMINED
    assert rows[0].missing == ("field a.key",)


def test_only_the_norm_that_a_waiver_names_is_left_to_the_reference(asked: list[str]) -> None:
    facts = log()
    facts.waivers.append(Waiver("w", "second", None, "x", "y", None, None))
    rows = evaluate(small.plan("waived", NORMS), facts, small.AS_OF[3]).findings
    assert asked == ["second"]
    assert [row.state for row in rows] == [r.FULFILLED, r.WAIVED]


def test_a_suspension_of_all_norms_concerns_all(asked: list[str]) -> None:
    facts = log()
    facts.suspensions.append(Suspension("s", None, None, "z", small.T, None))
    rows = evaluate(small.plan("stopped", NORMS), facts, small.AS_OF[3]).findings
    assert asked == ["first", "second"]
    assert {row.state for row in rows} == {r.SUSPENDED}


def test_judges_are_kept_by_plan_and_few() -> None:
    plan = small.plan("kept", NORMS)
    assert prepare(plan) is prepare(plan)
    other = replace(plan, norms=plan.norms[:1])
    assert prepare(other) is not prepare(plan)
    assert prepare(other).plan is other
    for number in range(20):
        prepare(small.plan(f"many {number}", NORMS))
    assert len(evaluator._prepared) <= evaluator._KEPT


@pytest.mark.parametrize(("text", "found"), [
    ('key = "a"', ("a", "key")), ('key = "市级"', None), ("ok", None),
    ('key = "it\'s"', None), ('key = "a" and ok', None), ('key = "a\\\\b"', None),
])  # fmt: skip
def test_texts_that_are_looked_up(text: str, found: tuple[str, str] | None) -> None:
    # Texts that the code writes with escapes are tested row by row.
    match = _EQUAL.fullmatch(small.feel(text).python)
    assert (match.groups() if match else None) == found


@pytest.mark.parametrize(("text", "found"), [
    ("ok", False), ('key = "a"', False), ("t_ok", True), ("e_n > 1", True), ('key = "t"', True),
])  # fmt: skip
def test_what_depends_on_the_instance(text: str, found: bool) -> None:
    # The last one does not, but is taken to: slower, and the same result.
    assert depends(small.feel(text)) is found
