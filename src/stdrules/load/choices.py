"""Choices of readings and parameters, checked against what a ruleset declares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import BadValue, UsageError
from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.base.time.durations import Days, Exact, Months, Workdays, format_duration
from stdrules.load.norms import Choices, defaults
from stdrules.model.ruleset import RulesetHeader, check_parameter


def choose(
    header: RulesetHeader, readings: Mapping[str, str], parameters: Mapping[str, Any]
) -> Choices:
    """Fill in the defaults, and check what is chosen instead.

    Args:
        header: Declares the readings and parameters.
        readings: Reading -> alternative.
        parameters: Parameter -> value: text, or int, Decimal, bool, date, timedelta or a
            duration; None for no value.

    Returns:
        All readings, and all parameters as text or None, in the order of the header.

    Raises:
        UsageError: A name or a value is not one of those declared.
    """
    chosen, given = defaults(header)
    for name, alternative in readings.items():
        _need(name, header.readings, Text("解读", "reading"))
        what = Text(f"解读 {name} 的取值", f"alternative of the reading {name}")
        _need(alternative, header.readings[name].alternatives, what)
        chosen[name] = alternative
    for name, value in parameters.items():
        _need(name, header.parameters, Text("参数", "parameter"))
        kind = header.parameters[name].type
        try:
            text = as_text(value)
            if text is not None:
                check_parameter(kind, text)
        except BadValue as error:
            raise UsageError(
                Text(
                    f"参数 `{name}` 的值有误：{error.message.zh}",
                    f"wrong value of the parameter `{name}`: {error.message.en}",
                ),
                hint=error.hint,
            ) from None
        given[name] = text
    return chosen, given


def as_text(value: Any) -> str | None:
    """Return a value of a parameter as it is written in files; None and the empty text are none.

    Raises:
        BadValue: Values of its type are not taken.

    Example:
        >>> as_text(True), as_text(Decimal("0.50")), as_text(timedelta(hours=48)), as_text(None)
        ('true', '0.5', 'PT48H', None)
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format_decimal(value)
    if isinstance(value, timedelta):
        value = Exact(value // timedelta(microseconds=1))
    if isinstance(value, Exact | Days | Months | Workdays):
        return format_duration(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    kind = type(value).__name__
    raise BadValue(
        Text(f"不接受 {kind} 类型的值", f"a value of type {kind} is not taken"),
        hint=Text(
            "请用文本、整数、Decimal、布尔、日期或时长",
            "give a text, an int, a Decimal, a bool, a date or a duration",
        ),
    )


def _need(name: object, known: Mapping[str, Any], what: Text) -> None:
    if isinstance(name, str) and name in known:
        return
    near = did_you_mean(str(name), known)
    shown = ", ".join(known) or "-"
    raise UsageError(
        Text(f"未知的{what.zh} `{name}`", f"unknown {what.en} `{name}`"),
        hint=Text(f"是否指 `{near}`", f"did you mean `{near}`?")
        if near
        else Text(f"已声明：{shown}", f"declared: {shown}"),
    )
