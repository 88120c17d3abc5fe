"""A plan over columns.

Semantics: the same as of the case evaluator; tests hold all evaluators to one another.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.time.zones import zone
from stdrules.engine.columns.blocks import CODE, Block, prefix_of
from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.gather import from_log
from stdrules.engine.columns.norms import Judged, judge_norm
from stdrules.engine.columns.one_by_one import one_by_one
from stdrules.engine.columns.scorecards import ScoreBlock, judge_card
from stdrules.engine.versions import in_force, knowledge
from stdrules.model.columnar import Columns
from stdrules.model.facts import FactLog
from stdrules.plan import results as r
from stdrules.plan.plan import CaseType, Plan
from stdrules.plan.results import Evaluation, Finding, ScoreResult

Booleans = NDArray[np.bool_]
#: How many cases are views at once while they are judged one by one.
_AT_ONCE = 500


@dataclass(slots=True)
class Part:
    """The results of the cases of one type.

    Attributes:
        names: Ids of the cases.
        exists: Which of them are judged.
        blocks: (place of the norm in the plan, rows).
        singles: (place of the case, place of the norm, rows) judged by the case evaluator.
        cards: Rows of scorecards, (place of the scorecard, rows).
        scores: (place of the case, place of the scorecard, result) by the case evaluator.
        whole: How many cases the case evaluator judged wholly.
    """

    names: tuple[str, ...]
    exists: Booleans
    blocks: list[tuple[int, Block]] = field(default_factory=list)
    singles: list[tuple[int, int, list[Finding]]] = field(default_factory=list)
    cards: list[tuple[int, ScoreBlock]] = field(default_factory=list)
    scores: list[tuple[int, int, ScoreResult]] = field(default_factory=list)
    whole: int = 0


@dataclass(slots=True)
class ColumnFindings:
    """The results of a chunk, mostly as columns."""

    plan: Plan
    parts: list[Part] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """How many cases were judged."""
        return sum(int(part.exists.sum()) for part in self.parts)

    @property
    def one_by_one(self) -> int:
        """How many pairs of a norm (or scorecard) and a case the case evaluator judged."""
        return sum(len(part.singles) + len(part.scores) for part in self.parts)

    def counts(self) -> dict[str, Counter[str]]:
        """Count the states of each norm (or part of a process), without making findings."""
        found: dict[str, Counter[str]] = {prefix_of(norm): Counter() for norm in self.plan.norms}
        for part in self.parts:
            for number, block in part.blocks:
                own = found[prefix_of(self.plan.norms[number])]
                for code, count in enumerate(block.counts().tolist()):
                    if count:
                        own[r.STATES[code]] += count
            for _, number, rows in part.singles:
                own = found[prefix_of(self.plan.norms[number])]
                own.update(row.state for row in rows)
        return found

    def outcomes(self) -> dict[str, Counter[str]]:
        """Count the outcomes of each scorecard."""
        found: dict[str, Counter[str]] = {card.id: Counter() for card in self.plan.scorecards}
        for part in self.parts:
            for _, block in part.cards:
                found[block.card.id].update(block.counts())
            for _, number, score in part.scores:
                found[self.plan.scorecards[number].id][score.outcome] += 1
        return found

    def findings(self, states: Collection[str] | None = None) -> Iterator[Finding]:
        """Yield the findings in some states (None: all), by norm; only these are made."""
        codes = None if states is None else [CODE[state] for state in states]
        for part in self.parts:
            for _, block in part.blocks:
                rows = block.places()
                if codes is not None:
                    rows = rows[np.isin(block.state[rows], codes)]
                for _, finding in block.findings(part.names, rows):
                    yield finding
            for _, _, found in part.singles:
                for finding in found:
                    if states is None or finding.state in states:
                        yield finding

    def evaluation(self) -> Evaluation:
        """Return everything as the other evaluators do, in their order."""
        result = Evaluation(diagnostics=list(self.diagnostics))
        for part in self.parts:
            rows: list[tuple[int, int, str, Finding]] = []
            for number, block in part.blocks:
                rows += [(case, number, f.key, f) for case, f in block.findings(part.names)]
            for case, number, found in part.singles:
                rows += [(case, number, f.key, f) for f in found]
            rows.sort(key=lambda row: row[:3])
            result.findings += [row[3] for row in rows]
            scores = list(part.scores)
            for number, one in part.cards:
                scores += [(case, number, score) for case, score in one.scores(part.names)]
            scores.sort(key=lambda row: row[:2])
            result.scores += [row[2] for row in scores]
        return result


def evaluate(
    plan: Plan, log: FactLog, as_of: int, known_at: int | None = None,
    cases: Collection[str] | None = None,
) -> Evaluation:  # fmt: skip
    """Judge every case of a log by columns: arguments and result as of the case evaluator."""
    with _kept():
        return evaluate_chunk(plan, from_log(plan, log), as_of, known_at, cases).evaluation()


@contextmanager
def _kept() -> Iterator[None]:
    """Make millions of objects that all stay without the collector looking at them again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def evaluate_chunk(
    plan: Plan, columns: Columns, as_of: int, known_at: int | None = None,
    cases: Collection[str] | None = None,
) -> ColumnFindings:  # fmt: skip
    """Judge the cases of a chunk.

    Args:
        plan: A compiled ruleset.
        columns: Whole cases; see docs/columns.md.
        as_of: The moment judged, in microseconds.
        known_at: What was known when; None: everything.
        cases: Ids of the cases to judge; None: all.

    Returns:
        The findings as columns; what columns could not settle was judged case by case.
    """
    known_from = knowledge(plan.types, zone(plan.zone))
    _, diagnostics = in_force(
        FactLog(columns.rest.facts, columns.rest.withdrawals), known_at, known_from
    )
    found = ColumnFindings(plan, diagnostics=diagnostics)
    for case_type in plan.case_types:
        if columns.cases.get(case_type.name):
            frame = Frame(plan, case_type, columns, as_of, known_at, cases)
            found.parts.append(_part(frame, case_type))
    return found


