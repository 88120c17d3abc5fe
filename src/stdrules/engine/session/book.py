"""The live session under one plan: facts one at a time, a clock that the caller moves.

A post judges the units that the fact concerns, in the cases that it names; moving the clock judges
the units whose moment has come, in the order of time. Nothing goes through all cases, save a change
of what all cases see, and that goes case by case.

INVARIANT: after every post, and after every advance that has come to its end, the obligations and
scores told so far equal those of an evaluation of the whole log as of the clock.

Not here
    Threads, several rulesets, and the journal (``stdrules.api.session``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heapreplace
from typing import Any, NamedTuple

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.time.dues import due_end
from stdrules.engine.case import prepare
from stdrules.engine.session.cases import root_of
from stdrules.engine.session.delta import Change, Delta, ScoreChange, joined
from stdrules.engine.session.places import delta_of
from stdrules.engine.session.roster import LOW, SHIFT, UNIT_BITS, UNITS
from stdrules.engine.session.rousing import Rousing
from stdrules.engine.session.wakes import NEVER
from stdrules.model.facts import Fact, FactLog, Withdrawal
from stdrules.model.records import Item
from stdrules.plan import results as r
from stdrules.plan.plan import Plan
from stdrules.plan.results import Finding, ScoreResult

#: Entries of the heap that one step passes over at most: obsolete, or without effect.
_STALE = 1000
_LAST = NEVER << SHIFT
_COMING = frozenset({r.PENDING, r.DUE_SOON, r.SUSPENDED, r.UNDETERMINED})


class Archive(NamedTuple):
    """A case that was forgotten: how it stood, its facts and statements, and what it closed."""

    case: str
    findings: list[Finding]
    scores: list[ScoreResult]
    log: FactLog
    delta: Delta


class Book(Rousing):
    """A session under one plan.

    Args:
        plan: The plan.
        clock: The moment at which it starts, in microseconds.
    """

    def __init__(self, plan: Plan, clock: int) -> None:
        super().__init__(plan, clock)

    @property
    def clock(self) -> int:
        """The moment up to which everything has been judged, in microseconds."""
        return self.around.as_of

    # --- posts ----------------------------------------------------------------------------------

    def post(self, item: Item) -> Delta:
        """Take a fact or statement and judge what it concerns, as of the clock.

        Raises:
            FactsError: There is another fact or statement with the same id, or the case was
                forgotten.
        """
        if self._asleep is not None:
            self.rouse_for(item)
        if type(item) is Fact and not self._behind:
            delta = self.quickly(item)
            if delta is not None:
                return delta
        return self._finish(self._put(item))

    def is_new(self, item: Item, others: Iterable[Item] = ()) -> bool:
        """Tell whether an item is not there yet; nothing is taken.

        Args:
            item: A fact or statement.
            others: Further items that count as there.

        Raises:
            FactsError: It would be refused.
        """
        if self._asleep is not None:
            self.rouse_for(item)
        if isinstance(item, Fact):
            self._refuse({one for ids in item.cases.values() for one in ids})
            facts = [one for one in others if isinstance(one, Fact)]
            return self._chains.is_new(item, facts)
        if isinstance(item, Withdrawal):
            return item not in others and not self._chains.has_withdrawal(item)
        if item.case is not None:
            self._refuse({item.case})
        return item not in others and self._statements.is_new(item)

    def post_many(self, items: Iterable[Item]) -> Delta:
        """Take facts and statements together, judging each case once. Errors as for `post`."""
        try:
            for item in items:
                self._take(item)
        finally:
            delta = self._finish("")
        return delta

    def load(self, items: Iterable[Item]) -> None:
        """Take a whole log, telling nothing. Errors as for `post`."""
        try:
            for item in items:
                if not self._lay_on(item):
                    self._put(item)
                    self._early.clear()
        finally:
            self._finish("")
        while self.behind:
            self.catch_up_one()

    def _take(self, item: Item) -> str:
        """Put an item where it belongs, all that it concerns roused; return its name."""
        if self._asleep is not None:
            self.rouse_for(item)
        return self._put(item)

    # --- judging --------------------------------------------------------------------------------

    def _finish(self, cause: str) -> Delta:
        """Judge all that the step has touched, and tell what changed."""
        changes, self._early = joined(self._early), []
        scores: list[ScoreChange] = []
        while self._touched:
            number, units = self._touched.popitem()
            case = self.roster.numbered[number]
            if case is None:
                continue
            if self._waiting.moment <= self.around.as_of:
                # The clock stands between two steps of an advance: this case comes first.
                for version in self._waiting.due_of(case.name, self.around.as_of):
                    self._place(version, True)
                units |= self._touched.pop(number, set())
                changes += joined(self._early)
                self._early = []
            if case.seen != self._turns:
                turned = self._turned[case.kind]
                found = {unit for unit, turn in turned.items() if turn > case.seen}
                case.seen = self._turns
                if case.plain and not found.isdisjoint(self.roster.kinds[case.kind].lanes):
                    self.roster.demote(case, changes)
                units |= found
            if case.count:
                self.roster.judge(case, units, changes, scores)
            else:
                self.roster.close(case, changes, scores)
        return Delta(self.around.as_of, cause, changes, scores, self.next(), self.behind)

    # --- time -----------------------------------------------------------------------------------

    @property
    def behind(self) -> int:
        """How many cases are still to be judged because of what all cases see."""
        return len(self._behind)

    def move_to(self, moment: int) -> None:
        """Set the clock to a moment up to which nothing is left to be judged."""
        self.around.as_of = max(moment, self.around.as_of)

    def catch_up_one(self) -> Delta:
        """Judge one of the cases that are behind; a delta may be empty."""
        number, self._behind = self._behind[0], self._behind[1:]
        self.rouse_numbered(number)
        case = self.roster.numbered[number]
        if case is not None and case.seen != self._turns:
            self._touched[number] = set()
        return self._finish("")

    def step(self, limit: int) -> Delta | None:
        """Move to the next moment up to a limit at which something may change, and judge it.

        One case at a time, so a delta may be empty, and several may have the same moment.

        Returns:
            None if nothing is left; then the clock stands at the limit.
        """
        if self._behind:
            return self.catch_up_one()
        roster, around, waiting = self.roster, self.around, self._waiting
        heap = roster.heap
        top = heap[0] if heap else _LAST
        moment = top >> SHIFT
        if moment > limit < waiting.moment:
            if limit > around.as_of:
                around.as_of = limit
            return None
        kinds = roster.kinds
        for turn in range(_STALE):
            if turn:
                top = heap[0] if heap else _LAST
                moment = top >> SHIFT
            if moment > limit < waiting.moment:
                if limit > around.as_of:
                    around.as_of = limit
                return None
            if waiting.moment <= moment:
                delta = self._see_next()
                if delta is None:
                    continue
                return delta
            low = top & LOW
            unit = low & UNITS
            case = roster.numbered[low >> UNIT_BITS]
            # A wake that was moved leaves its old entry behind.
            if case is None or case.wakes[unit] != moment:
                heappop(heap)
                continue
            if moment > around.as_of:
                around.as_of = moment
            lane = kinds[case.kind].lanes.get(unit) if case.plain else None
            if lane is None:
                heappop(heap)
                self._touched[case.number] = {unit}
                return self._finish("")
            changes: list[Change] = []
            wake = case.wakes[unit] = lane.on_wake(case, moment, changes)
            if wake < NEVER:
                heapreplace(heap, wake << SHIFT | low)
            else:
                heappop(heap)
            if changes:
                after = heap[0] >> SHIFT if heap else NEVER
                if waiting.moment < after:
                    after = waiting.moment
                till = after if after < NEVER else None
                return delta_of(Delta, (around.as_of, "", changes, (), till, 0))
        return Delta(around.as_of)

    def _see_next(self) -> Delta | None:
        """Take what is seen next, and judge it; None: a case awoke, and nothing else."""
        waiting = self._waiting
        if waiting.dawn == waiting.moment:
            self._rouse_next()
            return None
        self.move_to(waiting.moment)
        for version in waiting.pop():
            self._place(version, True)
        return self._finish("")

    def due_between(self, first: int, last: int) -> Iterator[tuple[int, Finding]]:
        """Yield the obligations still to be met whose due lies in a span of time, unordered.

        Args:
            first: Its beginning; a due before the clock has passed and is not found.
            last: Its end, included.

        Returns:
            Pairs of when it is due (a day by the 00:00 that ends it) and the row.
        """
        self.rouse_by(last + 1)
        for case, unit in list(self.roster.awake_by(last + 1)):
            for judged in self.roster.rows(case, (unit,)):
                for row in judged.rows:
                    if row.due is not None and row.state in _COMING:
                        end = due_end(row.due, self.around.zone)[1]
                        if first <= end <= last:
                            yield end, row

    # --- reading and forgetting -----------------------------------------------------------------

    def snapshot(self, name: str) -> tuple[list[Finding], list[ScoreResult]]:
        """Judge a case as of the clock, whatever was judged before; tells nothing."""
        self.rouse_named(name)
        if self._waiting.moment <= self.around.as_of:
            # Between two steps of an advance some facts are still to be placed.
            found = prepare(self.plan).evaluate(self.log_of(name), self.clock, None, (name,))
            return found.findings, found.scores
        findings: list[Finding] = []
        scores: list[ScoreResult] = []
        for case in self.roster.find(name):
            case_type = self.roster.kinds[case.kind].case_type
            view = self.around.view(case, case_type, None, False)
            rows, points = prepare(self.plan).evaluate_view(view)
            findings += rows
            scores += points
        return findings, scores

    def facts_of(self, name: str) -> list[Fact]:
        """Return the facts with an id, and those that they correct or that correct them."""
        self.rouse_marked(name)
        return self._chains.log({name}).facts

    def log_of(self, name: str) -> FactLog:
        """Return all facts and statements that concern a case, or all cases."""
        self.rouse_named(name)
        log = self._chains.log(self._ids_of(name) | self._ids_of(""))
        self._statements.fill(log, name)
        self._statements.fill(log, None)
        return log

    def _ids_of(self, name: str) -> set[str]:
        """Ids and first ids of the facts of a case; "": of those that all cases see."""
        sources: list[Mapping[str, Iterable[Any]]] = []
        if name:
            for case in self.roster.find(name):
                sources += (case.rows, case.withdrawn)
            sources += self.around.judgements.get(name, ())
        else:
            sources += (self.around.rows, self.around.withdrawn)
        found = {
            one for source in sources for rows in source.values() for row in rows
            for one in (row.id, root_of(row))
        }  # fmt: skip
        return found | {version.fact.id for version in self._waiting.of_case(name)}

    def forget(self, name: str) -> Archive:
        """Drop a case and hand over all that is known of it.

        A fact that belongs to other cases too stays there.
        """
        findings, scores = self.snapshot(name)
        own = self._ids_of(name)
        log = self._chains.log(own)
        self._statements.fill(log, name)
        waiting = self._waiting.of_case(name)
        self.forgotten.add(name)
        changes: list[Change] = []
        gone: list[ScoreChange] = []
        for case in self.roster.find(name):
            self.roster.close(case, changes, gone)
        for version in waiting:
            if _only(version.fact, name):
                self._waiting.cancel(version.root)
        self._chains.forget({one for one in own if self._chains.is_of(one, name)})
        self._statements.forget(name)
        self.around.forget(name)
        delta = Delta(self.around.as_of, name, changes, gone, self.next(), self.behind)
        return Archive(name, findings, scores, log, delta)

    def items(self) -> Iterator[Item]:
        """Yield every fact and statement that was posted and not forgotten."""
        yield from self._chains.items()
        yield from self._statements.items()
        if self._asleep is not None:
            yield from self._asleep.all_items()

    def holds(self, name: str) -> bool:
        """Tell whether there is a case with an id."""
        self.rouse_named(name)
        return bool(self.roster.find(name))

    def diagnostics(self) -> list[Diagnostic]:
        """Return what is wrong with the corrections in the log."""
        self.rouse_by(NEVER)
        return self._chains.diagnostics()


def _only(fact: Fact, name: str) -> bool:
    return all(ids == (name,) for ids in fact.cases.values())
