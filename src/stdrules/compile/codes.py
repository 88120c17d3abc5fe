"""The diagnostics of compiling: codes E301 to E316."""

from __future__ import annotations

from stdrules.base.diagnostics import Severity, register

_E = Severity.ERROR

UNKNOWN_TYPE = register(
    "E301", _E, "未知的事实类型", "unknown fact type",
    "词汇表中没有这个事实类型。", "the vocabulary has no such fact type",
)  # fmt: skip
UNKNOWN_FIELD = register(
    "E302", _E, "未知的字段", "unknown field",
    "该事实类型没有这个字段。", "the fact type has no such field",
)  # fmt: skip
WRONG_WORD = register(
    "E303", _E, "用词与种类不符", "the word does not agree with the kind",
    "event、document、state、assessment、plan 须与事实类型的种类一致；fact 总是可用。",
    "event, document, state, assessment and plan must agree with the kind of the type; "
    "fact fits all",
)  # fmt: skip
UNKNOWN_NORM = register(
    "E304", _E, "未知的规范", "unknown norm",
    "规则集中没有这条规范。", "the ruleset has no such norm",
)  # fmt: skip
CYCLE = register(
    "E305", _E, "规范互相触发", "norms trigger each other",
    "由结果触发的规范不能构成环。", "norms that are triggered by outcomes must not form a ring",
)  # fmt: skip
UNKNOWN_CASE = register(
    "E306", _E, "未知的个案类型", "unknown case type",
    "ruleset.yaml 没有声明这个个案类型。", "ruleset.yaml declares no such case type",
)  # fmt: skip
MATCH = register(
    "E307", _E, "匹配有误", "broken match",
    "match 的左侧是该事实自己的字段，右侧以 trigger、each 或 period 开头，两侧类型须可比较。",
    "the left side of a match is an own field, the right side begins with trigger, each or "
    "period, and both must be comparable",
)  # fmt: skip
NOT_HERE = register(
    "E308", _E, "此处不能使用", "not possible here",
    "这种写法在此处没有意义。", "this has no meaning in this place",
)  # fmt: skip
FIELD_TYPE = register(
    "E309", _E, "字段类型不符", "field of the wrong type",
    "此处需要另一种类型的字段。", "the place needs a field of another type",
)  # fmt: skip
SCORE_SUM = register(
    "E310", _E, "分值之和不符", "points do not add up",
    "组的分值等于其指标之和，满分等于各组之和。",
    "the points of a group are the sum of its indicators, the maximum is the sum of the groups",
)  # fmt: skip
GRADES = register(
    "E311", _E, "等级分值不递减", "grades do not fall",
    "等级从高到低书写，分值依次递减。", "grades are listed from the best, each with fewer points",
)  # fmt: skip
THRESHOLD = register(
    "E312", _E, "及格线达不到", "the threshold cannot be reached",
    "及格线高于满分，或高于各指标之和。", "the threshold is above the maximum",
)  # fmt: skip
OUTSIDE = register(
    "E313", _E, "不在取值范围内", "not one of the declared values",
    "该字段只能取词汇表声明过的值。", "the field can only hold values that the vocabulary declares",
)  # fmt: skip
NO_TIME = register(
    "E314", _E, "没有时间", "no time",
    "此处需要知道事实发生的时间，而该类型没有时间字段。",
    "the place needs to know when the fact happened, and its type has no time field",
)  # fmt: skip
TWICE = register(
    "E315", _E, "编号重复", "an id is used twice",
    "编号（含规范的分项）必须唯一。", "ids, those of parts of norms included, are unique",
)  # fmt: skip
