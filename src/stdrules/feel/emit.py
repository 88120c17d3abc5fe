"""Check an expression and write it as one Python expression, in a single pass.

The Python text is built from the tree only: names become generated variables or the code of
their binding, literals go through `ascii`, and everything else is a call into the run time. No
text of the author is ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from stdrules.base.diagnostics import Diagnostic
from stdrules.feel import nodes as n
from stdrules.feel import types as t
from stdrules.feel.errors import Source
from stdrules.feel.functions_time import literal
from stdrules.feel.scope import Scope
from stdrules.feel.typing_rules import arithmetic, fields, ordered, path

__all__ = ["BaseEmitter", "Typed", "literal_type"]

_COMPARE = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div", "**": "power"}
_INLINE_LIMIT = 200


class Typed(NamedTuple):
    """Generated code with its static type and, for facts, the dotted path it reads."""

    code: str
    type: t.Type
    path: str | None = None


_FAILED = Typed("None", t.ANY)


def literal_type(value: object) -> t.Type:
    """Give the static type of a temporal literal's value."""
    names: dict[str, t.Type] = {
        "date": t.DATE,
        "time": t.TIME,
        "datetime": t.DATE_TIME,
        "timedelta": t.DAYS_DURATION,
        "YearsMonths": t.MONTHS_DURATION,
    }
    return names[type(value).__name__]


