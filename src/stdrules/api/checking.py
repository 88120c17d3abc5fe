"""Checking a ruleset: everything that can be said about it without facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from stdrules.base.diagnostics import Diagnostic, Severity, sorted_diagnostics
from stdrules.check.links import check_links
from stdrules.check.ruleset import check_ruleset
from stdrules.compile.alternatives import check_alternatives
from stdrules.compile.compiler import compile_plan
from stdrules.load.files import RawRuleset
from stdrules.load.ruleset import Ruleset, read_ruleset
from stdrules.report.listing import ledger_totals


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a ruleset found.

    Attributes:
        name: Its id, or its folder if it has none.
        findings: Everything that is wrong, by file and place.
        usable: Whether it could be loaded and compiled.
        totals: Statements of the ledger by status, and norms and tests.
    """

    name: str
    findings: tuple[Diagnostic, ...]
    usable: bool
    totals: Mapping[str, int]

    @property
    def errors(self) -> int:
        """How many of the findings are errors."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many of the findings are warnings."""
        return sum(finding.severity is Severity.WARNING for finding in self.findings)


def check_files(raw: RawRuleset) -> Checked:
    """Check a ruleset whose files were read; it need not be usable."""
    ruleset, findings = read_ruleset(raw)
    if ruleset is None:
        return Checked(raw.name or ".", tuple(findings), False, {})
    return check_loaded(ruleset)


def check_several(raws: Iterable[RawRuleset]) -> list[Checked]:
    """Check rulesets whose files were read, and the links between their ledgers."""
    found: list[Checked] = []
    loaded: dict[int, Ruleset] = {}
    for raw in raws:
        ruleset, findings = read_ruleset(raw)
        if ruleset is None:
            found.append(Checked(raw.name or ".", tuple(findings), False, {}))
        else:
            loaded[len(found)] = ruleset
            found.append(check_loaded(ruleset))
    links = check_links(list(loaded.values()))
    for index, ruleset in loaded.items():
        if more := links.get(ruleset.name):
            checked = found[index]
            findings = [*checked.findings, *more]
            found[index] = replace(checked, findings=sorted_diagnostics(findings))
    return found


def check_loaded(ruleset: Ruleset) -> Checked:
    """Check a loaded ruleset under its default choices and under every other reading."""
    plan, wrong = compile_plan(ruleset)
    others = check_alternatives(ruleset)
    findings = [*ruleset.diagnostics, *wrong, *others]
    usable = plan is not None and all(one.severity is not Severity.ERROR for one in others)
    cases, bad = ruleset.read_cases()
    findings += bad
    findings += check_ruleset(ruleset, plan, cases)
    totals = {"norms": len(ruleset.norm_trees), "cases": len(cases)}
    totals |= ledger_totals(ruleset.ledger.clauses)
    return Checked(ruleset.id, sorted_diagnostics(findings), usable, totals)
