"""Timelines of findings: what was found at each date of knowledge, and what made it change.

A finding is judged again at every moment that may matter. Where it changed and several things
arrived together, it is judged without some of them until only those are left that it takes.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from stdrules.api.history_items import CaseLog, Item, minimal, moments_of
from stdrules.base.text import Text
from stdrules.base.time.durations import due_end
from stdrules.base.time.kinds import Days, Exact
from stdrules.base.time.zones import DAY, Zone, zone
from stdrules.engine.case import CaseEvaluator
from stdrules.engine.reference import evaluate as by_reference
from stdrules.engine.versions import NEVER, knowledge
from stdrules.engine.view import JUDGEMENT
from stdrules.feel.compile import Expression
from stdrules.model.facts import FactLog
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.plan.results import Finding
from stdrules.plan.steps import PerOutcome
from stdrules.report.history import AS_OF, BOTH, KNOWN_AT, Step, Timeline

Rows = Mapping[str, Finding]
_WORD: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Span:
    """Which moments are asked about.

    Attributes:
        along: ``known-at``, ``as-of`` or ``both``.
        as_of: Along known-at the moment judged, else the last one.
        known_at: Along as-of: the moment of knowledge; None: everything.
        start: The first moment of interest; None: from the beginning.
        end: The last one; None: to the end.
    """

    along: str
    as_of: int
    known_at: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One moment that was judged."""

    known_at: int | None
    as_of: int
    rows: Rows


class CaseJudge:
    """Judges one norm of one case, as often as wanted.

    Args:
        plan: The whole plan; only the norm and those that it depends on are judged.
        norm: The id of the norm.
        log: All facts.
        case: The id of the case.
        evaluator: ``case`` or ``reference``.
    """

    def __init__(self, plan: Plan, norm: str, log: FactLog, case: str, evaluator: str) -> None:
        self.zone: Zone = zone(plan.zone)
        self.norm, self.case = norm, case
        self._plan = replace(plan, norms=needed(plan.norms, norm), scorecards=())
        types = types_of(self._plan)
        self.facts = CaseLog(log, case, knowledge(plan.types, self.zone), types)
        self._evaluate = CaseEvaluator(self._plan).evaluate if evaluator == "case" else self._slowly

    def rows(
        self, as_of: int, known_at: int | None, log: FactLog | None = None
    ) -> dict[str, Finding]:
        """Return the findings of the norm by key."""
        found = self._evaluate(log or self.facts.log, as_of, known_at, [self.case])
        rows = [row for row in found.findings if row.norm.id == self.norm]
        # What was announced anew leaves a cancelled row of the same key: not that one.
        return {row.key: row for row in sorted(rows, key=lambda row: row.state != "cancelled")}

    def point(self, known_at: int | None, as_of: int) -> Point:
        """Judge one moment."""
        return Point(known_at, as_of, self.rows(as_of, known_at))

    def _slowly(self, log: FactLog, as_of: int, known_at: int | None, cases: Sequence[str]) -> Any:
        return by_reference(self._plan, log, as_of, known_at, cases)


def needed(norms: Sequence[PlanNorm], norm: str) -> tuple[PlanNorm, ...]:
    """Return a norm with all others on whose outcome it depends, in the order of the plan."""
    wanted: set[str] = set()
    todo = [norm]
    while todo:
        name = todo.pop()
        if name in wanted:
            continue
        wanted.add(name)
        for one in norms:
            if one.id == name and isinstance(one.arise, PerOutcome):
                todo.append(one.arise.norm)
            if one.repairs == name:
                todo.append(one.id)
    return tuple(one for one in norms if one.id in wanted)


