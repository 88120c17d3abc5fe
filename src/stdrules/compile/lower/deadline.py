"""Deadline: an act is owed after a trigger, before an event, by a day, or in the scope."""

from __future__ import annotations

from stdrules.compile.content import lower_content
from stdrules.compile.draft import Draft
from stdrules.compile.lower.common import Lowered
from stdrules.compile.triggers import day_or_field, lower_due, lower_trigger
from stdrules.model.norms.deadline import Deadline
from stdrules.plan.steps import Await


def lower_deadline(draft: Draft, norm: Deadline) -> list[Lowered]:
    """Lower a deadline norm."""
    relative = norm.within is not None or norm.before is not None
    triggered = lower_trigger(draft, norm.trigger, timed=relative)
    triggered, due = lower_due(draft, norm, triggered, norm.part_periods)
    dated = due is not None
    content = lower_content(draft, norm.content, ("content",), triggered.names, timed=dated)
    first: tuple[int | None, str | None] = (None, None)
    if norm.from_ is not None:
        first = day_or_field(draft, norm.from_, "from", triggered)
    step = Await(
        content,
        due,
        preemptive=norm.preemptive,
        punctual=norm.punctual,
        ties=norm.ties,
        early=norm.early,
        from_ordinal=first[0],
        from_field=first[1],
        expires=norm.expires,
    )
    return [Lowered(triggered.arise, step, triggered.names)]
