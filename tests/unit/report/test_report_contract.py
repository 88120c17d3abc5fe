"""The JSON contract: keys, forms of values, equal bytes."""

from __future__ import annotations

import json
import random
import re
from decimal import Decimal

import pytest
from report_world import (
    DAYS,
    FINDINGS,
    H48,
    LATE,
    PLAN,
    Z,
    at,
    day_due,
    finding,
    report,
    us,
)

from stdrules.base.diagnostics import Severity, Span, make, register
from stdrules.base.errors import UsageError
from stdrules.base.time.durations import Due
from stdrules.plan.results import STATES, Evaluation
from stdrules.report import contract
from stdrules.report.contract import late_by, obligation_dict, to_json_bytes
from stdrules.report.report import Report
from stdrules.report.setting import Setting

SETTING = Setting.of(PLAN)
CODE = register("E998", Severity.WARNING, "测试", "a test", "测试用", "for tests")


def test_the_head_names_every_argument_with_its_digest():
    data = report(known_at=us("2023-03-04T12:00")).to_dict()
    assert data["schema_version"] == "1.0"
    assert data["ruleset"]["id"] == "sample"
    assert data["ruleset"]["digest"] == "a" * 64
    assert (data["plan_digest"], data["facts_digest"]) == ("b" * 64, "c" * 64)
    assert data["as_of"] == "2023-03-05T00:00:00+08:00"
    assert data["known_at"] == "2023-03-04T12:00:00+08:00"
    assert data["calendar"]["name"] == "CN"
    assert data["readings"] == {"before_is_inclusive": "no"}
    assert report().to_dict()["known_at"] is None


def test_an_obligation_has_the_keys_and_values_of_the_contract():
    data = report().to_dict()["obligations"][0]
    expected = {
        "norm": "4.1-plan-48h",
        "case": "P1",
        "key": "4.1-plan-48h/t1",
        "modality": "obligation",
        "state": "fulfilled_late",
        "violation": True,
        "open": False,
        "advice": False,
        "due": "2023-03-02T09:00:00+08:00",
        "met_at": "2023-03-02T09:01:00+08:00",
        "late_by": "PT1M",
        "clause": "4.1",
        "bearer": "manager",
        "trigger": "t1",
        "facts": ["t1", "d1"],
        "readings": [],
        "parameters": [],
        "missing": [],
        "kind": "deadline",
        "title": {"zh": "4.1-plan-48h 的要求", "en": "what 4.1-plan-48h asks"},
    }
    assert {key: data[key] for key in expected} == expected
    assert set(data["why"]) == {"zh", "en"}


@pytest.mark.parametrize(
    ("due", "met", "expected"),
    [
        pytest.param(day_due("2023-03-07"), "2023-03-08", "P1D", id="days"),
        pytest.param(day_due("2023-03-07"), "2023-03-08T00:00", "PT0S", id="instant-at-24"),
        pytest.param(day_due("2023-03-07"), "2023-03-09T01:00", "P1DT1H", id="instant"),
        pytest.param(
            Due(False, us("2023-03-02T09:00"), us("2023-03-02T10:00")), "2023-03-02T11:00",
            "PT1H/PT2H", id="vague",
        ),
    ],
)  # fmt: skip
def test_lateness_in_iso(due, met, expected):
    found = finding(DAYS, "fulfilled_late", due=due, met=at(met))
    assert late_by(found, Z) == expected


def test_only_late_fulfilment_has_a_lateness():
    assert late_by(finding(H48, "fulfilled", due=LATE["due"], met=at("2023-03-02")), Z) is None
    assert late_by(finding(H48, "overdue", due=LATE["due"]), Z) is None


def test_a_due_day_is_the_midnight_that_ends_it_and_a_vague_due_has_both_ends():
    day = obligation_dict(finding(DAYS, "pending", due=day_due("2023-03-07")), SETTING)
    assert (day["due"], day["due_earliest"]) == ("2023-03-08T00:00:00+08:00", None)
    vague = Due(False, us("2023-03-02T00:00"), us("2023-03-03T00:00"))
    data = obligation_dict(finding(H48, "pending", due=vague), SETTING)
    assert data["due"] == "2023-03-03T00:00:00+08:00"
    assert data["due_earliest"] == "2023-03-02T00:00:00+08:00"


