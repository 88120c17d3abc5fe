"""Cases that sleep in a session until something happens to them, and how they are roused.

A session that is opened from a snapshot lays its cases down as they were written. One is roused
when a fact or statement names it, when it is asked for, or when its moment has come; then it is
judged as of a moment up to which everything was told, silently, and is a case like any other.

What all cases see may change while some sleep. What they saw before is kept, and a case that is
roused later is judged with that first: otherwise its change would never be told.

INVARIANT: nothing that is told, save an earlier `next`, depends on which cases sleep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from stdrules.engine.session.asleep import Asleep, Bundle, mark_of, packed, written
from stdrules.engine.session.cases import Rows
from stdrules.engine.session.taking import Taking
from stdrules.engine.session.wakes import NEVER
from stdrules.model.facts import Complete, Fact, Withdrawal
from stdrules.model.records import Item
from stdrules.plan.plan import Plan

#: Gives the texts by which other facts may link to a fact.
Texts = Callable[[Fact], Iterable[str]]
#: Up to so many bundles whose moment is not known are judged when a session is opened.
_FEW = 1000


def _nothing(fact: Fact) -> tuple[str, ...]:
    return ()


class Rousing(Taking):
    """Places in which cases may sleep.

    Attributes:
        on_rouse: Is told of each fact of a case that is roused.
    """

    def __init__(self, plan: Plan, clock: int) -> None:
        super().__init__(plan, clock)
        self.on_rouse: Callable[[Fact], object] = _nothing
        self._asleep: Asleep | None = None
        self._settled = False
        self._texts: Texts = _nothing
        # What all cases saw, and how often it had changed, when the first sleeper missed a change.
        self._before: tuple[int, tuple[Any, ...]] | None = None

    # Given by `Book`.
    def _finish(self, cause: str) -> Any:
        raise NotImplementedError

    # --- laying down ----------------------------------------------------------------------------

    def lay(self, data: bytes, texts: Texts) -> None:
        """Lay down the cases of a snapshot; `settle` makes an end of it.

        Args:
            data: What `parked` gave.
            texts: By what other facts may link to a fact.
        """
        found = Asleep(data)
        self._texts, self._settled = texts, False
        self._asleep = found if found.left else None
        numbered = self.roster.numbered
        numbered += [None] * found.number_from(len(numbered))

    def settle(self) -> None:
        """Begin at the clock, all that was posted so far taken, and told."""
        asleep = self._asleep
        if asleep is None:
            return
        late = asleep.set_clock(self.around.as_of)
        for number in late:
            if len(late) <= _FEW or not asleep.is_whole(number):
                self._rouse(number)
        self._settled = True
        self._tidy()

    def _lay_on(self, item: Item) -> bool:
        """Put a new fact into the one case that it concerns; tell whether it sleeps."""
        asleep = self._asleep
        if asleep is None:
            return False
        numbers = set(self._concerned(item))
        if len(numbers) == 1 and isinstance(item, Fact) and item.supersedes is None:
            homes = [(self._kinds.get(kind, -1), ids) for kind, ids in item.cases.items()]
            if all(asleep.holds(name, kind) for kind, ids in homes for name in ids):
                texts = (item.id, *self._texts(item))
                asleep.add(numbers.pop(), item, [mark_of(one) for one in texts])
                return True
        for number in numbers:
            self._rouse(number)
        return False

    # --- rousing --------------------------------------------------------------------------------

    def _concerned(self, item: Item) -> Iterator[int]:
        asleep = self._asleep
        if asleep is not None:
            for text in _marks(item):
                yield from asleep.find(text)
            for name in _names(item):
                if name in asleep.names:
                    yield asleep.names[name]

    def rouse_for(self, item: Item) -> None:
        """Rouse what a fact or statement may concern."""
        for number in set(self._concerned(item)):
            self._rouse(number)

    def rouse_named(self, name: str) -> None:
        """Rouse a case by its id."""
        if self._asleep is not None and name in self._asleep.names:
            self._rouse(self._asleep.names[name])

    def rouse_marked(self, text: str) -> None:
        """Rouse what holds a fact with an id, or to which others link by a text."""
        for number in () if self._asleep is None else self._asleep.find(text):
            self._rouse(number)

    def rouse_numbered(self, number: int) -> None:
        """Rouse a case by its number."""
        if self._asleep is not None and self._settled:
            owner = self._asleep.owner(number)
            if owner is not None:
                self._rouse(owner)

    def rouse_by(self, limit: int) -> None:
        """Rouse what wakes up to a moment."""
        for number in () if self._asleep is None else self._asleep.awake_by(limit):
            self._rouse(number)

    def _rouse_next(self) -> None:
        assert self._asleep is not None
        self._rouse(self._asleep.first())

    def _rouse(self, number: int) -> None:
        """Judge a bundle silently, as of a moment up to which everything was told of it."""
        asleep, around = self._asleep, self.around
        assert asleep is not None
        wake = asleep.wakes[number]
        now, touched, early, turns = around.as_of, self._touched, self._early, self._turns
        self._touched, self._early = {}, []
        around.as_of = min(now, wake - 1) if self._settled else now
        if self._before is not None:
            self._turns, seen = self._before[0], self._swapped(self._before[1])
        self.roster.reserved = asleep.reserved(number)
        try:
            for item in asleep.take(number):
                self._put(item)
                if isinstance(item, Fact):
                    self.on_rouse(item)
            self._finish("")
        finally:
            self.roster.reserved = {}
            around.as_of = now
            self._touched, self._early = touched, early
            if self._before is not None:
                self._turns = turns
                self._swapped(seen)
        self._tidy()

    def _tidy(self) -> None:
        asleep = self._asleep
        if asleep is not None and not asleep.left:
            asleep = self._asleep = None
            self._before = None
        self._waiting.set_dawn(NEVER if asleep is None else asleep.dawn())

    @property
    def sleeping(self) -> int:
        """How many bundles sleep."""
        return 0 if self._asleep is None else self._asleep.left

    # --- what all cases see ---------------------------------------------------------------------

    def _shake(self) -> None:
        """Keep what all cases see, before it changes."""
        if self._asleep is None or self._before is not None:
            return
        if not self._settled:
            self._asleep.forget_wakes()
            return
        around = self.around
        self._before = self._turns, (
            _copied(around.rows), _copied(around.withdrawn), *around.stated_for_all(),
        )  # fmt: skip

    def _swapped(self, shared: tuple[Any, ...]) -> tuple[Any, ...]:
        """Let all cases see something else; return what they saw."""
        around = self.around
        seen = around.rows, around.withdrawn, *around.stated_for_all()
        around.rows, around.withdrawn = shared[:2]
        around.state_for_all(*shared[2:])
        return seen

    # --- writing down ---------------------------------------------------------------------------

    def parked(self, texts: Texts) -> tuple[list[Item], bytes]:
        """Write all cases down.

        Args:
            texts: By what other facts may link to a fact.

        Returns:
            What belongs to no case, and the rest as bytes for `lay`.
        """
        plain: list[Item] = []
        mixed: set[str] = set()
        sets = list(self._sets(plain, mixed))
        leader: dict[str, str] = {}
        for _, names, _ in sets:
            first = _find(leader, names[0])
            for name in names[1:]:
                leader[_find(leader, name)] = first
        awake = {_find(leader, name) for name in mixed}
        items: dict[str, list[Item]] = {}
        marks: dict[str, list[int]] = {}
        for own, names, words in sets:
            first = _find(leader, names[0])
            if first in awake:
                plain += own
                continue
            items.setdefault(first, []).extend(own)
            more = [one for item in own if isinstance(item, Fact) for one in texts(item)]
            marks.setdefault(first, []).extend([mark_of(one) for one in (*words, *more)])
        wakes, (cases, order) = self._wakes(leader), self._cases_of(leader)
        bundles = [
            (order[first],
             Bundle(cases[first], wakes.get(first, NEVER), marks[first], written(own)))
            for first, own in items.items()
        ]  # fmt: skip
        if self._asleep is not None:
            bundles += self._asleep.bundles(self._before is None)
        # The order of numbers is that of deltas of one moment.
        bundles.sort(key=lambda one: one[0])
        return plain, packed([one for _, one in bundles])

    def _sets(
        self, plain: list[Item], mixed: set[str]
    ) -> Iterator[tuple[list[Item], list[str], list[str]]]:
        """Yield items that stay together, the cases that they name, and their ids.

        ``plain`` gets what belongs to no case, ``mixed`` the cases bound to some of that.
        """
        chains = self._chains
        for fact in chains.facts.values():
            names = _names(fact)
            if names:
                yield [fact], names, [fact.id]
            else:
                plain.append(fact)
        for chain in chains.chained(set(chains.chains)):
            names = sorted({name for fact in chain.log.facts for name in _names(fact)})
            together: list[Item] = [*chain.log.facts, *chain.log.withdrawals]
            if names:
                yield together, names, sorted(chain.names)
            else:
                plain += together
            if any(not fact.cases for fact in chain.log.facts):
                mixed.update(names)
        for item in self._statements.items():
            if item.case is None:
                plain.append(item)
            else:
                yield [item], [item.case], _marks(item)

    def _wakes(self, leader: dict[str, str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for (_, name), case in self.roster.cases.items():
            first = _find(leader, name)
            wake = min(case.wakes, default=NEVER) if case.seen == self._turns else 0
            found[first] = min(wake, found.get(first, NEVER))
        for moment, name in self._waiting.moments():
            first = _find(leader, name)
            found[first] = min(moment, found.get(first, NEVER))
        return found

    def _cases_of(
        self, leader: dict[str, str]
    ) -> tuple[dict[str, list[tuple[str, list[int]]]], dict[str, int]]:
        """Return ids and case types by bundle, and the first number in each."""
        found: dict[str, list[tuple[str, list[int]]]] = {}
        order: dict[str, int] = {}
        cases = self.roster.cases
        for name in leader:
            own = [cases[n, name] for n in range(len(self.roster.kinds)) if (n, name) in cases]
            first = _find(leader, name)
            found.setdefault(first, []).append((name, [case.kind for case in own]))
            numbers = [case.number for case in own] or [len(self.roster.numbered)]
            order[first] = min(*numbers, order.get(first, numbers[0]))
        return found, order

    def case_names(self) -> set[str]:
        """Return the ids of all cases."""
        found = {name for _, name in self.roster.cases}
        if self._asleep is not None:
            found.update(self._asleep.case_names())
        return found


def _find(leader: dict[str, str], name: str) -> str:
    first = leader.setdefault(name, name)
    while leader[first] != first:
        leader[first] = leader[leader[first]]
        first = leader[first]
    return first


def _names(item: Item) -> list[str]:
    """The ids of the cases that an item names; none if all cases see it."""
    if isinstance(item, Fact):
        if len(item.cases) == 1:
            for ids in item.cases.values():
                return list(ids)
        return sorted({one for ids in item.cases.values() for one in ids})
    if isinstance(item, Withdrawal) or item.case is None:
        return []
    return [item.case]


def _marks(item: Item) -> list[str]:
    """The ids that an item bears or names."""
    if isinstance(item, Fact):
        return [item.id] if item.supersedes is None else [item.id, item.supersedes]
    if isinstance(item, Withdrawal):
        return [item.withdraws]
    return [] if isinstance(item, Complete) else [item.id]


def _copied(rows: Rows) -> Rows:
    return {name: list(own) for name, own in rows.items()}
