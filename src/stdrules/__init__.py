"""stdrules: hold facts against standards, every verdict with its clause, facts and arithmetic.

Example:
    >>> import stdrules
    >>> stdrules.load("q_gxxz_029").id
    'q_gxxz_029'

Names are imported when they are first used, so that ``import stdrules`` alone costs nothing.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stdrules.api.changes import diff_reports
    from stdrules.api.comparing import compare
    from stdrules.api.large import LargeAudit, audit_large, audit_large_together
    from stdrules.api.loading import audit, list_rulesets, load
    from stdrules.api.ruleset import Ruleset
    from stdrules.api.session import Session, open_session
    from stdrules.api.together import Together, audit_together
    from stdrules.base.errors import (
        FactsError,
        MissingExtraError,
        RulesetError,
        StdrulesError,
        UnfinishedError,
        UsageError,
    )
    from stdrules.react.reactions import Reactions
    from stdrules.report.report import Report

_HOMES = {
    "FactsError": "stdrules.base.errors",
    "MissingExtraError": "stdrules.base.errors",
    "LargeAudit": "stdrules.api.large",
    "Reactions": "stdrules.react.reactions",
    "Report": "stdrules.report.report",
    "Ruleset": "stdrules.api.ruleset",
    "RulesetError": "stdrules.base.errors",
    "Session": "stdrules.api.session",
    "StdrulesError": "stdrules.base.errors",
    "UnfinishedError": "stdrules.base.errors",
    "UsageError": "stdrules.base.errors",
    "Together": "stdrules.api.together",
    "audit": "stdrules.api.loading",
    "audit_large": "stdrules.api.large",
    "audit_large_together": "stdrules.api.large",
    "audit_together": "stdrules.api.together",
    "compare": "stdrules.api.comparing",
    "diff_reports": "stdrules.api.changes",
    "list_rulesets": "stdrules.api.loading",
    "open_session": "stdrules.api.session",
}

__all__ = [
    "FactsError",
    "LargeAudit",
    "MissingExtraError",
    "Reactions",
    "Report",
    "Ruleset",
    "RulesetError",
    "Session",
    "StdrulesError",
    "Together",
    "UnfinishedError",
    "UsageError",
    "audit",
    "audit_large",
    "audit_large_together",
    "audit_together",
    "compare",
    "diff_reports",
    "list_rulesets",
    "load",
    "open_session",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "load":
        return import_module("stdrules.load")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module `stdrules` has no attribute `{name}`")
    found = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Load(ModuleType):
    """The package ``stdrules.load``, which may be called: ``stdrules.load("q_gxxz_029")``."""

    def __call__(self, reference: Any, on: Any = None, **options: Any) -> Any:
        """Load a ruleset; see ``stdrules.api.loading.load``."""
        from stdrules.api.loading import load

        return load(reference, on, **options)


class _Front(ModuleType):
    """This package. Its name `load` is a layer of the code and the function that users call."""

    def __setattr__(self, name: str, value: object) -> None:
        # Python sets the name when anything imports the layer; what it sets must stay callable.
        if name == "load" and isinstance(value, ModuleType):
            value.__class__ = _Load
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Front
