"""Durations: four kinds that never convert into each other, read from and written as text.

============== ================= =====================================================
kind           written           means
============== ================= =====================================================
exact          PT48H             elapsed time
calendar days  P7D, P2W          dates
months, years  P2M, P3Y, P1Y6M   the same day number, clamped to the end of the month
working days   2 workdays        days on which a named calendar works
============== ================= =====================================================

The values live in ``stdrules.base.time.kinds`` and what is due when in ``stdrules.base.time.dues``;
both can be imported from here too. Semantics: docs/semantics.md, section 4.
"""

from __future__ import annotations

import re
from typing import Final

from stdrules.base.errors import BadValue
from stdrules.base.text import Text
from stdrules.base.time.dues import (
    Due,
    Lateness,
    Roll,
    due_after,
    due_before,
    due_end,
    due_on,
    in_time,
    lateness,
    passed,
)
from stdrules.base.time.kinds import (
    Days,
    Duration,
    Exact,
    Months,
    Workdays,
    YearsMonths,
    add_months,
)
from stdrules.base.time.zones import DAY, HOUR, MINUTE, SECOND

__all__ = [
    "Days",
    "Due",
    "Duration",
    "Exact",
    "Lateness",
    "Months",
    "Roll",
    "Workdays",
    "YearsMonths",
    "add_months",
    "due_after",
    "due_before",
    "due_end",
    "due_on",
    "format_duration",
    "format_elapsed",
    "human",
    "in_time",
    "lateness",
    "parse_duration",
    "passed",
]

