"""The other files: header, vocabulary, scorecard, ledger, cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from stdrules.model.cases import CasesFile, NormExpectation, ScoreExpectation
from stdrules.model.ledger import Ledger
from stdrules.model.ruleset import InForce, Parameter, Reading
from stdrules.model.scorecard import Indicator, NoneCheck, Scorecard
from stdrules.model.vocabulary import JUDGEMENT_TYPE, FactType, Vocabulary

T = {"zh": "甲", "en": "a"}


def refusal(cls, tree):
    with pytest.raises(ValidationError) as caught:
        cls.model_validate(tree)
    return str(caught.value)


# --- header ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "covered"),
    [("2020-07-08", False), ("2020-07-09", True), ("2022-01-31", True), ("2022-02-01", False)],
)
def test_both_ends_of_in_force_count(day, covered):
    span = InForce.model_validate({"from": "2020-07-09", "to": "2022-01-31"})
    assert span.covers(date.fromisoformat(day)) is covered


def test_no_dates_cover_every_day():
    assert InForce.model_validate({"from": None, "to": None}).covers(date(1900, 1, 1))


def test_the_default_of_a_reading_is_one_of_its_alternatives():
    tree = {"clause": ["4"], "alternatives": {"a": T, "b": T}, "default": "c", "why": T}
    assert "`c` is not one of a, b" in refusal(Reading, tree)
    assert Reading.model_validate({**tree, "default": "b"}).default == "b"


@pytest.mark.parametrize(
    ("kind", "good", "wrong"),
    [
        ("duration", "P7D", "7"),
        ("number", "0.5", "half"),
        ("boolean", "true", "yes"),
        ("date", "2024-02-29", "2023-02-29"),
    ],
)
def test_the_default_of_a_parameter_has_its_type(kind, good, wrong):
    tree = {"clause": ["4"], "type": kind, "label": T, "why": T}
    assert Parameter.model_validate({**tree, "default": good}).default == good
    assert Parameter.model_validate(tree).default is None
    assert "value_error" in refusal(Parameter, {**tree, "default": wrong})


# --- vocabulary --------------------------------------------------------------------------------


def fact_type(**more):
    fields = {"x": {"type": "text", "label": T}}
    return FactType.model_validate({"kind": "event", "label": T, "fields": fields, **more})


@pytest.mark.parametrize(
    ("case", "source"),
    [
        (None, (None, None)),
        ("x", ("x", None)),
        ({"project": "x", "round": "y"}, ("x", "y")),
        ({"round": {"link": "l"}}, (None, "l")),
        ({"link": "l"}, ("l", None)),
    ],
)
def test_where_a_fact_names_its_case(case, source):
    made = fact_type(case=case)
    found = (made.case_source("project", "project"), made.case_source("round", "project"))
    assert tuple(getattr(one, "link", one) for one in found) == source


@pytest.mark.parametrize(("kind", "values"), [("choice", None), ("text", {"a": T})])
def test_values_belong_to_choices(kind, values):
    fields = {"x": {"type": kind, "label": T, "values": values}}
    assert "`values` belongs to" in refusal(
        FactType, {"kind": "event", "label": T, "fields": fields}
    )


def test_judgement_is_always_there():
    types = Vocabulary.model_validate({"types": {"a": fact_type()}}).with_builtin().types
    assert list(types) == ["a", "judgement"]
    assert JUDGEMENT_TYPE.time == "judged_at"
    assert JUDGEMENT_TYPE.fields["satisfied"].type == "boolean"


# --- scorecard ---------------------------------------------------------------------------------

GRADED = {
    "id": "1", "title": T, "kind": "graded", "points": "2", "grades": {"good": "2", "poor": "0"},
}  # fmt: skip
CARD = {
    "id": "card", "title": T, "clause": "6",
    "rating": {"fact": "rated", "indicator": "no", "grade": "grade"},
    "groups": [{"id": "A", "label": T, "indicators": [GRADED]}],
}  # fmt: skip


def test_points_are_decimals():
    card = Scorecard.model_validate({**CARD, "maximum": "100"})
    assert [row.grades for row in card.indicators] == [{"good": Decimal(2), "poor": Decimal(0)}]
    assert card.maximum == Decimal(100)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grades": None}, "goes with `kind: graded`"),
        ({"kind": "binary"}, "goes with `kind: graded`"),
        ({"kind": "counted", "grades": None}, "goes with `kind: counted`"),
        ({"points": "3"}, "the best grade must give `points`"),
        ({"points": "NaN"}, "not a number"),
    ],
)
def test_an_indicator_that_contradicts_itself(change, said):
    assert said in refusal(Indicator, {**GRADED, **change})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rating": None}, "`rating` is missing"),
        ({"groups": [*CARD["groups"], *CARD["groups"]]}, "used twice"),
        ({"rating": {"fact": "rated", "indicator": "no"}}, "`grade` or `points`"),
        ({"groups": []}, "too_short"),
    ],
)
def test_a_scorecard_that_contradicts_itself(change, said):
    assert said in refusal(Scorecard, {**CARD, **change})


def test_a_look_back_needs_its_anchor():
    assert "go together" in refusal(NoneCheck, {"none": {"fact": "x"}, "look_back": "P3Y"})


# --- ledger and cases --------------------------------------------------------------------------

ENTRY = {"id": "a", "locator": "4", "digest": "0123456789ab", "summary": T, "status": "encoded",
         "norms": ["a"]}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digest": "0123456789AB"}, "12 hex digits"),
        ({"digest": "0123"}, "12 hex digits"),
        ({"norms": []}, "needs `norms`"),
        ({"status": "informative", "reason": T}, "must not have `norms`"),
        ({"status": "not_evaluable", "norms": []}, "needs a `reason`"),
        ({"status": "assisted"}, "needs a `question`"),
    ],
)
def test_a_ledger_entry_that_is_not_complete(change, said):
    assert said in refusal(Ledger, {"clauses": [{**ENTRY, **change}]})


def test_expectations_are_told_apart():
    case = {
        "case": "c", "as_of": "2023-01-01", "facts": [{"type": "a", "x": None}],
        "expect": [{"norm": "a", "state": "fulfilled"}, {"scorecard": "s", "lo": "84.5"}],
    }  # fmt: skip
    made = CasesFile.model_validate({"cases": [case]}).cases[0]
    assert isinstance(made.expect[0], NormExpectation)
    assert isinstance(made.expect[1], ScoreExpectation)
    assert made.expect[1].lo == Decimal("84.5")
    assert made.facts[0] == {"type": "a", "x": None}
