"""Running the tests that a ruleset carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stdrules.api.expectations import match
from stdrules.api.facts import case_types
from stdrules.api.times import as_of_instant, known_at_instant
from stdrules.base.diagnostics import Span
from stdrules.base.errors import StdrulesError
from stdrules.base.text import Text
from stdrules.base.time.zones import zone
from stdrules.intake.python_facts import PythonFacts
from stdrules.load.ruleset import LoadedCase
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation

#: The case of facts that name none, and how facts without an id are called.
DEFAULT_CASE, ID_PREFIX = "C1", "f"


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
        where = zone(plan.zone)
        log = reader.read(case.facts, DEFAULT_CASE, ID_PREFIX)
        found = evaluate(
            plan, log, as_of_instant(case.as_of, where), known_at_instant(case.known_at, where)
        )
        for number, expected in enumerate(case.expect):
            wrong += [(loaded.place("expect", number), t) for t in match(expected, found, plan)]
    except StdrulesError as error:
        wrong.append((loaded.span, Text(error.render("zh"), error.render("en"))))
    return CaseResult(case.case, case.clause or "", loaded.span, tuple(wrong))
