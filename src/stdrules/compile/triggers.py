"""Triggers, scopes and dues: when instances come into being, hold and are due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdrules.base.text import Text
from stdrules.compile import codes
from stdrules.compile.draft import MOMENTS, Draft, duration
from stdrules.compile.scopes import Names
from stdrules.model.common import CaseTrigger, EachFact, GroupTrigger, OutcomeTrigger, Trigger
from stdrules.model.norms.base import NormBase
from stdrules.model.ruleset import CaseType
from stdrules.plan.content import ScopeRule
from stdrules.plan.steps import (
    Arise,
    Before,
    ByDay,
    DueRule,
    PerCase,
    PerFact,
    PerGroup,
    PerOutcome,
    PerYear,
    Within,
)

_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})", re.ASCII)
_OUTCOMES = {
    "violated": ("fulfilled_late", "overdue", "breached", "compensated"),
    "met": ("fulfilled", "fulfilled_late"),
}


@dataclass(frozen=True, slots=True)
class Triggered:
    """A lowered trigger and the names that it brings into scope."""

    arise: Arise
    names: Names

    @property
    def type(self) -> str | None:
        """The fact type of ``trigger``, or None."""
        return self.names.trigger


def lower_trigger(draft: Draft, trigger: Trigger, *, timed: bool = False) -> Triggered:
    """Lower a trigger; ``timed``: it matters when it happened."""
    path = ("trigger",)
    if isinstance(trigger, OutcomeTrigger):
        return _outcome(draft, trigger)
    if isinstance(trigger, GroupTrigger):
        group = trigger.group
        place = (*path, "group")
        matcher = draft.matcher(group, place, timed=True)
        draft.field(group.fact, group.by, (*place, "by"))
        inner = Names().fact(group.fact)
        known = group.fact in draft.bench.types
        needs = tuple(
            draft.expression(need, inner, (*place, "needs", i))
            for i, need in enumerate(group.needs)
            if known
        )
        return Triggered(PerGroup(matcher, group.by, needs), Names(trigger=group.fact))
    if isinstance(trigger, CaseTrigger):
        return Triggered(PerCase(), Names())
    matcher = draft.matcher(trigger, path, timed=timed)
    if trigger.key is not None:
        draft.field(trigger.fact, trigger.key, (*path, "key"))
    return Triggered(PerFact(matcher, trigger.pick, trigger.key), Names(trigger=trigger.fact))


def _outcome(draft: Draft, trigger: OutcomeTrigger) -> Triggered:
    bench = draft.bench
    if trigger.outcome not in bench.norms:
        unknown_norm(draft, ("trigger", "outcome"), trigger.outcome)
    states = {name for word in trigger.is_ for name in _OUTCOMES.get(word, (word,))}
    return Triggered(
        PerOutcome(trigger.outcome, frozenset(states)),
        Names(trigger=bench.trigger_type(trigger.outcome)),
    )


def unknown_norm(draft: Draft, path: tuple[str | int, ...], name: str) -> None:
    """Note that there is no such norm."""
    draft.unknown(
        codes.UNKNOWN_NORM, path, name, Text("规范", "norm"), draft.bench.norms,
        Text("已有规范", "norms"),
    )  # fmt: skip


def lower_each(draft: Draft, each: EachFact, variable: str) -> tuple[PerFact, Names]:
    """Lower the ``each`` of a series or of a count; nothing but the case is in scope for it."""
    matcher = draft.matcher(each, ("each",))
    if each.key is not None:
        draft.field(each.fact, each.key, ("each", "key"))
    return PerFact(matcher, "all", each.key), Names().for_each(each.fact, variable)


def lower_case_type(draft: Draft, case: CaseType) -> ScopeRule:
    """Lower the facts that open and close a case."""
    start = draft.matcher(case.from_, ("from",), timed=True) if case.from_ else None
    end = draft.matcher(case.to, ("to",), timed=True) if case.to else None
    return ScopeRule(start, end)


def lower_scope(draft: Draft, norm: NormBase, case: ScopeRule) -> ScopeRule:
    """Lower the scope of a norm; a missing end is the case's."""
    scope = norm.scope
    if scope is None:
        return case
    start, end = case.start, case.end
    if scope.from_ is not None:
        start = draft.matcher(scope.from_, ("scope", "from"), timed=True)
    if scope.to is not None:
        end = draft.matcher(scope.to, ("scope", "to"), timed=True)
    return ScopeRule(start, end)


def lower_due(
    draft: Draft, norm: Any, triggered: Triggered, part_periods: str = "require"
) -> tuple[Triggered, DueRule | None]:
    """Lower ``within``, ``before`` or ``by``.

    Returns:
        The trigger and the due. A day of every year turns the trigger into one for each year,
        and brings ``period`` into scope.
    """
    if norm.by is not None and (found := _MONTH_DAY.fullmatch(norm.by)):
        if not isinstance(triggered.arise, PerCase):
            draft.report(
                codes.NOT_HERE, ("by",), "每年固定日期不能与触发事实同用",
                "a day of every year cannot go with a trigger",
                Text("去掉 trigger，或写一次性的日期", "leave out the trigger, or name one date"),
            )  # fmt: skip
        arise = PerYear(int(found[1]), int(found[2]), part_periods)
        return Triggered(arise, Names(period=True)), ByDay(None, None, norm.inclusive, norm.roll)
    if norm.by is not None:
        ordinal, field = day_or_field(draft, norm.by, "by", triggered)
        return triggered, ByDay(ordinal, field, norm.inclusive, norm.roll)
    if norm.within is not None:
        return triggered, Within(duration(norm.within), norm.roll)
    if norm.before is not None:
        return triggered, Before(duration(norm.before), norm.roll)
    if "before" in norm.open_fields:
        return triggered, Before(None, norm.roll)
    if norm.open_fields & {"within", "by"}:
        return triggered, Within(None, norm.roll)
    return triggered, None


def day_or_field(
    draft: Draft, text: str, key: str, triggered: Triggered
) -> tuple[int | None, str | None]:
    """Read a date, as a proleptic ordinal, or ``trigger.FIELD``, as the name of the field."""
    if not text.startswith("trigger."):
        return date.fromisoformat(text).toordinal(), None
    trigger_field(draft, text.removeprefix("trigger."), (key,), triggered)
    return None, text.removeprefix("trigger.")


def trigger_field(
    draft: Draft, name: str, path: tuple[str | int, ...], triggered: Triggered
) -> None:
    """Check that a name is a time field of the trigger itself."""
    if triggered.type is None:
        draft.report(
            codes.NOT_HERE,
            path,
            "触发不是事实，没有字段",
            "the trigger is no fact: it has no fields",
        )
    elif "." in name:
        draft.report(
            codes.NOT_HERE, path, f"`{name}` 须是触发事实自己的字段，不能经由链接",
            f"`{name}` must be a field of the trigger itself, not of a linked fact",
        )  # fmt: skip
    else:
        draft.field(triggered.type, name, path, MOMENTS)
