"""What an expression may refer to: names, their types and the code that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stdrules.feel.types import Type

__all__ = ["Binding", "Scope"]


@dataclass(frozen=True)
class Binding:
    """A name in scope.

    Args:
        type: Its static type.
        code: Python source of an expression that yields the value inside the generated
            function, for example ``f["document_type"]``. Written by the caller, never by
            the author of an expression.
    """

    type: Type
    code: str


@dataclass(frozen=True)
class Scope:
    """The names of an expression and the parameters of the function made from it.

    Args:
        bindings: The names, in the author's words.
        args: Parameter names of the generated function.
        zone: IANA zone in which a date and time without an offset is read; None refuses them.
    """

    bindings: Mapping[str, Binding]
    args: tuple[str, ...]
    zone: str | None = None
