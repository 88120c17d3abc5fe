"""Cases that follow from links: an approval belongs to the case of the document it approves.

Resolved after all rows are read, so that their order does not matter. A link may lead to a type
whose case follows from a link again.

Semantics: docs/semantics.md, section 2; docs/ruleset-format.md, "vocabulary.yaml".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stdrules.base.diagnostics import Diagnostic, make
from stdrules.base.truth import Missing
from stdrules.intake import codes
from stdrules.intake.rows import Pending, field_cases
from stdrules.model.vocabulary import CaseLink, Link

_DEPTH = 16


class CaseResolver:
    """Finds the cases of every fact.

    Args:
        pending: All facts that were read; their `cases` are filled by `resolve`.
        default_case: The case of facts whose link leads nowhere, or None.
    """

    def __init__(self, pending: Iterable[Pending], default_case: str | None = None) -> None:
        self._by_type: dict[str, list[Pending]] = {}
        self._replaced: set[str] = set()
        for item in pending:
            self._by_type.setdefault(item.fact.type, []).append(item)
            if item.fact.supersedes is not None and item.fact.supersedes != item.fact.id:
                self._replaced.add(item.fact.supersedes)
        self._index: dict[tuple[str, str], dict[object, list[Pending]]] = {}
        self._known: dict[tuple[int, str], tuple[str, ...] | Diagnostic | None] = {}
        self._default_case = default_case

    def resolve(self, item: Pending) -> Diagnostic | None:
        """Fill the cases of a fact; a diagnostic says why it belongs to none."""
        cases: dict[str, tuple[str, ...]] = {}
        trouble: Diagnostic | None = None
        some = False
        for case_type in item.reader.sources:
            found = self._cases(item, case_type, 0)
            if isinstance(found, Diagnostic):
                trouble = trouble or found
                if found.code != codes.NO_CASE:
                    return found
                cases[case_type] = ()
            else:
                cases[case_type] = found
                some = True
        for case_type, ids in item.told.items():
            if case_type not in cases:
                cases[case_type] = ids
                some = True
        if trouble is not None and not some:
            return trouble
        item.fact.cases = cases
        return None

    def _cases(self, item: Pending, case_type: str, depth: int) -> tuple[str, ...] | Diagnostic:
        key = (id(item), case_type)
        if key in self._known:
            known = self._known[key]
            # None marks a fact that is being resolved: the links go in a circle.
            return known if known is not None else no_case(item, case_type, None)
        self._known[key] = None
        found = self._find(item, case_type, depth)
        self._known[key] = found
        return found

    def _find(self, item: Pending, case_type: str, depth: int) -> tuple[str, ...] | Diagnostic:
        source = item.reader.sources.get(case_type)
        if source is None:
            return item.told.get(case_type, ())
        if not isinstance(source, CaseLink):
            return field_cases(item, case_type) or no_case(item, case_type, source)
        told = item.told.get(case_type)
        link = item.reader.spec.links[source.link]
        groups = self._groups(item, link, case_type, depth)
        if told is not None:
            if groups and not any(set(told) & set(group) for group in groups):
                return other_case(item, told, groups)
            return told
        if len(groups) == 1:
            return next(iter(groups))
        if groups:
            return several_cases(item, link, groups)
        if self._default_case is not None:
            return (self._default_case,)
        return no_case(item, case_type, source.link, item.fact.fields.get(link.by), link)

    def _groups(
        self, item: Pending, link: Link, case_type: str, depth: int
    ) -> set[tuple[str, ...]]:
        """Return the different sets of cases of the records that the link may mean."""
        value = item.fact.fields.get(link.by)
        if isinstance(value, Missing) or depth > _DEPTH:
            return set()
        found = self._targets(link).get(_key(value), [])
        current = [target for target in found if target.fact.id not in self._replaced]
        groups: set[tuple[str, ...]] = set()
        for target in current or found:
            if target is item:
                continue
            cases = self._cases(target, case_type, depth + 1)
            if not isinstance(cases, Diagnostic) and cases:
                groups.add(tuple(sorted(cases)))
        return groups

    def _targets(self, link: Link) -> Mapping[object, list[Pending]]:
        key = link.key or link.by
        index = self._index.get((link.type, key))
        if index is None:
            index = self._index[(link.type, key)] = {}
            for target in self._by_type.get(link.type, []):
                value = target.fact.fields.get(key)
                if value is not None and not isinstance(value, Missing):
                    index.setdefault(_key(value), []).append(target)
        return index


def _key(value: object) -> object:
    return value


def other_case(
    item: Pending, told: tuple[str, ...], groups: set[tuple[str, ...]]
) -> Diagnostic:
    """Build the diagnostic of a fact that names another case than its link leads to."""
    other = ", ".join(sorted({one for group in groups for one in group}))
    return make(
        codes.DISAGREE, item.span("case"),
        zh=f"`case` 为 `{', '.join(told)}`，所指的记录属于 `{other}`",
        en=f"`case` is `{', '.join(told)}` but the linked record lies in `{other}`",
    )  # fmt: skip


def several_cases(item: Pending, link: Link, groups: set[tuple[str, ...]]) -> Diagnostic:
    """Build the diagnostic of a fact whose link leads to several cases."""
    value = item.fact.fields.get(link.by)
    shown = "; ".join(sorted(", ".join(group) for group in groups)[:4])
    return make(
        codes.SEVERAL_CASES, item.span(link.by),
        zh=f"`{link.type}` 中 `{value}` 分属个案 {shown}",
        en=f"`{value}` of `{link.type}` lies in the cases {shown}",
        hint_zh="请为该行写明个案编号", hint_en="give the case id in this row",
    )  # fmt: skip


def no_case(
    item: Pending,
    case_type: str,
    source: str | None,
    value: object = None,
    link: Link | None = None,
) -> Diagnostic:
    """Build the diagnostic of a fact that belongs to no case of a type."""
    place = item.span(link.by if link else source or "case")
    if link is not None and not isinstance(value, Missing):
        return make(
            codes.NO_CASE, place,
            zh=f"没有 `{link.type}` 的记录，其 `{link.key or link.by}` 为 `{value}`",
            en=f"no record of `{link.type}` has `{link.key or link.by}` equal to `{value}`",
            hint_zh="请补上该记录，或写明个案编号",
            hint_en="supply that record, or give the case id",
        )  # fmt: skip
    name = link.by if link else source or "case"
    return make(
        codes.NO_CASE, place,
        zh=f"没有个案（{case_type}）编号：`{name}` 为空或未提供",
        en=f"no case id ({case_type}): `{name}` is blank or not carried",
        hint_zh="请填写个案编号", hint_en="fill in the case id",
    )  # fmt: skip
