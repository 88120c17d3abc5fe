"""stdrules: hold facts against standards, every verdict with its clause, facts and arithmetic.

Example:
    >>> import stdrules
    >>> stdrules.load("q_gxxz_029").id
    'q_gxxz_029'

Names are imported when they are first used, so that ``import stdrules`` alone costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stdrules.api.ruleset import Ruleset, audit, list_rulesets, load
    from stdrules.base.errors import (
        FactsError,
        MissingExtraError,
        RulesetError,
        StdrulesError,
        UsageError,
    )
    from stdrules.report.report import Report

_HOMES = {
    "FactsError": "stdrules.base.errors",
    "MissingExtraError": "stdrules.base.errors",
    "Report": "stdrules.report.report",
    "Ruleset": "stdrules.api.ruleset",
    "RulesetError": "stdrules.base.errors",
    "StdrulesError": "stdrules.base.errors",
    "UsageError": "stdrules.base.errors",
    "audit": "stdrules.api.ruleset",
    "list_rulesets": "stdrules.api.ruleset",
    "load": "stdrules.api.ruleset",
}

__all__ = [
    "FactsError",
    "MissingExtraError",
    "Report",
    "Ruleset",
    "RulesetError",
    "StdrulesError",
    "UsageError",
    "audit",
    "list_rulesets",
    "load",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module `stdrules` has no attribute `{name}`")
    from importlib import import_module

    found = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
