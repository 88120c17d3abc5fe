"""What other readings would change, as text for people: a table first, then each trial."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from stdrules.base.text import Text, counted, display_width, table, truncate
from stdrules.plan.results import Finding, ScoreResult
from stdrules.report.layout import DEFAULT_WIDTH, MIN_WIDTH, wrap
from stdrules.report.scores import interval
from stdrules.report.sensitivity_contract import choice_dict, setting_of
from stdrules.report.sensitivity_data import (
    APPEARS,
    EFFECTS,
    FIGURES,
    FLIPS,
    INSTANCE,
    OUTCOME,
    STATE,
    VANISHES,
    Change,
    Choice,
    SensitivityData,
    Trial,
)
from stdrules.report.setting import Setting
from stdrules.report.summary import ruleset_line
from stdrules.report.why import tell
from stdrules.report.wording import (
    OUTCOME_WORDS,
    STATE_WORDS,
    TRUTH_WORDS,
    deadline,
    listed,
    moment_judged,
    word,
)

DEFAULT_TOP: Final = 3
_HEADS: Final = (
    Text("解读", "reading"), Text("改为", "instead"), Text("条款", "clause"),
    Text("新增", "new"), Text("消失", "gone"), Text("翻转", "flips"), Text("其他", "other"),
    Text("最重的变化", "worst change"),
)  # fmt: skip
_NAME, _CLAUSE, _WORST = 22, 10, 12
_ABSENT: Final = Text("无此项", "not there")
_NO_VERDICT: Final = Text("仅期限、数值等", "only dues, figures")
_GROUPS: Final = {
    APPEARS: Text("新的违反", "violations that appear"),
    OUTCOME: Text("评分结果翻转", "outcomes that turn"),
    VANISHES: Text("不再违反", "violations that vanish"),
    STATE: Text("其他状态变化", "other states that change"),
}


def full(
    found: SensitivityData, lang: str = "en", *, width: int = DEFAULT_WIDTH, top: int = DEFAULT_TOP
) -> str:
    """Return the whole: head, what is robust, a table of the trials, and what each flips.

    Args:
        found: What was found.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line; at least 40 are used.
        top: How many changes of each kind are told of a trial; 0: the table only.

    Returns:
        Lines without trailing blanks and without a final newline.
    """
    width = max(width, MIN_WIDTH)
    shown = _worst_trials(found.trials)
    blocks = [_head(found, lang, width)]
    if shown:
        blocks.append(_table(shown, found, lang, width))
    still = [trial for trial in found.trials if trial not in shown]
    if still:
        names = "、" if lang == "zh" else ", "
        told = names.join(_equation(trial) for trial in still)
        heading = Text(f"在这些数据上没有影响（{len(still)}）：",
                       f"no effect on these data ({len(still)}): ").get(lang)  # fmt: skip
        blocks.append(wrap(heading + told, width, "", "  "))
    if top:
        blocks += [_trial(trial, found, lang, width, top) for trial in shown if trial.flips]
    if found.pairs or found.apart:
        blocks += _pairs(found, lang, width, top)
    blocks.append(_data(found, lang))
    return "\n\n".join("\n".join(block) for block in blocks if block)


# --- the head ------------------------------------------------------------------------------------


def _head(found: SensitivityData, lang: str, width: int) -> list[str]:
    report = found.report
    plan, zone = report.plan, report.setting.zone
    when = moment_judged(report.as_of, zone, plan.zone)
    cases = len({f.case for f in report.obligations})
    lines = wrap(ruleset_line(plan, lang), width)
    asked = Text(f"截至 {when.zh}，{cases} 个个案", f"as of {when.en}, {counted(cases, 'case')}")
    lines += wrap(asked.get(lang), width)
    if report.profile is not None:
        lines += wrap(report.profile.told().get(lang), width)
    trials = len(found.trials)
    flipping = sum(bool(trial.decisive) for trial in found.trials)
    said = Text(
        f"试了 {trials} 种其他解读，{flipping} 种会改变违反或评分结果",
        f"{counted(trials, 'other choice')} tried; {flipping} would change a violation or the "
        "outcome of a score",
    )
    lines += ["", *wrap(said.get(lang), width)]
    lines += wrap(_robust(found).get(lang), width)
    return lines


def _robust(found: SensitivityData) -> Text:
    report = found.report
    every, same = len(report.obligations), len(found.robust)
    flipped = sum(
        any(change.effect in FLIPS for _, change in found.changes_of(row))
        for row in report.obligations
    )
    zh = f"稳固：{every} 项结论中 {same} 项在每种解读下都相同，{flipped} 项的状态会变"
    en = (f"robust: {same} of {counted(every, 'finding')} are the same under every choice, "
          f"{flipped} would have another state")  # fmt: skip
    if report.scores:
        scores, firm = len(report.scores), len(found.robust_scores)
        turned = sum(
            any(change.effect == OUTCOME for _, change in found.changes_of(row))
            for row in report.scores
        )
        zh += f"；{scores} 份评分中 {firm} 份相同，{turned} 份的结果会变"
        en += (f"; {firm} of {counted(scores, 'score')} are the same, {turned} would have another "
               "outcome")  # fmt: skip
    return Text(zh, en)


# --- the table -----------------------------------------------------------------------------------


def _worst_trials(trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials that change something, those with the worst effects first."""
    changing = [trial for trial in trials if trial.changes or trial.plan is None]
    return sorted(changing, key=lambda t: [-t.counts()[effect] for effect in EFFECTS])


