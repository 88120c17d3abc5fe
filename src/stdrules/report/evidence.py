"""Which fact served which clause of which ruleset, for several rulesets over the same facts.

A fact serves a norm if a finding rests on it: it triggered it, met it, broke it, or was looked
at. Two rulesets read the same fact if it has the same place and type in both; without a place the
same id and type. Not here: how it is written (``evidence_text``, ``evidence_files``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from stdrules.base.text import Text
from stdrules.feel.compile import Expression
from stdrules.model.facts import Fact
from stdrules.model.vocabulary import JUDGEMENT
from stdrules.plan.content import Matcher
from stdrules.plan.plan import Plan
from stdrules.plan.results import ScoreResult
from stdrules.report.data import ReportData

UNMAPPED: Final = "W450"
Key: TypeAlias = tuple[str, str, int]


def clause_order(clause: str) -> tuple[Any, ...]:
    """Return a key that orders clauses as documents do: 4.10 after 4.9, annexes behind.

    Example:
        >>> sorted(["A.1", "4.10", "4.9", "foreword"], key=clause_order)
        ['4.9', '4.10', 'A.1', 'foreword']
    """
    parts = clause.replace("-", ".").split(".")
    return tuple((0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in parts)


@dataclass(slots=True)
class Use:
    """What a fact did for one norm, or one row of a scorecard.

    Attributes:
        norm: Id of the norm, or ``scorecard/row``.
        clauses: Its clauses, the printed one first.
        findings: How many findings rest on the fact.
        violations: How many of them are violations.
    """

    norm: str
    clauses: tuple[str, ...]
    findings: int = 0
    violations: int = 0


@dataclass(slots=True)
class EvidenceFact:
    """A fact, which rulesets read it, and what it served there.

    Attributes:
        type, label: Its fact type and the printed name of that.
        id: Its id, as the first ruleset that reads it gives it.
        file, sheet, row: Where it was read; row 0 and empty texts are not known.
        read_by: Ids of the rulesets that read it.
        superseded: Whether a correction took its place.
        uses: Ruleset -> what it served there, in the order of the norms.
    """

    type: str
    label: Text
    id: str
    file: str = ""
    sheet: str = ""
    row: int = 0
    read_by: list[str] = field(default_factory=list)
    superseded: bool = False
    uses: dict[str, list[Use]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Its place for people, such as ``export.xlsx!visits!7``."""
        parts = (self.file, self.sheet, str(self.row) if self.row else "")
        return "!".join(part for part in parts if part)

    def clauses(self, ruleset: str) -> tuple[str, ...]:
        """Return the clauses of a ruleset that it served, each once, in the document's order."""
        found = {use.clauses[0] for use in self.uses.get(ruleset, ()) if use.clauses}
        return tuple(sorted(found, key=clause_order))

    @property
    def served(self) -> int:
        """How many clauses it served, all rulesets together."""
        return sum(len(self.clauses(ruleset)) for ruleset in self.uses)


@dataclass(frozen=True, slots=True)
class PairTotals:
    """Two rulesets: facts that both read, and of these what served both or only one."""

    first: str
    second: str
    read: int
    both: int
    only_first: int
    only_second: int


class Evidence:
    """The matrix of facts and clauses.

    Args:
        rulesets: Ids of the rulesets, in the order asked.
        facts: The facts in the order of their places.
        idle: Fact types in the data that no norm of any ruleset reads, with their facts.
        unread: Sheets and files that no ruleset took for a fact type.
    """

    def __init__(
        self,
        rulesets: Sequence[str],
        facts: Sequence[EvidenceFact],
        idle: Mapping[str, int],
        unread: Sequence[str],
    ) -> None:
        self.rulesets = tuple(rulesets)
        self.facts = tuple(facts)
        self.idle = dict(idle)
        self.unread = tuple(unread)

    def __repr__(self) -> str:
        return (
            f"Evidence({', '.join(self.rulesets)}; facts={len(self.facts)}, "
            f"nothing={len(self.nothing)})"
        )

    @cached_property
    def nothing(self) -> tuple[EvidenceFact, ...]:
        """Facts that served no clause of any ruleset; those that were corrected do not count."""
        return tuple(f for f in self.facts if not f.uses and not f.superseded)

    @cached_property
    def most(self) -> tuple[EvidenceFact, ...]:
        """The facts that served a clause, those that served most rulesets and clauses first."""
        used = [fact for fact in self.facts if fact.uses]
        return tuple(sorted(used, key=lambda fact: (-len(fact.uses), -fact.served)))

    @cached_property
    def pairs(self) -> tuple[PairTotals, ...]:
        """Totals for each two rulesets."""
        found = []
        for index, first in enumerate(self.rulesets):
            for second in self.rulesets[index + 1 :]:
                both = [f for f in self.facts if first in f.read_by and second in f.read_by]
                uses = Counter((first in fact.uses, second in fact.uses) for fact in both)
                found.append(
                    PairTotals(first, second, len(both), uses[True, True], uses[True, False],
                               uses[False, True])
                )  # fmt: skip
        return tuple(found)

    def totals(self, ruleset: str) -> dict[str, int]:
        """Count for one ruleset: facts read, facts that served, clauses served."""
        read = [fact for fact in self.facts if ruleset in fact.read_by]
        clauses = {clause for fact in read for clause in fact.clauses(ruleset)}
        return {
            "read": len(read),
            "served": sum(ruleset in fact.uses for fact in read),
            "clauses": len(clauses),
        }

    def find(
        self, type: str | None = None, clause: str | None = None, ruleset: str | None = None
    ) -> list[EvidenceFact]:
        """Return the facts of a type, or that served a clause, or a ruleset."""
        return [
            fact
            for fact in self.facts
            if (type is None or fact.type == type)
            and (ruleset is None or ruleset in fact.uses)
            and (
                clause is None
                or any(clause in fact.clauses(r) for r in fact.uses if ruleset in (None, r))
            )
        ]


