"""What breaks an audit off from outside: interrupted, killed, no room; and how it goes on."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import stdrules
from large.exports import EXAMPLES, sheets, write_csv
from stdrules.base.errors import UnfinishedError, UsageError

AS_OF = "2024-12-31"
FILES = ("findings.jsonl", "summary.json", "quarantine.csv")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    tables = sheets(EXAMPLES / "q_gxxz_029" / "项目导出.xlsx", seed=2)
    return write_csv(tmp_path_factory.mktemp("in"), tables)


@pytest.fixture(scope="module")
def whole(data: Path, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    stdrules.audit_large("q_gxxz_029", data, AS_OF, memory="600KB", jobs=1, out=out,
                         findings="jsonl")  # fmt: skip
    return out


class Started:
    """An audit with two processes, in a group of its own as a terminal would start it."""

    def __init__(self, data: Path, out: Path, *more: str, limit: int | None = None) -> None:
        def limited() -> None:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        self.process = subprocess.Popen(
            [sys.executable, "-m", "stdrules.cli.main", "audit", "q_gxxz_029", str(data),
             "--as-of", AS_OF, "--memory", "600KB", "--jobs", "2", "--out", str(out),
             "--findings", "jsonl", "--lang", "en", *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=limited, env={k: v for k, v in os.environ.items() if k != "LC_ALL"},
        )  # fmt: skip

    def wait_for(self, what: Callable[[], bool]) -> None:
        until = time.monotonic() + 100
        while not what() and self.process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.01)

    def ended(self) -> tuple[int, str]:
        _, told = self.process.communicate(timeout=100)
        assert "Traceback" not in told and "internal error" not in told, told
        return self.process.returncode, told.strip()

    def workers(self) -> list[int]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(stat[2]) == self.process.pid and b"spawn_main" in line:
                found.append(int(entry.name))
        return found


def alive(pids: list[int]) -> list[int]:
    """Return the processes that are not gone, if only nobody has asked for their codes yet."""
    found = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        found += [pid] if state not in "ZX" else []
    return found


def done(out: Path) -> list[Path]:
    return list((out / ".work" / "results").glob("done-*.json"))


def goes_on(data: Path, out: Path, whole: Path) -> None:
    """Hold an audit that goes on to one that was never broken off."""
    before = {path: path.stat().st_mtime_ns for path in done(out)}
    again: list[Path] = []

    def progress(stage: str, *_: int) -> None:
        if stage == "judge":
            again.extend(path for path in before if path.stat().st_mtime_ns != before[path])

    stdrules.audit_large("q_gxxz_029", data, AS_OF, memory="600KB", jobs=1, out=out,
                         findings="jsonl", resume=True, progress=progress)  # fmt: skip
    assert before and not again
    for name in FILES:
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    assert not (out / ".work").exists()


def test_an_interruption_ends_all_processes_and_is_gone_on_from(data, whole, tmp_path: Path):
    run = Started(data, tmp_path)
    run.wait_for(lambda: bool(done(tmp_path)))
    workers = run.workers()
    os.killpg(run.process.pid, signal.SIGINT)
    began = time.monotonic()
    assert run.ended() == (130, "interrupted")
    assert time.monotonic() - began < 20
    assert workers and not alive(workers)
    goes_on(data, tmp_path, whole)


def test_an_interruption_as_processes_start_leaves_no_noise(data, tmp_path: Path):
    run = Started(data, tmp_path)
    run.wait_for(lambda: len(run.workers()) > 0)
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.ended() == (130, "interrupted")


def test_a_killed_process_is_one_error_and_is_gone_on_from(data, whole, tmp_path: Path):
    run = Started(data, tmp_path)
    run.wait_for(lambda: bool(done(tmp_path)))
    os.kill(run.workers()[0], signal.SIGKILL)
    code, told = run.ended()
    assert code == 3
    assert told.splitlines()[0] == ("the audit could not be finished: a process ended before its "
                                    "time, perhaps for lack of memory")  # fmt: skip
    assert "--resume goes on" in told and len(told.splitlines()) == 2
    goes_on(data, tmp_path, whole)


def test_the_audit_itself_killed_is_gone_on_from(data, whole, tmp_path: Path):
    run = Started(data, tmp_path)
    run.wait_for(lambda: bool(done(tmp_path)))
    workers = run.workers()
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.communicate(timeout=60)  # until all that hold its output are gone
    assert workers and not alive(workers)
    goes_on(data, tmp_path, whole)


@pytest.mark.parametrize("limit", [2_000, 50_000])
def test_no_room_is_told_and_what_is_there_is_never_wrong(data, whole, limit: int, tmp_path: Path):
    """Files may not grow beyond a limit, as on a full disk; at different moments of the audit."""
    code, told = Started(data, tmp_path, limit=limit).ended()
    assert code in (2, 3)
    assert "file too large" in told.lower(), told
    assert not (tmp_path / "summary.json").exists()
    stdrules.audit_large("q_gxxz_029", data, AS_OF, memory="600KB", jobs=1, out=tmp_path,
                         findings="jsonl", resume=True)  # fmt: skip
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes()


def test_a_full_disk_while_parts_are_judged(data, tmp_path: Path, monkeypatch):
    from stdrules.report import sinks

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sinks.PartWriter, "add", full)
    with pytest.raises(UnfinishedError, match="no space left on device") as caught:
        stdrules.audit_large("q_gxxz_029", data, AS_OF, jobs=1, out=tmp_path, findings="jsonl")
    assert caught.value.hint is not None and "--resume goes on" in caught.value.hint.en


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_read(data, tmp_path: Path):
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        with pytest.raises(UsageError, match="cannot write to"):
            stdrules.audit_large("q_gxxz_029", data, AS_OF, jobs=1, out=place)
    with pytest.raises(UsageError, match="cannot write to"):
        stdrules.audit_large("q_gxxz_029", data, AS_OF, jobs=1, out=tmp_path / "out",
                             quarantine=tmp_path / "file" / "bad.csv")  # fmt: skip
