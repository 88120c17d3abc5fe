"""The mapping file: what the columns of an export mean where their headings do not say it.

```yaml
sheets:
  Sheet1:                                # a sheet, a file, or file!sheet
    type: document_completed             # or waiver, suspension, complete, withdraws
    header: 2                            # row of the headings; by default it is found
    columns: {完成日: completed_at, 备注: evidence}
    ignore: [序号]
    constants: {document_type: schedule}
    values: {document_type: {进度表: schedule}}
wide:
  - sheet: 总表                           # several types in one row
    columns: {接单: project_task_received.received_at, 项目: [project.project_id]}
tables:
  guidance.visits:                       # a table or view of a database
    type: site_guidance_held
    columns: {visited_on: held_at}
```

Read through YAML events: every scalar is text; aliases, tags and duplicate keys are refused.
Semantics: docs/mapping.md.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make
from stdrules.base.errors import FactsError
from stdrules.base.text import Text, fold_identifier
from stdrules.intake import codes

MAX_SIZE: Final = 1 << 20
_DEPTH: Final = 12
_KEYS: Final = ("type", "header", "columns", "ignore", "constants", "values")
_WIDE_KEYS: Final = ("sheet", "header", "columns", "ignore", "constants", "values")
_TABLE_KEYS: Final = ("type", "columns", "ignore", "constants", "values")


@dataclass(frozen=True, slots=True)
class SheetRule:
    """What a mapping says about one sheet.

    Attributes:
        name: The sheet as the mapping writes it.
        type: Fact type or kind of statement; None for a wide sheet or if it is not given.
        wide: Whether targets are ``type.field``.
        header: Row of the headings, or None.
        columns: Folded heading -> targets.
        ignore: Folded headings that are left out on purpose.
        constants: Target -> raw value for every row.
        values: Target -> folded cell text -> value.
        span: Where it stands, for errors.
    """

    name: str
    type: str | None
    wide: bool
    header: int | None
    columns: dict[str, tuple[str, ...]]
    ignore: frozenset[str]
    constants: dict[str, str | None]
    values: dict[str, dict[str, str]]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping.

    Attributes:
        rules: By folded name of the sheet or file.
        tables: By name of a table or view of a database, as it is written.
    """

    rules: dict[str, SheetRule] = field(default_factory=dict)
    tables: dict[str, SheetRule] = field(default_factory=dict)

    def rule_for(
        self, file: str, sheet: str, title: str, database: str = ""
    ) -> SheetRule | None:
        """Return the rule of a sheet: by ``file!sheet``, sheet, file, or file without ending.

        That of a table of a database is the one under its name in `tables`, if there is one.
        """
        if database in self.tables:
            return self.tables[database]
        for name in (f"{file}!{sheet}", sheet, file, title):
            rule = self.rules.get(fold_identifier(name)) if name else None
            if rule is not None:
                return rule
        return None


def read_mapping(source: Path | str | MappingABC[str, Any]) -> Mapping:
    """Read a mapping from a file, or from the same structure in Python.

    Raises:
        FactsError: It does not follow the format; carries every finding.

    Example:
        >>> found = read_mapping({"sheets": {"S": {"type": "visit", "columns": {"日": "at"}}}})
        >>> found.rule_for("a.xlsx", "s", "s").columns
        {'日': ('at',)}
    """
    if isinstance(source, MappingABC):
        return _Builder("mapping").build(source)
    path = Path(source)
    name = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _fail([make(codes.NO_FILE, Span(name), zh=f"无法读取：{reason}",
                          en=f"cannot be read: {reason.lower()}")]) from None  # fmt: skip
    if len(data) > MAX_SIZE:
        raise _fail([_report(Span(name), "文件超过 1 MiB", "the file is larger than 1 MiB")])
    try:
        tree = _Tree(name, data.decode("utf-8-sig")).root
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Span(name, mark.line + 1, mark.column + 1) if mark is not None else Span(name)
        problem = str(getattr(error, "problem", None) or "UTF-8")
        raise _fail([_report(place, f"YAML 有误：{problem}", f"broken yaml: {problem}")]) from None
    return _Builder(name).build(tree if tree is not None else {})


def _fail(found: list[Diagnostic]) -> FactsError:
    return FactsError(Text("映射无法使用", "the mapping cannot be used"), found)


def _report(span: Span, zh: str, en: str, hint_zh: str | None = None,
            hint_en: str | None = None) -> Diagnostic:  # fmt: skip
    return make(codes.MAPPING, span, zh=zh, en=en, hint_zh=hint_zh, hint_en=hint_en)


