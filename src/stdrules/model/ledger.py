"""The ledger: every statement of the source document, once, with what became of it."""

from typing import Literal, Self

from pydantic import model_validator

from stdrules.model.base import Id, Items, Model, Name, TextPair, Whole, Words, bad, doc
from stdrules.model.norms.base import Modality

Status = Literal["encoded", "assisted", "not_evaluable", "informative"]


class Correspondence(Model):
    """A statement of another document that says the same, or nearly."""

    ruleset: Name = doc("另一规则集", "the other ruleset")
    id: Id = doc("其中的陈述编号", "the id of the statement there")
    relation: Literal["same", "changed"] = doc("相同或有变动", "the same, or changed")


class LedgerEntry(Model):
    """One statement."""

    id: Id = doc("陈述编号", "the id of the statement")
    locator: Words = doc("在文件中的位置", "where it stands")
    digest: Words = doc("原文段落摘要，12 位十六进制", "first 12 hex digits of its SHA-256")
    modality: Modality | None = doc("应、不得、宜、可或陈述", "the force of its wording", None)
    summary: TextPair = doc("自己的话", "in our own words")
    status: Status = doc("编码、辅助、不可评价或资料性", "what became of it")
    norms: Items[Words] = doc("编码它的规范或指标", "the norms that encode it", ())
    reason: TextPair | None = doc("未编码的理由", "why it is not encoded", None)
    readings: Items[Name] = doc("涉及的解读", "readings it touches", ())
    parameters: Items[Name] = doc("涉及的参数", "parameters it touches", ())
    defects: Items[TextPair] = doc("原文自身的疏漏", "slips of the source itself", ())
    question: TextPair | None = doc("须由人回答的问题", "what a person must answer", None)
    corresponds_to: Items[Correspondence] = doc(
        "其他规则集的对应陈述", "statements of other rulesets that correspond to it", ()
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if len(self.digest) != 12 or set(self.digest) - set("0123456789abcdef"):
            raise bad(
                f"`{self.digest}` 不是 12 位十六进制", f"`{self.digest}` is not 12 hex digits"
            )
        if self.status in ("encoded", "assisted") and not self.norms:
            raise bad(f"状态 {self.status} 需要 norms", f"the status {self.status} needs `norms`")
        if self.status in ("not_evaluable", "informative"):
            if self.norms:
                raise bad(
                    f"状态 {self.status} 不得有 norms", f"{self.status} must not have `norms`"
                )
            if self.reason is None:
                raise bad(f"状态 {self.status} 需要 reason", f"{self.status} needs a `reason`")
        if self.status == "assisted" and self.question is None:
            raise bad("状态 assisted 需要 question", "the status assisted needs a `question`")
        return self


class Ledger(Model):
    """The file clauses.yaml."""

    expected_statements: Whole | None = doc("陈述总数", "how many statements there are", None)
    clauses: Items[LedgerEntry] = doc("全部陈述", "all statements")
