"""The records behind the score rows of one applicant: bodies, plans, trainings, surveys, awards."""

from __future__ import annotations

from datetime import date
from typing import Any

from _book import Book

#: Row -> fact types with their values, as a unit keeps them that does everything.
ROW_FACTS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "1": [("leading_body_established", {"established_on": date(2021, 1, 8),
                                        "duties_document_id": "职责文件1"})],
    "2": [("post_held", {"person_id": "R1", "is_unit_head": "是", "pilot_post": "组长",
                         "from_date": date(2021, 1, 8)})],
    "3": [("working_body_established", {"established_on": date(2021, 1, 8),
                                        "has_workplace": "有", "has_materials": "有"})],
    "4": [("working_staff_assigned", {"person_id": f"R{n}", "assigned_on": date(2021, 1, 8)})
          for n in (2, 3)]
    + [("staff_training_completed", {"person_id": f"R{n}", "class_hours": hours,
                                     "certificate_id": f"PX-{n}-{hours}",
                                     "completed_on": date(2021, 6, 2 * n)})
       for n, hours in ((2, 10), (3, 6), (3, 4))],
    "5": [("plan_document", {"plan_kind": kind, "mentions_standardization": "是",
                             "mentions_pilot": "是", "issued_on": date(2021, 2, 1)})
          for kind in ("规划", "年度计划")],
    "6": [("measures_document", {"issued_on": date(2021, 3, 1), "mechanisms_covered":
                                 "体系建设、制修订、发布、培训、改进、考核"})],
    "7": [("funding_document", {"issued_on": date(2021, 3, 1), "amount": 200000,
                                "is_long_term": "是"})],
    "8": [("incentive_document", {"kind": "机制", "issued_on": date(2021, 3, 1)})],
    "9": [("system_document", {"part": "框架", "completed_on": date(2021, 9, 1)})],
    "10": [("system_document", {"part": part, "completed_on": date(2021, 9, 1)})
           for part in ("明细表", "统计表")],
    "11": [("system_document", {"part": "制修订计划", "completed_on": date(2021, 9, 1)})],
    "12": [("system_document", {"part": "说明", "completed_on": date(2021, 9, 1)})],
    "13": [("service_matter", {"matter_id": "接待", "listed_on": date(2021, 5, 1)}),
           ("standard_covers_matter", {"matter_id": "接待", "standard_id": "QB 01",
                                       "covered_on": date(2021, 9, 1)})],
    "14": [("service_link", {"link_id": "评估", "is_main": "是", "listed_on": date(2021, 5, 1)}),
           ("standard_covers_link", {"link_id": "评估", "standard_id": "QB 02",
                                     "covered_on": date(2021, 9, 1)})],
    "22": [("meeting_held", {"meeting_id": "H1", "meeting_type": "动员会",
                             "held_on": date(2021, 1, 15)})],
    "23": [("training_held", {"training_id": f"T{n}", "held_on": date(2021, 4 + n, 12),
                              "standard_levels": "国标、地标", "has_record": "有",
                              "has_assessment": "有"}) for n in (1, 2)],
    "24": [("publication", {"channel": "内部", "published_on": date(2021, 11, 8)})],
    "25": [("publication", {"channel": "微信公众号", "published_on": date(2021, 12, 3)})],
    "26": [("implementation_plan", {"standard_ids": "QB 01、QB 02", "has_procedure": "有",
                                    "issued_on": date(2021, 10, 8)})],
    "27": [("work_record", {"record_kind": "过程记录", "recorded_on": date(2022, 3, 1)})],
    "29": [("pre_implementation_check", {"checked_on": date(2021, 10, 20), "has_record": "是"})],
    "30": [("implementation_record", {"subsystem": "服务提供", "archived": "是",
                                      "recorded_on": date(2022, 3, 1)})],
    "31": [("inspection", {"inspected_on": date(2022, 4, 1), "has_record": "有",
                           "problem_handled": "是"})],
    "32": [("self_evaluation", {"evaluated_on": date(2022, 6, 1)}),
           ("improvement", {"improved_on": date(2022, 7, 1), "standard_id": "QB 02"})],
    "34": [("service_disclosure", {"item": item, "published_on": date(2022, 1, 10)})
           for item in ("流程", "时限")],
    "35": [("satisfaction_survey", {"surveyed_on": date(2022, 5, 1), "score": 96.5,
                                    "by_third_party": "否"})],
    "36": [("satisfaction_survey", {"surveyed_on": date(2022, 8, 1), "score": 97,
                                    "by_third_party": "是"})],
    "37": [("rectification", {"rectified_on": date(2022, 5, 20)})],
    "38": [("complaint_count", {"period_start": date(2022, 3 * q - 2, 1), "count": 3 - q,
                                "period_end": date(2022, 3 * q, 28)}) for q in (1, 2, 3)],
    "39": [("efficiency_evidence", {"measure": "等候分钟", "before_value": 25, "after_value": 12,
                                    "measured_on": date(2022, 9, 1)})],
    "40": [("cost_evidence", {"measure": "单次成本", "before_value": 48, "after_value": 41,
                              "measured_on": date(2022, 9, 1)})],
    "41": [("influence_evidence", {"kind": "品牌", "level": "市级", "dated_on": date(2022, 6, 1)})],
    "42": [("research_project", {"project_id": "KY1", "level": "市级",
                                 "approved_on": date(2021, 8, 1)})],
    "43": [("standard_project", {"standard_ref": "地方标准一", "level": "地标", "role": "参与",
                                 "approved_on": date(2021, 7, 1), "applied": "是",
                                 "recorded_on": date(2021, 7, 1)})],
    "44": [("pilot_period", {"start_on": date(2020, 11, 16), "end_on": date(2022, 11, 15)}),
           ("award_won", {"person_id": "R1", "level": "市级", "awarded_on": date(2022, 5, 6)})],
    "45": [("secretariat_held", {"body": "市标准化技术委员会", "level": "市级",
                                 "from_date": date(2021, 1, 1)})],
    "46": [("committee_membership", {"person_id": "R1", "body": "市标准化技术委员会",
                                     "level": "市级", "from_date": date(2021, 1, 1)})],
}  # fmt: skip


def row_facts(book: Book, unit_id: str, without: set[str], domains: str) -> None:
    """Add the records of one unit, but for the rows on which it got nothing."""
    for row, facts in ROW_FACTS.items():
        if row not in without:
            for kind, fields in facts:
                book.add(kind, unit_id, unit_id=unit_id, **fields)
    for domain, standard in (("养老", "GB 38600-2019"), ("社会工作", "社工地方标准")):
        if domain in domains and "28" not in without:
            book.add("alignment_work", unit_id, unit_id=unit_id, standard_ref=standard,
                     evidence_kinds="记录、报告", done_on=date(2022, 4, 6))  # fmt: skip
