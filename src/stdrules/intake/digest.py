"""The digest of a log: the same for the same facts, whatever their order, source and origin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date, datetime, timedelta
from decimal import Decimal

from stdrules.base.errors import UsageError
from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.base.time.zones import microseconds
from stdrules.base.truth import Missing
from stdrules.model.facts import Fact, FactLog


def facts_digest(log: FactLog) -> str:
    """Return the SHA-256 of a log, in hexadecimal.

    Places do not count; neither do the order of facts, zeros at the end of a number, or the
    offset in which an instant is written.

    Example:
        >>> facts_digest(FactLog())[:12]
        '545c38b0922d'
    """
    lines = sorted(_fact(fact) for fact in log.facts)
    for group in (log.withdrawals, log.waivers, log.suspensions, log.completes):
        lines += sorted(_line([type(one).__name__, *astuple(one)]) for one in group)
        lines.append("")
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode("utf-8", "surrogatepass"))
        digest.update(b"\n")
    return digest.hexdigest()


def _fact(fact: Fact) -> str:
    cases = [[name, *sorted(set(ids))] for name, ids in sorted(fact.cases.items())]
    at = None if fact.at is None else list(fact.at)
    fields = [
        [name, _plain(value)]
        for name, value in sorted(fact.fields.items())
        if not isinstance(value, Missing) or value.blank
    ]
    return _line([fact.type, fact.id, cases, at, fields, fact.recorded, fact.supersedes])


def _line(parts: Iterable[object]) -> str:
    return json.dumps(list(parts), ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> object:
    """Return a value as JSON with its type, so that the text 1 and the number 1 differ."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, Missing):
        return None
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal | int):
        return {"number": format_decimal(value)}
    if isinstance(value, datetime):
        return {"instant": microseconds(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, timedelta):
        return {"duration": value // timedelta(microseconds=1)}
    kind = type(value).__name__
    raise UsageError(Text(f"事实中有 `{kind}` 类型的值", f"a fact holds a value of type `{kind}`"))
