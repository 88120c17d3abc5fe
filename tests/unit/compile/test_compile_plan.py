"""The plan as a whole: digests, choices, pickling, and the rulesets that are shipped."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from compile_samples import norm, plan_of, ruleset

from stdrules.base.time.durations import YearsMonths
from stdrules.base.truth import Missing
from stdrules.compile.compiler import (
    compile_or_raise,
    compile_plan,
    expressions_of,
    parameter_value,
)
from stdrules.compile.order import outcome_order
from stdrules.load.ruleset import load_ruleset

SHIPPED = Path(__file__).parents[3] / "rulesets"
BEFORE = """
    kind: deadline
    trigger: {fact: opened}
    content: {fact: closed}
    before: {reading: advance, when: {calendar: P1D, elapsed: PT24H}}
    """
PLAIN = (
    "kind: deadline\ntrigger: {fact: opened}\ncontent: {fact: closed, where: 'parameter.strict'}"
)


def test_types_and_header(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert (plan.id, plan.zone, plan.calendar, plan.document) == (
        "sample",
        "Asia/Shanghai",
        "CN",
        "X 1",
    )
    assert plan.calendar_additions == {"holidays": ("2023-03-08",), "workdays": ()}
    assert [case.name for case in plan.case_types] == ["project", "round"]
    paper, profile = plan.types["paper"], plan.types["profile"]
    assert paper.links == (("base", "paper", "about", "paper_id"),)
    assert paper.moments == ("written_at", "read_at") and paper.time == "written_at"
    assert profile.single and profile.time is None
    assert plan.types["licence"].closed is False and plan.types["judgement"].closed is True


def test_another_reading_changes_only_the_norms_that_rest_on_it(tmp_path: Path) -> None:
    source = ruleset(tmp_path, norm(BEFORE, "a"), norm(PLAIN, "b"))
    memo = expressions_of(source)
    first = compile_or_raise(source, memo=memo)
    second = compile_or_raise(source, {"advance": "elapsed"}, memo=memo)
    assert [a == b for a, b in zip(first.norms, second.norms, strict=True)] == [False, True]
    assert first.norms[0].readings == ("advance",) and first.norms[1].readings == ()
    assert first.norms[1].parameters == ("strict",)
    assert first.readings == {"advance": "calendar"} and second.readings == {"advance": "elapsed"}


def test_digest_covers_ruleset_readings_and_parameters(tmp_path: Path) -> None:
    source = ruleset(tmp_path / "a", norm(PLAIN))
    other = ruleset(tmp_path / "b", norm(PLAIN + "\nlead: P1D"))
    digests = {
        compile_or_raise(source).digest,
        compile_or_raise(source, {"advance": "elapsed"}).digest,
        compile_or_raise(source, {}, {"least": 3}).digest,
        compile_or_raise(other).digest,
    }
    assert len(digests) == 4
    assert compile_or_raise(source, {"advance": "calendar"}).digest in digests
    assert compile_or_raise(source).ruleset_digest == source.digest


def test_plan_pickles_and_equals_itself(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, norm(BEFORE), parameters={"least": "3"})
    again = pickle.loads(pickle.dumps(plan))
    assert again == plan and again.digest == plan.digest
    assert again.parameter_values["least"] == Decimal(3)
    assert again.parameter_values["reply"] == Missing("parameter reply", blank=True)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("duration", "PT48H", timedelta(hours=48)),
        ("duration", "P7D", timedelta(days=7)),
        ("duration", "P1Y6M", YearsMonths(18)),
        ("duration", "2 workdays", "2 workdays"),
        ("number", "0.10", Decimal("0.10")),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("text", "甲", "甲"),
        ("text", None, Missing("parameter p", blank=True)),
    ],
)
def test_values_of_parameters(kind: str, text: str | None, value: object) -> None:
    assert parameter_value("p", kind, text) == value


def test_order_keeps_the_order_of_the_file_where_it_can() -> None:
    assert outcome_order({"a": None, "b": "d", "c": None, "d": None}) == (["a", "d", "b", "c"], [])
    order, rings = outcome_order({"x": "y", "y": "z", "z": "y", "w": "nowhere"})
    assert sorted(order) == ["w", "x", "y", "z"] and rings == [["y", "z", "y"]]


@pytest.mark.parametrize("name", ["q_gxxz_029", "shenzhen_mz"])
def test_shipped_rulesets_compile_under_every_reading(name: str) -> None:
    source = load_ruleset(SHIPPED / name, name)
    memo = expressions_of(source)
    default, findings = compile_plan(source, memo=memo)
    assert default is not None and findings == []
    assert pickle.loads(pickle.dumps(default)) == default
    for reading, spec in source.header.readings.items():
        for alternative in spec.alternatives:
            plan, findings = compile_plan(source, {reading: alternative}, memo=memo)
            assert plan is not None and findings == [], (reading, alternative)
            if len(plan.norms) == len(default.norms):
                changed = [b for a, b in zip(default.norms, plan.norms, strict=True) if a != b]
                assert all(reading in norm.readings for norm in changed), (reading, alternative)
