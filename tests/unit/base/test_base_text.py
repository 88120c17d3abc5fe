"""Text: widths, tables, folding and digests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.text import (
    Text,
    display_width,
    fold_identifier,
    normalise_source,
    pad,
    sha12,
    table,
    truncate,
)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        pytest.param("zh", "计划", id="chinese"),
        pytest.param("zh-CN", "计划", id="chinese-with-region"),
        pytest.param("en", "plan", id="english"),
        pytest.param("fr", "plan", id="another-language-falls-back-to-english"),
    ],
)
def test_text_in_a_language(lang, expected):
    assert Text("计划", "plan").get(lang) == expected


def test_an_empty_half_falls_back_to_the_other():
    assert Text("", "plan").get("zh") == "plan"
    assert Text("计划", "").get("en") == "计划"


@pytest.mark.parametrize(
    ("text", "width"),
    [
        pytest.param("", 0, id="empty"),
        pytest.param("plan", 4, id="ascii"),
        pytest.param("计划", 4, id="chinese"),
        pytest.param("a计b", 4, id="mixed"),
        pytest.param("Ｑ", 2, id="full-width-letter"),
        pytest.param("e\u0301", 1, id="combining-accent"),
        pytest.param("a\u200bb", 2, id="zero-width-blank"),
        pytest.param("é", 1, id="accented-letter"),
        pytest.param("（）", 4, id="full-width-brackets"),
    ],
)
def test_display_width(text, width):
    assert display_width(text) == width


@pytest.mark.parametrize(
    ("text", "width", "align", "expected"),
    [
        pytest.param("天", 4, "<", "天  ", id="left"),
        pytest.param("天", 4, ">", "  天", id="right"),
        pytest.param("天", 5, "^", " 天  ", id="centre"),
        pytest.param("天数", 3, "<", "天数", id="too-long-stays"),
        pytest.param("天", 2, ">", "天", id="exact"),
    ],
)
def test_pad(text, width, align, expected):
    assert pad(text, width, align) == expected


@given(st.text(max_size=30), st.integers(0, 40))
def test_truncated_text_never_exceeds_the_width(text, width):
    assert display_width(truncate(text, width)) <= width


def test_a_table_is_aligned_by_display_width():
    shown = table([["计划", "48"], ["x"]], ["norm", "小时"], "<>")
    assert shown == "norm  小时\n----  ----\n计划    48\nx"


def test_a_table_without_columns_is_empty():
    assert table([]) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Ｑ／ＧＸＸＺ　０２９", "q/gxxz 029", id="full-width"),
        pytest.param("a—b", "a-b", id="em-dash"),
        pytest.param("a\u2212b", "a-b", id="minus-sign"),
        pytest.param("任务\u200b 名称", "任务 名称", id="zero-width-blank"),
        pytest.param("  A \n B ", "a b", id="white-space"),
        pytest.param("\ufeff编号", "编号", id="byte-order-mark"),
        pytest.param("Straße", "strasse", id="case-folding"),
    ],
)
def test_fold_identifier(text, expected):
    assert fold_identifier(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("接到 任务\n后", "接到任务后", id="white-space-goes"),
        pytest.param("48　ｈ", "48h", id="full-width"),
        pytest.param("2018—2020", "2018-2020", id="dash"),
        pytest.param("甲。乙", "甲。乙", id="punctuation-stays"),
        pytest.param("Ab", "Ab", id="case-stays"),
    ],
)
def test_normalise_source(text, expected):
    assert normalise_source(text) == expected


prose = st.text(st.sampled_from("接到任务aＡ9９，。,. \u3000\n\t—–-－−《》%％"))


@given(prose)
def test_the_digest_form_of_prose_is_idempotent_and_has_no_white_space(text):
    once = normalise_source(text)
    assert normalise_source(once) == once
    assert not any(char.isspace() for char in once)


@given(st.text())
def test_folding_is_idempotent(text):
    assert fold_identifier(fold_identifier(text)) == fold_identifier(text)


@given(prose, st.sampled_from([" ", "\n", "\u3000", "\t"]))
def test_white_space_never_changes_the_digest(text, blank):
    assert normalise_source(blank.join(text)) == normalise_source(text)


def test_sha12_is_the_head_of_sha256():
    assert sha12("abc") == "ba7816bf8f01"
    assert sha12("\ud800") != sha12("")
