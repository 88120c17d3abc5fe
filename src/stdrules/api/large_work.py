"""What is done with one part of a large audit, in whichever process: load, judge, write.

Imported only when it is used: it needs NumPy and Polars.
"""

from __future__ import annotations

import heapq
import json
import pickle
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from stdrules.base.time.zones import zone
from stdrules.engine.columns import ColumnFindings, evaluate_chunk, split
from stdrules.engine.columns.blocks import CODE
from stdrules.intake.batch_columns import load_part
from stdrules.intake.batch_read import Read
from stdrules.intake.batch_shape import Shape
from stdrules.intake.batch_spool import Spool
from stdrules.intake.schema import Schema
from stdrules.model.columnar import Columns
from stdrules.model.vocabulary import Vocabulary
from stdrules.plan.plan import Plan
from stdrules.plan.results import BREACHED, OVERDUE, UNDETERMINED, VIOLATED
from stdrules.report.sinks import PartWriter, Place, Row, finding_row, score_row

TALLIES: Final = ("violations", "open", "advice", "undetermined")
_BINDING: Final = ("obligation", "prohibition")


@dataclass(frozen=True, slots=True)
class Task:
    """What every part needs; picklable.

    Attributes:
        plan, vocabulary, case_types: The ruleset.
        spool: The folder of the spool.
        parts: How many parts it has.
        out: Where results of parts are written.
        as_of, known_at: The moments, in microseconds.
        form: ``parquet``, ``jsonl``, or None: no findings are written.
        only: ``violations``, ``undetermined``, or None: all are written.
        top: How many of the worst cases are told.
        chunk: Facts judged at once.
        cases: Ids of the cases that are judged; None: all.
    """

    plan: Plan
    vocabulary: Vocabulary
    case_types: tuple[str, ...]
    spool: Path
    parts: int
    out: Path
    as_of: int
    known_at: int | None
    form: str | None
    only: str | None
    top: int
    chunk: int
    cases: frozenset[str] | None = None

    def name(self, part: int, kind: str, ending: str) -> Path:
        """Return a file of a part."""
        return self.out / f"{kind}-{part:05d}.{ending}"


_known: dict[Path, tuple[Shape, Spool, Read]] = {}
_task: list[Task] = []


def start(task: Task) -> None:
    """Make a process ready: the task is sent once, not with each part."""
    _task[:] = [task]
    _known.clear()


def work(part: int) -> dict[str, Any]:
    """Judge one part of the task that the process was made ready for."""
    return judge_part(_task[0], part)


def _prepared(task: Task) -> tuple[Shape, Spool, Read]:
    if task.spool not in _known:
        schema = Schema(task.vocabulary, task.case_types, task.plan.zone)
        read: Read = pickle.loads((task.spool / "read.pickle").read_bytes())
        _known[task.spool] = (Shape(schema), Spool(task.spool, task.parts), read)
    return _known[task.spool]


def judge_part(task: Task, part: int) -> dict[str, Any]:
    """Judge one part, write its findings, and return its sums, which are written last."""
    shape, spool, read = _prepared(task)
    columns = load_part(shape, spool, read, part, task.cases)
    sums: dict[str, Any] = {
        "cases": 0, "facts": len(columns), "one_by_one": 0, "findings": 0, "diagnostics": [],
    }  # fmt: skip
    counts: dict[str, Counter[str]] = {}
    outcomes: dict[str, Counter[str]] = {}
    writer = None
    if task.form is not None:
        writer = PartWriter(task.name(part, "findings", task.form), task.form)
    tallies: list[tuple[Any, ...]] = []
    for chunk in split(columns, task.chunk):
        found = evaluate_chunk(task.plan, chunk, task.as_of, task.known_at)
        sums["cases"] += found.cases
        sums["one_by_one"] += found.one_by_one
        for held, new in ((counts, found.counts()), (outcomes, found.outcomes())):
            for name, states in new.items():
                held.setdefault(name, Counter()).update(states)
        sums["diagnostics"] = sorted(
            {*sums["diagnostics"], *(str(one.message.en) for one in found.diagnostics)}
        )
        tallies += _tallied(task, found, chunk)
        if writer is not None:
            # Chunks of one part come in the order of their cases.
            writer.add(sorted(_rows(task, found), key=lambda one: one[0]))
    if writer is not None:
        writer.close()
        sums["findings"] = writer.rows
    _write_cases(task, part, tallies)
    sums["counts"], sums["outcomes"] = counts, outcomes
    sums["worst"] = heapq.nsmallest(
        task.top, (one for one in tallies if one[2]), key=lambda one: (-one[3], -one[2], *one[:2])
    )
    done = task.name(part, "done", "json")
    unfinished = done.with_suffix(".tmp")
    unfinished.write_text(json.dumps(sums, ensure_ascii=False, sort_keys=True), "utf-8")
    unfinished.replace(done)
    return json.loads(done.read_text("utf-8"))  # type: ignore[no-any-return]


