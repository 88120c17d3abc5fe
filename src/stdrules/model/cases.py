"""The tests that a ruleset carries: facts, and what must come out."""

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from stdrules.model.base import Id, Items, Model, Name, Number, Whole, Words, doc


class ScoreRange(Model):
    """The interval in which the points of an indicator must lie, exactly."""

    lo: Number | None = doc("下限", "lowest possible points", None)
    hi: Number | None = doc("上限", "highest possible points", None)
    grade: Words | None = doc("等级", "the grade", None)
    state: Words | None = doc("状态", "its state", None)


class NormExpectation(Model):
    """A row of a norm that must come out."""

    norm: Id = doc("规范编号", "the id of the norm")
    state: Words | None = doc("状态", "its state", None)
    key: Words | None = doc("实例名", "which instance", None)
    case: Words | None = doc("个案编号", "in which case", None)
    due: Words | None = doc("到期", "when it is due", None)
    met_at: Words | None = doc("履行时间", "when it was met", None)
    late_by: Words | None = doc("迟了多久", "how late", None)
    missing: Items[Words] = doc("缺少的项目（所含文字）", "texts of the missing items", ())
    progress: Words | None = doc("进度", "the progress", None)
    violation: Words | None = doc("是否违反（true/false）", "whether it is a violation", None)
    count: Whole = doc("有几行符合", "how many rows must fit", 1)


class ScoreExpectation(Model):
    """A score that must come out."""

    scorecard: Id = doc("评分表编号", "the id of the scorecard")
    case: Words | None = doc("个案编号", "in which case", None)
    lo: Number | None = doc("总分下限", "lowest possible total", None)
    hi: Number | None = doc("总分上限", "highest possible total", None)
    outcome: Words | None = doc("结论", "the outcome", None)
    vetoes: dict[Id, Words] = doc("各否决项", "state of each veto", {})
    conditions: dict[Id, Words] = doc("各基本条件", "state of each condition", {})
    indicators: dict[Id, ScoreRange] = doc("各指标得分", "points of each indicator", {})
    groups: dict[Id, ScoreRange] = doc("各组得分", "points of each group", {})
    missing: Items[Words] = doc("缺少的项目（所含文字）", "texts of the missing items", ())


Expectation = Annotated[
    Annotated[NormExpectation, Tag("<norm>")] | Annotated[ScoreExpectation, Tag("<scorecard>")],
    Discriminator(
        lambda v: (
            "<scorecard>"
            if (isinstance(v, dict) and "scorecard" in v) or isinstance(v, ScoreExpectation)
            else "<norm>"
        )
    ),
]


class TestCase(Model):
    """One test of a ruleset. Facts stay raw: intake reads them like any other facts."""

    __test__ = False

    case: Words = doc("测试名称", "the name of the test")
    clause: Words | None = doc("条款号", "the clause", None)
    as_of: Words = doc("评价时点", "an instant, or a day: its end")
    known_at: Words | None = doc("已知时点", "what was known then", None)
    readings: dict[Name, Name] = doc("解读", "readings chosen", {})
    parameters: dict[Name, str | None] = doc("参数", "parameters given", {})
    facts: Items[dict[str, Any]] = doc("事实", "the facts", ())
    expect: Items[Expectation] = doc("期望", "what must come out", min_length=1)


class CasesFile(Model):
    """A file of cases/."""

    cases: Items[TestCase] = doc("测试", "the tests")
