"""YAML to a `Tree`: every scalar stays text, and what could mislead or overload is refused.

Refused: duplicate keys, anchors and aliases, tags, keys that are not text, several documents,
more than 40 levels, 50,000 values, 65,536 characters in a value, 1 MiB in a file. The checks
work on the stream of events, before anything is built, so that hostile input costs little.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.load import codes
from stdrules.load.tree import Marks, Place, Tree, to_span

try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]
except ImportError:  # PyYAML built without libyaml
    from stdrules.load.pure_yaml import PureParser as _Parser  # type: ignore[assignment]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 50_000
MAX_SCALAR = 65_536
MAX_FINDINGS = 100

_NULLS = ("", "~", "null")
_BLANKS = "\t\u00a0\u3000"


class _Stop(Exception):
    """Ends the reading of a file; the reason is among the findings."""


def parse(text: str, file: str) -> tuple[Tree | None, list[Diagnostic]]:
    """Read one YAML file.

    Args:
        text: The whole file.
        file: Its name, for the findings.

    Returns:
        The tree, or None if the file cannot be used, and the findings in the order of the file.

    Example:
        >>> tree, findings = parse("clause: 4.10", "norms/04.yaml")
        >>> tree.data, tree.span(("clause",)).column, findings
        ({'clause': '4.10'}, 9, [])
    """
    if size := _oversize(text):
        return None, [_too_large(file, size)]
    if finding := _unreadable(text, file):
        return None, [finding]
    reader = _Reader(file, text)
    tree = reader.read()
    return (None if reader.findings else tree), reader.findings


def parse_bytes(data: bytes, file: str) -> tuple[Tree | None, list[Diagnostic]]:
    """Read one YAML file from its bytes, which must be UTF-8."""
    if len(data) > MAX_BYTES:
        return None, [_too_large(file, len(data))]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [
            make(
                codes.ENCODING,
                Span(file, line),
                zh=f"第 {error.start + 1} 个字节不是 UTF-8",
                en=f"byte {error.start + 1} is not UTF-8",
                hint_zh="请以 UTF-8 保存文件",
                hint_en="save the file as UTF-8",
            )
        ]
    return parse(text, file)


def _oversize(text: str) -> int:
    """Return the size in bytes if it is over the limit, else 0."""
    if len(text) * 4 <= MAX_BYTES:
        return 0
    size = len(text.encode("utf-8", "surrogatepass"))
    return size if size > MAX_BYTES else 0


def _too_large(file: str, size: int) -> Diagnostic:
    return make(
        codes.TOO_LARGE,
        Span(file),
        zh=f"文件有 {size} 字节，至多 {MAX_BYTES}",
        en=f"the file has {size} bytes, at most {MAX_BYTES} are read",
        hint_zh="请按章拆分",
        hint_en="split it by chapters",
    )


def _unreadable(text: str, file: str) -> Diagnostic | None:
    """Find the first character that YAML or a reviewer could not read."""
    body = text.removeprefix("\ufeff")
    if body.isprintable():
        return None
    for number, line in enumerate(body.split("\n"), 1):
        if line.isprintable():
            continue
        for column, char in enumerate(line, 1):
            if char.isprintable() or char in _BLANKS or (char == "\r" and column == len(line)):
                continue
            point = f"U+{ord(char):04X}"
            return make(
                codes.ENCODING,
                Span(file, number, column, number, column + 1),
                zh=f"不允许的字符 {point}",
                en=f"the character {point} is not allowed",
                hint_zh="请删除不可见的控制字符",
                hint_en="remove invisible control characters",
                excerpt=line,
            )
    return None


class _Reader:
    """Reads the events of one file into a tree; keeps what is wrong and goes on if it can."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines = text.removeprefix("\ufeff").split("\n")
        self.findings: list[Diagnostic] = []
        self.nodes = 0
        self.parser = _Parser(text)

    def read(self) -> Tree | None:
        """Return the tree; None if reading stopped early."""
        try:
            return self._document()
        except _Stop:
            return None
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
            return None
        except yaml.YAMLError as error:  # a character that the parser refuses
            self.findings.append(
                make(
                    codes.ENCODING,
                    Span(self.file),
                    zh="含有 YAML 不允许的字符",
                    en=f"YAML cannot read it: {str(error).splitlines()[0][:120]}",
                )
            )
            return None

    def _document(self) -> Tree | None:
        next_event = self.parser.get_event
        tree: Tree | None = None
        documents = 0
        while True:
            event = next_event()
            kind = event.__class__
            if kind is StreamEndEvent:
                break
            if kind is StreamStartEvent or kind is DocumentEndEvent:
                continue
            if kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._stop(codes.DOCUMENTS, _place(event), "文件含有第二个文档",
                               "a second document starts here")  # fmt: skip
                continue
            data, marks = self._node(event, 0)
            tree = Tree(self.file, data, marks, self.lines)
        if tree is None or not isinstance(tree.data, dict):
            place = tree.marks.place if tree else (1, 1, 1, 1)
            self._report(codes.NOT_A_MAPPING, place, "文件最外层应为键和值",
                         "the file must hold keys and values")  # fmt: skip
        return tree

    def _node(self, event: Any, depth: int) -> tuple[Any, Marks]:
        """Read the value that an event starts; recursion is bounded by the depth limit."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(codes.TOO_MANY, _place(event), f"值超过 {MAX_NODES} 个",
                       f"more than {MAX_NODES} values")  # fmt: skip
        kind = event.__class__
        if kind is ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                self._adorned(event)
            return self._scalar(event)
        if kind is AliasEvent:
            self._report(codes.ALIAS, _place(event), f"不允许别名 `*{event.anchor}`",
                         f"the alias `*{event.anchor}` is refused")  # fmt: skip
            return None, Marks(_place(event))
        if event.tag is not None or event.anchor is not None:
            self._adorned(event)
        if depth >= MAX_DEPTH:
            self._stop(codes.TOO_DEEP, _place(event), f"嵌套超过 {MAX_DEPTH} 层",
                       f"nested more than {MAX_DEPTH} levels")  # fmt: skip
        return (
            self._mapping(event, depth) if kind is MappingStartEvent else self._list(event, depth)
        )

    def _list(self, start: Any, depth: int) -> tuple[list[Any], Marks]:
        found: list[Any] = []
        parts: list[Marks] = []
        next_event = self.parser.get_event
        while (event := next_event()).__class__ is not SequenceEndEvent:
            data, marks = self._node(event, depth + 1)
            found.append(data)
            parts.append(marks)
        return found, Marks(_around(start, event), parts)

    def _mapping(self, start: Any, depth: int) -> tuple[dict[str, Any], Marks]:
        found: dict[str, Any] = {}
        parts: dict[str, tuple[Place, Marks]] = {}
        next_event = self.parser.get_event
        while (event := next_event()).__class__ is not MappingEndEvent:
            key = self._key(event, depth)
            place = _place(event)
            data, marks = self._node(next_event(), depth + 1)
            if key is None:
                continue
            if key in found:
                first = parts[key][0][0]
                self._report(codes.DUPLICATE, place, f"键 `{key[:80]}` 重复，首见于第 {first} 行",
                             f"duplicate key `{key[:80]}`, first on line {first}")  # fmt: skip
                continue
            found[key] = data
            parts[key] = (place, marks)
        return found, Marks(_around(start, event), parts)

    def _key(self, event: Any, depth: int) -> str | None:
        """Return the text of a key, or None after a finding about it."""
        if event.__class__ is ScalarEvent:
            self.nodes += 1
            if event.tag is not None or event.anchor is not None:
                self._adorned(event)
            if event.value:
                key: str = event.value
                if len(key) <= MAX_SCALAR:
                    return key
        else:
            self._node(event, depth + 1)
        self._report(
            codes.BAD_KEY, _place(event), "键应为非空文本", "a key must be text, not empty"
        )
        return None

    def _scalar(self, event: Any) -> tuple[str | None, Marks]:
        value: str = event.value
        start, end = event.start_mark, event.end_mark
        if len(value) > MAX_SCALAR:
            self._report(codes.TOO_LONG, _place(event), f"值超过 {MAX_SCALAR} 个字符",
                         f"the value has more than {MAX_SCALAR} characters")  # fmt: skip
        line, column = start.line + 1, start.column + 1
        if event.implicit[0]:
            place = (line, column, end.line + 1, end.column + 1)
            return (None if value in _NULLS else value), Marks(place)
        if start.line == end.line:  # the place of a quoted text is what stands between the quotes
            return value, Marks((line, column + 1, line, end.column))
        return value, Marks((line, column, end.line + 1, end.column + 1))

    def _adorned(self, event: Any) -> None:
        if event.anchor is not None:
            self._report(codes.ALIAS, _place(event), f"不允许锚点 `&{event.anchor}`",
                         f"the anchor `&{event.anchor}` is refused")  # fmt: skip
        if event.tag is not None:
            self._report(codes.TAG, _place(event), f"不允许标签 `{event.tag[:80]}`",
                         f"the tag `{event.tag[:80]}` is refused")  # fmt: skip

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = (error.problem or "it cannot be read").rstrip(".")
        self._report(codes.SYNTAX, (line, column, line, column + 1 if column else 0),
                     f"YAML 语法错误：{problem}", f"broken YAML: {problem}")  # fmt: skip

    def _report(self, code: str, place: Place, zh: str, en: str) -> None:
        line = place[0]
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else None
        self.findings.append(make(code, to_span(self.file, place), zh=zh, en=en, excerpt=excerpt))
        if len(self.findings) >= MAX_FINDINGS:
            raise _Stop

    def _stop(self, code: str, place: Place, zh: str, en: str) -> None:
        self._report(code, place, zh, en)
        raise _Stop


def _place(event: Any) -> Place:
    start, end = event.start_mark, event.end_mark
    return start.line + 1, start.column + 1, end.line + 1, end.column + 1


def _around(start: Any, end: Any) -> Place:
    first, last = start.start_mark, end.end_mark
    return first.line + 1, first.column + 1, last.line + 1, last.column + 1
