"""What other readings would change: trials, their changes, and what no trial changes.

A trial judges the same facts under one other alternative of a reading, under another value of a
parameter, or under two alternatives at once (a pair). Not here: running them
(``stdrules.api.sensitivity``), and how they are written (``stdrules.report.sensitivity``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stdrules.model.ruleset import Parameter, Reading
from stdrules.plan.plan import Plan
from stdrules.plan.results import Finding, ScoreResult
from stdrules.report.report import Report

APPEARS: Final = "violation_appears"
VANISHES: Final = "violation_vanishes"
OUTCOME: Final = "outcome_changes"
STATE: Final = "state_changes"
INSTANCE: Final = "instance_changes"
FIGURES: Final = "figures_change"
#: The worst first. The first three decide the exit code, the first four are flips.
EFFECTS: Final = (APPEARS, OUTCOME, VANISHES, STATE, INSTANCE, FIGURES)
DECISIVE: Final = frozenset({APPEARS, VANISHES, OUTCOME})
FLIPS: Final = frozenset({*DECISIVE, STATE})
_RANK: Final = {effect: rank for rank, effect in enumerate(EFFECTS)}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice that differs from the report: a reading or a parameter, and its value.

    ``taken``: what the report rests on instead. A parameter without a value has None.
    """

    kind: str
    name: str
    value: str | None
    taken: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One finding or score that a trial changes.

    Attributes:
        effect: One of `EFFECTS`.
        id: The norm or the scorecard.
        case: The case.
        key: The key of the finding; of a score its scorecard.
        clause: Its clause.
        before: The result in the report, or None if it is not there.
        after: The result of the trial, or None if it is not there.
        together: Of a pair: that neither choice alone leads to this result.
    """

    effect: str
    id: str
    case: str
    key: str
    clause: str
    before: Finding | ScoreResult | None
    after: Finding | ScoreResult | None
    together: bool = False

    @property
    def subject(self) -> tuple[str, str, str]:
        """What changes: ``finding`` or ``score``, the case, and the key."""
        kind = "score" if isinstance(self.before or self.after, ScoreResult) else "finding"
        return kind, self.case, self.key


@dataclass(frozen=True, slots=True)
class Trial:
    """The same facts under other choices.

    Attributes:
        choices: One, or the two of a pair.
        plan: The plan under them; None if the ruleset cannot be used so.
        norms: Ids of the norms judged again, sorted.
        scorecards: Ids of the scorecards judged again.
        judged: How many findings and scores were judged again.
        changes: What differs from the report, the worst first, then by case and norm.
    """

    choices: tuple[Choice, ...]
    plan: Plan | None
    norms: tuple[str, ...] = ()
    scorecards: tuple[str, ...] = ()
    judged: int = 0
    changes: tuple[Change, ...] = ()

    @property
    def flips(self) -> list[Change]:
        """The changes of a state or an outcome."""
        return [change for change in self.changes if change.effect in FLIPS]

    @property
    def decisive(self) -> list[Change]:
        """The changes that make or undo a violation, or turn the outcome of a score."""
        return [change for change in self.changes if change.effect in DECISIVE]

    def counts(self) -> dict[str, int]:
        """Return how many changes have each effect."""
        found = dict.fromkeys(EFFECTS, 0)
        for change in self.changes:
            found[change.effect] += 1
        return found


class SensitivityData:
    """A report and how far it depends on the readings it rests on.

    Args:
        report: The report under the choices taken.
        trials: One for each alternative not taken, in the order of the header; then those of
            parameters.
        pairs: Two alternatives at once, if asked for.
        apart: How many pairs were not run, as no norm and no scorecard asks both readings.
        readings: The readings of the ruleset, for words and clauses.
        parameters: Its parameters.
    """

    def __init__(
        self,
        report: Report,
        trials: Sequence[Trial],
        pairs: Sequence[Trial] = (),
        apart: int = 0,
        readings: Mapping[str, Reading] | None = None,
        parameters: Mapping[str, Parameter] | None = None,
    ) -> None:
        self.report = report
        self.trials = tuple(trials)
        self.pairs = tuple(pairs)
        self.apart = apart
        self.readings = dict(readings or {})
        self.parameters = dict(parameters or {})
        self._changes: dict[tuple[str, str, str], list[tuple[Trial, Change]]] = {}
        for trial in (*self.trials, *self.pairs):
            for change in trial.changes:
                self._changes.setdefault(change.subject, []).append((trial, change))

    @property
    def flips(self) -> bool:
        """Whether a trial makes or undoes a violation, or turns the outcome of a score."""
        return any(trial.decisive for trial in (*self.trials, *self.pairs))

    @property
    def robust(self) -> list[Finding]:
        """The findings of the report that no trial changes in any way."""
        return [f for f in self.report.obligations if not self.changes_of(f)]

    @property
    def robust_scores(self) -> list[ScoreResult]:
        """The scores of the report that no trial changes in any way."""
        return [score for score in self.report.scores if not self.changes_of(score)]

    def changes_of(self, result: Finding | ScoreResult) -> list[tuple[Trial, Change]]:
        """Return what changes one result of the report: each trial with the change."""
        if isinstance(result, ScoreResult):
            subject = ("score", result.case, result.scorecard.id)
        else:
            subject = ("finding", result.case, result.key)
        return self._changes.get(subject, [])


def finding_changes(
    before: Iterable[Finding], after: Iterable[Finding]
) -> list[Change]:
    """Compare the findings of the same norms of one case under two plans.

    Args:
        before: Those of the report.
        after: Those of the trial.

    Returns:
        What differs, in the order of ``before``, then what is new.
    """
    # One key may stand twice, if a thing was announced twice. Such rows are paired by what
    # triggered them, else in their order.
    fresh: dict[str, list[Finding]] = {}
    for row in after:
        fresh.setdefault(row.key, []).append(row)
    found = []
    for old in before:
        same = fresh.get(old.key)
        new = same.pop(_alike(same, old)) if same else None
        effect = _effect(old, new)
        if effect is not None:
            found.append(_change(effect, old, new, old))
    for new in (row for rows in fresh.values() for row in rows):
        effect = _effect(None, new)
        if effect is not None:
            found.append(_change(effect, None, new, new))
    return found


def _alike(rows: list[Finding], one: Finding) -> int:
    return next((n for n, row in enumerate(rows) if row.trigger == one.trigger), 0)


def score_changes(
    before: Iterable[ScoreResult], after: Iterable[ScoreResult]
) -> list[Change]:
    """Compare the scores of one case under two plans."""
    olds = {score.scorecard.id: score for score in before}
    found = []
    for new in after:
        card = new.scorecard
        old = olds.get(card.id)
        if old is None or _score_values(old) == _score_values(new):
            continue
        effect = FIGURES if (old.outcome, old.applicable) == (new.outcome, new.applicable) else None
        found.append(Change(effect or OUTCOME, card.id, new.case, card.id, card.clause, old, new))
    return found


def worst_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Order changes by effect; within one effect they stay as they are."""
    return tuple(sorted(changes, key=lambda change: _RANK[change.effect]))


