"""Profiles: read like the files of a ruleset, and held against what the ruleset declares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make, sorted_diagnostics
from stdrules.base.errors import BadValue, RulesetError
from stdrules.base.text import Text
from stdrules.load import codes
from stdrules.load.choices import as_text
from stdrules.load.models import build
from stdrules.load.tree import Marks, Tree
from stdrules.load.yaml_events import MAX_BYTES, parse_bytes
from stdrules.model.profile import Profile
from stdrules.model.ruleset import RulesetHeader, check_parameter
from stdrules.model.switches import Path as TreePath

_NOWHERE = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class LoadedProfile:
    """A profile that fits its ruleset.

    Attributes:
        profile: What it says.
        digest: SHA-256 of its content, the same whether it came from a file or from Python.
    """

    profile: Profile
    digest: str

    @property
    def readings(self) -> Mapping[str, str]:
        """Reading -> alternative."""
        return self.profile.readings

    @property
    def parameters(self) -> Mapping[str, str | None]:
        """Parameter -> text of its value, or None for no value."""
        return self.profile.parameters


def load_profile(
    source: str | Path | Mapping[str, Any], header: RulesetHeader
) -> LoadedProfile:
    """Read a profile.

    Args:
        source: A file, or the same structure in Python, where values may also be numbers,
            booleans, dates and durations.
        header: The ruleset that it is for.

    Raises:
        RulesetError: It cannot be used; carries everything that is wrong.

    Example:
        >>> from stdrules.load.profile import load_profile
        >>> load_profile("no_such.yaml", None)
        Traceback (most recent call last):
        stdrules.base.errors.RulesetError: the profile `no_such.yaml` cannot be used
        no_such.yaml: error[E130]: there is no such file
    """
    found, findings = read_profile(source, header)
    if found is None:
        name = "profile" if isinstance(source, Mapping) else Path(source).name
        raise RulesetError(
            Text(f"方案 `{name}` 无法使用", f"the profile `{name}` cannot be used"), findings
        )
    return found


def read_profile(
    source: str | Path | Mapping[str, Any], header: RulesetHeader
) -> tuple[LoadedProfile | None, list[Diagnostic]]:
    """Read a profile and tell everything that is wrong with it; arguments as `load_profile`."""
    tree, findings = _tree(source)
    if tree is None:
        return None, findings
    made, found = build(Profile, tree.data, tree)
    findings = [*findings, *found]
    if made is not None:
        findings += _compare(made, tree, header)
    findings = list(sorted_diagnostics(findings))
    if made is None or findings:
        return None, findings
    return LoadedProfile(made, _digest(made)), []


def _tree(source: str | Path | Mapping[str, Any]) -> tuple[Tree | None, list[Diagnostic]]:
    if isinstance(source, Mapping):
        try:
            return Tree("profile", _plain(source), Marks(_NOWHERE)), []
        except BadValue as error:
            hint_zh, hint_en = (error.hint.zh, error.hint.en) if error.hint else (None, None)
            return None, [
                make(codes.BAD_VALUE, Span("profile"), zh=error.message.zh, en=error.message.en,
                     hint_zh=hint_zh, hint_en=hint_en)
            ]  # fmt: skip
    path = Path(source)
    try:
        if not path.is_file():
            raise FileNotFoundError
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if isinstance(error, FileNotFoundError):
            zh, en = "没有这个文件", "there is no such file"
        else:
            zh, en = f"无法读取：{reason}", f"cannot be read: {reason.lower()}"
        return None, [make(codes.NO_FILE, Span(path.as_posix()), zh=zh, en=en)]
    return parse_bytes(data, path.as_posix())


def _plain(value: Any) -> Any:
    """Return Python values as a file would give them: texts, lists and mappings."""
    if isinstance(value, Text):
        return value.to_json()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return as_text(value)


def _compare(profile: Profile, tree: Tree, header: RulesetHeader) -> list[Diagnostic]:
    """Hold the names and values against the declarations of the ruleset."""
    if profile.ruleset != header.id:
        message = Text(f"方案属于规则集 `{profile.ruleset}`，不是 `{header.id}`",
                       f"it is for the ruleset `{profile.ruleset}`, not `{header.id}`")  # fmt: skip
        return [_report(tree, codes.NOT_ALLOWED, ("ruleset",), message, None)]
    found = []
    for name, alternative in profile.readings.items():
        path: TreePath = ("readings", name)
        if name not in header.readings:
            found.append(_unknown(tree, codes.UNKNOWN_READING, path, name, header.readings,
                                  Text("解读", "reading")))  # fmt: skip
        elif alternative not in header.readings[name].alternatives:
            known = header.readings[name].alternatives
            what = Text(f"解读 {name} 的取值", f"alternative of the reading {name}")
            found.append(_unknown(tree, codes.NOT_ALLOWED, path, alternative, known, what, False))
    for name, value in profile.parameters.items():
        path = ("parameters", name)
        if name not in header.parameters:
            found.append(_unknown(tree, codes.UNKNOWN_PARAMETER, path, name, header.parameters,
                                  Text("参数", "parameter")))  # fmt: skip
        elif value is not None:
            try:
                check_parameter(header.parameters[name].type, value)
            except BadValue as error:
                found.append(_report(tree, codes.BAD_VALUE, path, error.message, error.hint))
    chosen = {**profile.readings, **profile.parameters}
    for name in profile.why:
        if name not in chosen:
            what = Text("选择", "choice of this profile")
            found.append(_unknown(tree, codes.NOT_ALLOWED, ("why", name), name, chosen, what))
    return found


def _unknown(
    tree: Tree, code: str, path: TreePath, name: str, known: Mapping[str, Any], what: Text,
    on_key: bool = True,
) -> Diagnostic:  # fmt: skip
    near, shown = did_you_mean(name, known), ", ".join(known) or "-"
    hint = Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None
    hint = hint or Text(f"已声明：{shown}", f"declared: {shown}")
    message = Text(f"未知的{what.zh} `{name}`", f"unknown {what.en} `{name}`")
    return _report(tree, code, path, message, hint, on_key)


def _report(
    tree: Tree, code: str, path: TreePath, message: Text, hint: Text | None, on_key: bool = False
) -> Diagnostic:
    span = tree.key_span(path) if on_key else tree.span(path)
    return make(
        code, span, zh=message.zh, en=message.en,
        hint_zh=hint.zh if hint else None, hint_en=hint.en if hint else None,
        excerpt=tree.excerpt(span.line),
    )  # fmt: skip


def _digest(profile: Profile) -> str:
    content = {
        "profile": profile.profile,
        "title": profile.title.to_json(),
        "ruleset": profile.ruleset,
        "readings": dict(profile.readings),
        "parameters": dict(profile.parameters),
        "why": {name: text.to_json() for name, text in profile.why.items()},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
