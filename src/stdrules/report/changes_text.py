"""The changes between two reports as text for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from stdrules.base.text import Text, counted, table, truncate
from stdrules.report.changes import KINDS, Change, Difference, ReportChanges
from stdrules.report.layout import DEFAULT_WIDTH, MIN_WIDTH, wrap
from stdrules.report.wording import OUTCOME_WORDS, STATE_WORDS, TRUTH_WORDS, joined, word

_NONE: Final = Text("无", "none")
_DIGEST: Final = 12
_WORDS: Final = {**STATE_WORDS, **OUTCOME_WORDS, **TRUTH_WORDS}
_KINDS: Final = {
    "flipped": Text("结论改变", "flipped"),
    "appeared": Text("新出现", "appeared"),
    "disappeared": Text("不再出现", "disappeared"),
    "changed": Text("仅内容改变", "only details changed"),
}
#: How a field that differs is called; those told otherwise or repeated by others are left out.
_FIELDS: Final = {
    "modality": Text("效力", "modality"),
    "due_earliest": Text("最早到期", "due at the earliest"),
    "due": Text("到期", "due"),
    "met_at": Text("完成", "met"),
    "late_by": Text("迟", "late by"),
    "breached_at": Text("违反于", "breached at"),
    "anchor": Text("起算", "counted from"),
    "period": Text("时段", "period"),
    "missing": Text("缺少", "missing"),
    "possible": Text("可能为", "possible"),
    "progress": Text("进度", "progress"),
    "elements": Text("要素", "elements"),
    "control": Text("豁免或中止", "control"),
    "trigger": Text("触发", "trigger"),
    "outcome": Text("结果", "outcome"),
    "applicable": Text("适用", "applicable"),
    "lo": Text("最低", "lowest"),
    "hi": Text("最高", "highest"),
    "grade": Text("等级", "grade"),
}
_TOTALS: Final = {
    "violations": Text("违反", "violations"),
    "advice": Text("建议", "advice"),
    "rows set aside": Text("未采用的行", "rows set aside"),
}
_ARGUMENTS: Final = {
    "ruleset version": Text("规则集版本", "ruleset version"),
    "ruleset digest": Text("规则集摘要", "ruleset digest"),
    "as of": Text("截至", "as of"),
    "known at": Text("所知截至", "known at"),
    "facts digest": Text("事实摘要", "facts digest"),
    "timezone": Text("时区", "timezone"),
}
_PARTS: Final = {
    "indicator": Text("指标", "indicator"),
    "veto": Text("否决项", "veto"),
    "condition": Text("条件", "condition"),
}


def changes_text(changes: ReportChanges, lang: str = "en", width: int = DEFAULT_WIDTH) -> str:
    """Return the changes for a reader.

    Args:
        changes: What differs.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line; at least 40 are used.

    Returns:
        Lines without trailing blanks and without a final newline.
    """
    width = max(width, MIN_WIDTH)
    blocks = [
        wrap(f"{changes.ruleset}  {changes.names[0]} → {changes.names[1]}", width),
        _side_by_side(changes.arguments, _ARGUMENTS, Text("不同之处", "made of"), changes, lang),
        _counts(changes, lang),
        _side_by_side(changes.totals, _TOTALS, Text("合计", "count"), changes, lang),
        _cases(changes, lang, width),
    ]
    alone = {*changes.cases[0], *changes.cases[1]}
    for kind in KINDS:
        found = [one for one in changes.of(kind) if one.case not in alone]
        if found:
            heading = f"{_KINDS[kind].get(lang)} ({len(found)})"
            # What is or was a violation comes first; else the order of the report is kept.
            found.sort(key=lambda one: not _violation(one))
            blocks.append([heading, *(li for one in found for li in _finding(one, lang, width))])
    if changes.scores:
        heading = Text("得分", "scores").get(lang) + f" ({len(changes.scores)})"
        lines = [line for one in changes.scores for line in _score(one, lang, width)]
        blocks.append([heading, *lines])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _side_by_side(
    rows: Sequence[Difference], names: Mapping[str, Text], head: Text, changes: ReportChanges,
    lang: str,
) -> list[str]:  # fmt: skip
    if not rows:
        return []
    cells = []
    for one in rows:
        name = names.get(one.name) or STATE_WORDS.get(one.name) or _switch(one.name)
        shown = [_short(value, one.name, lang) for value in (one.a, one.b)]
        cells.append([name.get(lang), *shown])
    numbers = all(isinstance(one.a, int) and isinstance(one.b, int) for one in rows)
    return table(cells, (head.get(lang), "A", "B"), "<>>" if numbers else "<<<").split("\n")


def _switch(name: str) -> Text:
    kind, _, rest = name.partition(" ")
    words = {"reading": "解读", "parameter": "参数", "calendar": "日历"}
    return Text(f"{words[kind]} {rest}", name) if kind in words else Text(name, name)


def _counts(changes: ReportChanges, lang: str) -> list[str]:
    if changes.equal:
        told = Text(f"{changes.same} 项结论相同，没有改变",
                    f"{counted(changes.same, 'finding')} the same, none changed")  # fmt: skip
        return [told.get(lang)]
    zh = "，".join(f"{_KINDS[kind].zh} {len(changes.of(kind))}" for kind in KINDS)
    en = ", ".join(f"{_KINDS[kind].en} {len(changes.of(kind))}" for kind in KINDS)
    return [
        Text(f"结论：相同 {changes.same}，{zh}", f"findings: same {changes.same}, {en}").get(lang)
    ]


def _cases(changes: ReportChanges, lang: str, width: int) -> list[str]:
    """Cases that one report alone has are told as a whole."""
    lines: list[str] = []
    for place, cases in enumerate(changes.cases):
        for case in cases:
            rows = [one.row for one in changes.findings if one.case == case]
            bad = sum(bool(row.get("violation")) for row in rows)
            told = Text(
                f"个案 {case} 只在 {'AB'[place]} 中：{len(rows)} 项结论，{bad} 项违反",
                f"case {case} only in {'AB'[place]}: {counted(len(rows), 'finding')}, "
                f"{counted(bad, 'violation')}",
            )
            lines += wrap(told.get(lang), width)
    return lines


def _violation(change: Change) -> bool:
    return any(bool(row.get("violation")) for row in (change.a, change.b) if row is not None)


def _finding(change: Change, lang: str, width: int) -> list[str]:
    row = change.row
    title = row.get("title") or {}
    clause = Text(f"条款 {row.get('clause', '')}", f"clause {row.get('clause', '')}").get(lang)
    lines = wrap(f"{change.case}  {change.key}  {clause}", width, "  ", "      ")
    if isinstance(title, Mapping) and title.get(lang):
        lines += wrap(str(title[lang]), width, "      ")
    if change.a is None or change.b is None:
        parts = [_word(row.get("state"), lang)]
        parts += [
            f"{_FIELDS[name].get(lang)} {_short(row[name], name, lang)}"
            for name in ("due", "met_at", "late_by", "breached_at")
            if row.get(name)
        ]
    else:
        parts = _differences(change, lang)
    lines += wrap("; ".join(parts), width, "      ", "        ") if parts else []
    told = _facts(change).get(lang)
    return lines + (wrap(told, width, "      ", "        ") if told else [])


def _differences(change: Change, lang: str) -> list[str]:
    parts: list[str] = []
    for one in change.differences:
        if one.name == "state":
            parts.insert(0, f"{_word(one.a, lang)} → {_word(one.b, lang)}")
        elif one.name in _FIELDS:
            a, b = (_short(value, one.name, lang) for value in (one.a, one.b))
            parts.append(f"{_FIELDS[one.name].get(lang)} {a} → {b}")
    return parts


def _facts(change: Change) -> Text:
    gained, lost = ", ".join(change.gained), ", ".join(change.lost)
    return joined(
        [
            Text(f"新依据 {gained}", f"now rests on {gained}") if gained else Text("", ""),
            Text(f"不再依据 {lost}", f"no longer on {lost}") if lost else Text("", ""),
        ]
    )


def _score(change: Change, lang: str, width: int) -> list[str]:
    lines = wrap(f"{change.case}  {change.name}", width, "  ", "      ")
    if change.a is None or change.b is None:
        row = change.row
        kind, outcome = _KINDS[change.kind].get(lang), _word(row.get("outcome"), lang)
        return lines + wrap(f"{kind}: {outcome} {_points(row)}", width, "      ")
    said = [
        f"{_word(one.a, lang)} → {_word(one.b, lang)}"
        for one in change.differences
        if one.name == "outcome"
    ]
    points = [_points(change.a), _points(change.b)]
    if points[0] != points[1]:
        said.append(" → ".join(points))
    lines += wrap("; ".join(said), width, "      ") if said else []
    for part in change.parts:
        told = "; ".join(_differences(part, lang))
        facts = _facts(part).get(lang)
        text = f"{_PARTS[part.name].get(lang)} {part.key}: " + "; ".join(
            one for one in (told, facts) if one
        )
        lines += wrap(text, width, "      ", "        ")
    return lines


def _points(score: Mapping[str, Any]) -> str:
    lo, hi = score.get("lo"), score.get("hi")
    return f"{lo}" if lo == hi else f"{lo}–{hi}"


def _word(value: object, lang: str) -> str:
    return word(_WORDS, str(value)).get(lang) if value is not None else _NONE.get(lang)


def _short(value: Any, name: str, lang: str) -> str:
    """Write a value of the contract shortly: local times, digests by their beginning."""
    if value is None or value == [] or value == "":
        return _NONE.get(lang)
    if isinstance(value, bool):
        return Text("是", "yes").get(lang) if value else Text("否", "no").get(lang)
    if isinstance(value, str):
        if name.endswith("digest"):
            return value[:_DIGEST]
        return _WORDS[value].get(lang) if value in _WORDS else _local(value)
    if name == "elements":
        return ", ".join(f"{one['id']} {_word(one['state'], lang)}" for one in value)
    if name == "progress":
        hi = value.get("hi")
        lo = value.get("lo")
        span = lo if lo == hi else f"{lo}–{hi or '…'}"
        return f"{span}/{value.get('needed')}"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(_short(one, name, lang) for one in value)
    if isinstance(value, int):
        return str(value)
    return truncate(json.dumps(value, ensure_ascii=False, sort_keys=True), 40)


def _local(text: str) -> str:
    """Write an instant of the contract as local time to the minute if it has no finer part."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    if "T" not in text:
        return text
    grain = "microseconds" if found.microsecond else "seconds" if found.second else "minutes"
    return found.replace(tzinfo=None).isoformat(" ", grain)
