"""Judges of single instances: owed acts, prohibitions, orders."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.engine.case.contents import UNMET, achiever, chosen, since
from stdrules.engine.case.facts import (
    NOTHING,
    CaseFacts,
    Doubt,
    Entry,
    Slots,
    picker,
    picker_of_all,
)
from stdrules.engine.case.settling import concluder, due_for, expired, is_open, prefix_of, settled
from stdrules.engine.reference.acts import Instance, period_dict
from stdrules.engine.reference.settle import FAR, Closing
from stdrules.engine.reference.steps import back
from stdrules.engine.view import ALWAYS, moment_of
from stdrules.plan import results as r
from stdrules.plan.content import Single
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import (
    Await,
    Before,
    ByDay,
    Forbid,
    Order,
    OrderStep,
    PerCase,
    PerFact,
    PerYear,
)

#: Judges one certain instance: ``(facts, instance) -> rows``.
Judge = Callable[[CaseFacts, Instance], list[Finding]]
NEVER = Closing(None)


def bound(inst: Instance) -> tuple[Any, Any, Any]:
    """Return what expressions see of an instance: trigger, each, period."""
    trigger, each = inst.trigger, inst.each
    return (
        trigger.fields if trigger is not None else inst.fields,
        each.fields if each is not None else NOTHING,
        period_dict(inst.period) if inst.period is not None else NOTHING,
    )


def judge_await(norm: PlanNorm, step: Await, slots: Slots) -> Judge:
    """Return the judge of an owed act."""
    conclude, due_of = concluder(norm), due_for(step.due)
    achieve, scope = achiever(step.content, slots), slots.scope(norm.scope)
    single = picker(step.content.matcher, slots) if isinstance(step.content, Single) else None
    open_due = is_open(step.due)
    loose = step.due is None or open_due
    from_trigger = isinstance(step.due, Before | ByDay) and not isinstance(
        norm.arise, PerCase | PerYear
    )
    # What must be done before an announced event may have been done before the announcement.
    from_plan = from_trigger and isinstance(norm.arise, PerFact) and (
        slots.plan.types[norm.arise.matcher.type].kind == "plan"
    )
    floored = step.punctual or step.early == "ignore"
    expires, ties, preemptive = step.expires, step.ties, step.preemptive

    def judge(facts: CaseFacts, inst: Instance) -> list[Finding]:
        due = due_of(facts, inst)
        closing = scope(facts)[2]
        expiry = NEVER
        if expires == "anchor" and inst.anchor is not None:
            expiry = Closing(inst.anchor)
        elif expires == "scope":
            expiry = closing
        ends = closing if loose else expiry
        if ends.items:
            raise Doubt
        lower = None
        if not preemptive:
            lower = inst.anchor
            if from_trigger and inst.trigger is not None:
                lower = inst.trigger.at
            if from_plan:
                lower = None
        window = (
            lower, ends.at[1] if ends.at is not None else None, ties,
            _floor(step, inst, due, facts) if floored else None, inst.anchor,
        )  # fmt: skip
        if single is None:
            when, ids, _ = achieve(facts, *bound(inst), window)
        else:
            trigger = inst.trigger
            fields = trigger.fields if trigger is not None else inst.fields
            period = period_dict(inst.period) if inst.period is not None else NOTHING
            entries = single(facts, fields, NOTHING, period)
            when, ids, _ = chosen(facts, entries, window) if entries else UNMET
        state = settled(when, due, open_due, norm, facts)
        state, broken = expired(state, closing if due is None else expiry, facts)
        return [conclude(facts, inst, inst.name, state, due, when, broken, ids)]

    return judge


def _floor(step: Await, inst: Instance, due: Any, facts: CaseFacts) -> int | None:
    """The first moment whose acts count, if there is one."""
    day: int | None = None
    if step.punctual and due is not None:
        day = due.first if due.day else facts.zone.ordinal(due.first)
    elif step.early == "ignore":
        day = step.from_ordinal
        if step.from_field is not None and inst.trigger is not None:
            when = moment_of(inst.trigger.fields[step.from_field], facts.zone)
            if isinstance(when, Missing) and not when.blank:
                raise Doubt
            day = facts.zone.ordinal(when.first) if isinstance(when, When) else None
    return None if day is None else facts.start_of(day)


def once_a_case(norm: PlanNorm, slots: Slots) -> Callable[[CaseFacts], list[Finding]] | None:
    """Return the judge of the commonest norm: once a case, one kind of fact, no due.

    None if the norm is not of this kind.
    """
    step = norm.step
    if not (isinstance(norm.arise, PerCase) and isinstance(step, Await)) or step.due is not None:
        return None
    if not isinstance(step.content, Single) or norm.when_per_instance:
        return None
    if step.early != "accept" and (step.from_ordinal is not None or step.from_field is not None):
        return None
    if step.preemptive or step.punctual or step.expires != "never" or step.ties != "allow":
        return None
    pick, scope = picker(step.content.matcher, slots), slots.scope(norm.scope)
    prefix = prefix_of(norm)

    def judge(facts: CaseFacts) -> list[Finding]:
        start, items, closing = scope(facts)
        if items or closing.items:
            raise Doubt
        case_id, end = facts.case_id, closing.at
        key = f"{prefix}/{case_id}" if case_id else prefix
        entries = pick(facts, NOTHING, NOTHING, NOTHING)
        if entries:
            window = (start, end[1] if end is not None else None, "allow", None, None)
            when, ids, _ = chosen(facts, entries, window)
            if when is not None:
                met = None if when == ALWAYS else when
                return [Finding(norm, case_id, key, r.FULFILLED, None, met, None, "", ids, (), (),
                                None, "", (), start)]  # fmt: skip
        state, broken = r.PENDING, None
        if end is not None and end[0] <= facts.as_of:
            state, broken = r.BREACHED, end[1]
        return [Finding(norm, case_id, key, state, None, None, broken, "", (), (), (), None, "", (),
                        start)]  # fmt: skip

    return judge


def judge_forbid(norm: PlanNorm, step: Forbid, slots: Slots) -> Judge:
    """Return the judge of a prohibition."""
    conclude, scope = concluder(norm), slots.scope(norm.scope)
    pick = picker_of_all((step.content, *step.also), slots)
    per_case = isinstance(norm.arise, PerCase)
    look_back = step.look_back

    def judge(facts: CaseFacts, inst: Instance) -> list[Finding]:
        start, _, closing = scope(facts)
        lower, upper = (start if per_case else inst.anchor), closing.at
        over = upper is not None
        if look_back is not None and inst.anchor is not None:
            day = facts.zone.ordinal(inst.anchor.first)
            begin = facts.start_of(back(day, look_back))
            end = facts.start_of(day + 1) - 1
            lower, upper, over = When(begin, begin), When(end, end), True
        rows = []
        entries = pick(facts, *bound(inst))
        if entries and lower is not None:
            entries = since(facts, entries, lower)
        for last, first, name, _, row in sorted(entries, key=_id):
            if upper is not None and first > upper[1]:
                continue
            key = row.root if per_case else f"{inst.name}/{row.root}"
            rows.append(conclude(facts, inst, key, r.BREACHED, None, None, last, (name,)))
        if not rows:
            rows.append(conclude(facts, inst, inst.name, r.FULFILLED if over else r.HOLDING))
        return rows

    return judge


def _id(entry: Entry) -> str:
    return entry[2]


class Step(NamedTuple):
    """When a step was done, by which fact."""

    when: When
    id: str


Finder = Callable[[CaseFacts, Instance, Step | None, int], Step | None]


def judge_order(norm: PlanNorm, step: Order, slots: Slots) -> Judge:
    """Return the judge of an order of steps."""
    conclude, scope = concluder(norm), slots.scope(norm.scope)
    finders = [
        (_finder(one, slots), one.optional or one.stamp is not None) for one in step.steps
    ]
    relation, ties = step.relation, step.ties

    def judge(facts: CaseFacts, inst: Instance) -> list[Finding]:
        closing = scope(facts)[2]
        if closing.items:
            raise Doubt
        closed = closing.at is not None
        upper = closing.at.last if closing.at is not None else FAR
        acts: list[Step | None] = []
        for find, skipped in finders:
            after = acts[-1] if acts and relation == "response" else None
            act = find(facts, inst, after, upper)
            if act is not None or not skipped:
                acts.append(act)
        broken = _broken(acts, ties) if relation != "response" else None
        done = None not in acts
        state = r.FULFILLED if closed or done else r.HOLDING
        if relation != "precedence" and any(
            a is not None and b is None for a, b in itertools.pairwise(acts)
        ):
            state = r.BREACHED if closed else r.PENDING
        ids = tuple(dict.fromkeys(act.id for act in acts if act is not None))
        met, at = None, None
        if broken is not None:
            state, at = r.BREACHED, broken.when.last
        elif state == r.FULFILLED and done and acts:
            met = acts[-1].when  # type: ignore[union-attr]
        elif state == r.BREACHED and closing.at is not None:
            at = closing.at.last
        return [conclude(facts, inst, inst.name, state, None, met, at, ids)]

    return judge


def _finder(one: OrderStep, slots: Slots) -> Finder:
    stamp = one.stamp
    if one.matcher is not None:
        pick = picker(one.matcher, slots)

        def earliest(
            facts: CaseFacts, inst: Instance, after: Step | None, upper: int
        ) -> Step | None:
            entries = pick(facts, *bound(inst))
            if upper != FAR and entries:
                entries = [entry for entry in entries if entry[1] <= upper]
            if after is not None:
                entries = [entry for entry in entries if entry[0] >= after.when.first]
            if not entries:
                return None
            last, first, name, _, _ = min(entries, key=lambda entry: (entry[1], entry[0], entry[2]))
            return Step(When(first, last), name)

        return earliest

    def stamped(
        facts: CaseFacts, inst: Instance, after: Step | None, upper: int
    ) -> Step | None:
        if inst.trigger is None or stamp is None:
            return None
        when = moment_of(inst.trigger.fields[stamp], facts.zone)
        if isinstance(when, Missing):
            if not when.blank:
                raise Doubt
            return None
        return None if when is None else Step(when, inst.trigger.id)

    return stamped


def _broken(acts: list[Step | None], ties: str) -> Step | None:
    """The first step that stands in the wrong place."""
    wrong = [b for a, b in itertools.pairwise(acts) if not _in_order(a, b, ties)]
    wrong += [
        b for a, b in itertools.combinations(acts, 2)
        if a is not None and b is not None and a.when.first > b.when.last
    ]  # fmt: skip
    return wrong[0] if wrong else None


def _in_order(a: Step | None, b: Step | None, ties: str) -> bool:
    if b is None:
        return True
    if a is None:
        return False
    if a.when.last < b.when.first:
        return True
    if a.when.first > b.when.last:
        return False
    if ties == "unknown":
        if a.when == b.when and a.when.is_instant:
            return True
        raise Doubt
    return ties == "allow"
