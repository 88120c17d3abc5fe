"""The words of reports in both languages, and small helpers to put sentences together.

Not here: sentences about one finding (``stdrules.report.why``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from stdrules.base.text import Text
from stdrules.base.time.durations import Due, Exact, human
from stdrules.base.time.moments import When, whole_days
from stdrules.base.time.zones import DAY, HOUR, MINUTE, Zone

NOTHING: Final = Text("", "")
#: What rulesets write for a document that has no number.
_NO_NUMBER: Final = "无编号"

STATE_WORDS: Final = {
    "not_applicable": Text("不适用", "not applicable"),
    "not_triggered": Text("未触发", "not triggered"),
    "pending": Text("待履行", "pending"),
    "due_soon": Text("即将到期", "due soon"),
    "holding": Text("持续符合", "holding"),
    "fulfilled": Text("已履行", "fulfilled"),
    "fulfilled_late": Text("逾期履行", "fulfilled late"),
    "overdue": Text("逾期未履行", "overdue"),
    "breached": Text("已违反", "breached"),
    "compensated": Text("已补救", "compensated"),
    "suspended": Text("已中止", "suspended"),
    "waived": Text("已豁免", "waived"),
    "cancelled": Text("已取消", "cancelled"),
    "infeasible": Text("无法按期", "infeasible"),
    "undetermined": Text("无法判定", "undetermined"),
}
MODALITY_WORDS: Final = {
    "obligation": Text("应", "shall"),
    "prohibition": Text("不得", "shall not"),
    "recommendation": Text("宜", "should"),
    "permission": Text("可", "may"),
    "statement": Text("陈述", "statement"),
}
TRUTH_WORDS: Final = {
    "true": Text("满足", "satisfied"),
    "false": Text("不满足", "not satisfied"),
    "unknown": Text("未知", "unknown"),
    "open": Text("待定", "open"),
}
OUTCOME_WORDS: Final = {
    "pass": Text("达到", "pass"),
    "fail": Text("未达到", "fail"),
    "undetermined": Text("无法判定", "undetermined"),
}
UNIT_WORDS: Final = {
    "week": Text("周", "week"),
    "month": Text("月", "month"),
    "quarter": Text("季度", "quarter"),
    "half_year": Text("半年", "half-year"),
    "year": Text("年", "year"),
}


def document_number(number: str, title: Text) -> str:
    """Return the number of a document; "" where it has none or goes by its title.

    Example:
        >>> document_number("Q/GXXZ 029.6", Text("规范", "specification"))
        'Q/GXXZ 029.6'
        >>> document_number("无编号", Text("规范", "specification"))
        ''
        >>> document_number("规范 2020-3", Text("规范", "specification"))
        '规范 2020-3'
    """
    if number == _NO_NUMBER:
        return ""
    # Where the title stands with figures, these are its number.
    named = title.zh in number or title.en in number
    return "" if named and not any(one.isdigit() for one in number) else number


def word(words: dict[str, Text], name: str) -> Text:
    """Return the words for a name, or the name itself."""
    return words.get(name) or Text(name, name)


def joined(parts: Iterable[Text], zh: str = "；", en: str = "; ") -> Text:
    """Join texts language by language, leaving out empty ones.

    Example:
        >>> joined([Text("迟", "late"), Text("", ""), Text("豁免", "waived")])
        Text(zh='迟；豁免', en='late; waived')
    """
    kept = [part for part in parts if part.zh or part.en]
    return Text(zh.join(p.zh for p in kept), en.join(p.en for p in kept))


def listed(parts: Sequence[Text], limit: int = 6) -> Text:
    """Enumerate texts; after `limit` of them only their number is told.

    Example:
        >>> listed([Text("甲", "a"), Text("乙", "b"), Text("丙", "c")], 2)
        Text(zh='甲、乙等 3 项', en='a, b and 1 more')
    """
    shown = joined(parts[:limit], "、", ", ")
    if len(parts) <= limit:
        return shown
    return Text(f"{shown.zh}等 {len(parts)} 项", f"{shown.en} and {len(parts) - limit} more")


def clock(us: int, zone: Zone) -> str:
    """Write an instant as local time to the minute, finer only where it is finer.

    Example:
        >>> from stdrules.base.time.zones import zone
        >>> clock(0, zone("Asia/Shanghai"))
        '1970-01-01 08:00'
    """
    if zone.start_of(zone.ordinal(us) + 1) == us + 1:
        # The last microsecond of a day stands for its end, not for an instant of its own.
        return f"{date.fromordinal(zone.ordinal(us)).isoformat()} 24:00"
    local = zone.to_datetime(us).replace(tzinfo=None)
    grain = "microseconds" if local.microsecond else "seconds" if local.second else "minutes"
    return local.isoformat(" ", grain)


def moment(when: When, zone: Zone) -> str:
    """Write a moment: a day as a date, an instant as local time, else both ends."""
    if when.first == when.last:
        return clock(when.first, zone)
    days = whole_days(when, zone)
    if days is None:
        return f"{clock(when.first, zone)}–{clock(when.last, zone)}"
    first, last = (date.fromordinal(day).isoformat() for day in days)
    return first if first == last else f"{first}–{last}"


def deadline(due: Due, zone: Zone) -> str:
    """Write a due: an instant, or the last day in time; both ends if it is vague."""
    ends = (due.first,) if due.first == due.last else (due.first, due.last)
    if due.day:
        return "–".join(date.fromordinal(end).isoformat() for end in ends)
    return "–".join(clock(end, zone) for end in ends)


def elapsed(us: int) -> Text:
    """Write elapsed time for people: hours up to two days, from there on days.

    Example:
        >>> elapsed(60_000_000).zh, elapsed(25 * 3_600_000_000).en, elapsed(5 * DAY).en
        ('1 分钟', '25 h', '5 days')
    """
    if us < 2 * DAY:
        # Parts of a second matter only when they are all there is.
        shown = us if us < MINUTE else us - us % MINUTE
        return Text(human(Exact(shown), "zh"), human(Exact(shown), "en"))
    days, rest = divmod(us, DAY)
    hours = rest // HOUR
    zh = f"{days} 天" + (f" {hours} 小时" if hours else "")
    return Text(zh, f"{days} days" + (f" {hours} h" if hours else ""))


def moment_judged(as_of: int, zone: Zone, name: str) -> Text:
    """Write the moment judged; a 00:00 is the end of the day before: so days are asked for.

    Args:
        as_of: The moment in microseconds.
        zone: The zone.
        name: What the zone is called.
    """
    today = zone.ordinal(as_of)
    if zone.start_of(today) != as_of:
        at = clock(as_of, zone)
        return Text(f"{at}（{name}）", f"{at} ({name})")
    day = date.fromordinal(today - 1).isoformat()
    return Text(f"{day} 当天结束（24:00，{name}）", f"the end of {day} (24:00, {name})")
