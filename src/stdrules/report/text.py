"""The report as text for people, in full or one line a finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from stdrules.base.diagnostics import printable
from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text, counted, table, truncate
from stdrules.base.time.zones import Zone
from stdrules.plan.results import VIOLATED, Finding, ScoreResult
from stdrules.report.data import ReportData
from stdrules.report.dues import late_text
from stdrules.report.layout import DEFAULT_WIDTH, MIN_WIDTH, paint, wrap
from stdrules.report.quotes import quotes_of
from stdrules.report.scores import (
    condition_why,
    indicator_why,
    indicators_of,
    interval,
    lost_points,
    score_why,
)
from stdrules.report.summary import state_table
from stdrules.report.wording import (
    MODALITY_WORDS,
    OUTCOME_WORDS,
    STATE_WORDS,
    clock,
    deadline,
    joined,
    word,
)

_SHORT: Final = 12
_TOLD = ("infeasible", "due_soon")
_COLOUR_OF = {"overdue": "red", "breached": "red", "undetermined": "cyan"}
_GROUP_HEADS: Final = (
    Text("组", "group"),
    Text("名称", "label"),
    Text("得分", "points"),
    Text("满分", "max"),
)
_VIOLATED, _ADVICE = Text("违反", "violated"), Text("建议", "advice")


def full(
    report: ReportData, lang: str = "en", *, width: int = DEFAULT_WIDTH, color: bool = False
) -> str:
    """Return the whole report: head, summary, what is wrong, what is open, scores.

    Args:
        report: The report.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line; at least 40 are used.
        color: Whether to add ANSI colours.

    Returns:
        Lines without trailing blanks and without a final newline.
    """
    width = max(width, MIN_WIDTH)
    blocks = [_head(report, lang, width), state_table(report, lang, total=True)]
    open_ones = sum(finding.open for finding in report.violations)
    title = Text(
        f"违反（{len(report.violations)}，其中未补正 {open_ones}）",
        f"violations ({len(report.violations)}, {open_ones} open)",
    )
    findings: list[tuple[Text, Sequence[Finding]]] = [
        (title, report.worst_first(report.violations)),
        (_counted("未采纳的建议", "advice", report.advice), report.worst_first(report.advice)),
    ]
    missed = [row for row in report.obligations
              if row.state in VIOLATED and not (row.violation or row.advice)]  # fmt: skip
    findings.append((_counted("未达到的陈述与许可（不算违反）",
                              "statements and permissions not met (no violations)", missed),
                     report.worst_first(missed)))  # fmt: skip
    for state in _TOLD:
        rows = [finding for finding in report.obligations if finding.state == state]
        label = STATE_WORDS[state]
        findings.append((_counted(label.zh, label.en, rows), rows))
    for heading, found in findings:
        if found:
            lines = [line for row in found for line in _finding(report, row, lang, width, color)]
            blocks.append([paint(heading.get(lang), "bold", color), *lines])
    blocks.append(_undetermined(report, lang, width, color))
    blocks += [_score(report, score, lang, width, color) for score in report.scores]
    blocks.append(_data(report, lang, color))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def concise(report: ReportData, lang: str = "en", *, every: bool = False) -> str:
    """Return one line a finding: violations, then advice, then undetermined, then scores.

    Args:
        report: The report.
        lang: ``"zh"`` or ``"en"``.
        every: Whether to list all other findings too.

    Returns:
        Lines without a final newline; the last one counts.
    """
    lines = [
        _line(report, finding, lang)
        for rows in (
            report.worst_first(report.violations),
            report.worst_first(report.advice),
            report.undetermined,
        )
        for finding in rows
    ]
    if every:
        lines += [
            _line(report, finding, lang)
            for finding in report.obligations
            if not (finding.violation or finding.advice or finding.state == "undetermined")
        ]
    for score in report.scores:
        points, outcome = interval(score.lo, score.hi), word(OUTCOME_WORDS, score.outcome).get(lang)
        top = format_decimal(score.scorecard.maximum)
        parts = (outcome, score.scorecard.id, score.case, f"{points}/{top}")
        lines.append(printable("  ".join(parts)))
    counts = report.summary
    lines.append(
        Text(
            f"共 {len(report.obligations)} 项：违反 {counts['violations']}，"
            f"建议 {counts['advice']}，无法判定 {counts['undetermined']}",
            f"{counted(len(report.obligations), 'finding')}: "
            f"{counted(counts['violations'], 'violation')}, "
            f"{counts['advice']} advice, {counts['undetermined']} undetermined",
        ).get(lang)
    )
    return "\n".join(lines)


def status_word(finding: Finding, lang: str) -> str:
    """Return the first word of a line: violated, advice or the state."""
    if finding.violation:
        return _VIOLATED.get(lang)
    return _ADVICE.get(lang) if finding.advice else word(STATE_WORDS, finding.state).get(lang)


def _counted(zh: str, en: str, rows: Sequence[Finding]) -> Text:
    return Text(f"{zh}（{len(rows)}）", f"{en} ({len(rows)})")


def _head(report: ReportData, lang: str, width: int) -> list[str]:
    plan, zone = report.plan, report.setting.zone
    title = plan.title.get(lang)
    lines = wrap(f"{plan.id} {plan.version}  {title}  {plan.document}".rstrip(), width)
    known = Text("", "")
    if report.known_at is not None:
        at = clock(report.known_at, zone)
        known = Text(f"，依据 {at} 之前所知", f", from what was known at {at}")
    when = _moment_judged(report.as_of, zone)
    said = Text(
        f"截至 {when.zh}（{plan.zone}）{known.zh}", f"as of {when.en} ({plan.zone}){known.en}"
    )
    short = {name: digest[:_SHORT] for name, digest in report.digests.items()}
    digests = Text(
        f"摘要：规则集 {short['ruleset']}，计划 {short['plan']}，"
        f"事实 {short['facts']}，日历 {short['calendar']}",
        f"digests: ruleset {short['ruleset']}, plan {short['plan']}, "
        f"facts {short['facts']}, calendar {short['calendar']}",
    )
    lines += [*wrap(said.get(lang), width), *wrap(digests.get(lang), width)]
    if report.profile is not None:
        lines += wrap(report.profile.told().get(lang), width)
    return lines


def _moment_judged(as_of: int, zone: Zone) -> Text:
    """A 00:00 is told as the end of the day before: that is how days are asked for."""
    today = zone.ordinal(as_of)
    if zone.start_of(today) != as_of:
        return Text(clock(as_of, zone), clock(as_of, zone))
    day = date.fromordinal(today - 1).isoformat()
    return Text(f"{day} 当天结束（24:00）", f"the end of {day} (24:00)")


def _finding(report: ReportData, finding: Finding, lang: str, width: int, color: bool) -> list[str]:
    norm = finding.norm
    state = word(STATE_WORDS, finding.state).get(lang)
    clause = Text(f"条款 {norm.clause}", f"clause {norm.clause}").get(lang)
    force = word(MODALITY_WORDS, norm.modality).get(lang)
    who = norm.bearer
    head = "  ".join(part for part in (finding.case, finding.key, clause, force, who) if part)
    tag = paint(f"[{state}]", _COLOUR_OF.get(finding.state, "yellow"), color)
    lines = wrap(f"[{state}] {head}", width, "  ", "      ")
    lines[0] = lines[0].replace(f"[{state}]", tag, 1)
    lines += wrap(norm.title.get(lang), width, "      ")
    lines += wrap(report.why(finding).get(lang), width, "      ")
    for quote in quotes_of(norm, report.setting.quotes):
        lines += wrap(quote.told().get(lang), width, "      ")
    return lines


def _undetermined(report: ReportData, lang: str, width: int, color: bool) -> list[str]:
    """Group what is open by what is missing: what alone settles most findings first."""
    rows = report.undetermined
    if not rows:
        return []
    alone: dict[str, int] = {}
    touched: dict[str, list[Finding]] = {}
    for finding in rows:
        for item in finding.missing:
            touched.setdefault(item, []).append(finding)
            alone[item] = alone.get(item, 0) + (len(finding.missing) == 1)
    heading = _counted("无法判定", "undetermined", rows).get(lang)
    lines = [paint(heading, "bold", color)]
    for item in sorted(touched, key=lambda name: (-alone[name], -len(touched[name]), name)):
        names = report.setting.names
        told = names.missing(item)
        waiting, only, total = len(touched[item]), alone[item], len(rows)
        count = Text(
            f"{told.zh}：{waiting} 项待它，其中 {only} 项只缺它",
            f"{told.en}: {waiting} of {total} wait for it, {only} for it alone",
        )
        said = joined([count, names.remedy(item)]).get(lang)
        lines += wrap(said, width, "  ", "      ")
        where = _where(touched[item])
        lines += wrap(where, width, "      ")
    unnamed = [finding for finding in rows if not finding.missing]
    if unnamed:
        lines += wrap(_where(unnamed), width, "  ", "      ")
    return lines


def _where(findings: Sequence[Finding], limit: int = 4) -> str:
    shown = [f"{finding.case} {finding.key}".strip() for finding in findings[:limit]]
    more = f" … +{len(findings) - limit}" if len(findings) > limit else ""
    return ", ".join(shown) + more


def _score(report: ReportData, score: ScoreResult, lang: str, width: int, color: bool) -> list[str]:
    card, names = score.scorecard, report.setting.names
    head = f"{card.title.get(lang)}  {score.case}".rstrip()
    lines = [paint(line, "bold", color) for line in wrap(head, width)]
    lines += wrap(score_why(score, names).get(lang), width, "  ")
    known = {c.id: c for c in (*card.vetoes, *card.conditions)}
    for row in (*score.vetoes, *score.conditions):
        if row.state != "true":
            told = condition_why(row, known.get(row.id), names).get(lang)
            lines += wrap(f"{row.id}: {told}", width, "  ", "      ")
    labels = {group.id: group.label.get(lang) for group in card.groups}
    room = max(10, width - 40)
    rows = [
        [gid, truncate(labels.get(gid, ""), room), interval(lo, hi), format_decimal(top)]
        for gid, lo, hi, top in score.groups
    ]
    lines += _indented(table(rows, [head.get(lang) for head in _GROUP_HEADS], "<<>>"))
    lines += _lost(report, score, lang, width)
    return lines + _at_stake(report, score, lang, width)


def _lost(report: ReportData, score: ScoreResult, lang: str, width: int) -> list[str]:
    known = indicators_of(score.scorecard)
    lines = []
    for row in score.indicators:
        indicator = known.get(row.id)
        if not lost_points(row, indicator) and row.lo == row.hi:
            continue
        title = indicator.title.get(lang) if indicator is not None else ""
        told = indicator_why(row, score.scorecard, report.setting.names).get(lang)
        lines += wrap(f"{row.id} {title}: {told}", width, "    ", "        ")
    if lines:
        lines.insert(0, Text("  失分与待定", "  points lost or open").get(lang))
    return lines


def _at_stake(report: ReportData, score: ScoreResult, lang: str, width: int) -> list[str]:
    if not score.at_stake:
        return []
    names = report.setting.names
    lines = [Text("  关键缺项", "  at stake").get(lang)]
    for item, points, decides in score.at_stake:
        told = names.missing(item).get(lang)
        worth = format_decimal(points)
        tail = Text("，决定是否达到", ", decides the outcome") if decides else Text("", "")
        said = Text(f"{told}：{worth} 分{tail.zh}", f"{told}: {worth} points{tail.en}").get(lang)
        lines += wrap(said, width, "    ", "        ")
    return lines


def _data(report: ReportData, lang: str, color: bool) -> list[str]:
    lines = [d.render(lang, color) for d in report.diagnostics]
    total = sum(report.rejected.values())
    if total:
        shown = ", ".join(f"{name} {count}" for name, count in report.rejected.items() if count)
        said = Text(f"未采用的行：{total}（{shown}）", f"rows set aside: {total} ({shown})")
        lines.append(printable(said.get(lang)))
    return lines


def _line(report: ReportData, finding: Finding, lang: str) -> str:
    zone = report.setting.zone
    norm = finding.norm.id + (f"/{finding.norm.sub}" if finding.norm.sub else "")
    parts = [status_word(finding, lang), norm, finding.case]
    if finding.violation or finding.advice:
        parts.append(word(STATE_WORDS, finding.state).get(lang))
    if finding.due is not None:
        shown = deadline(finding.due, zone)
        parts.append(Text(f"期限 {shown}", f"due {shown}").get(lang))
    if finding.state == "fulfilled_late":
        parts.append(late_text(finding, report.setting).get(lang))
    elif finding.breached_at is not None and finding.state == "breached":
        shown = clock(finding.breached_at, zone)
        parts.append(Text(f"于 {shown}", f"at {shown}").get(lang))
    if finding.missing:
        shown = ", ".join(finding.missing)
        parts.append(Text(f"缺 {shown}", f"missing {shown}").get(lang))
    parts.append(finding.key.rpartition("/")[2])
    return printable("  ".join(part for part in parts if part))


def _indented(block: str) -> Iterable[str]:
    return [f"  {line}" for line in block.split("\n")] if block else []
