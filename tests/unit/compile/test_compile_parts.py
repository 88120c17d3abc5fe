"""Orders, processes, triggers of groups and outcomes, and the scorecard lower to their steps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from compile_samples import CARD, Case, norm, only, plan_of, run

from stdrules.base.time.durations import Months
from stdrules.plan import steps
from stdrules.plan.content import AllOf, Single

NOVEMBER_5 = date(2022, 11, 5).toordinal()


def test_order_of_facts_and_of_stamps(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        norm(
            """
            kind: order
            trigger: {fact: opened}
            steps: [{id: a, fact: paper, match: {about: trigger.project_id}}, {id: b, fact: closed}]
            relation: succession
            ties: deny
            """,
            "a",
        ),
        norm("kind: order\ntrigger: {fact: paper}\nstamps: [written_at, read_at]", "b"),
    )
    facts, stamps = (found.step for found in plan.norms)
    assert [s.id for s in facts.steps] == ["a", "b"]
    assert (facts.relation, facts.ties) == ("succession", "deny")
    assert [(s.stamp, s.matcher) for s in stamps.steps] == [("written_at", None), ("read_at", None)]


def test_process_gives_a_norm_for_each_stage(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        norm(
            """
            kind: process
            stage: {fact: paper, field: sort, where: 'pages > 0'}
            stages:
            - id: plan
              title: {zh: 计划, en: plan}
              from: 2022-11-05
              to: 2022-11-05
              requires: [{fact: closed}]
            - {id: report}
            transitions: {plan: [report], report: []}
            ties: unknown
            """
        ),
    )
    first, second, order, moves = plan.norms
    assert [found.sub for found in plan.norms] == ["plan", "report", "order", "transitions"]
    assert first.title.en == "title: plan" and second.title.en == "title: report"
    assert isinstance(first.step.content, AllOf) and first.step.due == steps.ByDay(NOVEMBER_5)
    assert (first.step.from_ordinal, first.step.early) == (NOVEMBER_5, "ignore")
    assert second.step.due is None and isinstance(second.step.content, Single)
    where = second.step.content.matcher.where
    assert run(where, f={"pages": 1, "sort": "report"}) is True
    assert run(where, f={"pages": 1, "sort": "plan"}) is False
    assert order.step.ties == "unknown" and len(order.step.steps) == 2
    assert moves.step.allowed == (("plan", ("report",)), ("report", ()))


def test_an_optional_stage_is_judged_once_entered_and_may_be_skipped_in_the_order(
    tmp_path: Path,
) -> None:
    plan = plan_of(
        tmp_path,
        norm(
            """
            kind: process
            stage: {fact: paper, field: paper_id}
            stages:
            - {id: a}
            - {id: b, optional: true, to: 2022-11-05}
            - {id: c}
            - {id: d, optional: true}
            """
        ),
    )
    assert [found.sub for found in plan.norms] == ["a", "b", "c", "order"]
    optional = plan.norms[1]
    assert isinstance(optional.arise, steps.PerFact) and optional.arise.pick == "first"
    assert optional.step.preemptive is True
    found = [(step.id, step.optional) for step in plan.norms[3].step.steps]
    assert found == [("a", False), ("b", True), ("c", False), ("d", True)]


def test_group_trigger(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """
        kind: deadline
        trigger: {group: {fact: paper, by: about, needs: ['sort = "plan"', 'sort = "report"']}}
        content: {fact: closed, match: {project_id: trigger.about}}
        within: P7D
        """,
    )
    assert isinstance(found.arise, steps.PerGroup) and found.arise.by == "about"
    assert [run(need, f={"sort": "report"}) for need in found.arise.needs] == [False, True]


def test_outcome_triggers_put_norms_in_order(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        norm(
            """
            kind: deadline
            trigger: {outcome: first, is: [violated]}
            content: {fact: paper, match: {about: trigger.project_id}}
            within: P1D
            repairs: first
            """,
            "second",
        ),
        norm(
            "kind: deadline\ntrigger: {fact: opened}\ncontent: {fact: closed}\nwithin: P1D", "first"
        ),
    )
    assert [found.id for found in plan.norms] == ["first", "second"]
    assert plan.norms[1].arise == steps.PerOutcome(
        "first", frozenset({"fulfilled_late", "overdue", "breached", "compensated"})
    )
    assert plan.norms[1].repairs == "first"


def test_scorecard(tmp_path: Path) -> None:
    (card,) = plan_of(tmp_path, card=CARD).scorecards
    assert (card.maximum, card.threshold, card.outcome) == (Decimal(5), Decimal(4), "winner")
    assert card.threshold_clause == "6" and card.case_type == "project"
    one, two, three = card.groups[0].indicators
    assert one.grades == (("good", Decimal(2)), ("fair", Decimal(1)), ("poor", Decimal(0)))
    assert run(two.applies, c=Case({"profile": [{"size": 9}]})) is False
    assert three.counted is not None and three.counted_each == Decimal("0.5")
    (check,) = card.vetoes[0].checks
    assert (check.look_back, check.anchor.type, check.none.type) == (Months(36), "opened", "paper")
    assert card.evidence.tests[0].title.en == "long"
    assert run(card.evidence.tests[0].where, f={"pages": 1}) is False
