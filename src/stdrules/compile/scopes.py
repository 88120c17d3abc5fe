"""Which names an expression may use, with their types and the code that reads them.

Facts are contexts with their fields and links; a link leads on for a few steps, so that types
which point at each other stay finite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stdrules.feel.scope import Binding, Scope
from stdrules.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DAYS_DURATION,
    MOMENT,
    NUMBER,
    STRING,
    Choice,
    ContextOf,
    ListOf,
    Type,
)
from stdrules.model.ruleset import Parameter
from stdrules.model.vocabulary import FactType, FieldSpec, Vocabulary
from stdrules.plan.content import ARGS

_LINK_STEPS = 3
_SIMPLE: dict[str, Type] = {
    "text": STRING,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "date": DATE,
    "moment": MOMENT,
    "duration": DAYS_DURATION,
    "texts": ListOf(STRING),
}
# A duration may count days, months or working days: its kind is known with its value only.
_PARAMETERS: dict[str, Type] = {
    "number": NUMBER, "text": STRING, "boolean": BOOLEAN, "date": DATE, "duration": ANY,
}  # fmt: skip
_PERIOD = ContextOf({"start": DATE, "end": DATE, "year": NUMBER, "label": STRING})
_OPEN = ContextOf({}, open=True)


@dataclass(frozen=True, slots=True)
class Names:
    """Which names are in scope at a place.

    Attributes:
        bare: The variable and the fact type whose fields stand without a prefix, or None.
        trigger: The fact type of ``trigger``, or None.
        each: The variable and the fact type of ``each``, or None.
        period: Whether ``period`` is there.
    """

    bare: tuple[str, str] | None = None
    trigger: str | None = None
    each: tuple[str, str] | None = None
    period: bool = False

    def fact(self, type_: str) -> Names:
        """Return the same names with the fields of the fact under test."""
        return replace(self, bare=("f", type_))

    def for_each(self, type_: str, variable: str = "e") -> Names:
        """Return the same names with ``each``."""
        return replace(self, each=(variable, type_))

    @property
    def case_only(self) -> Names:
        """The same names without bare fields."""
        return replace(self, bare=None)


def field_type(spec: FieldSpec) -> Type:
    """Return the type that a field has in expressions.

    Example:
        >>> from stdrules.base.text import Text
        >>> spec = FieldSpec(type="texts", label=Text("标签", "tags"))
        >>> str(field_type(spec))
        'list of string'
    """
    if spec.type in ("choice", "choices"):
        choice = Choice(frozenset(spec.values or ()))
        return choice if spec.type == "choice" else ListOf(choice)
    return _SIMPLE[spec.type]


class Scopes:
    """The scopes of one vocabulary; each is made once."""

    def __init__(
        self, vocabulary: Vocabulary, parameters: Mapping[str, Parameter], zone: str
    ) -> None:
        self.types = vocabulary.types
        self.zone = zone
        self._contexts: dict[tuple[str, int], ContextOf] = {}
        self._scopes: dict[Names, Scope] = {}
        self._common = {name: self._of_type(name, spec) for name, spec in self.types.items()}
        values = {name: _PARAMETERS[spec.type] for name, spec in parameters.items()}
        self._common["parameter"] = Binding(ContextOf(values), "c.parameters")

    def context(self, name: str, steps: int = _LINK_STEPS) -> ContextOf:
        """Return the type of a fact; one of an unknown type may have any field."""
        spec = self.types.get(name)
        if spec is None:
            return _OPEN
        if (name, steps) not in self._contexts:
            found: dict[str, Type] = {key: field_type(field) for key, field in spec.fields.items()}
            if steps:
                for key, link in spec.links.items():
                    found[key] = self.context(link.type, steps - 1)
            self._contexts[name, steps] = ContextOf(found)
        return self._contexts[name, steps]

    def scope(self, names: Names) -> Scope:
        """Return the scope of a place."""
        found = self._scopes.get(names)
        if found is None:
            found = self._scopes[names] = Scope(self._bindings(names), ARGS, self.zone)
        return found

    def _of_type(self, name: str, spec: FactType) -> Binding:
        if spec.single:
            return Binding(self.context(name), f'c.one("{name}")')
        return Binding(ListOf(self.context(name)), f'c.all("{name}")')

    def _bindings(self, names: Names) -> dict[str, Binding]:
        found = dict(self._common)
        if names.bare is not None:
            variable, name = names.bare
            for key, type_ in self.context(name).fields.items():
                found[key] = Binding(type_, f'{variable}["{key}"]')
        if names.trigger is not None:
            found["trigger"] = Binding(self.context(names.trigger), "t")
        if names.each is not None:
            variable, name = names.each
            found["each"] = Binding(self.context(name), variable)
        if names.period:
            found["period"] = Binding(_PERIOD, "p")
        return found
