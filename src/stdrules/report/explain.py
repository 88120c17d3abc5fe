"""One finding explained in full: the norm, the facts, the arithmetic and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.base.time.durations import Exact, Months
from stdrules.base.time.kinds import Days, Workdays
from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.feel.compile import Expression
from stdrules.model.facts import Waiver
from stdrules.model.ruleset import Parameter, Reading
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import Require
from stdrules.report.asks import trigger_type
from stdrules.report.conditions import guard_text, matchers
from stdrules.report.dues import duration_text
from stdrules.report.elements import element_title
from stdrules.report.layout import DEFAULT_WIDTH, wrap
from stdrules.report.names import Names
from stdrules.report.quotes import Quotes, quotes_of
from stdrules.report.setting import Setting
from stdrules.report.why import tell
from stdrules.report.wording import (
    MODALITY_WORDS,
    STATE_WORDS,
    TRUTH_WORDS,
    clock,
    joined,
    moment,
    word,
)

Section = tuple[Text, list[Text]]


def explain(
    finding: Finding,
    plan: Plan,
    lang: str = "en",
    *,
    as_of: int | None = None,
    names: Names | None = None,
    readings: Mapping[str, Reading] | None = None,
    parameters: Mapping[str, Parameter] | None = None,
    quotes: Quotes | None = None,
    width: int = DEFAULT_WIDTH,
) -> str:
    """Explain one finding.

    Args:
        finding: The finding.
        plan: The plan that it was found with.
        lang: ``"zh"`` or ``"en"``.
        as_of: The instant of the evaluation in microseconds.
        names: Headings, facts, waivers; without them ids are shown alone.
        readings: The readings of the ruleset by name, for the texts of their alternatives.
        parameters: The parameters of the ruleset by name.
        quotes: Sentences of the document, where the reader has bound a copy of it.
        width: Terminal columns of a line.

    Returns:
        Lines without a final newline.
    """
    setting = Setting.of(plan, as_of, names, quotes)
    state = word(STATE_WORDS, finding.state).get(lang)
    lines = wrap(f"{finding.case}  {finding.key}: {state}", width)
    sections = [
        _norm(finding, setting),
        _facts(finding, setting),
        _arithmetic(finding, setting),
        _elements(finding),
        _missing(finding, setting),
        _conditions(finding, setting),
        _readings(finding, plan, readings or {}),
        _parameters(finding, plan, parameters or {}),
        _control(finding, setting),
    ]
    for heading, rows in sections:
        if rows:
            lines += ["", heading.get(lang)]
            for row in rows:
                lines += wrap(row.get(lang), width, "  ", "      ")
    return "\n".join(lines)


def value_text(value: object, setting: Setting) -> Text:
    """Write the value of a field for a reader.

    Args:
        value: A typed value of a fact, None or Missing.
        setting: The zone of moments.
    """
    if isinstance(value, Missing):
        return Text("（空白）", "(blank)") if value.blank else Text("（未知）", "(unknown)")
    if value is None:
        return Text("（空白）", "(blank)")
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, When):
        return _same(moment(value, setting.zone))
    if isinstance(value, datetime):
        shown = value.astimezone(setting.zone.tzinfo) if value.tzinfo is not None else value
        return _same(shown.replace(tzinfo=None).isoformat(" ", "minutes"))
    if isinstance(value, date):
        return _same(value.isoformat())
    if isinstance(value, int | Decimal):
        return _same(format_decimal(value))
    if isinstance(value, Exact | Days | Months | Workdays):
        return duration_text(value)
    if isinstance(value, tuple | list):
        parts = [value_text(part, setting) for part in value]
        return Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))
    return _same(str(value))


def _same(shown: str) -> Text:
    return Text(shown, shown)


def _norm(finding: Finding, setting: Setting) -> Section:
    norm = finding.norm
    force = word(MODALITY_WORDS, norm.modality)
    statements = ", ".join(norm.clauses)
    said = f" [{statements}]" if statements not in ("", norm.id, norm.clause) else ""
    rows = [
        norm.title,
        Text(f"条款 {norm.clause}{said}（{force.zh}）", f"clause {norm.clause}{said} ({force.en})"),
    ]
    if norm.bearer:
        by, to = setting.names.role(norm.bearer), setting.names.role(norm.counterparty)
        tail = Text(f"，对{to.zh}", f", towards {to.en}") if norm.counterparty else Text("", "")
        rows.append(Text(f"承担者：{by.zh}{tail.zh}", f"borne by {by.en}{tail.en}"))
    if norm.when is not None:
        rows.append(_guard(norm, norm.when, setting))
    if norm.assisted:
        rows.append(Text("需要人工判断", "needs a person's judgement"))
    rows += [quote.told() for quote in quotes_of(norm, setting.quotes)]
    return Text(f"规范 {norm.id}", f"norm {norm.id}"), rows


def _guard(norm: PlanNorm, when: Expression, setting: Setting) -> Text:
    """The condition on the case in words, with the expression that was judged."""
    told, text = guard_text(when, setting.names, trigger_type(norm)), " ".join(when.text.split())
    if told is None:
        return Text(f"适用条件 `{text}`", f"applies when `{text}`")
    return Text(f"适用条件：{told.zh}（`{text}`）", f"applies when {told.en} (`{text}`)")


def _facts(finding: Finding, setting: Setting) -> Section:
    ids = dict.fromkeys((finding.trigger, *finding.facts))
    rows = [_fact(name, name == finding.trigger, setting) for name in ids if name]
    return Text("事实", "facts"), rows


def _fact(fact_id: str, is_trigger: bool, setting: Setting) -> Text:
    role = Text("触发", "trigger") if is_trigger else Text("依据", "act")
    fact = setting.names.fact(fact_id)
    if fact is None:
        return Text(f"{role.zh} {fact_id}", f"{role.en} {fact_id}")
    label = setting.names.type(fact.type)
    at = moment(fact.at, setting.zone) if fact.at is not None else ""
    zh, en = [f"{role.zh} {label.zh} {fact_id}"], [f"{role.en} {label.en} {fact_id}"]
    place = setting.names.place(fact_id)
    if place.endswith(f"!{fact_id}"):
        # An id that is a sheet and a row already says most of the place.
        place = place.removesuffix(f"!{fact_id}")
    for found in (at, place):
        if found:
            zh.append(found)
            en.append(found)
    if fact.recorded is not None:
        known = clock(fact.recorded, setting.zone)
        zh.append(f"记录于 {known}")
        en.append(f"recorded {known}")
    blank = []
    for name, value in fact.fields.items():
        if value is None or isinstance(value, Missing):
            if value is None or value.blank:
                blank.append(setting.names.field(fact.type, name))
            continue
        heading, shown = setting.names.field(fact.type, name), value_text(value, setting)
        if isinstance(value, str):
            shown = setting.names.choice(fact.type, name, value)
        zh.append(f"{heading.zh}：{shown.zh}")
        en.append(f"{heading.en}: {shown.en}")
    if blank:
        told = joined(blank, "、", ", ")
        zh.append(f"空白：{told.zh}")
        en.append(f"blank: {told.en}")
    return Text("；".join(zh), "; ".join(en))


def _conditions(finding: Finding, setting: Setting) -> Section:
    """The conditions on facts as they were judged, which sentences tell in words."""
    found = dict.fromkeys(
        (one.type, " ".join(one.where.text.split()))
        for one in matchers((finding.norm.arise, finding.norm.step)) if one.where is not None
    )  # fmt: skip
    rows = []
    for kind, text in found:
        label = setting.names.type(kind)
        rows.append(Text(f"{label.zh}：`{text}`", f"{label.en}: `{text}`"))
    return Text("所用条件", "conditions on facts"), rows


def _arithmetic(finding: Finding, setting: Setting) -> Section:
    told = tell(finding, setting)
    # Sentences are joined by these marks; here each part is a step on a line of its own.
    zh, en = told.zh.split("；"), told.en.split("; ")
    if len(zh) != len(en):
        return Text("推算", "how"), [told]
    rows = [Text(f"{n}. {a}", f"{n}. {b}") for n, (a, b) in enumerate(zip(zh, en, strict=True), 1)]
    return Text("推算", "how"), rows


def _elements(finding: Finding) -> Section:
    step = finding.norm.step
    known = step.elements if isinstance(step, Require) else ()
    titles = {element.id: element_title(element) for element in known}
    rows = []
    for name, state in finding.elements:
        title, shown = titles.get(name) or _same(name), word(TRUTH_WORDS, state)
        rows.append(Text(f"{title.zh}：{shown.zh}", f"{title.en}: {shown.en}"))
    return Text("要素", "elements"), rows


def _missing(finding: Finding, setting: Setting) -> Section:
    rows = []
    for item in finding.missing:
        told, todo = setting.names.missing(item), setting.names.remedy(item)
        zh = f"{told.zh}：{todo.zh}" if todo.zh else told.zh
        rows.append(Text(zh, f"{told.en}: {todo.en}" if todo.en else told.en))
    return Text("缺少", "missing"), rows


def _readings(finding: Finding, plan: Plan, known: Mapping[str, Reading]) -> Section:
    rows = []
    for name in finding.norm.readings:
        chosen = plan.readings.get(name, "")
        reading = known.get(name)
        if reading is None:
            rows.append(_same(f"{name} = {chosen}"))
            continue
        said = reading.alternatives.get(chosen) or _same(chosen)
        rows.append(Text(f"{name} = {chosen}：{said.zh}", f"{name} = {chosen}: {said.en}"))
        for other, text in reading.alternatives.items():
            if other != chosen:
                rows.append(Text(f"另可取 {other}：{text.zh}", f"or {other}: {text.en}"))
        rows.append(Text(f"理由：{reading.why.zh}", f"why: {reading.why.en}"))
    return Text("所依解读", "readings it rests on"), rows


def _parameters(finding: Finding, plan: Plan, known: Mapping[str, Parameter]) -> Section:
    rows = []
    for name in finding.norm.parameters:
        value = plan.parameters.get(name)
        shown = Text("未给出", "no value") if value is None else _same(value)
        rows.append(Text(f"{name} = {shown.zh}", f"{name} = {shown.en}"))
        parameter = known.get(name)
        if parameter is not None:
            label, reason = parameter.label, parameter.why
            rows.append(Text(f"{label.zh}：{reason.zh}", f"{label.en}: {reason.en}"))
    return Text("所依参数", "parameters it rests on"), rows


def _control(finding: Finding, setting: Setting) -> Section:
    heading = Text("豁免或中止", "waiver or suspension")
    if not finding.control:
        return heading, []
    control = setting.names.control(finding.control)
    if control is None:
        return heading, [_same(finding.control)]
    if isinstance(control, Waiver):
        span = "–".join(
            date.fromordinal(day).isoformat() if day is not None else "…"
            for day in (control.first, control.last)
        )
        return heading, [
            Text(
                f"{control.id}：{control.by} 豁免，{span}，理由：{control.reason}",
                f"{control.id}: by {control.by}, {span}, because: {control.reason}",
            )
        ]
    end = "…" if control.end is None else clock(control.end, setting.zone)
    span = f"{clock(control.start, setting.zone)}–{end}"
    tolling = Text("，期限顺延", ", the due moves") if control.tolling else Text("", "")
    return heading, [
        Text(
            f"{control.id}：{span}{tolling.zh}，理由：{control.reason}",
            f"{control.id}: {span}{tolling.en}, because: {control.reason}",
        )
    ]
