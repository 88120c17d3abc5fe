"""Does an evaluation show what a test of a ruleset expects?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.base.time.durations import due_end
from stdrules.base.time.moments import format_moment, parse_moment
from stdrules.base.time.zones import Zone, zone
from stdrules.model.cases import Expectation, NormExpectation, ScoreExpectation, ScoreRange
from stdrules.plan.plan import Plan
from stdrules.plan.results import ConditionResult, Evaluation, Finding, ScoreResult
from stdrules.report.contract import late_by


def match(expected: Expectation, evaluation: Evaluation, plan: Plan) -> list[Text]:
    """Compare one expectation with an evaluation.

    Args:
        expected: A row of `expect`.
        evaluation: What came out.
        plan: The plan behind it, for its zone.

    Returns:
        What does not fit, in both languages; empty if it fits.
    """
    where = zone(plan.zone)
    if isinstance(expected, ScoreExpectation):
        return _match_score(expected, evaluation)
    rows = [
        row
        for row in evaluation.findings
        if expected.norm in (row.norm.id, f"{row.norm.id}/{row.norm.sub}")
        and expected.case in (None, row.case)
    ]
    fitting = [row for row in rows if all(_aspects(expected, row, where))]
    if len(fitting) == expected.count:
        return []
    wanted = ", ".join(f"{k}: {v}" for k, v in _given(expected).items())
    shown = "; ".join(describe(row, where) for row in rows[:8]) or "-"
    return [
        Text(
            f"期望 {expected.count} 行符合 {{{wanted}}}，实有 {len(fitting)} 行；得到：{shown}",
            f"expected {expected.count} row(s) like {{{wanted}}}, found {len(fitting)}; "
            f"there are: {shown}",
        )
    ]


def describe(row: Finding, where: Zone) -> str:
    """Write a finding as an expectation would."""
    parts = [f"key: {row.key}", f"state: {row.state}"]
    if row.due is not None:
        parts.append(f"due: {_due_text(row, where)}")
    if row.met is not None:
        parts.append(f"met_at: {format_moment(row.met, where)}")
    if (late := late_by(row, where)) is not None:
        parts.append(f"late_by: {late}")
    if row.progress is not None:
        parts.append(f"progress: {progress_text(row)}")
    if row.missing:
        parts.append(f"missing: [{', '.join(row.missing)}]")
    if row.possible:
        parts.append(f"possible: {'/'.join(row.possible)}")
    return "{" + ", ".join(parts) + "}"


def progress_text(row: Finding) -> str:
    """Return ``2/3``, ``[2, 3]/4``, or ``[2, ..]/4`` if more may come to light."""
    if row.progress is None:
        return "-"
    lo, hi, needed = row.progress
    if hi == lo:
        return f"{format_decimal(lo)}/{format_decimal(needed)}"
    upper = ".." if hi is None else format_decimal(hi)
    return f"[{format_decimal(lo)}, {upper}]/{format_decimal(needed)}"


def _given(expected: NormExpectation) -> dict[str, object]:
    return expected.model_dump(exclude_unset=True, exclude={"count"})


def _aspects(expected: NormExpectation, row: Finding, where: Zone) -> Iterable[bool]:
    yield expected.state in (None, row.state)
    yield expected.key is None or expected.key in (row.key, _name_of(row))
    yield expected.due is None or _same_due(expected.due, row, where)
    yield expected.met_at is None or (
        row.met is not None and _same_moment(expected.met_at, row, where)
    )
    yield expected.late_by in (None, late_by(row, where))
    yield expected.progress in (None, progress_text(row))
    yield expected.violation in (None, "true" if row.violation else "false")
    yield all(any(text in item for item in row.missing) for text in expected.missing)


def _name_of(row: Finding) -> str:
    """Return the key without the norm in front."""
    front = f"{row.norm.id}/{row.norm.sub}/" if row.norm.sub else f"{row.norm.id}/"
    return row.key.removeprefix(front)


def _same_due(text: str, row: Finding, where: Zone) -> bool:
    """Compare a due: a date is the due date, an instant the end of what is due."""
    if row.due is None:
        return False
    when = parse_moment(text, where)
    first, last = due_end(row.due, where)
    if when.is_instant:
        return when.first == first == last
    if row.due.day:
        return (where.ordinal(when.first), where.ordinal(when.last)) == row.due[1:]
    return (when.first, when.last) == (first, last)


def _same_moment(text: str, row: Finding, where: Zone) -> bool:
    return row.met == parse_moment(text, where)


def _due_text(row: Finding, where: Zone) -> str:
    assert row.due is not None
    first, last = due_end(row.due, where)
    ends = [where.isoformat(first)[:16], where.isoformat(last)[:16]]
    return ends[0] if first == last else "/".join(ends)


def _match_score(expected: ScoreExpectation, evaluation: Evaluation) -> list[Text]:
    rows = [
        row
        for row in evaluation.scores
        if row.scorecard.id == expected.scorecard and expected.case in (None, row.case)
    ]
    if len(rows) != 1:
        return [
            Text(
                f"期望评分表 `{expected.scorecard}` 恰有一个结果，实有 {len(rows)} 个",
                f"expected one result of the scorecard `{expected.scorecard}`, found {len(rows)}",
            )
        ]
    row, wrong = rows[0], list[Text]()
    _differ(wrong, "lo", expected.lo, row.lo)
    _differ(wrong, "hi", expected.hi, row.hi)
    _differ(wrong, "outcome", expected.outcome, row.outcome)
    _differ_states(wrong, "vetoes", expected.vetoes, row.vetoes)
    _differ_states(wrong, "conditions", expected.conditions, row.conditions)
    for name, wanted in expected.indicators.items():
        _differ_indicator(wrong, name, wanted, row)
    groups = {group[0]: group for group in row.groups}
    for name, wanted in expected.groups.items():
        _name, lo, hi, _max = groups.get(name, (name, None, None, None))
        _differ(wrong, f"groups.{name}.lo", wanted.lo, lo)
        _differ(wrong, f"groups.{name}.hi", wanted.hi, hi)
    known = [*row.missing, *(item for i in row.indicators for item in i.missing)]
    known += [item for c in (*row.vetoes, *row.conditions) for item in c.missing]
    for text in expected.missing:
        if not any(text in item for item in known):
            _differ(wrong, "missing", text, ", ".join(sorted(set(known))) or None)
    return wrong


def _differ_states(
    wrong: list[Text],
    what: str,
    expected: Mapping[str, str],
    rows: tuple[ConditionResult, ...],
) -> None:
    states = {row.id: row.state for row in rows}
    for name, state in expected.items():
        _differ(wrong, f"{what}.{name}", state, states.get(name))


def _differ_indicator(wrong: list[Text], name: str, expected: ScoreRange, row: ScoreResult) -> None:
    found = next((one for one in row.indicators if one.id == name), None)
    at = f"indicators.{name}"
    _differ(wrong, f"{at}.lo", expected.lo, found.lo if found else None)
    _differ(wrong, f"{at}.hi", expected.hi, found.hi if found else None)
    _differ(wrong, f"{at}.grade", expected.grade, found.grade if found else None)
    _differ(wrong, f"{at}.state", expected.state, found.reason if found else None)


def _differ(wrong: list[Text], what: str, expected: object, found: object) -> None:
    if expected is None or expected == found:
        return
    wanted, got = (
        format_decimal(v) if isinstance(v, Decimal) else str(v) for v in (expected, found)
    )
    wrong.append(
        Text(f"{what}：期望 {wanted}，得到 {got}", f"{what}: expected {wanted}, got {got}")
    )
