"""``maintenance``: a state holds over an interval."""

from typing import ClassVar, Literal

from stdrules.model.base import DurationText, Feel, Name, doc
from stdrules.model.common import CASE_START, FactUse, Match, Trigger
from stdrules.model.norms.base import NormBase


class StateFact(FactUse):
    """Facts that say from when to when a state held."""

    where: Feel | None = doc("筛选条件（FEEL）", "which facts count (FEEL)", None)
    match: Match = doc("与触发事实一致的字段", "own field -> path that must be equal", {})
    from_: Name | None = doc("开始字段，默认该类型的时间", "field of its start", None, alias="from")
    to: Name | None = doc(
        "结束字段，空白为仍在持续", "field of its end; blank: still running", None
    )


class Maintenance(NormBase):
    """A state that must hold from the anchor, for a time or to the end of the scope."""

    open_keys: ClassVar[frozenset[str]] = frozenset({"for"})

    kind: Literal["maintenance"] = doc("规范种类", "the kind of norm")
    state: StateFact = doc("要保持的状态", "the state")
    trigger: Trigger = doc("触发，默认个案开始", "by default the start of the case", CASE_START)
    for_: DurationText | None = doc("须保持多久", "how long it must hold", None, alias="for")
    first_day: Literal["counted", "excluded"] = doc("起算日是否计入", "the anchor's day", "counted")
    grace: DurationText | None = doc("允许的中断", "gaps up to this long are no breach", None)
