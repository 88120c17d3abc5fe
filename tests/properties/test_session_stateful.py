"""A session played at random: after every step it equals the reference over the whole log."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from properties import small_scope as small
from properties.session_worlds import Beside
from stdrules.engine import reference
from stdrules.engine.session.book import Book
from stdrules.journal.journal import create_journal, open_journal
from stdrules.model.facts import Complete, Fact, Suspension, Waiver, Withdrawal
from stdrules.model.records import from_record, to_record
from stdrules.plan.plan import Plan, PlanNorm

RUNS = max(3_000, int(os.environ.get("STDRULES_EXAMPLES", "0")))
HOUR, DAY = small.HOUR, 24 * small.HOUR
MEMORY = Path("/dev/shm")
NAMES = {
    "deadline": ("d1", "d2", "keyed", "any", "each", "anchor", "chain", "repair", "early"),
    "count": ("least", "most"), "recurrence": ("tiles", "week", "needed", "gap"),
    "prohibition": ("back",), "maintenance": ("grace",), "content": ("exists",),
    "order": ("succession-deny",),
}  # fmt: skip


def mixed() -> Plan:
    """Return a plan with a few norms of every kind."""
    norms: list[PlanNorm] = []
    for kind, names in NAMES.items():
        norms += [replace(n, id=f"{kind}-{n.id}", repairs=_named(kind, n.repairs))
                  if kind != "deadline" else n
                  for n in small.NORMS[kind]() if n.id in names]  # fmt: skip
    return small.plan("mixed", norms)


def _named(kind: str, norm: str | None) -> str | None:
    return None if norm is None else f"{kind}-{norm}"


PLAN = mixed()
MOMENTS = st.sampled_from([*small.INSTANTS, small.T - DAY, small.T + 9 * DAY, *small.DAYS])
FIELDS = st.sampled_from([
    {"key": "a", "ok": True, "day": date(2024, 3, 1), "until": date(2024, 3, 3)},
    {"key": "b", "ok": True, "day": date(2024, 3, 3), "until": date(2024, 3, 2)},
    {"key": "a", "ok": False, "day": date(2024, 3, 4)},
    {"key": "a"},
])  # fmt: skip
CASES = st.sampled_from([("c",), ("c",), ("c",), ("d",), ("c", "d"), ()])
STEPS = st.sampled_from([0, 1, HOUR, 2 * HOUR, DAY, DAY - 1, 2 * DAY, 3 * DAY, 30 * DAY])
LIMITS = st.sampled_from([*small.INSTANTS, *small.AS_OF, small.AS_OF[-1] + 40 * DAY])


class Played(RuleBasedStateMachine):
    """Posts, repeats, corrections, withdrawals, controls, crashes and moves of the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.beside = Beside(PLAN, small.T - DAY, reference.evaluate)
        self.count = 0

    def _post(self, item: Any) -> None:
        self.beside.post(item)
        self.beside.check(item)

    def _fact(self, kind: str, when: Any, fields: dict[str, Any], cases: tuple[str, ...]) -> Fact:
        self.count += 1
        own = small.fact(kind, f"f{self.count}", when, **fields)
        return replace(own, cases={"case": cases} if cases else {})

    @initialize(when=MOMENTS, fields=FIELDS)
    def trigger(self, when: Any, fields: dict[str, Any]) -> None:
        self._post(self._fact("trig", when, fields, ("c",)))

    @rule(kind=st.sampled_from(["act", "act", "act", "trig", "end", "open"]), when=MOMENTS,
          fields=FIELDS, cases=CASES)  # fmt: skip
    def post(self, kind: str, when: Any, fields: dict[str, Any], cases: tuple[str, ...]) -> None:
        self._post(self._fact(kind, when, fields, cases))

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        fact = data.draw(st.sampled_from(self.beside.log.facts))
        assert not self.beside.post(replace(fact)).changes
        self.beside.log.facts.pop()
        self.beside.check("repeat")

    @rule(data=st.data(), when=MOMENTS, fields=FIELDS, cases=CASES, own=st.booleans())
    def correct(
        self, data: st.DataObject, when: Any, fields: dict[str, Any], cases: tuple[str, ...],
        own: bool,
    ) -> None:  # fmt: skip
        old = data.draw(st.sampled_from(self.beside.log.facts))
        fact = self._fact(old.type, when, fields, cases)
        fact.supersedes = old.id
        fact.recorded = small.AS_OF[-1] + self.count
        if own:
            fact.id = old.id
        self._post(fact)

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(self.beside.log.facts))
        self._post(Withdrawal(old.id, None))

    @rule(norm=st.sampled_from([None, "keyed", "recurrence-week", "repair"]),
          case=st.sampled_from([None, "c"]), day=st.integers(-3, 4))  # fmt: skip
    def waive(self, norm: str | None, case: str | None, day: int) -> None:
        self.count += 1
        first = small.ZONE.ordinal(small.T) + day
        self._post(Waiver(f"w{self.count}", norm, case, "x", "y", first, first + 2))

    @rule(norm=st.sampled_from([None, "d1", "d2"]), case=st.sampled_from([None, "c"]),
          start=STEPS, length=st.one_of(st.none(), STEPS), tolling=st.booleans())  # fmt: skip
    def suspend(
        self, norm: str | None, case: str | None, start: int, length: int | None, tolling: bool
    ) -> None:
        self.count += 1
        begin = small.T + start
        end = None if length is None else begin + length + 1
        self._post(Suspension(f"s{self.count}", norm, case, "z", begin, end, tolling))

    @rule(case=st.sampled_from([None, "c"]), at=LIMITS, kind=st.sampled_from(["open", "act"]))
    def complete(self, case: str | None, at: int, kind: str) -> None:
        self._post(Complete(kind, case, at))

    @rule(hurt=st.sampled_from(["nothing", "cut", "half"]), share=st.integers(0, 1000))
    def crash(self, hurt: str, share: int) -> None:
        """A journal of all that was posted is killed, its log torn, and another session begins."""
        log, clock = self.beside.log, self.beside.book.clock
        items = [*log.facts, *log.withdrawals, *log.waivers, *log.suspensions, *log.completes]
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            path = Path(folder) / "cases.db"
            with create_journal(str(path), {}) as journal:
                journal.append([*map(to_record, items), {"advance": clock}]).wait()
            lines = Path(f"{path}-log")
            data = lines.read_bytes()
            if hurt == "cut":
                lines.write_bytes(data[: len(data) * share // 1000])
            elif hurt == "half":
                # Nobody was told that it is there.
                lines.write_bytes(data + data.splitlines(keepends=True)[-1][: 1 + share % 20])
            with open_journal(str(path)) as journal:
                *records, last = [entry.record for entry in journal.entries()]
        book = self.beside.book = Book(PLAN, last["advance"])
        book.load([from_record(record) for record in records])
        self.beside.check("crash")
        judged = reference.evaluate(PLAN, log, clock).findings
        for name in ("c", "d"):
            mine, theirs = book.snapshot(name)[0], [row for row in judged if row.case == name]
            assert [row.as_tuple() for row in mine] == [row.as_tuple() for row in theirs]

    @rule(to=LIMITS)
    def advance_to_a_limit(self, to: int) -> None:
        if to > self.beside.book.clock:
            self.beside.advance(to)
            self.beside.check(to)

    @rule(step=STEPS)
    def advance_by(self, step: int) -> None:
        self.beside.advance(self.beside.book.clock + step)
        self.beside.check(step)


TestPlayed = Played.TestCase
TestPlayed.settings = settings(
    max_examples=RUNS, stateful_step_count=6, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
