"""When a judgement may change by time alone: the next moment at which it must be made again.

A moment too many costs one judgement, one too few is an error. So each rule here gives every moment
at which its part of docs/semantics.md can turn, and the moment after it where a border is open.

Units
    Microseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from stdrules.base.time.calendars import Calendar
from stdrules.base.time.dues import Due, due_before
from stdrules.base.time.kinds import Days, Exact, Months
from stdrules.base.time.moments import When
from stdrules.base.time.periods import period_of, tile_of
from stdrules.base.time.zones import Zone
from stdrules.base.truth import Missing
from stdrules.engine.case.facts import CaseFacts, Scope
from stdrules.engine.reference.settle import DAY
from stdrules.engine.reference.steps import _until
from stdrules.engine.session.reads import Reads
from stdrules.engine.view import CaseView, Row, moment_of
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Await, Hold, PerYear, Recur

#: Later than any moment.
NEVER = 2**62
#: What neither a due nor an anchor changes any more.
_DONE = frozenset({r.FULFILLED, r.FULFILLED_LATE, r.CANCELLED, r.INFEASIBLE})

#: Gives moments of interest; those that are past are dropped by the caller.
Extra = Callable[[CaseFacts], Iterable[int]]


def first_after(now: int, moments: Iterable[int]) -> int:
    """Return the earliest of some moments after now, or `NEVER`.

    Example:
        >>> first_after(5, (3, 9, 5, 7)), first_after(9, (3,)) == NEVER
        (7, True)
    """
    best = NEVER
    for moment in moments:
        if now < moment < best:
            best = moment
    return best


def of_rows(rows: Iterable[Finding], norm: PlanNorm, view: CaseView) -> int:
    """Return when a due, its lead or an anchor that ends it next turns one of some rows."""
    now, best = view.as_of, NEVER
    expires = isinstance(norm.step, Await) and norm.step.expires == "anchor"
    for row in rows:
        if row.state in _DONE:
            continue
        due = row.due
        if due is not None:
            found = first_after(now, due_moments(due, norm, view))
            best = found if found < best else best
        anchor = row.anchor
        if expires and anchor is not None and anchor[1] >= now:
            first, last = anchor
            found = first_after(now, (first, first + 1, last, last + 1))
            best = found if found < best else best
    return best


def due_moments(due: Due, norm: PlanNorm, view: CaseView) -> Iterator[int]:
    """Yield when a due passes and when its lead begins, for its earliest and its latest."""
    day, first, last = due
    for one in (first,) if first == last else (first, last):
        yield view.zone.start_of(one + 1) if day else one + 1
        if norm.lead is not None:
            yield lead_start(Due(day, one, one), norm, view.zone, view.calendar)


def lead_start(due: Due, norm: PlanNorm, zone: Zone, calendar: Calendar) -> int:
    """Return from when an unmet due is due soon."""
    lead = norm.lead
    day, first, _ = due
    end = zone.start_of(first + 1) if day else first
    if isinstance(lead, Exact):
        return end - lead.us
    if isinstance(lead, Days):
        return zone.start_of(first + 1 - lead.n) if day else end - lead.n * DAY
    assert lead is not None
    start = due_before(When(end, end), lead, zone, calendar)
    return NEVER if isinstance(start, Missing) else zone.start_of(start.first)


def extras(
    norm: PlanNorm | None, reads: Reads, scope: Callable[[CaseFacts], Scope] | None,
    open_types: tuple[str, ...],
) -> list[Extra]:  # fmt: skip
    """Return what else time does to a norm, beyond its dues; nothing for the commonest ones."""
    found: list[Extra] = []
    if norm is not None and scope is not None:
        if isinstance(norm.step, Recur):
            found.append(_periods(norm.step, scope))
        if isinstance(norm.arise, PerYear):
            found.append(_years(scope))
    if reads.timed:
        found.append(_fields(sorted(reads.timed)))
    if open_types:
        found.append(_completeness(open_types))
    return found


def _periods(step: Recur, scope: Callable[[CaseFacts], Scope]) -> Extra:
    """The running period ends, and then the next one begins."""

    def moments(facts: CaseFacts) -> Iterable[int]:
        start, _, closing = scope(facts)
        if start is None:
            return ()
        first = facts.zone.ordinal(start.first)
        day = facts.zone.ordinal(facts.as_of - 1)
        opening = first
        if step.unit is None and step.tiles_from_next_day:
            opening = first + 1
        if day < opening:
            return (facts.start_of(first) + 1, facts.start_of(opening) + 1)
        if closing.at is not None and not closing.items:
            day = min(day, facts.zone.ordinal(closing.at.first))
            if day < opening:
                return ()
        if step.unit is not None:
            end = period_of(step.unit, day).end  # type: ignore[arg-type]
        else:
            end = tile_of(step.tile_days or 1, opening, day).end
        ends = facts.start_of(end)
        return (ends, ends + 1)

    return moments


def _years(scope: Callable[[CaseFacts], Scope]) -> Extra:
    """The next year begins."""

    def moments(facts: CaseFacts) -> Iterable[int]:
        start, _, closing = scope(facts)
        if start is None:
            return ()
        day = facts.zone.ordinal(facts.as_of - 1)
        if closing.at is not None and not closing.items:
            day = min(day, facts.zone.ordinal(closing.at.first))
        begins = date(date.fromordinal(day).year + 1, 1, 1).toordinal()
        own = facts.start_of(facts.zone.ordinal(start.first))
        return (facts.start_of(begins) + 1, own + 1)

    return moments


def _fields(timed: list[tuple[str, str]]) -> Extra:
    """What a field says will have happened."""

    def moments(facts: CaseFacts) -> Iterator[int]:
        for name, field in timed:
            for row in facts.rows.get(name, ()):
                when = moment_of(row.fields[field], facts.zone)
                if isinstance(when, When):
                    yield when.first
                    yield when.first + 1

    return moments


def _completeness(types: tuple[str, ...]) -> Extra:
    """What was complete up to a moment is no longer."""

    def moments(facts: CaseFacts) -> Iterator[int]:
        for name in types:
            for case, until in facts.view.completes.get(name, ()):
                if case is None or case == facts.case_id:
                    yield until
                    yield until + 1

    return moments


def of_controls(view: CaseView) -> Iterator[int]:
    """Yield when suspensions begin and end, and the first and last days of waivers."""
    for stop in view.suspensions:
        yield from (stop.start, stop.start + 1)
        if stop.end is not None:
            yield from (stop.end, stop.end + 1)
    for waiver in view.waivers:
        if waiver.first is not None:
            start = view.zone.start_of(waiver.first)
            yield from (start, start + 1)
        if waiver.last is not None:
            end = view.zone.start_of(waiver.last + 1)
            yield from (end, end + 1)


def of_doubt(norm: PlanNorm | None, rows: Iterable[Finding], reads: Reads, view: CaseView) -> int:
    """Return the next moment of interest where something is missing, vague or rare.

    Every moment in the facts that are read counts; where one is missing altogether, every
    midnight does, since an act without a time may have been up to now.
    """
    untimed = False
    moments: list[int] = []
    for name in reads.types:
        info = view.types[name]
        for row in (*view.of(name), *view.withdrawn.get(name, ())):
            untimed |= _of_row(row, info.moments, view, moments)
    for finding in rows:
        if finding.anchor is not None:
            day = view.zone.ordinal(finding.anchor[0])
            moments += (*finding.anchor, view.zone.start_of(day + 1))
    if norm is not None and isinstance(norm.step, Hold):
        moments += _hold(norm.step, rows, moments, view)
    if untimed:
        midnight = view.zone.start_of(view.zone.ordinal(view.as_of) + 1)
        moments += (midnight, view.zone.start_of(view.zone.ordinal(view.as_of)))
    return min(first_after(view.as_of, moments), first_after(view.as_of, (m + 1 for m in moments)))


def _of_row(row: Row, fields: tuple[str, ...], view: CaseView, moments: list[int]) -> bool:
    """Collect the moments of a fact; tell whether one is missing."""
    untimed = False
    values: list[Any] = [row.at, row.said]
    values += [moment_of(row.fields[name], view.zone) for name in fields if name in row.fields]
    for when in values:
        if isinstance(when, When):
            moments += when
        elif isinstance(when, Missing):
            untimed = untimed or not when.blank
    return untimed


def _hold(
    step: Hold, rows: Iterable[Finding], known: list[int], view: CaseView
) -> Iterator[int]:
    """When a gap outgrows its grace, and when the state need not hold any longer."""
    grace = step.grace
    allowed = 0
    if isinstance(grace, Exact):
        allowed = grace.us
    elif grace is not None:
        allowed = grace.n * (DAY * 30 if isinstance(grace, Months) else DAY)
    anchors = [row.anchor for row in rows if row.anchor is not None]
    for moment in (*known, *(anchor.first for anchor in anchors)):
        yield moment + allowed
        yield moment + allowed + 1
    for anchor in anchors:
        end = _until(step, anchor, view)
        if isinstance(end, int):
            yield end


__all__ = [
    "NEVER", "Extra", "due_moments", "extras", "first_after", "lead_start", "of_controls",
    "of_doubt", "of_rows",
]  # fmt: skip
