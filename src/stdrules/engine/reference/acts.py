"""Acts: which facts fulfil (or offend), for certain and possibly, and when.

Semantics: docs/semantics.md, section 9, "Two completions" and "Which act".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stdrules.base.time.moments import When
from stdrules.base.time.periods import Period
from stdrules.base.truth import Missing, and3, is_unknown
from stdrules.engine.view import ALWAYS, CaseView, Row, happened, moment_of
from stdrules.feel import runtime
from stdrules.feel.values import truth
from stdrules.plan.content import AllOf, AnyOf, Content, EachOf, Matcher, Single


@dataclass(slots=True)
class Instance:
    """One possible obligation.

    ``anchor`` None with ``unanchored`` set: when it starts is missing. ``doubt``: items because
    of which it may not exist at all.
    """

    name: str
    anchor: When | None
    trigger: Row | None = None
    each: Row | None = None
    period: Period | None = None
    facts: tuple[str, ...] = ()
    doubt: frozenset[str] = frozenset()
    unanchored: frozenset[str] = frozenset()
    known: int | None = None
    cancelled: bool = False
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """A fact that may count. ``items``: what is missing for it to count for certain."""

    when: When
    id: str
    row: Row | None
    items: frozenset[str] = frozenset()

    @property
    def certain(self) -> bool:
        """Tell whether it counts for certain (its moment may still be vague)."""
        return not self.items


def deciding(act: Act) -> tuple[int, int, str]:
    """Order in which acts decide: earliest last moment, then first, then id."""
    return act.when.last, act.when.first, act.id


def period_dict(period: Period | None) -> dict[str, Any]:
    """Return the period as expressions see it."""
    if period is None:
        return {}
    start = date.fromordinal(period.start)
    return {
        "start": start,
        "end": date.fromordinal(period.end - 1),
        "year": start.year,
        "label": period.label,
    }


def holds(expression: Any, view: CaseView, f: Any, inst: Instance | None) -> bool | Missing:
    """Evaluate a condition in K3."""
    return truth(value_of(expression, view, f, inst))


def value_of(expression: Any, view: CaseView, f: Any, inst: Instance | None) -> Any:
    """Evaluate an expression for the fact ``f`` within an instance."""
    t = inst.trigger.fields if inst and inst.trigger else (inst.fields if inst else {})
    e = inst.each.fields if inst and inst.each else {}
    p = period_dict(inst.period if inst else None)
    return expression.function()(f, t, e, p, view)


def fits(matcher: Matcher, row: Row, view: CaseView, inst: Instance | None) -> bool | Missing:
    """Tell whether a row is picked by a matcher, but for its time."""
    tests: list[bool | Missing] = []
    for own, other in matcher.keys:
        a = value_of(own, view, row.fields, inst)
        b = value_of(other, view, row.fields, inst)
        tests.append(truth(runtime.eq(a, b)))
    if matcher.where is not None:
        tests.append(holds(matcher.where, view, row.fields, inst))
    return and3(*tests)


def when_of(matcher: Matcher, row: Row, view: CaseView) -> When | Missing | None:
    """Return a row's time under a matcher; None: the time field is blank, so it did not happen."""
    if matcher.time is None:
        told = row.said
        return None if isinstance(told, Missing) and told.blank else told
    found = moment_of(row.fields[matcher.time], view.zone)
    if isinstance(found, Missing) and found.blank:
        return None
    return found


def acts_of(
    matcher: Matcher, view: CaseView, inst: Instance, lower: When | None, ties: str = "allow"
) -> Iterator[Act]:
    """Yield the acts of a matcher that are not certainly before ``lower``, unordered."""
    floor = lower.first if lower is not None else ALWAYS.first
    for row in view.of(matcher.type):
        fit = fits(matcher, row, view, inst)
        if fit is False:
            continue
        items = fit.items if is_unknown(fit) else frozenset()
        if is_unknown(fit) and not items:
            items = frozenset({f"fact {matcher.type}"})
        when = when_of(matcher, row, view)
        if when is None:
            continue
        if isinstance(when, Missing):
            items |= when.items
            when = When(max(floor, row.at.first), max(floor, view.as_of))
        if not happened(when, view.as_of):
            continue
        if lower is not None and when != ALWAYS:
            if when.last < lower.first:
                continue
            if when.first < lower.last:
                one_day = view.zone.ordinal(lower.first) == view.zone.ordinal(when.last)
                tie = ties if one_day and _within_a_day(when, view) else "unknown"
                if tie == "deny":
                    continue
                if tie == "unknown":
                    items |= {f"time {row.id}"}
        yield Act(when, row.id, row, frozenset(items))
    complete = view.complete_until(matcher.type)
    start = floor if complete is None else max(floor, complete + 1)
    if complete != view.as_of and start <= view.as_of:
        yield Act(When(start, start), "", None, frozenset({f"fact {matcher.type}"}))


