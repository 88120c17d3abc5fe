"""Parse FEEL text into a tree, by recursive descent.

One method per level of precedence, loosest first: or, and, comparison (including
`between` and `in`), sum, product, power, sign, then filters and paths. As in the standard
the sign binds tighter than the power: ``-2 ** 2`` is 4.

Source:
    DMN 1.5, clause 10.3.1.2 (grammar rules), without names that contain spaces except
    those of built-in functions.
"""

from __future__ import annotations

from collections.abc import Callable

from stdrules.base.diagnostics import Span
from stdrules.base.numbers import parse_decimal
from stdrules.feel import nodes as n
from stdrules.feel.cursor import MAX_DEPTH, Cursor
from stdrules.feel.errors import Source
from stdrules.feel.lexer import KEYWORDS
from stdrules.feel.signatures import MULTIWORD
from stdrules.feel.unparse import unparse

__all__ = ["MAX_CHAIN", "MAX_DEPTH", "parse", "unparse"]

MAX_CHAIN = 256
_COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")


def parse(text: str, span: Span | None = None) -> n.Node:
    """Read an expression.

    Args:
        text: At most 4096 characters, nested at most 32 levels deep.
        span: Where the text begins in its file, for the places of errors.

    Raises:
        FeelError: E202 syntax, E209 limits, E215 parts of the standard left out.

    Example:
        >>> parse("1 + 2") == parse(" 1+ (2) ")
        True
    """
    source = Source(text, span or Span("<expression>", 1, 1))
    return _Parser(source).whole()


