"""Which facts a norm or scorecard reads, found out from its plan.

A new fact concerns a norm only if it is of a type that the norm reads and no matcher of the norm
rejects it for certain. Where this cannot be told, the norm reads everything: slower, never wrong.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stdrules.engine.view import JUDGEMENT
from stdrules.feel.compile import Expression
from stdrules.plan.content import Matcher
from stdrules.plan.plan import PlanNorm, TypeInfo
from stdrules.plan.steps import Element, Require

#: Tells of a fact's fields whether it may concern a norm: False, or anything else.
Test = Callable[[Mapping[str, Any]], object]

# The case in generated code. A letter inside a text is taken for it: then too much is read.
_CASE = re.compile(r'\bc\b(?!\.parameters\b)(?:\.(?:all|one)\("([^"]+)"\))?')
_INSTANCE = re.compile(r"\b[tepc]\b")


class Reads:
    """What a group of norms reads.

    Attributes:
        everything: It cannot be told.
        tests: Types it reads by itself; for each what lets a fact concern it, or None for any.
        types: These and the types that their links lead to.
        links: Links between `types`: (source, own field, target, its field).
        timed: Fields whose moments decide whether a fact has happened: (type, field).
    """

    __slots__ = ("everything", "links", "tests", "timed", "types")

    def __init__(self) -> None:
        self.everything = False
        self.tests: dict[str, list[Test] | None] = {}
        self.types: frozenset[str] = frozenset()
        self.links: list[tuple[str, str, str, str]] = []
        self.timed: frozenset[tuple[str, str]] = frozenset()


def reads_of(parts: Any, types: Mapping[str, TypeInfo]) -> Reads:
    """Return what norms or scorecards read: all matchers and expressions in them."""
    found = Reads()
    timed: set[tuple[str, str]] = set()
    for one in walk(parts):
        if isinstance(one, Matcher):
            _add(found, one.type, test_of(one, types))
            if one.time is not None:
                timed.add((one.type, one.time))
        elif isinstance(one, Expression):
            for name in _CASE.findall(one.python):
                if name:
                    _add(found, name, None)
                else:
                    found.everything = True
        elif isinstance(one, PlanNorm) and isinstance(one.step, Require):
            for element in one.step.elements:
                if element.judgement is not None:
                    _add(found, JUDGEMENT, _judged(one.id, element))
    found.timed = frozenset(timed)
    _close(found, types)
    return found


def walk(value: Any) -> Iterator[Any]:
    """Yield a value of a plan and all that it is made of."""
    yield value
    if isinstance(value, Expression):
        return
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from walk(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from walk(item)


def _add(found: Reads, name: str, test: Test | None) -> None:
    if test is None:
        found.tests[name] = None
        return
    known = found.tests.setdefault(name, [])
    if known is not None:
        known.append(test)


def test_of(matcher: Matcher, types: Mapping[str, TypeInfo]) -> Test | None:
    """Return what lets a fact pass a matcher, if that can be told from its own fields."""
    where, info = matcher.where, types.get(matcher.type)
    if where is None or info is None or _INSTANCE.search(where.python):
        return None
    if any(f'"{name}"' in where.python for name, _, _, _ in info.links):
        return None
    # It reads the fact alone, so it may be called with nothing else.
    return dataclasses.replace(where, args=("f",)).function()


def _judged(norm: str, element: Element) -> Test:
    name = element.id
    return lambda fields: fields["norm"] == norm and fields["element"] == name


def _close(found: Reads, types: Mapping[str, TypeInfo]) -> None:
    todo = [name for name in found.tests if name in types]
    if found.everything:
        todo = list(types)
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for _, target, own, key in types[name].links:
            found.links.append((name, own, target, key))
            if target in types:
                todo.append(target)
    found.types = frozenset(seen)
