"""An audit on Spark says what one machine says about the same records."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'stdrules[spark]'")

import stdrules
import stdrules.spark.auditing as audits
from spark.spark_world import (
    ROOT,
    controls,
    lines_of,
    some_cases,
    stirred,
    told_by_one,
    told_by_spark,
)
from stdrules.api.facts import gather_files
from stdrules.spark import audit

#: How many facts the other cases have where one has fifty times as many.
FEW = 20
EXPORTS = {
    "q_gxxz_029": ("项目导出.xlsx", "2024-12-31", "project", 3),
    "shenzhen_mz": ("申报评定导出.xlsx", "2023-06-30", "applicant", 4),
    "db4201_629": ("服务站导出.xlsx", "2024-06-30", "station", 2),
}


def records(name: str) -> tuple[stdrules.Ruleset, list[str], str]:
    file, as_of, case_type, count = EXPORTS[name]
    rules = stdrules.load(name)
    log = gather_files(ROOT / "examples" / name / file, rules.source).log
    return rules, lines_of(some_cases(log, case_type, count), rules.zone), as_of


def frame(spark, lines):
    return spark.createDataFrame([(line,) for line in lines], "record string")


@pytest.mark.parametrize("name", EXPORTS)
def test_equal_after_all_that_a_log_may_go_through(spark, tmp_path: Path, name: str):
    rules, lines, as_of = records(name)
    lines = stirred(lines, random.Random(f"spark/{name}"))
    lines += controls(rules, lines[:500])
    # Of statements with one id, one machine takes the first that it reads; Spark knows no first.
    single = [line for line in lines if '"w3"' not in line]
    expected = told_by_one(rules, tmp_path / "facts.jsonl", single, as_of)
    random.Random(1).shuffle(lines)
    found = audit(frame(spark, lines), rules, as_of, explain=True, chunk=500)
    obligations, scores, aside = told_by_spark(found)
    assert sum('"w3"' in record for record, _ in aside) == 2
    aside = [one for one in aside if '"w3"' not in one[0]]
    assert [one for one in aside if one not in expected[2]] == []
    assert [one for one in expected[2] if one not in aside] == []
    assert obligations == expected[0]
    assert scores == expected[1]
    assert len({row["state"] for row in obligations}) >= 6 and len(aside) > 20
    found.release()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A log with one case of fifty times the facts of others, and what one machine says of it."""
    rules, lines, as_of = records("q_gxxz_029")
    facts: list[dict[str, Any]] = []
    size: Counter[str] = Counter()
    for one in map(json.loads, lines):
        cases = one.get("case", {}).get("project", [])
        if all(size[case] < FEW for case in cases):
            size.update(cases)
            facts.append(one)
    busy = min(size)
    model = next(one for one in facts if one["type"] == "document_completed")
    for number in range(50 * FEW):
        facts.append({
            **model, "id": f"more{number}", "case": {"project": [busy]},
            "fields": {**model["fields"], "project_id": busy, "document_id": f"D{number}"},
        })  # fmt: skip
    lines = [json.dumps(one, ensure_ascii=False) for one in facts]
    path = tmp_path_factory.mktemp("plain") / "facts.jsonl"
    return rules, lines, as_of, busy, told_by_one(rules, path, lines, as_of)


def test_one_case_far_larger_than_the_others_and_many_chunks(spark, plain):
    rules, lines, as_of, busy, expected = plain
    found = audit(frame(spark, lines), rules, as_of, explain=True, chunk=50, partitions=3)
    assert sum(f'["{busy}"]' in line for line in lines) >= 50 * FEW
    assert told_by_spark(found) == expected
    found.release()


def test_a_lost_worker_is_made_good(spark, plain, tmp_path: Path, monkeypatch):
    """Every first attempt waits; each worker that does is ended as a crash would end it."""
    rules, lines, as_of, _, expected = plain
    marks = str(tmp_path)

    class Slow(audits.Judge):
        def __call__(self, batches):
            from pyspark import TaskContext

            task = TaskContext.get()
            if task.attemptNumber() == 0 and task.partitionId() == 0:
                Path(marks, f"{os.getpid()}.waiting").touch()
                time.sleep(60)
            if task.attemptNumber() > 0:
                Path(marks, f"{os.getpid()}.again").touch()
            yield from audits.Judge.__call__(self, batches)

    monkeypatch.setattr(audits, "Judge", Slow)
    killed: list[int] = []

    def kill() -> None:
        for _ in range(1200):
            for mark in tmp_path.glob("*.waiting"):
                if int(mark.stem) not in killed:
                    killed.append(int(mark.stem))
                    os.kill(killed[-1], signal.SIGKILL)
            if list(tmp_path.glob("*.again")):
                return
            time.sleep(0.1)

    hunter = threading.Thread(target=kill, daemon=True)
    hunter.start()
    found = audit(frame(spark, lines), rules, as_of, explain=True, partitions=2)
    assert told_by_spark(found) == expected
    hunter.join()
    assert killed and list(tmp_path.glob("*.again"))
    found.release()
