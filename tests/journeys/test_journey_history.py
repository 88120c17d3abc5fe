"""What flipped and which fact did it, asked from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from journey import EXAMPLES, SCHEDULE, TASK, Ended, stdrules, write_facts

STANDARDS = EXAMPLES / "jghq_bzh"
RIGHT = {
    **SCHEDULE, "id": "d2", "at": "2023-03-02T09:00", "supersedes": "d1",
    "recorded_at": "2023-03-20T09:00",
}  # fmt: skip
LATE = {**SCHEDULE, "recorded_at": "2023-03-04T09:00"}
CASE = ("--case", "BZ-012", "--norm", "10.2.3-review-cycle", "--as-of", "2024-12-31")


def history(*args: object) -> Ended:
    """Ask about the standards of the examples."""
    return stdrules("history", "jghq_bzh", STANDARDS, *args)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two saved runs: before and after a correction."""
    folder: Path = tmp_path_factory.mktemp("runs")
    facts = write_facts(folder, TASK, LATE, RIGHT)
    for name, known in (("before", "2023-03-10"), ("after", "2023-03-31")):
        run = stdrules(
            "eval", "q_gxxz_029", "--facts", facts, "--as-of", "2023-03-31", "--known-at", known
        )
        assert run.code == 1
        (folder / f"{name}.json").write_bytes(run.stdout)
    return folder


# --- two runs ------------------------------------------------------------------------------------


def test_what_flipped_between_two_runs(runs: Path) -> None:
    found = stdrules("diff-runs", "before.json", "after.json", cwd=runs)
    assert found.code == 1
    lines = found.out.splitlines()
    assert lines[0] == "q_gxxz_029  before.json → after.json"
    assert "flipped (1)" in lines
    assert "fulfilled late → fulfilled; met 2023-03-02 09:01 → 2023-03-02 09:00; " in found.out
    assert "      now rests on d2; no longer on d1" in lines
    assert found.err == ""


def test_the_same_as_json_and_in_chinese(runs: Path) -> None:
    plain = stdrules("diff-runs", "before.json", "after.json", "--format", "json", cwd=runs)
    assert plain.code == 1
    (flip,) = [one for one in plain.json["findings"] if one["kind"] == "flipped"]
    assert (flip["key"], flip["a"], flip["b"]) == ("4.1-plan-48h/t1", "fulfilled_late", "fulfilled")
    assert (flip["gained"], flip["lost"]) == (["d2"], ["d1"])
    chinese = stdrules("--lang", "zh", "diff-runs", "before.json", "after.json", cwd=runs)
    assert "      新依据 d2；不再依据 d1" in chinese.out.splitlines()


def test_equal_runs_and_saved_folders(runs: Path) -> None:
    same = stdrules("diff-runs", "before.json", "before.json", cwd=runs)
    assert (same.code, same.out.splitlines()[-1].partition(" the same")[1]) == (0, " the same")
    out = runs / "out"
    audit = stdrules(
        "audit", "q_gxxz_029", "facts.jsonl", "--as-of", "2023-03-31", "--known-at", "2023-03-31",
        "--out", out, cwd=runs,
    )  # fmt: skip
    assert audit.code == 1
    assert stdrules("diff-runs", out, "after.json", cwd=runs).code == 0


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{", "`wrong.json:1:2`: not JSON"),
        ("{}", "no schema_version"),
        ('{"schema_version": "0.9"}', "the schema version is `0.9`, expected `1.0`"),
        ('{"schema_version": "1.0", "ruleset": {"id": "q"}}', "`wrong.json:obligations`"),
    ],
)
def test_what_is_no_report_is_refused(runs: Path, body: str, told: str) -> None:
    (runs / "wrong.json").write_text(body, encoding="utf-8")
    found = stdrules("diff-runs", "before.json", "wrong.json", cwd=runs)
    assert (found.code, found.stdout) == (2, b"")
    assert told in found.err
    assert "hint: " in found.err


