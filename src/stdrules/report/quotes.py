"""Sentences of the document beside findings, where the reader has bound a copy of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from stdrules.base.text import Text
from stdrules.plan.plan import PlanNorm


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of the reader's copy.

    Attributes:
        sentence: What stands there.
        reviewed: Whether it is the sentence that the rule was made from, or was read again since.
    """

    sentence: str
    reviewed: bool = True

    def told(self) -> Text:
        """Return the sentence in quotation marks, with what is to be known of it."""
        if self.reviewed:
            return Text(f"原文：“{self.sentence}”", f"text: “{self.sentence}”")
        return Text(
            f"原文（已变动，未复核）：“{self.sentence}”",
            f"text (changed, not reviewed): “{self.sentence}”",
        )


#: Statement of the ledger -> its sentence.
Quotes: TypeAlias = Mapping[str, Quote]


def quotes_of(norm: PlanNorm, quotes: Quotes) -> tuple[Quote, ...]:
    """Return the sentences of a norm, each once, in the order of its statements."""
    if not quotes:
        return ()
    return tuple(dict.fromkeys(quotes[name] for name in norm.clauses if name in quotes))


def quote_json(norm: PlanNorm, quotes: Quotes) -> dict[str, object]:
    """Return what JSON says of a norm's sentences; nothing if there is none.

    Returns:
        ``quote``, several sentences on lines of their own, and ``quote_reviewed``.
    """
    found = quotes_of(norm, quotes)
    if not found:
        return {}
    return {
        "quote": "\n".join(one.sentence for one in found),
        "quote_reviewed": all(one.reviewed for one in found),
    }
