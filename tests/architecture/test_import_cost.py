"""``import stdrules`` costs next to nothing, and pulls in no optional library."""

from __future__ import annotations

import json
import subprocess
import sys

#: The goal is 0.3; a busy machine is given room.
LIMIT = 0.5
_TIMED = """
import json, sys, time
start = time.perf_counter_ns()
{statement}
print(json.dumps([time.perf_counter_ns() - start, sorted(sys.modules)]))
"""


def _run(statement: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(statement=statement)],
        capture_output=True,
        text=True,
        check=True,
    )
    time, names = json.loads(done.stdout)
    return time, set(names)


def test_the_front_is_cheap():
    pairs = [
        (_run("import stdrules")[0], _run("from pydantic import BaseModel")[0]) for _ in range(3)
    ]
    assert min(ours / theirs for ours, theirs in pairs) < LIMIT, pairs


def test_the_front_is_empty_until_it_is_used():
    _, names = _run("import stdrules")
    heavy = {"pydantic", "yaml", "click", "jsonschema", "rich", "xlsxwriter", "python_calamine"}
    assert heavy.isdisjoint(names)


def test_judging_needs_no_optional_library():
    _, names = _run("import stdrules; stdrules.Ruleset")
    assert {"click", "rich", "xlsxwriter", "python_calamine", "jsonschema"}.isdisjoint(names)
