"""One raw value becomes a typed one: text, choice, number, boolean, date, moment, duration, lists.

Numbers are ``Decimal``; a moment is a ``date`` (a whole day) or an aware ``datetime`` in the zone
of the ruleset; a duration is a ``timedelta``; lists are tuples. Whatever cannot be read is
refused with the reason, never turned into something near.

Not here
    Blank and missing values (``stdrules.intake.rows``); places of errors (its callers).

Semantics: docs/semantics.md, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import BadValue
from stdrules.base.numbers import format_decimal, parse_decimal
from stdrules.base.text import Text, fold_identifier
from stdrules.base.time.durations import Days, Exact, Months, parse_duration
from stdrules.base.time.zones import SECOND
from stdrules.intake.plain import clean, to_second, unfit
from stdrules.intake.times import Times, read_date, read_moment
from stdrules.model.vocabulary import FieldSpec

Reader: TypeAlias = Callable[[object], object]
TRUE_WORDS = ("是", "有", "√", "✓", "✔", "☑", "yes", "y", "true", "1", "对")
FALSE_WORDS = ("否", "无", "×", "✗", "✘", "no", "n", "false", "0", "错")

_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SPLIT = re.compile("[、,，;；\r\n]")
_UNITS = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) *(天|日|d|小时|时|h|分钟|分|min|秒|s)")
_SECONDS = {"天": 86_400, "日": 86_400, "d": 86_400, "小时": 3600, "时": 3600, "h": 3600,
            "分钟": 60, "分": 60, "min": 60, "秒": 1, "s": 1}  # fmt: skip


def read_text(raw: object, cells: bool = False) -> str:
    """Read a text; a number or a date of a cell is written plainly.

    Raises:
        BadValue: It is something else, or too long.

    Example:
        >>> read_text(Decimal("1001.0"), cells=True)
        '1001'
    """
    if type(raw) is str:
        return clean(raw)
    if isinstance(raw, str):
        return clean(str.__str__(raw))
    if cells and not isinstance(raw, bool):
        if isinstance(raw, int | Decimal):
            return format_decimal(raw)
        if isinstance(raw, datetime):
            return to_second(raw).isoformat(" ")
        if isinstance(raw, date):
            return raw.isoformat()
    raise unfit(raw, "text")


def read_number(raw: object) -> Decimal:
    """Read a finite number: ``85``, ``84.5``, ``1,200``; a unit after it is refused.

    Raises:
        BadValue: It is no number, has a unit, or is a float (give a Decimal or a text).

    Example:
        >>> read_number("1,200.50"), read_number(85)
        (Decimal('1200.50'), Decimal('85'))
    """
    if isinstance(raw, str):
        body = clean(raw)
        if body.endswith(("分", "%", "％", "元", "个", "项", "次", "‰")) and len(body) <= 64:
            raise BadValue(
                Text(f"`{body}` 带有单位 `{body[-1]}`", f"`{body}` has the unit `{body[-1]}`"),
                hint=Text("单元格只写数字；百分数请写成小数",
                          "write the number alone; write a percentage as a fraction"),
            )  # fmt: skip
        return parse_decimal(body.replace(",", "") if _GROUPED.fullmatch(body) else body)
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        if isinstance(raw, float):
            raise BadValue(
                Text(f"`{raw!r}` 是浮点数", f"`{raw!r}` is a float"),
                hint=Text("请用 Decimal 或文本", "give a Decimal or a text"),
            )
        raise unfit(raw, "number")
    if isinstance(raw, int):
        if abs(raw) > 10**34:
            raise BadValue(Text("整数过大", "the whole number is too large"))
        return Decimal(raw)
    if not raw.is_finite():
        raise BadValue(Text(f"`{raw}` 不是有限的数", f"`{raw}` is not finite"))
    if len(raw.as_tuple().digits) > 64:
        raise BadValue(Text("数字过长", "the number has more than 64 digits"))
    return parse_decimal(str(raw))


def read_boolean(raw: object) -> bool:
    """Read yes or no in Chinese, English, signs, or 1 and 0.

    Raises:
        BadValue: It is none of these words.

    Example:
        >>> read_boolean("√"), read_boolean("否"), read_boolean(" Yes ")
        (True, False, True)
    """
    if isinstance(raw, bool):
        return raw
    finite = isinstance(raw, int) or (isinstance(raw, Decimal) and raw.is_finite())
    if finite and raw in (0, 1):
        return bool(raw)
    if isinstance(raw, str) and len(raw) <= 64:
        word = clean(raw)
        if word not in _WORDS:
            word = fold_identifier(word)
        if word in _WORDS:
            return _WORDS[word]
    raise unfit(raw, "boolean", Text("可写 是/否、有/无、√/×、yes/no、true/false、1/0",
                                     "write yes/no, true/false, 1/0, √/×"))  # fmt: skip


def read_duration(raw: object) -> timedelta:
    """Read elapsed time or days: ``PT48H``, ``P7D``, ``48h``, ``3天``, ``90分钟``.

    Raises:
        BadValue: It is no duration, or counts months or working days, which have no fixed length.

    Example:
        >>> read_duration("1.5小时")
        datetime.timedelta(seconds=5400)
    """
    if isinstance(raw, timedelta):
        return raw
    if not isinstance(raw, str):
        raise unfit(raw, "duration")
    body = clean(raw)
    if match := _UNITS.fullmatch(body):
        us = Decimal(match[1]) * _SECONDS[match[2]] * SECOND
        return timedelta(microseconds=int(us))
    length = parse_duration(body)
    if isinstance(length, Exact):
        return timedelta(microseconds=length.us)
    if isinstance(length, Days):
        return timedelta(days=length.n)
    kind = Text("月", "months") if isinstance(length, Months) else Text("工作日", "working days")
    raise BadValue(
        Text(f"`{body}` 以{kind.zh}计，没有固定的长度",
             f"`{body}` counts {kind.en}, which have no fixed length")
    )  # fmt: skip


def split_list(raw: object, cells: bool = False) -> list[object]:
    """Return the entries of a list, or of a text separated by ``、 , ， ; ；`` or a new line.

    Example:
        >>> split_list("C1、C2；C3\\nC4")
        ['C1', 'C2', 'C3', 'C4']
    """
    if isinstance(raw, list | tuple):
        return list(raw)
    if isinstance(raw, set | frozenset):
        return sorted(raw, key=str)
    parts = (part.strip() for part in _SPLIT.split(read_text(raw, cells)))
    return [part for part in parts if part]


def choice_reader(spec: FieldSpec, cells: bool) -> Callable[[object], str]:
    """Build the reader of a choice: by value, printed form or alias, folded.

    A printed form that stands for two values is not accepted for either.
    """
    folded: dict[str, str | None] = {}
    values = spec.values or {}
    for name, value in values.items():
        for word in dict.fromkeys(map(fold_identifier, (value.zh, value.en, *value.aliases))):
            folded[word] = None if folded.get(word, name) != name else name
    # The value itself always means itself.
    folded.update({fold_identifier(name): name for name in values})
    exact: dict[str, str] = {name: name for name in values}

    def read(raw: object) -> str:
        found = exact.get(raw) if type(raw) is str else None
        if found is not None:
            return found
        word = read_text(raw, cells)
        found = folded.get(fold_identifier(word)) if len(word) <= 256 else None
        if found is None:
            raise _no_choice(word, spec)
        if type(raw) is str and len(exact) < 4096:
            exact[raw] = found
        return found

    return read


def field_reader(spec: FieldSpec, times: Times) -> Reader:
    """Build the reader for the type of a field.

    Returns:
        A function from a raw value, not blank, to the typed one; it raises BadValue.
    """
    cells = times.cells
    kind = spec.type
    if kind == "text":
        return (lambda raw: read_text(raw, True)) if cells else read_text
    if kind == "choice":
        return choice_reader(spec, cells)
    if kind == "choices":
        one = choice_reader(spec, cells)
        return lambda raw: tuple(one(item) for item in split_list(raw, cells))
    if kind == "texts":
        return lambda raw: tuple(read_text(item, cells) for item in split_list(raw, cells))
    if kind == "date":
        return lambda raw: read_date(raw, times)
    if kind == "moment":
        return lambda raw: read_moment(raw, times)
    simple: dict[str, Reader] = {
        "number": read_number, "boolean": read_boolean, "duration": read_duration,
    }  # fmt: skip
    return simple[kind]


def _no_choice(word: str, spec: FieldSpec) -> BadValue:
    values = spec.values or {}
    words: Iterable[Any] = ((v.zh, v.en, *v.aliases) for v in values.values())
    near = did_you_mean(word, [*values, *(word for group in words for word in group)])
    zh = "、".join(v.zh for v in list(values.values())[:12])
    en = ", ".join(list(values)[:12])
    shown = word if len(word) <= 64 else word[:63] + "…"
    hint = (
        Text(f"是否指 `{near}`？可选：{zh}", f"did you mean `{near}`? values: {en}")
        if near
        else Text(f"可选：{zh}", f"values: {en}")
    )
    return BadValue(
        Text(f"`{shown}` 不在可选值之中", f"`{shown}` is not one of the values"), hint=hint
    )


_WORDS = {fold_identifier(word): True for word in TRUE_WORDS} | {
    fold_identifier(word): False for word in FALSE_WORDS
}
_WORDS |= dict.fromkeys(TRUE_WORDS, True) | dict.fromkeys(FALSE_WORDS, False)
