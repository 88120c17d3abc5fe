"""Facts of the future: posted already, seen when the clock reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from stdrules.engine.session.wakes import NEVER
from stdrules.engine.versions import KnownFrom, Version
from stdrules.plan.plan import TypeInfo


def seen_from(version: Version, info: TypeInfo, known_from: KnownFrom) -> int:
    """Return from when a fact is seen: an instant at once, a day once it has begun.

    A plan is seen from its announcement on, and a fact without a time always.
    """
    at = version.fact.at
    if at is None:
        return -NEVER
    seen = known_from(version.fact) if info.kind == "plan" else at.first
    if seen != at.first or at.first == at.last:
        return seen
    return seen + 1


class Waiting:
    """Versions in the order in which they will be seen.

    Attributes:
        moment: When the next one is seen, or a case that sleeps wakes; `NEVER` if there is none.
        dawn: When a case wakes that sleeps.
    """

    __slots__ = ("_by_case", "_count", "_heap", "_roots", "dawn", "moment")

    def __init__(self) -> None:
        self._heap: list[tuple[int, str, int, Version]] = []
        self._roots: dict[str, tuple[int, Version]] = {}
        self._by_case: dict[str, set[str]] = {}
        self._count = 0
        self.moment = NEVER
        self.dawn = NEVER

    def set_dawn(self, dawn: int) -> None:
        """Note when the next case wakes that sleeps."""
        self.dawn = dawn
        self._tidy()

    def put(self, moment: int, version: Version) -> None:
        """Keep a version until a moment."""
        self._count += 1
        names = _names(version)
        for name in names:
            self._by_case.setdefault(name, set()).add(version.root)
        self._roots[version.root] = (moment, version)
        heappush(self._heap, (moment, names[0], self._count, version))
        self.moment = min(self._heap[0][0], self.dawn)

    def cancel(self, root: str) -> bool:
        """Drop the version of a fact; tell whether it was waiting."""
        if not self._remove(root):
            return False
        self._tidy()
        return True

    def pop(self) -> Iterator[Version]:
        """Take what is seen next: all of one case that is seen at the same moment."""
        if not self._heap:
            return
        moment, name, _, _ = self._heap[0]
        while self._heap and self._heap[0][:2] == (moment, name):
            version = heappop(self._heap)[3]
            if self._is_waiting(version):
                self._remove(version.root)
                yield version
        self._tidy()

    def due_of(self, case: str, now: int) -> list[Version]:
        """Take what all cases, or one case, should see by now."""
        roots = self._by_case.get("", set()) | self._by_case.get(case, set())
        found = []
        for root in sorted(roots):
            moment, version = self._roots[root]
            if moment <= now:
                found.append(version)
        for version in found:
            self._remove(version.root)
        self._tidy()
        return found

    def of_case(self, case: str) -> list[Version]:
        """Return what waits for a case."""
        return [self._roots[root][1] for root in sorted(self._by_case.get(case, ()))]

    def moments(self) -> Iterator[tuple[int, str]]:
        """Yield when each version will be seen, once for each case that it names."""
        for moment, version in self._roots.values():
            for name in _names(version):
                if name:
                    yield moment, name

    def _remove(self, root: str) -> bool:
        kept = self._roots.pop(root, None)
        if kept is None:
            return False
        for name in _names(kept[1]):
            roots = self._by_case[name]
            roots.discard(root)
            if not roots:
                del self._by_case[name]
        return True

    def _is_waiting(self, version: Version) -> bool:
        kept = self._roots.get(version.root)
        return kept is not None and kept[1] is version

    def _tidy(self) -> None:
        while self._heap and not self._is_waiting(self._heap[0][3]):
            heappop(self._heap)
        self.moment = min(self._heap[0][0], self.dawn) if self._heap else self.dawn


def _names(version: Version) -> list[str]:
    """The ids of the cases of a fact; "" if all cases see it."""
    return sorted({one for ids in version.fact.cases.values() for one in ids}) or [""]
