"""Text trees to the model; every error of a class becomes a diagnostic at its place."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import Tag, ValidationError

from stdrules.base.diagnostics import Diagnostic, did_you_mean, make
from stdrules.base.errors import BadValue
from stdrules.base.text import Text
from stdrules.load import codes
from stdrules.load.tree import Tree
from stdrules.model.base import FACT_WORDS, Model
from stdrules.model.switches import Path

M = TypeVar("M", bound=Model)
Relocate = Callable[[Path], Path]

_QUOTED = re.compile(r"'([^']*)'")
_EXPECTED = {
    "string_type": Text("文本", "text"),
    "tuple_type": Text("列表", "a list"),
    "dict_type": Text("键和值", "keys and values"),
    "model_type": Text("键和值", "keys and values"),
    "bool_type": Text("true 或 false", "true or false"),
    "int_type": Text("整数", "a whole number"),
    "decimal_type": Text("数字", "a number"),
    "is_instance_of": Text("数字", "a number"),
    "date_type": Text("日期", "a date"),
}


def build(
    cls: type[M],
    data: Any,
    tree: Tree,
    base: Path = (),
    relocate: Relocate | None = None,
) -> tuple[M | None, list[Diagnostic]]:
    """Make an object of the model.

    Args:
        cls: The class that the data must fit.
        data: Plain data, without switches.
        tree: The file it comes from, for places.
        base: Where in the file the data stands.
        relocate: Turns a path in `data` into one below `base`, if switches were resolved.

    Returns:
        The object, or None, and what is wrong.
    """
    try:
        return cls.model_validate(data), []
    except ValidationError as error:
        issues = error.errors(include_url=False)
    found: list[Diagnostic] = []
    for issue in issues:
        if issue["type"] == "too_short" and _has_deeper(issue["loc"], issues):
            continue  # entries that are themselves wrong were not counted
        finding = _Finding(cls, data, tree, base, relocate, issue)
        found.append(finding.diagnostic())
    return None, found


def _has_deeper(loc: tuple[str | int, ...], issues: Iterable[Any]) -> bool:
    return any(len(i["loc"]) > len(loc) and i["loc"][: len(loc)] == loc for i in issues)


class _Finding:
    """One error of pydantic, and the diagnostic made of it."""

    def __init__(
        self,
        cls: type[Model],
        data: Any,
        tree: Tree,
        base: Path,
        relocate: Relocate | None,
        issue: Any,
    ) -> None:
        self.cls = cls
        self.tree = tree
        self.issue = issue
        self.loc: tuple[str | int, ...] = issue["loc"]
        self.inner = _data_path(data, self.loc)
        self.path = base + (relocate(self.inner) if relocate else self.inner)
        self.data = data

    def diagnostic(self) -> Diagnostic:
        """Return the diagnostic for the error."""
        kind = self.issue["type"]
        if self.loc and self.loc[-1] == "[key]":
            return self._value(on_key=True)
        if kind == "extra_forbidden":
            return self._unknown_key()
        if kind == "missing":
            return self._missing()
        if kind == "literal_error":
            return self._literal()
        if kind in _EXPECTED:
            return self._shape(_EXPECTED[kind])
        return self._value()

    def _make(
        self, code: str, message: Text, hint: Text | None = None, on_key: bool = False
    ) -> Diagnostic:
        span = self.tree.key_span(self.path) if on_key else self.tree.span(self.path)
        return make(
            code,
            span,
            zh=message.zh,
            en=message.en,
            hint_zh=hint.zh if hint else None,
            hint_en=hint.en if hint else None,
            excerpt=self.tree.excerpt_at(span),
        )

    def _unknown_key(self) -> Diagnostic:
        name = str(self.loc[-1])
        known = known_keys(self.cls, self.loc[:-1])
        hint: Text | None = None
        near = did_you_mean(name, known)
        # A whole file or norm is no switch: there `reading` is a slip for `readings`.
        if name in ("reading", "when", "parameter") and not (near and len(self.loc) == 1):
            hint = Text(
                "开关只写 reading 与 when，或只写 parameter，且只用于规范和评分表",
                "a switch has exactly `reading` and `when`, or only `parameter`, "
                "and stands in norms and the scorecard",
            )
        elif near:
            hint = Text(f"是否指 `{near}`", f"did you mean `{near}`?")
        elif known:
            shown = ", ".join(sorted(known))
            hint = Text(f"可用的键：{shown}", f"known keys: {shown}")
        message = Text(f"未知的键 `{name}`", f"unknown key `{name}`")
        return self._make(codes.UNKNOWN_KEY, message, hint, on_key=True)

    def _missing(self) -> Diagnostic:
        name = str(self.loc[-1])
        if self.inner and self.inner[-1] == name:
            return self._make(
                codes.MISSING_KEY,
                Text(f"`{name}` 为空", f"`{name}` is empty"),
                Text("此处必须有值", "a value is needed here"),
                on_key=True,
            )
        if name == "fact":
            words = ", ".join(FACT_WORDS)
            return self._make(
                codes.MISSING_KEY,
                Text("缺少键 `fact`", "missing key `fact`"),
                Text(f"写出事实类型，可用的词：{words}", f"name the fact type by one of {words}"),
                on_key=True,
            )
        message = Text(f"缺少键 `{name}`", f"missing key `{name}`")
        near = did_you_mean(name, self._strangers())
        hint = Text(f"`{near}` 是否指它", f"is `{near}` meant for it?") if near else None
        return self._make(codes.MISSING_KEY, message, hint, on_key=True)

    def _strangers(self) -> list[str]:
        """The keys beside the place of the error that are not known there."""
        node = self.data
        for step in _data_path(self.data, self.loc[:-1]):
            node = node[step]
        known = known_keys(self.cls, self.loc[:-1])
        return [key for key in node if key not in known] if isinstance(node, dict) else []

    def _literal(self) -> Diagnostic:
        allowed = _QUOTED.findall(self.issue["ctx"]["expected"])
        found = self.issue["input"]
        if not isinstance(found, str):
            return self._shape(Text(" | ".join(allowed), " | ".join(allowed)))
        shown = ", ".join(allowed)
        hint = Text(f"可用的值：{shown}", f"allowed: {shown}")
        if near := did_you_mean(found, allowed):
            hint = Text(f"是否指 `{near}`？{hint.zh}", f"did you mean `{near}`? {hint.en}")
        short = found[:80]
        message = Text(f"不允许的值 `{short}`", f"the value `{short}` is not allowed here")
        return self._make(codes.NOT_ALLOWED, message, hint)

    def _shape(self, expected: Text) -> Diagnostic:
        found = _describe(self.issue["input"])
        message = Text(
            f"应为{expected.zh}，而不是{found.zh}", f"expected {expected.en}, found {found.en}"
        )
        return self._make(codes.WRONG_SHAPE, message)

    def _value(self, on_key: bool = False) -> Diagnostic:
        ctx = self.issue.get("ctx", {})
        error = ctx.get("error")
        if isinstance(error, BadValue):
            return self._make(codes.BAD_VALUE, error.message, error.hint, on_key)
        if self.issue["type"] == "too_short":
            least = ctx["min_length"]
            message = Text(f"至少要有 {least} 项", f"it needs at least {least} of them")
        elif self.issue["type"] == "greater_than_equal":
            message = Text(f"不得小于 {ctx['ge']}", f"it must not be less than {ctx['ge']}")
        else:
            message = Text(f"值有误：{self.issue['msg']}", str(self.issue["msg"]).lower())
        return self._make(codes.BAD_VALUE, message, on_key=on_key)


def _describe(value: Any) -> Text:
    if value is None:
        return Text("空值", "nothing")
    if isinstance(value, dict):
        shown = ", ".join(list(value)[:4])
        return Text(f"键和值（{shown}）", f"keys and values ({shown})")
    if isinstance(value, list):
        return Text(f"{len(value)} 项的列表", f"a list of {len(value)}")
    return Text(f"`{str(value)[:80]}`", f"`{str(value)[:80]}`")


def _data_path(data: Any, loc: Iterable[str | int]) -> Path:
    """Turn pydantic's location into a path of the data: tags of unions go, synonyms come back."""
    path: list[str | int] = []
    node = data
    for step in loc:
        if isinstance(node, dict):
            name = step
            if step == "fact" and "fact" not in node:
                name = next((word for word in FACT_WORDS if word in node), "fact")
            if isinstance(name, str) and name in node:
                path.append(name)
                node = node[name]
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            path.append(step)
            node = node[step]
    return tuple(path)


