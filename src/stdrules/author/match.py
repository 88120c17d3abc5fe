"""Holding a ledger against a copy of its document: exact, moved, changed or missing.

Statements that share a paragraph share a digest and are found together. The paragraphs that stand
in the order of the ledger are a chain; one that is found outside of it has moved, unless it stands
beside its own clause. What is not found is looked for between its neighbours in the chain only, so
that one changed word changes nothing about the sentences around it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stdrules.author.alike import coverage, likeness
from stdrules.author.paragraphs import Paragraph
from stdrules.author.places import MAX_LINES, Finder, Joined, Place, numbers
from stdrules.base.text import normalise_source
from stdrules.model.ledger import LedgerEntry

Status = Literal["exact", "moved", "changed", "missing"]
STATUSES: Final[tuple[Status, ...]] = ("exact", "moved", "changed", "missing")
#: From 100: a sentence whose words are known is less in doubt than one known by its summary.
ALIKE: Final = 45
FAR: Final = 75
COVERED: Final = 12
#: A sentence that stands elsewhere, while one as alike as this stands in its place, was changed.
REPLACED: Final = 60
#: What the printed number of the clause is worth.
NUMBERED: Final = 30
#: Every third sentence must be exact for the places of the others to say something.
KEPT: Final = 3
#: Sentences by texts beyond which nothing is compared: the document is another one.
MAX_PAIRS: Final = 500_000
_MANY: Final = 1_000_000
_ENDS: Final = "。；;.!！?？：:"


@dataclass(frozen=True, slots=True)
class Statement:
    """A paragraph of the ledger, with all statements made of it.

    Attributes:
        digest: The digest that the ledger gives.
        ids: Its statements.
        locators: Where they say that they stand.
        hints: Their summaries, normalised.
        asks: Whether one of them asks for something, so that a sentence stands there; a bare
            statement may be a heading or a cell.
        was: The sentence as it was last seen with this digest; empty if it is not known.
    """

    digest: str
    ids: tuple[str, ...]
    locators: tuple[str, ...]
    hints: tuple[str, ...]
    asks: bool = True
    was: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a paragraph of the ledger.

    Attributes:
        statement: The paragraph.
        status: exact, moved, changed or missing.
        place: Where it stands; None if it is missing.
        was: The sentence that fits the digest, as far as it is known.
    """

    statement: Statement
    status: Status
    place: Place | None
    was: str


def statements(
    entries: Iterable[LedgerEntry], known: Mapping[str, str] | None = None
) -> tuple[Statement, ...]:
    """Return the paragraphs of a ledger in their order.

    Args:
        entries: The ledger.
        known: Digest -> the sentence, from an earlier copy.
    """
    by_digest: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        by_digest.setdefault(entry.digest, []).append(entry)
    return tuple(
        Statement(
            digest,
            tuple(entry.id for entry in rows),
            tuple(dict.fromkeys(entry.locator for entry in rows)),
            tuple(
                normalise_source(text)
                for entry in rows
                for text in (entry.summary.zh, entry.summary.en)
                if text
            ),
            any(entry.modality != "statement" for entry in rows),
            (known or {}).get(digest, ""),
        )
        for digest, rows in by_digest.items()
    )


def match(wanted: Sequence[Statement], paragraphs: Sequence[Paragraph]) -> list[Found]:
    """Find every paragraph of a ledger in a copy.

    Args:
        wanted: The ledger, in its order.
        paragraphs: The copy, in its order.

    Returns:
        One result a paragraph of the ledger, in the order given.
    """
    return _Matching(wanted, paragraphs).run()


