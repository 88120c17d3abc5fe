"""The short view of a report: its states counted by modality, its scores, its worst violations."""

from __future__ import annotations

from collections import Counter
from typing import Final

from stdrules.base.text import Text, counted, table
from stdrules.plan.plan import Plan
from stdrules.plan.results import STATES
from stdrules.report.data import ReportData
from stdrules.report.finding_text import finding_lines
from stdrules.report.layout import wrap
from stdrules.report.scores import interval
from stdrules.report.severity import told_once
from stdrules.report.wording import (
    OUTCOME_WORDS,
    STATE_WORDS,
    document_number,
    moment_judged,
    word,
)

#: Columns: what binds, what is advised, what is allowed or only told.
_COLUMN_OF: Final = {
    "obligation": 0, "prohibition": 0, "recommendation": 1, "permission": 2, "statement": 2,
}  # fmt: skip
_HEADS: Final = (
    Text("义务", "duties"), Text("建议", "advice"), Text("许可与陈述", "may, statements"),
)  # fmt: skip
_SCORE_HEADS: Final = (
    Text("评分表", "scorecard"), Text("个案", "case"), Text("得分", "points"),
    Text("结果", "outcome"),
)  # fmt: skip
_STATE, _COUNT, _TOTAL = Text("状态", "state"), Text("数量", "count"), Text("合计", "total")


def state_table(report: ReportData, lang: str, total: bool = False) -> list[str]:
    """Return how many findings have each state, duties apart from advice and statements.

    Only duties (shall, shall not) can be violated: an overdue statement is no violation, and a
    column of its own says so. With duties alone there is one column.

    Args:
        report: The report.
        lang: ``"zh"`` or ``"en"``.
        total: Whether a last row adds the columns up.
    """
    counts = Counter((f.state, _COLUMN_OF[f.norm.modality]) for f in report.obligations)
    used = [place for place in range(len(_HEADS)) if any(place == p for _, p in counts)] or [0]
    rows = [
        [STATE_WORDS[state].get(lang), *(str(counts[state, place] or "") for place in used)]
        for state in STATES
        if any(counts[state, place] for place in used)
    ]
    if total:
        sums = [str(sum(counts[s, place] for s in STATES)) for place in used]
        rows.append([_TOTAL.get(lang), *sums])
    names = [_HEADS[place].get(lang) for place in used] if used != [0] else [_COUNT.get(lang)]
    return table(rows, (_STATE.get(lang), *names), "<" + ">" * len(used)).split("\n")


def score_table(report: ReportData, lang: str) -> list[str]:
    """Return the points and the outcome of every case under every scorecard.

    Args:
        report: The report.
        lang: ``"zh"`` or ``"en"``.
    """
    rows = [
        [
            score.scorecard.id, score.case, interval(score.lo, score.hi),
            word(OUTCOME_WORDS, score.outcome).get(lang),
        ]
        for score in report.scores
    ]  # fmt: skip
    return table(rows, [head.get(lang) for head in _SCORE_HEADS], "<<><").split("\n")


def worst(report: ReportData, top: int, lang: str, width: int) -> str:
    """Return a short report: how many findings have each state, and the worst violations.

    Args:
        report: The report.
        top: How many violations to tell.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line.
    """
    plan = report.plan
    when, cases = moment_judged(report.as_of, report.setting.zone, plan.zone), _cases(report, lang)
    said = Text(f"截至 {when.zh}，{cases}", f"as of {when.en}, {cases}").get(lang)
    lines = [*wrap(ruleset_line(plan, lang), width), *wrap(said, width)]
    if report.profile is not None:
        lines += wrap(report.profile.told().get(lang), width)
    lines += ["", *state_table(report, lang)]
    if report.scores:
        lines += ["", *score_table(report, lang)]
    found = report.worst_first(report.violations)
    shown = told_once(found)[:top]
    if shown:
        number = sum(1 + len(told.also) for told in shown)
        title = Text(f"最严重的 {number} 项违反（共 {len(found)} 项）",
                     f"the worst {number} of {counted(len(found), 'violation')}")  # fmt: skip
        lines += ["", title.get(lang)]
    for told in shown:
        lines += finding_lines(report, told.finding, lang, width, also=told.also)
    total = sum(report.rejected.values())
    if total:
        aside = Text(f"未采用的行：{total}", f"rows set aside: {total}")
        lines += ["", aside.get(lang)]
    return "\n".join(lines)


def ruleset_line(plan: Plan, lang: str) -> str:
    """Return id, version and title of a ruleset, and the number of its document if it has one."""
    title = plan.title.get(lang)
    number = document_number(plan.document, plan.title)
    return f"{plan.id} {plan.version}  {title}  {number}".rstrip()


def _cases(report: ReportData, lang: str) -> str:
    """Count the cases judged, of each kind if there are several."""
    found = {(finding.norm.case_type, finding.case) for finding in report.obligations}
    told = Text(f"{len(found)} 个个案", counted(len(found), "case")).get(lang)
    each = [
        (kind.label.get(lang), sum(name == kind.name for name, _ in found))
        for kind in report.plan.case_types
    ]
    each = [(label, number) for label, number in each if number]
    if len(each) < 2:
        return told
    parts = "、" if lang == "zh" else ", "
    inside = parts.join(f"{label} {number}" for label, number in each)
    return f"{told}（{inside}）" if lang == "zh" else f"{told} ({inside})"
