"""The moments a caller asks about, as the microseconds that evaluators count in."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias

from stdrules.base.errors import BadValue, UsageError
from stdrules.base.text import Text
from stdrules.base.time.moments import When, from_date, from_datetime, parse_moment
from stdrules.base.time.zones import Zone

MomentLike: TypeAlias = str | date | datetime


def asked_instant(value: MomentLike, zone: Zone, name: str = "as_of") -> int:
    """Return the moment judged, or that of knowledge; a day means the 00:00 that ends it.

    Args:
        value: ``2023-03-05``, ``2023-03-05T09:00``, a date or an aware datetime.
        zone: Where days end, and where a text without an offset is meant.
        name: The argument, for errors.

    Returns:
        Microseconds since the epoch.

    Raises:
        UsageError: It is no moment, or a datetime without an offset.

    Example:
        >>> from stdrules.base.time.zones import zone
        >>> z = zone("Asia/Shanghai")
        >>> z.isoformat(asked_instant("2023-03-05", z)), z.isoformat(
        ...     asked_instant("2023-03-05T00:00", z))
        ('2023-03-06T00:00:00+08:00', '2023-03-05T00:00:00+08:00')
    """
    when = _moment(name, value, zone)
    return when.last if when.is_instant else when.last + 1


def asked_knowledge(value: MomentLike, zone: Zone, name: str = "known_at") -> int:
    """Return the moment of knowledge; a day means its last microsecond.

    What was recorded on a bare date is recorded at its 00:00: by the end of a day, the next day's
    records were not known.
    """
    return _moment(name, value, zone).last


def _moment(name: str, value: MomentLike, zone: Zone) -> When:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UsageError(
                Text(f"`{name}` 没有时区：{value.isoformat()}",
                     f"`{name}` has no time zone: {value.isoformat()}"),
                hint=Text("请给出偏移，例如 2024-03-01T09:00+08:00",
                          "give an offset, e.g. 2024-03-01T09:00+08:00"),
            )  # fmt: skip
        return from_datetime(value)
    if isinstance(value, date):
        return from_date(value, zone)
    if isinstance(value, str):
        try:
            return parse_moment(value, zone)
        except BadValue as error:
            raise UsageError(
                Text(f"`{name}`：{error.message.zh}", f"`{name}`: {error.message.en}"),
                hint=error.hint,
            ) from None
    kind = type(value).__name__
    raise UsageError(
        Text(f"`{name}` 不能是 {kind}", f"`{name}` cannot be of type {kind}"),
        hint=Text("请给出文本、日期或带时区的时刻", "give a text, a date or an aware datetime"),
    )
