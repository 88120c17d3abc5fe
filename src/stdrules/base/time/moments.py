"""Moments: points of time of known grain, read from text and spreadsheets, compared honestly.

A `When` is a closed interval of microseconds. An instant has ``first == last``; a date is the
whole local day. Comparing two moments that overlap gives an unknown, never a guess.

Semantics: docs/semantics.md, "Facts".
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from stdrules.base.errors import BadValue, UsageError
from stdrules.base.text import Text
from stdrules.base.time.zones import DAY, EPOCH_ORDINAL, HOUR, MINUTE, SECOND, Zone, microseconds
from stdrules.base.truth import UNKNOWN, Truth

MAX_LENGTH: Final = 80

_DATE = (
    r"(?P<year>[0-9]{4})(?:(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"|年(?P<zhmonth>[0-9]{1,2})月(?P<zhday>[0-9]{1,2})日)"
)
_TIME = (
    r"(?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r"|[时点](?:(?P<zhminute>[0-9]{1,2})分(?:(?P<zhsecond>[0-9]{1,2})秒)?)?)"
)
# Seconds in an offset are real: zones kept local mean time until the 1900s.
_OFFSET = r"(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2}(?::[0-9]{2})?)?)"
_MOMENT = re.compile(_DATE + r"(?:(?P<gap>[Tt]| *)" + _TIME + r" ?" + _OFFSET + r"?)?")
_EXCEL_LAST = 2_958_465  # 9999-12-31


class When(NamedTuple):
    """A closed interval of microseconds since the epoch; an instant has two equal ends."""

    first: int
    last: int

    @property
    def is_instant(self) -> bool:
        """Whether the moment is known to the microsecond."""
        return self.first == self.last


def le3(a: When, b: When) -> Truth:
    """Tell whether `a` is at or before `b`: True, False, or an unknown without items.

    Example:
        >>> le3(When(0, 5), When(5, 9)), le3(When(0, 6), When(5, 9)), le3(When(9, 9), When(5, 8))
        (True, Missing(), False)
    """
    if a.last <= b.first:
        return True
    return False if a.first > b.last else UNKNOWN


def lt3(a: When, b: When) -> Truth:
    """Tell whether `a` is strictly before `b`: True, False, or an unknown without items."""
    if a.last < b.first:
        return True
    return False if a.first >= b.last else UNKNOWN


def from_datetime(aware: datetime) -> When:
    """Return the instant of an aware datetime.

    Raises:
        UsageError: The datetime is naive.
    """
    us = microseconds(aware)
    return When(us, us)


def from_date(day: date, zone: Zone) -> When:
    """Return the whole local day, 00:00 to 24:00 less one microsecond."""
    return of_ordinals(day.toordinal(), day.toordinal(), zone)


def of_ordinals(first: int, last: int, zone: Zone) -> When:
    """Return the interval from the start of one local date to the end of another."""
    start = zone.start_of(first)
    # A date that the zone skipped (Apia, 2011-12-30) has no length; keep the interval closed.
    return When(start, max(start, zone.start_of(last + 1) - 1))


def whole_days(when: When, zone: Zone) -> tuple[int, int] | None:
    """Return the ordinals of the first and last date if `when` is made of whole local days."""
    first, last = when
    start = zone.ordinal(first)
    if first == last or zone.start_of(start) != first:
        return None
    end = zone.ordinal(last)
    return (start, end) if zone.start_of(end + 1) - 1 == last else None


def parse_moment(text: str, zone: Zone) -> When:
    """Read a date, an instant or an interval.

    Args:
        text: ``2024-03-01``, ``2024/3/1``, ``2024.3.1`` or ``2024年3月1日``; with a time after
            a ``T`` or a blank: ``9:05``, ``09:05:30.5``, ``9时5分``, ``24:00``; with or without
            an offset (``Z``, ``+08:00``). Two of them joined by ``/`` are an interval.
        zone: Where a time without an offset is meant, and where dates begin and end.

    Returns:
        The whole day for a date, else the instant. Second 60 is the next second. Parts of a
        second beyond microseconds are cut off.

    Raises:
        BadValue: (a ValueError) The text is not one of these, or is an impossible date or time.

    Example:
        >>> from stdrules.base.time.zones import zone
        >>> shanghai = zone("Asia/Shanghai")
        >>> format_moment(parse_moment("2024年3月1日 9时30分", shanghai), shanghai)
        '2024-03-01T09:30:00+08:00'
    """
    quick = _parse_quickly(text, zone)
    if quick is not None:
        return quick
    body = text.strip(" \t")
    if len(body) > MAX_LENGTH:
        raise BadValue(
            Text(
                f"时间超过 {MAX_LENGTH} 个字符",
                f"the moment is longer than {MAX_LENGTH} characters",
            )
        )
    if body.count("/") == 1:
        left, right = (_parse_single(part.strip(" \t"), zone) for part in body.split("/"))
        if right.last < left.first:
            raise BadValue(
                Text(
                    f"区间 `{body}` 的终点早于起点", f"the interval `{body}` ends before it starts"
                )
            )
        return When(left.first, max(left.last, right.last))
    return _parse_single(body, zone)


def excel_serial(number: Decimal | int | float, zone: Zone, date1904: bool = False) -> When:
    """Read a spreadsheet's serial number as local time.

    Args:
        number: Days since the workbook's epoch.
        zone: The zone of the sheet's wall time.
        date1904: Whether the workbook counts from 1904-01-01 as 0, not from 1900-01-01 as 1.

    Returns:
        The whole day if the number is whole, else the instant rounded to the second.

    Raises:
        BadValue: (a ValueError) It is no date: below 1 (a bare time), the 1900-02-29 that
            spreadsheets invent, after 9999, not finite, or a truth value.

    Example:
        >>> from stdrules.base.time.zones import zone
        >>> shanghai = zone("Asia/Shanghai")
        >>> format_moment(excel_serial(Decimal("45352.375"), shanghai), shanghai)
        '2024-03-01T09:00:00+08:00'
    """
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        raise _not_a_serial(number)
    exact = Decimal(number)
    if not exact.is_finite() or not (0 if date1904 else 1) <= exact < _EXCEL_LAST + 1:
        raise _not_a_serial(number)
    whole = int(exact)
    part = exact - whole
    if date1904:
        ordinal = date(1904, 1, 1).toordinal() + whole
    elif whole == 60:
        raise _not_a_serial(number, Text("1900 年没有 2 月 29 日", "1900 has no 29 February"))
    else:
        ordinal = date(1899, 12, 30 if whole > 60 else 31).toordinal() + whole
    if ordinal > date.max.toordinal():
        raise _not_a_serial(number)
    if not part:
        return of_ordinals(ordinal, ordinal, zone)
    seconds = int((part * 86_400).to_integral_value(ROUND_HALF_UP))
    us = zone.from_wall((ordinal - EPOCH_ORDINAL) * DAY + seconds * SECOND)
    return When(us, us)


def format_moment(when: When, zone: Zone) -> str:
    """Write a moment so that `parse_moment` reads the same one back.

    Returns:
        ``2023-03-02`` for a day, ``2023-03-02T09:00:00+08:00`` for an instant, else
        ``first/last`` of dates or instants.
    """
    if when.first == when.last:
        return zone.isoformat(when.first)
    days = whole_days(when, zone)
    if days is None:
        return f"{zone.isoformat(when.first)}/{zone.isoformat(when.last)}"
    first, last = (date.fromordinal(day).isoformat() for day in days)
    return first if first == last else f"{first}/{last}"


def to_value(when: When, zone: Zone) -> date | datetime:
    """Return a date for a whole day, or an aware datetime in the zone for an instant.

    Raises:
        UsageError: It is an interval that neither can express.
    """
    if when.first == when.last:
        return zone.to_datetime(when.first)
    days = whole_days(when, zone)
    if days is None or days[0] != days[1]:
        shown = format_moment(when, zone)
        raise UsageError(
            Text(
                f"区间 `{shown}` 既不是日期也不是时刻",
                f"the interval `{shown}` is neither a date nor an instant",
            )
        )
    return date.fromordinal(days[0])


def _parse_quickly(text: str, zone: Zone) -> When | None:
    """Read the commonest ISO forms; None sends everything else to the full grammar."""
    size = len(text)
    if size < 10 or not text.isascii() or text[4] != "-" or text[7] != "-":
        return None
    try:
        if size == 10:
            return from_date(date.fromisoformat(text), zone)
        if text[10] not in "T " or size not in (16, 19, 20, 25) or text[13] != ":":
            return None
        if (size > 16 and text[16] != ":") or (size == 20 and text[19] != "Z"):
            return None
        if size == 25 and (text[19] not in "+-" or text[22] != ":" or text[20:22] > "17"):
            return None
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    us = zone.from_local(moment) if moment.tzinfo is None else microseconds(moment)
    return When(us, us)


def _parse_single(body: str, zone: Zone) -> When:
    match = _MOMENT.fullmatch(body)
    if match is None:
        raise _not_a_moment(body)
    year = int(match["year"])
    month = int(match["month"] or match["zhmonth"])
    day = int(match["day"] or match["zhday"])
    try:
        ordinal = date(year, month, day).toordinal()
    except ValueError:
        raise _impossible(body, f"{year:04d}-{month:02d}-{day:02d}") from None
    if match["hour"] is None:
        return of_ordinals(ordinal, ordinal, zone)
    if match["gap"] == "" and match["sep"]:
        raise _not_a_moment(body)
    wall = (ordinal - EPOCH_ORDINAL) * DAY + _time_of_day(match, body)
    offset = match["offset"]
    us = zone.from_wall(wall) if offset is None else wall - _offset(offset, body)
    return When(us, us)


def _time_of_day(match: re.Match[str], body: str) -> int:
    """Return the microseconds since local midnight that the time of the match names."""
    hour = int(match["hour"])
    minute = int(match["minute"] or match["zhminute"] or 0)
    second = int(match["second"] or match["zhsecond"] or 0)
    part = int((match["part"] or "0").ljust(6, "0")[:6])
    end_of_day = hour == 24 and not (minute or second or part)
    if not end_of_day and (hour > 23 or minute > 59 or second > 60):
        raise _impossible(body, f"{hour}:{minute:02d}:{second:02d}")
    return hour * HOUR + minute * MINUTE + second * SECOND + part


def _offset(text: str, body: str) -> int:
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hours > 17 or minutes > 59 or seconds > 59:
        raise _impossible(body, text)
    size = hours * HOUR + minutes * MINUTE + seconds * SECOND
    return -size if text[0] == "-" else size


def _impossible(body: str, part: str) -> BadValue:
    return BadValue(
        Text(f"`{body}` 中的 `{part}` 不存在", f"`{part}` in `{body}` does not exist"),
    )


def _not_a_moment(body: str) -> BadValue:
    hint = Text(
        "请写成 2024-03-01 或 2024-03-01T09:00",
        "write 2024-03-01 or 2024-03-01T09:00",
    )
    odd = next((char for char in body if char.isdigit() and not char.isascii()), None)
    if odd is not None:
        hint = Text(
            f"字符 `{odd}` (U+{ord(odd):04X}) 不是半角数字，请使用 0-9",
            f"`{odd}` (U+{ord(odd):04X}) is not an ASCII digit; use 0-9",
        )
    elif re.search("[上下]午|[AaPp][Mm]", body):
        hint = Text("请使用 24 小时制", "use the 24-hour clock")
    return BadValue(
        Text(f"`{body}` 不是日期或时刻", f"`{body}` is not a date or an instant"), hint=hint
    )


def _not_a_serial(number: object, why: Text | None = None) -> BadValue:
    reason = why or Text("不在可用范围内", "it is outside the range of dates")
    # Python refuses to write integers of thousands of digits.
    shown = "…" if isinstance(number, int) and abs(number) > 10**18 else f"{number!s:.64}"
    return BadValue(
        Text(
            f"表格数值 `{shown}` 不是日期：{reason.zh}",
            f"the sheet's number `{shown}` is not a date: {reason.en}",
        )
    )
