"""Decimal numbers read strictly and written plainly.

Numbers that score are ``Decimal``; a float, NaN or infinity never passes. Only ASCII digits
count as digits, so a full-width figure is refused with a hint instead of being half understood.
"""

from __future__ import annotations

import re
from decimal import Decimal

from stdrules.base.errors import BadValue
from stdrules.base.text import Text

MAX_LENGTH = 64
MAX_INTEGER = 10**15
MAX_EXPONENT = 64

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_BLANKS = " \t"


def parse_decimal(text: str) -> Decimal:
    """Read a decimal number.

    Args:
        text: ASCII digits with an optional sign, point and exponent; blanks around are ignored.

    Returns:
        The exact number, finite; a minus zero is 0.

    Raises:
        BadValue: (a ValueError) It is not such a number, is longer than 64 characters, or its
            exponent lies outside -64 to 64; the message says which.

    Example:
        >>> parse_decimal("84.50")
        Decimal('84.50')
    """
    body = text.strip(_BLANKS)
    if len(body) > MAX_LENGTH:
        raise _too_long(body)
    if not _DECIMAL.fullmatch(body):
        raise _not_a_number(body, Text("数字", "a number"))
    number = Decimal(body)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or max(abs(number.adjusted()), abs(exponent)) > MAX_EXPONENT:
        raise BadValue(
            Text(
                f"`{body}` 的指数超出 -{MAX_EXPONENT} 到 {MAX_EXPONENT}",
                f"the exponent of `{body}` is outside -{MAX_EXPONENT} to {MAX_EXPONENT}",
            )
        )
    return number if number else abs(number)


def parse_integer(text: str) -> int:
    """Read a whole number within plus or minus 10**15.

    Raises:
        BadValue: (a ValueError) It is not a whole number in ASCII digits, or is too large.

    Example:
        >>> parse_integer("010")
        10
    """
    body = text.strip(_BLANKS)
    if len(body) > MAX_LENGTH:
        raise _too_long(body)
    if not _INTEGER.fullmatch(body):
        raise _not_a_number(body, Text("整数", "a whole number"))
    number = int(body)
    if abs(number) > MAX_INTEGER:
        raise BadValue(
            Text(f"`{body}` 超出正负 10 的 15 次方", f"`{body}` is outside plus or minus 10**15")
        )
    return number


def format_decimal(number: Decimal | int) -> str:
    """Write a number plainly: no exponent, no trailing zeros, no minus zero.

    Raises:
        BadValue: It is not finite, or needs more than 1,000 digits.

    Example:
        >>> format_decimal(Decimal("84.50")), format_decimal(Decimal("1E+2"))
        ('84.5', '100')
    """
    exact = Decimal(number)
    if not exact.is_finite():
        raise BadValue(Text(f"`{exact}` 不是有限的数", f"`{exact}` is not finite"))
    if not exact:
        return "0"
    if abs(exact.adjusted()) > 1000:
        raise BadValue(Text("数字过大，无法写出", "the number is too long to write"))
    plain = format(exact, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _too_long(body: str) -> BadValue:
    return BadValue(
        Text(
            f"`{body[:16]}…` 超过 {MAX_LENGTH} 个字符",
            f"`{body[:16]}…` is longer than {MAX_LENGTH} characters",
        )
    )


def _not_a_number(body: str, kind: Text) -> BadValue:
    hint: Text | None = None
    if body and not body.isascii():
        hint = Text("请使用半角数字 0-9", "use the ASCII digits 0-9")
    elif "," in body or "_" in body:
        hint = Text("不要使用千位分隔符", "leave out separators of thousands")
    elif body.endswith("%"):
        hint = Text("请写成小数，例如 0.85", "write a fraction, for example 0.85")
    shown = f"`{body}`"
    return BadValue(Text(f"{shown} 不是{kind.zh}", f"{shown} is not {kind.en}"), hint=hint)
