"""Which findings a question about the past means, and the answer to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from stdrules.api.facts import Gathered
from stdrules.api.history import CaseJudge, Span, timelines
from stdrules.api.times import MomentLike, asked_instant, asked_knowledge
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.base.time.zones import zone
from stdrules.engine.case import evaluate
from stdrules.model.vocabulary import Vocabulary
from stdrules.plan.plan import Plan
from stdrules.plan.results import Finding
from stdrules.report.history import ALONG, KNOWN_AT, History, Timeline
from stdrules.report.names import Names
from stdrules.report.setting import Setting


class Asked(TypedDict, total=False):
    """What `Ruleset.history` can be asked, beside the facts and the moment judged.

    Attributes:
        norm: The id of the norm; this or `key` is needed.
        key: The key of a finding, with or without its norm.
        case: The id of the case; without it all cases.
        start: From this date of knowledge on; along ``as-of`` and ``both`` this moment judged.
        end: Up to this one.
        along: ``known-at`` (what was known changes; the default), ``as-of`` (the moment judged
            changes, up to as-of) or ``both`` (each moment is judged by what was known then).
        known_at: Along ``as-of``: only what was recorded by then counts.
        evaluator: ``case`` (the default) or ``reference``.
    """

    norm: str | None
    key: str | None
    case: str | None
    start: MomentLike | None
    end: MomentLike | None
    along: str
    known_at: MomentLike | None
    evaluator: str


def tell_history(
    plan: Plan, vocabulary: Vocabulary, gathered: Gathered, as_of: MomentLike,
    **asked: Unpack[Asked],
) -> History:  # fmt: skip
    """Answer a question about the past; see `Asked`.

    Args:
        plan: The compiled ruleset.
        vocabulary: Headings, for the texts.
        gathered: The facts.
        as_of: The moment judged; along ``as-of`` and ``both`` the last one.
        **asked: Which findings, and which moments.

    Raises:
        UsageError: There is no such norm, case, finding, direction or evaluator, a moment is not
            one, or neither norm nor key is given.
    """
    along, evaluator = asked.get("along", KNOWN_AT), asked.get("evaluator", "case")
    for name, value, known in (
        ("along", along, ALONG), ("evaluator", evaluator, ("case", "reference")),
    ):  # fmt: skip
        if value not in known:
            raise _refused(
                Text(f"`{name}` 不能是 `{value}`", f"`{name}` cannot be `{value}`"),
                Text(f"可用：{', '.join(known)}", f"one of: {', '.join(known)}"),
            )
    where = zone(plan.zone)
    moment = asked_knowledge if along == KNOWN_AT else asked_instant
    start, end, known_at = asked.get("start"), asked.get("end"), asked.get("known_at")
    span = Span(
        along,
        asked_instant(as_of, where),
        None if known_at is None else asked_knowledge(known_at, where),
        None if start is None else moment(start, where, "start"),
        None if end is None else moment(end, where, "end"),
    )
    question = Question(asked.get("norm"), asked.get("key"), asked.get("case"))
    return ask(plan, vocabulary, gathered, span, question, evaluator)


@dataclass(frozen=True, slots=True)
class Question:
    """Which findings are asked about; None means any.

    Attributes:
        norm: The id of the norm.
        key: The key of the finding, with or without its norm.
        case: The id of the case.
    """

    norm: str | None = None
    key: str | None = None
    case: str | None = None


def ask(
    plan: Plan, vocabulary: Vocabulary, gathered: Gathered, span: Span, question: Question,
    evaluator: str = "case",
) -> History:  # fmt: skip
    """Work out the timelines of the findings asked about.

    Args:
        plan: The compiled ruleset.
        vocabulary: Headings, for the texts.
        gathered: The facts.
        span: The moments.
        question: The findings.
        evaluator: ``case`` or ``reference``.

    Raises:
        UsageError: There is no such norm, case or finding, or neither norm nor key is given.
    """
    if question.case is not None:
        _need_case(question.case, gathered)
    found: list[Timeline] = []
    for norm, cases, key in _meant(plan, gathered, span, question):
        for case in cases:
            judge = CaseJudge(plan, norm, gathered.log, case, evaluator)
            found += timelines(judge, span, key)
    if not found:
        _nothing(plan, gathered, span, question)
    names = Names(plan, vocabulary, gathered.log)
    setting = Setting.of(plan, span.as_of, names)
    found.sort(key=lambda line: (line.case, line.key))
    return History(
        span.along, span.as_of, span.known_at, tuple(found), setting, gathered.digest
    )


def _meant(
    plan: Plan, gathered: Gathered, span: Span, question: Question
) -> list[tuple[str, Sequence[str], str | None]]:
    """Return the norms that are meant, each with its cases and perhaps the key."""
    norm, key = question.norm, question.key
    ids = {one.id for one in plan.norms}
    if norm is not None and norm not in ids:
        raise _unknown(Text(f"未知的规范 `{norm}`", f"unknown norm `{norm}`"), norm, ids)
    if key is None:
        if norm is None:
            raise _refused(
                Text("没有说明规范或实例", "neither a norm nor a key is given"),
                Text("请给出规范或实例名", "give a norm or the key of a finding"),
            )
        return [(norm, _cases(plan, norm, gathered, question), None)]
    if norm is None:
        named = [one for one in ids if key.startswith(f"{one}/")]
        norm = max(named, key=len, default=None)
    if norm is not None:
        full = key if key.startswith(f"{norm}/") else f"{norm}/{key}"
        at_end = {row.case for row in _at_end(plan, gathered, span, question) if row.key == full}
        cases = sorted(at_end) or _cases(plan, norm, gathered, question)
        return [(norm, cases, full)]
    # The key alone, without its norm: what bears it at the end is meant.
    rows = _at_end(plan, gathered, span, question)
    meant = sorted({(r.norm.id, r.case, r.key) for r in rows if r.key.partition("/")[2] == key})
    return [(one, [case], full) for one, case, full in meant]


def _cases(plan: Plan, norm: str, gathered: Gathered, question: Question) -> list[str]:
    """Return the cases of a norm's case type, or the one that is asked about."""
    if question.case is not None:
        return [question.case]
    kinds = {one.case_type for one in plan.norms if one.id == norm}
    return sorted(
        {one for fact in gathered.log.facts for kind in kinds for one in fact.cases.get(kind, ())}
    )


def _at_end(plan: Plan, gathered: Gathered, span: Span, question: Question) -> list[Finding]:
    cases = None if question.case is None else [question.case]
    return evaluate(plan, gathered.log, span.as_of, None, cases).findings


def _need_case(case: str, gathered: Gathered) -> None:
    known = {one for fact in gathered.log.facts for ids in fact.cases.values() for one in ids}
    if case not in known:
        told = Text(f"数据中没有个案 `{case}`", f"there is no case `{case}` in the data")
        raise _unknown(told, case, known)


def _nothing(plan: Plan, gathered: Gathered, span: Span, question: Question) -> None:
    if question.key is None:
        raise UsageError(Text("没有个案可说明", "there is no case to tell of"))
    rows = _at_end(plan, gathered, span, question)
    known = {row.key for row in rows if question.norm in (None, row.norm.id)}
    told = Text(f"没有实例 `{question.key}`", f"there is no finding with the key `{question.key}`")
    raise _unknown(told, question.key, known)


def _unknown(told: Text, name: str, known: Iterable[str]) -> UsageError:
    near = did_you_mean(name, known)
    return _refused(told, Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None)


def _refused(told: Text, hint: Text | None = None) -> UsageError:
    return UsageError(told, hint=hint)
