"""A session that is opened from a snapshot: its cases sleep, and nobody can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stdrules import open_session
from stdrules.api import session_journal
from stdrules.api.session import Session
from stdrules.base.errors import FactsError, UsageError
from stdrules.engine.session import rousing

RULES, START = "q_gxxz_029", "2023-02-28T09:00"
LATER = "2023-03-05"


def task(number: int, **more: Any) -> dict[str, Any]:
    return {"type": "project_task_received", "id": f"t{number}", "case": f"P{number}",
            "at": f"2023-02-28T0{number % 9}:30", **more}  # fmt: skip


def contact(number: int) -> dict[str, Any]:
    return {"type": "owner_contact_received", "id": f"c{number}", "case": f"P{number}",
            "at": "2023-03-01T10:00", "fields": {"contact_id": f"K{number}"}}  # fmt: skip


ANSWER = {"type": "owner_contact_answered", "id": "a1", "at": "2023-03-01T11:00",
          "fields": {"contact_id": "K3"}}  # fmt: skip
WAIVER = {"waiver": "w1", "norm": "4.1-plan-48h", "case": "P4", "by": "b", "reason": "r",
          "from": "2023-03-01", "to": "2023-03-31"}  # fmt: skip
FIRST = [*(task(n) for n in range(9)), *(contact(n) for n in range(9)), WAIVER]


@pytest.fixture
def plain() -> Session:
    """A session that goes on without interruption."""
    return begun(open_session(RULES, START))


def begun(session: Session) -> Session:
    session.post_many(FIRST)
    session.advance("2023-03-02T12:00").finish()
    session.post(task(9))
    return session


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal that ends in a snapshot."""
    path = tmp_path / "cases.db"
    begun(open_session(RULES, START, path, snapshot_every=1)).close()
    return path


def sleeping(session: Session) -> int:
    return session._books[0].sleeping


def test_opening_judges_nothing_and_a_post_one_case(path: Path, plain: Session) -> None:
    with open_session(RULES, journal=path) as again:
        assert sleeping(again) == 10
        assert again.cases == plain.cases == [f"P{n}" for n in range(10)]
        assert not again.post(task(1))
        assert sleeping(again) == 9
        again.snapshot("P2")
        assert sleeping(again) == 8
        assert again.report("P3").text() == plain.report("P3").text()


def test_an_advance_tells_the_same(path: Path, plain: Session) -> None:
    with open_session(RULES, journal=path) as again:
        expected = [plain.as_dict(delta) for delta in plain.advance("2023-05-01")]
        assert [again.as_dict(delta) for delta in again.advance("2023-05-01")] == expected
        assert len(expected) > 50


def test_what_is_due_is_found(path: Path, plain: Session) -> None:
    def found(session: Session) -> list[Any]:
        return [(c.at, c.finding.as_tuple()) for c in session.due_between(LATER, "2023-03-20")]

    with open_session(RULES, journal=path) as again:
        assert found(again) == found(plain) != []


def test_a_case_that_follows_from_a_link_to_one_that_sleeps(path: Path, plain: Session) -> None:
    with open_session(RULES, journal=path) as again:
        assert again.as_dict(again.post(ANSWER)) == plain.as_dict(plain.post(ANSWER))
        assert sleeping(again) == 9
        assert "a1" in {name for row in again.snapshot("P3").findings[RULES] for name in row.facts}


@pytest.mark.parametrize(
    "record",
    [
        {**task(5), "id": "t5b", "at": "2023-02-28T08:00", "supersedes": "t5"},
        {"withdraws": "t5"},
        {"suspension": "s1", "case": "P5", "reason": "x", "from": "2023-03-01"},
        {"suspension": "s1", "reason": "x", "from": "2023-03-01"},
        {"complete": "owner_contact_received", "until": "2023-03-02"},
    ],
)
def test_whatever_is_posted_tells_the_same(
    path: Path, plain: Session, record: dict[str, Any]
) -> None:
    def told(session: Session) -> list[Any]:
        deltas = [session.post(record), *session.drain()]
        return sorted([session.as_dict(one)[kind] for one in deltas
                       for kind in ("opened", "changed", "closed")], key=repr)  # fmt: skip

    with open_session(RULES, journal=path) as again:
        assert told(again) == told(plain)
        for name in plain.cases:
            mine, theirs = again.snapshot(name).findings, plain.snapshot(name).findings
            assert [one.as_tuple() for one in mine[RULES]] == [
                one.as_tuple() for one in theirs[RULES]
            ]


def test_what_contradicts_is_refused(path: Path) -> None:
    with open_session(RULES, journal=path) as again:
        with pytest.raises(FactsError, match="another fact with the id `t5`"):
            again.post(task(5, at="2023-02-27T09:00"))
        with pytest.raises(FactsError, match="another statement with the id `w1`"):
            again.post({**WAIVER, "case": "P7"})
        with pytest.raises(UsageError, match="no case `P77`"):
            again.snapshot("P77")
        again.forget("P6")
        with pytest.raises(FactsError, match="was forgotten"):
            again.post(task(6, id="new"))
        assert "P6" not in again.cases


@pytest.mark.parametrize("few", [0, 1000])
def test_what_came_after_the_snapshot(
    path: Path, plain: Session, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rousing, "_FEW", few)
    with open_session(RULES, journal=path, snapshot_every=0) as session:
        for one in (plain, session):
            one.post(ANSWER)
            one.post({"withdraws": "t8"})
            one.advance("2023-03-20").finish()
            one.post(task(20))
    with open_session(RULES, journal=path) as again:
        assert again.cases == plain.cases
        assert sleeping(again) == (9 if few == 0 else 0)
        expected = [plain.as_dict(delta) for delta in plain.advance("2023-05-01")]
        assert [again.as_dict(delta) for delta in again.advance("2023-05-01")] == expected


@pytest.mark.parametrize("what", ["engine", "calendar"])
def test_under_another_engine_or_calendar_cases_are_judged_anew(
    path: Path, plain: Session, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "engine":
        monkeypatch.setattr(session_journal, "version", lambda name: "9.9.9")
    else:
        real = session_journal.calendar

        class Other:
            name, edition = "other", "9"

            def __init__(self, found: Any) -> None:
                self.digest = f"{found.digest}+"

        monkeypatch.setattr(session_journal, "calendar", lambda *given: Other(real(*given)))
    with open_session(RULES, journal=path) as again:
        assert sleeping(again) == 0
        for name in plain.cases:
            mine, theirs = again.snapshot(name).findings, plain.snapshot(name).findings
            assert [one.as_tuple() for one in mine[RULES]] == [
                one.as_tuple() for one in theirs[RULES]
            ]


def test_a_snapshot_of_sleepers_holds_them_all(path: Path, plain: Session) -> None:
    with open_session(RULES, journal=path, snapshot_every=1) as again:
        again.post(task(30))
        plain.post(task(30))
        assert sleeping(again) == 10
    with open_session(RULES, journal=path) as third:
        assert sleeping(third) == 11
        expected = [plain.as_dict(delta) for delta in plain.advance("2023-04-01")]
        assert [third.as_dict(delta) for delta in third.advance("2023-04-01")] == expected
