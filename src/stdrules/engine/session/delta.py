"""What one step of a session changed: obligations opened, changed and closed, scores, what is next.

A row that says that there is no obligation (not applicable, not triggered) is none here: it opens
nothing, and an obligation that turns into it is closed. Applying every delta in order to an empty
table gives, at each step, the obligations that an evaluation of the whole log gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from stdrules.plan import results as r
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding, ScoreResult

#: States of rows that are no obligations.
IDLE = frozenset({r.NOT_APPLICABLE, r.NOT_TRIGGERED})


class _Told(NamedTuple):
    ruleset: str
    case_type: str
    case: str
    norm: PlanNorm
    key: str
    before: str | None
    after: str | None
    #: The finding, or what it is made of: most changes are looked at by their states only.
    row: Finding | tuple[Any, ...] | None


class Change(_Told):
    """One obligation before and after a step.

    Attributes:
        ruleset: Id of the ruleset; ``case_type``: of which kind its case is; ``case``: its id.
        norm: The norm.
        key: Its stable key.
        before: Its state before; None: it is opened.
        after: Its state now; None: it is closed (gone, not applicable or no longer triggered).
    """

    __slots__ = ()

    @property
    def finding(self) -> Finding | None:
        """All about it now, made when it is asked for; None if it is closed."""
        row = self.row
        return Finding(*row) if isinstance(row, tuple) else row


def joined(changes: list[Change]) -> list[Change]:
    """Make one change of all that one step did to an obligation; nothing of what came to nothing.

    Only for changes that follow each other: each begins where the one before ended.
    """
    found: dict[tuple[str, str, int, str], Change] = {}
    for one in changes:
        key = (one.case_type, one.case, id(one.norm), one.key)
        known = found.get(key)
        found[key] = one if known is None else one._replace(before=known.before)
    return [one for one in found.values() if one.before is not None or one.after is not None]


class ScoreChange(NamedTuple):
    """The result of a scorecard before and after a step; None: there is none."""

    ruleset: str
    case_type: str
    case: str
    scorecard: str
    before: str | None
    after: str | None
    result: ScoreResult | None


class _Step(NamedTuple):
    at: int
    cause: str = ""
    changes: Sequence[Change] = ()
    scores: Sequence[ScoreChange] = ()
    next: int | None = None
    behind: int = 0


class Delta(_Step):
    """What one step changed.

    Attributes:
        at: The session's clock, in microseconds.
        cause: Id of the fact or statement that was posted; "" if time alone did it.
        changes: Opened, changed and closed obligations, by case, norm and key.
        scores: Scores that changed.
        next: When, at the latest, the session has to be advanced for something to change without
            a new fact, in microseconds; None: never.
        behind: How many cases a fact seen by every case may still change; they come from `drain`
            or with the next advance.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.scores)

    def __repr__(self) -> str:
        return (
            f"<Delta at {self.at}: {len(self.opened)} opened, {len(self.changed)} changed, "
            f"{len(self.closed)} closed, {len(self.scores)} scores>"
        )

    @property
    def opened(self) -> list[Change]:
        """Obligations that were not there before."""
        return [one for one in self.changes if one.before is None]

    @property
    def changed(self) -> list[Change]:
        """Obligations that are there before and after; also if only a due or a fact changed."""
        return [one for one in self.changes if one.before is not None and one.after is not None]

    @property
    def closed(self) -> list[Change]:
        """Obligations that are no longer there."""
        return [one for one in self.changes if one.after is None]
