"""From rows to a log: repeats once, contradictions set aside, corrections checked.

Nothing here depends on the order in which rows were read: facts are sorted by id and place first.

Semantics: docs/semantics.md, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.intake import codes
from stdrules.intake.rows import Pending
from stdrules.model.facts import FactLog


def content_of(item: Pending) -> tuple[Any, ...]:
    """Return everything of a fact that counts when two rows are compared; not the place."""
    fact = item.fact
    cases = tuple(sorted((case_type, tuple(sorted(ids))) for case_type, ids in fact.cases.items()))
    return (fact.type, cases, fact.at, fact.fields, fact.recorded, fact.supersedes)


def merge(items: Iterable[Pending]) -> tuple[list[Pending], dict[int, Diagnostic]]:
    """Drop repeats and set contradictions and impossible corrections aside.

    Returns:
        The facts to keep, sorted by id and place; and for each fact that is set aside (by the
        ``id()`` of its entry) the diagnostic that says why.
    """
    by_id: dict[str, list[Pending]] = {}
    for item in items:
        by_id.setdefault(item.fact.id, []).append(item)
    kept: list[Pending] = []
    aside: dict[int, Diagnostic] = {}
    for fact_id in sorted(by_id):
        group = by_id[fact_id]
        if len(group) == 1:
            kept.append(group[0])
            continue
        group.sort(key=_place)
        different = _without_repeats(group)
        first_versions = [item for item in different if item.fact.supersedes is None]
        clashing = first_versions if len(first_versions) > 1 else []
        for item in clashing:
            aside[id(item)] = _clash(item, clashing)
        kept += [item for item in different if id(item) not in aside]
    types = {item.fact.id: item.fact.type for item in kept}
    for item in _wrong_corrections(kept, types):
        aside[id(item)] = _wrong(item, types)
    return [item for item in kept if id(item) not in aside], aside


def dangling(log: FactLog, spans: dict[str, Span]) -> list[Diagnostic]:
    """Warn of corrections and withdrawals of facts that are not in the log."""
    known = {fact.id for fact in log.facts}
    named = [(fact.supersedes, "更正", "corrected") for fact in log.facts if fact.supersedes]
    named += [(one.withdraws, "撤回", "withdrawn") for one in log.withdrawals]
    found = []
    for target, zh, en in named:
        if target not in known:
            span = spans.get(target, Span(""))
            found.append(
                make(
                    codes.NO_TARGET,
                    span,
                    zh=f"被{zh}的事实 `{target}` 不在数据中",
                    en=f"the fact `{target}`, {en} here, is not in the data",
                )
            )
    return found


def _place(item: Pending) -> tuple[Any, ...]:
    """Order versions of one id: first versions, then corrections as they became known."""
    fact, source = item.fact, item.fact.source
    place = (source.file, source.sheet, source.row) if source else ("", "", 0)
    known = (0, 0) if fact.recorded is None else (1, fact.recorded)
    return (fact.supersedes is not None, *known, *place)


def _without_repeats(group: list[Pending]) -> list[Pending]:
    seen: list[tuple[Any, ...]] = []
    different = []
    for item in group:
        content = content_of(item)
        if content not in seen:
            seen.append(content)
            different.append(item)
    return different


def _wrong_corrections(items: list[Pending], types: dict[str, str]) -> list[Pending]:
    """Return the corrections of another type, and those that go in circles."""
    before: dict[str, set[str]] = {}
    for item in items:
        target = item.fact.supersedes
        if target is not None and target != item.fact.id:
            before.setdefault(item.fact.id, set()).add(target)
    endless = circular(before)
    return [
        item
        for item in items
        if item.fact.supersedes is not None
        and (
            types.get(item.fact.supersedes, item.fact.type) != item.fact.type
            or (item.fact.id in endless and item.fact.supersedes in endless)
        )
    ]


def circular(before: dict[str, set[str]]) -> set[str]:
    """Return the ids from which following the corrections never ends.

    Ids that name nothing further are taken away until none is left; what stays is circular.
    """
    open_targets = {one: {t for t in targets if t in before} for one, targets in before.items()}
    followers: dict[str, list[str]] = {}
    for one, targets in open_targets.items():
        for target in targets:
            followers.setdefault(target, []).append(one)
    done = [one for one, targets in open_targets.items() if not targets]
    while done:
        target = done.pop()
        for one in followers.get(target, ()):
            open_targets[one].discard(target)
            if not open_targets[one]:
                done.append(one)
    return {one for one, targets in open_targets.items() if targets}


def _clash(item: Pending, group: list[Pending]) -> Diagnostic:
    others = [other for other in group if other is not item]
    places = ", ".join(str(other.span("id")) for other in others[:4])
    return make(
        codes.SAME_ID, item.span("id"),
        zh=f"编号 `{item.fact.id}` 与 {places} 相同，内容不同",
        en=f"the id `{item.fact.id}` is also that of {places}, with other content",
        hint_zh="若是更正，请在 `supersedes`（更正）中写明所更正的编号",
        hint_en="if one corrects the other, name it in `supersedes`",
    )  # fmt: skip


def _wrong(item: Pending, types: dict[str, str]) -> Diagnostic:
    target = item.fact.supersedes or ""
    other = types.get(target, item.fact.type)
    if other != item.fact.type:
        return make(codes.CORRECTION, item.span("supersedes"),
                    zh=f"`{item.fact.id}` 更正的 `{target}` 属于另一类型 `{other}`",
                    en=f"`{item.fact.id}` corrects `{target}`, which is of the type `{other}`",
                    )  # fmt: skip
    return make(codes.CORRECTION, item.span("supersedes"),
                zh=f"`{item.fact.id}` 与 `{target}` 互相更正",
                en=f"`{item.fact.id}` and `{target}` correct each other in a circle")  # fmt: skip