def all_acts(
    matchers: tuple[Matcher, ...],
    view: CaseView,
    inst: Instance,
    lower: When | None,
) -> list[Act]:
    """Return the acts of several matchers together; a fact picked by two counts once."""
    found: dict[str, Act] = {}
    for matcher in matchers:
        for act in acts_of(matcher, view, inst, lower):
            name = act.id or f"fact {matcher.type}"
            if name not in found or (act.certain and not found[name].certain):
                found[name] = act
    return list(found.values())


def _within_a_day(when: When, view: CaseView) -> bool:
    return view.zone.ordinal(when.first) == view.zone.ordinal(when.last)


@dataclass(frozen=True, slots=True)
class Met:
    """How content stands in one completion: when met (None: not), by which facts."""

    when: When | None
    facts: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Achieved:
    """Content in its worst and best completion, and what separates them."""

    worst: Met
    best: Met
    items: frozenset[str]


@dataclass(frozen=True, slots=True)
class Window:
    """Between which moments acts count: from ``lower`` (trigger) and not after ``upper``."""

    lower: When | None
    upper: int | None = None
    ties: str = "allow"
    floor_day: int | None = None


def achieve(content: Content, view: CaseView, inst: Instance, window: Window) -> Achieved:
    """Return when content is met."""
    if isinstance(content, Single):
        return _single(content.matcher, view, inst, window)
    if isinstance(content, AllOf):
        return _last([achieve(part, view, inst, window) for part in content.parts])
    if isinstance(content, AnyOf):
        return _earliest([achieve(part, view, inst, window) for part in content.parts])
    return _each(content, view, inst, window)


def _counts(act: Act, view: CaseView, window: Window) -> bool:
    if window.upper is not None and act.when.first > window.upper:
        return False
    return window.floor_day is None or act.when.first >= view.zone.start_of(window.floor_day)


def _single(matcher: Matcher, view: CaseView, inst: Instance, window: Window) -> Achieved:
    acts = [
        act for act in acts_of(matcher, view, inst, window.lower, window.ties)
        if _counts(act, view, window)
    ]  # fmt: skip
    certain = min((a for a in acts if a.certain), key=deciding, default=None)
    worst = Met(certain.when, (certain.id,), certain.id) if certain else Met(None)
    hopeful = [
        a for a in acts
        if not a.certain and (certain is None or a.when.first < certain.when.last)
    ]  # fmt: skip
    items = frozenset[str]().union(*(a.items for a in hopeful))
    soonest = min(acts, key=lambda a: (a.when.first, a.when.last, a.id), default=None)
    if soonest is None or (certain and certain.when.first <= soonest.when.first):
        return Achieved(worst, worst, items)
    # Another certain act, or a possible one, may come first.
    best = Met(soonest.when, (soonest.id,) if soonest.id else (), soonest.id)
    if soonest.certain:
        items |= {f"time {soonest.id}"}
    return Achieved(worst, best, items)


def _last(parts: list[Achieved]) -> Achieved:
    def join(mets: list[Met]) -> Met:
        if any(met.when is None for met in mets):
            return Met(None, _facts(mets))
        latest = max(mets, key=lambda m: (m.when.last, m.when.first, m.by))  # type: ignore[union-attr]
        return Met(latest.when, _facts(mets), latest.by)

    items = frozenset[str]().union(*(part.items for part in parts))
    return Achieved(join([p.worst for p in parts]), join([p.best for p in parts]), items)


def _earliest(parts: list[Achieved]) -> Achieved:
    def first(mets: list[Met]) -> Met:
        done = [met for met in mets if met.when is not None]
        if not done:
            return Met(None)
        return min(done, key=lambda m: (m.when.last, m.when.first, m.facts))  # type: ignore[union-attr]

    items = frozenset[str]().union(*(part.items for part in parts))
    return Achieved(first([p.worst for p in parts]), first([p.best for p in parts]), items)


def _facts(mets: list[Met]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for met in mets for name in met.facts))


def _each(content: EachOf, view: CaseView, inst: Instance, window: Window) -> Achieved:
    of = list(acts_of(content.of, view, inst, None))
    parts: list[Achieved] = []
    items: frozenset[str] = frozenset()
    doubtful = False
    for one in of:
        if one.row is None or not one.certain:
            # It may or may not be asked for: in the worst case it is, and is not met.
            doubtful, items = True, items | one.items
            continue
        inner = Instance(
            inst.name, inst.anchor, inst.trigger, one.row, inst.period, fields=inst.fields
        )
        parts.append(achieve(content.part, view, inner, window))
    if not parts:
        met = Met(inst.anchor) if content.empty_met else Met(None)
        found = Achieved(met, met, frozenset())
    else:
        found = _last(parts)
    if not doubtful:
        return found
    # With no certain fact the best case is that one exists and is met at once.
    best = found.best if parts or content.empty_met else Met(inst.anchor)
    return Achieved(Met(None, found.worst.facts), best, found.items | items)
