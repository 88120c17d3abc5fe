"""Facts from JSON lines: one object a line, numbers exact, nothing coerced.

NaN, Infinity, huge numbers, duplicate keys and lines over 1 MiB are refused with their line.

Semantics: docs/ruleset-format.md, "Facts (JSON lines)".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from stdrules.base.diagnostics import Span, make
from stdrules.base.errors import BadValue, FactsError
from stdrules.base.numbers import parse_decimal
from stdrules.base.text import Text
from stdrules.intake import codes
from stdrules.intake.collect import Collector
from stdrules.intake.records import add_record
from stdrules.model.facts import Source

MAX_LINE = 1 << 20


def read_jsonl(path: Path, collector: Collector, name: str | None = None) -> None:
    """Read a file of JSON lines into the collector.

    Args:
        path: The file, in UTF-8, with or without a byte order mark.
        collector: Where records go.
        name: How the file is called in places; default its name.
    """
    shown = name or path.name
    try:
        with path.open("rb") as stream:
            read_json_lines(lines_of(stream), collector, shown)
    except OSError as error:
        collector.diagnostics.append(cannot_read(shown, error))


def read_json_lines(lines: Iterable[bytes | str], collector: Collector, name: str) -> None:
    """Read JSON lines into the collector; empty lines are skipped.

    Args:
        lines: Text, or bytes in UTF-8.
        collector: Where records go.
        name: How the source is called in places.
    """
    for number, line in enumerate(lines, start=1):
        span = _span_of(name, number)
        try:
            text = _decoded(line, first=number == 1)
            if not text.strip():
                continue
            record = _DECODER.decode(text)
        except BadValue as error:
            collector.count_row()
            collector.reject("?", [make(
                codes.JSON_SYNTAX, span(""), zh=error.message.zh, en=error.message.en,
            )])  # fmt: skip
        except json.JSONDecodeError as error:
            collector.count_row()
            collector.reject("?", [make(
                codes.JSON_SYNTAX, Span(name, number, error.colno),
                zh=f"此处不是有效的 JSON：{error.msg}", en=f"not valid JSON: {error.msg.lower()}",
                excerpt=error.doc[:4096],
            )])  # fmt: skip
        except RecursionError:
            collector.count_row()
            collector.reject("?", [make(codes.JSON_SYNTAX, span(""), zh="嵌套过深",
                                        en="nested too deeply")])  # fmt: skip
        else:
            add_record(record, collector, Source(name, "", number), span, str(number))


def decode_line(line: bytes | str, first: bool = False) -> object:
    """Return what one line holds, None if it is empty; nothing is looked up in a vocabulary.

    Args:
        line: Text, or bytes in UTF-8.
        first: Whether a byte order mark may begin it.

    Raises:
        FactsError: It is no JSON.

    Example:
        >>> decode_line('{"n": 1.50}')
        {'n': Decimal('1.50')}
    """
    try:
        text = _decoded(line, first)
        return _DECODER.decode(text) if text.strip() else None
    except BadValue as error:
        raise FactsError(error.message, hint=error.hint) from None
    except json.JSONDecodeError as error:
        raise FactsError(
            Text(f"第 {error.colno} 个字符处不是有效的 JSON：{error.msg}",
                 f"not valid JSON at character {error.colno}: {error.msg.lower()}")
        ) from None  # fmt: skip
    except RecursionError:
        raise FactsError(Text("嵌套过深", "nested too deeply")) from None


def cannot_read(name: str, error: OSError) -> Any:
    """Build the diagnostic of a file that cannot be opened or read."""
    reason = error.strerror or type(error).__name__
    return make(codes.NO_FILE, Span(name), zh=f"无法读取：{reason}",
                en=f"cannot be read: {reason.lower()}")  # fmt: skip


def lines_of(stream: Any) -> Iterator[bytes]:
    """Yield lines; one that is too long is cut, which its decoding then reports."""
    while line := stream.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(MAX_LINE)
        yield line


def _decoded(line: bytes | str, first: bool) -> str:
    if len(line) > MAX_LINE:
        raise BadValue(Text("该行超过 1 MiB", "the line is longer than 1 MiB"))
    if isinstance(line, bytes):
        try:
            line = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadValue(
                Text(
                    f"第 {error.start + 1} 个字节不是 UTF-8", f"byte {error.start + 1} is not UTF-8"
                )
            ) from None
    return line.removeprefix("\ufeff") if first else line


def _number(text: str) -> Decimal:
    return parse_decimal(text)


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= 18 else parse_decimal(text)


def _constant(text: str) -> NoReturn:
    raise BadValue(Text(f"`{text}` 不是有限的数", f"`{text}` is not a finite number"))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise BadValue(Text(f"键 `{key:.64}` 重复", f"the key `{key:.64}` stands twice"))
            seen.add(key)
    return found


def _span_of(name: str, number: int) -> Callable[[str], Span]:
    return lambda key: Span(name, number)


_DECODER = json.JSONDecoder(
    parse_float=_number, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
)