class BaseEmitter:
    """Literals, names, operators and the bookkeeping of one compilation."""

    def __init__(self, source: Source, scope: Scope, metered: bool) -> None:
        self.source = source
        self.scope = scope
        self.budget = "_b" if metered else "None"
        self.diagnostics: list[Diagnostic] = []
        self.locals: list[dict[str, Typed]] = []
        self.names: set[str] = set()
        self.paths: set[str] = set()
        self.counter = 0
        self.indexes: set[tuple[int, int]] = set()

    def emit(self, node: n.Node) -> Typed:
        raise NotImplementedError

    # -- bookkeeping ----------------------------------------------------------

    def fresh(self) -> str:
        """Make a variable name that no binding can have."""
        self.counter += 1
        return f"_t{self.counter}"

    def fail(self, diagnostic: Diagnostic) -> Typed:
        self.diagnostics.append(diagnostic)
        return _FAILED

    def visible(self) -> set[str]:
        return set(self.scope.bindings).union(*self.locals)

    # -- literals and names ---------------------------------------------------

    def literal(self, node: n.Node) -> Typed | None:
        match node:
            case n.Number(value):
                return Typed(_number(value), t.NUMBER)
            case n.String(value):
                return Typed(ascii(value), t.Choice(frozenset((value,))))
            case n.Boolean(value):
                return Typed(str(value), t.BOOLEAN)
            case n.Null():
                return Typed("None", t.NULL)
            case n.Temporal(text):
                return self.temporal(node, text)
        return None

    def temporal(self, node: n.Node, text: str) -> Typed:
        zone = self.scope.zone
        value = literal(text, zone)
        if value is None:
            return self.bad_temporal(node, text)
        return Typed(f"_r.literal({text!a}, {zone!a})", literal_type(value))

    def bad_temporal(self, node: n.Node, text: str) -> Typed:
        """E213, with a hint if only the offset is missing."""
        naive = self.scope.zone is None and literal(text, "UTC") is not None
        return self.fail(
            self.source.report(
                "E213", node.start, node.end,
                f"`{text}` 没有时区" if naive else f"`{text}` 不是有效的日期、时间或时长",
                f"`{text}` has no offset" if naive
                else f"`{text}` is not a valid date, time, date and time or duration",
                "写上时区，例如 2024-03-01T09:00:00+08:00" if naive
                else "例如 2024-03-01、2024-03-01T09:00:00+08:00、P7D、PT48H、P1Y6M",
                "give an offset, e.g. 2024-03-01T09:00:00+08:00" if naive
                else "for example 2024-03-01, 2024-03-01T09:00:00+08:00, P7D, PT48H, P1Y6M",
            )
        )  # fmt: skip

    def name(self, node: n.Name) -> Typed:
        """Resolve a name: the innermost local first, then the scope."""
        for frame in reversed(self.locals):
            if node.name in frame:
                found = frame[node.name]
                if found.path:
                    self.paths.add(found.path)
                return found
        binding = self.scope.bindings.get(node.name)
        if binding is None:
            return self.fail(
                self.source.unknown_name(node.start, node.end, node.name, self.visible())
            )
        self.names.add(node.name)
        self.paths.add(node.name)
        return Typed(binding.code, binding.type, node.name)

    def path(self, node: n.Path) -> Typed:
        base = self.emit(node.base)
        found = path(base.type, node.name)
        if found is None:
            end = node.end
            return self.fail(
                self.source.unknown_field(
                    end - len(node.name), end, node.name, fields(base.type)
                )
            )  # fmt: skip
        return self.field(base, node.name, found)

    def field(self, base: Typed, name: str, type_: t.Type) -> Typed:
        """Write the access to a field or property."""
        dotted = f"{base.path}.{name}" if base.path else None
        if dotted:
            self.paths.add(dotted)
        key, var = ascii(name), self.fresh()
        if isinstance(base.type, t.ContextOf):
            code = (
                f"({var}[{key}] if type({var} := {base.code}) is dict and {key} in {var}"
                f" else _r.get({var}, {key}, {self.budget}))"
            )
            return Typed(code, type_, dotted)
        return Typed(f"_r.get({base.code}, {key}, {self.budget})", type_, dotted)

    # -- operators ------------------------------------------------------------

    def binary(self, node: n.Binary) -> Typed:
        if node.operator in ("and", "or"):
            return self.logic(node)
        if node.operator in _COMPARE:
            return self.comparison(node)
        parts = n.operands(node)
        left = self.emit(parts[0])
        codes, type_ = [left.code], left.type
        for part in parts[1:]:
            right = self.emit(part)
            found = arithmetic(node.operator, type_, right.type)
            if found is None:
                return self.fail(
                    self.source.operator(
                        parts[0].start, part.end, node.operator, plain(type_), plain(right.type)
                    )
                )  # fmt: skip
            codes.append(right.code)
            type_ = found
        inside = ", ".join(codes)
        if node.operator == "+" and t.kinds(type_) <= {"string"} and self.budget != "None":
            return Typed(f"_r.add_weighed({self.budget}, {inside})", type_)
        return Typed(f"_r.{_ARITHMETIC[node.operator]}({inside})", type_)

    def logic(self, node: n.Binary) -> Typed:
        """Write a chain of `and` or `or`: lazy, and inline unless something is unknown."""
        stop, go, fold = (
            ("False", "True", "all_of") if node.operator == "and" else ("True", "False", "any_of")
        )
        variables, tests = [], []
        for part in n.operands(node):
            found = self.condition(part)
            variable = self.fresh()
            variables.append(variable)
            tests.append(f"({variable} := {found.code}) is {stop}")
        same = " is ".join((*variables, go))
        code = (
            f"({stop} if {' or '.join(tests)} else {go} if {same}"
            f" else _r.{fold}({', '.join(variables)}))"
        )
        return Typed(code, t.BOOLEAN)

    def condition(self, node: n.Node) -> Typed:
        """Emit a part that has to be true or false."""
        found = self.emit(node)
        if not t.subtype(found.type, t.BOOLEAN):
            self.fail(
                self.source.report(
                    "E216", node.start, node.end,
                    f"条件应为布尔值，此处为 {plain(found.type)}",
                    f"a condition has to be boolean, this is {plain(found.type)}",
                )
            )  # fmt: skip
        return found

    def comparison(self, node: n.Binary) -> Typed:
        left, right = self.emit(node.left), self.emit(node.right)
        self.comparable(node, node.operator, (node.left, left), (node.right, right))
        counted = count_argument(left, node.left), count_argument(right, node.right)
        if counted[0]:
            return Typed(
                f"_r.compare_count({node.operator!a}, {counted[0]}, {right.code})", t.BOOLEAN
            )
        if counted[1]:
            mirrored = _MIRROR.get(node.operator, node.operator)
            return Typed(f"_r.compare_count({mirrored!a}, {counted[1]}, {left.code})", t.BOOLEAN)
        return Typed(self.compare(node.operator, left, right, node.right), t.BOOLEAN)

    def comparable(
        self, place: n.Node, operator: str, left: tuple[n.Node, Typed], right: tuple[n.Node, Typed]
    ) -> None:
        """Report a comparison that could never hold."""
        first, second = left[1].type, right[1].type
        start, end = place.start, place.end
        if not t.overlap(first, second):
            self.fail(self.source.mismatch(start, end, operator, plain(first), plain(second)))
        elif operator not in ("=", "!="):
            if not (ordered(first) and ordered(second)):
                self.fail(self.source.operator(start, end, operator, plain(first), plain(second)))
        else:
            self.choice(left, right[0])
            self.choice(right, left[0])

    def choice(self, left: tuple[n.Node, Typed], node: n.Node) -> None:
        """Report a literal that a declared choice does not have (E208)."""
        type_ = left[1].type
        both = isinstance(left[0], n.String)
        if both or not isinstance(type_, t.Choice) or not isinstance(node, n.String):
            return
        if node.value not in type_.values:
            self.fail(
                self.source.outside_choice(node.start, node.end, node.value, type_.values)
            )  # fmt: skip

    def compare(self, operator: str, left: Typed, right: Typed, node: n.Node) -> str:
        """Write a comparison: inline where both sides are texts or whole numbers."""
        call, sign = _COMPARE[operator], _PYTHON[operator]
        extra = f", {self.budget}" if call in ("eq", "ne") else ""
        first, second = t.kinds(left.type), t.kinds(right.type)
        fast = None
        if first <= {"string"} and second == {"string"}:
            fast = "str"
        elif first <= {"number"} and second == {"number"}:
            fast = "int"
        if fast is None:
            return f"_r.{call}({left.code}, {right.code}{extra})"
        a = self.fresh()
        if isinstance(node, n.String) or (isinstance(node, n.Number) and type(node.value) is int):
            return (
                f"({a} {sign} {right.code} if type({a} := {left.code}) is {fast}"
                f" else _r.{call}({a}, {right.code}{extra}))"
            )
        b = self.fresh()
        return (
            f"({a} {sign} {b} if type({a} := {left.code}) is type({b} := {right.code}) is {fast}"
            f" else _r.{call}({a}, {b}{extra}))"
        )

    def between(self, node: n.Between) -> Typed:
        value, low, high = self.emit(node.value), self.emit(node.low), self.emit(node.high)
        self.comparable(node, ">=", (node.value, value), (node.low, low))
        self.comparable(node, "<=", (node.value, value), (node.high, high))
        return Typed(f"_r.between({value.code}, {low.code}, {high.code})", t.BOOLEAN)

    def negate(self, node: n.Negate) -> Typed:
        if isinstance(node.operand, n.Number):
            value = node.operand.value
            return Typed(_number(-value), t.NUMBER)
        found = self.emit(node.operand)
        kinds = t.kinds(found.type)
        durations = {"days and time duration", "years and months duration"}
        if kinds and not kinds & {"number", *durations}:
            return self.fail(
                self.source.operator(node.start, node.end, "-", plain(found.type))
            )  # fmt: skip
        return Typed(f"_r.neg({found.code})", found.type)

    def conditional(self, node: n.If) -> Typed:
        condition = self.condition(node.condition)
        first, second = self.emit(node.first), self.emit(node.second)
        type_ = t.join(widen(first.type), widen(second.type))
        if isinstance(first.type, t.Choice) and isinstance(second.type, t.Choice):
            type_ = t.Choice(first.type.values | second.type.values)
        if len(first.code) + len(second.code) > _INLINE_LIMIT:
            code = f"_r.choose({condition.code}, lambda: {first.code}, lambda: {second.code})"
            return Typed(code, type_)
        var = self.fresh()
        code = (
            f"({first.code} if ({var} := {condition.code}) is True else {second.code}"
            f" if {var} is False else _r.if_unknown({var}, {first.code}, {second.code}))"
        )
        return Typed(code, type_)


