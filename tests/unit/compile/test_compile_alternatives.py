"""Alternatives that are not chosen are compiled too."""

from __future__ import annotations

from pathlib import Path

import pytest
from compile_samples import norm, ruleset

from stdrules.compile.alternatives import check_alternatives
from stdrules.compile.compiler import compile_plan
from stdrules.load.ruleset import load_ruleset

SHIPPED = Path(__file__).parents[3] / "rulesets"
BROKEN = """
    kind: deadline
    content: {fact: paper, where: {reading: advance, when: {calendar: 'pages > 1', elapsed: 'page > 1'}}}
    """  # noqa: E501


def test_an_error_in_another_alternative_names_the_choice(tmp_path: Path) -> None:
    source = ruleset(tmp_path, norm(BROKEN))
    plan, findings = compile_plan(source)
    assert plan is not None and findings == []
    (found,) = check_alternatives(source)
    assert (found.code, found.message.en) == (
        "E201",
        "unknown name `page` (with `advance` = `elapsed`)",
    )
    assert found.excerpt is not None
    marked = found.excerpt[found.span.column - 1 : found.span.end_column - 1]
    assert marked == "page"


def test_an_error_of_the_defaults_is_not_told_again(tmp_path: Path) -> None:
    source = ruleset(tmp_path, norm("kind: deadline\ncontent: {fact: papr}"))
    assert check_alternatives(source) == []


def test_parameters_are_tried_with_and_without_a_value(tmp_path: Path) -> None:
    body = (
        "kind: content\ntrigger: {fact: paper}\nat_least: {parameter: least}\n"
        "elements: [{id: a, filled: tags}]"
    )
    plan, findings = compile_plan(ruleset(tmp_path, norm(body)))
    assert plan is None and [found.code for found in findings] == ["E308"]
    given = ruleset(tmp_path, norm(body))
    plan, _ = compile_plan(given, {}, {"least": 1})
    assert plan is not None
    assert check_alternatives(given) == []


def test_a_word_that_only_some_texts_may_stand_for_is_tried_with_one_of_them(
    tmp_path: Path,
) -> None:
    body = "kind: recurrence\nevery: {parameter: rhythm}\ncontent: {fact: paper}"
    source = ruleset(tmp_path, norm(body))
    plan, findings = compile_plan(source)
    assert plan is not None and findings == []
    assert check_alternatives(source) == []


@pytest.mark.parametrize("name", ["q_gxxz_029", "shenzhen_mz"])
def test_shipped_rulesets_have_no_broken_corner(name: str) -> None:
    found = check_alternatives(load_ruleset(SHIPPED / name, name))
    assert [finding.render() for finding in found] == []
