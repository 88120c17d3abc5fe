"""The other steps: deadlines, prohibitions, states, contents, orders.

Semantics: docs/semantics.md, sections 7 and 9.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from stdrules.base.time.kinds import Days, Duration, Exact, Months, Workdays, add_months
from stdrules.base.time.moments import When
from stdrules.base.truth import Missing, and3
from stdrules.engine.reference.acts import Act, Instance, Met, Window, achieve, acts_of, all_acts
from stdrules.engine.reference.instances import scope_of
from stdrules.engine.reference.settle import (
    DAY,
    FAR,
    Closing,
    Outcome,
    due_of,
    settle,
    toll,
    vague,
)  # fmt: skip
from stdrules.engine.view import CaseView, moment_of
from stdrules.model.facts import Suspension
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import (
    Await,
    Before,
    ByDay,
    Forbid,
    Hold,
    Order,
    OrderStep,
    PerCase,
    PerFact,
    PerYear,
    Transitions,
)  # fmt: skip


def deadline(
    norm: PlanNorm, step: Await, inst: Instance, stops: list[Suspension], view: CaseView
) -> Outcome:
    """Judge an owed act for one instance."""
    due, items, open_due = due_of(step.due, inst, view)
    if due is not None and step.due is not None and stops:
        moved = toll(due, step.due, inst, stops, view)
        due, items = (None, moved.items) if isinstance(moved, Missing) else (moved, items)
    _, _, closing = scope_of(norm.scope, view)
    lower = inst.anchor
    if isinstance(step.due, Before | ByDay) and not isinstance(norm.arise, PerCase | PerYear):
        # What must be done before an event counts from its trigger on; a plan may follow it.
        lower = inst.trigger.at if inst.trigger else inst.anchor
        if isinstance(norm.arise, PerFact) and view.types[norm.arise.matcher.type].kind == "plan":
            lower = None
    expiry = Closing(None)
    if step.expires == "anchor" and inst.anchor is not None:
        expiry = Closing(inst.anchor)
    elif step.expires == "scope":
        expiry = closing
    ends = closing if step.due is None or open_due else expiry
    window = Window(
        None if step.preemptive else lower,
        ends.at.last if ends.at is not None and not ends.items else None,
        step.ties,
        _floor(step, inst, due, view),
    )
    found = achieve(step.content, view, inst, window)
    doubt = _unknown_floor(step, inst)
    if doubt:
        # From when acts count is not known: perhaps none of them does.
        found = replace(found, worst=Met(None), items=found.items | doubt)
    out = settle(found, due, items, open_due, expiry, closing, norm, inst, view)
    if step.expires == "unknown" and out.worst == r.BREACHED:
        # A long enough period asks for no act before the scope closes.
        best = r.FULFILLED if out.best == r.BREACHED else out.best
        missing = out.items | {f"parameter {name}" for name in norm.parameters}
        return replace(out, best=best, items=missing, breached_at=None)
    return out


def _unknown_floor(step: Await, inst: Instance) -> frozenset[str]:
    if step.early != "ignore" or step.from_field is None or inst.trigger is None:
        return frozenset()
    value = inst.trigger.fields[step.from_field]
    return value.items if isinstance(value, Missing) and not value.blank else frozenset()


def _floor(step: Await, inst: Instance, due: object, view: CaseView) -> int | None:
    """The first day whose acts count, if there is one."""
    if step.punctual and due is not None:
        return due.first if due.day else view.zone.ordinal(due.first)  # type: ignore[attr-defined]
    if step.early != "ignore":
        return None
    if step.from_field is not None and inst.trigger is not None:
        when = moment_of(inst.trigger.fields[step.from_field], view.zone)
        return view.zone.ordinal(when.first) if isinstance(when, When) else None
    return step.from_ordinal


def back(day: int, length: Duration) -> int:
    """Return the first day of a look-back of whole days that ends on ``day``."""
    if isinstance(length, Months):
        return add_months(day, -length.n)
    if isinstance(length, Days):
        return day - length.n
    us = length.us if isinstance(length, Exact) else length.n * DAY
    return day - us // DAY


def forbid(
    norm: PlanNorm, step: Forbid, inst: Instance, view: CaseView
) -> Iterator[tuple[str, Outcome]]:
    """Yield a row for each offending fact, or one row if there is none."""
    start, _, closing = scope_of(norm.scope, view)
    per_case = isinstance(norm.arise, PerCase)
    lower, upper = (start if per_case else inst.anchor), closing.at
    over = closing.at is not None
    if step.look_back is not None and inst.anchor is not None:
        day = view.zone.ordinal(inst.anchor.first)
        begin = view.zone.start_of(back(day, step.look_back))
        lower, end = When(begin, begin), view.zone.start_of(day + 1) - 1
        upper, over = When(end, end), True
    calm = r.FULFILLED if over else r.HOLDING
    rows: list[tuple[str, Outcome]] = []
    phantom: frozenset[str] = frozenset()
    for act in sorted(all_acts((step.content, *step.also), view, inst, lower), key=lambda a: a.id):
        if upper is not None and act.when.first > upper.last:
            continue
        if act.row is None:
            phantom = act.items
            continue
        name = act.row.root if per_case else f"{inst.name}/{act.row.root}"
        out = Outcome(r.BREACHED, r.BREACHED if act.certain else calm, act.items)
        out.breached_at = act.when.last if act.certain else None
        out.facts = (act.id,)
        rows.append((name, out))
    if not rows:
        worst = r.BREACHED if phantom else calm
        rows.append((inst.name, Outcome(worst, calm, phantom)))
    yield from rows


def hold(norm: PlanNorm, step: Hold, inst: Instance, view: CaseView) -> Outcome:
    """Judge whether a state held from the anchor on."""
    if inst.anchor is None:
        return Outcome(r.BREACHED, r.HOLDING, inst.unanchored or frozenset({"fact anchor"}))
    _, _, closing = scope_of(norm.scope, view)
    end = _until(step, inst.anchor, view)
    if isinstance(end, Missing):
        return Outcome(r.BREACHED, r.HOLDING, end.items)
    if end is None:
        end = closing.at.first if closing.at is not None else FAR
    sure, hoped, items, ids = _intervals(step, inst, view)
    begin, limit = inst.anchor.first, min(end, view.as_of)
    over = view.as_of >= end
    worst_gap, best_gap = (_first_gap(spans, begin, limit, step.grace) for spans in (sure, hoped))
    calm = r.FULFILLED if over else r.HOLDING
    worst = r.BREACHED if worst_gap is not None else calm
    best = r.BREACHED if best_gap is not None else calm
    out = Outcome(worst, best, items, facts=ids)
    out.breached_at = worst_gap if best == r.BREACHED else None
    out.met = When(end, end) if worst == best == r.FULFILLED else None
    return out


def _until(step: Hold, anchor: When, view: CaseView) -> int | Missing | None:
    length = step.length
    if length is None:
        return None
    if isinstance(length, Exact):
        return anchor.first + length.us
    day = view.zone.ordinal(anchor.first) - (1 if step.first_day_counted else 0)
    if isinstance(length, Workdays):
        last = view.calendar.nth_workday_after(day, length.n)
        return last if isinstance(last, Missing) else view.zone.start_of(last + 1)
    if isinstance(length, Days):
        return view.zone.start_of(day + length.n + 1)
    return view.zone.start_of(add_months(day + 1, length.n) if step.first_day_counted
                              else add_months(day, length.n) + 1)  # fmt: skip


Spans = list[tuple[int, int]]


def _intervals(
    step: Hold, inst: Instance, view: CaseView
) -> tuple[Spans, Spans, frozenset[str], tuple[str, ...]]:
    sure: Spans = []
    hoped: Spans = []
    items: frozenset[str] = frozenset()
    ids: list[str] = []
    for act in acts_of(step.state, view, inst, None):
        items |= act.items
        if act.row is None:
            hoped.append((act.when.first, FAR))
            continue
        start = moment_of(act.row.fields[step.from_field], view.zone)
        stop = moment_of(act.row.fields[step.to_field], view.zone)
        if isinstance(start, Missing) or start is None:
            items |= start.items if isinstance(start, Missing) else frozenset()
            hoped.append((act.row.at.first, FAR))
            continue
        last = stop.last + 1 if isinstance(stop, When) else FAR
        hoped.append((start.first, last))
        if isinstance(stop, Missing) and not stop.blank:
            items |= stop.items
            last = start.last
        if act.certain:
            sure.append((start.first, last))
            ids.append(act.id)
    return sorted(sure), sorted(hoped), items, tuple(sorted(ids))


def _first_gap(spans: Spans, begin: int, end: int, grace: Duration | None) -> int | None:
    """Return when the first gap longer than the grace became a breach."""
    allowed = 0
    if isinstance(grace, Exact):
        allowed = grace.us
    elif grace is not None:
        allowed = grace.n * (DAY * 30 if isinstance(grace, Months) else DAY)
    at = begin
    for start, stop in [*spans, (end, end)]:
        if min(start, end) - at > allowed:
            return at + allowed
        at = max(at, stop)
        if at >= end:
            return None
    return None


def order(norm: PlanNorm, step: Order, inst: Instance, view: CaseView) -> Outcome:
    """Judge steps pair by pair in K3."""
    _, _, closing = scope_of(norm.scope, view)
    closed = closing.at is not None and not closing.items
    upper = closing.at.last if closing.at is not None and closed else FAR
    acts: list[Act | None] = []
    for one in step.steps:
        after = acts[-1] if acts and step.relation == "response" else None
        act = _step_act(one, inst, view, after, upper)
        if act is not None or (one.stamp is None and not one.optional):
            acts.append(act)
    tests = [_pair(a, b, step.ties) for a, b in itertools.pairwise(acts)]
    # Two certain steps in the wrong order are a breach whatever lies between them.
    tests += [
        False
        for a, b in itertools.combinations(acts, 2)
        if a is not None and b is not None and a.certain and b.certain
        if a.when.first > b.when.last
    ]
    verdict = and3(*tests) if step.relation != "response" else True
    sure = [act if act is not None and act.certain else None for act in acts]
    doubt = frozenset[str]().union(*(act.items for act in acts if act is not None))
    out = Outcome(
        _calm(sure, step.relation, closed),
        _calm(acts, step.relation, closed),
        doubt,
        facts=tuple(dict.fromkeys(a.id for a in sure if a is not None)),
    )
    if verdict is False:
        out = replace(out, worst=r.BREACHED, best=r.BREACHED)
        out.breached_at = _broken_at(acts, step.ties)
    elif isinstance(verdict, Missing):
        out = replace(out, worst=r.BREACHED, items=doubt | verdict.items)
    elif out.worst == out.best == r.FULFILLED and sure and sure[-1] is not None:
        out.met = sure[-1].when if None not in sure else None
    elif out.worst == out.best == r.BREACHED and closing.at is not None:
        out.breached_at = closing.at.last
    return out


def _broken_at(acts: list[Act | None], ties: str) -> int | None:
    """When the first step stood in the wrong place."""
    found = [
        b.when.last
        for a, b in itertools.pairwise(acts)
        if b is not None and _pair(a, b, ties) is False
    ]
    found += [
        b.when.last
        for a, b in itertools.combinations(acts, 2)
        if a is not None and b is not None and a.certain and b.certain
        if a.when.first > b.when.last
    ]
    return found[0] if found else None


def _calm(acts: list[Act | None], relation: str, closed: bool) -> str:
    """The state of an order that is not broken."""
    if relation != "precedence" and any(
        a is not None and b is None for a, b in itertools.pairwise(acts)
    ):
        return r.BREACHED if closed else r.PENDING
    return r.FULFILLED if closed or None not in acts else r.HOLDING


def _step_act(
    one: OrderStep, inst: Instance, view: CaseView, after: Act | None, upper: int
) -> Act | None:
    if one.matcher is not None:
        acts = [
            act
            for act in acts_of(one.matcher, view, inst, None)
            if act.when.first <= upper
            if after is None or act.when.last >= after.when.first
        ]
        certain = [act for act in acts if act.certain]
        return min(certain or acts, key=lambda a: (a.when.first, a.when.last, a.id), default=None)
    if inst.trigger is None or one.stamp is None:
        return None
    when = moment_of(inst.trigger.fields[one.stamp], view.zone)
    if isinstance(when, Missing):
        # A blank stamp is skipped; one that the source does not carry may be anything.
        return None if when.blank else Act(When(-FAR, FAR), inst.trigger.id, None, when.items)
    return None if when is None else Act(when, inst.trigger.id, inst.trigger)


def _pair(a: Act | None, b: Act | None, ties: str) -> bool | Missing:
    if b is None:
        return True
    if a is None:
        return Missing(*b.items) if b.items else False
    doubt = a.items | b.items
    if a.when.last < b.when.first:
        return True if a.certain else Missing(*a.items)
    if a.when.first > b.when.last:
        return Missing(*b.items) if b.items else False
    if doubt:
        return Missing(*doubt)
    if ties == "allow":
        return True
    if ties == "deny":
        return False
    if a.when == b.when and a.when.is_instant:
        return True
    return Missing(*(vague(a.when, a.id) | vague(b.when, b.id)))


def transitions(norm: PlanNorm, step: Transitions, view: CaseView, inst: Instance) -> Outcome:
    """Judge that each stage follows one from which it is allowed."""
    _, _, closing = scope_of(norm.scope, view)
    calm = r.FULFILLED if closing.at is not None and not closing.items else r.HOLDING
    allowed = dict(step.allowed)
    acts = sorted(
        (a for a in acts_of(step.stage, view, inst, None) if a.row is not None),
        key=lambda a: (a.when.first, a.when.last, a.id),
    )
    items: frozenset[str] = frozenset()
    before: object = None
    for act in acts:
        assert act.row is not None
        value = act.row.fields[step.field]
        items |= act.items | (value.items if isinstance(value, Missing) else frozenset())
        if not items and before is not None and before in allowed and value not in allowed[before]:
            out = Outcome(r.BREACHED, r.BREACHED, facts=(act.id,))
            out.breached_at = act.when.last
            return out
        before = value
    return Outcome(r.BREACHED if items else calm, calm, items, facts=tuple(a.id for a in acts))
