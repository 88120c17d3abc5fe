"""Vetoes and conditions of scorecards over certain facts."""

from __future__ import annotations

from collections.abc import Callable

from stdrules.base.truth import Missing
from stdrules.engine.case.facts import (
    NOTHING,
    CaseFacts,
    Doubt,
    Slots,
    depends,
    picked_rows,
    picker,
    static,
)
from stdrules.engine.reference.scores import _anchor_day, _condition
from stdrules.engine.reference.steps import back
from stdrules.plan.results import ConditionResult
from stdrules.plan.scorecard import Check, Condition

Test = Callable[[CaseFacts, list[str]], bool]
_WORDS = {True: "true", False: "false"}


def condition_of(one: Condition, slots: Slots) -> Callable[[CaseFacts], ConditionResult]:
    """Return what judges a veto or condition."""
    tests = [_check(check, slots) for check in one.checks]
    name = one.id

    def judged(facts: CaseFacts) -> ConditionResult:
        ids: list[str] = []
        state = True
        try:
            for test in tests:
                state = test(facts, ids) and state
        except Doubt:
            return _condition(one, facts.view)
        return ConditionResult(name, _WORDS[state], tuple(ids))

    return judged


def _check(check: Check, slots: Slots) -> Test:
    if check.where is not None:
        if depends(check.where):
            return _never
        guard = slots.guard(check.where)
        return lambda facts, ids: guard(facts)
    if check.declared is not None:
        return _declared(check, slots) if static(check.declared) else _never
    return _none(check, slots) if check.none is not None and static(check.none) else _never


def _never(facts: CaseFacts, ids: list[str]) -> bool:
    raise Doubt


def _declared(check: Check, slots: Slots) -> Test:
    assert check.declared is not None and check.value is not None
    rows, field = picked_rows(check.declared, slots), check.value

    def declared(facts: CaseFacts, ids: list[str]) -> bool:
        found = rows(facts)
        if not found:
            raise Doubt
        value = found[-1].fields[field]
        if value is not True and value is not False:
            raise Doubt
        ids.append(found[-1].id)
        return value is True

    return declared


def _none(check: Check, slots: Slots) -> Test:
    assert check.none is not None
    pick, look_back = picker(check.none, slots), check.look_back

    def none(facts: CaseFacts, ids: list[str]) -> bool:
        entries = pick(facts, NOTHING, NOTHING, NOTHING)
        if not entries:
            if look_back is not None and check.anchor is not None and isinstance(
                _anchor_day(check, facts.view), Missing
            ):
                raise Doubt
            return True
        if look_back is not None:
            day = _anchor_day(check, facts.view)
            if isinstance(day, Missing):
                raise Doubt
            first = facts.start_of(back(day, look_back))
            last = facts.start_of(day + 1)
            entries = [entry for entry in entries if entry[0] >= first and entry[1] < last]
        # In the order of the view, in which the reference names them.
        ids += [entry[2] for entry in sorted(entries, key=lambda entry: entry[3])]
        return not entries

    return none