def _table(trials: Sequence[Trial], found: SensitivityData, lang: str, width: int) -> list[str]:
    rows = [_row(trial, found, lang) for trial in trials]
    heads = [head.get(lang) for head in _HEADS]
    # The last column gets what the others leave.
    used = [max(map(display_width, cells)) + 2 for cells in zip(heads[:-1], *(r[:-1] for r in rows),
                                                                strict=True)]  # fmt: skip
    room = max(_WORST, width - sum(used))
    rows = [[*row[:-1], truncate(row[-1], room)] for row in rows]
    return table(rows, heads, "<<<>>>><").split("\n")


def _row(trial: Trial, found: SensitivityData, lang: str) -> list[str]:
    counts = trial.counts()
    clauses = ("、" if lang == "zh" else ", ").join(dict.fromkeys(
        clause for choice in trial.choices for clause in choice_dict(choice, found)["clause"]
    ))  # fmt: skip
    worst = Text("无法使用", "cannot be used").get(lang) if trial.plan is None else ""
    if trial.changes:
        worst = _shortly(trial.changes[0], lang)
    numbers = (
        counts[APPEARS], counts[VANISHES], len(trial.flips), counts[INSTANCE] + counts[FIGURES]
    )
    return [
        truncate(" + ".join(choice.name for choice in trial.choices), _NAME),
        truncate(" + ".join(_value(choice.value) for choice in trial.choices), _NAME),
        truncate(clauses, _CLAUSE),
        *(str(number or "") for number in numbers),
        worst,
    ]


def _value(value: str | None) -> str:
    return "null" if value is None else value


def _equation(trial: Trial) -> str:
    return " + ".join(f"{choice.name}={_value(choice.value)}" for choice in trial.choices)


# --- one trial -----------------------------------------------------------------------------------


def _trial(
    trial: Trial, found: SensitivityData, lang: str, width: int, top: int
) -> list[str]:
    lines = [line for choice in trial.choices for line in _choice(choice, found, lang, width)]
    setting = setting_of(trial, found)
    flips = [c for c in trial.flips if c.together] if len(trial.choices) > 1 else trial.flips
    for effect, heading in _GROUPS.items():
        rows = [change for change in flips if change.effect == effect]
        if not rows:
            continue
        number = Text(f"（{len(rows)}）", f" ({len(rows)})").get(lang)
        lines.append(f"  {heading.get(lang)}{number}")
        for change in rows[:top]:
            lines += _change(change, found.report.setting, setting, lang, width)
        if len(rows) > top:
            more = len(rows) - top
            lines.append("    " + Text(f"另有 {more} 项", f"and {more} more").get(lang))
    return lines


def _choice(choice: Choice, found: SensitivityData, lang: str, width: int) -> list[str]:
    told = choice_dict(choice, found)
    clauses = Text("、".join(told["clause"]), ", ".join(told["clause"]))
    head = Text(
        f"{choice.name} = {_value(choice.value)}，而不是 {_value(choice.taken)}"
        f"（条款 {clauses.zh}）",
        f"{choice.name} = {_value(choice.value)} instead of {_value(choice.taken)} "
        f"(clause {clauses.en})",
    ).get(lang)
    lines = wrap(head, width, "", "  ")
    if told["meaning"] is not None:
        lines += wrap(Text(**told["meaning"]).get(lang), width, "  ")
    return lines


