"""Reading a saved report back, far enough to be compared; what is no report is told with place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.report.contract import SCHEMA_VERSION

_HINT: Final = Text(
    "请给出 `eval`/`audit --format json` 的输出，或 --out 文件夹中的 report.json",
    "give what `eval` or `audit --format json` printed, or the report.json of an --out folder",
)
_ROW: Final = ("case", "norm", "key", "state")
_SCORE: Final = ("case", "scorecard", "outcome")


def read_report(body: bytes, name: str) -> dict[str, Any]:
    """Read a report written as JSON.

    Args:
        body: The file.
        name: What to call it in errors.

    Raises:
        UsageError: It is no report, or one of another schema version; the message names the place.

    Example:
        >>> read_report(b'{"schema_version": "0.1"}', "A.json")
        Traceback (most recent call last):
        ...
        stdrules.base.errors.UsageError: `A.json`: the schema version is `0.1`, expected `1.0`
          = hint: make the report again with this version
    """
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}:{error.colno}"
        raise _refused(place, Text("不是 JSON", "not JSON")) from None
    except UnicodeDecodeError as error:
        told = Text(f"第 {error.start + 1} 字节不是 UTF-8", f"byte {error.start + 1} is not UTF-8")
        raise _refused(name, told) from None
    except (RecursionError, ValueError):
        raise _refused(name, Text("不是报告", "not a report")) from None
    return checked(found, name)


def checked(found: object, name: str) -> dict[str, Any]:
    """Return plain data if they have the shape of a report.

    Raises:
        UsageError: They have not; the message names the place.
    """
    if not isinstance(found, dict) or "schema_version" not in found:
        raise _refused(name, Text("不是报告：没有 schema_version", "no report: no schema_version"))
    version = found["schema_version"]
    if version != SCHEMA_VERSION:
        raise UsageError(
            Text(f"`{name}`：schema 版本为 `{version}`，应为 `{SCHEMA_VERSION}`",
                 f"`{name}`: the schema version is `{version}`, expected `{SCHEMA_VERSION}`"),
            hint=Text("请用本版本重新生成该报告", "make the report again with this version"),
        )  # fmt: skip
    ruleset = found.get("ruleset")
    if not isinstance(ruleset, Mapping) or not isinstance(ruleset.get("id"), str):
        raise _wrong(name, "ruleset.id")
    for part in ("readings", "parameters", "calendar", "summary", "rejected_rows"):
        if not isinstance(found.get(part, {}), Mapping):
            raise _wrong(name, part)
    _rows(found, "obligations", _ROW, name)
    _rows(found, "scores", _SCORE, name)
    return found


def _rows(found: Mapping[str, Any], part: str, texts: tuple[str, ...], name: str) -> None:
    rows = found.get(part)
    if not isinstance(rows, list):
        raise _wrong(name, part)
    seen: set[tuple[object, ...]] = set()
    for number, row in enumerate(rows):
        place = f"{part}[{number}]"
        if not isinstance(row, Mapping):
            raise _wrong(name, place)
        for text in texts:
            if not isinstance(row.get(text), str):
                raise _wrong(name, f"{place}.{text}")
        facts = row.get("facts", [])
        if not isinstance(facts, list) or not all(isinstance(one, str) for one in facts):
            raise _wrong(name, f"{place}.facts")
        for many in ("indicators", "vetoes", "conditions"):
            _parts(row.get(many, []), f"{place}.{many}", name)
        key = tuple(row[text] for text in texts[:-1])
        # Two announcements of one thing have one key; one row twice has one trigger and due too.
        whole = (*key, repr((row.get("part"), row.get("trigger"), facts, row.get("due"))))
        if whole in seen:
            shown = " ".join(key)
            raise _refused(f"{name}:{place}", Text(f"`{shown}` 重复", f"`{shown}` stands twice"))
        seen.add(whole)


def _parts(parts: object, place: str, name: str) -> None:
    if not isinstance(parts, list):
        raise _wrong(name, place)
    for number, one in enumerate(parts):
        if not isinstance(one, Mapping) or not isinstance(one.get("id"), str):
            raise _wrong(name, f"{place}[{number}].id")


def _wrong(name: str, place: str) -> UsageError:
    return _refused(
        f"{name}:{place}", Text("缺失或类型不对", "it is not there, or of another type")
    )


def _refused(place: str, told: Text) -> UsageError:
    return UsageError(Text(f"`{place}`：{told.zh}", f"`{place}`: {told.en}"), hint=_HINT)
