"""Judging the same facts under every other reading, and telling what that changes.

Views of the cases are built once. A trial judges only the norms that its choice changes, with the
norms linked to them, and the scorecards that differ; what it does not touch cannot change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, TypedDict

from stdrules.api.alternatives import Alternative, Alternatives
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.engine.case.evaluator import CaseEvaluator
from stdrules.engine.case.facts import CaseFacts, Slots
from stdrules.engine.view import CaseView, World
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.model.facts import FactLog
from stdrules.model.ruleset import RulesetHeader
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation, Finding, ScoreResult
from stdrules.report.report import Report
from stdrules.report.sensitivity import Sensitivity
from stdrules.report.sensitivity_data import (
    Change,
    Choice,
    Trial,
    finding_changes,
    marked,
    score_changes,
    worst_first,
)

Sweeps = Mapping[str, Iterable[Any]]
MakeReport = Callable[[Evaluation], Report]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the readings.

    Attributes:
        pairs: Whether to run all pairs of alternatives too.
        only: The readings to try; None: all.
        sweeps: Parameter -> other values to try.
    """

    pairs: bool = False
    only: Collection[str] | None = None
    sweeps: Sweeps = field(default_factory=dict)


class Tried(TypedDict, total=False):
    """What ``Ruleset.sensitivity`` may be asked to try.

    Attributes:
        pairs: Whether to run all pairs of alternatives too.
        only: The readings to try; None: all.
        sweeps: Parameter -> other values to try.
    """

    pairs: bool
    only: Collection[str] | None
    sweeps: Sweeps


def question_of(tried: Tried) -> Question:
    """Return the question that a caller's options ask."""
    return Question(tried.get("pairs", False), tried.get("only"), tried.get("sweeps") or {})


def find_out(
    source: LoadedRuleset,
    plan: Plan,
    log: FactLog,
    as_of: int,
    known_at: int | None,
    cases: Collection[str] | None,
    question: Question,
    report: MakeReport,
) -> Sensitivity:
    """Judge facts under a plan and under every single choice that differs from it.

    Args:
        source: The ruleset.
        plan: Its plan under the choices taken.
        log: The facts.
        as_of: The moment judged, in microseconds.
        known_at: The moment of knowledge in microseconds; None: everything.
        cases: Ids of the cases to judge; None: all.
        question: What is to be tried.
        report: Makes the report of an evaluation under `plan`.

    Raises:
        UsageError: A reading, parameter or value is not one of those declared.
    """
    header = source.header
    alternatives = Alternatives(source, plan)
    singles = [*_readings(header, plan, question.only), *_sweeps(source, plan, question.sweeps)]
    runs = [_Run((choice,), _under(alternatives, choice)) for choice in singles]
    doubles, apart = _pairs(alternatives, singles) if question.pairs else ([], 0)
    runs += [_Run(pair, _under(alternatives, *pair)) for pair in doubles]
    world = World(plan, log, as_of, known_at)
    slots = Slots(plan)
    base = CaseEvaluator(plan, slots)
    for run in runs:
        run.prepare(slots)
    evaluation = Evaluation(diagnostics=list(world.diagnostics))
    for view in world.views(cases):
        facts = CaseFacts(view, slots)
        findings, scores = base.evaluate_facts(facts)
        evaluation.findings += findings
        evaluation.scores += scores
        before: dict[str, list[Finding]] = {}
        for row in findings:
            before.setdefault(row.norm.id, []).append(row)
        for run in runs:
            run.judge(view, facts, before, scores)
    trials = [run.trial() for run in runs]
    alone = {trial.choices[0]: trial.changes for trial in trials if len(trial.choices) == 1}
    pairs = [
        _with_marks(trial, [*alone[trial.choices[0]], *alone[trial.choices[1]]])
        for trial in trials
        if len(trial.choices) == 2
    ]
    kept = trials[: len(singles)]
    return Sensitivity(
        report(evaluation), kept, pairs, apart, header.readings, header.parameters
    )


