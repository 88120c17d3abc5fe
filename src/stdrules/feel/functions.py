"""The registry of built-in functions: guards around the implementations.

Every function is guarded in one way: an unknown argument gives an unknown result, a null or
an argument of the wrong kind gives null, a single value stands for a list of one. Functions
marked `raw` see their arguments as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import DecimalException
from typing import Any

from stdrules.base.truth import Missing
from stdrules.feel import types as t
from stdrules.feel.signatures import FUNCTIONS, Signature
from stdrules.feel.values import as_list, kind, unknown, weigh

__all__ = ["IMPLEMENTED", "builtin", "python_name"]

Implementation = Callable[..., Any]
_Shape = tuple[tuple[frozenset[str], bool], ...]

IMPLEMENTED: dict[str, Implementation] = {}


def python_name(function: str) -> str:
    """Give the name a function has in the run-time module.

    Example:
        >>> python_name("string length")
        'f_string_length'
    """
    return "f_" + function.replace(" ", "_")


def builtin(name: str, *, raw: bool = False) -> Callable[[Implementation], Implementation]:
    """Register an implementation `f(budget, *args)` of a function of the table.

    Arguments that the table marks as repeating arrive as one tuple.
    """

    def register(function: Implementation) -> Implementation:
        IMPLEMENTED[name] = function if raw else _guard(function, FUNCTIONS[name])
        return function

    return register


def _shapes(signatures: tuple[Signature, ...]) -> dict[int, _Shape]:
    """For each number of arguments: the kinds per position, and whether a list is meant."""
    found: dict[int, _Shape] = {}
    for signature in signatures:
        if signature.repeats and len(signature.parameters) == 1:
            found.setdefault(1, ((frozenset(), True),))
            continue
        most = len(signature.parameters)
        for count in range(signature.least, most + 1):
            shape = tuple(map(_expected, signature.parameters[:count]))
            if count in found:
                shape = tuple(map(_either, found[count], shape))
            found[count] = shape
    return found


def _expected(parameter: Any) -> tuple[frozenset[str], bool]:
    if parameter.repeats:
        return frozenset(), True
    kinds = frozenset(kind for type_ in parameter.types for kind in t.kinds(type_))
    return kinds, "list" in kinds


def _either(
    a: tuple[frozenset[str], bool], b: tuple[frozenset[str], bool]
) -> tuple[frozenset[str], bool]:
    return (a[0] | b[0] if a[0] and b[0] else frozenset()), a[1] or b[1]


def _guard(function: Implementation, signatures: tuple[Signature, ...]) -> Implementation:
    shapes = _shapes(signatures)
    least = min(signature.least for signature in signatures)

    def guarded(budget: Any, *args: Any, **more: Any) -> Any:
        for value in args:
            if type(value) is Missing:
                return unknown(*args)
        ready: list[Any] = []
        for place, (value, (kinds, is_list)) in enumerate(
            zip(args, shapes[len(args)], strict=True)
        ):
            if value is None and (place >= least or not kinds):
                ready.append(value)
            elif value is None:
                return None
            elif is_list:
                ready.append(as_list(value))
            elif not kinds or kind(value) in kinds:
                ready.append(value)
            else:
                return None
        try:
            found = function(budget, *ready, **more)
        except (DecimalException, OverflowError):
            return None
        weigh(budget, found)
        return found

    return guarded
