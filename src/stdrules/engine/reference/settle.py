"""From what happened and what was due to a state: the table of docs/semantics.md, section 5."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from stdrules.base.time.dues import Due, due_after, due_before, due_end, due_on, in_time, passed
from stdrules.base.time.kinds import Days, Duration, Exact, Workdays
from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.engine.reference.acts import Achieved, Instance
from stdrules.engine.view import CaseView, moment_of
from stdrules.model.facts import Suspension
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import ByDay, DueRule, Within

DAY = 86_400_000_000
FAR = 2**62


@dataclass(frozen=True, slots=True)
class Closing:
    """When the scope of a norm closed (None: it is open), and what is missing to know it."""

    at: When | None
    items: frozenset[str] = frozenset()


@dataclass(slots=True)
class Outcome:
    """What one step found for one instance, before waivers and the like."""

    worst: str
    best: str
    items: frozenset[str] = frozenset()
    due: Due | None = None
    met: When | None = None
    breached_at: int | None = None
    facts: tuple[str, ...] = ()
    progress: tuple[Decimal | int, Decimal | int | None, Decimal | int] | None = None
    elements: tuple[tuple[str, str], ...] = ()


def due_of(
    rule: DueRule | None, inst: Instance, view: CaseView
) -> tuple[Due | None, frozenset[str], bool]:
    """Return the due, what is missing to know it, and whether a parameter leaves it open."""
    nothing: frozenset[str] = frozenset()
    if rule is None:
        return None, nothing, False
    if isinstance(rule, ByDay):
        return (*_by_day(rule, inst, view), False)
    if rule.duration is None:
        return None, nothing, True
    if inst.unanchored or inst.anchor is None:
        return None, inst.unanchored or frozenset({f"fact {view.case_type.name}"}), False
    make = due_after if isinstance(rule, Within) else due_before
    due = make(inst.anchor, rule.duration, view.zone, view.calendar, rule.roll)  # type: ignore[arg-type]
    if isinstance(due, Missing):
        return None, due.items, False
    return due, nothing, False


def _by_day(rule: ByDay, inst: Instance, view: CaseView) -> tuple[Due | None, frozenset[str]]:
    ordinal = rule.ordinal
    if rule.field is not None:
        value = inst.trigger.fields[rule.field] if inst.trigger else None
        when = moment_of(value, view.zone)
        if when is None or isinstance(when, Missing):
            items = when.items if isinstance(when, Missing) else frozenset[str]()
            return None, items or frozenset({f"field {inst.name}.{rule.field}"})
        if when.first == when.last and rule.inclusive:
            return Due(False, when.first, when.last), frozenset()
        ordinal = view.zone.ordinal(when.first)
    elif ordinal is None:
        assert inst.period is not None
        ordinal = inst.period.end - 1
    shifted = due_on(ordinal if rule.inclusive else ordinal - 1)
    if rule.roll == "none":
        return shifted, frozenset()
    day = When(view.zone.start_of(shifted.first), view.zone.start_of(shifted.first))
    rolled = due_after(day, Days(0), view.zone, view.calendar, rule.roll)  # type: ignore[arg-type]
    return (None, rolled.items) if isinstance(rolled, Missing) else (rolled, frozenset())


def toll(
    due: Due, rule: DueRule, inst: Instance, stops: Iterable[Suspension], view: CaseView
) -> Due | Missing:
    """Move a due by the suspensions that began before it, after the anchor."""
    duration = getattr(rule, "duration", None)
    start = inst.anchor.first if inst.anchor is not None else -FAR
    for stop in stops:
        if not stop.tolling or stop.end is None or stop.end > view.as_of:
            continue
        begin = max(start, stop.start)
        if begin >= stop.end or begin >= due_end(due, view.zone)[1]:
            continue
        if isinstance(duration, Exact):
            length = stop.end - begin
            due = Due(False, due.first + length, due.last + length)
            continue
        first, last = view.zone.ordinal(begin), view.zone.ordinal(stop.end)
        if not due.day:
            due = Due(False, due.first + (stop.end - begin), due.last + (stop.end - begin))
        elif isinstance(duration, Workdays):
            count = view.calendar.count_workdays(first, last - 1) if last > first else 0
            if isinstance(count, Missing):
                return count
            moved = [view.calendar.nth_workday_after(o, count) if count else o
                     for o in (due.first, due.last)]  # fmt: skip
            for one in moved:
                if isinstance(one, Missing):
                    return one
            due = Due(True, moved[0], moved[1])  # type: ignore[arg-type]
        else:
            due = Due(True, due.first + last - first, due.last + last - first)
    return due


def soon(due: Due, lead: Duration | None, view: CaseView) -> bool:
    """Tell whether as-of lies within the lead before a due."""
    if lead is None:
        return False
    end = due_end(due, view.zone)[0]
    if isinstance(lead, Exact):
        return view.as_of >= end - lead.us
    if isinstance(lead, Days):
        if due.day:
            return view.as_of >= view.zone.start_of(due.first + 1 - lead.n)
        return view.as_of >= end - lead.n * DAY
    start = due_before(When(end, end), lead, view.zone, view.calendar)
    return not isinstance(start, Missing) and view.as_of >= view.zone.start_of(start.first)


def state_of(met: int | None, due: Due | None, norm: PlanNorm, view: CaseView) -> str:
    """Return the state of an achievement in one completion, all vagueness settled."""
    if met is not None:
        if due is None or in_time(When(met, met), due, view.zone) is True:
            return r.FULFILLED
        return r.FULFILLED_LATE
    if due is None:
        return r.PENDING
    if passed(due, view.as_of, view.zone) is True:
        return r.OVERDUE
    return r.DUE_SOON if soon(due, norm.lead, view) else r.PENDING


def vague(when: When | None, name: str) -> frozenset[str]:
    """Return the item that would settle a vague moment."""
    if when is None or when.first == when.last or not name:
        return frozenset()
    return frozenset({f"time {name}"})


def trigger_id(inst: Instance) -> str:
    """Return the id of the trigger fact, or ""."""
    return inst.trigger.id if inst.trigger else ""


def settle(
    found: Achieved, due: Due | None, unknown_due: frozenset[str], open_due: bool,
    expiry: Closing, closing: Closing, norm: PlanNorm, inst: Instance, view: CaseView,
) -> Outcome:  # fmt: skip
    """Combine the act and the due into the states of the two completions."""
    worst, best = found.worst.when, found.best.when
    facts = found.worst.facts
    if open_due or unknown_due:
        low, high = _without_due(worst, best, open_due)
        items = unknown_due | (frozenset() if low == high else found.items)
        if open_due and best is not None:
            items |= _open_parameters(norm)
    else:
        early = Due(due.day, due.first, due.first) if due else None
        late = Due(due.day, due.last, due.last) if due else None
        low = state_of(worst.last if worst else None, early, norm, view)
        high = state_of(best.first if best else None, late, norm, view)
        items = found.items
        if due is not None:
            items |= vague(worst, found.worst.by)
            if due.first != due.last:
                items |= frozenset({f"time {trigger_id(inst)}"})
    out = Outcome(low, high, items, due, worst, None, facts)
    ends = closing if due is None and not unknown_due else expiry
    if ends.at is not None and ends.at.first <= view.as_of:
        out = _expired(out, ends)
    return out


def _without_due(worst: When | None, best: When | None, open_due: bool) -> tuple[str, str]:
    low = r.FULFILLED_LATE if worst else (r.PENDING if open_due else r.OVERDUE)
    return low, r.FULFILLED if best else r.PENDING


def _open_parameters(norm: PlanNorm) -> frozenset[str]:
    return frozenset(f"parameter {name}" for name in norm.parameters)


def _expired(out: Outcome, ends: Closing) -> Outcome:
    unmet = (r.PENDING, r.DUE_SOON, r.OVERDUE)
    worst = r.BREACHED if out.worst in unmet else out.worst
    best = r.BREACHED if out.best in unmet else out.best
    if ends.items:
        return replace(out, worst=worst, items=out.items | ends.items)
    at = ends.at.last if ends.at else None
    return replace(out, worst=worst, best=best, breached_at=at if worst == r.BREACHED else None)
