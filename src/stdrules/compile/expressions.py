"""Expressions of a ruleset, each compiled once however often it occurs.

A compiled expression does not depend on readings or parameters' values, so one memo serves every
choice of them.
"""

from __future__ import annotations

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.compile import codes
from stdrules.compile.scopes import Names, Scopes
from stdrules.feel.compile import Expression, analyse
from stdrules.feel.types import BOOLEAN, NULL, Type
from stdrules.plan.content import ARGS

#: Stands for an expression with an error; a plan that holds it is never given out.
BROKEN = Expression("null", NULL, "None", ARGS, frozenset(), frozenset(), 1)

_PLACES = {"trigger": "触发事实", "each": "逐项事实", "period": "周期", "parameter": "参数"}


class Expressions:
    """The memo: text, names and expected type -> expression."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self._known: dict[tuple[str, Names, Type | None], Expression] = {}

    def compile(self, text: str, names: Names, expect: Type | None = BOOLEAN) -> Expression | None:
        """Return the expression, or None if there is something wrong with it."""
        key = (text, names, expect)
        found = self._known.get(key)
        if found is None:
            found, _ = analyse(text, self.scopes.scope(names), expect=expect)
            if found is not None:
                self._known[key] = found
        return found

    def explain(
        self, text: str, names: Names, expect: Type | None, span: Span
    ) -> tuple[Diagnostic, ...]:
        """Tell what is wrong with an expression whose text begins at a place."""
        _, found = analyse(text, self.scopes.scope(names), expect=expect, span=span)
        return tuple(_not_here(diagnostic) for diagnostic in found)


def _not_here(diagnostic: Diagnostic) -> Diagnostic:
    """Say of a name like `trigger` that this place has none, rather than that it is unknown."""
    name = diagnostic.message.en.removeprefix("unknown name ").strip("`")
    if diagnostic.code != "E201" or name not in _PLACES:
        return diagnostic
    return make(
        codes.NOT_HERE,
        diagnostic.span,
        zh=f"此处没有 `{name}`（{_PLACES[name]}）",
        en=f"there is no `{name}` in this place",
        hint_zh="只有由事实触发的规范有 trigger，只有 each 之内有 each，只有按期的规范有 period",
        hint_en="`trigger` needs a trigger that is a fact, `each` an each, `period` a norm "
        "with periods",
        excerpt=diagnostic.excerpt,
    )
