"""Facts and statements as lines of JSON, from which the same are read again.

Semantics: docs/ruleset-format.md, "Facts (JSON lines)".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from stdrules.base.time.moments import When, format_moment
from stdrules.base.time.zones import Zone
from stdrules.intake.python_facts import as_record
from stdrules.model.facts import Complete, Fact, Suspension, Waiver, Withdrawal

Item = Fact | Withdrawal | Waiver | Suspension | Complete


def item_line(item: Item, zone: Zone) -> str:
    """Return a fact or statement as one line of JSON, without a line break.

    Where a fact was read is not told; a value that is missing for another reason than a blank is
    left out.

    Args:
        item: The fact or statement.
        zone: The zone in which days are meant, and instants are written.

    Example:
        >>> from stdrules.base.time.zones import zone
        >>> fact = Fact("visit", "v1", {"project": ("P1",)}, When(0, 0), {"n": Decimal("1.50")})
        >>> item_line(fact, zone("UTC"))  # doctest: +NORMALIZE_WHITESPACE
        '{"type": "visit", "id": "v1", "case": {"project": ["P1"]},
        "at": "1970-01-01T00:00:00+00:00", "fields": {"n": 1.50}}'
    """
    record = as_record(item) if isinstance(item, Fact) else _statement(item, zone)
    keys = ("type", "id", "case", "at", "recorded_at", "supersedes", "fields")
    ordered = {key: record[key] for key in keys if key in record} | dict(record)
    return _text({key: value for key, value in ordered.items() if value is not None}, zone)


def _statement(item: Withdrawal | Waiver | Suspension | Complete, zone: Zone) -> dict[str, Any]:
    recorded = None if item.recorded is None else When(item.recorded, item.recorded)
    found: dict[str, Any]
    if isinstance(item, Withdrawal):
        found = {"withdraws": item.withdraws}
    elif isinstance(item, Complete):
        found = {"complete": item.type, "case": item.case, "until": _instant(item.until)}
    else:
        named = "waiver" if isinstance(item, Waiver) else "suspension"
        found = {named: item.id, "norm": item.norm, "case": item.case}
        if isinstance(item, Waiver):
            found |= {
                "key": item.key, "by": item.by, "reason": item.reason,
                "from": _day(item.first), "to": _day(item.last),
            }  # fmt: skip
        else:
            end = None if item.end is None else _instant(item.end)
            found |= {"reason": item.reason, "from": _instant(item.start), "to": end,
                      "tolling": item.tolling}  # fmt: skip
    return {**found, "recorded_at": recorded}


def _instant(us: int) -> When:
    return When(us, us)


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


def _text(value: Any, zone: Zone) -> str:
    """Write JSON; the library's own writer has no exact numbers."""
    if isinstance(value, Mapping):
        parts = [f"{json.dumps(k, ensure_ascii=False)}: {_text(v, zone)}" for k, v in value.items()]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, When):
        return json.dumps(format_moment(value, zone))
    if isinstance(value, list | tuple):
        return "[" + ", ".join([_text(one, zone) for one in value]) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return json.dumps(value.isoformat())
    if isinstance(value, timedelta):
        return json.dumps(f"PT{Decimal(value // timedelta(microseconds=1)) / 1_000_000:f}S")
    return json.dumps(value, ensure_ascii=False)
