"""The bridge to durable_rules: lanes, timers by the session's clock, facts posted back, errors."""

from __future__ import annotations

import sys
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from react_world import TWINS, Playback, change, delta, us

from stdrules.base.errors import BadValue, MissingExtraError, UsageError
from stdrules.base.time.zones import zone
from stdrules.react import ReactionError, Reactions, event_of_change, event_of_score, touching
from stdrules.react.events import OBLIGATION_FIELDS, SCORE_FIELDS
from stdrules.react.host import HELD, LANES, RULES, Lanes

durable = pytest.importorskip("durable.lang", reason="durable_rules needs Python below 3.13")
m, ruleset, when_all = durable.m, durable.ruleset, durable.when_all


def escalation(told: list[Any]):
    """Overdue: remind; two working days later: escalate; fulfilled: close."""

    def rules(name: str, tools: Any) -> None:
        with durable.statechart(name):
            with durable.state("watching"):

                @durable.to("reminded")
                @when_all((m.kind == "obligation") & (m.after == "overdue"))
                def remind(c):
                    told.append(("remind", c.m.key, tools.now))
                    tools.timer("escalate", "2 workdays")

            with durable.state("reminded"):

                @durable.to("escalated")
                @when_all((m.kind == "timer") & (m.timer == "escalate"))
                def escalate(c):
                    told.append(("escalate", c.m.lane, c.m.at))

                @durable.to("over")
                @when_all((m.kind == "obligation") & (m.after == "fulfilled_late"))
                def closed(c):
                    told.append(("closed", c.m.key, tools.now))
                    tools.close()

            with durable.state("escalated"):

                @durable.to("over")
                @when_all((m.kind == "obligation") & (m.after == "fulfilled_late"))
                def closed_late(c):
                    told.append(("closed", c.m.key, tools.now))
                    tools.close()

            durable.state("over")

    return rules


def test_overdue_is_reminded_escalated_after_two_working_days_and_closed():
    told: list[Any] = []
    session = Playback(
        "2024-09-12T00:00",
        [
            # A Friday; Sunday, 15 September 2024 to Tuesday was a holiday, Saturday a working day.
            delta("2024-09-13T09:00", change("a", "pending", "overdue")),
            delta("2024-09-20T10:00", change("a", "overdue", "fulfilled_late")),
        ],
    )
    reactions = Reactions(session, escalation(told), touching(["overdue"]))
    list(reactions.advance("2024-09-18T23:59"))
    assert told == [("remind", "a", "2024-09-13T09:00:00+08:00")]
    list(reactions.advance("2024-09-19T00:00"))
    assert told[1:] == [("escalate", "r1/project/P1/a", "2024-09-19T00:00:00+08:00")]
    list(reactions.advance("2024-09-30T00:00"))
    assert told[2:] == [("closed", "a", "2024-09-20T10:00:00+08:00")]
    assert reactions.lanes == 0


def test_what_is_fulfilled_in_time_is_not_escalated():
    told: list[Any] = []
    script = [
        delta("2024-03-04T09:00", change("a", "pending", "overdue")),
        delta("2024-03-05T09:00", change("a", "overdue", "fulfilled_late")),
    ]
    reactions = Reactions(Playback("2024-03-01T00:00", script), escalation(told))
    list(reactions.advance("2024-04-01T00:00"))
    assert [one[0] for one in told] == ["remind", "closed"]


def test_lanes_do_not_see_each_other():
    told: list[Any] = []
    script = [delta("2024-03-04T09:00", *(change(k, "pending", "overdue") for k in "ab"))]
    reactions = Reactions(Playback("2024-03-01T00:00", script), escalation(told))
    list(reactions.advance("2024-03-04T10:00"))
    assert [one[1] for one in told] == ["a", "b"]
    assert reactions.lanes == 2


