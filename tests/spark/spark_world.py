"""Facts as JSON lines, a session of Spark, and what both ways of judging say."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from stdrules.base.time.moments import When, format_moment
from stdrules.base.time.zones import Zone
from stdrules.intake.python_facts import as_record
from stdrules.model.facts import FactLog

ROOT = Path(__file__).resolve().parents[2]
ORDER = ("case_type", "case", "place")


def lines_of(log: FactLog, where: Zone) -> list[str]:
    """Return the JSON lines from which the same log is read again."""

    def plain(value: Any) -> Any:
        if isinstance(value, When):
            return format_moment(value, where)
        if isinstance(value, Decimal):
            return str(value)
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, timedelta):
            return f"PT{value // timedelta(seconds=1)}S"
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        if isinstance(value, tuple | list):
            return [plain(one) for one in value]
        return value

    def moment(us: int) -> str:
        return where.isoformat(us)

    records = [plain(as_record(fact)) for fact in log.facts]
    for one in log.withdrawals:
        records.append({"withdraws": one.withdraws})
    for two in log.waivers:
        records.append({
            "waiver": two.id, "norm": two.norm, "case": two.case, "key": two.key, "by": two.by,
            "reason": two.reason,
            "from": two.first and date.fromordinal(two.first).isoformat(),
            "to": two.last and date.fromordinal(two.last).isoformat(),
        })  # fmt: skip
    for three in log.suspensions:
        records.append({
            "suspension": three.id, "norm": three.norm, "case": three.case,
            "reason": three.reason, "from": moment(three.start),
            "to": None if three.end is None else moment(three.end), "tolling": three.tolling,
        })  # fmt: skip
    for four in log.completes:
        records.append({"complete": four.type, "case": four.case, "until": moment(four.until)})
    return [json.dumps(record, ensure_ascii=False) for record in records]
