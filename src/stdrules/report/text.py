"""The report as text for people, in full or one line a finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from stdrules.base.diagnostics import printable
from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text, counted, table, truncate
from stdrules.plan.results import VIOLATED, Finding, ScoreResult
from stdrules.report.data import ReportData
from stdrules.report.dues import late_text
from stdrules.report.finding_text import all_lines, by_norm
from stdrules.report.layout import DEFAULT_WIDTH, MIN_WIDTH, paint, wrap
from stdrules.report.open_text import undetermined_lines
from stdrules.report.scores import (
    condition_why,
    indicator_why,
    indicators_of,
    interval,
    lost_points,
    score_why,
)
from stdrules.report.summary import ruleset_line, state_table
from stdrules.report.wording import (
    OUTCOME_WORDS,
    STATE_WORDS,
    clock,
    deadline,
    joined,
    moment_judged,
    word,
)

_SHORT: Final = 12
_TOLD = ("infeasible", "due_soon")
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
    missed = report.worst_first(
        row for row in report.obligations
        if row.state in VIOLATED and not (row.violation or row.advice)
    )  # fmt: skip
    findings.append((_counted("未达到的陈述与许可（不算违反）",
                              "statements and permissions not met (no violations)", missed),
                     missed))  # fmt: skip
    for state in _TOLD:
        rows = [finding for finding in report.obligations if finding.state == state]
        label = STATE_WORDS[state]
        findings.append((_counted(label.zh, label.en, rows), rows))
    for heading, found in findings:
        if found:
            tell = by_norm if found is missed else all_lines
            lines = tell(report, found, lang, width, color)
            blocks.append([paint(heading.get(lang), "bold", color), *lines])
    blocks.append(undetermined_lines(report, lang, width, color))
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
    lines = wrap(ruleset_line(plan, lang), width)
    known = Text("", "")
    if report.known_at is not None:
        at = clock(report.known_at, zone)
        known = Text(f"，依据 {at} 时所知", f", from what was known at {at}")
    when = moment_judged(report.as_of, zone, plan.zone)
    said = Text(f"截至 {when.zh}{known.zh}", f"as of {when.en}{known.en}")
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


def _score(report: ReportData, score: ScoreResult, lang: str, width: int, color: bool) -> list[str]:
    card, names = score.scorecard, report.setting.names
    head = f"{card.title.get(lang)}  {score.case}".rstrip()
    lines = [paint(line, "bold", color) for line in wrap(head, width)]
    lines += wrap(score_why(score, names).get(lang), width, "  ")
    known = {c.id: c for c in (*card.vetoes, *card.conditions)}
    for row in (*score.vetoes, *score.conditions):
        if row.state != "true":
            told = condition_why(row, known.get(row.id), names)
            said = Text(f"{row.id}：{told.zh}", f"{row.id}: {told.en}").get(lang)
            lines += wrap(said, width, "  ", "      ")
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
        title = indicator.title if indicator is not None else Text("", "")
        told = indicator_why(row, score.scorecard, report.setting.names)
        said = Text(f"{row.id} {title.zh}：{told.zh}", f"{row.id} {title.en}: {told.en}").get(lang)
        lines += wrap(said, width, "    ", "        ")
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
        names = report.setting.names
        parts = [
            Text(f"{names.type(name).zh} {count}", f"{names.type(name).en} {count}")
            for name, count in report.rejected.items() if count
        ]  # fmt: skip
        shown = joined(parts, "，", ", ")
        said = Text(f"未采用的行：{total}（{shown.zh}）", f"rows set aside: {total} ({shown.en})")
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