class _Matching:
    """One comparison: what is settled so far, and which paragraphs are taken."""

    def __init__(self, wanted: Sequence[Statement], paragraphs: Sequence[Paragraph]) -> None:
        self.wanted = wanted
        self.finder = Finder(paragraphs)
        self.settled: dict[int, Found] = {}
        self.taken: set[int] = set()
        #: Whether the copy breaks its paragraphs into lines.
        self.broken = False

    def run(self) -> list[Found]:
        """Settle every paragraph of the ledger, the surest first."""
        wanted = self.wanted
        places, added = self._places()
        chain = _chain([places.get(one.digest, []) for one in wanted])
        outside: dict[int, Found] = {}
        for number, one in enumerate(wanted):
            if number in chain:
                self._settle(number, "exact", chain[number], chain[number].text)
            elif one.digest in places:
                found = _outside(one, places[one.digest], chain, wanted)
                if found.status == "exact" and found.place is not None:
                    self._settle(number, "exact", found.place, found.was)
                else:
                    outside[number] = found
        # A sentence may also stand, word for word, inside of another paragraph.
        for number, one in enumerate(wanted):
            if (longer := added.get(one.digest)) is not None:
                outside[number] = Found(one, "changed", longer.place, longer.was)
        self._between(chain, {number: found.was for number, found in outside.items()})
        for number, found in outside.items():
            if number not in self.settled:
                self._settle(number, found.status, found.place, found.was)
        for number in range(len(wanted)):
            if number not in self.settled:
                self._elsewhere(number)
        return [self.settled[number] for number in range(len(wanted))]

    def _settle(self, number: int, status: Status, place: Place | None, was: str) -> None:
        self.settled[number] = Found(self.wanted[number], status, place, was)
        if place is not None:
            self.taken.update(range(place.first, place.last + 1))

    def _places(self) -> tuple[dict[str, list[Place]], dict[str, Joined]]:
        """Find the digests, the plainest way first."""
        finder = self.finder
        found = {one.digest: rows for one in self.wanted if (rows := finder.whole(one.digest))}

        def left() -> dict[str, tuple[str, ...]]:
            return {one.digest: one.locators for one in self.wanted if one.digest not in found}

        def free() -> list[int]:
            rows = (place for places in found.values() for place in places)
            taken = {n for place in rows for n in range(place.first, place.last + 1)}
            return [n for n in range(len(finder.paragraphs)) if n not in taken]

        found |= (broken := finder.broken(left()))
        self.broken = bool(broken)
        found |= {digest: [place] for digest, place in finder.numbered(left(), free()).items()}
        known = {one.digest: normalise_source(one.was) for one in self.wanted}
        sure, added = finder.joined({digest: known[digest] for digest in left()}, free())
        found |= {digest: [place] for digest, place in sure.items()}
        return found, added

    def _between(self, chain: Mapping[int, Place], moved: Mapping[int, str]) -> None:
        """Look for what is open between the neighbours that are not.

        Args:
            chain: The neighbours.
            moved: What was found elsewhere, with its sentence.
        """
        open_ones = [n for n in range(len(self.wanted)) if n not in self.settled]
        finder = self.finder
        # In a copy of which hardly anything is exact a place is no evidence.
        sure = KEPT * len(chain) >= len(self.wanted)
        for first, last, rows in _windows(open_ones, chain, finder.end):
            blocked = self.taken | finder.furniture
            free = [n for n in range(first, last) if n not in blocked]
            spans = _spans(finder, free, self.broken)
            if len(rows) * len(spans) > MAX_PAIRS:
                continue
            beside = [finder.paragraphs[n].form for n in (first - 1, last) if 0 <= n < finder.end]
            worth = [
                [
                    _worth(self.wanted[n], place, moved.get(n), beside if sure else None)
                    for place in spans
                ]
                for n in rows
            ]
            for at, place in _assign(spans, worth).items():
                one = self.wanted[rows[at]]
                self._settle(rows[at], "changed", place, moved.get(rows[at]) or one.was)

    def _elsewhere(self, number: int) -> None:
        """Look for a sentence that is changed and stands elsewhere; only a known one is told."""
        was = self.wanted[number].was
        form, found = normalise_source(was), (FAR - 1, -1)
        few = len(self.finder.paragraphs) * len(self.wanted) <= MAX_PAIRS
        for place, paragraph in enumerate(self.finder.paragraphs if was and few else ()):
            if place not in self.taken:
                found = max(found, (likeness(form, paragraph.form), -1 - place))
        if found[0] < FAR:
            self._settle(number, "missing", None, was)
        else:
            self._settle(number, "changed", self.finder.at(-1 - found[1]), was)


def _chain(candidates: Sequence[Sequence[Place]]) -> dict[int, Place]:
    """Return the longest chain that rises in the copy, with one place at most for each.

    Args:
        candidates: For each paragraph of the ledger the places where its digest is.

    Returns:
        Number in the ledger -> place.
    """
    ranks = {key: n for n, key in enumerate(sorted({p.key for row in candidates for p in row}), 1)}
    tree = [(0, -1)] * (len(ranks) + 1)  # best sum of a chain that ends at or before a rank
    links: list[tuple[int, Place, int]] = []
    for number, places in enumerate(candidates):
        # Of two that exclude each other the one that stands only once is right.
        worth = _MANY if len(places) == 1 else _MANY - 1
        # Falling keys: two places of one paragraph never follow each other.
        for place in sorted(places, key=lambda p: p.key, reverse=True):
            at = ranks[place.key] - 1
            total, before = 0, -1
            while at > 0:
                if tree[at][0] > total:
                    total, before = tree[at]
                at &= at - 1
            links.append((number, place, before))
            at = ranks[place.key]
            while at < len(tree):
                if tree[at][0] < total + worth:
                    tree[at] = (total + worth, len(links) - 1)
                at += at & -at
    found: dict[int, Place] = {}
    link = max(tree, key=lambda entry: entry[0])[1]
    while link >= 0:
        number, place, link = links[link]
        found[number] = place
    return found


