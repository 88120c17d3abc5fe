"""The commonest deadline: an act so long after a trigger, all moments known exactly.

It says nothing of its own: what it cannot decide at a glance goes to the general judge.
"""

from __future__ import annotations

from collections.abc import Callable

from stdrules.base.time.moments import When
from stdrules.engine.case.contents import TIMELESS
from stdrules.engine.case.facts import NOTHING, CaseFacts, Slots, picker
from stdrules.engine.case.settling import due_for, prefix_of, state_of
from stdrules.engine.reference.acts import Instance
from stdrules.plan import results as r
from stdrules.plan.content import Single
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Await, PerFact, Within

Judge = Callable[[CaseFacts, Instance], list[Finding]]


def is_plain(norm: PlanNorm, step: Await) -> bool:
    """Tell whether a norm is of the commonest kind."""
    return (
        isinstance(norm.arise, PerFact)
        and isinstance(step.content, Single)
        and isinstance(step.due, Within)
        and step.due.duration is not None
        and not (step.preemptive or step.punctual or norm.when_per_instance)
        and (step.early, step.expires, step.ties) == ("accept", "never", "allow")
    )


def judge_within(norm: PlanNorm, step: Await, slots: Slots, general: Judge) -> Judge:
    """Return the judge of such a norm; ``general`` decides where a moment is vague."""
    assert isinstance(step.content, Single)
    pick, due_of = picker(step.content.matcher, slots), due_for(step.due)
    prefix = prefix_of(norm)

    def judge(facts: CaseFacts, inst: Instance) -> list[Finding]:
        anchor, trigger = inst.anchor, inst.trigger
        if anchor is None or trigger is None or anchor[0] != anchor[1] or inst.known is None:
            return general(facts, inst)
        due, start = due_of(facts, inst), anchor[0]
        if due is None or due[1] != due[2]:
            return general(facts, inst)
        end = facts.start_of(due[1] + 1) - 1 if due[0] else due[1]
        if inst.known > end:
            return general(facts, inst)
        act = None
        for entry in pick(facts, trigger.fields, NOTHING, NOTHING):
            if entry[0] != entry[1] or entry[0] == TIMELESS:
                return general(facts, inst)
            if act is None and entry[0] >= start:
                act = entry
        met, ids = None, inst.facts
        if act is not None:
            met = When(act[1], act[0])
            state = r.FULFILLED if act[0] <= end else r.FULFILLED_LATE
            ids = ids if act[2] in ids else (*ids, act[2])
        else:
            state = state_of(None, due, norm, facts, end + 1 if due[0] else end)
        return [
            Finding(
                norm, facts.case_id, f"{prefix}/{inst.name}", state, due, met, None,
                trigger.id, ids, (), (), None, "", (), anchor,
            )
        ]  # fmt: skip

    return judge
