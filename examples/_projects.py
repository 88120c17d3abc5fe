"""A pilot project as it goes when all goes well: every record of it, by days after the task."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from _book import Book, Record

#: The export shows what had happened by then.
UNTIL = date(2024, 3, 31)
STAGES = [
    "建立组织机构",
    "建立标准体系",
    "宣贯培训",
    "标准实施",
    "现场整改",
    "自我评价",
    "材料整理",
    "试点验收",
]
_FREE = [
    ("2023-01-21", 7),
    ("2023-04-05", 1),
    ("2023-04-29", 5),
    ("2023-06-22", 3),
    ("2023-09-29", 8),
    ("2024-01-01", 1),
    ("2024-02-10", 8),
]
FREE_DAYS = {date.fromisoformat(d) + timedelta(i) for d, n in _FREE for i in range(n)}


def workday(day: date) -> date:
    """Return the day, or the next one on which an office works."""
    while day.weekday() > 4 or day in FREE_DAYS:
        day += timedelta(1)
    return day


def clock(day: date, text: str) -> datetime:
    """Return a time of day on a day."""
    return datetime.combine(day, time.fromisoformat(text))


class Project:
    """Builds the records of one project.

    Args:
        book: Where they go.
        no: Number of the project, 1 to 12.
        task: When the task was received.
        closed: When the project was closed, or None.
    """

    def __init__(self, book: Book, no: int, task: datetime, closed: datetime | None) -> None:
        self.book, self.no, self.task, self.closed = book, no, task, closed
        self.id = f"XZ-2023-{no:02d}"
        self.unit = f"试点单位{no:02d}"
        self.core = [f"Q/SD{no:02d} {n:03d}" for n in (1, 2)]
        self.standards = [*self.core, *(f"Q/SD{no:02d} {n:03d}" for n in (3, 4, 5))]

    def at(self, days: int, text: str = "10:00", work: bool = False) -> datetime:
        """Return a time some days after the task, on a working day if `work`."""
        day = self.task.date() + timedelta(days)
        return clock(workday(day) if work else day, text)

    def add(self, kind: str, prefix: str = "", **fields: Any) -> Record:
        """Add a record of the project."""
        return self.book.add(kind, self.id, prefix, **fields)

    def own(self, kind: str, prefix: str = "", **fields: Any) -> Record:
        """Add a record that carries the project's number."""
        return self.add(kind, prefix, project_id=self.id, **fields)

    def paper(
        self, what: str, when: datetime, form: str = "word", number: str = "", **more: Any
    ) -> str:
        """Add a finished document; return its number."""
        before = len(self.book.find("document_completed", self.id))
        number = number or f"{self.id}-{before + 1:03d}"
        self.own(
            "document_completed",
            "WJ",
            document_id=number,
            document_type=what,
            completed_at=when,
            author_role="项目负责人",
            file_format=form,
            version="1",
            **more,
        )
        return number

    def approve(self, number: str, when: datetime) -> None:
        """A leader of the company approves."""
        self.own(
            "document_approved",
            document_id=number,
            approver_role="公司领导",
            decision="通过",
            decided_at=when,
        )

    def send(self, number: str, when: datetime, to: str = "业主", **more: Any) -> None:
        """Send a document."""
        self.own(
            "document_delivered",
            document_id=number,
            recipient_role=to,
            delivered_at=when,
            channel="邮件",
            **more,
        )

    def event_papers(self, event: str, when: datetime, photos: str) -> None:
        """Photos and sign-in sheet come in on the next working day and are worked up."""
        day = workday(when.date() + timedelta(1))
        for kind, hour in ((photos, "09:30"), ("签到表", "10:10")):
            self.own(
                "material_received",
                material_type=kind,
                related_event_id=event,
                received_at=clock(day, hour),
            )
        self.own("material_compiled", related_event_id=event, compiled_at=clock(day, "16:40"))

    def meeting(self, what: str, when: datetime, everybody: bool = False, **more: Any) -> str:
        """Hold a meeting; return its number."""
        number = f"HY{self.no:02d}-{len(self.book.find('meeting_held', self.id)) + 1:02d}"
        self.own(
            "meeting_held",
            "HJ",
            meeting_id=number,
            meeting_type=what,
            held_at=when,
            attendee_roles="试点单位、项目负责人",
            is_all_staff="是" if everybody else "否",
            **{"attendee_levels": "中层、员工", **more},
        )
        self.event_papers(number, when, "会议照片")
        return number

    # --- the work ----------------------------------------------------------------------------

    def start(self) -> None:
        """The task, the schedule, and the docking two days later."""
        self.own(
            "project",
            contractor_id="guangxi_xiezhi",
            pilot_kind="标准化良好行为试点",
            owner_id=f"业主{self.no:02d}",
            pilot_unit_id=self.unit,
        )
        self.own(
            "project_task_received",
            received_at=self.task,
            received_by="项目负责人",
            pilot_kind="良好行为试点",
            owner_id=f"业主{self.no:02d}",
        )
        plan = self.paper("推进计划表", self.at(1, "16:30"), covers_whole_project="是")
        for n, stage in enumerate(STAGES):
            self.add(
                "schedule_item",
                document_id=plan,
                stage=stage,
                planned_date=self.at(60 + 48 * n).date(),
            ).recorded = self.at(1, "16:30")
        for n in (1, 2, 3):
            self.add(
                "schedule_item",
                document_id=plan,
                stage="材料整理",
                planned_date=self.at(330).date(),
                material_id=f"CL{self.no:02d}-{n}",
            ).recorded = self.at(1, "16:30")
        for n, stage in enumerate(STAGES):
            self.own("stage_entered", stage=stage, entered_at=self.at(2 + 48 * n))
        self.own("project_docked", docked_at=self.at(2, "14:00"))
        self.own("guidance_started", started_at=self.at(2, "14:00"))
        if self.closed:
            self.own("project_closed", closed_at=self.closed)

    def organisation(self) -> None:
        """Papers of the organisation, plaque and rules, the meetings of the leading group."""
        for n in (1, 2, 3):
            paper = self.paper("制度文件", self.at(6, f"1{n}:20"), score_indicator_ids=f"ZB-0{n}")
            self.send(paper, self.at(8, "09:15"))
            self.add("document_supplemented", document_id=paper, supplemented_at=self.at(15))
            self.own(
                "document_stamped", document_id=paper, stamped_by="业主", stamped_at=self.at(18)
            )
            self.own(
                "document_archived",
                document_id=paper,
                archive_form="扫描件",
                folder=f"ZB-0{n}",
                archived_at=self.at(20),
            )
        for n, what in enumerate(("办公室牌匾", "上墙制度"), start=1):
            self.own(
                "artifact_made",
                artifact_id=f"SW{self.no:02d}-{n}",
                artifact_type=what,
                made_at=self.at(26),
            )
        self.paper("标准化工作管理办法", self.at(12, "15:40"))
        scheme = self.paper("实施方案", self.at(11, "15:00"))
        self.add(
            "document_issued",
            document_id=scheme,
            issued_by="试点单位",
            issued_at=self.at(13, "11:00"),
        )
        self.paper("领导小组会议计划表", self.at(28))
        self.meeting("启动大会", self.at(30, "09:00", work=True), everybody=True)
        for n in range(8):
            self.meeting("领导小组会议", self.at(35 + 35 * n, "15:00", work=True))

    def system(self) -> None:
        """The standard system: lists, the owner's material, texts, comments, confirmation."""
        self.paper("事项梳理清单", self.at(4))
        details = self.paper("标准体系明细表", self.at(8, "11:30"), form="xlsx")
        cores = self.paper("核心标准清单", self.at(9, "11:30"), form="xlsx")
        self.approve(details, self.at(9, "17:10"))
        self.approve(cores, self.at(10, "17:10"))
        self.own("detail_list_fixed", fixed_at=self.at(10, "17:30"))
        for one in self.standards:
            self.own("detail_list_item", standard_id=one, listed_at=self.at(8, "11:30"))
        for one in self.core:
            self.own("core_standard_listed", standard_id=one, listed_at=self.at(9, "11:30"))
        for n in (1, 2, 3):
            self.own(
                "owner_material_requested",
                material_id=f"ZL{self.no:02d}-{n}",
                requested_at=self.at(11),
            )
            self.own(
                "owner_material_received",
                material_id=f"ZL{self.no:02d}-{n}",
                received_at=self.at(15 + n),
            )
        self.own("owner_material_collected", collected_at=self.at(21))
        for n, one in enumerate(self.standards):
            self.text(one, 28 + 7 * n)
        for n, one in enumerate(self.standards[:3], start=1):
            form = f"BG{self.no:02d}-{n}"
            self.own("used_form", form_id=form)
            self.add("standard_embeds_form", standard_id=one, form_id=form)
        batch = f"YJ{self.no:02d}"
        self.own(
            "owner_comments_returned",
            comment_batch_id=batch,
            standard_ids="、".join(self.standards[:2]),
            returned_at=self.at(70),
        )
        self.add("comments_resolved", comment_batch_id=batch, resolved_at=self.at(75))
        self.own("standard_system_confirmed", confirmed_at=self.at(85))
        for n, item in enumerate("abcde"):
            self.own(
                "work_item_completed", item_id=item, completed_at=self.at((9, 10, 21, 57, 76)[n])
            )
        self.meeting("发布会议", self.at(90, "09:00", work=True))

    def text(self, standard: str, day: int) -> None:
        """One standard is written, a core one approved, sent and confirmed."""
        self.own(
            "standard_text_completed", standard_id=standard, completed_at=self.at(day, "09:00")
        )
        # The register of documents lists the standards too.
        self.paper("其他", self.at(day, "09:00"), number=standard)
        if standard in self.core:
            self.approve(standard, self.at(day, "11:00"))
        self.send(standard, self.at(day, "16:00"), feedback_due_at=self.at(day + 10).date())
        self.own(
            "document_confirmed",
            document_id=standard,
            confirmer_role="业主",
            decision="确认",
            confirmed_at=self.at(80),
        )
        self.own("standard_printed", standard_id=standard, printed_at=self.at(92))

    def training(self) -> None:
        """Plans of both years, trainings with their news and papers, handbook, trainers."""
        self.training_plans()
        self.paper("签到表样式", self.at(40))
        book = self.paper("标准化基础知识手册", self.at(88), form="pdf")
        self.add("document_issued", document_id=book, issued_by="试点单位", issued_at=self.at(94))
        self.paper("基础知识考试样卷", self.at(93))
        names = self.paper("培训老师名单", self.at(86))
        self.approve(names, self.at(87))
        for n in (1, 2):
            self.own("trainer_assigned", person_id=f"培训老师{n}", assigned_at=self.at(87))
        measures = self.paper("标准化工作考核办法", self.at(110))
        self.add(
            "document_issued", document_id=measures, issued_by="试点单位", issued_at=self.at(115)
        )
        self.own(
            "instruction_given",
            instruction_id=f"JD{self.no:02d}-1",
            subject="打印标准文本",
            given_at=self.at(91),
        )
        for n, what in enumerate(("标语", "展板", "横幅"), start=3):
            self.own(
                "artifact_made",
                artifact_id=f"SW{self.no:02d}-{n}",
                artifact_type=what,
                made_at=self.at(98),
            )
        for n, day in enumerate((97, 126, 155, 184), start=1):
            when = self.at(day, "09:00", work=True)
            number = f"PX{self.no:02d}-{n}"
            self.own(
                "training_held",
                training_id=number,
                held_at=when,
                is_all_staff="是" if n == 1 else "否",
                at_regular_meeting="是",
                standard_ids="、".join(self.core),
                topic="基础知识" if n == 1 else "宣贯",
            )
            self.event_papers(number, when, "培训照片")
            self.own(
                "training_material_archived",
                training_ids=number,
                month=f"{when:%Y-%m}",
                has_photos="√",
                has_sign_in="√",
                archived_at=when + timedelta(hours=8),
            )
        self.news(self.at(100, "08:00"), related_event_id=f"PX{self.no:02d}-1")

    def training_plans(self) -> None:
        """Plans of the unit and of its two departments, and the expert's visits."""
        for name in ("综合部", "服务部"):
            self.own("pilot_department", department_id=name, active_from=self.at(2).date())
        first = min(self.at(60), datetime(2023, 12, 20, 10, 0))
        for year, when in (("2023", first), ("2024", datetime(2024, 1, 10, 10, 0))):
            plans = [self.paper("年度宣贯培训计划", when, plan_year=year)]
            for name in ("综合部", "服务部"):
                plans.append(self.paper("部门培训计划", when, plan_year=year, department_id=name))
            for plan in plans:
                for n, one in enumerate(self.core):
                    self.add(
                        "training_plan_item",
                        document_id=plan,
                        standard_id=one,
                        month=f"{year}-{11 + n}",
                    )
        for n, day in enumerate((130, 250), start=1):
            planned = self.add(
                "expert_visit_planned",
                project_id=self.id,
                visit_id=f"ZJ{self.no:02d}-{n}",
                planned_at=self.at(day),
                expert_id=f"专家{n}",
                purpose="实地指导" if n == 1 else "标准宣贯",
            )
            planned.recorded = self.at(64)

    def news(self, when: datetime, level: str = "地市级", **more: Any) -> None:
        """A report in a newspaper."""
        number = f"XW{self.no:02d}-{len(self.book.find('news_published', self.id)) + 1}"
        self.add(
            "news_published",
            "XW",
            news_id=number,
            project_ids=self.id,
            published_at=when,
            outlet_name="市日报",
            outlet_level=level,
            outlet_sponsor_kind="党媒",
            subject=f"{self.unit}标准化试点",
            **more,
        )
