"""Every norm kind lowers to its step."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from compile_samples import Case, norm, only, plan_of, run

from stdrules.base.time.durations import Days, Exact, Months
from stdrules.base.truth import Missing
from stdrules.plan import steps
from stdrules.plan.content import AllOf, AnyOf, EachOf, Single

NOVEMBER_5 = date(2022, 11, 5).toordinal()


def test_deadline_within(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """
        kind: deadline
        trigger: {event: opened, where: 'budget > 5', key: project_id}
        content: {document: paper, where: 'sort = "plan"', match: {about: trigger.project_id}}
        within: PT48H
        lead: PT12H
        when: 'trigger.budget > 7 and profile.size > 1'
        """,
    )
    assert isinstance(found.arise, steps.PerFact)
    assert found.arise.key == "project_id" and found.arise.matcher.type == "opened"
    assert run(found.arise.matcher.where, f={"budget": 6}) is True
    assert found.lead == Exact(12 * 3600 * 10**6)
    assert found.step.due == steps.Within(Exact(48 * 3600 * 10**6))
    ((own, other),) = found.step.content.matcher.keys
    assert run(own, f={"about": "P1"}) == run(other, t={"project_id": "P1"}) == "P1"
    assert found.when_per_instance is True
    assert run(found.when, t={"budget": 8}, c=Case({"profile": [{"size": 2}]})) is True
    assert run(found.when, t={"budget": 8}) == Missing("fact profile")
    assert (found.scope.start.type, found.scope.end.type) == ("opened", "closed")
    assert found.case_type == "project" and found.clauses == ("s1",)


def test_deadline_by_a_day_of_every_year(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """
        kind: deadline
        content: {fact: paper, match: {year: period.label}}
        by: "12-30"
        inclusive: false
        part_periods: skip
        """,
    )
    assert found.arise == steps.PerYear(12, 30, "skip")
    assert found.step.due == steps.ByDay(None, None, False, "none")
    assert run(found.step.content.matcher.keys[0][1], p={"label": "2023"}) == "2023"


def test_deadline_by_a_date_or_a_field(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        norm("kind: deadline\ncontent: {fact: paper}\nby: 2022-11-05\nfrom: 2022-11-05", "a"),
        norm(
            """
            kind: deadline
            trigger: {fact: opened}
            content: {fact: paper}
            by: trigger.due_on
            from: trigger.opened_at
            early: ignore
            """,
            "b",
        ),
    )
    fixed, field = (found.step for found in plan.norms)
    assert fixed.due == steps.ByDay(NOVEMBER_5) and fixed.from_ordinal == NOVEMBER_5
    assert field.due == steps.ByDay(None, "due_on")
    assert (field.from_field, field.early) == ("opened_at", "ignore")


def test_deadline_contents_and_scope(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """
        kind: deadline
        content:
          all:
          - any: [{fact: paper}, {fact: closed}]
          - each: {fact: opened, where: 'budget > 1'}
            content: {fact: paper, match: {about: each.project_id}}
            empty: met
        scope: {from: {fact: paper, where: 'sort = "plan"'}}
        """,
    )
    assert found.arise == steps.PerCase() and found.step.due is None
    either, every = found.step.content.parts
    assert isinstance(found.step.content, AllOf) and isinstance(either, AnyOf)
    assert isinstance(every, EachOf) and every.empty_met and isinstance(every.part, Single)
    assert run(every.part.matcher.keys[0][1], e={"project_id": "P2"}) == "P2"
    assert found.scope.start.type == "paper" and found.scope.end.type == "closed"


def test_open_parameter_of_a_deadline(tmp_path: Path) -> None:
    body = """
        kind: deadline
        trigger: {fact: opened}
        content: {fact: closed}
        within: {parameter: reply}
        when: 'parameter.reply != null'
        """
    unset = only(tmp_path, body)
    assert unset.step.due == steps.Within(None) and unset.parameters == ("reply",)
    blank = Case({}, reply=Missing("parameter reply", blank=True))
    assert run(unset.when, c=blank) is False
    given = only(tmp_path, body, parameters={"reply": "P2D"})
    assert given.step.due == steps.Within(Days(2))


def test_recurrence(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """
        kind: recurrence
        content: {fact: paper, match: {about: each.project_id, year: period.label}}
        every: 2 weeks
        tiles_from: same_day
        at_least: 'if each.budget > 5 then 2 else 1'
        period_field: year
        each: {fact: opened, key: project_id}
        needed_if: {fact: closed}
        """,
    )
    step = found.step
    assert found.arise == steps.PerCase()
    assert (step.unit, step.tile_days, step.tiles_from_next_day) == (None, 14, False)
    assert (step.each.type, step.each_key, step.needed_if.type) == (
        "opened",
        "project_id",
        "closed",
    )
    assert run(step.least, e={"budget": 6}) == 2
    assert [
        run(other, e={"project_id": "P"}, p={"label": "x"}) for _, other in step.content.keys
    ] == [
        "P",
        "x",
    ]


def test_recurrence_of_several_kinds_of_facts_and_gap(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        norm(
            "kind: recurrence\ncontent: {any: [{fact: paper}, {fact: closed}]}\nevery: month", "a"
        ),
        norm("kind: recurrence\ncontent: {fact: paper}\nmax_gap: P1M", "b"),
        norm("kind: recurrence\ncontent: {fact: paper}\nmax_gap: {parameter: reply}", "c"),
    )
    month, gap, open_ = (found.step for found in plan.norms)
    assert (month.unit, month.content.type, month.also[0].type) == ("month", "paper", "closed")
    assert gap == steps.Gap(month.content, Months(1))
    assert isinstance(open_, steps.Await) and open_.due == steps.Within(None)


def test_count_with_each_binds_the_fact_as_trigger(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """
        kind: count
        each: {fact: opened, key: project_id}
        content: {fact: paper, match: {about: each.project_id}, where: 'pages > trigger.budget'}
        at_least: 3
        distinct: paper_id
        within: P2M
        """,
    )
    assert isinstance(found.arise, steps.PerFact) and found.arise.key == "project_id"
    matcher = found.step.content
    assert run(matcher.keys[0][1], t={"project_id": "P"}) == "P"
    assert run(matcher.where, f={"pages": 4}, t={"budget": 3}) is True
    assert run(found.step.least) == 3 and found.step.most is None
    assert found.step.distinct == ("paper_id",) and found.step.due == steps.Within(Months(2))


def test_open_number_names_its_parameter(tmp_path: Path) -> None:
    body = "kind: count\ncontent: {fact: paper}\nat_most: {parameter: least}\nsum: pages"
    found = only(tmp_path, body)
    blank = Missing("parameter least", blank=True)
    assert run(found.step.most, c=Case({}, least=blank)) == blank
    assert found.step.sum == "pages" and found.parameters == ("least",)
    assert run(only(tmp_path, body, parameters={"least": 4}).step.most) == 4


def test_prohibition(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        norm(
            """
            kind: prohibition
            trigger: {fact: opened}
            content: {fact: paper, where: 'sort = "report"'}
            look_back: P3Y
            """,
            "a",
        ),
        norm("kind: prohibition\ncontent: {fact: paper}\nlook_back: {parameter: reply}", "b"),
    )
    limited, open_ = (found.step for found in plan.norms)
    assert limited.look_back == Months(36)
    blank = Missing("parameter reply", blank=True)
    assert open_.look_back is None
    unsettled = run(open_.content.where, c=Case({}, reply=blank))
    assert isinstance(unsettled, Missing) and unsettled.items == {"parameter reply"}


def test_maintenance(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """
        kind: maintenance
        trigger: {fact: opened}
        state: {state: licence, to: held_to, match: {project_id: trigger.project_id}}
        for: P3Y
        first_day: excluded
        grace: P1D
        """,
    )
    step = found.step
    assert (step.from_field, step.to_field) == ("held_from", "held_to")
    assert (step.length, step.first_day_counted, step.grace) == (Months(36), False, Days(1))


def test_content_elements(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """
        kind: content
        trigger: {document: paper, where: 'sort = "plan"'}
        latest_by: about
        at_least: 2
        elements:
        - {id: long, where: 'pages > 3 and base.pages > trigger.pages'}
        - {id: dated, filled: [written_at, read_at]}
        - {id: others, exists: {fact: paper, match: {about: trigger.paper_id}}, at_least: 2}
        - {id: rich, judgement: {zh: 好否, en: is it good}, depends: pages}
        """,
    )
    step = found.step
    assert found.assisted and step.latest_by == "about" and step.at_least == 2
    where, dated, others, rich = step.elements
    assert run(where.where, t={"pages": 4, "base": {"pages": 5}}) is True
    assert dated.filled == ("written_at", "read_at") and others.at_least == 2
    assert rich.judgement.en == "is it good" and rich.depends == ("pages",)
    assert rich.title.en == "rich"
