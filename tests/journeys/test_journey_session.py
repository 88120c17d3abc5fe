"""Keeping a live session from the command line, through damage and back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from journeys.journey import SCHEDULE, TASK, stdrules
from stdrules.journal.journal import open_journal


def posted(folder, *lines: str | dict, code: int = 0, options: tuple[str, ...] = ()):
    text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines)
    done = subprocess.run(
        [sys.executable, "-m", "stdrules.cli.main", "session", "post", "cases.db", *options],
        input=text.encode(), capture_output=True, cwd=folder, timeout=120, check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fresh")
    made = stdrules("session", "open", "cases.db", "--ruleset", "q_gxxz_029", "--clock",
                    "2023-02-28T10:00", cwd=folder)  # fmt: skip
    assert (made.code, made.out) == (0, "clock 2023-02-28T10:00:00+08:00, 0 cases\n")
    return folder


@pytest.fixture
def folder(fresh, tmp_path):
    shutil.copytree(fresh, tmp_path, dirs_exist_ok=True)
    return tmp_path


def changes(deltas, norm: str) -> list[tuple[str | None, str | None]]:
    return [
        (one["from"], one["to"])
        for delta in deltas
        for one in (*delta["opened"], *delta["changed"], *delta["closed"])
        if one["norm"] == norm
    ]


def test_a_project_from_its_task_to_the_late_schedule(folder):
    deltas, _ = posted(folder, TASK)
    assert changes(deltas, "4.1-plan-48h") == [(None, "pending")]
    moved = stdrules("session", "advance", "cases.db", "--to", "2023-03-03", cwd=folder)
    steps = [json.loads(line) for line in moved.out.splitlines()]
    assert changes(steps, "4.1-plan-48h") == [("pending", "due_soon"), ("due_soon", "overdue")]
    deltas, _ = posted(folder, SCHEDULE, SCHEDULE)
    assert changes(deltas, "4.1-plan-48h") == [("overdue", "fulfilled_late")]
    assert len(deltas) == 2 and deltas[1]["changed"] == []
    told = stdrules("session", "status", "cases.db", "--format", "json", cwd=folder).json
    assert told["rulesets"] == ["q_gxxz_029"] and told["holder"] is None
    assert told["clock"] == "2023-03-03T16:00:00+00:00"


def test_what_is_exported_gives_the_same_verdicts(folder):
    posted(folder, TASK, SCHEDULE)
    exported = stdrules("session", "export", "cases.db", cwd=folder)
    (folder / "facts.jsonl").write_bytes(exported.stdout)
    judged = stdrules("eval", "q_gxxz_029", "--facts", "facts.jsonl", "--as-of",
                      "2023-03-05", cwd=folder).json  # fmt: skip
    states = {row["key"]: row["state"] for row in judged["obligations"]}
    assert states["4.1-plan-48h/t1"] == "fulfilled_late"


def test_coming_deadlines_as_a_list_and_as_a_calendar(folder):
    icalendar = pytest.importorskip("icalendar")
    posted(folder, TASK)
    listed = stdrules("session", "due", "cases.db", "--to", "2023-03-02", cwd=folder).out
    assert listed == ("2023-03-02 09:00  P1  4.1-plan-48h/t1  "
                      "progress schedule within 48 hours\n")  # fmt: skip
    none = stdrules("session", "due", "cases.db", "--to", "2023-03-02T08:59", cwd=folder)
    assert none.out == ""
    done = stdrules("session", "due", "cases.db", "--to", "2023-03-31", "--ics", "d.ics",
                    "--lang", "zh", cwd=folder)  # fmt: skip
    data = (folder / "d.ics").read_bytes()
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert len(events) >= 3 and done.out.startswith(f"d.ics：{len(events)}")
    assert events[0]["dtend"].dt.isoformat() == "2023-03-02T01:00:00+00:00"
    stdrules("session", "due", "cases.db", "--to", "2023-03-31", "--ics", "d.ics", "--lang", "zh",
             cwd=folder)  # fmt: skip
    assert (folder / "d.ics").read_bytes() == data


def test_a_bad_line_stops_and_what_came_before_stays(folder):
    deltas, said = posted(folder, TASK, "{not json", SCHEDULE, code=2)
    assert len(deltas) == 1 and "standard input, line 2" in said and "JSON" in said
    assert len(stdrules("session", "export", "cases.db", cwd=folder).out.splitlines()) == 1
    _, said = posted(folder, {**TASK, "type": "project_task_recieved", "id": "x"}, code=2)
    assert "project_task_received" in said and "line 1" in said
    _, said = posted(folder, {**TASK, "at": "2023-02-27T09:00"}, code=2)
    assert "another fact" in said


def test_bad_lines_can_be_set_aside(folder):
    misspelt = {**TASK, "type": "project_task_recieved", "id": "x"}
    deltas, said = posted(folder, TASK, "{not json", misspelt, SCHEDULE, code=3,
                          options=("--refused", "bad.jsonl"))  # fmt: skip
    assert [one["cause"] for one in deltas] == [TASK["id"], SCHEDULE["id"]]
    assert "lines not posted: 2, see bad.jsonl" in said
    told = [json.loads(line) for line in (folder / "bad.jsonl").read_text("utf-8").splitlines()]
    assert [one["line"] for one in told] == [2, 3]
    assert told[0]["record"] == "{not json" and json.loads(told[1]["record"]) == misspelt
    assert all(one["en"] and one["zh"] for one in told)
    # What was set aside is kept when more comes, and a good line needs no file.
    posted(folder, "[]", code=3, options=("--refused", "bad.jsonl"))
    assert len((folder / "bad.jsonl").read_text("utf-8").splitlines()) == 3
    posted(folder, TASK, options=("--refused", "bad.jsonl"))


def test_nothing_is_posted_if_bad_lines_cannot_be_set_aside(folder):
    deltas, said = posted(folder, TASK, code=2, options=("--refused", "no/such/bad.jsonl"))
    assert deltas == [] and "cannot write `no/such/bad.jsonl`" in said


def test_a_journal_that_is_being_written_is_not_written_twice(folder):
    with open_journal(str(folder / "cases.db")):
        refused = stdrules("session", "advance", "cases.db", "--to", "2023-04-01", cwd=folder)
        assert refused.code == 2 and f"process {os.getpid()}" in refused.err
        for action in ("status", "verify", "export"):
            assert stdrules("session", action, "cases.db", cwd=folder).code == 0
        assert str(os.getpid()) in stdrules("session", "status", "cases.db", cwd=folder).out


def test_damage_is_named_repaired_with_consent_and_gone(folder):
    posted(folder, TASK, SCHEDULE)
    log = folder / "cases.db-log"
    sound = log.read_bytes()
    log.write_bytes(sound.replace(b"project_task_received", b"project_task_deceived", 1))
    found = stdrules("session", "verify", "cases.db", cwd=folder)
    assert found.code == 1 and "E601" in found.err and "record 2" in found.err
    refused = stdrules("session", "advance", "cases.db", "--to", "2023-04-01", cwd=folder)
    assert refused.code == 2 and "session repair" in refused.err
    asked = stdrules("session", "repair", "cases.db", cwd=folder)
    assert asked.code == 1 and "nothing was changed" in asked.out and "lost" not in asked.out
    done = stdrules("session", "repair", "cases.db", "--yes", cwd=folder)
    assert done.code == 0 and "3 records are kept" in done.out
    assert log.read_bytes() == sound
    assert stdrules("session", "verify", "cases.db", cwd=folder).code == 0
    assert stdrules("session", "repair", "cases.db", cwd=folder).out == "nothing to repair\n"


def test_a_torn_tail_is_cut_and_told(folder):
    posted(folder, TASK)
    with (folder / "cases.db-log").open("ab") as log:
        log.write(b"0badc0de 3 ")
    deltas, said = posted(folder, SCHEDULE)
    assert len(deltas) == 1 and "I602" in said
    assert stdrules("session", "verify", "cases.db", cwd=folder).err == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("status", "no.db"), "there is no journal `no.db`"),
        (("verify", "no.db"), "there is no journal `no.db`"),
        (("repair", "no.db", "--yes"), "there is no journal `no.db`"),
        (("open", "no.db", "--ruleset", "q_gxxz_029"), "clock"),
        (("open", "no/such/x.db", "--ruleset", "q_gxxz_029", "--clock", "2023-01-01"), "folder"),
        (("open", "mysql://h/x", "--ruleset", "q_gxxz_029", "--clock", "2023-01-01"), "mysql"),
        (("advance", "cases.db", "--to", "2023-01-01"), "the clock does not go back"),
        (("advance", "cases.db", "--to", "soon"), "soon"),
        (("open", "cases.db", "--ruleset", "shenzhen_mz"), "q_gxxz_029"),
        (("stat",), "stat"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(folder, args, said):
    done = stdrules("session", *args, cwd=folder)
    assert done.code == 2 and said in done.err


def test_every_action_speaks_chinese(folder):
    posted(folder, TASK)
    helped = stdrules("session", "--help", "--lang", "zh", cwd=folder).out
    assert "推进时钟" in helped and "Actions" not in helped
    assert "条记录完好" in stdrules("session", "verify", "cases.db", "--lang", "zh", cwd=folder).out
    assert "末条散列" in stdrules("session", "status", "cases.db", "--lang", "zh", cwd=folder).out
    assert "无需修复" in stdrules("session", "repair", "cases.db", "--lang", "zh", cwd=folder).out
