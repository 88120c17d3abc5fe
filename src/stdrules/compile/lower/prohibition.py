"""Prohibition: each offending fact is a breach."""

from __future__ import annotations

from dataclasses import replace

from stdrules.compile.content import counted
from stdrules.compile.draft import Draft, duration
from stdrules.compile.lower.common import Lowered
from stdrules.compile.scopes import Names
from stdrules.compile.triggers import lower_trigger
from stdrules.model.norms.prohibition import Prohibition
from stdrules.plan.content import Matcher
from stdrules.plan.steps import Forbid


def lower_prohibition(draft: Draft, norm: Prohibition) -> list[Lowered]:
    """Lower a prohibition.

    A look-back that is a parameter without a value leaves it unknown which facts offend.
    """
    triggered = lower_trigger(draft, norm.trigger, timed=norm.look_back is not None)
    content, also = counted(
        draft, norm.content, ("content",), triggered.names, timed=norm.look_back is not None
    )
    if "look_back" in norm.open_fields:
        content = _unsettled(draft, content, triggered.names)
        also = tuple(_unsettled(draft, other, triggered.names) for other in also)
    step = Forbid(content, duration(norm.look_back), also)
    return [Lowered(triggered.arise, step, triggered.names)]


def _unsettled(draft: Draft, matcher: Matcher, names: Names) -> Matcher:
    if matcher.type not in draft.bench.types:
        return matcher
    where = draft.unsettled(matcher.where, names.fact(matcher.type), ("look_back",))
    return replace(matcher, where=where)
