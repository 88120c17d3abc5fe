"""``process``: stages with windows, required facts and allowed transitions."""

from typing import Literal, Self

from pydantic import model_validator

from stdrules.model.base import DateText, Feel, Flag, Id, Items, Model, Name, TextPair, bad, doc
from stdrules.model.common import Content, FactUse, Ties
from stdrules.model.norms.base import NormBase


class StageFact(FactUse):
    """The fact that says a stage was entered or completed, and its field that names the stage."""

    field: Name = doc("写明阶段的字段", "the field that names the stage")
    where: Feel | None = doc("筛选条件（FEEL）", "which facts count (FEEL)", None)
    at: Name | None = doc("取作时间的字段", "field taken as its time", None)


class Stage(Model):
    """One stage, its window (both days included), and what it requires."""

    id: Id = doc("阶段编号（字段的取值）", "the id: the value of the field")
    title: TextPair | None = doc("短标题", "a short title", None)
    from_: DateText | None = doc("窗口首日", "first day of the window", None, alias="from")
    to: DateText | None = doc("窗口末日", "last day of the window", None)
    optional: Flag = doc("可以跳过", "it may be skipped", False)
    requires: Items[Content] = doc("该阶段须有的事实", "facts that the stage needs", ())


class Process(NormBase):
    """Stages in order, with allowed transitions."""

    kind: Literal["process"] = doc("规范种类", "the kind of norm")
    stage: StageFact = doc("阶段记录", "the fact that records a stage")
    stages: Items[Stage] = doc("各阶段", "the stages", min_length=1)
    ordered: Flag = doc("须按所列次序", "they come in the order listed", True)
    transitions: dict[Id, Items[Id]] | None = doc("允许的转移", "allowed transitions", None)
    ties: Ties = doc("只知同一天时", "two stages known only by the same day", "allow")

    @model_validator(mode="after")
    def _known_stages(self) -> Self:
        ids = [stage.id for stage in self.stages]
        if len(set(ids)) < len(ids):
            raise bad("阶段编号重复", "a stage id is used twice")
        for start, ends in (self.transitions or {}).items():
            for name in (start, *ends):
                if name not in ids:
                    raise bad(f"没有阶段 `{name}`", f"there is no stage `{name}`")
        return self
