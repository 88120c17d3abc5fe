"""Audits of more data than memory holds."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stdrules.api.facts import MappingLike
from stdrules.api.large_result import LargeAudit, Ways
from stdrules.api.large_run import LargeRun
from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.api.sources import Sources, sources_of
from stdrules.api.times import MomentLike, asked_instant, asked_knowledge
from stdrules.base.errors import MissingExtraError, UsageError
from stdrules.base.text import Text

__all__ = ["LargeAudit", "Ways", "audit_large"]


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
        UsageError: An argument is not one, or an audit in `out` was of something else.
    """
    for library in ("numpy", "polars", "pyarrow"):
        if find_spec(library) is None:
            raise MissingExtraError.of("audit", Text("按列审核", "auditing by columns"))
    try:
        how = Ways(**ways).checked()
    except TypeError as error:
        raise UsageError(Text(f"未知的参数：{error}", f"unknown argument: {error}")) from None
    rules = ruleset if isinstance(ruleset, Ruleset) else load(ruleset)
    plan = rules.plan(readings or {}, parameters or {})
    moment = asked_instant(as_of, rules.zone)
    known = None if known_at is None else asked_knowledge(known_at, rules.zone)
    given = list(sources_of(sources))
    with_folder = Path(how.out) if how.out is not None else Path(tempfile.mkdtemp())
    try:
        return LargeRun(rules.source, plan, given, mapping, moment, known, how, with_folder).run()
    finally:
        if how.out is None:
            shutil.rmtree(with_folder, ignore_errors=True)
