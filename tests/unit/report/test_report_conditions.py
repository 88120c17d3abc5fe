"""Conditions in words: a table of expressions, and that none reaches a reader of the rulesets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from report_world import LEAST, PLAN, TYPES

import stdrules
from stdrules.base.text import Text
from stdrules.compile.compiler import compile_or_raise
from stdrules.load.ruleset import load_ruleset
from stdrules.model.vocabulary import Vocabulary
from stdrules.report.asks import trigger_type
from stdrules.report.conditions import condition_text, guard_text, matchers, may_fit, values_text
from stdrules.report.names import Names

ROOT = Path(__file__).parents[3]
RULESETS = ("db4201_629", "jghq_bzh", "q_gxxz_029", "shenzhen_mz", "suzhou_464")


def field(kind: str, zh: str, en: str, **values: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "label": {"zh": zh, "en": en}}
    if values:
        found["values"] = {name: {"zh": said, "en": name} for name, said in values.items()}
    return found


VOCABULARY = Vocabulary.model_validate({
    "types": {
        "doc": {
            "kind": "document", "label": {"zh": "文件", "en": "document"},
            "fields": {
                "kind": field("choice", "种类", "kind", draft="草案", final="定稿"),
                "parts": field("choices", "部分", "parts", cover="封面", body="正文"),
                "stamped": field("boolean", "盖章", "stamped"),
                "pages": field("number", "页数", "pages"),
                "sent_on": field("date", "发出日期", "sent on"),
                "made_on": field("date", "完成日期", "made on"),
            },
        },
        "visit": {
            "kind": "event", "label": {"zh": "实地指导", "en": "visit"},
            "fields": {"held_on": field("date", "举行日期", "held on")},
        },
    }
})  # fmt: skip
LINKED = replace(TYPES["doc"], label=Text("文件", "document"),
                 links=(("visit", "visit", "visit_id", "visit_id"),))  # fmt: skip
NAMES = Names(
    replace(PLAN, types={**TYPES, "doc": LINKED}, parameter_labels={"days": Text("天数", "days")}),
    VOCABULARY,
)
WORDS = (
    ("filled(sent_on)", "“发出日期”已填", '"sent on" filled in'),
    ("sent_on != null", "“发出日期”已填", '"sent on" filled in'),
    ("sent_on = null", "“发出日期”为空", '"sent on" blank'),
    ('kind = "draft"', "种类：草案", "kind: draft"),
    ('kind != "draft"', "种类不是“草案”", 'kind other than "draft"'),
    ('kind in ("draft", "final")', "种类：草案、定稿之一", "kind: one of draft, final"),
    ('kind in ("draft")', "种类：草案", "kind: draft"),
    ('filled(kind) and kind = "draft"', "种类：草案", "kind: draft"),
    ("stamped", "盖章", "stamped"),
    ("stamped = true", "盖章", "stamped"),
    ("stamped = false", "非“盖章”", 'not "stamped"'),
    ("not(stamped)", "非“盖章”", 'not "stamped"'),
    ("not(filled(sent_on))", "并非（“发出日期”已填）", 'not ("sent on" filled in)'),
    ("pages >= 3", "“页数”不少于 3", '"pages" at least 3'),
    ("pages > 2.5", "“页数”大于 2.5", '"pages" more than 2.5'),
    ("sent_on < made_on", "“发出日期”早于“完成日期”", '"sent on" before "made on"'),
    ("date(sent_on) <= trigger.held_on", "“发出日期”不晚于触发记录的“举行日期”",
     '"sent on" not after the "held on" of the trigger'),
    ("visit.held_on < sent_on", "“举行日期”早于“发出日期”", '"held on" before "sent on"'),
    ('list contains(parts, "cover") and list contains(parts, "body")', "部分含“封面、正文”",
     'parts including "cover, body"'),
    ("count(parts) >= 2", "“部分”的数量不少于 2", 'at least 2 of "parts"'),
    ('kind = "draft" and (stamped or pages > 9)', "种类：草案，（盖章或“页数”大于 9）",
     'kind: draft, (stamped or "pages" more than 9)'),
)  # fmt: skip
NO_WORDS = ("false", "some p in parts satisfies p = \"cover\"", "pages + 1 > 2", "each.x = pages",
            "stamped and pages * 2 = 4", "not(pages * 2 = 4)", "((")  # fmt: skip
GUARDS = (
    ("doc != null", "有“文件”", 'there is "document"'),
    ("doc = null", "没有“文件”", 'there is no "document"'),
    ("count(doc) >= 1", "有“文件”", 'there is "document"'),
    ("count(doc) > 0", "有“文件”", 'there is "document"'),
    ("count(doc[stamped]) = 0", "没有“文件”（盖章）", 'there is no "document" (stamped)'),
    ('count(doc[kind = "draft"]) >= 2', "“文件”（种类：草案）的数量不少于 2",
     'at least 2 of "document" (kind: draft)'),
    ("visit.held_on = null", "“实地指导的举行日期”为空", '"held on of site guidance" blank'),
    ("trigger.stamped", "盖章", "stamped"),
    ("parameter.days != null", "已给出参数 days“天数”", 'the parameter days "days" has a value'),
)  # fmt: skip


@pytest.mark.parametrize(("text", "zh", "en"), WORDS)
def test_conditions_on_a_fact(text: str, zh: str, en: str) -> None:
    assert condition_text(replace(LEAST, text=text), "doc", NAMES, "visit") == Text(zh, en)


@pytest.mark.parametrize("text", NO_WORDS)
def test_what_has_no_words_says_nothing(text: str) -> None:
    assert condition_text(replace(LEAST, text=text), "doc", NAMES) is None


@pytest.mark.parametrize(("text", "zh", "en"), GUARDS)
def test_conditions_on_the_case(text: str, zh: str, en: str) -> None:
    assert guard_text(replace(LEAST, text=text), NAMES, "doc") == Text(zh, en)


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ('kind = "draft"', "draft"),
        ('kind = "draft" and kind = "final"', "draft, final"),
        ('kind = "draft" and stamped', None),
        ('kind != "draft"', None),
    ],
)
def test_values_alone(text: str, en: str | None) -> None:
    found = values_text(replace(LEAST, text=text), "doc", NAMES)
    assert (None if found is None else found.en) == en


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('kind = "draft"', True), ('kind = "final"', False), ('kind in ("final", "draft")', True),
        ('kind = "final" or stamped', True), ('kind = "draft" and not(stamped)', True),
        ('kind = "final" and pages * 2 > 1', False), ("pages * 2 > 1", True), ("stamped", True),
    ],
)  # fmt: skip
def test_a_fact_is_left_out_only_if_it_is_certain(text: str, fits: bool) -> None:
    values = {"kind": "draft", "stamped": True, "pages": 3}
    assert may_fit(replace(LEAST, text=text), values.get) is fits
    assert may_fit(None, values.get)


# --- the rulesets that come with it -------------------------------------------------------------


@pytest.mark.parametrize("name", RULESETS)
def test_most_conditions_have_words_and_every_role_a_title(name: str) -> None:
    source = load_ruleset(ROOT / "rulesets" / name)
    plan = compile_or_raise(source)
    names = Names(plan, source.vocabulary)
    told, silent = 0, 0
    for norm in plan.norms:
        for role in (norm.bearer, norm.counterparty):
            assert not role or role in plan.roles, f"{norm.id}: {role}"
        for matcher in matchers(norm.step):
            if matcher.where is None:
                continue
            found = condition_text(matcher.where, matcher.type, names, trigger_type(norm))
            told, silent = told + (found is not None), silent + (found is None)
            for text in () if found is None else (found.zh, found.en):
                assert "filled(" not in text and "null" not in text and "trigger." not in text
    assert silent * 5 <= told + silent


@pytest.mark.parametrize("name", ["q_gxxz_029", "jghq_bzh"])
def test_no_expression_reaches_a_reader(name: str) -> None:
    folder = ROOT / "examples" / name
    report = stdrules.audit(name, sorted(folder.glob("*.xlsx")), as_of="2024-12-31")
    for row in report.obligations:
        why = report.why(row)
        assert "`" not in why.en and "`" not in why.zh, row.key
        assert "filled(" not in why.en and " != " not in why.en, row.key