def evidence(reports: Mapping[str, ReportData]) -> Evidence:
    """Put together what the facts of several reports served.

    Args:
        reports: Ruleset -> its report on the same files; each with its facts.

    Returns:
        The matrix. The order of facts is that of their places, else of their types and ids.
    """
    known: dict[Key, EvidenceFact] = {}
    for ruleset, report in reports.items():
        _add(ruleset, report, known)
    facts = sorted(known.values(), key=_order)
    read = {name for report in reports.values() for name in types_read(report.plan)}
    counts = Counter(fact.type for fact in facts if fact.type not in read)
    unread: list[set[str]] = [
        {str(found.span) for found in report.diagnostics if found.code == UNMAPPED}
        for report in reports.values()
    ]
    nowhere = set.intersection(*unread) if unread else set()
    return Evidence(list(reports), facts, dict(sorted(counts.items())), sorted(nowhere))


def types_read(plan: Plan) -> frozenset[str]:
    """Return the fact types that norms, guards, scopes or scorecards of a plan look at."""
    found: set[str] = set()
    names = plan.types.keys()
    _walk((plan.norms, plan.scorecards, plan.case_types), names, found)
    if any(norm.assisted for norm in plan.norms):
        found.add(JUDGEMENT)
    todo = [name for name in found if name in plan.types]
    while todo:
        for link in plan.types[todo.pop()].links:
            if link[1] in names and link[1] not in found:
                found.add(link[1])
                todo.append(link[1])
    return frozenset(found)


def _walk(node: Any, names: Set[str], found: set[str]) -> None:
    if isinstance(node, Matcher):
        found.add(node.type)
    if isinstance(node, Expression):
        found |= node.names & names
    elif is_dataclass(node) and not isinstance(node, type):
        for one in fields(node):
            _walk(getattr(node, one.name), names, found)
    elif isinstance(node, tuple | list):
        for part in node:
            _walk(part, names, found)


def _add(ruleset: str, report: ReportData, known: dict[Key, EvidenceFact]) -> None:
    """Enter the facts of one report, and what they served."""
    log = report.log
    if log is None:
        return
    rows: dict[str, list[tuple[Fact, EvidenceFact]]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    corrected = {fact.supersedes for fact in log.facts if fact.supersedes != fact.id}
    for fact in sorted(log.facts, key=lambda fact: fact.id):
        place = fact.source.label() if fact.source is not None else f"#{fact.id}"
        number = seen[fact.type, place]
        seen[fact.type, place] += 1
        row = known.get((fact.type, place, number))
        if row is None:
            row = known[fact.type, place, number] = _row(fact, report)
        row.read_by.append(ruleset)
        row.superseded = row.superseded or fact.id in corrected
        rows.setdefault(fact.id, []).append((fact, row))
    current = {name: _newest(versions, report) for name, versions in rows.items()}
    uses: dict[int, dict[str, Use]] = {}
    for fact_id, norm, clauses, violation in _services(report):
        found = current.get(fact_id)
        if found is None:
            continue
        use = uses.setdefault(id(found), {}).setdefault(norm, Use(norm, clauses))
        use.findings += 1
        use.violations += violation
    for found in current.values():
        if id(found) in uses:
            found.uses[ruleset] = list(uses[id(found)].values())


def _row(fact: Fact, report: ReportData) -> EvidenceFact:
    label = report.setting.names.type(fact.type)
    if fact.source is None:
        return EvidenceFact(fact.type, label, fact.id)
    source = fact.source
    return EvidenceFact(fact.type, label, fact.id, source.file, source.sheet, source.row)


def _newest(versions: list[tuple[Fact, EvidenceFact]], report: ReportData) -> EvidenceFact:
    """Return the version in force of facts with one id; the others are superseded."""
    newest = report.setting.names.fact(versions[0][0].id)
    chosen = versions[-1][1]
    for fact, row in versions:
        if fact is newest:
            chosen = row
    for _fact, row in versions:
        row.superseded = row.superseded or row is not chosen
    return chosen


def _services(report: ReportData) -> Iterable[tuple[str, str, tuple[str, ...], bool]]:
    """Yield fact, norm, its clauses, and whether the finding is a violation."""
    for finding in report.obligations:
        norm = finding.norm
        clauses = tuple(dict.fromkeys((norm.clause, *norm.clauses)))
        for fact_id in dict.fromkeys((finding.trigger, *finding.facts)):
            if fact_id:
                yield fact_id, norm.id, clauses, finding.violation
    for score in report.scores:
        for name, clause, facts in _score_rows(score):
            for fact_id in dict.fromkeys(facts):
                yield fact_id, f"{score.scorecard.id}/{name}", (clause,), False


def _score_rows(score: ScoreResult) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    card = score.scorecard
    clauses = {one.id: one.clause for one in (*card.conditions, *card.vetoes)}
    for condition in (*score.conditions, *score.vetoes):
        yield condition.id, clauses.get(condition.id, card.clause), condition.facts
    for row in score.indicators:
        yield row.id, card.clause, row.facts


def _order(fact: EvidenceFact) -> tuple[Any, ...]:
    return (fact.file, fact.sheet, fact.row, fact.type, fact.id)
