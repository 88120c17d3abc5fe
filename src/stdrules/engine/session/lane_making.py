"""Which norms have a lane: see ``lanes``. Where anything is out of the ordinary, none."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from stdrules.base.time.kinds import Days, Exact
from stdrules.engine.case.facts import NOTHING, static
from stdrules.engine.case.within import is_plain
from stdrules.engine.session.cases import Surroundings
from stdrules.engine.session.lane_periods import RecurLane
from stdrules.engine.session.lane_within import WithinLane
from stdrules.engine.session.lanes import CountLane, Fields, Lane, Pick
from stdrules.engine.session.reads import test_of
from stdrules.engine.view import JUDGEMENT
from stdrules.feel.compile import Expression
from stdrules.plan.content import Matcher, Single
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.plan.steps import Await, Count, PerCase, PerFact, Recur, Within

_CASE = re.compile(r"\bc\b")
# One field and nothing else, in generated code.
_FIELD = re.compile(r'f\["(\w+)"\]')
_FIELD_OF_TRIGGER = re.compile(
    r"\(_t1\['(\w+)'\] if type\(_t1 := t\) is dict and '\1' in _t1 "
    r"else _r\.get\(_t1, '\1', None\)\)"
)


def lane_of(norm: PlanNorm, unit: int, plan: Plan, around: Surroundings) -> Lane | None:
    """Return the lane of a norm that nobody asks about, or None."""
    step = norm.step
    if norm.when is not None:
        return None
    if isinstance(step, Await) and isinstance(norm.arise, PerFact) and is_plain(norm, step):
        return _within(norm, step, norm.arise, unit, plan, around)
    if not isinstance(norm.arise, PerCase):
        return None
    if isinstance(step, Recur):
        return _recur(norm, step, unit, plan, around)
    if isinstance(step, Count):
        return _count(norm, step, unit, plan, around)
    return None


def _pick(matcher: Matcher | None, plan: Plan, keyed: bool = False) -> Pick | None:
    """Return what picks certain facts by their own fields; None: it needs more than those."""
    if matcher is None or matcher.type == JUDGEMENT:
        return None
    info = plan.types[matcher.type]
    if info.kind == "plan" or not info.closed or (matcher.keys and not keyed):
        return None
    if not keyed and not static(matcher):
        return None
    test = test_of(matcher, plan.types)
    if test is None and matcher.where is not None:
        return None
    return Pick(matcher.type, test)


def _within(
    norm: PlanNorm, step: Await, arise: PerFact, unit: int, plan: Plan, around: Surroundings
) -> Lane | None:
    assert isinstance(step.content, Single) and isinstance(step.due, Within)
    content, length = step.content.matcher, step.due.duration
    trigger, act = _pick(arise.matcher, plan), _pick(content, plan, keyed=True)
    if trigger is None or act is None or trigger.type == act.type or content.time is not None:
        return None
    if arise.pick != "all" or step.due.roll != "none" or len(content.keys) > 1:
        return None
    if not isinstance(length, Exact | Days):
        return None
    keys = None
    if content.keys:
        own, other = content.keys[0]
        links = {f'"{name}"' for t in (trigger, act) for name, *_ in plan.types[t.type].links}
        for one in (own, other):
            if _CASE.search(one.python) or any(name in one.python for name in links):
                return None
        keys = _key(own, False), _key(other, True)
    return WithinLane(
        norm, unit, around, trigger, act, length, arise.key, arise.matcher.time, keys
    )


def _key(one: Expression, of_trigger: bool) -> Callable[[Fields], Any]:
    """Return what gives the key from the fields of an act, or of a trigger."""
    alone = (_FIELD_OF_TRIGGER if of_trigger else _FIELD).fullmatch(one.python)
    if alone is not None:
        # Every field of a type is there.
        return itemgetter(alone[1])
    function = one.function()
    if of_trigger:
        return lambda fields: function(NOTHING, fields, NOTHING, NOTHING, None)
    return lambda fields: function(fields, NOTHING, NOTHING, NOTHING, None)


def _scope(norm: PlanNorm, act: Pick, plan: Plan) -> tuple[Pick | None, Pick | None] | None:
    """Return what starts and what ends the scope; None: it cannot be told from single facts."""
    rule = norm.scope
    start, end = _pick(rule.start, plan), _pick(rule.end, plan)
    if (start is None) != (rule.start is None) or (end is None) != (rule.end is None):
        return None
    if any(one is not None and one.time is not None for one in (rule.start, rule.end)):
        return None
    types = [act.type, *(one.type for one in (start, end) if one is not None)]
    return (start, end) if len(set(types)) == len(types) else None


def _literal(expression: Expression | None) -> int | None:
    if expression is None or not (expression.python.isascii() and expression.python.isdigit()):
        return None
    return int(expression.python) or None


def _recur(
    norm: PlanNorm, step: Recur, unit: int, plan: Plan, around: Surroundings
) -> Lane | None:
    act, need = _pick(step.content, plan), _literal(step.least)
    if act is None or need is None or step.content.time is not None:
        return None
    if step.also or step.distinct or step.each is not None or step.needed_if is not None:
        return None
    if step.period_field is not None or step.part_periods not in ("skip", "require"):
        return None
    scope = _scope(norm, act, plan)
    if scope is None or scope[0] is None:
        return None
    return RecurLane(norm, unit, around, scope[0], scope[1], act, step, need)


def _count(
    norm: PlanNorm, step: Count, unit: int, plan: Plan, around: Surroundings
) -> Lane | None:
    act, need = _pick(step.content, plan), _literal(step.least)
    if act is None or need is None or step.content.time is not None:
        return None
    if step.most is not None or step.also or step.distinct or step.sum or step.due is not None:
        return None
    scope = _scope(norm, act, plan)
    return None if scope is None else CountLane(norm, unit, around, *scope, act, need)
