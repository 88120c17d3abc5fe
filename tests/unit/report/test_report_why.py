"""Sentences about findings: every state, every kind of step, both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from report_states import EXTRA
from report_world import (
    AS_OF,
    BEFORE,
    DAYS,
    FINDINGS,
    FORBID,
    GAP,
    H48,
    LATE,
    LEAST,
    LOG,
    MONTHLY,
    NO_DUE,
    ORDER,
    PLAN,
    REQUIRE,
    VOCABULARY,
    WORK,
    Z,
    at,
    day_due,
    fact,
    finding,
    instant_due,
    us,
)

import golden
from stdrules.base.text import Text
from stdrules.base.time.durations import Exact
from stdrules.model.facts import FactLog
from stdrules.plan.content import Matcher
from stdrules.plan.results import STATES
from stdrules.plan.steps import Element, Order, OrderStep, Require
from stdrules.report.names import Names
from stdrules.report.why import why

NAMES = Names(PLAN, VOCABULARY, LOG)
ALL = [*FINDINGS, *EXTRA]


def told(found, **more):
    return why(found, PLAN, **{"as_of": AS_OF, "names": NAMES, **more})


def test_every_state_and_every_kind_of_step_is_among_the_samples():
    assert {found.state for found in ALL} == set(STATES)
    assert {type(norm.step) for norm in PLAN.norms} == {type(f.norm.step) for f in ALL}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_are_those_of_the_golden_file(lang):
    lines = [f"{f.norm.id} {f.state}\n    {told(f).get(lang)}" for f in ALL]
    golden.check(f"why.{lang}.txt", "\n".join(lines))


@pytest.mark.parametrize("found", ALL, ids=lambda f: f"{f.norm.id}-{f.state}")
def test_both_languages_say_the_same_numbers(found):
    text = told(found)
    numbers = [sorted(re.findall(r"[0-9]{4}-[0-9-]+|[0-9]{2}:[0-9]{2}", t)) for t in
               (text.zh, text.en)]  # fmt: skip
    assert numbers[0] == numbers[1]
    assert not text.en.endswith(".") and not text.zh.endswith("。")
    assert not re.search("[\u4e00-\u9fff]", text.en)


def test_a_minute_late_is_told_with_both_times():
    found = finding(H48, "fulfilled_late", met=at("2023-03-02T09:01"), **LATE)
    assert told(found).zh == (
        "接到项目任务 t1（2023-02-28 09:00）后 48 小时内，即不迟于 2023-03-02 09:00；"
        "2023-03-02 09:01 完成（d1），迟 1 分钟"
    )


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        pytest.param("2023-03-08T00:00", "late: 00:00 belongs to the next day", id="at-24:00"),
        pytest.param("2023-03-08T00:01", "1 min late", id="a-minute-after"),
        pytest.param("2023-03-08", "1 day late", id="known-by-its-day"),
        pytest.param("2023-03-10T00:00", "2 days late", id="two-days-of-time"),
    ],
)
def test_lateness_against_a_due_day(met, expected):
    found = finding(DAYS, "fulfilled_late", due=day_due("2023-03-07"), met=at(met))
    assert told(found).en.endswith(expected)


@pytest.mark.parametrize(
    ("anchor", "due", "skipped"),
    [
        pytest.param("2023-02-28T09:00", "2023-03-02", None, id="no-day-off"),
        pytest.param("2023-03-02T09:00", "2023-03-06", "2 days off", id="a-weekend"),
        pytest.param("2023-01-19T10:00", "2023-01-28", "7 days off", id="spring-festival"),
    ],
)
def test_working_days_tell_how_many_days_were_skipped(anchor, due, skipped):
    text = told(finding(WORK, "pending", anchor=at(anchor), due=day_due(due))).en
    assert ("skipping" in text) is (skipped is not None)
    assert skipped is None or f"skipping {skipped} (calendar CN)" in text


def test_a_due_that_moved_names_its_suspension():
    found = finding(H48, "pending", due=instant_due("2023-03-04T09:00"))
    assert "moved from 2023-03-02 09:00 by a suspension" in told(found).en


def test_a_rolled_due_tells_the_day_off():
    found = finding(DAYS, "pending", anchor=at("2023-01-14"), due=day_due("2023-01-28"))
    assert "moved on from the day off 2023-01-21" in told(found).en


def test_without_an_as_of_no_age_is_told():
    found = finding(H48, "overdue", due=LATE["due"])
    assert told(found, as_of=None).en.endswith("not done, the due has passed")


def test_as_of_decides_what_is_left():
    found = finding(DAYS, "pending", due=day_due("2023-03-07"))
    assert "1 min left" in told(found, as_of=us("2023-03-07T23:59")).en
    assert "0 s overdue" in told(found, as_of=us("2023-03-08T00:00")).en


def test_infeasible_tells_when_the_first_version_became_known():
    first = replace(fact("plan", "g1", "2023-03-01T08:00", 3), recorded=us("2023-03-01T08:30"))
    second = replace(first, recorded=us("2023-03-02T08:30"), supersedes="g1")
    for facts in ([first, second], [second, first]):
        names = Names(PLAN, None, FactLog(facts=facts))
        found = finding(H48, "infeasible", trigger="g1", due=LATE["due"])
        assert "2023-03-01 08:30" in told(found, names=names).en


def test_a_gap_after_an_act_names_the_act():
    found = finding(GAP, "pending", key="4.6-gap/v1", facts=("v1",), due=day_due("2023-03-28"))
    assert ", from v1 (2023-02-28 09:00), that is" in told(found).en


def test_all_kinds_of_facts_that_count_are_named():
    both = replace(GAP, step=replace(GAP.step, also=(Matcher("meeting"), Matcher("visit"))))
    found = finding(both, "pending", trigger="", facts=(), due=day_due("2023-03-28"))
    assert 'from one "site guidance" or "meeting" to the next' in told(found).en
    assert "“实地指导”或“会议”" in told(found).zh


def test_a_condition_on_the_facts_is_told_in_words_or_by_the_title():
    where = replace(LEAST, text="n  = 1\n  and filled(x)")
    step = replace(FORBID.step, content=Matcher("complaint", where=where), look_back=None)
    found = finding(replace(FORBID, step=step), "holding", trigger="", facts=())
    assert told(found).en.startswith(
        'there must be no "complaint" ("n" equal to 1, "x" filled in);'
    )
    where = replace(LEAST, text="some n in complaint satisfies n.x = 1")
    step = replace(FORBID.step, content=Matcher("complaint", where=where), look_back=None)
    found = finding(replace(FORBID, step=step), "holding", trigger="", facts=())
    asked = 'there must be no "complaint" (what 7.1-no-complaint asks);'
    assert told(found).en.startswith(asked)
    assert "`" not in told(found).zh


def test_steps_of_one_type_are_told_apart_by_their_ids():
    steps = (OrderStep("draft", Matcher("doc")), OrderStep("final", Matcher("doc")))
    found = finding(replace(ORDER, step=Order(steps)), "holding", trigger="", facts=())
    assert "document completed (draft) → document completed (final)" in told(found).en


@pytest.mark.parametrize("relation", ["response", "succession"])
def test_a_step_that_did_not_follow_is_named(relation):
    step = replace(ORDER.step, relation=relation)
    found = finding(replace(ORDER, step=step), "breached", trigger="", facts=("t1",))
    assert told(found).en.endswith('no "document completed" after "project task received"')


def test_a_period_in_which_nothing_is_asked_says_why():
    step = replace(MONTHLY.step, needed_if=Matcher("plan"))
    found = finding(replace(MONTHLY, step=step), "not_applicable", period="2023-03")
    assert told(found).zh == "周期 2023-03 内没有“指导计划”，因此不要求"


def test_no_time_at_all_before_an_event_is_not_told_as_a_duration():
    step = replace(BEFORE.step, due=replace(BEFORE.step.due, duration=Exact(0)))
    found = finding(
        replace(BEFORE, step=step), "pending", trigger="g1", due=instant_due("2023-02-28T09:00")
    )
    assert told(found).zh.startswith("不晚于指导计划 g1（2023-02-28 09:00），即不迟于")


def test_the_end_of_a_day_is_24_00():
    found = finding(NO_DUE, "breached", breached_at=us("2023-01-01T00:00") - 1)
    assert "2022-12-31 24:00" in told(found).en


def test_an_element_without_a_title_is_told_by_its_question():
    bare = Element("sign", Text("sign", "sign"), judgement=Text("签了吗", "is it signed"))
    of = replace(REQUIRE, step=Require((bare,)))
    assert told(finding(of, "breached", elements=(("sign", "false"),))).zh.endswith(
        "人工判断为否：签了吗"
    )


def test_missing_items_are_told_in_words():
    assert NAMES.missing("field d1.file_format").zh == "d1 的字段“文件格式”"
    assert NAMES.missing("field x.y.file_format").en == 'the field "file format" of x.y'
    assert NAMES.missing("judgement 6.1-form/sign").zh == "对“签名”的人工判断（6.1-form/sign）"
    assert NAMES.missing("calendar CN 2031").en == "the year 2031 in the calendar CN"
    assert Names(PLAN).missing("field d1.file_format").zh == "d1 的字段“file_format”"
    assert NAMES.missing("odd").en == "`odd`"
    assert NAMES.remedy("odd").en == ""


def test_only_failed_elements_are_named():
    elements = (("name", "true"), ("sign", "false"))
    text = told(finding(REQUIRE, "breached", elements=elements, trigger="d1"))
    assert text.zh.endswith("人工判断为否（1/2）：签名")
    assert Z.name == PLAN.zone
