"""What the tests of the two station exports share: findings by norm and by what they are about."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import stdrules
from stdrules.report.contract import late_by

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
AS_OF = "2024-12-31"
NOT_MET = ("fulfilled_late", "overdue", "breached", "compensated", "infeasible")

#: Norm -> what it is about -> state and lateness.
Told = dict[str, dict[str, str]]


def subject(case: str, key: str) -> str:
    """Return what a finding is about: a demand, a numbered record, or a station and a period."""
    last = key.partition("/")[2]
    if case.startswith("XQ-") or last == case:
        return case
    return last if last[:1].isascii() and last[:1].isalpha() else f"{case}/{last}"


def told(report: stdrules.Report, *modalities: str, states: tuple[str, ...] = NOT_MET) -> Told:
    """Return the findings in one of the states, of norms of these modalities."""
    found: Told = {}
    for row in report.obligations:
        if row.state in states and row.norm.modality in modalities:
            late = late_by(row, report.setting.zone)
            about = subject(row.case, row.key)
            assert about not in found.setdefault(row.norm.id, {}), (row.norm.id, about)
            found[row.norm.id][about] = f"{row.state} {late}" if late else row.state
    return found


def table(state: str, text: str) -> Told:
    """Build findings of one state from lines "norm about about"."""
    lines = (line.split() for line in text.strip().splitlines())
    return {norm: dict.fromkeys(about, state) for norm, *about in lines}


def merged(*tables: Told) -> Told:
    """Put tables together."""
    found: Told = {}
    for one in tables:
        for norm, rows in one.items():
            assert not rows.keys() & found.setdefault(norm, {}).keys()
            found[norm] |= rows
    return found


def changes(before: Told, after: Told) -> Told:
    """Return what `after` has that `before` has not, or has otherwise; `-` for what is gone."""
    found: Told = {}
    for norm in before.keys() | after.keys():
        old, new = before.get(norm, {}), after.get(norm, {})
        rows = {about: new.get(about, "-") for about in old.keys() | new.keys()
                if old.get(about) != new.get(about)}  # fmt: skip
        if rows:
            found[norm] = rows
    return found


def undetermined(report: stdrules.Report, kind: str) -> dict[str, Counter[str]]:
    """Return missing item of a kind -> norms that wait for it, with the number of their rows."""
    found: dict[str, Counter[str]] = {}
    for row in report.obligations:
        for item in row.missing:
            if item.startswith(f"{kind} "):
                found.setdefault(item.removeprefix(f"{kind} "), Counter())[row.norm.id] += 1
    return found


def open_parameters(ruleset: str) -> set[str]:
    """Return the parameters of a ruleset that have no value of their own."""
    declared = stdrules.load(ruleset).source.header.parameters
    return {name for name, one in declared.items() if one.default is None}


def set_aside(report: stdrules.Report) -> dict[str, str]:
    """Return sheet and cell -> code of what was reported about the data."""
    return {str(one.span).partition("!")[2]: one.code for one in report.diagnostics}


def written_twice(script: str, name: str, folder: Path) -> list[Path]:
    """Run a generator under two hash seeds and return the two workbooks."""
    written = []
    for seed in ("0", "1"):
        target = folder / seed / name
        target.parent.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run(
            [sys.executable, str(EXAMPLES / script), str(target)], check=True, env=environment
        )
        written.append(target)
    return written
