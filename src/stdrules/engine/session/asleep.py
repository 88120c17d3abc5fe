"""Cases as they lie in a snapshot: written down, found by their names, read when they are needed.

Cases that share a fact lie in one bundle. Of each bundle is known when it wakes, so that a session
with very many cases is there at once, and judges those that something happens to.

Not here
    What happens when a bundle is roused (``stdrules.engine.session.rousing``).
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop
from typing import Final, NamedTuple

from stdrules.engine.session.wakes import NEVER
from stdrules.model.records import Item, from_record, to_record

#: Fast rather than small.
_LEVEL: Final = 1
_BITS: Final = 32
_LOW: Final = (1 << _BITS) - 1


class Bundle(NamedTuple):
    """Cases that share facts, written down.

    Attributes:
        cases: Their ids, each with the numbers of its case types.
        wake: When something may change by time alone; 0: not known.
        marks: By what its facts and statements are found: ids, and what others link to.
        body: Its facts and statements, as `written` gives them.
    """

    cases: list[tuple[str, list[int]]]
    wake: int
    marks: Sequence[int]
    body: bytes


def mark_of(text: str) -> int:
    """Return by what a text is found; two texts may have the same, which costs a look."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def written(items: Iterable[Item]) -> bytes:
    """Return facts and statements as bytes."""
    records = [to_record(item) for item in items]
    text = json.dumps(records, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)


def read(body: bytes) -> list[Item]:
    """Return the facts and statements in some bytes."""
    return [from_record(one) for one in json.loads(zlib.decompress(body))]


