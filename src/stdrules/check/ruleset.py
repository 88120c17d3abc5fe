"""All checks of a ruleset."""

from __future__ import annotations

from collections.abc import Sequence

from stdrules.base.diagnostics import Diagnostic, sorted_diagnostics
from stdrules.check.cases import check_cases
from stdrules.check.ledger import check_ledger
from stdrules.check.source import CheckSource, Finder, RawCase
from stdrules.check.unused import check_unused
from stdrules.check.vocabulary import check_headings, check_texts
from stdrules.plan.plan import Plan


def check_ruleset(
    source: CheckSource, plan: Plan | None, cases: Sequence[RawCase] | None = None
) -> list[Diagnostic]:
    """Check a ruleset beyond its format.

    Args:
        source: A loaded ruleset.
        plan: Its plan under the default choices; None if it does not compile: then nothing is
            said about references to norms, nor about tests.
        cases: Its tests; None: they are not checked.

    Returns:
        The findings in the order of the files. Whether the tests come out as expected is for
        an evaluator to say.
    """
    finder = Finder(source)
    found = [
        *check_ledger(finder, plan),
        *check_unused(finder),
        *check_texts(finder, plan),
        *check_headings(finder),
    ]
    if plan is not None and cases is not None:
        found += check_cases(finder, plan, cases)
    return list(sorted_diagnostics(found))
