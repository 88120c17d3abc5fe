"""What a reader sees first, and what is told once: tables of pairs, and examples of omissions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from report_world import (
    COUNT,
    DAYS,
    DOC,
    FORBID,
    HOLD,
    MONTHLY,
    ORDER,
    PLAN,
    REQUIRE,
    UNSET,
    Z,
    at,
    day_due,
    finding,
    norm,
    us,
)

from stdrules.base.text import Text
from stdrules.base.time.durations import Days
from stdrules.plan.content import Matcher, Single
from stdrules.plan.results import Evaluation, Finding
from stdrules.plan.steps import Await, Element, PerFact, Require, Within
from stdrules.report.report import Report
from stdrules.report.severity import lateness, severity, told_once, worst_first

AS_OF = us("2023-06-01T00:00")


def broken(of: object, **more: object) -> Finding:
    return finding(of, "breached", **more)  # type: ignore[arg-type]


def elements(*states: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, state) for name, state in zip(("name", "sign"), states, strict=True))


#: Each pair: the graver one first.
PAIRS = {
    "open before cured": (
        finding(DAYS, "overdue", due=day_due("2023-05-31")),
        finding(DAYS, "fulfilled_late", due=day_due("2022-03-07"), met=at("2023-03-07")),
    ),
    "a prohibition before what is overdue": (
        broken(FORBID, breached_at=us("2023-05-31T10:00")),
        finding(DAYS, "overdue", due=day_due("2020-03-07")),
    ),
    "the longest overdue first": (
        finding(DAYS, "overdue", due=day_due("2023-03-07")),
        finding(DAYS, "overdue", due=day_due("2023-03-08")),
    ),
    "owed before missed for good": (
        finding(DAYS, "overdue", due=day_due("2023-05-30")),
        broken(UNSET, breached_at=us("2021-01-01T00:00")),
    ),
    "missed for good, the longest ago first": (
        broken(UNSET, breached_at=us("2021-01-01T00:00")),
        broken(UNSET, breached_at=us("2021-01-01T00:01")),
    ),
    "an act missed before a number that falls short": (
        broken(UNSET, breached_at=us("2023-05-31T00:00")),
        broken(MONTHLY, progress=(0, 0, 4), breached_at=us("2023-02-01T00:00")),
    ),
    "the greater share that is lacking first": (
        broken(MONTHLY, progress=(1, 1, 4), breached_at=us("2023-05-01T00:00")),
        broken(COUNT, progress=(40, 40, 50), breached_at=us("2022-02-01T00:00")),
    ),
    "a number before a state": (
        broken(COUNT, progress=(49, 49, 50)),
        broken(HOLD, breached_at=us("2020-01-01T00:00")),
    ),
    "the longest break first": (
        broken(HOLD, breached_at=us("2023-01-01T00:00")),
        broken(HOLD, breached_at=us("2023-01-02T00:00")),
    ),
    "an order before a record": (
        broken(ORDER, breached_at=us("2023-05-31T00:00")),
        broken(REQUIRE, elements=elements("false", "false"), breached_at=us("2019-01-01T00:00")),
    ),
    "of records those that lack more, whatever their age": (
        broken(REQUIRE, elements=elements("false", "false"), breached_at=us("2023-05-31T00:00")),
        broken(REQUIRE, elements=elements("true", "false"), breached_at=us("2019-01-01T00:00")),
    ),
    "compensated before done late": (
        finding(DAYS, "compensated", due=day_due("2023-05-31")),
        finding(DAYS, "fulfilled_late", due=day_due("2022-03-07"), met=at("2023-03-07")),
    ),
    "the later act first": (
        finding(DAYS, "fulfilled_late", due=day_due("2023-03-07"), met=at("2023-03-10")),
        finding(DAYS, "fulfilled_late", due=day_due("2023-03-07"), met=at("2023-03-09")),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_graver_one_comes_first(name: str) -> None:
    graver, other = PAIRS[name]
    assert severity(graver, AS_OF, Z) < severity(other, AS_OF, Z)
    assert worst_first([other, graver], AS_OF, Z) == [graver, other]


def test_records_alike_stay_in_the_order_of_the_report_whatever_their_age() -> None:
    rows = [
        broken(REQUIRE, elements=elements("true", "false"), breached_at=us(day), key=f"6.1/{n}")
        for n, day in enumerate(("2023-05-01T00:00", "2019-01-01T00:00", "2022-01-01T00:00"))
    ]
    assert worst_first(rows, AS_OF, Z) == rows


def test_a_judgement_on_the_case_is_not_ranked_by_its_start() -> None:
    old = broken(REQUIRE, elements=elements("true", "false"), anchor=at("2001-01-01"),
                 breached_at=us("2001-01-01T00:00"))  # fmt: skip
    late = finding(DAYS, "overdue", due=day_due("2023-05-31"))
    assert worst_first([old, late], AS_OF, Z) == [late, old]


def test_lateness_is_until_the_act_or_until_now() -> None:
    due = day_due("2023-03-07")
    day = 86_400_000_000
    assert lateness(finding(DAYS, "overdue", due=due), AS_OF, Z) == 85 * day
    assert lateness(finding(DAYS, "fulfilled_late", due=due, met=at("2023-03-09")), AS_OF, Z) == (
        2 * day - 1
    )
    assert lateness(broken(ORDER), AS_OF, Z) == 0


# --- one omission ------------------------------------------------------------------------------

BASE = norm("4.1-reply", Await(DOC, None))
TWIN = norm("4.1-reply-in-time", Await(DOC, Within(Days(3))))


def test_a_norm_and_its_twin_are_told_once() -> None:
    rows = [broken(BASE), broken(TWIN), broken(BASE, key="4.1-reply/t2", trigger="t2")]
    (first, second) = told_once(rows)
    assert (first.finding, first.also) == (rows[0], (rows[1],))
    assert (second.finding, second.also) == (rows[2], ())


APART = {
    "another instance": (broken(BASE), broken(TWIN, key="4.1-reply-in-time/t2", trigger="t2")),
    "another act": (
        broken(BASE), broken(replace(TWIN, step=Await(Single(Matcher("visit")), None))),
    ),
    "another time of the act": (
        broken(BASE), broken(replace(TWIN, step=Await(Single(Matcher("doc", "at")), None))),
    ),
    "one was done": (broken(BASE), finding(TWIN, "fulfilled_late", met=at("2023-03-09"))),
    "advice beside a duty": (broken(BASE), broken(replace(TWIN, modality="recommendation"))),
    "another number": (broken(MONTHLY, progress=(0, 0, 1)), broken(MONTHLY, progress=(0, 0, 2))),
    "what happened is no omission": (broken(FORBID), broken(FORBID)),
    "a record is no omission": (broken(REQUIRE), broken(REQUIRE)),
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
def test_what_differs_is_told_apart(name: str) -> None:
    assert [told.also for told in told_once(APART[name])] == [(), ()]


def test_another_case_is_told_apart() -> None:
    other = broken(TWIN)
    other.case = "P2"
    assert len(told_once([broken(BASE), other])) == 2


def test_the_report_names_the_other_norm_and_counts_both() -> None:
    plan = replace(PLAN, norms=(BASE, TWIN))
    report = Report(Evaluation([broken(BASE), broken(TWIN)], []), plan, "c" * 64, AS_OF)
    full, short = report.text("en"), report.text("en", "concise")
    assert full.count("[breached]") == 1
    assert "violations (2, 2 open)" in full
    assert "of the same omission: 4.1-reply-in-time (clause 4.1, what 4.1-reply-in-time asks)" in (
        " ".join(full.split())
    )
    assert "同一缺失另见 4.1-reply-in-time" in report.text("zh")
    assert short.count("violated") == 2 and report.summary["violations"] == 2


# --- elements ------------------------------------------------------------------------------------

QUESTION = Text("是否合身", "does it fit")
JUDGED = norm(
    "7.1-fit",
    Require((Element("fits", Text("fits", "fits"), judgement=QUESTION),)),
    PerFact(Matcher("doc")),
)


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("breached", {"elements": (("fits", "false"),)}),
        (
            "undetermined",
            {"elements": (("fits", "unknown"),), "missing": ("judgement 7.1-fit/fits",),
             "possible": ("breached", "fulfilled")},
        ),
    ],
)  # fmt: skip
def test_a_question_is_printed_once(state: str, more: dict[str, object]) -> None:
    plan = replace(PLAN, norms=(JUDGED,))
    row = finding(JUDGED, state, trigger="d1", **more)
    report = Report(Evaluation([row], []), plan, "c" * 64, AS_OF)
    for lang, question in (("en", "does it fit"), ("zh", "是否合身")):
        assert report.why(row).get(lang).count(question) == 1


def test_the_share_of_a_number() -> None:
    few = broken(MONTHLY, progress=(Decimal(1), None, Decimal(4)))
    assert severity(few, AS_OF, Z)[2] == Decimal("-0.75")
