"""Write a syntax tree back as FEEL text: `parse(unparse(tree)) == tree`."""

from __future__ import annotations

from decimal import Decimal

from stdrules.feel import nodes as n

__all__ = ["unparse"]

_LEVEL = {"or": 1, "and": 2, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
_COMPARISON, _SIGN, _PRIMARY = 3, 7, 8


def unparse(node: n.Node) -> str:
    """Give the canonical text of a tree.

    Example:
        >>> unparse(n.Binary("+", n.Number(1), n.Name("x")))
        '1 + x'
    """
    return _text(node)[0]


def _quote(text: str) -> str:
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + out.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _at(node: n.Node, level: int) -> str:
    """Write a part, in parentheses if it binds less tightly than its place asks for."""
    text, own = _text(node)
    return text if own >= level else f"({text})"


def _number(value: int | Decimal) -> str:
    return str(value) if isinstance(value, int) else f"{value:f}"


def _binary(node: n.Binary) -> tuple[str, int]:
    level = _LEVEL.get(node.operator, _COMPARISON)
    parts = n.operands(node) if level != _COMPARISON else [node.left, node.right]
    first = level if level != _COMPARISON else level + 1
    texts = [_at(parts[0], first), *(_at(part, level + 1) for part in parts[1:])]
    return f" {node.operator} ".join(texts), level


def _iterators(pairs: tuple[tuple[str, n.Node], ...]) -> str:
    texts = []
    for name, domain in pairs:
        if isinstance(domain, n.RangeLiteral) and domain.low_closed and domain.high_closed:
            texts.append(f"{name} in {_at(domain.low, 1)}..{_at(domain.high, 1)}")
        else:
            texts.append(f"{name} in {_at(domain, 1)}")
    return ", ".join(texts)


def _test(node: n.Node) -> str:
    if isinstance(node, n.Compare):
        return f"{node.operator} {_at(node.operand, 4)}"
    if isinstance(node, n.NotTests):
        return f"not({', '.join(map(_test, node.tests))})"
    if isinstance(node, n.Call) and node.function == "not":
        return f"({_text(node)[0]})"
    return _at(node, 0)


def _endpoint(node: n.Node) -> str:
    text, level = _text(node)
    simple = level >= _PRIMARY or (level == _SIGN and not text.startswith("--"))
    return text if simple and not _filters(node) else f"({text})"


def _filters(node: n.Node) -> bool:
    while isinstance(node, n.Path | n.Filter | n.Negate):
        if isinstance(node, n.Filter):
            return True
        node = node.operand if isinstance(node, n.Negate) else node.base
    return False


def _form(node: n.Node) -> str | None:
    """Write the forms that extend as far right as they can."""
    if isinstance(node, n.If):
        return f"if {_at(node.condition, 0)} then {_at(node.first, 0)} else {_at(node.second, 0)}"
    if isinstance(node, n.For):
        return f"for {_iterators(node.iterators)} return {_at(node.body, 0)}"
    if isinstance(node, n.Quantified):
        word = "every" if node.every else "some"
        return f"{word} {_iterators(node.iterators)} satisfies {_at(node.body, 0)}"
    return None


def _text(node: n.Node) -> tuple[str, int]:
    """Write a node and say how tightly it binds."""
    form = _form(node)
    if form is not None:
        return form, 0
    if isinstance(node, n.Binary):
        return _binary(node)
    if isinstance(node, n.Between):
        parts = (_at(node.value, 4), _at(node.low, 4), _at(node.high, 4))
        return f"{parts[0]} between {parts[1]} and {parts[2]}", _COMPARISON
    if isinstance(node, n.In):
        return f"{_at(node.value, 4)} in ({', '.join(map(_test, node.tests))})", _COMPARISON
    if isinstance(node, n.Negate):
        return f"-{_at(node.operand, _SIGN)}", _SIGN
    return _primary(node), _PRIMARY


def _primary(node: n.Node) -> str:
    match node:
        case n.Number(value):
            return _number(value)
        case n.String(value):
            return _quote(value)
        case n.Boolean(value):
            return "true" if value else "false"
        case n.Null():
            return "null"
        case n.Temporal(text):
            return "@" + _quote(text)
        case n.Name(name):
            return name
        case n.Path(base, name):
            return f"{_at(base, _PRIMARY)}.{name}"
        case n.Filter(base, condition):
            return f"{_at(base, _PRIMARY)}[{_text(condition)[0]}]"
        case n.Call(function, args, named):
            parts = [_text(arg)[0] for arg in args]
            parts += [f"{name}: {_text(arg)[0]}" for name, arg in named]
            return f"{function}({', '.join(parts)})"
        case n.ListLiteral(items):
            return f"[{', '.join(_text(item)[0] for item in items)}]"
        case n.ContextLiteral(entries):
            inner = ", ".join(f"{_key(name)}: {_text(value)[0]}" for name, value in entries)
            return "{" + inner + "}"
        case n.RangeLiteral(low, high, low_closed, high_closed):
            left, right = "[" if low_closed else "(", "]" if high_closed else ")"
            return f"{left}{_endpoint(low)}..{_endpoint(high)}{right}"
        case _:
            raise TypeError(f"not an expression node: {type(node).__name__}")


def _key(name: str) -> str:
    return name if name.isidentifier() else _quote(name)
