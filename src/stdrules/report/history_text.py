"""Timelines of findings as text for people."""

from __future__ import annotations

from datetime import date
from typing import Final

from stdrules.base.text import Text, counted, table
from stdrules.base.time.zones import Zone
from stdrules.model.facts import Fact
from stdrules.report.explain import value_text
from stdrules.report.history import AS_OF, KNOWN_AT, Cause, History, Step, Timeline
from stdrules.report.layout import DEFAULT_WIDTH, MIN_WIDTH, wrap
from stdrules.report.setting import Setting
from stdrules.report.why import tell
from stdrules.report.wording import (
    MODALITY_WORDS,
    STATE_WORDS,
    clock,
    deadline,
    moment,
    word,
)

_ABSENT: Final = Text("尚无", "not there")
_ALL_ALONG: Final = Text("一直", "all along")
_TIME_ALONE: Final = Text("仅因时间经过", "by the passing of time alone")
_HEADS: Final = {
    KNOWN_AT: Text("所知截至", "known at"),
    AS_OF: Text("截至", "as of"),
}
_STATE, _DUE, _MET = Text("状态", "state"), Text("到期", "due"), Text("完成", "met")
_CAUSES: Final = {
    "added": Text("新知", "learned of"),
    "happened": Text("发生", "there came"),
    "corrected": Text("更正", "corrected by"),
    "withdrawn": Text("撤回", "withdrawn:"),
    "waiver": Text("豁免", "waiver"),
    "suspension": Text("中止", "suspension"),
    "complete": Text("声明齐全", "stated complete:"),
}
_SHOWN_FIELDS: Final = 4


def history_text(history: History, lang: str = "en", width: int = DEFAULT_WIDTH) -> str:
    """Return the timelines for a reader.

    Args:
        history: The timelines.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line; at least 40 are used.

    Returns:
        Lines without trailing blanks and without a final newline.
    """
    width = max(width, MIN_WIDTH)
    blocks = [_timeline(history, line, lang, width) for line in history.timelines]
    return "\n\n".join("\n".join(block) for block in blocks)


def _timeline(history: History, line: Timeline, lang: str, width: int) -> list[str]:
    setting, norm = history.setting, line.norm
    zone = setting.zone
    force = word(MODALITY_WORDS, norm.modality)
    clause = Text(f"条款 {norm.clause}（{force.zh}）", f"clause {norm.clause} ({force.en})")
    lines = wrap(f"{line.case}  {line.key}", width)
    lines += wrap(f"{clause.get(lang)}  {norm.title.get(lang)}", width, "  ")
    lines += wrap(_asked(history, line).get(lang), width, "  ")
    rows, notes = [], []
    axis = AS_OF if history.along != KNOWN_AT else KNOWN_AT
    for step in line.steps:
        rows.append(_row(step, axis, zone, lang))
        notes.append(_note(step, setting, lang, width))
    heads = (_HEADS[axis], _STATE, _DUE, _MET)
    head, rule, *told = table(rows, [one.get(lang) for one in heads]).split("\n")
    lines += ["", head, rule]
    for row, note in zip(told, notes, strict=True):
        lines += [row, *note]
    last = line.steps[-1]
    if last.finding is not None:
        at = Setting.of(setting.plan, last.as_of, setting.names)
        lines += ["", *wrap(tell(last.finding, at).get(lang), width)]
    return lines


def _asked(history: History, line: Timeline) -> Text:
    """Say which axis was walked and what was held fast."""
    zone, many = history.setting.zone, line.moments
    at = _instant(history.as_of, zone)
    if history.along == KNOWN_AT:
        return Text(f"评价时点固定为 {at}；判定了 {many} 个所知时点",
                    f"judged as of {at}, at {counted(many, 'date')} of knowledge")  # fmt: skip
    if history.along == AS_OF:
        known = Text("全部所知", "all that is known")
        if history.known_at is not None:
            told = _instant(history.known_at, zone)
            known = Text(f"{told} 之前所知", f"what was known at {told}")
        return Text(f"依据{known.zh}；判定了到 {at} 为止的 {many} 个时点",
                    f"from {known.en}, at {counted(many, 'moment')} up to {at}")  # fmt: skip
    return Text(f"各时点均依当时所知；判定了到 {at} 为止的 {many} 个时点",
                f"each moment by what was known then, {counted(many, 'moment')} up to {at}"
                )  # fmt: skip


