"""``order``: facts, or the time stamps of one record, come in a given order."""

from typing import Literal, Self

from pydantic import model_validator

from stdrules.model.base import FieldPath, Id, Items, TextPair, bad, doc
from stdrules.model.common import CASE_START, FactContent, Ties, Trigger
from stdrules.model.norms.base import NormBase


class OrderStep(FactContent):
    """One step of an order between facts."""

    id: Id = doc("步骤编号", "the id of the step")
    title: TextPair | None = doc("短标题", "a short title", None)


class Order(NormBase):
    """Steps between facts, or stamps within the trigger record."""

    kind: Literal["order"] = doc("规范种类", "the kind of norm")
    trigger: Trigger = doc("触发，默认个案开始", "by default the start of the case", CASE_START)
    steps: Items[OrderStep] = doc("依次的事实", "facts in their order", ())
    stamps: Items[FieldPath] = doc("依次的时间字段", "time fields of the record, in order", ())
    relation: Literal["precedence", "response", "succession"] = doc(
        "先后关系：前提、回应或两者", "B only after A, A followed by B, or both", "precedence"
    )
    ties: Ties = doc("只知同一天时", "two acts known only by the same day", "allow")

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if bool(self.steps) == bool(self.stamps):
            raise bad("steps 与 stamps 必须且只能写一个", "write one of `steps` and `stamps`")
        if len(self.steps or self.stamps) < 2:
            raise bad("次序至少要有两项", "an order needs at least two entries")
        return self
