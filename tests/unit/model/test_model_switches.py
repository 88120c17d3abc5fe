"""Switches: what is chosen, what is left out, what a norm then rests on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.errors import UsageError
from stdrules.model.switches import find_switches, raw_path, resolve

READINGS = {"r": "a", "s": "x"}
PARAMETERS = {"p": "PT1H", "q": None}


def on(reading, **when):
    return {"reading": reading, "when": when}


R = on("r", a="P1D", b="PT24H")


@pytest.mark.parametrize(
    ("tree", "plain", "readings", "parameters"),
    [
        ({"k": "v"}, {"k": "v"}, (), ()),
        ({"k": R}, {"k": "P1D"}, ("r",), ()),
        ({"k": {"parameter": "p"}}, {"k": "PT1H"}, (), ("p",)),
        ({"k": {"parameter": "q"}}, {"k": None}, (), ("q",)),
        ({"k": on("r", a=None, b="1"), "m": "n"}, {"m": "n"}, ("r",), ()),
        ({"k": on("r", a={"parameter": "q"}, b=None)}, {"k": None}, ("r",), ("q",)),
        ({"k": on("r", a="1", b={"parameter": "p"})}, {"k": "1"}, ("r",), ()),
        ({"k": on("r", a=on("s", x="1", y="2"), b="3")}, {"k": "1"}, ("r", "s"), ()),
        ({"k": ["1", on("r", a=None, b="2"), "3"]}, {"k": ["1", "3"]}, ("r",), ()),
        ({"k": ["1", on("r", a={"z": R}, b="2")]}, {"k": ["1", {"z": "P1D"}]}, ("r",), ()),
        ({"k": [{"parameter": "q"}, None]}, {"k": [None]}, (), ("q",)),
        ({"m": {"reading": "trigger.x"}}, {"m": {"reading": "trigger.x"}}, (), ()),
        (on("r", a=None, b="1"), None, ("r",), ()),
    ],
)  # fmt: skip
def test_resolve(tree, plain, readings, parameters):
    assert resolve(tree, READINGS, PARAMETERS) == (plain, readings, parameters)


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (on("rr", a="1", b="2"), "unknown reading `rr`"),
        (on("r", c="1", b="2"), "unknown alternative `a`"),
        ({"parameter": "pp"}, "unknown parameter `pp`"),
    ],
)
def test_unknown_names_are_refused_with_a_suggestion(tree, said):
    with pytest.raises(UsageError, match=said) as caught:
        resolve({"k": tree}, READINGS, PARAMETERS)
    assert caught.value.message.zh


def test_switches_inside_alternatives_are_found_with_what_leads_to_them():
    found = list(find_switches({"k": [on("r", a=on("s", x="1", y={"parameter": "p"}), b="2")]}))
    assert [(s.reading or s.parameter, s.under) for s in found] == [
        ("r", ()),
        ("s", (("r", "a"),)),
        ("p", (("r", "a"), ("s", "y"))),
    ]


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        (("k",), ("k", "when", "a")),
        (("k", "z"), ("k", "when", "a", "z")),
        (("list", 0), ("list", 1)),
        (("list", 1, "y"), ("list", 3, "when", "a", "y")),
        (("p",), ("p",)),
        (("absent", "x"), ()),
    ],
)
def test_places_in_the_plain_tree_are_found_in_the_file(path, raw):
    tree = {
        "k": on("r", a={"z": "1"}, b=None),
        "list": [on("r", a=None, b="0"), "1", {"parameter": "q"}, on("r", a={"y": "2"}, b="3")],
        "p": {"parameter": "p"},
    }
    assert raw_path(tree, path, READINGS, PARAMETERS) == raw


plain_trees = st.recursive(
    st.none() | st.text("abc", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("klmn"), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(plain_trees)
def test_a_tree_without_switches_is_itself_and_rests_on_nothing(tree):
    resolved = resolve(tree, {}, {})
    assert resolved == (tree, (), ())
    assert resolved.tree is tree


@given(plain_trees, st.sampled_from(["a", "b"]))
def test_a_switch_with_equal_alternatives_changes_nothing_but_the_names(tree, chosen):
    wrapped = {"top": on("r", a=tree, b=tree), "other": "o"}
    expected = {"top": tree, "other": "o"} if tree is not None else {"other": "o"}
    assert resolve(wrapped, {"r": chosen}, {}) == (expected, ("r",), ())
