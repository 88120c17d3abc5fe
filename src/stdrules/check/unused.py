"""Readings, parameters and fact types that nothing uses.

Alternatives that are not chosen count as uses: the norms are read as they stand in the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stdrules.base.diagnostics import Diagnostic
from stdrules.check import codes
from stdrules.check.source import VOCABULARY, Finder, RawNorm
from stdrules.model.vocabulary import JUDGEMENT

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_PARAMETER = re.compile(r"\bparameter\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)", re.ASCII)


def check_unused(finder: Finder) -> Iterator[Diagnostic]:
    """Yield a warning for every declared name that nothing uses."""
    source = finder.source
    card = source.scorecard_tree
    norms = [*source.norm_trees, *([card] if card is not None else [])]
    texts = [text for norm in norms for text in _texts(norm.tree)]
    yield from _switches(finder, norms, texts)
    header = source.header
    words = {word for text in texts for word in _WORD.findall(text)}
    for case in header.case_types:
        for fact in (case.from_, case.to):
            if fact is not None:
                words |= {fact.fact, *_WORD.findall(fact.where or "")}
    used = {name for name in source.vocabulary.types if name in words or name == JUDGEMENT}
    todo = list(used)
    while todo:
        for link in source.vocabulary.types[todo.pop()].links.values():
            if link.type in source.vocabulary.types and link.type not in used:
                used.add(link.type)
                todo.append(link.type)
    for name in source.vocabulary.types:
        span = finder.at(VOCABULARY, name)
        # A type that only a shared vocabulary declares is there for others too.
        if name not in used and span.file == finder.file(VOCABULARY):
            yield finder.report(
                codes.UNUSED_TYPE, span,
                f"事实类型 `{name}` 没有用到", f"nothing uses the fact type `{name}`",
            )  # fmt: skip


def _switches(finder: Finder, norms: list[RawNorm], texts: list[str]) -> Iterator[Diagnostic]:
    readings: set[str] = set()
    parameters = {name for text in texts for name in _PARAMETER.findall(text)}
    for norm in norms:
        for switch in norm.switches:
            readings |= {switch.reading} if switch.reading else set()
            parameters |= {switch.parameter} if switch.parameter else set()
        for key, found in (("readings", readings), ("parameters", parameters)):
            listed = norm.tree.get(key)
            if isinstance(listed, list):
                found |= {name for name in listed if isinstance(name, str)}
    header = finder.source.header
    for name in header.readings:
        if name not in readings:
            yield finder.report(
                codes.UNUSED_READING, finder.at("ruleset.yaml", name),
                f"解读 `{name}` 没有用到", f"nothing uses the reading `{name}`",
            )  # fmt: skip
    for name in header.parameters:
        if name not in parameters:
            yield finder.report(
                codes.UNUSED_PARAMETER, finder.at("ruleset.yaml", name),
                f"参数 `{name}` 没有用到", f"nothing uses the parameter `{name}`",
            )  # fmt: skip


def _texts(tree: Any) -> Iterator[str]:
    """Yield the texts of a tree, but not titles and the like, which are for people."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        if set(tree) != {"zh", "en"}:
            for value in tree.values():
                yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)
