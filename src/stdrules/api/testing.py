"""Running the tests that a ruleset carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stdrules.api.facts import case_types
from stdrules.base.diagnostics import Span
from stdrules.base.errors import StdrulesError
from stdrules.base.text import Text
from stdrules.base.time.zones import zone
from stdrules.intake.python_facts import PythonFacts
from stdrules.load.ruleset import LoadedCase
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.model.facts import FactLog
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation
from stdrules.testing.cases import DEFAULT_CASE, ID_PREFIX, question_of
from stdrules.testing.expectations import match


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one test.

    Attributes:
        name: The name of the test.
        clause: The clause it is about, or "".
        span: Where it stands.
        wrong: What does not fit, with its place; empty if the test passes.
    """

    name: str
    clause: str
    span: Span
    wrong: tuple[tuple[Span, Text], ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.wrong


def run_cases(
    source: LoadedRuleset,
    plan_of: Callable[[Mapping[str, str], Mapping[str, Any]], Plan],
    evaluate: Callable[..., Evaluation],
) -> list[CaseResult]:
    """Run all tests of a ruleset.

    Args:
        source: The ruleset.
        plan_of: Gives the plan under readings and parameters.
        evaluate: An evaluator.

    Raises:
        RulesetError: A file of tests cannot be used.
    """
    reader = PythonFacts(source.vocabulary, case_types(source), source.header.timezone)
    return [_run(loaded, plan_of, evaluate, reader) for loaded in source.cases]


def _run(
    loaded: LoadedCase,
    plan_of: Callable[[Mapping[str, str], Mapping[str, Any]], Plan],
    evaluate: Callable[..., Evaluation],
    reader: PythonFacts,
) -> CaseResult:
    case = loaded.case
    wrong: list[tuple[Span, Text]] = []
    try:
        plan = plan_of(case.readings, case.parameters)
        question = question_of(case, lambda facts: read(facts, reader), zone(plan.zone))
        found = evaluate(plan, *question)
        for number, expected in enumerate(case.expect):
            place = loaded.place("expect", number)
            wrong += [(place, text) for text in match([expected], found, plan)]
    except StdrulesError as error:
        wrong.append((loaded.span, Text(error.render("zh"), error.render("en"))))
    return CaseResult(case.case, case.clause or "", loaded.span, tuple(wrong))


def read(facts: Sequence[Mapping[str, Any]], reader: PythonFacts) -> FactLog:
    """Read the facts of a test: they need neither ids nor a case."""
    return reader.read(facts, DEFAULT_CASE, ID_PREFIX)
