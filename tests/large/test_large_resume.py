"""An audit that is broken off goes on without repeating or losing a part."""

from pathlib import Path

import pytest

import stdrules
from large.exports import EXAMPLES, sheets, write_csv
from stdrules.base.errors import FactsError, UsageError


class Broken(Exception):
    """What breaks an audit off."""


def breaking(after: int):
    """Break an audit off after so many parts."""

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "judge" and done == after:
            raise Broken

    return progress


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "data", sheets(EXAMPLES / "q_gxxz_029" / "项目导出.xlsx", seed=2))


def run(data: Path, out: Path, **ways: object) -> object:
    asked = {"memory": "600KB", "jobs": 1, "findings": "jsonl", **ways}
    return stdrules.audit_large("q_gxxz_029", data, "2024-12-31", out=out, **asked)


def test_what_was_done_is_not_done_again_and_nothing_is_lost(data: Path, tmp_path: Path):
    whole = tmp_path / "whole"
    run(data, whole)
    out = tmp_path / "out"
    with pytest.raises(Broken):
        run(data, out, progress=breaking(1))
    stages = []
    run(data, out, resume=True, progress=lambda *told: stages.append(told))
    assert [stage for stage, _, _ in stages].count("read") == 0
    assert next(done for _, done, _ in stages) == 2
    for name in ("findings.jsonl", "summary.json", "quarantine.csv"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    assert not (out / ".work").exists()


def test_other_data_or_another_question_are_not_gone_on_with(data: Path, tmp_path: Path):
    out = tmp_path / "out"
    with pytest.raises(Broken):
        run(data, out, progress=breaking(1))
    with pytest.raises(UsageError, match="`only` is not what it was"):
        run(data, out, resume=True, only="violations")
    (data / "more.csv").write_text("a\n1\n", "utf-8")
    with pytest.raises(UsageError, match="`inputs` is not what it was"):
        run(data, out, resume=True)


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        pytest.param({"memory": "lots"}, "`lots` is no value of `memory`", id="memory"),
        pytest.param({"findings": "xml"}, "`xml` is no value of `findings`", id="findings"),
        pytest.param({"jobs": 0}, "`0` is no value of `jobs`", id="jobs"),
        pytest.param({"out": None}, "need a folder `out`", id="no-folder"),
        pytest.param({"speed": 1}, "unknown argument", id="unknown"),
    ],
)
def test_wrong_arguments_are_refused(ways: dict[str, object], said: str, tmp_path: Path):
    asked = {"out": tmp_path, "findings": "jsonl", **ways}
    with pytest.raises(UsageError, match=said):
        stdrules.audit_large("q_gxxz_029", tmp_path, "2024-12-31", **asked)


def test_nothing_read_is_an_error(tmp_path: Path):
    with pytest.raises(FactsError, match=r"there is no file `gone\.csv`"):
        stdrules.audit_large("q_gxxz_029", tmp_path / "gone.csv", "2024-12-31")