def types_of(plan: Plan) -> frozenset[str]:
    """Return the fact types that the norms of a plan may look at: rather too many than too few.

    They are those that it matches, those that its expressions name, and what these link to.
    """
    case_types = {norm.case_type for norm in plan.norms}
    scopes = tuple(one.scope for one in plan.case_types if one.name in case_types)
    found = plan.types.keys() & _names((plan.norms, scopes))
    if any(norm.assisted for norm in plan.norms):
        found.add(JUDGEMENT)
    # A plan is seen from its announcement on: what says that there is a case is not its time.
    found |= {name for name, info in plan.types.items() if info.kind == "plan"}
    todo = list(found)
    while todo:
        info = plan.types.get(todo.pop())
        for _, target, *_ in info.links if info is not None else ():
            if target not in found:
                found.add(target)
                todo.append(target)
    return frozenset(found)


def _names(thing: object) -> set[str]:
    """Return every name in a part of a plan, titles left out, and every word of an expression."""
    if isinstance(thing, str):
        return {thing}
    if isinstance(thing, Expression):
        return set(_WORD.findall(thing.text))
    if isinstance(thing, tuple | list | frozenset):
        return {word for part in thing for word in _names(part)}
    if is_dataclass(thing) and not isinstance(thing, Text):
        return _names([getattr(thing, one.name) for one in fields(thing)])
    return set()


def timelines(judge: CaseJudge, span: Span, key: str | None = None) -> list[Timeline]:
    """Work out the timelines of a norm in a case.

    Args:
        judge: The norm and the case.
        span: The moments.
        key: The finding; None: all of the norm.

    Returns:
        By key; one that stands for "no instance" only if there is no other.
    """
    walk = _by_knowledge if span.along == KNOWN_AT else _by_time
    points = list(walk(judge, span))
    keys = sorted({name for point in points for name in point.rows})
    real = [name for name in keys if not name.endswith("/-")] or keys
    return [
        _timeline(judge, points, name, span)
        for name in real
        if key is None or name == key
    ]  # fmt: skip


def _by_knowledge(judge: CaseJudge, span: Span) -> Iterator[Point]:
    """Judge every date of knowledge; the first one is that from which is asked."""
    moments = judge.facts.known_moments()
    if span.end is not None:
        moments = [one for one in moments if one <= span.end]
    if span.start is not None:
        moments = [span.start, *(one for one in moments if one > span.start)]
    else:
        # What nobody says when it became known was known all along, before the first date.
        yield replace(judge.point(NEVER, span.as_of), known_at=None)
    for known in moments:
        yield judge.point(known, span.as_of)


def _by_time(judge: CaseJudge, span: Span) -> Iterator[Point]:
    """Judge every moment at which something happens, or a due passes, and find those between."""
    end = span.as_of if span.end is None else min(span.end, span.as_of)
    things = [item.thing for item in judge.facts.items]
    waiting = {one for thing in things for one in moments_of(thing, judge.zone)}
    if span.along == BOTH:
        waiting |= set(judge.facts.known_moments())
    start = min(min(waiting, default=end) if span.start is None else span.start, end)
    heap = [one for one in waiting if start < one <= end] + [end]
    heapq.heapify(heap)
    last = _at(judge, span, start)
    yield last
    while heap:
        for due in _dues(last, judge.zone):
            if last.as_of < due < end:
                heapq.heappush(heap, due)
        moment = heapq.heappop(heap)
        if moment <= last.as_of:
            continue
        last = _next(judge, span, last, moment)
        yield last
        if last.as_of < moment:
            heapq.heappush(heap, moment)


def _at(judge: CaseJudge, span: Span, moment: int) -> Point:
    """Judge a moment; along both, by what was known when the day before it ended, or just then."""
    known = span.known_at
    if span.along == BOTH:
        midnight = judge.zone.start_of(judge.zone.ordinal(moment)) == moment
        known = moment - 1 if midnight else moment
    return judge.point(known, moment)


def _dues(point: Point, where: Zone) -> set[int]:
    """Return when the dues of a point pass, and when they become soon at an hour of their own."""
    found = set()
    for row in point.rows.values():
        if row.due is None:
            continue
        ends = set(due_end(row.due, where))
        lead = row.norm.lead
        if isinstance(lead, Exact):
            found |= {end - lead.us for end in ends}
        elif isinstance(lead, Days) and not row.due.day:
            found |= {end - lead.n * DAY for end in ends}
        # An exact due is closed: only after it is an act late.
        found |= ends if row.due.day else {end + 1 for end in ends}
    return found


