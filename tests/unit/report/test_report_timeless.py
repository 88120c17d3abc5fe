"""A record without a time that lacks something: broken, but at no moment that could be told."""

import json

import pytest

import stdrules

FACTS = [
    {"type": "station", "id": "s", "at": "2022-01-01", "station_id": "S1", "kind": "workstation",
     "city": "suzhou_anhui"},
    {"type": "premises", "id": "p", "station_id": "S1", "displayed_items": ["service_content"]},
]  # fmt: skip


@pytest.mark.parametrize("evaluator", ["case", "reference"])
def test_the_report_can_be_written(evaluator):
    rules = stdrules.load("suzhou_464")
    report = rules.evaluate(FACTS, "2023-12-31", evaluator=evaluator)
    (found,) = report.find("4.2.2-display-items")
    assert (found.state, found.breached_at, found.facts) == ("breached", None, ("p",))
    assert "fails on (3 of 4): " in report.why(found).en
    rows = json.loads(report.to_json())["obligations"]
    assert [row["breached_at"] for row in rows if row["norm"] == found.norm.id] == [None]
    for form in ("full", "concise", "sarif", "junit", "github", "jsonl"):
        assert "4.2.2-display-items" in report.text("en", form)
