"""The scorecard: indicators in groups, ratings, evidence, conditions, vetoes and a threshold."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Tag, model_validator

from stdrules.model.base import (
    DurationText,
    Feel,
    Flag,
    Id,
    Items,
    Model,
    Name,
    Number,
    Points,
    TextPair,
    Words,
    bad,
    doc,
)
from stdrules.model.common import Content, FactUse

Combine = Literal["latest", "mean", "median", "lowest", "highest"]
NotApplicable = Literal["never", "full", "zero", "normalise"]


class Threshold(Model):
    """How many points the outcome needs; the threshold itself is enough."""

    at_least: Number = doc("至少多少分", "points needed")
    outcome: Name = doc("达到后的结论", "what it leads to")
    clause: Words | None = doc("条款号", "the clause", None)


class Rating(FactUse):
    """The facts by which a person rates an indicator."""

    where: Feel | None = doc("筛选条件（FEEL）", "which ratings count (FEEL)", None)
    indicator: Name = doc("写明指标的字段", "the field that names the indicator")
    grade: Name | None = doc("等级字段", "the field of the grade", None)
    points: Name | None = doc("分值字段", "the field of the points", None)
    combine: Combine = doc("多次评定时取", "what several ratings give", "latest")

    @model_validator(mode="after")
    def _rates_something(self) -> Self:
        if self.grade is None and self.points is None:
            raise bad("需要 grade 或 points", "write `grade` or `points`, or both")
        return self


class EvidenceCondition(Model):
    """One condition on every piece of evidence."""

    id: Id = doc("条件编号", "the id of the condition")
    where: Feel = doc("条件（FEEL）", "condition on the piece (FEEL)")
    title: TextPair | None = doc("短标题", "a short title", None)


class Evidence(FactUse):
    """The facts that support an indicator."""

    where: Feel | None = doc("筛选条件（FEEL）", "which pieces count at all (FEEL)", None)
    indicator: Name = doc("写明指标的字段", "the field that names the indicator")
    type: Name | None = doc("写明材料种类的字段", "the field that names its type", None)
    conditions: Items[EvidenceCondition] = doc("材料须满足的条件", "what each must satisfy", ())
    missing: Literal["zero", "ignore"] = doc("没有合格材料时", "without good evidence", "zero")


class Declared(FactUse):
    """The boolean field of the newest such fact."""

    where: Feel | None = doc("筛选条件（FEEL）", "which facts count (FEEL)", None)
    value: Name = doc("是非字段", "its boolean field")
    at: Name | None = doc("取作时间的字段", "field taken as its time", None)


class Anchor(FactUse):
    """The fact from which a look-back counts."""

    where: Feel | None = doc("筛选条件（FEEL）", "which facts count (FEEL)", None)
    at: Name | None = doc("取作时间的字段", "field taken as its time", None)


class WhereCheck(Model):
    """True if the expression over the case is."""

    where: Feel = doc("条件（FEEL）", "condition over the case (FEEL)")


class DeclaredCheck(Model):
    """True if the newest declaration says so."""

    declared: Declared = doc("声明", "the declaration")


class NoneCheck(Model):
    """True if there is no such fact; with `look_back`, none so long up to the anchor's day."""

    none: Content = doc("不得有的事实", "what must not be there")
    look_back: DurationText | None = doc("往前看多久", "how far back", None)
    anchor: Anchor | None = doc("往前看的起算事实", "where it counts back from", None)

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.look_back is None) != (self.anchor is None):
            raise bad("look_back 与 anchor 须同时写", "`look_back` and `anchor` go together")
        return self


def _check_kind(value: Any) -> str:
    if isinstance(value, dict):
        for key in ("declared", "none"):
            if key in value:
                return f"<{key}>"
        return "<where>"
    if isinstance(value, DeclaredCheck):
        return "<declared>"
    return "<none>" if isinstance(value, NoneCheck) else "<where>"


Check = Annotated[
    Annotated[WhereCheck, Tag("<where>")]
    | Annotated[DeclaredCheck, Tag("<declared>")]
    | Annotated[NoneCheck, Tag("<none>")],
    Discriminator(_check_kind),
]


