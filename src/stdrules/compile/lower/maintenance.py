"""Maintenance: a state holds over an interval."""

from __future__ import annotations

from dataclasses import replace

from stdrules.base.text import Text
from stdrules.compile import codes
from stdrules.compile.draft import MOMENTS, Draft, duration
from stdrules.compile.lower.common import Lowered
from stdrules.compile.triggers import lower_trigger
from stdrules.model.norms.maintenance import Maintenance
from stdrules.plan.steps import Hold


def lower_maintenance(draft: Draft, norm: Maintenance) -> list[Lowered]:
    """Lower a maintenance norm.

    The state begins at its own time unless ``from`` names a field, and ends at the field ``to``.
    A length that is a parameter without a value leaves it unknown whether a state suffices.
    """
    triggered = lower_trigger(draft, norm.trigger, timed=norm.for_ is not None)
    state = norm.state
    matcher = draft.matcher(state, ("state",), triggered.names)
    spec = draft.bench.types.get(state.fact)
    if "for_" in norm.open_fields or "for" in norm.open_fields:
        names = triggered.names.fact(state.fact)
        matcher = replace(matcher, where=draft.unsettled(matcher.where, names, ("for",)))
    start = state.from_ or (spec.time if spec else None)
    for key, name in (("from", start), ("to", state.to)):
        if name is not None:
            draft.field(state.fact, name, ("state", key), MOMENTS)
        elif spec is not None:
            draft.report(
                codes.NO_TIME, ("state",), f"状态 `{state.fact}` 缺少 `{key}`",
                f"the state `{state.fact}` has no `{key}`",
                Text(f"用 `{key}:` 写明字段", f"name the field with `{key}:`"),
            )  # fmt: skip
    step = Hold(
        matcher,
        start or "",
        state.to or "",
        duration(norm.for_),
        norm.first_day == "counted",
        duration(norm.grace),
    )
    return [Lowered(triggered.arise, step, triggered.names)]
