"""The certain facts of one case, read once and shared by all judges.

A picker answers "which facts does this matcher pick" from lists that are filtered once a case and,
for match keys, from an index. It answers only where nothing is missing; else it raises `Doubt`, and
the norm is judged by the reference evaluator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.engine.reference.instances import scope_of
from stdrules.engine.reference.settle import Closing
from stdrules.engine.view import ALWAYS, CaseView, Row, moment_of
from stdrules.feel.compile import Expression
from stdrules.plan.content import Matcher, ScopeRule
from stdrules.plan.plan import Plan
from stdrules.plan.results import Finding


class Doubt(Exception):
    """Something is missing, vague or rare: the reference evaluator decides."""


#: Stands in a list for "ask the reference".
DOUBT: Any = object()

#: Last and first moment, id, place in the view, row: sorted, the first entry decides.
Entry = tuple[int, int, str, int, Row]
Entries = Sequence[Entry]
Pick = Callable[["CaseFacts", Any, Any, Any], Entries]
Base = Callable[..., Entries]
Rows = Callable[["CaseFacts"], Sequence[Row]]
Scope = tuple[When | None, frozenset[str], Closing]

NOTHING: dict[str, Any] = {}
NO_ITEMS: frozenset[str] = frozenset()
# The code of `field = "text"`, for texts without anything that needs an escape.
_EQUAL = re.compile(
    r"\(_t1 == '([^'\\\\]*)' if type\(_t1 := f\[\"([a-z_0-9]+)\"\]\) is str"
    r" else _r\.eq\(_t1, '\1', None\)\)"
)
_INSTANCE = re.compile(r"\b[tep]\b")


class CaseFacts:
    """One case under one plan: the view, and what was found out about it so far."""

    __slots__ = (
        "as_of", "case_id", "controlled", "entries", "guards", "indexes", "instances", "outcomes",
        "periods", "picked", "rows", "scopes", "start_of", "triggers", "values", "view", "zone",
    )  # fmt: skip

    def __init__(self, view: CaseView, slots: Slots) -> None:
        self.view = view
        self.rows = view.rows
        self.as_of = view.as_of
        self.zone = view.zone
        self.start_of = view.zone.start_of
        self.case_id = view.case_id
        self.picked: list[Any] = [None] * slots.picked
        self.entries: list[Any] = [None] * slots.entries
        self.indexes: list[Any] = [None] * slots.indexes
        self.scopes: list[Scope | None] = [None] * slots.scopes
        self.guards: list[Any] = [None] * slots.guards
        self.instances: list[Any] = [None] * slots.scopes
        self.triggers: list[Any] = [None] * slots.triggers
        self.periods: dict[Any, Any] = {}
        self.values: dict[tuple[str, str], Any] = {}
        self.outcomes: dict[str, list[Finding]] = {}
        self.controlled = bool(view.waivers or view.suspensions)


class Slots:
    """Numbers the lists that a plan needs; equal matchers share theirs."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._numbers: dict[Any, int] = {}
        self.picked = self.entries = self.indexes = self.scopes = self.guards = 0
        self.triggers = 0

    def number(self, kind: str, key: object) -> int:
        """Return the place of a list of one kind."""
        found = self._numbers.get((kind, key))
        if found is None:
            found = getattr(self, kind)
            setattr(self, kind, found + 1)
            self._numbers[(kind, key)] = found
        return found

    def scope(self, rule: ScopeRule) -> Callable[[CaseFacts], Scope]:
        """Return what tells when a scope starts and closes, worked out once a case."""
        place = self.number("scopes", rule)
        start, end = (_earliest(matcher, self) for matcher in (rule.start, rule.end))

        def scope(facts: CaseFacts) -> Scope:
            found = facts.scopes[place]
            if found is None:
                try:
                    found = start(facts), NO_ITEMS, Closing(end(facts))
                except Doubt:
                    found = scope_of(rule, facts.view)
                facts.scopes[place] = found
            return found

        return scope

    def guard(self, when: Expression) -> Callable[[CaseFacts], bool]:
        """Return what judges a guard of the whole case, once a case."""
        place, test = self.number("guards", when.python), when.function()

        def guard(facts: CaseFacts) -> bool:
            found = facts.guards[place]
            if found is None:
                found = test(NOTHING, NOTHING, NOTHING, NOTHING, facts.view)
                facts.guards[place] = found if found is True or found is False else DOUBT
            if found is True or found is False:
                return found
            raise Doubt

        return guard


