"""Reactions to a real session: a long stream, time, posts, failures, and what the page shows."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import stdrules
from stdrules.react import ReactionError

durable = pytest.importorskip("durable.lang", reason="durable_rules needs Python below 3.13")
m, ruleset, when_all = durable.m, durable.ruleset, durable.when_all

ROOT = Path(__file__).parents[2]
CALL = "4.2-no-unanswered-contact"
DESK = Path(__file__).parent / "desk"


def questions(clients: int, each: int) -> list[dict[str, Any]]:
    """Questions and answers in the order of time; some answers late, some never."""
    rng = random.Random(7)
    found: list[tuple[int, dict[str, Any]]] = []
    for client in range(clients):
        case = f"P{client}"
        for turn in range(each):
            name = f"{case}/q{turn}"
            asked = rng.randrange(60 * 1_440)
            found.append((asked, {"type": "asked", "id": name}))
            if rng.random() < 0.9:
                answer = asked + rng.randrange(4 * 1_440)
                found.append((answer, {"type": "answered", "id": f"{name}/a"}))
    found.sort(key=lambda one: (one[0], one[1]["id"]))
    return [
        {**fact, "case": fact["id"].partition("/")[0], "number": "/".join(
            fact["id"].split("/")[:2]), "at": at(minute)}
        for minute, fact in found
    ]  # fmt: skip


def at(minute: int) -> str:
    return (datetime(2024, 1, 1) + timedelta(minutes=minute)).isoformat(timespec="minutes")


def moved(change: Any) -> tuple[str, str, str]:
    lane = f"{change.ruleset}/{change.case_type}/{change.case}/{change.key}"
    return lane, change.before or "", change.after or ""


def test_every_change_of_a_long_stream_fires_once_and_in_its_own_lane():
    fired: list[tuple[str, str, str, int]] = []

    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all(+m.kind)
            def seen(c):
                c.s.seen = (c.s.seen or 0) + 1
                fired.append((c.m.lane, c.m.before, c.m.after, c.s.seen))
                if c.m.after.startswith("fulfilled"):
                    tools.close()

    session = stdrules.open_session(DESK, clock="2023-12-31")
    reactions = stdrules.Reactions(session, rules)
    expected: list[tuple[str, str, str, int]] = []
    memory: Counter[str] = Counter()
    deltas = 0
    for fact in questions(2_500, 8):
        for delta in [*reactions.advance(fact["at"]), *reactions.post(fact)]:
            deltas += 1
            for change in delta.changes:
                lane, before, after = moved(change)
                memory[lane] += 1
                expected.append((lane, before, after, memory[lane]))
                if after.startswith("fulfilled"):
                    del memory[lane]
    assert deltas > 50_000
    assert fired == expected
    assert reactions.unhandled == 0
    assert reactions.lanes == len(memory)


def test_changes_of_a_whole_ruleset_and_of_a_case_forgotten_fire_once():
    fired: Counter[tuple[str, str, str]] = Counter()

    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all(+m.kind)
            def seen(c):
                fired[c.m.lane, c.m.before, c.m.after] += 1

    session = stdrules.open_session("q_gxxz_029", clock="2023-01-31")
    reactions = stdrules.Reactions(session, rules)
    told: list[Any] = []
    for line in (ROOT / "examples/q_gxxz_029/facts.jsonl").read_text("utf-8").splitlines():
        told += reactions.post(json.loads(line))
    told += reactions.advance("2023-12-31")
    case = session.cases[0]
    told += [archive.delta for archive in reactions.forget(case).values()]
    expected = Counter(moved(change) for delta in told for change in delta.changes)
    assert fired == expected
    assert sum(expected.values()) > 100
    assert reactions.lanes == 0


def test_scores_fire_once_with_points_that_can_be_compared():
    fired: list[tuple[str, str, str]] = []
    high: list[int] = []

    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all((m.kind == "score") & (m.hi_e4 >= 850_000))
            def passing(c):
                fired.append((c.m.lane, c.m.before, c.m.after))
                high.append(c.m.hi_e4)

            @when_all((m.kind == "score") & (m.hi_e4 < 850_000))
            def failing(c):
                fired.append((c.m.lane, c.m.before, c.m.after))

    session = stdrules.open_session("shenzhen_mz", clock="2022-12-31")
    reactions = stdrules.Reactions(session, rules, wanted=lambda change: False)
    told = [*reactions.post_many(applicant(session)), *reactions.post(
        {"type": "indicator_rated", "id": "again", "supersedes": "r1", "case": "SZ", "points": 0,
         "indicator_no": "1", "rater": "panel", "at": "2022-11-21T09:00"}
    )]  # fmt: skip
    scores = [score for delta in told for score in delta.scores]
    assert fired == [
        (f"{one.ruleset}/{one.case_type}/{one.case}/{one.scorecard}", one.before or "",
         one.after or "") for one in scores
    ]  # fmt: skip
    assert len(scores) > 1
    assert high == [int(one.result.hi * 10_000) for one in scores if one.result.hi >= 85]
    assert high


def applicant(session: Any) -> list[dict[str, Any]]:
    """An applicant with full points and all that proves them."""
    facts = [
        {"type": "pilot_unit", "id": "u1", "case": "SZ", "unit_id": "SZ", "pilot_batch": "1",
         "domains": ["elder_care"], "listed_on": "2022-01-05"},
        {"type": "application_submitted", "id": "a1", "case": "SZ", "unit_id": "SZ",
         "at": "2022-10-01T09:00"},
    ]  # fmt: skip
    for group in session.plans[0].scorecards[0].groups:
        for one in group.indicators:
            grade, points = one.grades[0] if one.grades else ("", one.points)
            facts.append(
                {"type": "indicator_rated", "id": f"r{one.id}", "case": "SZ", "points": points,
                 "indicator_no": one.id, "rater": "panel", "at": "2022-11-21T09:00",
                 **({"grade": grade} if grade else {})}
            )  # fmt: skip
            facts += (
                {"type": "evidence_submitted", "id": f"s{one.id}{kind}", "case": "SZ",
                 "indicator_no": one.id, "evidence_type": kind, "stamped": True,
                 "authentic": True, "valid": True, "at": "2022-10-01T09:00"}
                for kind in one.evidence_types or ("proof",)
            )  # fmt: skip
    return facts


def test_a_session_of_two_rulesets_has_lanes_of_both():
    fired: list[tuple[str, str]] = []

    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all((m.kind == "obligation") & (m.before == ""))
            def opened(c):
                fired.append((c.m.ruleset, c.m.key))
                tools.timer("later", "PT1H")

            @when_all(m.kind == "timer")
            def later(c):
                fired.append((c.m.lane.partition("/")[0], c.m.at[:16]))

    session = stdrules.open_session([DESK, "q_gxxz_029"], clock="2023-03-01T12:00")
    wanted = lambda change: change.norm.id in ("1-answer", CALL)  # noqa: E731
    reactions = stdrules.Reactions(session, rules, wanted)
    reactions.post({"type": "asked", "id": "q1", "case": "P1", "number": "7",
                    "at": "2023-03-01T09:00"})  # fmt: skip
    reactions.post(call("c1"))
    list(reactions.advance("2023-03-01T13:00"))
    assert fired == [
        ("desk", "1-answer/7"), ("q_gxxz_029", f"{CALL}/c1"),
        ("desk", "2023-03-01T13:00"), ("q_gxxz_029", "2023-03-01T13:00"),
    ]  # fmt: skip


def follow(did: Any, failed: Any = None) -> tuple[Any, Any]:
    """Return a session with a call of the owner, and reactions that run `did` when it opens."""

    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all((m.kind == "obligation") & (m.before == "") & (m.after == "pending"))
            def opened(c):
                did(c, tools)

    session = stdrules.open_session("q_gxxz_029", clock="2023-03-01")
    wanted = lambda change: change.norm.id == CALL  # noqa: E731
    return session, stdrules.Reactions(session, rules, wanted, failed)


def call(number: str) -> dict[str, str]:
    return {"type": "owner_contact_received", "id": number, "case": "P1",
            "at": "2023-03-01T09:00", "contact_id": number}  # fmt: skip


def test_a_waiver_posted_back_waives():
    def waive(c, tools):
        tools.post({"waiver": "w1", "norm": c.m.norm, "case": c.m.case, "by": "leader",
                    "reason": "by telephone"})  # fmt: skip

    session, reactions = follow(waive)
    deltas = reactions.post(call("c1"))
    assert [delta.cause for delta in deltas] == ["c1", "w1"]
    assert [one.state for one in session.report("P1").find(norm=CALL)] == ["waived"]


def test_a_timer_posts_by_the_clock_of_its_moment():
    """The session stands at the timer's moment then, not at that of the next change."""
    clocks: list[str] = []

    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all((m.kind == "obligation") & (m.before == ""))
            def opened(c):
                tools.timer("answer", "PT10H")

            @when_all(m.kind == "timer")
            def answer(c):
                clocks.append(session.clock.isoformat(timespec="minutes"))
                number = c.m.lane.partition("1-answer/")[2]
                tools.post({"type": "answered", "id": "a1", "case": "P1", "number": number,
                            "at": tools.now})  # fmt: skip

    session = stdrules.open_session(DESK, clock="2024-01-01T08:00")
    reactions = stdrules.Reactions(session, rules)
    reactions.post({"type": "asked", "id": "q1", "case": "P1", "number": "7", "at": at(480)})
    deltas = list(reactions.advance("2024-01-31"))
    assert clocks == ["2024-01-01T18:00+08:00"]
    assert [moved(change)[1:] for delta in deltas for change in delta.changes] == [
        ("pending", "fulfilled")
    ]
    assert session.clock.isoformat() == "2024-02-01T00:00:00+08:00"


