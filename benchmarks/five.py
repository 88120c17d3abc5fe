"""W4: all five rulesets at once, on their examples many times over: ``python benchmarks/five.py``.

The example exports of each ruleset are read once; then every case is copied, with its facts, under
other ids. Judged are the copies of all five in one go, by columns and case by case; both must give
the same findings, and all at once should cost what the five cost one by one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from batch import paired

import stdrules
from stdrules.api.facts import gather_files
from stdrules.engine import case, columns
from stdrules.model.facts import FactLog
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation

ROOT = Path(__file__).resolve().parents[1]
RULESETS = ("q_gxxz_029", "shenzhen_mz", "db4201_629", "suzhou_464", "jghq_bzh")
AS_OF = "2024-12-31"


class One(NamedTuple):
    """A ruleset with its copied facts."""

    name: str
    plan: Plan
    log: FactLog
    as_of: int


def files(name: str) -> list[Path]:
    """Return the example exports of a ruleset."""
    return sorted((ROOT / "examples" / name).glob("*.xlsx"))


def copied(log: FactLog, times: int) -> FactLog:
    """Return a log with every case so many times; what concerns every case stays as it is."""
    found = FactLog([], [], [], [], [])
    named = {one.id for one in log.facts if not one.cases}
    for number in range(times):
        for fact in log.facts:
            if fact.cases or not number:
                found.facts.append(fact if not number else _renamed(fact, number, named))
        if number:
            found.withdrawals += [replace(one, withdraws=_of(one.withdraws, number))
                                  for one in log.withdrawals if one.withdraws not in named]
            for mine, theirs in ((found.waivers, log.waivers), (found.completes, log.completes),
                                 (found.suspensions, log.suspensions)):  # fmt: skip
                mine += [replace(one, case=_of(one.case, number))
                         for one in theirs if one.case is not None]  # type: ignore[arg-type]
    for name in ("withdrawals", "waivers", "completes", "suspensions"):
        getattr(found, name)[:0] = getattr(log, name)
    return found


def _of(name: str, number: int) -> str:
    return f"{name}/{number}"


def _renamed(fact: Any, number: int, named: set[str]) -> Any:
    cases = {kind: tuple(_of(one, number) for one in ids) for kind, ids in fact.cases.items()}
    old = fact.supersedes
    if old is not None and old not in named:
        old = _of(old, number)
    return replace(fact, id=_of(fact.id, number), cases=cases, supersedes=old)


def prepared(times: int) -> Iterator[One]:
    """Yield the rulesets with their facts."""
    for name in RULESETS:
        rules = stdrules.load(name)
        log = copied(gather_files(files(name), rules.source).log, times)
        as_of = rules.evaluate(FactLog([]), AS_OF).as_of
        yield One(name, rules.plan(), log, as_of)


def by_columns(all_: list[One]) -> None:
    for one in all_:
        columns.evaluate_chunk(one.plan, columns.from_log(one.plan, one.log), one.as_of).counts()


def told(found: Evaluation) -> list[tuple[Any, ...]]:
    """Return everything that was found, as what compares."""
    rows: list[tuple[Any, ...]] = []
    for one in found.findings:
        values = tuple(getattr(one, each.name) for each in fields(one) if each.name != "norm")
        rows.append((one.norm.id, one.norm.sub, *values))
    for score in found.scores:
        values = tuple(repr(getattr(score, each.name)) for each in fields(score)
                       if each.name != "scorecard")  # fmt: skip
        rows.append((score.scorecard.id, *values))
    return rows + [(str(one),) for one in found.diagnostics]


def compared(one: One) -> dict[str, int]:
    """Compare findings and scores; return what there are."""
    mine = columns.evaluate(one.plan, one.log, one.as_of)
    other = case.evaluate(one.plan, one.log, one.as_of)
    if told(mine) != told(other):
        raise SystemExit(f"{one.name}: columns and cases differ")
    chunk = columns.evaluate_chunk(one.plan, columns.from_log(one.plan, one.log), one.as_of)
    return {"facts": len(one.log.facts), "findings": len(mine.findings), "cases": chunk.cases,
            "one_by_one": chunk.one_by_one}  # fmt: skip


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    all_ = list(prepared(asked.copies))
    found: dict[str, Any] = {"copies": asked.copies, "rulesets": {}}
    for one in all_:
        begin = time.process_time()
        sums = compared(one)
        mine, other = paired(asked.rounds, (
            partial(by_columns, [one]), partial(case.evaluate, one.plan, one.log, one.as_of),
        ))  # fmt: skip
        found["rulesets"][one.name] = {**sums, "columns_s": mine, "case_s": other}
        print(f"{one.name:<14}{sums['facts']:>9,} facts, {sums['findings']:>9,} findings, "
              f"{sums['one_by_one']:>7,} one by one: columns {mine:.2f} s, case by case "
              f"{other:.2f} s ({other / mine:.2f} x); {time.process_time() - begin:.0f} s in all",
              flush=True)  # fmt: skip
    mine, other = paired(asked.rounds, (
        partial(by_columns, all_),
        lambda: [case.evaluate(one.plan, one.log, one.as_of) for one in all_],
    ))  # fmt: skip
    own = list(found["rulesets"].values())
    found |= {
        "facts": sum(one["facts"] for one in own), "columns_s": mine, "case_s": other,
        "cases": sum(one["cases"] for one in own),
        "findings": sum(one["findings"] for one in own),
        "sum_of_singles_s": sum(one["columns_s"] for one in own),
    }  # fmt: skip
    print(f"all five: columns {mine:.2f} s, case by case {other:.2f} s ({other / mine:.2f} x), "
          f"sum of single ones {found['sum_of_singles_s']:.2f} s")  # fmt: skip
    if asked.json is not None:
        asked.json.write_text(json.dumps(found), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
