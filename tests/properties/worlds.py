"""Random logs for a plan: facts of its vocabulary at times aimed at its limits."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from stdrules.base.time.kinds import Days, Exact, Months, Workdays
from stdrules.base.time.moments import When, from_date, from_datetime
from stdrules.base.time.zones import zone
from stdrules.base.truth import Missing
from stdrules.feel.compile import Expression
from stdrules.model.facts import Complete, Fact, FactLog, Suspension, Waiver, Withdrawal
from stdrules.plan.content import Matcher
from stdrules.plan.plan import Plan, PlanNorm

DAY = 86_400_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORDS = ("a", "b", "c")
_QUOTED = re.compile(r'([a-z_]+)(?: = | in \()((?:"[^"]*"(?:, )?)+)')


def parts(value: Any) -> Iterator[Any]:
    """Walk through a plan's dataclasses."""
    yield value
    if isinstance(value, Expression):
        return
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from parts(item)


class Maker:
    """Makes logs for one plan and vocabulary; everything follows from the seed."""

    def __init__(self, plan: Plan, types: Any) -> None:
        self.plan = plan
        self.types = types
        self.zone = zone(plan.zone)
        self.words: dict[str, list[str]] = {}
        self.concerns: list[tuple[PlanNorm, list[str]]] = []
        steps: set[int] = {DAY, 3_600_000_000}
        for norm in plan.norms:
            found = list(parts((norm.arise, norm.step, norm.scope, norm.when)))
            names = [one.type for one in found if isinstance(one, Matcher)]
            self.concerns.append((norm, list(dict.fromkeys(names))))
            for one in found:
                if isinstance(one, Exact):
                    steps.add(one.us)
                elif isinstance(one, Days | Workdays):
                    steps.add(one.n * DAY)
                elif isinstance(one, Months):
                    steps.add(one.n * 30 * DAY)
        for one in parts((plan.norms, plan.scorecards)):
            if isinstance(one, Expression):
                for name, values in _QUOTED.findall(one.text):
                    self.words.setdefault(name, []).extend(re.findall('"([^"]*)"', values))
        for card in plan.scorecards:
            rows = [i.id for group in card.groups for i in group.indicators]
            self.words.setdefault("indicator_no", []).extend(rows)
        self.steps = sorted(steps)

    def log(self, rng: random.Random, size: int = 25) -> tuple[FactLog, int, int | None]:
        """Return a log, an as-of and a known-at."""
        start = date(2023, 1, 1) + timedelta(days=rng.randrange(300))
        times = [self.zone.start_of(start.toordinal()) + rng.randrange(DAY // 10**6) * 10**6]
        self.clean = rng.random() < 0.5
        self.grain = rng.choice((0.0, 0.0, 0.2, 0.8))
        facts: list[Fact] = []
        norms = rng.sample(self.concerns, k=min(3, len(self.concerns)))
        pool = [name for _, names in norms for name in names]
        whole = list(self.types)
        pool += rng.sample(whole, k=min(4, len(whole)))
        if self.plan.scorecards and rng.random() < 0.6:
            pool += ["indicator_rated", "evidence_submitted"] * 4
        cases = {ct.name: tuple(f"{ct.name}{n}" for n in range(rng.choice((1, 1, 2))))
                 for ct in self.plan.case_types}  # fmt: skip
        for _ in range(rng.randrange(2, size)):
            facts.append(self._fact(rng, rng.choice(pool), len(facts), times, cases))
        log = FactLog(facts)
        if rng.random() < 0.3:
            self._controls(rng, log, times)
        as_of = self._time(rng, times) if rng.random() < 0.7 else max(times) + 40 * DAY
        known_at = None if rng.random() < 0.85 else self._time(rng, times)
        return log, as_of, known_at

    def rated_log(self, rng: random.Random) -> tuple[FactLog, int]:
        """Return a log in which most indicators of the scorecard are rated and proven."""
        card = self.plan.scorecards[0]
        self.clean, self.grain = True, 0.0
        noise = rng.choice((0.0, 0.003, 0.02, 0.15))
        low = rng.choice((0.05, 0.4, 1.0))
        log, _, _ = self.log(rng, 6)
        self.clean = True
        day = self.zone.start_of(date(2022, 10, 1).toordinal())
        as_of = day + 120 * DAY
        cases = {card.case_type: (card.case_type + "0",)}
        facts = [f for f in log.facts if f.type not in ("indicator_rated", "evidence_submitted")]
        for name, fields in (
            ("pilot_unit", {"pilot_batch": "1"}),
            ("application_submitted", {}),
            *(("veto_item_assessed", {"veto_no": no, "satisfied": True}) for no in "123"),
        ):
            fact = self._fact(rng, name, len(facts) + 1000, [day], cases)
            fact.fields |= fields
            self._disturb(rng, fact, noise / 8)
            facts.append(fact)
        for one in (one for group in card.groups for one in group.indicators):
            for _ in range(rng.choice((0, 1, 1, 1, 1, 2)) if noise else 1):
                grades = one.grades or (("", one.points), ("", Decimal(0)))
                grade, points = rng.choice(grades) if rng.random() < low else grades[0]
                fact = self._fact(rng, "indicator_rated", len(facts) + 1000, [day], cases)
                fact.fields |= {"indicator_no": one.id, "rater": "panel", "points": points,
                                "grade": grade or Missing("no grade", blank=True)}  # fmt: skip
                self._disturb(rng, fact, noise)
                facts.append(fact)
            for kind in one.evidence_types or (None,):
                fact = self._fact(rng, "evidence_submitted", len(facts) + 1000, [day], cases)
                fact.fields |= {"indicator_no": one.id, "authentic": True, "valid": True,
                                "stamped": True}  # fmt: skip
                if kind is not None:
                    fact.fields["evidence_type"] = kind
                self._disturb(rng, fact, noise)
                facts.append(fact)
        for fact in facts[-200:]:
            fact.supersedes = None
        return FactLog(facts), as_of

    def _disturb(self, rng: random.Random, fact: Fact, noise: float) -> None:
        for name in fact.fields:
            if rng.random() < noise:
                blank = rng.random() < 0.5
                fact.fields[name] = Missing(f"field {fact.id}.{name}", blank=blank)
            elif rng.random() < noise:
                spec = self.types[fact.type].fields[name]
                fact.fields[name] = self._value(rng, name, spec, fact.at.first if fact.at else 0,
                                                [fact.at.first if fact.at else DAY])  # fmt: skip

    def _time(self, rng: random.Random, times: list[int]) -> int:
        """A time near another: at a limit, one before or one after it."""
        base = rng.choice(times[-4:])
        if rng.random() < 0.3:
            base = self.zone.start_of(self.zone.ordinal(base) + rng.choice((0, 1, 2, 8)))
        step = rng.choice((0, 1, -1, 1)) * rng.choice(self.steps)
        found = base + step + rng.choice((-1, 0, 0, 1))
        low, high = self.zone.start_of(738_000), self.zone.start_of(739_600)
        return min(max(found, low), high)

    def _fact(
        self, rng: random.Random, name: str, n: int, times: list[int], cases: Any
    ) -> Fact:  # fmt: skip
        spec = self.types[name]
        at = self._time(rng, times)
        times.append(at)
        own = f"f{n}"
        fields: dict[str, object] = {}
        for key, field in spec.fields.items():
            roll = 1.0 if self.clean else rng.random()
            if roll < 0.04:
                fields[key] = Missing(f"field {own}.{key}")
            elif roll < 0.12:
                fields[key] = Missing(f"field {own}.{key}", blank=True)
            else:
                fields[key] = self._value(rng, key, field, at, times)
        when: When | None = None
        if spec.time is not None:
            value = fields[spec.time]
            if isinstance(value, datetime):
                when = from_datetime(value)
            elif isinstance(value, date):
                when = from_date(value, self.zone)
        mine = {kind: (rng.choice(ids),) for kind, ids in cases.items()}
        if rng.random() < 0.05:
            mine = {}
        recorded = at + rng.choice((0, DAY, 9 * DAY, -DAY)) if rng.random() < 0.2 else None
        fact = Fact(name, own, mine, when, fields, recorded)
        if rng.random() < 0.04 and n:
            fact.supersedes = f"f{rng.randrange(n)}"
        return fact

    def _value(
        self, rng: random.Random, key: str, field: Any, at: int, times: list[int]
    ) -> object:  # fmt: skip
        kind = field.type
        if kind in ("choice", "choices"):
            words = list(field.values)
            liked = [w for w in self.words.get(key, ()) if w in field.values]
            word = rng.choice(liked if liked and rng.random() < 0.7 else words)
            return word if kind == "choice" else (word,)
        if kind == "text":
            return rng.choice(self.words.get(key, ())  or WORDS) if rng.random() < 0.8 else "a"
        if kind == "texts":
            return tuple(rng.sample(WORDS, k=rng.randrange(3)))
        if kind == "number":
            return Decimal(rng.choice(("0", "1", "2", "3", "5", "84.9", "85", "90", "0.5")))
        if kind == "boolean":
            return rng.random() < 0.75
        if kind == "duration":
            return timedelta(hours=rng.randrange(1, 60))
        near = at if rng.random() < 0.7 else self._time(rng, times)
        moment = (EPOCH + timedelta(microseconds=near)).astimezone(self.zone.tzinfo)
        if kind == "date" or rng.random() < self.grain:
            return moment.date()
        return moment

    def _controls(self, rng: random.Random, log: FactLog, times: list[int]) -> None:
        norms = [norm.id for norm in self.plan.norms]
        case = None if rng.random() < 0.7 else self.plan.case_types[0].name + "0"
        norm = None if rng.random() < 0.5 else rng.choice(norms)
        kind = rng.randrange(4)
        at = rng.choice(times)
        if kind == 0:
            day = self.zone.ordinal(at)
            log.waivers.append(Waiver("w1", norm, case, "x", "y", day - rng.randrange(9),
                                      day + rng.randrange(30)))  # fmt: skip
        elif kind == 1:
            end = at + rng.choice((1, DAY, 3 * DAY, 30 * DAY))
            log.suspensions.append(Suspension("s1", norm, case, "z", at, rng.choice((end, None)),
                                              rng.random() < 0.8))  # fmt: skip
        elif kind == 2 and log.facts:
            log.withdrawals.append(Withdrawal(rng.choice(log.facts).id, None))
        for name in rng.sample(list(self.types), k=5):
            log.completes.append(Complete(name, None, rng.choice(times) + DAY))
