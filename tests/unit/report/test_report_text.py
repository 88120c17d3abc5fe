"""What people read: golden texts, widths, hostile names, colours."""

from __future__ import annotations

import re

import pytest
from report_world import AS_OF, FINDINGS, H48, LATE, PLAN, SCORE, finding, report

import golden
from stdrules.base.errors import UsageError
from stdrules.base.text import display_width
from stdrules.plan.results import Evaluation
from stdrules.report.layout import wrap
from stdrules.report.report import Report


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", ["full", "concise"])
def test_the_text_is_that_of_the_golden_file(lang, form):
    golden.check(f"{form}.{lang}.txt", report().text(lang, form))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_asked(lang, width):
    lines = report().text(lang, width=width).split("\n")
    assert max(map(display_width, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_colours_only_if_asked_and_they_change_no_letter():
    plain, coloured = report().text("zh"), report().text("zh", color=True)
    assert "\x1b" not in plain
    assert "\x1b[31m" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


def test_concise_has_one_line_a_finding_and_a_count():
    whole = report()
    lines = whole.text("en", "concise", every=True).split("\n")
    assert len(lines) == len(FINDINGS) + 2
    assert lines[0] == "violated  7.1-no-complaint  P1  breached  at 2023-03-03 10:00  c1"
    assert lines[1] == "violated  4.1-plan-48h  P1  overdue  due 2023-03-02 09:00  t2"
    assert lines[-1] == "20 findings: 7 violations, 1 advice, 1 undetermined"
    assert len(whole.text("en", "concise").split("\n")) == 7 + 1 + 1 + 1 + 1


def test_the_worst_comes_first():
    text = report().text("en")
    places = [text.index(f"[{word}]") for word in ("breached", "overdue", "compensated")]
    assert places == sorted(places)
    assert text.index("[fulfilled late]") > places[-1] > 0


def test_names_from_data_cannot_drive_the_terminal():
    bad = finding(H48, "overdue", due=LATE["due"], key="4.1-plan-48h/\x1b[2Jx\ny", trigger="\x07t")
    bad.case = "P\r1"
    whole = Report(Evaluation([bad], [SCORE]), PLAN, "c", AS_OF, rejected={"a\x1b": 1})
    for form in ("full", "concise", "github"):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", whole.text("en", form))


def test_an_empty_report_is_still_a_report():
    whole = Report(Evaluation(), PLAN, "c", AS_OF)
    text = whole.text("en")
    assert "violations (0" not in text
    assert "total" in text
    assert whole.text("en", "concise") == "0 findings: 0 violations, 0 advice, 0 undetermined"


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="sarif"):
        report().text("en", "pdf")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        pytest.param("一二三四", 4, ["一二", "三四"], id="exactly"),
        pytest.param("一二三四", 5, ["一二", "三四"], id="half-a-column-over"),
        pytest.param("一二，三", 4, ["一", "二，", "三"], id="no-comma-at-the-start"),
        pytest.param("一（二）", 4, ["一", "（二", "）"], id="a-piece-wider-than-a-line-is-cut"),
        pytest.param("一二（三", 7, ["一二", "（三"], id="no-bracket-at-the-end"),
        pytest.param("one two", 7, ["one two"], id="fits"),
        pytest.param("one two", 6, ["one", "two"], id="a-blank-is-dropped"),
        pytest.param("abcdefgh", 3, ["abc", "def", "gh"], id="a-long-word-is-cut"),
        pytest.param("", 3, [""], id="empty"),
    ],
)
def test_wrapping(text, width, lines):
    assert wrap(text, width) == lines


def test_wrapping_indents():
    assert wrap("aa bb cc", 6, "- ", "  ") == ["- aa", "  bb", "  cc"]
