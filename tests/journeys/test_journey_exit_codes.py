"""Exit codes: 0 clean, 1 findings, 2 unusable input, 3 analysis incomplete."""

from __future__ import annotations

from pathlib import Path

import pytest
from journey import SCHEDULE, TASK, stdrules, write_facts

import stdrules as stdrules_library
from stdrules.cli import main as command
from stdrules.cli.reports import exit_code

GOOD = {**SCHEDULE, "at": "2023-03-01T09:00"}
EARLY = ("--as-of", "2023-03-02T00:00", "--format", "concise")


@pytest.mark.parametrize(
    ("records", "options", "code"),
    [
        pytest.param([TASK, GOOD], [], 0, id="nothing-wrong"),
        pytest.param([TASK, GOOD], ["--fail-level", "undetermined"], 1, id="something-open"),
        pytest.param([TASK, GOOD, "{"], [], 3, id="a-row-set-aside"),
        pytest.param([TASK, GOOD, "{"], ["--strict"], 2, id="a-bad-row-strictly"),
        pytest.param([TASK, SCHEDULE, "{"], ["--as-of", "2023-03-05"], 1, id="a-violation-too"),
        pytest.param([TASK, SCHEDULE], ["--as-of", "2023-03-05", "--fail-level", "never"], 0,
                     id="violations-do-not-count"),
        pytest.param(["{"], [], 2, id="no-row-can-be-read"),
        pytest.param([""], [], 3, id="no-case-at-all"),
    ],
)  # fmt: skip
def test_an_audit(tmp_path: Path, records: list[object], options: list[str], code: int):
    facts = write_facts(tmp_path, *records)
    ended = stdrules("audit", "q_gxxz_029", facts, *EARLY, *options)
    assert ended.code == code, ended.out + ended.err


def test_a_failed_score_alone_is_a_finding():
    fact = {"type": "application_submitted", "id": "a1", "case": "U1", "at": "2022-11-01"}
    report = stdrules_library.load("shenzhen_mz").evaluate([fact], "2022-12-31")
    assert [score.outcome for score in report.scores] == ["fail"]
    report.evaluation.findings.clear()
    assert exit_code(report, "violation") == 1
    assert exit_code(report, "never") == 0


def test_a_ruleset_with_errors_is_unusable(tmp_path: Path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "ruleset.yaml").write_text("stdrules: 1\nid: [\n", encoding="utf-8")
    ended = stdrules("check", folder)
    assert ended.code == 2
    assert "ruleset.yaml:" in ended.out
    assert stdrules("test", folder).code == 2


def test_an_error_of_the_program_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def fail(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError("a canary that must not be shown")

    monkeypatch.setattr("stdrules.cli.list_cmd.list_rulesets", fail)
    assert command.run(["list", "--lang", "en"]) == 3
    told = capsys.readouterr().err
    assert "internal error (ZeroDivisionError)" in told
    assert "Traceback" not in told and "canary" not in told
    assert command.run(["list", "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_interrupting_is_no_verdict(monkeypatch: pytest.MonkeyPatch):
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stdrules.cli.list_cmd.list_rulesets", stop)
    assert command.run(["list"]) == 130
