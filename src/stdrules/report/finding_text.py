"""Findings as lines for people: one in full with what it names beside it, and many of one norm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from stdrules.base.text import Text
from stdrules.plan.results import Finding
from stdrules.report.data import ReportData
from stdrules.report.layout import paint, wrap
from stdrules.report.quotes import quotes_of
from stdrules.report.severity import told_once
from stdrules.report.wording import MODALITY_WORDS, STATE_WORDS, word

_COLOUR_OF: Final = {"overdue": "red", "breached": "red", "undetermined": "cyan"}
_HANGING: Final = " " * 6
#: From so many findings of one norm and state on, statements are told together.
_MANY: Final = 4
_NAMED: Final = 12


def finding_lines(
    report: ReportData, finding: Finding, lang: str, width: int, color: bool = False,
    also: Sequence[Finding] = (),
) -> list[str]:
    """Tell one finding: state, case, key, clause, force, bearer; title, reason, sentences.

    Args:
        report: The report.
        finding: The finding.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line.
        color: Whether to add ANSI colours.
        also: Findings of other norms that rest on the same omission; they are only named.
    """  # fmt: skip
    named = "  ".join(part for part in (finding.case, finding.key) if part)
    lines = _head(report, finding, named, lang, width, color)
    lines += wrap(report.why(finding).get(lang), width, _HANGING)
    for other in also:
        norm, state = other.norm, word(STATE_WORDS, other.state)
        said = Text(
            f"同一缺失另见 {norm.id}（条款 {norm.clause}，{norm.title.zh}）：{state.zh}",
            f"of the same omission: {norm.id} (clause {norm.clause}, {norm.title.en}), {state.en}",
        )
        lines += wrap(said.get(lang), width, _HANGING)
    for quote in quotes_of(finding.norm, report.setting.quotes):
        lines += wrap(quote.told().get(lang), width, _HANGING)
    return lines


def all_lines(
    report: ReportData, findings: Sequence[Finding], lang: str, width: int, color: bool = False
) -> list[str]:
    """Tell findings one by one; those of one omission stand together."""
    return [
        line
        for told in told_once(findings)
        for line in finding_lines(report, told.finding, lang, width, color, told.also)
    ]


def by_norm(
    report: ReportData, findings: Iterable[Finding], lang: str, width: int, color: bool = False
) -> list[str]:
    """Tell findings that nobody has to answer for: many of one norm and state in one entry."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        norm = finding.norm
        groups.setdefault((norm.id, norm.sub, finding.state), []).append(finding)
    lines = []
    for rows in groups.values():
        if len(rows) < _MANY:
            lines += all_lines(report, rows, lang, width, color)
            continue
        norm = rows[0].norm
        times = Text(f"{len(rows)} 项", f"{len(rows)} times").get(lang)
        lines += _head(report, rows[0], f"{norm.id}  {times}", lang, width, color)
        shown = ", ".join(dict.fromkeys(instance(row) for row in rows[:_NAMED]))
        more = f" … +{len(rows) - _NAMED}" if len(rows) > _NAMED else ""
        lines += wrap(shown + more, width, _HANGING)
        told = report.why(rows[0])
        said = Text(f"例如 {instance(rows[0])}：{told.zh}",
                    f"for example {instance(rows[0])}: {told.en}")  # fmt: skip
        lines += wrap(said.get(lang), width, _HANGING)
    return lines


def instance(finding: Finding) -> str:
    """Name an instance by its case and, if that is not all, by what names it in the case."""
    name = finding.key.rpartition("/")[2]
    return finding.case if name in ("", finding.case) else f"{finding.case} {name}".strip()


def _head(
    report: ReportData, finding: Finding, named: str, lang: str, width: int, color: bool
) -> list[str]:
    norm = finding.norm
    state = word(STATE_WORDS, finding.state).get(lang)
    clause = Text(f"条款 {norm.clause}", f"clause {norm.clause}").get(lang)
    force = word(MODALITY_WORDS, norm.modality).get(lang)
    who = report.setting.names.role(norm.bearer).get(lang) if norm.bearer else ""
    head = "  ".join(part for part in (named, clause, force, who) if part)
    tag = paint(f"[{state}]", _COLOUR_OF.get(finding.state, "yellow"), color)
    lines = wrap(f"[{state}] {head}", width, "  ", _HANGING)
    lines[0] = lines[0].replace(f"[{state}]", tag, 1)
    return [*lines, *wrap(norm.title.get(lang), width, _HANGING)]
