"""The sheets of the evaluation export: fact type, name of the sheet, and field with heading."""

from __future__ import annotations

TABLE = [
    ("pilot_unit", "试点单位",
     "unit_id 单位编号, name 单位名称, pilot_batch 试点批次, domains 业务领域, "
     "service_types 服务类别, listed_on 列入试点日期"),
    ("application_submitted", "申请记录",
     "unit_id 申请单位编号, round_id 评定轮次, submitted_at 申请提交时间, "
     "has_application_form 申请表, has_commitment_letter 承诺书, "
     "has_self_evaluation_form 有自评表, evidence_ids 佐证编号"),
    ("evidence_submitted", "佐证资料",
     "evidence_id 材料编号, unit_id 申请单位编号, indicator_no 指标序号, "
     "evidence_type 材料类型, stamped 盖章, authentic 材料真实, valid 有效, "
     "event_date 材料所载日期, submitted_at 材料提交时间"),
    ("indicator_rated", "指标评分",
     "unit_id 单位编号, round_id 评定轮次, indicator_no 序号, rater 评分方, "
     "rater_name 评委, grade 等级, points 得分数, remark 评分说明, rated_at 评分时间"),
    ("veto_item_assessed", "评价指标A",
     "unit_id 申请单位编号, round_id 评定轮次, veto_no 否决项序号, satisfied 满足, "
     "assessed_at 勾选日期"),
    ("violation_record", "违法记录",
     "unit_id 单位编号, severity 严重程度, decided_on 决定日期, authority 决定机关, "
     "subject 违法事由"),
    ("blacklist_entry", "失信名单记录",
     "unit_id 单位编号, list_name 名单名称, listed_from 列入时间, listed_to 移出日期"),
    ("ruleset_version", "方案印发",
     "ruleset_id 方案名称, issued_on 发布日期, round_id 评定轮次"),
    ("panel_constituted", "小组成立",
     "round_id 评定轮次, constituted_on 组建日期, members 小组成员"),
    ("panel_member", "小组成员名册",
     "round_id 评定轮次, person_id 人员编号, role 成员角色, organisation 工作单位, "
     "joined_on 加入日期"),
    ("stage_completed", "阶段记录",
     "round_id 评定轮次, unit_id 单位编号, stage 阶段名称, completed_at 阶段完成时间, "
     "posted_on 公示起始日"),
    ("document_check_completed", "资料核查完成",
     "unit_id 申请单位编号, round_id 评定轮次, completed_at 核查完成时间, "
     "total 综合评分"),
    ("on_site_check_completed", "现场核查完成",
     "unit_id 单位编号, round_id 评定轮次, mode 评审方式, completed_at 完成时间, "
     "confirmed 是否确认, revised_total 修正分"),
    ("result_formed", "评定结果",
     "round_id 评定轮次, unit_id 申请单位编号, formed_on 形成日期, passed 是否通过"),
    ("public_notice_posted", "公示",
     "notice_id 公示编号, round_id 轮次, unit_ids 公示单位, posted_on 公示日期, "
     "ended_on 公示结束日"),
    ("objection_received", "异议记录",
     "objection_id 异议编号, notice_id 公示文号, unit_id 被异议单位, "
     "round_id 评定轮次, received_at 收到日期, resolved_at 办结日期, upheld 是否成立"),
    ("award_announced", "获评名单公开",
     "round_id 轮次, unit_id 单位编号, announced_on 公布日期"),
    ("certificate_issued", "证书登记",
     "unit_id 单位编号, issued_on 发证日期, certificate_kind 证书种类, "
     "valid_from 有效期起, valid_to 有效期截止日"),
    ("website_notice", "官网公示", "unit_id 单位编号, posted_on 上网日期"),
    ("staff_training_completed", "人员标准化培训",
     "unit_id 单位编号, person_id 工作人员编号, class_hours 学时, "
     "completed_on 培训完成日期, certificate_id 结业证书编号"),
    ("working_staff_assigned", "专兼职人员名单",
     "unit_id 单位编号, person_id 人员编号, assigned_on 到岗日期"),
    ("meeting_held", "会议召开",
     "unit_id 单位编号, meeting_id 会议序号, meeting_type 会议类型, held_on 召开日期"),
    ("training_held", "培训记录",
     "unit_id 试点单位编号, training_id 培训编号, held_on 培训时间, "
     "standard_levels 所讲标准层级, has_record 有培训记录, has_assessment 有效果考核"),
    ("leading_body_established", "领导机构设立",
     "unit_id 单位编号, established_on 设立日期, duties_document_id 职责文件"),
    ("post_held", "任职记录",
     "unit_id 试点单位编号, person_id 姓名, is_unit_head 主要负责人, "
     "pilot_post 试点职务, from_date 到任日期"),
    ("working_body_established", "工作机构设立",
     "unit_id 单位编号, established_on 成立日期, has_workplace 有工作场所, "
     "has_materials 有物资"),
    ("plan_document", "规划和计划",
     "unit_id 单位编号, plan_kind 计划种类, mentions_standardization 写入标准化工作, "
     "mentions_pilot 提及试点, issued_on 印发日期"),
    ("measures_document", "标准化管理办法文件",
     "unit_id 试点单位编号, issued_on 发布日期, mechanisms_covered 覆盖的机制"),
    ("funding_document", "经费文件",
     "unit_id 单位编号, issued_on 发布日期, amount 金额, is_long_term 是否长期"),
    ("incentive_document", "激励政策文件",
     "unit_id 单位编号, kind 激励种类, issued_on 发布日期"),
    ("system_document", "体系文件",
     "unit_id 单位编号, part 组成部分, version 版本, completed_on 编制完成日期"),
    ("service_matter", "服务事项", "unit_id 单位编号, matter_id 事项编号, listed_on 列入日期"),
    ("standard_covers_matter", "事项覆盖表",
     "unit_id 单位编号, standard_id 标准号, matter_id 事项名称, "
     "covered_on 事项覆盖日期"),
    ("service_link", "管理服务环节",
     "unit_id 单位编号, link_id 环节编号, is_main 是否主要, listed_on 环节列入日期"),
    ("standard_covers_link", "环节覆盖表",
     "unit_id 单位编号, standard_id 标准编号, link_id 环节编号, "
     "covered_on 环节覆盖日期"),
    ("publication", "对外宣传发布",
     "unit_id 单位编号, channel 宣传渠道, published_on 宣传发布日期, url 宣传网址"),
    ("implementation_plan", "实施计划",
     "unit_id 单位编号, standard_ids 涉及标准, has_procedure 有实施程序, issued_on 印发日期"),
    ("work_record", "融合工作记录",
     "unit_id 试点单位编号, record_kind 记录种类, recorded_on 记录日期"),
    ("alignment_work", "对标达标记录",
     "unit_id 单位编号, standard_ref 对标标准, evidence_kinds 对标材料种类, "
     "done_on 对标日期"),
    ("pre_implementation_check", "实施前检查",
     "unit_id 单位编号, checked_on 实施前检查日期, has_record 有记录"),
    ("implementation_record", "实施记录",
     "unit_id 试点单位编号, subsystem 子体系名称, recorded_on 记录日期, "
     "archived 已存档"),
    ("inspection", "监督检查记录",
     "unit_id 试点单位编号, inspected_on 检查日期, has_record 有检查记录, "
     "problem_handled 已处理"),
    ("self_evaluation", "自我评价记录", "unit_id 试点单位编号, evaluated_on 自我评价日期"),
    ("improvement", "持续改进",
     "unit_id 试点单位编号, improved_on 修订日期, standard_id 改进的标准"),
    ("service_disclosure", "服务公开记录",
     "unit_id 单位编号, item 公开内容, published_on 服务公开日期"),
    ("satisfaction_survey", "满意度测评",
     "unit_id 单位编号, surveyed_on 调查日期, score 满意度, by_third_party 第三方测评"),
    ("rectification", "满意度整改记录", "unit_id 单位编号, rectified_on 整改完成日期"),
    ("complaint_count", "投诉统计表",
     "unit_id 单位编号, period_start 统计起始日, period_end 统计期止, count 投诉件数"),
    ("efficiency_evidence", "效率提升证据",
     "unit_id 单位编号, measure 效率指标, before_value 之前, after_value 试点后数值, "
     "measured_on 对比日期"),
    ("cost_evidence", "成本对比",
     "unit_id 单位编号, measure 对比指标, before_value 之前, after_value 试点后数值, "
     "measured_on 测算日期"),
    ("influence_evidence", "影响力证据",
     "unit_id 试点单位编号, kind 种类, level 级别, dated_on 影响力材料日期"),
    ("research_project", "科研项目",
     "unit_id 单位编号, project_id 项目编号, level 级别, approved_on 立项日期"),
    ("standard_project", "标准制修订项目",
     "unit_id 单位编号, standard_ref 标准号, level 标准层级, role 角色, "
     "approved_on 立项日期, issued_on 标准发布日期, applied 已推广实施, "
     "recorded_on 项目登记日期"),
    ("award_won", "获奖记录",
     "unit_id 单位编号, person_id 获奖人, level 级别, awarded_on 获奖日期"),
    ("pilot_period", "试点期间", "unit_id 单位编号, start_on 试点起始日, end_on 试点结束"),
    ("secretariat_held", "秘书处",
     "unit_id 试点单位编号, body 技术组织名称, level 级别, from_date 承担起始日, "
     "to_date 承担截止日"),
    ("committee_membership", "标准化技术组织委员任职",
     "unit_id 单位编号, person_id 委员编号, body 技术组织, level 级别, "
     "from_date 起始日期, to_date 任职截止日"),
    ("judgement", "人工判断",
     "norm 规范编号, element 要素编号, subject 判断对象, satisfied 判断结果, by 判断人, "
     "judged_at 判断日期"),
]  # fmt: skip
#: Headings beside the fields.
EXTRA = {
    "evidence_submitted": ("事实编号",),
    "indicator_rated": ("事实编号", "更正", "记录时间"),
    "award_announced": ("事实编号",),
}
