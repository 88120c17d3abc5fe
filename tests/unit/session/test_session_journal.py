"""A session in a journal: closed, killed or cut, it is opened again as it was."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from stdrules import open_session
from stdrules.api.session import Session
from stdrules.base.errors import FactsError, StdrulesError, UsageError
from stdrules.cli import session_actions
from stdrules.cli.output import Terminal
from stdrules.journal import holder
from stdrules.journal.errors import JournalError, JournalLocked, JournalReadOnly
from stdrules.journal.journal import Reader, create_journal, open_journal

RULES, START = "q_gxxz_029", "2023-02-28T09:00"
TASK = {
    "type": "project_task_received", "id": "t1", "case": "P1", "at": "2023-02-28T09:00",
    "recorded_at": "2023-02-28T09:05",
}  # fmt: skip
SCHEDULE = {
    "type": "document_completed", "id": "d1", "case": "P1", "at": "2023-03-02T09:01",
    "fields": {"document_type": "schedule", "file_format": "docx"},
}  # fmt: skip


def task(number: int) -> dict[str, Any]:
    return {**TASK, "id": f"t{number}", "case": f"P{number}"}


def standing(session: Session) -> dict[str, Any]:
    """Everything that a session says of its cases."""
    own = {name: session.snapshot(name) for name in session.cases}
    return {
        name: (
            {rules: [row.as_tuple() for row in rows] for rules, rows in found.findings.items()},
            {rules: [one.as_tuple() for one in rows] for rules, rows in found.scores.items()},
        )
        for name, found in own.items()
    } | {"clock": session.clock_us}


def kinds(path: Path) -> list[str]:
    with Reader(str(path)) as reader:
        return [next(iter(entry.record)) for entry in reader.entries()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cases.db"


@pytest.mark.parametrize("every", [0, 1, 2, 3, 100])
def test_it_is_opened_again_as_it_was(path: Path, every: int) -> None:
    with open_session(RULES, START, path, snapshot_every=every) as session:
        session.post(TASK)
        session.advance("2023-03-03").finish()
        session.post_many([SCHEDULE, task(2)])
        session.post({**SCHEDULE, "id": "d2", "at": "2023-03-02T08:00", "supersedes": "d1"})
        session.post({"withdraws": "t2"})
        session.post(task(3))
        session.forget("P3")
        session.advance("2023-04-01").finish()
        before = standing(session)
    for _ in range(2):
        with open_session(RULES, journal=path, snapshot_every=every) as again:
            assert standing(again) == before
            assert not again.post(SCHEDULE)
            with pytest.raises(FactsError):
                again.post(task(3))
            assert not again.notes
    assert kinds(path)[:2] == ["advance", "fact"]
    with Reader(str(path)) as reader:
        # A move of the clock is written with the next record, so eight come in five groups.
        assert bool(reader.snapshots) == (0 < every < 100)


def test_deltas_go_on_where_they_stopped(path: Path) -> None:
    plain = open_session(RULES, START)
    with open_session(RULES, START, path) as session:
        for one in (plain, session):
            one.post(TASK)
    with open_session(RULES, "2030-01-01", f"sqlite:///{path}") as again:
        assert again.clock == plain.clock
        told = [plain.as_dict(delta) for delta in plain.advance("2023-03-10")]
        assert told and [again.as_dict(one) for one in again.advance("2023-03-10")] == told


def test_what_was_answered_is_there_when_the_process_is_gone(path: Path, tmp_path: Path) -> None:
    session = open_session(RULES, START, path)
    session.post(TASK)
    session.advance("2023-03-03").finish()
    left = tmp_path / "left"
    left.mkdir()
    for ending in ("", "-wal", "-log"):
        shutil.copy(f"{path}{ending}", left / f"cases.db{ending}")
    before = standing(session)
    session.close()
    with open_session(RULES, journal=left / "cases.db") as again:
        assert standing(again) == before


def test_an_advance_that_was_left_half_way_is_told_again(path: Path) -> None:
    with open_session(RULES, START, path) as session:
        session.post_many([task(1), task(2)])
        first = next(session.advance("2023-03-10"))
    with open_session(RULES, journal=path) as again:
        assert again.as_dict(next(again.advance("2023-03-10"))) == again.as_dict(first)


def test_a_journal_is_written_by_one_session(path: Path) -> None:
    with open_session(RULES, START, path) as session:
        with pytest.raises(JournalLocked, match="process"):
            open_session(RULES, START, path)
        session.post(TASK)
    open_session(RULES, journal=path).close()


def test_other_rulesets_are_refused_and_the_lock_is_let_go(path: Path) -> None:
    open_session(RULES, START, path).close()
    for other in ("jghq_bzh", [RULES, "jghq_bzh"]):
        with pytest.raises(UsageError, match="is of `q_gxxz_029`"):
            open_session(other, START, path)
    open_session(RULES, journal=path).close()


def test_a_new_journal_needs_a_clock(path: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal"):
        open_session(RULES, journal=path)
    assert not list(path.parent.iterdir())
    with pytest.raises(UsageError, match="`clock` is missing"):
        open_session(RULES)
    create_journal(str(path), {"session": 1, "rulesets": [RULES]}).close()
    with pytest.raises(UsageError, match="the journal has no clock"):
        open_session(RULES, journal=path)
    with open_session(RULES, START, path) as session:
        assert session.clock.isoformat() == "2023-02-28T09:00:00+08:00"


def test_a_journal_that_is_open_is_read_too(path: Path) -> None:
    with open_session(RULES, START, path) as session:
        session.post(TASK)
        before = standing(session)
    with open_session(RULES, journal=open_journal(str(path))) as again:
        assert standing(again) == before


def test_other_readings_do_not_use_the_snapshot(path: Path) -> None:
    with open_session(RULES, START, path, snapshot_every=1) as session:
        session.post(TASK)
        session.advance("2023-03-10").finish()
    other = {"part_periods": "require"}
    with open_session(RULES, journal=path, readings=other) as again:
        fresh = open_session(RULES, START, readings=other)
        fresh.post(TASK)
        fresh.advance("2023-03-10").finish()
        assert standing(again) == standing(fresh)
        assert again.journal.journal.snapshot("another plan") is None  # type: ignore[union-attr]


def test_several_rulesets_in_one_journal(path: Path) -> None:
    both = [RULES, "jghq_bzh"]
    with open_session(both, START, path, snapshot_every=2) as session:
        session.post(TASK)
        session.post({"waiver": "w1", "norm": "4.1-plan-48h", "case": "P1", "by": "b",
                      "reason": "r", "from": "2023-03-01", "to": "2023-03-31"})  # fmt: skip
        session.advance("2023-03-10").finish()
        before = standing(session)
    with open_session(both, journal=path) as again:
        assert standing(again) == before


def test_a_journal_that_fails_makes_the_session_read_only(path: Path) -> None:
    session = open_session(RULES, START, path)
    session.post(TASK)
    session.journal.journal._log._disk = Full()  # type: ignore[union-attr]
    with pytest.raises(JournalReadOnly, match="no space left"):
        session.post(task(2))
    assert session.read_only and not session.closed
    assert "P1" in session.cases
    with pytest.raises(JournalReadOnly):
        session.post(task(3))
    session.close()
    with open_session(RULES, journal=path) as again:
        assert again.cases == ["P1"]


class Full:
    """A disk without room."""

    def write(self, descriptor: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    def truncate(self, descriptor: int, size: int) -> None:
        import os

        os.ftruncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        return


def test_many_threads_post_while_snapshots_are_taken(path: Path) -> None:
    errors: list[StdrulesError] = []

    def post(first: int) -> None:
        try:
            for number in range(first, first + 20):
                session.post(task(number))
        except StdrulesError as error:
            errors.append(error)

    with open_session(RULES, START, path, snapshot_every=15) as session:
        threads = [threading.Thread(target=post, args=(100 * n,)) for n in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert not errors
        before = standing(session)
        assert len(session.cases) == 80
    with Reader(str(path)) as reader:
        assert reader.snapshots
    with open_session(RULES, journal=path) as again:
        assert standing(again) == before


def test_the_header_keeps_what_was_chosen(path: Path) -> None:
    chosen = {"part_periods": "require"}
    open_session(RULES, START, path, readings=chosen).close()
    with Reader(str(path)) as reader:
        assert reader.identity == {
            "session": 1, "rulesets": [RULES], "readings": chosen, "parameters": {},
        }  # fmt: skip


def test_what_was_chosen_holds_for_every_command(path: Path) -> None:
    open_session(RULES, START, path, readings={"part_periods": "require"}).close()
    none: dict[str, Any] = {"rulesets": (), "readings": (), "parameters": ()}
    terminal = Terminal("en")
    with session_actions._reopened(terminal, str(path), none) as session:
        assert session.plans[0].readings["part_periods"] == "require"
    looked = session_actions._looked_at(terminal, str(path), none)
    assert looked.plans[0].readings["part_periods"] == "require"
    other = {**none, "readings": ("part_periods=skip",)}
    assert session_actions._looked_at(terminal, str(path), other).plans[0].readings[
        "part_periods"
    ] == "skip"  # fmt: skip


def test_without_locks_of_files_only_journals_are_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "fcntl", None)
    with pytest.raises(JournalError, match="POSIX"):
        open_session(RULES, START, path)
    assert open_session(RULES, START).post(TASK)
