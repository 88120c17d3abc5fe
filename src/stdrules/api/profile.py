"""Profiles in use: choices under a profile, and what a report tells of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from stdrules.api.checking import Checked
from stdrules.base.diagnostics import Severity
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.compile.compiler import compile_plan
from stdrules.load.profile import LoadedProfile, load_profile, read_profile
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.model.ruleset import RulesetHeader
from stdrules.plan.plan import Plan
from stdrules.report.profiles import ProfileUse

ProfileLike: TypeAlias = LoadedProfile | Mapping[str, Any] | str | os.PathLike[str]


def as_profile(given: ProfileLike, header: RulesetHeader) -> LoadedProfile:
    """Return a profile for a ruleset, read if it is a file or plain data.

    Raises:
        RulesetError: It cannot be used; carries everything that is wrong.
        UsageError: It is none of these, or is for another ruleset.
    """
    if isinstance(given, LoadedProfile):
        if given.profile.ruleset != header.id:
            raise UsageError(
                Text(f"方案 `{given.profile.profile}` 属于规则集 `{given.profile.ruleset}`",
                     f"the profile `{given.profile.profile}` is for the ruleset "
                     f"`{given.profile.ruleset}`")
            )  # fmt: skip
        return given
    if isinstance(given, Mapping):
        return load_profile(given, header)
    if isinstance(given, str | os.PathLike):
        return load_profile(Path(given), header)
    kind = type(given).__name__
    raise UsageError(
        Text(f"`profile` 不能是 {kind}", f"`profile` cannot be of type {kind}"),
        hint=Text("请给出文件或映射", "give a file or a mapping"),
    )


def check_profile(path: str, source: LoadedRuleset) -> Checked:
    """Check a profile: that it fits its ruleset, and that the ruleset compiles under it."""
    found, findings = read_profile(Path(path), source.header)
    if found is not None:
        _, findings = compile_plan(source, found.readings, found.parameters)
        findings = [one for one in findings if one.severity is Severity.ERROR]
    return Checked(Path(path).name, tuple(findings), not findings, {})


def under(
    profile: LoadedProfile | None, readings: Mapping[str, str], parameters: Mapping[str, Any]
) -> tuple[Mapping[str, str], Mapping[str, Any]]:
    """Return the choices under a profile: those of the caller go before those of the profile."""
    if profile is None:
        return readings, parameters
    return {**profile.readings, **readings}, {**profile.parameters, **parameters}


def use_of(profile: LoadedProfile | None, plan: Plan) -> ProfileUse | None:
    """Return what a report tells of a profile: what it is, and what the plan chose otherwise."""
    if profile is None:
        return None
    other = {
        name: plan.readings[name]
        for name, value in profile.readings.items()
        if plan.readings[name] != value
    }
    figures = {
        name: plan.parameters[name]
        for name, value in profile.parameters.items()
        if plan.parameters[name] != (value or None)
    }
    changed = tuple(sorted({**other, **figures}.items()))
    inner = profile.profile
    return ProfileUse(inner.profile, inner.title, profile.digest, changed)