def test_facts_posted_back_reach_the_session_and_are_reacted_to():
    told: list[str] = []

    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all((m.kind == "obligation") & (m.after == "overdue"))
            def ask(c):
                tools.post("reminder-sent")

            @when_all((m.kind == "obligation") & (m.after == "fulfilled"))
            def noted(c):
                told.append(c.m.key)

    answers = {
        "f1": delta("2024-03-04T09:00", change("a", None, "overdue")),
        "reminder-sent": delta("2024-03-04T09:00", change("b", None, "fulfilled")),
    }
    session = Playback("2024-03-04T09:00", [], answers)
    deltas = Reactions(session, rules).post("f1")
    assert session.facts == ["f1", "reminder-sent"]
    assert [d.changes[0].key for d in deltas] == ["a", "b"]
    assert told == ["b"]


def test_a_circle_of_posts_is_told():
    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all(m.kind == "obligation")
            def again(c):
                tools.post("f1")

    answers = {"f1": delta("2024-03-04T09:00", change("a", None, "overdue"))}
    with pytest.raises(ReactionError, match="go in a circle"):
        Reactions(Playback("2024-03-04T09:00", [], answers), rules).post("f1")


def test_an_exception_in_an_action_is_told_with_its_lane():
    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all(m.kind == "obligation")
            def wrong(c):
                raise KeyError("address")

    answers = {"f1": delta("2024-03-04T09:00", change("a", None, "overdue"))}
    with pytest.raises(ReactionError, match=r"project/P1/a.*KeyError") as caught:
        Reactions(Playback("2024-03-04T09:00", [], answers), rules).post("f1")
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_timer_can_be_taken_back_and_a_wrong_one_is_told():
    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all(m.after == "overdue")
            def start(c):
                tools.timer("t", "PT1H")
                tools.cancel("t")

            @when_all(m.after == "breached")
            def wrong(c):
                tools.timer("t", "soon")

            @when_all(m.kind == "timer")
            def never(c):
                raise AssertionError("the timer was taken back")

    script = [delta("2024-03-04T09:00", change("a", None, "overdue"))]
    reactions = Reactions(Playback("2024-03-01T00:00", script), rules)
    list(reactions.advance("2024-03-05T00:00"))
    script = [delta("2024-03-04T09:00", change("a", None, "breached"))]
    session = Playback("2024-03-01T00:00", script)
    with pytest.raises(ReactionError) as caught:
        list(Reactions(session, rules).advance("2024-03-05T00:00"))
    assert isinstance(caught.value.__cause__, BadValue)


def test_events_have_one_type_a_field():
    shanghai = zone("Asia/Shanghai")
    for one in (change("a", None, "overdue"), change("a", "overdue", None)):
        event = event_of_change(one, us("2024-03-04T09:00"), shanghai)
        assert {name: type(value) for name, value in event.items()} == OBLIGATION_FIELDS
    result = SimpleNamespace(lo=Decimal("84.5"), hi=Decimal("86"))
    for found in (result, None):
        score = SimpleNamespace(
            ruleset="r1",
            case_type="unit",
            case="U1",
            scorecard="s",
            before=None,
            after="fail",
            result=found,
        )
        event = event_of_score(score, us("2024-03-04T09:00"), shanghai)
        assert {name: type(value) for name, value in event.items()} == SCORE_FIELDS
    assert event_of_score(
        SimpleNamespace(**{**vars(score), "result": result}), 0, shanghai
    )["lo_e4"] == 845_000  # fmt: skip


def catch_all(name: str) -> None:
    with ruleset(name):

        @when_all(+m.kind)
        def any_kind(c):
            c.s.seen = (c.s.seen or 0) + 1


def test_more_lanes_than_one_ruleset_holds():
    lanes = Lanes(catch_all)
    for number in range(LANES * 2 + 1):
        assert lanes.post(f"lane{number}", {"kind": "obligation"})
    assert len(lanes) == LANES * 2 + 1
    assert len(lanes._rulesets) == 3
    lanes.close("lane0")
    lanes.post("new", {"kind": "obligation"})
    assert len(lanes._rulesets) == 3


