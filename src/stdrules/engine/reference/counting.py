"""Counts and recurrences. Semantics: docs/semantics.md, sections 7 and 9."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from stdrules.base.time.dues import Due, due_after, due_on
from stdrules.base.time.moments import When
from stdrules.base.time.periods import Period, periods_between, tiles_between
from stdrules.base.truth import Missing
from stdrules.engine.reference.acts import Achieved, Act, Instance, Met, acts_of, all_acts, value_of
from stdrules.engine.reference.instances import NOBODY, scope_of
from stdrules.engine.reference.settle import Closing, Outcome, due_of, settle
from stdrules.engine.reference.tallies import Number, tally
from stdrules.engine.view import CaseView
from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Count, Gap, PerCase, Recur, Within


@dataclass(slots=True)
class Judged:
    """An instance with its outcome; ``idle``: it may be not applicable, because of items."""

    inst: Instance
    outcome: Outcome


def count(norm: PlanNorm, step: Count, inst: Instance, view: CaseView) -> Outcome:
    """Judge a count norm for one instance."""
    start, _, closing = scope_of(norm.scope, view)
    lower = start if isinstance(norm.arise, PerCase) else None
    if isinstance(step.due, Within):
        lower = inst.anchor
    acts = _before_close(all_acts((step.content, *step.also), view, inst, lower), closing)
    due, items, open_due = due_of(step.due, inst, view)
    result: Outcome | None = None
    if step.least is not None:
        need = value_of(step.least, view, {}, inst)
        if isinstance(need, Missing) or need is None:
            result = _no_number(need, closing, view)
        else:
            found = tally(acts, need, step.distinct, step.sum)
            result = settle(
                found.achieved, due, items, open_due, Closing(None), closing, norm, inst, view
            )
            result.progress = (found.lo, found.hi, need)
            result.facts = found.facts
    if step.most is not None:
        most = _at_most(step, acts, closing, inst, view)
        result = most if result is None or r.BREACHED in (most.worst, most.best) else result
    assert result is not None
    return result


def _no_number(need: Any, closing: Closing, view: CaseView) -> Outcome:
    """How many are owed is not known: anything may be the case."""
    items = need.items if isinstance(need, Missing) else frozenset({"expression"})
    worst = r.BREACHED if closing.at is not None else r.PENDING
    return Outcome(worst, r.FULFILLED, items)


def _before_close(acts: list[Act], closing: Closing) -> list[Act]:
    if closing.at is None or closing.items:
        return acts
    return [act for act in acts if act.when.first <= closing.at.last]


def _at_most(
    step: Count, acts: list[Act], closing: Closing, inst: Instance, view: CaseView
) -> Outcome:
    most = value_of(step.most, view, {}, inst)
    if isinstance(most, Missing) or most is None:
        items = most.items if isinstance(most, Missing) else frozenset({"expression"})
        return Outcome(r.BREACHED, r.HOLDING, items)
    found = tally(acts, most + 1, step.distinct, step.sum)
    calm = r.FULFILLED if closing.at is not None else r.HOLDING
    over = found.achieved.worst.when
    worst = r.BREACHED if found.hi is None or found.hi > most else calm
    best = r.BREACHED if found.lo > most else (r.HOLDING if closing.items else calm)
    out = Outcome(worst, best, found.achieved.items | closing.items, facts=found.facts)
    out.progress = (found.lo, found.hi, most)
    out.breached_at = over.last if best == r.BREACHED and over else None
    return out


def recurrences(norm: PlanNorm, step: Recur, view: CaseView) -> Iterator[Judged]:
    """Yield an instance for each period (and each member of a series)."""
    start, items, closing = scope_of(norm.scope, view)
    if start is None:
        return
    for name, series in _series(step, view):
        for period, need in _periods(step, start, closing, view, series):
            label = f"{name}/{period.label}" if name else period.label
            inst = Instance(label, start, each=series.each, period=period,
                            doubt=series.doubt | items, facts=series.facts)  # fmt: skip
            yield Judged(inst, _period(norm, step, inst, need, start, closing, view))


def _series(step: Recur | Gap, view: CaseView) -> Iterator[tuple[str, Instance]]:
    if step.each is None:
        yield "", NOBODY
        return
    for act in sorted(acts_of(step.each, view, NOBODY, None), key=lambda a: a.id):
        if act.row is None:
            continue
        value = act.row.fields[step.each_key] if step.each_key else act.row.root
        name = act.row.root if isinstance(value, Missing) else str(value)
        yield name, Instance(name, None, each=act.row, doubt=act.items, facts=(act.id,))


def _periods(
    step: Recur, start: When, closing: Closing, view: CaseView, series: Instance
) -> Iterator[tuple[Period, Any]]:
    first = view.zone.ordinal(start.first)
    last = view.zone.ordinal(view.as_of - 1)
    ended = closing.at is not None and not closing.items
    if ended and closing.at is not None:
        last = min(last, view.zone.ordinal(closing.at.first))
    if last < first:
        return
    if step.unit is not None:
        found = periods_between(step.unit, first, last)  # type: ignore[arg-type]
    else:
        anchor = first + 1 if step.tiles_from_next_day else first
        if last < anchor:
            return
        found = tiles_between(step.tile_days or 1, anchor, anchor, last)
    need = value_of(step.least, view, {}, series)
    for period in found:
        in_scope = min(period.end, last + 1 if ended else period.end) - max(period.start, first)
        part = in_scope < period.end - period.start
        if part and step.part_periods == "skip":
            continue
        asked = need
        if part and step.part_periods == "prorate" and not isinstance(need, Missing):
            asked = int(need * in_scope / (period.end - period.start))
            if asked == 0:
                continue
        yield period, asked


def _period(
    norm: PlanNorm, step: Recur, inst: Instance, need: Any, start: When, closing: Closing,
    view: CaseView,
) -> Outcome:  # fmt: skip
    period = inst.period
    assert period is not None
    opens, ends = view.zone.start_of(period.start), view.zone.start_of(period.end)
    over: int | None = ends if view.as_of >= ends else None
    if over is None and closing.at is not None and not closing.items:
        over = closing.at.last
    if isinstance(need, Missing) or need is None:
        return _no_number(need, Closing(When(ends, ends) if over else None), view)
    if step.period_field is not None:
        return _named(norm, step, inst, need, closing, view)
    floor = max(start.first, opens)
    acts = [
        act for act in all_acts((step.content, *step.also), view, inst, When(floor, floor))
        if act.when.last >= opens and act.when.first < ends
    ]  # fmt: skip
    acts = [_inside(act, opens, ends) for act in _before_close(acts, closing)]
    found = tally(acts, need, step.distinct)
    low = r.FULFILLED if found.lo >= need else (r.BREACHED if over else r.PENDING)
    enough = found.hi is None or found.hi >= need
    high = r.FULFILLED if enough else (r.BREACHED if over else r.PENDING)
    out = Outcome(low, high, found.achieved.items, None, found.achieved.worst.when,
                  over if low == r.BREACHED and high == low else None, found.facts)  # fmt: skip
    out.progress = (found.lo, found.hi, need)
    return _if_needed(step, inst, out, opens, ends, view)


def _inside(act: Act, opens: int, ends: int) -> Act:
    if act.when.first >= opens and act.when.last < ends:
        return act
    return replace(act, items=act.items | {f"time {act.id}"})


def _named(
    norm: PlanNorm, step: Recur, inst: Instance, need: Number, closing: Closing, view: CaseView
) -> Outcome:
    """Facts that name their period themselves count for it, late if after its end."""
    period = inst.period
    assert period is not None and step.period_field is not None
    acts = []
    for act in all_acts((step.content, *step.also), view, inst, None):
        value = act.row.fields[step.period_field] if act.row else None
        if isinstance(value, Missing):
            act = replace(act, items=act.items | value.items)
        elif act.row is not None and str(value) != period.label:
            continue
        acts.append(act)
    found = tally(_before_close(acts, closing), need, step.distinct)
    nothing: frozenset[str] = frozenset()
    out = settle(
        found.achieved, due_on(period.end - 1), nothing, False, closing, closing, norm, inst, view
    )
    out.progress, out.facts = (found.lo, found.hi, need), found.facts
    opens, ends = view.zone.start_of(period.start), view.zone.start_of(period.end)
    return _if_needed(step, inst, out, opens, ends, view)


def _if_needed(
    step: Recur, inst: Instance, out: Outcome, opens: int, ends: int, view: CaseView
) -> Outcome:
    if step.needed_if is None:
        return out
    causes = [
        act for act in acts_of(step.needed_if, view, inst, When(opens, opens))
        if act.when.first < ends
    ]  # fmt: skip
    if any(act.certain for act in causes):
        return out
    if not causes:
        return Outcome(r.NOT_APPLICABLE, r.NOT_APPLICABLE)
    items = frozenset[str]().union(*(act.items for act in causes))
    return replace(out, best=r.NOT_APPLICABLE, items=out.items | items)


def gaps(norm: PlanNorm, step: Gap, view: CaseView) -> Iterator[Judged]:
    """Yield an instance for the start and for each act: the next act is due within the gap."""
    start, items, closing = scope_of(norm.scope, view)
    if start is None:
        return
    for name, series in _series(step, view):
        acts = _before_close(all_acts((step.content, *step.also), view, series, start), closing)
        certain = sorted((a for a in acts if a.certain), key=lambda a: (a.when.last, a.id))
        points = [(view.case_id, start, ())] + [
            (act.row.root, act.when, (act.id,)) for act in certain if act.row
        ]
        for index, (label, when, facts) in enumerate(points):
            following = certain[index] if index < len(certain) else None
            doubtful = [a for a in acts if not a.certain and a.when.last >= when.first]
            key = f"{name}/{label}" if name else label
            inst = Instance(key, when, each=series.each, doubt=series.doubt | items, facts=facts)
            out = _gap(norm, step, inst, following, doubtful, closing, view)
            if out is not None:
                yield Judged(inst, out)


def _gap(
    norm: PlanNorm, step: Gap, inst: Instance, following: Act | None, doubtful: list[Act],
    closing: Closing, view: CaseView,
) -> Outcome | None:  # fmt: skip
    assert inst.anchor is not None
    due = due_after(inst.anchor, step.max_gap, view.zone, view.calendar)
    if isinstance(due, Missing):
        return Outcome(r.OVERDUE, r.PENDING, due.items)
    closed = closing.at is not None and not closing.items
    if following is None and closed and closing.at is not None and not _late(closing.at, due, view):
        return None
    worst = Met(following.when, (following.id,), following.id) if following else Met(None)
    best, items = worst, frozenset[str]()
    for act in sorted(doubtful, key=lambda a: (a.when.first, a.id)):
        if following is None or act.when.first < following.when.last:
            best = Met(act.when, (act.id,) if act.id else (), act.id) if best is worst else best
            items |= act.items
    out = settle(Achieved(worst, best, items), due, frozenset(), False, Closing(None),
                 Closing(None), norm, inst, view)  # fmt: skip
    if following is None and closed and closing.at is not None:
        at = closing.at.last
        swap = {r.OVERDUE: r.BREACHED, r.PENDING: r.BREACHED, r.DUE_SOON: r.BREACHED}
        out = replace(out, worst=swap.get(out.worst, out.worst), best=swap.get(out.best, out.best))
        out.breached_at = at if out.worst == r.BREACHED == out.best else None
    return out


def _late(closing: When, due: Due, view: CaseView) -> bool:
    if due.day:
        return view.zone.ordinal(closing.first) > due.last
    return closing.first > due.last


__all__ = ["Judged", "count", "gaps", "recurrences"]
