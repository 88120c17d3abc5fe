"""Changes as the plain events that durable_rules can hold: texts, whole numbers, booleans.

The library refuses decimals and dates, and compares a text with a number as if both were numbers
(``"85" == 85``). So every field of an event has one type, always: a state is a text, a moment is
both an ISO text and whole seconds, points are a text and whole ten-thousandths.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Final, Protocol

from stdrules.base.numbers import format_decimal
from stdrules.base.time.dues import due_end
from stdrules.base.time.zones import Zone
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding, ScoreResult

Event = dict[str, str | int | bool]

#: Field -> type of the events that are made here; a test holds the events to it.
OBLIGATION_FIELDS: Final[dict[str, type]] = {
    "kind": str, "lane": str, "at": str, "at_s": int, "ruleset": str, "case_type": str,
    "case": str, "norm": str, "part": str, "clause": str, "modality": str, "bearer": str,
    "key": str, "before": str, "after": str, "violation": bool, "open": bool, "due": str,
    "due_s": int, "has_due": bool, "title_zh": str, "title_en": str,
}  # fmt: skip
SCORE_FIELDS: Final[dict[str, type]] = {
    "kind": str, "lane": str, "at": str, "at_s": int, "ruleset": str, "case_type": str,
    "case": str, "scorecard": str, "before": str, "after": str, "lo": str, "hi": str,
    "lo_e4": int, "hi_e4": int,
}  # fmt: skip
_SECOND: Final = 1_000_000


class ObligationChange(Protocol):
    """One obligation before and after a step of a session."""

    @property
    def ruleset(self) -> str: ...
    @property
    def case_type(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def norm(self) -> PlanNorm: ...
    @property
    def key(self) -> str: ...
    @property
    def before(self) -> str | None: ...
    @property
    def after(self) -> str | None: ...
    @property
    def finding(self) -> Finding | None: ...


class ScoreChange(Protocol):
    """The result of a scorecard before and after a step of a session."""

    @property
    def ruleset(self) -> str: ...
    @property
    def case_type(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def scorecard(self) -> str: ...
    @property
    def before(self) -> str | None: ...
    @property
    def after(self) -> str | None: ...
    @property
    def result(self) -> ScoreResult | None: ...


def lane_of_change(change: ObligationChange) -> str:
    """Return the lane of an obligation: ``ruleset/case type/case/key``."""
    return f"{change.ruleset}/{change.case_type}/{change.case}/{change.key}"


def lane_of_score(change: ScoreChange) -> str:
    """Return the lane of a score: ``ruleset/case type/case/scorecard``."""
    return f"{change.ruleset}/{change.case_type}/{change.case}/{change.scorecard}"


def event_of_timer(lane: str, name: str, at: int, zone: Zone) -> Event:
    """Return the event of a timer that goes off, of the kind ``timer``."""
    told = zone.isoformat(at)
    return {"kind": "timer", "lane": lane, "timer": name, "at": told, "at_s": at // _SECOND}


def event_of_change(change: ObligationChange, at: int, zone: Zone) -> Event:
    """Return an obligation's change as an event of the kind ``obligation``.

    Args:
        change: The change. States that are not there are empty texts.
        at: The session's clock, in microseconds.
        zone: In which times are told.

    Returns:
        The fields of `OBLIGATION_FIELDS`; ``due_s`` is the last second in time, 0 without a due.
    """
    norm, found = change.norm, change.finding
    due = None if found is None or found.due is None else due_end(found.due, zone)[1]
    return {
        "kind": "obligation",
        "lane": lane_of_change(change),
        "at": zone.isoformat(at),
        "at_s": at // _SECOND,
        "ruleset": change.ruleset,
        "case_type": change.case_type,
        "case": change.case,
        "norm": norm.id,
        "part": norm.sub,
        "clause": norm.clause,
        "modality": norm.modality,
        "bearer": norm.bearer,
        "key": change.key,
        "before": change.before or "",
        "after": change.after or "",
        "violation": found is not None and found.violation,
        "open": found is not None and found.open,
        "due": "" if due is None else zone.isoformat(due),
        "due_s": 0 if due is None else due // _SECOND,
        "has_due": due is not None,
        "title_zh": norm.title.zh,
        "title_en": norm.title.en,
    }


def event_of_score(change: ScoreChange, at: int, zone: Zone) -> Event:
    """Return a score's change as an event of the kind ``score``: the fields of `SCORE_FIELDS`."""
    result = change.result
    lo, hi = (Decimal(0), Decimal(0)) if result is None else (result.lo, result.hi)
    return {
        "kind": "score",
        "lane": lane_of_score(change),
        "at": zone.isoformat(at),
        "at_s": at // _SECOND,
        "ruleset": change.ruleset,
        "case_type": change.case_type,
        "case": change.case,
        "scorecard": change.scorecard,
        "before": change.before or "",
        "after": change.after or "",
        "lo": format_decimal(lo),
        "hi": format_decimal(hi),
        "lo_e4": _ten_thousandths(lo),
        "hi_e4": _ten_thousandths(hi),
    }


def _ten_thousandths(points: Decimal) -> int:
    return int((points * 10_000).to_integral_value(ROUND_FLOOR))
