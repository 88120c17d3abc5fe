"""Sample facts for the benchmarks: one project of 30 events, one applicant with ratings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from stdrules.base.time.moments import When
from stdrules.base.time.zones import zone
from stdrules.base.truth import Missing
from stdrules.model.facts import Complete, Fact, FactLog
from stdrules.plan.plan import Plan

ZONE = zone("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(text: str) -> int:
    """Return a local moment in microseconds."""
    return ZONE.from_local(datetime.fromisoformat(text))


def aware(us: int) -> datetime:
    """Return a moment as a field holds it."""
    return (EPOCH + timedelta(microseconds=us)).astimezone(ZONE.tzinfo)


def fact(types: Any, case: str, kind: str, name: str, at: str, **fields: Any) -> Fact:
    """Make a fact; fields that are not given are blank."""
    spec = types[kind]
    us = moment(at)
    values: dict[str, object] = {
        key: Missing(f"field {name}.{key}", blank=True) for key in spec.fields
    }
    values.update(fields)
    if spec.time is not None:
        values[spec.time] = aware(us)
    return Fact(kind, name, {case: ("p1",)}, When(us, us), values)


PROJECT = (
    ("project_task_received", "2023-03-01T09:00", {}),
    ("stage_entered", "2023-03-01T10:00", {"stage": "organisation"}),
    ("document_completed", "2023-03-02T17:00", {"document_id": "d1", "document_type": "schedule"}),
    ("project_docked", "2023-03-06T10:00", {}),
    ("owner_contact_received", "2023-03-07T09:00", {"contact_id": "c1"}),
    ("owner_contact_answered", "2023-03-07T11:00", {"contact_id": "c1"}),
    ("owner_inquiry_made", "2023-03-08T15:00", {"recorded": True}),
    ("document_completed", "2023-03-12T16:00",
     {"document_id": "d2", "document_type": "management_measures"}),
    ("site_guidance_scheduled", "2023-03-20T09:00", {"guidance_id": "g1"}),
    ("document_completed", "2023-03-16T09:00",
     {"document_id": "d3", "document_type": "issue_list", "guidance_id": "g1",
      "file_format": "docx"}),
    ("site_guidance_held", "2023-03-20T09:30", {"guidance_id": "g1", "ended": "2023-03-20T17:00",
      "is_last_implementation_guidance": False}),
    ("guidance_result_reported", "2023-03-21T10:00",
     {"guidance_id": "g1", "reported_to_role": "company_leader", "file_format": "docx"}),
    ("owner_inquiry_made", "2023-03-22T15:00", {"recorded": True}),
    ("news_published", "2023-03-25T08:00", {"outlet_level": "province"}),
    ("meeting_held", "2023-04-03T09:00", {"meeting_id": "m1", "meeting_type": "launch"}),
    ("material_received", "2023-04-04T09:00",
     {"material_type": "meeting_photos", "related_event_id": "m1"}),
    ("owner_inquiry_made", "2023-04-06T15:00", {"recorded": True}),
    ("site_guidance_held", "2023-04-18T09:30", {"guidance_id": "g2", "ended": "2023-04-18T17:00",
      "is_last_implementation_guidance": False}),
    ("guidance_result_reported", "2023-04-20T10:00",
     {"guidance_id": "g2", "reported_to_role": "company_leader", "file_format": "pdf"}),
    ("owner_inquiry_made", "2023-04-21T15:00", {"recorded": False}),
    ("meeting_held", "2023-05-04T09:00", {"meeting_id": "m2", "meeting_type": "leading_group"}),
    ("stage_entered", "2023-05-05T10:00", {"stage": "system"}),
    ("owner_inquiry_made", "2023-05-06T15:00", {"recorded": True}),
    ("news_published", "2023-05-20T08:00", {"outlet_level": "national"}),
    ("owner_contact_received", "2023-05-21T09:00", {"contact_id": "c2"}),
    ("satisfaction_survey_completed", "2023-06-20T09:00",
     {"dissatisfied_answer_count": Decimal(0), "overall_result": "satisfied"}),
    ("artifact_made", "2023-06-21T09:00", {"artifact_type": "office_plaque"}),
    ("owner_comments_returned", "2023-06-22T09:00", {"comment_batch_id": "b1"}),
    ("comments_resolved", "2023-06-28T09:00", {"comment_batch_id": "b1"}),
    ("guidance_started", "2023-06-29T09:00", {}),
)  # fmt: skip
PROJECT_AS_OF = moment("2023-09-01T00:00")


def project(types: Any) -> FactLog:
    """Return one project of 30 events."""
    facts = []
    for number, (kind, at, fields) in enumerate(PROJECT):
        own = dict(fields)
        if "ended" in own:
            own["ended_at"] = aware(moment(own.pop("ended")))
        facts.append(fact(types, "project", kind, f"e{number:02d}", at, **own))
    return FactLog(facts, completes=[Complete("score_indicator", None, PROJECT_AS_OF)])


APPLICANT_AS_OF = moment("2023-01-10T00:00")


def applicant(plan: Plan, types: Any) -> FactLog:
    """Return one applicant with every indicator rated and proven."""
    facts = [
        fact(types, "applicant", "pilot_unit", "u1", "2022-01-05T00:00", unit_id="p1",
             pilot_batch="1", domains=("elder_care",), listed_on=date(2022, 1, 5)),
        fact(types, "applicant", "application_submitted", "a1", "2022-10-01T09:00", unit_id="p1"),
    ]  # fmt: skip
    for no in "123":
        facts.append(fact(types, "applicant", "veto_item_assessed", f"v{no}", "2022-11-20T09:00",
                          veto_no=no, satisfied=True))  # fmt: skip
    indicators = [i for g in plan.scorecards[0].groups for i in g.indicators]
    for number, one in enumerate(indicators):
        grade, points = one.grades[number % 2] if one.grades else ("", one.points)
        given = {"grade": grade} if grade else {}
        facts.append(fact(types, "applicant", "indicator_rated", f"r{one.id}", "2022-11-21T09:00",
                          indicator_no=one.id, rater="panel", points=points, **given))  # fmt: skip
        for kind in one.evidence_types or ("other",):
            facts.append(fact(
                types, "applicant", "evidence_submitted", f"s{one.id}{kind}", "2022-10-01T09:00",
                indicator_no=one.id, evidence_type=kind, stamped=number != 7, authentic=True,
                valid=True,
            ))  # fmt: skip
    return FactLog(facts)


DAY_US = 86_400_000_000


def microseconds_of(value: Any) -> int:
    """Return an aware datetime in microseconds."""
    return int((value - EPOCH) // timedelta(microseconds=1))
