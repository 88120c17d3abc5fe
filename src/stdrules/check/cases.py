"""The tests of a ruleset: what they name exists, and every norm has those that it should."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from stdrules.base.diagnostics import Diagnostic, Span
from stdrules.base.text import Text
from stdrules.check import codes
from stdrules.check.source import Finder, RawCase, near
from stdrules.model.cases import NormExpectation, ScoreExpectation
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.plan.results import FULFILLED, HOLDING, STATES, UNDETERMINED, VIOLATED
from stdrules.plan.scorecard import PlanScorecard
from stdrules.plan.steps import Await, Count, Gap, Recur


def check_cases(finder: Finder, plan: Plan, cases: Sequence[RawCase]) -> Iterator[Diagnostic]:
    """Yield names in tests that do not exist, and norms that lack tests."""
    states: dict[str, set[str]] = {norm.id: set() for norm in plan.norms}
    tests: dict[str, set[int]] = {norm.id: set() for norm in plan.norms}
    scores: dict[str, list[ScoreExpectation]] = {card.id: [] for card in plan.scorecards}
    for number, raw in enumerate(cases):
        yield from _facts(finder, plan, raw)
        for i, expected in enumerate(raw.case.expect):
            place = raw.place("expect", i)
            if isinstance(expected, ScoreExpectation):
                yield from _score_names(finder, plan, expected, place)
                scores.setdefault(expected.scorecard, []).append(expected)
                continue
            yield from _norm_names(finder, states, expected, place)
            if expected.state is not None and expected.count > 0:
                states.setdefault(expected.norm, set()).add(expected.state)
            tests.setdefault(expected.norm, set()).add(number)
    spans = {norm.id: norm.span for norm in finder.source.norm_trees}
    for norm in {norm.id: norm for norm in plan.norms}.values():
        parts = [part for part in plan.norms if part.id == norm.id]
        span = spans.get(norm.id, Span(finder.file("norms")))
        yield from _lacking(finder, parts, span, states[norm.id], len(tests[norm.id]))
    for card in plan.scorecards:
        yield from _lacking_scores(finder, card, scores[card.id])


def _facts(finder: Finder, plan: Plan, raw: RawCase) -> Iterator[Diagnostic]:
    for i, fact in enumerate(raw.case.facts):
        name = fact.get("type")
        if isinstance(name, str) and name not in plan.types:
            yield _unknown(finder, raw.place("facts", i, "type"), "事实类型", "fact type", name,
                           list(plan.types))  # fmt: skip


def _norm_names(
    finder: Finder, norms: Collection[str], expected: NormExpectation, place: Span
) -> Iterator[Diagnostic]:
    if expected.norm not in norms:
        yield _unknown(finder, place, "规范", "norm", expected.norm, list(norms))
    if expected.state is not None and expected.state not in STATES:
        yield _unknown(finder, place, "状态", "state", expected.state, STATES)


def _score_names(
    finder: Finder, plan: Plan, expected: ScoreExpectation, place: Span
) -> Iterator[Diagnostic]:
    card = next((card for card in plan.scorecards if card.id == expected.scorecard), None)
    if card is None:
        known = [card.id for card in plan.scorecards]
        yield _unknown(finder, place, "评分表", "scorecard", expected.scorecard, known)
        return
    for found, names, zh, en in (
        (expected.vetoes, [veto.id for veto in card.vetoes], "否决项", "veto"),
        (expected.conditions, [item.id for item in card.conditions], "条件", "condition"),
        (expected.groups, [group.id for group in card.groups], "分组", "group"),
        (
            expected.indicators,
            [row.id for group in card.groups for row in group.indicators],
            "指标",
            "indicator",
        ),
    ):
        for name in found:
            if name not in names:
                yield _unknown(finder, place, zh, en, name, names)


def _unknown(
    finder: Finder, span: Span, zh: str, en: str, name: str, known: Sequence[str]
) -> Diagnostic:
    return finder.report(
        codes.CASE_NAME, span, f"未知的{zh} `{name}`", f"unknown {en} `{name}`", near(name, known)
    )


def _lacking(
    finder: Finder, parts: list[PlanNorm], span: Span, states: set[str], tests: int
) -> Iterator[Diagnostic]:
    name = parts[0].id
    limited = any(
        isinstance(part.step, Count | Recur | Gap)
        or (isinstance(part.step, Await) and part.step.due is not None)
        for part in parts
    )
    wanted = (
        (codes.NO_FULFILLED, bool(states & {FULFILLED, HOLDING}), "履行", "where it is fulfilled"),
        (codes.NO_VIOLATED, bool(states & VIOLATED), "违反", "where it is violated"),
        (codes.NO_BOUNDARY, not limited or tests >= 3, "边界", "at its boundary"),
        (codes.NO_UNDETERMINED, UNDETERMINED in states, "无法判定", "where it is undetermined"),
    )
    for code, there, zh, en in wanted:
        if not there:
            yield finder.report(
                code, span, f"规范 `{name}` 没有{zh}的测试", f"the norm `{name}` has no test {en}"
            )


def _lacking_scores(
    finder: Finder, card: PlanScorecard, expected: list[ScoreExpectation]
) -> Iterator[Diagnostic]:
    outcomes = {item.outcome for item in expected}
    names = {"fail": "fail", "undetermined": "undetermined"}
    found = {name for name in names if name in outcomes}
    if outcomes & {"pass", card.outcome}:
        found.add("pass")
    if card.threshold is not None and any(item.lo == card.threshold for item in expected):
        found.add("threshold")
    wanted = ["pass", "fail", "undetermined", *(["threshold"] if card.threshold else [])]
    lacking = [name for name in wanted if name not in found]
    if lacking:
        shown = ", ".join(lacking)
        yield finder.report(
            codes.SCORE_CASES, finder.at("scorecard.yaml", card.id),
            f"评分表 `{card.id}` 缺少这些测试：{shown}",
            f"the scorecard `{card.id}` lacks tests: {shown}",
            Text("在 cases/ 中补上", "add them to cases/"),
        )  # fmt: skip
