"""Explanations of one finding, values for readers, tables of rulesets and ledgers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from report_world import (
    AS_OF,
    FINDINGS,
    H48,
    LATE,
    LOG,
    PLAN,
    REQUIRE,
    UNSET,
    VOCABULARY,
    YEARLY,
    at,
    finding,
    us,
)

import golden
from stdrules.base.text import display_width
from stdrules.base.time.durations import Days
from stdrules.base.truth import Missing
from stdrules.model.facts import FactLog, Suspension, Waiver
from stdrules.model.ledger import Ledger, LedgerEntry
from stdrules.model.ruleset import RulesetHeader
from stdrules.report.explain import explain, value_text
from stdrules.report.listing import (
    clause_text,
    ledger_dict,
    ledger_text,
    ledger_totals,
    norm_table,
    ruleset_table,
    show_ruleset,
)
from stdrules.report.names import Names
from stdrules.report.setting import Setting

PAIR = {"zh": "理由", "en": "a reason"}
HEADER = RulesetHeader.model_validate(
    {
        "stdrules": "1",
        "id": "sample",
        "version": "1.0.0",
        "title": {"zh": "样例", "en": "a sample"},
        "document": {"number": "S 1", "kind": "standard"},
        "case": {"type": "project", "label": {"zh": "项目", "en": "project"}},
        "timezone": "Asia/Shanghai",
        "readings": {
            "before_is_inclusive": {
                "clause": ["4.7"],
                "alternatives": {
                    "yes": {"zh": "含当天", "en": "that day counts"},
                    "no": {"zh": "不含当天", "en": "that day does not count"},
                },
                "default": "yes",
                "why": PAIR,
            }
        },
        "parameters": {
            "reply_within": {
                "clause": ["4.2"],
                "type": "duration",
                "label": {"zh": "答复时限", "en": "time to reply"},
                "why": PAIR,
            }
        },
    }
)


def entry(id: str, status: str, **more: object) -> LedgerEntry:
    values = {
        "id": id,
        "locator": id,
        "digest": "0" * 12,
        "summary": {"zh": f"{id} 摘要", "en": f"summary of {id}"},
        "status": status,
        **more,
    }
    return LedgerEntry.model_validate(values)


LEDGER = (
    entry("4.1", "encoded", norms=["4.1-plan-48h"]),
    entry("6.1", "assisted", norms=["6.1-form"], question=PAIR),
    entry("0.1", "informative", reason=PAIR),
    entry("0.2", "not_evaluable", reason=PAIR),
)
LEANING = replace(YEARLY, readings=("before_is_inclusive",))
NAMES = Names(
    PLAN,
    VOCABULARY,
    FactLog(
        facts=LOG.facts,
        waivers=[Waiver("w1", None, "P1", "处长", "停业", 738_000, None)],
        suspensions=[Suspension("s1", None, None, "flood", us("2023-03-01"), None)],
    ),
)


def told(found, lang="en", **more):
    options = {"as_of": AS_OF, "names": NAMES, **more}
    return explain(
        found,
        PLAN,
        lang,
        readings=HEADER.readings,
        parameters=HEADER.parameters,
        **options,
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explanations_are_those_of_the_golden_file(lang):
    late = finding(H48, "fulfilled_late", met=at("2023-03-02T09:01"), **LATE)
    form = finding(
        REQUIRE,
        "undetermined",
        elements=(("name", "true"), ("sign", "unknown")),
        trigger="d1",
        facts=("d1",),
        possible=("breached", "fulfilled"),
        missing=("judgement 6.1-form/sign",),
    )
    waived = finding(LEANING, "waived", period="2023", control="w1", trigger="", facts=())
    stopped = finding(UNSET, "suspended", control="s1")
    blocks = [told(found, lang) for found in (late, form, waived, stopped)]
    golden.check(f"explain.{lang}.txt", "\n\n".join(blocks))


@pytest.mark.parametrize("found", FINDINGS, ids=lambda f: f"{f.norm.id}-{f.state}")
def test_every_finding_can_be_explained_within_the_width(found):
    for lang in ("zh", "en"):
        lines = told(found, lang, width=60).split("\n")
        assert max(map(display_width, lines)) <= 60
        assert found.norm.title.get(lang) in "\n".join(lines)


def test_without_names_and_mappings_ids_are_enough():
    text = explain(finding(LEANING, "waived", control="w9"), PLAN)
    assert "w9" in text and "before_is_inclusive = no" in text


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        pytest.param(None, "（空白）", "(blank)", id="null"),
        pytest.param(Missing("x", blank=True), "（空白）", "(blank)", id="blank"),
        pytest.param(Missing("x"), "（未知）", "(unknown)", id="unknown"),
        pytest.param(True, "是", "yes", id="true"),
        pytest.param(Decimal("1.50"), "1.5", "1.5", id="decimal"),
        pytest.param(3, "3", "3", id="int"),
        pytest.param(date(2023, 3, 2), "2023-03-02", "2023-03-02", id="date"),
        pytest.param(
            datetime(2023, 3, 2, 1, 1, tzinfo=UTC), "2023-03-02 09:01", "2023-03-02 09:01", id="utc"
        ),
        pytest.param(at("2023-03-02"), "2023-03-02", "2023-03-02", id="whole-day"),
        pytest.param(Days(2), "2 天", "2 days", id="duration"),
        pytest.param(("a", "b"), "a、b", "a, b", id="list"),
    ],
)
def test_values_for_readers(value, zh, en):
    text = value_text(value, Setting.of(PLAN))
    assert (text.zh, text.en) == (zh, en)


def test_totals_add_up():
    totals = ledger_totals(LEDGER)
    assert totals == {
        "statements": 4,
        "encoded": 1,
        "assisted": 1,
        "not_evaluable": 1,
        "informative": 1,
    }
    data = ledger_dict(LEDGER)
    assert data["totals"] == totals
    assert data["clauses"][0]["summary"] == {"zh": "4.1 摘要", "en": "summary of 4.1"}
    assert ledger_totals(()) == dict.fromkeys(totals, 0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_are_those_of_the_golden_file(lang):
    blocks = [
        ruleset_table([HEADER], lang),
        norm_table(PLAN.norms, lang),
        show_ruleset(HEADER, PLAN, Ledger(clauses=LEDGER), lang),
        ledger_text(LEDGER, lang),
        clause_text("6.1", LEDGER, PLAN, lang),
        clause_text("5.3-meetings", LEDGER, PLAN, lang),
    ]
    golden.check(f"tables.{lang}.txt", "\n\n".join(blocks))


def test_an_unknown_clause_gives_nothing():
    assert clause_text("99", LEDGER, PLAN) == ""
