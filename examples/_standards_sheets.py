"""The sheets of the two registers of standards: fact type, name of the sheet, field and heading."""

from __future__ import annotations

_STANDARD = "standard_id 标准代号, revision_no 版次, "
#: The register of every standard from its opening to its withdrawal.
LIFE = [
    ("standard", "标准台账",
     "standard_id 标准代号, org_id 单位编号, number 标准编号, sequence_no 顺序号, "
     "year_code 年代号, prefix 编号前缀, title 标准名称, level 级别, origin 编写途径, "
     "status 标准状态, opened_on 建档日期, issued_on 发布日期, effective_on 实施日期, "
     "approved_on 批准日期, special_requirements 特定要求, service_standard 服务标准, "
     "standard_items 标准内容, in_system 在体系内, needs_verification 是否需要验证"),
    ("adoption_review", "标准采用评审",
     "ref_number 引用标准号, standard_id 标准代号, level 级别, binding 约束性, "
     "reviewed_on 评审日期, adoption_decision 采用决定"),
    ("proposal", "立项申请报告",
     "proposal_id 申请编号, " + _STANDARD + "submitted_on 申请日期, submitter_unit_id 申请部门, "
     "addressee_role 报送对象, proposal_fields 申请内容, decision 审查意见, "
     "decided_on 审查同意日期, decided_by_role 决定机构"),
    ("drafting_group", "起草小组", _STANDARD + "formed_on 组建日期, member_ids 成员"),
    ("stage_event", "阶段台账",
     _STANDARD + "stage 阶段, started_on 启动时间, completed_on 完成时间, "
     "actor_unit_id 责任部门"),
    ("document", "过程文件",
     "document_id 文号, document_kind 文件类别, " + _STANDARD + "dated_on 形成日期, "
     "document_items 文件内容"),
    ("consultation", "征求意见记录",
     _STANDARD + "sent_on 发出日期, recipient_roles 征求对象, closed_on 截止日期, "
     "includes_drafting_note 附编制说明"),
    ("review_meeting", "审查会",
     _STANDARD + "held_on 开展日期, mode 审查方式, participant_roles 参加人员, "
     "focus_items 审查重点, minutes_document_id 审查纪要, conclusion 审查结论"),
    ("approval", "审批记录",
     _STANDARD + "approver_role 审批人, decision 审查意见, decided_on 审查同意日期"),
    ("number_registry", "标准编号登记",
     _STANDARD + "number 标准编号, sequence_no 顺序号, year_code 年号, assigned_on 登记日期, "
     "number_unique 编号无重复"),
    ("publication", "发布公告",
     _STANDARD + "published_on 公布日期, effective_on 生效日期, published_by_role 发布机构, "
     "number 标准编号"),
    ("standard_issue", "版次记录",
     "standard_id 标准代号, review_id 复审编号, issued_on 印发日期, issue_year 发布年份, "
     "old_sequence_no 原顺序号, old_year_code 原年号, new_sequence_no 新顺序号, "
     "new_year_code 新年号, revised 为修订版"),
    ("system_entry", "纳入体系记录",
     "standard_id 标准代号, entered_on 纳入日期, level 级别, binding 约束性, "
     "higher_standard_exists 有适用上级标准"),
    ("concerned_unit", "标准实施部门", "standard_id 标准代号, unit_id 部门, listed_on 列入日期"),
    ("distribution", "发放记录",
     "standard_id 标准代号, unit_id 部门, received_on 收到日期, copy_kind 文本形式"),
    ("key_point_control", "关键点清单",
     "standard_id 标准代号, requirement_kind 要求类别, key_point 关键点, measure 控制措施, "
     "listed_on 列入日期"),
    ("implementation_record", "记录表",
     "record_id 记录编号, standard_id 标准代号, recorded_on 记录日期, record_content 记录内容, "
     "recorder_id 记录人, medium 记录载体, archived_on 归档日期"),
    ("finding", "问题台账",
     "finding_id 问题编号, standard_id 标准代号, unit_id 部门, finding_kind 问题类型, "
     "found_by_inspection 由检查发现, raised_on 发现日期, reported_on 上报日期, "
     "corrected_on 整改日期, reported_to_role 上报对象"),
    ("change_request", "修订申请",
     "request_id 变更申请编号, standard_id 标准代号, finding_id 问题编号, request_kind 申请类型, "
     "submitted_on 提交日期, addressee_role 受理机构, form_id 申请表编号"),
    ("external_change", "外部标准更新",
     "change_id 变化编号, ref_number 引用标准号, change_kind 变化类型, published_on 发布时间, "
     "effective_on 生效日期, standard_id 标准代号"),
    ("standard_review", "复审台账",
     "review_id 复审编号, standard_id 标准代号, reviewed_on 复审日期, review_trigger 复审原因, "
     "change_id 变化编号, finding_id 问题编号, outcome 复审结论, old_sequence_no 原顺序号, "
     "old_year_code 原年号, new_sequence_no 新顺序号, new_year_code 新年号, "
     "cover_mark 确认标注年份, reviewed_year 复审年份"),
    ("withdrawal", "废止公告",
     "standard_id 标准代号, review_id 复审编号, withdrawn_on 废止日期, "
     "removed_from_system 已移出体系表"),
]  # fmt: skip
#: The registers of the centre: bodies, plans, trainings, checks, information.
AGENCY = [
    ("organisation", "单位信息",
     "org_id 单位编号, name 单位名称, role_aliases 别称, applies_from 开始适用日期"),
    ("org_unit", "机构设置",
     "unit_id 部门, unit_kind 部门类型, parent_unit_id 上级部门, established_on 设立日期, "
     "headcount 人数"),
    ("appointment", "人员任命",
     "person_id 姓名, unit_id 部门, role 角色, from_date 起始日期, "
     "is_leadership_member 班子成员, is_full_time 专职"),
    ("duty_assignment", "职责清单",
     "unit_id 部门, duty_code 职责项, assigned_on 登记日期, document_id 文号"),
    ("person", "人员能力表",
     "person_id 姓名, competencies 能力项, standardization_trained_on 标准化培训日期, "
     "registered_on 登记日期"),
    ("plan", "计划台账",
     "plan_id 计划编号, plan_kind 计划类别, plan_year 计划年度, "
     "period_start 起始时间, period_end 终止时间, approved_on 审批日期, approver_role 审批人, "
     "plan_fields 计划内容, standard_id 标准代号"),
    ("policy_document", "制度台账",
     "document_id 文号, policy_kind 制度类型, issued_on 印发日期"),
    ("system_table", "体系表",
     "table_id 体系表编号, issued_on 印发日期, table_parts 组成部分, detail_groups 明细信息类别, "
     "detail_columns 明细表栏目"),
    ("system_release", "体系运行记录",
     "system_id 体系编号, released_on 体系发布日期, operated_from 开始运行日期"),
    ("training_event", "宣贯记录",
     "event_id 活动编号, training_topic 培训主题, standard_id 标准代号, held_on 开展日期, "
     "audience_unit_ids 培训部门"),
    ("inspection", "检查记录",
     "inspection_id 检查编号, inspection_kind 检查形式, unit_id 部门, planned_in_plan_id 所属计划, "
     "held_on 开展日期, inspection_items 检查内容, method 检查方法, result_document_id 记录文件, "
     "disposition 处置方式"),
    ("evaluation", "评价记录",
     "evaluation_id 评价编号, party 评价方, evaluation_kind 评价类型, held_on 开展日期, "
     "methods 评价形式, agency_id 评价机构, report_items 报告内容"),
    ("appraisal", "考评记录",
     "appraisal_id 考评编号, unit_id 部门, held_on 开展日期, by_role 组织机构, result 结果"),
    ("employee_assessment", "员工考核记录",
     "person_id 姓名, unit_id 部门, standard_id 标准代号, assessed_on 考核日期, "
     "reward_proposal 奖惩建议"),
    ("information_item", "信息台账",
     "item_id 信息编号, information_category 信息类别, source 信息来源, collected_on 收集日期, "
     "analysed_on 分析日期, provided_on 提供日期, provided_to 提供对象"),
    ("feedback_item", "反馈台账",
     "item_id 信息编号, received_on 收到日期, collated_on 整理日期, "
     "reviewed_on 评审日期, disposed_on 处置日期"),
    ("contact_log", "联络记录",
     "unit_id 部门, contacted_on 联络日期, issue_id 事项编号, resolved_on 解决时间"),
    ("document_cleanup", "清理记录",
     "cleanup_id 清理编号, held_on 开展日期, cleanup_categories 清理范围, "
     "result_document_id 结果文件"),
    ("security_measure", "数据安全措施",
     "measure_id 措施编号, measure_kind 措施类型, in_force_from 生效日期"),
    ("new_requirement", "新要求新方法",
     "requirement_id 要求编号, unit_id 部门, arisen_on 出现日期"),
    ("need_statement", "标准化需求",
     "requirement_id 要求编号, unit_id 部门, submitted_on 提交日期, need_content 需求内容"),
    ("pilot_project", "试点项目",
     "project_id 项目编号, approved_on 批准日期, period_start 起始时间, period_end 终止时间, "
     "org_unit_id 创建机构, plan_items 方案内容, executed_items 已开展工作, "
     "midterm_on 中期评估日期, self_evaluation_on 自评日期, "
     "acceptance_applied_on 验收申请日期, self_evaluation_document_id 自评报告, "
     "report_in_application 报告纳入申请材料"),
    ("participation", "参与活动",
     "activity_id 参与活动编号, participation_kind 参与类别, level 级别, "
     "participation_role 参与方式, started_on 启动时间, contributions 参与内容"),
    ("judgement", "人工判断",
     "norm 规范编号, element 要素编号, subject 判断对象, satisfied 判断结果, by 判断人, "
     "judged_at 判断日期"),
]  # fmt: skip
#: Headings beside the fields.
EXTRA = {
    "standard": ("事实编号",),
    "document": ("事实编号",),
    "number_registry": ("事实编号", "更正", "记录时间"),
    "standard_issue": ("事实编号",),
    "standard_review": ("事实编号", "更正", "记录时间"),
    "system_entry": ("事实编号",),
    "external_change": ("事实编号",),
    "finding": ("事实编号",),
    "publication": ("事实编号",),
    "information_item": ("事实编号",),
}
