"""The cases of one fact, from what it names itself and from what its links were found to mean.

The rules are those of ``stdrules.intake.links``, whose recursion has become levels of joins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from stdrules.base.diagnostics import Diagnostic
from stdrules.intake import codes
from stdrules.intake.links import no_case, other_case, several_cases
from stdrules.intake.rows import Pending, field_cases
from stdrules.model.vocabulary import CaseLink

Row = dict[str, Any]
Answer = tuple[str, ...] | Diagnostic


def told(findings: Sequence[Diagnostic]) -> str:
    """Return what is wrong as JSON: a list of diagnostics."""
    plain = [found.to_json() for found in findings]
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def own_cases(item: Pending) -> dict[str, tuple[str, ...]]:
    """Return the cases that a fact names itself, by case type; none where a link decides."""
    found: dict[str, tuple[str, ...]] = {}
    for case_type, source in item.reader.sources.items():
        if not isinstance(source, CaseLink):
            found[case_type] = field_cases(item, case_type) or ()
    for case_type, ids in item.told.items():
        if case_type not in item.reader.sources:
            found[case_type] = ids
    return found


def decide(row: Row, item: Pending, found: Mapping[str, Any]) -> None:
    """Fill the ``cases`` of a row, and its ``trouble`` if there is any.

    Args:
        row: With ``cases`` as the fact names them itself, and ``links``.
        item: The fact.
        found: Case type -> what its link leads to: ``current`` (whether there is a version that
            was not corrected), ``now`` and ``all`` (sets of cases).
    """
    cases = {one["kind"]: tuple(one["ids"]) for one in row["cases"]}
    links = {one["kind"]: one for one in row["links"]}
    missing: Diagnostic | None = None
    doubt: Diagnostic | None = None
    for case_type, source in item.reader.sources.items():
        answer: Answer
        if isinstance(source, CaseLink):
            answer = _linked(item, source, case_type, links[case_type], found.get(case_type))
        else:
            answer = cases.get(case_type) or no_case(item, case_type, source)
        if not isinstance(answer, Diagnostic):
            cases[case_type] = answer
            continue
        cases[case_type] = ()
        if answer.code == codes.NO_CASE:
            missing = missing or answer
        else:
            doubt = doubt or answer
    # A fact in doubt about one case type still tells others that link to it its other cases.
    row["cases"] = [{"kind": kind, "ids": list(ids)} for kind, ids in sorted(cases.items())]
    if doubt is not None:
        row["trouble"] = told([doubt])
    elif missing is not None and not any(cases.values()):
        row["trouble"] = told([missing])


def _linked(
    item: Pending, source: CaseLink, case_type: str, asked: Mapping[str, Any], found: Any
) -> Answer:
    link = item.reader.spec.links[source.link]
    groups: set[tuple[str, ...]] = set()
    if found:
        groups = {tuple(ids) for ids in (found["now"] if found["current"] else found["all"])}
    named = tuple(asked["told"])
    if named:
        if groups and not any(set(named) & set(group) for group in groups):
            return other_case(item, named, groups)
        return named
    if len(groups) == 1:
        return next(iter(groups))
    if groups:
        return several_cases(item, link, groups)
    return no_case(item, case_type, source.link, item.fact.fields.get(link.by), link)
