"""A session beside the reference: what it told so far must be what the whole log comes to."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from stdrules.engine import case, reference
from stdrules.engine.session.book import Book
from stdrules.engine.session.delta import IDLE, Change, Delta
from stdrules.model.facts import Complete, Fact, FactLog, Suspension, Waiver, Withdrawal
from stdrules.model.records import Item
from stdrules.plan.plan import Plan

Judge = Callable[..., Any]


class Mirror:
    """The table that a reader of deltas keeps."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        self.scores: dict[tuple[str, ...], tuple[Any, ...]] = {}

    def apply(self, delta: Delta) -> None:
        for change in delta.changes:
            self._change(change)
        for score in delta.scores:
            key = (score.case_type, score.case, score.scorecard)
            if score.result is None:
                del self.scores[key]
            else:
                assert (score.before is None) == (key not in self.scores)
                self.scores[key] = score.result.as_tuple()

    def _change(self, change: Change) -> None:
        norm = change.norm
        key = (change.case_type, change.case, norm.id, norm.sub, change.key)
        if change.finding is None:
            own = self.rows[key]
            assert any(row[4] == change.before for row in own)
            own.remove(next(row for row in own if row[4] == change.before))
            if not own:
                del self.rows[key]
            return
        row = change.finding.as_tuple()
        assert change.after == change.finding.state
        if change.before is None:
            self.rows.setdefault(key, []).append(row)
        else:
            assert [one[4] for one in self.rows[key]] == [change.before]
            assert self.rows[key] != [row], "nothing changed"
            self.rows[key] = [row]


class Beside:
    """A session, the log that it was given, and the table kept from its deltas."""

    def __init__(self, plan: Plan, clock: int, judge: Judge = case.evaluate) -> None:
        self.plan = plan
        self.judge = judge
        self.book = Book(plan, clock)
        self.log = FactLog()
        self.mirror = Mirror()

    def post(self, item: Item) -> Delta:
        delta = self.book.post(item)
        self.mirror.apply(delta)
        lists: dict[type, list[Any]] = {
            Fact: self.log.facts, Withdrawal: self.log.withdrawals, Waiver: self.log.waivers,
            Suspension: self.log.suspensions, Complete: self.log.completes,
        }  # fmt: skip
        own = lists[type(item)]
        if not any(item is one for one in own):
            own.append(item)
        return delta

    def drain(self) -> None:
        while self.book.behind:
            self.mirror.apply(self.book.catch_up_one())

    def advance(self, to: int, between: Callable[[], None] = lambda: None) -> None:
        """Move the clock; ``between`` is called between the steps."""
        while (delta := self.book.step(to)) is not None:
            self.mirror.apply(delta)
            between()

    def check(self, note: object = "") -> None:
        """Compare with an evaluation of the whole log as of the clock."""
        self.drain()
        found = self.judge(self.plan, self.log, self.book.clock)
        rows: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for row in found.findings:
            if row.state not in IDLE:
                norm = row.norm
                key = (norm.case_type, row.case, norm.id, norm.sub, row.key)
                rows.setdefault(key, []).append(row.as_tuple())
        mine = {key: sorted(own, key=repr) for key, own in self.mirror.rows.items()}
        theirs = {key: sorted(own, key=repr) for key, own in rows.items()}
        wrong = {
            key: (mine.get(key), theirs.get(key))
            for key in mine.keys() | theirs.keys()
            if mine.get(key) != theirs.get(key)
        }
        assert wrong == {}, f"{note}: {wrong}"
        scores = {
            (row.scorecard.case_type, row.case, row.scorecard.id): row.as_tuple()
            for row in found.scores
        }
        assert self.mirror.scores == scores, note


def items_of(log: FactLog, rng: random.Random) -> list[Item]:
    """Return all that is in a log, in some order."""
    items: list[Item] = [*log.facts, *log.withdrawals, *log.waivers, *log.suspensions]
    items += log.completes
    rng.shuffle(items)
    return items


__all__ = ["Beside", "Mirror", "items_of", "reference"]
