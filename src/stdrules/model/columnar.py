"""Facts as columns sorted by case: what bulk readers hand to the columns evaluator.

A chunk holds whole cases. Everything that is not plain (corrections, withdrawals, waivers,
suspensions, completeness, judgements, facts of every case) stays a `FactLog` in ``rest``.

Units
    Moments are microseconds since the epoch, UTC. Numbers are ``values * 10**-exponent``, exactly.

Not here
    How facts become columns (``stdrules.engine.columns.gather``, and the bulk readers of
    ``stdrules.intake``); what a reader must see to is in docs/columns.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from stdrules.model.facts import Fact, FactLog

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Codes = NDArray[np.int32]
    States = NDArray[np.uint8]
    Booleans = NDArray[np.bool_]

#: The moment of a fact without a time, and the time from which it is known if that is not said.
NEVER = -(2**62)
#: What a field's cell may be: a value, known to be blank, or not carried by the source.
TOLD, BLANK, ABSENT = 0, 1, 2


class Words:
    """The values behind codes: ``values[code]``. Columns that share one can be joined by code.

    Example:
        >>> words = Words(["north", "south"])
        >>> words.code("south"), words.code("east"), words.values[2]
        (1, 2, 'east')
    """

    __slots__ = ("_codes", "values")

    def __init__(self, values: Iterable[Hashable] = ()) -> None:
        self.values: list[Hashable] = list(values)
        self._codes: dict[Hashable, int] | None = None

    def code(self, value: Hashable) -> int:
        """Return the code of a value, giving it one if it has none."""
        codes = self._known()
        found = codes.get(value)
        if found is None:
            found = codes[value] = len(self.values)
            self.values.append(value)
        return found

    def find(self, value: Hashable) -> int:
        """Return the code of a value, -1 if it has none."""
        return self._known().get(value, -1)

    def _known(self) -> dict[Hashable, int]:
        if self._codes is None:
            self._codes = {value: code for code, value in enumerate(self.values)}
        return self._codes


@dataclass(slots=True)
class Column:
    """One field of all facts of a table.

    Attributes:
        kind: ``code`` (text, choice, and lists of them), ``number``, ``boolean``, ``moment`` or
            ``object``.
        values: int32 codes; int64 scaled numbers; bool; int64 first microseconds; or the Python
            values themselves. What stands where ``state`` is not 0 means nothing.
        state: 0 told, 1 blank, 2 not carried; None: all are told.
        words: The values behind the codes: texts, or tuples of texts.
        exponent: Of numbers: how many decimal places the scaled integers have.
        last: Of moments: int64 last microseconds (the last one of a bare date's day); None: all
            are instants.
    """

    kind: str
    values: NDArray[np.generic]
    state: States | None = None
    words: Words | None = None
    exponent: int = 0
    last: Ints | None = None


class Ids(Protocol):
    """Names of the facts of a table by row; a list of str will do."""

    def __getitem__(self, row: int, /) -> str: ...


class NumberedIds:
    """Ids made of a prefix and a number, so that millions need no room.

    Example:
        >>> NumberedIds("visits.csv!", first=2)[5]
        'visits.csv!7'
    """

    __slots__ = ("first", "numbers", "prefix")

    def __init__(self, prefix: str, first: int = 0, numbers: Sequence[int] | None = None) -> None:
        """Number from ``first`` on, or by the row numbers given (before sorting)."""
        self.prefix = prefix
        self.first = first
        self.numbers = numbers

    def __getitem__(self, row: int) -> str:
        number = row if self.numbers is None else int(self.numbers[row])
        return f"{self.prefix}{self.first + number}"


@dataclass(slots=True)
class Table:
    """All facts of one type in cases of one type.

    INVARIANT: rows are sorted by (case, first, last, id); ids are unique in the whole input.

    Attributes:
        type: The fact type.
        case: int32 index into the case ids, ascending.
        first: int64 first microsecond of its time, `NEVER` without one.
        last: int64 last microsecond; None: all times are instants.
        known: int64 microsecond from which the fact counts as known (of a plan its announcement),
            `NEVER` if that is not said; None: its own time.
        ids: The names.
        columns: By field name.
        absent: The fields that the source does not carry; they need no column.
        facts: The facts themselves where they are at hand, by row.
        shared: True in rows that repeat a fact of every case; they make no case.
    """

    type: str
    case: Codes
    first: Ints
    ids: Ids
    columns: Mapping[str, Column]
    last: Ints | None = None
    known: Ints | None = None
    facts: Sequence[Fact] | None = None
    shared: Booleans | None = None
    absent: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.case)


@dataclass(slots=True)
class Columns:
    """A chunk: whole cases, with all that concerns them.

    Attributes:
        cases: Case type -> ids of its cases, in ascending order of text.
        tables: (case type, fact type) -> table.
        rest: What is not in tables: facts without a case (seen in every one), judgements, facts
            that were corrected or withdrawn with their corrections, and all other statements.
        touched: Case type -> ids of the cases that corrected or withdrawn facts belong to (None:
            all); they are judged one by one.
    """

    cases: Mapping[str, Sequence[str]]
    tables: Mapping[tuple[str, str], Table]
    rest: FactLog = field(default_factory=FactLog)
    touched: Mapping[str, frozenset[str] | None] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the facts in tables; one that belongs to two cases counts twice."""
        return sum(len(table) for table in self.tables.values())
