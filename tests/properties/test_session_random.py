"""What a session has told equals an evaluation of the whole log, at every step, on random logs.

Facts come in any order, some twice, with corrections, withdrawals, waivers, suspensions and
statements of completeness; the clock moves to, before and after the limits in between.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from properties.session_worlds import Beside, items_of
from properties.worlds import DAY, Maker
from stdrules.compile.compiler import compile_or_raise
from stdrules.load.ruleset import load_ruleset
from stdrules.model.facts import Complete, Fact, FactLog, Suspension, Waiver, Withdrawal

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
#: Logs a ruleset, each with about ten steps.
EXAMPLES = int(os.environ.get("STDRULES_EXAMPLES", "2400")) // 60

#: Minutes of whole rulesets; the stateful tests of sessions run in every test run.
pytestmark = pytest.mark.long


@pytest.fixture(
    scope="module", params=["q_gxxz_029", "shenzhen_mz", "jghq_bzh", "suzhou_464", "db4201_629"]
)
def maker(request: pytest.FixtureRequest) -> Maker:
    source = load_ruleset(RULESETS / request.param)
    return Maker(compile_or_raise(source), source.vocabulary.types)


def run(maker: Maker, seed: str, size: int = 12) -> tuple[Beside, int]:
    """Play one log; return the session and how many times it was compared."""
    rng = random.Random(seed)
    log, as_of, _ = maker.log(rng, size)
    times = sorted(fact.at.first for fact in log.facts if fact.at) or [as_of]
    beside = Beside(maker.plan, rng.choice([times[0] - 1, as_of, as_of - 30 * DAY]))
    checks = 0
    for item in items_of(log, rng):
        beside.post(item)
        if rng.random() < 0.1:
            assert not beside.post(item).changes, f"{seed}: a repeat of {item}"
        beside.check(f"{seed}: {item}")
        checks += 1
        if rng.random() < 0.5:
            to = rng.choice([*times, as_of]) + rng.choice((0, 0, 1, -1)) * rng.choice(maker.steps)
            to += rng.choice((-1, 0, 1))
            if to > beside.book.clock:
                beside.advance(to)
                beside.check(f"{seed}: at {to}")
                checks += 1
    beside.advance(beside.book.clock + 400 * DAY)
    beside.check(f"{seed}: at the end")
    return beside, checks + 1


def test_every_step_equals_the_whole_log(maker: Maker) -> None:
    share = 1 if maker.plan.id in ("q_gxxz_029", "shenzhen_mz") else 4
    checks = 0
    for number in range(EXAMPLES // share):
        checks += run(maker, f"{maker.plan.id}/{number}")[1]
    assert checks > 4 * EXAMPLES // share


def _clean(log: FactLog) -> FactLog:
    return FactLog([fact for fact in log.facts if fact.supersedes is None])


@pytest.mark.parametrize("number", range(30))
def test_clean_logs_in_one_case(number: int) -> None:
    """Plain facts of one case keep to the lanes; then one correction hands it to the judges."""
    source = load_ruleset(RULESETS / "q_gxxz_029")
    maker = Maker(compile_or_raise(source), source.vocabulary.types)
    rng = random.Random(f"clean/{number}")
    kinds = (
        "project_task_received", "document_completed", "meeting_held", "owner_inquiry_made",
        "site_guidance_held", "guidance_result_reported", "news_published",
        "owner_comments_returned", "comments_resolved",
    )  # fmt: skip
    maker.clean, maker.grain = True, 0.0
    times = [maker.zone.start_of(738_600 + number) + rng.randrange(DAY)]
    cases = {"project": ("p",)}
    facts = [maker._fact(rng, "project_task_received", 0, times, cases)]
    facts += [maker._fact(rng, rng.choice(kinds), n + 1, times, cases) for n in range(14)]
    for fact in facts:
        fact.supersedes, fact.cases = None, cases
    beside = Beside(maker.plan, min(times) - 1)
    for fact in facts:
        assert fact.at is not None
        if fact.at.first > beside.book.clock and rng.random() < 0.7:
            beside.advance(fact.at.first)
        beside.post(fact)
        beside.check(fact)
        if rng.random() < 0.4:
            limit = beside.book.clock + rng.choice(maker.steps) + rng.choice((-1, 0, 1))
            beside.advance(limit)
            beside.check(limit)
    ends: list[Fact | Withdrawal | Waiver | Suspension] = [
        Withdrawal(facts[3].id),
        Waiver("w", "4.5-monthly-guidance", "p", "x", "y", 738_600, 738_700),
        Suspension("s", None, "p", "z", beside.book.clock - DAY, None),
    ]
    beside.post(ends[number % 3])
    beside.check("an end")
    beside.advance(beside.book.clock + 50 * DAY)
    beside.check("after it")


@pytest.mark.parametrize("number", range(12))
def test_posts_between_the_steps_of_an_advance(maker: Maker, number: int) -> None:
    rng = random.Random(f"between/{number}")
    log, as_of, _ = maker.log(rng, 14)
    times = sorted(fact.at.first for fact in log.facts if fact.at) or [as_of]
    items = items_of(log, rng)
    beside = Beside(maker.plan, times[0])
    for item in items[: len(items) // 2]:
        beside.post(item)
    left = items[len(items) // 2 :]

    def between() -> None:
        if left and rng.random() < 0.3:
            beside.post(left.pop())

    beside.advance(times[-1] + 60 * DAY, between)
    for item in left:
        beside.post(item)
    beside.check(f"between/{number}")


@pytest.mark.parametrize("number", range(20))
def test_a_log_taken_at_once_comes_to_the_same(maker: Maker, number: int) -> None:
    rng = random.Random(f"load/{number}")
    log, as_of, _ = maker.log(rng, 16)
    one, other = Beside(maker.plan, as_of), Beside(maker.plan, as_of)
    items = items_of(log, rng)
    one.mirror.apply(one.book.post_many(items))
    one.log = log
    one.check("at once")
    other.book.load(items)
    assert other.book.next() == one.book.next()
    for case in {name for _, name in one.book.roster.cases}:
        mine, theirs = one.book.snapshot(case), other.book.snapshot(case)
        assert [[row.as_tuple() for row in part] for part in mine] == [
            [row.as_tuple() for row in part] for part in theirs
        ]


def test_what_all_cases_see(maker: Maker) -> None:
    """A statement about all cases leaves them behind, and each is caught up with."""
    rng = random.Random("all")
    log, as_of, _ = maker.log(rng, 16)
    beside = Beside(maker.plan, as_of)
    for fact in _clean(log).facts:
        beside.post(fact)
    norm = maker.plan.norms[rng.randrange(len(maker.plan.norms))]
    delta = beside.post(Suspension("s", None, None, "z", as_of - 5 * DAY, as_of + 5 * DAY))
    assert delta.behind == len(beside.book.roster.numbered)
    assert not delta.changes
    beside.check("suspended")
    beside.post(Waiver("w", norm.id, None, "x", "y", None, None))
    for name in list(maker.plan.types)[:5]:
        beside.post(Complete(name, None, as_of))
    beside.advance(as_of + 20 * DAY)
    beside.check("waived")
