"""``content``: a record has the listed elements."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from stdrules.model.base import (
    Feel,
    Id,
    Items,
    Model,
    Name,
    Names,
    TextPair,
    Whole,
    WholeOrFeel,
    bad,
    doc,
)
from stdrules.model.common import CASE_START, Content, Trigger
from stdrules.model.norms.base import NormBase

_TESTS = ("where", "filled", "exists", "judgement")


class Element(Model):
    """One thing the record must have: a condition, filled fields, other facts, a judgement."""

    id: Id = doc("要素编号", "the id of the element")
    title: TextPair | None = doc("短标题", "a short title", None)
    where: Feel | None = doc("条件（FEEL）", "condition on the record (FEEL)", None)
    filled: Names | None = doc("须填写的字段", "fields that must be filled", None)
    exists: Content | None = doc("须有的其他事实", "other facts that must exist", None)
    judgement: TextPair | None = doc("须由人判断的问题", "the question a person answers", None)
    at_least: Whole = doc("exists 至少几个", "how many of `exists`", 1)
    depends: Names = doc("判断所依据的字段", "fields that a judgement rests on", ())

    @property
    def test(self) -> str:
        """Which of the four it is: where, filled, exists or judgement."""
        return next(name for name in _TESTS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if sum(getattr(self, name) is not None for name in _TESTS) != 1:
            raise bad(
                "where、filled、exists、judgement 必须且只能写一个",
                "write one of `where`, `filled`, `exists` and `judgement`",
            )
        return self


class ContentNorm(NormBase):
    """A document or record has all, or at least n, of the listed elements."""

    open_keys: ClassVar[frozenset[str]] = frozenset({"at_least"})

    kind: Literal["content"] = doc("规范种类", "the kind of norm")
    trigger: Trigger = doc("记录，每份一个实例", "the record: one instance each", CASE_START)
    elements: Items[Element] = doc("要素", "what it must have", min_length=1)
    at_least: WholeOrFeel | None = doc("至少几项，默认全部", "by default all of them", None)
    latest_by: Name | None = doc("同值只看最新版本", "judge the newest for each value", None)

    @model_validator(mode="after")
    def _distinct_ids(self) -> Self:
        ids = [element.id for element in self.elements]
        for name in ids:
            if ids.count(name) > 1:
                raise bad(f"要素编号 `{name}` 重复", f"the element id `{name}` is used twice")
        return self