MAX_YEARS: Final = 1000
_LIMITS = {"day": MAX_YEARS * 366, "month": MAX_YEARS * 12}
_EXACT = re.compile(r"PT(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]{1,6}))?S)?", re.ASCII)
_DAYS = re.compile(r"P([0-9]+)(D|W)", re.ASCII)
_MONTHS = re.compile(r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?", re.ASCII)
_WORKDAYS = re.compile(r"([0-9]+) +workdays?", re.ASCII)
_UNITS = re.compile(
    r"P(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+W)?(?:[0-9]+D)?(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9.]+S)?)?",
    re.ASCII,
)


def parse_duration(text: str) -> Duration:
    """Read a duration of one kind.

    Args:
        text: ``PT48H``, ``PT1H30M``, ``PT90S``, ``P7D``, ``P2W``, ``P2M``, ``P3Y``, ``P1Y6M``,
            ``1 workday`` or ``2 workdays``. Not negative.

    Raises:
        BadValue: (a ValueError) It is not a duration, mixes kinds, or is over 1,000 years.

    Example:
        >>> parse_duration("PT48H"), parse_duration("P2W"), parse_duration("2 workdays")
        (Exact(us=172800000000), Days(n=14), Workdays(n=2))
    """
    body = text.strip(" \t")
    if len(body) > 64:
        raise BadValue(Text("时长超过 64 个字符", "the duration is longer than 64 characters"))
    if match := _DAYS.fullmatch(body):
        return Days(_within("day", int(match[1]) * (7 if match[2] == "W" else 1), body))
    if match := _WORKDAYS.fullmatch(body):
        return Workdays(_within("day", int(match[1]), body))
    if body not in ("P", "PT") and (match := _MONTHS.fullmatch(body)):
        return Months(_within("month", int(match[1] or 0) * 12 + int(match[2] or 0), body))
    if body != "PT" and (match := _EXACT.fullmatch(body)):
        hours, minutes, seconds = (int(match[i] or 0) for i in (1, 2, 3))
        part = int((match[4] or "0").ljust(6, "0"))
        us = hours * HOUR + minutes * MINUTE + seconds * SECOND + part
        _within("day", -(-us // DAY), body)
        return Exact(us)
    raise _not_a_duration(body)


def format_duration(d: Duration) -> str:
    """Write a duration so that `parse_duration` reads the same one back.

    Example:
        >>> format_duration(Exact(48 * HOUR)), format_duration(Months(18))
        ('PT48H', 'P1Y6M')
    """
    if isinstance(d, Exact):
        return "PT" + (_clock(d.us) or "0S")
    if isinstance(d, Days):
        return f"P{d.n}D"
    if isinstance(d, Months):
        years, months = divmod(d.n, 12)
        return "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"{d.n} workday" if d.n == 1 else f"{d.n} workdays"


def format_elapsed(us: int) -> str:
    """Write elapsed time as ISO 8601, with days of 24 hours.

    Example:
        >>> format_elapsed(91_800 * SECOND), format_elapsed(MINUTE), format_elapsed(0)
        ('P1DT1H30M', 'PT1M', 'PT0S')
    """
    if us < 0:
        return "-" + format_elapsed(-us)
    days, rest = divmod(us, DAY)
    clock = _clock(rest)
    if not days:
        return "PT" + (clock or "0S")
    return f"P{days}D" + (f"T{clock}" if clock else "")


def human(d: Duration, lang: str) -> str:
    """Write a duration for a reader.

    Example:
        >>> human(Exact(48 * HOUR), "zh"), human(Exact(91_800 * SECOND), "en")
        ('48 小时', '25 h 30 min')
        >>> human(Workdays(2), "zh"), human(Days(1), "en"), human(Months(18), "en")
        ('2 个工作日', '1 day', '1 year 6 months')
    """
    zh = lang[:2].lower() == "zh"
    if isinstance(d, Exact):
        return _human_exact(d.us, zh)
    if isinstance(d, Days):
        return f"{d.n} 天" if zh else _plural(d.n, "day")
    if isinstance(d, Workdays):
        return f"{d.n} 个工作日" if zh else _plural(d.n, "workday")
    years, months = divmod(d.n, 12)
    parts = []
    if years:
        parts.append(f"{years} 年" if zh else _plural(years, "year"))
    if months or not years:
        parts.append(f"{months} 个月" if zh else _plural(months, "month"))
    return " ".join(parts)


def _within(unit: str, n: int, body: str) -> int:
    if n > _LIMITS[unit]:
        raise BadValue(
            Text(f"`{body}` 超过 {MAX_YEARS} 年", f"`{body}` is more than {MAX_YEARS} years")
        )
    return n


def _clock(us: int) -> str:
    """Return hours, minutes and seconds as ``1H30M5.5S``; empty for none."""
    hours, rest = divmod(us, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    shown = f"{hours}H" if hours else ""
    shown += f"{minutes}M" if minutes else ""
    return shown + (f"{_seconds(rest)}S" if rest else "")


def _seconds(us: int) -> str:
    whole, part = divmod(us, SECOND)
    return f"{whole}.{part:06d}".rstrip("0").rstrip(".") if part else str(whole)


def _human_exact(us: int, zh: bool) -> str:
    if us < 0:
        return "-" + _human_exact(-us, zh)
    hours, rest = divmod(us, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [f"{hours} {'小时' if zh else 'h'}"] if hours else []
    if minutes:
        parts.append(f"{minutes} {'分钟' if zh else 'min'}")
    if rest or not parts:
        parts.append(f"{_seconds(rest)} {'秒' if zh else 's'}")
    return " ".join(parts)


def _plural(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _not_a_duration(body: str) -> BadValue:
    shown = f"`{body}`"
    if body.startswith("-"):
        return BadValue(
            Text(f"时长 {shown} 不能为负", f"the duration {shown} must not be negative")
        )
    if _UNITS.fullmatch(body) and sum(char in "YMWDHS" for char in body) > 1:
        return BadValue(
            Text(
                f"{shown} 混用了不能互相换算的单位",
                f"{shown} mixes units that do not convert into each other",
            ),
            hint=Text(
                "只用小时分秒、天、周、月年或工作日中的一种",
                "use one kind: hours and smaller, days, weeks, months and years, or workdays",
            ),
        )
    return BadValue(
        Text(f"{shown} 不是时长", f"{shown} is not a duration"),
        hint=Text(
            "请写成 PT48H、P7D、P2M 或 `2 workdays`",
            "write PT48H, P7D, P2M or `2 workdays`",
        ),
    )
