"""Audits of exports larger than memory: ``python benchmarks/large.py --projects 100000``.

Projects of 34 events each are written as CSV, Parquet or XLSX, one row in a hundred broken, and
audited by the command line's own function under a bound of memory. Told are rates, the peak of
memory of all processes together, and whether each broken row is among those set aside.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from workloads import projects

import stdrules
from stdrules.api.ruleset import Ruleset
from stdrules.plan.plan import Plan

HEADINGS = {"guidance_id", "comment_batch_id", "document_type", "meeting_type", "reported_to_role"}
WORDS = {
    "document_type": projects.DOCUMENTS, "meeting_type": projects.MEETINGS,
    "reported_to_role": ["company_leader", "other"],
}  # fmt: skip


def write(
    folder: Path, size: int, form: str, places: Path, only: str | None, step: int = 50_000
) -> None:
    """Write so many projects, the places of the broken rows, and how many events and such rows.

    Args:
        folder: Where the export is written.
        size: How many projects.
        form: ``csv``, ``parquet`` or ``xlsx``.
        places: Where the places are written.
        only: The types that are written, separated by commas; None: all.
        step: How many projects are made at once.
    """
    rules = stdrules.load("q_gxxz_029")
    types = rules.vocabulary.types
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    events, broken, rows = 0, set(), {}
    sheets: dict[str, list[pl.DataFrame]] = {}
    for number, start in enumerate(range(0, size, step)):
        data = projects.Projects(min(step, size - start), seed=number)
        for name, table in data.tables.items():
            if only is not None and name not in only.split(","):
                continue
            frame = framed(types[name], table, start)
            events += frame.height
            bad = np.flatnonzero(np.random.default_rng(number).random(frame.height) < 0.01)
            time_field = types[name].time
            assert time_field is not None
            texts = frame[time_field].to_list()
            for row in bad.tolist():
                texts[row] = "2023-02-30 08:00"
            frame = frame.with_columns(pl.Series(time_field, texts, pl.String))
            before = rows.get(name, 0)
            broken |= {f"{name}:{before + row + 2}" for row in bad.tolist()}
            rows[name] = before + frame.height
            if form == "xlsx":
                sheets.setdefault(name, []).append(frame)
            elif form == "csv":
                with (folder / f"{name}.csv").open("ab") as stream:
                    frame.write_csv(stream, include_header=not before)
            else:
                part = folder / f"{name}.parquet"
                part.mkdir(exist_ok=True)
                frame.write_parquet(part / f"{number:05d}.parquet")
    if form == "xlsx":
        workbook(folder / "export.xlsx", {name: pl.concat(own) for name, own in sheets.items()})
    places.write_text(json.dumps(sorted(broken)), "utf-8")
    places.with_suffix(".count").write_text(json.dumps([events, len(broken)]), "utf-8")


def workbook(path: Path, sheets: dict[str, pl.DataFrame]) -> None:
    """Write a workbook with a sheet a type; all cells are texts."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        for name, frame in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, frame.columns)
            for number, row in enumerate(frame.iter_rows(), start=1):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, str(value))


def framed(spec: Any, table: dict[str, np.ndarray], start: int) -> pl.DataFrame:
    """Return a table as an export would have it."""

    def local(values: np.ndarray) -> pl.Series:
        moments = pl.Series(values + projects.OFFSET).cast(pl.Datetime("us"))
        return moments.dt.strftime("%Y-%m-%d %H:%M:%S")

    found: dict[str, Any] = {}
    for name in ("project_id", "project_ids"):
        if name in spec.fields:
            found[name] = [f"p{start + n:07d}" for n in table["case"].tolist()]
    found[spec.time] = local(table["at"])
    for name, values in table.items():
        if name in WORDS:
            found[name] = [WORDS[name][code] for code in values.tolist()]
        elif name in HEADINGS and name in spec.fields:
            found[name] = [f"{start}-{code}" for code in values.tolist()]
        elif name == "ended_at":
            found[name] = local(values)
        elif name == "known":
            found["recorded_at"] = local(values)
    return pl.DataFrame(found)


