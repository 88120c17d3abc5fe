"""A binding: a ruleset held against one copy of its document, clause by clause.

It keeps the sentences of the reader's own copy and what a person has read again and accepted. It
is plain data: where it is kept is the caller's affair. No verdict depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from stdrules.author.alike import changes
from stdrules.author.match import STATUSES, Found, match, statements
from stdrules.author.source import Source
from stdrules.base.text import sha12
from stdrules.model.ledger import LedgerEntry

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Review:
    """A person has read a changed, moved or missing paragraph again.

    Attributes:
        clause: The statement.
        expects: The digest of the ledger that was reviewed.
        status: What was accepted: moved, changed or missing.
        digest: The digest of what stands there now; empty if it is missing.
        by: Who read it.
        note: What was found.
        on: The day, as it was given; empty if it was not.
    """

    clause: str
    expects: str
    status: str
    digest: str
    by: str
    note: str = ""
    on: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {name: getattr(self, name) for name in _REVIEW}


@dataclass(frozen=True, slots=True)
class BoundClause:
    """One statement of the ledger in the copy.

    Attributes:
        id: The statement.
        locator: Where the ledger says that it stands.
        expects: The digest that the ledger gives.
        status: exact, moved, changed or missing.
        line: The line or paragraph of the copy, from 1; 0 if it is missing.
        sentence: What stands there; empty if it is missing.
        digest: The digest of its paragraph.
        was: The sentence that fits the ledger, as far as it is known.
    """

    id: str
    locator: str
    expects: str
    status: str
    line: int = 0
    sentence: str = ""
    digest: str = ""
    was: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data: absent parts are left out."""
        data: dict[str, Any] = {
            "id": self.id, "locator": self.locator, "status": self.status,
            "line": self.line or None, "expects": self.expects,
        }  # fmt: skip
        if self.sentence:
            data |= {"sentence": self.sentence, "digest": self.digest}
        if self.status in ("changed", "missing") and self.was:
            data["was"] = self.was
        if self.status == "changed" and self.was:
            data["diff"] = [one.to_json() for one in changes(self.was, self.sentence)]
        return data