def test_a_file_that_is_not_there(runs: Path) -> None:
    found = stdrules("diff-runs", "before.json", "nowhere.json", cwd=runs)
    assert found.code == 2
    assert "cannot read `nowhere.json`" in found.err


# --- one finding ---------------------------------------------------------------------------------


def test_a_correction_in_the_examples() -> None:
    found = history(*CASE)
    assert found.code == 0
    assert found.err == "rows set aside: 5\n"
    shown = [line.split("  ")[0] + " " + line.split("  ")[1].strip() for line in (
        found.out.splitlines()[6:]) if line[:2] == "20"]  # fmt: skip
    assert shown == [
        "2020-08-13 00:00 not triggered",
        "2021-03-01 00:00 overdue",
        "2024-03-15 09:00 fulfilled late",
        "2024-04-08 10:30 fulfilled",
    ]
    assert "reviewed on: 2024-03-12 → 2024-03-01" in found.out


def test_between_two_dates_of_knowledge() -> None:
    found = history(*CASE, "--from", "2024-04-01", "--to", "2024-04-30", "--format", "json")
    (line,) = found.json["timelines"]
    assert [step["finding"]["state"] for step in line["steps"]] == ["fulfilled_late", "fulfilled"]
    (cause,) = line["steps"][1]["causes"]
    assert (cause["kind"], cause["id"], cause["before"]) == (
        "corrected", "FS-012-1-G1", "FS-012-1",
    )  # fmt: skip
    assert cause["source"].startswith("标准全程台账.xlsx!复审台账!")


def test_the_last_step_is_the_audit() -> None:
    audit = stdrules(
        "audit", "jghq_bzh", STANDARDS, "--as-of", "2024-12-31", "--case", "BZ-054", "--format",
        "json",
    )  # fmt: skip
    rows = {row["key"]: row for row in audit.json["obligations"]}
    found = history("--as-of", "2024-12-31", "--case", "BZ-054", "--norm",
                    "8.2.6.3-unified-numbering", "--format", "json")  # fmt: skip
    (line,) = found.json["timelines"]
    assert line["steps"][-1]["finding"] == rows[line["key"]]


@pytest.mark.parametrize("along", ["as-of", "both"])
def test_along_the_other_axes(along: str) -> None:
    found = history(*CASE, "--along", along, "--format", "json")
    (line,) = found.json["timelines"]
    states = [step["finding"]["state"] for step in line["steps"]]
    wanted = ["not_triggered", "pending", "due_soon"]
    late = ["overdue", "fulfilled_late"] if along == "both" else []
    assert states == [*wanted, *late, "fulfilled"]
    assert [step["by_time"] for step in line["steps"]][2]


def test_history_in_chinese() -> None:
    found = stdrules("--lang", "zh", "history", "jghq_bzh", STANDARDS, *CASE)
    assert found.err == "未采用的行：5\n"
    assert "2024-04-08 10:30  已履行      2024-03-01  2024-03-01" in found.out.splitlines()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--as-of", "2024-12-31"), "give --norm or --key"),
        (("--norm", "10.2.3-review-cycle"), "--as-of"),
        (("--as-of", "2024-12-31", "--norm", "10.2.3-review"), "did you mean"),
        (("--as-of", "2024-12-31", "--key", "FS-999"), "no finding with the key `FS-999`"),
        ((*CASE, "--case", "BZ-999"), "there is no case `BZ-999`"),
        ((*CASE, "--known-at", "2024-01-01"), "--known-at goes with --along as-of"),
        ((*CASE, "--from", "soon"), "`start`"),
    ],
)
def test_questions_that_cannot_be_answered(args: tuple[str, ...], told: str) -> None:
    found = history(*args)
    assert (found.code, found.stdout) == (2, b"")
    assert told in found.err


def test_output_is_the_same_whatever_the_hash_seed() -> None:
    runs = [
        stdrules("history", "jghq_bzh", STANDARDS, *CASE, "--format", "json", PYTHONHASHSEED=seed)
        for seed in ("0", "7")
    ]
    assert runs[0].stdout == runs[1].stdout
    assert json.loads(runs[0].stdout)["along"] == "known-at"
