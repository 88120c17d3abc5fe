"""Dues, states and findings of certain instances."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from stdrules.base.time.dues import Due, due_after, due_before
from stdrules.base.time.kinds import Days, Exact
from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.engine.case.contents import Met
from stdrules.engine.case.facts import CaseFacts, Doubt
from stdrules.engine.reference.acts import Instance
from stdrules.engine.reference.settle import Closing, due_of, soon
from stdrules.engine.view import ALWAYS
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import ByDay, DueRule, Within

DueFor = Callable[[CaseFacts, Instance], Due | None]
Conclude = Callable[..., Finding]
Number = Decimal | int
UNMET = (r.PENDING, r.DUE_SOON, r.OVERDUE)


def due_for(rule: DueRule | None) -> DueFor:
    """Return what works out the due of an instance; None: a parameter leaves it open."""
    if rule is None:
        return lambda facts, inst: None
    if isinstance(rule, ByDay):
        return _by_day(rule)
    length, roll = rule.duration, rule.roll
    if length is None:
        return lambda facts, inst: None
    make: Any = due_after if isinstance(rule, Within) else due_before
    sign = 1 if isinstance(rule, Within) else -1
    # The two commonest dues, without the way through the general ones.
    exact = sign * length.us if isinstance(length, Exact) else None
    days = sign * length.n if isinstance(length, Days) and roll == "none" else None

    def due(facts: CaseFacts, inst: Instance) -> Due:
        if inst.anchor is None or inst.unanchored:
            raise Doubt
        first, last = inst.anchor
        if exact is not None:
            return Due(False, first + exact, last + exact)
        if days is not None and first == last:
            day = facts.zone.ordinal(first) + days
            return Due(True, day, day)
        found = make(inst.anchor, length, facts.zone, facts.view.calendar, roll)
        if isinstance(found, Missing):
            raise Doubt
        return found  # type: ignore[no-any-return]

    return due


def _by_day(rule: ByDay) -> DueFor:
    back = 0 if rule.inclusive else 1
    if rule.field is None and rule.roll == "none":
        if rule.ordinal is not None:
            fixed = Due(True, rule.ordinal - back, rule.ordinal - back)
            return lambda facts, inst: fixed

        def yearly(facts: CaseFacts, inst: Instance) -> Due:
            assert inst.period is not None
            day = inst.period.end - 1 - back
            return Due(True, day, day)

        return yearly

    def due(facts: CaseFacts, inst: Instance) -> Due | None:
        found, items, _ = due_of(rule, inst, facts.view)
        if items:
            raise Doubt
        return found

    return due


def is_open(rule: DueRule | None) -> bool:
    """Tell whether a parameter without a value leaves the due open."""
    return rule is not None and not isinstance(rule, ByDay) and rule.duration is None


def state_of(met: int | None, due: Due | None, norm: PlanNorm, facts: CaseFacts, end: int) -> str:
    """Return the state of an act against a due that ends (or is) at ``end``."""
    if due is None:
        return r.PENDING if met is None else r.FULFILLED
    if met is not None:
        in_time = met < end if due.day else met <= end
        return r.FULFILLED if in_time else r.FULFILLED_LATE
    gone = facts.as_of >= end if due.day else facts.as_of > end
    if gone:
        return r.OVERDUE
    return r.DUE_SOON if norm.lead is not None and soon(due, norm.lead, facts.view) else r.PENDING


def settled(
    when: When | None, due: Due | None, open_due: bool, norm: PlanNorm, facts: CaseFacts
) -> str:
    """Return the state; in doubt if the grain of a moment makes a difference."""
    if open_due:
        if when is not None:
            raise Doubt
        return r.PENDING
    if due is None:
        return r.PENDING if when is None else r.FULFILLED
    day, first, last = due
    if first == last:
        early = late = due
        first = last = facts.start_of(first + 1) if day else first
    elif day:
        early, late = Due(True, first, first), Due(True, last, last)
        first, last = facts.start_of(first + 1), facts.start_of(last + 1)
    else:
        early, late = Due(False, first, first), Due(False, last, last)
    if when is None:
        state = state_of(None, early, norm, facts, first)
        if first != last and state != state_of(None, late, norm, facts, last):
            raise Doubt
        return state
    state = state_of(when[1], early, norm, facts, first)
    if (first != last or when[0] != when[1]) and state != state_of(
            when[0], late, norm, facts, last):  # fmt: skip
        raise Doubt
    return state


def expired(state: str, ends: Closing, facts: CaseFacts) -> tuple[str, int | None]:
    """Turn what can no longer be met into a breach, with its moment."""
    at = ends.at
    if at is None or at.first > facts.as_of:
        return state, None
    if ends.items:
        raise Doubt
    if state in UNMET:
        return r.BREACHED, at.last
    return state, None


def prefix_of(norm: PlanNorm) -> str:
    """Return what the keys of a norm's instances begin with."""
    return f"{norm.id}/{norm.sub}" if norm.sub else norm.id


def concluder(norm: PlanNorm) -> Conclude:
    """Return what makes the finding of a certain instance."""
    prefix = prefix_of(norm)
    test = norm.when.function() if norm.when is not None and norm.when_per_instance else None

    def conclude(
        facts: CaseFacts, inst: Instance, name: str, state: str, due: Due | None = None,
        met: When | None = None, breached_at: int | None = None, ids: tuple[str, ...] = (),
        progress: tuple[Number, Number | None, Number] | None = None,
        elements: tuple[tuple[str, str], ...] = (),
    ) -> Finding:  # fmt: skip
        trigger = inst.trigger
        if due is not None and trigger is not None and inst.known is not None:
            known, (day, first, last) = inst.known, due
            if day:
                early = known < facts.start_of(first + 1)
                late = not early and known >= facts.start_of(last + 1)
            else:
                early, late = known <= first, known > last
            if late:
                state = r.INFEASIBLE
            elif not early:
                raise Doubt
        if test is not None:
            fields = trigger.fields if trigger is not None else inst.fields
            if _guard(test({}, fields, {}, _period(inst), facts.view)) is False:
                state = r.NOT_APPLICABLE
        own = inst.facts
        if ids:
            if not own and len(ids) == 1:
                own = ids
            elif len(own) == len(ids) == 1:
                own = own if own == ids else own + ids
            else:
                own = tuple(dict.fromkeys((*own, *ids)))
        return Finding(
            norm, facts.case_id, f"{prefix}/{name}" if name else prefix, state, due,
            met if met != ALWAYS and (state == r.FULFILLED or state == r.FULFILLED_LATE) else None,
            breached_at if state == r.BREACHED and breached_at != ALWAYS.last else None,
            trigger.id if trigger is not None else "", own, (), (), progress,
            inst.period.label if inst.period is not None else "", elements, inst.anchor,
        )  # fmt: skip

    return conclude


def _period(inst: Instance) -> dict[str, Any]:
    if inst.period is not None:
        raise Doubt
    return {}


def _guard(found: Any) -> bool:
    if found is True or found is False:
        return found
    raise Doubt


__all__ = ["Conclude", "DueFor", "Met", "concluder", "due_for", "expired", "is_open", "prefix_of",
           "settled"]  # fmt: skip
