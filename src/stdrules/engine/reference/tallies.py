"""Counting acts: how many for certain, how many at most, and when the n-th was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stdrules.base.truth import Missing
from stdrules.engine.reference.acts import Achieved, Act, Met, deciding

Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Tally:
    """Result of counting towards ``need``; ``hi`` None: unbounded."""

    lo: Number
    hi: Number | None
    achieved: Achieved
    facts: tuple[str, ...]


def _value(act: Act, distinct: tuple[str, ...]) -> Any:
    if not distinct:
        return act.id
    assert act.row is not None
    values = tuple(act.row.fields[name] for name in distinct)
    return next((v for v in values if isinstance(v, Missing)), values)


def _walk(
    acts: Iterable[Act], need: Number, distinct: tuple[str, ...], adds: str | None
) -> tuple[Number, Act | None, tuple[str, ...], bool]:
    """Count acts in order: total, the act that reached need, ids counted, whether bounded."""
    seen: set[Any] = set()
    total: Number = 0
    reached: Act | None = None
    ids: list[str] = []
    bounded = True
    for act in acts:
        if act.row is None:
            bounded = False
            continue
        value = _value(act, distinct)
        if isinstance(value, Missing):
            value = ("?", act.id)
        if value in seen:
            continue
        seen.add(value)
        amount = act.row.fields[adds] if adds else 1
        if isinstance(amount, Missing) or amount is None:
            bounded = False
            continue
        total += amount
        ids.append(act.id)
        if reached is None and total >= need:
            reached = act
    return total, reached, tuple(ids), bounded


def tally(
    acts: list[Act], need: Number, distinct: tuple[str, ...] = (), adds: str | None = None
) -> Tally:
    """Count distinct acts, or add up a field, towards a number.

    A certain act whose counted value is missing may repeat another: it is only possible.
    """
    certain, items = [], frozenset[str]()
    for act in acts:
        missing = _lacks(act, distinct, adds)
        items |= act.items | missing
        if act.certain and not missing:
            certain.append(act)
    certain.sort(key=deciding)
    everything = sorted(acts, key=lambda a: (a.when.first, a.when.last, a.id))
    lo, worst, ids, _ = _walk(certain, need, distinct, adds)
    hi, best, _, bounded = _walk(everything, need, distinct, adds)
    low = Met(worst.when, ids, worst.id) if worst else Met(None, ids)
    if best is None and not bounded:
        first = next(a for a in everything if a.row is None or _lacks(a, (), adds))
        best = first
    high = Met(best.when, ids, best.id) if best else Met(None, ids)
    if worst is not None and best is not None and worst.id != best.id and best.certain:
        items |= {f"time {best.id}"}
    return Tally(lo, hi if bounded else None, Achieved(low, high, items), ids)


def _lacks(act: Act, distinct: tuple[str, ...], adds: str | None) -> frozenset[str]:
    if act.row is None:
        return act.items
    found: frozenset[str] = frozenset()
    for name in (*distinct, *((adds,) if adds else ())):
        value = act.row.fields[name]
        if isinstance(value, Missing):
            found |= value.items
    return found
