"""The diagnostics of reading facts: codes E401 to E449, W450 to W459, and I460."""

from __future__ import annotations

from stdrules.base.diagnostics import Severity, register

_E = Severity.ERROR
_W = Severity.WARNING

BAD_VALUE = register(
    "E401", _E, "值无法读取", "value cannot be read",
    "单元格或字段的值不是词汇表规定的类型；整行搁置，不猜测。",
    "a cell or field does not hold the type that the vocabulary gives it; the whole row is set "
    "aside, nothing is guessed",
)  # fmt: skip
UNKNOWN_TYPE = register(
    "E402", _E, "未知的事实类型", "unknown fact type",
    "事实类型在 vocabulary.yaml 中声明。", "fact types are declared in vocabulary.yaml",
)  # fmt: skip
UNKNOWN_FIELD = register(
    "E403", _E, "未知的字段", "unknown field",
    "事实只含其类型声明的字段；拼写错误的字段不会被忽略。",
    "a fact has the fields of its type only; a misspelt one is never skipped silently",
)  # fmt: skip
SHAPE = register(
    "E404", _E, "记录的形状不符", "wrong shape of a record",
    "每条记录是键和值：事实有 type，撤回有 withdraws，豁免有 waiver，暂停有 suspension，"
    "完整性声明有 complete。",
    "a record is keys and values: a fact has `type`, a withdrawal `withdraws`, a waiver `waiver`, "
    "a suspension `suspension`, a statement of completeness `complete`",
)  # fmt: skip
DISAGREE = register(
    "E405", _E, "同一内容两处不一致", "two values that must agree",
    "`at` 与时间字段、`case` 与个案字段是同一内容，两处都写时必须相同。",
    "`at` and the time field are one thing, and so are `case` and the case field; given twice, "
    "they must agree",
)  # fmt: skip
NO_CASE = register(
    "E406", _E, "不属于任何个案", "no case",
    "没有个案编号，或按链接找不到所指的记录；该事实不计入任何个案。",
    "there is no case id, or the record that its link names is not there; the fact counts in "
    "no case",
)  # fmt: skip
SEVERAL_CASES = register(
    "E407", _E, "所属个案不确定", "the case is in doubt",
    "链接所指的记录分属不同个案；请写明个案编号。",
    "the records that the link names lie in different cases; give the case id",
)  # fmt: skip
SAME_ID = register(
    "E408", _E, "编号相同而内容不同", "one id, two contents",
    "同一编号的内容不同，又未注明更正；各行都搁置。",
    "rows with one id differ and none is marked as a correction; all of them are set aside",
)  # fmt: skip
CORRECTION = register(
    "E409", _E, "更正有误", "wrong correction",
    "更正须指向同一类型的事实，且不得循环。",
    "a correction names a fact of its own type, and corrections do not go in circles",
)  # fmt: skip
JSON_SYNTAX = register(
    "E410", _E, "JSON 有误", "broken JSON",
    "每行一个 JSON 对象；不允许重复的键、NaN、Infinity 和过大的数。",
    "each line is one JSON object; duplicate keys, NaN, Infinity and huge numbers are refused",
)  # fmt: skip
ENCODING = register(
    "E411", _E, "字符编码无法识别", "unknown character encoding",
    "文本文件须为 UTF-8 或 GB 18030。", "text files are UTF-8 or GB 18030",
)  # fmt: skip
NO_FILE = register(
    "E412", _E, "文件无法读取", "file cannot be read",
    "文件不存在、不可读，或不是所支持的格式。",
    "the file does not exist, cannot be opened, or is of no supported format",
)  # fmt: skip
UNSAFE_FILE = register(
    "E413", _E, "文件不安全或过大", "unsafe or oversized file",
    "工作簿至多 200 个部件、压缩比 100，任一工作表读入时不超过可用内存；不含宏以外的链接和声明。",
    "a workbook has at most 200 parts, packed at most 100 times, and each sheet fits into the "
    "memory that there is for it",
)  # fmt: skip
BAD_SHEET = register(
    "E414", _E, "工作表无法读取", "sheet cannot be read",
    "表头缺失或重复，或工作表已损坏。", "the headings are missing or repeated, or it is damaged",
)  # fmt: skip
ERROR_CELL = register(
    "E415", _E, "单元格没有值", "cell without a value",
    "单元格是错误值，或其公式没有保存结果。",
    "the cell holds an error, or a formula whose result was not saved",
)  # fmt: skip
RAGGED = register(
    "E416", _E, "行比表头长", "row longer than the headings",
    "多出的单元格没有表头，多为分隔符或引号错误。",
    "the surplus cells have no heading; often a separator or a quote is wrong",
)  # fmt: skip
MAPPING = register(
    "E420", _E, "映射有误", "wrong mapping",
    "映射文件须符合 docs/mapping.md，所指的表、表头、类型和字段须存在。",
    "a mapping follows docs/mapping.md; its sheets, headings, types and fields must exist",
)  # fmt: skip
AMBIGUOUS = register(
    "E421", _E, "表头含义不唯一", "ambiguous heading",
    "一个表头可指多个字段，或多个表头指同一字段；请在映射中写明。",
    "a heading may mean several fields, or several mean one; settle it in a mapping",
)  # fmt: skip
UNMAPPED = register(
    "W450", _W, "未识别的工作表", "sheet not recognised",
    "工作表未对应任何事实类型，未读取。", "the sheet matches no fact type and was not read",
)  # fmt: skip
NO_TIME = register(
    "W451", _W, "没有时间", "no time",
    "事实的时间为空，发生于何时不确定。", "the time is blank: when it happened is unknown",
)  # fmt: skip
NO_TARGET = register(
    "W452", _W, "所指的事实不存在", "names a fact that is not there",
    "更正或撤回指向数据中没有的编号。", "a correction or withdrawal names an id that is not there",
)  # fmt: skip
