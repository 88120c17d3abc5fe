"""Two reports of one ruleset held against each other: what appeared, flipped, changed or went.

Reports are compared as the JSON of ``stdrules.report.contract``, so that saved ones can be. A
finding is the same one if case, norm and key are the same; sentences are not compared.

Not here: why a finding flipped (``stdrules.report.history``); how it is told
(``stdrules.report.changes_text``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from stdrules.base.errors import UsageError
from stdrules.base.text import Text

Row = Mapping[str, Any]
#: Of the JSON; the contract is ``stdrules schema diff_runs``.
SCHEMA_VERSION: Final = "1.0"
KINDS: Final = ("flipped", "appeared", "disappeared", "changed")
#: What two findings are compared by, beside their facts; sentences and titles are not.
FIELDS: Final = (
    "state", "modality", "violation", "advice", "due_earliest", "due", "met_at", "late_by",
    "breached_at", "anchor", "period", "missing", "possible", "progress", "elements", "control",
    "trigger", "readings", "parameters",
)  # fmt: skip
_SCORE_FIELDS: Final = (
    "outcome", "applicable", "lo", "hi", "max", "threshold", "missing", "at_stake",
)  # fmt: skip
_PART_FIELDS: Final = ("state", "grade", "reason", "lo", "hi", "max", "missing")


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not the same in both reports; absent values are None."""

    name: str
    a: Any
    b: Any

    def to_json(self) -> dict[str, Any]:
        """Return ``{"name": ..., "a": ..., "b": ...}``."""
        return {"name": self.name, "a": self.a, "b": self.b}


@dataclass(frozen=True, slots=True)
class Change:
    """A finding, a score, or a part of a score that is not the same in both reports.

    Attributes:
        kind: ``flipped`` (another state or outcome), ``appeared``, ``disappeared`` or ``changed``.
        case: The case.
        name: The norm; of a score its scorecard; of a part ``indicator``, ``veto``, ``condition``.
        key: The key of the finding, the id of the part, or "".
        a: The row of the first report, or None.
        b: The row of the second report, or None.
        differences: What differs, in the order of the contract.
        gained: Ids of facts that only the second one rests on.
        lost: Ids of facts that only the first one rests on.
        parts: Of a score: its indicators, vetoes and conditions that changed.
    """

    kind: str
    case: str
    name: str
    key: str
    a: Row | None
    b: Row | None
    differences: tuple[Difference, ...] = ()
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    parts: tuple[Change, ...] = ()

    @property
    def row(self) -> Row:
        """The newer of the two rows."""
        found = self.b if self.b is not None else self.a
        return {} if found is None else found

    def to_json(self) -> dict[str, Any]:
        """Return the change as plain data; of the rows only what tells them."""
        label = "state" if "state" in self.row else "outcome"
        found: dict[str, Any] = {
            "kind": self.kind,
            "case": self.case,
            "name": self.name,
            "key": self.key,
            "a": None if self.a is None else self.a.get(label),
            "b": None if self.b is None else self.b.get(label),
            "differences": [one.to_json() for one in self.differences],
            "gained": list(self.gained),
            "lost": list(self.lost),
        }
        if self.parts:
            found["parts"] = [one.to_json() for one in self.parts]
        return found


