"""Process: one norm for each stage, one for their order, one for the transitions.

A stage that is not optional is owed; with a window it is owed within it, both days included. An
optional stage is judged once it was entered, and takes no part in the order: skipping it is no
fault.
"""

from __future__ import annotations

from datetime import date

from stdrules.compile.content import lower_content
from stdrules.compile.draft import Draft, part_title
from stdrules.compile.lower.common import Lowered
from stdrules.compile.scopes import Names
from stdrules.model.norms.process import Process, Stage
from stdrules.plan.content import AllOf, Content, Matcher, Single
from stdrules.plan.steps import (
    Await,
    ByDay,
    Order,
    OrderStep,
    PerCase,
    PerFact,
    Transitions,
)


def lower_process(draft: Draft, norm: Process) -> list[Lowered]:
    """Lower a process norm."""
    every = draft.matcher(norm.stage, ("stage",), timed=True)
    draft.field(norm.stage.fact, norm.stage.field, ("stage", "field"), ("text", "choice"))
    places = [(stage.id, ("stages", i, "id")) for i, stage in enumerate(norm.stages)]
    draft.values(norm.stage.fact, norm.stage.field, places)
    matchers = [_matcher(draft, norm, every, stage.id) for stage in norm.stages]
    found = [
        _stage(draft, norm, i, matcher)
        for i, (stage, matcher) in enumerate(zip(norm.stages, matchers, strict=True))
        if stage.from_ or stage.to or stage.requires or not stage.optional
    ]
    steps = tuple(
        OrderStep(stage.id, matcher, optional=stage.optional, title=stage.title)
        for stage, matcher in zip(norm.stages, matchers, strict=True)
    )
    if norm.ordered and len(steps) > 1:
        title = part_title(norm.title, None, "次序", "order")
        order = Order(steps, "precedence", norm.ties)
        found.append(Lowered(PerCase(), order, sub="order", title=title))
    if norm.transitions:
        title = part_title(norm.title, None, "转移", "transitions")
        allowed = Transitions(every, norm.stage.field, tuple(norm.transitions.items()))
        found.append(Lowered(PerCase(), allowed, sub="transitions", title=title))
    return found


def _matcher(draft: Draft, norm: Process, every: Matcher, stage: str) -> Matcher:
    """Pick the facts of one stage."""
    use = norm.stage
    spec = draft.bench.types.get(use.fact)
    if spec is None or use.field not in spec.fields:
        return every
    field = spec.fields[use.field]
    if field.values and stage not in field.values:
        return every
    text = f'{use.field} = "{stage}"'
    if use.where is not None:
        text = f"({use.where}) and {text}"
        # An error of `where` was noted when it was compiled alone.
        if draft.bench.expressions.compile(use.where, Names().fact(use.fact)) is None:
            return every
    where = draft.expression(text, Names().fact(use.fact), ("stage", "field"))
    return Matcher(use.fact, use.at, (), where)


def _stage(draft: Draft, norm: Process, index: int, matcher: Matcher) -> Lowered:
    stage: Stage = norm.stages[index]
    parts: list[Content] = [Single(matcher)]
    for i, required in enumerate(stage.requires):
        path = ("stages", index, "requires", i)
        parts.append(lower_content(draft, required, path, Names(), timed=stage.to is not None))
    step = Await(
        parts[0] if len(parts) == 1 else AllOf(tuple(parts)),
        ByDay(date.fromisoformat(stage.to).toordinal()) if stage.to else None,
        preemptive=stage.optional,
        early="ignore",
        from_ordinal=date.fromisoformat(stage.from_).toordinal() if stage.from_ else None,
    )
    arise = PerFact(matcher, "first") if stage.optional else PerCase()
    title = part_title(norm.title, stage.title, stage.id, stage.id)
    return Lowered(arise, step, sub=stage.id, title=title)
