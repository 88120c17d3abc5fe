"""The things known of one case, each with the moments that concern it.

A log is cut down to what can be seen in a case (its own facts, those of every case, and all
versions of both), so that it can be judged again and again at little cost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from stdrules.base.time.moments import When, from_date, from_datetime
from stdrules.base.time.zones import Zone
from stdrules.engine.versions import NEVER, KnownFrom
from stdrules.engine.view import JUDGEMENT
from stdrules.model.facts import Complete, Fact, FactLog, Suspension, Waiver, Withdrawal
from stdrules.report.history import Cause, Thing

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A thing of the log and the moment at which it became known (None: all along)."""

    thing: Thing
    known: int | None


class CaseLog:
    """What a log holds of one case.

    Args:
        log: The whole log.
        case: The id of the case.
        known_from: Tells from when a fact counts as known.
        types: The fact types that can matter; None: all. Of the others those are kept that are
            the first to say that there is such a case.
    """

    def __init__(
        self, log: FactLog, case: str, known_from: KnownFrom, types: Collection[str] | None = None
    ) -> None:
        facts = _facts_of(log, case, known_from, types)
        ids = {fact.id for fact in facts} | {fact.supersedes for fact in facts}
        self.log = FactLog(
            facts,
            [one for one in log.withdrawals if one.withdraws in ids],
            [one for one in log.waivers if one.case in (None, case)],
            [one for one in log.suspensions if one.case in (None, case)],
            [one for one in log.completes if one.case in (None, case)],
        )
        self._known_from = known_from
        known = ((fact, known_from(fact)) for fact in facts)
        self.items = [Item(fact, None if when == NEVER else when) for fact, when in known]
        others: Iterable[Withdrawal | Waiver | Suspension | Complete] = (
            *self.log.withdrawals, *self.log.waivers, *self.log.suspensions, *self.log.completes,
        )  # fmt: skip
        self.items += [Item(one, one.recorded) for one in others]

    def known_moments(self) -> list[int]:
        """Return the moments at which something became known, in order."""
        return sorted({item.known for item in self.items if item.known is not None})

    def learned(self, after: int | None, until: int) -> list[Item]:
        """Return what became known after one moment and up to another."""
        found = [
            item
            for item in self.items
            if item.known is not None
            and item.known <= until
            and (after is None or item.known > after)
        ]
        return sorted(found, key=_place)

    def happened(self, after: int, until: int, zone: Zone) -> list[Item]:
        """Return what happened, began or ended after one instant and up to another.

        What is known by its day may be seen as soon as the day has begun.
        """
        found = [
            item
            for item in self.items
            if any(
                after < when.first <= until if when.is_instant
                else when.first < until and after <= when.last
                for when in times_of(item.thing, zone)
            )
        ]  # fmt: skip
        return sorted(found, key=_place)

    def without(self, items: Collection[Item]) -> FactLog:
        """Return the log of the case without some of its things."""
        gone = {id(item.thing) for item in items}

        def kept(things: Sequence[T]) -> list[T]:
            return [one for one in things if id(one) not in gone]

        log = self.log
        return FactLog(
            kept(log.facts), kept(log.withdrawals), kept(log.waivers), kept(log.suspensions),
            kept(log.completes),
        )  # fmt: skip

    def cause(self, item: Item, learned: bool = True) -> Cause:
        """Say what an item is: a new fact, a correction, a withdrawal, a waiver and so on.

        Args:
            item: One of the items.
            learned: Whether it became known; else it was known and happened.
        """
        thing, known = item.thing, item.known
        if isinstance(thing, Fact) and not learned:
            return Cause("happened", thing.id, thing, None, known)
        if isinstance(thing, Fact):
            before = self._version(thing.supersedes, thing, known) if thing.supersedes else None
            return Cause("corrected" if before else "added", thing.id, thing, before, known)
        if isinstance(thing, Withdrawal):
            before = self._version(thing.withdraws, None, known)
            return Cause("withdrawn", thing.withdraws, thing, before, known)
        if isinstance(thing, Complete):
            return Cause("complete", thing.type, thing, None, known)
        kind = "waiver" if isinstance(thing, Waiver) else "suspension"
        return Cause(kind, thing.id, thing, None, known)

    def _version(self, fact_id: str, other: Fact | None, known: int | None) -> Fact | None:
        """Return the newest version under an id that was known by a moment."""
        found = [
            fact
            for fact in self.log.facts
            if fact.id == fact_id
            and fact is not other
            and (known is None or self._known_from(fact) <= known)
        ]
        return max(found, key=self._known_from, default=None)


