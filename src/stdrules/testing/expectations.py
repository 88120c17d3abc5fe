"""Expectations of a test compared with an evaluation: every difference as a text for people.

Forms of expected values
    ``due``: an instant (for a due day the 00:00 that ends it), or ``first/last`` if it is not
    known exactly. ``met_at``: as a fact's time is written. ``late_by``: an ISO 8601 duration;
    days are of 24 hours. ``progress``: ``2/3``, or ``[2, 3]/3`` (``[2, ?]/3`` without a bound).
    ``missing``: each text must be contained in a missing item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from stdrules.base.text import Text
from stdrules.base.time.dues import due_end, lateness
from stdrules.base.time.moments import When, format_moment, parse_moment
from stdrules.base.time.zones import DAY, HOUR, MINUTE, SECOND, Zone, zone
from stdrules.model.cases import Expectation, NormExpectation, ScoreExpectation, ScoreRange
from stdrules.plan.plan import Plan
from stdrules.plan.results import ConditionResult, Evaluation, Finding, ScoreResult

_ELAPSED = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?", re.A)
_SHOWN_ROWS = 4


def match(expect: Sequence[Expectation], result: Evaluation, plan: Plan) -> list[Text]:
    """Compare what was expected with what came out.

    Args:
        expect: The expectations of one test.
        result: The evaluation of its facts.
        plan: The plan that was evaluated.

    Returns:
        One text for each expectation that does not hold; empty if all do.

    Raises:
        BadValue: (a ValueError) An expected moment cannot be read.
    """
    where = zone(plan.zone)
    found: list[Text] = []
    for one in expect:
        if isinstance(one, NormExpectation):
            found += match_norm(one, result.findings, where)
        else:
            found += match_score(one, result.scores)
    return found


def match_norm(expected: NormExpectation, findings: Iterable[Finding], where: Zone) -> list[Text]:
    """Compare one expected row: exactly ``count`` rows of the norm must fit."""
    rows = [
        row
        for row in findings
        if row.norm.id == expected.norm and expected.case in (None, row.case)
    ]
    fitting = [row for row in rows if not differences(expected, row, where)]
    if len(fitting) == expected.count:
        return []
    near = [row for row in rows if expected.key is None or row.key == expected.key] or rows
    shown = near[:_SHOWN_ROWS]
    given = [(row, differences(expected, row, where)) for row in shown]
    zh = "；".join(_row_text(row, diffs, where).zh for row, diffs in given) or "没有任何行"
    en = "; ".join(_row_text(row, diffs, where).en for row, diffs in given) or "no row at all"
    if len(near) > len(shown):
        zh, en = f"{zh}；另有 {len(near) - len(shown)} 行", f"{en}; {len(near) - len(shown)} more"
    asked = _asked(expected)
    n, wanted = len(fitting), expected.count
    return [
        Text(
            f"应有 {wanted} 行符合 {asked}，实有 {n} 行；{zh}",
            f"expected {wanted} row(s) of {asked}, found {n}: {en}",
        )
    ]


def differences(expected: NormExpectation, row: Finding, where: Zone) -> list[tuple[str, str]]:
    """Return (name, value found) for each part of an expectation that a row does not fit."""
    found: list[tuple[str, str]] = []

    def differ(name: str, same: bool, shown: str) -> None:
        if not same:
            found.append((name, shown))

    if expected.key is not None:
        differ("key", expected.key == row.key, row.key)
    if expected.state is not None:
        differ("state", expected.state == row.state, row.state)
    if expected.due is not None:
        differ("due", _same_due(expected.due, row, where), due_text(row, where))
    if expected.met_at is not None:
        same = row.met is not None and row.met == parse_moment(expected.met_at, where)
        differ("met_at", same, "-" if row.met is None else format_moment(row.met, where))
    if expected.late_by is not None:
        late = late_by(row, where)
        same = late is not None and late == elapsed(expected.late_by)
        differ("late_by", same, "-" if late is None else f"PT{Decimal(late) / SECOND:f}S")
    if expected.progress is not None:
        shown = progress_text(row)
        differ("progress", _squeezed(expected.progress) == _squeezed(shown), shown)
    if expected.violation is not None:
        shown = "true" if row.violation else "false"
        differ("violation", expected.violation == shown, shown)
    if expected.missing:
        same = _contains(expected.missing, row.missing)
        differ("missing", same, ", ".join(row.missing) or "-")
    return found


def match_score(expected: ScoreExpectation, scores: Iterable[ScoreResult]) -> list[Text]:
    """Compare one expected score; exactly one score must be meant, by its case if given."""
    meant = [
        score
        for score in scores
        if score.scorecard.id == expected.scorecard and expected.case in (None, score.case)
    ]
    name = expected.scorecard
    if len(meant) != 1:
        n = len(meant)
        return [
            Text(f"`{name}` 应有 1 个结果，实有 {n} 个", f"`{name}`: expected 1 result, found {n}")
        ]
    parts = _score_differences(expected, meant[0])
    return [
        Text(
            f"`{name}` 的 {part}：应为 {wanted}，实为 {got}",
            f"{part} of `{name}`: expected {wanted}, found {got}",
        )
        for part, wanted, got in parts
    ]


def elapsed(text: str) -> int | None:
    """Read a lateness in microseconds; None if it is no such duration.

    Example:
        >>> elapsed("P1DT1H30M") == elapsed("PT25H30M"), elapsed("PT0S"), elapsed("soon")
        (True, 0, None)
    """
    found = _ELAPSED.fullmatch(text)
    if found is None or text in ("P", "PT") or text.endswith("T"):
        return None
    days, hours, minutes, seconds = (int(found[i] or 0) for i in (1, 2, 3, 4))
    part = int((found[5] or "0").ljust(6, "0"))
    return days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + part


def late_by(row: Finding, where: Zone) -> int | None:
    """Return by how much a row was late, in microseconds; None if not, or not exactly known."""
    if row.due is None or row.met is None:
        return None
    late = lateness(row.met, row.due, where)
    if late[0] == "days":
        return late[1] * DAY
    return late[1] if late[1] == late[2] else None


def due_text(row: Finding, where: Zone) -> str:
    """Write the due of a row as expectations write it; ``-`` without one."""
    if row.due is None:
        return "-"
    first, last = due_end(row.due, where)
    return format_moment(When(first, last), where)


def progress_text(row: Finding) -> str:
    """Write the progress of a row as expectations write it; ``-`` without one."""
    if row.progress is None:
        return "-"
    lo, hi, needed = row.progress
    if hi is not None and lo == hi:
        return f"{_plain(lo)}/{_plain(needed)}"
    return f"[{_plain(lo)}, {'?' if hi is None else _plain(hi)}]/{_plain(needed)}"


def _same_due(expected: str, row: Finding, where: Zone) -> bool:
    if row.due is None:
        return False
    left, _, right = expected.partition("/")
    first, last = (parse_moment(text, where) for text in (left, right or left))
    return due_end(row.due, where) == (first.first, last.first)


def _score_differences(
    expected: ScoreExpectation, score: ScoreResult
) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for name, wanted, got in (("lo", expected.lo, score.lo), ("hi", expected.hi, score.hi)):
        if wanted is not None and wanted != got:
            found.append((name, _plain(wanted), _plain(got)))
    if expected.outcome is not None and not _same_outcome(expected.outcome, score):
        found.append(("outcome", expected.outcome, score.outcome))
    found += _condition_differences(expected.vetoes, score.vetoes)
    found += _condition_differences(expected.conditions, score.conditions)
    for name, wanted_range in expected.indicators.items():
        row = next((r for r in score.indicators if r.id == name), None)
        if row is None:
            found.append((name, "-", "-"))
            continue
        found += _range_differences(name, wanted_range, row.lo, row.hi)
        if wanted_range.grade is not None and wanted_range.grade != row.grade:
            found.append((f"{name}.grade", wanted_range.grade, row.grade or "-"))
        if wanted_range.state is not None and wanted_range.state != row.reason:
            found.append((f"{name}.state", wanted_range.state, row.reason))
    for name, wanted_range in expected.groups.items():
        group = next((g for g in score.groups if g[0] == name), None)
        if group is None:
            found.append((name, "-", "-"))
        else:
            found += _range_differences(name, wanted_range, group[1], group[2])
    items = {*score.missing, *(item for item, _, _ in score.at_stake)}
    if expected.missing and not _contains(expected.missing, items):
        found.append(("missing", ", ".join(expected.missing), ", ".join(sorted(items)) or "-"))
    return found


def _condition_differences(
    expected: dict[str, str], given: Sequence[ConditionResult]
) -> list[tuple[str, str, str]]:
    states = {row.id: row.state for row in given}
    return [
        (name, wanted, states.get(name, "-"))
        for name, wanted in expected.items()
        if states.get(name) != wanted
    ]


def _range_differences(
    name: str, wanted: ScoreRange, lo: Decimal, hi: Decimal
) -> list[tuple[str, str, str]]:
    pairs = (("lo", wanted.lo, lo), ("hi", wanted.hi, hi))
    return [
        (f"{name}.{end}", _plain(value), _plain(got))
        for end, value, got in pairs
        if value is not None and value != got
    ]


def _same_outcome(wanted: str, score: ScoreResult) -> bool:
    # The outcome may be named as the threshold names it.
    return wanted == score.outcome or (
        score.outcome == "pass" and wanted == score.scorecard.outcome
    )


def _contains(wanted: Iterable[str], given: Iterable[str]) -> bool:
    items = list(given)
    return all(any(text in item for item in items) for text in wanted)


def _asked(expected: NormExpectation) -> str:
    given = expected.model_dump(exclude_defaults=True)
    rest = (f"{k}={v if isinstance(v, str) else list(v)}" for k, v in given.items()
            if k not in ("norm", "count"))  # fmt: skip
    return f"`{expected.norm}` ({', '.join(rest)})"


def _row_text(row: Finding, diffs: list[tuple[str, str]], where: Zone) -> Text:
    shown = ", ".join(f"{name}={value}" for name, value in diffs)
    possible = f" {'|'.join(row.possible)}" if row.possible else ""
    facts = f"{row.key}: {row.state}{possible}, due {due_text(row, where)}"
    if not shown:
        return Text(f"{facts}（符合）", f"{facts} (fits)")
    return Text(f"{facts}（不同：{shown}）", f"{facts} (differs: {shown})")


def _squeezed(text: str) -> str:
    return text.replace(" ", "")


def _plain(number: Decimal | int) -> str:
    if isinstance(number, int):
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