class Condition(Model):
    """An eligibility condition or a veto: satisfied if all its checks are true."""

    id: Id = doc("条件编号", "the id of the condition")
    clause: Words = doc("条款号", "the clause")
    title: TextPair = doc("短标题", "a short title")
    checks: Items[Check] = doc("全部须为真", "all of them must be true", min_length=1)


class Counted(Model):
    """So many points for each fact."""

    content: Content = doc("要数的事实", "what is counted")
    each: Points = doc("每个得几分", "points for each")


class Indicator(Model):
    """One row of the scorecard."""

    id: Id = doc("指标编号", "the id of the indicator")
    statement: Id | None = doc("台账条目", "its entry in the ledger", None)
    path: Items[Words] = doc("所属各级指标", "the levels above it", ())
    title: TextPair = doc("短标题", "a short title")
    kind: Literal["graded", "binary", "counted"] = doc("分级、是否或计数", "how it scores")
    grades: dict[Name, Points] | None = doc("各等级的分值", "points of each grade", None)
    points: Points = doc("最高分", "the most it gives")
    basis: Literal["rating", "evidence"] = doc("依评定或依材料", "what decides", "rating")
    needs_evidence: Flag = doc("评定须有材料支持", "a rating needs evidence too", True)
    evidence_types: Items[Words] = doc("每种至少一份", "at least one piece of each", ())
    counted: Counted | None = doc("计数方法", "what is counted", None)
    applies_when: Feel | None = doc("适用条件（FEEL）", "guard (FEEL over the case)", None)
    not_applicable: NotApplicable = doc("不适用时得分", "what it gives if it does not", "never")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name, kind in (("grades", "graded"), ("counted", "counted")):
            if (self.kind == kind) != (getattr(self, name) is not None):
                raise bad(
                    f"`{name}` 与 kind: {kind} 须同时出现", f"`{name}` goes with `kind: {kind}`"
                )
        if self.grades and max(self.grades.values()) != self.points:
            raise bad("最高等级的分值应等于 points", "the best grade must give `points`")
        return self


class IndicatorGroup(Model):
    """A group of indicators and the points it declares."""

    id: Id = doc("分组编号", "the id of the group")
    label: TextPair = doc("名称", "its name")
    points: Points | None = doc("声明的分值", "the points it declares", None)
    indicators: Items[Indicator] = doc("指标", "its indicators", min_length=1)


class Scorecard(Model):
    """A whole scorecard."""

    id: Id = doc("评分表编号", "the id of the scorecard")
    title: TextPair = doc("短标题", "a short title")
    clause: Words = doc("条款号", "the clause")
    case: Name | None = doc("个案类型，默认第一种", "case type, by default the first", None)
    when: Feel | None = doc("适用条件（FEEL）", "guard (FEEL over the case)", None)
    maximum: Points | None = doc("满分", "the most it gives", None)
    threshold: Threshold | None = doc("及格线", "what is needed", None)
    rating: Rating | None = doc("评定记录", "the facts that rate", None)
    evidence: Evidence | None = doc("佐证材料", "the facts that support", None)
    conditions: Items[Condition] = doc("基本条件", "eligibility conditions", ())
    vetoes: Items[Condition] = doc("一票否决项（真为满足）", "vetoes; true = satisfied", ())
    groups: Items[IndicatorGroup] = doc("指标分组", "groups of indicators", min_length=1)
    readings: Items[Name] = doc("另外依据的解读", "further readings it rests on", ())
    parameters: Items[Name] = doc("另外依据的参数", "further parameters it rests on", ())

    @property
    def indicators(self) -> Iterator[Indicator]:
        """All indicators, in their order."""
        return (row for group in self.groups for row in group.indicators)

    @model_validator(mode="after")
    def _distinct_ids(self) -> Self:
        for items in (self.groups, [*self.conditions, *self.vetoes], list(self.indicators)):
            ids = [item.id for item in items]
            twice = next((name for name in ids if ids.count(name) > 1), None)
            if twice is not None:
                raise bad(f"编号 `{twice}` 重复", f"the id `{twice}` is used twice")
        rated = (row.kind != "counted" and row.basis == "rating" for row in self.indicators)
        if self.rating is None and any(rated):
            raise bad("缺少 rating：有指标须评定", "`rating` is missing: indicators need it")
        return self


class ScorecardFile(Model):
    """The file scorecard.yaml."""

    scorecard: Scorecard = doc("评分表", "the scorecard")
