"""Many chunks one after the other, or several at once: memory stays that of a few chunks.

A chunk comes as columns, or as something that makes them when it is called, which is done where
the chunk is judged, so that reading is shared out too. Threads share the work of NumPy; processes
also share reading and what the case evaluator judges.
"""

from __future__ import annotations

import multiprocessing
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.errors import UsageError
from stdrules.base.process import collect_rarely
from stdrules.base.text import Text
from stdrules.engine.columns.blocks import prefix_of
from stdrules.engine.columns.evaluate import evaluate_chunk
from stdrules.engine.columns.rows import starts_of
from stdrules.model.columnar import Columns, Ids, Table
from stdrules.model.facts import Fact, FactLog
from stdrules.plan.plan import Plan
from stdrules.plan.results import Finding

Source = Columns | Callable[[], Columns]
#: What judging a whole ruleset takes at its peak for one fact, its columns and findings, in bytes.
#: Measured: 230 for ten norms, 4,000 for 117 norms of which nine go to the case evaluator.
BYTES_A_FACT = 4000
_LEAST = 1000


@dataclass(slots=True)
class Audit:
    """What came of all chunks.

    Attributes:
        cases, facts: How many were judged; a fact of two cases counts twice.
        one_by_one: How many pairs of a norm (or scorecard) and a case the case evaluator judged.
        counts: Norm (or part of a process) -> state -> how many.
        outcomes: Scorecard -> outcome -> how many.
        findings: Those in the states asked for, by chunk, up to the limit.
        left_out: How many findings in these states the limit left out.
        diagnostics: About facts.
    """

    cases: int = 0
    facts: int = 0
    one_by_one: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    left_out: int = 0
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, other: Audit, limit: int | None) -> None:
        """Add what came of further cases."""
        self.cases += other.cases
        self.facts += other.facts
        self.one_by_one += other.one_by_one
        for mine, theirs in ((self.counts, other.counts), (self.outcomes, other.outcomes)):
            for name, states in theirs.items():
                mine.setdefault(name, Counter()).update(states)
        room = len(other.findings) if limit is None else max(limit - len(self.findings), 0)
        self.findings += other.findings[:room]
        self.left_out += other.left_out + len(other.findings[room:])
        known = {repr(one) for one in self.diagnostics}
        self.diagnostics += [one for one in other.diagnostics if repr(one) not in known]


class _Question(NamedTuple):
    """What is asked of every chunk."""

    plan: Plan
    as_of: int
    known_at: int | None
    states: frozenset[str]
    limit: int | None


def audit(
    plan: Plan, chunks: Iterable[Source], as_of: int, known_at: int | None = None, *,
    states: Collection[str] = (), limit: int | None = None, workers: int = 1,
    processes: bool = False,
    progress: Callable[[Audit], None] | None = None,
) -> Audit:  # fmt: skip
    """Judge chunk after chunk and keep only what was asked for.

    Args:
        plan: A compiled ruleset.
        chunks: Chunks of whole cases, or callables that make them (which must be picklable for
            processes); taken one by one.
        as_of: The moment judged, in microseconds.
        known_at: What was known when; None: everything.
        states: The states whose findings are kept.
        limit: How many findings are kept at most; None: all of them.
        workers: How many chunks are judged at once.
        processes: Whether the workers are processes, not threads.
        progress: Is given the sum so far after each chunk.

    Returns:
        Counts of everything, and the findings asked for in the order of the chunks.

    Raises:
        UsageError: ``workers`` is not positive.
    """
    if workers < 1:
        raise UsageError(
            Text(f"并行数 `{workers}` 不是正数", f"`{workers}` workers are not enough")
        )
    question = _Question(plan, as_of, known_at, frozenset(states), limit)
    total = Audit()
    total.counts = {prefix_of(norm): Counter() for norm in plan.norms}
    total.outcomes = {card.id: Counter() for card in plan.scorecards}
    norms = {prefix_of(norm): norm for norm in plan.norms}
    judged = _here(question, chunks)
    if workers > 1:
        judged = (_in_processes if processes else _in_threads)(question, chunks, workers)
    for one in judged:
        for finding in one.findings:
            # What came from another process is the same norm, not the same object.
            finding.norm = norms[prefix_of(finding.norm)]
        total.add(one, limit)
        if progress is not None:
            progress(total)
    return total


def _judge(question: _Question, source: Source) -> Audit:
    columns = source if isinstance(source, Columns) else source()
    found = evaluate_chunk(question.plan, columns, question.as_of, question.known_at)
    made = Audit(
        found.cases, len(columns), found.one_by_one, found.counts(), found.outcomes(),
        diagnostics=found.diagnostics,
    )  # fmt: skip
    if question.states:
        wanted = found.findings(question.states)
        made.findings = list(islice(wanted, question.limit))
        asked = sum(n for states in made.counts.values() for state, n in states.items()
                    if state in question.states)  # fmt: skip
        made.left_out = asked - len(made.findings)
    return made


def _here(question: _Question, chunks: Iterable[Source]) -> Iterator[Audit]:
    for source in chunks:
        yield _judge(question, source)


_asked: list[_Question] = []


def _start(question: _Question) -> None:
    collect_rarely()
    _asked[:] = [question]


def _work(source: Source) -> Audit:
    return _judge(_asked[0], source)


