"""Writes examples/q_gxxz_029/项目导出.xlsx: twelve projects over fourteen months.

Every project is first built as it should go; then each gets the faults that its line in
examples/README.md tells. Run it from anywhere: ``python examples/make_q_gxxz_029.py``.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from _book import Book, Plain, sheets_of
from _progress import GoodProject
from _projects import clock
from _sheets_q_gxxz_029 import EXTRA, TABLE

TARGET = Path(__file__).resolve().parent / "q_gxxz_029" / "项目导出.xlsx"
#: Task received, and project closed.
PROJECTS = [
    ("2023-01-04T09:00", "2024-03-20T17:00"),
    ("2023-01-10T10:00", ""),
    ("2023-02-06T14:00", ""),
    ("2023-02-13T09:30", ""),
    ("2023-01-16T09:00", "2024-03-25T17:00"),
    ("2023-03-02T08:30", ""),
    ("2023-03-06T09:00", ""),
    ("2023-03-13T10:00", ""),
    ("2023-04-03T09:00", ""),
    ("2023-01-09T09:00", "2024-03-18T17:00"),
    ("2023-05-08T09:00", ""),
    ("2023-06-12T09:00", ""),
]


def build() -> Book:
    """Build all records."""
    book = Book()
    projects = {}
    for no, (task, closed) in enumerate(PROJECTS, start=1):
        end = datetime.fromisoformat(closed) if closed else None
        projects[no] = GoodProject(book, no, datetime.fromisoformat(task), end).build()
    for n in (1, 2, 3, 4, 5):
        book.add(
            "score_indicator",
            "",
            indicator_id=f"ZB-0{n}",
            requires_institution_document="是" if n < 4 else "否",
        )
    for no, change in FAULTS.items():
        change(book, projects[no])
    for no in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        judged(book, projects[no], handbook=no != 5)
    together(book, projects[1], projects[2])
    out_of_order(book, projects[7])
    bad_rows(book)
    return book


def put(book: Book, p: GoodProject, kind: str, where: dict[str, Any], **values: Any) -> None:
    """Change values of the only such record."""
    book.one(kind, p.id, **where).fields.update(values)


def finish(book: Book, p: GoodProject, what: str, when: date) -> None:
    """Change when a document was finished."""
    put(book, p, "document_completed", {"document_type": what}, completed_at=when)


def on_time(book: Book, p: GoodProject) -> None:
    """Project 2: everything at the last moment, nothing late."""
    finish(book, p, "推进计划表", p.task + timedelta(hours=48))
    finish(book, p, "标准化工作管理办法", p.at(15, "23:59"))
    finish(book, p, "年度自我评价报告", datetime(2023, 12, 30, 23, 59))
    visit = {"guidance_id": "ZD02-2305"}
    ended = book.one("site_guidance_held", p.id, **visit).fields["ended_at"]
    put(book, p, "guidance_result_reported", visit, reported_at=ended + timedelta(hours=24))
    two, one = ended.date() - timedelta(2), ended.date() - timedelta(1)
    paper = book.one("document_completed", p.id, **visit)
    paper.fields["completed_at"] = clock(two, "09:00")
    listed = {"document_id": paper.fields["document_id"]}
    put(book, p, "document_approved", listed, decided_at=clock(two, "11:00"))
    put(book, p, "document_delivered", listed, delivered_at=clock(one, "23:59"))


def minute_late(book: Book, p: GoodProject) -> None:
    """Project 3: the schedule and one report a minute late."""
    finish(book, p, "推进计划表", p.task + timedelta(hours=48, minutes=1))
    visit = {"guidance_id": "ZD03-2305"}
    ended = book.one("site_guidance_held", p.id, **visit).fields["ended_at"]
    put(
        book,
        p,
        "guidance_result_reported",
        visit,
        reported_at=ended + timedelta(hours=24, minutes=1),
    )


def day_late(book: Book, p: GoodProject) -> None:
    """Project 4: management measures, detail list and rectification plan a day late."""
    finish(book, p, "标准化工作管理办法", p.at(16).date())
    finish(book, p, "标准体系明细表", p.at(10, "09:00"))
    for what, kind, when in (
        ("标准体系明细表", "document_approved", {"decided_at": p.at(10, "15:00")}),
        ("整改方案", "document_delivered", {"delivered_at": p.at(58)}),
    ):
        paper = book.one("document_completed", p.id, document_type=what)
        put(book, p, kind, {"document_id": paper.fields["document_id"]}, **when)


def missing(book: Book, p: GoodProject) -> None:
    """Project 5, closed: no launch meeting, no scheme, no plaque, one report, one answer."""
    launch = book.one("meeting_held", p.id, meeting_type="启动大会").fields["meeting_id"]
    book.drop("meeting_held", p.id, meeting_id=launch)
    book.drop("material_received", p.id, related_event_id=launch)
    book.drop("material_compiled", p.id, related_event_id=launch)
    scheme = book.one("document_completed", p.id, document_type="实施方案").fields["document_id"]
    book.drop("document_issued", p.id, document_id=scheme)
    book.drop("artifact_made", p.id, artifact_type="办公室牌匾")
    book.drop("guidance_result_reported", p.id, guidance_id="ZD05-2305")
    book.drop("owner_contact_answered", p.id)


def corrected(book: Book, p: GoodProject) -> None:
    """Project 6: two rows entered wrongly and corrected later."""
    plan = book.one("document_completed", p.id, document_type="推进计划表")
    right = dict(plan.fields)
    plan.fields["completed_at"] = p.task + timedelta(hours=72)
    plan.recorded = p.task + timedelta(hours=73)
    book.records.append(
        replace(
            plan, fields=right, id=f"{plan.id}-G1", corrects=plan.id, recorded=p.at(20, "09:00")
        )
    )
    news = book.find("news_published", p.id, related_event_id=None)[1]
    right = dict(news.fields)
    news.fields["outlet_level"] = "县级"
    news.recorded = datetime(2023, 8, 22, 9, 0)
    book.records.append(
        replace(
            news,
            fields=right,
            id=f"{news.id}-G1",
            corrects=news.id,
            recorded=datetime(2023, 10, 9, 9, 0),
        )
    )


def same_morning(book: Book, p: GoodProject) -> None:
    """Project 8: one more visit, arranged on its own morning."""
    day = date(2023, 6, 27)
    p.visit(day)
    visit, kinds = (
        {"guidance_id": "ZD08-2306T"},
        (
            "site_guidance_scheduled",
            "document_completed",
            "site_guidance_held",
            "guidance_result_reported",
        ),
    )
    plan, paper, *rest = (book.find(kind, p.id, guidance_id="ZD08-2306")[-1] for kind in kinds)
    for one in (plan, paper, *rest):
        one.fields |= visit
    plan.recorded = plan.fields["scheduled_at"] = clock(day, "08:10")
    paper.fields["completed_at"] = clock(day, "08:30")
    listed = {"document_id": paper.fields["document_id"]}
    put(book, p, "document_approved", listed, decided_at=clock(day, "08:50"))
    put(book, p, "document_delivered", listed, delivered_at=clock(day, "09:00"))


def national_day(book: Book, p: GoodProject) -> None:
    """Project 9: papers of two trainings before the holiday; one is worked up a day late."""
    for n, done in ((5, datetime(2023, 10, 8, 17, 30)), (6, datetime(2023, 10, 9, 8, 30))):
        number, when = f"PX09-{n}", datetime(2023, 9, 27, 9 + 5 * (n - 5), 0)
        p.own(
            "training_held",
            training_id=number,
            held_at=when,
            is_all_staff="否",
            at_regular_meeting="否",
            standard_ids=p.core[0],
            topic="宣贯",
        )
        p.event_papers(number, when, "培训照片")
        for one in book.find("material_received", p.id, related_event_id=number):
            one.fields["received_at"] = datetime(2023, 9, 28, 16, 0)
        put(book, p, "material_compiled", {"related_event_id": number}, compiled_at=done)
        p.own(
            "training_material_archived",
            training_ids=number,
            month="2023-09",
            has_photos="有",
            has_sign_in="有",
            archived_at=datetime(2023, 9, 28, 17, 0),
        )


def photos(book: Book, p: GoodProject) -> None:
    """Project 10, closed: 50 photos of one core standard, 49 different ones of the other."""
    shots = book.find("implementation_evidence", p.id, standard_id=p.core[1], evidence_type="照片")
    shots[-1].fields["content_hash"] = shots[0].fields["content_hash"]
    put(book, p, "acceptance_material_bound", {}, completed_at=p.at(394, "09:00"))
    put(book, p, "acceptance_document_printed", {"document_type": "自评报告"}, copies=18)


def thirtieth(book: Book, p: GoodProject) -> None:
    """Project 11: both yearly reports on 31 December, a day late for the first."""
    finish(book, p, "年度自我评价报告", date(2023, 12, 31))
    finish(book, p, "标准实施效果评价报告", datetime(2023, 12, 31, 16, 0))


def careless(book: Book, p: GoodProject) -> None:
    """Project 12: many things left undone in the autumn."""
    finish(book, p, "标准实施效果评价报告", datetime(2024, 1, 1, 9, 0))
    asked = book.find("owner_inquiry_made", p.id)[6].fields["inquiry_id"]
    book.drop("owner_inquiry_made", p.id, inquiry_id=asked)
    visit = {"guidance_id": "ZD12-2309"}
    paper = book.one("document_completed", p.id, **visit).fields["document_id"]
    for kind in (
        "site_guidance_scheduled",
        "site_guidance_held",
        "guidance_result_reported",
        "document_completed",
    ):
        book.drop(kind, p.id, **visit)
    for kind in ("document_approved", "document_delivered"):
        book.drop(kind, p.id, document_id=paper)
    for one in book.find("news_published", p.id):
        if one.fields["published_at"].month == 11:
            one.fields["outlet_level"] = "县级"
    book.find("satisfaction_survey_completed", p.id)[-1].fields["dissatisfied_answer_count"] = 1
    listed = book.one("document_completed", p.id, guidance_id="ZD12-2311")
    listed.fields["file_format"] = "pdf"
    book.drop("document_approved", p.id, document_id=listed.fields["document_id"])


def judged(book: Book, p: GoodProject, handbook: bool) -> None:
    """Answers to the questions that need a person."""
    made = book.one("document_completed", p.id, document_type="标准化基础知识手册").id
    listed = book.one("document_completed", p.id, document_type="标准体系明细表").id
    answers = [
        ("4.2-smooth-communication", "smooth", p.id, True),
        ("6.a-detail-list-7d-conforms", "conforms", listed, True),
    ]
    answers += [
        ("7.7-handbook-quality", one, made, handbook or one != "illustrated")
        for one in ("rich", "fitting", "illustrated")
    ]
    for norm, element, subject, good in answers:
        book.add(
            "judgement",
            p.id,
            norm=norm,
            element=element,
            subject=subject,
            satisfied="是" if good else "否",
            by="审核员甲",
            judged_at=datetime(2024, 3, 12, 10, 0),
        )


def together(book: Book, first: GoodProject, second: GoodProject) -> None:
    """Projects 1 and 2 share the reports of each quarter: one row, two projects."""
    for one in book.find("news_published", first.id, related_event_id=None):
        one.fields["project_ids"] = f"{first.id}、{second.id}"
    book.drop("news_published", second.id, related_event_id=None)


def out_of_order(book: Book, p: GoodProject) -> None:
    """Project 7: its rows run backwards and come first; four stand twice."""
    own = [one for one in book.records if one.case == p.id]
    others = [one for one in book.records if one.case != p.id]
    twice = [
        deepcopy(book.find(kind, p.id)[n])
        for kind, n in (
            ("document_completed", 0),
            ("meeting_held", 3),
            ("news_published", 1),
            ("owner_inquiry_made", 5),
        )
    ]
    book.records = [*reversed(own), *others, *twice]


def bad_rows(book: Book) -> None:
    """Five rows that cannot be read, among the others."""
    for kind, case, prefix, fields in (
        (
            "meeting_held",
            "XZ-2023-03",
            "HJ",
            {
                "meeting_id": "HY03-99",
                "project_id": "XZ-2023-03",
                "meeting_type": "例会",
                "held_at": "2023-02-30 10:00",
            },
        ),
        (
            "document_completed",
            "XZ-2023-04",
            "WJ",
            {
                "document_id": "XZ-2023-04-999",
                "document_type": "会议照片汇总",
                "project_id": "XZ-2023-04",
                "completed_at": datetime(2023, 7, 3, 9, 0),
            },
        ),
        (
            "site_guidance_held",
            "XZ-2023-06",
            "",
            {
                "guidance_id": "ZD06-2399",
                "started_at": datetime(2023, 7, 5, 9, 30),
                "ended_at": datetime(2023, 7, 5, 16, 0),
                "purpose": "日常指导",
            },
        ),
        (
            "satisfaction_survey_completed",
            "XZ-2023-08",
            "",
            {
                "survey_id": "CP08-9",
                "project_id": "XZ-2023-08",
                "overall_result": "满意",
                "completed_at": datetime(2023, 11, 24, 9, 0),
                "dissatisfied_answer_count": "2项",
            },
        ),
        (
            "owner_inquiry_made",
            "XZ-2023-09",
            "XJ",
            {
                "inquiry_id": "XJ09-999",
                "project_id": "XZ-2023-09",
                "recorded": "大概有",
                "asked_at": datetime(2023, 7, 6, 9, 30),
            },
        ),
    ):
        place = book.records.index(book.find(kind, case)[0])
        book.add(kind, case, prefix, **fields)
        book.records.insert(place, book.records.pop())


FAULTS = {
    2: on_time,
    3: minute_late,
    4: day_late,
    5: missing,
    6: corrected,
    8: same_morning,
    9: national_day,
    10: photos,
    11: thirtieth,
    12: careless,
}


def main(target: Path = TARGET) -> None:
    """Write the workbook."""
    complete = Plain("完整性", ["事实类型", "截至"], [["score_indicator", date(2024, 12, 31)]])
    build().write(target, sheets_of(TABLE, EXTRA), [complete])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
