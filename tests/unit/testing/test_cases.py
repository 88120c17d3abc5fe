"""Tests of rulesets as questions: moments asked about, and how their facts are read."""

import pytest

from stdrules.base.errors import BadValue
from stdrules.base.time.zones import zone
from stdrules.intake.python_facts import PythonFacts
from stdrules.model.cases import TestCase
from stdrules.model.vocabulary import Vocabulary
from stdrules.testing.cases import asked_moment, question_of

SHANGHAI = zone("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        pytest.param("2023-03-05", "2023-03-06T00:00:00+08:00", id="a-date-is-its-end"),
        pytest.param("2023-03-05T00:00", "2023-03-05T00:00:00+08:00", id="an-instant"),
        pytest.param("2023-03-05T24:00", "2023-03-06T00:00:00+08:00", id="24:00"),
        pytest.param("2023-03-04T16:00Z", "2023-03-05T00:00:00+08:00", id="elsewhere"),
        pytest.param("2023-12-31", "2024-01-01T00:00:00+08:00", id="the-end-of-a-year"),
    ],
)
def test_moments_asked_about(text, iso):
    assert SHANGHAI.isoformat(asked_moment(text, SHANGHAI)) == iso


def test_what_is_no_moment_is_refused():
    with pytest.raises(BadValue, match="2023-02-30"):
        asked_moment("2023-02-30", SHANGHAI)


def test_a_test_becomes_a_question():
    test = TestCase.model_validate(
        {
            "case": "one",
            "as_of": "2023-03-05",
            "known_at": "2023-03-04T12:00",
            "facts": [{"type": "judgement", "at": "2023-03-01", "norm": "n", "by": None}],
            "expect": [{"norm": "n"}],
        }
    )
    reader = PythonFacts(Vocabulary(types={}).with_builtin(), ["case"], SHANGHAI)
    log, as_of, known_at = question_of(
        test, lambda rows: reader.read(rows, id_prefix="f"), SHANGHAI
    )
    (fact,) = log.facts
    assert (fact.id, fact.fields["norm"], fact.fields["by"].blank) == ("f1", "n", True)
    assert known_at is not None
    assert as_of - known_at == 12 * 3600 * 1_000_000 + 24 * 3600 * 1_000_000
