"""Judges of the elements of records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.engine.case.contents import achiever
from stdrules.engine.case.facts import NOTHING, CaseFacts, Doubt, Slots, picker
from stdrules.engine.case.settling import concluder
from stdrules.engine.case.steps import Judge, bound
from stdrules.engine.reference.acts import Instance
from stdrules.engine.reference.settle import Closing
from stdrules.feel.values import truth
from stdrules.plan import results as r
from stdrules.plan.content import Content, Single
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Element, Require

#: True, false, unknown, or None: still open. When it was met, and by which facts.
State = tuple[bool | Missing | None, When | None, tuple[str, ...]]
Test = Callable[[CaseFacts, Instance, Closing], State]
_WORDS = {True: "true", False: "false", None: "open"}
_TRUE: State = (True, None, ())
_FALSE: State = (False, None, ())


def judge_require(norm: PlanNorm, step: Require, slots: Slots) -> Judge:
    """Return the judge of a record's elements."""
    conclude, scope = concluder(norm), slots.scope(norm.scope)
    tests = [(one.id, _test(norm, step, one, slots)) for one in step.elements]
    need = len(tests) if step.at_least is None else step.at_least
    exists = [one.exists is not None for one in step.elements]

    def judge(facts: CaseFacts, inst: Instance) -> list[Finding]:
        closing = scope(facts)[2]
        if closing.items:
            raise Doubt
        latest = inst.trigger.at if inst.trigger is not None else inst.anchor
        ids: list[str] = []
        words, states = [], []
        sure = unknown = opens = 0
        items: frozenset[str] = frozenset()
        for name, test in tests:
            state, when, own = test(facts, inst, closing)
            ids += own
            states.append(state)
            if state is True:
                sure += 1
            elif state is None:
                opens += 1
            elif state is not False:
                unknown += 1
                items |= state.items
            words.append((name, "unknown" if isinstance(state, Missing) else _WORDS[state]))
            if when is not None and latest is not None:
                latest = max(latest, when, key=_by_end)
        worst = _state(sure, opens, need)
        at = latest.last if latest is not None else None
        if closing.at is not None and any(
            one and state is False for one, state in zip(exists, states, strict=True)
        ):
            at = closing.at.last
        row = conclude(facts, inst, inst.name, worst, None, latest, at, tuple(ids), None,
                       tuple(words))  # fmt: skip
        if unknown and row.state == worst:
            best = _state(sure + unknown, opens, need)
            if best != worst:
                row.state, row.met, row.breached_at = r.UNDETERMINED, None, None
                row.possible = tuple(sorted((worst, best)))
                row.missing = tuple(sorted(items))
        return [row]

    return judge


def _by_end(when: When) -> tuple[int, int]:
    return when.last, when.first


def _state(sure: int, opens: int, need: int) -> str:
    if sure >= need:
        return r.FULFILLED
    return r.PENDING if sure + opens >= need else r.BREACHED


def _test(norm: PlanNorm, step: Require, one: Element, slots: Slots) -> Test:
    if one.exists is not None:
        return _exists(one.exists, one.at_least, slots)
    if one.judgement is not None:
        return _judged(norm, step, one)
    if one.where is not None:
        function = one.where.function()

        def holds(facts: CaseFacts, inst: Instance, closing: Closing) -> State:
            t, e, p = bound(inst)
            f = t if inst.trigger is not None else NOTHING
            return truth(function(f, t, e, p, facts.view)), None, ()

        return holds
    return _filled(one.filled)


def _filled(names: tuple[str, ...]) -> Test:
    def filled(facts: CaseFacts, inst: Instance, closing: Closing) -> State:
        fields = inst.trigger.fields if inst.trigger is not None else NOTHING
        missing: frozenset[str] = frozenset()
        for name in names:
            value = fields[name]
            if type(value) is Missing:
                if value.blank:
                    return _FALSE
                missing |= value.items
            elif value is None or value == ():
                return _FALSE
        return (Missing(*missing), None, ()) if missing else _TRUE

    return filled


def _exists(content: Content, at_least: int, slots: Slots) -> Test:
    if not isinstance(content, Single):
        achieve = achiever(content, slots)

        def achieved(facts: CaseFacts, inst: Instance, closing: Closing) -> State:
            end = closing.at
            upper = end.last if end is not None else None
            window = (None, upper, "allow", None, inst.anchor)
            when, ids, _ = achieve(facts, *bound(inst), window)
            if when is not None:
                return True, when, ids
            return (False if end is not None else None), None, ()

        return achieved
    pick = picker(content.matcher, slots)

    def counted(facts: CaseFacts, inst: Instance, closing: Closing) -> State:
        entries: Any = pick(facts, *bound(inst))
        end = closing.at
        if end is not None and entries:
            entries = [entry for entry in entries if entry[1] <= end[1]]
        if entries and len(entries) >= at_least:
            entry = entries[max(at_least, 1) - 1]
            return True, When(entry[1], entry[0]), tuple([entry[2] for entry in entries])
        return (False if end is not None else None), None, ()

    return counted


def _judged(norm: PlanNorm, step: Require, one: Element) -> Test:
    """The newest judgement of the element of the record."""
    name, element = norm.id, one.id
    unknown = Missing(f"judgement {name}/{element}")
    versions = step.latest_by is not None and bool(one.depends)

    def judged(facts: CaseFacts, inst: Instance, closing: Closing) -> State:
        chosen = None
        for row in facts.rows.get("judgement", ()):
            if row.fields["norm"] == name and row.fields["element"] == element:
                subject = row.fields["subject"]
                if inst.trigger is None:
                    about = isinstance(subject, Missing) or subject == facts.case_id
                else:
                    about = subject in (inst.trigger.id, inst.trigger.root, inst.name)
                    if versions and not about:
                        # It may be about an earlier version of the record.
                        raise Doubt
                if about:
                    chosen = row
        if chosen is None:
            return unknown, None, ()
        value = chosen.fields["satisfied"]
        return (value, None, (chosen.id,)) if isinstance(value, bool) else (unknown, None, ())

    return judged
