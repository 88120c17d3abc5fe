"""What other readings would change, as JSON: a stable contract for programs.

Keys are sorted, decimals are strings, and equal input gives equal bytes, as in
``stdrules.report.contract``, from which the head is taken.

The whole
    The keys of a report's head (schema_version, ruleset, plan_digest, facts_digest, as_of,
    known_at, timezone, calendar, readings, parameters, profile), rejected_rows, and: flips
    (whether a violation or the outcome of a score changes); findings and scores, each with total,
    robust (changed by no trial) and changed (norm or scorecard, case, key, clause, state or
    outcome, by: the choices with the effect of each); trials; pairs; pairs_apart (pairs not run,
    as no norm and no scorecard asks both readings).

A trial, or a pair
    choices (kind: reading | parameter, name, value, taken, clause, meaning), usable (false: the
    ruleset cannot be used so), plan_digest, norms and scorecards (judged again), judged_again
    (findings and scores), counts (one for each effect), worst (the first effect, or null), changes.

A change
    effect, together (of a pair: neither choice alone does it), norm or scorecard, case, key,
    clause, title, from and to (null: not there). Of a finding: state, violation, advice, due,
    met_at, late_by, breached_at, progress, missing, possible, why. Of a score: applicable, lo, hi,
    outcome, and those of its conditions (id, state) and indicators (id, lo, hi, reason) that
    differ.

Effects, the worst first
    violation_appears, outcome_changes, violation_vanishes, state_changes, instance_changes (an
    instance is there under one reading only), figures_change (due, points, ... but no verdict).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from stdrules.base.numbers import format_decimal
from stdrules.plan.results import Finding, ScoreResult
from stdrules.report.contract import dump, head_dict, obligation_dict
from stdrules.report.sensitivity_data import Change, Choice, SensitivityData, Trial
from stdrules.report.setting import Setting

_SHOWN: Final = (
    "state", "violation", "advice", "due", "met_at", "late_by", "breached_at", "progress",
    "missing", "possible", "why",
)  # fmt: skip


def sensitivity_dict(found: SensitivityData) -> dict[str, Any]:
    """Return it as plain data, ready for JSON."""
    report = found.report
    return {
        **head_dict(report),
        "rejected_rows": dict(report.rejected),
        "flips": found.flips,
        "findings": {
            "total": len(report.obligations),
            "robust": len(found.robust),
            "changed": [_changed(found, row) for row in report.obligations
                        if found.changes_of(row)],
        },
        "scores": {
            "total": len(report.scores),
            "robust": len(found.robust_scores),
            "changed": [_changed(found, row) for row in report.scores if found.changes_of(row)],
        },
        "trials": [trial_dict(trial, found) for trial in found.trials],
        "pairs": [trial_dict(pair, found) for pair in found.pairs],
        "pairs_apart": found.apart,
    }  # fmt: skip


def trial_dict(trial: Trial, found: SensitivityData) -> dict[str, Any]:
    """Return one trial as plain data."""
    setting = setting_of(trial, found)
    return {
        "choices": [choice_dict(choice, found) for choice in trial.choices],
        "usable": trial.plan is not None,
        "plan_digest": None if trial.plan is None else trial.plan.digest,
        "norms": list(trial.norms),
        "scorecards": list(trial.scorecards),
        "judged_again": trial.judged,
        "counts": trial.counts(),
        "worst": trial.changes[0].effect if trial.changes else None,
        "changes": [change_dict(change, found.report.setting, setting) for change in trial.changes],
    }


def change_lines(found: SensitivityData) -> Iterator[str]:
    """Yield one line of JSON a change, with its choices, without newlines."""
    for trial in (*found.trials, *found.pairs):
        setting = setting_of(trial, found)
        choices = [{"name": c.name, "value": c.value, "taken": c.taken} for c in trial.choices]
        for change in trial.changes:
            row = change_dict(change, found.report.setting, setting)
            yield dump({"choices": choices, **row})


def choice_dict(choice: Choice, found: SensitivityData) -> dict[str, Any]:
    """Return a choice with its clauses, and what the value means."""
    reading = found.readings.get(choice.name) if choice.kind == "reading" else None
    parameter = found.parameters.get(choice.name) if choice.kind == "parameter" else None
    meaning = reading.alternatives[str(choice.value)] if reading is not None else None
    if parameter is not None:
        meaning = parameter.label
    declared = reading or parameter
    return {
        "kind": choice.kind,
        "name": choice.name,
        "value": choice.value,
        "taken": choice.taken,
        "clause": [] if declared is None else list(declared.clause),
        "meaning": None if meaning is None else meaning.to_json(),
    }


def change_dict(change: Change, before: Setting, after: Setting) -> dict[str, Any]:
    """Return one change as plain data.

    Args:
        change: The change.
        before: The setting of the report.
        after: The setting of the trial.
    """
    named = change.before or change.after
    score = isinstance(named, ScoreResult)
    title = named.scorecard.title if isinstance(named, ScoreResult) else None
    if isinstance(named, Finding):
        title = named.norm.title
    return {
        "effect": change.effect,
        "together": change.together,
        "scorecard" if score else "norm": change.id,
        "case": change.case,
        "key": change.key,
        "clause": change.clause,
        "title": None if title is None else title.to_json(),
        "from": _side(change.before, change.after, before),
        "to": _side(change.after, change.before, after),
    }


def setting_of(trial: Trial, found: SensitivityData) -> Setting:
    """Return the setting in which the results of a trial are told."""
    setting = found.report.setting
    if trial.plan is None:
        return setting
    return Setting.of(trial.plan, found.report.as_of, setting.names)


def _side(
    row: Finding | ScoreResult | None, other: Finding | ScoreResult | None, setting: Setting
) -> dict[str, Any] | None:
    if isinstance(row, Finding):
        whole = obligation_dict(row, setting)
        return {name: whole[name] for name in _SHOWN}
    if row is None:
        return None
    tests = {one.id: one.state for one in (*row.vetoes, *row.conditions)}
    points = {one.id: (one.lo, one.hi, one.reason) for one in row.indicators}
    if isinstance(other, ScoreResult):
        for one in (*other.vetoes, *other.conditions):
            if tests.get(one.id) == one.state:
                del tests[one.id]
        for mark in other.indicators:
            if points.get(mark.id) == (mark.lo, mark.hi, mark.reason):
                del points[mark.id]
    return {
        "applicable": row.applicable,
        "lo": format_decimal(row.lo),
        "hi": format_decimal(row.hi),
        "outcome": row.outcome,
        "conditions": [{"id": name, "state": state} for name, state in tests.items()],
        "indicators": [
            {"id": name, "lo": format_decimal(lo), "hi": format_decimal(hi), "reason": reason}
            for name, (lo, hi, reason) in points.items()
        ],
    }


def _changed(found: SensitivityData, row: Finding | ScoreResult) -> dict[str, Any]:
    by = [
        {
            "choices": [{"name": c.name, "value": c.value} for c in trial.choices],
            "effect": change.effect,
        }
        for trial, change in found.changes_of(row)
    ]
    if isinstance(row, ScoreResult):
        card = row.scorecard
        return {"scorecard": card.id, "case": row.case, "key": card.id, "clause": card.clause,
                "outcome": row.outcome, "by": by}  # fmt: skip
    return {"norm": row.norm.id, "case": row.case, "key": row.key, "clause": row.norm.clause,
            "state": row.state, "by": by}  # fmt: skip
