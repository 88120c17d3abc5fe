"""The diagnostics of checking: codes E320 to E339, W340 to W359."""

from __future__ import annotations

from stdrules.base.diagnostics import Severity, register

_E = Severity.ERROR
_W = Severity.WARNING

STATEMENTS = register(
    "E320", _E, "陈述总数不符", "the number of statements is off",
    "台账的条目数应等于 expected_statements。",
    "the entries of the ledger must be as many as expected_statements says",
)  # fmt: skip
LEDGER_NORM = register(
    "E321", _E, "台账引用了不存在的规范", "the ledger names a norm that is not there",
    "norms 写规范编号、评分表/指标、评分表/条件或评分表。",
    "`norms` holds ids of norms, scorecard/indicator, scorecard/condition or scorecard",
)  # fmt: skip
NOT_IN_LEDGER = register(
    "E322", _E, "台账中没有的规范", "a norm that is not in the ledger",
    "每条规范和评分项都须由台账的一条陈述引用。",
    "every norm and every row of a scorecard is named by a statement of the ledger",
)  # fmt: skip
LEDGER_STATUS = register(
    "E323", _E, "台账状态不一致", "the status does not fit",
    "encoded 与 assisted 需要 norms；assisted 还需要 question 和 judgement 要素；"
    "not_evaluable 与 informative 需要 reason。",
    "encoded and assisted need norms, assisted a question and a judgement element too; "
    "not_evaluable and informative need a reason",
)  # fmt: skip
LEDGER_NAME = register(
    "E324", _E, "台账引用了未声明的名称", "the ledger names something not declared",
    "readings 与 parameters 须在 ruleset.yaml 中声明。",
    "readings and parameters are declared in ruleset.yaml",
)  # fmt: skip
STATEMENT = register(
    "E325", _E, "指标所属陈述不存在", "the statement of an indicator is not there",
    "指标的 statement 须是台账中的条目。",
    "the statement of an indicator is an entry of the ledger",
)  # fmt: skip
EMPTY_TEXT = register(
    "E326", _E, "缺少一种语言", "a language is missing",
    "面向使用者的文字须有中文和英文。", "texts for people are given in Chinese and English",
)  # fmt: skip
HEADING = register(
    "E327", _E, "写法有歧义", "an ambiguous heading or value",
    "同一类型内，一个表头只能指一个字段，一种写法只能指一个取值。",
    "within a type a heading means one field, and a printed form means one value",
)  # fmt: skip
CASE_NAME = register(
    "E328", _E, "测试引用了不存在的名称", "a test names something that is not there",
    "测试中的规范、评分表、指标、事实类型和状态须存在。",
    "norms, scorecards, indicators, fact types and states named in a test must exist",
)  # fmt: skip
LINK_TARGET = register(
    "E329", _E, "对应的陈述不存在", "a corresponding statement that is not there",
    "corresponds_to 写另一规则集台账中的条目编号。",
    "`corresponds_to` names an entry of the other ruleset's ledger",
)  # fmt: skip
LINK_MUTUAL = register(
    "E330", _E, "对应关系不是相互的", "a correspondence that the other side does not say",
    "两个台账须相互写出对应关系，关系（same 或 changed）也须相同。",
    "both ledgers say that two statements correspond, and both say same or both say changed",
)  # fmt: skip
UNUSED_READING = register(
    "W340", _W, "未使用的解读", "a reading that nothing uses",
    "没有规范或评分表依据它。", "no norm and no scorecard rests on it",
)  # fmt: skip
UNUSED_PARAMETER = register(
    "W341", _W, "未使用的参数", "a parameter that nothing uses",
    "没有规范或评分表依据它。", "no norm and no scorecard rests on it",
)  # fmt: skip
UNUSED_TYPE = register(
    "W342", _W, "未使用的事实类型", "a fact type that nothing uses",
    "没有规范、评分表、个案或链接提到它。",
    "no norm, scorecard, case type or link mentions it",
)  # fmt: skip
SHEET_NAME = register(
    "W343", _W, "表名有歧义", "a sheet name that means two types",
    "两个事实类型有同样的名称或别名，导入时须指明。",
    "two fact types share a name or an alias; an import has to be told which is meant",
)  # fmt: skip
TWICE = register(
    "W344", _W, "重复的写法", "a heading listed twice",
    "同一个表头写了两次。", "the same heading is listed twice",
)  # fmt: skip
NO_FULFILLED = register(
    "W350", _W, "缺少履行的测试", "no test where it is fulfilled",
    "每条规范应有一个履行的测试。", "every norm should have a test where it is fulfilled",
)  # fmt: skip
NO_VIOLATED = register(
    "W351", _W, "缺少违反的测试", "no test where it is violated",
    "每条规范应有一个违反的测试。", "every norm should have a test where it is violated",
)  # fmt: skip
NO_BOUNDARY = register(
    "W352", _W, "缺少边界的测试", "no test at the boundary",
    "有期限或次数的规范应至少有三个测试，其中有边界。",
    "a norm with a due or a count should have at least three tests, boundaries among them",
)  # fmt: skip
NO_UNDETERMINED = register(
    "W353", _W, "缺少无法判定的测试", "no test where it is undetermined",
    "资料不全时的结果也应有测试。", "what comes out of incomplete facts should be tested too",
)  # fmt: skip
SCORE_CASES = register(
    "W354", _W, "评分测试不足", "too few tests of the scorecard",
    "评分表应有通过、不通过、无法判定和恰在及格线的测试。",
    "a scorecard should have tests that pass, fail, are undetermined and are at the threshold",
)  # fmt: skip
