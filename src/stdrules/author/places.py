"""Where the digests of a ledger are found in a copy of the document.

A statement's paragraph may stand in the copy as it is, without its number, broken into several
lines, or joined with others into one. Each way is tried only for the digests that the ways before
it did not find. No sentence is needed for it: a digest fits or does not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from stdrules.author.paragraphs import Paragraph, furniture
from stdrules.base.text import normalise_source, sha12

#: Lines into which a paragraph may be broken.
MAX_LINES: Final = 40
#: Characters below which a part of a paragraph is no evidence: any text may hold it.
MIN_PART: Final = 8
#: Digests that are made before a search is given up: the document is another one.
MAX_STEPS: Final = 1_500_000
_ENDS: Final = re.compile(r"[。；：:;.!?！？,，、)）”\"]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in a copy.

    Attributes:
        first: The place of its first paragraph, from 0.
        last: That of its last one.
        start: Where it begins in the first one, in characters of the normalised form.
        text: What stands there.
        form: Its normalised form.
    """

    first: int
    last: int
    start: int
    text: str
    form: str

    @property
    def key(self) -> tuple[int, int]:
        """Its place in the order of the copy."""
        return self.first, self.start


@dataclass(frozen=True, slots=True)
class Joined:
    """A paragraph of the copy that holds one known sentence and something else besides."""

    place: Place
    was: str


class Finder:
    """Finds digests in the paragraphs of a copy.

    Args:
        paragraphs: The copy.
    """

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.paragraphs = paragraphs
        self.end = len(paragraphs)
        self.furniture = furniture(paragraphs)
        self._whole: dict[str, list[int]] = {}
        for place, one in enumerate(paragraphs):
            for digest in one.digests:
                self._whole.setdefault(digest, []).append(place)

    def whole(self, digest: str) -> list[Place]:
        """Return where a digest is that of one paragraph."""
        return [self.at(place) for place in self._whole.get(digest, ())]

    def at(self, first: int, last: int | None = None) -> Place:
        """Return the place of a paragraph, or of several in a row."""
        last = first if last is None else last
        rows = [
            self.paragraphs[n]
            for n in range(first, last + 1)
            if first == last or n in (first, last) or n not in self.furniture
        ]
        return Place(first, last, 0, _joined(rows), "".join(one.form for one in rows))

    def numbered(self, wanted: dict[str, tuple[str, ...]], free: Iterable[int]) -> dict[str, Place]:
        """Find paragraphs that have lost their number.

        Args:
            wanted: Digest -> the locators of its statements.
            free: The paragraphs that are still open.
        """
        found: dict[str, Place] = {}
        heads = {
            digest: {head for locator in locators for head in numbers(locator)}
            for digest, locators in wanted.items()
        }
        places = list(free)
        if sum(map(len, heads.values())) * len(places) > MAX_STEPS:
            return found
        for place in places:
            form = self.paragraphs[place].form
            for digest, printed in heads.items():
                if digest not in found and any(sha12(head + form) == digest for head in printed):
                    found[digest] = self.at(place)
        return found

    def broken(self, wanted: Iterable[str]) -> dict[str, list[Place]]:
        """Find paragraphs that are broken into lines; headers and page numbers may stand between.

        Args:
            wanted: Digests.
        """
        left, found = set(wanted), dict[str, list[Place]]()
        if not left:
            return found
        forms = [one.form.encode("utf-8", "surrogatepass") for one in self.paragraphs]
        bare = [b"" if n in self.furniture else form for n, form in enumerate(forms)]
        whole = [one.forms[0].encode("utf-8", "surrogatepass") for one in self.paragraphs]
        # With and without what may be the furniture of pages: a sentence can look like it.
        for rows in (forms, bare if self.furniture else [], whole if whole != forms else []):
            for first in range(len(rows)):
                if not rows[first]:
                    continue
                running = hashlib.sha256(rows[first])
                for last in range(first + 1, min(first + MAX_LINES, len(rows))):
                    if not rows[last]:
                        continue
                    running.update(rows[last])
                    digest = running.hexdigest()[:12]
                    if digest in left:
                        found.setdefault(digest, []).append(self.at(first, last))
            left -= set(found)
        return found

    def joined(
        self, wanted: Mapping[str, str], free: Iterable[int]
    ) -> tuple[dict[str, Place], dict[str, Joined]]:
        """Find sentences inside longer paragraphs.

        Args:
            wanted: Digest -> the normalised sentence; empty if it is not known.
            free: The paragraphs that are still open.

        Returns:
            Those that stand beside another known one, so that lines were only joined; and those
            that are alone with words that are not known, so that something was added.
        """
        left = set(wanted)
        sure: dict[str, Place] = {}
        added: dict[str, Joined] = {}
        steps = MAX_STEPS
        for place in free:
            if not left or steps <= 0:
                break
            form = self.paragraphs[place].form
            parts, used = _parts(form, left, steps)
            steps -= used
            tried = {digest for _, _, digest in parts}
            parts += [
                (form.index(wanted[digest]), wanted[digest], digest)
                for digest in sorted(left - tried)
                if len(wanted[digest]) >= MIN_PART and wanted[digest] in form
            ]
            for start, part, digest in parts:
                left.discard(digest)
                text = self.paragraphs[place].cut(start, start + len(part))
                if len(parts) > 1:
                    sure[digest] = Place(place, place, start, text, part)
                else:
                    added[digest] = Joined(self.at(place), text)
        return sure, added


def _parts(form: str, wanted: set[str], budget: int) -> tuple[list[tuple[int, str, str]], int]:
    """Return the parts of a paragraph whose digests are wanted, and how many were tried."""
    found: list[tuple[int, str, str]] = []
    starts = [0, *(match.end() for match in _ENDS.finditer(form))]
    begin = used = 0
    while starts and used < budget:
        start = starts.pop(0)
        if start < begin:
            continue
        running = hashlib.sha256()
        for end in range(start, len(form)):
            running.update(form[end].encode("utf-8", "surrogatepass"))
            used += 1
            if end + 1 - start < MIN_PART or end + 1 - start == len(form):
                continue
            digest = running.hexdigest()[:12]
            if digest in wanted:
                found.append((start, form[start : end + 1], digest))
                begin = end + 1
                starts.insert(0, begin)
                break
    return found, used


@cache
def numbers(locator: str) -> frozenset[str]:
    """Return the ways in which the number of a clause may be printed before its sentence."""
    heads: set[str] = set()
    for text in (locator, locator.split()[-1], re.split(r"[ .]", locator)[-1]):
        head = normalise_source(text)
        bare = head.rstrip(".)")
        heads |= {head, bare, f"{bare}.", f"{bare})", f"{bare}、", f"({bare})"}
    return frozenset(heads)


def _joined(rows: Sequence[Paragraph]) -> str:
    """Join lines as a reader does: with a blank only between words that need one."""
    text = ""
    for one in rows:
        gap = " " if text and text[-1].isascii() and one.text[0].isascii() else ""
        text += gap + one.text
    return text
