"""Switches: values of a norm or scorecard that depend on a reading or are a parameter.

``{reading: NAME, when: {ALTERNATIVE: VALUE, ...}}`` is replaced by the value of the alternative
chosen, ``{parameter: NAME}`` by the parameter's value, both before anything else is read. A switch
may stand anywhere a value may, also inside another one. An alternative that is null leaves the
key out; a parameter without a value leaves the key there with null. An entry of a list that becomes
null either way is left out of the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.model.base import FACT_WORDS

Path = tuple[str | int, ...]


_LEFT_OUT: Any = object()


class Switch(NamedTuple):
    """A switch found in a tree: its place, and the reading or the parameter that it asks.

    `under` holds the alternatives that must be chosen for the switch to be reached at all.
    """

    path: Path
    reading: str | None
    parameter: str | None
    alternatives: tuple[str, ...]
    under: tuple[tuple[str, str], ...] = ()


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


def find_switches(
    tree: Any, path: Path = (), under: tuple[tuple[str, str], ...] = ()
) -> Iterator[Switch]:
    """Yield every switch in a tree, those inside alternatives too, in the order of the file."""
    if isinstance(tree, dict):
        if is_parameter(tree):
            yield Switch(path, None, tree["parameter"], (), under)
            return
        if is_reading(tree):
            reading = tree["reading"]
            yield Switch(path, reading, None, tuple(tree["when"]), under)
            for name, value in tree["when"].items():
                chosen = (*under, (reading, name))
                yield from find_switches(value, (*path, "when", name), chosen)
            return
        for key, value in tree.items():
            if value.__class__ is not str:
                yield from find_switches(value, (*path, key), under)
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            if value.__class__ is not str:
                yield from find_switches(value, (*path, index), under)


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
            chosen = _choice(node, readings)
            return _LEFT_OUT if chosen is None else walk(chosen)
        if is_parameter(node):
            used_parameters.add(node["parameter"])
            return _known(node["parameter"], parameters, Text("参数", "parameter"))
        if kind is dict:
            walked = {key: walk(value) for key, value in node.items()}
            if all(walked[key] is value for key, value in node.items()):
                return node
            return {key: value for key, value in walked.items() if value is not _LEFT_OUT}
        return node

    def walk_list(node: list[Any]) -> list[Any]:
        walked = [(walk(value), value) for value in node]
        if all(new is old for new, old in walked):
            return node
        return [n for n, old in walked if n is not _LEFT_OUT and (n is not None or old is None)]

    plain = walk(tree)
    return Resolved(
        None if plain is _LEFT_OUT else plain,
        tuple(sorted(used_readings)),
        tuple(sorted(used_parameters)),
    )


def _choice(node: dict[str, Any], readings: Mapping[str, str]) -> Any:
    chosen = _known(node["reading"], readings, Text("解读", "reading"))
    return _known(chosen, node["when"], Text("解读取值", "alternative"))


def _known(name: str, known: Mapping[str, Any], what: Text) -> Any:
    if name in known:
        return known[name]
    near = did_you_mean(name, known)
    hint = Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None
    raise UsageError(Text(f"未知的{what.zh} `{name}`", f"unknown {what.en} `{name}`"), hint=hint)


def raw_path(
    tree: Any, path: Path, readings: Mapping[str, str], parameters: Mapping[str, Any]
) -> Path:
    """Tell where a part of a resolved tree stands in the tree with switches.

    Args:
        tree: The tree with switches.
        path: A path in the tree that `resolve` makes of it with the same choices; ``fact`` also
            finds its synonyms.
        readings: The alternative chosen for each reading.
        parameters: The value of each parameter.

    Returns:
        The path in `tree`; it ends early where a parameter stands for the value.

    Example:
        >>> tree = {"before": {"reading": "r", "when": {"a": "P1D", "b": "PT24H"}}}
        >>> raw_path(tree, ("before",), {"r": "b"}, {})
        ('before', 'when', 'b')
    """
    found: list[str | int] = []
    node = _enter(tree, found, readings)
    for step in path:
        if step == "fact" and isinstance(node, dict) and step not in node:
            step = next((word for word in FACT_WORDS if word in node), step)
        if isinstance(node, dict) and step in node:
            found.append(step)
            node = node[step]
        elif isinstance(node, list) and isinstance(step, int):
            kept = [i for i, v in enumerate(node) if not _vanishes(v, readings, parameters)]
            if step >= len(kept):
                break
            found.append(kept[step])
            node = node[kept[step]]
        else:
            break
        node = _enter(node, found, readings)
    return tuple(found)


def _enter(node: Any, found: list[str | int], readings: Mapping[str, str]) -> Any:
    while is_reading(node) and readings.get(node["reading"]) in node["when"]:
        chosen = readings[node["reading"]]
        found += ["when", chosen]
        node = node["when"][chosen]
    return node


def _vanishes(node: Any, readings: Mapping[str, str], parameters: Mapping[str, Any]) -> bool:
    if not (is_reading(node) or is_parameter(node)):
        return False
    return resolve(node, readings, parameters).tree is None
