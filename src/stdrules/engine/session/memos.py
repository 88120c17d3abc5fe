"""What is remembered of a judgement: enough to tell what changed, and little of it.

A memo of norms is a flat tuple: norm, key, code, norm, key, code and so on, without rows that are
no obligations; None if there are none. A code is the state and a fingerprint of all the rest, in
one number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stdrules.engine.session.delta import IDLE, Change, ScoreChange
from stdrules.engine.session.units import Judged
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import STATES, Finding, ScoreResult

Memo = tuple[Any, ...] | None
#: Ruleset, case type and case.
Where = tuple[str, str, str]
_NUMBERS = {state: number for number, state in enumerate(STATES)}
_PRINT = (1 << 56) - 1


def code_of(row: Finding) -> int:
    """Return the state of a row and a fingerprint of everything that two evaluators agree on."""
    return _NUMBERS[row.state] | (hash(row.as_tuple()) & _PRINT) << 4


def state_in(code: int) -> str:
    """Return the state in a code."""
    return STATES[code & 15]


def memo_of(judged: Iterable[Judged]) -> Memo:
    """Return what to remember of the rows of a unit."""
    found: list[Any] = []
    for one in judged:
        for row in one.rows:
            if row.state not in IDLE:
                found += (one.norm, row.key, code_of(row))
    return tuple(found) or None


def differences(
    where: Where, before: Memo, after: Memo, judged: Iterable[Judged], changes: list[Change]
) -> None:
    """Collect what changed between two memos of a unit."""
    if before == after:
        return
    old, new = _by_key(before), _by_key(after)
    rows: dict[tuple[int, str], list[Finding]] = {}
    for one in judged:
        for row in one.rows:
            if row.state not in IDLE:
                rows.setdefault((id(one.norm), row.key), []).append(row)
    for same, (norm, codes) in old.items():
        if same not in new:
            changes += [Change(*where, norm, same[1], state_in(c), None, None) for c in codes]
    for same, (norm, codes) in new.items():
        own = rows[same]
        known = old.get(same, (norm, []))[1]
        if known == codes:
            continue
        key = same[1]
        if len(known) == len(codes) == 1:
            row = own[0]
            changes.append(Change(*where, norm, key, state_in(known[0]), row.state, row))
            continue
        # Two facts that name their instances alike: told apart by nothing, so told anew.
        changes += [Change(*where, norm, key, state_in(c), None, None) for c in known]
        changes += [Change(*where, norm, key, None, row.state, row) for row in own]


def _by_key(memo: Memo) -> dict[tuple[int, str], tuple[PlanNorm, list[int]]]:
    found: dict[tuple[int, str], tuple[PlanNorm, list[int]]] = {}
    flat = memo or ()
    for place in range(0, len(flat), 3):
        norm, key, code = flat[place : place + 3]
        found.setdefault((id(norm), key), (norm, []))[1].append(code)
    return found


def score_memo(result: ScoreResult) -> Memo:
    """Return what to remember of a score: its outcome and a fingerprint."""
    return result.outcome, hash(result.as_tuple()) & _PRINT


def score_difference(
    where: Where, before: Memo, result: ScoreResult, found: list[ScoreChange]
) -> Memo:
    """Collect the change of a score; return the new memo."""
    after = score_memo(result)
    if after != before:
        was = before[0] if before else None
        found.append(ScoreChange(*where, result.scorecard.id, was, result.outcome, result))
    return after
