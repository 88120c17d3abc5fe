"""Records of keys and values, from JSON lines or Python: facts and statements about them.

A fact has ``type``; its fields stand under ``fields``, or beside the other keys. An absent field
is not carried, a null is blank.

Semantics: docs/ruleset-format.md, "Facts (JSON lines)".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make
from stdrules.intake import codes
from stdrules.intake.collect import Collector
from stdrules.intake.controls import KEYS
from stdrules.intake.rows import ABSENT, Raw
from stdrules.model.facts import Source

#: Keys of a fact beside its fields.
FACT_KEYS: Final = ("type", "id", "case", "at", "recorded_at", "supersedes", "fields")


def add_record(
    record: object,
    collector: Collector,
    source: Source,
    span: Callable[[str], Span],
    natural: str,
) -> None:
    """Take one record into the collector, or report what is wrong with it.

    Args:
        record: What was read: should be a mapping with texts as keys.
        collector: Where it goes.
        source: Where it was read.
        span: Gives the place of a key.
        natural: Number of the record as text, for ids that are not given.
    """
    collector.count_row()
    if not isinstance(record, Mapping):
        collector.reject(
            "?", [_shape(span(""), "记录不是键和值", "the record is not keys and values")]
        )
        return
    kinds = [kind for kind in KEYS if kind in record]
    if "type" in record:
        # Keys that a statement has may be fields of a fact: `type` decides.
        _add_fact(record, collector, source, span, natural)
    elif len(kinds) == 1:
        collector.add_statement(kinds[0], record, span)
    else:
        near = did_you_mean(str(next(iter(record), "")), ["type", *KEYS])
        collector.reject("?", [_shape(
            span(""), "记录没有 `type`", "the record has no `type`",
            near or "type",
        )])  # fmt: skip


def _add_fact(
    record: Mapping[object, object],
    collector: Collector,
    source: Source,
    span: Callable[[str], Span],
    natural: str,
) -> None:
    kind = record["type"]
    if not isinstance(kind, str):
        collector.reject("?", [_shape(span("type"), "`type` 不是文本", "`type` is not a text")])
        return
    values: dict[str, object] = {}
    fields = record.get("fields")
    if isinstance(fields, Mapping):
        values.update(fields)
    elif fields is not None:
        collector.reject(kind, [_shape(span("fields"), "`fields` 不是键和值",
                                       "`fields` is not keys and values")])  # fmt: skip
        return
    for key, value in record.items():
        if key in FACT_KEYS:
            continue
        name = str(key)
        if name in values:
            collector.reject(kind, [make(
                codes.DISAGREE, span(name), zh=f"`{name}` 在 `fields` 内外各有一个",
                en=f"`{name}` stands both inside and beside `fields`",
            )])  # fmt: skip
            return
        values[name] = value
    collector.add(
        Raw(
            kind, values, f"{kind}#{natural}" if natural.isdigit() else natural, source, span,
            record.get("id", ABSENT), record.get("at", ABSENT), record.get("case", ABSENT),
            record.get("recorded_at", ABSENT), record.get("supersedes", ABSENT),
        )
    )  # fmt: skip


def _shape(span: Span, zh: str, en: str, near: str | None = None) -> Diagnostic:
    known = ", ".join(("type", *KEYS))
    if near is None:
        return make(codes.SHAPE, span, zh=zh, en=en)
    return make(codes.SHAPE, span, zh=zh, en=en,
                hint_zh=f"是否指 `{near}`？记录以其中之一标明：{known}",
                hint_en=f"did you mean `{near}`? a record has one of: {known}")  # fmt: skip
