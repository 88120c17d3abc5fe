"""Diagnostics: the catalogue, the rendering and the order."""

import pytest

from stdrules.base.diagnostics import (
    CODES,
    Diagnostic,
    Severity,
    Span,
    did_you_mean,
    make,
    register,
    render_all,
    sorted_diagnostics,
)
from stdrules.base.text import Text, display_width

NAME = Diagnostic(
    "E201",
    Severity.ERROR,
    Span("norms/04_basic.yaml", 7, 35, 7, 39),
    Text("未知的名称 `taks`", "unknown name `taks`"),
    Text("是否指 `task`？", "did you mean `task`?"),
    """    when: '"试点" in task.kinds and taks.accepted'""",
)


def test_carets_stand_under_the_place_by_display_width():
    assert NAME.render() == (
        "norms/04_basic.yaml:7:35: error[E201]: unknown name `taks`\n"
        "  |\n"
        """7 |     when: '"试点" in task.kinds and taks.accepted'\n"""
        "  |                                     ^^^^\n"
        "  = hint: did you mean `task`?"
    )


def test_the_gutter_grows_with_the_line_number():
    bad = Diagnostic(
        "E121",
        Severity.ERROR,
        Span("clauses.yaml", 12, 13, 12, 25),
        Text("摘要不符", "clause `4.3` no longer matches the bound source text"),
        None,
        "    digest: 9f2c41d07be3",
    )
    assert bad.render().splitlines()[1:] == [
        "   |",
        "12 |     digest: 9f2c41d07be3",
        "   |             ^^^^^^^^^^^^",
    ]


def test_chinese_rendering():
    lines = NAME.render("zh").splitlines()
    assert lines[0] == "norms/04_basic.yaml:7:35: 错误[E201]: 未知的名称 `taks`"
    assert lines[-1] == "  = 提示: 是否指 `task`？"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        pytest.param(Span("a.yaml", 3, 4), "a.yaml:3:4: ", id="line-and-column"),
        pytest.param(Span("a.yaml", 3), "a.yaml:3: ", id="line"),
        pytest.param(Span("b.xlsx!Sheet!B7"), "b.xlsx!Sheet!B7: ", id="cell"),
        pytest.param(Span(""), "", id="nowhere"),
    ],
)
def test_places(span, expected):
    shown = Diagnostic("W101", Severity.WARNING, span, Text("甲", "odd")).render()
    assert shown == f"{expected}warning[W101]: odd"


def test_colours_only_when_asked():
    assert "\x1b[1;31m" in NAME.render(color=True)
    assert "\x1b" not in NAME.render()


def test_a_file_cannot_drive_the_terminal():
    nasty = Diagnostic(
        "E101", Severity.ERROR, Span("a\x1b[2J", 1, 1), Text("x", "`\u202e`"), None, "\x1b]0;x\x07"
    )
    shown = nasty.render()
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


@pytest.mark.parametrize("column", [1, 60, 500, 999, 1000, 5000])
def test_long_lines_are_cut_around_the_place(column):
    line = "".join(chr(ord("a") + i % 26) for i in range(999)) + "!"
    bad = Diagnostic("E1", Severity.ERROR, Span("f", 1, column), Text("", "m"), None, line)
    _, _, shown, marks = bad.render().splitlines()
    assert display_width(shown) <= 130
    caret = marks.index("^")
    if column <= 1000:
        assert shown[caret] == line[column - 1]


def test_a_place_over_several_lines_is_marked_to_the_end_of_the_first():
    bad = Diagnostic("E1", Severity.ERROR, Span("f", 1, 3, 4, 2), Text("", "m"), None, "abcdef")
    assert bad.render().splitlines()[-1] == "  |   ^^^^"


def test_an_empty_line_still_gets_a_caret():
    bad = Diagnostic("E1", Severity.ERROR, Span("f", 1, 1), Text("", "m"), None, "")
    assert bad.render().splitlines()[-1] == "  | ^"


def test_a_line_without_a_column_is_shown_without_carets():
    bad = Diagnostic("E1", Severity.ERROR, Span("f", 3), Text("", "m"), None, "a\tb")
    assert bad.render().splitlines()[1:] == ["  |", "3 | a b"]


def test_order_is_by_file_place_and_code_with_numbers_by_value():
    def at(file, line=0, code="E101"):
        return Diagnostic(code, Severity.ERROR, Span(file, line), Text("", "m"))

    wanted = [at("b2", 9), at("b2", 10), at("b2", 10, "E102"), at("b10"), at("c")]
    assert list(sorted_diagnostics(reversed(wanted))) == wanted
    assert list(sorted_diagnostics([*wanted, *wanted])) == wanted
    assert render_all(wanted).count("\n\n") == 4


def test_to_json_is_plain_data():
    assert NAME.to_json() == {
        "code": "E201",
        "severity": "error",
        "span": {
            "file": "norms/04_basic.yaml", "line": 7, "column": 35, "end_line": 7, "end_column": 39
        },
        "message": {"zh": "未知的名称 `taks`", "en": "unknown name `taks`"},
        "hint": {"zh": "是否指 `task`？", "en": "did you mean `task`?"},
        "excerpt": NAME.excerpt,
    }  # fmt: skip


def test_the_catalogue_gives_the_severity(monkeypatch):
    monkeypatch.setattr("stdrules.base.diagnostics.CODES", dict(CODES))
    entry = ("W987", Severity.WARNING, "题", "title", "释", "explanation")
    assert register(*entry) == register(*entry) == "W987"
    made = make("W987", Span("f", 1), zh="甲", en="a", hint_zh="乙", hint_en="b")
    assert made.severity is Severity.WARNING
    assert made.hint == Text("乙", "b")
    with pytest.raises(ValueError, match="another meaning"):
        register("W987", Severity.ERROR, "题", "title", "释", "explanation")


@pytest.mark.parametrize("code", ["e101", "E1", "E1011", "ＥE101", "ABCD101"])
def test_malformed_codes_are_refused(code):
    with pytest.raises(ValueError, match="is not a code"):
        register(code, Severity.ERROR, "", "", "", "")


def test_make_refuses_unknown_codes_and_half_hints(monkeypatch):
    monkeypatch.setattr("stdrules.base.diagnostics.CODES", dict(CODES))
    with pytest.raises(ValueError, match="not registered"):
        make("E999", Span("f"), zh="", en="")
    register("W988", Severity.WARNING, "题", "title", "释", "explanation")
    with pytest.raises(ValueError, match="both languages"):
        make("W988", Span("f"), zh="", en="", hint_en="x")


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        pytest.param("taks", ["client", "task"], "task", id="swapped-letters"),
        pytest.param("Task", ["task", "tasks"], "task", id="case-only"),
        pytest.param("zzz", ["task"], None, id="nothing-near"),
        pytest.param("task", ["task"], None, id="itself-is-no-suggestion"),
        pytest.param("ab1", ["ab3", "ab2"], "ab2", id="ties-by-name"),
        pytest.param("任务接收", ["任务接受", "计划"], "任务接受", id="chinese"),
        pytest.param("x", [], None, id="nothing-known"),
    ],
)
def test_did_you_mean(name, known, expected):
    assert did_you_mean(name, known) == expected
    assert did_you_mean(name, reversed(known)) == expected