def _earliest(matcher: Matcher | None, slots: Slots) -> Callable[[CaseFacts], When | None]:
    """Return what tells when the first fact of a matcher was; what has no time tells nothing."""
    if matcher is None:
        return lambda facts: None
    if not static(matcher):

        def unknown(facts: CaseFacts) -> When | None:
            raise Doubt

        return unknown
    entries = timed(matcher, slots)

    def earliest(facts: CaseFacts) -> When | None:
        found = entries(facts)
        if not found:
            return None
        first = found[0] if len(found) == 1 else min(found, key=_soonest)
        when = When(first[1], first[0])
        return None if when == ALWAYS else when

    return earliest


def _soonest(entry: Entry) -> tuple[int, int, str]:
    return entry[1], entry[0], entry[2]


def depends(expression: Expression) -> bool:
    """Tell whether an expression may read the trigger, the `each` fact or the period.

    A letter inside a text is taken for a name: then the slower way is taken for nothing.
    """
    return _INSTANCE.search(expression.python) is not None


def complete(type_name: str, plan: Plan) -> Callable[[CaseFacts], bool]:
    """Return what tells whether all facts of a type are known."""
    if plan.types[type_name].closed:
        return lambda facts: True
    return lambda facts: facts.view.is_complete(type_name)


def static(matcher: Matcher) -> bool:
    """Tell whether a matcher picks the same facts for every instance."""
    return not matcher.keys and (matcher.where is None or not depends(matcher.where))


def picked_rows(matcher: Matcher, slots: Slots) -> Rows:
    """Return what lists the rows that a matcher certainly picks, but for keys and times.

    In the order of the view. A condition that needs the instance is left to the picker.
    """
    name, where = matcher.type, matcher.where
    own = where is not None and not depends(where)
    test = where.function() if own and where is not None else None
    place = slots.number("picked", (name, where.python if test and where else ""))
    known = complete(name, slots.plan)

    equal = _EQUAL.fullmatch(where.python) if test and where else None
    value, field = equal.groups() if equal else ("", "")
    closed = slots.plan.types[name].closed

    def rows(facts: CaseFacts) -> Sequence[Row]:
        if closed and name not in facts.rows:
            return ()
        found = facts.picked[place]
        if found is None:
            if not known(facts):
                found = DOUBT
            elif field:
                found = _equal(facts, name, field, value)
            else:
                found = _passing(facts, name, test)
            facts.picked[place] = found
        if found is DOUBT:
            raise Doubt
        return found  # type: ignore[no-any-return]

    return rows


def _equal(facts: CaseFacts, name: str, field: str, value: str) -> Any:
    """Look up the rows whose field is a text, from an index that many matchers share."""
    index = facts.values.get((name, field))
    if index is None:
        index = {}
        for row in facts.rows.get(name, ()):
            own = row.fields[field]
            if type(own) is not str:
                index = DOUBT
                break
            index.setdefault(own, []).append(row)
        facts.values[(name, field)] = index
    return DOUBT if index is DOUBT else index.get(value, ())


def _passing(facts: CaseFacts, name: str, test: Any) -> Any:
    rows = facts.rows.get(name)
    if rows is None:
        return ()
    if test is None:
        return rows
    found = []
    view = facts.view
    for row in rows:
        fit = test(row.fields, NOTHING, NOTHING, NOTHING, view)
        if fit is True:
            found.append(row)
        elif fit is not False:
            return DOUBT
    return found


def timed(matcher: Matcher, slots: Slots) -> Base:
    """Return what lists the picked rows that have happened, the deciding one first."""
    rows, field = picked_rows(matcher, slots), matcher.time
    where = matcher.where
    key = (matcher.type, field, where.python if where and not depends(where) else "")
    place = slots.number("entries", key)

    name = matcher.type
    closed = slots.plan.types[name].closed

    def entries(facts: CaseFacts, t: Any = None, e: Any = None, p: Any = None) -> Entries:
        found = facts.entries[place]
        if found is None:
            if closed and name not in facts.rows:
                return ()
            picked = rows(facts)
            found = facts.entries[place] = _timed(facts, picked, field) if picked else ()
        if found is DOUBT:
            raise Doubt
        return found  # type: ignore[no-any-return]

    return entries


