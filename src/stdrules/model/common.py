"""Parts that several norm kinds share: facts named in a norm, triggers, contents, scopes."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, GetCoreSchemaHandler, Tag, model_validator
from pydantic_core import CoreSchema, core_schema

from stdrules.model.base import (
    FACT_WORDS,
    Feel,
    FieldPath,
    Id,
    Items,
    Model,
    Name,
    bad,
    doc,
)

Ties = Literal["allow", "deny", "unknown"]
FactWord = Literal["fact", "event", "document", "plan", "state", "assessment"]
OutcomeWord = Literal[
    "fulfilled", "fulfilled_late", "overdue", "breached", "violated", "met", "compensated"
]


class FactUse(Model):
    """A fact type named in a norm; ``said`` is the word it was named with.

    ``event: T`` and its like are read as ``fact: T`` with ``said = "event"``, so that the
    compiler can check that the word agrees with the kind of the type.
    """

    fact: Name = doc("事实类型（词汇表中的名称）", "the fact type, as named in the vocabulary")
    said: FactWord = doc(
        "书写时使用的词（由读取程序填写）", "the word used, filled by the reader", "fact"
    )

    @model_validator(mode="before")
    @classmethod
    def _one_word(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if "said" in data:
            raise bad("未知的键 `said`", "unknown key `said`")
        words = [word for word in FACT_WORDS if word in data]
        if len(words) > 1:
            shown = ", ".join(f"`{word}`" for word in words)
            raise bad(f"{shown} 只能写一个", f"write only one of {shown}")
        if not words or words[0] == "fact":
            return data
        rest = {key: value for key, value in data.items() if key != words[0]}
        return {"fact": data[words[0]], "said": words[0], **rest}


class FactRef(FactUse):
    """A fact that marks a moment: where a scope starts or ends, what a series is for."""

    where: Feel | None = doc("筛选条件（FEEL）", "which of them (FEEL)", None)
    at: Name | None = doc("取作时间的字段，默认该类型的时间", "field taken as its time", None)


class _MatchShape:
    """Annotation: ``*`` as the whole, or as one value, asks for no agreement."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(cls.read, handler(source))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        path = {"type": "string", "maxLength": 200}
        return {"anyOf": [{"const": "*"}, {"type": "object", "additionalProperties": path}]}

    @staticmethod
    def read(value: Any) -> Any:
        """Leave out what asks for no agreement."""
        if value == "*":
            return {}
        if isinstance(value, dict) and "*" in value.values():
            return {own: path for own, path in value.items() if path != "*"}
        return value


Match = Annotated[dict[FieldPath, FieldPath], _MatchShape]


class EachFact(FactUse):
    """The facts for which a content must hold, or for which there is one series or instance."""

    where: Feel | None = doc("筛选条件（FEEL）", "which of them (FEEL)", None)
    match: Match = doc("与触发事实一致的字段", "own field -> path that must be equal", {})
    at: Name | None = doc("取作时间的字段", "field taken as its time", None)
    key: Name | None = doc("命名实例的字段，默认事实编号", "field naming the instance", None)


# --- triggers --------------------------------------------------------------------------------


class FactTrigger(FactUse):
    """One instance for each picked fact."""

    where: Feel | None = doc("筛选条件（FEEL）", "which facts trigger (FEEL)", None)
    at: Name | None = doc("作为起算点的字段，默认该类型的时间", "field used as anchor", None)
    pick: Literal["all", "first", "latest"] = doc(
        "取全部、最早或最新", "which of them count", "all"
    )
    key: Name | None = doc("命名实例的字段，默认事实编号", "field naming the instance", None)


class Group(FactUse):
    """Facts that belong together by the value of one field."""

    by: Name = doc("分组字段", "the field that groups them")
    needs: Items[Feel] = doc("每一项都要有事实满足", "each must have a fact", min_length=1)
    at: Name | None = doc("作为起算点的字段", "field used as anchor", None)
    where: Feel | None = doc("筛选条件（FEEL）", "which facts take part (FEEL)", None)


class GroupTrigger(Model):
    """One instance for each value of a field, once every need has a fact."""

    group: Group = doc("分组", "the grouping")


class OutcomeTrigger(Model):
    """One instance for each instance of another norm in one of the given states."""

    outcome: Id = doc("另一条规范的编号", "the id of the other norm")
    is_: Items[OutcomeWord] = doc("其状态", "its states", alias="is", min_length=1)


class CaseTrigger(Model):
    """One instance for the case, anchored at its start."""

    case: Literal["start"] = doc("固定写 start", "always `start`", "start")


def _trigger_kind(value: Any) -> str:
    if isinstance(value, dict):
        for key, tag in (("group", "<group>"), ("outcome", "<outcome>"), ("case", "<case>")):
            if key in value:
                return tag
        return "<fact>"
    return _TRIGGER_TAGS.get(type(value), "<fact>")


_TRIGGER_TAGS: dict[type, str] = {
    FactTrigger: "<fact>",
    GroupTrigger: "<group>",
    OutcomeTrigger: "<outcome>",
    CaseTrigger: "<case>",
}
Trigger = Annotated[
    Annotated[FactTrigger, Tag("<fact>")]
    | Annotated[GroupTrigger, Tag("<group>")]
    | Annotated[OutcomeTrigger, Tag("<outcome>")]
    | Annotated[CaseTrigger, Tag("<case>")],
    Discriminator(_trigger_kind),
]
CASE_START = CaseTrigger(case="start")


# --- contents --------------------------------------------------------------------------------


class FactContent(FactUse):
    """An act: a fact of a type, filtered, and correlated with the trigger."""

    where: Feel | None = doc("筛选条件（FEEL）", "which facts count (FEEL)", None)
    match: Match = doc("与触发事实一致的字段", "own field -> path of trigger, each or period", {})
    at: Name | None = doc("取作时间的字段", "field taken as the time of the act", None)


class AllContent(Model):
    """Met when the last of its parts is met."""

    all: Items["Content"] = doc("全部都要满足", "all of these", min_length=1)


class AnyContent(Model):
    """Met when the first of its parts is met."""

    any: Items["Content"] = doc("满足其一即可", "any of these", min_length=1)


class EachContent(Model):
    """Met when the content is met for every fact of a type."""

    each: EachFact = doc("对每个这样的事实（以 each 称之）", "for every such fact, named `each`")
    content: "Content" = doc("要满足的内容", "what must be met for it")
    empty: Literal["met", "unmet"] = doc("没有这样的事实时", "what holds if there is none", "unmet")


def _content_kind(value: Any) -> str:
    if isinstance(value, dict):
        for key in ("all", "any", "each"):
            if key in value:
                return f"<{key}>"
        return "<fact>"
    return _CONTENT_TAGS.get(type(value), "<fact>")


_CONTENT_TAGS: dict[type, str] = {
    FactContent: "<fact>",
    AllContent: "<all>",
    AnyContent: "<any>",
    EachContent: "<each>",
}
Content = Annotated[
    Annotated[FactContent, Tag("<fact>")]
    | Annotated[AllContent, Tag("<all>")]
    | Annotated[AnyContent, Tag("<any>")]
    | Annotated[EachContent, Tag("<each>")],
    Discriminator(_content_kind),
]
AllContent.model_rebuild()
AnyContent.model_rebuild()
EachContent.model_rebuild()


class Scope(Model):
    """From when to when a norm holds; a missing end is the case's."""

    from_: FactRef | None = doc("起点", "where it starts", None, alias="from")
    to: FactRef | None = doc("终点", "where it ends", None)
