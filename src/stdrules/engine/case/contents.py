"""When content is met by certain facts: closures made from a plan's contents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stdrules.base.time.moments import When
from stdrules.engine.case.facts import CaseFacts, Doubt, Entries, Entry, Slots, picker
from stdrules.engine.view import ALWAYS
from stdrules.plan.content import AllOf, AnyOf, Content, EachOf, Single

#: Which acts count: from `lower` on, not after `upper`, ties, from `floor` on; the anchor.
Window = tuple[When | None, int | None, str, int | None, When | None]

#: When it was met (None: not), by which facts, and the fact that decided.
Met = tuple[When | None, tuple[str, ...], str]
Achieve = Callable[[CaseFacts, Any, Any, Any, Window], Met]
UNMET: Met = (None, (), "")
#: The moment of what has always been there.
TIMELESS = ALWAYS.last


def achiever(content: Content, slots: Slots) -> Achieve:
    """Return what tells when content is met: ``(facts, t, e, p, window) -> Met``."""
    if isinstance(content, Single):
        return _single(content, slots)
    if isinstance(content, AllOf):
        return _all([achiever(part, slots) for part in content.parts])
    if isinstance(content, AnyOf):
        return _any([achiever(part, slots) for part in content.parts])
    return _each(content, slots)


def _single(content: Single, slots: Slots) -> Achieve:
    pick = picker(content.matcher, slots)

    def achieve(facts: CaseFacts, t: Any, e: Any, p: Any, window: Window) -> Met:
        entries = pick(facts, t, e, p)
        return chosen(facts, entries, window) if entries else UNMET

    return achieve


def chosen(facts: CaseFacts, entries: Entries, window: Window) -> Met:
    """Return the act that decides; in doubt if another may have come before it."""
    entries = counting(facts, entries, window)
    if not entries:
        return UNMET
    last, first, name, _, _ = entries[0]
    if len(entries) > 1:
        for entry in entries:
            if entry[1] < first:
                raise Doubt
    return When(first, last), (name,), name


def counting(facts: CaseFacts, entries: Entries, window: Window) -> Entries:
    """Return the acts that count in a window."""
    lower, upper, ties, floor, _ = window
    if lower is not None:
        entries = since(facts, entries, lower, ties)
    if upper is not None:
        entries = [entry for entry in entries if entry[1] <= upper]
    if floor is not None:
        entries = [entry for entry in entries if entry[1] >= floor]
    return entries


def since(facts: CaseFacts, entries: Entries, lower: When, ties: str = "allow") -> Entries:
    """Return the acts that are not certainly before a moment."""
    begin, end = lower
    kept = []
    for entry in entries:
        last, first = entry[0], entry[1]
        if last < begin and last != TIMELESS:
            continue
        if first < end and last != TIMELESS and not _on_one_day(facts, entry, begin, ties):
            continue
        kept.append(entry)
    return kept


def _on_one_day(facts: CaseFacts, entry: Entry, begin: int, ties: str) -> bool:
    """Tell whether an act that may be before its trigger counts; in doubt over several days."""
    day = facts.zone.ordinal(entry[0])
    if ties == "unknown" or day != facts.zone.ordinal(begin) or day != facts.zone.ordinal(entry[1]):
        raise Doubt
    return ties == "allow"


def _latest(mets: list[Met]) -> Met:
    ids = tuple(dict.fromkeys(name for met in mets for name in met[1]))
    latest: Met | None = None
    order: tuple[int, int, str] = (0, 0, "")
    for met in mets:
        when = met[0]
        if when is None:
            return None, ids, ""
        if latest is None or (when.last, when.first, met[2]) > order:
            latest, order = met, (when.last, when.first, met[2])
    assert latest is not None
    return latest[0], ids, latest[2]


def _all(parts: list[Achieve]) -> Achieve:
    return lambda facts, t, e, p, window: _latest(
        [part(facts, t, e, p, window) for part in parts])  # fmt: skip


def _any(parts: list[Achieve]) -> Achieve:
    def achieve(facts: CaseFacts, t: Any, e: Any, p: Any, window: Window) -> Met:
        done = [
            met for met in [part(facts, t, e, p, window) for part in parts] if met[0] is not None
        ]
        if not done:
            return UNMET
        return min(done, key=lambda m: (m[0].last, m[0].first, m[1]))  # type: ignore[union-attr]

    return achieve


def _each(content: EachOf, slots: Slots) -> Achieve:
    pick, part = picker(content.of, slots), achiever(content.part, slots)

    def achieve(facts: CaseFacts, t: Any, e: Any, p: Any, window: Window) -> Met:
        entries = pick(facts, t, e, p)
        if not entries:
            return (window[4] if content.empty_met else None), (), ""
        if len(entries) > 1:
            # In the order of the view, in which the reference asks.
            entries = sorted(entries, key=lambda entry: entry[3])
        return _latest([part(facts, t, entry[4].fields, p, window) for entry in entries])

    return achieve
