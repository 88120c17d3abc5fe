"""The example exports are judged alike by columns and case by case."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import stdrules
from stdrules.api import bulk
from stdrules.model.facts import FactLog

ROOT = Path(__file__).resolve().parents[3]
EXPORTS = {
    "q_gxxz_029": ("项目导出.xlsx", "2024-12-31"),
    "shenzhen_mz": ("申报评定导出.xlsx", "2023-06-30"),
    "db4201_629": ("服务站导出.xlsx", "2024-06-30"),
    "suzhou_464": ("工作站导出.xlsx", "2024-06-30"),
    "jghq_bzh": ("标准全程台账.xlsx", "2024-12-31"),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_examples(name: str) -> None:
    file, as_of = EXPORTS[name]
    folder = ROOT / "examples" / name
    profile = folder / "profile.yaml"
    reports = [
        stdrules.audit(
            name, folder / file, as_of=as_of, evaluator=evaluator,
            profile=profile if profile.exists() else None,
        ).to_dict()
        for evaluator in ("case", "columns")
    ]  # fmt: skip
    assert reports[0] == reports[1]
    assert len(reports[0]["obligations"]) > 300


def test_from_the_command_line() -> None:
    file, as_of = EXPORTS["q_gxxz_029"]
    outputs = []
    for evaluator in ("case", "columns"):
        done = subprocess.run(
            [sys.executable, "-m", "stdrules.cli.main", "audit", "q_gxxz_029",
             str(ROOT / "examples" / "q_gxxz_029" / file), "--as-of", as_of, "--evaluator",
             evaluator], capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] and "fulfilled" in outputs[0]


def test_many_facts_are_judged_by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []
    for name, found in (("by_columns", "columns"), ("evaluate_case", "case")):
        def judge(*args: object, found: str = found) -> str:
            chosen.append(found)
            return found

        monkeypatch.setattr(bulk, name, judge)
    fact = object()
    for facts, cases in ((bulk.MANY - 1, None), (bulk.MANY, None), (bulk.MANY, ["a"])):
        bulk.by_size(None, FactLog([fact] * facts), 0, None, cases)
    assert chosen == ["case", "columns", "case"]


def test_without_numpy_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "import stdrules\n"
        "rules = stdrules.load('q_gxxz_029')\n"
        "fact = {'type': 'project_task_received', 'id': 't', 'case': 'P', 'at': '2024-01-01'}\n"
        "try:\n    rules.evaluate([fact], as_of='2024-02-01', evaluator='columns')\n"
        "except stdrules.MissingExtraError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "stdrules[audit]" in done.stdout
