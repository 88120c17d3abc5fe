"""What an expression reads: found in its generated code, never guessed.

An expression that reads something in a way not known here is left to the case evaluator.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from functools import lru_cache

from stdrules.feel.compile import Expression
from stdrules.feel.types import BOOLEAN
from stdrules.plan.content import ARGS

_FACTS = ("f", "t", "e")
#: What generated code may use besides facts.
_KNOWN = frozenset({"_r", "_b", "type", "dict", "str", "int", "c"})


@dataclass(frozen=True, slots=True)
class Counted:
    """A comparison of the number of facts of a type with a limit.

    ``body``: generated code of the condition on each of them, as ``f``; "" if there is none.
    """

    operator: str
    type: str
    body: str
    limit: int

    def condition(self) -> Expression | None:
        """Return the condition as an expression."""
        if not self.body:
            return None
        nothing: frozenset[str] = frozenset()
        return Expression("", BOOLEAN, self.body, ARGS, nothing, nothing, 1)


@dataclass(frozen=True, slots=True)
class Reads:
    """What an expression reads.

    Attributes:
        fields: (variable f, t or e, field, linked field or "").
        newest: (fact type, field), of the newest fact of the case; the field is "" where only
            its presence counts.
        days, newest_days: The same of what is read only for its day.
        counts: Numbers of facts that are compared.
        lists: Fact types of which all facts of the case are read.
        period: Whether it reads the period.
        known: False if it reads anything else.
    """

    fields: frozenset[tuple[str, str, str]] = frozenset()
    newest: frozenset[tuple[str, str]] = frozenset()
    days: frozenset[tuple[str, str, str]] = frozenset()
    newest_days: frozenset[tuple[str, str]] = frozenset()
    counts: frozenset[Counted] = frozenset()
    lists: frozenset[str] = frozenset()
    period: bool = False
    known: bool = True

    @property
    def variables(self) -> frozenset[str]:
        """The facts it reads."""
        return frozenset(variable for variable, _, _ in self.fields | self.days)

    def of(self, variable: str) -> tuple[list[tuple[str, str]], frozenset[tuple[str, str]]]:
        """Return the fields read of a variable, and those of which only the day counts."""
        fields = {(name, sub) for v, name, sub in self.fields if v == variable}
        days = {(name, sub) for v, name, sub in self.days if v == variable}
        return sorted(fields | days), frozenset(days - fields)

    @property
    def types(self) -> frozenset[str]:
        """The types of facts of the case that it reads."""
        return _types(self)

    @property
    def case(self) -> bool:
        """Whether it reads facts of the case by their type."""
        return bool(self.types)


@lru_cache(maxsize=4096)
def _types(known: Reads) -> frozenset[str]:
    found = {name for name, _ in known.newest | known.newest_days} | known.lists
    for one in known.counts:
        condition = one.condition()
        found |= {one.type} if condition is None else {one.type, *reads(condition).types}
    return frozenset(found)


def reads(expression: Expression) -> Reads:
    """Return what an expression reads.

    Example:
        >>> from stdrules.feel.compile import compile_expression
        >>> from stdrules.feel.scope import Binding, Scope
        >>> from stdrules.feel.types import STRING
        >>> scope = Scope({"level": Binding(STRING, 'f["level"]')}, ("f",))
        >>> sorted(reads(compile_expression('level = "city"', scope)).fields)
        [('f', 'level', '')]
    """
    return _reads(expression.python)


@lru_cache(maxsize=4096)
def path_of(python: str) -> tuple[str, ...]:
    """Return the variable and the fields if generated code is one path, else ().

    Example:
        >>> path_of('t["contact_id"]'), path_of('c.one("unit")["name"]'), path_of("1")
        (('t', 'contact_id'), ('one:unit', 'name'), ())
    """
    return _path(ast.parse(python, mode="eval").body)


@lru_cache(maxsize=4096)
def _reads(python: str) -> Reads:
    walker = _Walker()
    walker.visit(ast.parse(python, mode="eval").body)
    return Reads(
        frozenset(walker.fields), frozenset(walker.newest), frozenset(walker.days),
        frozenset(walker.newest_days), frozenset(walker.counts), frozenset(walker.lists),
        walker.period, walker.known,
    )  # fmt: skip


class _Walker(ast.NodeVisitor):
    def __init__(self) -> None:
        self.fields: set[tuple[str, str, str]] = set()
        self.newest: set[tuple[str, str]] = set()
        self.days: set[tuple[str, str, str]] = set()
        self.newest_days: set[tuple[str, str]] = set()
        self.counts: set[Counted] = set()
        self.lists: set[str] = set()
        self.period = False
        self.known = True

    def visit_Name(self, node: ast.Name) -> None:
        """A variable that stands bare, not under a field."""
        if node.id == "p":
            self.period = True
        elif node.id in (*_FACTS, "c"):
            self.known = False

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not self._path(_path(node)):
            self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        if not self._path(_path(node)):
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not self._path(_path(node)):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            dated = (function.value.id, function.attr, len(node.args)) == ("_r", "f_date", 2)
            if dated and self._path(_path(node.args[1]), True):
                return
            if function.value.id == "_r" and function.attr == "compare_count":
                counted = _counted(node)
                if counted is not None:
                    self.counts.add(counted)
                    return
            if function.value.id == "_r" and function.attr in ("eq", "ne") and len(node.args) > 1:
                # Only whether there is such a fact.
                name = _newest(node.args[0])
                if name and isinstance(node.args[1], ast.Constant) and node.args[1].value is None:
                    self.newest.add((name, ""))
                    return
            if function.value.id == "c":
                name = _newest(node)
                if name:
                    # The fact as a whole.
                    self.lists.add(name)
                elif function.attr == "all" and _text(node.args[0]):
                    self.lists.add(_text(node.args[0]))
                else:
                    self.known = False
                return
        self.generic_visit(node)

    def _path(self, path: tuple[str, ...], day: bool = False) -> bool:
        if not path:
            return False
        root, *names = path
        if root == "p":
            self.period = True
        elif root == "parameters":
            pass
        elif root.startswith("one:"):
            if len(names) > 1:
                self.lists.add(root[4:])
            else:
                (self.newest_days if day else self.newest).add((root[4:], names[0]))
        elif len(names) > 2:
            self.known = False
        else:
            found = (root, names[0], names[1] if len(names) > 1 else "")
            (self.days if day else self.fields).add(found)
        return True


def _path(node: ast.expr) -> tuple[str, ...]:
    """Return a variable and the fields read one under the other; () if it is nothing such."""
    if isinstance(node, ast.Subscript):
        name = _text(node.slice)
        base = _root(node.value) or _path(node.value)
        return (*base, name) if base and name else ()
    if isinstance(node, ast.IfExp) and isinstance(node.test, ast.BoolOp):
        # (_t1['x'] if type(_t1 := base) is dict and 'x' in _t1 else _r.get(_t1, 'x', None))
        body, first = node.body, node.test.values[0]
        if not (isinstance(body, ast.Subscript) and isinstance(body.value, ast.Name)):
            return ()
        if not (isinstance(first, ast.Compare) and isinstance(first.left, ast.Call)):
            return ()
        given = first.left.args[0]
        if isinstance(given, ast.NamedExpr) and given.target.id == body.value.id:
            given = given.value
        elif not (isinstance(given, ast.Name) and given.id == body.value.id):
            return ()
        base, name = _root(given) or _path(given), _text(body.slice)
        return (*base, name) if base and name else ()
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return ("parameters", node.attr) if (node.value.id, node.attr) == ("c", "parameters") else (
            ())  # fmt: skip
    return ()


def _root(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Name) and node.id in (*_FACTS, "p"):
        return (node.id,)
    name = _newest(node)
    return (f"one:{name}",) if name else ()


def _newest(node: ast.expr) -> str:
    """Return T of ``c.one("T")``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    function = node.func
    if isinstance(function.value, ast.Name) and function.value.id == "c" and function.attr == "one":
        return _text(node.args[0])
    return ""