def test_one_that_fails_keeps_no_other_from_its_event():
    seen: list[str] = []

    def fail_first(c, tools):
        seen.append(c.m.key)
        if len(seen) == 1:
            raise KeyError("address")

    session, reactions = follow(fail_first)
    with pytest.raises(ReactionError, match="KeyError"):
        reactions.post_many([call("c1"), call("c2")])
    assert seen == [f"{CALL}/c1", f"{CALL}/c2"]
    assert len(session.report("P1").find(norm=CALL)) == 2

    seen.clear()
    told: list[ReactionError] = []
    _, reactions = follow(fail_first, told.append)
    reactions.post_many([call("c1"), call("c2")])
    assert seen == [f"{CALL}/c1", f"{CALL}/c2"]
    assert len(told) == 1


def test_timers_of_one_moment_without_end_are_told():
    def rules(name: str, tools: Any) -> None:
        with ruleset(name):

            @when_all((m.kind == "timer") | (m.norm == CALL))
            def again(c):
                tools.timer("again", "PT0H")

    session = stdrules.open_session("q_gxxz_029", clock="2023-03-01")
    reactions = stdrules.Reactions(session, rules)
    reactions.post(call("c1"))
    with pytest.raises(ReactionError, match="without end"):
        list(reactions.advance("2023-03-31"))


def test_a_delta_given_to_somebody_else_may_be_taken():
    seen: list[str] = []
    session, reactions = follow(lambda c, tools: seen.append(c.m.key))
    delta = session.post(call("c1"))
    assert seen == []
    assert reactions.take(delta) == [delta]
    assert seen == [f"{CALL}/c1"]


def printed(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, encoding="utf-8", timeout=60, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def shown(fence: str) -> str:
    page = (ROOT / "docs/reactions.md").read_text("utf-8")
    (found,) = re.findall(rf"^```{fence}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_example_prints_what_its_page_shows():
    assert printed("examples/reactions.py") == shown("text")


def test_the_page_prints_as_told():
    code = shown("python")
    told = [line[3:] for line in code.splitlines() if line.startswith("#> ")]
    assert told
    assert printed("-c", code).splitlines() == told
