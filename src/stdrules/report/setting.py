"""What every sentence of one report shares: the plan, the names, the zone and the as-of."""

from __future__ import annotations

from dataclasses import dataclass, field

from stdrules.base.time.calendars import Calendar, calendar
from stdrules.base.time.zones import Zone, zone
from stdrules.plan.plan import Plan
from stdrules.report.names import Names
from stdrules.report.quotes import Quotes


@dataclass(frozen=True, slots=True)
class Setting:
    """The surroundings of a finding.

    Attributes:
        plan: The plan that was evaluated.
        names: What things are called.
        zone: The zone of the ruleset; all times are shown in it.
        as_of: The instant of the evaluation in microseconds, or None if nothing is told of ages.
        repairs: Norm id -> ids of the norms that repair it.
        quotes: Sentences of the document, where the reader has bound a copy of it.
    """

    plan: Plan
    names: Names
    zone: Zone
    as_of: int | None
    repairs: dict[str, tuple[str, ...]]
    quotes: Quotes = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        plan: Plan,
        as_of: int | None = None,
        names: Names | None = None,
        quotes: Quotes | None = None,
    ) -> Setting:
        """Build the setting of a plan."""
        repairs: dict[str, tuple[str, ...]] = {}
        for norm in plan.norms:
            if norm.repairs is not None:
                repairs[norm.repairs] = (*repairs.get(norm.repairs, ()), norm.id)
        return cls(plan, names or Names(plan), zone(plan.zone), as_of, repairs, quotes or {})

    @property
    def calendar(self) -> Calendar:
        """The calendar of the ruleset; its data are read at the first question."""
        return calendar(self.plan.calendar, self.plan.calendar_additions)