def test_lanes_whose_names_have_one_hash_keep_apart():
    fired: list[Any] = []

    def rules(name: str) -> None:
        with ruleset(name):

            @when_all(+m.kind)
            def seen(c):
                c.s.seen = (c.s.seen or 0) + 1
                fired.append((c.m.lane, c.s.seen))

    lanes = Lanes(rules)
    for lane in TWINS:
        lanes.post(lane, {"kind": "obligation", "lane": lane})
    assert fired == [(TWINS[0], 1), (TWINS[1], 1)]


def test_the_place_of_a_lane_that_ended_is_given_on_empty():
    seen: list[int] = []

    def rules(name: str) -> None:
        with ruleset(name):

            @when_all(+m.kind)
            def any_kind(c):
                c.s.seen = (c.s.seen or 0) + 1
                seen.append(c.s.seen)

    lanes = Lanes(rules)
    for lane in ("a", "b", "c"):
        lanes.post(lane, {"kind": "obligation"})
        lanes.post(lane, {"kind": "obligation"})
        lanes.close(lane)
    assert seen == [1, 2] * 3
    assert len(lanes) == 0


def test_an_event_whose_id_is_taken_for_one_held_back_is_posted_under_another():
    fired: list[Any] = []

    def rules(name: str) -> None:
        with ruleset(name):

            @when_all(durable.c.a << m.kind == "a", durable.c.b << m.kind == "b")
            def both(c):
                fired.append((c.a.n, c.b.n))

    lanes = Lanes(rules)
    lanes.post("one", {"kind": "a", "n": 1})
    lanes._number = 0
    lanes.post("one", {"kind": "b", "n": 2})
    assert fired == [(1, 2)]


def test_fifty_thousand_events_without_a_false_duplicate():
    counted = {"n": 0}

    def rules(name: str) -> None:
        with ruleset(name):

            @when_all(+m.kind)
            def seen(c):
                counted["n"] += 1

    lanes = Lanes(rules)
    for number in range(50_000):
        lane = f"project/P{number % 700}/4.1-plan-48h/t{number % 700}"
        assert lanes.post(lane, {"kind": "obligation", "after": "overdue", "n": number % 3})
    assert counted["n"] == 50_000
    assert lanes.unhandled == 0


def test_events_that_wait_for_others_for_ever_are_told():
    def rules(name: str) -> None:
        with ruleset(name):

            @when_all(durable.c.a << m.kind == "a", durable.c.b << m.kind == "b")
            def both(c):
                raise AssertionError("b never comes")

    lanes = Lanes(rules)
    with pytest.raises(ReactionError, match="holds back"):
        for _ in range(HELD * 3):
            lanes.post("one", {"kind": "a"})


def test_rules_that_the_library_runs_wrongly_are_refused():
    def early_none(name: str) -> None:
        with ruleset(name):

            @when_all(durable.none(m.kind == "a"), m.kind == "b")
            def never(c):
                raise AssertionError("not run")

    with pytest.raises(UsageError, match="must be the last"):
        Lanes(early_none)

    def many(name: str) -> None:
        with ruleset(name):
            for number in range(RULES + 1):
                when_all(m.kind == f"k{number}")(lambda c: None)

    with pytest.raises(UsageError, match="too many rules"):
        Lanes(many)

    def nothing(name: str) -> None:
        return None

    with pytest.raises(UsageError, match="no rules were defined"):
        Lanes(nothing)

    def no_start(name: str) -> None:
        with durable.statechart(name), durable.state("only"):
            durable.to("only")(when_all(m.kind == "a")(lambda c: None))

    with pytest.raises(UsageError, match="no start state"):
        Lanes(no_start)


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "durable", None)
    with pytest.raises(MissingExtraError, match=r"stdrules\[durable\]"):
        Lanes(catch_all)