class _Tree:
    """Builds mappings, lists and texts from YAML events, refusing what a mapping never needs."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._events = yaml.parse(text, Loader=yaml.SafeLoader)
        self.root: Any = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.root is not None:
                    raise self._refuse(event, "只允许一个文档", "one document only")
                self.root = self._node(next(self._events), 0)

    def _node(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse(event, "不允许锚点和别名", "anchors and aliases are refused")
        if getattr(event, "tag", None):
            raise self._refuse(event, "不允许标签", "tags are refused")
        if depth > _DEPTH:
            raise self._refuse(event, "嵌套过深", "nested too deeply")
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None and event.value in ("", "~", "null")
            return None if plain else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node(event, depth + 1))
            return items
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, str) or key in found:
                raise self._refuse(event, "键重复，或不是文本", "a key is no text or stands twice")
            found[key] = self._node(next(self._events), depth + 1)
        return found

    def _refuse(self, event: Any, zh: str, en: str) -> FactsError:
        mark = event.start_mark
        return _fail([_report(Span(self._name, mark.line + 1, mark.column + 1), zh, en)])


class _Builder:
    """Checks the shape of a mapping, collecting every finding."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[Diagnostic] = []
        self._rules: dict[str, SheetRule] = {}
        self._tables: dict[str, SheetRule] = {}

    def build(self, data: Any) -> Mapping:
        if not isinstance(data, MappingABC):
            raise _fail([self._say("", "映射应为键和值", "a mapping file is keys and values")])
        self._unknown("", data, ("sheets", "wide", "tables"))
        for sheet, body in self._map("", data, "sheets").items():
            self._rule(f"sheets.{sheet}", str(sheet), body, _KEYS)
        for name, body in self._map("", data, "tables").items():
            self._rule(f"tables.{name}", str(name), body, _TABLE_KEYS)
        wide = data.get("wide") or []
        if not isinstance(wide, list | tuple):
            self._add("wide", "应为列表", "should be a list")
            wide = []
        for index, body in enumerate(wide):
            sheet = body.get("sheet") if isinstance(body, MappingABC) else None
            if not isinstance(sheet, str):
                self._add(f"wide[{index}]", "缺少 `sheet`", "`sheet` is missing")
                continue
            self._rule(f"wide[{index}]", sheet, body, _WIDE_KEYS)
        if self._found:
            raise _fail(self._found)
        return Mapping(self._rules, self._tables)

    def _rule(self, at: str, sheet: str, body: Any, keys: tuple[str, ...]) -> None:
        """Read one rule, and put it with those of sheets or of tables."""
        if keys is _TABLE_KEYS and body is None:
            body = {}  # a table that only has to be read
        if not isinstance(body, MappingABC):
            self._add(at, "应为键和值", "should be keys and values")
            return
        self._unknown(at, body, keys)
        kind = body.get("type")
        if kind is not None and not isinstance(kind, str):
            self._add(f"{at}.type", "应为文本", "should be a text")
            kind = None
        header = body.get("header")
        digits = str(header)
        row = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 8 else None
        if header is not None and not row:
            self._add(f"{at}.header", "应为行号", "should be the number of a row")
        columns: dict[str, tuple[str, ...]] = {}
        for heading, target in self._map(at, body, "columns").items():
            targets = target if isinstance(target, list | tuple) else [target]
            if not targets or not all(isinstance(one, str) and one for one in targets):
                self._add(f"{at}.columns.{heading}", "应为字段名", "should be the name of a field")
                continue
            columns[fold_identifier(str(heading))] = tuple(targets)
        ignore = body.get("ignore") or []
        if not isinstance(ignore, list | tuple):
            self._add(f"{at}.ignore", "应为列表", "should be a list")
            ignore = []
        constants = {
            str(k): None if v is None else str(v)
            for k, v in self._map(at, body, "constants").items()
        }
        found = SheetRule(
            sheet, kind, keys is _WIDE_KEYS, row, columns,
            frozenset(fold_identifier(str(one)) for one in ignore),
            constants, self._values(at, body), Span(f"{self._name}: {at}"),
        )  # fmt: skip
        if keys is _TABLE_KEYS:
            self._tables[sheet] = found
            return
        key = fold_identifier(sheet)
        if key in self._rules:
            self._add(at, f"工作表 `{sheet}` 已有映射", f"the sheet `{sheet}` is mapped already")
        self._rules[key] = found

    def _values(self, at: str, body: Any) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for target, table in self._map(at, body, "values").items():
            if not isinstance(table, MappingABC):
                self._add(f"{at}.values.{target}", "应为键和值", "should be keys and values")
                continue
            found[str(target)] = {fold_identifier(str(k)): str(v) for k, v in table.items()}
        return found

    def _map(self, at: str, body: Any, key: str) -> MappingABC[Any, Any]:
        value = body.get(key) or {}
        if isinstance(value, MappingABC):
            return value
        self._add(f"{at}.{key}" if at else key, "应为键和值", "should be keys and values")
        return {}

    def _unknown(self, at: str, body: Any, known: tuple[str, ...]) -> None:
        for key in body:
            if key not in known:
                near = did_you_mean(str(key), known) or ", ".join(known)
                self._found.append(_report(
                    Span(f"{self._name}: {at}" if at else self._name),
                    f"未知的键 `{key}`", f"unknown key `{key}`",
                    f"是否指 `{near}`？", f"did you mean `{near}`?",
                ))  # fmt: skip

    def _say(self, at: str, zh: str, en: str) -> Diagnostic:
        return _report(Span(f"{self._name}: {at}" if at else self._name), zh, en)

    def _add(self, at: str, zh: str, en: str) -> None:
        self._found.append(self._say(at, zh, en))
