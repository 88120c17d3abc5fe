"""What a session is made of: books, one for each ruleset, a lock, listeners and a journal.

What is posted is checked first, then written, then applied: what would be refused is never
written, and what was not written never counts.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from threading import RLock
from typing import Any, Protocol

from stdrules.api.ruleset import Ruleset
from stdrules.api.session_items import Placed, Reader
from stdrules.api.session_journal import Kept, State
from stdrules.base.errors import StdrulesError, UsageError
from stdrules.base.text import Text
from stdrules.engine.session.book import Book
from stdrules.engine.session.delta import Delta
from stdrules.model.facts import Fact
from stdrules.model.records import from_record, to_record
from stdrules.plan.plan import Plan
from stdrules.report.names import Names
from stdrules.report.setting import Setting

Record = Mapping[str, Any]


class TicketLike(Protocol):
    """The promise that records will be on the disk."""

    def wait(self) -> None:
        """Return when they are."""


class JournalLike(Protocol):
    """What a session asks of a journal: see ``stdrules.journal``."""

    def append(self, records: Sequence[Record]) -> TicketLike:
        """Queue records for writing."""


class SessionCore:
    """The state of a session, and how it changes."""

    def __init__(
        self,
        rulesets: Sequence[Ruleset],
        plans: Sequence[Plan],
        clock: int,
        journal: JournalLike | None = None,
    ) -> None:
        self.rulesets = tuple(rulesets)
        self.plans = tuple(plans)
        self.journal = journal
        self._books = [Book(plan, clock) for plan in plans]
        self._reader = Reader(rulesets)
        self._settings = [
            Setting.of(p, None, Names(p, r.vocabulary))
            for r, p in zip(rulesets, plans, strict=True)
        ]
        self._lock = RLock()
        self._streams: list[Callable[[Delta | None], None]] = []
        self._logged = clock
        self._broken: StdrulesError | None = None
        self._closed = False
        self._kept: Kept | None = None

    @property
    def clock_us(self) -> int:
        """The clock, in microseconds since the epoch."""
        return self._books[0].clock

    @property
    def clock(self) -> datetime:
        """The clock, in the zone of the first ruleset."""
        return self._settings[0].zone.to_datetime(self.clock_us)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def read_only(self) -> bool:
        """Whether it takes nothing more: it was closed, or its journal failed."""
        return self._closed or self._broken is not None

    # --- changes --------------------------------------------------------------------------------

    def _new(self, placed: list[Placed]) -> list[Placed]:
        if len(placed) == 1:
            place, item = placed[0]
            return placed if self._books[place].is_new(item) else []
        found: list[Placed] = []
        for place, item in placed:
            others = [one for own, one in found if own == place and _same_name(one, item)]
            if self._books[place].is_new(item, others):
                found.append((place, item))
        return found

    def _posted(self, place: int, name: str) -> list[Fact]:
        return self._books[place].facts_of(name)

    def _apply(self, placed: list[Placed]) -> Delta:
        for place, item in placed:
            if isinstance(item, Fact):
                self._reader.keep(place, item)
        if len(placed) == 1:
            place, item = placed[0]
            delta = self._books[place].post(item)
            return delta if len(self._books) == 1 else self._merged([delta], delta.cause)
        deltas = []
        for place, book in enumerate(self._books):
            own = [item for at, item in placed if at == place]
            if own:
                deltas.append(book.post_many(own))
        return self._merged(deltas, "")

    def _merged(self, deltas: list[Delta], cause: str) -> Delta:
        changes = [one for delta in deltas for one in delta.changes]
        scores = [one for delta in deltas for one in delta.scores]
        coming = [moment for book in self._books if (moment := book.next()) is not None]
        behind = sum(book.behind for book in self._books)
        return Delta(self.clock_us, cause, changes, scores, min(coming, default=None), behind)

    def _told(self, delta: Delta, ticket: TicketLike | None) -> Delta:
        if ticket is not None:
            try:
                ticket.wait()
            except StdrulesError as error:
                self._broken = error
                raise
            if self._kept is not None and self._kept.is_due:
                self._save(self._kept)
        if delta:
            for tell in tuple(self._streams):
                tell(delta)
        return delta

    def _check_open(self) -> None:
        if self._broken is not None:
            raise self._broken
        if self._closed:
            raise UsageError(Text("会话已关闭", "the session is closed"))

    # --- journal --------------------------------------------------------------------------------

    def _journal_items(self, placed: list[Placed]) -> TicketLike | None:
        if self.journal is None or not placed:
            return None
        return self._journal([*self._clock_record(), *(self._record(one) for one in placed)])

    def _journal_clock(self) -> TicketLike | None:
        return self._journal(self._clock_record())

    def _clock_record(self) -> list[Record]:
        if self._logged == self.clock_us:
            return []
        self._logged = self.clock_us
        return [{"advance": self.clock_us}]

    def _journal(self, records: list[Record]) -> TicketLike | None:
        return self.journal.append(records) if self.journal is not None and records else None

    def _record(self, placed: Placed) -> Record:
        place, item = placed
        record = to_record(item)
        return record if len(self.plans) == 1 else {**record, "ruleset": self.plans[place].id}

    def keep(self, kept: Kept) -> None:
        """Take snapshots in a journal from now on, and close it with the session."""
        self._kept = kept

    def save_snapshot(self) -> None:
        """Take a snapshot in the journal now, if anything was written since the last."""
        if self._kept is not None:
            self._save(self._kept)

    def _save(self, kept: Kept) -> None:
        try:
            with self._lock:
                if not kept.is_due:
                    return  # another thread came first
                frozen = kept.freeze(*self._parked())
            kept.save(frozen)
        except StdrulesError as error:
            self._broken = error

    def _parked(self) -> tuple[list[Record], list[bytes]]:
        """What belongs to no case as records, and the cases of each ruleset."""
        records: list[Record] = []
        parked: list[bytes] = []
        for place, book in enumerate(self._books):
            items, cases = book.parked(partial(self._texts, place))
            records += [self._record((place, item)) for item in items]
            parked.append(cases)
        return [*records, *self._ended()], parked

    def _texts(self, place: int, fact: Fact) -> Iterator[str]:
        return self._reader.texts(place, fact)

    def _ended(self) -> Iterator[Record]:
        for name in sorted({one for book in self._books for one in book.forgotten}):
            yield {"forget": name}
        yield {"advance": self.clock_us}

    def dump(self) -> Iterator[Record]:
        """Yield records from which `restore` makes the same session: facts, clock, forgotten."""
        with self._lock:
            for place, book in enumerate(self._books):
                for item in book.items():
                    yield self._record((place, item))
            yield from self._ended()

    def restore(self, records: Iterable[Record]) -> None:
        """Take the records of `dump` or of a journal, telling nothing and writing nothing.

        Raises:
            FactsError: One of them cannot be read.
        """
        self.resume(State(list(records), [], []))

    def resume(self, state: State) -> None:
        """Take the state of a journal, telling nothing and writing nothing.

        Raises:
            FactsError: A record cannot be read.
        """
        # Millions of new objects set off collections that find nothing: a quarter of the time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            with self._lock:
                self._resumed(state)
        finally:
            if collecting:
                gc.enable()

    def _resumed(self, state: State) -> None:
        clock = state.clock(self.clock_us)
        for book in self._books:
            book.move_to(clock)
        self._restored(state.records)
        for place, (book, cases) in enumerate(zip(self._books, state.parked, strict=False)):
            book.lay(cases, partial(self._texts, place))
            book.on_rouse = partial(self._reader.keep, place)
        if state.parked:
            self._reader.before = lambda place, text: self._books[place].rouse_marked(text)
        self._restored(state.rest)
        for book in self._books:
            book.settle()
        self._logged = clock

    def _restored(self, kept: list[Record]) -> None:
        names = {plan.id: place for place, plan in enumerate(self.plans)}
        placed: list[Placed] = []
        for record in kept:
            if "forget" in record:
                self._restore(placed)
                placed = []
                for book in self._books:
                    book.forget(record["forget"])
            elif "advance" not in record:
                placed.append((names[record.get("ruleset", self.plans[0].id)],
                               from_record(record)))  # fmt: skip
        self._restore(placed)

    def _restore(self, placed: list[Placed]) -> None:
        for place, item in placed:
            if isinstance(item, Fact):
                self._reader.keep(place, item)
        for place, book in enumerate(self._books):
            book.load(item for own, item in placed if own == place)


def _same_name(a: object, b: object) -> bool:
    """Tell whether two items may be about the same: only then they are compared."""
    return type(a) is type(b) and getattr(a, "id", None) == getattr(b, "id", None)
