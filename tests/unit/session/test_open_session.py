"""`open_session` and what its session offers: posts, time, dues, reports, archives, threads."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

import stdrules
from stdrules.api.session import Session, open_session
from stdrules.base.errors import FactsError, UsageError
from stdrules.engine.session.delta import Delta

TASK = {"type": "project_task_received", "id": "t1", "case": "P1", "at": "2023-02-28T09:00"}
SCHEDULE = {
    "type": "document_completed", "id": "d1", "case": "P1", "at": "2023-03-02T09:01",
    "fields": {"document_type": "schedule", "document_id": "D1"},
}  # fmt: skip
KEY = "4.1-plan-48h/t1"


@pytest.fixture
def session() -> Session:
    return open_session("q_gxxz_029", clock="2023-02-28T09:00")


def states(delta: Delta, key: str = KEY) -> list[tuple[str | None, str | None]]:
    return [(one.before, one.after) for one in delta.changes if one.key == key]


def rows(found: Any) -> list[Any]:
    return [row.as_tuple() for row in found]


def test_an_obligation_from_its_opening_to_its_end(session: Session):
    assert states(session.post(TASK)) == [(None, "pending")]
    told = [one for delta in session.advance("2023-03-02T09:00") for one in states(delta)]
    assert told == [("pending", "due_soon")]
    told = [one for delta in session.advance("2023-03-02T09:01") for one in states(delta)]
    assert told == [("due_soon", "overdue")]
    assert states(session.post(SCHEDULE)) == [("overdue", "fulfilled_late")]
    withdrawn = session.post({"withdraws": "d1"})
    assert states(withdrawn) == [("fulfilled_late", "overdue")]
    waived = session.post({"waiver": "w1", "norm": "4.1-plan-48h", "case": "P1", "by": "b",
                           "reason": "r", "from": "2023-03-01", "to": "2023-04-01"})  # fmt: skip
    assert states(waived) == [("overdue", "waived")]


def test_a_repeat_changes_nothing(session: Session):
    assert session.post(TASK)
    assert not session.post(TASK)
    assert not session.post_many([TASK, TASK])


def test_a_fact_of_the_future_waits(session: Session):
    session.post(TASK)
    assert states(session.post(SCHEDULE)) == []
    told = [one for delta in session.advance("2023-03-03") for one in states(delta)]
    assert told[-1] == ("overdue", "fulfilled_late")


def test_a_correction_under_its_own_id(session: Session):
    session.post_many([TASK, SCHEDULE])
    session.advance("2023-03-05").finish()
    fixed = {**SCHEDULE, "at": "2023-03-01T08:00", "supersedes": "d1", "recorded_at": "2023-03-04"}
    assert states(session.post(fixed)) == [("fulfilled_late", "fulfilled")]


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({**TASK, "at": "2023-02-27T09:00"}, "another fact with the id `t1`"),
        ({**TASK, "id": None}, "no `id`"),
        ({**TASK, "id": "t2", "at": "soon"}, "t2|soon"),
        ({"type": "project_task_recieved", "id": "t3"}, "did you mean `project_task_received`"),
        ({}, "type"),
        (7, "cannot be posted"),
    ],
    ids=["other-content", "no-id", "no-moment", "misspelt", "empty", "a-number"],
)
def test_what_is_wrong_is_refused_and_changes_nothing(
    session: Session, record: Any, text: str
):  # fmt: skip
    session.post(TASK)
    before = list(session.dump())
    with pytest.raises(FactsError, match=text):
        session.post_many([SCHEDULE, record])
    assert list(session.dump()) == before


def test_two_facts_that_contradict_each_other_in_one_post(session: Session):
    with pytest.raises(FactsError, match="with other content"):
        session.post_many([TASK, {**TASK, "at": "2023-02-27T09:00"}])
    assert session.cases == []


def test_a_case_that_follows_from_a_link(session: Session):
    session.post(TASK)
    session.post({"type": "owner_contact_received", "id": "k1", "case": "P1",
                  "at": "2023-03-01T09:00", "fields": {"contact_id": "K1"}})  # fmt: skip
    session.post({"type": "owner_contact_answered", "id": "a1", "at": "2023-03-01T10:00",
                  "fields": {"contact_id": "K1"}})  # fmt: skip
    session.advance("2023-03-01").finish()
    found = session.report("P1").find(norm="4.2-no-unanswered-contact")
    assert [row.state for row in found] == ["fulfilled"]


def test_the_report_is_that_of_the_facts_alone(session: Session):
    session.post_many([TASK, SCHEDULE])
    session.advance("2023-04-20").finish()
    rules = stdrules.load("q_gxxz_029")
    alone = rules.evaluate([TASK, SCHEDULE], as_of="2023-04-20")
    assert rows(session.report("P1").obligations) == rows(alone.obligations)
    assert rows(session.snapshot("P1").findings["q_gxxz_029"]) == rows(alone.obligations)


def test_what_is_due(session: Session):
    session.post(TASK)
    found = session.due_between("2023-03-01", "2023-03-15")
    assert [(str(one.at), one.finding.key) for one in found] == [
        ("2023-03-02 09:00:00+08:00", "4.1-plan-48h/t1"),
        ("2023-03-16 00:00:00+08:00", "5.4-measures-15d/t1"),
        ("2023-03-16 00:00:00+08:00", "5.5-plan-issued-15d/t1"),
    ]
    assert session.due_between("2023-03-03", "2023-03-14") == []
    session.advance("2023-03-16").finish()
    assert session.due_between("2023-03-01", "2023-03-15") == []


def test_the_clock_does_not_go_back(session: Session):
    with pytest.raises(UsageError, match="does not go back"):
        session.advance("2023-02-27")


def test_an_advance_that_is_left_half_way(session: Session):
    session.post(TASK)
    steps = iter(session.advance("2023-06-01"))
    first = next(steps)
    assert session.clock_us == first.at
    session.post(SCHEDULE)
    session.advance("2023-06-01").finish()
    rules = stdrules.load("q_gxxz_029")
    alone = rules.evaluate([TASK, SCHEDULE], as_of="2023-06-01")
    assert rows(session.report("P1").obligations) == rows(alone.obligations)


def test_a_forgotten_case_is_handed_over_and_stays_away(session: Session):
    other = {**TASK, "id": "t2", "case": "P2"}
    session.post_many([TASK, SCHEDULE, other])
    session.advance("2023-03-05").finish()
    before = rows(session.snapshot("P1").findings["q_gxxz_029"])
    archive = session.forget("P1")["q_gxxz_029"]
    assert rows(archive.findings) == before
    assert [fact.id for fact in archive.log.facts] == ["d1", "t1"]
    assert {one.after for one in archive.delta.changes} == {None}
    assert session.cases == ["P2"]
    with pytest.raises(UsageError, match="there is no case `P1`"):
        session.report("P1")
    with pytest.raises(FactsError, match="was forgotten"):
        session.post({**SCHEDULE, "id": "d2"})
    session.advance("2024-03-05").finish()
    assert session.post({**TASK, "id": "t1", "case": "P3"})


def test_the_same_session_from_its_records(session: Session):
    session.post_many([TASK, SCHEDULE, {**TASK, "id": "t2", "case": "P2"}])
    session.post({"suspension": "s1", "case": "P2", "reason": "r", "from": "2023-03-01",
                  "to": "2023-03-05"})  # fmt: skip
    session.advance("2023-03-10").finish()
    session.forget("P1")
    again = open_session("q_gxxz_029", clock="2023-02-28T09:00")
    again.restore(session.dump())
    assert (again.clock, again.cases) == (session.clock, ["P2"])
    mine, theirs = session.snapshot("P2"), again.snapshot("P2")
    assert rows(mine.findings["q_gxxz_029"]) == rows(theirs.findings["q_gxxz_029"])
    told = [[change[:-1] for change in delta.changes] for delta in session.advance("2023-05-01")]
    assert told == [[c[:-1] for c in delta.changes] for delta in again.advance("2023-05-01")]
    assert told


def test_several_rulesets_share_the_clock():
    session = open_session(["q_gxxz_029", "shenzhen_mz"], clock="2022-01-01")
    opened = session.post(TASK | {"at": "2022-01-01T09:00"})
    assert {one.ruleset for one in opened.changes} == {"q_gxxz_029"}
    keys = [one.key for one in opened.changes]
    assert len(keys) == len(set(keys)) > 30
    delta = session.post({"type": "pilot_unit", "id": "u1", "case": "U1", "at": "2022-01-05",
                          "fields": {"unit_id": "U1", "pilot_batch": "1"}})  # fmt: skip
    assert not delta
    told = [one for d in session.advance("2022-02-01") for one in d.changes]
    assert {one.ruleset for one in told} == {"q_gxxz_029", "shenzhen_mz"}
    moments = [d.at for d in session.advance("2022-06-01")]
    assert moments == sorted(moments)
    assert session.report("U1").plan.id == "shenzhen_mz"
    assert session.report("P1", "q_gxxz_029").plan.id == "q_gxxz_029"


def test_a_delta_as_plain_data(session: Session):
    plain = session.as_dict(session.post(TASK))
    mine = next(one for one in plain["opened"] if one["key"] == KEY)
    assert (mine["from"], mine["to"], mine["due"]) == (None, "pending", "2023-03-02T09:00:00+08:00")
    assert "48 h" in mine["why"]["en"]
    assert plain["cause"] == "t1"
    assert plain["at"] == "2023-02-28T09:00:00+08:00"


def test_many_readers_and_one_writer(session: Session):
    session.post(TASK)
    wrong: list[BaseException] = []
    reads = 0
    stop = threading.Event()

    def read() -> None:
        nonlocal reads
        try:
            while not stop.is_set():
                session.snapshot("P1")
                session.due_between("2023-03-01", "2023-12-31")
                reads += 1
        except BaseException as error:
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(40):
        session.post({**SCHEDULE, "id": f"x{number}", "at": "2023-02-28T10:00"})
        session.advance(f"2023-04-{number // 2 + 1:02d}").finish()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert reads > 0
    facts = [TASK, *({**SCHEDULE, "id": f"x{n}", "at": "2023-02-28T10:00"} for n in range(40))]
    alone = stdrules.load("q_gxxz_029").evaluate(facts, as_of="2023-04-20")
    assert rows(session.report("P1").obligations) == rows(alone.obligations)


def test_sessions_do_not_know_each_other():
    def play(name: str) -> list[Any]:
        own = open_session("q_gxxz_029", clock="2023-02-28T09:00")
        own.post({**TASK, "case": name})
        return [[c[4:7] for c in d.changes] for d in own.advance("2023-07-01")]

    expected = play("P1")
    found: dict[int, list[Any]] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: play("P1")})) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [expected] * 4


def test_deltas_for_asyncio(session: Session):
    async def play() -> tuple[list[Delta], list[Delta]]:
        stream = session.deltas()
        session.post(TASK)
        stepped = [delta async for delta in session.advance("2023-03-05")]
        await asyncio.to_thread(session.post, SCHEDULE)
        session.close()
        return [delta async for delta in stream], stepped

    streamed, stepped = asyncio.run(play())
    assert streamed[1:-1] == stepped
    assert states(streamed[0]) == [(None, "pending")]
    assert states(streamed[-1]) == [("overdue", "fulfilled_late")]
    assert session.read_only
    with pytest.raises(UsageError, match="closed"):
        session.post(TASK)


class Tape:
    """A journal that remembers, and fails when told to."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self.full = False

    def append(self, records: Any) -> Tape:
        self.records += records
        return self

    def wait(self) -> None:
        if self.full:
            raise UsageError("the disk is full")


def test_a_journal_gets_what_counts_and_nothing_else():
    tape = Tape()
    session = open_session("q_gxxz_029", clock="2023-02-28T09:00", journal=tape)
    session.post(TASK)
    session.post(TASK)
    with pytest.raises(FactsError):
        session.post({**TASK, "at": "2023-02-27T09:00"})
    session.advance("2023-03-05").finish()
    session.post(SCHEDULE)
    kinds = [next(iter(record)) for record in tape.records]
    assert kinds == ["fact", "advance", "fact"]
    again = open_session("q_gxxz_029", clock="2023-02-28T09:00")
    again.restore(tape.records)
    assert rows(again.report("P1").obligations) == rows(session.report("P1").obligations)


def test_a_journal_that_fails_makes_the_session_read_only():
    tape = Tape()
    session = open_session("q_gxxz_029", clock="2023-02-28T09:00", journal=tape)
    tape.full = True
    for _ in range(2):
        with pytest.raises(UsageError, match="disk is full"):
            session.post(TASK)
    assert session.read_only
    with pytest.raises(UsageError, match="disk is full"):
        session.advance("2023-03-05").finish()