def _counted(node: ast.Call) -> Counted | None:
    """Read ``compare_count(operator, all or some facts of a type, limit)``."""
    operator, values, limit = node.args
    if not (isinstance(limit, ast.Constant) and type(limit.value) is int):
        return None
    name = _all(values)
    if name:
        return Counted(_text(operator), name, "", limit.value)
    if not (isinstance(values, ast.Call) and isinstance(values.func, ast.Attribute)):
        return None
    if values.func.attr != "select" or len(values.args) != 4:
        return None
    name, test = _all(values.args[2]), values.args[3]
    if not name or not isinstance(test, ast.Lambda) or not _own(test):
        return None
    body = _Renamed(test.args.args[0].arg).visit(copy.deepcopy(test.body))
    code = f"(lambda _b: {ast.unparse(body)})(_r.Budget())"
    return Counted(_text(operator), name, code, limit.value)


class _Renamed(ast.NodeTransformer):
    """Calls the fact under test ``f``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename one variable."""
        return ast.Name("f", node.ctx) if node.id == self.name else node


def _own(test: ast.Lambda) -> bool:
    """Tell whether a condition reads nothing from outside but the case."""
    made = {one.arg for one in ast.walk(test) if isinstance(one, ast.arg)}
    used: set[str] = set()
    for one in ast.walk(test.body):
        if isinstance(one, ast.Name):
            (used if isinstance(one.ctx, ast.Load) else made).add(one.id)
    return used <= made | _KNOWN


def _all(node: ast.expr) -> str:
    """Return T of ``c.all("T")``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    function = node.func
    if isinstance(function.value, ast.Name) and function.value.id == "c" and function.attr == "all":
        return _text(node.args[0])
    return ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""
