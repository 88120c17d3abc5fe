"""Reading and writing of texts, the table of functions, and the generated code."""

import pickle
import timeit

import pytest

from stdrules.base.errors import UsageError
from stdrules.feel import nodes as n
from stdrules.feel import types as t
from stdrules.feel.compile import compile_expression
from stdrules.feel.functions import IMPLEMENTED
from stdrules.feel.interpret import evaluate
from stdrules.feel.parse import parse, unparse
from stdrules.feel.scope import Binding, Scope
from stdrules.feel.signatures import FUNCTIONS, MULTIWORD

CANONICAL = [
    "1 + 2 * 3", "(1 + 2) * 3", "1 - (2 - 3)", "2 ** (3 ** 2)", "-(1 + 2)", "-2 ** 2", "-(2 ** 2)",
    "a and (b or c)", "(a and b) and c or d", "not(a)", "a = (b = c)", "if a then b else c",
    "(if a then b else c) + 1", "for x in xs, y in 1..3 return x * y", "for x in (1..3) return x",
    "some x in xs satisfies x > 1 and y", "(some x in xs satisfies x) and b",
    "every x in xs satisfies some y in x satisfies y", "a between 1 and b and c",
    "a in (< 5, [1..3], not(4), (1..3], b, c + 1)", "a in ((if b then c else d), (not(e)))",
    "xs[item > 1][2].a.b", "(for x in xs return x)[1]", "(a + b).c", "[1, [2, 3], []]",
    '{a: 1, "b c": {d: [1..2]}}', "[1..b)", "(-1..(b + 1)]", "[(xs[1])..(xs[2])]",
    '@"P1D" + @"2024-03-01"',
    'substring(string: "a", start position: 1)', "date and time(a, b)", '"a\\"b\\\\c\\n"',
    "1.50", "null",
    "任务.得分 >= 85", "day of week(d)", "1 in 2", "(1 in (2)) in (3)", "a in (@\"P1D\")",
]  # fmt: skip


@pytest.mark.parametrize("text", CANONICAL)
def test_a_tree_survives_being_written_and_read(text):
    tree = parse(text)
    written = unparse(tree)
    assert parse(written) == tree
    assert unparse(parse(written)) == written


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1+2*3", "1 + (2 * 3)"),
        ("a or b and c", "a or (b and c)"),
        ("-2 ** 2", "(-2) ** 2"),
        ("a - b - c", "(a - b) - c"),
        ("a = b and c < d", "(a = b) and (c < d)"),
        ("]1..2[", "(1..2)"),
        ("a + b in (c)", "(a + b) in (c)"),
        ("a between 1 + 1 and 3 and b", "(a between (1 + 1) and 3) and b"),
        ("if a then b else c + 1", "if a then b else (c + 1)"),
        ("- - a", "-(-a)"),
        ("// remark\na /* and */ + b", "a + b"),
    ],
)
def test_precedence(text, same):
    assert parse(text) == parse(same)


def test_a_node_remembers_where_it_stood_but_is_equal_to_one_elsewhere():
    tree = parse("  a + bcd")
    assert isinstance(tree, n.Binary)
    assert (tree.right.start, tree.right.end) == (6, 9)
    assert tree == parse("a+bcd")


def test_every_function_of_the_table_is_implemented_and_no_other():
    assert set(FUNCTIONS) == set(IMPLEMENTED)
    assert {"string length", "date and time", "years and months duration"} <= MULTIWORD
    assert not {"matches", "replace", "now", "today"} & set(FUNCTIONS)


def test_words_of_function_names_are_names_elsewhere():
    scope = Scope({"date": Binding(t.NUMBER, "a"), "count": Binding(t.NUMBER, "b")}, ("a", "b"))
    assert compile_expression("date + count", scope).evaluate(a=1, b=2) == 3


def test_locals_hide_facts_and_facts_hide_nothing():
    scope = Scope({"x": Binding(t.NUMBER, "x")}, ("x",))
    found = compile_expression("[x, (for x in [1] return x)[1], {x: 9, y: x}.y, x]", scope)
    assert found.evaluate(x=5) == (5, 1, 9, 5)
    assert evaluate(parse(found.text), {"x": 5}) == (5, 1, 9, 5)


def test_an_expression_can_be_pickled_and_runs_again():
    scope = Scope({"x": Binding(t.ListOf(t.NUMBER), 'f["x"]')}, ("f",))
    found = pickle.loads(pickle.dumps(compile_expression("sum(x[item > 1])", scope)))
    assert found.evaluate(f={"x": (1, 2, 3)}) == 5
    assert found.function() is found.function()


def test_evaluation_takes_exactly_its_parameters():
    found = compile_expression("1", Scope({}, ("f",)))
    with pytest.raises(UsageError, match="takes the parameters f"):
        found.evaluate(g=1)


def test_comparisons_of_facts_cost_well_under_half_a_microsecond():
    scope = Scope({"s": Binding(t.STRING, 'f["s"]'), "x": Binding(t.NUMBER, 'f["x"]')}, ("f",))
    facts = {"s": "a", "x": 3}
    for text in ('s = "a"', "x >= 3", 's in ("a", "b")', 's = "a" and x > 1'):
        run = compile_expression(text, scope).function()
        best = min(timeit.repeat(lambda run=run: run(facts), number=20_000, repeat=5)) / 20_000
        assert best < 0.5e-6, f"{text}: {best * 1e9:.0f} ns"


def test_generated_code_is_fixed_by_the_text():
    scope = Scope({"x": Binding(t.NUMBER, 'f["x"]')}, ("f",))
    first, second = (compile_expression("some y in [1] satisfies x > y", scope) for _ in range(2))
    assert first == second
    assert compile_expression("x >= 3", scope).python == (
        '(_t1 >= 3 if type(_t1 := f["x"]) is int else _r.ge(_t1, 3))'
    )
