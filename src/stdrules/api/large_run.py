"""One large audit: sources become a spool, its parts are judged, their results put together.

Memory stays within a bound, all cores work, and an audit that was broken off goes on where it was.
The result is the same whatever the number of parts and processes.
"""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stdrules.api.facts import case_types
from stdrules.api.large_pool import judge, unfinished
from stdrules.api.large_result import LargeAudit, Ways, read_size
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import FactsError, UsageError
from stdrules.base.text import Text, counted
from stdrules.intake.batch_finish import finish
from stdrules.intake.batch_read import Read, Reading
from stdrules.intake.batch_shape import Shape
from stdrules.intake.batch_sources import Source as OneSource
from stdrules.intake.batch_sources import digest_of, rows_of
from stdrules.intake.batch_spool import Spool
from stdrules.intake.files import all_files
from stdrules.intake.mapping_file import Mapping as SheetMapping
from stdrules.intake.quarantine import Quarantine
from stdrules.intake.reader import Foreign
from stdrules.intake.schema import Schema
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.plan.plan import Plan
from stdrules.plan.results import STATES, VIOLATED
from stdrules.report.sinks import merge_lines, sql_sink

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
        mapping: SheetMapping | None, as_of: int, known_at: int | None, how: Ways, out: Path,
        foreign: Foreign | None = None,
    ) -> None:  # fmt: skip
        self.source, self.plan, self.sources = source, plan, sources
        self.mapping = mapping
        self.as_of, self.known_at, self.how, self.out = as_of, known_at, how, out
        self.foreign = foreign
        #: Cases asked for that are not there.
        self.lacking: set[str] = set()
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
        """Read, judge, and put the results together.

        Raises:
            FactsError: Sources cannot be used.
            UnfinishedError: There is no room on the disk, or a process was lost.
            UsageError: An argument is not one, or results cannot be written where they should.
        """
        form, _, target = (self.how.findings or "").partition(":")
        if form == "sql":
            with sql_sink(target):
                pass  # what cannot be written is told before anything is done
        try:
            self.work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(self.out, error) from None
        stamp = self._stamp()
        manifest = self.work / "manifest.json"
        read, parts = self._resumed(manifest, stamp)
        if read is None:
            with finishing(self.out, manifest):
                shutil.rmtree(self.work, ignore_errors=True)
                self.work.mkdir(parents=True)
                parts = self._parts()
                read = self._read(parts)
                give_back()
                unfinished = manifest.with_suffix(".tmp")
                unfinished.write_text(json.dumps({**stamp, "parts": parts}), "utf-8")
                unfinished.replace(manifest)
        self._need_clean(read)
        with finishing(self.out, manifest):
            done = self._judged(self._task(parts), self._wanted(read, parts))
            found = self._together(read, done)
            self._write(found)
            shutil.rmtree(self.work, ignore_errors=True)
        return found

    def _need_clean(self, read: Read) -> None:
        """Refuse everything if a row is wrong and that is asked for.

        Raises:
            FactsError: Carries what is wrong with files, and the first of the rows.
        """
        if self.how.strict and (read.failed or read.rejected):
            count = sum(read.rejected.values())
            raise FactsError(
                Text(f"数据有误，{count} 行不可用", f"the data are wrong: {counted(count, 'row')}"),
                [*read.diagnostics, *read.examples],
            )

    def _wanted(self, read: Read, parts: int) -> list[int]:
        """Return the parts that are to be judged: all, or those of the cases asked for.

        Raises:
            UsageError: There is no such case; of several rulesets another one may have it.
        """
        if self.how.cases is None:
            return list(range(parts))
        spool = Spool(self.work / "spool", parts)
        known = {one for fact in read.log.facts for ids in fact.cases.values() for one in ids}
        buckets = dict(zip(self.how.cases, spool.bucket(self.how.cases), strict=True))
        lacking = {
            name for name, part in buckets.items()
            if name not in known and name not in spool.cases(part)
        }  # fmt: skip
        if lacking and self.foreign is None:
            raise no_case(min(lacking), known.union(*map(spool.cases, range(parts))))
        self.lacking = lacking
        return sorted({part for name, part in buckets.items() if name not in lacking})

    def _stamp(self) -> dict[str, Any]:
        """Return what must be the same for finished parts to be used again."""
        import polars as pl

        form = None if self.how.findings is None else self.how.findings.partition(":")[0]
        return {
            "inputs": self.inputs, "plan": self.plan.digest, "as_of": self.as_of,
            "known_at": self.known_at, "mapping": repr(self.mapping), "findings": form,
            "only": self.how.only, "top": self.how.top, "reader": pl.__version__,
            "cases": None if self.how.cases is None else sorted(self.how.cases),
        }  # fmt: skip

    def _resumed(self, manifest: Path, stamp: dict[str, Any]) -> tuple[Read | None, int]:
        if not self.how.resume or not manifest.exists():
            return None, 0
        try:
            kept = json.loads(manifest.read_text("utf-8"))
            parts = int(kept.pop("parts"))
        except (OSError, ValueError, KeyError):
            return None, 0
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
                facts += sum(map(rows_of, one.values()))
            elif isinstance(one, Path):
                for file in all_files(one):
                    size = _BYTES.get(file.suffix.casefold(), 100)
                    facts += file.stat().st_size // size
            else:  # a database; counting may take long
                facts += 1_000_000
        each = max(room // (_LOADED if len(self.schema.case_types) == 1 else _JUDGED), 1_000)
        return min(max(-(-facts // each), 1), 900)

    def _read(self, parts: int) -> Read:
        path = Path(self.how.quarantine) if self.how.quarantine is not None else None
        if path is None and self.how.out is not None:
            path = self.out / "quarantine.csv"
        spool = Spool(self.work / "spool", parts, max(self.memory // 16, 8 << 20))
        quarantine = Quarantine(path)
        told = self.how.progress
        rows = None if told is None else (lambda n: told("read", n, 0))
        # A workbook may take what the process itself and what it holds for the spool leave.
        books = self.memory - _PROCESS - self.memory // 8
        reading = Reading(
            self.schema, self.mapping, spool, quarantine, rows, self.foreign, books
        )
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
            None if self.how.cases is None else frozenset(self.how.cases),
        )  # fmt: skip

    def _judged(self, task: Task, parts: list[int]) -> list[dict[str, Any]]:
        """Judge the parts that are not done yet; return the sums of all."""
        done: dict[int, dict[str, Any]] = {}
        for part in parts:
            path = task.name(part, "done", "json")
            if path.exists():
                done[part] = json.loads(path.read_text("utf-8"))
        told = self.how.progress
        for part, sums in judge(task, [n for n in parts if n not in done], self.jobs):
            done[part] = sums
            if told is not None:
                told("judge", len(done), len(parts))
        return [done[part] for part in parts]

    def _together(self, read: Read, done: list[dict[str, Any]]) -> LargeAudit:
        """Add the parts up."""
        plan = self.plan
        digests = {"ruleset": plan.ruleset_digest, "plan": plan.digest, "inputs": self.inputs}
        found = LargeAudit(
            f"{plan.id} {plan.version}", digests, read.rows, dict(sorted((+read.facts).items())),
            read.repeated, dict(sorted(read.rejected.items())), read.reasons,
            diagnostics=[*read.diagnostics, *read.examples], lacking=sorted(self.lacking),
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

    def _write(self, found: LargeAudit) -> None:
        """Put the files of the parts in their places; the parts stay until all is done."""
        results = self.work / "results"
        form, _, target = (self.how.findings or "").partition(":")
        if form == "sql":
            with sql_sink(target) as table:
                table.write(results.glob("findings-*.parquet"))
            found.written.append(f"#{target.rpartition('#')[2]}")
        if self.how.out is None:
            return
        if form == "jsonl":
            merge_lines(results.glob("findings-*.jsonl"), self.out / "findings.jsonl")
            found.written.append(str(self.out / "findings.jsonl"))
        for kind in ("findings", "cases") if form == "parquet" else ("cases",):
            made = self.work / f"{kind}.parquet"
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            for path in sorted(results.glob(f"{kind}-*.parquet")):
                _put(path, made / path.name)
            folder = self.out / made.name
            shutil.rmtree(folder, ignore_errors=True)
            made.replace(folder)
            found.written.append(str(folder))
        told = json.dumps(found.to_json(), ensure_ascii=False, sort_keys=True, indent=1)
        unfinished = self.work / "summary.json"
        unfinished.write_text(told + "\n", "utf-8")
        unfinished.replace(self.out / unfinished.name)
        found.written.append(str(self.out / unfinished.name))


def give_back() -> None:
    """Give the system back what was freed: processes that judge need it now.

    The C library keeps what the reader of workbooks had, up to a hundred MiB of a large sheet.
    """
    with suppress(AttributeError, OSError, TypeError):  # only the GNU library has it
        ctypes.CDLL(None).malloc_trim(0)


def _put(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where there are none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@contextmanager
def finishing(out: Path, manifest: Path) -> Iterator[None]:
    """Tell in one line what ends an audit before its end, and how it can go on.

    Raises:
        UnfinishedError: The disk, the memory or a process failed.
    """
    try:
        yield
    except (OSError, MemoryError, polars_error()) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        said = (said.splitlines() or [type(error).__name__])[0][:200]
        if not isinstance(error, OSError | MemoryError) and "os error" not in said:
            raise
        raise unfinished(Text(f"审核未能完成：{said}",
                              f"the audit could not be finished: {said[:1].lower()}{said[1:]}"),
                         manifest.exists()) from None  # fmt: skip


def polars_error() -> type[Exception]:
    """Return the base of what Polars raises."""
    import polars as pl

    return pl.exceptions.PolarsError


def cannot_write(path: Path, error: OSError) -> UsageError:
    """Build the error of a folder of results that cannot be made or used."""
    reason = (error.strerror or type(error).__name__).lower()
    return UsageError(
        Text(f"无法写入 `{path}`：{reason}", f"cannot write to `{path}`: {reason}"),
        hint=Text("请用 --out 另选文件夹", "choose another folder for `out`"),
    )


def no_case(name: str, known: Iterable[str] = ()) -> UsageError:
    """Build the error of a case without any fact: a report on nothing would look clean."""
    near = did_you_mean(name, known)
    return UsageError(
        Text(f"数据中没有个案 `{name}`", f"there is no case `{name}` in the data"),
        hint=Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None,
    )
