"""Content norms: the elements of a record. Semantics: docs/semantics.md, sections 7 and 9."""

from __future__ import annotations

from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.engine.reference.acts import Act, Instance, Window, achieve, acts_of, holds
from stdrules.engine.reference.instances import scope_of
from stdrules.engine.reference.settle import Closing, Outcome
from stdrules.engine.reference.tallies import tally
from stdrules.engine.view import CaseView, Row
from stdrules.plan import results as r
from stdrules.plan.content import Single
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import Element, Require

OPEN = "open"


def newest_only(step: Require, found: list[Instance]) -> list[Instance]:
    """Drop earlier versions of the same record."""
    if step.latest_by is None:
        return found
    newest: dict[object, Instance] = {}
    kept: list[Instance] = []
    for inst in found:
        value = inst.trigger.fields[step.latest_by] if inst.trigger else None
        if inst.cancelled or inst.trigger is None or isinstance(value, Missing):
            kept.append(inst)
            continue
        other = newest.get(value)
        if other is None or _older(other, inst):
            newest[value] = inst
    return kept + list(newest.values())


def _older(a: Instance, b: Instance) -> bool:
    assert a.trigger is not None and b.trigger is not None
    return a.trigger.sort_key() < b.trigger.sort_key()


def content(norm: PlanNorm, step: Require, inst: Instance, view: CaseView) -> Outcome:
    """Judge a record: all, or at least n, of its elements."""
    _, _, closing = scope_of(norm.scope, view)
    states: list[tuple[str, bool | Missing | str]] = []
    facts = list(inst.facts)
    latest = inst.trigger.at if inst.trigger else inst.anchor
    for element in step.elements:
        state, when, ids = _element(norm, step, element, inst, closing, view)
        states.append((element.id, state))
        facts += ids
        if when is not None and latest is not None:
            latest = max(latest, when, key=lambda w: (w.last, w.first))
    need = len(states) if step.at_least is None else step.at_least
    sure = sum(1 for _, s in states if s is True)
    open_ = sum(1 for _, s in states if s == OPEN)
    unknown = sum(1 for _, s in states if isinstance(s, Missing))
    worst = _state(sure, open_, need)
    best = _state(sure + unknown, open_, need)
    items = frozenset[str]().union(*(s.items for _, s in states if isinstance(s, Missing)))
    out = Outcome(worst, best, items, facts=tuple(dict.fromkeys(facts)))
    out.elements = tuple((name, _word(state)) for name, state in states)
    if worst == best == r.FULFILLED:
        out.met = latest
    if worst == best == r.BREACHED:
        late = any(e.exists is not None and s is False
                   for e, (_, s) in zip(step.elements, states, strict=True))  # fmt: skip
        moment = closing.at if late and closing.at is not None else latest
        out.breached_at = moment.last if moment is not None else None
    return out


def _state(sure: int, open_: int, need: int) -> str:
    if sure >= need:
        return r.FULFILLED
    return r.PENDING if sure + open_ >= need else r.BREACHED


def _word(state: bool | Missing | str) -> str:
    if isinstance(state, Missing):
        return "unknown"
    return state if isinstance(state, str) else str(state).lower()


def _element(
    norm: PlanNorm, step: Require, element: Element, inst: Instance, closing: Closing,
    view: CaseView,
) -> tuple[bool | Missing | str, When | None, list[str]]:  # fmt: skip
    if element.exists is not None:
        return _exists(element, inst, closing, view)
    if element.judgement is not None:
        return _judged(norm, step, element, inst, view)
    fields = inst.trigger.fields if inst.trigger else {}
    if element.where is not None:
        return holds(element.where, view, fields, inst), None, []
    missing: frozenset[str] = frozenset()
    for name in element.filled:
        value = fields[name]
        if isinstance(value, Missing) and not value.blank:
            missing |= value.items
        elif isinstance(value, Missing) or value is None or value == ():
            return False, None, []
    return (Missing(*missing) if missing else True), None, []


def _exists(
    element: Element, inst: Instance, closing: Closing, view: CaseView
) -> tuple[bool | Missing | str, When | None, list[str]]:
    upper = closing.at.last if closing.at is not None and not closing.items else None
    closed = upper is not None
    assert element.exists is not None
    if isinstance(element.exists, Single):
        acts: list[Act] = [
            act for act in acts_of(element.exists.matcher, view, inst, None)
            if upper is None or act.when.first <= upper
        ]  # fmt: skip
        found = tally(acts, element.at_least).achieved
    else:
        found = achieve(element.exists, view, inst, Window(None, upper))
    if found.worst.when is not None:
        return True, found.worst.when, list(found.worst.facts)
    if found.best.when is not None:
        return Missing(*found.items), None, []
    return (False if closed else OPEN), None, []


def _judged(
    norm: PlanNorm, step: Require, element: Element, inst: Instance, view: CaseView
) -> tuple[bool | Missing | str, When | None, list[str]]:
    """The newest judgement of this element of this record (or an unchanged earlier version)."""
    chosen: Row | None = None
    for row in view.of("judgement"):
        names = row.fields["norm"], row.fields["element"]
        if names == (norm.id, element.id) and _about(
            row.fields["subject"], step, element, inst, view
        ):
            chosen = row
    if chosen is None:
        return Missing(f"judgement {norm.id}/{element.id}"), None, []
    value = chosen.fields["satisfied"]
    if isinstance(value, bool):
        return value, None, [chosen.id]
    return Missing(f"judgement {norm.id}/{element.id}"), None, []


def _about(
    subject: object, step: Require, element: Element, inst: Instance, view: CaseView
) -> bool:
    if inst.trigger is None:
        return isinstance(subject, Missing) or subject == view.case_id
    if subject in (inst.trigger.id, inst.trigger.root, inst.name):
        return True
    if step.latest_by is None or not element.depends:
        return False
    mine = inst.trigger.fields
    for rows in view.rows.values():
        for row in rows:
            if row.id == subject and row.fields.get(step.latest_by) == mine[step.latest_by]:
                return all(row.fields.get(n) == mine[n] for n in element.depends)
    return False