def _change(
    change: Change, before: Setting, after: Setting, lang: str, width: int
) -> list[str]:
    key = "" if isinstance(change.before or change.after, ScoreResult) else change.key
    where = "  ".join(part for part in (change.case, key or change.id) if part)
    clause = Text(f"条款 {change.clause}", f"clause {change.clause}").get(lang)
    lines = wrap(f"{where}  {clause}  {_arrow(change, lang)}", width, "    ", "        ")
    # The side that is violated says what there is to know; a change of state is told as it becomes.
    old, new = change.before, change.after
    if isinstance(old, ScoreResult) and isinstance(new, ScoreResult):
        lines += wrap(_rows(old, new).get(lang), width, "        ")
    elif isinstance(new, Finding) and change.effect != VANISHES:
        lines += wrap(tell(new, after).get(lang), width, "        ")
    elif isinstance(old, Finding):
        lines += wrap(tell(old, before).get(lang), width, "        ")
        due = new.due if isinstance(new, Finding) else None
        if due is not None and due != old.due:
            at = deadline(due, after.zone)
            told = Text(f"改后期限为 {at}", f"the due becomes {at}")
            lines += wrap(told.get(lang), width, "        ")
    return lines


def _rows(old: ScoreResult, new: ScoreResult) -> Text:
    """Name the conditions and the rows of a scorecard that differ, with what they become."""
    tests = {one.id: one.state for one in (*old.vetoes, *old.conditions)}
    points = {one.id: interval(one.lo, one.hi) for one in old.indicators}
    found = [
        Text(f"{one.id}：{word(TRUTH_WORDS, tests[one.id]).zh} → {word(TRUTH_WORDS, one.state).zh}",
             f"{one.id}: {word(TRUTH_WORDS, tests[one.id]).en} → {word(TRUTH_WORDS, one.state).en}")
        for one in (*new.vetoes, *new.conditions)
        if tests.get(one.id, one.state) != one.state
    ]  # fmt: skip
    for row in new.indicators:
        was, now = points.get(row.id), interval(row.lo, row.hi)
        if was is not None and was != now:
            found.append(Text(f"第 {row.id} 项 {was} → {now}", f"row {row.id} {was} → {now}"))
    same = Text("各项得分相同，合计方法不同", "the same rows, added up in another way")
    return listed(found) if found else same


def _shortly(change: Change, lang: str) -> str:
    """Say in a few words what becomes of a finding or a score."""
    if change.effect == FIGURES:
        return _NO_VERDICT.get(lang)
    if isinstance(change.before, ScoreResult) and isinstance(change.after, ScoreResult):
        turned = (word(OUTCOME_WORDS, side.outcome).get(lang)
                  for side in (change.before, change.after))  # fmt: skip
        return " → ".join(turned)
    if change.before is None:
        state = _state(change.after, lang)
        return Text(f"新增：{state}", f"new: {state}").get(lang)
    if change.after is None:
        state = _state(change.before, lang)
        return Text(f"消失：{state}", f"gone: {state}").get(lang)
    return _arrow(change, lang)


def _arrow(change: Change, lang: str) -> str:
    return f"{_state(change.before, lang)} → {_state(change.after, lang)}"


def _state(row: Finding | ScoreResult | None, lang: str) -> str:
    if row is None:
        return _ABSENT.get(lang)
    if isinstance(row, ScoreResult):
        return f"{word(OUTCOME_WORDS, row.outcome).get(lang)} {interval(row.lo, row.hi)}"
    return word(STATE_WORDS, row.state).get(lang)


# --- pairs, and the data -------------------------------------------------------------------------


def _pairs(found: SensitivityData, lang: str, width: int, top: int) -> list[list[str]]:
    only = [
        pair for pair in _worst_trials(found.pairs)
        if pair.plan is None or any(change.together for change in pair.flips)
    ]  # fmt: skip
    said = Text(
        f"两两组合：{len(found.pairs)} 组在同一规范或评分表中相遇，{found.apart} 组互不相干；"
        f"{len(only)} 组有单独选择不会引起的翻转",
        f"pairs: {len(found.pairs)} meet in a norm or scorecard, {found.apart} have nothing to do "
        f"with each other; {len(only)} flip what neither choice flips alone",
    )
    blocks = [wrap(said.get(lang), width)]
    if top:
        blocks += [_trial(pair, found, lang, width, top) for pair in only]
    return blocks


def _data(found: SensitivityData, lang: str) -> list[str]:
    total = sum(found.report.rejected.values())
    told = Text(f"未采用的行：{total}", f"rows set aside: {total}")
    return [told.get(lang)] if total else []


