"""How alike two sentences are, and in which words they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from stdrules.base.text import normalise_source

_WORDS: Final = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|\d+(?:[.,]\d+)*|\S")
#: Characters or words that differ and are still compared one by one.
_MAX: Final = 2_000
#: Per cent of their characters that two sentences share by chance.
_SLIGHT: Final = 25


@dataclass(frozen=True, slots=True)
class Change:
    """One place in which a sentence differs.

    Attributes:
        at: Characters of the new sentence before it.
        was: What stood there.
        now: What stands there.
    """

    at: int
    was: str
    now: str

    def to_json(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"at": self.at, "was": self.was, "now": self.now}


def likeness(one: str, other: str) -> int:
    """Return how alike two normalised sentences are, from 0 to 100.

    Example:
        >>> likeness("应在48h内完成", "应在72h内完成"), likeness("应在48h内完成", "目次")
        (75, 0)
    """
    if one == other:
        return 100
    whole = len(one) + len(other)
    # Nearly all pairs have nothing in common; comparing them in full would take most of the time.
    if 200 * min(len(one), len(other)) < _SLIGHT * whole or _shared(one, other) < _SLIGHT:
        return 0
    first, last = _same_ends(one, other)
    a, b = one[first : len(one) - last][:_MAX], other[first : len(other) - last][:_MAX]
    same = sum(block.size for block in SequenceMatcher(None, a, b, False).get_matching_blocks())
    return 200 * (first + last + same) // whole


def coverage(hint: str, sentence: str) -> int:
    """Return how much of a summary is found again in a sentence, from 0 to 100.

    Pairs of neighbouring characters count in full, single ones for half: a summary is in other
    words than the sentence, but rarely without any of its terms.

    Example:
        >>> coverage("48h内发送进度计划", "接到任务后48h内应将进度计划发送业主") > 60
        True
    """
    pairs, chars = _grams(hint)
    if not pairs:
        return 0
    other_pairs, other_chars = _grams(sentence)
    both, single = len(pairs & other_pairs), len(chars & other_chars)
    return (200 * both * len(chars) + 100 * single * len(pairs)) // (3 * len(pairs) * len(chars))


def changes(was: str, now: str) -> tuple[Change, ...]:
    """Return the differences between two sentences, word by word; a Chinese character is a word.

    Example:
        >>> [(one.was, one.now) for one in changes("应在 48 h 内完成", "应在 72 h 内完成")]
        [('48', '72')]
    """
    old, new = _words(was), _words(now)
    found: list[tuple[int, int, int, int]] = []
    forms, others = [word.form for word in old], [word.form for word in new]
    first, last = _same_ends(forms, others)
    middle, other = forms[first : len(forms) - last], others[first : len(others) - last]
    if len(middle) > _MAX or len(other) > _MAX:  # a long text written anew: one change
        codes = [("replace", 0, len(middle), 0, len(other))]
    else:
        codes = list(SequenceMatcher(None, middle, other, False).get_opcodes())
    for tag, *places in codes:
        if tag == "equal":
            continue
        a, b, c, d = (first + place for place in places)
        # A single character between two changes is a coincidence, not a word kept.
        if found and a - found[-1][1] == 1 and len(old[found[-1][1]].form) == 1:
            found[-1] = (found[-1][0], b, found[-1][2], d)
        else:
            found.append((a, b, c, d))
    return tuple(
        Change(_start(new, c, len(now)), _cut(was, old, a, b), _cut(now, new, c, d))
        for a, b, c, d in found
    )


def marked(now: str, found: Sequence[Change]) -> str:
    """Write a sentence with its differences in place.

    Example:
        >>> marked("应在 72 h 内", changes("应在 48 h 内", "应在 72 h 内"))
        '应在 [-48-]{+72+} h 内'
    """
    parts, end = [], 0
    for one in found:
        parts.append(now[end : one.at])
        parts.append(f"[-{one.was}-]" if one.was else "")
        parts.append(f"{{+{one.now}+}}" if one.now else "")
        end = one.at + len(one.now)
    return "".join([*parts, now[end:]])


def _same_ends(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """Return how much two sequences have in common at their beginning and at their end."""
    room = min(len(one), len(other))
    first = next((n for n in range(room) if one[n] != other[n]), room)
    room -= first
    last = next((n for n in range(room) if one[-1 - n] != other[-1 - n]), room)
    return first, last


@lru_cache(maxsize=65_536)
def _grams(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the pairs of neighbouring characters of a text, and its characters."""
    return frozenset(text[n : n + 2] for n in range(len(text) - 1)), frozenset(text)


def _shared(one: str, other: str) -> int:
    """Return how many of their characters two texts share, from 0 to 100."""
    left, right = _grams(one)[1], _grams(other)[1]
    return 200 * len(left & right) // max(1, len(left) + len(right))


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    form: str


def _words(text: str) -> list[_Word]:
    """Return the words of a text in the forms in which they are compared."""
    found = _WORDS.finditer(text)
    return [_Word(m.start(), m.end(), normalise_source(m[0])) for m in found]


def _start(words: Sequence[_Word], place: int, end: int) -> int:
    return words[place].start if place < len(words) else end


def _cut(text: str, words: Sequence[_Word], first: int, last: int) -> str:
    return text[words[first].start : words[last - 1].end] if first < last else ""
