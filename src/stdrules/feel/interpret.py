"""What an expression means: a direct, slow evaluation of its tree.

The compiler has to agree with this module on every well-typed expression. It shares the
built-in functions and the comparison of two values with the compiler, and nothing else: logic,
choice, loops, filters, paths and membership are written out here from docs/feel.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from stdrules.base.text import Text
from stdrules.base.truth import Missing, all3, any3, not3
from stdrules.feel import arithmetic, operators
from stdrules.feel import nodes as n
from stdrules.feel import runtime as _runtime
from stdrules.feel.emit_calls import place_arguments
from stdrules.feel.errors import FeelError
from stdrules.feel.functions import IMPLEMENTED
from stdrules.feel.functions_time import literal, part
from stdrules.feel.signatures import FUNCTIONS, Signature
from stdrules.feel.values import Budget, Range, as_list, kind, number, truth, unknown

__all__ = ["evaluate"]

assert _runtime  # importing it fills the table of functions

_COMPARE = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
_ARITHMETIC = {
    "+": arithmetic.add,
    "-": arithmetic.sub,
    "*": arithmetic.mul,
    "/": arithmetic.div,
    "**": arithmetic.power,
}


def evaluate(
    tree: n.Node,
    env: Mapping[str, Any],
    zone: str | None = None,
    indexes: Collection[tuple[int, int]] = (),
) -> Any:
    """Evaluate a tree from `stdrules.feel.parse.parse`.

    Args:
        tree: The expression.
        env: The value of every name it uses.
        zone: Zone of a date and time without an offset.
        indexes: `Expression.indexes`. Without it, square brackets hold an index only if the
            value in them is a number, so that a null or unknown index is taken as a condition.

    Returns:
        A FEEL value, None for null or a Missing for unknown.

    Raises:
        FeelError: A name or function does not exist.
        BudgetError: More than 100,000 steps were needed (E214).

    Example:
        >>> from stdrules.feel.parse import parse
        >>> evaluate(parse("a + 1"), {"a": 2})
        3
    """
    return _Interpreter(zone, indexes).value(tree, (env,))


_Env = tuple[Mapping[str, Any], ...]


def _further(value: Any) -> bool:
    """Tell whether a list element stands for further ones."""
    return isinstance(value, Missing) and value.more


class _Interpreter:
    def __init__(self, zone: str | None, indexes: Collection[tuple[int, int]]) -> None:
        self.zone = zone
        self.indexes = frozenset(indexes)
        self.budget = Budget()

    def value(self, node: n.Node, env: _Env) -> Any:
        match node:
            case n.Number(value) | n.String(value) | n.Boolean(value):
                return value
            case n.Null():
                return None
            case n.Temporal(text):
                return literal(text, self.zone)
            case n.Name(name):
                return self.look_up(name, env)
            case n.Path(base, name):
                return self.field(self.value(base, env), name)
            case n.Negate(operand):
                return arithmetic.neg(self.value(operand, env))
            case n.Binary():
                return self.binary(node, env)
            case n.If(condition, first, second):
                return self.choose(
                    truth(self.value(condition, env)),
                    self.value(first, env),
                    self.value(second, env),
                )
            case n.Call():
                return self.call(node, env)
        return self.form(node, env)

    def form(self, node: n.Node, env: _Env) -> Any:
        match node:
            case n.ListLiteral(items):
                return tuple(self.value(item, env) for item in items)
            case n.ContextLiteral(entries):
                made: dict[str, Any] = {}
                for name, entry in entries:
                    made[name] = self.value(entry, (*env, made))
                return made
            case n.RangeLiteral(low, high, low_closed, high_closed):
                return _runtime.range_(
                    self.value(low, env), self.value(high, env), low_closed, high_closed
                )
            case n.Between(value, low, high):
                held = self.value(value, env)
                above = operators.ge(held, self.value(low, env))
                below = operators.le(held, self.value(high, env))
                return _conjunction(above, below)
            case n.In(value, tests):
                held = self.value(value, env)
                found = [self.test(held, one, env) for one in tests]
                return found[0] if len(found) == 1 else any3(map(truth, found))
            case n.Filter(base, condition):
                held = self.value(base, env)
                if (node.start, node.end) in self.indexes:
                    return self.element(held, self.value(condition, env))
                return self.filter(held, condition, env)
            case n.For():
                return self.loop(node, env)
            case n.Quantified():
                return self.quantified(node, env)
        raise TypeError(f"not an expression node: {type(node).__name__}")

    def look_up(self, name: str, env: _Env) -> Any:
        for frame in reversed(env):
            if name in frame:
                return frame[name]
        for frame in reversed(env):
            if "item" in frame and kind(frame["item"]) in ("null", "unknown"):
                return frame["item"]
        raise FeelError(Text(f"未知名称 `{name}`", f"unknown name `{name}`"))

    def field(self, value: Any, name: str) -> Any:
        if isinstance(value, Missing):
            return value
        if kind(value) == "context":
            return value.get(name)
        if kind(value) == "list":
            return tuple(self.field(item, name) for item in value)
        return part(kind(value), value, name)

    def binary(self, node: n.Binary, env: _Env) -> Any:
        parts = n.operands(node)
        if node.operator in ("and", "or"):
            fold = all3 if node.operator == "and" else any3
            return fold([truth(self.value(one, env)) for one in parts])
        if node.operator in _COMPARE:
            left, right = self.value(node.left, env), self.value(node.right, env)
            if _counts(node.left) or _counts(node.right):
                return self.compare_counts(node, left, right, env)
            return _COMPARE[node.operator](left, right)
        return _ARITHMETIC[node.operator](*(self.value(one, env) for one in parts))

    def compare_counts(self, node: n.Binary, left: Any, right: Any, env: _Env) -> Any:
        """Try lengths that an open list may have; the answer is known if all agree."""
        on_left = _counts(node.left)
        found, other = (left, right) if on_left else (right, left)
        call = node.left if on_left else node.right
        assert isinstance(call, n.Call)
        values = self.value((*call.args, *(arg for _, arg in call.named))[0], env)
        compare = _COMPARE[node.operator]
        open_list = isinstance(found, Missing) and not isinstance(values, Missing)
        if not open_list or not number(other):
            return compare(left, right)
        least = sum(not _further(item) for item in values)
        near = int(max(least, min(other, least + 10**9)))
        lengths = (least, least + 1, near, near + 1, near + 2)
        answers = {compare(k, other) if on_left else compare(other, k) for k in lengths}
        return answers.pop() if len(answers) == 1 else found

    def choose(self, condition: bool | Missing, first: Any, second: Any) -> Any:
        if condition is True:
            return first
        if condition is False:
            return second
        same = operators.eq(first, second) is True
        return first if same else unknown(condition, first, second)

    def test(self, value: Any, node: n.Node, env: _Env) -> Any:
        """Apply one test of `in`."""
        if isinstance(node, n.Compare):
            return _COMPARE[node.operator](value, self.value(node.operand, env))
        if isinstance(node, n.NotTests):
            return not3(any3(truth(self.test(value, one, env)) for one in node.tests))
        return operators.accepts(value, self.value(node, env))

    def filter(self, base: Any, condition: n.Node, env: _Env) -> Any:
        if base is None or isinstance(base, Missing):
            return base
        values = as_list(base)
        # Every element has the fields of any element; where it lacks one, that is null.
        names = {key for item in values if kind(item) == "context" for key in item}
        sure: list[Any] = []
        doubts: list[Missing] = []
        for item in values:
            self.budget.take(n.cost(condition))
            if _further(item):
                doubts.append(item)
                continue
            frame = {"item": item, **{name: self.field(item, name) for name in names}}
            found = self.value(condition, (*env, frame))
            if number(found):
                return self.element(values, found)
            held = truth(found)
            if held is True:
                sure.append(item)
            elif isinstance(held, Missing):
                doubts.append(held)
        return _with_tail(sure, doubts)

    def element(self, base: Any, place: Any) -> Any:
        if isinstance(base, Missing) or isinstance(place, Missing):
            return unknown(base, place)
        if base is None or not number(place) or place != int(place) or place == 0:
            return None
        values = as_list(base)
        if any(map(_further, values)):
            return unknown(*filter(_further, values))
        if abs(place) <= len(values):
            return values[int(place) - 1 if place > 0 else int(place)]
        return None

    # -- loops ----------------------------------------------------------------

    def rows(
        self, pairs: tuple[tuple[str, n.Node], ...], env: _Env
    ) -> Iterator[tuple[_Env | None, Any]]:
        """Yield (environment, None) per combination, or (None, what stands in its place)."""
        if not pairs:
            yield env, None
            return
        (name, domain), *rest = pairs
        values = self.value(domain, env)
        if values is None or isinstance(values, Missing):
            yield None, values
            return
        items = self.span(values) if isinstance(values, Range) else as_list(values)
        for item in items:
            if _further(item):
                yield None, item
            else:
                yield from self.rows(tuple(rest), (*env, {name: item}))

    def loop(self, node: n.For, env: _Env) -> Any:
        sure: list[Any] = []
        doubts: list[Missing] = []
        for inner, gap in self.rows(node.iterators, env):
            self.budget.take(n.cost(node.body))
            if inner is not None:
                sure.append(self.value(node.body, inner))
            elif gap is None:
                return None
            elif len(node.iterators) == 1 and not gap.more:
                return gap
            else:
                doubts.append(gap)
        return _with_tail(sure, doubts)

    def quantified(self, node: n.Quantified, env: _Env) -> Any:
        found = []
        for inner, gap in self.rows(node.iterators, env):
            self.budget.take(n.cost(node.body))
            found.append(truth(gap if inner is None else self.value(node.body, inner)))
        return all3(found) if node.every else any3(found)

    def span(self, values: Range) -> list[Any]:
        """List the whole numbers or days of a range, in its direction."""
        low, high = values.low, values.high
        if type(low) is date and type(high) is date:
            steps = self.span(Range(0, (high - low).days, values.low_closed, values.high_closed))
            return [low + timedelta(days=step) for step in steps]
        if not (number(low) and number(high) and low == int(low) and high == int(high)):
            return []
        down = high < low
        self.budget.take(int(abs(high - low)) + 1)
        found = list(range(int(low), int(high) + (-1 if down else 1), -1 if down else 1))
        found = found if values.low_closed else found[1:]
        return found if values.high_closed else found[:-1]

    # -- calls ----------------------------------------------------------------

    def call(self, node: n.Call, env: _Env) -> Any:
        for signature in FUNCTIONS.get(node.function, ()):
            placed = place_arguments(signature, node)
            if placed is None:
                continue
            args = [None if one is None else self.value(one, env) for one in placed]
            # `max(1)` is the repeating form of a single number, `max(xs)` the form of a list.
            alone = len(args) == 1 and signature.name in ("min", "max") and not signature.repeats
            if alone and kind(args[0]) not in ("list", "unknown", "null"):
                continue
            return self.apply(signature, args)
        raise FeelError(
            Text(f"无法调用 `{node.function}`", f"`{node.function}` cannot be called so")
        )

    def apply(self, signature: Signature, args: list[Any]) -> Any:
        if signature.repeats:
            fixed = len(signature.parameters) - 1
            args = [*args[:fixed], tuple(args[fixed:])]
        more = {"zone": self.zone} if signature.name == "date and time" else {}
        return IMPLEMENTED[signature.name](self.budget, *args, **more)


def _counts(node: n.Node) -> bool:
    return isinstance(node, n.Call) and node.function == "count"


def _conjunction(first: Any, second: Any) -> Any:
    """Join two comparisons: false decides, then null, then unknown."""
    if first is False or second is False:
        return False
    return None if first is None or second is None else all3((first, second))


def _with_tail(sure: list[Any], doubts: list[Missing]) -> tuple[Any, ...]:
    if not doubts:
        return tuple(sure)
    return (*sure, Missing(*(item for gap in doubts for item in gap.items), more=True))
