"""The report as JSON: a stable contract for programs.

Keys are sorted, decimals are strings, instants carry their offset, and equal input gives equal
bytes. Texts are ``{"zh": ..., "en": ...}``. Absent values are null, absent lists empty.

The report
    schema_version, ruleset (id, version, digest, title, document), plan_digest (ruleset, readings
    and parameters), facts_digest, as_of, known_at, timezone, calendar (name, edition, digest),
    readings, parameters, obligations, scores, diagnostics, rejected_rows, summary (one count for
    each of the 15 states, violations, advice); only where a profile was used: profile (id, title,
    digest, overridden: what was chosen otherwise).

An obligation
    norm, part (of a process), kind, case, key, modality, state, violation, advice, open (still to
    be cured), assisted; due (the instant that ends it: for a day the 00:00 after it) and
    due_earliest (only where the due is vague); met_at and anchor (a date where only the day is
    known); late_by (ISO 8601 elapsed time, ``PnD`` where days were counted, ``lo/hi`` where it is
    vague); breached_at; clause, clauses, bearer, counterparty; trigger, facts; readings,
    parameters; missing, possible (states between which it is undetermined); progress (lo, hi or
    null for no bound, needed); period; elements (id, state, title); control (id of the waiver or
    suspension); title, why. Only where the reader has bound a copy of the document: quote (its
    sentences, one a line) and quote_reviewed (whether the rule was made from them as they stand).

A score
    scorecard, case, title, clause, applicable, lo, hi, max, threshold, outcome, leads_to; vetoes
    and conditions (id, state, clause, facts, missing, why); groups (id, lo, hi, max, label);
    indicators (id, lo, hi, max, grade, lost, reason, facts, missing, title, why); at_stake (item,
    points, decides_threshold); missing, readings, parameters, why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from stdrules.base.numbers import format_decimal
from stdrules.base.time.durations import due_end, format_elapsed, lateness
from stdrules.base.time.moments import format_moment
from stdrules.base.time.zones import Zone
from stdrules.plan.results import ConditionResult, Evaluation, Finding, ScoreResult
from stdrules.plan.scorecard import Condition
from stdrules.plan.steps import Require
from stdrules.report.data import ReportData
from stdrules.report.quotes import quote_json
from stdrules.report.scores import (
    condition_why,
    indicator_why,
    indicators_of,
    lost_points,
    score_why,
)
from stdrules.report.setting import Setting
from stdrules.report.why import tell

SCHEMA_VERSION: Final = "1.0"


def report_dict(report: ReportData) -> dict[str, Any]:
    """Return a report as plain data, ready for JSON."""
    setting = report.setting
    return {
        **head_dict(report),
        "obligations": [obligation_dict(f, setting) for f in report.obligations],
        "scores": [score_dict(s, setting) for s in report.scores],
        "diagnostics": [d.to_json() for d in report.diagnostics],
        "rejected_rows": dict(report.rejected),
        "summary": report.summary,
    }


def to_json_bytes(report: ReportData) -> bytes:
    """Return a report as UTF-8 JSON with a final newline; equal input gives equal bytes."""
    return to_bytes(dump(report_dict(report)) + "\n")


def obligation_dict(finding: Finding, setting: Setting) -> dict[str, Any]:
    """Return one finding as plain data.

    Args:
        finding: The finding.
        setting: The plan, zone, names and as-of.
    """
    norm, zone = finding.norm, setting.zone
    first, last = due_end(finding.due, zone) if finding.due is not None else (None, None)
    vague = first is not None and first != last
    return {
        "norm": norm.id,
        "part": norm.sub or None,
        "kind": norm.kind,
        "case": finding.case,
        "key": finding.key,
        "modality": norm.modality,
        "state": finding.state,
        "violation": finding.violation,
        "advice": finding.advice,
        "open": finding.violation and finding.open,
        "assisted": norm.assisted,
        "due": None if last is None else zone.isoformat(last),
        "due_earliest": zone.isoformat(first) if vague and first is not None else None,
        "met_at": None if finding.met is None else format_moment(finding.met, zone),
        "late_by": late_by(finding, zone),
        "breached_at": _settled(finding.breached_at, zone),
        "anchor": None if finding.anchor is None else format_moment(finding.anchor, zone),
        "clause": norm.clause,
        "clauses": list(norm.clauses),
        "bearer": norm.bearer or None,
        "counterparty": norm.counterparty or None,
        "trigger": finding.trigger or None,
        "facts": list(finding.facts),
        "readings": list(norm.readings),
        "parameters": list(norm.parameters),
        "missing": list(finding.missing),
        "possible": list(finding.possible),
        "progress": _progress(finding),
        "period": finding.period or None,
        "elements": _elements(finding),
        "control": finding.control or None,
        "title": norm.title.to_json(),
        "why": tell(finding, setting).to_json(),
        **quote_json(norm, setting.quotes),
    }


def _settled(moment: int | None, zone: Zone) -> str | None:
    """A moment known by its day is told as the 00:00 that ends it."""
    if moment is None:
        return None
    ends = zone.start_of(zone.ordinal(moment) + 1)
    return zone.isoformat(ends if moment == ends - 1 else moment)


def late_by(finding: Finding, zone: Zone) -> str | None:
    """Return how late a finding was fulfilled, as ISO 8601, or None if it was not late."""
    if finding.state != "fulfilled_late" or finding.met is None or finding.due is None:
        return None
    found = lateness(finding.met, finding.due, zone)
    if found[0] == "days":
        return f"P{found[1]}D"
    low, high = format_elapsed(max(found[1], 0)), format_elapsed(found[2])
    return low if low == high else f"{low}/{high}"


def score_dict(score: ScoreResult, setting: Setting) -> dict[str, Any]:
    """Return the result of a scorecard as plain data."""
    card, names = score.scorecard, setting.names
    known = indicators_of(card)
    labels = {group.id: group.label for group in card.groups}
    rows = []
    for row in score.indicators:
        indicator = known.get(row.id)
        rows.append(
            {
                "id": row.id,
                "lo": format_decimal(row.lo),
                "hi": format_decimal(row.hi),
                "max": format_decimal(row.max),
                "grade": row.grade or None,
                "lost": format_decimal(lost_points(row, indicator)),
                "reason": row.reason,
                "facts": list(row.facts),
                "missing": list(row.missing),
                "title": indicator.title.to_json() if indicator is not None else None,
                "why": indicator_why(row, card, names).to_json(),
            }
        )
    return {
        "scorecard": card.id,
        "case": score.case,
        "title": card.title.to_json(),
        "clause": card.clause,
        "applicable": score.applicable,
        "lo": format_decimal(score.lo),
        "hi": format_decimal(score.hi),
        "max": format_decimal(card.maximum),
        "threshold": None if card.threshold is None else format_decimal(card.threshold),
        "outcome": score.outcome,
        "leads_to": card.outcome,
        "vetoes": _conditions(score.vetoes, card.vetoes, setting),
        "conditions": _conditions(score.conditions, card.conditions, setting),
        "groups": [
            {
                "id": group,
                "lo": format_decimal(lo),
                "hi": format_decimal(hi),
                "max": format_decimal(top),
                "label": labels[group].to_json() if group in labels else None,
            }
            for group, lo, hi, top in score.groups
        ],
        "indicators": rows,
        "at_stake": [
            {"item": item, "points": format_decimal(points), "decides_threshold": decides}
            for item, points, decides in score.at_stake
        ],
        "missing": list(score.missing),
        "readings": list(card.readings),
        "parameters": list(card.parameters),
        "why": score_why(score, names).to_json(),
    }


def head_dict(report: ReportData) -> dict[str, Any]:
    """Return what a report was made of: every argument with its digest."""
    plan, zone, days = report.plan, report.setting.zone, report.setting.calendar
    as_of, known_at, facts_digest = report.as_of, report.known_at, report.facts_digest
    return {
        "schema_version": SCHEMA_VERSION,
        "ruleset": {
            "id": plan.id,
            "version": plan.version,
            "digest": plan.ruleset_digest,
            "title": plan.title.to_json(),
            "document": plan.document,
        },
        "plan_digest": plan.digest,
        "facts_digest": facts_digest,
        "as_of": zone.isoformat(as_of),
        "known_at": None if known_at is None else zone.isoformat(known_at),
        "timezone": plan.zone,
        "calendar": {"name": days.name, "edition": days.edition, "digest": days.digest},
        "readings": dict(plan.readings),
        "parameters": dict(plan.parameters),
        **({} if report.profile is None else {"profile": report.profile.to_json()}),
    }


def dump(data: Any, indent: int | None = None) -> str:
    """Write plain data as JSON with sorted keys; the same data give the same text."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(
        data,
        ensure_ascii=False,
        sort_keys=True,
        indent=indent,
        separators=separators,
        allow_nan=False,
    )


