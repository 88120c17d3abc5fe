"""From a test of a ruleset to what an evaluator takes: facts, as-of and date of knowledge.

How facts are read is given by the caller (``stdrules.intake.python_facts``), so that tests read
facts exactly as users do.

Semantics: docs/semantics.md, section 9, "As-of and known-at".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from stdrules.base.time.moments import parse_moment
from stdrules.base.time.zones import Zone
from stdrules.model.cases import TestCase
from stdrules.model.facts import FactLog

#: Turns the facts of a test, as they stand in the file, into a log.
FactReader: TypeAlias = Callable[[Sequence[Mapping[str, Any]]], FactLog]

#: The case of facts that name none, and what facts without an id are numbered by.
DEFAULT_CASE = "C1"
ID_PREFIX = "f"


class Question(NamedTuple):
    """What a test asks: facts, the moment judged, and what was known then (None: everything).

    ``as_of`` and ``known_at`` are microseconds since the epoch.
    """

    log: FactLog
    as_of: int
    known_at: int | None


def question_of(test: TestCase, read: FactReader, zone: Zone) -> Question:
    """Return the facts of a test and the moments that it asks about.

    Raises:
        BadValue: (a ValueError) One of its moments cannot be read.
        FactsError: Its facts cannot be read.
    """
    # What was recorded on a bare date was not known by the end of the day before.
    known_at = None if test.known_at is None else parse_moment(test.known_at, zone).last
    return Question(read(test.facts), asked_moment(test.as_of, zone), known_at)


def asked_moment(text: str, zone: Zone) -> int:
    """Read an as-of in microseconds: an instant, or a bare date, which means its end.

    Raises:
        BadValue: (a ValueError) It is neither.

    Example:
        >>> from stdrules.base.time.zones import zone
        >>> asked_moment("1970-01-01", zone("UTC")), asked_moment("1970-01-01T00:01", zone("UTC"))
        (86400000000, 60000000)
    """
    moment = parse_moment(text, zone)
    return moment.first if moment.first == moment.last else moment.last + 1
