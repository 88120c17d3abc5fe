"""Why a finding is what it is: one sentence a finding, in both languages, with the arithmetic.

The sentence says what was asked, what was done, and what follows. It is built from the finding and
the plan; fields and times of facts are told only where facts are known (``stdrules.report.names``).

Semantics: docs/semantics.md, sections 5, 7 and 9.
"""

from __future__ import annotations

from collections.abc import Callable

from stdrules.base.text import Text
from stdrules.plan.plan import Plan
from stdrules.plan.results import Finding
from stdrules.plan.steps import (
    Await,
    Count,
    Forbid,
    Gap,
    Hold,
    Order,
    PerFact,
    PerGroup,
    PerOutcome,
    Recur,
    Require,
    Transitions,
)
from stdrules.report.asks import (
    acts_text,
    ask_text,
    excess_text,
    matcher_text,
    progress_text,
    trigger_type,
)
from stdrules.report.conditions import guard_text
from stdrules.report.dues import age_text, ago_text, late_text
from stdrules.report.elements import broken_text, failed_text, unknown_text, waiting_text
from stdrules.report.names import Names
from stdrules.report.orders import culprit, steps_told
from stdrules.report.setting import Setting
from stdrules.report.wording import NOTHING, STATE_WORDS, clock, joined, listed, moment, word


def why(
    finding: Finding, plan: Plan, *, as_of: int | None = None, names: Names | None = None
) -> Text:
    """Say why a finding has its state.

    Args:
        finding: The finding.
        plan: The plan that it was found with.
        as_of: The instant of the evaluation in microseconds, for ages and time left.
        names: Headings and facts, if known.

    Returns:
        One sentence in both languages, parts joined by semicolons, without a full stop.
    """
    return tell(finding, Setting.of(plan, as_of, names))


def tell(finding: Finding, setting: Setting) -> Text:
    """Say why a finding has its state, for many findings of one setting."""
    if finding.state in ("not_applicable", "not_triggered"):
        return _OUTCOMES[finding.state](finding, setting)
    outcome = _OUTCOMES.get(finding.state)
    parts = [ask_text(finding, setting)]
    parts.append(outcome(finding, setting) if outcome else word(STATE_WORDS, finding.state))
    return joined(parts)


def _followed_by(text: Text, tail: Text) -> Text:
    return Text(text.zh + tail.zh, text.en + tail.en)


# --- before and outside the table of states --------------------------------------------------


def _not_applicable(finding: Finding, setting: Setting) -> Text:
    guard, step = finding.norm.when, finding.norm.step
    if finding.period and isinstance(step, Recur) and step.needed_if is not None:
        label = matcher_text(step.needed_if, finding.norm, setting)
        return Text(
            f"周期 {finding.period} 内没有{label.zh}，因此不要求",
            f"not asked in the period {finding.period}, without {label.en}",
        )
    told = None
    if guard is not None:
        told = guard_text(guard, setting.names, trigger_type(finding.norm))
    if told is None:
        return Text("适用条件不成立", "its condition does not hold")
    return Text(f"适用条件不成立：{told.zh}", f"its condition does not hold: {told.en}")


def _not_triggered(finding: Finding, setting: Setting) -> Text:
    arise = finding.norm.arise
    if isinstance(arise, PerFact | PerGroup):
        label = setting.names.type(arise.matcher.type)
        return Text(f"没有触发它的“{label.zh}”", f'there is no "{label.en}" that triggers it')
    if isinstance(arise, PerOutcome):
        states = [word(STATE_WORDS, state) for state in sorted(arise.states)]
        shown = joined(states, "或", " or ")
        return Text(
            f"规范 {arise.norm} 没有结果为{shown.zh}的实例",
            f"no instance of norm {arise.norm} is {shown.en}",
        )
    return Text("没有触发它的事实", "nothing has triggered it")


def _waived(finding: Finding, setting: Setting) -> Text:
    return Text(f"由豁免 {finding.control} 免除", f"lifted by waiver {finding.control}")


def _suspended(finding: Finding, setting: Setting) -> Text:
    return Text(f"由中止 {finding.control} 停止计算", f"stopped by suspension {finding.control}")


