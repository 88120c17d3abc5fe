"""Two rulesets side by side, and whether the links between ledgers hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.report.compare import FIGURES, Comparison, Figures, Side
from stdrules.report.compare import compare as put_side_by_side

_ALIASED = {"from": "from_", "for": "for_"}


def compare(first: Ruleset | str, second: Ruleset | str) -> Comparison:
    """Compare two rulesets: statements the same, changed, or in one of them only.

    Args:
        first: A ruleset, its id or its path.
        second: Another one.

    Raises:
        RulesetError: One is not found, or cannot be used.

    Example:
        >>> compare("db4201_629", "suzhou_464").totals["same"]
        68
    """
    sides = [one if isinstance(one, Ruleset) else load(one) for one in (first, second)]
    return put_side_by_side(*[_side(rules.source) for rules in sides])


def _side(source: LoadedRuleset) -> Side:
    header = source.header
    norms = {resolved.norm.id: resolved for resolved in source.norms()}
    figures: dict[str, Figures] = {}
    for entry in source.ledger.clauses:
        named = [norms[name] for name in entry.norms if name in norms]
        if named:
            figures[entry.id] = _figures(named, entry.parameters, source)
    return Side(header.id, header.version, header.title, source.ledger.clauses, figures)


def _figures(norms: Iterable[Any], parameters: Iterable[str], source: LoadedRuleset) -> Figures:
    found: dict[str, dict[str, None]] = {}
    names = dict.fromkeys(parameters)
    for resolved in norms:
        names |= dict.fromkeys(resolved.parameters)
        for name in FIGURES:
            value = getattr(resolved.norm, _ALIASED.get(name, name), None)
            if value is not None:
                found.setdefault(name, {})[str(value)] = None
    declared: Mapping[str, Any] = source.header.parameters
    for name in names:
        if name in declared:
            value = declared[name].default
            shown = name if value is None else f"{name} = {value}"
            found.setdefault("parameters", {})[shown] = None
    return {name: tuple(values) for name, values in found.items()}
