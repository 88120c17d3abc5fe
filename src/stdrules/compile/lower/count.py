"""Count: at least, or at most, so many acts over a scope."""

from __future__ import annotations

from dataclasses import replace

from stdrules.compile.content import counted, fact_types
from stdrules.compile.draft import Draft
from stdrules.compile.lower.common import Lowered, bound
from stdrules.compile.triggers import Triggered, lower_due, lower_each, lower_trigger
from stdrules.model.norms.count import Count
from stdrules.plan import steps


def lower_count(draft: Draft, norm: Count) -> list[Lowered]:
    """Lower a count norm; ``each`` is a trigger that may also be called ``each``."""
    if norm.each is None:
        triggered = lower_trigger(draft, norm.trigger)
    else:
        arise, names = lower_each(draft, norm.each, "t")
        triggered = Triggered(arise, replace(names, trigger=norm.each.fact))
    triggered, due = lower_due(draft, norm, triggered)
    content, also = counted(
        draft, norm.content, ("content",), triggered.names, timed=due is not None
    )
    for type_ in fact_types(norm.content):
        for i, name in enumerate(norm.distinct):
            draft.field(type_, name, ("distinct", i))
        if norm.sum is not None:
            draft.field(type_, norm.sum, ("sum",), ("number",))
    step = steps.Count(
        content,
        bound(draft, norm, "at_least", triggered.names),
        bound(draft, norm, "at_most", triggered.names),
        norm.distinct,
        norm.sum,
        due,
        also,
    )
    return [Lowered(triggered.arise, step, triggered.names)]
