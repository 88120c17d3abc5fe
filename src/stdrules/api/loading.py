"""Finding and loading rulesets, and the audit in one call."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from stdrules.api.ruleset import Ruleset
from stdrules.api.sources import Sources
from stdrules.api.store import default_cache, fetch, keep
from stdrules.api.times import MomentLike
from stdrules.base.errors import RulesetError
from stdrules.base.text import Text
from stdrules.load.cache import Cache, cache_key
from stdrules.load.discovery import Listing, find
from stdrules.load.discovery import list_rulesets as installed
from stdrules.load.files import RawRuleset, Source, is_ruleset_folder, read_folder
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.load.ruleset import read_ruleset
from stdrules.report.report import Report


def load(
    reference: str | os.PathLike[str],
    on: date | None = None,
    *,
    cache: Cache | str | None = "default",
) -> Ruleset:
    """Load a ruleset by its id or its path.

    Args:
        reference: The id of an installed ruleset, or a folder. A text with a separator, or the
            name of a folder that holds a ruleset, is a path.
        on: The day on which the document must be in force; only for an id.
        cache: Where compiled rulesets are kept: by default where the environment says; None
            keeps nothing.

    Raises:
        RulesetError: It is not found, or cannot be used; carries all findings.
    """
    where = default_cache() if isinstance(cache, str) else cache
    raw = locate(reference, on)
    return Ruleset(_read(raw, where), where)


def audit(
    ruleset: Ruleset | str | os.PathLike[str], sources: Sources, as_of: MomentLike, **options: Any
) -> Report:
    """Judge exported data by a ruleset, given by itself, its id or its path.

    The options are those of `Ruleset.audit`, and so are the errors.
    """
    rules = ruleset if isinstance(ruleset, Ruleset) else load(ruleset)
    return rules.audit(sources, as_of, **options)


def locate(reference: str | os.PathLike[str], on: date | None = None) -> RawRuleset:
    """Read the bytes of a ruleset's files, found by id or path.

    Raises:
        RulesetError: There is no such ruleset.
    """
    name = os.fspath(reference)
    if (
        not isinstance(reference, str)
        or "/" in name
        or "\\" in name
        or is_ruleset_folder(Path(name))
    ):
        folder: Source = Path(name)
        return read_folder(folder)
    edition = find(name, on)
    return read_folder(edition.folder, edition.name)


def list_rulesets() -> Listing:
    """List the installed rulesets: their editions, and what could not be read."""
    return installed()


def _read(raw: RawRuleset, cache: Cache | None) -> LoadedRuleset:
    key = cache_key("ruleset", raw.name, raw.fingerprint)
    found = None if raw.findings else fetch(cache, key, LoadedRuleset)
    if found is not None:
        # The key does not cover the tests: they are those of the files just read.
        tests = {name: data for name, data in raw.files.items() if name.startswith("cases/")}
        return replace(found, files=tuple(raw.files), _cases=tests)
    ruleset, findings = read_ruleset(raw)
    if ruleset is None:
        name = raw.name or "."
        raise RulesetError(
            Text(f"规则集 `{name}` 无法使用", f"the ruleset `{name}` cannot be used"), findings
        )
    if not raw.findings:
        keep(cache, key, ruleset)
    return ruleset
