"""The whole evaluation: cases, norms in order, waivers and suspensions, remedies, scores.

Semantics: docs/semantics.md, sections 1, 5 and 9.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from stdrules.base.time.dues import passed
from stdrules.base.truth import Missing, is_unknown
from stdrules.engine.reference.acts import Instance, holds
from stdrules.engine.reference.contents import content, newest_only
from stdrules.engine.reference.counting import count, gaps, recurrences
from stdrules.engine.reference.instances import NOBODY, instances, scope_of
from stdrules.engine.reference.scores import score
from stdrules.engine.reference.settle import Outcome, trigger_id
from stdrules.engine.reference.steps import deadline, forbid, hold, order, transitions
from stdrules.engine.view import ALWAYS, CaseView, World
from stdrules.model.facts import FactLog, Suspension
from stdrules.plan import results as r
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.plan.steps import (
    Await,
    Count,
    Forbid,
    Gap,
    Hold,
    Order,
    PerFact,
    PerGroup,
    PerOutcome,
    Recur,
    Require,
)  # fmt: skip


def evaluate(
    plan: Plan, log: FactLog, as_of: int, known_at: int | None = None,
    cases: Collection[str] | None = None,
) -> r.Evaluation:  # fmt: skip
    """Judge every case of a log.

    Args:
        plan: A compiled ruleset.
        log: Facts, in any order.
        as_of: The moment judged, in microseconds; a whole day is given by the 00:00 that ends it.
        known_at: What was known when; None: everything in the log.
        cases: Ids of the cases to judge; None: all.

    Returns:
        Findings by case type, case, norm and key; scores by case.
    """
    world = World(plan, log, as_of, known_at)
    result = r.Evaluation(diagnostics=list(world.diagnostics))
    for view in world.views(cases):
        result.findings += judge_case(plan, view)
        for card in plan.scorecards:
            if card.case_type == view.case_type.name:
                result.scores.append(score(card, view))
    return result


def judge_case(plan: Plan, view: CaseView) -> list[r.Finding]:
    """Judge all norms of one case, in the plan's order."""
    outcomes: dict[str, list[r.Finding]] = {}
    found: list[r.Finding] = []
    for norm in plan.norms:
        if norm.case_type != view.case_type.name:
            continue
        rows = judge_norm(norm, view, outcomes)
        outcomes.setdefault(norm.id, []).extend(rows)
        found += rows
    compensate(plan, view, outcomes)
    return found


def judge_norm(
    norm: PlanNorm, view: CaseView, outcomes: dict[str, list[r.Finding]]
) -> list[r.Finding]:
    """Judge one norm in one case; rows sorted by key."""
    guard: bool | Missing = True
    if norm.when is not None and not norm.when_per_instance:
        guard = holds(norm.when, view, {}, NOBODY)
        if guard is False:
            return [r.Finding(norm, view.case_id, key_of(norm, "-"), r.NOT_APPLICABLE)]
    rows = []
    for inst, name, outcome in _outcomes(norm, view, outcomes):
        own = guard
        if norm.when is not None and norm.when_per_instance:
            own = holds(norm.when, view, {}, inst)
        rows.append(finding(norm, view, inst, key_of(norm, name), outcome, own))
    if not rows:
        rows = [_untriggered(norm, view, guard, outcomes)]
    return sorted(rows, key=lambda row: row.key)


def key_of(norm: PlanNorm, name: str) -> str:
    """Return the stable key of an instance."""
    return "/".join(part for part in (norm.id, norm.sub, name) if part)


def _outcomes(
    norm: PlanNorm, view: CaseView, outcomes: dict[str, list[r.Finding]]
) -> Iterator[tuple[Instance, str, Outcome]]:
    step = norm.step
    if isinstance(step, Recur | Gap):
        judged = recurrences(norm, step, view) if isinstance(step, Recur) else gaps(
            norm, step, view)  # fmt: skip
        for one in judged:
            yield one.inst, one.inst.name, one.outcome
        return
    found = list(instances(norm, view, outcomes))
    if isinstance(step, Require):
        found = newest_only(step, found)
    for inst in found:
        if isinstance(step, Forbid):
            for name, outcome in forbid(norm, step, inst, view):
                yield inst, name, outcome
        else:
            yield inst, inst.name, _one(norm, inst, view)


def _one(norm: PlanNorm, inst: Instance, view: CaseView) -> Outcome:
    step = norm.step
    if isinstance(step, Await):
        return deadline(norm, step, inst, stops(norm, view), view)
    if isinstance(step, Count):
        return count(norm, step, inst, view)
    if isinstance(step, Hold):
        return hold(norm, step, inst, view)
    if isinstance(step, Require):
        return content(norm, step, inst, view)
    if isinstance(step, Order):
        return order(norm, step, inst, view)
    return transitions(norm, step, view, inst)  # type: ignore[arg-type]


def stops(norm: PlanNorm, view: CaseView) -> list[Suspension]:
    """Return the suspensions that concern a norm."""
    return [s for s in view.suspensions if s.norm is None or s.norm == norm.id]


def _untriggered(
    norm: PlanNorm, view: CaseView, guard: bool | Missing, outcomes: dict[str, list[r.Finding]]
) -> r.Finding:
    row = r.Finding(norm, view.case_id, key_of(norm, "-"), r.NOT_TRIGGERED)
    items = guard.items if isinstance(guard, Missing) else frozenset()
    possible = {r.NOT_TRIGGERED} | ({r.NOT_APPLICABLE} if items else set())
    opens = _open_trigger(norm, view, outcomes)
    if opens:
        possible.add(r.PENDING)
    if len(possible) > 1:
        row.state = r.UNDETERMINED
        row.possible = tuple(sorted(possible))
        row.missing = tuple(sorted(items | opens))
    return row