def count_argument(found: Typed, node: n.Node) -> str:
    """Give the code of the list if a side of a comparison is `count(list)`, else ""."""
    if not isinstance(node, n.Call) or node.function != "count":
        return ""
    start = found.code.find(", ")
    return found.code[start + 2 : -1] if found.code.startswith("_r.f_count(") else ""


def widen(type_: t.Type) -> t.Type:
    """Forget the one value of a text literal."""
    return t.STRING if isinstance(type_, t.Choice) else type_


def plain(type_: t.Type) -> t.Type:
    """Give the type as messages name it: a text literal is simply a string."""
    single = isinstance(type_, t.Choice) and len(type_.values) == 1
    return t.STRING if single else type_


def _number(value: int | Decimal) -> str:
    if isinstance(value, int):
        return str(value) if value >= 0 else f"({value})"
    return f"_r.dec({format(value, 'f')!a})"


def joined(types: Iterable[t.Type]) -> t.Type:
    """Join the types of list items; no items means any."""
    found: t.Type = t.NULL
    for type_ in types:
        found = t.join(found, type_)
    return t.ANY if found == t.NULL else found


def mentions(code: str, variable: str) -> bool:
    """Tell whether generated code uses a variable."""
    return re.search(rf"\b{variable}\b", code) is not None
