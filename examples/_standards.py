"""One standard through its life: opened, drafted, approved, issued, used, reviewed, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from _book import Book, Record

ORG = "ZX01"
CHARACTER = "文明性、时间性、舒适性、安全性、经济性、功能性"
ALL_ITEMS = f"{CHARACTER}、服务流程、服务提供、服务质量与控制、验证"
ALL_FIELDS = "名称、必要性、主要内容、项目负责人、计划完成时间、费用、调研、试验"
RESEARCHED = "外部信息、内部信息、国内外现状、科技成果、数据资料、相关标准"
PLAN_FIELDS = "内容、方式、步骤、起止时间、负责人员、应达到的要求"
FOCUS = "法规政策一致、实际需求、体系协调、内容完整、格式规范"
UNITS = ("餐饮部", "物业部", "会议部")
PEOPLE = ("甲一", "乙二", "丙三", "丁四", "戊五", "己六")


def day(text: str) -> date:
    """Read an ISO day."""
    return date.fromisoformat(text)


@dataclass
class Standard:
    """What is special about one standard.

    Attributes:
        no: Its sequence number.
        issued: The day of issue; of an outside standard the day of its entry.
        reviews: (day, outcome), oldest first.
        level: 组织内部标准 is made by the centre; the others are taken over.
        mandatory: Whether an outside standard is binding by law.
    """

    no: int
    issued: date
    reviews: list[tuple[date, str]] = field(default_factory=list)
    level: str = "组织内部标准"
    mandatory: bool = False

    @property
    def id(self) -> str:
        """The id of the standard, which is that of its case."""
        return f"BZ-{self.no:03d}"

    @property
    def service(self) -> bool:
        """Every fourth one is a standard of service."""
        return self.no % 4 == 0

    @property
    def special(self) -> bool:
        """Every tenth one has special requirements."""
        return self.no % 10 == 0

    @property
    def verified(self) -> bool:
        """Every fifth one has to be verified."""
        return self.no % 5 == 0

    @property
    def own(self) -> bool:
        """Whether the centre makes it."""
        return self.level == "组织内部标准"

    @property
    def binding(self) -> str:
        """What makes it binding."""
        return "自有" if self.own else "强制或法定要求" if self.mandatory else "推荐"


class Life:
    """Writes the records of one standard into the two registers.

    Args:
        book: The register of standards.
        agency: The registers of the centre: plans, trainings, judgements.
        one: The standard.
    """

    def __init__(self, book: Book, agency: Book, one: Standard) -> None:
        self.book, self.agency, self.one = book, agency, one
        self.year = one.issued.year

    def add(self, kind: str, prefix: str = "", /, **fields: object) -> Record:
        """Add a record of the standard."""
        return self.book.add(kind, self.one.id, prefix, standard_id=self.one.id, **fields)

    def judged(self, norm: str, subject: str, when: date, element: str = "judged") -> None:
        """Add the judgement of a person."""
        self.agency.add(
            "judgement", self.one.id, norm=norm, element=element, subject=subject,
            satisfied="是", by="标准化办", judged_at=when,
        )  # fmt: skip

    def build(self) -> None:
        """Write its whole life."""
        self.opened()
        if self.one.own:
            self.making(self.one.issued, 0)
        self.issue(self.one.issued, 0)
        self.use()
        for number, (when, outcome) in enumerate(self.one.reviews, start=1):
            self.review(when, outcome, number)

    def number(self, year: int) -> str:
        """Return its number with a year."""
        return f"Q/JGHQ {self.one.no:03d}-{year}"

    def opened(self) -> None:
        """The entry in the list of standards, and the assessment of what others offer."""
        one, start = self.one, self.one.issued - timedelta(200)
        gone = any(outcome == "废止" for _, outcome in one.reviews)
        record = self.add(
            "standard", "BZT", org_id=ORG, number=self.number(self.year), sequence_no=one.no,
            year_code=self.year, prefix="Q/JGHQ", title=f"后勤服务规范 第{one.no}部分",
            level=one.level, origin="自主研制" if one.own else "直接采用",
            status="废止" if gone else "现行", opened_on=start, issued_on=one.issued,
            effective_on=one.issued + timedelta(30), approved_on=one.issued - timedelta(20),
            special_requirements="是" if one.special else "否",
            service_standard="是" if one.service else "否",
            standard_items=ALL_ITEMS if one.service else None,
            in_system="否" if gone else "是", needs_verification="是" if one.verified else "否",
        )  # fmt: skip
        self.judged("7.1.6-classification-drafting", one.id, one.issued)
        if one.service:
            self.judged("8.3.3-consider-stakeholders", record.id, one.issued)
        self.add(
            "adoption_review", ref_number=None if one.own else f"DB 00/T {one.no}",
            level=None if one.own else one.level, binding=one.binding,
            reviewed_on=start + timedelta(5),
            adoption_decision="无适用标准" if one.own else "采用",
        )  # fmt: skip

    def paper(self, what: str, when: date, revision: int, items: str | None = None) -> Record:
        """Add a paper of the procedure."""
        record = self.add(
            "document", "WJ", document_kind=what, revision_no=revision, dated_on=when,
            document_items=items,
        )  # fmt: skip
        record.fields["document_id"] = record.id
        return record

    def stage(self, what: str, first: date, last: date, revision: int) -> None:
        """Add a stage of the procedure."""
        self.add(
            "stage_event", revision_no=revision, stage=what, started_on=first,
            completed_on=last, actor_unit_id=UNITS[self.one.no % 3],
        )  # fmt: skip

    def making(self, issued: date, revision: int) -> None:
        """The obligatory stages of one edition, each with its papers."""

        def before(days: int) -> date:
            return issued - timedelta(days)

        unit = UNITS[self.one.no % 3]
        self.add(
            "proposal", proposal_id=f"LX-{self.one.no:03d}-{revision}", revision_no=revision,
            submitted_on=before(190), submitter_unit_id=unit, addressee_role="标准化领导小组",
            proposal_fields=ALL_FIELDS, decision="同意", decided_on=before(183),
            decided_by_role="标准化领导小组",
        )  # fmt: skip
        members = "、".join(PEOPLE[(self.one.no + n) % len(PEOPLE)] for n in range(3))
        self.paper("过程与需求识别", before(178), revision)
        self.add("drafting_group", revision_no=revision, formed_on=before(177), member_ids=members)
        self.stage("起草", before(175), before(120), revision)
        self.paper("调研资料", before(150), revision, RESEARCHED)
        draft = self.paper("标准草案", before(125), revision)
        self.judged("8.2.3.5-coordinate", draft.id, before(120))
        self.judged("8.2.3.6-format", draft.id, before(120))
        self.paper("编制说明", before(122), revision)
        if self.one.verified:
            self.paper("验证报告", before(121), revision)
        self.paper("征求意见稿", before(118), revision)
        self.add(
            "consultation", revision_no=revision, sent_on=before(117), closed_on=before(87),
            recipient_roles="执行部门、监督部门、服务对象", includes_drafting_note="是",
        )  # fmt: skip
        self.stage("征求意见", before(117), before(85), revision)
        self.reviewing(issued, revision)

    def reviewing(self, issued: date, revision: int) -> None:
        """Review, approval and the number."""

        def before(days: int) -> date:
            return issued - timedelta(days)

        self.paper("意见汇总", before(85), revision)
        self.paper("送审稿", before(75), revision)
        extra = "、验证报告" if self.one.verified else ""
        self.paper("送审材料", before(70), revision, f"送审稿、编制说明、不同意见处理{extra}")
        minutes = self.paper("审查纪要", before(58), revision)
        self.add(
            "review_meeting", revision_no=revision, held_on=before(60), mode="会审",
            participant_roles="专业人员、部门代表", focus_items=FOCUS,
            minutes_document_id=minutes.id, conclusion="通过",
        )  # fmt: skip
        self.stage("审查", before(60), before(58), revision)
        self.paper("报批稿", before(50), revision)
        self.paper("报批材料", before(45), revision, "报批稿、编制说明、审核和审查意见")
        self.add("approval", revision_no=revision, approver_role="分管领导", decision="同意",
                 decided_on=before(20))  # fmt: skip
        self.stage("批准", before(45), before(20), revision)
        registered = self.add(
            "number_registry", "DJ", revision_no=revision, number=self.number(issued.year),
            sequence_no=self.one.no, year_code=issued.year, assigned_on=before(10),
            number_unique="是",
        )  # fmt: skip
        self.judged("8.2.6.3-numbering-scheme", registered.id, before(10))
        self.add(
            "publication", "FB", revision_no=revision, published_on=issued,
            effective_on=issued + timedelta(30), published_by_role="标准化管理机构",
            number=self.number(issued.year),
        )  # fmt: skip

    def issue(self, issued: date, revision: int, review: str = "") -> None:
        """The edition, from which the years to its review are counted."""
        self.add(
            "standard_issue", "BC", review_id=review, issued_on=issued, issue_year=issued.year,
            old_sequence_no=self.one.no, old_year_code=self.year, new_sequence_no=self.one.no,
            new_year_code=issued.year, revised="是" if revision else "否",
        )  # fmt: skip
        self.year = issued.year

    def use(self) -> None:
        """Entry into the system, plan, training, texts, and the records of its use."""
        one, issued = self.one, self.one.issued
        self.add("system_entry", "TX", entered_on=issued + timedelta(5), level=one.level,
                 binding=one.binding, higher_standard_exists="否")  # fmt: skip
        self.agency.add(
            "plan", one.id, plan_id=f"SS-{one.no:03d}", plan_kind="标准实施计划",
            approved_on=issued + timedelta(12), approver_role="标准化办",
            plan_fields=PLAN_FIELDS, standard_id=one.id,
        )  # fmt: skip
        self.agency.add(
            "training_event", one.id, event_id=f"XG-{one.no:03d}", training_topic="标准宣贯",
            standard_id=one.id, held_on=issued + timedelta(20),
            audience_unit_ids="、".join(UNITS),
        )  # fmt: skip
        for unit in UNITS[: 1 + one.no % 2]:
            self.add("concerned_unit", unit_id=unit, listed_on=issued)
            self.add("distribution", unit_id=unit, received_on=issued + timedelta(10),
                     copy_kind="纸质")  # fmt: skip
        if one.special:
            self.add("key_point_control", requirement_kind="安全", key_point="燃气与用电",
                     measure="每日巡查并登记", listed_on=issued + timedelta(15))  # fmt: skip
        for n in (1, 2):
            self.add(
                "implementation_record", record_id=f"JL-{one.no:03d}-{n}",
                recorded_on=issued + timedelta(20 + 15 * n), record_content="按标准作业",
                recorder_id=PEOPLE[one.no % len(PEOPLE)], medium="记录表卡",
                archived_on=issued + timedelta(25 + 15 * n),
            )  # fmt: skip

    def review(self, when: date, outcome: str, number: int) -> None:
        """A review, and what follows from its outcome."""
        one, review = self.one, f"FS-{self.one.no:03d}-{number}"
        confirmed = outcome == "确认"
        record = self.add(
            "standard_review", "FS", review_id=review, reviewed_on=when, review_trigger="周期",
            outcome=outcome, old_sequence_no=one.no, old_year_code=self.year,
            new_sequence_no=one.no if confirmed else None,
            new_year_code=self.year if confirmed else None,
            cover_mark=str(when.year) if confirmed else None, reviewed_year=when.year,
        )  # fmt: skip
        record.id = review
        if confirmed:
            self.judged("10.2.3.a-confirm", review, when)
        elif outcome == "修订":
            self.making(when + timedelta(210), number)
            self.issue(when + timedelta(210), number, review)
        else:
            self.add("withdrawal", review_id=review, withdrawn_on=when + timedelta(20),
                     removed_from_system="是")  # fmt: skip
