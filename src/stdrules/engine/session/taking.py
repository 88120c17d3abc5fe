"""Where facts, withdrawals and statements go when they are taken; nothing is judged here."""

from __future__ import annotations

from stdrules.base.errors import FactsError
from stdrules.base.text import Text
from stdrules.engine.session.chains import Turn
from stdrules.engine.session.places import Places
from stdrules.engine.session.statements import Statements
from stdrules.engine.session.units import Kind
from stdrules.engine.session.waiting import seen_from
from stdrules.model.facts import Complete, Fact, Suspension, Waiver, Withdrawal
from stdrules.model.records import Item
from stdrules.plan.plan import Plan


class Taking(Places):
    """Places that take any item.

    Args:
        plan: The plan.
        clock: The moment at which it starts, in microseconds.
    """

    def __init__(self, plan: Plan, clock: int) -> None:
        super().__init__(plan, clock)
        self._statements = Statements()

    def _put(self, item: Item) -> str:
        """Put an item where it belongs; return its name."""
        if isinstance(item, Fact):
            if self.forgotten:
                self._refuse({one for ids in item.cases.values() for one in ids})
            self._apply(self._chains.add(item))
            return item.id
        if isinstance(item, Withdrawal):
            self._apply(self._chains.withdraw(item))
            return item.withdraws
        if item.case is not None:
            self._refuse({item.case})
        if self._statements.add(item):
            if item.case is None:
                self._shake()
            self.around.add_statement(item)
            info = self.plan.types.get(item.type) if isinstance(item, Complete) else None
            closed = info is not None and info.closed
            for place, kind in enumerate(self.roster.kinds):
                self._touch(place, item.case, _stated(item, kind, closed))
        return item.type if isinstance(item, Complete) else item.id

    def _refuse(self, names: set[str]) -> None:
        if names and names <= self.forgotten:
            name = min(names)
            raise FactsError(
                Text(f"个案 `{name}` 已归档", f"the case `{name}` was forgotten"),
                hint=Text("归档的个案不再接受事实", "a forgotten case takes no more facts"),
            )

    def _apply(self, turn: Turn | None) -> None:
        if turn is None:
            return
        for version in turn[0]:
            if not self._waiting.cancel(version.root):
                self._place(version, False)
        for version in turn[1]:
            info = self.plan.types.get(version.fact.type)
            if info is None:
                continue
            moment = seen_from(version, info, self._chains.known_from)
            if moment > self.around.as_of:
                self._waiting.put(moment, version)
            else:
                self._place(version, True)


def _stated(item: Waiver | Suspension | Complete, kind: Kind, closed: bool) -> set[int]:
    """The units that a statement concerns."""
    if isinstance(item, Complete):
        if closed:
            # Complete up to the clock anyway.
            return set()
        return {unit for unit, one in enumerate(kind.groups) if item.type in one.reads.types}
    return kind.units_of(item.norm)
