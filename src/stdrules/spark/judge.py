"""The columns evaluator on one partition: whole cases, chunk by chunk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stdrules.engine.columns import evaluate_chunk, from_log
from stdrules.model.facts import Complete, Fact, FactLog, Suspension, Waiver, Withdrawal
from stdrules.model.records import from_record
from stdrules.model.vocabulary import Vocabulary
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation, Finding, ScoreResult
from stdrules.report.contract import obligation_dict, score_dict
from stdrules.report.names import Names
from stdrules.report.setting import Setting
from stdrules.spark.parse import arrow_schema

if TYPE_CHECKING:
    import pyarrow

#: Columns of results. ``place`` orders the rows of a case; ``report`` is the JSON of the report.
RESULT: Final = (
    "kind string, case_type string, case string, place int, norm string, part string, key string,"
    " clause string, modality string, state string, violation boolean, advice boolean,"
    " due string, met_at string, late_by string, trigger string, facts array<string>,"
    " missing array<string>, lo string, hi string, report string"
)
#: Facts judged at once: memory for a few hundred megabytes at most.
CHUNK: Final = 100_000
FINDING, SCORE = "finding", "score"
Row = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What a partition needs besides its rows; picklable.

    Attributes:
        plan: The plan.
        vocabulary: For the words of reports.
        as_of: The moment judged, in microseconds.
        known_at: What was known when; None: everything.
        rest: Facts of every case and facts that are corrected or withdrawn, and all statements.
        explain: Whether results carry the JSON of the report, which takes longer.
        states: Which states are wanted; None: all.
        chunk: Facts judged at once.
    """

    plan: Plan
    vocabulary: Vocabulary
    as_of: int
    known_at: int | None
    rest: FactLog
    explain: bool = False
    states: frozenset[str] | None = None
    chunk: int = CHUNK


@dataclass
class Chunk:
    """Facts of whole cases, gathered until there are enough."""

    facts: dict[str, Fact] = field(default_factory=dict)
    cases: set[tuple[str, str]] = field(default_factory=set)

    def take(self, case_type: str, case: str, content: str) -> None:
        """Take a fact of a case; one that belongs to several cases comes once for each."""
        fact = from_record(json.loads(content))
        assert isinstance(fact, Fact)
        known = self.facts.setdefault(fact.id, fact)
        known.cases = {
            **known.cases, case_type: (*known.cases.get(case_type, ()), case)
        }  # fmt: skip
        self.cases.add((case_type, case))


class Judge:
    """Turns batches of facts sorted by case into batches of results; for ``mapInArrow``."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.target = arrow_schema(RESULT)

    def __call__(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        """Yield one batch of results for each chunk of cases."""
        import pyarrow

        for chunk in self._chunks(batches):
            rows = list(self._results(chunk))
            yield pyarrow.RecordBatch.from_pylist(rows, schema=self.target)

    def _chunks(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[Chunk]:
        chunk, last = Chunk(), None
        for batch in batches:
            columns = (batch.column(name).to_pylist() for name in ("case_type", "case", "content"))
            for case_type, case, content in zip(*columns, strict=True):
                if (case_type, case) != last and len(chunk.facts) >= self.task.chunk:
                    yield chunk
                    chunk = Chunk()
                last = (case_type, case)
                chunk.take(case_type, case, content)
        if chunk.cases:
            yield chunk

    def _results(self, chunk: Chunk) -> Iterator[Row]:
        task = self.task
        log = joined(chunk, task.rest)
        found = evaluate_chunk(
            task.plan, from_log(task.plan, log), task.as_of, task.known_at,
            {case for _, case in chunk.cases},
        ).evaluation()  # fmt: skip
        names = Names(task.plan, task.vocabulary, log)
        setting = Setting.of(task.plan, task.as_of, names)
        yield from rows_of(found, chunk.cases, setting, task)


def joined(chunk: Chunk, rest: FactLog) -> FactLog:
    """Return the log of a chunk: its facts, and what every partition knows."""
    whole = {fact.id for fact in rest.facts}
    facts = [fact for fact in chunk.facts.values() if fact.id not in whole] + rest.facts
    names = {case for _, case in chunk.cases}
    return FactLog(
        facts, rest.withdrawals,
        [one for one in rest.waivers if one.case is None or one.case in names],
        [one for one in rest.suspensions if one.case is None or one.case in names],
        [one for one in rest.completes if one.case is None or one.case in names],
    )  # fmt: skip


def rows_of(
    found: Evaluation, cases: set[tuple[str, str]], setting: Setting, task: Task
) -> Iterator[Row]:
    """Yield results as rows; of cases that are whole here only."""
    place = 0
    for finding in found.findings:
        if (finding.norm.case_type, finding.case) in cases:
            place += 1
            if task.states is None or finding.state in task.states:
                yield _finding(finding, place, setting, task.explain)
    for score in found.scores:
        if (score.scorecard.case_type, score.case) in cases:
            place += 1
            yield _score(score, place, setting, task.explain)


def _finding(finding: Finding, place: int, setting: Setting, explain: bool) -> Row:
    told = obligation_dict(finding, setting)
    same = ("clause", "modality", "state", "violation", "advice", "due", "met_at", "late_by",
            "trigger", "facts", "missing", "key", "norm", "part")  # fmt: skip
    return {
        **{name: told[name] for name in same}, "kind": FINDING, "place": place,
        "case_type": finding.norm.case_type, "case": finding.case, "lo": None, "hi": None,
        "report": _json(told) if explain else None,
    }  # fmt: skip


def _score(score: ScoreResult, place: int, setting: Setting, explain: bool) -> Row:
    card = score.scorecard
    return {
        "kind": SCORE, "case_type": card.case_type, "case": score.case, "place": place,
        "norm": card.id, "part": None, "key": card.id, "clause": card.clause, "modality": None,
        "state": score.outcome, "violation": score.outcome == "fail", "advice": False,
        "due": None, "met_at": None, "late_by": None, "trigger": None, "facts": [],
        "missing": list(score.missing), "lo": str(score.lo), "hi": str(score.hi),
        "report": _json(score_dict(score, setting)) if explain else None,
    }  # fmt: skip


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def rest_of(facts: Iterable[Fact], statements: Iterable[Any]) -> FactLog:
    """Return the log of what every partition knows."""
    log = FactLog(list(facts))
    for one in statements:
        for kind, held in (
            (Withdrawal, log.withdrawals), (Waiver, log.waivers),
            (Suspension, log.suspensions), (Complete, log.completes),
        ):  # fmt: skip
            if isinstance(one, kind):
                held.append(one)  # type: ignore[arg-type]
    return log