def test_progress_elements_and_possible_states():
    rows = {row["norm"]: row for row in report().to_dict()["obligations"]}
    assert rows["5.3-meetings"]["progress"] == {"lo": "3", "hi": "5", "needed": "4"}
    assert rows["5.3-meetings"]["possible"] == ["fulfilled", "pending"]
    assert rows["5.3-meetings"]["missing"] == ["field d1.file_format"]
    assert [e["state"] for e in rows["6.1-form"]["elements"]] == ["true", "false"]
    assert rows["4.7-report"]["control"] == "w1"
    assert rows["9.1-should"]["advice"] and not rows["9.1-should"]["violation"]
    assert not rows["9.1-should"]["open"]


def test_the_summary_counts_every_state_and_adds_up():
    summary = report().summary
    assert set(summary) == {*STATES, "violations", "advice"}
    assert sum(summary[state] for state in STATES) == len(FINDINGS)
    assert (summary["violations"], summary["advice"]) == (7, 1)


def test_a_score_has_decimals_as_strings():
    score = report().to_dict()["scores"][0]
    assert (score["scorecard"], score["lo"], score["hi"]) == ("pilot", "84.5", "87.5")
    assert (score["threshold"], score["max"], score["outcome"]) == ("85", "100", "undetermined")
    lost = {row["id"]: row["lost"] for row in score["indicators"]}
    assert lost == {"1": "0.5", "2": "0", "3": "4", "4": "3", "5": "0"}
    assert score["at_stake"] == [{"item": "rating 5", "points": "3", "decides_threshold": True}]
    assert score["vetoes"][0]["state"] == "true"
    assert score["groups"][0]["hi"] == "10.5"


def test_keys_are_sorted_and_numbers_are_never_floats():
    def walk(node):
        if isinstance(node, dict):
            assert list(node) == sorted(node)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
        else:
            assert not isinstance(node, float)

    walk(json.loads(report().to_json()))


def test_equal_input_gives_equal_bytes_whatever_the_order_of_mappings():
    first = to_json_bytes(report(rejected={"a": 1, "b": 2}))
    second = to_json_bytes(report(rejected={"b": 2, "a": 1}))
    assert first == second
    assert first.endswith(b"}\n") and first.count(b"\n") == 1
    assert json.loads(first) == json.loads(report(rejected={"a": 1, "b": 2}).to_json())


def test_diagnostics_are_sorted_and_given_once():
    found = [make(CODE, Span("b.csv", line), zh="坏", en="bad") for line in (9, 2, 2)]
    random.Random(1).shuffle(found)
    whole = Report(Evaluation([], [], found[:1]), PLAN, "c", 0, diagnostics=found)
    assert [d.span.line for d in whole.diagnostics] == [2, 9]
    assert whole.to_dict()["diagnostics"][0]["code"] == "E998"


def test_half_characters_do_not_break_the_bytes():
    broken = finding(H48, "overdue", due=LATE["due"], key="4.1-plan-48h/\udc80")
    data = to_json_bytes(Report(Evaluation([broken]), PLAN, "c", us("2023-03-05")))
    assert json.loads(data)["obligations"][0]["key"].endswith("\udc80")


def test_find_picks_by_norm_and_case_and_refuses_unknown_norms():
    whole = report()
    assert [f.state for f in whole.find(norm="4.1-plan-48h")] == [
        "fulfilled_late",
        "overdue",
        "cancelled",
    ]
    assert whole.find(case="P2") == []
    assert len(whole.find(case="P1")) == len(FINDINGS)
    with pytest.raises(UsageError, match=r"4\.1-plan-48h"):
        whole.find(norm="4.1-plan-48")


def test_the_report_has_lists_and_a_short_form():
    whole = report()
    assert len(whole.violations) == 7 and len(whole.advice) == 1
    assert [f.norm.id for f in whole.undetermined] == ["5.3-meetings"]
    worst = whole.worst_first(whole.violations)
    assert [f.state for f in worst[:2]] == ["breached", "overdue"]
    assert worst[0].norm.modality == "prohibition"
    assert whole.digests["facts"] == "c" * 64
    assert repr(whole) == (
        "Report(sample 1.0.0, as_of=2023-03-05T00:00:00+08:00, "
        "obligations=20, violations=7, undetermined=1)"
    )
    assert whole.scores[0].lo == Decimal("84.5")


def test_every_key_is_described_and_every_described_part_exists():
    described = set(re.findall(r"[a-z_]+", contract.__doc__ or ""))
    data = report().to_dict()
    score = data["scores"][0]
    parts = [data, data["ruleset"], data["obligations"][0], score]
    parts += [score[name][0] for name in ("vetoes", "groups", "indicators", "at_stake")]
    for part in parts:
        assert set(part) - described == set()
