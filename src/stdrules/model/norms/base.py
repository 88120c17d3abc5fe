"""What every norm carries, whatever its kind."""

from typing import Any, ClassVar, Literal

from pydantic import model_validator

from stdrules.model.base import (
    DurationText,
    Feel,
    FixedDay,
    Flag,
    Id,
    Items,
    Model,
    Name,
    TextPair,
    Words,
    bad,
    doc,
)
from stdrules.model.common import Scope

Modality = Literal["obligation", "prohibition", "recommendation", "permission", "statement"]


class NormBase(Model):
    """Fields common to the norms of all kinds."""

    id: Id = doc("规范编号", "the id of the norm")
    clause: Words = doc("条款号", "the clause it comes from")
    modality: Modality = doc("应、不得、宜、可或陈述", "the force of its wording")
    title: TextPair = doc("短标题", "a short title")
    bearer: Name | None = doc("承担者", "who bears it", None)
    counterparty: Name | None = doc("相对方", "towards whom", None)
    case: Name | None = doc("个案类型，默认第一种", "case type, by default the first", None)
    when: Feel | None = doc("适用条件（FEEL）", "guard (FEEL over the case)", None)
    lead: DurationText | None = doc("到期前多久提醒", "due soon this long before the due", None)
    repairs: Id | None = doc("履行后补救哪条规范", "the norm that its fulfilment repairs", None)
    evidence: Items[Words] = doc("证明材料名称", "names of papers, for the report", ())
    readings: Items[Name] = doc("另外依据的解读", "further readings it rests on", ())
    parameters: Items[Name] = doc("另外依据的参数", "further parameters it rests on", ())
    scope: Scope | None = doc("有效期间，默认个案期间", "by default the case's", None)


class DueFields(Model):
    """The three ways to say when something is due; at most one of them."""

    open_keys: ClassVar[frozenset[str]] = frozenset({"within", "before", "by"})

    within: DurationText | None = doc("起算后多久之内", "so long after the anchor", None)
    before: DurationText | None = doc("起算点之前至少多久", "at least so long before it", None)
    by: FixedDay | None = doc("固定日期或触发事实的日期", "a fixed day or one in the trigger", None)
    inclusive: Flag = doc("by 当天算按时", "the day of `by` is itself in time", True)
    roll: Literal["none", "next_workday"] = doc("逢假日顺延", "if the last day is free", "none")

    @model_validator(mode="before")
    @classmethod
    def _one_due(cls, data: Any) -> Any:
        if isinstance(data, dict):
            given = [key for key in ("within", "before", "by") if key in data]
            if len(given) > 1 and all(data[key] is not None for key in given):
                shown = ", ".join(f"`{key}`" for key in given)
                raise bad(f"{shown} 只能写一个", f"write only one of {shown}")
        return data
