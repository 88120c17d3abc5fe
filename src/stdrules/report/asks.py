"""What a norm asks of one instance, in words, for every kind of step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.plan.content import AllOf, AnyOf, Content, EachOf, Matcher, Single
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import (
    Await,
    Count,
    Forbid,
    Gap,
    Hold,
    Order,
    OrderStep,
    PerFact,
    PerGroup,
    Recur,
    Require,
    Transitions,
)
from stdrules.report.conditions import condition_text, values_text
from stdrules.report.dues import anchor_text, due_text, duration_text
from stdrules.report.elements import require_text
from stdrules.report.setting import Setting
from stdrules.report.wording import NOTHING, UNIT_WORDS, joined, listed, moment

_IDS_SHOWN: Final = 5


def ask_text(finding: Finding, setting: Setting) -> Text:
    """Say what is asked: the due with its arithmetic, the number, the elements, the order."""
    return _ASKS[type(finding.norm.step)](finding.norm.step, finding, setting)


def content_text(content: Content, norm: PlanNorm, setting: Setting) -> Text:
    """Say which acts are meant: fact types joined by and, or, for each."""
    if isinstance(content, Single):
        return matcher_text(content.matcher, norm, setting)
    if isinstance(content, AllOf):
        return joined((_bracketed(p, norm, setting) for p in content.parts), "和", " and ")
    if isinstance(content, AnyOf):
        return joined((_bracketed(p, norm, setting) for p in content.parts), "或", " or ")
    assert isinstance(content, EachOf)
    of, part = setting.names.type(content.of.type), content_text(content.part, norm, setting)
    return Text(f"每个“{of.zh}”的{part.zh}", f'{part.en} for each "{of.en}"')


def acts_text(finding: Finding) -> Text:
    """Return the ids of the facts but for the trigger, in brackets; empty if there are none."""
    ids = [fact for fact in finding.facts if fact != finding.trigger]
    if isinstance(finding.norm.step, Gap):
        # The act that the gap counts from names the instance, and is told already.
        ids = [name for name in ids if not finding.key.endswith(f"/{name}")]
    if not ids:
        return NOTHING
    shown = listed([Text(name, name) for name in ids], _IDS_SHOWN)
    return Text(f"（{shown.zh}）", f" ({shown.en})")


def matcher_text(matcher: Matcher, norm: PlanNorm, setting: Setting) -> Text:
    """Name the facts that a matcher picks: their type, and the condition on them in words.

    A condition without words is told by the title of the norm that asks it.
    """
    label = setting.names.type(matcher.type)
    if matcher.where is None:
        return Text(f"“{label.zh}”", f'"{label.en}"')
    where = condition_text(matcher.where, matcher.type, setting.names, trigger_type(norm))
    if where is None:
        where = norm.title
    return Text(f"“{label.zh}”（{where.zh}）", f'"{label.en}" ({where.en})')


def trigger_type(norm: PlanNorm) -> str:
    """Return the type of the facts that trigger a norm; empty if none do."""
    return norm.arise.matcher.type if isinstance(norm.arise, PerFact | PerGroup) else ""


def _bracketed(part: Content, norm: PlanNorm, setting: Setting) -> Text:
    told = content_text(part, norm, setting)
    if isinstance(part, Single) or (isinstance(part, AllOf | AnyOf) and len(part.parts) == 1):
        return told
    return Text(f"（{told.zh}）", f"({told.en})")


def progress_text(finding: Finding) -> Text:
    """Say how many there are of how many: ``3/8``, ``3–5/8`` or ``至少 3/8``.

    Example:
        >>> from stdrules.report.asks import progress_of
        >>> progress_of(3, None, 8).en
        'at least 3 of 8'
    """
    return NOTHING if finding.progress is None else progress_of(*finding.progress)


def excess_text(finding: Finding) -> Text:
    """Say how many there are where at most so many are allowed: ``3，超过 2``."""
    if finding.progress is None:
        return NOTHING
    lo, hi, most = finding.progress
    found, allowed = format_decimal(lo), format_decimal(most)
    if hi is None:
        return Text(f"至少 {found}，限 {allowed}", f"at least {found}, {allowed} allowed")
    if hi != lo:
        found = f"{found}–{format_decimal(hi)}"
    if lo > most:
        return Text(f"{found}，超过 {allowed}", f"{found}, more than {allowed}")
    return Text(f"{found}，限 {allowed}", f"{found}, {allowed} allowed")


def progress_of(lo: Decimal | int, hi: Decimal | int | None, needed: Decimal | int) -> Text:
    """Say an interval of counts against the number asked."""
    low, of = format_decimal(lo), format_decimal(needed)
    if hi is None:
        return Text(f"至少 {low}/{of}", f"at least {low} of {of}")
    if hi == lo:
        return Text(f"{low}/{of}", f"{low} of {of}")
    return Text(f"{low}–{format_decimal(hi)}/{of}", f"{low} to {format_decimal(hi)} of {of}")


def _kinds(step: Count | Recur | Gap | Forbid, finding: Finding, setting: Setting) -> Text:
    """Name the facts that count: of the first matcher and of those beside it."""
    norm = finding.norm
    told = dict.fromkeys(matcher_text(one, norm, setting) for one in (step.content, *step.also))
    return joined(told, "或", " or ")


def _ask_await(step: Await, finding: Finding, setting: Setting) -> Text:
    asked = content_text(step.content, finding.norm, setting)
    due = due_text(step.due, finding, setting)
    if due == NOTHING:
        return Text(f"应有{asked.zh}，没有规定期限", f"{asked.en} is asked for, with no time limit")
    return due


def _ask_count(step: Count, finding: Finding, setting: Setting) -> Text:
    label = _kinds(step, finding, setting)
    needed = format_decimal(finding.progress[2]) if finding.progress is not None else "n"
    most = step.least is None
    what = label
    if step.sum is not None:
        field = setting.names.field(step.content.type, step.sum)
        what = Text(f"{what.zh}的“{field.zh}”合计", f'the sum of "{field.en}" of {what.en}')
    bound = Text("至多" if most else "至少", "at most" if most else "at least")
    unit = " 项" if step.sum is None else ""
    asked = Text(f"{what.zh}{bound.zh} {needed}{unit}", f"{bound.en} {needed} of {what.en}")
    if step.distinct:
        fields = listed([setting.names.field(step.content.type, name) for name in step.distinct])
        asked = Text(f"{asked.zh}（按“{fields.zh}”不重复）", f"{asked.en}, distinct by {fields.en}")
    return joined([asked, due_text(step.due, finding, setting)], "，", ", ")


def _ask_recur(step: Recur, finding: Finding, setting: Setting) -> Text:
    label = _kinds(step, finding, setting)
    needed = format_decimal(finding.progress[2]) if finding.progress is not None else "n"
    if step.unit is not None:
        unit = UNIT_WORDS.get(step.unit, Text(step.unit, step.unit))
        every = Text(f"每{unit.zh}", f"every {unit.en}")
    else:
        every = Text(f"每 {step.tile_days} 天", f"every {step.tile_days} days")
    asked = Text(
        f"{every.zh}至少 {needed} 次{label.zh}", f"at least {needed} {label.en} {every.en}"
    )
    return joined([asked, period_text(finding)], "，", ", ")


def period_text(finding: Finding) -> Text:
    """Name a period; a tile of days by its first and its last day."""
    step, due = finding.norm.step, finding.due
    label = finding.period
    named = Text(f"周期 {label}", f"period {label}") if label else NOTHING
    if not isinstance(step, Recur) or step.tile_days is None or due is None or not due.day:
        return named
    first, last = (
        date.fromordinal(day).isoformat() for day in (due.last - step.tile_days + 1, due.last)
    )
    return Text(f"{first} 至 {last}（{finding.period}）", f"{first} to {last} ({finding.period})")


def _ask_gap(step: Gap, finding: Finding, setting: Setting) -> Text:
    label = _kinds(step, finding, setting)
    length = duration_text(step.max_gap)
    asked = Text(
        f"相邻两次{label.zh}相隔不超过 {length.zh}",
        f"at most {length.en} from one {label.en} to the next",
    )
    if finding.anchor is None:
        return asked
    since = anchor_text(finding, setting)
    # The instance is named by the act that it counts from; the first one by its case.
    last = next((name for name in finding.facts if finding.key.endswith(f"/{name}")), "")
    if last:
        at = moment(finding.anchor, setting.zone)
        since = Text(f" {last}（{at}）", f"{last} ({at})")
    due = due_text(None, finding, setting, after=True)
    return joined([asked, Text(f"自{since.zh}起", f"from {since.en}"), due], "，", ", ")


def _ask_forbid(step: Forbid, finding: Finding, setting: Setting) -> Text:
    label = _kinds(step, finding, setting)
    asked = Text(f"不得有{label.zh}", f"there must be no {label.en}")
    if step.look_back is None:
        return asked
    length = duration_text(step.look_back)
    return joined([asked, Text(f"回溯 {length.zh}", f"looking back {length.en}")], "，", ", ")


def _ask_hold(step: Hold, finding: Finding, setting: Setting) -> Text:
    label = matcher_text(step.state, finding.norm, setting)
    since = anchor_text(finding, setting)
    parts = [Text(f"{label.zh}须自{since.zh}起持续", f"{label.en} must hold from {since.en} on")]
    if step.length is not None:
        length = duration_text(step.length)
        parts.append(Text(f"满 {length.zh}", f"for {length.en}"))
    if step.grace is not None:
        grace = duration_text(step.grace)
        parts.append(Text(f"间断不超过 {grace.zh}", f"with gaps of at most {grace.en}"))
    return joined(parts, "，", ", ")


def _ask_require(step: Require, finding: Finding, setting: Setting) -> Text:
    return require_text(step, finding, setting)


def step_title(step: OrderStep, finding: Finding, setting: Setting) -> Text:
    """Return what a step of an order is called.

    That is its own title; else its fact type with the condition on it; of a stamp its heading.
    """
    if step.title is not None:
        return step.title
    matcher, order = step.matcher, finding.norm.step
    if matcher is None:
        field = step.stamp or step.id
        fact = setting.names.fact(finding.trigger)
        kind = fact.type if fact is not None else trigger_type(finding.norm)
        return setting.names.field(kind, field)
    label, told = setting.names.type(matcher.type), None
    if matcher.where is not None:
        trigger = trigger_type(finding.norm)
        told = values_text(matcher.where, matcher.type, setting.names) or condition_text(
            matcher.where, matcher.type, setting.names, trigger
        )
    steps = order.steps if isinstance(order, Order) else ()
    alike = sum(one.matcher is not None and one.matcher.type == matcher.type for one in steps) > 1
    if told is None and alike:
        by_time = matcher.time is not None
        told = setting.names.field(matcher.type, matcher.time or "") if by_time else Text(
            step.id, step.id
        )
    return label if told is None else Text(f"{label.zh}（{told.zh}）", f"{label.en} ({told.en})")


def _ask_order(step: Order, finding: Finding, setting: Setting) -> Text:
    titles = [step_title(part, finding, setting) for part in step.steps]
    chain = joined(titles, " → ", " → ")
    return Text(f"顺序应为 {chain.zh}", f"the order is {chain.en}")


def _ask_transitions(step: Transitions, finding: Finding, setting: Setting) -> Text:
    label = setting.names.type(step.stage.type)
    return Text(f"“{label.zh}”只可按规定的次序变化", f'"{label.en}" may change only as allowed')


_ASKS: dict[type, Callable[[Any, Finding, Setting], Text]] = {
    Await: _ask_await,
    Count: _ask_count,
    Recur: _ask_recur,
    Gap: _ask_gap,
    Forbid: _ask_forbid,
    Hold: _ask_hold,
    Require: _ask_require,
    Order: _ask_order,
    Transitions: _ask_transitions,
}
