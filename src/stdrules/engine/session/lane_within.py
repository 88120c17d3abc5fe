"""Acts within a time after each trigger, judged act by act; see ``lanes``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from stdrules.base.time.dues import Due
from stdrules.base.time.kinds import Days, Exact
from stdrules.base.time.moments import When, from_datetime
from stdrules.base.truth import Missing
from stdrules.engine.reference.settle import DAY
from stdrules.engine.session.cases import CaseState, Surroundings
from stdrules.engine.session.delta import Change
from stdrules.engine.session.lanes import ACT, TRIGGER, Fields, Lane, Parts, Pick, Taker, change
from stdrules.engine.session.wakes import NEVER, lead_start
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import DUE_SOON, FULFILLED, FULFILLED_LATE, OVERDUE, PENDING

_new: Callable[[type[Due], tuple[Any, ...]], Due] = tuple.__new__
#: Instants kept at most: those of triggers whose acts come soon.
_KEPT = 4096
_FEW = 4


class WithinLane(Lane):
    """An act within a time after each trigger.

    ``keys`` give the value of an act, and of a trigger, that must be the same.
    """

    def __init__(
        self, norm: PlanNorm, unit: int, around: Surroundings, trigger: Pick, act: Pick,
        length: Exact | Days, name: str | None, at: str | None,
        keys: tuple[Callable[[Fields], Any], Callable[[Fields], Any]] | None,
    ) -> None:  # fmt: skip
        super().__init__(norm, unit, around)
        self.trigger, self.act = trigger, act
        # The parts of what is looked up most.
        self._trigger_type, self._trigger_test = trigger
        self._act_type, self._act_test = act
        self.roles = ((trigger, TRIGGER), (act, ACT))
        self.exact = length.us if isinstance(length, Exact) else None
        self.days = length.n if isinstance(length, Days) else 0
        self.name, self.at = name, at
        self.own = None if keys is None else keys[0]
        self.asked = None if keys is None else keys[1]
        self._anchors: dict[datetime, When] = {}
        self.lead = norm.lead is not None
        self._forward = (self.exact or 0) >= 0 and self.days >= 0

    def asks(self, role: int) -> bool:
        return role == TRIGGER or self.own is not None

    def taker(self, role: int) -> Taker:
        return self._on_trigger if role == TRIGGER else self._on_act

    # --- moments --------------------------------------------------------------------------------

    def _anchor(self, row: Any) -> When:
        if self.at is None:
            return row.at  # type: ignore[no-any-return]
        value: datetime = row.fields[self.at]
        if value.fold:
            # It equals the first of the two instants with its wall time.
            return from_datetime(value)
        known = self._anchors.get(value)
        if known is None:
            if len(self._anchors) >= _KEPT:
                self._anchors.clear()
            known = self._anchors[value] = from_datetime(value)
        return known

    def _due(self, start: int) -> tuple[Due, int]:
        """The due, and the last microsecond in time."""
        if self.exact is not None:
            end = start + self.exact
            return _new(Due, (False, end, end)), end
        zone = self.around.zone
        day = zone.ordinal(start) + self.days
        return _new(Due, (True, day, day)), zone.start_of(day + 1) - 1

    def _soon(self, due: Due, end: int) -> int:
        """From when it is due soon; only for norms with a lead."""
        lead = self.norm.lead
        if isinstance(lead, Exact):
            return end + due[0] - lead.us
        if isinstance(lead, Days):
            if due[0]:
                return self.around.zone.start_of(due[1] + 1 - lead.n)
            return end - lead.n * DAY
        return lead_start(due, self.norm, self.around.zone, self.around.calendar)

    def _unmet(self, due: Due, end: int, now: int) -> str:
        """The state without an act."""
        if now > end:
            return OVERDUE
        if self.lead and now >= self._soon(due, end):
            return DUE_SOON
        return PENDING

    def _next(self, due: Due, end: int, now: int) -> int:
        """When the state of what is unmet turns next."""
        if self.lead and now < (soon := self._soon(due, end)):
            return min(soon, end + 1)
        return end + 1 if now <= end else NEVER

    # --- rows -----------------------------------------------------------------------------------

    def _name(self, row: Any) -> str:
        if self.name is None:
            return row.id  # type: ignore[no-any-return]
        value = row.fields[self.name]
        if type(value) is str:
            return value
        return row.id if isinstance(value, Missing) else str(value)

    def is_plain(self, case: CaseState, fact: Any, role: int) -> bool:
        fields = fact.fields
        if role == ACT:
            return self.own is None or type(self.own(fields)) is str
        at, known = self.at, fact.recorded
        if at is not None and not isinstance(fields[at], datetime):
            return False
        if self.asked is not None and type(self.asked(fields)) is not str:
            return False
        if known is None:
            known = fact.at[0]
        start = fact.at[0] if at is None else self._anchor(fact)[0]
        if not (self._forward and known <= start) and known > self._due(start)[1]:
            return False
        own = self.name
        if own is None or (others := case.rows.get(self._trigger_type)) is None:
            return True
        name, test = self._name(fact), self._trigger_test
        for row in others:
            value = row.fields[own]
            if (value if type(value) is str else self._name(row)) == name and (
                test is None or test(row.fields) is True
            ):
                return False
        return True

    def _deciding(self, acts: list[Any] | None, row: Any, start: int, without: str = "") -> Any:
        """The first act from the anchor on."""
        if not acts or acts[-1].at[0] < start:
            return None
        test, own = self._act_test, self.own
        key = None if self.asked is None else self.asked(row.fields)
        for act in acts:
            if act.at[0] < start or (test is not None and test(act.fields) is not True):
                continue
            if act.id != without and (own is None or own(act.fields) == key):
                return act
        return None

    def _row(
        self, case: CaseState, row: Any, anchor: When, act: Any, due: Due, state: str
    ) -> Parts:
        name = row.id
        own: tuple[str, ...] = (name,)
        met = None
        if act is not None:
            met = act.at
            if act.id != name:
                own = (name, act.id)
        key = f"{self.prefix}/{name if self.name is None else self._name(row)}"
        return (
            self.norm, case.name, key, state, due, met, None, name, own, (), (), None, "", (),
            anchor,
        )  # fmt: skip

    # --- what changes ---------------------------------------------------------------------------

    def _on_trigger(self, case: CaseState, fact: Any, changes: list[Change]) -> int:
        now, wake = self.around.as_of, case.wakes[self.unit]
        anchor: When = fact.at if self.at is None else self._anchor(fact)
        start = anchor[0]
        due, end = self._due(start)
        acts, act = case.rows.get(self._act_type), None
        if acts is not None and acts[-1].at[0] >= start:
            act = self._deciding(acts, fact, start)
        if act is not None:
            state = FULFILLED if act.at[0] <= end else FULFILLED_LATE
        elif now > end:
            state = OVERDUE
        else:
            state, turn = PENDING, end + 1
            if self.lead:
                soon = self._soon(due, end)
                if now >= soon:
                    state = DUE_SOON
                elif soon < turn:
                    turn = soon
            if turn < wake:
                wake = turn
        row = self._row(case, fact, anchor, act, due, state)
        changes.append(change(
            Change, (self.ruleset, self.kind, case.name, self.norm, row[2], None, state, row)
        ))  # fmt: skip
        return wake

    def _on_act(self, case: CaseState, fact: Any, changes: list[Change]) -> int:
        wake = case.wakes[self.unit]
        triggers = case.rows.get(self._trigger_type)
        if triggers is None:
            return wake
        own, asked, at = self.own, self.asked, self.at
        key = None if own is None else own(fact.fields)
        moment, test = fact.at[0], self._trigger_test
        acts = case.rows[self._act_type]
        for row in triggers:
            if asked is not None and asked(row.fields) != key:
                continue
            if test is not None and test(row.fields) is not True:
                continue
            anchor = row.at if at is None else self._anchor(row)
            start = anchor[0]
            if moment < start:
                continue
            before = None
            if len(acts) > 1:
                before = self._deciding(acts, row, start, fact.id)
                if before is not None and (before.at[0], before.id) < (moment, fact.id):
                    continue
            due, end = self._due(start)
            if before is None:
                was = self._unmet(due, end, self.around.as_of)
            else:
                was = FULFILLED if before.at[0] <= end else FULFILLED_LATE
            state = FULFILLED if moment <= end else FULFILLED_LATE
            norm, name, by = self.norm, case.name, row.id
            named = by if self.name is None else self._name(row)
            key_of = f"{self.prefix}/{named}"
            found = (
                norm, name, key_of, state, due, fact.at, None, by,
                (by, fact.id) if fact.id != by else (by,), (), (), None, "", (), anchor,
            )  # fmt: skip
            changes.append(
                change(Change, (self.ruleset, self.kind, name, norm, key_of, was, state, found))
            )
            if len(triggers) == 1:
                # Nothing is left that time could turn.
                return NEVER
        return wake

    def on_wake(self, case: CaseState, wake: int, changes: list[Change]) -> int:
        now, later = self.around.as_of, NEVER
        acts, test = case.rows.get(self._act_type), self._trigger_test
        triggers: Sequence[Any] = case.rows.get(self._trigger_type, ())
        # Of very many most are long past, which their dues tell sooner than their acts.
        alone = len(triggers) < _FEW
        for row in triggers:
            if test is not None and test(row.fields) is not True:
                continue
            anchor = row.at if self.at is None else self._anchor(row)
            start = anchor[0]
            if alone and acts and self._deciding(acts, row, start) is not None:
                continue
            due, end = self._due(start)
            if end + 1 < wake or (not alone and self._deciding(acts, row, start) is not None):
                continue
            before, after = self._unmet(due, end, wake - 1), self._unmet(due, end, now)
            if before != after:
                changes.append(
                    self.told(case, before, self._row(case, row, anchor, None, due, after))
                )
            later = min(later, self._next(due, end, now))
        return later

    def rows(self, case: CaseState) -> list[Parts]:
        found, now = [], self.around.as_of
        acts = case.rows.get(self._act_type)
        for row in self.trigger.rows(case):
            anchor = self._anchor(row)
            due, end = self._due(anchor[0])
            act = self._deciding(acts, row, anchor[0])
            if act is None:
                state = self._unmet(due, end, now)
            else:
                state = FULFILLED if act.at[0] <= end else FULFILLED_LATE
            found.append(self._row(case, row, anchor, act, due, state))
        return sorted(found, key=lambda row: row[2])
