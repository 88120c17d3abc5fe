"""Canonical identifiers: a table of pairs that look alike, each equal or told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.errors import BadValue
from stdrules.base.identifiers import canonical_id

SAME = [
    ("GB/T 1.1", "GB/T 1.1"), ("gb/t 1.1", "GB/T 1.1"), ("GB/T  1.1", "GB/T 1.1"),
    ("GB／T 1.1", "GB/T 1.1"), ("ＧＢ/Ｔ 1.1", "GB/T 1.1"), ("GB/T\u00a01.1", "GB/T 1.1"),
    ("GB/T\u30001.1", "GB/T 1.1"), ("GB/T\u20091.1", "GB/T 1.1"), ("GB /T 1.1", "GB/T 1.1"),
    ("GB/ T 1.1", "GB/T 1.1"), ("\ufeffGB/T 1.1", "GB/T 1.1"), ("GB/T\u200b 1.1", "GB/T 1.1"),
    ("GB/T 1\u200d.1", "GB/T 1.1"), ("GB/T 1.1\u00ad", "GB/T 1.1"), ("GB/T 1.1\u200e", "GB/T 1.1"),
    ("GB/T 1．1", "GB/T 1.1"), ("GB/T １.１", "GB/T 1.1"), ("  GB/T 1.1 ", "GB/T 1.1"),
    ("GB/T 1.1—2020", "GB/T 1.1-2020"), ("GB/T 1.1–2020", "GB/T 1.1-2020"),
    ("GB/T 1.1‐2020", "GB/T 1.1-2020"), ("GB/T 1.1‑2020", "GB/T 1.1-2020"),
    ("GB/T 1.1−2020", "GB/T 1.1-2020"), ("GB/T 1.1―2020", "GB/T 1.1-2020"),
    ("GB/T 1.1－2020", "GB/T 1.1-2020"), ("GB/T 1.1﹣2020", "GB/T 1.1-2020"),
    ("GB/T 1.1 - 2020", "GB/T 1.1-2020"), ("GB/T 1.1 — 2020", "GB/T 1.1-2020"),
    ("Q/GXXZ 029.6", "Q/GXXZ 029.6"), ("Ｑ/GXXZ ０２９.6", "Q/GXXZ 029.6"),
    ("DB4201/T 629-2020", "DB4201/T 629-2020"), ("plan_made", "PLAN_MADE"),
]  # fmt: skip
APART = [
    ("GB/\u0422 1.1", "U+0422"), ("\u0421B/T 1.1", "U+0421"), ("G\u0412/T 1.1", "U+0412"),
    ("pl\u0430n", "U+0430"), ("t\u0435xt", "U+0435"), ("r\u043ele", "U+043E"),
    ("\u0440lan", "U+0440"), ("\u0441ase", "U+0441"), ("t\u0443pe", "U+0443"),
    ("inde\u0445", "U+0445"), ("v\u0456sit", "U+0456"), ("GB/\u03a4 1.1", "U+03A4"),
    ("\u0392 1", "U+0392"), ("\u0395 1", "U+0395"), ("n\u03bfde", "U+03BF"),
    ("\u0261roup", "U+0261"), ("l\u0131st", "U+0131"), ("GB\u2215T", "U+2215"),
    ("GB\u2044T", "U+2044"), ("GB/T 1\u3007", "U+3007"), ("\u33d2 1", "U+33D2"),
    ("\u33d1 1", "U+33D1"), ("\u2460", None), ("GB/T 1\u00b2", None), ("GB/T №1", "U+2116"),
    ("GB/T 1.1!", "U+0021"), ("国标 1", "U+56FD"), ("GB/T \u0661", "U+0661"),
    ("GB/T 1\u0301", "U+0301"), ("GB\\T", "U+005C"), ("a\x00b", "U+0000"), ("\U0001d40fB", None),
    ("caf\u00e9", "U+00E9"), ("GB/T\u2024", None), ("x\u0425", "U+0425"),
    ("\uff21\uff22\u0410", "U+0410"),
]  # fmt: skip
# A sign that NFKC maps to exactly one plain letter or digit is a spelling of that letter.
STYLED = {"\u2460": "1", "GB/T 1\u00b2": "GB/T 12", "\U0001d40fB": "PB", "GB/T\u2024": "GB/T."}


@pytest.mark.parametrize(("text", "expected"), SAME)
def test_spellings_of_one_identifier_are_equal(text, expected):
    assert canonical_id(text) == expected


@pytest.mark.parametrize(("text", "point"), [row for row in APART if row[1]])
def test_strangers_are_refused_with_their_code_point(text, point):
    with pytest.raises(BadValue) as caught:
        canonical_id(text)
    assert point in str(caught.value)
    assert point in caught.value.render("zh")


@pytest.mark.parametrize(("text", "expected"), STYLED.items())
def test_styled_forms_of_one_character(text, expected):
    assert canonical_id(text) == expected


def test_the_likeness_is_named():
    with pytest.raises(BadValue, match="looks like the Latin `T`"):
        canonical_id("GB/\u0422 1.1")


@pytest.mark.parametrize("text", ["", " ", "\u200b", "x" * 129])
def test_empty_and_endless_identifiers_are_refused(text):
    with pytest.raises(BadValue):
        canonical_id(text)


@given(st.text(max_size=40))
def test_the_canonical_form_is_plain_and_idempotent(text):
    try:
        once = canonical_id(text)
    except BadValue:
        return
    assert once.isascii() and once == once.upper() == once.strip()
    assert canonical_id(once) == once