def _next(judge: CaseJudge, span: Span, last: Point, until: int) -> Point:
    """Return the first change after a point and up to a moment, else that moment.

    Between two moments of facts and dues something may change only as a day begins.
    """
    where = judge.zone
    end = _at(judge, span, until)
    # The days that begin between the two.
    low, high = where.ordinal(last.as_of), where.ordinal(until - 1)
    if low == high or _same(last.rows, end.rows):
        return end
    found = _at(judge, span, where.start_of(high))
    if _same(last.rows, found.rows):
        return end
    while high - low > 1:
        middle = (low + high) // 2
        point = _at(judge, span, where.start_of(middle))
        if _same(last.rows, point.rows):
            low = middle
        else:
            high, found = middle, point
    return found


def _same(a: Rows, b: Rows) -> bool:
    return a.keys() == b.keys() and all(whole(a[name]) == whole(b[name]) for name in a)


def whole(finding: Finding | None) -> object:
    """Return all that is told of a finding."""
    return None if finding is None else finding.as_tuple()


def verdict(finding: Finding | None) -> object:
    """Return what a finding says, without what it rests on."""
    if finding is None:
        return None
    return (
        finding.state, finding.due, finding.met, finding.breached_at, finding.possible,
        finding.missing, finding.control,
    )  # fmt: skip


def _row(rows: Rows, key: str) -> Finding | None:
    """Return a finding, or the one that stands for it while it has no instance."""
    found = rows.get(key)
    if found is not None:
        return found
    return next((row for name, row in rows.items() if name.endswith("/-")), None)


def _timeline(judge: CaseJudge, points: Sequence[Point], key: str, span: Span) -> Timeline:
    """Put together the steps of one finding."""
    steps: list[Step] = []
    norm = next(point.rows[key].norm for point in points if key in point.rows)
    previous: Point | None = None
    for point in points:
        found = _row(point.rows, key)
        if previous is None:
            if found is not None or span.start is not None:
                steps.append(Step(point.known_at, point.as_of, found))
                previous = point
            continue
        if whole(found) != whole(_row(previous.rows, key)):
            steps.append(_step(judge, previous, point, key, span))
        previous = point
    looked = sum(point.known_at is not None or span.along != KNOWN_AT for point in points)
    return Timeline(judge.case, norm, key, tuple(steps), looked)


def _step(judge: CaseJudge, previous: Point, point: Point, key: str, span: Span) -> Step:
    """Find out what made a finding change between two points."""
    before, after = _row(previous.rows, key), _row(point.rows, key)
    told = verdict if verdict(before) != verdict(after) else whole
    wanted = told(after)
    learned: list[Item] = []
    if span.along != AS_OF and point.known_at is not None:
        learned = judge.facts.learned(previous.known_at, point.known_at)
    items = list(learned)
    if span.along != KNOWN_AT:
        happened = judge.facts.happened(previous.as_of, point.as_of, judge.zone)
        items += [one for one in happened if one not in items and _is_known(one, point.known_at)]

    def enough(kept: Sequence[Item]) -> bool:
        dropped = [item for item in items if item not in kept]
        log = judge.facts.without(dropped)
        return told(_row(judge.rows(point.as_of, point.known_at, log), key)) == wanted

    # With as-of fixed, one thing alone can only have done it by itself.
    single = len(items) == 1 and span.along == KNOWN_AT
    kept = list(items) if single else minimal(items, enough)
    causes = tuple(judge.facts.cause(item, item in learned) for item in kept)
    return Step(point.known_at, point.as_of, after, causes, len(items), not kept)


def _is_known(item: Item, known_at: int | None) -> bool:
    return known_at is None or item.known is None or item.known <= known_at
