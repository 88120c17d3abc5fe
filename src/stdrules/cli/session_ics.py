"""Coming deadlines as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from stdrules.api.session import Coming
from stdrules.base.errors import MissingExtraError
from stdrules.base.text import Text


def calendar(coming: Iterable[Coming], stamp: datetime, lang: str) -> bytes:
    """Return a calendar with one event for each obligation, at its due.

    Args:
        coming: The obligations.
        stamp: The clock of the session. It is the time stamp of the events, so that the same
            session gives the same bytes.
        lang: The language of the texts.

    Raises:
        MissingExtraError: The library `icalendar` is not installed.
    """
    try:
        from icalendar import Calendar, Event
    except ImportError as error:
        raise MissingExtraError.of("session", Text("日历文件", "a calendar file")) from error

    found = Calendar()
    found.add("prodid", "-//stdrules//session//EN")
    found.add("version", "2.0")
    for one in coming:
        norm, finding = one.finding.norm, one.finding
        name = f"{one.ruleset} {finding.case} {norm.id} {finding.key}"
        event = Event()
        event.add("uid", f"{sha256(name.encode()).hexdigest()[:32]}@stdrules")
        event.add("dtstamp", stamp.astimezone(UTC))
        # A due that is the end of a day stands at the 00:00 after it: shown, it is that day's.
        event.add("dtstart", one.at.astimezone(UTC) - timedelta(minutes=1))
        event.add("dtend", one.at.astimezone(UTC))
        event.add("summary", f"{finding.case} {norm.clause} {norm.title.get(lang)}")
        event.add("description", f"{one.ruleset} {finding.key} ({finding.state})")
        found.add_component(event)
    return bytes(found.to_ical())
