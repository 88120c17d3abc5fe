"""The scorecard as a programmer would generate it for one plan: the yardstick for scores.

Only certain facts, one rating an indicator, exact decimals; the same breakdown as the engine's:
a row an indicator with points, grade, reason and facts, groups, conditions, total and outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from stdrules.plan.plan import Plan

ZERO = Decimal(0)
TESTS = ("authentic", "valid", "stamped")
DAY = 86_400_000_000


def scorer(plan: Plan) -> Callable[[dict[str, list[Any]]], Any]:
    """Return a function from the rows of a case, by type, to the whole result."""
    card = plan.scorecards[0]
    table = [
        (one.id, one.points, dict(one.grades), one.evidence_types or (None,))
        for group in card.groups for one in group.indicators
    ]  # fmt: skip
    spans, at = [], 0
    for group in card.groups:
        spans.append((group.id, at, at + len(group.indicators), group.points))
        at += len(group.indicators)
    threshold = card.threshold or ZERO

    def score(rows: dict[str, list[Any]]) -> Any:
        ratings = {}
        for row in rows.get("indicator_rated", ()):
            if row.fields["rater"] == "panel":
                ratings[row.fields["indicator_no"]] = row
        evidence: dict[str, list[Any]] = {}
        for row in rows.get("evidence_submitted", ()):
            fields = row.fields
            why = next((name for name in TESTS if not fields[name]), "")
            evidence.setdefault(fields["indicator_no"], []).append(
                (fields["evidence_type"], why, row.id)
            )
        conditions, fine = judge(rows)
        found = []
        for name, full, grades, needs in table:
            row = ratings.get(name)
            if row is None:
                found.append((name, ZERO, full, full, "", "no_rating", (), (f"rating {name}",)))
                continue
            grade = row.fields["grade"]
            if isinstance(grade, str):
                points = grades[grade]
            else:
                points = row.fields["points"]
                grade = next((key for key, value in grades.items() if value == points), "")
            ids, reason = [row.id], "rated"
            for need in needs:
                sound, failed = False, ""
                for kind, why, piece in evidence.get(name, ()):
                    if need is None or kind == need:
                        if why:
                            failed = failed or f"failed:{why}"
                        else:
                            sound = True
                            ids.append(piece)
                if not sound:
                    points, reason = ZERO, failed or "missing_evidence"
            found.append((name, points, points, full, grade, reason, tuple(ids), ()))
        groups = []
        low = high = ZERO
        for group, start, end, most in spans:
            lo = sum((row[1] for row in found[start:end]), ZERO)
            hi = sum((row[2] for row in found[start:end]), ZERO)
            groups.append((group, lo, hi, most))
            low, high = low + lo, high + hi
        outcome = "undetermined"
        if not fine or high < threshold:
            outcome = "fail"
        elif low >= threshold:
            outcome = "pass"
        return low, high, outcome, conditions, tuple(groups), tuple(found)

    return score


def judge(rows: dict[str, list[Any]]) -> tuple[list[tuple[str, str, tuple[str, ...]]], bool]:
    """Judge the vetoes and the conditions."""
    applied = rows["application_submitted"][-1].at.first
    units = rows["pilot_unit"]
    declared = {row.fields["veto_no"]: row for row in rows.get("veto_item_assessed", ())}
    clean = {}
    for name, kind, field, wanted in (
        ("violation", "violation_record", "severity", ("major",)),
        ("accident", "accident_record", "severity", ("major",)),
        ("sanction", "sanction_record", "sanction_kind", ("criticism", "disciplinary", "penalty")),
        ("exposure", "media_exposure_record", "serious_social_impact", (True,)),
    ):
        clean[name] = not any(
            row.fields[field] in wanted and row.at.first >= applied - 3 * 365 * DAY
            for row in rows.get(kind, ())
        )
    listed = {
        row.fields["list_name"] for row in rows.get("blacklist_entry", ())
        if row.fields["listed_to"] is None
    }  # fmt: skip
    found = []
    fine = True
    for name, state, ids in (
        ("a1", clean["violation"] and declared["1"].fields["satisfied"], (declared["1"].id,)),
        ("a2", clean["accident"] and clean["sanction"] and clean["exposure"]
         and declared["2"].fields["satisfied"], (declared["2"].id,)),
        ("a3", not listed and declared["3"].fields["satisfied"], (declared["3"].id,)),
        ("4.1-pilot-batch", units[-1].fields["pilot_batch"] in ("1", "2"), ()),
        ("4.2-no-major-violation", clean["violation"], ()),
        ("4.3-no-major-accident", clean["accident"], ()),
        ("4.3-no-sanction", clean["sanction"], ()),
        ("4.3-no-media-exposure", clean["exposure"], ()),
        ("4.4-not-dishonest-judgment-debtor", "dishonest_judgment_debtor" not in listed, ()),
        ("4.4-not-major-tax-case", "major_tax_case" not in listed, ()),
        ("4.4-not-procurement-blacklist", "procurement" not in listed, ()),
        ("in_time", applied <= 1_667_664_000_000_000, ()),
    ):
        found.append((name, "true" if state else "false", ids))
        fine = fine and bool(state)
    return found, fine
