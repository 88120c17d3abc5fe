"""JSON Schemas of outputs: published as they are, and kept by what is really printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import stdrules
from stdrules.report.schemas import NAMES, schema, schema_text

ROOT = Path(__file__).parents[3]
FACTS = [
    {"type": "project_task_received", "id": "t1", "case": "P1", "at": "2023-02-28T09:00"},
    {"type": "document_completed", "id": "d1", "case": "P1", "at": "2023-03-02T09:01",
     "recorded_at": "2023-03-04T10:00", "fields": {"document_type": "schedule"}},
    {"type": "document_completed", "id": "d2", "case": "P1", "at": "2023-03-02T09:00",
     "recorded_at": "2023-03-20T09:00", "supersedes": "d1",
     "fields": {"document_type": "schedule"}},
]  # fmt: skip


def closed(node: Any) -> Any:
    """Refuse keys that the schema does not name, so that none goes undescribed."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(value) for key, value in node.items()}
    if "properties" in made and "required" in made:
        made["additionalProperties"] = False
    return made


def check(name: str, data: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(closed(schema(name))).validate(json.loads(json.dumps(data)))


@pytest.mark.parametrize("name", NAMES)
def test_the_published_file_is_current(name: str) -> None:
    made = schema(name)
    jsonschema.Draft202012Validator.check_schema(made)
    published = (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(name), f"write schema_text({name!r}) to the file"


def test_reports_keep_theirs() -> None:
    rules = stdrules.load("q_gxxz_029")
    check("report", rules.evaluate(FACTS, "2023-03-31", known_at="2023-03-10").to_dict())
    export = ROOT / "examples" / "shenzhen_mz" / "申报评定导出.xlsx"
    report = stdrules.audit("shenzhen_mz", export, as_of="2022-12-31", cases=["SZ14", "SZ16"])
    assert report.scores and report.diagnostics
    check("report", report.to_dict())


@pytest.mark.parametrize("along", ["known-at", "as-of", "both"])
def test_histories_keep_theirs(along: str) -> None:
    rules = stdrules.load("q_gxxz_029")
    found = rules.history(FACTS, as_of="2023-03-31", norm="4.1-plan-48h", along=along).to_dict()
    assert any(step["causes"] for line in found["timelines"] for step in line["steps"])
    assert found["schema_version"] == "1.0"
    check("history", found)


def test_differences_keep_theirs() -> None:
    rules = stdrules.load("q_gxxz_029")
    before = rules.evaluate(FACTS, "2023-03-31", known_at="2023-03-10")
    found = stdrules.diff_reports(before, rules.evaluate(FACTS, "2023-03-31")).to_dict()
    assert found["schema_version"] == "1.0" and found["findings"] and found["arguments"]
    check("diff_runs", found)


def test_differences_of_scores_keep_theirs() -> None:
    export = ROOT / "examples" / "shenzhen_mz" / "申报评定导出.xlsx"
    reports = [
        stdrules.audit("shenzhen_mz", export, as_of="2022-12-31", cases=["SZ09"],
                       readings={"row_28_not_applicable": value})
        for value in ("full", "zero")
    ]  # fmt: skip
    found = stdrules.diff_reports(*reports).to_dict()
    assert found["scores"][0]["parts"]
    check("diff_runs", found)


def test_a_report_without_a_key_is_told_apart() -> None:
    data = stdrules.load("q_gxxz_029").evaluate(FACTS, "2023-03-31").to_dict()
    del data["obligations"][0]["state"]
    with pytest.raises(jsonschema.ValidationError, match="'state' is a required property"):
        check("report", data)