def packed(bundles: Sequence[Bundle]) -> bytes:
    """Return bundles as bytes, from which `Asleep` finds them without reading them all."""
    index = sorted(
        mark << _BITS | number for number, one in enumerate(bundles) for mark in one.marks
    )
    ends: list[int] = []
    end = 0
    for one in bundles:
        end += len(one.body)
        ends.append(end)
    names = json.dumps([one.cases for one in bundles], ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    parts = [
        names, _bytes("Q", index), _bytes("q", [one.wake for one in bundles]), _bytes("q", ends),
        b"".join([one.body for one in bundles]),
    ]  # fmt: skip
    return b"".join([struct.pack("<5Q", *map(len, parts)), *parts])


def _bytes(kind: str, values: Iterable[int]) -> bytes:
    found = array(kind, values)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tobytes()


def _array(kind: str, data: memoryview) -> array[int]:
    found = array(kind)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found


class Asleep:
    """Bundles that nobody has asked for yet.

    Attributes:
        names: The bundle of each case.
        left: How many there are.
    """

    def __init__(self, data: bytes) -> None:
        view = memoryview(data)
        sizes = struct.unpack_from("<5Q", data)
        places, at = [], 40
        for size in sizes:
            places.append(view[at : at + size])
            at += size
        text = bytes(places[0]).decode("utf-8", "surrogatepass")
        self._cases: list[list[tuple[str, list[int]]] | None] = json.loads(text)
        self._index = _array("Q", places[1])
        self.wakes = _array("q", places[2])
        self._ends = _array("q", places[3])
        self._bodies = places[4]
        self.names = {
            name: number for number, own in enumerate(self._cases) for name, _ in own or ()
        }
        self.left = len(self._cases)
        self._more: dict[int, list[Item]] = {}
        self._marks: dict[int, set[int]] = {}
        self._heap: list[int] = []
        self._numbers = array("q")

    def number_from(self, first: int) -> int:
        """Give numbers to all cases, in the order of bundles; return how many there are."""
        count = 0
        self._numbers = array("q")
        for own in self._cases:
            self._numbers.append(first + count)
            count += sum(len(kinds) for _, kinds in own or ())
        return count

    def reserved(self, number: int) -> dict[tuple[int, str], int]:
        """Return the numbers of the cases of a bundle, by case type and id."""
        places = [(kind, name) for name, kinds in self._cases[number] or () for kind in kinds]
        first = self._numbers[number]
        return {place: first + n for n, place in enumerate(places)}

    def owner(self, case: int) -> int | None:
        """Return the bundle of the case with a number, if it is there."""
        number = bisect_right(self._numbers, case) - 1
        if number < 0 or self._cases[number] is None:
            return None
        return number if case - self._numbers[number] < len(self.reserved(number)) else None

    def case_names(self) -> Iterator[str]:
        """Yield the ids of the cases that are left."""
        for own in self._cases:
            for name, kinds in own or ():
                if kinds:
                    yield name

    def holds(self, name: str, kind: int) -> bool:
        """Tell whether there is a case of a type."""
        own = self._cases[self.names[name]] if name in self.names else None
        return any(one == name and kind in kinds for one, kinds in own or ())

    def is_whole(self, number: int) -> bool:
        """Tell whether all that a bundle names are cases by now."""
        return all(kinds for _, kinds in self._cases[number] or ())

    def find(self, text: str) -> list[int]:
        """Return the bundles that may hold something of this id, or that others link to by it."""
        mark, index = mark_of(text), self._index
        found = list(self._marks.get(mark, ()))
        place = bisect_left(index, mark << _BITS)
        while place < len(index) and index[place] >> _BITS == mark:
            found.append(index[place] & _LOW)
            place += 1
        return [number for number in found if self._cases[number] is not None]

    def add(self, number: int, item: Item, marks: Iterable[int]) -> None:
        """Put one more fact or statement into a bundle; when it wakes is no longer known."""
        self._more.setdefault(number, []).append(item)
        for mark in marks:
            self._marks.setdefault(mark, set()).add(number)
        self.wakes[number] = 0

    def take(self, number: int) -> list[Item]:
        """Take a bundle out; return its facts and statements."""
        items = [*self.items(number), *self._more.pop(number, ())]
        for name, _ in self._cases[number] or ():
            del self.names[name]
        self._cases[number] = None
        self.left -= 1
        return items

    def items(self, number: int) -> list[Item]:
        """Return what was written of a bundle."""
        return read(self._body(number))

    def _body(self, number: int) -> bytes:
        first = self._ends[number - 1] if number else 0
        return bytes(self._bodies[first : self._ends[number]])

    def numbers(self) -> Iterator[int]:
        """Yield the bundles that are left."""
        return (number for number, own in enumerate(self._cases) if own is not None)

    def all_items(self) -> Iterator[Item]:
        """Yield the facts and statements of all that are left."""
        for number in self.numbers():
            yield from self.items(number)
            yield from self._more.get(number, ())

    def bundles(self, known: bool) -> Iterator[tuple[int, Bundle]]:
        """Yield what is left as it was written, for the next snapshot, with its first number.

        Args:
            known: Whether it is still right when they wake.
        """
        marks: dict[int, list[int]] = {}
        for one in self._index:
            marks.setdefault(one & _LOW, []).append(one >> _BITS)
        for mark, numbers in self._marks.items():
            for number in numbers:
                marks.setdefault(number, []).append(mark)
        for number in self.numbers():
            body = self._body(number)
            if number in self._more:
                body = written([*read(body), *self._more[number]])
            wake = self.wakes[number] if known else 0
            cases = self._cases[number] or []
            yield self._numbers[number], Bundle(cases, wake, marks.get(number, []), body)

    # --- time -----------------------------------------------------------------------------------

    def set_clock(self, clock: int) -> list[int]:
        """Begin at a clock; return the bundles of which it is not known when they wake.

        Those are taken to wake at once.
        """
        late = [number for number in self.numbers() if self.wakes[number] <= clock]
        for number in late:
            self.wakes[number] = clock + 1
        self._heap = [self.wakes[number] << _BITS | number for number in self.numbers()]
        heapify(self._heap)
        return late

    def dawn(self) -> int:
        """Return when the next one wakes, or `NEVER`."""
        heap = self._heap
        while heap and self._cases[heap[0] & _LOW] is None:
            heappop(heap)
        return heap[0] >> _BITS if heap else NEVER

    def first(self) -> int:
        """Return the bundle that wakes next."""
        self.dawn()
        return self._heap[0] & _LOW

    def awake_by(self, limit: int) -> list[int]:
        """Return the bundles that wake up to a moment."""
        return [number for number in self.numbers() if self.wakes[number] <= limit]

    def forget_wakes(self) -> None:
        """Note that of none it is known when it wakes."""
        self.wakes = array("q", bytes(8 * len(self.wakes)))
