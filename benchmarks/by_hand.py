"""What a programmer would write for one ruleset, without an engine: the yardstick.

Plain functions over facts grouped by type, moments as integers, the zone a fixed offset, only
certain facts, no corrections, waivers, suspensions or unknowns. They give the key, state, due,
moment and facts of every row for the sample of ``samples.py``, and nothing else.
"""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

HOUR = 3_600_000_000
DAY = 24 * HOUR
OFFSET = 8 * HOUR
EPOCH_DAY = date(1970, 1, 1).toordinal()
WIDE = ("prefecture_city", "sub_provincial_city", "province", "national")
NOT_TRIGGERED = (
    "2-undated-reference",
    "4.5-solution", "6.d-weekly-send", "8.5-quarter-collect", "10.1-annual-effect-report",
    "5.1-owner-supplement", "5.1-print-stamp-scan-archive",
    "6.a-detail-list-7d-conforms", "6.a-detail-list-approval", "6.b-core-list-approval",
    "6.c-collect-15d", "6.d-texts-45d", "6.d-embed-forms", "6.d-core-approval", "6.d-owner-confirm",
    "6.d-owner-confirm-order", "6.d-feedback-date", "7.2-plan-content",
    "7.3-department-training-plan", "7.3-plan-content", "7.5-print-standards-done",
    "7.6-news-per-training", "7.6-news-per-training-meeting",
    "7.7-handbook-quality", "7.9-trainers-approval",
    "8.1-collect-materials-training", "8.1-two-workdays", "8.3-implementation-plan",
    "8.3-supervision-plan", "8.4-core-evidence", "8.4-photos-50", "9.2-rectification-plan-7d",
    "9.3-follow-up", "9.3-completion-date", "9.3-completion-date-kept", "9.4-rectification-report",
    "10.2-communicate", "10.2-revise", "10.3-revision-attendees", "10.3-discussion",
    "10.3-announce", "10.4-inspection-route", "10.4-commentary", "10.4-hand-over",
    "11-final-by-plan", "11-confirm-stamp", "11-tell-archive", "11-tell-archive-done",
    "11-scan-return", "11-folders", "12.1-print-bind-7d", "12.2-print-3d", "12.2-copies",
    "12.2-ppt", "12.3-venue-1d", "12.3-route-1d", "1-applicability",
)  # fmt: skip
STAGES = ("organisation", "system", "training", "implementation", "rectification", "evaluation",
          "materials", "acceptance")  # fmt: skip
#: Norms met by one document of a type, in the whole project: norm, fact type, field, value.
ONCE = (
    ("5.2-plaque", "artifact_made", "artifact_type", "office_plaque"),
    ("5.2-wall-rules", "artifact_made", "artifact_type", "wall_rules"),
    ("7.2-signin-form", "document_completed", "document_type", "sign_in_form"),
    ("7.4-expert-plan", "expert_visit_planned", None, None),
    ("7.5-print-standards", "instruction_given", "subject", "print_standards"),
    ("7.5-study-at-meetings", "training_held", "at_regular_meeting", True),
    ("7.7-handbook", "document_issued", "document_type", "handbook"),
    ("7.7-exam-sample", "document_completed", "document_type", "exam_sample"),
    ("7.9-trainers", "trainer_assigned", None, None),
    ("7.10-assessment-measures", "document_issued", "document_type", "assessment_measures"),
    ("8.3-supervision-body", "supervision_body_named", "body_name", None),
    ("8.5-record-forms", "document_completed", "document_type", "supervision_record_form"),
)
Row = tuple[str, str, int | None, int | None, tuple[str, ...]]


