"""From a log of facts to columns: so all that can be judged case by case can be judged by columns.

Semantics: docs/columns.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

import numpy as np

from stdrules.base.time.moments import from_date, from_datetime
from stdrules.base.time.zones import Zone, zone
from stdrules.base.truth import Missing
from stdrules.engine.versions import knowledge
from stdrules.engine.view import JUDGEMENT
from stdrules.model.columnar import (
    ABSENT,
    BLANK,
    NEVER,
    Column,
    Columns,
    Table,
    Words,
)
from stdrules.model.facts import Fact, FactLog
from stdrules.plan.plan import Plan

#: Facts of every case are repeated in each, unless that makes more rows than this per fact.
_REPEATS = 64
_MANY_PLACES = 9
_FULL = 2**53

_Entry = tuple[int, int, int, str, Fact, bool]


def from_log(plan: Plan, log: FactLog) -> Columns:
    """Return the columns of a log; the facts stay at hand behind them.

    Args:
        plan: Says which types of facts and cases there are, and the zone.
        log: Facts in any order.

    Returns:
        One chunk with all cases. Corrected, withdrawn and doubly named facts, judgements and
        all other statements are in its ``rest``.
    """
    tangled = _tangled(log)
    plain: list[Fact] = []
    rest = FactLog([], log.withdrawals, log.waivers, log.suspensions, log.completes)
    names: dict[str, set[str]] = {one.name: set() for one in plan.case_types}
    touched: dict[str, set[str] | None] = {}
    everywhere: list[Fact] = []
    for fact in log.facts:
        known = fact.type in plan.types
        if known and fact.type != JUDGEMENT:
            for case_type, ids in fact.cases.items():
                names.setdefault(case_type, set()).update(ids)
        if fact.id in tangled or fact.supersedes is not None:
            rest.facts.append(fact)
            if known:
                _touch(fact, touched, plan)
        elif fact.type == JUDGEMENT:
            rest.facts.append(fact)
        elif not known:
            continue
        elif fact.cases:
            plain.append(fact)
        else:
            everywhere.append(fact)
    cases = {name: sorted(ids) for name, ids in names.items()}
    widest = max((len(ids) for ids in cases.values()), default=0)
    if len(everywhere) * widest > _REPEATS * (len(plain) + 1):
        rest.facts += everywhere
        everywhere = []
    tables = _Tables(plan, cases).made(plain, everywhere)
    wholly = {name: None if ids is None else frozenset(ids) for name, ids in touched.items()}
    return Columns(cases, tables, rest, wholly)


def _tangled(log: FactLog) -> set[str]:
    """Name the facts of which there are several versions, or that are taken back."""
    seen: set[str] = set()
    found = {one.withdraws for one in log.withdrawals}
    for fact in log.facts:
        if fact.id in seen:
            found.add(fact.id)
        seen.add(fact.id)
        if fact.supersedes is not None:
            found.add(fact.id)
            found.add(fact.supersedes)
    return found


def _touch(fact: Fact, touched: dict[str, set[str] | None], plan: Plan) -> None:
    if fact.type == JUDGEMENT or not fact.cases:
        # It may concern any case.
        for one in plan.case_types:
            touched[one.name] = None
        return
    for case_type, ids in fact.cases.items():
        known = touched.setdefault(case_type, set())
        if known is not None:
            known.update(ids)


class _Tables:
    """Sorts facts into tables."""

    def __init__(self, plan: Plan, cases: dict[str, list[str]]) -> None:
        self.plan = plan
        self.cases = cases
        self.zone = zone(plan.zone)
        self.known_from = knowledge(plan.types, self.zone)
        self.words: dict[str, Words] = {}
        self.lists: dict[str, Words] = {}

    def made(
        self, plain: list[Fact], everywhere: list[Fact]
    ) -> dict[tuple[str, str], Table]:
        places = {
            kind: {name: n for n, name in enumerate(ids)} for kind, ids in self.cases.items()
        }
        found: dict[tuple[str, str], list[_Entry]] = {}
        for fact in plain:
            first, last = fact.at if fact.at is not None else (NEVER, NEVER)
            for case_type, ids in fact.cases.items():
                rows = found.setdefault((case_type, fact.type), [])
                place = places[case_type]
                for name in dict.fromkeys(ids):
                    rows.append((place[name], first, last, fact.id, fact, False))
        for fact in everywhere:
            first, last = fact.at if fact.at is not None else (NEVER, NEVER)
            for one in self.plan.case_types:
                rows = found.setdefault((one.name, fact.type), [])
                rows += [(n, first, last, fact.id, fact, True)
                         for n in range(len(self.cases[one.name]))]  # fmt: skip
        return {key: self._table(key[1], rows) for key, rows in found.items()}

    def _table(self, name: str, rows: list[_Entry]) -> Table:
        rows.sort(key=itemgetter(0, 1, 2, 3))
        facts = [row[4] for row in rows]
        case = np.array([row[0] for row in rows], np.int32)
        first = np.array([row[1] for row in rows], np.int64)
        last: Any = np.array([row[2] for row in rows], np.int64)
        if (first == last).all():
            last = None
        known: Any = np.array([self.known_from(fact) for fact in facts], np.int64)
        if (known == first).all():
            known = None
        shared: Any = np.array([row[5] for row in rows], np.bool_)
        fields = list(facts[0].fields) if facts else []
        columns = {
            field: self._column(field, [fact.fields[field] for fact in facts]) for field in fields
        }
        return Table(
            name, case, first, [row[3] for row in rows], columns, last, known, facts,
            shared if shared.any() else None,
        )  # fmt: skip

    def _column(self, name: str, values: list[Any]) -> Column:
        kinds = {type(value) for value in values}
        state = None
        if Missing in kinds:
            state = np.fromiter(
                ((BLANK if v.blank else ABSENT) if type(v) is Missing else 0 for v in values),
                np.uint8, len(values),
            )  # fmt: skip
            kinds.discard(Missing)
        found: Column | None = None
        if kinds <= {str}:
            found = self._coded(values, self.words.setdefault(name, Words()))
        elif kinds == {tuple} and all(_texts(value) for value in values):
            found = self._coded(values, self.lists.setdefault(name, Words()))
        elif kinds == {bool}:
            found = Column("boolean", np.array([v is True for v in values], np.bool_))
        elif kinds <= {int, Decimal}:
            found = _numbers(values)
        elif kinds <= {date, datetime}:
            found = _moments(values, self.zone)
        if found is None:
            held = np.empty(len(values), object)
            held[:] = values
            found = Column("object", held)
        found.state = state
        return found

    def _coded(self, values: list[Any], words: Words) -> Column:
        code = words.code
        coded = [0 if type(value) is Missing else code(value) for value in values]
        return Column("code", np.array(coded, np.int32), None, words)


def _texts(value: Any) -> bool:
    return type(value) is Missing or all(type(part) is str for part in value)


def _numbers(values: Sequence[Any]) -> Column | None:
    """Scale numbers that are written in the shortest way; others stay as they are."""
    places = 0
    for value in values:
        if type(value) is Decimal:
            _, digits, exponent = value.as_tuple()
            if type(exponent) is not int or not -_MANY_PLACES <= exponent <= 0:
                return None
            if exponent and not digits[-1]:
                return None
            places = max(places, -exponent)
    scale = 10**places
    scaled = [0 if type(value) is Missing else int(value * scale) for value in values]
    if any(abs(one) > _FULL for one in scaled):
        return None
    return Column("number", np.array(scaled, np.int64), exponent=places)


def _moments(values: Sequence[Any], where: Zone) -> Column | None:
    """Dates and instants in the zone of the ruleset; an instant told elsewhere stays itself."""
    firsts, lasts = [], []
    for value in values:
        if type(value) is Missing:
            first = last = 0
        elif type(value) is datetime:
            if value.tzinfo is not where.tzinfo:
                return None
            first, last = from_datetime(value)
        else:
            first, last = from_date(value, where)
        firsts.append(first)
        lasts.append(last)
    same = firsts == lasts
    return Column(
        "moment", np.array(firsts, np.int64), last=None if same else np.array(lasts, np.int64)
    )