def _row(step: Step, axis: str, zone: Zone, lang: str) -> list[str]:
    shown = step.as_of if axis == AS_OF else step.known_at
    # A 00:00 at which a day ends is told by that day: so it is asked for.
    at = _ALL_ALONG.get(lang)
    if shown is not None:
        at = _instant(shown, zone) if axis == AS_OF else clock(shown, zone)
    found = step.finding
    if found is None:
        return [at, _ABSENT.get(lang)]
    return [
        at,
        word(STATE_WORDS, found.state).get(lang),
        "" if found.due is None else deadline(found.due, zone),
        "" if found.met is None else moment(found.met, zone),
    ]


def _note(step: Step, setting: Setting, lang: str, width: int) -> list[str]:
    """Return what made a finding change, under its row."""
    if step.by_time:
        return wrap(_TIME_ALONE.get(lang), width, "    ")
    lines: list[str] = []
    for cause in step.causes:
        lines += wrap(_cause(cause, setting).get(lang), width, "    ", "      ")
    return lines


def _cause(cause: Cause, setting: Setting) -> Text:
    head = _CAUSES[cause.kind]
    if cause.kind == "complete":
        label = setting.names.type(cause.id)
        return Text(f"{head.zh} {label.zh}", f"{head.en} {label.en}")
    fact = cause.thing if isinstance(cause.thing, Fact) else cause.before
    if fact is None:
        return Text(f"{head.zh} {cause.id}", f"{head.en} {cause.id}")
    label = setting.names.type(fact.type)
    zh, en = f"{label.zh} {fact.id}", f"{label.en} {fact.id}"
    if cause.kind == "corrected" and cause.before is not None:
        zh, en = f"{label.zh} {cause.before.id} 为 {fact.id}", f"{fact.id} of {label.en}"
        if fact.id == cause.before.id:
            zh, en = f"{label.zh} {fact.id}", f"a new version of {label.en} {fact.id}"
    parts_zh, parts_en = [f"{head.zh} {zh}"], [f"{head.en} {en}"]
    if fact.at is not None and cause.kind != "corrected":
        parts_zh.append(moment(fact.at, setting.zone))
        parts_en.append(moment(fact.at, setting.zone))
    if cause.kind == "corrected" and cause.before is not None:
        for told in _corrections(cause.before, fact, setting):
            parts_zh.append(told.zh)
            parts_en.append(told.en)
    if fact.source is not None:
        parts_zh.append(fact.source.label())
        parts_en.append(fact.source.label())
    return Text("；".join(parts_zh), "; ".join(parts_en))


def _corrections(before: Fact, after: Fact, setting: Setting) -> list[Text]:
    """Return the fields that a correction changed; of many only their number."""
    found = []
    for name, value in after.fields.items():
        old = before.fields.get(name)
        if _key(old) == _key(value):
            continue
        heading = setting.names.field(after.type, name)
        shown = [
            setting.names.choice(after.type, name, one)
            if isinstance(one, str)
            else value_text(one, setting)
            for one in (old, value)
        ]
        found.append(
            Text(
                f"{heading.zh}：{shown[0].zh} → {shown[1].zh}",
                f"{heading.en}: {shown[0].en} → {shown[1].en}",
            )
        )
    rest = len(found) - _SHOWN_FIELDS
    if rest > 0:
        more = Text(f"另有 {rest} 个字段", f"{counted(rest, 'more field')}")
        return [*found[:_SHOWN_FIELDS], more]
    return found


def _key(value: object) -> object:
    """Missing values are told apart by being blank, not by the fact that they stand in."""
    blank = getattr(value, "blank", None)
    return ("missing", blank) if blank is not None else value


def _instant(us: int, zone: Zone) -> str:
    """Write an instant; a 00:00 by the day that it ends, with 24:00."""
    today = zone.ordinal(us)
    if zone.start_of(today) == us:
        return f"{date.fromordinal(today - 1).isoformat()} 24:00"
    return clock(us, zone)
