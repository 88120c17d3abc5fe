"""Facts as JSON lines, a session of Spark, and what both ways of judging say."""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from stdrules.api.ruleset import Ruleset
from stdrules.base.diagnostics import Severity
from stdrules.base.time.moments import When, format_moment
from stdrules.base.time.zones import Zone
from stdrules.intake.python_facts import as_record
from stdrules.model.facts import FactLog
from stdrules.plan.steps import Require
from stdrules.spark import SparkAudit

ROOT = Path(__file__).resolve().parents[2]
ORDER = ("case_type", "case", "place")


def lines_of(log: FactLog, where: Zone) -> list[str]:
    """Return the JSON lines from which the same log is read again."""

    def plain(value: Any) -> Any:
        if isinstance(value, When):
            return format_moment(value, where)
        if isinstance(value, Decimal):
            return str(value)
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, timedelta):
            return f"PT{value // timedelta(seconds=1)}S"
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        if isinstance(value, tuple | list):
            return [plain(one) for one in value]
        return value

    def moment(us: int) -> str:
        return where.isoformat(us)

    records = [plain(as_record(fact)) for fact in log.facts]
    for one in log.withdrawals:
        records.append({"withdraws": one.withdraws})
    for two in log.waivers:
        records.append({
            "waiver": two.id, "norm": two.norm, "case": two.case, "key": two.key, "by": two.by,
            "reason": two.reason,
            "from": two.first and date.fromordinal(two.first).isoformat(),
            "to": two.last and date.fromordinal(two.last).isoformat(),
        })  # fmt: skip
    for three in log.suspensions:
        records.append({
            "suspension": three.id, "norm": three.norm, "case": three.case,
            "reason": three.reason, "from": moment(three.start),
            "to": None if three.end is None else moment(three.end), "tolling": three.tolling,
        })  # fmt: skip
    for four in log.completes:
        records.append({"complete": four.type, "case": four.case, "until": moment(four.until)})
    return [json.dumps(record, ensure_ascii=False) for record in records]


def some_cases(log: FactLog, case_type: str, count: int) -> FactLog:
    """Return the facts of a few cases, and those of no case."""
    names = sorted({one for fact in log.facts for one in fact.cases.get(case_type, ())})[:count]
    return FactLog([
        fact for fact in log.facts
        if not fact.cases or set(names) & set(fact.cases.get(case_type, ()))
    ])  # fmt: skip


def stirred(lines: list[str], rng: random.Random) -> list[str]:
    """Add what a log may go through: corrections, repeats, contradictions, broken records."""
    facts = [json.loads(line) for line in lines]
    more: list[str] = []

    def add(record: dict[str, Any], **changes: Any) -> None:
        more.append(json.dumps({**record, **changes}, ensure_ascii=False))

    def changed(record: dict[str, Any]) -> dict[str, Any]:
        # Another fact of the type lends its fields and its case: so corrections move facts.
        like = rng.choice([one for one in facts if one["type"] == record["type"]])
        return {**record, **{name: like[name] for name in ("fields", "case", "at") if name in like}}

    for number, fact in enumerate(rng.sample(facts, 48)):
        match number % 6:
            case 0:
                later = {**changed(fact), "supersedes": fact["id"], "recorded_at": "2024-01-05"}
                add(later, id=f"c{number}")
                if number % 12:
                    add(changed(later), id=f"cc{number}", supersedes=f"c{number}")
            case 1:
                add({"withdraws": fact["id"], "recorded_at": "2024-02-01"})
            case 2:
                add(fact)
                add(fact, fields=dict(reversed(fact["fields"].items())))
            case 3:
                add(fact, recorded_at="2024-01-01")  # one id, two contents
            case 4:
                add({**changed(fact), "supersedes": fact["id"], "recorded_at": "2024-03-01"})
            case 5:
                add(fact, id=f"n{number}", fields={**fact["fields"], "no_such": 1})
    other = next(one for one in facts if one["type"] != facts[0]["type"])
    add(facts[0], id="x1", supersedes=other["id"])
    add(facts[0], id="x2", supersedes="x3")
    add(facts[0], id="x3", supersedes="x2")
    add(facts[0], id="x4", supersedes="not-there")
    more += ['{"type": ', "[]", '{"type": "no_such", "id": "z"}', '{"withdraws": "not-there"}']
    return [*lines, *more]


def controls(rules: Ruleset, lines: list[str]) -> list[str]:
    """Return statements and judgements about some cases, and facts without a case."""
    norms = [norm.id for norm in rules.plan().norms]
    cases = sorted({one for line in lines if isinstance(given := json.loads(line).get("case"), dict)
                    for ids in given.values() for one in ids})  # fmt: skip
    judged = [name.split("/") for name in judgements(rules)][:3]
    records: list[dict[str, Any]] = [
        {"waiver": "w1", "norm": norms[0], "case": cases[0], "by": "a", "reason": "b"},
        {"waiver": "w2", "norm": norms[1], "case": None, "by": "a", "reason": "b",
         "from": "2023-03-01", "to": "2023-09-30"},
        {"waiver": "w3", "by": "a", "reason": "b"},
        {"waiver": "w3", "by": "a", "reason": "other"},
        {"suspension": "s1", "case": cases[1], "reason": "c", "from": "2023-02-01",
         "to": "2023-04-01", "tolling": True},
        {"suspension": "s2", "norm": norms[2], "reason": "c", "from": "2024-06-01"},
        *({"complete": name, "case": None, "until": "2025-12-31"}
          for name, kind in rules.plan().types.items() if not kind.closed),
        *({"type": "judgement", "id": f"j{n}", "case": cases[n], "at": "2024-01-01",
           "norm": one[0], "element": one[-1], "satisfied": n != 1, "by": "d"}
          for n, one in enumerate(judged)),
    ]  # fmt: skip
    return [json.dumps(record, ensure_ascii=False) for record in records]


def judgements(rules: Ruleset) -> list[str]:
    """Return the elements that ask for a person's judgement."""
    return [
        f"{norm.id}/{element.id}" for norm in rules.plan().norms
        if isinstance(norm.step, Require)
        for element in norm.step.elements if element.judgement is not None
    ]  # fmt: skip


def told_by_spark(found: SparkAudit) -> tuple[list[Any], list[Any], list[tuple[str, list[str]]]]:
    """Return obligations, scores, and the records set aside with the codes that say why."""
    rows = sorted(found.results.collect(), key=lambda row: tuple(row[name] for name in ORDER))
    aside = [
        (row.record, sorted(one["code"] for one in json.loads(row.trouble)))
        for row in found.rejected.collect()
    ]
    return (
        [json.loads(row.report) for row in rows if row.kind == "finding"],
        [json.loads(row.report) for row in rows if row.kind == "score"],
        sorted(aside),
    )


def told_by_one(
    rules: Ruleset, path: Path, lines: list[str], as_of: str, **choices: Any
) -> tuple[list[Any], list[Any], list[tuple[str, list[str]]]]:
    """Return the same from an audit on one machine."""
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    report = rules.audit(path, as_of, **choices)
    kinds = {norm.id: norm.case_type for norm in rules.plan().norms}
    told = report.to_dict()
    wrong: dict[int, list[str]] = {}
    for found in report.diagnostics:
        if found.severity is Severity.ERROR and found.span.line is not None:
            wrong.setdefault(found.span.line, []).append(found.code)
    return (
        sorted(told["obligations"], key=lambda row: (kinds[row["norm"]], row["case"])),
        sorted(told["scores"], key=lambda row: row["case"]),
        sorted((lines[number - 1], sorted(codes)) for number, codes in wrong.items()),
    )
