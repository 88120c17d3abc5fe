"""What an author reads when an expression is wrong: place, code, what is expected, a hint."""

import pytest

from stdrules.base.diagnostics import Span
from stdrules.feel import types as t
from stdrules.feel.compile import analyse, compile_expression
from stdrules.feel.errors import FeelError
from stdrules.feel.scope import Binding, Scope

TYPES = {
    "task": t.ContextOf({"kinds": t.ListOf(t.STRING), "score": t.NUMBER}),
    "status": t.Choice(frozenset({"draft", "final"})),
    "client": t.STRING,
    "visit": t.DATE,
    "count_of": t.NUMBER,
    "得分": t.NUMBER,
    "done": t.BOOLEAN,
    "steps": t.ListOf(t.Choice(frozenset({"plan", "visit"}))),
}
SCOPE = Scope({name: Binding(type_, f'f["{name}"]') for name, type_ in TYPES.items()}, ("f",))
PLACE = Span("norms/04_basic.yaml", 7, 12)


def rendered(text, lang="en"):
    found, diagnostics = analyse(text, SCOPE, span=PLACE)
    assert found is None
    return "\n".join(one.render(lang) for one in diagnostics)


def test_an_unknown_name_with_its_place_and_a_suggestion():
    assert rendered('"试点" in task.kinds and taks.score > 1') == (
        "norms/04_basic.yaml:7:35: error[E201]: unknown name `taks`\n"
        "  |\n"
        '7 |            "试点" in task.kinds and taks.score > 1\n'
        "  |                                     ^^^^\n"
        "  = hint: did you mean `task`? Facts in scope: client, count_of, done, status, steps,"
        " task, visit, 得分"
    )


def test_the_same_in_chinese():
    assert rendered("得份 >= 85", "zh") == (
        "norms/04_basic.yaml:7:12: 错误[E201]: 未知名称 `得份`\n"
        "  |\n"
        "7 |            得份 >= 85\n"
        "  |            ^^^^\n"
        "  = 提示: 作用域中的事实：client, count_of, done, status, steps, task, visit, 得分"
    )


def test_a_value_outside_the_choice():
    assert rendered('status = "fnal"') == (
        "norms/04_basic.yaml:7:21: error[E208]: `fnal` is not one of the declared values\n"
        "  |\n"
        '7 |            status = "fnal"\n'
        "  |                     ^^^^^^\n"
        "  = hint: did you mean `final`? Values: draft, final"
    )


def test_kinds_that_can_never_be_equal():
    assert rendered('"85" = 得分') == (
        "norms/04_basic.yaml:7:12: error[E203]: `=` compares different kinds: string on the left,"
        " number on the right\n"
        "  |\n"
        '7 |            "85" = 得分\n'
        "  |            ^^^^^^^^^^^\n"
        "  = hint: convert the text with number(...), or write the number without quotes"
    )


def test_a_place_on_a_later_line():
    found, (diagnostic,) = analyse("done and\n  得分 > nope", SCOPE, span=PLACE)
    assert found is None
    assert (diagnostic.span.line, diagnostic.span.column) == (8, 8)
    assert diagnostic.render().splitlines()[2:4] == ["8 |   得分 > nope", "  |          ^^^^"]


