"""The page docs/feel.md is true: its examples, its table of functions and its limits."""

import re
from pathlib import Path

import pytest

from stdrules.feel.cursor import MAX_DEPTH
from stdrules.feel.lexer import MAX_LITERAL, MAX_TEXT
from stdrules.feel.parse import MAX_CHAIN
from stdrules.feel.signatures import FUNCTIONS
from stdrules.feel.values import MAX_STEPS, MAX_STRING
from unit.feel.feel_run import exact, feel

PAGE = (Path(__file__).parents[3] / "docs" / "feel.md").read_text(encoding="utf-8")
BLOCK = re.search(r"```feel\n(.*?)```", PAGE, re.DOTALL)[1]
EXAMPLES = [re.split(r"\s+=> ", line) for line in BLOCK.strip().splitlines()]


@pytest.mark.parametrize(("text", "value"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_an_example_has_the_value_shown(text, value):
    assert exact(feel(text)) == exact(feel(value))


def test_the_table_of_functions_is_the_one_in_use():
    shown = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1].strip().splitlines()
    assert shown == [form.text for forms in FUNCTIONS.values() for form in forms]


def test_the_limits_are_the_ones_in_use():
    for limit in (MAX_TEXT, MAX_DEPTH, MAX_CHAIN, MAX_LITERAL):
        assert str(limit) in PAGE
    for limit in (MAX_STEPS, MAX_STRING):
        assert f"{limit:,}" in PAGE