def _rows(task: Task, found: ColumnFindings) -> Iterator[tuple[Place, Row]]:
    plan, where = task.plan, zone(task.plan.zone)
    kinds = {one.name: n for n, one in enumerate(plan.case_types)}
    places = {(norm.id, norm.sub): n for n, norm in enumerate(plan.norms)}
    states = {None: None, "violations": VIOLATED, "undetermined": {UNDETERMINED}}[task.only]
    outcome = {None: None, "violations": "fail", "undetermined": UNDETERMINED}[task.only]
    for finding in found.findings(states):
        if task.only == "violations" and not finding.violation:
            continue
        norm = finding.norm
        place = (kinds[norm.case_type], finding.case, places[norm.id, norm.sub], finding.key)
        yield place, finding_row(finding, where)
    for part in found.parts:
        own = [(n, score) for n, block in part.cards for _, score in block.scores(part.names)]
        own += [(n, score) for _, n, score in part.scores]
        for number, score in own:
            if outcome in (None, score.outcome):
                card = score.scorecard
                after = len(plan.norms) + number
                yield (kinds[card.case_type], score.case, after, card.id), score_row(score)


def _tallied(task: Task, found: ColumnFindings, chunk: Columns) -> list[tuple[Any, ...]]:
    """Return (case type, case, violations, open, advice, undetermined) of each case."""
    rows: list[tuple[Any, ...]] = []
    norms = task.plan.norms
    violated = [CODE[one] for one in VIOLATED]
    still = [CODE[OVERDUE], CODE[BREACHED]]
    kinds = [one.name for one in task.plan.case_types if chunk.cases.get(one.name)]
    for kind, part in zip(kinds, found.parts, strict=True):
        size = len(part.names)
        sums = {name: np.zeros(size, np.int64) for name in TALLIES}

        def count(name: str, case: Any, mask: Any, sums: Any = sums, size: int = size) -> None:
            sums[name] += np.bincount(case[mask], minlength=size)

        for number, block in part.blocks:
            places = block.places()
            case, state, norm = block.case[places], block.state[places], norms[number]
            if norm.modality in _BINDING:
                count("violations", case, np.isin(state, violated))
                count("open", case, np.isin(state, still))
            elif norm.modality == "recommendation":
                count("advice", case, np.isin(state, violated))
            count("undetermined", case, state == CODE[UNDETERMINED])
        for place, _, findings in part.singles:
            for one in findings:
                sums["violations"][place] += one.violation
                sums["open"][place] += one.violation and one.open
                sums["advice"][place] += one.advice
                sums["undetermined"][place] += one.state == UNDETERMINED
        for place in np.flatnonzero(part.exists).tolist():
            rows.append((kind, part.names[place], *(int(sums[n][place]) for n in TALLIES)))
    return rows


def _write_cases(task: Task, part: int, tallies: list[tuple[Any, ...]]) -> None:
    schema: dict[str, Any] = {"case_type": pl.String, "case": pl.String}
    schema.update(dict.fromkeys(TALLIES, pl.Int64))
    frame = pl.DataFrame(tallies, schema=schema, orient="row").sort("case_type", "case")
    path = task.name(part, "cases", "parquet")
    unfinished = path.with_suffix(".tmp")
    frame.write_parquet(unfinished)
    unfinished.replace(path)
