"""The header of a ruleset: document, cases, zone, calendar, readings and parameters."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, model_validator

from stdrules.base.errors import StdrulesError
from stdrules.base.numbers import parse_decimal
from stdrules.base.time.durations import parse_duration
from stdrules.base.time.zones import zone
from stdrules.model.base import (
    Day,
    Flag,
    Items,
    Model,
    Name,
    TextPair,
    Words,
    bad,
    doc,
    read_date,
)
from stdrules.model.common import FactRef

ParameterType = Literal["duration", "number", "text", "boolean", "date"]


class InForce(Model):
    """From which day to which day (both included) a document holds; null: not known, or no end."""

    from_: Day | None = doc("生效首日", "first day in force", None, alias="from")
    to: Day | None = doc("生效末日", "last day in force", None)

    def covers(self, day: date) -> bool:
        """Tell whether the document is in force on a day.

        Example:
            >>> InForce.model_validate({"from": date(2020, 7, 9)}).covers(date(2020, 7, 9))
            True
        """
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class Document(Model):
    """The source document."""

    number: Words = doc("文件编号", "its number")
    kind: Words = doc("文件种类", "what kind of document it is")
    issuer: TextPair | None = doc("发布机构", "who issued it", None)
    issued: Day | None = doc("发布日期", "when it was issued", None)
    in_force: InForce = doc("有效期", "when it is in force", InForce())


class CaseType(Model):
    """A kind of case, and the facts that open and close one."""

    type: Name = doc("个案类型", "the case type")
    label: TextPair = doc("名称", "its name")
    from_: FactRef | None = doc("起点事实", "the fact that opens it", None, alias="from")
    to: FactRef | None = doc("终点事实", "the fact that closes it", None)


class Reference(Model):
    """A document that the source cites."""

    id: Words = doc("编号", "its number")
    title: TextPair | None = doc("名称", "its title", None)
    dated: Flag = doc("是否注日期", "whether an edition is pinned", False)
    cited_by: Items[Words] = doc("引用条款", "the clauses that cite it", ())


class Reading(Model):
    """An ambiguity of the source with its possible meanings."""

    clause: Items[Words] = doc("条款号", "the clauses it is about", min_length=1)
    alternatives: dict[Name, TextPair] = doc(
        "各种解读", "what each alternative means", min_length=2
    )
    default: Name = doc("默认解读", "the one taken unless another is chosen")
    why: TextPair = doc("理由", "why")

    @model_validator(mode="after")
    def _known_default(self) -> Self:
        if self.default not in self.alternatives:
            known = ", ".join(self.alternatives)
            raise bad(
                f"默认值 `{self.default}` 不在 {known} 之中",
                f"the default `{self.default}` is not one of {known}",
            )
        return self


class Parameter(Model):
    """A value that the source leaves open."""

    clause: Items[Words] = doc("条款号", "the clauses it is about", min_length=1)
    type: ParameterType = doc("值的类型", "the type of its value")
    default: str | None = doc("默认值，空为未定", "null: no value", None)
    label: TextPair = doc("名称", "its name")
    why: TextPair = doc("理由", "why")

    @model_validator(mode="after")
    def _typed_default(self) -> Self:
        if self.default is not None:
            check_parameter(self.type, self.default)
        return self


def check_parameter(kind: str, text: str) -> None:
    """Check the text of a parameter's value against its type.

    Raises:
        BadValue: It is not such a value; the message says why.
    """
    if kind == "duration":
        parse_duration(text)
    elif kind == "number":
        parse_decimal(text)
    elif kind == "date":
        read_date(text)
    elif kind == "boolean" and text not in ("true", "false"):
        raise bad(f"应为 true 或 false，而不是 `{text}`", f"expected true or false, found `{text}`")


class CalendarAdditions(Model):
    """Days that differ from the named calendar."""

    holidays: Items[Day] = doc("休息日", "days off", ())
    workdays: Items[Day] = doc("工作日", "working days", ())


def _zone(value: Any) -> Any:
    if isinstance(value, str):
        try:
            zone(value)
        except StdrulesError as error:
            raise bad(error.message.zh, error.message.en, error.hint) from None
    return value


class RulesetHeader(Model):
    """The file ruleset.yaml."""

    stdrules: Literal["1"] = doc("格式版本", "the version of the format")
    id: Name = doc("规则集编号", "the id of the ruleset")
    version: Words = doc("本编码的版本", "the version of this encoding")
    title: TextPair = doc("标题", "its title")
    document: Document = doc("来源文件", "the source document")
    case: CaseType = doc("个案类型", "the first case type")
    other_cases: Items[CaseType] = doc("其他个案类型", "further case types", ())
    timezone: Annotated[Words, BeforeValidator(_zone)] = doc("时区", "the time zone")
    calendar: Literal["CN", "weekdays", "everyday"] = doc("工作日历", "the calendar", "weekdays")
    calendar_additions: CalendarAdditions | None = doc("日历补充", "days that differ", None)
    references: Items[Reference] = doc("引用文件", "documents it cites", ())
    readings: dict[Name, Reading] = doc("解读", "its readings", {})
    parameters: dict[Name, Parameter] = doc("参数", "its parameters", {})
    roles: dict[Name, TextPair] = doc(
        "承担者与相对方的名称", "what those are called who bear norms, or towards whom", {}
    )

    @property
    def case_types(self) -> tuple[CaseType, ...]:
        """All case types, the default first."""
        return (self.case, *self.other_cases)

    @model_validator(mode="after")
    def _distinct_cases(self) -> Self:
        names = [case.type for case in self.case_types]
        if len(set(names)) < len(names):
            raise bad("个案类型重复", "a case type is declared twice")
        return self
