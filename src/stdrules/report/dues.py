"""How a due came about, step by step, in words."""

from __future__ import annotations

from stdrules.base.text import Text
from stdrules.base.time.durations import (
    Days,
    Due,
    Duration,
    Exact,
    Workdays,
    due_after,
    due_before,
    due_end,
    human,
    lateness,
)
from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.plan.results import Finding
from stdrules.plan.steps import (
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
from stdrules.report.setting import Setting
from stdrules.report.wording import NOTHING, deadline, elapsed, joined, listed, moment

_NONE_AT_ALL = (Exact(0), Days(0), Workdays(0))


def duration_text(d: Duration) -> Text:
    """Return a duration in both languages."""
    return Text(human(d, "zh"), human(d, "en"))


def anchor_text(finding: Finding, setting: Setting) -> Text:
    """Say what started the clock: ``接到项目任务 t1（2023-02-28 09:00）``."""
    arise = finding.norm.arise
    at = moment(finding.anchor, setting.zone) if finding.anchor is not None else ""
    after = Text(f"（{at}）", f" ({at})") if at else NOTHING
    who = finding.trigger
    if isinstance(arise, PerFact):
        label = setting.names.type(arise.matcher.type)
        named = Text(f"{label.zh} {who}".rstrip(), f"{label.en} {who}".rstrip())
    elif isinstance(arise, PerGroup):
        label = setting.names.type(arise.matcher.type)
        group = finding.key.rpartition("/")[2]
        named = Text(f"{label.zh}（{group} 组）", f"{label.en} of group {group}")
    elif isinstance(arise, PerOutcome):
        tail = f" {who}" if who else ""
        named = Text(f"规范 {arise.norm} 的结果{tail}", f"the outcome{tail} of norm {arise.norm}")
    elif isinstance(arise, PerYear):
        year = finding.period or finding.key.rpartition("/")[2]
        return Text(f"{year} 年", f"the year {year}")
    else:
        assert isinstance(arise, PerCase)
        named = Text("个案开始", "the start of the case")
    return Text(named.zh + after.zh, named.en + after.en)


def due_text(
    rule: DueRule | None, finding: Finding, setting: Setting, after: bool = False
) -> Text:
    """Say when it is due and by which arithmetic.

    Args:
        rule: The rule of the norm, or None.
        finding: Its anchor and its due.
        setting: Zone and calendar.
        after: Whether the arithmetic was told before, so that the due follows from it.

    Returns:
        ``…后 48 小时内，即不迟于 2023-03-02 09:00``; empty if there is neither rule nor due.
    """
    parts = [_rule_text(rule, finding, setting)] if rule is not None else []
    if finding.due is not None:
        shown = deadline(finding.due, setting.zone)
        after = after or any(part != NOTHING for part in parts)
        that = Text("即", "that is ") if after else NOTHING
        day = Text(" 当天", "the end of ") if finding.due.day else NOTHING
        parts.append(Text(f"{that.zh}不迟于 {shown}{day.zh}", f"{that.en}by {day.en}{shown}"))
        parts += _notes(rule, finding.due, finding.anchor, setting)
    return joined(parts, "，", ", ")


def _rule_text(rule: DueRule, finding: Finding, setting: Setting) -> Text:
    anchor = anchor_text(finding, setting)
    if isinstance(rule, ByDay):
        return _day_text(rule, finding, setting, anchor)
    if rule.duration is None:
        named = listed([setting.names.parameter(name) for name in finding.norm.parameters])
        side = Text("前", "before") if isinstance(rule, Before) else Text("后", "after")
        said = Text(f"{anchor.zh}{side.zh}，时限未定",
                    f"{side.en} {anchor.en}, in a time that is not set")  # fmt: skip
        if named == NOTHING:
            return said
        return Text(f"{said.zh}（参数 {named.zh}）", f"{said.en} (parameter {named.en})")
    length = duration_text(rule.duration)
    if rule.duration in _NONE_AT_ALL and isinstance(rule, Before):
        return Text(f"不晚于{anchor.zh}", f"not after {anchor.en}")
    if isinstance(rule, Within):
        return Text(f"{anchor.zh}后 {length.zh}内", f"within {length.en} after {anchor.en}")
    return Text(f"{anchor.zh}前至少 {length.zh}", f"at least {length.en} before {anchor.en}")


def _day_text(rule: ByDay, finding: Finding, setting: Setting, anchor: Text) -> Text:
    """Say which day is meant; nothing where the due itself says all there is to say."""
    arise = finding.norm.arise
    due_day = finding.due is not None and finding.due.day
    without = NOTHING if rule.inclusive else Text("（不含当天）", " (that day excluded)")
    if rule.field is not None:
        kind = arise.matcher.type if isinstance(arise, PerFact | PerGroup) else ""
        label = setting.names.field(kind, rule.field)
        said = Text(f"按{anchor.zh}的“{label.zh}”", f'by the "{label.en}" of {anchor.en}')
    elif due_day and rule.inclusive:
        return NOTHING
    elif isinstance(arise, PerYear):
        day = f"{arise.month:02d}-{arise.day:02d}"
        said = Text(f"{anchor.zh} {day} 前", f"by {day} of {anchor.en}")
    else:
        said = Text("按规定的日期", "by a fixed day")
    return Text(said.zh + without.zh, said.en + without.en)


def _notes(rule: DueRule | None, due: Due, anchor: When | None, setting: Setting) -> list[Text]:
    """Tell what moved the due: days off skipped, a roll, a suspension."""
    if anchor is None or not isinstance(rule, Within | Before) or rule.duration is None:
        return []
    move = due_after if isinstance(rule, Within) else due_before
    d, calendar = rule.duration, setting.calendar
    plain = move(anchor, d, setting.zone, calendar, "none")
    if isinstance(plain, Missing):
        return []
    notes = []
    if isinstance(d, Workdays):
        skipped = abs(plain.first - setting.zone.ordinal(anchor.first)) - d.n
        if skipped:
            plural = "" if skipped == 1 else "s"
            notes.append(
                Text(
                    f"按日历 {setting.plan.calendar} 跳过 {skipped} 个非工作日",
                    f"skipping {skipped} day{plural} off (calendar {setting.plan.calendar})",
                )
            )
    rolled = plain
    if rule.roll != "none":
        moved = move(anchor, d, setting.zone, calendar, rule.roll)  # type: ignore[arg-type]
        rolled = plain if isinstance(moved, Missing) else moved
    if rolled != plain:
        was = deadline(plain, setting.zone)
        notes.append(Text(f"由非工作日 {was} 顺延", f"moved on from the day off {was}"))
    if due.day == rolled.day and due.first > rolled.first:
        was = deadline(rolled, setting.zone)
        notes.append(Text(f"因中止由 {was} 顺延", f"moved from {was} by a suspension"))
    return notes


def late_text(finding: Finding, setting: Setting) -> Text:
    """Say by how much a late act was late; empty without an act or a due."""
    if finding.met is None or finding.due is None:
        return NOTHING
    found = lateness(finding.met, finding.due, setting.zone)
    if found == ("exact", 0, 0):
        return Text("已迟（00:00 属于次日）", "late: 00:00 belongs to the next day")
    if found[0] == "days":
        span = duration_text(Days(found[1]))
    elif found[1] == found[2]:
        span = elapsed(found[1])
    else:
        low, high = elapsed(max(found[1], 0)), elapsed(found[2])
        span = Text(f"{low.zh}至 {high.zh}", f"{low.en} to {high.en}")
    return Text(f"迟 {span.zh}", f"{span.en} late")


def ago_text(finding: Finding, setting: Setting) -> Text:
    """Say how long the due has passed at the as-of, or how much time is left."""
    if setting.as_of is None or finding.due is None:
        return NOTHING
    first, last = due_end(finding.due, setting.zone)
    if setting.as_of >= last:
        span = elapsed(setting.as_of - last)
        return Text(f"已逾期 {span.zh}", f"{span.en} overdue")
    if setting.as_of < first:
        span = elapsed(first - setting.as_of)
        return Text(f"还剩 {span.zh}", f"{span.en} left")
    return NOTHING


def age_text(finding: Finding, setting: Setting) -> Text:
    """Say how long an obligation without a due has been waiting."""
    if setting.as_of is None or finding.anchor is None or setting.as_of < finding.anchor.last:
        return NOTHING
    span = elapsed(setting.as_of - finding.anchor.last)
    return Text(f"已等待 {span.zh}", f"waiting for {span.en}")
