"""The centre itself: bodies, duties, plans, the system, checks, information, and its faults."""

from __future__ import annotations

from datetime import date

from _book import Book
from _standards import ORG, PEOPLE, PLAN_FIELDS, UNITS, day

START = date(2019, 1, 1)
YEARS = range(2019, 2025)
BODY, OFFICE, GROUP = "标准化管理机构", "标准化办", "标准化领导小组"
DUTIES = {
    BODY: "法规政策、方针目标计划、管理制度、体系与体系表、制修订、培训宣贯、实施运行、标准化审查、"
          "监督检查评价、档案、信息、外部活动",
    OFFICE: "实施准备与指导、提供资源",
    **dict.fromkeys(UNITS, "下达任务、提出需求、原始记录、问题意见、员工考核"),
}  # fmt: skip
SKILLS = "法规政策、业务与经验、标准化知识与技能、语言文字、组织协调、标准编写"
CHECKED = "资源、关键点、掌握程度、作业过程、作业结果"
CLEANED = "方针目标、体系表与标准、实施检查文件、评价改进文件、其他文件"
AUDITED = "适用性、有效性、效果、问题、修订计划、改进措施"
#: What a person judges of the centre as a whole.
JUDGED = (
    "4.1-comply-with-law", "4.3-practical-focus", "4.4-involve-all-and-improve",
    "5.1-law-and-policy", "7.1.1-follow-national-standards", "7.1.2-lawful", "7.1.4-make-internal",
    "7.2.1-analyse-then-design-own", "7.2.2-structure-quality", "7.2.2-coordinated",
    "7.2.3-fit-business-and-other-systems",
    "7.4.1.b-continuous",
)  # fmt: skip


def agency(book: Book) -> None:
    """Write the registers of the centre."""
    bodies(book)
    plans(book)
    system(book)
    checks(book)
    information(book)
    outside(book)


def bodies(book: Book) -> None:
    """The centre, its units, their duties, and its people."""
    book.add("organisation", ORG, org_id=ORG, name="机关后勤服务中心", applies_from=START,
             role_aliases="服务中心、中心")  # fmt: skip
    kinds = [(BODY, BODY, ""), (OFFICE, OFFICE, BODY), (GROUP, GROUP, "")]
    kinds += [(unit, "部门", "") for unit in UNITS]
    for unit, kind, parent in kinds:
        book.add("org_unit", ORG, unit_id=unit, unit_kind=kind, parent_unit_id=parent,
                 established_on=START, headcount=12)  # fmt: skip
        for duty in DUTIES.get(unit, "").split("、"):
            if duty:
                book.add("duty_assignment", ORG, unit_id=unit, duty_code=duty,
                         assigned_on=day("2019-01-08"), document_id="ZX〔2019〕1号")  # fmt: skip
    book.add("appointment", ORG, person_id="主任", unit_id=GROUP, role="标准化领导机构负责人",
             from_date=day("2019-01-03"), is_leadership_member="是", is_full_time="否")  # fmt: skip
    for n, person in enumerate(PEOPLE):
        book.add("appointment", ORG, person_id=person, unit_id=UNITS[n % 3], role="标准化人员",
                 from_date=day("2019-01-07"), is_full_time="是")  # fmt: skip
        book.add("person", ORG, person_id=person, competencies=SKILLS,
                 standardization_trained_on=day("2014-09-10"),
                 registered_on=day("2019-01-07"))  # fmt: skip


def plans(book: Book) -> None:
    """The master plan, the yearly plans and the plan for running the system."""
    book.add("plan", ORG, plan_id="GH-1", plan_kind="总体规划", approved_on=day("2019-01-15"),
             period_start=day("2019-01-15"), period_end=day("2024-12-31"),
             approver_role=GROUP, plan_fields="管理、服务、保障")  # fmt: skip
    for year in YEARS:
        book.add("plan", ORG, plan_id=f"ND-{year}", plan_kind="年度计划", plan_year=str(year),
                 approved_on=date(year, 3, 31), approver_role=GROUP)  # fmt: skip
    book.add("plan", ORG, plan_id="YX-1", plan_kind="体系运行计划", approved_on=day("2019-03-05"),
             approver_role=BODY,
             plan_fields=f"{PLAN_FIELDS}、协调机构、技术准备、物资准备")  # fmt: skip
    for number, what in (("体系需求分析", "2019-01-20"), ("监督检查机制", "2019-02-01"),
                         ("反馈机制", "2019-02-01"), ("信息管理系统", "2019-06-01"),
                         ("标准档案", "2019-03-01"), ("考评标准", "2019-03-01")):  # fmt: skip
        book.add("policy_document", ORG, document_id=f"ZD-{number}", policy_kind=number,
                 issued_on=day(what))  # fmt: skip
    book.add("security_measure", ORG, measure_id="AQ-1", measure_kind="访问权限",
             in_force_from=day("2019-02-20"))  # fmt: skip