def _part(frame: Frame, case_type: CaseType) -> Part:
    plan = frame.plan
    part = Part(tuple(frame.names), frame.exists.copy())
    judged: dict[str, list[Judged]] = {}
    by_place: dict[int, Judged] = {}
    for number, norm in enumerate(plan.norms):
        if norm.case_type == case_type.name:
            one = judge_norm(frame, norm, judged)
            judged.setdefault(norm.id, []).append(one)
            by_place[number] = one
    _repaired(frame, case_type, by_place)
    cards: dict[int, Booleans] = {}
    for number, card in enumerate(plan.scorecards):
        if card.case_type == case_type.name:
            block, cards[number] = judge_card(frame, card)
            if block is not None:
                part.cards.append((number, block))
    part.blocks = [(number, b) for number, one in by_place.items() for b in one.blocks]
    _singly(frame, part, {n: one.doubt for n, one in by_place.items()}, cards)
    return part


def _repaired(frame: Frame, case_type: CaseType, judged: dict[int, Judged]) -> None:
    """Give the cases in which a violation may be compensated to the case evaluator."""
    broken = [CODE[r.BREACHED], CODE[r.OVERDUE]]
    met = [CODE[state] for state in r.MET]
    norms = frame.plan.norms
    for number in judged:
        repairs = norms[number].repairs
        if repairs is None:
            continue
        others = [n for n in judged if norms[n].id == repairs]
        remedies = [n for n in judged if norms[n].id == norms[number].id]
        open_cases = np.zeros(frame.size, np.bool_)
        cured = np.zeros(frame.size, np.bool_)
        for place in others:
            open_cases |= judged[place].doubt | _in_states(frame, judged[place], broken)
        for place in remedies:
            cured |= judged[place].doubt | _in_states(frame, judged[place], met)
        both = open_cases & cured
        if both.any():
            for place in {*others, *remedies}:
                _give_away(judged[place], both)


def _in_states(frame: Frame, one: Judged, codes: list[int]) -> Booleans:
    found = np.zeros(frame.size, np.bool_)
    for block in one.blocks:
        block.mark(found, codes)
    return found


def _give_away(one: Judged, cases: Booleans) -> None:
    one.doubt[cases] = True
    for block in one.blocks:
        block.leave_out(cases)


def _singly(
    frame: Frame, part: Part, norms: dict[int, Booleans], cards: dict[int, Booleans]
) -> None:
    """Judge what columns left over."""
    judges = one_by_one(frame.plan)
    wanted: dict[int, tuple[list[int], list[int]]] = {}
    for kind, masks in enumerate((norms, cards)):
        for number, doubt in masks.items():
            for case in np.flatnonzero(doubt).tolist():
                wanted.setdefault(case, ([], []))[kind].append(number)
    apart = np.flatnonzero(frame.apart).tolist()
    if not wanted and not apart:
        return
    cases = sorted(wanted)
    for begin in range(0, len(cases), _AT_ONCE):
        some = cases[begin : begin + _AT_ONCE]
        world = frame.world(some)
        for case in some:
            view = world.view(frame.case_type, frame.names[case])
            found, scored = judges.judge(view, *wanted[case])
            part.singles += [(case, number, rows) for number, rows in found]
            part.scores += [(case, number, score) for number, score in scored]
    if apart:
        _wholly(frame, part, frame.world(apart).views({frame.names[n] for n in apart}))


def _wholly(frame: Frame, part: Part, views: list) -> None:  # type: ignore[type-arg]
    judges = one_by_one(frame.plan)
    places = {id(norm): number for number, norm in enumerate(frame.plan.norms)}
    cards = {id(card): number for number, card in enumerate(frame.plan.scorecards)}
    part.exists &= ~frame.apart
    for view in views:
        case = frame.place(view.case_id)
        if view.case_type is not frame.case_type or not frame.apart[case]:
            continue
        part.exists[case] = True
        part.whole += 1
        findings, scores = judges.whole(view)
        rows: dict[int, list[Finding]] = {}
        for one in findings:
            rows.setdefault(places[id(one.norm)], []).append(one)
        part.singles += [(case, number, own) for number, own in rows.items()]
        part.scores += [(case, cards[id(one.scorecard)], one) for one in scores]
