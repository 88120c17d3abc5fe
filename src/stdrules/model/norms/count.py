"""``count``: at least, or at most, so many things over a scope."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from stdrules.model.base import Name, Names, WholeOrFeel, bad, doc
from stdrules.model.common import CASE_START, Content, EachFact, Trigger
from stdrules.model.norms.base import DueFields, NormBase


class Count(NormBase, DueFields):
    """At least or at most so many facts, distinct values, or so large a sum."""

    open_keys: ClassVar[frozenset[str]] = DueFields.open_keys | {"at_least", "at_most"}

    kind: Literal["count"] = doc("规范种类", "the kind of norm")
    trigger: Trigger = doc("触发，默认个案开始", "by default the start of the case", CASE_START)
    content: Content = doc("要数的事", "what is counted")
    at_least: WholeOrFeel | None = doc("至少（整数或 FEEL）", "a number or FEEL", None)
    at_most: WholeOrFeel | None = doc("至多（整数或 FEEL）", "a number or FEEL", None)
    distinct: Names = doc("按这些字段去重", "count distinct values of these fields", ())
    sum: Name | None = doc("累加的字段", "field that is added up instead", None)
    each: EachFact | None = doc("每个这样的事实一个实例", "one instance for each such fact", None)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not {"at_least", "at_most"} & self.model_fields_set:
            raise bad("需要 at_least 或 at_most", "write `at_least` or `at_most`")
        if self.sum and self.distinct:
            raise bad("sum 与 distinct 只能写一个", "write only one of `sum` and `distinct`")
        if self.each and "trigger" in self.model_fields_set:
            raise bad("trigger 与 each 只能写一个", "write only one of `trigger` and `each`")
        return self
