"""Errors of the expression language: codes E200 to E219, one constructor per code.

Every constructor gives a `Diagnostic` that points into the expression; `FeelError`
carries one or more of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stdrules.base.diagnostics import Diagnostic, Severity, Span, did_you_mean, make, register
from stdrules.base.errors import StdrulesError
from stdrules.feel.types import Type

__all__ = ["BudgetError", "FeelError", "Source"]


class FeelError(StdrulesError):
    """An expression cannot be used; the diagnostics say where and why."""


class BudgetError(StdrulesError):
    """An evaluation needed more steps or room than an expression may use (E214)."""


_CODES = (
    ("E201", "未知名称", "unknown name", "表达式使用了作用域中没有的名称。",
     "The expression uses a name that is not in scope."),
    ("E202", "语法错误", "syntax error", "表达式不符合 FEEL 语法。",
     "The text is not a FEEL expression."),
    ("E203", "类型不可比较", "kinds that cannot be compared",
     "两侧的类型不同，比较永远不会成立，多半是笔误。",
     "The two sides are of different kinds, so the comparison could never hold: a likely slip."),
    ("E204", "运算符不适用", "operator not defined here", "该运算符没有为这些类型定义。",
     "The operator is not defined for these types."),
    ("E205", "未知函数", "unknown function", "只能调用内置函数表中的函数。",
     "Only functions of the built-in table can be called."),
    ("E206", "参数个数或名称错误", "wrong number or names of arguments",
     "调用与函数的任何一种形式都不符。", "The call fits none of the forms of the function."),
    ("E207", "参数类型错误", "argument of the wrong type", "参数类型与函数的声明不符。",
     "The argument is not of the type that the function takes."),
    ("E208", "不在取值范围内", "value outside the declared choice",
     "该字段只能取声明过的值，这一比较永远不成立。",
     "The field can only hold declared values, so the comparison could never hold."),
    ("E209", "超出限制", "limit exceeded", "表达式的长度、嵌套深度或字面量超出限制。",
     "The text, the nesting or a literal is larger than the limits allow."),
    ("E210", "未知字段", "unknown field", "上下文中没有这个字段。",
     "The context has no such field."),
    ("E211", "结果类型不符", "result of another type than expected",
     "此处需要另一种类型的结果。", "The place asks for a result of another type."),
    ("E212", "不可读取时钟", "no clock in expressions",
     "表达式的值只取决于事实，不取决于运行的时间。",
     "The value of an expression depends on facts only, never on when it runs."),
    ("E213", "日期时间字面量无效", "invalid date, time or duration",
     "文本不是有效的日期、时间或时长。",
     "The text is not a valid date, time, date and time or duration."),
    ("E214", "超出求值预算", "evaluation budget used up",
     "求值所需的步数或空间超过上限，结果未知。",
     "The evaluation needs more steps or room than an expression may use."),
    ("E215", "不支持的写法", "construct not supported", "FEEL 标准中有，但此处不支持。",
     "Part of the standard language, but not supported here."),
    ("E216", "条件不是布尔值", "condition is not boolean", "此处需要真假值。",
     "A condition has to be true or false."),
)  # fmt: skip

for _code, _zh, _en, _zh_long, _en_long in _CODES:
    register(_code, Severity.ERROR, _zh, _en, _zh_long, _en_long)


@dataclass(frozen=True, slots=True)
class Source:
    """An expression's text and where it stands in a file, to build diagnostics from.

    Args:
        text: The whole expression.
        span: Where the expression begins; column 0 means unknown and counts as 1.
    """

    text: str
    span: Span

    def at(self, start: int, end: int) -> Span:
        """Give the place of the characters [start, end) of the text."""
        before = self.text[:start]
        line = self.span.line + before.count("\n") if self.span.line else 0
        first = max(self.span.column, 1)
        column = start + first if "\n" not in before else start - before.rfind("\n")
        width = max(end - start, 1)
        return Span(self.span.file, line, column, line, column + width)

    def excerpt(self, start: int) -> str:
        """Give the line of text around an offset, indented to its column in the file."""
        begin = self.text.rfind("\n", 0, start) + 1
        stop = self.text.find("\n", start)
        line = self.text[begin : stop if stop >= 0 else len(self.text)]
        return line if begin else " " * (max(self.span.column, 1) - 1) + line

    def report(
        self, code: str, start: int, end: int, zh: str, en: str, hint_zh: str | None = None,
        hint_en: str | None = None,
    ) -> Diagnostic:  # fmt: skip
        """Build a diagnostic that points at the characters [start, end)."""
        return make(
            code, self.at(start, end), zh=zh, en=en, hint_zh=hint_zh, hint_en=hint_en,
            excerpt=self.excerpt(start),
        )  # fmt: skip

    def syntax(self, start: int, end: int, found: str, wanted_zh: str, wanted: str) -> Diagnostic:
        """E202: something else was expected here."""
        return self.report(
            "E202", start, end,
            f"此处为 `{found}`，应为{wanted_zh}" if found else f"表达式到此结束，应为{wanted_zh}",
            f"found `{found}`, expected {wanted}" if found else f"text ends, expected {wanted}",
        )  # fmt: skip

    def unknown_name(self, start: int, end: int, name: str, known: Iterable[str]) -> Diagnostic:
        """E201, with the nearest known name and the names in scope."""
        zh, en = suggestion(name, known, "作用域中的事实", "Facts in scope")
        return self.report(
            "E201", start, end, f"未知名称 `{name}`", f"unknown name `{name}`", zh, en
        )

    def unknown_field(self, start: int, end: int, name: str, known: Iterable[str]) -> Diagnostic:
        """E210, with the nearest known field and the fields of the context."""
        zh, en = suggestion(name, known, "已有字段", "Fields")
        return self.report(
            "E210", start, end, f"未知字段 `{name}`", f"unknown field `{name}`", zh, en
        )

    def outside_choice(self, start: int, end: int, value: str, known: Iterable[str]) -> Diagnostic:
        """E208, with the nearest declared value."""
        zh, en = suggestion(value, known, "可取值", "Values")
        return self.report(
            "E208", start, end,
            f"`{value}` 不是声明过的取值", f"`{value}` is not one of the declared values", zh, en,
        )  # fmt: skip

    def limit(self, start: int, end: int, zh: str, en: str) -> Diagnostic:
        """E209."""
        return self.report("E209", start, end, zh, en)

    def mismatch(self, start: int, end: int, op: str, left: Type, right: Type) -> Diagnostic:
        """E203: a comparison that could never hold."""
        return self.report(
            "E203", start, end,
            f"`{op}` 两侧类型不同：左侧为 {left}，右侧为 {right}",
            f"`{op}` compares different kinds: {left} on the left, {right} on the right",
            *_conversion_hint(left, right),
        )  # fmt: skip

    def operator(self, start: int, end: int, op: str, *types: Type) -> Diagnostic:
        """E204."""
        zh, en = "、".join(map(str, types)), " and ".join(map(str, types))
        return self.report(
            "E204", start, end, f"`{op}` 不适用于 {zh}", f"`{op}` is not defined for {en}"
        )


def suggestion(name: str, known: Iterable[str], zh: str, en: str) -> tuple[str, str]:
    """Write the did-you-mean hint in both languages."""
    names = sorted(known)
    near = did_you_mean(name, names)
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    shown = shown or "-"
    if near is None:
        return f"{zh}：{shown}", f"{en}: {shown}"
    return f"是否指 `{near}`？{zh}：{shown}", f"did you mean `{near}`? {en}: {shown}"


def _conversion_hint(left: Type, right: Type) -> tuple[str | None, str | None]:
    pair = {str(left), str(right)}
    if pair == {"number", "string"}:
        return "用 number(...) 转换文本，或去掉数字的引号", (
            "convert the text with number(...), or write the number without quotes"
        )
    if any(text.startswith("list") for text in pair):
        return "判断成员请用 `x in list` 或 `list contains(list, x)`", (
            "to test membership write `x in list` or `list contains(list, x)`"
        )
    return None, None
