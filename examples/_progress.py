"""The rest of a project that goes well: regular services, implementation, acceptance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from _book import Record
from _projects import UNTIL, Project, clock, workday

PLANS = {"schedule_item", "site_guidance_scheduled", "expert_visit_planned", "training_plan_item"}


def months(first: date, last: date) -> Iterator[date]:
    """Yield the first days of the months between two days."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = (day + timedelta(32)).replace(day=1)


class GoodProject(Project):
    """Builds all records of one project."""

    def build(self) -> GoodProject:
        """Build everything, and leave out what lies after the end."""
        self.start()
        self.organisation()
        self.system()
        self.training()
        self.services()
        self.implementation()
        self.rectification()
        self.improvement()
        self.materials()
        self.acceptance()
        end = self.closed or clock(UNTIL, "23:59")
        self.book.records = [
            r for r in self.book.records if r.case != self.id or not _later(r, end)
        ]
        return self

    def services(self) -> None:
        """Visits, inquiries, news, surveys, contacts and the yearly reports."""
        last = (self.closed or clock(UNTIL, "23:59")).date()
        for month in months(self.task.date() + timedelta(32), last):
            self.visit(workday(month + timedelta(7 + self.no % 5)))
        day = self.task.date() + timedelta(10)
        while day <= last:
            self.own(
                "owner_inquiry_made",
                "XJ",
                asked_at=clock(day, "15:30"),
                recorded="是",
                inquiry_id=f"XJ{self.no:02d}-{day:%m%d}{day:%y}",
            )
            day += timedelta(14)
        for month in months(self.task.date() + timedelta(32), last):
            if month.month % 3 == 2:
                self.news(clock(month + timedelta(19), "08:00"))
        for n, day in enumerate((date(2023, 5, 24), date(2023, 11, 22))):
            if day > self.task.date() + timedelta(60):
                self.own(
                    "satisfaction_survey_completed",
                    survey_id=f"CP{self.no:02d}-{n + 1}",
                    period=f"2023年{'上下'[n]}半年",
                    completed_at=clock(day, "17:00"),
                    overall_result="满意",
                    dissatisfied_answer_count=0,
                )
        contact = f"LX{self.no:02d}-1"
        self.own(
            "owner_contact_received",
            contact_id=contact,
            channel="微信",
            received_at=self.at(45, "10:05"),
        )
        self.add("owner_contact_answered", contact_id=contact, answered_at=self.at(45, "10:50"))
        self.paper("年度自我评价报告", clock(date(2023, 12, 26), "16:00"), report_year="2023")

    def visit(self, day: date) -> str:
        """One visit: announced a week ahead, list, approval, sending, visit, report."""
        number = f"ZD{self.no:02d}-{day:%y%m}"
        self.add(
            "site_guidance_scheduled",
            guidance_id=number,
            project_ids=self.id,
            scheduled_start=clock(day, "09:30"),
            scheduled_at=clock(day - timedelta(9), "10:00"),
        ).recorded = clock(day - timedelta(9), "10:00")
        paper = self.paper("拟解决问题清单", clock(day - timedelta(4), "15:00"), guidance_id=number)
        self.approve(paper, clock(day - timedelta(4), "17:20"))
        self.send(paper, clock(day - timedelta(3), "09:00"))
        self.add(
            "site_guidance_held",
            guidance_id=number,
            project_ids=self.id,
            started_at=clock(day, "09:30"),
            ended_at=clock(day, "16:30"),
            purpose="日常指导",
            is_last_implementation_guidance="否",
        )
        self.add(
            "guidance_result_reported",
            guidance_id=number,
            file_format="docx",
            reported_at=clock(day + timedelta(1), "09:00"),
            reported_to_role="公司领导",
        )
        return number

    def implementation(self) -> None:
        """Plans of the departments, photos, statements, records of every quarter."""
        self.own("implementation_started", started_at=self.at(100, "09:00"))
        taught = self.meeting("标准实施培训会", self.at(105, "09:00", work=True), everybody=True)
        self.news(self.at(110, "08:00"), related_event_id=taught)
        for name in ("综合部", "服务部"):
            self.paper("标准实施计划表", self.at(102), department_id=name)
            self.paper("监督检查计划表", self.at(103), department_id=name)
        self.own("supervision_body_named", body_name="监督检查小组", named_at=self.at(101))
        self.paper("监督检查记录表样式", self.at(104))
        for one in self.core:
            self.own(
                "implementation_evidence",
                evidence_id=f"{one}-S",
                standard_id=one,
                evidence_type="佐证说明",
                captured_at=self.at(160),
            )
            for n in range(50):
                code = f"{self.no:02d}{one[-1]}{n:03d}"
                self.own(
                    "implementation_evidence",
                    evidence_id=f"TP{code}",
                    standard_id=one,
                    evidence_type="照片",
                    content_hash=f"h{code}",
                    captured_at=self.at(110 + n).date(),
                )
        for month in months(self.at(100).date() + timedelta(32), UNTIL):
            if month.month % 3 == 0:
                self.own(
                    "records_collated",
                    collated_at=clock(month + timedelta(25), "17:00"),
                    period=f"{month.year}-Q{month.month // 3}",
                    includes_implementation="是",
                    includes_supervision="是",
                )

    def rectification(self) -> None:
        """Problems are listed, planned, put right and reported."""
        self.own("nonconformity_list_completed", completed_at=self.at(50))
        plan = self.paper("整改方案", self.at(52))
        self.send(plan, self.at(54))
        for n in (1, 2, 3):
            number = f"WT{self.no:02d}-{n}"
            self.own(
                "nonconformity",
                nonconformity_id=number,
                standard_id="GB/T 15496",
                found_at=self.at(48),
            )
            self.add(
                "rectification_item",
                nonconformity_id=number,
                due_at=self.at(80).date(),
                completed_at=self.at(75 + n),
            )
        self.own("rectification_followed_up", followed_at=self.at(70))
        self.paper("整改报告", self.at(82))

    def improvement(self) -> None:
        """An exchange, a revision with discussion and notice, and the yearly evaluation."""
        self.meeting("沟通交流会", self.at(195, "10:00", work=True))
        one = self.standards[2]
        self.own("unreasonable_standard_identified", standard_id=one, identified_at=self.at(200))
        self.meeting("修订座谈会", self.at(204, "10:00", work=True), attendee_levels="中层、高层")
        self.own("standard_revised", standard_id=one, revised_at=self.at(212))
        self.own("standard_change_announced", standard_id=one, announced_at=self.at(214))
        if self.at(100).date() < date(2023, 12, 1):
            self.paper("标准实施效果评价报告", datetime(2023, 12, 28, 15, 0), report_year="2023")
        for what in ("查验路线", "解说词"):
            paper = self.paper(what, self.at(360))
            self.send(paper, self.at(361))

    def materials(self) -> None:
        """Three materials are final, confirmed, stamped, archived and scanned."""
        self.own(
            "instruction_given",
            instruction_id=f"JD{self.no:02d}-2",
            subject="存档",
            given_at=self.at(326),
        )
        for n in (1, 2, 3):
            material = f"CL{self.no:02d}-{n}"
            self.paper("其他", self.at(325), form="pdf", number=material)
            self.own("material_finalized", material_id=material, finalized_at=self.at(325))
            self.send(material, self.at(327), to="试点单位")
            self.own(
                "document_confirmed",
                document_id=material,
                confirmer_role="试点单位",
                decision="确认",
                confirmed_at=self.at(329),
            )
            self.own(
                "document_stamped",
                document_id=material,
                stamped_by="试点单位",
                stamped_at=self.at(331),
            )
            self.own(
                "document_archived",
                document_id=material,
                archive_form="纸质和扫描件",
                folder=f"ZB-0{n}",
                archived_at=self.at(333),
            )
            self.own("scan_received", document_id=material, received_at=self.at(332))

    def acceptance(self) -> None:
        """Notice, bound volumes, printed papers, slides, venue and route."""
        day = self.at(400).date()
        self.own(
            "acceptance_notice_received",
            received_at=self.at(370),
            acceptance_at=clock(day, "09:00"),
        )
        self.own("acceptance_headcount_estimated", expected_attendees=20, estimated_at=self.at(385))
        self.own(
            "acceptance_material_bound",
            completed_at=self.at(391),
            score_indicator_ids="ZB-01、ZB-02、ZB-03",
        )
        for what in ("工作总结", "自评报告", "自评分表", "自评分空白表"):
            self.own(
                "acceptance_document_printed",
                document_type=what,
                copies=22,
                printed_at=self.at(396),
            )
        self.paper("汇报PPT", self.at(395), form="pptx")
        self.own("acceptance_venue_ready", ready_at=self.at(398))
        self.own("inspection_route_confirmed", on_site="是", confirmed_at=self.at(398))


def _later(record: Record, end: datetime) -> bool:
    """Tell whether a record belongs after the end; a plan counts from its recording."""
    if record.type in PLANS and record.recorded is not None:
        return record.recorded > end
    found = [v for v in record.fields.values() if isinstance(v, date)]
    times = [v if isinstance(v, datetime) else clock(v, "00:00") for v in found]
    return (bool(times) and record.type != "document_delivered" and min(times) > end) or (
        record.type == "document_delivered" and record.fields["delivered_at"] > end
    )
