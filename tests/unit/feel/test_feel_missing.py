"""Unknown values: they name what is missing, and only a certain answer is given."""

import pytest

from stdrules.base.truth import Missing
from unit.feel.feel_run import agrees

A, B = Missing("a"), Missing("b")
BLANK = Missing("blank", blank=True)
MORE = Missing("register", more=True)
AB = Missing("a", "b")
FACTS = {
    "a": A, "b": B, "blank": BLANK, "n": None, "known": (1, 2), "tailed": (1, 2, MORE),
    "holed": (1, A, 3), "rows": ({"k": 1, "v": "x"}, {"k": A, "v": "y"}, {"k": 3, "v": "x"}),
    "lacking": {"v": A},
}  # fmt: skip

CASES = [
    # logic: a certain side decides, whatever the other
    ("false and a", False),
    ("a and false", False),
    ("true and a", A),
    ("a and b", AB),
    ("true or a", True),
    ("a or true", True),
    ("false or a", A),
    ("a or b or n", AB),
    ("not(a)", A),
    ("not(n)", Missing()),
    ("true and n", Missing()),
    ("n and n", Missing()),
    ("n or false", Missing()),
    # operators and functions: unknown in, unknown out
    ("a + 1", A),
    ("a + b", AB),
    ("a + n", A),
    ("-a", A),
    ("a = 1", A),
    ("a != b", AB),
    ("a < 1", A),
    ("a between 1 and b", AB),
    ("5 between 9 and a", False),
    ("a in (1, 2)", A),
    ("1 in (1, a)", True),
    ("1 in (2, a)", A),
    ("5 in [9..a]", A),
    ("a.field", A),
    ("lacking.v", A),
    ("substring(a, 1)", A),
    ("abs(a)", A),
    ("string(a)", A),
    ("min(1, a)", A),
    # null and blanks
    ("a = null", A),
    ("a != null", A),
    ("blank = null", True),
    ("null = blank", True),
    ("blank != null", False),
    ("blank = 1", BLANK),
    ("blank + 1", BLANK),
    ("(blank + 1) = null", True),
    ("filled(a)", A),
    ("filled(blank)", False),
    ("filled(n)", False),
    ("is defined(a)", A),
    ("is defined(blank)", True),
    # choice
    ("if a then 1 else 2", A),
    ("if a then 1 else 1", 1),
    ("if a then 1 else 1.0", 1),
    ("if a then null else null", None),
    ("if a then b else 1", AB),
    ("if n then 1 else 2", Missing()),
    ("if true then 1 else a", 1),
    # lists with an unknown element
    ("count(holed)", 3),
    ("sum(holed)", A),
    ("max(holed)", A),
    ("holed[2]", A),
    ("holed[1]", 1),
    ("list contains(holed, 3)", True),
    ("list contains(holed, 9)", A),
    ("9 in holed", A),
    ("holed = [1, 2, 3]", A),
    ("holed = [1, 2, 4]", False),
    ("holed = [1, 2]", False),
    ("some x in holed satisfies x > 2", True),
    ("some x in holed satisfies x > 3", A),
    ("every x in holed satisfies x < 3", False),
    ("every x in holed satisfies x < 9", A),
    ("for x in holed return x + 1", (2, A, 4)),
    ("index of(holed, 3)", A),
    ("sort(holed)", A),
    ("string(holed)", A),
    ("distinct values(holed)", A),
    ("all([true, a])", A),
    ("all([false, a])", False),
    ("any([true, a])", True),
    # lists that may go on
    ("count(tailed)", Missing("register")),
    ("sum(tailed)", Missing("register")),
    # the length of an open list is at least what it shows
    ("count(tailed) >= 2", True),
    ("count(tailed) >= 3", Missing("register")),
    ("count(tailed) > 1", True),
    ("count(tailed) > 2", Missing("register")),
    ("count(tailed) < 2", False),
    ("count(tailed) < 3", Missing("register")),
    ("count(tailed) <= 1", False),
    ("count(tailed) <= 2", Missing("register")),
    ("count(tailed) = 1", False),
    ("count(tailed) = 2", Missing("register")),
    ("count(tailed) != 1", True),
    ("count(tailed) != 9", Missing("register")),
    ("2 <= count(tailed)", True),
    ("2 > count(tailed)", False),
    ("count(list: tailed) >= 1", True),
    ("count(rows[k > 1]) >= 1", True),
    ("count(rows[k > 1]) >= 2", A),
    ("count(tailed) >= a", Missing("a", "register")),
    ("count(tailed) >= count(tailed)", Missing("register")),
    ("count(a) >= 0", A),
    ("count(tailed) >= n", Missing("register")),
    ("tailed[1]", Missing("register")),
    ("some x in tailed satisfies x = 2", True),
    ("some x in tailed satisfies x = 9", Missing("register")),
    ("every x in tailed satisfies x = 1", False),
    ("every x in tailed satisfies x > 0", Missing("register")),
    ("list contains(tailed, 2)", True),
    ("list contains(tailed, 9)", Missing("register")),
    ("9 in tailed", Missing("register")),
    ("for x in tailed return x * 2", (2, 4, MORE)),
    ("tailed[item > 1]", (2, MORE)),
    ("tailed = known", Missing("register")),
    ("reverse(tailed)", (2, 1, MORE)),
    ("append(tailed, 3)", (1, 2, 3, MORE)),
    ("concatenate(tailed, known)", (1, 2, 1, 2, MORE)),
    ("sublist(tailed, 1)", Missing("register")),
    ("remove(tailed, 1)", Missing("register")),
    ("flatten([tailed, [3]])", (1, 2, 3, MORE)),
    ("some x in a satisfies x = 1", A),
    ("every x in a satisfies x = 1", A),
    ("for x in a return x", A),
    ("a[1]", A),
    ("a[item > 1]", A),
    ("known[a]", (Missing("a", more=True),)),
    # filters: an unknown condition leaves the element in doubt
    ("count(rows[k > 1])", A),
    ("rows[k > 1].v", ("x", Missing("a", more=True))),
    ('count(rows[v = "x"])', 2),
    ("some r in rows[k > 1] satisfies r.k = 3", True),
    ("some r in rows[k > 1] satisfies r.k = 9", A),
    ("count(rows[a]) > 0", A),
    ("count(rows[a]) >= 0", True),
    ("1 < null and a", Missing("a")),
    ('@"2024-03-01" = @"2024-03-01T09:00:00" or a', Missing("time of day", "a")),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[row[0] for row in CASES])
def test_the_value_of(text, expected):
    agrees(text, expected, **FACTS)


def test_what_is_missing_is_named_once_and_sorted():
    assert sorted(AB.items) == ["a", "b"]
    agrees("a and b and (a or b)", AB, **FACTS)
