"""The vocabulary: fact types and their fields, with the headings under which exports print them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Tag, model_validator

from stdrules.base.text import Text
from stdrules.model.base import Flag, Items, Model, Name, TextPair, Words, bad, doc

FieldType = Literal[
    "text", "choice", "number", "boolean", "date", "moment", "duration", "texts", "choices"
]
Kind = Literal["event", "document", "state", "assessment", "plan"]
JUDGEMENT = "judgement"


class ChoiceValue(Model):
    """One value of a choice: its printed forms."""

    zh: Words = doc("中文写法", "how it is printed in Chinese")
    en: Words = doc("英文写法", "how it is printed in English")
    aliases: Items[Words] = doc("其他写法", "other ways to write it", ())

    @property
    def label(self) -> Text:
        """The two printed forms as one text."""
        return Text(self.zh, self.en)


class FieldSpec(Model):
    """One field of a fact type."""

    type: FieldType = doc("字段类型", "the type of its values")
    label: TextPair = doc("表头", "its printed heading")
    aliases: Items[Words] = doc("其他表头", "other headings", ())
    values: dict[Words, ChoiceValue] | None = doc("可选的值", "the values of a choice", None)

    @model_validator(mode="after")
    def _values_of_choices(self) -> Self:
        if (self.type in ("choice", "choices")) != bool(self.values):
            raise bad(
                "choice 与 choices 须有 values，其他类型不得有",
                "`values` belongs to the types choice and choices, and is needed there",
            )
        return self


class Link(Model):
    """From a fact to the newest fact of another type whose field is equal."""

    type: Name = doc("所指的事实类型", "the type it points to")
    by: Name = doc("本类型的字段", "own field that holds the key")
    key: Name | None = doc("对方的字段，默认同名", "its field, by default of the same name", None)


class CaseLink(Model):
    """The case of a fact is that of the fact it is linked to."""

    link: Name = doc("链接名", "the link to follow")


CaseSource = Annotated[
    Annotated[Name, Tag("<field>")] | Annotated[CaseLink, Tag("<link>")],
    Discriminator(lambda value: "<field>" if isinstance(value, str) else "<link>"),
]


def _case_kind(value: Any) -> str:
    if isinstance(value, str):
        return "<field>"
    if isinstance(value, CaseLink) or (isinstance(value, dict) and set(value) == {"link"}):
        return "<link>"
    return "<by case type>"


CaseSources = Annotated[
    Annotated[Name, Tag("<field>")]
    | Annotated[CaseLink, Tag("<link>")]
    | Annotated[dict[Name, CaseSource], Tag("<by case type>")],
    Discriminator(_case_kind),
]


class FactType(Model):
    """A fact type: what it is called, when it happened, to which case it belongs, its fields."""

    kind: Kind = doc("种类", "what kind of fact it is")
    label: TextPair = doc("名称（表名）", "its printed name")
    aliases: Items[Words] = doc("其他表名和表头", "other names of its sheets", ())
    time: Name | None = doc("时间字段", "the field that is its time", None)
    announced: Name | None = doc(
        "计划宣布时间的字段", "for plans: the field that says when it was announced", None
    )
    case: CaseSources | None = doc(
        "个案编号的字段、链接，或按个案类型", "field, link, or one a case type", None
    )
    completeness: Literal["closed", "open"] = doc("是否登记齐全", "complete up to as-of", "closed")
    single: Flag = doc("每个个案至多一个", "at most one a case", False)
    fields: dict[Name, FieldSpec] = doc("字段", "its fields", min_length=1)
    links: dict[Name, Link] = doc("链接", "links to other types", {})

    def case_source(self, case_type: str, default_case_type: str) -> str | CaseLink | None:
        """Tell where a fact of this type names its case of `case_type`.

        Args:
            case_type: A case type of the ruleset.
            default_case_type: The ruleset's first case type, meant by a plain `case:`.

        Returns:
            A field name, a link, or None: visible in every case of that type.
        """
        if self.case is None:
            return None
        if isinstance(self.case, Mapping):
            return self.case.get(case_type)
        return self.case if case_type == default_case_type else None


def _judgement() -> FactType:
    def field(kind: str, zh: str, en: str, *aliases: str) -> dict[str, Any]:
        return {"type": kind, "label": {"zh": zh, "en": en}, "aliases": list(aliases)}

    return FactType.model_validate(
        {
            "kind": "assessment",
            "label": {"zh": "判断记录", "en": "judgement"},
            "aliases": ["人工判断", "评判记录"],
            "time": "judged_at",
            "fields": {
                "norm": field("text", "规范编号", "norm", "规范"),
                "element": field("text", "要素编号", "element", "要素"),
                "subject": field("text", "判断对象", "subject", "对象编号"),
                "satisfied": field("boolean", "是否满足", "satisfied", "判断结果"),
                "by": field("text", "判断人", "judged by", "评判人"),
                "evidence": field("text", "判断依据", "evidence", "依据"),
                "judged_at": field("moment", "判断时间", "judged at", "判断日期"),
            },
        }
    )


JUDGEMENT_TYPE = _judgement()


# --- the files: what they say is put together before it becomes a vocabulary ------------------


class ValuePart(Model):
    """What a file says of one value of a choice."""

    zh: Words | None = doc("中文写法", "how it is printed in Chinese", None)
    en: Words | None = doc("英文写法", "how it is printed in English", None)
    aliases: Items[Words] = doc("其他写法", "other ways to write it", ())


class FieldPart(Model):
    """What a file says of one field; nothing: it is the common field of that name."""

    type: FieldType | None = doc("字段类型", "the type of its values", None)
    label: TextPair | None = doc("表头", "its printed heading", None)
    aliases: Items[Words] = doc("其他表头", "other headings", ())
    values: dict[Words, ValuePart] | None = doc("可选的值", "the values of a choice", None)


class TypePart(Model):
    """What a file says of one fact type; the rest is said by the shared vocabulary."""

    kind: Kind | None = doc("种类", "what kind of fact it is", None)
    label: TextPair | None = doc("名称（表名）", "its printed name", None)
    aliases: Items[Words] = doc("其他表名和表头", "other names of its sheets", ())
    time: Name | None = doc("时间字段", "the field that is its time", None)
    announced: Name | None = doc(
        "计划宣布时间的字段", "for plans: the field that says when it was announced", None
    )
    case: CaseSources | None = doc(
        "个案编号的字段、链接，或按个案类型", "field, link, or one a case type", None
    )
    completeness: Literal["closed", "open"] | None = doc(
        "是否登记齐全，默认 closed", "complete up to as-of; closed by default", None
    )
    single: Flag | None = doc("每个个案至多一个", "at most one a case", None)
    fields: dict[Name, FieldPart] = doc("字段", "its fields", {})
    links: dict[Name, Link] = doc("链接", "links to other types", {})


class SharedVocabulary(Model):
    """A file of types that several rulesets mean alike."""

    title: TextPair = doc("标题", "what it is about")
    fields: dict[Name, FieldPart] = doc("公共字段", "fields that several types have", {})
    types: dict[Name, TypePart] = doc("事实类型", "the fact types", min_length=1)


class VocabularyFile(Model):
    """The file vocabulary.yaml: types of its own, and what it adds to shared ones."""

    use: Items[Name] = doc("所用的共享词汇表", "the shared vocabularies it uses", ())
    fields: dict[Name, FieldPart] = doc("公共字段", "fields that several types have", {})
    types: dict[Name, TypePart] = doc("事实类型", "the fact types", {})


class Vocabulary(Model):
    """All fact types of a ruleset. The built-in type `judgement` is always among them."""

    types: dict[Name, FactType] = doc("事实类型", "the fact types")

    def with_builtin(self) -> "Vocabulary":
        """Return the vocabulary with the built-in types added."""
        return Vocabulary.model_construct(types={**self.types, JUDGEMENT: JUDGEMENT_TYPE})
