"""What becomes of one finding or score: which effect it is, and what of a pair is its own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from stdrules.base.text import Text
from stdrules.base.time.durations import Due
from stdrules.base.time.moments import When
from stdrules.plan.content import ScopeRule
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import ConditionResult, Finding, IndicatorResult, ScoreResult
from stdrules.plan.scorecard import PlanScorecard
from stdrules.plan.steps import PerCase
from stdrules.report.sensitivity_data import (
    EFFECTS,
    Change,
    finding_changes,
    marked,
    score_changes,
    worst_first,
)

T = Text("题", "title")
NORM = PlanNorm(
    id="n1", sub="", kind="deadline", clause="1", clauses=(), modality="obligation", bearer="",
    counterparty="", title=T, case_type="project", when=None, when_per_instance=False,
    arise=PerCase(), step=None, scope=ScopeRule(None, None), lead=None, repairs=None,  # type: ignore[arg-type]
    readings=(), parameters=(),
)  # fmt: skip
ADVICE = replace(NORM, modality="recommendation")
CARD = PlanScorecard(
    "card", T, "6", "project", None, Decimal(100), Decimal(85), "pass", "6", None, None, (), (), (),
)  # fmt: skip
DUE, LATER = Due(False, 10, 10), Due(False, 20, 20)


def row(state: str, key: str = "n1/a", norm: PlanNorm = NORM, **more: object) -> Finding:
    return Finding(norm, "P1", key, state, **more)  # type: ignore[arg-type]


def score(lo: int, outcome: str, *, hi: int | None = None, met: str = "true") -> ScoreResult:
    top = Decimal(lo if hi is None else hi)
    rows = (IndicatorResult("1", Decimal(lo), top, Decimal(100), "", "rated"),)
    tests = (ConditionResult("in_time", met),)
    return ScoreResult(CARD, "P1", "true", Decimal(lo), top, outcome, (), tests, (), rows, ())


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        pytest.param(row("fulfilled"), row("fulfilled"), None, id="the-same"),
        pytest.param(row("fulfilled"), row("fulfilled", facts=("f",)), None, id="other-evidence"),
        pytest.param(row("fulfilled"), row("overdue"), "violation_appears", id="appears"),
        pytest.param(row("pending"), row("undetermined", missing=("fact x",)), "state_changes",
                     id="undetermined"),
        pytest.param(row("overdue"), row("fulfilled"), "violation_vanishes", id="vanishes"),
        pytest.param(row("overdue"), row("fulfilled_late"), "state_changes", id="late-not-never"),
        pytest.param(row("overdue"), row("compensated"), "state_changes", id="cured"),
        pytest.param(row("fulfilled", due=DUE), row("fulfilled", due=LATER), "figures_change",
                     id="the-due"),
        pytest.param(row("fulfilled", met=When(1, 1)), row("fulfilled", met=When(2, 2)),
                     "figures_change", id="the-act"),
        pytest.param(row("breached", progress=(1, 1, 2)), row("breached", progress=(1, 1, 3)),
                     "figures_change", id="the-count"),
        pytest.param(row("undetermined", missing=("a",)), row("undetermined", missing=("b",)),
                     "figures_change", id="what-is-missing"),
        pytest.param(row("fulfilled"), None, "instance_changes", id="gone"),
        pytest.param(None, row("fulfilled"), "instance_changes", id="new"),
        pytest.param(row("breached"), None, "violation_vanishes", id="a-violation-gone"),
        pytest.param(None, row("breached"), "violation_appears", id="a-violation-new"),
        pytest.param(row("breached", norm=ADVICE), row("breached"), "violation_appears",
                     id="advice-becomes-a-duty"),
        pytest.param(row("breached"), row("breached", norm=ADVICE), "violation_vanishes",
                     id="a-duty-becomes-advice"),
        pytest.param(row("fulfilled", norm=ADVICE), row("overdue", norm=ADVICE), "state_changes",
                     id="advice-is-no-violation"),
    ],
)  # fmt: skip
def test_effects_on_a_finding(before: Finding | None, after: Finding | None, effect: str | None):
    found = finding_changes([] if before is None else [before], [] if after is None else [after])
    assert [change.effect for change in found] == ([] if effect is None else [effect])
    for change in found:
        assert (change.before, change.after) == (before, after)
        assert change.subject == ("finding", "P1", "n1/a")


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        pytest.param(score(85, "pass"), score(85, "pass"), None, id="the-same"),
        pytest.param(score(85, "pass"), score(84, "fail"), "outcome_changes", id="turns"),
        pytest.param(score(86, "pass"), score(85, "pass"), "figures_change", id="points"),
        pytest.param(score(84, "fail", hi=86), score(84, "fail"), "figures_change", id="interval"),
        pytest.param(score(86, "pass"), score(86, "fail", met="false"), "outcome_changes",
                     id="a-condition"),
        pytest.param(score(80, "fail"), score(80, "fail", met="false"), "figures_change",
                     id="a-condition-that-changes-nothing"),
    ],
)  # fmt: skip
def test_effects_on_a_score(before: ScoreResult, after: ScoreResult, effect: str | None):
    found = score_changes([before], [after])
    assert [change.effect for change in found] == ([] if effect is None else [effect])
    assert [change.subject for change in found] == [("score", "P1", "card")] * len(found)


def test_instances_are_told_apart_by_their_keys():
    before = [row("fulfilled", "n1/a"), row("overdue", "n1/b")]
    after = [row("overdue", "n1/c"), row("overdue", "n1/b", due=DUE)]
    assert [(c.key, c.effect) for c in finding_changes(before, after)] == [
        ("n1/a", "instance_changes"), ("n1/b", "figures_change"), ("n1/c", "violation_appears"),
    ]  # fmt: skip


def change(effect: str, after: Finding | ScoreResult | None, key: str = "n1/a") -> Change:
    kept = after or row("fulfilled", key)
    return Change(effect, "n1", "P1", key, "1", kept if after is None else None, after)


def test_the_worst_come_first_and_the_rest_keep_their_order():
    mixed = [change(effect, row("fulfilled", f"n1/{n}"), f"n1/{n}")
             for n, effect in enumerate([*reversed(EFFECTS), *EFFECTS])]  # fmt: skip
    found = worst_first(mixed)
    assert [one.effect for one in found] == [e for e in EFFECTS for _ in (1, 2)]
    numbers = [int(one.key.partition("/")[2]) for one in found]
    assert all(one < two for one, two in zip(numbers[::2], numbers[1::2], strict=True))


@pytest.mark.parametrize(
    ("pair", "alone", "together"),
    [
        pytest.param(change("violation_appears", row("overdue")), [], True, id="by-no-single"),
        pytest.param(change("violation_appears", row("overdue")),
                     [change("violation_appears", row("overdue"))], False, id="by-one-too"),
        pytest.param(change("violation_appears", row("overdue", due=DUE)),
                     [change("violation_appears", row("overdue", due=LATER))], False,
                     id="the-same-verdict-by-another-due"),
        pytest.param(change("violation_appears", row("breached")),
                     [change("violation_appears", row("overdue"))], True, id="another-state"),
        pytest.param(change("violation_appears", row("overdue")),
                     [change("violation_appears", row("overdue", "n1/b"), "n1/b")], True,
                     id="another-instance"),
        pytest.param(change("figures_change", row("fulfilled", due=DUE)),
                     [change("figures_change", row("fulfilled", due=LATER))], True,
                     id="another-due"),
        pytest.param(change("instance_changes", None), [change("instance_changes", None)], False,
                     id="gone-either-way"),
        pytest.param(change("outcome_changes", score(90, "pass"), "card"),
                     [change("outcome_changes", score(86, "pass"), "card")], False,
                     id="the-same-outcome"),
    ],
)  # fmt: skip
def test_what_only_a_pair_does_is_marked(pair: Change, alone: list[Change], together: bool):
    assert [one.together for one in marked([pair], alone)] == [together]
