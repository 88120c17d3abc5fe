"""Certain instances of norms, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from stdrules.base.time.moments import When
from stdrules.base.time.periods import Period
from stdrules.base.truth import Missing
from stdrules.engine.case.facts import CaseFacts, Doubt, Slots, complete, picked_rows, static
from stdrules.engine.case.settling import prefix_of
from stdrules.engine.reference.acts import Instance
from stdrules.engine.reference.instances import instances
from stdrules.engine.view import ALWAYS, Row, moment_of
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import PerCase, PerFact, PerGroup, PerOutcome, PerYear

Arising = Callable[[CaseFacts], Sequence[Instance]]


def arising(norm: PlanNorm, slots: Slots) -> Arising | None:
    """Return what lists the instances of a norm; None: only the reference can."""
    arise = norm.arise
    if isinstance(arise, PerFact):
        return _per_fact(arise, slots) if static(arise.matcher) else None
    if isinstance(arise, PerCase):
        return _per_case(norm, slots)
    if isinstance(arise, PerYear):
        return _per_year(arise, norm, slots)
    return _asked(norm, slots)


def _asked(norm: PlanNorm, slots: Slots) -> Arising:
    """Groups and outcomes: few, so the reference lists them."""
    arise = norm.arise
    known = (
        complete(arise.matcher.type, slots.plan) if isinstance(arise, PerGroup)
        else lambda facts: True
    )  # fmt: skip

    def found(facts: CaseFacts) -> Sequence[Instance]:
        if not known(facts):
            raise Doubt
        listed = list(instances(norm, facts.view, facts.outcomes))
        for inst in listed:
            if inst.doubt or inst.unanchored:
                raise Doubt
        return listed

    return found


def _per_case(norm: PlanNorm, slots: Slots) -> Arising:
    scope, place = slots.scope(norm.scope), slots.number("scopes", norm.scope)

    def found(facts: CaseFacts) -> Sequence[Instance]:
        made: Sequence[Instance] | None = facts.instances[place]
        if made is None:
            start, items, _ = scope(facts)
            if items:
                raise Doubt
            made = facts.instances[place] = (Instance(facts.case_id, start),)
        return made

    return found


def _per_year(arise: PerYear, norm: PlanNorm, slots: Slots) -> Arising:
    scope = slots.scope(norm.scope)

    def found(facts: CaseFacts) -> Sequence[Instance]:
        start, items, closing = scope(facts)
        if items or closing.items:
            raise Doubt
        if start is None:
            return ()
        first, last = facts.zone.ordinal(start.first), facts.zone.ordinal(facts.as_of - 1)
        if closing.at is not None:
            last = min(last, facts.zone.ordinal(closing.at.first))
        made = []
        for year in range(date.fromordinal(first).year, date.fromordinal(last).year + 1):
            due = date(year, arise.month, arise.day).toordinal()
            opening = date(year, 1, 1).toordinal()
            if due < first or (closing.at is not None and due > last):
                continue
            if arise.part_periods == "skip" and opening < first:
                continue
            anchor = start
            if opening > first:
                begin = facts.start_of(opening)
                anchor = When(begin, begin)
            period = Period(str(year), opening, due + 1)
            made.append(Instance(str(year), anchor, None, None, period))
        return made

    return found


def _per_fact(arise: PerFact, slots: Slots) -> Arising:
    matcher, pick, key = arise.matcher, arise.pick, arise.key
    name, field = matcher.type, matcher.time
    picked = picked_rows(matcher, slots)

    def one(facts: CaseFacts, row: Row) -> Instance:
        at: When | Missing | None = row.at
        if field is None and at == ALWAYS and isinstance(row.said, Missing):
            raise Doubt
        if field is not None:
            at = moment_of(row.fields[field], facts.zone)
            if at is None or isinstance(at, Missing):
                raise Doubt
        label = row.root
        if key is not None and not isinstance(row.fields[key], Missing):
            label = str(row.fields[key])
        anchor = None if at == ALWAYS else at
        inst = Instance(label, anchor, row, None, None, (row.id,))  # type: ignore[arg-type]
        inst.known = row.known
        return inst

    place = slots.number("triggers", arise)

    def found(facts: CaseFacts) -> Sequence[Instance]:
        # Norms with the same trigger share their instances, which nobody changes.
        made: Sequence[Instance] | None = facts.triggers[place]
        if made is None:
            if pick == "all" and name in facts.view.withdrawn:
                raise Doubt
            rows = picked(facts)
            if pick != "all" and len(rows) > 1:
                rows = rows[:1] if pick == "first" else rows[-1:]
            made = facts.triggers[place] = [one(facts, row) for row in rows]
        return made

    return found


def untriggered(norm: PlanNorm, slots: Slots) -> Callable[[CaseFacts], list[Finding]]:
    """Return what makes the one row of a norm without instances."""
    key = f"{prefix_of(norm)}/-"
    arise = norm.arise
    if isinstance(arise, PerFact | PerGroup):
        known = complete(arise.matcher.type, slots.plan)
    elif isinstance(arise, PerOutcome):
        cause = arise.norm

        def known(facts: CaseFacts) -> bool:
            return all(row.state != r.UNDETERMINED for row in facts.outcomes.get(cause, ()))
    elif norm.scope.start is not None:
        known = complete(norm.scope.start.type, slots.plan)
    else:

        def known(facts: CaseFacts) -> bool:
            return True

    def rows(facts: CaseFacts) -> list[Finding]:
        if not known(facts):
            raise Doubt
        return [Finding(norm, facts.case_id, key, r.NOT_TRIGGERED)]

    return rows
