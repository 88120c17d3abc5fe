"""Exports for large audits: a workbook's sheets as text tables, with cells made wrong at random."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from stdrules.api.ruleset import Ruleset
from stdrules.intake.batch_texts import cell_text
from stdrules.intake.xlsx_files import open_xlsx
from stdrules.report.contract import obligation_dict
from stdrules.report.report import Report

EXAMPLES = Path(__file__).parents[2] / "examples"
#: Cells that one of the readers might take for something else.
JUNK = (
    "#N/A", "xx", "2024-02-30", "  ", "1,200", "85分", "\u200bP1", "2024年3月1日 9:05", "24:00",
    "是", "√", "2023-05-01T08:00:00Z", "2023-05-01/2023-05-04", "48h", "a、b;c", "1e5", "0.50",
    "-0", "", None, "2023/1/5", "2023-01-05 24:00", "2023-01-05 00:00", "1969-12-31",
)  # fmt: skip
TOLD = (
    "case", "norm", "part", "key", "clause", "modality", "state", "violation", "advice", "open",
    "due", "met_at", "late_by", "trigger", "period", "facts", "missing",
)  # fmt: skip


def sheets(book: Path, seed: int) -> dict[str, list[list[str | None]]]:
    """Return the rows of a workbook's sheets as texts, some cells and rows made wrong."""
    rng = random.Random(seed)
    found: dict[str, list[list[str | None]]] = {}
    for table in open_xlsx(book, "x", []):
        rows = [[cell_text(cell) for cell in cells] for _, cells in table.rows]
        for place in range(1, len(rows)):
            if rng.random() < 0.01:
                rows[place] = list(rows[rng.randrange(1, len(rows))])
            for column in range(len(rows[place])):
                if rng.random() < 0.01:
                    rows[place][column] = rng.choice(JUNK)
            if rng.random() < 0.005:
                rows[place].append("more")
        found[table.title] = rows
    return found


def write_csv(folder: Path, tables: dict[str, list[list[str | None]]]) -> Path:
    """Write each sheet as a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for title, rows in tables.items():
        with (folder / f"{title}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return folder


def counts_of(report: Report) -> dict[str, dict[str, int]]:
    """Count the states of each norm, as the summary of a large audit does."""
    found: dict[str, Counter[str]] = {}
    for one in report.obligations:
        name = f"{one.norm.id}/{one.norm.sub}" if one.norm.sub else one.norm.id
        found.setdefault(name, Counter())[one.state] += 1
    return {name: dict(states) for name, states in found.items()}


def told(report: Report) -> list[tuple[Any, ...]]:
    """Return what a row of findings tells, of each finding of a report, in its order."""
    rows = (obligation_dict(one, report.setting) for one in report.obligations)
    return [tuple(map(repr, map(row.get, TOLD))) for row in rows]


def written(path: Path, kind: str = "finding") -> list[tuple[Any, ...]]:
    """Return the same of the lines that a large audit wrote."""
    with path.open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["kind"] == kind]
    return [tuple(map(repr, map(row.get, TOLD))) for row in rows]


def faults(report: Report) -> set[tuple[str, str]]:
    """Return place and code of everything that is wrong with the rows."""
    errors = (one for one in report.diagnostics if one.severity.value == "error")
    return {(str(one.span), one.code) for one in errors}


def set_aside(path: Path) -> set[tuple[str, str]]:
    """Return place and code of the lines of a quarantine file."""
    with path.open(encoding="utf-8") as lines:
        return {(row["place"], row["code"]) for row in map(json.loads, lines)}


def same(rules: Ruleset, report: Report, found: Any, out: Path) -> None:
    """Hold a large audit to the report on the same data."""
    assert {n: s for n, s in found.counts.items() if s} == counts_of(report)
    assert found.rejected == report.rejected
    assert found.violations == len(report.violations)
    assert found.undetermined == len(report.undetermined)
    assert report.log is not None
    assert sum(found.facts.values()) == len(report.log.facts)
    assert set_aside(out / "quarantine.jsonl") == faults(report)
    assert written(out / "findings.jsonl") == told(report)
