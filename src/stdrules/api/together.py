"""Several rulesets over the same files in one audit, and which fact served which clause."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from stdrules.api.facts import Gathered, MappingLike, as_mapping, gather_files
from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.api.sources import Sources, sources_of
from stdrules.api.times import MomentLike
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text, fold_identifier
from stdrules.intake.mapping_file import Mapping as SheetMapping
from stdrules.intake.mapping_file import SheetRule
from stdrules.intake.reader import Foreign
from stdrules.intake.sql_tables import named_tables
from stdrules.model.vocabulary import FactType
from stdrules.report.evidence import Evidence, evidence
from stdrules.report.evidence_files import evidence_dict, write_evidence
from stdrules.report.evidence_text import evidence_text
from stdrules.report.layout import DEFAULT_WIDTH
from stdrules.report.report import Report

_NOTHING: Final[Mapping[str, Any]] = {}


class Together:
    """The reports of several rulesets on the same files.

    Attributes:
        reports: Ruleset -> its report, in the order asked.
    """

    def __init__(self, reports: Mapping[str, Report]) -> None:
        self.reports = dict(reports)

    def __repr__(self) -> str:
        return f"Together({', '.join(self.reports)})"

    @cached_property
    def evidence(self) -> Evidence:
        """Which fact served which clause of which ruleset."""
        return evidence(self.reports)

    def to_dict(self) -> dict[str, Any]:
        """Return reports and evidence as plain data."""
        return {
            "reports": {name: report.to_dict() for name, report in self.reports.items()},
            "evidence": evidence_dict(self.evidence),
        }

    def text(self, lang: str = "en", width: int = DEFAULT_WIDTH) -> str:
        """Return the evidence for people, in short; each report has its own ``text``."""
        return evidence_text(self.evidence, lang, width)

    def write_matrix(self, path: Path | str, lang: str = "en") -> Path:
        """Write the whole matrix of facts and clauses: ``.csv``, ``.xlsx`` or ``.json``.

        Raises:
            UsageError: The format is another one, or the file cannot be written.
            MissingExtraError: It is ``.xlsx`` and the extra `audit` is not installed.
        """
        return write_evidence(self.evidence, path, lang)


def audit_together(
    rulesets: Sequence[Ruleset | str | os.PathLike[str]],
    sources: Sources,
    as_of: MomentLike,
    known_at: MomentLike | None = None,
    *,
    mapping: MappingLike | None = None,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
    readings: Mapping[str, str] = _NOTHING,
    parameters: Mapping[str, Any] = _NOTHING,
    evaluator: str = "case",
    cases: Collection[str] | None = None,
) -> Together:
    """Judge the same files by several rulesets.

    Each ruleset reads the files with its own vocabulary, so its report is the one that it gives
    alone; only what another of them knows is left out without a finding, and a sheet named after
    a type of another one is not guessed at.

    Args:
        rulesets: Rulesets, ids or paths; a ruleset may be under a profile.
        sources: Files, folders, tables of databases, frames by fact type.
        as_of: The moment judged, for all.
        known_at: Only what was recorded by then counts; None: everything.
        mapping: What columns mean; rules for types that a ruleset lacks do not count for it.
        strict: Whether a row that is wrong refuses everything.
        progress: Called with the number of rows read so far, for one ruleset after the other.
        readings: Alternatives; each goes to the rulesets that have the reading.
        parameters: Values; each goes to the rulesets that have the parameter.
        evaluator: ``case`` or ``reference``.
        cases: Ids of the cases to judge, in the rulesets that have them; None: all.

    Raises:
        FactsError: The files or the mapping cannot be used.
        RulesetError: A ruleset is not found, or does not compile.
        UsageError: A ruleset is given twice; a reading, parameter or case is in none of them.
    """
    used = distinct(rulesets)
    need_names(used, readings, "readings")
    need_names(used, parameters, "parameters")
    means = as_mapping(mapping)
    given = named_tables(sources_of(sources), means)
    read = _read(used, given, means, not strict, progress)
    reports: dict[str, Report] = {}
    for name, rules in used.items():
        header = rules.source.header
        reports[name] = rules.judge(
            read[name],
            as_of,
            known_at,
            readings={key: readings[key] for key in readings if key in header.readings},
            parameters={key: parameters[key] for key in parameters if key in header.parameters},
            evaluator=evaluator,
            cases=None if cases is None else _cases_of(cases, name, read),
        )
    return Together(reports)


def _read(
    used: Mapping[str, Ruleset],
    sources: Sources,
    mapping: SheetMapping | None,
    tolerant: bool,
    progress: Callable[[int], None] | None,
) -> dict[str, Gathered]:
    """Read the files for each ruleset, with its own vocabulary."""
    read: dict[str, Gathered] = {}
    for name, rules in used.items():
        foreign = foreign_to(rules, used.values())
        own = None if mapping is None else without_others(mapping, foreign, rules)
        read[name] = gather_files(sources, rules.source, own, tolerant, progress, foreign)
    return read


def distinct(rulesets: Sequence[Ruleset | str | os.PathLike[str]]) -> dict[str, Ruleset]:
    """Return rulesets by id; one given twice, or none at all, is refused.

    Raises:
        UsageError: One is given twice, or there is none.
    """
    found: dict[str, Ruleset] = {}
    for one in rulesets:
        rules = one if isinstance(one, Ruleset) else load(one)
        if rules.id in found:
            raise UsageError(
                Text(f"规则集 `{rules.id}` 给出了两次", f"the ruleset `{rules.id}` is given twice")
            )
        found[rules.id] = rules
    if not found:
        raise UsageError(Text("请给出规则集", "give a ruleset"))
    return found


def need_names(used: Mapping[str, Ruleset], given: Mapping[str, Any], kind: str) -> None:
    """Refuse a reading or a parameter that none of the rulesets has."""
    known = [name for rules in used.values() for name in getattr(rules.source.header, kind)]
    zh, en = ("解读", "reading") if kind == "readings" else ("参数", "parameter")
    for name in given:
        if name not in known:
            near = did_you_mean(name, known)
            raise UsageError(
                Text(
                    f"所给规则集都没有{zh} `{name}`", f"none of the rulesets has the {en} `{name}`"
                ),
                hint=Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None,
            )  # fmt: skip


def foreign_to(own: Ruleset, used: Iterable[Ruleset]) -> Foreign:
    """Return the types, fields and names of sheets of the other rulesets."""
    types: dict[str, set[str]] = defaultdict(set)
    sheets: set[str] = set()
    for rules in used:
        for name, spec in rules.vocabulary.types.items():
            types[name] |= spec.fields.keys() if rules is not own else set()
            if name not in own.vocabulary.types:
                sheets |= _names(name, spec)
    for name, spec in own.vocabulary.types.items():
        sheets -= _names(name, spec)
    return Foreign({name: frozenset(fields) for name, fields in types.items()}, frozenset(sheets))


def _names(name: str, spec: FactType) -> set[str]:
    return {fold_identifier(n) for n in (name, spec.label.zh, spec.label.en, *spec.aliases)}


def without_others(mapping: SheetMapping, foreign: Foreign, rules: Ruleset) -> SheetMapping:
    """Leave out the rules of a mapping that are about types of other rulesets."""
    types = rules.vocabulary.types

    def own(found: Mapping[str, SheetRule]) -> dict[str, SheetRule]:
        return {
            name: rule
            for name, rule in found.items()
            if rule.type is None or rule.type in types or rule.type not in foreign.types
        }

    return replace(mapping, rules=own(mapping.rules), tables=own(mapping.tables))


def _cases_of(cases: Collection[str], name: str, read: Mapping[str, Gathered]) -> list[str]:
    """Return the cases that a ruleset has; one that none has stays, and is refused."""
    known = {
        ruleset: {one for f in gathered.log.facts for ids in f.cases.values() for one in ids}
        for ruleset, gathered in read.items()
    }
    return [c for c in cases if c in known[name] or all(c not in ids for ids in known.values())]
