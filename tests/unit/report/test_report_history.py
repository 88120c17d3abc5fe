"""Timelines of findings: which moments, which causes, and the laws that tie them to reports."""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stdrules
from properties.worlds import Maker
from stdrules.api.history import CaseJudge, Span, timelines, verdict, whole
from stdrules.api.history_items import Item, minimal
from stdrules.engine.case import evaluate
from stdrules.engine.versions import NEVER
from stdrules.model.facts import FactLog
from stdrules.plan.results import Finding
from stdrules.report.history import History, Step, Timeline
from stdrules.report.history_text import history_text

SEEDS = range(int(os.environ.get("STDRULES_EXAMPLES", "60")) // 3 or 1)
RULESETS = ("q_gxxz_029", "shenzhen_mz", "suzhou_464", "jghq_bzh")

TASK = {
    "type": "project_task_received", "id": "t1", "case": "P1", "at": "2023-02-28T09:00",
    "recorded_at": "2023-03-01T10:00",
}  # fmt: skip
LATE = {
    "type": "document_completed", "id": "d1", "case": "P1", "at": "2023-03-02T09:01",
    "recorded_at": "2023-03-04T10:00", "fields": {"document_type": "schedule"},
}  # fmt: skip
RIGHT = {
    **LATE, "id": "d2", "at": "2023-03-02T09:00", "supersedes": "d1",
    "recorded_at": "2023-03-10T08:00",
}  # fmt: skip
GONE = {"withdraws": "d1", "recorded_at": "2023-03-20"}
WAIVER = {
    "waiver": "w1", "norm": "4.1-plan-48h", "case": "P1", "by": "office", "reason": "flood",
    "from": "2023-03-01", "to": "2023-03-03", "recorded_at": "2023-03-12T09:00",
}  # fmt: skip
OTHER = {**LATE, "id": "x9", "fields": {"document_type": "rectification_plan"}}
KEY = "4.1-plan-48h/t1"


@pytest.fixture(scope="module")
def rules() -> stdrules.Ruleset:
    """The ruleset of the tests."""
    return stdrules.load("q_gxxz_029")


def line(rules: stdrules.Ruleset, facts: list[Any], **options: Any) -> Timeline:
    """Return the timeline of the schedule of P1."""
    options = {"as_of": "2023-03-31", "norm": "4.1-plan-48h", "case": "P1", **options}
    (found,) = rules.history(facts, **options).timelines
    return found


def told(rules: stdrules.Ruleset, found: Timeline) -> list[tuple[str, str, list[str]]]:
    """Return when, state and causes of each step."""
    return [
        (
            rules.zone.isoformat(s.as_of if s.known_at is None else s.known_at)[:16],
            s.finding.state if s.finding is not None else "-",
            ["time"] if s.by_time else [f"{c.kind} {c.id}" for c in s.causes],
        )
        for s in found.steps
    ]


# --- along what was known ------------------------------------------------------------------------


def test_each_date_of_knowledge(rules: stdrules.Ruleset) -> None:
    found = line(rules, [TASK, LATE, RIGHT, WAIVER])
    assert told(rules, found) == [
        ("2023-03-01T10:00", "overdue", []),
        ("2023-03-04T10:00", "fulfilled_late", ["added d1"]),
        ("2023-03-10T08:00", "fulfilled", ["corrected d2"]),
        ("2023-03-12T09:00", "waived", ["waiver w1"]),
    ]
    assert found.moments == 4
    correction = found.steps[2].causes[0]
    assert correction.before is not None
    assert correction.before.id == "d1"


def test_a_withdrawal_brings_the_old_state_back(rules: stdrules.Ruleset) -> None:
    found = told(rules, line(rules, [TASK, LATE, GONE]))
    assert found[-1] == ("2023-03-20T00:00", "overdue", ["withdrawn d1"])


def test_from_and_to(rules: stdrules.Ruleset) -> None:
    facts = [TASK, LATE, RIGHT, WAIVER]
    found = line(rules, facts, start="2023-03-05", end="2023-03-10T08:00")
    assert told(rules, found) == [
        ("2023-03-05T23:59", "fulfilled_late", []),
        ("2023-03-10T08:00", "fulfilled", ["corrected d2"]),
    ]
    before = line(rules, facts, start="2023-02-01", end="2023-03-10T07:59")
    assert [state for _, state, _ in told(rules, before)] == ["-", "overdue", "fulfilled_late"]


def test_of_things_that_arrive_together_only_those_count_that_did_it(
    rules: stdrules.Ruleset,
) -> None:
    again = {**LATE, "id": "d7", "at": "2023-03-06T09:00"}
    found = line(rules, [TASK, LATE, again, OTHER])
    assert found.steps[-1].arrived == 3
    assert told(rules, found)[-1] == ("2023-03-04T10:00", "fulfilled_late", ["added d1"])


def test_two_that_it_takes_together_are_both_named(rules: stdrules.Ruleset) -> None:
    visit = {
        "type": "site_guidance_scheduled", "id": "v", "case": "P1", "recorded_at": "2023-03-01",
        "at": "2023-03-20T09:00",
        "fields": {"guidance_id": "g1", "scheduled_start": "2023-03-20T09:00"},
    }  # fmt: skip
    paper = {
        "type": "document_completed", "id": "d5", "case": "P1", "at": "2023-03-10T09:00",
        "recorded_at": "2023-03-21T09:00",
        "fields": {"document_type": "issue_list", "guidance_id": "g1", "document_id": "d5"},
    }  # fmt: skip
    yes = {
        "type": "document_approved", "id": "a5", "case": "P1", "at": "2023-03-11T09:00",
        "recorded_at": "2023-03-21T09:00",
        "fields": {"document_id": "d5", "approver_role": "company_leader", "decision": "approved"},
    }  # fmt: skip
    asked: Any = {"norm": "4.3-leader-approval", "case": "P1"}
    report = rules.evaluate([visit, paper, yes], "2023-03-31")
    states = {row.state for row in report.find(norm="4.3-leader-approval")}
    assert states == {"fulfilled"}, report.text("en", "concise", every=True)
    (found,) = rules.history([visit, paper, yes], "2023-03-31", **asked).timelines
    assert sorted(cause.id for cause in found.steps[-1].causes) == ["a5", "d5"]


def test_without_recording_dates_a_fact_is_known_from_its_own_time(
    rules: stdrules.Ruleset,
) -> None:
    facts = [{k: v for k, v in one.items() if k != "recorded_at"} for one in (TASK, LATE)]
    assert told(rules, line(rules, facts)) == [
        ("2023-02-28T09:00", "overdue", []),
        ("2023-03-02T09:01", "fulfilled_late", ["added d1"]),
    ]


# --- along the moment judged, and both -----------------------------------------------------------


def test_the_moments_at_which_it_changes(rules: stdrules.Ruleset) -> None:
    found = line(rules, [TASK, LATE], along="as-of")
    assert told(rules, found) == [
        ("2023-02-28T09:00", "pending", []),
        ("2023-03-01T21:00", "due_soon", ["time"]),
        ("2023-03-02T09:00", "overdue", ["time"]),
        ("2023-03-02T09:01", "fulfilled_late", ["happened d1"]),
    ]
    # An exact due is closed: at the due itself nothing is overdue yet.
    assert found.steps[2].as_of - found.steps[0].as_of == 48 * 3_600_000_000 + 1


def test_days_between_are_found() -> None:
    """Nothing happens on the day from which a due is soon; it is found all the same."""
    rules = stdrules.load("jghq_bzh")
    facts = [
        {"type": "standard", "id": "s", "case": "B1", "at": "2021-01-05"},
        {"type": "standard_issue", "id": "i", "case": "B1", "at": "2021-02-28"},
    ]
    norm = "10.2.3-review-cycle"
    (found,) = rules.history(
        facts, "2024-12-31", norm=norm, case="B1", along="as-of"
    ).timelines  # fmt: skip
    assert [step.finding and step.finding.state for step in found.steps] == [
        "not_triggered", "pending", "due_soon", "overdue",
    ]  # fmt: skip
    for day in (*range(date(2023, 11, 20).toordinal(), date(2023, 12, 10).toordinal()),
                *range(date(2024, 2, 25).toordinal(), date(2024, 3, 3).toordinal())):  # fmt: skip
        (plain,) = rules.evaluate(facts, date.fromordinal(day)).find(norm=norm)
        ends = rules.zone.start_of(day + 1)
        last = [step for step in found.steps if step.as_of <= ends][-1]
        assert last.finding is not None
        assert (day, last.finding.state) == (day, plain.state)


def test_both_at_once_is_what_a_report_of_that_day_said(rules: stdrules.Ruleset) -> None:
    found = line(rules, [TASK, LATE, RIGHT], along="both")
    assert [(when, state) for when, state, _ in told(rules, found)] == [
        ("2023-03-01T10:00", "pending"),
        ("2023-03-01T21:00", "due_soon"),
        ("2023-03-02T09:00", "overdue"),
        ("2023-03-04T10:00", "fulfilled_late"),
        ("2023-03-10T08:00", "fulfilled"),
    ]


# --- a thousand dates of knowledge ---------------------------------------------------------------


def inquiries(recorded: Any) -> list[dict[str, Any]]:
    """Return a task and a thousand inquiries, seven hours apart."""
    found: list[dict[str, Any]] = [{k: v for k, v in TASK.items() if k != "recorded_at"}]
    for n in range(1000):
        when = datetime(2023, 3, 1, 9, tzinfo=UTC) + timedelta(hours=7 * n)
        found.append(
            {
                "type": "owner_inquiry_made", "id": f"x{n}", "case": "P1", "at": when.isoformat(),
                "recorded_at": recorded(when), "fields": {"recorded": True},
            }
        )  # fmt: skip
    return found


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often a norm is judged."""
    calls = [0]
    judged = CaseJudge.rows

    def rows(self: CaseJudge, *args: Any) -> Any:
        calls[0] += 1
        return judged(self, *args)

    monkeypatch.setattr(CaseJudge, "rows", rows)
    return calls


def test_each_date_is_judged_once(
    rules: stdrules.Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch)
    facts = inquiries(lambda when: (when + timedelta(hours=5)).isoformat())
    found = rules.history(facts, "2023-12-31", norm="4.5-fortnight-inquiry", case="P1")
    assert len(found.timelines) > 20
    assert {one.moments for one in found.timelines} == {1001}
    assert calls[0] == 1002


def test_the_one_cause_among_a_thousand_is_found_by_halving(
    rules: stdrules.Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch)
    facts = inquiries(lambda when: "2023-12-30T09:00")
    found = rules.history(
        facts, "2023-12-31", key="4.5-fortnight-inquiry/T003", case="P1"
    ).timelines  # fmt: skip
    (line,) = found
    assert line.steps[-1].arrived == 1000
    assert len(line.steps[-1].causes) == 1
    assert calls[0] < 60


# --- what is asked -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", [{"key": KEY}, {"key": "t1", "norm": "4.1-plan-48h"}, {"key": KEY, "case": "P1"}]
)
def test_ways_to_name_a_finding(rules: stdrules.Ruleset, asked: dict[str, Any]) -> None:
    found = rules.history([TASK, LATE], "2023-03-31", **asked)
    assert [one.key for one in found.timelines] == [KEY]


def test_a_key_alone_means_every_norm_that_has_it(rules: stdrules.Ruleset) -> None:
    found = rules.history([TASK, LATE], "2023-03-31", key="t1")
    assert len(found.timelines) > 3
    assert {one.key.rpartition("/")[2] for one in found.timelines} == {"t1"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "neither a norm nor a key"),
        ({"norm": "4.1-plan-48"}, "did you mean `4.1-plan-48h`"),
        ({"norm": "4.1-plan-48h", "case": "P2"}, "there is no case `P2`"),
        ({"norm": "4.1-plan-48h", "key": "t2"}, "there is no finding with the key `t2`"),
        ({"key": "4.1-plan-48h/t2"}, "did you mean `4.1-plan-48h/t1`"),
        ({"key": "nothing"}, "there is no finding with the key `nothing`"),
        ({"norm": "4.1-plan-48h", "along": "sideways"}, "one of: known-at, as-of, both"),
        ({"norm": "4.1-plan-48h", "evaluator": "fast"}, "one of: case, reference"),
        ({"norm": "4.1-plan-48h", "start": "yesterday"}, "`start`"),
    ],
)
def test_questions_without_an_answer(
    rules: stdrules.Ruleset, asked: dict[str, Any], told: str
) -> None:
    with pytest.raises(stdrules.UsageError) as caught:
        rules.history([TASK, LATE], "2023-03-31", **asked)
    assert told in str(caught.value)


def test_both_evaluators_tell_the_same(rules: stdrules.Ruleset) -> None:
    ours, theirs = (
        rules.history([TASK, LATE, RIGHT, WAIVER], "2023-03-31", key=KEY, evaluator=name).to_dict()
        for name in ("case", "reference")
    )
    assert ours == theirs


# --- text ----------------------------------------------------------------------------------------


CORRECTED = "document completed; completed at: 2023-03-02 09:01 → 2023-03-02 09:00;"


def text(rules: stdrules.Ruleset, lang: str) -> list[str]:
    """Return the text of a small history."""
    found: History = rules.history([TASK, LATE, RIGHT, WAIVER], "2023-03-31", key=KEY)
    return history_text(found, lang).splitlines()


def test_text_in_english(rules: stdrules.Ruleset) -> None:
    assert text(rules, "en")[:15] == [
        "P1  4.1-plan-48h/t1",
        "  clause 4.1 (shall)  progress schedule within 48 hours",
        "  judged as of 2023-03-31 24:00, at 4 dates of knowledge",
        "",
        "known at          state           due               met",
        "----------------  --------------  ----------------  ----------------",
        "2023-03-01 10:00  overdue         2023-03-02 09:00",
        "2023-03-04 10:00  fulfilled late  2023-03-02 09:00  2023-03-02 09:01",
        "    learned of document completed d1; 2023-03-02 09:01; facts!2",
        "2023-03-10 08:00  fulfilled       2023-03-02 09:00  2023-03-02 09:00",
        f"    corrected by d2 of {CORRECTED}",
        "      facts!3",
        "2023-03-12 09:00  waived          2023-03-02 09:00",
        "    waiver w1",
        "",
    ]


def test_text_in_chinese(rules: stdrules.Ruleset) -> None:
    lines = text(rules, "zh")
    assert lines[4] == "所知截至          状态        到期              完成"
    assert "2023-03-04 10:00  逾期履行    2023-03-02 09:00  2023-03-02 09:01" in lines
    times = "2023-03-02 09:01 → 2023-03-02 09:00"
    assert f"    更正 文件完成 d1 为 d2；完成时间：{times}；facts!3" in lines


# --- laws ----------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 30), max_size=12, unique=True), st.data())
@settings(derandomize=True, database=None, deadline=None, max_examples=200)
def test_nothing_can_be_left_out_of_a_minimal_part(items: list[int], data: st.DataObject) -> None:
    wanted = set(data.draw(st.lists(st.sampled_from(items), unique=True))) if items else set()
    found = minimal(items, lambda part: wanted <= set(part))  # type: ignore[arg-type]
    assert set(found) == wanted  # type: ignore[comparison-overlap]


def worlds(name: str, seed: int) -> tuple[Any, FactLog, int, int | None, list[str], list[str]]:
    """Return a plan, a random log, as-of, known-at, the cases, and some of the norms."""
    rules = stdrules.load(name)
    plan = rules.plan()
    rng = random.Random(seed)
    log, as_of, known_at = Maker(plan, rules.vocabulary.types).log(rng)
    cases = sorted({row.case for row in evaluate(plan, log, as_of).findings})
    norms = sorted({norm.id for norm in plan.norms})
    return plan, log, as_of, known_at, cases, rng.sample(norms, 5)


def rows(plan: Any, log: FactLog, at: tuple[int, int | None], norm: str, case: str) -> Any:
    """Return what a report finds of a norm in a case, by key."""
    found = evaluate(plan, log, *at, [case]).findings
    return {row.key: row for row in found if row.norm.id == norm}


def at_the_end(line: Timeline, wanted: dict[str, Finding]) -> bool:
    """Tell whether the last step is what a report finds."""
    stand_in = next((row for key, row in wanted.items() if key.endswith("/-")), None)
    last = line.last if line.steps else None
    return whole(last) == whole(wanted.get(line.key, stand_in))


@pytest.mark.parametrize("name", RULESETS)
def test_the_last_step_is_the_report(name: str) -> None:
    steps = 0
    for seed in SEEDS:
        plan, log, as_of, known_at, cases, norms = worlds(name, seed)
        for case in cases:
            for norm in norms:
                judge = CaseJudge(plan, norm, log, case, "case")
                for span, at in (
                    (Span("known-at", as_of), (as_of, None)),
                    (Span("known-at", as_of, end=known_at), (as_of, known_at)),
                    (Span("as-of", as_of, known_at), (as_of, known_at)),
                ):
                    wanted = rows(plan, log, at, norm, case)
                    lines = timelines(judge, span)
                    assert all(at_the_end(one, wanted) for one in lines), (seed, case, norm, span)
                    real = {key for key in wanted if not key.endswith("/-")}
                    assert real <= {one.key for one in lines}
                    steps += sum(len(one.steps) for one in lines)
    assert steps > 100


@pytest.mark.parametrize("name", RULESETS)
def test_each_step_is_the_report_of_its_moment(name: str) -> None:
    for seed in SEEDS:
        plan, log, as_of, _, cases, norms = worlds(name, seed)
        for case, norm in zip(cases, norms, strict=False):
            judge = CaseJudge(plan, norm, log, case, "case")
            for span in (Span("known-at", as_of), Span("as-of", as_of), Span("both", as_of)):
                for one in timelines(judge, span):
                    for step in one.steps:
                        known = step.known_at
                        if known is None and span.along == "known-at":
                            known = NEVER
                        wanted = rows(plan, log, (step.as_of, known), norm, case)
                        stand_in = next((r for k, r in wanted.items() if k.endswith("/-")), None)
                        found = wanted.get(one.key, stand_in)
                        assert whole(step.finding) == whole(found), (seed, span, one.key)


@pytest.mark.parametrize("name", RULESETS)
def test_what_was_known_later_changes_no_earlier_step(name: str) -> None:
    """Steps up to a date of knowledge are the same without all that was recorded after it."""
    for seed in SEEDS:
        plan, log, as_of, _, cases, norms = worlds(name, seed)
        for case, norm in zip(cases, norms, strict=False):
            judge = CaseJudge(plan, norm, log, case, "case")
            moments = judge.facts.known_moments()
            if not moments:
                continue
            until = moments[len(moments) // 2]
            gone = [i for i in judge.facts.items if i.known is not None and i.known > until]
            earlier = CaseJudge(plan, norm, judge.facts.without(gone), case, "case")
            span = Span("known-at", as_of, end=until)
            shown = [
                [(one.key, [(s.known_at, whole(s.finding)) for s in one.steps]) for one in found]
                for found in (timelines(judge, span), timelines(earlier, span))
            ]
            assert shown[0] == shown[1], (seed, case, norm)


def now(judge: CaseJudge, step: Step, key: str, dropped: list[Item]) -> Finding | None:
    """Return what would be found at a step without some things."""
    found = judge.rows(step.as_of, step.known_at, judge.facts.without(dropped))
    return found.get(key) or next((r for k, r in found.items() if k.endswith("/-")), None)


@pytest.mark.parametrize("name", RULESETS)
def test_the_causes_are_enough_and_none_can_be_left_out(name: str) -> None:
    told = 0
    for seed in SEEDS:
        plan, log, as_of, _, cases, norms = worlds(name, seed)
        for case, norm in [(case, norm) for case in cases for norm in norms]:
            judge = CaseJudge(plan, norm, log, case, "case")
            for one in timelines(judge, Span("known-at", as_of)):
                for before, step in zip(one.steps, one.steps[1:], strict=False):
                    flipped = verdict(before.finding) != verdict(step.finding)
                    same = verdict if flipped else whole
                    arrived = [i for i in judge.facts.items if i.known == step.known_at]
                    things = {id(cause.thing) for cause in step.causes}
                    causes = [item for item in arrived if id(item.thing) in things]
                    idle = [item for item in arrived if item not in causes]
                    assert causes
                    assert len(arrived) == step.arrived
                    assert same(now(judge, step, one.key, idle)) == same(step.finding)
                    for item in causes:
                        less = now(judge, step, one.key, [*idle, item])
                        assert same(less) != same(step.finding), (seed, one.key)
                        told += 1
    assert told > 10