def _outside(
    one: Statement, places: Sequence[Place], chain: Mapping[int, Place], wanted: Sequence[Statement]
) -> Found:
    """Judge a paragraph outside the chain: beside its own clause it has not moved."""
    order = sorted((place.key, number) for number, place in chain.items())
    keys = [key for key, _ in order]
    for place in places:
        at = bisect_left(keys, place.key)
        beside = [number for _, number in order[max(0, at - 1) : at + 1]]
        if any(_same_clause(one, wanted[number]) for number in beside):
            return Found(one, "exact", place, place.text)
    return Found(one, "moved", places[0], places[0].text)


def _same_clause(one: Statement, other: Statement) -> bool:
    """Tell whether two paragraphs stand in one clause, or one in a part of the other's."""
    return any(
        a == b or f"{a} ".startswith(f"{b} ") or f"{b} ".startswith(f"{a} ")
        for a in one.locators
        for b in other.locators
    )


def _windows(
    open_ones: Sequence[int], chain: Mapping[int, Place], end: int
) -> list[tuple[int, int, list[int]]]:
    """Group what was not found by the places between which it must stand."""
    numbers = sorted(chain)
    found: dict[tuple[int, int], list[int]] = {}
    for number in open_ones:
        at = bisect_left(numbers, number)
        first = chain[numbers[at - 1]].last + 1 if at else 0
        last = chain[numbers[at]].first if at < len(numbers) else end
        found.setdefault((first, last), []).append(number)
    return [(first, last, rows) for (first, last), rows in found.items()]


def _assign(spans: Sequence[Place], worth: Sequence[Sequence[int]]) -> dict[int, Place]:
    """Give texts to statements in their order so that all together they fit best.

    Args:
        spans: The texts, by where they end.
        worth: How well each fits, shape (statements, texts); 0 where it does not.
    """
    # best[i][j]: the best sum for the first i statements and the first j texts.
    best = [[0] * (len(spans) + 1) for _ in range(len(worth) + 1)]
    before = _before(spans)
    for i, row in enumerate(worth, 1):
        for j, fits in enumerate(row, 1):
            with_it = best[i - 1][before[j - 1]] + fits if fits else -1
            best[i][j] = max(best[i - 1][j], best[i][j - 1], with_it)
    found: dict[int, Place] = {}
    i, j = len(worth), len(spans)
    while i and j:
        if best[i][j] == best[i][j - 1]:
            j -= 1
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            found[i - 1] = spans[j - 1]
            i, j = i - 1, before[j - 1]
    return found


def _spans(finder: Finder, free: Sequence[int], broken: bool) -> list[Place]:
    """Return the paragraphs that are open and, in a broken copy, rows of lines that may be one."""
    spans = [finder.at(n) for n in free]
    for at, first in enumerate(free if broken else ()):
        last = first
        for following in free[at + 1 : at + MAX_LINES]:
            between = any(n not in finder.furniture for n in range(last + 1, following))
            if between or finder.paragraphs[last].form[-1] in _ENDS:
                break
            last = following
            spans.append(finder.at(first, last))
    return sorted(spans, key=lambda place: (place.last, place.first))


def _before(spans: Sequence[Place]) -> list[int]:
    """Return for each span how many end before it begins."""
    ends = [place.last for place in spans]
    return [bisect_left(ends, place.first) for place in spans]


def _worth(one: Statement, place: Place, moved: str | None, beside: Sequence[str] | None) -> int:
    """Return how well a text fits a statement, from 100; 0 if it does not.

    Args:
        one: The statement.
        place: The text.
        moved: The sentence, if it was found elsewhere.
        beside: The sentences between which the statement must stand; None: its place says nothing.
    """
    if moved is not None:
        found = likeness(normalise_source(moved), place.form)
        return found if found >= REPLACED else 0
    if one.was:
        found = likeness(normalise_source(one.was), place.form)
        return found if found >= ALIKE else 0
    # The sentence is not known: its summary, its number and its neighbours must do.
    found = max((coverage(hint, place.form) for hint in one.hints), default=0)
    heads = {head for locator in one.locators for head in numbers(locator) if len(head) > 2}
    if place.form.startswith(tuple(heads)):
        found += NUMBERED
    if beside is None:
        return found if found >= 3 * COVERED else 0
    if not beside or any((place.form[-1] in _ENDS) == (form[-1] in _ENDS) for form in beside):
        return found + 2 * COVERED
    # A heading among sentences, or a sentence among headings, is hardly the one.
    if one.asks:
        return found // 3 if found // 3 >= COVERED else 0
    return found // 2 + 1
