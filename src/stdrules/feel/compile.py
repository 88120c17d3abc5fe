"""Compile FEEL text to a Python expression, checked against the names and types in scope.

Semantics: docs/feel.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stdrules.base.diagnostics import Diagnostic, Span
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.feel import nodes as n
from stdrules.feel import runtime
from stdrules.feel.emit import plain
from stdrules.feel.emit_forms import Emitter
from stdrules.feel.errors import FeelError, Source
from stdrules.feel.parse import parse
from stdrules.feel.scope import Scope
from stdrules.feel.types import Type, subtype

__all__ = ["Expression", "analyse", "compile_expression"]

# CPython refuses source with 200 open brackets; the emitter stays well under it.
_MAX_BRACKETS = 180
_QUADRATIC = ("distinct values", "union")


@dataclass(frozen=True)
class Expression:
    """A checked expression, ready to run; it can be pickled.

    Attributes:
        text: What the author wrote.
        type: The static type of the result.
        python: A Python expression over `args`, the builtins ``type``, ``str``, ``int`` and
            ``dict``, and ``stdrules.feel.runtime`` under the name ``_r``.
        args: Parameter names of the generated function.
        names: Top-level names that the expression reads.
        paths: Dotted paths that it reads, without those that only lead to longer ones.
        indexes: Where filters stand that are an index by type, for the interpreter.
        steps: What one evaluation costs, not counting repetition by loops.
    """

    text: str
    type: Type
    python: str
    args: tuple[str, ...]
    names: frozenset[str]
    paths: frozenset[str]
    steps: int
    indexes: frozenset[tuple[int, int]] = frozenset()

    def function(self) -> Callable[..., Any]:
        """Give the compiled function; made once per process."""
        return _function(self.python, self.args)

    def evaluate(self, **values: Any) -> Any:
        """Evaluate with the parameters by name.

        Returns:
            A FEEL value, None for null or a Missing for unknown.

        Raises:
            UsageError: The names are not those of `args`.
            BudgetError: More than 100,000 steps were needed (E214).
        """
        if set(values) != set(self.args):
            names = ", ".join(self.args)
            raise UsageError(
                Text(f"求值需要参数 {names}", f"evaluation takes the parameters {names}")
            )
        return self.function()(*(values[name] for name in self.args))


@lru_cache(maxsize=4096)
def _function(python: str, args: tuple[str, ...]) -> Callable[..., Any]:
    code = compile(f"lambda {', '.join(args)}: {python}", "<feel>", "eval")
    names = {"type": type, "str": str, "int": int, "dict": dict}
    found: Callable[..., Any] = eval(code, {"__builtins__": {}, "_r": runtime, **names})
    return found


def compile_expression(
    text: str, scope: Scope, *, expect: Type | None = None, span: Span | None = None
) -> Expression:
    """Compile an expression.

    Args:
        text: FEEL, at most 4096 characters and 32 levels deep.
        scope: The names it may use.
        expect: The type that the place asks for, if any.
        span: Where the text begins in its file, for the places of errors.

    Raises:
        FeelError: It is not a well-typed expression; the diagnostics E201 to E216 say why.

    Example:
        >>> from stdrules.feel.scope import Binding
        >>> from stdrules.feel.types import NUMBER
        >>> scope = Scope({"score": Binding(NUMBER, 'f["score"]')}, ("f",))
        >>> compile_expression("score >= 85", scope).evaluate(f={"score": 85})
        True
    """
    found, diagnostics = _analyse(text, scope, expect, span)
    if found is None:
        raise FeelError(
            Text("表达式不可用", "the expression cannot be used"), diagnostics
        )  # fmt: skip
    return found


def analyse(
    text: str, scope: Scope, *, expect: Type | None = None, span: Span | None = None
) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    """Compile an expression and collect what is wrong instead of raising."""
    return _analyse(text, scope, expect, span)


def _analyse(
    text: str, scope: Scope, expect: Type | None, span: Span | None
) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    place = span or Span("<expression>", 1, 1)
    source = Source(text, place)
    try:
        tree = parse(text, place)
    except FeelError as error:
        return None, error.diagnostics
    metered = needs_budget(tree)
    emitter = Emitter(source, scope, metered)
    found = emitter.emit(tree)
    if not emitter.diagnostics and expect is not None and not subtype(found.type, expect):
        emitter.fail(
            source.report(
                "E211", tree.start, tree.end,
                f"此处应为 {expect}，表达式的结果是 {plain(found.type)}",
                f"expected {expect}, the expression gives {plain(found.type)}",
            )
        )  # fmt: skip
    if not emitter.diagnostics and brackets(found.code) > _MAX_BRACKETS:
        emitter.fail(source.limit(tree.start, tree.end, "嵌套过深", "nested too deeply"))
    if emitter.diagnostics:
        return None, FeelError("", emitter.diagnostics).diagnostics
    code = f"(lambda _b: {found.code})(_r.Budget())" if metered else found.code
    return _expression(text, scope, emitter, tree, code, plain(found.type)), ()


def _expression(
    text: str, scope: Scope, emitter: Emitter, tree: n.Node, code: str, type_: Type
) -> Expression:
    longer = {
        ".".join(parts[:count])
        for parts in (path.split(".") for path in emitter.paths)
        for count in range(1, len(parts))
    }
    return Expression(
        text=text,
        type=type_,
        python=code,
        args=scope.args,
        names=frozenset(emitter.names),
        paths=frozenset(emitter.paths - longer),
        steps=n.size(tree),
        indexes=frozenset(emitter.indexes),
    )


def needs_budget(tree: n.Node) -> bool:
    """Tell whether an evaluation can repeat or reuse anything, so that steps must be counted.

    Without a loop or a local name every part runs once, which bounds the work by the length of
    the text and of the facts.
    """
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, n.For | n.Quantified | n.Filter | n.ContextLiteral):
            return True
        if isinstance(node, n.Call) and node.function in _QUADRATIC:
            return True
        todo.extend(n.children(node))
    return False


def brackets(code: str) -> int:
    """Measure how deeply brackets nest in generated code (texts in it are over-counted)."""
    deepest = level = 0
    for char in code:
        if char in "([{":
            level += 1
            deepest = max(deepest, level)
        elif char in ")]}":
            level -= 1
    return deepest
