"""Which findings a reader should see first, and which are two sides of one omission.

The order (docs/auditing.md, "What comes first"):

1. open before cured;
2. among the open: prohibitions that were broken; acts still owed, the longest overdue first; acts
   missed for good, the longest ago first; periods and counts that fall short, the greatest share
   first; states that do not hold, the longest break first, and broken orders; records and
   judgements, by the share of their elements that fails;
3. among the cured: compensated ones, then acts done late, the latest first;
4. else the order of the report: case, norm, key.

The age of a record says nothing about how grave it is that something is missing in it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stdrules.base.time.durations import due_end
from stdrules.base.time.zones import Zone
from stdrules.plan.content import AllOf, AnyOf, Content, EachOf, Matcher, Single
from stdrules.plan.results import COMPENSATED, OVERDUE, VIOLATED, Finding
from stdrules.plan.steps import Await, Count, Forbid, Gap, Hold, Order, Recur, Require, Transitions

_Rank = tuple[int, int, Decimal]


def worst_first(findings: Iterable[Finding], as_of: int, zone: Zone) -> list[Finding]:
    """Order findings by severity; equal ones stay as they are.

    Args:
        findings: Violations, advice, or statements that are not met.
        as_of: The moment judged, in microseconds.
        zone: The zone of the ruleset.
    """
    return sorted(findings, key=lambda finding: severity(finding, as_of, zone))


def severity(finding: Finding, as_of: int, zone: Zone) -> _Rank:
    """Return what findings are ordered by; the least is the gravest."""
    kind = _kind(finding)
    return 0 if finding.open else 1, kind, -_amount(finding, kind, as_of, zone)


def lateness(finding: Finding, as_of: int, zone: Zone) -> int:
    """Return for how long a finding has been wrong, in microseconds; 0 if it is not told."""
    if finding.due is not None:
        end = due_end(finding.due, zone)[1]
        until = as_of if finding.met is None else finding.met.last
        return max(0, until - end)
    return 0 if finding.breached_at is None else max(0, as_of - finding.breached_at)


_PROHIBITED, _OWED, _MISSED, _SHORT, _KEPT_UP, _LACKING = range(6)


def _kind(finding: Finding) -> int:
    step = finding.norm.step
    if not finding.open:
        return 0 if finding.state == COMPENSATED else 1
    if finding.norm.modality == "prohibition" or isinstance(step, Forbid):
        return _PROHIBITED
    if finding.state == OVERDUE:
        return _OWED
    if isinstance(step, Require):
        return _LACKING
    if isinstance(step, Hold | Order | Transitions):
        return _KEPT_UP
    return _SHORT if isinstance(step, Recur | Count) else _MISSED


def _amount(finding: Finding, kind: int, as_of: int, zone: Zone) -> Decimal:
    if not finding.open or kind in (_OWED, _MISSED):
        return Decimal(lateness(finding, as_of, zone))
    if kind == _SHORT:
        return _shortfall(finding)
    if kind == _LACKING:
        failed = sum(state == "false" for _, state in finding.elements)
        return Decimal(failed) / max(len(finding.elements), 1)
    if kind == _KEPT_UP and isinstance(finding.norm.step, Hold):
        return Decimal(lateness(finding, as_of, zone))
    return Decimal(0)


def _shortfall(finding: Finding) -> Decimal:
    """The share of the number asked for that is not there, or that there is too much."""
    if finding.progress is None:
        return Decimal(0)
    lo, hi, needed = (Decimal(part or 0) for part in finding.progress)
    return abs(needed - max(lo, hi)) / max(needed, Decimal(1))


# --- one omission, two norms -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A finding to tell, and those that rest on the same omission.

    Attributes:
        finding: The one that is told in full.
        also: Those that are only named beside it.
    """

    finding: Finding
    also: tuple[Finding, ...] = ()


def told_once(findings: Sequence[Finding]) -> list[Told]:
    """Put together findings that one act would settle: the first of them is told in full.

    They are of one case, one trigger or period, and wait for the same act, none of which has been
    done. Nothing else is put together: what differs in its act, its number or its facts is told
    apart.

    Args:
        findings: In the order in which they are to be told.
    """
    places: dict[Hashable, int] = {}
    groups: list[list[Finding]] = []
    for finding in findings:
        key = omission(finding)
        if key is not None and key in places:
            groups[places[key]].append(finding)
            continue
        if key is not None:
            places[key] = len(groups)
        groups.append([finding])
    return [Told(group[0], tuple(group[1:])) for group in groups]


def omission(finding: Finding) -> Hashable | None:
    """Name what was left undone; None if a finding is not about an act that is not there."""
    step = finding.norm.step
    if finding.state not in VIOLATED or not finding.open or finding.met is not None:
        return None
    asked: Hashable
    if isinstance(step, Await):
        asked = _content(step.content)
    elif isinstance(step, Recur):
        asked = (step.unit, step.tile_days, finding.progress, _matchers(step))
    elif isinstance(step, Gap):
        asked = (step.max_gap, _matchers(step))
    else:
        return None
    norm = finding.norm
    instance = finding.key.removeprefix(norm.id).removeprefix(f"/{norm.sub}" if norm.sub else "")
    return norm.case_type, finding.case, instance, finding.trigger, norm.modality, asked


def _matchers(step: Recur | Gap) -> Hashable:
    return tuple(_matcher(one) for one in (step.content, *step.also))


def _matcher(matcher: Matcher) -> Hashable:
    where = None if matcher.where is None else matcher.where.text
    return matcher.type, matcher.time, tuple((a.text, b.text) for a, b in matcher.keys), where


def _content(content: Content) -> Hashable:
    if isinstance(content, Single):
        return _matcher(content.matcher)
    if isinstance(content, EachOf):
        return "each", _matcher(content.of), _content(content.part)
    assert isinstance(content, AllOf | AnyOf)
    return type(content).__name__, tuple(_content(part) for part in content.parts)
