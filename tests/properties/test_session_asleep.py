"""A session laid down and opened again goes on as if nothing had happened, its cases asleep or not.

The table kept from the deltas goes through all of it: what a case that sleeps has to tell when it
is roused by a fact, by a moment or by what all cases see must be told then, and once.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from properties.session_worlds import Beside, items_of
from properties.test_session_stateful import Played
from properties.worlds import DAY, Maker
from stdrules.compile.compiler import compile_or_raise
from stdrules.engine.session import asleep, rousing
from stdrules.engine.session.book import Book
from stdrules.load.ruleset import load_ruleset
from stdrules.model.facts import Complete, Fact, Suspension, Waiver
from stdrules.model.records import Item

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
EXAMPLES = int(os.environ.get("STDRULES_EXAMPLES", "480")) // 60


@pytest.fixture(scope="module", params=["q_gxxz_029", "shenzhen_mz", "db4201_629"])
def maker(request: pytest.FixtureRequest) -> Maker:
    source = load_ruleset(RULESETS / request.param)
    return Maker(compile_or_raise(source), source.vocabulary.types)


@pytest.fixture(params=[0, 1000], ids=["asleep", "few"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases whose moment is not known sleep on, or are judged at once."""
    monkeypatch.setattr(rousing, "_FEW", request.param)


def texts(fact: Fact) -> Iterator[str]:
    return (value for value in fact.fields.values() if isinstance(value, str))


def told(item: Item) -> str:
    """An item as text, whatever the order of its fields."""
    if isinstance(item, Fact):
        return repr(replace(item, fields=dict(sorted(item.fields.items()))))
    return repr(item)


class Frozen:
    """What a session wrote down, and what was posted after that."""

    def __init__(self, book: Book) -> None:
        self.plain, self.data = book.parked(texts)
        self.tail: list[Item] = []

    def opened(self, book: Book) -> Book:
        """Return a session made of it, at the clock of another."""
        found = Book(book.plan, book.clock)
        found.forgotten |= book.forgotten
        found.load(self.plain)
        found.lay(self.data, texts)
        found.load(self.tail)
        found.settle()
        return found


def reopen(beside: Beside, frozen: Frozen) -> None:
    """Go on with what was written down."""
    old = beside.book
    beside.book = frozen.opened(old)
    assert beside.book.case_names() == old.case_names()


