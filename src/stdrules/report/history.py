"""How findings changed with what was known, or with the moment judged: their timelines.

Not here: how the timelines are worked out (``stdrules.api.history``); how they are told
(``stdrules.report.history_text``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stdrules.base.time.moments import format_moment
from stdrules.base.time.zones import Zone
from stdrules.model.facts import Complete, Fact, Suspension, Waiver, Withdrawal
from stdrules.plan.plan import PlanNorm
from stdrules.plan.results import Finding
from stdrules.report.contract import obligation_dict
from stdrules.report.setting import Setting

#: Of the JSON; the contract is ``stdrules schema history``.
SCHEMA_VERSION: Final = "1.0"
KNOWN_AT: Final = "known-at"
AS_OF: Final = "as-of"
BOTH: Final = "both"
ALONG: Final = (KNOWN_AT, AS_OF, BOTH)
Thing = Fact | Withdrawal | Waiver | Suspension | Complete


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """A thing that made a finding change when it became known or happened.

    Attributes:
        kind: ``added``, ``corrected``, ``withdrawn``, ``waiver``, ``suspension``, ``complete`` or
            ``happened`` (it was known before).
        id: Of the fact, waiver or suspension; the fact type of a statement of completeness.
        thing: The thing itself.
        before: Of a correction or a withdrawal: the version in force until then, if known.
        known: When it became known, in microseconds; None if all along.
    """

    kind: str
    id: str
    thing: Thing
    before: Fact | None = None
    known: int | None = None

    def to_json(self, zone: Zone) -> dict[str, Any]:
        """Return the cause as plain data."""
        fact = self.thing if isinstance(self.thing, Fact) else self.before
        source = fact.source.label() if fact is not None and fact.source is not None else None
        return {
            "kind": self.kind,
            "id": self.id,
            "type": None if fact is None else fact.type,
            "before": None if self.before is None else self.before.id,
            "known_at": None if self.known is None else zone.isoformat(self.known),
            "at": None if fact is None or fact.at is None else format_moment(fact.at, zone),
            "source": source,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A finding from one moment on.

    Attributes:
        known_at: The moment of knowledge in microseconds. None: along known-at what was known all
            along, along as-of everything.
        as_of: The moment judged, in microseconds.
        finding: The finding; None while the case or the obligation was not there.
        causes: What made it change: without one of them it would not be so.
        arrived: How many things became known, or happened, at that moment.
        by_time: Whether it changed by the passing of time alone.
    """

    known_at: int | None
    as_of: int
    finding: Finding | None
    causes: tuple[Cause, ...] = ()
    arrived: int = 0
    by_time: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """One obligation through its moments; only those at which it changed have a step.

    Attributes:
        case: The case.
        norm: The norm, or the part of a process.
        key: The key of the finding.
        steps: In order; the first is how it stood at the beginning.
        moments: How many moments were judged.
    """

    case: str
    norm: PlanNorm
    key: str
    steps: tuple[Step, ...]
    moments: int

    @property
    def last(self) -> Finding | None:
        """The finding at the end."""
        return self.steps[-1].finding


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The timelines that were asked for.

    Attributes:
        along: ``known-at`` (what was known changes), ``as-of`` (the moment judged changes) or
            ``both`` (each moment is judged by what was known then).
        as_of: The moment judged; along as-of and both the last one.
        known_at: Along as-of: the moment of knowledge; None: everything.
        timelines: By case and key.
        setting: The plan, zone and names.
        facts_digest: The digest of the facts.
    """

    along: str
    as_of: int
    known_at: int | None
    timelines: tuple[Timeline, ...]
    setting: Setting
    facts_digest: str

    def to_dict(self) -> dict[str, Any]:
        """Return the timelines as plain data for JSON; findings are those of the report."""
        plan, zone = self.setting.plan, self.setting.zone
        return {
            "schema_version": SCHEMA_VERSION,
            "ruleset": {
                "id": plan.id, "version": plan.version, "digest": plan.ruleset_digest,
            },
            "plan_digest": plan.digest,
            "facts_digest": self.facts_digest,
            "along": self.along,
            "as_of": zone.isoformat(self.as_of),
            "known_at": None if self.known_at is None else zone.isoformat(self.known_at),
            "timezone": plan.zone,
            "timelines": [self._timeline(one) for one in self.timelines],
        }  # fmt: skip

    def _timeline(self, line: Timeline) -> dict[str, Any]:
        return {
            "case": line.case,
            "norm": line.norm.id,
            "key": line.key,
            "clause": line.norm.clause,
            "title": line.norm.title.to_json(),
            "moments": line.moments,
            "steps": [self._step(one) for one in line.steps],
        }

    def _step(self, step: Step) -> dict[str, Any]:
        zone, finding = self.setting.zone, step.finding
        setting = Setting.of(self.setting.plan, step.as_of, self.setting.names)
        return {
            "known_at": None if step.known_at is None else zone.isoformat(step.known_at),
            "as_of": zone.isoformat(step.as_of),
            "finding": None if finding is None else obligation_dict(finding, setting),
            "causes": [one.to_json(zone) for one in step.causes],
            "arrived": step.arrived,
            "by_time": step.by_time,
        }
