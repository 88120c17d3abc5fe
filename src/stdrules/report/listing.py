"""Rulesets as tables: what there is, what one holds, its norms, and its ledger with sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from stdrules.base.diagnostics import printable
from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text, table, truncate
from stdrules.model.ledger import Ledger, LedgerEntry
from stdrules.model.ruleset import RulesetHeader
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.report.layout import DEFAULT_WIDTH, wrap
from stdrules.report.quotes import Quotes
from stdrules.report.wording import MODALITY_WORDS, document_number, joined, word

STATUSES: Final = ("encoded", "assisted", "not_evaluable", "informative")
STATUS_WORDS: Final = {
    "encoded": Text("已编码", "encoded"),
    "assisted": Text("需人工判断", "assisted"),
    "not_evaluable": Text("不可评价", "not evaluable"),
    "informative": Text("资料性", "informative"),
}
KIND_WORDS: Final = {
    "deadline": Text("期限", "deadline"),
    "recurrence": Text("周期", "recurrence"),
    "count": Text("次数", "count"),
    "prohibition": Text("禁止", "prohibition"),
    "maintenance": Text("持续", "maintenance"),
    "content": Text("内容", "content"),
    "order": Text("次序", "order"),
    "process": Text("过程", "process"),
}
_HEADS: Final = {
    "id": Text("编号", "id"),
    "version": Text("版本", "version"),
    "document": Text("文件", "document"),
    "title": Text("标题", "title"),
    "clause": Text("条款", "clause"),
    "kind": Text("种类", "kind"),
    "modality": Text("效力", "force"),
    "bearer": Text("承担者", "bearer"),
    "status": Text("处理", "status"),
    "count": Text("数量", "count"),
    "norms": Text("规范", "norms"),
    "summary": Text("内容", "summary"),
    "elsewhere": Text("其他规则集", "elsewhere"),
}
_RELATIONS: Final = {"same": Text("相同", "the same"), "changed": Text("有变动", "changed")}
_MARKS: Final = {"same": "=", "changed": "~"}


def ruleset_table(headers: Iterable[RulesetHeader], lang: str = "en") -> str:
    """Return a table of rulesets, one a line."""
    rows = [
        [h.id, h.version, document_number(h.document.number, h.title), h.title.get(lang)]
        for h in headers
    ]
    return _table(rows, ("id", "version", "document", "title"), lang)


def norm_table(
    norms: Iterable[PlanNorm],
    lang: str = "en",
    width: int = DEFAULT_WIDTH,
    roles: Mapping[str, Text] | None = None,
) -> str:
    """Return a table of norms in the order given; long titles are shortened.

    Args:
        norms: The norms.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line.
        roles: What bearers are called; without a title their ids stand.
    """
    titles = roles or {}
    rows = [
        [
            norm.id + (f"/{norm.sub}" if norm.sub else ""),
            norm.clause,
            word(KIND_WORDS, norm.kind).get(lang),
            word(MODALITY_WORDS, norm.modality).get(lang),
            titles[norm.bearer].get(lang) if norm.bearer in titles else norm.bearer,
            norm.title.get(lang),
        ]
        for norm in norms
    ]
    return _table(rows, ("id", "clause", "kind", "modality", "bearer", "title"), lang, width)


def show_ruleset(
    header: RulesetHeader,
    plan: Plan,
    ledger: Ledger | None = None,
    lang: str = "en",
    width: int = DEFAULT_WIDTH,
) -> str:
    """Return what a ruleset holds: document, cases, norms by kind, choices, scorecards, sums.

    Args:
        header: Its header.
        plan: Its plan under the choices to be shown.
        ledger: Its ledger, if there is one.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line.

    Returns:
        Lines without a final newline.
    """
    lines = wrap(f"{header.id} {header.version}  {header.title.get(lang)}", width)
    document, force = header.document, header.document.in_force
    span = f"{force.from_ or '…'} – {force.to or '…'}"
    said = Text(f"{document.number}，有效期 {span}", f"{document.number}, in force {span}")
    if force.from_ is None and force.to is None:
        said = Text(document.number, document.number)
    lines += wrap(said.get(lang), width)
    zone = Text(
        f"时区 {header.timezone}，日历 {header.calendar}，摘要 {plan.ruleset_digest[:12]}",
        f"zone {header.timezone}, calendar {header.calendar}, digest {plan.ruleset_digest[:12]}",
    )
    lines += wrap(zone.get(lang), width)
    cases = joined((case.label for case in header.case_types), "、", ", ")
    lines += wrap(Text(f"个案：{cases.zh}", f"cases: {cases.en}").get(lang), width)
    kinds = Counter(norm.kind for norm in {norm.id: norm for norm in plan.norms}.values())
    rows = [[word(KIND_WORDS, kind).get(lang), str(kinds[kind])] for kind in sorted(kinds)]
    lines += ["", *_table(rows, ("kind", "count"), lang, width, "<>").split("\n")]
    lines += _choices(header, plan, lang, width)
    for card in plan.scorecards:
        bar = "" if card.threshold is None else f" ≥ {format_decimal(card.threshold)}"
        top = format_decimal(card.maximum)
        lines += ["", *wrap(f"{card.id}  {card.title.get(lang)}  {top}{bar}", width)]
    if ledger is not None:
        lines += ["", *_totals(ledger.clauses, lang, width)]
    return "\n".join(lines)


def ledger_text(
    entries: Sequence[LedgerEntry], lang: str = "en", width: int = DEFAULT_WIDTH
) -> str:
    """Return the ledger as a table, one statement a line, with its sums below.

    A column tells which other rulesets have the statement too, if there is one that has any.
    """
    linked = any(entry.corresponds_to for entry in entries)
    rows = [
        [
            entry.locator,
            entry.id,
            word(STATUS_WORDS, entry.status).get(lang),
            *([_elsewhere(entry)] if linked else []),
            entry.summary.get(lang),
        ]
        for entry in entries
    ]
    heads = ("clause", "id", "status", *(["elsewhere"] if linked else []), "summary")
    lines = [_table(rows, heads, lang, width), ""]
    if linked:
        note = Text("= 该规则集有相同的陈述；~ 有变动的陈述；对照见 show --compare",
                    "= the same statement is there; ~ changed; see show --compare")  # fmt: skip
        lines += [*wrap(note.get(lang), width), ""]
    return "\n".join([*lines, *_totals(entries, lang, width)])


def _elsewhere(entry: LedgerEntry) -> str:
    marks = {f"{_MARKS[link.relation]} {link.ruleset}": None for link in entry.corresponds_to}
    return ", ".join(marks)


def clause_text(
    clause: str,
    entries: Iterable[LedgerEntry],
    plan: Plan,
    lang: str = "en",
    width: int = DEFAULT_WIDTH,
    quotes: Quotes | None = None,
) -> str:
    """Return all that is known of one clause: its statements and the norms that encode them.

    Args:
        clause: A locator, a statement's id or a norm's id.
        entries: The ledger.
        plan: The norms.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line.
        quotes: Sentences of the document, where the reader has bound a copy of it.

    Returns:
        Lines without a final newline; an empty string if nothing is known of it.
    """
    norms = {norm.id: norm for norm in plan.norms}
    blocks = []
    for entry in entries:
        if clause not in (entry.locator, entry.id, *entry.norms):
            continue
        status = word(STATUS_WORDS, entry.status).get(lang)
        lines = wrap(f"{entry.locator}  {entry.id}  [{status}]", width)
        lines += wrap(entry.summary.get(lang), width, "  ")
        if quotes and entry.id in quotes:
            lines += wrap(quotes[entry.id].told().get(lang), width, "  ")
        for text in (entry.reason, entry.question):
            if text is not None:
                lines += wrap(text.get(lang), width, "  ")
        for name in entry.norms:
            norm = norms.get(name)
            title = norm.title.get(lang) if norm is not None else ""
            lines += wrap(f"→ {name}  {title}".rstrip(), width, "  ", "      ")
        for link in entry.corresponds_to:
            relation = word(_RELATIONS, link.relation).get(lang)
            told = f"{_MARKS[link.relation]} {link.ruleset}  {link.id}  [{relation}]"
            lines += wrap(told, width, "  ", "      ")
        blocks.append("\n".join(lines))
    if not blocks:
        blocks = [
            norm_table([norm], lang, width, plan.roles)
            for norm in norms.values()
            if clause in (norm.id, norm.clause, *norm.clauses)
        ]
    return "\n\n".join(blocks)


def ledger_totals(entries: Iterable[LedgerEntry]) -> dict[str, int]:
    """Count the statements by status.

    Returns:
        ``statements`` and each status; the statuses add up to the statements.
    """
    counts = Counter(entry.status for entry in entries)
    return {"statements": counts.total(), **{status: counts[status] for status in STATUSES}}


def ledger_dict(entries: Sequence[LedgerEntry]) -> dict[str, Any]:
    """Return the ledger as plain data: ``{"totals": ..., "clauses": [...]}``."""
    return {
        "totals": ledger_totals(entries),
        "clauses": [_entry_dict(entry) for entry in entries],
    }


def _entry_dict(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "locator": entry.locator,
        "digest": entry.digest,
        "modality": entry.modality,
        "status": entry.status,
        "summary": entry.summary.to_json(),
        "norms": list(entry.norms),
        "reason": None if entry.reason is None else entry.reason.to_json(),
        "question": None if entry.question is None else entry.question.to_json(),
        "readings": list(entry.readings),
        "parameters": list(entry.parameters),
        "defects": [defect.to_json() for defect in entry.defects],
        "corresponds_to": [
            {"ruleset": link.ruleset, "id": link.id, "relation": link.relation}
            for link in entry.corresponds_to
        ],
    }


def _choices(header: RulesetHeader, plan: Plan, lang: str, width: int) -> list[str]:
    lines = []
    for name, reading in header.readings.items():
        chosen = plan.readings.get(name, reading.default)
        meaning = reading.alternatives.get(chosen) or Text(chosen, chosen)
        said = Text(f"{name} = {chosen}：{meaning.zh}", f"{name} = {chosen}: {meaning.en}")
        lines += wrap(said.get(lang), width, "  ", "      ")
    if lines:
        lines = ["", Text("解读", "readings").get(lang), *lines]
    rows = []
    for name, parameter in header.parameters.items():
        value = plan.parameters.get(name, parameter.default)
        shown = Text("未给出", "no value").get(lang) if value is None else value
        label = parameter.label
        said = Text(f"{name} = {shown}：{label.zh}", f"{name} = {shown}: {label.en}")
        rows += wrap(said.get(lang), width, "  ", "      ")
    if rows:
        lines += ["", Text("参数", "parameters").get(lang), *rows]
    return lines


def _totals(entries: Iterable[LedgerEntry], lang: str, width: int) -> list[str]:
    totals = ledger_totals(entries)
    rows = [[word(STATUS_WORDS, name).get(lang), str(totals[name])] for name in STATUSES]
    rows.append([Text("全部陈述", "all statements").get(lang), str(totals["statements"])])
    return _table(rows, ("status", "count"), lang, width, "<>").split("\n")


def _table(
    rows: Sequence[Sequence[str]],
    heads: Sequence[str],
    lang: str,
    width: int | None = None,
    aligns: str = "",
) -> str:
    """Lay out a table; lines that are too wide are shortened at their last column."""
    cells = [[printable(cell) for cell in row] for row in rows]
    block = table(cells, [_HEADS[head].get(lang) for head in heads], aligns)
    if width is None:
        return block
    return "\n".join(truncate(line, width) for line in block.split("\n"))
