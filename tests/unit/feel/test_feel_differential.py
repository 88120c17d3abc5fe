"""Compiled code and the direct interpreter give the same value on every expression."""

import pickle

from hypothesis import HealthCheck, assume, given, settings

from stdrules.base.truth import Missing
from stdrules.feel.compile import analyse
from stdrules.feel.errors import BudgetError
from stdrules.feel.interpret import evaluate
from stdrules.feel.parse import parse, unparse
from unit.feel.feel_worlds import SCOPE, WORLDS, expressions

RELAXED = settings(
    max_examples=2500, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def exact(value):
    """A form that tells true from 1 and keeps everything else comparable."""
    if isinstance(value, tuple):
        return ("list", *map(exact, value))
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    return (isinstance(value, bool), value)


def run(function, *args):
    try:
        return exact(function(*args))
    except BudgetError:
        return "budget"


@RELAXED
@given(text=expressions(), world=WORLDS)
def test_the_compiled_expression_means_what_the_interpreter_says(text, world):
    compiled, diagnostics = analyse(text, SCOPE)
    # A comparison of known different kinds is refused; the interpreter would give null.
    assume(compiled is not None)
    assert not diagnostics
    meant = run(evaluate, parse(text), world, "Asia/Shanghai", compiled.indexes)
    assert run(compiled.function(), world) == meant


@settings(RELAXED, max_examples=1000)
@given(text=expressions())
def test_writing_a_tree_and_reading_it_again_changes_nothing(text):
    tree = parse(text)
    assert parse(unparse(tree)) == tree


@settings(RELAXED, max_examples=300)
@given(text=expressions(sort="bool"), world=WORLDS)
def test_a_pickled_expression_still_gives_the_same_value(text, world):
    compiled, _ = analyse(text, SCOPE)
    assume(compiled is not None)
    again = pickle.loads(pickle.dumps(compiled))
    assert run(again.function(), world) == run(compiled.function(), world)


@settings(RELAXED, max_examples=1200)
@given(text=expressions(sort="bool"), first=WORLDS, second=WORLDS)
def test_supplying_what_was_missing_never_turns_one_answer_into_the_other(text, first, second):
    compiled, _ = analyse(text, SCOPE)
    assume(compiled is not None)
    before = run(compiled.function(), first)
    filled = {
        name: second[name] if isinstance(value, Missing) and not value.blank else value
        for name, value in first.items()
    }
    after = run(compiled.function(), filled)
    if before in ((True, True), (True, False)) and after in ((True, True), (True, False)):
        assert before == after