@dataclass(frozen=True, slots=True)
class ReportChanges:
    """What differs between two reports of one ruleset.

    Attributes:
        names: What the two are called.
        ruleset: The id of their ruleset.
        arguments: What they were made of, where it differs: as-of, known-at, digests, readings.
        findings: The findings that differ, in the order of the reports.
        scores: The scores that differ.
        same: How many findings are the same in both.
        totals: What the summaries count, in both: violations, advice, states, rows set aside.
        cases: Cases that only the first, and only the second report has.
    """

    names: tuple[str, str]
    ruleset: str
    arguments: tuple[Difference, ...]
    findings: tuple[Change, ...]
    scores: tuple[Change, ...]
    same: int
    totals: tuple[Difference, ...] = ()
    cases: tuple[tuple[str, ...], tuple[str, ...]] = field(default=((), ()))

    @property
    def equal(self) -> bool:
        """Whether both reports find the same; they may still have been made of other arguments."""
        return not self.findings and not self.scores

    def of(self, kind: str) -> list[Change]:
        """Return the findings that changed in one way, one of `KINDS`."""
        return [one for one in self.findings if one.kind == kind]

    def to_dict(self) -> dict[str, Any]:
        """Return the changes as plain data for JSON."""
        counts = {kind: len(self.of(kind)) for kind in KINDS}
        return {
            "schema_version": SCHEMA_VERSION,
            "a": self.names[0],
            "b": self.names[1],
            "ruleset": self.ruleset,
            "equal": self.equal,
            "arguments": [one.to_json() for one in self.arguments],
            "counts": {**counts, "same": self.same, "scores": len(self.scores)},
            "totals": [one.to_json() for one in self.totals],
            "cases": {"only_a": list(self.cases[0]), "only_b": list(self.cases[1])},
            "findings": [one.to_json() for one in self.findings],
            "scores": [one.to_json() for one in self.scores],
        }


def compare(a: Row, b: Row, names: tuple[str, str] = ("A", "B")) -> ReportChanges:
    """Hold two reports against each other.

    Args:
        a: The first report, as ``Report.to_dict`` gives it.
        b: The second one.
        names: What to call them.

    Raises:
        UsageError: They are reports of different rulesets.

    Example:
        >>> import stdrules
        >>> rules = stdrules.load("q_gxxz_029")
        >>> facts = [{"type": "project_task_received", "id": "t1", "case": "P1",
        ...           "at": "2023-02-28T09:00"}]
        >>> days = [rules.evaluate(facts, day).to_dict() for day in ("2023-03-01", "2023-03-02")]
        >>> [(one.key, one.a["state"], one.b["state"]) for one in compare(*days).of("flipped")]
        [('4.1-plan-48h/t1', 'due_soon', 'overdue')]
    """
    ids = a["ruleset"]["id"], b["ruleset"]["id"]
    if ids[0] != ids[1]:
        raise UsageError(
            Text(
                f"两份报告所用规则集不同：`{ids[0]}` 与 `{ids[1]}`",
                f"the reports are of different rulesets: `{ids[0]}` and `{ids[1]}`",
            ),
            hint=Text("请给出同一规则集的两份报告", "give two reports of one ruleset"),
        )
    found, same = _findings(a["obligations"], b["obligations"])
    cases = [{row["case"] for row in (*one["obligations"], *one["scores"])} for one in (a, b)]
    return ReportChanges(
        names, ids[0], _arguments(a, b), tuple(found), tuple(_scores(a["scores"], b["scores"])),
        same, _totals(a, b),
        (tuple(sorted(cases[0] - cases[1])), tuple(sorted(cases[1] - cases[0]))),
    )  # fmt: skip


#: Case, norm, key, trigger.
Place = tuple[str, str, str, str]


def _findings(first: Iterable[Row], second: Iterable[Row]) -> tuple[list[Change], int]:
    """Compare the findings; a row that stands for "no instance" goes when instances come."""
    rows = _placed(first, second)
    instances = [
        {_norm_of(r) for r in some.values() if not _stands_in(r)}
        for some in rows
    ]
    found, same = [], 0
    for where in dict.fromkeys((*rows[0], *rows[1])):
        place, a, b = where[:3], rows[0].get(where), rows[1].get(where)
        only, others = (a, instances[1]) if b is None else (b, instances[0])
        lonely = only is not None and (a is None or b is None) and _stands_in(only)
        if only is not None and lonely and _norm_of(only) in others:
            continue
        change = _change(place, a, b, FIELDS, "state")
        if change is None:
            same += 1
        else:
            found.append(change)
    return found, same


def _placed(first: Iterable[Row], second: Iterable[Row]) -> list[dict[Place, Row]]:
    """Return the rows of both by case, norm, key and, where a key stands twice, by trigger."""
    both = [list(first), list(second)]
    twice: set[tuple[str, str, str]] = set()
    for rows in both:
        counts = Counter((row["case"], row["norm"], row["key"]) for row in rows)
        twice |= {place for place, count in counts.items() if count > 1}
    found: list[dict[Place, Row]] = []
    for rows in both:
        own: dict[Place, Row] = {}
        for row in rows:
            place = row["case"], row["norm"], row["key"]
            own[(*place, str(row.get("trigger")) if place in twice else "")] = row
        found.append(own)
    return found


