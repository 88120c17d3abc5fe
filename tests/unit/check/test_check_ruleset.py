"""Every check finds what it looks for, at its place, and nothing in a ruleset without a fault."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from check_samples import findings

from stdrules.base.text import Text
from stdrules.check.ruleset import check_ruleset
from stdrules.compile.compiler import compile_plan
from stdrules.load.ruleset import load_ruleset

SHIPPED = Path(__file__).parents[3] / "rulesets"


def test_a_ruleset_without_a_fault(tmp_path: Path) -> None:
    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "code", "message", "place"),
    [
        (
            ("clauses.yaml", "expected_statements: 5", "expected_statements: 6"),
            "E320",
            "expected_statements is 6, the ledger has 5 "
            "(3 encoded + 1 assisted + 0 not_evaluable + 1 informative)",
            "clauses.yaml:1",
        ),
        (
            ("clauses.yaml", "expected_statements: 5\n", ""),
            "E320",
            "expected_statements is None, the ledger has 5 "
            "(3 encoded + 1 assisted + 0 not_evaluable + 1 informative)",
            "clauses.yaml",
        ),
        (
            ("clauses.yaml", "norms: [first]", "norms: [first, frist]"),
            "E321", "`s1` names `frist`, which is not there", "clauses.yaml:3",
        ),
        (
            ("clauses.yaml", "norms: [card/1, card/2]", "norms: [card/1, card/2, card/9]"),
            "E321", "`s3` names `card/9`, which is not there", "clauses.yaml:11",
        ),
        (
            ("clauses.yaml", "norms: [first]", "norms: [card]"),
            "E322", "no statement of the ledger names the norm `first`", "norms/04.yaml:2:7",
        ),
        (
            ("clauses.yaml", "norms: [card/1, card/2]", "norms: [card/1]"),
            "E322", "no statement of the ledger names `card/2`", "scorecard.yaml:14",
        ),
        (
            ("clauses.yaml", "norms: [card/c1]", "norms: [card/1]"),
            "E322", "no statement of the ledger names `card/c1`", "scorecard.yaml:8",
        ),
        (
            ("clauses.yaml", "  question:", "  readings: [advanc]\n  question:"),
            "E324", "`s2` names the reading `advanc`, which is not declared", "clauses.yaml:4",
        ),
        (
            ("scorecard.yaml", "statement: s3", "statement: s9"),
            "E325", "the ledger has no statement `s9`", "scorecard.yaml:13",
        ),
        (
            ("vocabulary.yaml", "values: {good: {zh: 好, en: good}, poor: {zh: 差",
             "values: {good: {zh: 好, en: good}, poor: {zh: 好"),
            "E327", "`好` means both `good` and `poor` in `rated.grade`", "vocabulary.yaml:18",
        ),
        (
            ("vocabulary.yaml", "aliases: [项目号]", "aliases: [项目号, 项目号]"),
            "W344", "the alias `项目号` of `opened.project_id` is listed twice",
            "vocabulary.yaml:2",
        ),
        (
            ("vocabulary.yaml", "label: {zh: 评定, en: rated}", "label: {zh: 客户, en: rated}"),
            "W343", "`客户` names both `client` and `rated`", "vocabulary.yaml:18",
        ),
        (
            ("norms/04.yaml", "{reading: advance, when: {calendar: P1D, elapsed: PT24H}}", "P1D"),
            "W340", "nothing uses the reading `advance`", "ruleset.yaml:9",
        ),
        (
            ("norms/04.yaml", "  when: 'parameter.strict != null'\n", ""),
            "W341", "nothing uses the parameter `strict`", "ruleset.yaml:15",
        ),
        (
            ("vocabulary.yaml", "    links:\n      unit: {type: client, by: project_id}\n", ""),
            "W342", "nothing uses the fact type `client`", "vocabulary.yaml:10",
        ),
        (
            ("cases/04.yaml", "norm: first, state: fulfilled", "norm: first, state: overdue"),
            "W350", "the norm `first` has no test where it is fulfilled", "norms/04.yaml:2:7",
        ),
        (
            ("cases/04.yaml", "norm: first, state: breached", "norm: first, state: pending"),
            "W351", "the norm `first` has no test where it is violated", "norms/04.yaml:2:7",
        ),
        (
            ("cases/04.yaml", "norm: second, state: undetermined", "norm: second, state: pending"),
            "W353", "the norm `second` has no test where it is undetermined", "norms/04.yaml:10:7",
        ),
        (
            ("cases/04.yaml", "lo: 2, outcome: winner", "lo: 1, outcome: fail"),
            "W354", "the scorecard `card` lacks tests: pass, threshold", "scorecard.yaml:2",
        ),
        (
            ("cases/04.yaml", "conditions: {c1: 'true'}", "conditions: {c2: 'true'}"),
            "E328", "unknown condition `c2`", "cases/04.yaml:41:5",
        ),
        (
            ("cases/04.yaml", "indicators: {'1'", "indicators: {'7'"),
            "E328", "unknown indicator `7`", "cases/04.yaml:36:5",
        ),
        (
            ("cases/04.yaml", "type: opened", "type: opend"),
            "E328", "unknown fact type `opend`", "cases/04.yaml:44:18",
        ),
    ],
)  # fmt: skip
def test_one_finding(
    tmp_path: Path, change: tuple[str, str, str], code: str, message: str, place: str
) -> None:
    found = findings(tmp_path, change)
    shown = [(f.code, f.message.en, str(f.span).removeprefix("sample/")) for f in found]
    assert shown == [(code, message, place)]
    assert found[0].message.zh and found[0].message.zh != found[0].message.en


def test_unknown_names_in_tests_suggest_the_near_one(tmp_path: Path) -> None:
    change = ("cases/04.yaml", "norm: second, state: fulfilled", "norm: secnd, state: fulfiled")
    found = [f for f in findings(tmp_path, change) if f.code == "E328"]
    assert [f.message.en for f in found] == ["unknown norm `secnd`", "unknown state `fulfiled`"]
    assert found[0].hint is not None and found[0].hint.en == "did you mean `second`?"


def test_two_tests_are_too_few_for_a_norm_with_a_due(tmp_path: Path) -> None:
    change = ("cases/04.yaml", "norm: first, state: undetermined", "norm: second, state: pending")
    assert [f.code for f in findings(tmp_path, change)] == ["W352", "W353"]


def test_a_whole_scorecard_covers_its_rows(tmp_path: Path) -> None:
    changes = (
        ("clauses.yaml", "norms: [card/1, card/2]", "norms: [card]"),
        ("clauses.yaml", "norms: [card/c1]", "norms: [card]"),
    )
    assert findings(tmp_path, *changes) == []


def test_status_fits_the_norms(tmp_path: Path) -> None:
    swapped = (
        ("clauses.yaml", "status: encoded, norms: [first]", "status: encoded, norms: [second]"),
        ("clauses.yaml", "norms: [second]\n", "norms: [first]\n"),
    )
    found = [(f.code, f.message.en) for f in findings(tmp_path, *swapped)]
    assert found == [
        ("E323", "`s1` is encoded, but all its norms need a person's judgement"),
        ("E323", "`s2` is assisted, but none of its norms has a judgement element"),
    ]


def test_a_use_in_an_alternative_that_is_not_chosen_is_a_use(tmp_path: Path) -> None:
    changes = (
        ("vocabulary.yaml", "    links:\n      unit: {type: client, by: project_id}\n", ""),
        (
            "norms/04.yaml",
            "  content: {fact: rated}\n",
            "  content: {reading: advance, when: {calendar: {fact: rated},"
            " elapsed: {any: [{fact: rated}, {fact: rated, where: 'count(client) > 0'}]}}}\n",
        ),
    )
    assert findings(tmp_path, *changes) == []


def test_texts_in_both_languages(tmp_path: Path) -> None:
    findings(tmp_path)
    source = load_ruleset(tmp_path, "sample")
    plan, _ = compile_plan(source)
    assert plan is not None
    norm = replace(plan.norms[0], title=Text("评定", " "))
    (found,) = check_ruleset(source, replace(plan, norms=(norm, *plan.norms[1:])))
    assert (found.code, str(found.span)) == ("E326", "sample/norms/04.yaml:2:7")


def test_without_a_plan_only_what_needs_none_is_checked(tmp_path: Path) -> None:
    change = ("clauses.yaml", "norms: [first]", "norms: [frist]")
    assert {f.code for f in findings(tmp_path, change)} == {"E321", "E322"}
    assert check_ruleset(load_ruleset(tmp_path, "sample"), None) == []


@pytest.mark.parametrize("name", ["q_gxxz_029", "shenzhen_mz"])
def test_shipped_rulesets_have_no_errors(name: str) -> None:
    source = load_ruleset(SHIPPED / name, name)
    plan, _ = compile_plan(source)
    found = check_ruleset(source, plan, source.cases)
    assert [f.render() for f in found if f.code.startswith("E")] == []