class TenNorms(Ruleset):
    """The ruleset with the ten norms of the other benchmarks, none of which needs single cases."""

    def plan(self, *_: Any, **__: Any) -> Plan:
        return projects.plan()


class Peak(threading.Thread):
    """Watches the memory of this process and its children: the greatest sum of what they hold.

    `stage` is what is done meanwhile; the greatest sum is kept for each.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.by_stage: dict[str, int] = {}
        self.stage, self.stopped = "read", False

    def run(self) -> None:
        while not self.stopped:
            processes = family(os.getpid())
            stage = "judge" if len(processes) > 1 else self.stage
            now = sum(map(held, processes))
            self.by_stage[stage] = max(self.by_stage.get(stage, 0), now)
            time.sleep(0.05)


def family(root: int) -> list[int]:
    """Return a process and all that it started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    found = [root]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def held(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def main() -> int:
    """Write, audit, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--memory", default="1GiB")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--norms", choices=["ten", "all"], default="ten")
    parser.add_argument("--form", choices=["csv", "parquet", "xlsx"], default="csv")
    parser.add_argument("--findings", choices=["parquet", "jsonl", "none"], default="parquet")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/stdrules-large"))
    parser.add_argument("--types", help="write these only, separated by commas")
    parser.add_argument("--reuse", action="store_true", help="audit what an earlier run wrote")
    parser.add_argument("--write-only", action="store_true")
    given = parser.parse_args()
    data, out = given.folder / "data", given.folder / "out"
    places = given.folder / "broken.json"
    if not (given.reuse and places.exists()):
        # In a process of its own: what writing takes is not what the audit takes.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            pool.submit(write, data, given.projects, given.form, places, given.types).result()
    if given.write_only:
        return 0
    events, rows_broken = json.loads(places.with_suffix(".count").read_text("utf-8"))
    size = sum(p.stat().st_size for p in data.rglob("*") if p.is_file())
    print(f"{given.projects:,} projects, {events:,} events, {size / 2**20:,.0f} MiB of "
          f"{given.form}, {rows_broken:,} rows broken", flush=True)  # fmt: skip
    rules = stdrules.load("q_gxxz_029")
    if given.norms == "ten":
        rules = TenNorms(rules.source)
    marks: dict[str, float] = {}
    peak = Peak()
    peak.start()
    begin = time.perf_counter()

    def progress(stage: str, done: int, total: int) -> None:
        marks[stage] = time.perf_counter() - begin
        peak.stage = stage

    found = stdrules.audit_large(
        rules, data, "2024-03-01", memory=given.memory, jobs=given.jobs, out=out,
        findings=None if given.findings == "none" else given.findings, only="violations",
        quarantine=given.folder / "quarantine.jsonl", progress=progress,
    )  # fmt: skip
    whole = time.perf_counter() - begin
    peak.stopped = True
    broken = set(json.loads(places.read_text("utf-8")))
    lines = (given.folder / "quarantine.jsonl").open(encoding="utf-8")
    aside = {f"{row['type']}:{row['row']}" for row in map(json.loads, lines)}
    print(f"read {marks['read']:.1f} s, whole {whole:.1f} s: {events / whole:,.0f} events/s; "
          f"peak {max(peak.by_stage.values()) / 2**20:,.0f} MiB of {given.memory}")  # fmt: skip
    print(", ".join(f"{one}: {most / 2**20:,.0f} MiB" for one, most in peak.by_stage.items()))
    print(f"{found.cases:,} cases, {sum(found.facts.values()):,} facts, {found.violations:,} "
          f"violations, {found.one_by_one:,} one by one; {found.findings:,} rows written")
    print(f"set aside: {len(aside):,}; broken rows not among them: {len(broken - aside)}; "
          f"rows that refer to these only: {len(aside - broken)}")  # fmt: skip
    return 0 if broken <= aside else 1


if __name__ == "__main__":
    sys.exit(main())