def _norm_of(row: Row) -> tuple[str, str, str | None]:
    return row["case"], row["norm"], row.get("part")


def _stands_in(row: Row) -> bool:
    return bool(row["key"].endswith("/-") and not row.get("trigger"))


def _change(
    place: tuple[str, str, str], a: Row | None, b: Row | None, names: Iterable[str], label: str
) -> Change | None:
    """Compare two rows; None if they are the same."""
    if a is None or b is None:
        only = b if a is None else a
        facts = tuple(only.get("facts", ())) if only is not None else ()
        kind = "appeared" if a is None else "disappeared"
        gained, lost = (facts, ()) if a is None else ((), facts)
        return Change(kind, *place, a, b, (), gained, lost)
    differences = tuple(
        Difference(name, a.get(name), b.get(name)) for name in names if a.get(name) != b.get(name)
    )
    before, after = a.get("facts", ()), b.get("facts", ())
    gained = tuple(one for one in after if one not in before)
    lost = tuple(one for one in before if one not in after)
    if not differences and not gained and not lost:
        return None
    kind = "flipped" if a.get(label) != b.get(label) else "changed"
    return Change(kind, *place, a, b, differences, gained, lost)


def _scores(first: Iterable[Row], second: Iterable[Row]) -> list[Change]:
    rows = [{(r["case"], r["scorecard"], ""): r for r in some} for some in (first, second)]
    found = []
    for place in dict.fromkeys((*rows[0], *rows[1])):
        a, b = rows[0].get(place), rows[1].get(place)
        change = _change(place, a, b, _SCORE_FIELDS, "outcome")
        parts = _parts(place[0], a, b) if a is not None and b is not None else ()
        if parts and change is None:
            change = Change("changed", *place, a, b)
        if change is not None:
            found.append(
                Change(change.kind, *place, a, b, change.differences, (), (), tuple(parts))
            )
    return found


def _parts(case: str, a: Row, b: Row) -> list[Change]:
    """Compare the indicators, vetoes and conditions of two scores."""
    found = []
    for one, many in (
        ("indicator", "indicators"), ("veto", "vetoes"), ("condition", "conditions"),
    ):  # fmt: skip
        rows = [{row["id"]: row for row in score.get(many, ())} for score in (a, b)]
        for name in dict.fromkeys((*rows[0], *rows[1])):
            label = "hi" if one == "indicator" else "state"
            change = _change(
                (case, one, name), rows[0].get(name), rows[1].get(name), _PART_FIELDS, label
            )
            if change is not None:
                found.append(change)
    return found


def _arguments(a: Row, b: Row) -> tuple[Difference, ...]:
    """Compare what the reports were made of."""

    def flat(report: Row) -> dict[str, Any]:
        found = {
            "ruleset version": report["ruleset"].get("version"),
            "ruleset digest": report["ruleset"].get("digest"),
            "as of": report.get("as_of"),
            "known at": report.get("known_at"),
            "facts digest": report.get("facts_digest"),
            "timezone": report.get("timezone"),
        }
        found |= {f"calendar {k}": v for k, v in (report.get("calendar") or {}).items()}
        found |= {f"reading {k}": v for k, v in (report.get("readings") or {}).items()}
        found |= {f"parameter {k}": v for k, v in (report.get("parameters") or {}).items()}
        return found

    first, second = flat(a), flat(b)
    return _differences(first, second)


def _totals(a: Row, b: Row) -> tuple[Difference, ...]:
    def flat(report: Row) -> dict[str, Any]:
        rejected = sum((report.get("rejected_rows") or {}).values())
        return {**(report.get("summary") or {}), "rows set aside": rejected}

    return _differences(flat(a), flat(b))


def _differences(first: Row, second: Row) -> tuple[Difference, ...]:
    names = dict.fromkeys((*first, *second))
    return tuple(
        Difference(name, first.get(name), second.get(name))
        for name in names
        if first.get(name) != second.get(name)
    )
