"""Errors in corners that the default choices do not reach: every alternative of every reading.

A ruleset is compiled under one other alternative after the other, and with each parameter that
has a value left without one, or given one if it has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stdrules.base.diagnostics import Diagnostic, make
from stdrules.compile.compiler import compile_plan, expressions_of
from stdrules.model.ruleset import RulesetHeader
from stdrules.plan.source import RulesetSource

# A value of each type with which a parameter without a default is tried.
_SAMPLES = {
    "duration": "P1D", "number": "1", "date": "2024-01-01", "boolean": "true", "text": "x",
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
    for label, readings, parameters in _choices(source.header):
        _, findings = compile_plan(source, readings, parameters, memo)
        for found in findings:
            key = (found.code, found.span, found.message)
            if key not in seen:
                seen.add(key)
                new.append(_with(found, label))
    return new


def _choices(
    header: RulesetHeader,
) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, str | None]]]:
    for name, reading in header.readings.items():
        for alternative in reading.alternatives:
            if alternative != reading.default:
                yield f"`{name}` = `{alternative}`", {name: alternative}, {}
    for name, parameter in header.parameters.items():
        if parameter.default is None:
            sample = _SAMPLES[parameter.type]
            yield f"`{name}` = `{sample}`", {}, {name: sample}
        else:
            yield f"`{name}` = null", {}, {name: None}


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