def marked(changes: Iterable[Change], singles: Iterable[Change]) -> tuple[Change, ...]:
    """Mark those changes of a pair to which no single choice leads.

    Args:
        changes: The changes of the pair.
        singles: The changes of its two choices, each alone.
    """
    alone = {(one.subject, depth(one.after)) for one in singles for depth in (_verdict, _values)}
    return tuple(
        change if (change.subject, _depth(change)(change.after)) in alone
        else replace(change, together=True)
        for change in changes
    )  # fmt: skip


def _depth(change: Change) -> Callable[[Finding | ScoreResult | None], object]:
    """Return what must agree for two changes to be the same: for a flip the verdict."""
    return _values if change.effect == FIGURES else _verdict


def _verdict(result: Finding | ScoreResult | None) -> object:
    if result is None:
        return None
    if isinstance(result, ScoreResult):
        return "score", result.applicable, result.outcome
    return "finding", result.state, result.violation, result.advice


def _change(effect: str, old: Finding | None, new: Finding | None, named: Finding) -> Change:
    norm = named.norm
    return Change(effect, norm.id, named.case, named.key, norm.clause, old, new)


def _effect(old: Finding | None, new: Finding | None) -> str | None:
    """Return what becomes of a finding, or None if nothing does."""
    if old is not None and new is not None and _values(old) == _values(new):
        return None
    was, now = old is not None and old.violation, new is not None and new.violation
    if was != now:
        return APPEARS if now else VANISHES
    if old is None or new is None:
        return INSTANCE
    return FIGURES if (old.state, old.advice) == (new.state, new.advice) else STATE


def _values(result: Finding | ScoreResult | None) -> object:
    """Return what counts as the result; which other facts stand behind it does not."""
    if result is None:
        return None
    if isinstance(result, ScoreResult):
        return _score_values(result)
    return (
        result.state, result.violation, result.advice, result.due, result.met,
        result.breached_at, result.progress, result.missing, result.possible, result.elements,
    )  # fmt: skip


def _score_values(score: ScoreResult) -> object:
    return (
        score.applicable, score.lo, score.hi, score.outcome,
        tuple((row.id, row.state) for row in (*score.vetoes, *score.conditions)),
        tuple((row.id, row.lo, row.hi, row.max, row.reason) for row in score.indicators),
    )  # fmt: skip
