"""The sheets of the evaluation export: fact type, name of the sheet, and field with heading."""

from __future__ import annotations

TABLE = [
    (
        "pilot_unit",
        "试点单位",
        "unit_id 单位编号, name 单位名称, pilot_batch 试点批次, domains 业务领域, "
        "service_types 服务类别, listed_on 列入试点日期",
    ),
    (
        "application_submitted",
        "申请记录",
        "unit_id 申请单位编号, round_id 评定轮次, submitted_at 申请提交时间, "
        "has_application_form 申请表, has_commitment_letter 承诺书, "
        "has_self_evaluation_form 有自评表, evidence_ids 佐证编号",
    ),
    (
        "evidence_submitted",
        "佐证资料",
        "evidence_id 材料编号, unit_id 申请单位编号, indicator_no 指标序号, "
        "evidence_type 材料类型, stamped 盖章, authentic 材料真实, valid 有效, "
        "event_date 材料所载日期, submitted_at 材料提交时间",
    ),
    (
        "indicator_rated",
        "指标评分",
        "unit_id 单位编号, round_id 评定轮次, indicator_no 序号, rater 评分方, "
        "rater_name 评委, grade 等级, points 得分数, remark 评分说明, "
        "rated_at 评分时间",
    ),
    (
        "veto_item_assessed",
        "评价指标A",
        "unit_id 申请单位编号, round_id 评定轮次, veto_no 否决项序号, satisfied 满足, "
        "assessed_at 勾选日期",
    ),
    (
        "violation_record",
        "违法记录",
        "unit_id 单位编号, severity 严重程度, decided_on 决定日期, "
        "authority 决定机关, subject 违法事由",
    ),
    (
        "blacklist_entry",
        "失信名单记录",
        "unit_id 单位编号, list_name 名单名称, listed_from 列入时间, listed_to 移出日期",
    ),
    ("ruleset_version", "方案印发", "ruleset_id 方案名称, issued_on 发布日期, round_id 评定轮次"),
    (
        "panel_constituted",
        "小组成立",
        "round_id 评定轮次, constituted_on 组建日期, members 小组成员",
    ),
    (
        "panel_member",
        "小组成员名册",
        "round_id 评定轮次, person_id 人员编号, role 成员角色, "
        "organisation 工作单位, joined_on 加入日期",
    ),
    (
        "stage_completed",
        "阶段记录",
        "round_id 评定轮次, unit_id 单位编号, stage 阶段名称, "
        "completed_at 阶段完成时间, posted_on 公示起始日",
    ),
    (
        "document_check_completed",
        "资料核查完成",
        "unit_id 申请单位编号, round_id 评定轮次, completed_at 核查完成时间, total 综合评分",
    ),
    (
        "on_site_check_completed",
        "现场核查完成",
        "unit_id 单位编号, round_id 评定轮次, mode 评审方式, completed_at 完成时间, "
        "confirmed 是否确认, revised_total 修正分",
    ),
    (
        "result_formed",
        "评定结果",
        "round_id 评定轮次, unit_id 申请单位编号, formed_on 形成日期, passed 是否通过",
    ),
    (
        "public_notice_posted",
        "公示",
        "notice_id 公示编号, round_id 轮次, unit_ids 公示单位, posted_on 公示日期, "
        "ended_on 公示结束日",
    ),
    (
        "objection_received",
        "异议记录",
        "objection_id 异议编号, notice_id 公示文号, unit_id 被异议单位, "
        "round_id 评定轮次, received_at 收到日期, resolved_at 办结日期, "
        "upheld 是否成立",
    ),
    ("award_announced", "获评名单公开", "round_id 轮次, unit_id 单位编号, announced_on 公布日期"),
    (
        "certificate_issued",
        "证书登记",
        "unit_id 单位编号, issued_on 发证日期, certificate_kind 证书种类, "
        "valid_from 有效期起, valid_to 有效期截止日",
    ),
    ("website_notice", "官网公示", "unit_id 单位编号, posted_on 上网日期"),
    (
        "staff_training_completed",
        "人员标准化培训",
        "unit_id 单位编号, person_id 工作人员编号, class_hours 学时, "
        "completed_on 培训完成日期, certificate_id 结业证书编号",
    ),
    (
        "working_staff_assigned",
        "专兼职人员名单",
        "unit_id 单位编号, person_id 人员编号, assigned_on 到岗日期",
    ),
    (
        "meeting_held",
        "会议召开",
        "unit_id 单位编号, meeting_id 会议序号, meeting_type 会议类型, held_on 召开日期",
    ),
    (
        "training_held",
        "培训记录",
        "unit_id 试点单位编号, training_id 培训编号, held_on 培训时间, "
        "standard_levels 所讲标准层级, has_record 有培训记录, "
        "has_assessment 有效果考核",
    ),
]
#: Headings beside the fields.
EXTRA = {"evidence_submitted": ("事实编号",), "indicator_rated": ("事实编号", "更正", "记录时间")}
