"""How obligations come into being: scopes, triggers, and who is asked.

Semantics: docs/semantics.md, sections 5, 7 and 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from stdrules.base.time.dues import due_end
from stdrules.base.time.moments import When
from stdrules.base.time.periods import Period
from stdrules.base.truth import Missing, is_unknown
from stdrules.engine.reference.acts import Act, Instance, acts_of, fits, holds, when_of
from stdrules.engine.reference.settle import Closing
from stdrules.engine.view import ALWAYS, CaseView, Row
from stdrules.plan import results as r
from stdrules.plan.content import Matcher, ScopeRule
from stdrules.plan.plan import PlanNorm
from stdrules.plan.steps import PerCase, PerFact, PerGroup, PerOutcome, PerYear

NOBODY = Instance("", None)


def earliest(matcher: Matcher | None, view: CaseView) -> tuple[Act | None, frozenset[str]]:
    """Return the earliest certain act; if there is none, the earliest possible and its items."""
    if matcher is None:
        return None, frozenset()
    acts = list(acts_of(matcher, view, NOBODY, None))
    certain = [act for act in acts if act.certain]
    found = min(certain or acts, key=lambda a: (a.when.first, a.when.last, a.id), default=None)
    return found, found.items if found else frozenset()


def scope_of(rule: ScopeRule, view: CaseView) -> tuple[When | None, frozenset[str], Closing]:
    """Return when a scope starts, what is missing to know it, and its closing."""
    start, items = earliest(rule.start, view)
    end, end_items = earliest(rule.end, view)
    # What has no time starts no clock and stops none.
    # Without a moment there is no start, but what is missing is still told.
    begin = start.when if start is not None and start.when.first > ALWAYS.first else None
    close = end.when if end is not None and end.when != ALWAYS else None
    return begin, items, Closing(close, end_items)


def instances(
    norm: PlanNorm, view: CaseView, outcomes: Mapping[str, Sequence[r.Finding]]
) -> Iterator[Instance]:
    """Yield the instances of a norm in a case."""
    arise = norm.arise
    if isinstance(arise, PerCase):
        start, items, _ = scope_of(norm.scope, view)
        yield Instance(view.case_id, start, unanchored=items)
    elif isinstance(arise, PerFact):
        yield from _per_fact(arise, view)
    elif isinstance(arise, PerGroup):
        yield from _per_group(arise, view)
    elif isinstance(arise, PerYear):
        yield from _per_year(arise, norm, view)
    else:
        yield from _per_outcome(arise, view, outcomes)


def _per_fact(arise: PerFact, view: CaseView) -> Iterator[Instance]:
    matcher = arise.matcher
    found = []
    for row in view.of(matcher.type):
        fit = fits(matcher, row, view, None)
        if fit is not False:
            found.append((row, fit.items if is_unknown(fit) else frozenset[str]()))
    if arise.pick != "all":
        certain = [pair for pair in found if not pair[1]] or found
        found = certain[:1] if arise.pick == "first" else certain[-1:]
    for row, doubt in found:
        yield _instance(arise, row, view, doubt)
    if arise.pick == "all":
        for row in view.withdrawn.get(matcher.type, []):
            if fits(matcher, row, view, None) is not False:
                inst = _instance(arise, row, view, frozenset())
                inst.cancelled = True
                yield inst


def _instance(arise: PerFact, row: Row, view: CaseView, doubt: frozenset[str]) -> Instance:
    when = when_of(arise.matcher, row, view)
    if arise.matcher.time is None:
        untold = row.at == ALWAYS and isinstance(row.said, Missing)
        when = row.said if untold else row.at
    name = row.root
    if arise.key is not None and not isinstance(row.fields[arise.key], Missing):
        name = str(row.fields[arise.key])
    inst = Instance(name, None, row, facts=(row.id,), doubt=doubt, known=row.known)
    if isinstance(when, Missing):
        inst.unanchored = when.items
    elif when is None:
        inst.unanchored = frozenset({f"field {row.id}.{arise.matcher.time}"})
    elif when != ALWAYS:
        inst.anchor = when
    return inst


def _per_group(arise: PerGroup, view: CaseView) -> Iterator[Instance]:
    groups: dict[str, list[Row]] = {}
    for row in view.of(arise.matcher.type):
        value = row.fields[arise.by]
        if not isinstance(value, Missing) and fits(arise.matcher, row, view, None) is not False:
            groups.setdefault(str(value), []).append(row)
    for name in sorted(groups):
        parts: list[tuple[When, Row]] = []
        doubt: frozenset[str] = frozenset()
        for need in arise.needs:
            tested = [(row, holds(need, view, row.fields, None)) for row in groups[name]]
            sure = [row for row, fit in tested if fit is True]
            maybe = [(row, fit) for row, fit in tested if isinstance(fit, Missing)]
            if not sure and maybe:
                doubt |= maybe[0][1].items
            chosen = sure or [row for row, _ in maybe]
            timed = [(when_of(arise.matcher, row, view), row) for row in chosen]
            known = [(w, row) for w, row in timed if isinstance(w, When) and w.first <= view.as_of]
            if not known:
                break
            parts.append(min(known, key=lambda pair: (pair[0].last, pair[0].first, pair[1].id)))
        else:
            when, row = max(parts, key=lambda pair: (pair[0].last, pair[0].first, pair[1].id))
            ids = tuple(dict.fromkeys(part.id for _, part in parts))
            yield Instance(name, when, row, facts=ids, doubt=doubt, known=row.known)


def _per_year(arise: PerYear, norm: PlanNorm, view: CaseView) -> Iterator[Instance]:
    start, items, closing = scope_of(norm.scope, view)
    if start is None:
        return
    first = view.zone.ordinal(start.first)
    last = view.zone.ordinal(view.as_of - 1)
    ended = closing.at is not None and not closing.items
    if closing.at is not None and ended:
        last = min(last, view.zone.ordinal(closing.at.first))
    for year in range(date.fromordinal(first).year, date.fromordinal(last).year + 1):
        due = date(year, arise.month, arise.day).toordinal()
        if due < first or (ended and due > last):
            continue
        opening = date(year, 1, 1).toordinal()
        if arise.part_periods == "skip" and opening < first:
            continue
        begin = view.zone.start_of(opening)
        anchor = start if opening <= first else When(begin, begin)
        # INVARIANT: the period of a yearly date ends with the due day.
        yield Instance(str(year), anchor, period=Period(str(year), opening, due + 1), doubt=items)


def _per_outcome(
    arise: PerOutcome, view: CaseView, outcomes: Mapping[str, Sequence[r.Finding]]
) -> Iterator[Instance]:
    for finding in outcomes.get(arise.norm, ()):
        if finding.state == r.UNDETERMINED:
            inside = [state for state in finding.possible if state in arise.states]
            if not inside:
                continue
            doubt = frozenset(finding.missing) if len(inside) < len(finding.possible) else None
        elif finding.state in arise.states:
            doubt = None
        else:
            continue
        inst = Instance(
            finding.key,
            _moment(arise, finding, view),
            facts=finding.facts,
            doubt=doubt or frozenset(),
        )
        inst.trigger = _trigger_row(finding, view)
        yield inst


def _trigger_row(finding: r.Finding, view: CaseView) -> Row | None:
    for rows in view.rows.values() if finding.trigger else ():
        for row in rows:
            if row.id == finding.trigger:
                return row
    return None


def _moment(arise: PerOutcome, finding: r.Finding, view: CaseView) -> When | None:
    """When an outcome happened: the act that met it, or the moment it was missed or broken.

    A late fulfilment is both: it counts as missed where being overdue would count too.
    """
    if finding.met is not None and (finding.state == r.FULFILLED or r.OVERDUE not in arise.states):
        return finding.met
    if finding.breached_at is not None:
        return When(finding.breached_at, finding.breached_at)
    if finding.due is not None:
        first, last = due_end(finding.due, view.zone)
        return When(first, last)
    return finding.met