def to_bytes(text: str) -> bytes:
    """Encode JSON text as UTF-8; half characters from broken input stay JSON escapes.

    Example:
        >>> to_bytes(dump({"b": "应", "a": chr(0xDC80)})).decode()
        '{"a":"\\\\udc80","b":"应"}'
    """
    return text.encode("utf-8", "backslashreplace")


def obligation_lines(evaluation: Evaluation, setting: Setting) -> Iterator[str]:
    """Yield one line of JSON a finding, without newlines."""
    for finding in evaluation.findings:
        yield dump(obligation_dict(finding, setting))


def _progress(finding: Finding) -> dict[str, str | None] | None:
    if finding.progress is None:
        return None
    lo, hi, needed = finding.progress
    return {"lo": _number(lo), "hi": None if hi is None else _number(hi), "needed": _number(needed)}


def _number(value: Decimal | int) -> str:
    return format_decimal(value)


def _elements(finding: Finding) -> list[dict[str, Any]]:
    step = finding.norm.step
    titles = {e.id: e.title.to_json() for e in step.elements} if isinstance(step, Require) else {}
    return [
        {"id": name, "state": state, "title": titles.get(name)} for name, state in finding.elements
    ]


def _conditions(
    rows: tuple[ConditionResult, ...], known: tuple[Condition, ...], setting: Setting
) -> list[dict[str, Any]]:
    by_id = {condition.id: condition for condition in known}
    return [
        {
            "id": row.id,
            "state": row.state,
            "clause": by_id[row.id].clause if row.id in by_id else None,
            "facts": list(row.facts),
            "missing": list(row.missing),
            "why": condition_why(row, by_id.get(row.id), setting.names).to_json(),
        }
        for row in rows
    ]