def system(book: Book) -> None:
    """The table of the system in two editions, its release and what a person says of it."""
    for number, when in (("TX-2019", "2019-02-25"), ("TX-2022", "2022-02-25")):
        book.add(
            "system_table", ORG, table_id=number, issued_on=day(when),
            table_parts="标准体系结构图、标准明细表、标准统计表、标准体系编制说明",
            detail_groups="基本信息、关联信息、使用信息",
            detail_columns="标准编号、标准名称、责任部门",
        )  # fmt: skip
    book.add("training_event", ORG, event_id="PX-TX", training_topic="标准体系",
             held_on=day("2019-03-01"), audience_unit_ids="、".join(UNITS))  # fmt: skip
    book.add("system_release", ORG, system_id="TX-2019", released_on=day("2019-02-26"),
             operated_from=day("2019-03-10"))  # fmt: skip
    for norm in JUDGED:
        book.add("judgement", ORG, norm=norm, element="judged", subject=ORG, satisfied="是",
                 by=GROUP, judged_at=day("2024-11-20"))  # fmt: skip


def checks(book: Book) -> None:
    """Inspections, evaluations, appraisals, clean-ups and trainings of every year."""
    for year in YEARS:
        book.add("training_event", ORG, event_id=f"PX-{year}", training_topic="标准化知识",
                 held_on=date(year, 5, 16), audience_unit_ids="、".join(UNITS))  # fmt: skip
        book.add(
            "inspection", ORG, inspection_id=f"JC-{year}", inspection_kind="定期",
            unit_id=UNITS[year % 3], planned_in_plan_id=f"ND-{year}", held_on=date(year, 9, 18),
            inspection_items=CHECKED, method="现场查看与问询", result_document_id=f"JCJL-{year}",
            disposition="已处理",
        )  # fmt: skip
        book.add("evaluation", ORG, evaluation_id=f"YZ-{year}", party="自我",
                 evaluation_kind="一致性评估", held_on=date(year, 10, 15))  # fmt: skip
        book.add("evaluation", ORG, evaluation_id=f"NS-{year}", party="自我",
                 evaluation_kind="内部审核", held_on=date(year, 11, 4),
                 report_items=AUDITED)  # fmt: skip
        for unit in UNITS:
            book.add("appraisal", ORG, appraisal_id=f"KP-{year}-{unit}", unit_id=unit,
                     held_on=date(year, 12, 5), by_role=BODY, result="合格")  # fmt: skip
        book.add("document_cleanup", ORG, cleanup_id=f"QL-{year}", held_on=date(year, 11, 25),
                 cleanup_categories=CLEANED, result_document_id=f"QLJL-{year}")  # fmt: skip
        book.add("employee_assessment", ORG, person_id=PEOPLE[year % 6],
                 unit_id=UNITS[year % 3], assessed_on=date(year, 12, 12),
                 reward_proposal="通报表扬")  # fmt: skip
    book.add("evaluation", ORG, evaluation_id="TXPJ-2023", party="自我", held_on=day("2023-11-08"),
             evaluation_kind="体系评价")  # fmt: skip
    book.add("evaluation", ORG, evaluation_id="DEF-2023", party="第二方", held_on=day("2023-06-06"),
             evaluation_kind="服务评价", methods="现场评价、网络测评",
             report_items="服务质量、服务方式、业务绩效")  # fmt: skip
    book.add("evaluation", ORG, evaluation_id="DSF-2024", party="第三方", held_on=day("2024-06-06"),
             evaluation_kind="服务评价", agency_id="评价机构一")  # fmt: skip


