"""Why points were lost, what is at stake, and what became of conditions, in words.

Semantics: docs/semantics.md, sections 7 and 9, "Scorecards".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.plan.results import ConditionResult, IndicatorResult, ScoreResult
from stdrules.plan.scorecard import Condition, Indicator, PlanScorecard
from stdrules.report.names import Names
from stdrules.report.wording import OUTCOME_WORDS, TRUTH_WORDS, joined, listed, word


def interval(lo: Decimal, hi: Decimal) -> str:
    """Write an interval of points.

    Example:
        >>> interval(Decimal("84.50"), Decimal("84.5")), interval(Decimal(0), Decimal(2))
        ('84.5', '0–2')
    """
    low, high = format_decimal(lo), format_decimal(hi)
    return low if low == high else f"{low}–{high}"


def indicators_of(card: PlanScorecard) -> dict[str, Indicator]:
    """Return the indicators of a scorecard by id."""
    return {i.id: i for group in card.groups for i in group.indicators}


def lost_points(result: IndicatorResult, indicator: Indicator | None) -> Decimal:
    """Return the points that are certainly lost; none where the row does not count at all."""
    policy = indicator.not_applicable if indicator is not None else ""
    if result.reason == "not_applicable" and policy in ("full", "normalise"):
        return Decimal(0)
    return max(Decimal(0), result.max - result.hi)


def indicator_why(result: IndicatorResult, card: PlanScorecard, names: Names) -> Text:
    """Say why an indicator has its points.

    Args:
        result: The indicator's result.
        card: Its scorecard.
        names: Names of missing items.

    Returns:
        One sentence in both languages without a full stop.
    """
    indicator = indicators_of(card).get(result.id)
    lost = lost_points(result, indicator)
    parts = [_reason(result, indicator, card, names)]
    points, top = interval(result.lo, result.hi), format_decimal(result.max)
    parts.append(Text(f"得 {points} 分（满分 {top}）", f"{points} of {top} points"))
    if lost and result.lo != result.hi:
        shown = format_decimal(lost)
        parts.append(Text(f"失 {shown} 分", f"{shown} lost"))
    if result.missing:
        lacking = listed([names.missing(item) for item in result.missing])
        parts.append(Text(f"缺：{lacking.zh}", f"missing: {lacking.en}"))
    return joined(parts, "，", ", ")


def condition_why(result: ConditionResult, condition: Condition | None, names: Names) -> Text:
    """Say what became of a veto or a condition."""
    title = condition.title if condition is not None else Text(result.id, result.id)
    state = word(TRUTH_WORDS, result.state)
    parts = [Text(f"{title.zh}：{state.zh}", f"{title.en}: {state.en}")]
    if result.facts:
        facts = listed([Text(fact, fact) for fact in result.facts])
        parts.append(Text(f"依据 {facts.zh}", f"from {facts.en}"))
    if result.missing:
        lacking = listed([names.missing(item) for item in result.missing])
        parts.append(Text(f"缺：{lacking.zh}", f"missing: {lacking.en}"))
    return joined(parts, "，", ", ")


def score_why(score: ScoreResult, names: Names) -> Text:
    """Say what decided the outcome: a condition, the threshold, or what is missing."""
    card = score.scorecard
    if score.applicable == "false":
        return Text("不适用", "not applicable")
    points = Text(f"得分 {interval(score.lo, score.hi)}", f"{interval(score.lo, score.hi)} points")
    parts = [points]
    if card.threshold is not None:
        bar = format_decimal(card.threshold)
        parts.append(Text(f"需要 {bar}", f"{bar} needed"))
    known = {c.id: c for c in (*card.vetoes, *card.conditions)}
    rows = (*score.vetoes, *score.conditions)
    for state in ("false", "unknown"):
        named = [
            known[r.id].title if r.id in known else Text(r.id, r.id)
            for r in rows
            if r.state == state
        ]
        if named:
            # A veto and a condition may be called the same.
            shown, told = listed(list(dict.fromkeys(named))), TRUTH_WORDS[state]
            parts.append(Text(f"{told.zh}：{shown.zh}", f"{told.en}: {shown.en}"))
    if score.missing:
        lacking = listed([names.missing(item) for item in score.missing])
        parts.append(Text(f"缺：{lacking.zh}", f"missing: {lacking.en}"))
    parts.append(word(OUTCOME_WORDS, score.outcome))
    return joined(parts)


def _reason(
    result: IndicatorResult, indicator: Indicator | None, card: PlanScorecard, names: Names
) -> Text:
    reason = result.reason
    if reason == "rated" and not result.grade:
        return Text("按分值评定", "rated by points")
    if reason == "rated":
        grade = _same(result.grade)
        if card.rating is not None and card.rating.grade is not None:
            grade = names.choice(card.rating.matcher.type, card.rating.grade, result.grade)
        return Text(f"评为{_apart(grade.zh)}", f"rated {grade.en}")
    if reason.startswith("failed:"):
        return _failed_test(reason.removeprefix("failed:"), card)
    if reason == "missing_evidence" and indicator is not None and indicator.evidence_types:
        kinds = listed([_evidence_type(name, card, names) for name in indicator.evidence_types])
        return Text(f"没有证明材料（{kinds.zh}）", f"no evidence ({kinds.en})")
    if reason == "not_applicable" and indicator is not None:
        policy = _POLICIES.get(indicator.not_applicable, Text("", ""))
        return joined([Text("不适用", "not applicable"), policy], "，", ", ")
    if reason == "counted" and indicator is not None and indicator.counted_each is not None:
        each, n = format_decimal(indicator.counted_each), len(result.facts)
        return Text(f"计 {n} 项，每项 {each} 分", f"{n} counted at {each} each")
    return _REASONS.get(reason, Text(reason, reason))


def _same(name: str) -> Text:
    return Text(name, name)


def _apart(word: str) -> str:
    return f" {word}" if word[:1].isascii() else word


def _evidence_type(name: str, card: PlanScorecard, names: Names) -> Text:
    evidence = card.evidence
    if evidence is None or evidence.type_field is None:
        return _same(name)
    return names.choice(evidence.matcher.type, evidence.type_field, name)


def _failed_test(test_id: str, card: PlanScorecard) -> Text:
    tests = card.evidence.tests if card.evidence is not None else ()
    title = next((t.title for t in tests if t.id == test_id), Text(test_id, test_id))
    return Text(f"证明材料未通过“{title.zh}”", f'the evidence fails "{title.en}"')


_POLICIES: Mapping[str, Text] = {
    "full": Text("按满分计", "counted in full"),
    "zero": Text("按零分计", "counted as zero"),
    "normalise": Text("不计入总分", "left out of the total"),
}
_REASONS: Mapping[str, Text] = {
    "satisfied": Text("满足", "satisfied"),
    "not_satisfied": Text("不满足", "not satisfied"),
    "no_rating": Text("没有评定", "not rated"),
    "contradiction": Text("等级与分值互相矛盾", "grade and points contradict each other"),
    "missing_evidence": Text("没有证明材料", "no evidence"),
    "unknown_evidence": Text("证明材料情况不明", "the evidence is unknown"),
    "not_applicable": Text("不适用", "not applicable"),
    "applicability_unknown": Text("是否适用不明", "it is unknown whether it applies"),
    "counted": Text("按数量计", "counted"),
}