@dataclass(frozen=True, slots=True)
class Binding:
    """A ruleset and a copy of its document.

    Attributes:
        ruleset: The id of the ruleset.
        version: Its version when it was bound.
        source: The name of the copy.
        digest: SHA-256 of the copy.
        clauses: One for each statement, in the order of the ledger.
        reviews: What was accepted.
        current: The version of the ruleset in use, if that is another one; else empty.
    """

    ruleset: str
    version: str
    source: str
    digest: str
    clauses: tuple[BoundClause, ...]
    reviews: tuple[Review, ...] = ()
    current: str = ""

    @property
    def totals(self) -> dict[str, int]:
        """How many statements are exact, moved, changed and missing."""
        return {status: sum(one.status == status for one in self.clauses) for status in STATUSES}

    @property
    def paragraphs(self) -> dict[str, int]:
        """How many paragraphs are: several statements may share one."""
        rows = {one.expects: one.status for one in self.clauses}
        return {status: sum(one == status for one in rows.values()) for status in STATUSES}

    @property
    def open(self) -> tuple[BoundClause, ...]:
        """What is not exact and was not accepted."""
        return tuple(
            one for one in self.clauses if one.status != "exact" and self.review(one) is None
        )

    def review(self, clause: BoundClause) -> Review | None:
        """Return the review of a clause as it stands now, the newest; None if there is none."""
        stands = (clause.id, clause.expects, clause.status, clause.digest)
        for one in reversed(self.reviews):
            if (one.clause, one.expects, one.status, one.digest) == stands:
                return one
        return None

    def accept(
        self, chosen: Iterable[BoundClause], by: str, note: str = "", on: str = ""
    ) -> Binding:
        """Return the binding with clauses accepted as they stand.

        Args:
            chosen: The clauses that were read again.
            by: Who read them.
            note: What was found.
            on: The day.
        """
        made = [Review(one.id, one.expects, one.status, one.digest, by, note, on) for one in chosen]
        ids = {one.clause for one in made}
        kept = [one for one in self.reviews if one.clause not in ids]
        return replace(self, reviews=(*kept, *made))

    def for_version(self, version: str, entries: Iterable[LedgerEntry]) -> Binding:
        """Return the binding as far as it holds for the ruleset in use.

        Clauses whose paragraph the ledger gives another digest now are left out: the sentence may
        no longer be the one that the rule was made from.
        """
        digests = {entry.id: entry.digest for entry in entries}
        kept = tuple(one for one in self.clauses if digests.get(one.id) == one.expects)
        return replace(self, clauses=kept, current=version if version != self.version else "")

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain data, for programs."""
        rows = []
        for one in self.clauses:
            review = self.review(one)
            row = one.to_json()
            if review is not None:
                row["accepted"] = {"by": review.by, "note": review.note, "on": review.on or None}
            rows.append(row)
        return {
            "ruleset": {"id": self.ruleset, "version": self.version},
            "source": {"name": self.source, "digest": self.digest},
            "totals": self.totals,
            "paragraphs": self.paragraphs,
            "accepted": sum("accepted" in row for row in rows),
            "clauses": rows,
        }

    def to_record(self) -> dict[str, Any]:
        """Return all of it as plain data, to be kept."""
        return {
            "stdrules_binding": FORMAT,
            "ruleset": {"id": self.ruleset, "version": self.version},
            "source": {"name": self.source, "digest": self.digest},
            "clauses": [{name: getattr(one, name) for name in _CLAUSE} for one in self.clauses],
            "reviews": [one.to_json() for one in self.reviews],
        }

    @classmethod
    def from_record(cls, record: Any) -> Binding:
        """Read what `to_record` wrote.

        Raises:
            ValueError: It is nothing of the kind.
        """
        try:
            if record["stdrules_binding"] != FORMAT:
                raise ValueError("another format")
            clauses = tuple(BoundClause(**_checked(row, _CLAUSE)) for row in record["clauses"])
            reviews = tuple(Review(**_checked(row, _REVIEW)) for row in record["reviews"])
            ruleset = _checked(record["ruleset"], {"id": str, "version": str})
            source = _checked(record["source"], {"name": str, "digest": str})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a binding: {error}") from None
        if any(one.status not in STATUSES for one in clauses):
            raise ValueError("not a binding: unknown status")
        return cls(
            ruleset["id"], ruleset["version"], source["name"], source["digest"], clauses, reviews
        )


_CLAUSE: Final[dict[str, type]] = {
    "id": str, "locator": str, "expects": str, "status": str, "line": int, "sentence": str,
    "digest": str, "was": str,
}  # fmt: skip
_REVIEW: Final[dict[str, type]] = dict.fromkeys(
    ("clause", "expects", "status", "digest", "by", "note", "on"), str
)


def bind(
    ruleset: str,
    version: str,
    entries: Sequence[LedgerEntry],
    source: Source,
    earlier: Binding | None = None,
) -> Binding:
    """Hold a ledger against a copy of its document.

    Args:
        ruleset: The id of the ruleset.
        version: Its version.
        entries: The ledger, in the order of the document.
        source: The copy.
        earlier: What was bound before; from it come the sentences that a changed one is compared
            with, and the reviews.
    """
    known = _known(earlier)
    found = match(statements(entries, known), source.paragraphs)
    by_digest = {one.statement.digest: one for one in found}
    clauses = tuple(_clause(entry, by_digest[entry.digest], source) for entry in entries)
    reviews = earlier.reviews if earlier is not None else ()
    return Binding(ruleset, version, source.name, source.digest, clauses, reviews)


def _known(earlier: Binding | None) -> dict[str, str]:
    """Return the sentences that fit the ledger, by their digests."""
    if earlier is None:
        return {}
    return {one.expects: one.was for one in earlier.clauses if one.was}


def _clause(entry: LedgerEntry, found: Found, source: Source) -> BoundClause:
    place = found.place
    if place is None:
        return BoundClause(entry.id, entry.locator, entry.digest, found.status, was=found.was)
    return BoundClause(
        entry.id, entry.locator, entry.digest, found.status,
        source.paragraphs[place.first].line, place.text, sha12(place.form), found.was,
    )  # fmt: skip


def _checked(row: Mapping[str, Any], names: Mapping[str, type]) -> dict[str, Any]:
    """Return the values of a mapping, if it has exactly these names and kinds."""
    if set(row) != set(names) or any(type(row[name]) is not kind for name, kind in names.items()):
        raise TypeError("wrong keys or values")
    return dict(row)
