"""YAML to trees: text stays text, every part has its place, what misleads is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdrules.load import yaml_events
from stdrules.load.pure_yaml import PureParser
from stdrules.load.yaml_events import parse, parse_bytes

SCALARS = [
    "48:00", "1:30", "4.10", "010", "1_000", "NO", "no", "yes", "on", "off", "y", "True", "true",
    "2023-03-01", "2023-03-01T00:00:00Z", "12:30:45", "1e3", "0x10", "0o7", "0b1", ".nan", ".inf",
    "-.inf", "NaN", "1e999", "=", "<<", "Null", "NULL", "10.", "+1", "-0", "1,000", "９.5", "1.0.0",
    "0.1", "12-30", "0123456789ab", "3.14159265358979323846264338327950288", "685.230_15e+03",
]  # fmt: skip


@pytest.mark.parametrize("written", SCALARS)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_every_scalar_stays_the_text_it_is(written, quote):
    tree, findings = parse(f"k: {quote}{written}{quote}\n", "x.yaml")
    assert findings == []
    assert tree.data == {"k": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("null", None), ("~", None), ("", None),
        ("'null'", "null"), ('"~"', "~"), ("''", ""),
        ("|\n  a\n  b\n", "a\nb\n"), (">-\n  a\n  b", "a b"),
    ],
)  # fmt: skip
def test_nulls_are_plain_only(written, value):
    assert parse(f"k: {written}", "x.yaml")[0].data == {"k": value}


def test_merge_keys_mean_nothing():
    assert parse("<<: {a: 1}", "x.yaml")[0].data == {"<<": {"a": "1"}}


TEXT = """\
# 注释
甲: {a: 1, b: '引号'}
list:
- one
- {x: "two"}
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("甲",), (2, 4, 2, 19), (2, 1, 2, 2)),
        (("甲", "a"), (2, 8, 2, 9), (2, 5, 2, 6)),
        (("甲", "b"), (2, 15, 2, 17), (2, 11, 2, 12)),
        (("list", 0), (4, 3, 4, 6), (4, 3, 4, 6)),
        (("list", 1, "x"), (5, 8, 5, 11), (5, 4, 5, 5)),
        (("list", 7), (4, 1, 6, 1), (3, 1, 3, 5)),
    ],
)
def test_places_are_counted_in_characters_from_one(path, value, key):
    tree, _ = parse(TEXT, "x.yaml")
    span, key_span = tree.span(path), tree.key_span(path)
    assert (span.line, span.column, span.end_line, span.end_column) == value
    assert (key_span.line, key_span.column, key_span.end_line, key_span.end_column) == key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3", [("E109", 3, 1)]),
        ("a: {b: 1, b: 2}\na: 3", [("E109", 1, 11), ("E109", 2, 1)]),
        ("a: &x 1\nb: *x", [("E107", 1, 4), ("E107", 2, 4)]),
        ("a: &x {b: *x}", [("E107", 1, 4), ("E107", 1, 11)]),
        ("a: !!int 3\nb: !x [1]\nc: ! d", [("E108", 1, 4), ("E108", 2, 4), ("E108", 3, 4)]),
        ("a: !!python/object:os.system {}", [("E108", 1, 4)]),
        ("? [a]\n: 1\n? {b: 1}\n: 2", [("E110", 1, 3), ("E110", 3, 3)]),
        ("a: {'': 2}", [("E110", 1, 5)]),
        ("a: 1\n---\nb: 2", [("E111", 2, 1)]),
        ("- a", [("E112", 1, 1)]),
        ("", [("E112", 1, 1)]),
        ("# nothing", [("E112", 1, 1)]),
        ("text", [("E112", 1, 1)]),
        ("a: [1", [("E103", 2, 1)]),
        ("a: b: c", [("E103", 1, 5)]),
        ("a:\n\t- b", [("E103", 2, 1)]),
        ("a: '", [("E103", 1, 5)]),
        ("a: \x00", [("E101", 1, 4)]),
        ("a: \u200bb", [("E101", 1, 4)]),
        ("a: \u202eb", [("E101", 1, 4)]),
        ("a: b\rc: d", [("E101", 1, 5)]),
        ("a: \ud800", [("E101", 1, 4)]),
    ],
)
def test_what_is_refused_and_where(text, found):
    tree, findings = parse(text, "x.yaml")
    assert tree is None
    assert [(f.code, f.span.line, f.span.column) for f in findings] == found


def test_a_duplicate_key_is_shown_like_this():
    _, findings = parse("norms:\n- id: a\n  kind: b\n  kind: c\n", "norms/04.yaml")
    assert findings[0].render("en") == (
        "norms/04.yaml:4:3: error[E109]: duplicate key `kind`, first on line 3\n"
        "  |\n"
        "4 |   kind: c\n"
        "  |   ^^^^"
    )
    assert "键 `kind` 重复，首见于第 3 行" in findings[0].render("zh")


@pytest.mark.parametrize("start", [b"\xff\xfe", b"a: \xe4\xb8", b"a: \xc0\x80", b"\x80"])
def test_bytes_that_are_not_utf8(start):
    tree, findings = parse_bytes(start, "x.yaml")
    assert tree is None
    assert [f.code for f in findings] == ["E101"]


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    tree, findings = parse_bytes(b"\xef\xbb\xbfa: 1", "x.yaml")
    assert (tree.data, findings) == ({"a": "1"}, [])


yaml_like = st.text(st.sampled_from(list("ab:-[]{}&*!|>'\"%#?, \n\t~<=@`甲\u3000")), max_size=60)


@settings(max_examples=400, deadline=None)
@given(st.one_of(yaml_like, st.text(max_size=40)))
def test_any_text_gives_a_tree_or_findings_and_never_an_exception(text):
    tree, findings = parse(text, "x.yaml")
    assert (tree is None) == bool(findings)
    for finding in findings:
        assert finding.render("en") and finding.render("zh")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_a_tree_or_findings(data):
    tree, findings = parse_bytes(data, "x.yaml")
    assert (tree is None) == bool(findings)


@settings(max_examples=300, deadline=None)
@given(yaml_like)
def test_the_parser_in_plain_python_reads_the_same(text):
    fast = parse(text, "x.yaml")[0]
    chosen, yaml_events._Parser = yaml_events._Parser, PureParser
    try:
        slow = parse(text, "x.yaml")[0]
    finally:
        yaml_events._Parser = chosen
    if fast is not None and slow is not None:
        assert fast.data == slow.data
