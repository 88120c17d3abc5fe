"""Sessions in a journal: what is written, what is read when one is opened again, snapshots.

A journal of a session begins with the moment at which its clock started; then come what was
posted, moves of the clock and forgotten cases, in their order. Its header names the rulesets.
Another version of a ruleset may be opened on it: facts stay, and are judged anew.

A snapshot holds what is left of all records up to a place, without what was forgotten: the cases
each by itself, with the moment at which it is to be judged again, so that opening judges none. It
is used only under the same plans, calendars and engine; what follows it is read from the records.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, NamedTuple

from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.base.time.calendars import calendar
from stdrules.journal.dialects import Sqlite, dialect_of
from stdrules.journal.errors import JournalError, JournalMissing, JournalReadOnly
from stdrules.journal.journal import Journal, Point, Reader, create_journal, open_journal
from stdrules.journal.records import canonical
from stdrules.journal.writer import Ticket
from stdrules.plan.plan import Plan

Record = Mapping[str, Any]
#: Records after which a snapshot is taken.
EVERY: Final = 100_000
#: What a snapshot holds; another form is read from the records instead.
_FORM: Final = "cases-1"
_SIZES: Final = struct.Struct("<Q")


class Choices(NamedTuple):
    """Readings and parameters that differ from the defaults."""

    readings: Mapping[str, str]
    parameters: Mapping[str, Any]


NO_CHOICES: Final = Choices({}, {})


class State(NamedTuple):
    """All that makes a session.

    Attributes:
        records: What belongs to no case: shared facts, forgotten cases, the clock.
        parked: The cases of each ruleset, as ``Book.parked`` writes them; none without a snapshot.
        rest: What was posted after that.
    """

    records: list[Record]
    parked: list[bytes]
    rest: list[Record]

    def clock(self, start: int) -> int:
        """Return where the clock stands, in microseconds; it began at `start`, or is in there."""
        parts = (self.records, self.rest)
        moments = [int(one["advance"]) for part in parts for one in part if "advance" in one]
        return max(moments, default=start)


class Frozen(NamedTuple):
    """A state on its way into a snapshot: the place in the journal, and its bytes."""

    point: Point
    payload: bytes


class Kept:
    """A journal as a session uses it.

    Args:
        journal: The journal, open for writing.
        plans: The plans of the session.
        every: Records after which a snapshot is taken; 0: never.
    """

    def __init__(self, journal: Journal, plans: Sequence[Plan], every: int = EVERY) -> None:
        self.journal = journal
        self._every = every
        self._depends_on = depends_on(plans)
        self._since = 0

    def append(self, records: Sequence[Record]) -> Ticket:
        """Take records; the ticket is waited for before the caller is answered."""
        ticket = self.journal.append(records)
        self._since += len(records)
        return ticket

    @property
    def is_due(self) -> bool:
        """Whether so many records have come that a snapshot is worth its while."""
        return 0 < self._every <= self._since

    @property
    def failure(self) -> JournalReadOnly | None:
        """Why nothing more is taken; None while it is."""
        return self.journal.failure

    def state(self) -> State:
        """Return what makes the session: the newest snapshot, and the records after it.

        Raises:
            JournalDamaged: A record is not what was written.
        """
        found = state_of(self.journal, self._depends_on)
        self._since = len(found.rest)
        return found

    def freeze(self, records: Iterable[Record], parked: Iterable[bytes]) -> Frozen:
        """Take down what stands for all that was appended so far.

        The caller lets nobody append meanwhile.

        Raises:
            JournalReadOnly: The journal failed.
        """
        point = self.journal.point()
        self._since = 0
        lines = b"\n".join([canonical(record) for record in records])
        parts = [part for one in (lines, *parked) for part in (_SIZES.pack(len(one)), one)]
        return Frozen(point, b"".join(parts))

    def save(self, frozen: Frozen) -> None:
        """Keep a snapshot; others may append meanwhile.

        Raises:
            JournalReadOnly: The journal failed.
        """
        try:
            self.journal.save_snapshot(frozen.payload, self._depends_on, frozen.point)
        except JournalReadOnly:
            raise
        except JournalError:
            # It only saves time, and nobody who posts a fact can do anything about it.
            return

    def close(self) -> None:
        """Write what is left, and let others write."""
        self.journal.close()


def open_kept(
    url: str | os.PathLike[str], plans: Sequence[Plan], clock: int | None, every: int = EVERY,
    choices: Choices = NO_CHOICES,
) -> tuple[Kept, State]:  # fmt: skip
    """Open the journal of a session, or make one.

    Args:
        url: ``sqlite:///cases.db``, the name of a file, or ``postgresql://user@host/name``.
        plans: The plans of the session.
        clock: Where a new session starts, in microseconds; None: there must be a journal.
        every: Records after which a snapshot is taken.
        choices: What the header of a new journal keeps, for those who open it later.

    Returns:
        The journal and what is in it.

    Raises:
        JournalError: It is locked, damaged or cannot be reached; or there is none to open.
        UsageError: It was made for other rulesets.
    """
    url = os.fspath(url)
    if clock is not None and not exists(url):
        journal = create_journal(url, identity_of(plans, choices))
        kept = Kept(journal, plans, every)
        _first(kept, clock)
        return kept, State([{"advance": clock}], [], [])
    kept = Kept(open_journal(url), plans, every)
    return kept, reopened(kept, plans, clock)


def reopened(kept: Kept, plans: Sequence[Plan], clock: int | None) -> State:
    """Return what is in a journal that is open, after a look whether it fits the session.

    The journal is closed if it does not.
    """
    try:
        check_identity(kept.journal.identity, plans, kept.journal.shown)
        state = kept.state()
        if not state.records and not state.rest:
            # Made, and stopped before the first record.
            if clock is None:
                raise UsageError(
                    Text("日志中没有时钟，请给出 `clock`", "the journal has no clock; give `clock`")
                )
            _first(kept, clock)
            state = State([{"advance": clock}], [], [])
    except BaseException:
        kept.close()
        raise
    return state


def exists(url: str) -> bool:
    """Return whether there is a journal, sound or not; a server is asked."""
    dialect = dialect_of(url)
    if isinstance(dialect, Sqlite):
        assert dialect.file is not None
        file = dialect.file
        return dialect.log_file.exists() or (file.exists() and file.stat().st_size > 0)
    try:
        Reader(url).close()
    except JournalMissing:
        return False
    return True


def identity_of(plans: Sequence[Plan], choices: Choices = NO_CHOICES) -> dict[str, Any]:
    """Return what the header of a journal says of a session."""
    return {
        "session": 1,
        "rulesets": [plan.id for plan in plans],
        "readings": dict(choices.readings),
        "parameters": {name: str(value) for name, value in choices.parameters.items()},
    }


def check_identity(identity: Mapping[str, Any], plans: Sequence[Plan], shown: str) -> None:
    """Hold the rulesets of a session against those that a journal was made for.

    Raises:
        UsageError: They differ, or it is not the journal of a session.
    """
    made_for, given = identity.get("rulesets"), [plan.id for plan in plans]
    if identity.get("session") != 1 or made_for != given:
        names = ", ".join(map(str, made_for)) if isinstance(made_for, list) else "?"
        asked = ", ".join(given)
        raise UsageError(
            Text(f"日志 `{shown}` 属于规则集 `{names}`，不是 `{asked}`",
                 f"the journal `{shown}` is of `{names}`, not of `{asked}`"),
            hint=Text("请以同样的规则集、同样的次序打开",
                      "open it with the same rulesets in the same order"),
        )  # fmt: skip


def state_of(journal: Journal | Reader, depends_on: str) -> State:
    """Return the newest snapshot that fits, and the records after it.

    Raises:
        JournalDamaged: A record is not what was written.
    """
    found = journal.snapshot(depends_on)
    if found is None:
        return State([], [], [entry.record for entry in journal.entries()])
    parts, at = [], 0
    while at < len(found.payload):
        (size,) = _SIZES.unpack_from(found.payload, at)
        at += _SIZES.size
        parts.append(found.payload[at : at + size])
        at += size
    # Not by splitlines: it would also cut at line separators within a text.
    kept = [json.loads(line) for line in parts[0].split(b"\n")]
    return State(kept, parts[1:], [entry.record for entry in journal.entries(found.seq)])


def _first(kept: Kept, clock: int) -> None:
    kept.append([{"advance": clock}]).wait()


def depends_on(plans: Sequence[Plan]) -> str:
    """Return what a snapshot depends on: plans with readings, calendars, engine, its form.

    It tells when cases are to be judged next, and that is right for the same of all these only.
    """
    calendars = [calendar(plan.calendar, plan.calendar_additions or None) for plan in plans]
    found = [
        [plan.id, plan.digest, one.name, one.edition, one.digest, plan.zone]
        for plan, one in zip(plans, calendars, strict=True)
    ]
    digest = sha256(json.dumps([_engine(), *found]).encode()).hexdigest()
    return f"{_FORM} {digest}"


def _engine() -> str:
    try:
        return version("stdrules")
    except PackageNotFoundError:
        return ""