def project(facts: list[Any], as_of: int, case: str) -> list[Row]:
    """Judge one project under the whole standard."""
    by: dict[str, list[Any]] = {}
    for fact in sorted(facts, key=lambda f: f.at):
        by.setdefault(fact.type, []).append(fact)
    rows: list[Row] = []
    start = by["project_task_received"][0]
    begin = start.at.first
    docked = by.get("project_docked", ())
    documents = by.get("document_completed", ())

    def within(norm: str, name: str, at: int, due: int, acts: Any, closed: bool) -> None:
        act = next((act for act in acts if act.at.first >= at), None)
        if act is None:
            late = as_of > due if closed else as_of >= due
            rows.append((f"{norm}/{name}", "overdue" if late else "pending", due, None, ()))
            return
        met = act.at.first
        good = met <= due if closed else met < due
        state = "fulfilled" if good else "fulfilled_late"
        rows.append((f"{norm}/{name}", state, due, met, (act.id,)))

    def days(at: int, count: int) -> int:
        return ((at + OFFSET) // DAY + count + 1) * DAY - OFFSET

    def kind(value: str) -> list[Any]:
        return [d for d in documents if d.fields["document_type"] == value]

    def until_closed(norm: str, name: str, act: Any) -> None:
        if act is None:
            rows.append((f"{norm}/{name}", "pending", None, None, ()))
        else:
            rows.append((f"{norm}/{name}", "fulfilled", None, act.at.first, (act.id,)))

    stages = by.get("stage_entered", ())
    for stage in STAGES:
        entered = next((s for s in stages if s.fields["stage"] == stage), None)
        until_closed(f"P-stages/{stage}", case, entered)
    schedules = kind("schedule")
    within("4.1-plan-48h", start.id, begin, begin + 48 * HOUR, schedules, True)
    items = by.get("schedule_item", ())
    for plan in schedules:
        number = plan.fields["document_id"]
        own = {i.fields["stage"] for i in items if i.fields["document_id"] == number}
        state = "fulfilled" if own >= set(STAGES) else "pending"
        rows.append((f"4.1-plan-whole-project/{plan.id}", state, None, None, (plan.id,)))
    rows.append((f"4.2-smooth-communication/{case}", "undetermined", None, None, ()))
    answers = by.get("owner_contact_answered", ())
    for contact in by.get("owner_contact_received", ()):
        number = contact.fields["contact_id"]
        answer = next((a for a in answers if a.fields["contact_id"] == number), None)
        until_closed("4.2-no-unanswered-contact", number, answer)
    for norm in ("4.2-no-unanswered-contact-in-time", "7.6-news-per-training-meeting-in-time"):
        rows.append((f"{norm}/-", "not_applicable", None, None, ()))
    guidance(by, rows, documents, within, days)
    for report in by.get("guidance_result_reported", ()):
        good = report.fields["file_format"] in ("docx", "doc")
        rows.append((f"4.4-report-word/{report.id}", "fulfilled" if good else "breached", None,
                     report.at.first, (report.id,)))  # fmt: skip
    inquiries = by.get("owner_inquiry_made", ())
    for inquiry in inquiries:
        good = inquiry.fields["recorded"]
        rows.append((f"4.5-inquiry-record/{inquiry.id}", "fulfilled" if good else "breached",
                     None, inquiry.at.first, (inquiry.id,)))  # fmt: skip
    bad = [
        s for s in by.get("satisfaction_survey_completed", ())
        if s.fields["dissatisfied_answer_count"] > 0 or s.fields["overall_result"] == "dissatisfied"
    ]  # fmt: skip
    for survey in bad:
        rows.append((f"4.8-no-dissatisfaction/{survey.id}", "breached", None, survey.at.first,
                     (survey.id,)))  # fmt: skip
    if not bad:
        rows.append((f"4.8-no-dissatisfaction/{case}", "holding", None, None, ()))
    for dock in docked:
        at, name = dock.at.first, dock.id
        indicators = [i for i in by.get("score_indicator", ())
                      if i.fields["requires_institution_document"]]  # fmt: skip
        covered = {n for d in documents for n in d.fields["score_indicator_ids"] or ()
                   } if indicators else set()  # fmt: skip
        done = indicators and all(i.fields["indicator_id"] in covered for i in indicators)
        within("5.1-system-docs-7d", name, at, days(at, 7), documents if done else (), False)
        until_closed("6-lead-work-items", name, next(iter(kind("matter_inventory")), None))
        work = {w.fields["item_id"]: w for w in by.get("work_item_completed", ())}
        rows.append((f"6-lead-one-by-one/{name}", "fulfilled" if len(work) == 5 else "pending",
                     None, None, tuple(w.id for w in work.values())))  # fmt: skip
        order = [work[n].at.first for n in "acde" if n in work]
        state = "breached" if order != sorted(order) else "holding"
        rows.append((f"6-lead-one-by-one-order/{name}", state, None, None, ()))
        within("6.a-detail-list-7d", name, at, days(at, 7), kind("detail_list"), False)
        core = kind("core_standard_list") or by.get("core_standard_listed", ())
        until_closed("6.b-core-list", name, next(iter(core), None))
    meetings = by.get("meeting_held", ())
    launch = [m for m in meetings if m.fields["meeting_type"] in ("launch", "mobilisation")]
    within("5.3-launch-meeting-60d", start.id, begin, days(begin, 60), launch, False)
    plans = kind("leading_group_meeting_plan")
    within("5.3-meeting-plan", start.id, begin, days(begin, 60), plans, False)
    led = [m for m in meetings if m.fields["meeting_type"] == "leading_group"]
    state = "fulfilled" if len(led) >= 8 else "pending"
    rows.append((f"5.3-leader-meetings-8/{case}", state, None, None, tuple(m.id for m in led)))
    measures = kind("management_measures")
    within("5.4-measures-15d", start.id, begin, days(begin, 15), measures, False)
    issued = [d for d in by.get("document_issued", ()) if d.fields["issued_by"] == "pilot_unit"]
    within("5.5-plan-issued-15d", start.id, begin, days(begin, 15), issued, False)
    for batch in by.get("owner_comments_returned", ()):
        number, at = batch.fields["comment_batch_id"], batch.at.first
        done = [c for c in by.get("comments_resolved", ())
                if c.fields["comment_batch_id"] == number]  # fmt: skip
        within("6.e-revise-7d", number, at, days(at, 7), done, False)
    rest(by, rows, case, meetings, until_closed)
    for begun in by.get("guidance_started", ()):
        day = date.fromordinal((begun.at.first + OFFSET) // DAY + EPOCH_DAY)
        due = date(day.year + (day.month + 2 > 12), (day.month + 1) % 12 + 1, min(day.day, 28))
        end = (due.toordinal() - EPOCH_DAY + 1 + day.day - due.day) * DAY - OFFSET
        lists = by.get("nonconformity_list_completed", ())
        within("9.1-problem-list-2m", begun.id, begun.at.first, end, lists, False)
    periods(by, rows, begin, as_of)
    for norm in NOT_TRIGGERED:
        rows.append((f"{norm}/-", "not_triggered", None, None, ()))
    return rows


def guidance(by: Any, rows: list[Row], documents: Any, within: Any, days: Any) -> None:
    """Judge what is owed before and after guidance on site."""
    for visit in by.get("site_guidance_scheduled", ()):
        number, at = visit.fields["guidance_id"], visit.at.first
        lists = [d for d in documents if d.fields["document_type"] == "issue_list"
                 and d.fields["guidance_id"] == number]  # fmt: skip
        names = {d.fields["document_id"] for d in lists}
        approved = [d for d in by.get("document_approved", ()) if d.fields["document_id"] in names]
        sent = [d for d in by.get("document_delivered", ()) if d.fields["document_id"] in names]
        for norm, due, acts, closed in (
            ("4.3-issue-list-2d", days(at, -2), lists, False),
            ("4.3-leader-approval", at, approved, True),
            ("4.3-send-1d", days(at, -1), sent, False),
        ):
            within(norm, number, 0, due, acts, closed)
            key, state, due, met, ids = rows[-1]
            if state == "overdue":
                rows[-1] = (key, "breached", due, met, ids)
        first = [acts[0].at.first if acts else None for acts in (lists, approved, sent)]
        broken = any(b is not None and (a is None or a > b)
                     for a, b in itertools.pairwise(first))  # fmt: skip
        # The visit closes the order: a step that is missing then breaks it.
        state = "breached" if broken or None in first else "fulfilled"
        rows.append((f"4.3-order/{number}", state, None, None, ()))
        for text in lists:
            good = text.fields["file_format"] in ("docx", "doc")
            rows.append((f"4.3-issue-list-word/{text.id}", "fulfilled" if good else "breached",
                         None, text.at.first, (text.id,)))  # fmt: skip
    reports = by.get("guidance_result_reported", ())
    for held in by.get("site_guidance_held", ()):
        number = held.fields["guidance_id"]
        at = int(held.fields["ended_at"].timestamp()) * 1_000_000
        own = [r for r in reports if r.fields["guidance_id"] == number
               and r.fields["reported_to_role"] == "company_leader"]  # fmt: skip
        within("4.4-report-24h", number, at, at + 24 * HOUR, own, True)


def rest(by: Any, rows: list[Row], case: str, meetings: Any, until_closed: Any) -> None:
    """Judge what is owed once in a project."""
    for norm, kind, field, value in ONCE:
        act = None
        for one in by.get(kind, ()):
            if field is None or one.fields[field] == value:
                act = one
                break
        until_closed(norm, case, act)
    for norm in ("7.6-news-per-training-in-time", "7.9-trainers-approval-first"):
        rows.append((f"{norm}/-", "not_applicable", None, None, ()))
    rows.append((f"7.1-release-meeting/{case}", "holding", None, None, ()))
    visits = {v.fields["visit_id"] for v in by.get("expert_visit_planned", ())}
    rows.append((f"7.4-expert-visits-2/{case}", "fulfilled" if len(visits) >= 2 else "pending",
                 None, None, ()))  # fmt: skip
    made = {a.fields["artifact_type"] for a in by.get("artifact_made", ())}
    done = made >= {"slogan", "display_board", "banner"}
    rows.append((f"7.8-atmosphere/{case}", "fulfilled" if done else "pending", None, None, ()))
    received = by.get("material_received", ())
    for meeting in meetings:
        number = meeting.fields["meeting_id"]
        own = {m.fields["material_type"] for m in received
               if m.fields["related_event_id"] == number}  # fmt: skip
        state = "fulfilled" if own >= {"meeting_photos", "sign_in"} else "pending"
        rows.append((f"8.1-collect-materials/{number}", state, None, None, ()))
    trained = [m for m in meetings if m.fields["meeting_type"] == "implementation_training"]
    until_closed("8.2-all-staff-training", case, trained[0] if trained else None)


def periods(by: Any, rows: list[Row], begin: int, as_of: int) -> None:
    """Judge what recurs by the calendar or in tiles of days."""
    first = (begin + OFFSET) // DAY
    last = (as_of - 1 + OFFSET) // DAY
    news = [n for n in by.get("news_published", ()) if n.fields["outlet_level"] in WIDE]
    trained = by.get("training_held", ())
    months = list(calendar_periods(first, last, 1))
    quarters = list(calendar_periods(first, last, 3))
    halves = list(calendar_periods(first, last, 6))
    years = list(calendar_periods(first, last, 12))

    def tally(norm: str, tiles: Any, acts: Any, part: bool, needed: Any = None) -> None:
        moments = [act.at.first for act in acts]
        for label, start, end in tiles:
            if start < first and not part:
                continue
            opens, ends = start * DAY - OFFSET, end * DAY - OFFSET
            if needed is not None and not any(opens <= n.at.first < ends for n in needed):
                rows.append((f"{norm}/{label}", "not_applicable", None, None, ()))
                continue
            inside = [n for n, at in enumerate(moments) if opens <= at < ends and at >= begin]
            met = moments[inside[0]] if inside else None
            state = "fulfilled" if inside else "breached" if as_of >= ends else "pending"
            rows.append((f"{norm}/{label}", state, None, met, tuple(acts[n].id for n in inside)))

    def tiles(size: int) -> Any:
        return [(f"T{n + 1:03d}", at, at + size)
                for n, at in enumerate(range(first + 1, last + 1, size))]  # fmt: skip

    def named(norm: str, tiles: Any, kind: str, field: str, part: bool, needed: Any = None) -> None:
        for label, start, end in tiles:
            if start < first and not part:
                continue
            opens, ends = start * DAY - OFFSET, end * DAY - OFFSET
            if needed is not None and not any(opens <= n.at.first < ends for n in needed):
                rows.append((f"{norm}/{label}", "not_applicable", None, None, ()))
                continue
            own = [a for a in by.get(kind, ()) if str(a.fields[field]) == label]
            if own:
                met = own[0].at.first
                state = "fulfilled" if met < ends else "fulfilled_late"
                rows.append((f"{norm}/{label}", state, ends, met, (own[0].id,)))
            else:
                state = "overdue" if as_of >= ends else "pending"
                rows.append((f"{norm}/{label}", state, ends, None, ()))

    tally("4.5-monthly-guidance", months, by.get("site_guidance_held", ()), False)
    tally("4.5-fortnight-inquiry", tiles(14), by.get("owner_inquiry_made", ()), False)
    tally("4.6-quarter-news", quarters, news, False)
    tally("4.6-media-level", quarters, news, False, by.get("news_published", ()))
    tally("4.8-half-year-survey", halves, by.get("satisfaction_survey_completed", ()), False)
    plans = [d for d in by.get("document_completed", ())
             if d.fields["document_type"] == "unit_training_plan"]  # fmt: skip
    kind = "unit_training_plan" if plans else "-"
    named("7.2-unit-training-plan", years, kind, "plan_year", True)
    named("7.5-monthly-collect", months, "training_material_archived", "month", False, trained)
    last_day = date.fromordinal(last + EPOCH_DAY)
    due = (date(last_day.year, 12, 31).toordinal() - EPOCH_DAY + 1) * DAY - OFFSET
    state = "overdue" if as_of >= due else "pending"
    rows.append((f"4.7-annual-self-report/{last_day.year}", state, due, None, ()))


def calendar_periods(first: int, last: int, size: int) -> Any:
    """List the months, quarters, halves or years that share a day with a run of days."""
    day = date.fromordinal(first + EPOCH_DAY)
    year, month = day.year, (day.month - 1) // size * size + 1
    while True:
        start = date(year, month, 1).toordinal() - EPOCH_DAY
        if start > last:
            return
        index = (month - 1) // size + 1
        label = f"{year}" if size == 12 else f"{year}-" + {
            1: f"{index:02d}", 3: f"Q{index}", 6: f"H{index}"}[size]  # fmt: skip
        month += size
        if month > 12:
            year, month = year + 1, month - 12
        yield label, start, date(year, month, 1).toordinal() - EPOCH_DAY