def _facts_of(
    log: FactLog, case: str, known_from: KnownFrom, types: Collection[str] | None
) -> list[Fact]:
    """Return the facts that matter in a case, with all versions of each."""
    chains = _Chains(log)
    kept: set[str] = set()
    markers: list[tuple[int, int, str]] = []
    for fact in log.facts:
        own = any(case in ids for ids in fact.cases.values())
        if not own and fact.cases:
            continue
        if types is None or fact.type in types or (own and chains.changed(fact)):
            kept.add(chains.root(fact.id))
        elif own and fact.type != JUDGEMENT:
            # A judgement makes no case.
            markers.append((known_from(fact), _seen_from(fact), fact.id))
    # Of the others only those are needed that are the first to say that there is such a case.
    earliest: int | None = None
    for _known, first, name in sorted(markers):
        if earliest is None or first < earliest:
            earliest = first
            kept.add(chains.root(name))
    return [fact for fact in log.facts if chains.root(fact.id) in kept]


def _seen_from(fact: Fact) -> int:
    """Return the first as-of that sees a fact: an instant itself, a day once it has begun."""
    if fact.at is None:
        return NEVER
    return fact.at.first if fact.at.is_instant else fact.at.first + 1


class _Chains:
    """Which ids are versions of one fact, and whether it was ever corrected or withdrawn."""

    def __init__(self, log: FactLog) -> None:
        self._above: dict[str, str] = {}
        self._changed = {one.withdraws for one in log.withdrawals}
        for fact in log.facts:
            if fact.supersedes is not None:
                self._changed |= {fact.id, fact.supersedes}
                a, b = self.root(fact.id), self.root(fact.supersedes)
                if a != b:
                    self._above[a] = b

    def root(self, name: str) -> str:
        """Return the id that stands for all versions of a fact."""
        while (up := self._above.get(name)) is not None:
            name = up
        return name

    def changed(self, fact: Fact) -> bool:
        """Tell whether a fact has other versions, or was withdrawn."""
        return fact.id in self._changed


def times_of(thing: Thing, zone: Zone) -> list[When]:
    """Return the times at which a thing may begin or end to matter as the moment judged moves."""
    if isinstance(thing, Fact):
        times = [thing.at] if thing.at is not None else []
        return times + [when for value in thing.fields.values() if (when := _when(value, zone))]
    instants: list[int] = []
    if isinstance(thing, Suspension):
        instants = [thing.start, *([thing.end] if thing.end is not None else [])]
    elif isinstance(thing, Waiver):
        days = (thing.first, None if thing.last is None else thing.last + 1)
        instants = [zone.start_of(day) for day in days if day is not None]
    elif isinstance(thing, Complete):
        instants = [thing.until]
    return [When(one, one) for one in instants]


def moments_of(thing: Thing, zone: Zone) -> list[int]:
    """Return the instants at which to look: of a day its end."""
    return [when.first if when.is_instant else when.last + 1 for when in times_of(thing, zone)]


def _when(value: object, zone: Zone) -> When | None:
    if isinstance(value, datetime):
        return from_datetime(value)
    return from_date(value, zone) if isinstance(value, date) else None


def _place(item: Item) -> tuple[int, str, str]:
    thing = item.thing
    name = str(getattr(thing, "id", "") or getattr(thing, "withdraws", ""))
    return item.known or 0, type(thing).__name__, name


def minimal(items: Sequence[Item], enough: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """Return a smallest part of some items that is still enough: none of it can be left out.

    Args:
        items: The items, all of which together are enough.
        enough: Tells whether a part is.

    Returns:
        A part of which no single item can be left out; empty if nothing is needed.

    Example:
        >>> minimal([1, 2, 3, 4, 5], lambda part: {2, 5} <= set(part))
        [2, 5]
        >>> minimal([1, 2, 3], lambda part: True)
        []
    """
    kept = list(items)
    size = len(kept)
    while kept:
        start, fewer = 0, False
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            if enough(rest):
                kept, fewer = rest, True
            else:
                start += size
        if size == 1 and not fewer:
            break
        size = max(1, min(size, len(kept)) // 2)
    return kept