def information(book: Book) -> None:
    """What is collected, what comes back, what is asked for."""
    kinds = ("机关事务法规", "标准化法规", "标准文本", "刊物专著", "标准动态", "试点信息", "其他")
    count = 0
    for year in YEARS:
        for month in (2, 5, 8, 11):
            book.add(
                "information_item", ORG, "XX", item_id=f"XX-{year}-{month:02d}",
                information_category=kinds[count % len(kinds)], source="官方网站",
                collected_on=date(year, month, 20),
                analysed_on=date(year, month, 22), provided_on=date(year, month, 24),
                provided_to="各部门",
            )  # fmt: skip
            count += 1
    for n, when in ((1, "2024-05-06"), (2, "2024-12-16")):
        book.add("feedback_item", ORG, item_id=f"FK-{n}", received_on=day(when),
                 collated_on=day("2024-05-07") if n == 1 else None,
                 reviewed_on=day("2024-05-09") if n == 1 else None,
                 disposed_on=day("2024-05-13") if n == 1 else None)  # fmt: skip
        book.add("contact_log", ORG, unit_id=UNITS[n], contacted_on=day(when), issue_id=f"SX-{n}",
                 resolved_on=day("2024-05-08") if n == 1 else None)  # fmt: skip
        book.add("new_requirement", ORG, requirement_id=f"YQ-{n}", unit_id=UNITS[n],
                 arisen_on=day(when))  # fmt: skip
    book.add("need_statement", ORG, requirement_id="YQ-1", unit_id=UNITS[1],
             submitted_on=day("2024-05-20"), need_content="增补无障碍服务内容")  # fmt: skip


def outside(book: Book) -> None:
    """Two pilot projects that end on a 29 February, and work on standards of others."""
    for number, acceptance in (("SD-1", "2024-02-29"), ("SD-2", "2024-03-01")):
        book.add(
            "pilot_project", ORG, project_id=number, approved_on=day("2022-02-28"),
            period_start=day("2022-03-01"), period_end=day("2024-02-29"), org_unit_id=OFFICE,
            plan_items="目标、进度、措施", executed_items="标准制定、体系构建、标准实施",
            midterm_on=day("2023-02-28"), self_evaluation_on=day("2024-02-28"),
            acceptance_applied_on=day(acceptance), self_evaluation_document_id=f"ZP-{number}",
            report_in_application="是",
        )  # fmt: skip
    book.add("participation", ORG, activity_id="CY-1", participation_kind="标准制修订",
             level="地方标准", participation_role="主持", started_on=day("2022-04-01"),
             contributions="提案、编写、征求意见、审查")  # fmt: skip
    book.add("participation", ORG, activity_id="CY-2", participation_kind="标准制修订",
             level="团体标准", participation_role="参与", started_on=day("2023-04-03"),
             contributions="修改建议")  # fmt: skip
    for number, kind, when in (
        ("PG-1", "参与评估", "2022-01-10"), ("PG-2", "试点评估", "2022-01-12"),
    ):  # fmt: skip
        book.add("participation", ORG, activity_id=number, participation_kind=kind,
                 started_on=day(when))  # fmt: skip


def centre_faults(book: Book) -> None:
    """What is wrong with the centre, as told in `README.md`."""
    book.one("plan", ORG, plan_id="ND-2022").fields["approved_on"] = day("2022-04-01")
    book.one("evaluation", ORG, evaluation_id="YZ-2021").fields["held_on"] = day("2021-10-16")
    book.drop("appraisal", ORG, appraisal_id="KP-2023-会议部")
    book.drop("information_item", ORG, item_id="XX-2021-08")
    book.one("document_cleanup", ORG, cleanup_id="QL-2023").fields["cleanup_categories"] = (
        "方针目标、体系表与标准、实施检查文件、评价改进文件"
    )
    book.one("system_table", ORG, table_id="TX-2022").fields["table_parts"] = (
        "标准体系结构图、标准明细表、标准统计表"
    )
    book.one("judgement", ORG, norm="4.4-involve-all-and-improve").fields["satisfied"] = "否"
    book.drop("judgement", ORG, norm="7.4.1.b-continuous")
    book.one("inspection", ORG, inspection_id="JC-2022").fields["result_document_id"] = None
    book.one("person", ORG, person_id="己六").fields["competencies"] = (
        "法规政策、业务与经验、标准化知识与技能、语言文字、标准编写"
    )
    del book.one("appointment", ORG, person_id="主任").fields["is_leadership_member"]
    book.drop("duty_assignment", ORG, unit_id="会议部", duty_code="员工考核")
    book.one("plan", "BZ-061").fields["plan_fields"] = "方式、内容、步骤、起止时间"
