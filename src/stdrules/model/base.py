"""What all classes of the format share: strictness, descriptions, null handling, scalar types.

Every scalar of a file arrives as text. The types here turn text into integers, booleans,
decimals and dates by fixed rules, and refuse everything else; nothing is guessed.

The modules that define classes of the format do without ``from __future__ import annotations``:
annotations kept as text would have to be compiled one by one at import, a fifth of its time.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NamedTuple, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    Strict,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from stdrules.base.errors import BadValue
from stdrules.base.numbers import parse_decimal, parse_integer
from stdrules.base.text import Text
from stdrules.base.time.durations import parse_duration

MAX_FEEL = 4096
MAX_TEXT = 4000
FACT_WORDS = ("fact", "event", "document", "plan", "state", "assessment")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*", re.ASCII)
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})", re.ASCII)
_TRIGGER_FIELD = re.compile(r"trigger(?:\.[A-Za-z_][A-Za-z0-9_]*)+", re.ASCII)
_EVERY = re.compile(r"([1-9][0-9]{0,3}) (day|week)s?", re.ASCII)
UNITS = ("week", "month", "quarter", "half_year", "year")


def doc(zh: str, en: str, default: Any = ..., **more: Any) -> Any:
    """Declare a field with its description in both languages, written ``zh | en``."""
    return Field(default, description=f"{zh} | {en}", **more)


class Model(BaseModel):
    """Base of every class of the format: strict, frozen, no unknown keys.

    A key whose value is null is read as if it were left out, except for the keys in ``open_keys``:
    there a null is kept and means "a parameter without a value".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    open_keys: ClassVar[frozenset[str]] = frozenset()
    known_keys: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Remember the names under which the fields are written."""
        super().__pydantic_init_subclass__(**kwargs)
        cls.known_keys = frozenset(info.alias or name for name, info in cls.model_fields.items())

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: Any) -> Any:
        if isinstance(data, dict) and None in data.values():
            dropped = cls.known_keys - cls.open_keys
            return {k: v for k, v in data.items() if v is not None or k not in dropped}
        return data

    @property
    def open_fields(self) -> frozenset[str]:
        """Names of the fields given as null: parameters without a value."""
        given = self.model_fields_set
        return frozenset(n for n in given & self.open_keys if getattr(self, n) is None)


def bad(zh: str, en: str, hint: Text | None = None) -> BadValue:
    """Build the error that validators raise; pydantic collects it, `load` reports it."""
    return BadValue(Text(zh, en), hint=hint)


# --- scalars ---------------------------------------------------------------------------------


def _whole(value: Any) -> Any:
    return parse_integer(value) if isinstance(value, str) else value


def _decimal(value: Any) -> Any:
    if isinstance(value, str):
        return parse_decimal(value)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _boolean(value: Any) -> Any:
    if isinstance(value, str):
        if value == "true" or value == "false":
            return value == "true"
        raise bad(
            f"应为 true 或 false，而不是 `{value}`", f"expected true or false, found `{value}`"
        )
    return value


def read_date(text: str) -> date:
    """Read ``YYYY-MM-DD``.

    Raises:
        BadValue: It is not written so, or there is no such day.

    Example:
        >>> read_date("2024-02-29")
        datetime.date(2024, 2, 29)
    """
    if not _DATE.fullmatch(text):
        raise bad(f"`{text}` 不是 YYYY-MM-DD 形式的日期", f"`{text}` is not a date like 2024-03-01")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad(f"没有 `{text}` 这一天", f"there is no day `{text}`") from None


def _date(value: Any) -> Any:
    return read_date(value) if isinstance(value, str) else value


def _date_text(value: str) -> str:
    read_date(value)
    return value


def _fixed_day(value: str) -> str:
    if match := _MONTH_DAY.fullmatch(value):
        read_date(f"2024-{match[1]}-{match[2]}")
        return value
    return _day_or_field(value)


def _day_or_field(value: str) -> str:
    if _TRIGGER_FIELD.fullmatch(value):
        return value
    if _DATE.fullmatch(value):
        return _date_text(value)
    raise bad(
        f"`{value}` 不是日期，也不是 trigger 的字段",
        f"`{value}` is neither a day nor a field of the trigger",
        Text(
            "写成 2022-11-05 或 trigger.字段；每年固定日期只能用于 by，写成 12-30",
            "write 2022-11-05 or trigger.FIELD; a day of every year (12-30) only with `by`",
        ),
    )


def _duration(value: str) -> str:
    parse_duration(value)
    return value


def _strange(value: str) -> Text | None:
    """Show the code point of the first character that only looks like an ASCII one, or may."""
    char = next((c for c in value if not c.isascii()), None)
    if char is None:
        return None
    point = f"`{char}` U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
    return Text(f"含有非 ASCII 字符 {point}", f"it has the character {point}, which is not ASCII")


def _matcher(pattern: re.Pattern[str], zh: str, en: str, limit: int) -> Any:
    def check(value: str) -> str:
        if len(value) > limit:
            raise bad(f"超过 {limit} 个字符", f"longer than {limit} characters")
        if not pattern.fullmatch(value):
            raise bad(f"`{value}` 不是{zh}", f"`{value}` is not {en}", _strange(value))
        return value

    return check


def _length(limit: int) -> Any:
    def check(value: str) -> str:
        if not value.strip():
            raise bad("不能为空", "it must not be empty")
        if len(value) > limit:
            raise bad(f"超过 {limit} 个字符", f"longer than {limit} characters")
        return value

    return check


def _every(value: str) -> str:
    if value in UNITS or _EVERY.fullmatch(value):
        return value
    raise bad(
        f"`{value}` 不是周期",
        f"`{value}` is not a period",
        Text(
            f"写成 {'、'.join(UNITS)}，或 14 days、2 weeks",
            f"write one of {', '.join(UNITS)}, or like 14 days, 2 weeks",
        ),
    )


class Every(NamedTuple):
    """A period: a calendar unit, or a tile of so many days."""

    unit: str | None
    tile_days: int | None


def parse_every(text: str) -> Every:
    """Split ``every`` into a calendar unit or a number of days.

    Example:
        >>> parse_every("2 weeks"), parse_every("month")
        (Every(unit=None, tile_days=14), Every(unit='month', tile_days=None))
    """
    if match := _EVERY.fullmatch(text):
        return Every(None, int(match[1]) * (7 if match[2] == "week" else 1))
    return Every(_every(text), None)


class _Checked:
    """Annotation: a text that a function accepts or refuses with a reason."""

    def __init__(self, check: Any, json_schema: dict[str, Any]) -> None:
        self.check = check
        self.json_schema = json_schema

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = core_schema.str_schema(strict=True)
        return core_schema.no_info_after_validator_function(self.check, schema)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", **self.json_schema}


class _TextShape:
    """Annotation: ``{zh: ..., en: ...}`` becomes `stdrules.base.text.Text`."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        line = core_schema.no_info_after_validator_function(
            _length(MAX_TEXT), core_schema.str_schema(strict=True)
        )
        pair = core_schema.typed_dict_schema(
            {"zh": core_schema.typed_dict_field(line), "en": core_schema.typed_dict_field(line)},
            extra_behavior="forbid",
        )
        made = core_schema.no_info_after_validator_function(lambda d: Text(d["zh"], d["en"]), pair)
        return core_schema.no_info_wrap_validator_function(
            lambda value, inner: value if isinstance(value, Text) else inner(value), made
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        line = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
        return {
            "type": "object",
            "properties": {"zh": line, "en": line},
            "required": ["zh", "en"],
            "additionalProperties": False,
        }


class _WholeOrFeelShape:
    """Annotation: ASCII digits become an int, any other text stays as an expression."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": ["string", "integer"], "minLength": 1, "maxLength": MAX_FEEL, "minimum": 0}

    @staticmethod
    def read(value: Any) -> int | str:
        """Read the value, or raise BadValue."""
        if isinstance(value, str):
            if value.isascii() and value.isdigit():
                return parse_integer(value)
            return str(_length(MAX_FEEL)(value))
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise bad("应为整数或表达式", "expected a whole number or an expression")


class _OneOrMore:
    """Annotation: a single text stands for a list of one."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: [value] if isinstance(value, str) else value, handler(source)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


def _pattern(regex: re.Pattern[str], limit: int) -> dict[str, Any]:
    return {"pattern": f"^(?:{regex.pattern})$", "maxLength": limit}


_FEEL_SCHEMA = {"minLength": 1, "maxLength": MAX_FEEL}

T = TypeVar("T")
Items = Annotated[tuple[T, ...], Strict(False)]
TextPair = Annotated[Text, _TextShape]
Words = Annotated[str, _Checked(_length(MAX_TEXT), {"minLength": 1, "maxLength": MAX_TEXT})]
Feel = Annotated[str, _Checked(_length(MAX_FEEL), _FEEL_SCHEMA)]
Name = Annotated[
    str,
    _Checked(
        _matcher(_NAME, "名称（字母、数字、下划线）", "a name (letters, digits, underscore)", 80),
        _pattern(_NAME, 80),
    ),
]
Id = Annotated[
    str,
    _Checked(
        _matcher(_ID, "编号（字母、数字和 _ . / -）", "an id (letters, digits and _ . / -)", 120),
        _pattern(_ID, 120),
    ),
]
Names = Annotated[Items[Name], _OneOrMore]
FieldPath = Annotated[
    str,
    _Checked(_matcher(_PATH, "字段路径", "a path of fields", 200), _pattern(_PATH, 200)),
]
DurationText = Annotated[str, _Checked(_duration, {"minLength": 2, "maxLength": 64})]
DateText = Annotated[str, _Checked(_date_text, _pattern(_DATE, 10))]
FixedDay = Annotated[str, _Checked(_fixed_day, {"maxLength": 200})]
DayOrField = Annotated[str, _Checked(_day_or_field, {"maxLength": 200})]
EveryText = Annotated[str, _Checked(_every, {"maxLength": 20})]
Whole = Annotated[int, Strict(), BeforeValidator(_whole), Field(ge=0)]
WholeOrFeel = Annotated[int | str, _WholeOrFeelShape]
Number = Annotated[Decimal, Strict(), BeforeValidator(_decimal)]
Points = Annotated[Decimal, Strict(), BeforeValidator(_decimal), Field(ge=0)]
Flag = Annotated[bool, Strict(), BeforeValidator(_boolean)]
Day = Annotated[date, Strict(), BeforeValidator(_date)]