def _cancelled(finding: Finding, setting: Setting) -> Text:
    who = finding.trigger
    return Text(f"触发事实 {who} 已被撤回", f"its trigger {who} was withdrawn")


def _infeasible(finding: Finding, setting: Setting) -> Text:
    known = setting.names.first_known(finding.trigger)
    who = finding.trigger
    if known is None:
        return Text(
            f"首次得知触发事实 {who} 时期限已过",
            f"the due had passed when {who} first became known",
        )
    at = clock(known, setting.zone)
    return Text(
        f"首次得知触发事实 {who} 是 {at}，当时期限已过",
        f"{who} first became known at {at}, when the due had passed",
    )


def _undetermined(finding: Finding, setting: Setting) -> Text:
    between = joined((word(STATE_WORDS, s) for s in finding.possible), "与", " and ")
    said = Text("无法判定", "cannot be determined")
    if finding.possible:
        said = Text(f"在{between.zh}之间无法判定", f"undetermined between {between.en}")
    lacking = listed([setting.names.missing(item) for item in finding.missing])
    parts = [said]
    if finding.progress is not None:
        parts.append(progress_text(finding))
    parts += [failed_text(finding), unknown_text(finding)]
    if finding.missing:
        remedies = list(dict.fromkeys(setting.names.remedy(item) for item in finding.missing))
        todo = joined(remedies, "；", "; ")
        parts.append(Text(f"缺：{lacking.zh}", f"missing: {lacking.en}"))
        parts.append(todo)
    return joined(parts)


# --- the table of states ---------------------------------------------------------------------


def _done(finding: Finding, setting: Setting) -> Text:
    """Say when it was done and by which facts."""
    step = finding.norm.step
    at = moment(finding.met, setting.zone) if finding.met is not None else ""
    acts = acts_text(finding)
    if isinstance(step, Count | Recur) and finding.progress is not None:
        progress = progress_text(finding)
        said = Text(f"已有 {progress.zh}", f"there are {progress.en}")
        when = Text(f"，{at} 达到", f", reached {at}") if at else NOTHING
        return _followed_by(_followed_by(said, when), acts)
    if not at:
        return NOTHING
    return _followed_by(Text(f"{at} 完成", f"done {at}"), acts)


def _fulfilled(finding: Finding, setting: Setting) -> Text:
    step = finding.norm.step
    if isinstance(step, Forbid):
        return Text("期间内没有出现", "none appeared while it was in force")
    if isinstance(step, Hold):
        return Text("一直持续到期满", "it held to the end")
    if isinstance(step, Require):
        return _followed_by(Text("要素齐备", "they are there"), _element_counts(finding))
    if isinstance(step, Order):
        told = steps_told(step, finding, setting)
        return joined([told, Text("次序正确", "in order")])
    if isinstance(step, Transitions):
        return Text("变化均符合规定", "every change is allowed")
    if isinstance(step, Count) and step.least is None:
        return _followed_by(_so_far(finding, "共", "in all"), acts_text(finding))
    done = _done(finding, setting)
    if done == NOTHING:
        return Text("已满足", "it is met")
    if finding.due is None:
        return done
    return joined([done, Text("按时", "in time")], "，", ", ")


def _fulfilled_late(finding: Finding, setting: Setting) -> Text:
    return joined([_done(finding, setting), late_text(finding, setting)], "，", ", ")


def _pending(finding: Finding, setting: Setting) -> Text:
    step = finding.norm.step
    so_far = progress_text(finding)
    said = Text("尚未完成", "not done yet")
    if finding.progress is not None:
        said = Text(f"目前 {so_far.zh}", f"{so_far.en} so far")
    elif isinstance(step, Require):
        said = waiting_text(finding)
    elif isinstance(step, Order):
        said = Text("后一步尚未发生", "the next step is still to come")
    time = ago_text(finding, setting)
    if finding.due is None and isinstance(step, Await):
        time = age_text(finding, setting)
    return joined([said, time], "，", ", ")


def _due_soon(finding: Finding, setting: Setting) -> Text:
    return joined([_pending(finding, setting), Text("即将到期", "due soon")], "，", ", ")