class _Parser(Cursor):
    """One parse: a method per rule of the grammar."""

    # -- levels of precedence -------------------------------------------------

    def whole(self) -> n.Node:
        node = self.expression()
        if self.token.kind != "end":
            raise self.unexpected("运算符或表达式结尾", "an operator or the end")
        if n.depth(node) > MAX_DEPTH:
            raise self.fail(self.too_deep(node.start, node.end))
        return node

    def expression(self) -> n.Node:
        self.level += 1
        if self.level > MAX_DEPTH:
            raise self.fail(self.too_deep(self.token.start, self.token.end))
        try:
            if self.sees("if"):
                return self.conditional()
            if self.sees("for"):
                return self.loop()
            if self.sees("some") or self.sees("every"):
                return self.quantified()
            return self.chain(("or",), lambda: self.chain(("and",), self.comparison))
        finally:
            self.level -= 1

    def chain(self, operators: tuple[str, ...], below: Callable[[], n.Node]) -> n.Node:
        node, terms = below(), 1
        while self.token.kind in ("op", "name") and self.token.value in operators:
            operator = self.token
            self.at += 1
            right, terms = below(), terms + 1
            if terms > MAX_CHAIN:
                raise self.fail(
                    self.source.limit(
                        operator.start, operator.end, f"一条运算链超过 {MAX_CHAIN} 项",
                        f"more than {MAX_CHAIN} terms in one chain",
                    )
                )  # fmt: skip
            node = n.Binary(operator.value, node, right, start=node.start, end=right.end)
        return node

    def comparison(self) -> n.Node:
        node = self.sum()
        start = node.start
        if self.token.kind == "op" and self.token.value in _COMPARISONS:
            operator = self.token.value
            self.at += 1
            right = self.sum()
            node = n.Binary(operator, node, right, start=start, end=right.end)
        elif self.take("between"):
            low = self.sum()
            self.need("and")
            high = self.sum()
            node = n.Between(node, low, high, start=start, end=high.end)
        elif self.take("in"):
            tests = self.tests()
            node = n.In(node, tests, start=start, end=self.last_end)
        else:
            return node
        if self.token.kind == "op" and self.token.value in _COMPARISONS:
            token = self.token
            raise self.fail(
                self.source.report(
                    "E202", token.start, token.end, "比较不能连写", "comparisons do not chain",
                    "写成 `a < b and b < c` 或用 between",
                    "write `a < b and b < c`, or use between",
                )
            )  # fmt: skip
        return node

    def sum(self) -> n.Node:
        return self.chain(("+", "-"), self.product)

    def product(self) -> n.Node:
        return self.chain(("*", "/"), lambda: self.chain(("**",), self.sign))

    def sign(self) -> n.Node:
        start = self.token.start
        signs = 0
        while self.take("-"):
            signs += 1
        if signs > MAX_DEPTH:
            raise self.fail(self.too_deep(start, self.last_end))
        node = self.postfix(self.primary())
        for _ in range(signs):
            node = n.Negate(node, start=start, end=node.end)
        return node

    def postfix(self, node: n.Node, filters: bool = True) -> n.Node:
        start = node.start
        while True:
            if self.sees(".") and self.tokens[self.at + 1].kind == "name":
                name = self.tokens[self.at + 1]
                self.at += 2
                node = n.Path(node, name.value, start=start, end=name.end)
            elif filters and self.take("["):
                condition = self.expression()
                self.need("]")
                node = n.Filter(node, condition, start=start, end=self.last_end)
            elif self.sees("("):
                raise self.unsupported(
                    "只能按名称调用内置函数", "only built-in functions can be called, by name"
                )
            else:
                return node

    # -- special forms --------------------------------------------------------

    def conditional(self) -> n.Node:
        start = self.token.start
        self.need("if")
        condition = self.expression()
        self.need("then")
        first = self.expression()
        self.need("else")
        second = self.expression()
        return n.If(condition, first, second, start=start, end=second.end)

    def iterators(self) -> tuple[tuple[str, n.Node], ...]:
        found: list[tuple[str, n.Node]] = []
        while not found or self.take(","):
            name = self.new_name()
            self.need("in")
            domain = self.expression()
            if self.take(".."):
                high = self.expression()
                domain = n.RangeLiteral(domain, high, start=domain.start, end=high.end)
            found.append((name, domain))
        return tuple(found)

    def new_name(self) -> str:
        token = self.token
        if token.kind != "name" or token.value in KEYWORDS:
            raise self.unexpected("新名称", "a new name")
        self.at += 1
        return token.value

    def loop(self) -> n.Node:
        start = self.token.start
        self.need("for")
        iterators = self.iterators()
        self.need("return")
        body = self.expression()
        return n.For(iterators, body, start=start, end=body.end)

    def quantified(self) -> n.Node:
        start, every = self.token.start, self.token.value == "every"
        self.at += 1
        iterators = self.iterators()
        self.need("satisfies")
        body = self.expression()
        return n.Quantified(every, iterators, body, start=start, end=body.end)

    # -- unary tests ----------------------------------------------------------

    def tests(self) -> tuple[n.Node, ...]:
        """Read what follows `in`: one test, or several in parentheses."""
        if not self.sees("("):
            return (self.test(self.sum),)
        start = self.token.start
        self.at += 1
        found = [self.test(self.expression)]
        if self.take(".."):
            return (self.range_rest(found[0], start, low_closed=False),)
        while self.take(","):
            found.append(self.test(self.expression))
        self.need(")")
        return tuple(found)

    def test(self, value: Callable[[], n.Node]) -> n.Node:
        token = self.token
        if token.kind == "op" and token.value in _COMPARISONS:
            self.at += 1
            operand = self.sum()
            return n.Compare(token.value, operand, start=token.start, end=operand.end)
        if self.sees("not") and self.sees("(", 1):
            self.at += 2
            tests = [self.test(self.expression)]
            while self.take(","):
                tests.append(self.test(self.expression))
            self.need(")")
            return n.NotTests(tuple(tests), start=token.start, end=self.last_end)
        return value()

    # -- primaries ------------------------------------------------------------

    def primary(self) -> n.Node:
        token = self.token
        if token.kind == "number":
            self.at += 1
            value = parse_decimal(token.value)
            number = int(value) if "." not in token.value else value
            return n.Number(number, start=token.start, end=token.end)
        if token.kind == "string":
            self.at += 1
            return n.String(token.value, start=token.start, end=token.end)
        if token.kind == "name":
            return self.named()
        if self.sees("("):
            return self.parenthesis()
        if self.sees("["):
            return self.square()
        if self.sees("]"):
            self.at += 1
            low = self.endpoint()
            self.need("..")
            return self.range_rest(low, token.start, low_closed=False)
        if self.sees("{"):
            return self.context()
        if self.take("@"):
            text = self.token
            if text.kind != "string":
                raise self.unexpected('加引号的日期时间，例如 `@"2024-03-01"`',
                                      'quoted text such as `@"2024-03-01"`')  # fmt: skip
            self.at += 1
            return n.Temporal(text.value, start=token.start, end=text.end)
        raise self.unexpected("值、名称或括号", "a value, a name or a bracket")

    def named(self) -> n.Node:
        """Read a literal keyword, a call or a name: the one place that resolves names."""
        token = self.token
        if token.value in ("true", "false"):
            self.at += 1
            return n.Boolean(token.value == "true", start=token.start, end=token.end)
        if self.take("null"):
            return n.Null(start=token.start, end=token.end)
        words = self.function_words()
        if words:
            self.at += words
            text = " ".join(part.value for part in self.tokens[self.at - words : self.at])
            return self.call(text, token.start)
        if token.value in KEYWORDS:
            raise self.unexpected("值、名称或括号", "a value, a name or a bracket")
        self.at += 1
        return n.Name(token.value, start=token.start, end=token.end)

    def function_words(self) -> int:
        """Count the words of a function name followed by `(`; 0 if there is none."""
        words: list[str] = []
        for ahead in range(6):
            token = self.tokens[min(self.at + ahead, len(self.tokens) - 1)]
            if token.kind != "name":
                break
            words.append(token.value)
        for count in range(len(words), 0, -1):
            text = " ".join(words[:count])
            known = text in MULTIWORD if count > 1 else text not in KEYWORDS
            if known and self.sees("(", count):
                return count
        return 0

    def call(self, function: str, start: int) -> n.Node:
        if function == "function":
            raise self.unsupported("不支持自定义函数", "function definitions are not supported")
        self.need("(")
        args: list[n.Node] = []
        named: list[tuple[str, n.Node]] = []
        while not self.sees(")"):
            if args or named:
                self.need(",")
            name = self.parameter_name()
            if name:
                named.append((name, self.expression()))
            elif named:
                raise self.unexpected("具名参数", "a named argument")
            else:
                args.append(self.expression())
        self.need(")")
        return n.Call(function, tuple(args), tuple(named), start=start, end=self.last_end)

    def parameter_name(self) -> str:
        ahead, words = 0, []
        while self.tokens[self.at + ahead].kind == "name":
            words.append(self.tokens[self.at + ahead].value)
            ahead += 1
        if words and self.sees(":", ahead):
            self.at += ahead + 1
            return " ".join(words)
        return ""

    def parenthesis(self) -> n.Node:
        start = self.token.start
        self.at += 1
        node = self.expression()
        if self.take(".."):
            return self.range_rest(node, start, low_closed=False)
        if self.sees(","):
            raise self.fail(
                self.source.report(
                    "E202", self.token.start, self.token.end, "此处不能有逗号",
                    "no comma can stand here", "列表请用方括号 `[a, b]`",
                    "write a list in square brackets: `[a, b]`",
                )
            )  # fmt: skip
        self.need(")")
        return node

    def square(self) -> n.Node:
        start = self.token.start
        self.at += 1
        items: list[n.Node] = []
        while not self.sees("]"):
            if items:
                self.need(",")
            items.append(self.expression())
            if len(items) == 1 and self.take(".."):
                return self.range_rest(items[0], start, low_closed=True)
        self.need("]")
        return n.ListLiteral(tuple(items), start=start, end=self.last_end)

    def endpoint(self) -> n.Node:
        """Read an end of a range: a simple value, because `[` may close the range."""
        signs = self.token.start
        if self.take("-"):
            node = self.postfix(self.primary(), filters=False)
            return n.Negate(node, start=signs, end=node.end)
        return self.postfix(self.primary(), filters=False)

    def range_rest(self, low: n.Node, start: int, low_closed: bool) -> n.Node:
        high = self.endpoint()
        if not (self.sees("]") or self.sees(")") or self.sees("[")):
            raise self.unexpected(
                "区间结尾 `]`、`)` 或 `[`", "the end of the range: `]`, `)` or `[`"
            )
        closed = self.sees("]")
        self.at += 1
        return n.RangeLiteral(low, high, low_closed, closed, start=start, end=self.last_end)

    def context(self) -> n.Node:
        start = self.token.start
        self.at += 1
        entries: list[tuple[str, n.Node]] = []
        while not self.sees("}"):
            if entries:
                self.need(",")
            key = self.token
            if key.kind not in ("name", "string"):
                raise self.unexpected("字段名", "a field name")
            self.at += 1
            if any(key.value == name for name, _ in entries):
                raise self.fail(
                    self.source.report("E202", key.start, key.end, f"字段 `{key.value}` 重复",
                                       f"field `{key.value}` is given twice")
                )  # fmt: skip
            self.need(":")
            entries.append((key.value, self.expression()))
        self.need("}")
        return n.ContextLiteral(tuple(entries), start=start, end=self.last_end)
