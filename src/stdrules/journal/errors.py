"""The errors of a journal."""

from __future__ import annotations

from stdrules.base.errors import StdrulesError


class JournalError(StdrulesError):
    """A journal cannot be used as asked."""


class JournalMissing(JournalError):
    """There is no journal at the place that was named."""


class JournalLocked(JournalError):
    """Another process writes to the journal; the message names it."""


class JournalDamaged(JournalError):
    """Records of the journal are not what was written; the diagnostics name them."""


class JournalReadOnly(JournalError):
    """The journal takes no more records: it failed to write, was closed, or is only read.

    What was acknowledged before stays and can be read.
    """