def _overdue(finding: Finding, setting: Setting) -> Text:
    so_far = progress_text(finding)
    said = Text("尚未完成", "not done")
    if finding.progress is not None:
        said = Text(f"目前 {so_far.zh}", f"{so_far.en} so far")
    time = ago_text(finding, setting)
    if time == NOTHING:
        time = Text("期限已过", "the due has passed")
    return joined([said, time], "，", ", ")


def _holding(finding: Finding, setting: Setting) -> Text:
    step = finding.norm.step
    if isinstance(step, Forbid):
        return Text("至今没有出现", "none has appeared so far")
    if isinstance(step, Hold):
        return Text("至今持续", "it has held so far")
    if isinstance(step, Count):
        return _so_far(finding, "目前", "so far")
    return Text("至今没有违反", "nothing has broken it so far")


def _breached(finding: Finding, setting: Setting) -> Text:
    step, zone = finding.norm.step, setting.zone
    at = clock(finding.breached_at, zone) if finding.breached_at is not None else ""
    acts = acts_text(finding)
    if isinstance(step, Forbid):
        return _followed_by(Text(f"{at} 出现".strip(), f"one appeared {at}".strip()), acts)
    if isinstance(step, Hold):
        return _followed_by(Text(f"自 {at} 起中断", f"it has failed from {at} on"), acts)
    if isinstance(step, Require):
        return broken_text(finding, setting)
    if isinstance(step, Order):
        return joined([steps_told(step, finding, setting), culprit(step, finding, setting)])
    if isinstance(step, Transitions):
        when = Text(f"{at} 的变化不被允许", f"the change {at} is not allowed")
        return _followed_by(when, acts)
    since = NOTHING
    if at:
        since = Text(f"自 {at} 起已不能再履行", f"and no longer possible from {at} on")
    if finding.progress is not None:
        return _missed_number(finding, at)
    if isinstance(step, Gap):
        return joined([Text("其间没有下一次", "no next one came"), since], "，", ", ")
    return joined([Text("没有完成", "not done"), since], "，", ", ")


def _missed_number(finding: Finding, at: str) -> Text:
    progress, step = progress_text(finding), finding.norm.step
    if isinstance(step, Count) and step.least is None:
        when = Text(f"，{at} 超出", f", exceeded {at}") if at else NOTHING
        said = _followed_by(_so_far(finding, "已有", "in all"), when)
        return _followed_by(said, acts_text(finding))
    said = Text(f"只有 {progress.zh}", f"only {progress.en}")
    if finding.progress is not None and finding.progress[1] == 0:
        said = Text("一次也没有", "there is none")
    if isinstance(step, Recur):
        return _followed_by(said, acts_text(finding))
    closed = Text(f"期间于 {at} 结束", f"the period closed {at}") if at else NOTHING
    return joined([_followed_by(said, acts_text(finding)), closed], "，", ", ")


def _so_far(finding: Finding, zh: str, en: str) -> Text:
    found = excess_text(finding)
    return Text(f"{zh} {found.zh}", f"{en} {found.en}") if found != NOTHING else Text(zh, en)


def _compensated(finding: Finding, setting: Setting) -> Text:
    by = ", ".join(setting.repairs.get(finding.norm.id, ()))
    if not by:
        return Text("未按要求履行，但已补救", "it was missed, but repaired")
    return Text(f"未按要求履行，但已由规范 {by} 补救", f"it was missed, but repaired by norm {by}")


def _element_counts(finding: Finding) -> Text:
    held = sum(state == "true" for _, state in finding.elements)
    total = len(finding.elements)
    return Text(f"（{held}/{total}）", f" ({held} of {total})") if total else NOTHING


_OUTCOMES: dict[str, Callable[[Finding, Setting], Text]] = {
    "not_applicable": _not_applicable,
    "not_triggered": _not_triggered,
    "pending": _pending,
    "due_soon": _due_soon,
    "holding": _holding,
    "fulfilled": _fulfilled,
    "fulfilled_late": _fulfilled_late,
    "overdue": _overdue,
    "breached": _breached,
    "compensated": _compensated,
    "suspended": _suspended,
    "waived": _waived,
    "cancelled": _cancelled,
    "infeasible": _infeasible,
    "undetermined": _undetermined,
}
