"""The diagnostics of reading a ruleset: codes E101 to E169, and W131."""

from __future__ import annotations

from stdrules.base.diagnostics import Severity, register

_E = Severity.ERROR
_W = Severity.WARNING

ENCODING = register(
    "E101", _E, "字符编码有误", "unreadable characters",
    "文件必须是 UTF-8 文本，不含控制字符。", "a file must be UTF-8 text without control characters",
)  # fmt: skip
TOO_LARGE = register(
    "E102", _E, "文件过大", "file too large",
    "每个文件至多 1 MiB，请按章拆分。", "a file has at most 1 MiB; split it by chapters",
)  # fmt: skip
SYNTAX = register(
    "E103", _E, "YAML 语法错误", "broken YAML",
    "该处无法按 YAML 读取，其后的内容未检查。",
    "the place cannot be read as YAML; what follows was not checked",
)  # fmt: skip
TOO_DEEP = register(
    "E104", _E, "嵌套过深", "nested too deeply",
    "嵌套至多 40 层。", "at most 40 levels are read",
)  # fmt: skip
TOO_MANY = register(
    "E105", _E, "内容过多", "too many values",
    "每个文件至多 50,000 个值。", "a file has at most 50,000 values",
)  # fmt: skip
TOO_LONG = register(
    "E106", _E, "文本过长", "text too long",
    "单个值至多 65,536 个字符。", "one value has at most 65,536 characters",
)  # fmt: skip
ALIAS = register(
    "E107", _E, "不允许锚点和别名", "anchors and aliases are refused",
    "锚点（&）和别名（*）会使文件难以核对，请直接写出内容；以 * 或 & 开头的文本请加引号。",
    "anchors (&) and aliases (*) make a file hard to review; write the value out, "
    "and put text that begins with * or & in quotes",
)  # fmt: skip
TAG = register(
    "E108", _E, "不允许标签", "tags are refused",
    "值的类型由格式决定，不由标签（!）决定。", "the format types a value, not a tag (!)",
)  # fmt: skip
DUPLICATE = register(
    "E109", _E, "键重复", "duplicate key",
    "同一映射中每个键只能出现一次。", "a key stands once in a mapping",
)  # fmt: skip
BAD_KEY = register(
    "E110", _E, "键不是文本", "a key is not text",
    "键必须是非空文本。", "a key is text and not empty",
)  # fmt: skip
DOCUMENTS = register(
    "E111", _E, "多个文档", "more than one document",
    "一个文件只含一个 YAML 文档。", "a file holds one YAML document",
)  # fmt: skip
NOT_A_MAPPING = register(
    "E112", _E, "文件不是映射", "the file is not a mapping",
    "文件最外层是键和值。", "the outermost level of a file is keys and values",
)  # fmt: skip
UNKNOWN_KEY = register(
    "E120", _E, "未知的键", "unknown key",
    "该处不认识这个键；拼写错误的键不会被忽略。",
    "the key means nothing here; a misspelt key is never skipped silently",
)  # fmt: skip
MISSING_KEY = register(
    "E121", _E, "缺少键", "missing key",
    "该处必须写出这个键。", "the key is needed here",
)  # fmt: skip
WRONG_SHAPE = register(
    "E122", _E, "形状不符", "wrong shape",
    "该处应为映射、列表或文本中的另一种。", "a mapping, a list or a text is expected, not this",
)  # fmt: skip
NOT_ALLOWED = register(
    "E123", _E, "取值不在允许之列", "value not allowed",
    "该处只接受列出的值。", "only the listed values are accepted here",
)  # fmt: skip
BAD_VALUE = register(
    "E124", _E, "值无法读取", "value cannot be read",
    "数字、日期、时长、名称等有固定写法；若值在解读的某一取值下出错，消息会指出。",
    "numbers, dates, durations and names are written in fixed ways; if it goes wrong under one "
    "alternative of a reading, the message says which",
)  # fmt: skip
NO_FILE = register(
    "E130", _E, "缺少文件", "missing file",
    "规则集至少有 ruleset.yaml、vocabulary.yaml、clauses.yaml 和 norms/。",
    "a ruleset has at least ruleset.yaml, vocabulary.yaml, clauses.yaml and norms/",
)  # fmt: skip
OTHER_FILE = register(
    "W131", _W, "未读取的文件", "file not read",
    "规则集文件夹中只读取已知名称的文件。", "only files of the known names are read",
)  # fmt: skip
OUTSIDE = register(
    "E132", _E, "链接或越界路径", "a link or a path outside",
    "不跟随链接，也不读取文件夹以外的文件。", "links are not followed, nothing outside is read",
)  # fmt: skip
UNKNOWN_READING = register(
    "E140", _E, "未声明的解读", "unknown reading",
    "解读在 ruleset.yaml 的 readings 中声明。", "readings are declared in ruleset.yaml",
)  # fmt: skip
ALTERNATIVES = register(
    "E141", _E, "解读取值不全", "alternatives do not agree",
    "开关必须恰好列出该解读的全部取值。", "a switch lists exactly the alternatives of its reading",
)  # fmt: skip
UNKNOWN_PARAMETER = register(
    "E142", _E, "未声明的参数", "unknown parameter",
    "参数在 ruleset.yaml 的 parameters 中声明。", "parameters are declared in ruleset.yaml",
)  # fmt: skip
TWICE = register(
    "E143", _E, "编号重复", "the same id twice",
    "同一规则集中规范编号、台账条目编号各不相同。",
    "ids of norms, and of ledger entries, differ within a ruleset",
)  # fmt: skip
VOCABULARY = register(
    "E150", _E, "词汇表内部不一致", "the vocabulary does not agree with itself",
    "时间字段、个案字段和链接必须指向已声明的字段和类型。",
    "time, case and links point to declared fields and types",
)  # fmt: skip
CONTRADICTS = register(
    "E151", _E, "与共享词汇表矛盾", "the shared vocabulary is contradicted",
    "规则集可以给共享类型增加字段、取值、别名，也可以换成本文件的印刷名称，但不得改变其含义。",
    "a ruleset may give a shared type further fields, values and aliases, and the names that its "
    "document prints; it must not change what the type means",
)  # fmt: skip
NO_VOCABULARY = register(
    "E152", _E, "没有该共享词汇表", "no such shared vocabulary",
    "共享词汇表是规则集文件夹旁 _vocabularies 中的 YAML 文件，或已安装包中的同名文件。",
    "a shared vocabulary is a YAML file in _vocabularies beside the ruleset's folder, or the file "
    "of that name in an installed package",
)  # fmt: skip
TWO_VOCABULARIES = register(
    "E153", _E, "两个共享词汇表重复", "two shared vocabularies declare the same",
    "一个类型或公共字段只能由一个所用的共享词汇表声明。",
    "a type or a common field is declared by one of the shared vocabularies used",
)  # fmt: skip
NO_RULESET = register(
    "E160", _E, "没有该规则集", "no such ruleset",
    "规则集按编号在已安装的包中查找，或按文件夹路径读取。",
    "a ruleset is found by its id among the installed packages, or by the path of its folder",
)  # fmt: skip
CLASH = register(
    "E161", _E, "多个版本同时有效", "two editions at once",
    "同一编号的多个文件夹按文件有效期选择；所给日期有不止一个有效。",
    "folders with one id are chosen by document.in_force; on that day more than one holds",
)  # fmt: skip
HOLE = register(
    "E162", _E, "该日没有有效版本", "no edition on that day",
    "该编号的规则集在所给日期都未生效或已失效。",
    "none of the editions with that id is in force on that day",
)  # fmt: skip
