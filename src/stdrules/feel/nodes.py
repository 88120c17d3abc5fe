"""The syntax tree of FEEL: frozen nodes that remember where they stood.

`start` and `end` are character offsets into the text (end exclusive). They do not take
part in equality, so that two texts with the same meaning have equal trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal

__all__ = [
    "Between",
    "Binary",
    "Boolean",
    "Call",
    "Compare",
    "ContextLiteral",
    "Filter",
    "For",
    "If",
    "In",
    "ListLiteral",
    "Name",
    "Negate",
    "Node",
    "NotTests",
    "Null",
    "Number",
    "Path",
    "Quantified",
    "RangeLiteral",
    "String",
    "Temporal",
    "children",
    "cost",
    "depth",
    "operands",
    "size",
]


@dataclass(frozen=True, kw_only=True)
class Node:
    """Any part of an expression."""

    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Number(Node):
    """A decimal literal; whole ones are int."""

    value: int | Decimal


@dataclass(frozen=True)
class String(Node):
    """A text literal, escapes resolved."""

    value: str


@dataclass(frozen=True)
class Boolean(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True)
class Null(Node):
    """``null``."""


@dataclass(frozen=True)
class Temporal(Node):
    """``@"..."``: a date, time, date and time or duration."""

    text: str


@dataclass(frozen=True)
class Name(Node):
    """A reference to a name in scope."""

    name: str


@dataclass(frozen=True)
class Path(Node):
    """``base.name``."""

    base: Node
    name: str


@dataclass(frozen=True)
class Filter(Node):
    """``base[condition]``: a predicate or a 1-based index."""

    base: Node
    condition: Node


@dataclass(frozen=True)
class Call(Node):
    """A built-in function with positional or named arguments."""

    function: str
    args: tuple[Node, ...] = ()
    named: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True)
class ListLiteral(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class ContextLiteral(Node):
    """``{name: value}``; later entries see earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class RangeLiteral(Node):
    """``[low..high]`` with open or closed ends; in `for` also bare ``low..high``."""

    low: Node
    high: Node
    low_closed: bool = True
    high_closed: bool = True


@dataclass(frozen=True)
class If(Node):
    """``if condition then first else second``."""

    condition: Node
    first: Node
    second: Node


@dataclass(frozen=True)
class For(Node):
    """``for a in xs, b in ys return body``; later lists see earlier names."""

    iterators: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True)
class Quantified(Node):
    """``some`` (any) or ``every`` over the product of the lists."""

    every: bool
    iterators: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True)
class Between(Node):
    """``value between low and high``; both ends count."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True)
class In(Node):
    """``value in tests``: true if any test accepts the value."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True)
class Compare(Node):
    """A unary test such as ``< 5``; stands only inside `In`."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class NotTests(Node):
    """``not(tests)`` as a unary test; stands only inside `In`."""

    tests: tuple[Node, ...]


@dataclass(frozen=True)
class Negate(Node):
    """``-operand``."""

    operand: Node


@dataclass(frozen=True)
class Binary(Node):
    """Any other operator: ``+ - * / ** = != < <= > >= and or``."""

    operator: str
    left: Node
    right: Node


def children(node: Node) -> Iterator[Node]:
    """Yield the direct parts of a node, left to right."""
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for part in value:
                if isinstance(part, Node):
                    yield part
                elif isinstance(part, tuple) and isinstance(part[1], Node):
                    yield part[1]


def size(node: Node) -> int:
    """Count the nodes of a tree: the steps one evaluation of it may cost."""
    total, todo = 0, [node]
    while todo:
        total += 1
        todo.extend(children(todo.pop()))
    return total


_SLOW = frozenset(("exp", "log", "sqrt", "stddev"))


def cost(node: Node) -> int:
    """Say how many steps a part costs each time a loop repeats it.

    A node is a step, a call four more, and a function or power that needs a series many more.
    """
    total, todo = 2, [node]
    while todo:
        here = todo.pop()
        total += 1
        if isinstance(here, Call):
            total += 80 if here.function in _SLOW else 4
        elif isinstance(here, Binary) and here.operator == "**":
            total += 50
        todo.extend(children(here))
    return total


def operands(node: Binary) -> list[Node]:
    """Give the operands of a chain of one operator, left to right.

    Chains lean to the left, so only the left side is followed: `a - (b - c)` keeps its
    parentheses, and the list folds to the left.
    """
    found: list[Node] = []
    here: Node = node
    while isinstance(here, Binary) and here.operator == node.operator:
        found.append(here.right)
        here = here.left
    found.append(here)
    return found[::-1]


def depth(node: Node) -> int:
    """Measure nesting; a chain of one operator counts as one level."""
    deepest, todo = 0, [(node, 1)]
    while todo:
        here, level = todo.pop()
        deepest = max(deepest, level)
        below = operands(here) if isinstance(here, Binary) else children(here)
        todo.extend((part, level + 1) for part in below)
    return deepest
