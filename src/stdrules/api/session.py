"""Live sessions: facts one at a time, a clock that the caller moves, and what changed.

    session = stdrules.open_session("q_gxxz_029", clock="2023-03-01")
    delta = session.post({"type": ..., "id": ..., "case": ..., "at": ...})
    for delta in session.advance("2023-04-01"): ...

A session may be read by many threads while one writes. Sessions share nothing.

Semantics: docs/sessions.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.api.session_core import JournalLike, SessionCore
from stdrules.api.session_journal import EVERY, Choices, Kept, State, open_kept, reopened
from stdrules.api.session_steps import Advance, Stream
from stdrules.api.session_telling import delta_dict
from stdrules.api.times import MomentLike, asked_instant
from stdrules.base.diagnostics import Diagnostic
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.engine.session.book import Archive
from stdrules.engine.session.delta import Delta
from stdrules.journal.journal import Journal
from stdrules.model.facts import FactLog
from stdrules.plan.plan import Plan
from stdrules.plan.results import Finding, ScoreResult
from stdrules.report.report import Report

Record = Mapping[str, Any]
RulesetLike = Ruleset | str | os.PathLike[str]
_NOTHING: Mapping[str, Any] = {}


class Coming(NamedTuple):
    """An obligation still to be met: when, in which ruleset, and all about it.

    ``at``: the instant; of a day the 00:00 that ends it.
    """

    at: datetime
    ruleset: str
    finding: Finding


class CaseSnapshot(NamedTuple):
    """How a case stands as of the clock, by ruleset."""

    case: str
    at: datetime
    findings: Mapping[str, list[Finding]]
    scores: Mapping[str, list[ScoreResult]]


class Session(SessionCore):
    """A live session under one or several rulesets. Made by `open_session`."""

    @property
    def cases(self) -> list[str]:
        """Ids of all cases, sorted."""
        with self._lock:
            return sorted({name for book in self._books for name in book.case_names()})

    # --- posts ----------------------------------------------------------------------------------

    def post(self, record: object) -> Delta:
        """Take a fact, correction, withdrawal, waiver, suspension or statement of completeness.

        It is judged as of the clock, which it does not move; a fact dated later waits until the
        clock reaches it. A repeat changes nothing. With a journal the call returns when the
        record is on the disk.

        Args:
            record: A fact or statement, as an object, as keys and values, or as a model.

        Raises:
            FactsError: It cannot be read, contradicts what was posted under its id, or belongs to
                a forgotten case; nothing is changed.
        """
        return self.post_many((record,))

    def post_many(self, records: Iterable[object]) -> Delta:
        """Take many records together: all or none; each case is judged once. See `post`."""
        with self._lock:
            self._check_open()
            placed = self._new(self._reader.read(records, self._posted))
            ticket = self._journal_items(placed)
            delta = self._apply(placed)
        return self._told(delta, ticket)

    # --- time -----------------------------------------------------------------------------------

    def advance(self, to: MomentLike) -> Advance:
        """Move the clock, step by step: an iterator of deltas in the order of time.

        Nothing moves until it is iterated (``for``, ``async for`` or ``.finish()``). A step judges
        one case; between steps others may post and read. If it is left half way the clock stays
        where it is, and the next advance goes on from there.

        Args:
            to: The moment; a day means the 00:00 that ends it.

        Raises:
            UsageError: The clock stands later already.
        """
        limit = asked_instant(to, self._settings[0].zone, "to")
        if limit < self.clock_us:
            raise UsageError(
                Text("时钟不能倒退", "the clock does not go back"),
                hint=Text(f"时钟已在 {self.clock.isoformat()}",
                          f"it stands at {self.clock.isoformat()}"),
            )  # fmt: skip
        return Advance(self, limit)

    def drain(self) -> Iterator[Delta]:
        """Judge the cases left behind by a fact or statement that concerns all cases."""
        while True:
            with self._lock:
                book = next((book for book in self._books if book.behind), None)
                if book is None:
                    return
                delta = self._merged([book.catch_up_one()], "")
            if delta:
                yield self._told(delta, None)

    def step(self, limit: int) -> Delta | None:
        """Judge the next case whose moment has come, up to a limit in microseconds.

        Returns:
            Its delta, which may be empty; None when the clock stands at the limit.
        """
        with self._lock:
            self._check_open()
            late, moment = [book for book in self._books if book.behind], limit
            if not late:
                coming = [(m, n) for n, book in enumerate(self._books)
                          if (m := book.next()) is not None and m <= limit]  # fmt: skip
                moment, place = min(coming, default=(limit, -1))
                for book in self._books:
                    book.move_to(moment)
                late = [self._books[place]] if place >= 0 else []
            found = late[0].step(limit if len(self._books) == 1 else moment) if late else None
            if late and len(self._books) > 1:
                found = self._merged([found] if found is not None else [], "")
            ticket = self._journal_clock() if found is None else None
        told = self._told(found or Delta(self.clock_us), ticket)
        return None if found is None else told

    def due_between(self, first: MomentLike, last: MomentLike) -> list[Coming]:
        """Return the obligations still to be met whose due lies in a span of time, in order.

        Args:
            first: Its beginning: an instant, or the 00:00 that begins a day. What was due before
                the clock has passed and is not found.
            last: Its end, included; a day means the 00:00 that ends it.
        """
        zone = self._settings[0].zone
        begin = asked_instant(first, zone, "first")
        if _is_day(first):
            begin = zone.start_of(zone.ordinal(begin - 1))
        end = asked_instant(last, zone, "last")
        with self._lock:
            found = [
                (moment, n, row)
                for n, book in enumerate(self._books)
                for moment, row in book.due_between(begin, end)
            ]
        found.sort(key=lambda one: (one[0], one[1], one[2].case, one[2].norm.id, one[2].key))
        return [Coming(zone.to_datetime(at), self.plans[n].id, row) for at, n, row in found]

    # --- reading --------------------------------------------------------------------------------

    def snapshot(self, case: str) -> CaseSnapshot:
        """Return how a case stands as of the clock.

        Raises:
            UsageError: There is no such case.
        """
        with self._lock:
            self._need(case)
            found = [book.snapshot(case) for book in self._books]
            names = [plan.id for plan in self.plans]
            return CaseSnapshot(
                case, self.clock,
                {name: rows for name, (rows, _) in zip(names, found, strict=True)},
                {name: points for name, (_, points) in zip(names, found, strict=True)},
            )  # fmt: skip

    def report(self, case: str, ruleset: str | None = None) -> Report:
        """Return the report on a case as of the clock, the same as of its facts alone.

        Args:
            case: The case.
            ruleset: Id of the ruleset; by default the first that knows the case.

        Raises:
            UsageError: There is no such case or ruleset.
        """
        with self._lock:
            self._need(case)
            places = [n for n, plan in enumerate(self.plans) if ruleset in (None, plan.id)]
            if not places:
                raise UsageError(Text(f"会话没有规则集 `{ruleset}`",
                                      f"the session has no ruleset `{ruleset}`"))  # fmt: skip
            place = next((n for n in places if self._books[n].holds(case)), places[0])
            log, plan, clock = self._books[place].log_of(case), self.plans[place], self.clock
        return self.rulesets[place].evaluate(
            log, clock, readings=plan.readings, parameters=_given(plan), cases=[case]
        )

    def _need(self, case: str) -> None:
        if not any(book.holds(case) for book in self._books):
            raise UsageError(Text(f"没有个案 `{case}`", f"there is no case `{case}`"))

    def as_dict(self, delta: Delta) -> dict[str, Any]:
        """Return a delta as plain data; see ``stdrules.api.session_telling``."""
        settings = {one.plan.id: one for one in self._settings}
        return delta_dict(delta, settings, self._settings[0].zone)

    # --- the end of cases and sessions ----------------------------------------------------------

    def forget(self, case: str) -> dict[str, Archive]:
        """Drop a case and hand over all that is known of it, by ruleset.

        Facts that come for it later are refused. Its obligations are told as closed.

        Raises:
            UsageError: There is no such case.
        """
        with self._lock:
            self._check_open()
            self._need(case)
            ticket = self._journal([*self._clock_record(), {"forget": case}])
            found = {book.plan.id: book.forget(case) for book in self._books}
            delta = self._merged([one.delta for one in found.values()], case)
        self._told(delta, ticket)
        return found

    def close(self) -> None:
        """Take nothing more; streams end, and a journal that `open_session` opened is closed."""
        with self._lock:
            self._closed = True
        for tell in tuple(self._streams):
            tell(None)
        if self._kept is not None:
            self._kept.close()

    @property
    def notes(self) -> Sequence[Diagnostic]:
        """What had to be completed in the journal when it was opened."""
        return () if self._kept is None else tuple(self._kept.journal.notes)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def deltas(self) -> Stream:
        """Return an asynchronous iterator of all deltas from now on, until the session closes."""
        return Stream(self._streams)


def open_session(
    rulesets: RulesetLike | Sequence[RulesetLike],
    clock: MomentLike | None = None,
    journal: Journal | JournalLike | str | os.PathLike[str] | None = None,
    *,
    readings: Mapping[str, str] = _NOTHING,
    parameters: Mapping[str, Any] = _NOTHING,
    snapshot_every: int = EVERY,
) -> Session:
    """Open a live session.

    Args:
        rulesets: One or several, by themselves, their ids or their paths.
        clock: The moment at which it starts; a day means the 00:00 that ends it. A session that
            is in the journal already goes on at its own clock, whatever is given here.
        journal: Where everything posted is written before it counts: ``sqlite:///cases.db``, the
            name of a file, ``postgresql://user@host/name``, an open `Journal`, or an object of
            one's own. A journal that is there is read, one that is not is made; it is closed with
            the session.
        readings: Alternatives that differ from the defaults.
        parameters: Values that differ from the defaults.
        snapshot_every: Records of the journal after which a snapshot is taken; 0: never.

    Raises:
        RulesetError: A ruleset is not found or does not compile.
        UsageError: The moment, a reading or a parameter is not one, or there is none although
            there is no journal; or the journal is of other rulesets.
        JournalLocked: Another process writes to the journal.
        JournalDamaged: The journal takes a repair.
        JournalError: It cannot be reached or made.

    Example:
        >>> session = open_session("q_gxxz_029", clock="2023-03-01T00:00")
        >>> delta = session.post({"type": "project_task_received", "id": "t1", "case": "P1",
        ...                       "at": "2023-02-28T09:00"})
        >>> [one.after for one in delta.opened if one.norm.id == "4.1-plan-48h"]
        ['pending']
        >>> [(one.key, one.after) for delta in session.advance("2023-03-02")
        ...  for one in delta.changed if one.norm.id == "4.1-plan-48h"]
        [('4.1-plan-48h/t1', 'due_soon'), ('4.1-plan-48h/t1', 'overdue')]
    """
    found = _loaded(rulesets)
    plans = [one.plan(readings, parameters) for one in found]
    start = None if clock is None else asked_instant(clock, found[0].zone, "clock")
    if isinstance(journal, str | os.PathLike):
        choices = Choices(readings, parameters)
        opened = open_kept(journal, plans, start, snapshot_every, choices)
        return _kept_session(found, plans, *opened)
    if isinstance(journal, Journal):
        kept = Kept(journal, plans, snapshot_every)
        return _kept_session(found, plans, kept, reopened(kept, plans, start))
    if start is None:
        raise UsageError(
            Text("没有日志的会话缺少 `clock`", "`clock` is missing for a session without a journal")
        )
    return Session(found, plans, start, journal)


def _loaded(rulesets: RulesetLike | Sequence[RulesetLike]) -> list[Ruleset]:
    given = [rulesets] if isinstance(rulesets, Ruleset | str | os.PathLike) else list(rulesets)
    if not given:
        raise UsageError(Text("会话至少需要一个规则集", "a session needs a ruleset"))
    return [one if isinstance(one, Ruleset) else load(one) for one in given]


def _kept_session(
    rulesets: list[Ruleset], plans: list[Plan], kept: Kept, state: State
) -> Session:
    try:
        session = Session(rulesets, plans, state.clock(0), kept)
        session.resume(state)
        session.keep(kept)
    except BaseException:
        kept.close()
        raise
    return session


def _is_day(value: MomentLike) -> bool:
    if isinstance(value, str):
        return len(value.strip()) <= 11 and ":" not in value
    return not isinstance(value, datetime)


def _given(plan: Plan) -> dict[str, Any]:
    return {name: value for name, value in plan.parameters.items() if value is not None}


__all__ = ["Archive", "CaseSnapshot", "Coming", "Delta", "FactLog", "Session", "open_session"]
