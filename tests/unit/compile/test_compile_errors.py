"""What is wrong with a ruleset is told with its code, its place and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from compile_samples import CARD, HEADER, errors_of, norm, ruleset

from stdrules.base.errors import RulesetError, UsageError
from stdrules.compile.compiler import compile_or_raise, compile_plan

DEADLINE = "kind: deadline\ntrigger: {fact: opened}\ncontent: {fact: closed}\n"


def one(folder: Path, body: str) -> tuple[str, str, str]:
    """Compile one wrong norm: code, English message, and the text that the place marks."""
    findings = errors_of(folder, norm(body))
    assert len(findings) == 1, [finding.render() for finding in findings]
    (found,) = findings
    span = found.span
    line = (
        (folder / span.file.removeprefix("sample/")).read_text("utf-8").splitlines()[span.line - 1]
    )
    return found.code, found.message.en, line[span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("body", "code", "message", "marked"),
    [
        (
            "kind: deadline\ncontent: {fact: papr}",
            "E301", "unknown fact type `papr`", "papr",
        ),
        (
            "kind: deadline\ncontent: {event: paper}",
            "E303", "`paper` is of kind document, not event", "paper",
        ),
        (
            "kind: deadline\ncontent: {fact: paper, at: writen_at}",
            "E302", "unknown field of paper `writen_at`", "writen_at",
        ),
        (
            "kind: deadline\ncontent: {fact: paper, at: pages}",
            "E309", "the field `pages` is of type number, expected date / moment", "pages",
        ),
        (
            "kind: deadline\ncontent: {fact: paper, where: 'sort = \"repot\"'}",
            "E208", "`repot` is not one of the declared values", '"repot"',
        ),
        (
            "kind: deadline\ncontent: {fact: paper, where: '\"a\" = pages'}",
            "E203", "`=` compares different kinds: string on the left, number on the right",
            '"a" = pages',
        ),
        (
            "kind: deadline\ncontent: {fact: paper, where: 'page > 1'}",
            "E201", "unknown name `page`", "page",
        ),
        (
            "kind: deadline\ncontent: {fact: paper, where: pages + 1}",
            "E211", "expected boolean, the expression gives number", "pages + 1",
        ),
        (
            "kind: deadline\ncontent: {fact: paper, where: 'trigger.budget > 1'}",
            "E308", "there is no `trigger` in this place", "trigger",
        ),
        (
            "kind: deadline\ncontent: {fact: paper}\nwhen: 'pages > 1'",
            "E201", "unknown name `pages`", "pages",
        ),
        (
            DEADLINE + "when: 'each.budget > 1'",
            "E308", "there is no `each` in this place", "each",
        ),
        (
            "kind: deadline\ncontent: {fact: paper, match: {about: trigger.project_id}}",
            "E307", "`trigger.project_id` cannot be matched with", "trigger.project_id",
        ),
        (
            "kind: deadline\ntrigger: {fact: opened}\n"
            "content: {fact: paper, match: {about: trigger.projekt_id}}",
            "E307", "unknown field `projekt_id`", "trigger.projekt_id",
        ),
        (
            "kind: deadline\ntrigger: {fact: opened}\n"
            "content: {fact: paper, match: {base.title: trigger.project_id}}",
            "E307", "unknown field `title`", "trigger.project_id",
        ),
        (
            "kind: deadline\ntrigger: {fact: opened}\n"
            "content: {fact: paper, match: {about.x: trigger.project_id}}",
            "E307", "in `about.x` what stands before `x` is no fact", "trigger.project_id",
        ),
        (
            "kind: deadline\ntrigger: {fact: opened}\n"
            "content: {fact: paper, match: {tags: trigger.project_id}}",
            "E307", "`tags` is list of string and `trigger.project_id` is string: "
            "they cannot be equal", "trigger.project_id",
        ),
        (
            DEADLINE + 'by: "12-30"',
            "E308", "a day of every year cannot go with a trigger", "12-30",
        ),
        (
            "kind: deadline\ncontent: {fact: closed}\nby: trigger.due_on",
            "E308", "the trigger is no fact: it has no fields", "trigger.due_on",
        ),
        (
            DEADLINE + "by: trigger.budget",
            "E309", "the field `budget` is of type number, expected date / moment",
            "trigger.budget",
        ),
        (
            DEADLINE.replace("opened", "paper") + "by: trigger.base.read_at",
            "E308", "`base.read_at` must be a field of the trigger itself, not of a linked fact",
            "trigger.base.read_at",
        ),
        (
            DEADLINE + "case: projekt",
            "E306", "unknown case type `projekt`", "projekt",
        ),
        (
            DEADLINE + "repairs: m",
            "E304", "unknown norm `m`", "m",
        ),
        (
            DEADLINE + "repairs: n",
            "E308", "a norm that repairs `n` is triggered by its outcome", "n",
        ),
        (
            "kind: deadline\ntrigger: {outcome: m, is: [met]}\ncontent: {fact: closed}",
            "E304", "unknown norm `m`", "m",
        ),
        (
            "kind: deadline\ntrigger: {fact: profile}\ncontent: {fact: closed}\nwithin: P1D",
            "E314", "`profile` has no time field", "profile",
        ),
        (
            "kind: deadline\ntrigger: {fact: opened, key: nam}\ncontent: {fact: closed}",
            "E302", "unknown field of opened `nam`", "nam",
        ),
        (
            "kind: count\ncontent: {all: [{fact: paper}]}\nat_least: 1",
            "E308", "only one kind of fact can stand here, not `all`, `any` or `each`",
            "{all: [{fact: paper}]}",
        ),
        (
            "kind: count\ncontent: {fact: paper}\nat_least: 'true'",
            "E211", "expected number, the expression gives boolean", "true",
        ),
        (
            "kind: count\ncontent: {fact: paper}\nat_least: 1\nsum: sort",
            "E309", "the field `sort` is of type choice, expected number", "sort",
        ),
        (
            "kind: recurrence\ncontent: {fact: paper}\nevery: year\nperiod_field: pages",
            "E309", "the field `pages` is of type number, expected text / choice", "pages",
        ),
        (
            "kind: maintenance\nstate: {fact: licence}",
            "E314", "the state `licence` has no `to`", "{fact: licence}",
        ),
        (
            "kind: content\ntrigger: {fact: paper}\nelements: [{id: a, filled: titel}]",
            "E302", "unknown field of paper `titel`", "titel",
        ),
        (
            "kind: content\nelements: [{id: a, filled: title}]",
            "E308", "there is no record: the trigger is no fact", "title",
        ),
        (
            "kind: content\ntrigger: {fact: paper}\nelements: [{id: a, filled: tags}]\nat_least: 2",
            "E308", "`at_least` is a whole number up to 1, not `2`", "2",
        ),
        (
            "kind: order\ntrigger: {fact: paper}\nstamps: [written_at, written_at]",
            "E315", "the step `written_at` is listed twice", "written_at",
        ),
        (
            "kind: process\nstage: {fact: paper, field: sort}\nstages: [{id: plan}, {id: repot}]",
            "E313", "unknown value of sort `repot`", "repot",
        ),
    ],
)  # fmt: skip
def test_one_error(tmp_path: Path, body: str, code: str, message: str, marked: str) -> None:
    assert one(tmp_path, body) == (code, message, marked)


def test_hints_name_what_there_is(tmp_path: Path) -> None:
    (found,) = errors_of(tmp_path, norm("kind: deadline\ncontent: {fact: papr}"))
    assert found.hint is not None
    assert found.hint.en.startswith("did you mean `paper`? facts in scope: opened, closed, paper")
    assert found.hint.zh.startswith("是否指 `paper`？")


def test_all_errors_are_found_in_one_pass(tmp_path: Path) -> None:
    findings = errors_of(
        tmp_path,
        norm("kind: deadline\ncontent: {fact: papr, where: 'x > 1'}", "a"),
        norm("kind: deadline\ntrigger: {fact: nix}\ncontent: {fact: paper, at: x}", "b"),
    )
    assert [found.code for found in findings] == ["E301", "E301", "E302"]


def test_a_ring_of_norms_names_the_chain_once(tmp_path: Path) -> None:
    def after(other: str, name: str) -> str:
        return norm(
            f"kind: deadline\ntrigger: {{outcome: {other}, is: [met]}}\ncontent: {{fact: closed}}",
            name,
        )

    (found,) = errors_of(tmp_path, after("b", "c"), after("c", "a"), after("a", "b"))
    assert (found.code, found.message.en) == (
        "E305", "norms trigger each other: `a` → `c` → `b` → `a`",
    )  # fmt: skip


def test_an_outcome_of_another_kind_of_case(tmp_path: Path) -> None:
    (found,) = errors_of(
        tmp_path,
        norm("kind: deadline\ncase: round\ncontent: {fact: closed}", "a"),
        norm("kind: deadline\ntrigger: {outcome: a, is: [met]}\ncontent: {fact: closed}", "b"),
    )
    assert found.code == "E308"
    assert found.message.en == "`a` is about a case of type round, not project"


def test_a_part_must_not_have_the_id_of_a_norm(tmp_path: Path) -> None:
    (found,) = errors_of(
        tmp_path,
        norm("kind: process\nstage: {fact: paper, field: about}\nstages: [{id: a}]", "p"),
        norm("kind: deadline\ncontent: {fact: closed}", "p/a"),
    )
    assert (found.code, found.message.en) == ("E315", "the id `p/a` is used twice")


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("maximum: 5", "maximum: 6", "E310", "the maximum is 6, the sum of its parts is 5"),
        (
            "    points: 5\n", "    points: 4\n",
            "E310", "the points of the group `A` is 4, the sum of its parts is 5",
        ),
        ("at_least: 4", "at_least: 5.5", "E312", "the threshold 5.5 is above the maximum 5"),
        (
            "fair: 1, poor: 0", "fair: 2, poor: 0",
            "E311", "`fair` gives 2, not less than the 2 of `good`",
        ),
        ("fair: 1, poor: 0", "far: 1, poor: 0", "E313", "unknown value of grade `far`"),
        ("_types: [plan]", "_types: [plann]", "E313", "unknown value of sort `plann`"),
        (
            "points: points", "points: row",
            "E309", "the field `row` is of type text, expected number",
        ),
        ("fact: rated,", "fact: ratd,", "E301", "unknown fact type `ratd`"),
        ("'profile.size > 9'", "'profile.sice > 9'", "E210", "unknown field `sice`"),
        ("id: c1", "id: '1'", "E315", "the id `1` is used twice"),
    ],
)  # fmt: skip
def test_scorecard_errors(tmp_path: Path, old: str, new: str, code: str, message: str) -> None:
    assert old in CARD
    card = CARD.replace(old, new, 1)
    findings = errors_of(tmp_path, card=card)
    assert (code, message) in [(found.code, found.message.en) for found in findings]
    assert all(found.span.file == "sample/scorecard.yaml" and found.span.line for found in findings)


def test_the_header_is_checked_too(tmp_path: Path) -> None:
    source = ruleset(tmp_path, header=HEADER.replace("from: {fact: opened}", "from: {fact: opend}"))
    plan, (found,) = compile_plan(source)
    assert plan is None
    assert (found.code, str(found.span)) == ("E301", "sample/ruleset.yaml")


def test_a_folded_expression_is_found_at_its_line(tmp_path: Path) -> None:
    body = "kind: deadline\ncontent:\n  fact: paper\n  where: >-\n    pages > 1\n    and page > 2\n"
    (found,) = errors_of(tmp_path, norm(body))
    assert found.code == "E201" and found.span.line == 9


def test_errors_can_be_raised(tmp_path: Path) -> None:
    source = ruleset(tmp_path, norm("kind: deadline\ncontent: {fact: papr}"))
    with pytest.raises(RulesetError) as caught:
        compile_or_raise(source)
    assert [found.code for found in caught.value.diagnostics] == ["E301"]
    assert caught.value.message.en == "the ruleset `sample` cannot be compiled"
    with pytest.raises(UsageError):
        compile_or_raise(source, {"advanc": "calendar"})
