"""The benchmarks compare like with like: inputs are the same each time, and all results equal."""

from __future__ import annotations

import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield
    # Names such as `batch` or `run` shall not stand for these modules elsewhere.
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(str(BENCHMARKS)):
            del sys.modules[name]


def installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def test_projects_are_the_same_each_time():
    from workloads import projects, rows

    one, other = projects.Projects(20, seed=3), projects.Projects(20, seed=3)
    for name, table in one.tables.items():
        for key, values in table.items():
            assert np.array_equal(values, other.tables[name][key]), (name, key)
    assert rows.project_cases(one) == rows.project_cases(other)
    assert rows.project_cases(one) != rows.project_cases(projects.Projects(20, seed=4))
    assert one.events == 20 * 34


def test_applications_are_the_same_each_time():
    from workloads import applicants, rows

    card = applicants.Card(applicants.plan().scorecards[0])
    one, other = (applicants.Applicants(40, card, seed=2) for _ in range(2))
    assert rows.application_cases(one) == rows.application_cases(other)
    assert all(map(np.array_equal, applicants.by_numpy(one), applicants.by_numpy(other)))


def test_periods_follow_one_another():
    from workloads import projects

    begin = projects.Projects(50).tables["project_task_received"]["at"]
    for periods, days in ((projects.months_of(begin), {28, 29, 30, 31}),
                          (projects.fortnights_of(begin), {14})):  # fmt: skip
        owner, low, high = periods
        assert set(((high - low) // projects.DAY).tolist()) <= days
        same = owner[1:] == owner[:-1]
        assert np.array_equal(low[1:][same], high[:-1][same])
        # A month that begins on the day of receiving is whole.
        assert (low > begin[owner] - projects.DAY).all()
        assert (low < projects.AS_OF).all()


def test_rows_tell_what_the_columns_tell():
    from workloads import projects, rows

    data = projects.Projects(30)
    cases = rows.project_cases(data)
    for name, short in rows.SHORT.items():
        table = data.tables[name]
        told = [row["at"] for case in cases for row in case[short]]
        assert told == table["at"].tolist()
    assert sum(len(case[one]) for case in cases for one in rows.SHORT.values()) == data.events


@pytest.mark.parametrize("workload", ["W1", "W2"])
@pytest.mark.parametrize("package", [
    "zen-engine", "cel-expr-python", "common-expression-language", "durable-rules", "clipspy",
    "rule-engine", "cel-python", "openfisca-core", "duckdb",
])  # fmt: skip
def test_a_peer_that_is_installed_gives_equal_results(package, workload):
    if not installed(package):
        pytest.skip(f"{package} is not installed")
    import peers

    peer = peers.PEERS[package]
    if not (peer.w1 if workload == "W1" else peer.w2)[0]:
        pytest.skip(f"{package} does not have {workload}")
    # It ends the process if results differ.
    found = peers.measure(peer, workload, 3, 1)
    assert found["units"] == (3 if workload == "W1" else 3 * 34)
    assert found["peer_us"] > 0


def test_a_peer_that_differs_is_not_timed(monkeypatch):
    import peers
    from workloads.projects import NORMS

    def wrong(*_):
        return lambda: {norm: ["fulfilled"] for norm in NORMS}

    monkeypatch.setattr(peers, "_peer_w2", wrong)
    with pytest.raises(SystemExit, match="differs"):
        peers.measure(peers.PEERS["zen-engine"], "W2", 2, 1)


def test_sizes_are_verified_part_by_part():
    import scaling
    from workloads import projects

    one = scaling.at_size(projects.plan(), 30, 30, 1)
    parts = scaling.at_size(projects.plan(), 30, 10, 1)
    assert one["events"] == parts["events"] == 30 * 34
    assert one["ours_ns"] > 0 < parts["numpy_ns"]


def test_copies_of_cases_are_judged_alike():
    import five

    import stdrules
    from stdrules.api.facts import gather_files

    rules = stdrules.load("shenzhen_mz")
    log = gather_files(five.files("shenzhen_mz"), rules.source).log
    as_of = rules.evaluate([], five.AS_OF).as_of
    once, thrice = (
        five.compared(five.One("shenzhen_mz", rules.plan(), five.copied(log, times), as_of))
        for times in (1, 3)
    )
    assert thrice["cases"] == 3 * once["cases"]
    assert thrice["findings"] == 3 * once["findings"]


def test_the_table_marks_what_is_missed(tmp_path):
    import all as whole

    run = whole.Run(full=False)
    run.rows = [whole.row("W1", "1 case", "ours", "theirs", 0.4, ">= 0.5"),
                whole.row("W2", "1 case", "ours", "theirs", 1.3, "<= 1.3"),
                whole.row("W4", "1 case", "ours", "theirs", 123.4)]  # fmt: skip
    run.left_out = ["duckdb: not installed"]
    run.write(tmp_path)
    lines = (tmp_path / "results.md").read_text("utf-8").splitlines()
    assert lines[2].endswith("| 0.40 | >= 0.5 | **missed** |")
    assert lines[3].endswith("| 1.30 | <= 1.3 | yes |")
    assert lines[4].endswith("| 123 |  |  |")
    assert lines[6] == "Left out: duckdb: not installed."
    assert "requirements-peers.txt" in lines[8]
    told = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert [one["met"] for one in told["rows"]] == [False, True, None]