def _open_trigger(
    norm: PlanNorm, view: CaseView, outcomes: dict[str, list[r.Finding]]
) -> frozenset[str]:
    arise = norm.arise
    if isinstance(arise, PerFact | PerGroup):
        name = arise.matcher.type
        return frozenset() if view.is_complete(name) else frozenset({f"fact {name}"})
    if isinstance(arise, PerOutcome):
        return frozenset(
            item for row in outcomes.get(arise.norm, ()) if row.state == r.UNDETERMINED
            and row.key.endswith("/-") and r.PENDING in row.possible for item in row.missing
        )  # fmt: skip
    start = norm.scope.start
    began, items, _ = scope_of(norm.scope, view)
    if start is None or began is not None:
        return frozenset()
    if items or view.is_complete(start.type):
        return items
    return frozenset({f"fact {start.type}"})


def finding(
    norm: PlanNorm, view: CaseView, inst: Instance, key: str, out: Outcome, guard: bool | Missing
) -> r.Finding:
    """Put the controls over an outcome, in the order of precedence."""
    row = r.Finding(
        norm, view.case_id, key, out.worst, out.due, None, None, trigger_id(inst),
        tuple(dict.fromkeys((*inst.facts, *out.facts))), progress=out.progress,
        period=inst.period.label if inst.period else "", elements=out.elements,
        anchor=inst.anchor,
    )  # fmt: skip
    if inst.cancelled:
        row.state = r.CANCELLED
        return row
    if guard is False:
        row.state = r.NOT_APPLICABLE
        return row
    possible, items = {out.worst, out.best}, set(out.items if out.worst != out.best else ())
    possible, items = _infeasible(possible, items, inst, out, view)
    stopped = _suspended(norm, out, view)
    waived = _waived(norm, key, inst, out, view)
    if waived or stopped:
        row.control = waived or stopped
        possible, items = {r.WAIVED if waived else r.SUSPENDED}, set()
    if is_unknown(guard):
        possible.add(r.NOT_APPLICABLE)
        items |= guard.items
    if inst.doubt:
        possible.add(r.NOT_TRIGGERED)
        items |= inst.doubt
    if len(possible) == 1:
        row.state = possible.pop()
        if row.state in (r.FULFILLED, r.FULFILLED_LATE):
            row.met = None if out.met == ALWAYS else out.met
        if row.state == r.BREACHED:
            row.breached_at = None if out.breached_at == ALWAYS.last else out.breached_at
    else:
        row.state = r.UNDETERMINED
        row.possible = tuple(sorted(possible))
        row.missing = tuple(sorted(items))
    return row


def _infeasible(
    possible: set[str], items: set[str], inst: Instance, out: Outcome, view: CaseView
) -> tuple[set[str], set[str]]:
    if out.due is None or inst.trigger is None or inst.known is None:
        return possible, items
    late = passed(out.due, inst.known, view.zone)
    if late is True:
        return {r.INFEASIBLE}, set()
    if is_unknown(late):
        return possible | {r.INFEASIBLE}, items | {f"time {inst.trigger.id}"}
    return possible, items


def _suspended(norm: PlanNorm, out: Outcome, view: CaseView) -> str:
    for stop in stops(norm, view):
        if stop.start <= view.as_of and (stop.end is None or view.as_of < stop.end):
            met = out.met is not None and out.met.last < stop.start
            broken = out.breached_at is not None and out.breached_at < stop.start
            if not met and not broken:
                return stop.id
    return ""


def _waived(norm: PlanNorm, key: str, inst: Instance, out: Outcome, view: CaseView) -> str:
    for waiver in view.waivers:
        if waiver.norm not in (None, norm.id) or waiver.key not in (None, key):
            continue
        day = _moment_day(norm, inst, out, view)
        if (waiver.first is None or waiver.first <= day) and (
            waiver.last is None or day <= waiver.last
        ):
            return waiver.id
    return ""


def _moment_day(norm: PlanNorm, inst: Instance, out: Outcome, view: CaseView) -> int:
    """The day by which a waiver is chosen."""
    if out.due is not None:
        return out.due.first if out.due.day else view.zone.ordinal(out.due.first)
    if isinstance(norm.step, Forbid) and out.breached_at is not None:
        return view.zone.ordinal(out.breached_at)
    if inst.period is not None:
        return inst.period.end - 1
    _, _, closing = scope_of(norm.scope, view)
    if closing.at is not None:
        return view.zone.ordinal(closing.at.first)
    return view.zone.ordinal(view.as_of - 1)


def compensate(plan: Plan, view: CaseView, outcomes: dict[str, list[r.Finding]]) -> None:
    """Turn violations whose remedy was met into compensated ones."""
    for norm in plan.norms:
        if norm.repairs is None or norm.case_type != view.case_type.name:
            continue
        met = {row.key for row in outcomes.get(norm.id, ()) if row.state in r.MET}
        for row in outcomes.get(norm.repairs, ()):
            if row.state in (r.BREACHED, r.OVERDUE) and key_of(norm, row.key) in met:
                row.state = r.COMPENSATED
