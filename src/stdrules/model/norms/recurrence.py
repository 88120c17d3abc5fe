"""``recurrence``: at least n acts in every period, or never longer than a gap without one."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from stdrules.model.base import DurationText, EveryText, Name, Names, WholeOrFeel, bad, doc
from stdrules.model.common import Content, EachFact
from stdrules.model.norms.base import NormBase


class Recurrence(NormBase):
    """At least ``at_least`` acts in each period ``every``, or a rolling ``max_gap``."""

    open_keys: ClassVar[frozenset[str]] = frozenset({"every", "max_gap", "at_least"})

    kind: Literal["recurrence"] = doc("规范种类", "the kind of norm")
    content: Content = doc("应做的事", "the act that is owed")
    every: EveryText | None = doc("周期", "the period", None)
    tiles_from: Literal["next_day", "same_day"] = doc(
        "若干天（周）的周期从次日或当日起", "whether n-day tiles start the day after", "next_day"
    )
    at_least: WholeOrFeel | None = doc("每期至少几次", "so many a period", 1)
    max_gap: DurationText | None = doc("最长间隔", "longest time without an act", None)
    part_periods: Literal["skip", "require", "prorate"] = doc("首尾不足期", "part periods", "skip")
    period_field: Name | None = doc("写明所属期的字段", "field that names the period", None)
    distinct: Names = doc("按这些字段去重", "count distinct values of these fields", ())
    each: EachFact | None = doc("每个这样的事实各成一列", "one series for each such fact", None)
    needed_if: Content | None = doc("没有这种事实的期不适用", "a period without it is free", None)

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        given = {"every", "max_gap"} & self.model_fields_set
        if len(given) != 1:
            raise bad("every 与 max_gap 必须且只能写一个", "write one of `every` and `max_gap`")
        return self
