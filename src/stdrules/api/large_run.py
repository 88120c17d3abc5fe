"""One large audit: sources become a spool, its parts are judged, their results put together.

Memory stays within a bound, all cores work, and an audit that was broken off goes on where it was.
The result is the same whatever the number of parts and processes.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stdrules.api.facts import MappingLike, as_mapping, case_types
from stdrules.api.large_result import LargeAudit, Ways, read_size
from stdrules.base.errors import FactsError, UsageError
from stdrules.base.text import Text
from stdrules.intake.batch_finish import finish
from stdrules.intake.batch_read import Read, Reading
from stdrules.intake.batch_shape import Shape
from stdrules.intake.batch_sources import Source as OneSource
from stdrules.intake.batch_sources import digest_of
from stdrules.intake.batch_spool import Spool
from stdrules.intake.quarantine import Quarantine
from stdrules.intake.schema import Schema
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.plan.plan import Plan
from stdrules.plan.results import STATES, VIOLATED
from stdrules.report.sinks import merge_lines, write_sql

if TYPE_CHECKING:
    from stdrules.api.large_work import Task

#: What a process takes before it has read anything, and what a fact takes as it is loaded and
#: judged, in bytes; measured.
_PROCESS, _LOADED, _JUDGED = 180 << 20, 1600, 16_000
#: Bytes of a source for each fact, roughly: how many parts there are is all that hangs on it.
_BYTES: Final = {".csv": 60, ".tsv": 60, ".txt": 60, ".parquet": 12, ".pq": 12, ".xlsx": 12}


class LargeRun:
    """One large audit."""

    def __init__(
        self, source: LoadedRuleset, plan: Plan, sources: list[OneSource],
        mapping: MappingLike | None, as_of: int, known_at: int | None, how: Ways, out: Path,
    ) -> None:  # fmt: skip
        self.source, self.plan, self.sources = source, plan, sources
        self.mapping = as_mapping(mapping)
        self.as_of, self.known_at, self.how, self.out = as_of, known_at, how, out
        self.schema = Schema(source.vocabulary, case_types(source), plan.zone)
        if not Shape(self.schema).fits():
            raise UsageError(
                Text(f"`{plan.id}` 的个案无法按列查找", f"cases of `{plan.id}` need single rows"),
                hint=Text("请使用 --engine case", "use --engine case"),
            )
        self.memory = read_size(how.memory)
        self.jobs = how.jobs or os.cpu_count() or 1
        self.work = out / ".work"
        self.inputs = "".join(digest_of(one) for one in sources)

    def run(self) -> LargeAudit:
        """Read, judge, and put the results together."""
        stamp = self._stamp()
        manifest = self.work / "manifest.json"
        read, parts = self._resumed(manifest, stamp)
        if read is None:
            shutil.rmtree(self.work, ignore_errors=True)
            self.work.mkdir(parents=True)
            parts = self._parts()
            read = self._read(parts)
            unfinished = manifest.with_suffix(".tmp")
            unfinished.write_text(json.dumps({**stamp, "parts": parts}), "utf-8")
            unfinished.replace(manifest)
        done = self._judged(self._task(parts), parts)
        found = self._together(read, done)
        self._write(found, parts)
        shutil.rmtree(self.work, ignore_errors=True)
        return found

    def _stamp(self) -> dict[str, Any]:
        """Return what must be the same for finished parts to be used again."""
        import polars as pl

        form = None if self.how.findings is None else self.how.findings.partition(":")[0]
        return {
            "inputs": self.inputs, "plan": self.plan.digest, "as_of": self.as_of,
            "known_at": self.known_at, "mapping": repr(self.mapping), "findings": form,
            "only": self.how.only, "top": self.how.top, "reader": pl.__version__,
        }  # fmt: skip

    def _resumed(self, manifest: Path, stamp: dict[str, Any]) -> tuple[Read | None, int]:
        if not self.how.resume or not manifest.exists():
            return None, 0
        kept = json.loads(manifest.read_text("utf-8"))
        parts = int(kept.pop("parts"))
        for name, value in stamp.items():
            if kept.get(name) != value:
                raise UsageError(
                    Text(f"不能续审：`{name}` 与上次不同",
                         f"cannot resume: `{name}` is not what it was"),
                    hint=Text("去掉 --resume 重新审核", "audit anew, without --resume"),
                )  # fmt: skip
        return pickle.loads((self.work / "spool" / "read.pickle").read_bytes()), parts

    def _parts(self) -> int:
        """Return into how many parts the spool is divided, so that each fits."""
        room = max(self.memory - _PROCESS * (self.jobs + 1), self.memory // 4) // self.jobs
        facts = 0
        for one in self.sources:
            if isinstance(one, Mapping):
                facts += sum(len(frame) for frame in one.values())
            elif isinstance(one, Path):
                files = [p for p in one.rglob("*") if p.is_file()] if one.is_dir() else [one]
                for file in files:
                    size = _BYTES.get(file.suffix.casefold(), 100)
                    facts += file.stat().st_size // size
            else:
                facts += 1_000_000
        each = max(room // (_LOADED if len(self.schema.case_types) == 1 else _JUDGED), 1_000)
        return min(max(-(-facts // each), 1), 900)

    def _read(self, parts: int) -> Read:
        path = Path(self.how.quarantine) if self.how.quarantine is not None else None
        if path is None and self.how.out is not None:
            path = self.out / "quarantine.csv"
        spool = Spool(self.work / "spool", parts, max(self.memory // 8, 8 << 20))
        quarantine = Quarantine(path)
        told = self.how.progress
        rows = None if told is None else (lambda n: told("read", n, 0))
        reading = Reading(self.schema, self.mapping, spool, quarantine, rows)
        reading.read(self.sources)
        read = finish(reading)
        read.rejected = dict(quarantine.by_type)
        for (kind, code), count in sorted(quarantine.counts.items()):
            read.reasons.setdefault(kind, {})[code] = count
        read.examples = quarantine.examples
        read.failed = reading.failed()
        if not +read.facts and (read.failed or read.rejected):
            raise FactsError(
                Text("没有读到任何事实", "no facts could be read"),
                [*read.diagnostics, *read.examples],
            )
        read.save(spool.folder / "read.pickle")
        return read

    def _task(self, parts: int) -> Task:
        from stdrules.api.large_work import Task

        room = max(self.memory - _PROCESS * (self.jobs + 1), self.memory // 4) // self.jobs
        results = self.work / "results"
        results.mkdir(exist_ok=True)
        form = None
        if self.how.findings is not None:
            form = "jsonl" if self.how.findings == "jsonl" else "parquet"
        return Task(
            self.plan, self.source.vocabulary, self.schema.case_types, self.work / "spool", parts,
            results, self.as_of, self.known_at, form, self.how.only, self.how.top,
            max(room // _JUDGED, 2_000),
        )  # fmt: skip

    def _judged(self, task: Task, parts: int) -> list[dict[str, Any]]:
        """Judge the parts that are not done yet; return the sums of all."""
        done: dict[int, dict[str, Any]] = {}
        for part in range(parts):
            path = task.name(part, "done", "json")
            if path.exists():
                done[part] = json.loads(path.read_text("utf-8"))
        told = self.how.progress
        for part, sums in _judge(task, [n for n in range(parts) if n not in done], self.jobs):
            done[part] = sums
            if told is not None:
                told("judge", len(done), parts)
        return [done[part] for part in range(parts)]

    def _together(self, read: Read, done: list[dict[str, Any]]) -> LargeAudit:
        """Add the parts up."""
        plan = self.plan
        digests = {"ruleset": plan.ruleset_digest, "plan": plan.digest, "inputs": self.inputs}
        found = LargeAudit(
            f"{plan.id} {plan.version}", digests, read.rows, dict(sorted((+read.facts).items())),
            read.repeated, dict(sorted(read.rejected.items())), read.reasons,
            diagnostics=[*read.diagnostics, *read.examples],
        )  # fmt: skip
        for sums in done:
            for name in ("cases", "one_by_one", "findings"):
                setattr(found, name, getattr(found, name) + sums[name])
            for mine, theirs in (
                (found.counts, sums["counts"]), (found.outcomes, sums["outcomes"]),
            ):  # fmt: skip
                for name, states in theirs.items():
                    mine[name] = dict(Counter(mine.get(name, {})) + Counter(states))
            found.worst += [tuple(one) for one in sums["worst"]]
        found.worst = sorted(found.worst, key=lambda one: (-one[3], -one[2], *one[:2]))
        found.worst = found.worst[: self.how.top]
        for norm in plan.norms:
            own = found.counts.get(f"{norm.id}/{norm.sub}" if norm.sub else norm.id, {})
            clause = Counter(found.clauses.get(norm.clause, {}))
            found.clauses[norm.clause] = dict(clause + Counter(own))
            violated = sum(own.get(state, 0) for state in VIOLATED)
            found.violations += violated if norm.modality in ("obligation", "prohibition") else 0
            found.advice += violated if norm.modality == "recommendation" else 0
            found.undetermined += own.get("undetermined", 0)
        for group in (found.counts, found.clauses):
            for name, states in group.items():
                group[name] = {s: states[s] for s in STATES if states.get(s)}
        return found

    def _write(self, found: LargeAudit, parts: int) -> None:
        """Put the files of the parts in their places."""
        results = self.work / "results"
        form, _, target = (self.how.findings or "").partition(":")
        if form == "sql":
            url, _, table = target.rpartition("#")
            write_sql(results.glob("findings-*.parquet"), url, table)
            found.written.append(f"#{table}")
        if self.how.out is None:
            return
        if form == "jsonl":
            merge_lines(results.glob("findings-*.jsonl"), self.out / "findings.jsonl")
            found.written.append(str(self.out / "findings.jsonl"))
        for kind in ("findings", "cases") if form == "parquet" else ("cases",):
            folder = self.out / f"{kind}.parquet"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for path in sorted(results.glob(f"{kind}-*.parquet")):
                path.replace(folder / path.name)
            found.written.append(str(folder))
        summary = self.out / "summary.json"
        told = json.dumps(found.to_json(), ensure_ascii=False, sort_keys=True, indent=1)
        summary.write_text(told + "\n", "utf-8")
        found.written.append(str(summary))


def _judge(task: Task, parts: list[int], jobs: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the sums of parts as they are done."""
    from stdrules.api.large_work import start, work

    jobs = min(jobs, len(parts))
    if jobs <= 1:
        start(task)
        for part in parts:
            yield part, work(part)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, start, (task,)) as pool:
        waiting = {pool.submit(work, part): part for part in parts}
        while waiting:
            ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for one in ready:
                yield waiting.pop(one), one.result()
