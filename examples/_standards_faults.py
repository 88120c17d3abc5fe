"""What is special about single standards, as told in `README.md`, and the rows nobody can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from _book import Book, Record
from _standards import ALL_FIELDS, ALL_ITEMS, PEOPLE, day
from _standards_agency import SKILLS, centre_faults

#: Standard -> day on which a change of an outside standard was answered by a review, and why.
CHANGES = {
    29: ("修订", "2024-05-29", "外部标准变化"), 30: ("修订", "2024-05-30", "外部标准变化"),
    31: ("修订", "2024-05-31", "外部标准变化"), 32: ("修订", "", ""),
    33: ("新发布", "2024-05-30", "外部标准变化"), 34: ("新发布", "2024-04-30", "周期"),
    35: ("新发布", "", ""),
}  # fmt: skip


def name(no: int) -> str:
    """Return the id of a standard."""
    return f"BZ-{no:03d}"


def special(book: Book, centre: Book) -> None:
    """Write all that is special."""
    cycles(book)
    outcomes(book)
    changes(book, centre)
    drafting(book, centre)
    releasing(book)
    using(book, centre)
    open_questions(book, centre)
    centre_faults(centre)


def put(book: Book, no: int, kind: str, where: dict[str, Any], **fields: Any) -> Record:
    """Change fields of the only such record of a standard."""
    record = book.one(kind, name(no), **where)
    record.fields |= fields
    return record


def corrected(book: Book, record: Record, first: datetime, then: datetime, **wrong: Any) -> None:
    """Let a record be entered wrongly first and put right later."""
    right = replace(
        record, fields=dict(record.fields), id=f"{record.id}-G1", corrects=record.id, recorded=then
    )
    record.recorded = first
    record.fields |= wrong
    book.records.append(right)


def cycles(book: Book) -> None:
    """A review entered with a wrong day, put right three weeks later."""
    corrected(
        book, book.one("standard_review", name(12)), datetime(2024, 3, 15, 9, 0),
        datetime(2024, 4, 8, 10, 30), reviewed_on=day("2024-03-12"),
    )  # fmt: skip


def outcomes(book: Book) -> None:
    """Numbers, marks and withdrawals after a review."""
    put(book, 16, "standard_review", {}, new_year_code=2024)
    put(book, 17, "standard_review", {"reviewed_year": 2023}, cover_mark=None)
    put(book, 14, "standard_review", {}, cover_mark="2022")
    put(book, 19, "standard_issue", {"revised": "是"}, new_year_code=2019)
    put(book, 20, "standard_issue", {"revised": "是"}, new_sequence_no=120)
    book.drop("implementation_record", name(25))
    put(book, 26, "withdrawal", {}, withdrawn_on=day("2023-03-12"))
    put(book, 27, "withdrawal", {}, withdrawn_on=day("2022-06-30"))
    book.drop("withdrawal", name(28))


def changes(book: Book, centre: Book) -> None:
    """Outside standards that change, and the early reviews after it."""
    for no, (kind, when, why) in CHANGES.items():
        late = no == 35
        change = f"WB-{no:03d}"
        record = book.add(
            "external_change", name(no), standard_id=name(no), change_id=change,
            ref_number=f"DB 00/T {no}", change_kind=kind,
            published_on=day("2024-10-10" if late else "2024-01-15"),
            effective_on=day("2024-12-20" if late else "2024-03-01"),
        )  # fmt: skip
        record.id = change
        if when:
            year = book.one("standard_issue", name(no)).fields["new_year_code"]
            review = book.add(
                "standard_review", name(no), review_id=f"FS-{no:03d}-1", standard_id=name(no),
                reviewed_on=day(when), review_trigger=why, change_id=change, outcome="确认",
                old_sequence_no=no, old_year_code=year, new_sequence_no=no, new_year_code=year,
                cover_mark="2024", reviewed_year=2024,
            )  # fmt: skip
            review.id = f"FS-{no:03d}-1"
            centre.add(
                "judgement", name(no), norm="10.2.3.a-confirm", element="judged",
                subject=review.id, satisfied="是", by="标准化办", judged_at=day(when),
            )  # fmt: skip


def drafting(book: Book, centre: Book) -> None:
    """Slips between the application and the comments."""
    book.drop("stage_event", name(36), stage="征求意见")
    issued = put(book, 37, "publication", {}).fields["published_on"]
    put(book, 37, "stage_event", {"stage": "批准"}, completed_on=issued + timedelta(1))
    issued = put(book, 38, "publication", {}).fields["published_on"]
    put(book, 38, "stage_event", {"stage": "批准"}, completed_on=issued)
    begun = put(book, 39, "stage_event", {"stage": "起草"}).fields["started_on"]
    put(book, 39, "proposal", {}, submitted_on=begun + timedelta(1),
        decided_on=begun + timedelta(2))  # fmt: skip
    put(book, 40, "proposal", {}, proposal_fields=ALL_FIELDS.replace("费用、", ""))
    group = put(book, 41, "drafting_group", {}, member_ids=f"{PEOPLE[0]}、庚七")
    formed: date = group.fields["formed_on"]
    centre.add("person", "ZX01", person_id="庚七", competencies=SKILLS,
               standardization_trained_on=formed + timedelta(1),
               registered_on=formed + timedelta(2))  # fmt: skip
    book.drop("document", name(42), document_kind="调研资料")
    book.drop("document", name(43), document_kind="编制说明")
    put(book, 44, "consultation", {}, recipient_roles="执行部门、监督部门")
    put(book, 45, "consultation", {}, includes_drafting_note="否")


def releasing(book: Book) -> None:
    """Slips between the review and the release."""
    put(book, 46, "review_meeting", {}, mode="函审",
        focus_items="法规政策一致、实际需求、体系协调、内容完整")  # fmt: skip
    put(book, 47, "review_meeting", {}, minutes_document_id=None)
    meeting = book.one("review_meeting", name(48))
    earlier = {**meeting.fields, "conclusion": "未通过"}
    earlier["held_on"] = meeting.fields["held_on"] - timedelta(10)
    book.records.append(replace(meeting, fields=earlier))
    put(book, 49, "approval", {}, approver_role="标准化办")
    put(book, 50, "document", {"document_kind": "送审材料"},
        document_items="送审稿、编制说明、不同意见处理")  # fmt: skip
    issued = put(book, 51, "publication", {}).fields["published_on"]
    put(book, 51, "number_registry", {}, assigned_on=issued + timedelta(3))
    put(book, 52, "number_registry", {}, number_unique="否")
    corrected(
        book, book.one("number_registry", name(54)), datetime(2023, 2, 1, 9, 0),
        datetime(2023, 3, 10, 16, 0), number_unique="否",
    )  # fmt: skip


def using(book: Book, centre: Book) -> None:
    """Slips in the use of a standard, and of standards taken over."""
    effective = put(book, 55, "publication", {}).fields["effective_on"]
    put(book, 55, "distribution", {"unit_id": "物业部"}, received_on=effective + timedelta(1))
    put(centre, 56, "training_event", {}, held_on=effective_of(book, 56) + timedelta(10))
    put(centre, 57, "plan", {}, approved_on=effective_of(book, 57) + timedelta(10))
    put(book, 58, "implementation_record", {"record_id": "JL-058-1"}, recorder_id=None)
    put(book, 60, "key_point_control", {}, measure=None)
    put(book, 60, "standard", {}, standard_items=ALL_ITEMS.replace("文明性、", ""))
    put(book, 64, "adoption_review", {}, reviewed_on=day("2023-03-06"))
    put(book, 66, "adoption_review", {}, adoption_decision="不采用")
    put(book, 71, "system_entry", {}, higher_standard_exists="是")
    put(book, 73, "standard", {}, status="在编")


def effective_of(book: Book, no: int) -> date:
    """Return the day on which a standard takes effect."""
    found: date = book.one("publication", name(no)).fields["effective_on"]
    return found


def open_questions(book: Book, centre: Book) -> None:
    """What is left blank or not yet judged, and problems that were raised."""
    put(book, 15, "standard_review", {}, outcome=None)
    put(book, 53, "number_registry", {}, number_unique=None)
    put(book, 72, "system_entry", {}, higher_standard_exists=None)
    draft = book.one("document", name(74), document_kind="标准草案")
    centre.drop("judgement", name(74), norm="8.2.3.5-coordinate", subject=draft.id)
    raised = {"raised_on": day("2024-06-03"), "found_by_inspection": "是", "unit_id": "餐饮部"}
    for no, kind, more in (
        (59, "标准不适宜", {}),
        (61, "违反标准", {"corrected_on": day("2024-06-20")}),
        (62, "工作问题", {"reported_on": day("2024-06-05"), "reported_to_role": "标准化管理机构"}),
        (75, "执行不力", {}),
    ):
        finding = book.add("finding", name(no), finding_id=f"WT-{no:03d}", standard_id=name(no),
                           finding_kind=kind, **raised, **more)  # fmt: skip
        finding.id = f"WT-{no:03d}"
    book.add("change_request", name(59), request_id="SQ-059", standard_id=name(59),
             finding_id="WT-059", request_kind="修订", submitted_on=day("2024-06-10"),
             addressee_role="标准化管理机构", form_id="B-059")  # fmt: skip
    review = book.add(
        "standard_review", name(59), review_id="FS-059-1", standard_id=name(59),
        reviewed_on=day("2024-07-01"), review_trigger="监督检查", finding_id="WT-059",
        outcome="修订", old_sequence_no=59, old_year_code=2023, reviewed_year=2024,
    )  # fmt: skip
    review.id = "FS-059-1"


def bad_rows(book: Book, centre: Book) -> None:
    """Five rows that cannot be read: a day, a case, a choice and a number."""
    book.add("standard_review", name(4), review_id="FS-004-1", standard_id=name(4),
             reviewed_on="2023-02-29", review_trigger="周期", outcome="确认",
             cover_mark="2023", reviewed_year=2023).id = "FS-004-1"  # fmt: skip
    book.add("implementation_record", name(75), record_id="JL-075-3", standard_id=name(75),
             recorded_on="2023年7月32日", record_content="按标准作业",
             recorder_id="甲一")  # fmt: skip
    book.add("distribution", "", unit_id="餐饮部", received_on=day("2023-09-01"), copy_kind="纸质")
    book.add("stage_event", name(76), standard_id=name(76), revision_no=0, stage="试行",
             started_on=day("2023-09-04"))  # fmt: skip
    centre.add("org_unit", "ZX01", unit_id="车队", unit_kind="下属单位",
               established_on=day("2019-01-01"), headcount="约8人")  # fmt: skip
