"""Audits of more data than memory holds."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stdrules.api.facts import MappingLike, as_mapping
from stdrules.api.large_result import LargeAudit, Ways
from stdrules.api.large_run import LargeRun, no_case
from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.api.sources import Sources, sources_of
from stdrules.api.times import MomentLike, asked_instant, asked_knowledge
from stdrules.api.together import distinct, foreign_to, need_names, without_others
from stdrules.base.errors import MissingExtraError, UsageError
from stdrules.base.text import Text
from stdrules.intake.mapping_file import Mapping as SheetMapping
from stdrules.intake.reader import Foreign
from stdrules.intake.sql_tables import named_tables

__all__ = ["LargeAudit", "Ways", "audit_large", "audit_large_together"]


def audit_large(
    ruleset: Ruleset | str | os.PathLike[str],
    sources: Sources,
    as_of: MomentLike,
    known_at: MomentLike | None = None,
    *,
    mapping: MappingLike | None = None,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    **ways: Any,
) -> LargeAudit:
    """Judge sources of any size by columns.

    Args:
        ruleset: The ruleset, its id or its path.
        sources: Files (CSV, Parquet, XLSX, JSON lines), folders, ``SqlTable``, texts
            ``URL#table=fact_type``, or mappings from fact types to Polars, pandas or Arrow frames;
            one or several.
        as_of: The moment judged: an instant, or a day, whose end is meant.
        known_at: Only what was recorded by then counts; None: everything.
        mapping: What columns mean where their headings do not say it.
        readings: Alternatives that differ from the defaults.
        parameters: Values that differ from the defaults.
        **ways: The fields of `Ways`.

    Raises:
        FactsError: Sources or the mapping cannot be used.
        MissingExtraError: Polars or another library is not installed.
        RulesetError: The ruleset does not compile.
        UnfinishedError: There is no room on the disk, or a process was lost.
        UsageError: An argument is not one, or an audit in `out` was of something else.
    """
    how = _ways(ways)
    rules = ruleset if isinstance(ruleset, Ruleset) else load(ruleset)
    means = as_mapping(mapping)
    given = named_tables(sources_of(sources), means)
    asked = (asked_instant(as_of, rules.zone), _known(known_at, rules))
    return _run(rules, given, means, asked, how, (readings or {}, parameters or {}))


def audit_large_together(
    rulesets: Sequence[Ruleset | str | os.PathLike[str]],
    sources: Sources,
    as_of: MomentLike,
    known_at: MomentLike | None = None,
    *,
    mapping: MappingLike | None = None,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    **ways: Any,
) -> dict[str, LargeAudit]:
    """Judge the same sources by several rulesets, one after the other.

    Each reads them with its own vocabulary, so its audit is the one that it gives alone; tables
    and fields that only another of them knows are left out. Results go to a folder for each
    ruleset in `out`; to the names of a quarantine file, and of a table of a database, its id is
    added.

    Args:
        rulesets: Rulesets, ids or paths; with one it is `audit_large`.
        sources, as_of, known_at, **ways: As in `audit_large`; cases need be in one of them only.
        mapping: What columns mean; rules for types that a ruleset lacks do not count for it.
        readings, parameters: What differs from the defaults, for the rulesets that have it.

    Returns:
        The audits by the ids of their rulesets, in the order asked.

    Raises:
        StdrulesError: As `audit_large` does; a case that none of the rulesets has is refused.
    """
    how = _ways(ways)
    used = distinct(rulesets)
    if len(used) == 1:
        (rules,) = used.values()
        only = {name: getattr(how, name) for name in ways}
        return {rules.id: audit_large(rules, sources, as_of, known_at, mapping=mapping,
                                      readings=readings, parameters=parameters,
                                      **only)}  # fmt: skip
    need_names(used, readings or {}, "readings")
    need_names(used, parameters or {}, "parameters")
    means = as_mapping(mapping)
    given = named_tables(sources_of(sources), means)
    found: dict[str, LargeAudit] = {}
    for name, rules in used.items():
        header = rules.source.header
        foreign = foreign_to(rules, used.values())
        own = None if means is None else without_others(means, foreign, rules)
        asked = (asked_instant(as_of, rules.zone), _known(known_at, rules))
        choices = _those(readings, header.readings), _those(parameters, header.parameters)
        found[name] = _run(rules, given, own, asked, how.of(name), choices, foreign)
    for case in how.cases or ():
        if all(case in one.lacking for one in found.values()):
            raise no_case(case)
    return found


def _ways(given: Mapping[str, Any]) -> Ways:
    for library in ("numpy", "polars", "pyarrow"):
        if find_spec(library) is None:
            raise MissingExtraError.of("audit", Text("按列审核", "auditing by columns"))
    try:
        return Ways(**given).checked()
    except TypeError as error:
        raise UsageError(Text(f"未知的参数：{error}", f"unknown argument: {error}")) from None


def _those(given: Mapping[str, Any] | None, known: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in (given or {}).items() if name in known}


def _known(known_at: MomentLike | None, rules: Ruleset) -> int | None:
    return None if known_at is None else asked_knowledge(known_at, rules.zone)


def _run(
    rules: Ruleset, sources: list[Any], mapping: SheetMapping | None,
    asked: tuple[int, int | None], how: Ways, choices: tuple[Mapping[str, str], Mapping[str, Any]],
    foreign: Foreign | None = None,
) -> LargeAudit:  # fmt: skip
    plan = rules.plan(*choices)
    folder = Path(how.out) if how.out is not None else Path(tempfile.mkdtemp())
    try:
        return LargeRun(rules.source, plan, sources, mapping, *asked, how, folder, foreign).run()
    finally:
        if how.out is None:
            shutil.rmtree(folder, ignore_errors=True)
