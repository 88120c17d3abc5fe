"""Which version of each fact is in force at a date of knowledge: corrections and withdrawals.

Semantics: docs/semantics.md, sections 2 and 9, "Corrections".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from stdrules.base.diagnostics import Diagnostic, Severity, Span, make, register
from stdrules.base.time.moments import from_date, from_datetime
from stdrules.base.time.zones import Zone
from stdrules.model.facts import Fact, FactLog, Withdrawal
from stdrules.plan.plan import TypeInfo

register(
    "W501", Severity.WARNING,
    "同一版本有两个更正", "two corrections of one version",
    "同一事实版本被更正两次；以后记录的为准，应核对来源。",
    "One version of a fact was corrected twice; the later recorded one is used. Check the source.",
)  # fmt: skip

NEVER = -(2**62)


@dataclass(slots=True, eq=False)
class Version:
    """A fact in force: its current content, the id of its first version, and when that was known.

    ``known``: microseconds at which the first version became known; None if it has no time.
    """

    fact: Fact
    root: str
    known: int | None
    withdrawn: bool


KnownFrom = Callable[[Fact], int]


def knowledge(types: Mapping[str, TypeInfo], zone: Zone) -> KnownFrom:
    """Return the function that tells from when a fact counts as known.

    Its ``recorded``; else, of a plan, its announcement (all along if that is not said either);
    else its own time.
    """

    def known_from(fact: Fact) -> int:
        if fact.recorded is not None:
            return fact.recorded
        info = types.get(fact.type)
        if info is not None and info.kind == "plan":
            said = fact.fields.get(info.announced) if info.announced else None
            if isinstance(said, datetime):
                return from_datetime(said).first
            return from_date(said, zone).first if isinstance(said, date) else NEVER
        return fact.at.first if fact.at is not None else NEVER

    return known_from


def _told(fact: Fact) -> str:
    """What orders versions that nothing else tells apart; the costly part."""
    return repr(_content(fact))


def _last(facts: list[Fact], known_from: KnownFrom) -> Fact:
    """Return the version recorded last; of those recorded at once the greatest."""
    if len(facts) == 1:
        return facts[0]
    best = max((known_from(fact), fact.id) for fact in facts)
    return max(_same(facts, best, known_from), key=_told)


def _earliest(facts: list[Fact], known_from: KnownFrom) -> Fact:
    """Return the version recorded first; of those recorded at once the smallest."""
    if len(facts) == 1:
        return facts[0]
    best = min((known_from(fact), fact.id) for fact in facts)
    return min(_same(facts, best, known_from), key=_told)


def _same(facts: list[Fact], best: tuple[int, str], known_from: KnownFrom) -> list[Fact]:
    return [fact for fact in facts if fact.id == best[1] and known_from(fact) == best[0]]


def _is_later(fact: Fact, other: Fact, known_from: KnownFrom) -> bool:
    one, two = known_from(fact), known_from(other)
    return one > two if one != two else (fact.id, _told(fact)) > (other.id, _told(other))


def in_force(
    log: FactLog, known_at: int | None, known_from: KnownFrom
) -> tuple[list[Version], list[Diagnostic]]:
    """Return the version of every fact in force at ``known_at`` (None: everything known).

    Withdrawn facts are returned too, marked; evaluators make cancelled instances of them.
    """
    diagnostics: list[Diagnostic] = []
    facts = log.facts
    if known_at is not None:
        facts = [fact for fact in facts if known_from(fact) <= known_at]
    withdrawals = [
        w for w in log.withdrawals if known_at is None or w.recorded is None
        or w.recorded <= known_at
    ]  # fmt: skip
    if not withdrawals and all(fact.supersedes is None for fact in facts):
        unique = {fact.id: fact for fact in facts}
        if len(unique) == len(facts):
            return [_first(fact, known_from) for fact in facts], diagnostics
    children: dict[str, list[Fact]] = {}
    originals: dict[str, list[Fact]] = {}
    ids = {fact.id for fact in facts}
    for fact in facts:
        if fact.supersedes is None or fact.supersedes not in ids:
            originals.setdefault(fact.supersedes or fact.id, []).append(fact)
        else:
            children.setdefault(fact.supersedes, []).append(fact)
    for own in [name for name in children if name not in originals]:
        if all(fact.id == own for fact in children[own]):
            # Every known version corrects itself: the earliest stands for the original.
            originals[own] = [_earliest(children[own], known_from)]
    versions = []
    taken = withdrawals_of(withdrawals)
    for root in sorted(originals):
        versions.append(_follow(root, originals[root], children, taken, diagnostics, known_from))
    return versions, diagnostics


def withdrawals_of(withdrawals: Iterable[Withdrawal]) -> dict[str, list[int | None]]:
    """Return the recording times of the withdrawals of each fact id."""
    found: dict[str, list[int | None]] = {}
    for one in withdrawals:
        found.setdefault(one.withdraws, []).append(one.recorded)
    return found


def _first(fact: Fact, known_from: KnownFrom) -> Version:
    known = known_from(fact)
    return Version(fact, fact.supersedes or fact.id, None if known == NEVER else known, False)


def _follow(
    root: str,
    originals: list[Fact],
    children: dict[str, list[Fact]],
    withdrawn: dict[str, list[int | None]],
    diagnostics: list[Diagnostic],
    known_from: KnownFrom,
) -> Version:
    current = _last(originals, known_from)
    known = known_from(_earliest(originals, known_from))
    seen = {id(fact) for fact in originals}
    ids = {current.id, root}
    while True:
        next_ones = children.get(current.id)
        if next_ones is None:
            break
        if len(next_ones) == 1 and next_ones[0].id != current.id:
            # The usual case, and quick: chains may be long.
            if id(next_ones[0]) in seen:
                break
            current = next_ones[0]
            seen.add(id(current))
            ids.add(current.id)
            continue
        later = [fact for fact in next_ones if id(fact) not in seen]
        later = [
            fact for fact in later
            if fact.id != current.id or _is_later(fact, current, known_from)
        ]  # fmt: skip
        if not later:
            break
        seen.update(id(fact) for fact in later)
        chosen = _last(later, known_from)
        if any(fact is not chosen and fact.recorded == chosen.recorded
               and _content(fact) != _content(chosen) for fact in later):  # fmt: skip
            diagnostics.append(_two(chosen, later))
        current = chosen
        ids.add(current.id)
    marks = [moment for name in ids for moment in withdrawn.get(name, ())]
    gone = any(moment is None or moment >= known_from(current) for moment in marks)
    return Version(current, root, None if known == NEVER else known, gone)


def _content(fact: Fact) -> object:
    return fact.at, sorted((name, repr(value)) for name, value in fact.fields.items())


def _two(chosen: Fact, later: list[Fact]) -> Diagnostic:
    span = Span(chosen.source.label() if chosen.source else "facts")
    names = ", ".join(sorted(fact.id for fact in later))
    return make(
        "W501", span,
        zh=f"`{chosen.supersedes}` 同时有几个更正：{names}；采用 `{chosen.id}`",
        en=f"`{chosen.supersedes}` has several corrections: {names}; `{chosen.id}` is used",
    )  # fmt: skip
