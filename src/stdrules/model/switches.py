"""Switches: values of a norm or scorecard that depend on a reading or are a parameter.

``{reading: NAME, when: {ALTERNATIVE: VALUE, ...}}`` is replaced by the value of the alternative
chosen, ``{parameter: NAME}`` by the parameter's value, both before anything else is read. A switch
may stand anywhere a value may, also inside another one; an entry of a list that becomes null is
left out of the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text

Tree = dict[str, Any] | list[Any] | str | None
Path = tuple[str | int, ...]


class Switch(NamedTuple):
    """A switch found in a tree: its place, and the reading or the parameter that it asks."""

    path: Path
    reading: str | None
    parameter: str | None
    alternatives: tuple[str, ...]


class Resolved(NamedTuple):
    """A tree without switches, and the names it was found to rest on, sorted."""

    tree: Any
    readings: tuple[str, ...]
    parameters: tuple[str, ...]


def is_reading(tree: object) -> bool:
    """Tell whether a tree is a switch on a reading.

    Example:
        >>> is_reading({"reading": "r", "when": {"a": "P1D", "b": "PT24H"}})
        True
    """
    return (
        isinstance(tree, dict)
        and len(tree) == 2
        and isinstance(tree.get("reading"), str)
        and isinstance(tree.get("when"), dict)
    )


def is_parameter(tree: object) -> bool:
    """Tell whether a tree is a switch on a parameter."""
    return isinstance(tree, dict) and len(tree) == 1 and isinstance(tree.get("parameter"), str)


def find_switches(tree: Any, path: Path = ()) -> Iterator[Switch]:
    """Yield every switch in a tree, those inside alternatives too, in the order of the file."""
    if isinstance(tree, dict):
        if is_parameter(tree):
            yield Switch(path, None, tree["parameter"], ())
            return
        if is_reading(tree):
            yield Switch(path, tree["reading"], None, tuple(tree["when"]))
            for name, value in tree["when"].items():
                yield from find_switches(value, (*path, "when", name))
            return
        for key, value in tree.items():
            if value.__class__ is not str:
                yield from find_switches(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            if value.__class__ is not str:
                yield from find_switches(value, (*path, index))


def resolve(tree: Any, readings: Mapping[str, str], parameters: Mapping[str, Any]) -> Resolved:
    """Replace every switch by its value.

    Args:
        tree: A mapping, list, text or None, as read from a file.
        readings: The alternative chosen for each reading.
        parameters: The value of each parameter as text, or None.

    Returns:
        The plain tree (parts without switches are shared, not copied) and the readings and
        parameters that decided it. Names inside alternatives not chosen decide nothing.

    Raises:
        UsageError: A switch asks for a reading, alternative or parameter that is not given.

    Example:
        >>> tree = {"before": {"reading": "r", "when": {"a": "P1D", "b": "PT24H"}}}
        >>> resolve(tree, {"r": "b"}, {})
        Resolved(tree={'before': 'PT24H'}, readings=('r',), parameters=())
    """
    used_readings: set[str] = set()
    used_parameters: set[str] = set()

    def walk(node: Any) -> Any:
        kind = node.__class__
        if kind is str or node is None:
            return node
        if kind is list:
            return walk_list(node)
        if is_reading(node):
            used_readings.add(node["reading"])
            return walk(_choice(node, readings))
        if is_parameter(node):
            used_parameters.add(node["parameter"])
            return _known(node["parameter"], parameters, Text("参数", "parameter"))
        if kind is dict:
            walked = {key: walk(value) for key, value in node.items()}
            changed = any(walked[key] is not value for key, value in node.items())
            return walked if changed else node
        return node

    def walk_list(node: list[Any]) -> list[Any]:
        kept: list[Any] = []
        for value in node:
            new = walk(value)
            if new is not None or value is None:
                kept.append(new)
        same = len(kept) == len(node) and all(a is b for a, b in zip(kept, node, strict=True))
        return node if same else kept

    plain = walk(tree)
    return Resolved(plain, tuple(sorted(used_readings)), tuple(sorted(used_parameters)))


def _choice(node: dict[str, Any], readings: Mapping[str, str]) -> Any:
    chosen = _known(node["reading"], readings, Text("解读", "reading"))
    return _known(chosen, node["when"], Text("解读取值", "alternative"))


def _known(name: str, known: Mapping[str, Any], what: Text) -> Any:
    if name in known:
        return known[name]
    near = did_you_mean(name, known)
    hint = Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None
    raise UsageError(Text(f"未知的{what.zh} `{name}`", f"unknown {what.en} `{name}`"), hint=hint)