CODES = [
    ("nope", "E201", "unknown name `nope`"),
    ("q in [1]", "E201", "unknown name `q`"),
    ("some q in task.kinds satisfies p", "E201", "unknown name `p`"),
    ("(for q in [1] return q) = [q]", "E201", "unknown name `q`"),
    ("1 +", "E202", "text ends, expected a value, a name or a bracket"),
    ("(1", "E202", "text ends, expected `)`"),
    ("1 2", "E202", "found `2`, expected an operator or the end"),
    ("1 < 2 < 3", "E202", "comparisons do not chain"),
    ("(1, 2)", "E202", "no comma can stand here"),
    ("if done then 1", "E202", "text ends, expected `else`"),
    ("for in [1] return 1", "E202", "found `in`, expected a new name"),
    ("{a: 1, a: 2}", "E202", "field `a` is given twice"),
    ("1e5", "E202", "found `1e5`, expected a number or a name"),
    ("client == 1", "E202", "found `=`, expected a value, a name or a bracket"),
    ("client = 85", "E203", None),
    ("visit = client", "E203", None),
    ("task.kinds = client", "E203", None),
    ("done = 1", "E203", None),
    ("得分 in (\"a\")", "E203", None),
    ("得分 in [\"a\"..\"b\"]", "E203", None),
    ("得分 between visit and 5", "E203", None),
    ("[1..\"a\"]", "E203", None),
    ("client + 1", "E204", "`+` is not defined for string and number"),
    ("visit + visit", "E204", "`+` is not defined for date and date"),
    ("done < true", "E204", "`<` is not defined for boolean and boolean"),
    ("-client", "E204", "`-` is not defined for string"),
    ("flor(1)", "E205", "unknown function `flor`"),
    ("client(1)", "E205", "unknown function `client`"),
    ("substring(client)", "E206", "the arguments do not fit `substring` (1 given)"),
    ("floor()", "E206", "the arguments do not fit `floor` (0 given)"),
    ("substring(string: client, at: 1)", "E206", None),
    ("substring(1, 2)", "E207", "`string` of `substring` takes string, this is number"),
    ("floor(client)", "E207", "`n` of `floor` takes number, this is string"),
    ("sum(task.kinds)", "E207", None),
    ("count(1)", "E207", "`list` of `count` takes list, this is number"),
    ('status in ("draft", "other")', "E208", "`other` is not one of the declared values"),
    ('status in ["draft", "other"]', "E208", "`other` is not one of the declared values"),
    ('"other" = status', "E208", "`other` is not one of the declared values"),
    ('list contains(steps, "vsit")', "E208", "`vsit` is not one of the declared values"),
    ('"vsit" in steps', None, None),
    ('some q in steps satisfies q = "vsit"', "E208", "`vsit` is not one of the declared values"),
    ("task.kind", "E210", "unknown field `kind`"),
    ("visit.hour", "E210", "unknown field `hour`"),
    ("client.length", "E210", "unknown field `length`"),
    ("now() > visit", "E212", "`now()` is not available: expressions have no clock"),
    ('date("2024-13-01") = visit', "E213", None),
    ('@"tomorrow"', "E213", None),
    ('@"2024-3-1"', "E213", None),
    ('duration("P1M2D")', "E213", None),
    ('@"2024-03-01T09:00:00" > visit', "E213", "`2024-03-01T09:00:00` has no offset"),
    ('matches(client, "a")', "E215", "function `matches` is not supported"),
    ("if client then 1 else 2", "E216", "a condition has to be boolean, this is string"),
    ("client and done", "E216", "a condition has to be boolean, this is string"),
    ("task.kinds[client]", "E216", None),
    ("[1, 2][item]", "E216", None),
    ("every q in [1] satisfies q", "E216", "a condition has to be boolean, this is number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "message"), CODES, ids=[row[0] for row in CODES])
def test_the_code_of(text, code, message):
    found, diagnostics = analyse(text, SCOPE)
    if code is None:
        assert found is not None
        return
    assert found is None
    assert diagnostics[0].code == code
    assert message is None or diagnostics[0].message.en == message
    for one in diagnostics:
        assert one.message.zh != one.message.en
        assert one.message.en[-1] != "."
        assert one.excerpt is not None
        assert one.span.column >= 1


def test_all_mistakes_are_collected():
    _, diagnostics = analyse("nope > 1 and client + 1 > 2 and floor(done) = 1", SCOPE)
    assert [one.code for one in diagnostics] == ["E201", "E204", "E207"]


def test_an_expected_type_is_asked_for():
    with pytest.raises(FeelError) as caught:
        compile_expression("得分 + 1", SCOPE, expect=t.BOOLEAN, span=PLACE)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "E211"
    assert diagnostic.message.en == "expected boolean, the expression gives number"
    assert compile_expression("得分 > 1", SCOPE, expect=t.BOOLEAN).type == t.BOOLEAN


def test_names_paths_and_types_of_an_expression():
    found = compile_expression('task.score > 1 and "a" in task.kinds or done', SCOPE)
    assert found.names == {"task", "done"}
    assert found.paths == {"task.score", "task.kinds", "done"}
    assert found.steps == 11
    assert str(compile_expression("visit - visit", SCOPE).type) == "days and time duration"
    assert str(compile_expression("for q in [1] return string(q)", SCOPE).type) == "list of string"
