"""Which version of each fact is in force at a date of knowledge: corrections and withdrawals.

Semantics: docs/semantics.md, sections 2 and 9, "Corrections".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stdrules.base.diagnostics import Diagnostic, Severity, Span, make, register
from stdrules.model.facts import Fact, FactLog

register(
    "W501", Severity.WARNING,
    "同一版本有两个更正", "two corrections of one version",
    "同一事实版本被更正两次；以后记录的为准，应核对来源。",
    "One version of a fact was corrected twice; the later recorded one is used. Check the source.",
)  # fmt: skip

_NEVER = -(2**62)


@dataclass(slots=True, eq=False)
class Version:
    """A fact in force: its current content, the id of its first version, and when that was known.

    ``known``: microseconds at which the first version became known; None if it has no time.
    """

    fact: Fact
    root: str
    known: int | None
    withdrawn: bool


def known_from(fact: Fact) -> int:
    """Return the moment from which a fact counts as known."""
    if fact.recorded is not None:
        return fact.recorded
    return fact.at.first if fact.at is not None else _NEVER


def _order(fact: Fact) -> tuple[int, str, str]:
    content = sorted((name, repr(value)) for name, value in fact.fields.items())
    return known_from(fact), fact.id, repr((fact.at, content))


def in_force(log: FactLog, known_at: int | None) -> tuple[list[Version], list[Diagnostic]]:
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
            return [_first(fact) for fact in facts], diagnostics
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
            originals[own] = [min(children[own], key=_order)]
    versions = []
    for root in sorted(originals):
        versions.append(_follow(root, originals[root], children, withdrawals_of(withdrawals),
                                diagnostics))  # fmt: skip
    return versions, diagnostics


def withdrawals_of(withdrawals: Iterable[object]) -> dict[str, list[int | None]]:
    """Return the recording times of the withdrawals of each fact id."""
    found: dict[str, list[int | None]] = {}
    for one in withdrawals:
        found.setdefault(one.withdraws, []).append(one.recorded)  # type: ignore[attr-defined]
    return found


def _first(fact: Fact) -> Version:
    known = known_from(fact)
    return Version(fact, fact.supersedes or fact.id, None if known == _NEVER else known, False)


def _follow(
    root: str,
    originals: list[Fact],
    children: dict[str, list[Fact]],
    withdrawn: dict[str, list[int | None]],
    diagnostics: list[Diagnostic],
) -> Version:
    current = max(originals, key=_order)
    first = min(originals, key=_order)
    known = known_from(first)
    seen = {id(fact) for fact in originals}
    ids = {current.id, root}
    while True:
        later = [fact for fact in children.get(current.id, ()) if id(fact) not in seen]
        later = [fact for fact in later if fact.id != current.id or _order(fact) > _order(current)]
        if not later:
            break
        seen.update(id(fact) for fact in later)
        chosen = max(later, key=_order)
        if any(_content(fact) != _content(chosen) and fact.recorded == chosen.recorded
               for fact in later):  # fmt: skip
            diagnostics.append(_two(chosen, later))
        current = chosen
        ids.add(current.id)
    marks = [moment for name in ids for moment in withdrawn.get(name, ())]
    gone = any(moment is None or moment >= known_from(current) for moment in marks)
    return Version(current, root, None if known == _NEVER else known, gone)


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