def _in_processes(
    question: _Question, chunks: Iterable[Source], workers: int
) -> Iterator[Audit]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start, (question,)) as pool:
        yield from _in_turn(lambda chunk: pool.submit(_work, chunk), chunks, workers)


def _in_threads(
    question: _Question, chunks: Iterable[Source], workers: int
) -> Iterator[Audit]:
    with ThreadPoolExecutor(workers) as pool:
        yield from _in_turn(lambda chunk: pool.submit(_judge, question, chunk), chunks, workers)


def _in_turn(
    submit: Callable[[Source], Future[Audit]], chunks: Iterable[Source], workers: int
) -> Iterator[Audit]:
    """Yield what comes of chunks in their order.

    One chunk more is given out than there are workers: the next is at hand, and no more in memory.
    """
    waiting: deque[Future[Audit]] = deque()
    for chunk in chunks:
        waiting.append(submit(chunk))
        if len(waiting) > workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


# --- smaller chunks ----------------------------------------------------------------------------


def facts_for(memory: int, workers: int = 1) -> int:
    """Return how many facts a chunk may have so that all workers stay within memory (bytes).

    Example:
        >>> facts_for(512 * 2**20, workers=2)
        67108
    """
    return max(memory // (BYTES_A_FACT * workers), _LEAST)


def split(columns: Columns, facts: int) -> Iterator[Columns]:
    """Divide a chunk of cases of one type into chunks of about so many facts.

    Cases of several types have facts in common, and stay together: then the chunk is given back
    whole. The arrays are views, not copies, but for the numbers of the cases. A correction may lie
    in another case than what it corrects: of facts in ``rest`` every chunk gets all versions of
    those that have one in its cases.
    """
    kinds = [name for name, ids in columns.cases.items() if len(ids)]
    if len(kinds) != 1 or len(columns) <= facts:
        yield columns
        return
    name = kinds[0]
    ids = columns.cases[name]
    ends = np.zeros(len(ids), np.int64)
    for table in columns.tables.values():
        ends += starts_of(table.case, len(ids))[1:]
    told = _Told(columns.rest.facts, name)
    begin = 0
    while begin < len(ids):
        before = int(ends[begin - 1]) if begin else 0
        end = max(bisect_left(ends, before + facts + 1), begin + 1)
        yield _slice(columns, name, begin, end, told)
        begin = end


def _slice(columns: Columns, name: str, begin: int, end: int, told: _Told) -> Columns:
    ids = columns.cases[name][begin:end]
    tables = {}
    for key, table in columns.tables.items():
        low, high = np.searchsorted(
            table.case, np.array([begin, end], table.case.dtype)).tolist()  # fmt: skip
        if low < high:
            tables[key] = _cut(table, begin, low, high)
    here, rest = set(ids) if any(columns.touched.values()) else set(), columns.rest
    log = FactLog(
        told.of(ids), rest.withdrawals, rest.waivers, rest.suspensions, rest.completes
    )
    touched = {
        kind: None if own is None else own & here for kind, own in columns.touched.items()
    }
    return Columns({name: ids}, tables, log, touched)


class _Told:
    """Facts of ``rest`` by the cases that they bear on, with all that corrects them.

    Args:
        facts: The facts.
        name: The case type.
    """

    def __init__(self, facts: Sequence[Fact], name: str) -> None:
        self._facts = facts
        first: dict[str, str] = {}

        def root(one: str) -> str:
            while first.setdefault(one, one) != one:
                first[one] = first[first[one]]
                one = first[one]
            return one

        for fact in facts:
            if fact.supersedes is not None:
                first[root(fact.id)] = root(fact.supersedes)
        families: dict[str, list[int]] = {}
        for place, fact in enumerate(facts):
            families.setdefault(root(fact.id), []).append(place)
        self._everywhere: list[int] = []
        self._of: dict[str, list[int]] = {}
        for places in families.values():
            # A version without a case may bear on any.
            if any(not any(facts[place].cases.values()) for place in places):
                self._everywhere += places
                continue
            named = {one for place in places for one in facts[place].cases.get(name, ())}
            for one in named:
                self._of.setdefault(one, []).extend(places)

    def of(self, ids: Iterable[str]) -> list[Fact]:
        """Return the facts that some cases must know, in the order in which they came."""
        places = set(self._everywhere)
        for one in ids if self._of else ():
            places.update(self._of.get(one, ()))
        return [self._facts[place] for place in sorted(places)]


def _cut(table: Table, case: int, low: int, high: int) -> Table:
    def part(values: Any) -> Any:
        return None if values is None else values[low:high]

    columns = {
        name: replace(one, values=one.values[low:high], state=part(one.state), last=part(one.last))
        for name, one in table.columns.items()
    }
    ids: Ids = _Shifted(table.ids, low)
    if isinstance(table.ids, list):
        ids = table.ids[low:high]
    return replace(
        table, case=table.case[low:high] - np.int32(case), first=table.first[low:high], ids=ids,
        columns=columns, last=part(table.last), known=part(table.known),
        facts=part(table.facts), shared=part(table.shared),
    )  # fmt: skip


class _Shifted:
    """Ids of the rows from some row on."""

    __slots__ = ("_ids", "_low")

    def __init__(self, ids: Ids | Sequence[str], low: int) -> None:
        self._ids = ids
        self._low = low

    def __getitem__(self, row: int) -> str:
        return self._ids[row + self._low]