def _timed(facts: CaseFacts, rows: Sequence[Row], field: str | None) -> Any:
    found: list[Entry] = []
    as_of = facts.as_of
    for n, row in enumerate(rows):
        at: When | Missing | None = row.said
        if field is not None:
            at = moment_of(row.fields[field], facts.zone)
        if isinstance(at, Missing) and not at.blank:
            return DOUBT
        if at is None or isinstance(at, Missing):
            continue
        first, last = at
        if first < as_of or first == last == as_of:
            found.append((last, first, row.id, n, row))
    if len(found) > 1:
        if len({entry[2] for entry in found}) < len(found):
            return DOUBT
        found.sort()
    return found


def picker(matcher: Matcher, slots: Slots) -> Pick:
    """Return the picker of a matcher: ``(facts, t, e, p) -> entries``, the deciding one first."""
    base = timed(matcher, slots)
    found: Pick = base
    if matcher.keys:
        found = _keyed(matcher, base, slots)
    if matcher.where is not None and depends(matcher.where):
        found = _filtered(found, matcher.where)
    return found


def picker_of_all(matchers: Sequence[Matcher], slots: Slots) -> Pick:
    """Return the picker of several matchers together; a fact picked by two counts once."""
    picks = [picker(matcher, slots) for matcher in matchers]
    if len(picks) == 1:
        return picks[0]

    def pick(facts: CaseFacts, t: Any, e: Any, p: Any) -> Entries:
        found: dict[str, Entry] = {}
        for one in picks:
            for entry in one(facts, t, e, p):
                found.setdefault(entry[2], entry)
        return sorted(found.values(), key=_deciding)

    return pick


def _deciding(entry: Entry) -> tuple[int, int, str]:
    return entry[:3]


def _keyed(matcher: Matcher, base: Base, slots: Slots) -> Pick:
    owns = [own.function() for own, _ in matcher.keys]
    others = [other.function() for _, other in matcher.keys]
    single = others[0] if len(others) == 1 else None
    where = matcher.where
    place = slots.number("indexes", (
        matcher.type, matcher.time, where.python if where and not depends(where) else "",
        tuple(own.python for own, _ in matcher.keys),
    ))  # fmt: skip

    def pick(facts: CaseFacts, t: Any, e: Any, p: Any) -> Entries:
        entries = base(facts)
        if not entries:
            return ()
        index = facts.indexes[place]
        if index is None:
            index = facts.indexes[place] = _index(facts, entries, owns)
        if index is DOUBT:
            raise Doubt
        view = facts.view
        # Text equals text only; anything else is compared by the reference.
        if single is not None:
            value = single(NOTHING, t, e, p, view)
            if type(value) is not str:
                raise Doubt
            return index.get((value,), ())  # type: ignore[no-any-return]
        wanted = tuple([other(NOTHING, t, e, p, view) for other in others])
        for value in wanted:
            if type(value) is not str:
                raise Doubt
        return index.get(wanted, ())  # type: ignore[no-any-return]

    return pick


def _index(facts: CaseFacts, entries: Entries, owns: list[Any]) -> Any:
    index: dict[tuple[str, ...], list[Entry]] = {}
    view = facts.view
    for entry in entries:
        fields = entry[4].fields
        values = tuple([own(fields, NOTHING, NOTHING, NOTHING, view) for own in owns])
        for value in values:
            if type(value) is not str:
                return DOUBT
        index.setdefault(values, []).append(entry)
    return index


def _filtered(pick: Pick, where: Expression) -> Pick:
    test = where.function()

    def filtered(facts: CaseFacts, t: Any, e: Any, p: Any) -> Entries:
        view = facts.view
        kept = []
        for entry in pick(facts, t, e, p):
            fit = test(entry[4].fields, t, e, p, view)
            if fit is True:
                kept.append(entry)
            elif fit is not False:
                raise Doubt
        return kept

    return filtered
