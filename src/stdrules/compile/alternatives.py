"""Errors in corners that the default choices do not reach: every alternative of every reading.

A ruleset is compiled under one other alternative after the other, and with each parameter that
has a value left without one, or given one if it has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from stdrules.base.diagnostics import Diagnostic, make
from stdrules.compile.compiler import compile_plan, expressions_of
from stdrules.model.ruleset import RulesetHeader
from stdrules.plan.source import RulesetSource

# Values of each type with which a parameter without a default is tried. A text may stand where
# only certain words do, such as the name of a period; one that fits will do.
_SAMPLES: dict[str, tuple[str, ...]] = {
    "duration": ("P1D",), "number": ("1",), "date": ("2024-01-01",), "boolean": ("true",),
    "text": ("x", "month"),
}  # fmt: skip


def check_alternatives(source: RulesetSource) -> list[Diagnostic]:
    """Compile a ruleset under every single choice that differs from the defaults.

    Args:
        source: A loaded ruleset.

    Returns:
        The findings that the defaults do not give, each naming the choice that gives it.
    """
    memo = expressions_of(source)
    _, defaults = compile_plan(source, memo=memo)
    seen = {(found.code, found.span, found.message) for found in defaults}
    new: list[Diagnostic] = []
    for choices in _choices(source.header):
        for found in _least(source, choices, seen, memo):
            seen.add((found.code, found.span, found.message))
            new.append(_with(found, choices[0].label))
    return new


class _Choice(NamedTuple):
    label: str
    readings: Mapping[str, str]
    parameters: Mapping[str, str | None]


def _least(
    source: RulesetSource, choices: Sequence[_Choice], seen: set[Any], memo: Any
) -> list[Diagnostic]:
    """Return what the first choice gives that is new, or nothing if one of them gives nothing."""
    first: list[Diagnostic] | None = None
    for choice in choices:
        _, findings = compile_plan(source, choice.readings, choice.parameters, memo)
        new = {(one.code, one.span, one.message): one for one in findings}
        fresh = [one for key, one in new.items() if key not in seen]
        if not fresh:
            return []
        first = fresh if first is None else first
    return first or []


def _choices(header: RulesetHeader) -> Iterator[list[_Choice]]:
    for name, reading in header.readings.items():
        for alternative in reading.alternatives:
            if alternative != reading.default:
                yield [_Choice(f"`{name}` = `{alternative}`", {name: alternative}, {})]
    for name, parameter in header.parameters.items():
        if parameter.default is None:
            yield [
                _Choice(f"`{name}` = `{sample}`", {}, {name: sample})
                for sample in _SAMPLES[parameter.type]
            ]
        else:
            yield [_Choice(f"`{name}` = null", {}, {name: None})]


def _with(found: Diagnostic, label: str) -> Diagnostic:
    return make(
        found.code,
        found.span,
        zh=f"{found.message.zh}（当 {label} 时）",
        en=f"{found.message.en} (with {label})",
        hint_zh=found.hint.zh if found.hint else None,
        hint_en=found.hint.en if found.hint else None,
        excerpt=found.excerpt,
    )
