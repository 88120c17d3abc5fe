"""Order: facts, or the time stamps of one record, come in a given order."""

from __future__ import annotations

from stdrules.base.text import Text
from stdrules.compile import codes
from stdrules.compile.draft import Draft
from stdrules.compile.lower.common import Lowered
from stdrules.compile.triggers import lower_trigger, trigger_field
from stdrules.model.norms import order as model
from stdrules.plan.steps import Order, OrderStep


def lower_order(draft: Draft, norm: model.Order) -> list[Lowered]:
    """Lower an order norm."""
    triggered = lower_trigger(draft, norm.trigger)
    steps = [
        OrderStep(
            step.id, draft.matcher(step, ("steps", i), triggered.names, timed=True),
            title=step.title,
        )
        for i, step in enumerate(norm.steps)
    ]  # fmt: skip
    for i, name in enumerate(norm.stamps):
        trigger_field(draft, name, ("stamps", i), triggered)
        steps.append(OrderStep(name, None, name))
    ids = [step.id for step in steps]
    twice = next((i for i, name in enumerate(ids) if name in ids[:i]), None)
    if twice is not None:
        draft.report(
            codes.TWICE, ("steps" if norm.steps else "stamps", twice),
            f"步骤 `{ids[twice]}` 重复", f"the step `{ids[twice]}` is listed twice",
            Text("每一步一个编号", "each step has an id of its own"),
        )  # fmt: skip
    step = Order(tuple(steps), norm.relation, norm.ties)
    return [Lowered(triggered.arise, step, triggered.names)]