class _Run:
    """A trial under way."""

    def __init__(self, choices: tuple[Choice, ...], found: Alternative | None) -> None:
        self.choices = choices
        self.found = found
        self.evaluator: CaseEvaluator | None = None
        self.changes: list[Change] = []
        self.judged = 0

    def prepare(self, slots: Slots) -> None:
        """Make the evaluator; one whose parameters differ cannot share the facts of others."""
        if self.found is None or not (self.found.part.norms or self.found.part.scorecards):
            return
        own = self.found.parameters
        self.evaluator = CaseEvaluator(self.found.part, None if own else slots)

    def judge(
        self, view: CaseView, facts: CaseFacts, before: Mapping[str, Sequence[Finding]],
        scores: Sequence[ScoreResult],
    ) -> None:  # fmt: skip
        """Judge one case, and note what differs from the findings and scores of the report."""
        if self.evaluator is None or self.found is None:
            return
        part = self.found.part
        if self.found.parameters:
            usual, view.parameters = view.parameters, part.parameter_values
            findings, points = self.evaluator.evaluate_view(view)
            view.parameters = usual
        else:
            findings, points = self.evaluator.evaluate_facts(facts)
        self.judged += len(findings) + len(points)
        old = [row for norm in dict.fromkeys(n.id for n in part.norms)
               for row in before.get(norm, ())]  # fmt: skip
        self.changes += finding_changes(old, findings)
        self.changes += score_changes(scores, points)

    def trial(self) -> Trial:
        """Return the trial once all cases are judged."""
        if self.found is None:
            return Trial(self.choices, None)
        cards = tuple(sorted(card.id for card in self.found.part.scorecards))
        return Trial(
            self.choices, self.found.plan, self.found.norms, cards, self.judged,
            worst_first(self.changes),
        )  # fmt: skip


def _readings(
    header: RulesetHeader, plan: Plan, only: Collection[str] | None
) -> list[Choice]:
    """Return every alternative that the plan does not take."""
    for name in only or ():
        if name not in header.readings:
            near = did_you_mean(name, header.readings)
            raise UsageError(
                Text(f"未知的解读 `{name}`", f"unknown reading `{name}`"),
                hint=Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None,
            )
    return [
        Choice("reading", name, alternative, plan.readings[name])
        for name, reading in header.readings.items()
        if only is None or name in only
        for alternative in reading.alternatives
        if alternative != plan.readings[name]
    ]


def _sweeps(source: LoadedRuleset, plan: Plan, sweeps: Sweeps) -> list[Choice]:
    """Return the other values of parameters, as texts."""
    found: dict[Choice, None] = {}
    for name, values in sweeps.items():
        for value in values:
            text = source.choose(plan.readings, {**plan.parameters, name: value})[1][name]
            if text != plan.parameters[name]:
                found[Choice("parameter", name, text, plan.parameters[name])] = None
    return list(found)


def _under(alternatives: Alternatives, *choices: Choice) -> Alternative | None:
    readings = {c.name: str(c.value) for c in choices if c.kind == "reading"}
    parameters = {c.name: c.value for c in choices if c.kind == "parameter"}
    return alternatives.under(readings, parameters)


def _pairs(
    alternatives: Alternatives, singles: Iterable[Choice]
) -> tuple[list[tuple[Choice, Choice]], int]:
    """Return the pairs whose readings meet somewhere, and how many do not.

    Two readings that no norm and no scorecard asks both of do together what each does alone.
    """
    found, apart = [], 0
    for one, two in combinations([c for c in singles if c.kind == "reading"], 2):
        if one.name == two.name:
            continue
        names = one.name, two.name
        if alternatives.meet(*names) or alternatives.in_scorecard(*names):
            found.append((one, two))
        else:
            apart += 1
    return found, apart


def _with_marks(trial: Trial, singles: Sequence[Change]) -> Trial:
    return Trial(
        trial.choices, trial.plan, trial.norms, trial.scorecards, trial.judged,
        marked(trial.changes, singles),
    )  # fmt: skip
