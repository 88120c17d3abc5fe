"""Norms: what each kind takes, how words and nulls are read, what contradicts itself."""

from __future__ import annotations

import pickle

import pytest
from pydantic import ValidationError

from stdrules.model.common import AllContent, CaseTrigger, EachContent, GroupTrigger, OutcomeTrigger
from stdrules.model.norms import NORM_KINDS

HEAD = {
    "id": "4.1-x",
    "clause": "4.1",
    "modality": "obligation",
    "title": {"zh": "甲", "en": "a"},
}
ACT = {"event": "done"}
REST = {
    "deadline": {"content": ACT, "within": "PT48H"},
    "recurrence": {"content": ACT, "every": "month"},
    "count": {"content": ACT, "at_least": "8"},
    "prohibition": {"content": ACT},
    "maintenance": {"state": {"state": "held"}},
    "content": {"elements": [{"id": "a", "filled": "x"}]},
    "order": {"stamps": ["a", "b"]},
    "process": {"stage": {"fact": "entered", "field": "stage"}, "stages": [{"id": "a"}]},
}


def norm(kind, **more):
    tree = {**HEAD, "kind": kind, **REST[kind], **more}
    return NORM_KINDS[kind].model_validate({k: v for k, v in tree.items() if v != "absent"})


def refused(kind, **more):
    with pytest.raises(ValidationError) as caught:
        norm(kind, **more)
    return str(caught.value)


@pytest.mark.parametrize("kind", NORM_KINDS)
def test_the_least_norm_of_each_kind_is_read_frozen_and_pickled(kind):
    made = norm(kind)
    assert made.kind == kind
    assert pickle.loads(pickle.dumps(made)) == made
    with pytest.raises(ValidationError, match="frozen"):
        made.id = "other"


@pytest.mark.parametrize("kind", NORM_KINDS)
def test_every_field_is_described_in_both_languages(kind):
    for name, info in NORM_KINDS[kind].model_fields.items():
        zh, _, en = (info.description or "").partition(" | ")
        assert zh and en.isascii() and en, name


@pytest.mark.parametrize("word", ["fact", "event", "document", "plan", "state", "assessment"])
def test_a_synonym_of_fact_is_kept_as_the_word_said(word):
    content = norm("prohibition", content={word: "thing"}).content
    assert (content.fact, content.said) == ("thing", word)


def test_two_words_for_the_fact_are_refused():
    assert "write only one of" in refused("prohibition", content={"fact": "a", "event": "b"})


def test_said_is_not_a_key_of_the_file():
    assert "said" in refused("prohibition", content={"fact": "a", "said": "event"})


def test_triggers_and_contents_are_told_apart_by_their_keys():
    group = norm("deadline", trigger={"group": {"fact": "a", "by": "b", "needs": ["c = 1"]}})
    assert isinstance(group.trigger, GroupTrigger)
    outcome = norm("deadline", trigger={"outcome": "4.2-y", "is": ["violated"]})
    assert isinstance(outcome.trigger, OutcomeTrigger)
    assert outcome.trigger.is_ == ("violated",)
    assert isinstance(norm("deadline").trigger, CaseTrigger)
    each = {"each": {"fact": "a"}, "content": {"all": [ACT, {"any": [ACT]}]}, "empty": "met"}
    content = norm("deadline", content=each).content
    assert isinstance(content, EachContent)
    assert isinstance(content.content, AllContent)


@pytest.mark.parametrize(
    ("match", "read"),
    [
        ({"a": "trigger.b"}, {"a": "trigger.b"}),
        ({"a": "*", "c": "each.d"}, {"c": "each.d"}),
        ("*", {}),
    ],
)
def test_a_star_asks_for_no_agreement(match, read):
    assert norm("prohibition", content={"fact": "a", "match": match}).content.match == read


def test_null_is_as_if_left_out_but_an_open_due_is_kept():
    made = norm("deadline", within=None, early=None, lead=None, scope=None)
    assert made.open_fields == {"within"}
    assert made.early == "accept"
    assert norm("deadline", within="absent").open_fields == frozenset()


def test_an_unknown_key_with_null_is_still_refused():
    assert "withn" in refused("deadline", withn=None)


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("deadline", {"before": "P1D"}, "only one of"),
        ("deadline", {"by": "12-30"}, "only one of"),
        ("recurrence", {"max_gap": "P14D"}, "one of `every` and `max_gap`"),
        ("recurrence", {"every": "absent"}, "one of `every` and `max_gap`"),
        ("count", {"at_least": "absent"}, "`at_least` or `at_most`"),
        ("count", {"sum": "a", "distinct": "b"}, "`sum` and `distinct`"),
        ("count", {"each": {"fact": "a"}, "trigger": {"fact": "b"}}, "`trigger` and `each`"),
        ("content", {"elements": []}, "too_short"),
        ("content", {"elements": [{"id": "a"}]}, "write one of"),
        ("content", {"elements": [{"id": "a", "filled": "x", "where": "y"}]}, "write one of"),
        ("content", {"elements": [{"id": "a", "filled": "x"}] * 2}, "used twice"),
        ("order", {"stamps": ["a"]}, "at least two"),
        ("order", {"stamps": "absent"}, "`steps` and `stamps`"),
        ("order", {"steps": [{"id": "a", "fact": "b"}] * 2}, "`steps` and `stamps`"),
        ("process", {"stages": [{"id": "a"}, {"id": "a"}]}, "used twice"),
        ("process", {"transitions": {"a": ["b"]}}, "no stage `b`"),
        ("deadline", {"trigger": {"outcome": "x", "is": ["late"]}}, "literal_error"),
        ("deadline", {"modality": "shall"}, "literal_error"),
    ],
)
def test_contradictions_are_refused(kind, more, said):
    assert said in refused(kind, **more)


def test_elements_say_what_they_test():
    tests = [{"where": "x"}, {"filled": ["a"]}, {"exists": ACT}, {"judgement": HEAD["title"]}]
    elements = [{"id": f"e{i}", **test} for i, test in enumerate(tests)]
    made = norm("content", elements=elements)
    assert [e.test for e in made.elements] == ["where", "filled", "exists", "judgement"]
