"""How alike two sentences are, and in which words they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from stdrules.base.text import normalise_source

_WORDS: Final = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|\d+(?:[.,]\d+)*|\S")
_MAX: Final = 20_000


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
    found = SequenceMatcher(None, one[:_MAX], other[:_MAX], autojunk=False)
    return int(100 * found.ratio()) if found.real_quick_ratio() > 0.2 else 0


def coverage(hint: str, sentence: str) -> int:
    """Return how much of a summary is found again in a sentence, from 0 to 100.

    Pairs of neighbouring characters count in full, single ones for half: a summary is in other
    words than the sentence, but rarely without any of its terms.

    Example:
        >>> coverage("48h内发送进度计划", "接到任务后48h内应将进度计划发送业主") > 60
        True
    """
    pairs = {hint[n : n + 2] for n in range(len(hint) - 1)}
    chars = set(hint)
    if not pairs:
        return 0
    both = sum(pair in sentence for pair in pairs) / len(pairs)
    single = sum(char in sentence for char in chars) / len(chars)
    return int(100 * (2 * both + single) / 3)


def changes(was: str, now: str) -> tuple[Change, ...]:
    """Return the differences between two sentences, word by word; a Chinese character is a word.

    Example:
        >>> [(one.was, one.now) for one in changes("应在 48 h 内完成", "应在 72 h 内完成")]
        [('48', '72')]
    """
    old, new = _words(was), _words(now)
    found: list[tuple[int, int, int, int]] = []
    matcher = SequenceMatcher(None, [w.form for w in old], [w.form for w in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
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


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    form: str


def _words(text: str) -> list[_Word]:
    """Return the words of a text in the forms in which they are compared."""
    found = _WORDS.finditer(text[:_MAX])
    return [_Word(m.start(), m.end(), normalise_source(m[0])) for m in found]


def _start(words: Sequence[_Word], place: int, end: int) -> int:
    return words[place].start if place < len(words) else end


def _cut(text: str, words: Sequence[_Word], first: int, last: int) -> str:
    return text[words[first].start : words[last - 1].end] if first < last else ""