@pytest.mark.usefixtures("few")
def test_every_step_equals_the_whole_log(maker: Maker) -> None:
    share = 1 if maker.plan.id in ("q_gxxz_029", "shenzhen_mz") else 4
    slept = 0
    for number in range(EXAMPLES // share):
        rng = random.Random(f"asleep/{maker.plan.id}/{number}")
        log, as_of, _ = maker.log(rng, 14)
        times = sorted(fact.at.first for fact in log.facts if fact.at) or [as_of]
        beside = Beside(maker.plan, rng.choice([times[0] - 1, as_of, as_of - 30 * DAY]))
        frozen = Frozen(beside.book)
        for item in items_of(log, rng):
            beside.post(item)
            frozen.tail.append(item)
            beside.drain()
            if rng.random() < 0.4:
                frozen = Frozen(beside.book)
            if rng.random() < 0.5:
                to = rng.choice([*times, as_of]) + rng.choice((-1, 0, 1, DAY))
                beside.advance(max(to, beside.book.clock))
            beside.drain()
            if rng.random() < 0.4:
                reopen(beside, frozen)
                slept += beside.book.sleeping
            if rng.random() < 0.5:
                beside.check(f"{number}: {item}")
        beside.check(f"{number}: all")
        beside.advance(beside.book.clock + 400 * DAY)
        beside.check(f"{number}: at the end")
    assert slept > 0


@pytest.mark.usefixtures("few")
def test_what_all_cases_see_reaches_those_that_sleep(maker: Maker) -> None:
    rng = random.Random("all")
    log, as_of, _ = maker.log(rng, 30)
    beside = Beside(maker.plan, as_of)
    for fact in log.facts:
        if fact.supersedes is None:
            beside.post(fact)
    beside.drain()
    reopen(beside, Frozen(beside.book))
    sleeping = beside.book.sleeping
    assert sleeping > 0
    delta = beside.post(Suspension("s", None, None, "z", as_of - 5 * DAY, as_of + 5 * DAY))
    assert delta.behind >= sleeping and not delta.changes
    norm = maker.plan.norms[0]
    beside.post(Waiver("w", norm.id, None, "x", "y", None, None))
    one = next(iter(beside.log.facts))
    for name in sorted({name for ids in one.cases.values() for name in ids}):
        # Roused by a question, it has still to be told.
        beside.book.snapshot(name)
    beside.post(Complete(next(iter(maker.plan.types)), None, as_of))
    beside.check("suspended")
    assert beside.book.sleeping == 0
    beside.advance(as_of + 20 * DAY)
    beside.check("later")


@pytest.mark.usefixtures("few")
def test_questions_find_what_sleeps(maker: Maker) -> None:
    rng = random.Random("questions")
    log, as_of, _ = maker.log(rng, 30)
    beside = Beside(maker.plan, as_of)
    beside.book.load(items_of(log, rng))
    one = beside.book

    def opened() -> Book:
        return Frozen(one).opened(one)

    span = (as_of, as_of + 40 * DAY)
    due = [(at, row.as_tuple()) for at, row in one.due_between(*span)]
    assert sorted(due, key=repr) == sorted(
        [(at, row.as_tuple()) for at, row in opened().due_between(*span)], key=repr
    )
    for name in sorted(one.case_names())[:6]:
        mine, theirs = one.snapshot(name), opened().snapshot(name)
        assert [[row.as_tuple() for row in part] for part in mine] == [
            [row.as_tuple() for row in part] for part in theirs
        ]
        assert opened().holds(name)
        assert sorted(map(told, one.log_of(name).facts)) == sorted(
            map(told, opened().log_of(name).facts)
        )
    again = opened()
    assert sorted(map(told, again.items())) == sorted(map(told, one.items()))
    for fact in log.facts[:10]:
        assert not again.is_new(fact)
        assert [f.id for f in opened().facts_of(fact.id)] == [f.id for f in one.facts_of(fact.id)]
    assert not opened().holds("nobody")


def test_a_bundle_is_found_by_its_ids_and_gone_when_taken(maker: Maker) -> None:
    rng = random.Random("bundle")
    log, as_of, _ = maker.log(rng, 20)
    book = Book(maker.plan, as_of)
    book.load(items_of(log, rng))
    _, data = book.parked(texts)
    lying = asleep.Asleep(data)
    count = lying.left
    assert count > 0
    for number in list(lying.numbers()):
        items = lying.items(number)
        names = [item.id for item in items if isinstance(item, Fact)]
        assert all(number in lying.find(name) for name in names)
        assert list(map(told, lying.take(number))) == list(map(told, items))
        assert not any(number in lying.find(name) for name in names)
    assert lying.left == 0 and not lying.names and lying.dawn() == rousing.NEVER


class Reopened(Played):
    """The same play, with snapshots and openings in between."""

    frozen: Frozen | None = None
    done = 0

    def _log(self) -> list[Item]:
        log = self.beside.log
        return [*log.facts, *log.withdrawals, *log.waivers, *log.suspensions, *log.completes]

    @rule()
    def freeze(self) -> None:
        self.beside.drain()
        self.frozen, self.known = Frozen(self.beside.book), {id(item) for item in self._log()}

    @rule(few=st.sampled_from([0, 1000]))
    def reopen(self, few: int) -> None:
        if self.frozen is None:
            return
        self.beside.drain()
        self.frozen.tail = [item for item in self._log() if id(item) not in self.known]
        kept, rousing._FEW = rousing._FEW, few
        try:
            reopen(self.beside, self.frozen)
        finally:
            rousing._FEW = kept


TestReopened = Reopened.TestCase
TestReopened.settings = settings(
    max_examples=max(150, int(os.environ.get("STDRULES_EXAMPLES", "0")) // 4),
    stateful_step_count=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
