"""Zones, moments, durations, calendars and periods.

Units, everywhere below this package:

Microseconds
    An instant is an ``int``: microseconds since 1970-01-01T00:00Z ("us" in names).
Ordinals
    A date is an ``int``: the proleptic Gregorian ordinal of ``date.toordinal()``.

Nothing here reads a clock. Semantics: docs/semantics.md, "Facts" and "Durations".
"""
