"""Facts from Python: times, cases, links, repeats, corrections, statements."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_samples import READER, SHANGHAI, VOCABULARY, codes_of, read
from pydantic import BaseModel

from stdrules.base.errors import FactsError
from stdrules.base.time.moments import parse_moment
from stdrules.base.truth import Missing
from stdrules.intake.digest import facts_digest
from stdrules.intake.python_facts import python_facts
from stdrules.model.facts import Complete, Suspension, Waiver, Withdrawal

TASK = {"type": "task", "id": "t1", "case": "P1", "at": "2023-02-28T09:00"}
DOCUMENT = {"type": "document", "id": "d1", "case": "P1", "at": "2023-03-01",
            "document_id": "D1", "form": "schedule"}  # fmt: skip


def us(text):
    return parse_moment(text, SHANGHAI).first


def test_every_field_is_there_blank_or_missing():
    fields = read({**DOCUMENT, "pages": None, "authors": " "}).facts[0].fields
    assert list(fields) == list(VOCABULARY.types["document"].fields)
    assert fields["pages"] == Missing("field d1.pages", blank=True)
    assert fields["authors"] == Missing("field d1.authors", blank=True)
    assert fields["stamped"] == Missing("field d1.stamped")
    assert fields["completed_at"] == date(2023, 3, 1)


def test_at_and_the_time_field_are_one():
    given = {
        "type": "task",
        "id": "t1",
        "case": "P1",
        "fields": {"received_at": "2023-02-28T09:00"},
    }
    assert read(given).facts[0].at == read(TASK).facts[0].at
    assert read({**TASK, "received_at": "2023-02-28 09:00:00"}).facts[0].at is not None
    assert codes_of({**TASK, "received_at": "2023-02-28T09:01"}) == ["E405"]


def test_a_date_field_takes_a_day_only():
    notice = {"type": "notice", "case": "P1", "round_id": "R1", "at": "2023-03-01"}
    assert read(notice).facts[0].fields["posted_on"] == date(2023, 3, 1)
    assert codes_of({**notice, "at": "2023-03-01T10:00"}) == ["E401"]


def test_an_interval_is_kept_as_the_time_and_unknown_as_a_value():
    fact = read({**TASK, "at": "2023-03-01/2023-03-03"}).facts[0]
    assert fact.at == (us("2023-03-01"), us("2023-03-04") - 1)
    assert fact.fields["received_at"] == Missing("field t1.received_at")


def test_a_time_that_is_not_carried_or_blank():
    absent = read({"type": "task", "id": "t1", "case": "P1"}).facts[0]
    assert (absent.at, absent.fields["received_at"]) == (None, Missing("field t1.received_at"))
    assert codes_of({"type": "task", "id": "t1", "case": "P1"}) == []
    assert codes_of({"type": "task", "id": "t1", "case": "P1", "at": ""}) == []
    assert codes_of({"type": "task", "case": "P1", "received_at": None}) == ["W451"]


def test_case_and_the_case_field_are_one():
    assert read(TASK).facts[0].fields["project_id"] == "P1"
    assert read({**TASK, "project_id": "P1"}).facts[0].cases == {"project": ("P1",)}
    assert codes_of({**TASK, "project_id": "P2"}) == ["E405"]
    assert codes_of({k: v for k, v in TASK.items() if k != "case"}) == ["E406"]


def test_a_list_of_cases_and_several_case_types():
    notice = {"type": "notice", "at": "2023-03-01", "project_ids": ["P1", "P2"], "round_id": "R1"}
    assert read(notice).facts[0].cases == {"project": ("P1", "P2"), "round": ("R1",)}
    told = {"type": "notice", "at": "2023-03-01", "case": {"project": ["P2"], "round": "R2"}}
    assert read(told).facts[0].fields["project_ids"] == ("P2",)
    assert read(told).facts[0].cases == {"project": ("P2",), "round": ("R2",)}
    only = read({"type": "notice", "at": "2023-03-01", "case": "P1"}).facts[0]
    assert only.cases == {"project": ("P1",), "round": ()}
    assert codes_of({**told, "case": {"tour": "R1"}}) == ["E404"]


def test_a_type_without_a_case_is_seen_everywhere_unless_the_row_says_otherwise():
    assert read({"type": "holiday", "name": "x"}).facts[0].cases == {}
    judged = read({"type": "judgement", "case": "P1", "at": "2023-03-01", "satisfied": "是"})
    assert judged.facts[0].cases == {"project": ("P1",)}


def test_the_default_case_is_for_rows_that_name_none():
    log = read({"type": "task", "at": "2023-03-01"}, {**TASK, "case": "P2"},
               {"type": "holiday", "name": "x"}, default_case="C1", id_prefix="f")  # fmt: skip
    found = {fact.id: dict(fact.cases) for fact in log.facts}
    assert found == {"f1": {"project": ("C1",)}, "t1": {"project": ("P2",)}, "f3": {}}


FILING = {"type": "filing", "id": "x1", "at": "2023-03-05", "approval_id": "A1"}
APPROVAL = {"type": "approval", "id": "a1", "at": "2023-03-04", "approval_id": "A1",
            "document_id": "D1"}  # fmt: skip


def test_a_case_follows_links_through_links_in_any_order():
    log = read(FILING, APPROVAL, DOCUMENT)
    assert {fact.id: fact.cases["project"] for fact in log.facts} == {
        "d1": ("P1",), "a1": ("P1",), "x1": ("P1",)}  # fmt: skip


def test_a_link_that_leads_nowhere_is_reported_and_the_fact_is_not_in_the_log():
    log, found = READER.read_tolerant([FILING, DOCUMENT])
    assert [d.code for d in found] == ["E406"]
    assert str(found[0].span) == "facts[0].approval_id"
    assert [fact.id for fact in log.facts] == ["d1"]
    assert codes_of({**APPROVAL, "document_id": None}) == ["E406"]


def test_a_case_in_doubt_is_not_guessed():
    other = {**DOCUMENT, "id": "d2", "case": "P2"}
    assert codes_of(APPROVAL, DOCUMENT, other) == ["E407"]
    assert codes_of({**APPROVAL, "case": "P2"}, DOCUMENT, other) == []
    assert codes_of({**APPROVAL, "case": "P3"}, DOCUMENT, other) == ["E405"]
    moved = {**DOCUMENT, "id": "d2", "case": "P2", "supersedes": "d1"}
    assert read(APPROVAL, DOCUMENT, moved).facts[0].cases == {"project": ("P2",)}


def test_repeats_count_once_and_contradictions_are_set_aside():
    assert len(read(TASK, dict(TASK)).facts) == 1
    log, found = READER.read_tolerant([TASK, {**TASK, "head": "x"}, DOCUMENT])
    assert [fact.id for fact in log.facts] == ["d1"]
    assert [(d.code, str(d.span)) for d in found] == [
        ("E408", "facts[0].id"), ("E408", "facts[1].id")]  # fmt: skip
    assert "facts[1].id" in found[0].message.en


def test_corrections():
    same_id = {**TASK, "head": "x", "supersedes": "t1", "recorded_at": "2023-03-09"}
    assert len(read(TASK, same_id).facts) == 2
    assert read(same_id, TASK).facts[-1].supersedes is not None
    assert codes_of({**TASK, "id": "t2", "supersedes": "t9"}) == ["W452"]
    assert codes_of(TASK, {**DOCUMENT, "supersedes": "t1"}) == ["E409"]
    circle = [{**TASK, "id": "a", "supersedes": "b"}, {**TASK, "id": "b", "supersedes": "a"}]
    assert codes_of(*circle) == ["E409", "E409"]
    chain = [{**TASK, "id": f"t{n}", "supersedes": f"t{n - 1}"} for n in range(3000, 1, -1)]
    assert codes_of(TASK, *chain) == []


def test_statements():
    log = read(
        {"withdraws": "t1", "recorded_at": "2023-03-09"}, TASK,
        {"waiver": "w1", "norm": "n", "case": "P1", "by": "x", "reason": "y",
         "from": "2023-03-01", "to": "2023-04-01"},
        {"suspension": "s1", "case": "P1", "reason": "y", "from": "2023-03-01",
         "to": "2023-03-05", "tolling": "否"},
        {"complete": "task", "case": "P1", "until": "2023-06-30"},
        {"complete": "task", "until": "2023-06-30T12:00"},
    )  # fmt: skip
    day = date(2023, 3, 1).toordinal()
    assert log.withdrawals == [Withdrawal("t1", us("2023-03-09"))]
    assert log.waivers == [Waiver("w1", "n", "P1", "x", "y", day, day + 31)]
    assert log.suspensions == [
        Suspension("s1", None, "P1", "y", us("2023-03-01"), us("2023-03-06"), tolling=False)
    ]
    assert log.completes == [Complete("task", "P1", us("2023-07-01")),
                             Complete("task", None, us("2023-06-30T12:00"))]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"waiver": "w1", "reason": "y"}, "E404"),
        ({"waiver": "w1", "by": "x", "reason": " "}, "E404"),
        (
            {"waiver": "w", "by": "x", "reason": "y", "from": "2023-03-02", "to": "2023-03-01"},
            "E405",
        ),
        ({"waiver": "w1", "by": "x", "reason": "y", "form": "2023-03-02"}, "E403"),
        ({"suspension": "s", "reason": "y"}, "E404"),
        ({"complete": "tsk", "until": "2023-01-01"}, "E402"),
        ({"complete": "task"}, "E404"),
        ({"withdraws": None}, "E404"),
        ({"withdraws": "nobody"}, "W452"),
        ({"tpye": "task"}, "E404"),
        ({"type": "tsk"}, "E402"),
        ({"type": 5}, "E404"),
        ({"type": "task", "case": "P1", "fields": []}, "E404"),
        ({"type": "task", "case": "P1", "haed": "x"}, "E403"),
        ({"type": "task", "case": "P1", "head": "x", "fields": {"head": "x"}}, "E405"),
        ({"type": "task", "case": "P1", "recorded_at": "soon"}, "E401"),
        ({"type": "task", "case": 5}, "E401"),
        ("task", "E404"),
        (None, "E404"),
    ],
)
def test_what_is_wrong_has_its_code(record, code):
    assert codes_of(record) == [code]


def test_strict_reading_raises_everything_at_once():
    with pytest.raises(FactsError) as caught:
        read({"type": "tsk"}, {**DOCUMENT, "pages": "3页", "form": "scedule"}, TASK)
    found = caught.value.diagnostics
    assert [d.code for d in found] == ["E402", "E401", "E401"]
    assert "did you mean `task`" in caught.value.render("en")
    assert "是否指" in caught.value.render("zh")


class Received(BaseModel):
    type: str = "task"
    id: str
    case: str
    at: datetime


def test_pydantic_models_and_facts_are_read_like_records():
    model = Received(id="t1", case="P1", at=datetime(2023, 2, 28, 1, tzinfo=UTC))
    log = python_facts([model], VOCABULARY, ["project", "round"], "Asia/Shanghai")
    assert facts_digest(log) == facts_digest(read(TASK))
    everything = read(TASK, {**DOCUMENT, "pages": 3, "authors": ["a"], "took": "3天", "due": None},
                      APPROVAL, {**TASK, "id": "t2", "recorded_at": "2023-03-01"})  # fmt: skip
    again = READER.read(everything.facts)
    assert facts_digest(again) == facts_digest(everything)
    naive = Received(id="t1", case="P1", at=datetime(2023, 2, 28, 9))
    assert codes_of(naive) == ["E401"]


def test_the_digest_tells_contents_apart():
    base = facts_digest(read(DOCUMENT))
    assert facts_digest(read({**DOCUMENT, "completed_at": "2023-3-1"})) == base
    assert facts_digest(read({**DOCUMENT, "pages": None})) != base
    assert facts_digest(read({**DOCUMENT, "pages": Decimal("3.0")})) == facts_digest(
        read({**DOCUMENT, "pages": "3"})
    )
    assert facts_digest(read(DOCUMENT, {"waiver": "w", "by": "x", "reason": "y"})) != base


RECORDS = [
    TASK, dict(TASK), DOCUMENT, APPROVAL, FILING, {"withdraws": "t1"},
    {**DOCUMENT, "id": "d2", "supersedes": "d1", "pages": "7"},
    {"type": "task", "id": "bad", "case": "P1", "at": "2023-02-29"},
    {**TASK, "id": "k", "head": "x"}, {**TASK, "id": "k", "head": "y"},
    {"waiver": None, "by": "x", "reason": "y"}, {"complete": "task", "until": "2023-06-30"},
]  # fmt: skip


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.permutations(RECORDS))
def test_the_order_of_records_changes_nothing(records):
    first, found = READER.read_tolerant(RECORDS)
    other, other_found = READER.read_tolerant(records)
    assert facts_digest(first) == facts_digest(other)
    assert sorted(d.code for d in found) == sorted(d.code for d in other_found)
    assert [fact.id for fact in first.facts] == [fact.id for fact in other.facts]
