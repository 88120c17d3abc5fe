"""What all readers of raw values share: cleaning a text, and refusing what does not fit."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from stdrules.base.errors import BadValue
from stdrules.base.text import Text

MAX_TEXT = 65_536
# JSON can write one, but no report can.
_HALF = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
EXPECTED: dict[str, Text] = {
    "text": Text("文本", "a text"),
    "choice": Text("可选值之一", "one of its values"),
    "number": Text("数字", "a number"),
    "boolean": Text("是或否", "yes or no"),
    "date": Text("日期", "a date"),
    "moment": Text("日期或时刻", "a date or an instant"),
    "duration": Text("时长", "a duration"),
    "texts": Text("文本列表", "a list of texts"),
    "choices": Text("可选值的列表", "a list of its values"),
}


def clean(raw: str) -> str:
    """Return a text without blanks around it and without invisible characters.

    Raises:
        BadValue: It is longer than 65,536 characters.

    Example:
        >>> clean(" P1\\u200b ")
        'P1'
    """
    if len(raw) > MAX_TEXT:
        raise BadValue(
            Text(f"文本超过 {MAX_TEXT} 个字符", f"the text is longer than {MAX_TEXT} characters")
        )
    if raw.isascii():
        return raw.strip()
    if _HALF.search(raw):
        raise BadValue(
            Text("文本含不成对的代理字符", "the text holds half of a surrogate pair"),
        )
    return _INVISIBLE.sub("", raw).strip()


def unfit(raw: object, kind: str, hint: Text | None = None) -> BadValue:
    """Build the error of a value of the wrong type."""
    expected = EXPECTED[kind]
    shown = raw if isinstance(raw, str) else _shown(raw)
    shown = shown if len(shown) <= 64 else shown[:63] + "…"
    return BadValue(Text(f"`{shown}` 不是{expected.zh}", f"`{shown}` is not {expected.en}"),
                    hint=hint)  # fmt: skip


def _shown(raw: object) -> str:
    if isinstance(raw, bool | Decimal | float | date | datetime | timedelta):
        return str(raw)
    if isinstance(raw, int):
        return str(raw) if abs(raw) < 10**18 else "…"
    return type(raw).__name__


def to_second(moment: datetime) -> datetime:
    """Round to the second: sheets store times as fractions of a day."""
    if moment.microsecond >= 500_000 and moment.year < 9999:
        moment += timedelta(seconds=1)
    return moment.replace(microsecond=0)
