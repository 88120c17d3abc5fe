"""Three-valued truth: tables, laws, and an unknown that refuses to be a boolean."""

import copy
import itertools
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdrules.base.errors import UsageError
from stdrules.base.truth import UNKNOWN, Missing, all3, and3, any3, is_unknown, not3, or3

A, B, AB = Missing("a"), Missing("b"), Missing("a", "b")
truths = st.one_of(
    st.booleans(), st.builds(lambda items: Missing(*items), st.sets(st.sampled_from("abcd")))
)


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [
        (True,  True,  True,  True),
        (True,  A,     A,     True),
        (True,  False, False, True),
        (A,     True,  A,     True),
        (A,     B,     AB,    AB),
        (A,     False, False, A),
        (False, True,  False, True),
        (False, A,     False, A),
        (False, False, False, False),
    ],
)  # fmt: skip
def test_truth_tables(left, right, conjunction, disjunction):
    assert and3(left, right) == conjunction
    assert or3(left, right) == disjunction


@pytest.mark.parametrize(("value", "mirror"), [(True, False), (False, True), (A, A)])
def test_not_mirrors(value, mirror):
    assert not3(value) == mirror


def test_empty_folds():
    assert all3([]) is True
    assert any3([]) is False


def test_folds_stop_where_the_answer_is_certain():
    endless = itertools.chain([A, False], itertools.repeat(A))
    assert all3(endless) is False
    assert any3(itertools.chain([A, True], itertools.repeat(A))) is True


@given(st.lists(truths))
def test_de_morgan(values):
    assert not3(all3(values)) == any3(map(not3, values))


@given(st.lists(truths), st.randoms())
def test_order_is_irrelevant(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    assert all3(values) == all3(shuffled)
    assert any3(values) == any3(shuffled)


@given(st.lists(truths))
def test_a_certain_answer_survives_every_completion(values):
    answer = and3(*values)
    if not is_unknown(answer):
        for fill in (True, False):
            assert and3(*[fill if is_unknown(v) else v for v in values]) is answer


def test_an_unknown_is_never_silently_true():
    with pytest.raises(TypeError, match="unknown value has no truth"):
        bool(A)
    with pytest.raises(TypeError):
        assert not A


@pytest.mark.parametrize("odd", [1, 0, None, "true", 1.0, []])
def test_other_values_are_no_truth(odd):
    for fold in (and3, or3, not3):
        with pytest.raises(UsageError, match="a truth value is"):
            fold(odd)


def test_equality_and_hash_are_by_value():
    assert Missing("a", "b") == Missing("b", "a", "a")
    assert len({Missing("a"), Missing("a"), Missing("a", blank=True), Missing("a", more=True)}) == 3
    assert Missing() != False  # noqa: E712
    assert Missing("a") != "a"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(A, B, AB, id="items-join"),
        pytest.param(Missing("a", blank=True), B, AB, id="blank-needs-both"),
        pytest.param(
            Missing("a", blank=True), Missing("b", blank=True), Missing("a", "b", blank=True),
            id="both-blank",
        ),
        pytest.param(Missing("a", more=True), B, Missing("a", "b", more=True), id="more-spreads"),
        pytest.param(UNKNOWN, A, A, id="no-items"),
    ],
)  # fmt: skip
def test_union(left, right, expected):
    assert left.union(right) == right.union(left) == expected


def test_an_unknown_cannot_be_changed():
    for name in ("items", "blank", "other"):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(A, name, True)
        with pytest.raises(AttributeError, match="immutable"):
            delattr(A, name)
    assert Missing("a") == A


@pytest.mark.parametrize("value", [UNKNOWN, AB, Missing("x", blank=True), Missing(more=True)])
def test_pickling_and_copying_keep_the_value(value):
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value


def test_repr_sorts_the_items():
    assert repr(Missing("b", "a", more=True)) == "Missing('a', 'b', more=True)"
    assert repr(Missing(blank=True)) == "Missing(blank=True)"