# --- which keys are known at a place -----------------------------------------------------------


def known_keys(cls: type[Model], loc: Iterable[str | int]) -> list[str]:
    """Return the keys that the class at a location of the model takes, synonyms included."""
    here: Any = cls
    for step in loc:
        here = _step(here, step)
    found: set[str] = set()
    for option in _options(here):
        if isinstance(option, type) and issubclass(option, Model):
            found |= option.known_keys - {"said"}
            if "said" in option.known_keys:
                found |= set(FACT_WORDS)
    if found == set() and here is not None and "Text" in repr(here):
        found = {"zh", "en"}
    return sorted(found)


def _options(annotation: Any) -> list[Any]:
    """Return the members of a union, without annotations; a single type gives itself."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _options(annotation.__origin__)
    if origin in (typing.Union, types.UnionType):
        return [o for member in typing.get_args(annotation) for o in _options(member)]
    return [annotation]


def _tagged(annotation: Any, tag: str) -> Any:
    if typing.get_origin(annotation) is typing.Annotated:
        if any(isinstance(m, Tag) and m.tag == tag for m in annotation.__metadata__):
            return annotation.__origin__
        return _tagged(annotation.__origin__, tag)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        for member in typing.get_args(annotation):
            if (found := _tagged(member, tag)) is not None:
                return found
    return None


def _step(annotation: Any, step: str | int) -> Any:
    if isinstance(step, str) and step.startswith("<"):
        return _tagged(annotation, step)
    for option in _options(annotation):
        origin = typing.get_origin(option)
        if isinstance(option, type) and origin is None and issubclass(option, Model):
            for name, info in option.model_fields.items():
                if step == (info.alias or name):
                    return info.annotation
        elif origin is tuple and isinstance(step, int):
            return typing.get_args(option)[0]
        elif origin is dict:
            return typing.get_args(option)[1]
    return None
