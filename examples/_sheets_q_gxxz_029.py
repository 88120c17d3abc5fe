"""The sheets of the project export: fact type, name of the sheet, and field with heading."""

from __future__ import annotations

TABLE = [
    (
        "project",
        "项目",
        "project_id 项目号, contractor_id 服务单位, pilot_kind 试点类别, "
        "owner_id 业主, pilot_unit_id 试点单位",
    ),
    (
        "project_task_received",
        "接到项目任务",
        "project_id 项目号, received_at 接收时间, received_by 接收人, "
        "pilot_kind 试点类型, owner_id 业主",
    ),
    (
        "document_completed",
        "文件台账",
        "document_id 文件编号, document_type 文件类型, project_id 项目号, "
        "completed_at 完成时间, author_role 编制角色, file_format 文件格式, "
        "version 版本, covers_whole_project 是否覆盖整个项目, "
        "guidance_id 实地指导编号, report_year 报告年度, "
        "score_indicator_ids 评分指标编号, plan_year 计划年度, department_id 部门",
    ),
    (
        "schedule_item",
        "推进计划节点",
        "document_id 文件号, stage 工作阶段, planned_date 计划完成日期, material_id 材料编号",
    ),
    (
        "owner_contact_received",
        "业主联系记录",
        "contact_id 来电编号, project_id 项目编号, channel 联系方式, received_at 联系时间",
    ),
    ("owner_contact_answered", "业主联系回复", "contact_id 来电编号, answered_at 回电时间"),
    (
        "site_guidance_scheduled",
        "指导安排",
        "guidance_id 指导编号, project_ids 项目编号, scheduled_start 计划开始时间, "
        "scheduled_at 安排日期",
    ),
    (
        "document_approved",
        "文件审核",
        "document_id 文件编号, approver_role 审核角色, decision 审核结论, "
        "decided_at 审核日期, project_id 项目编号",
    ),
    (
        "document_delivered",
        "发送记录",
        "document_id 文件编号, recipient_role 接收角色, delivered_at 发送日期, "
        "channel 发送方式, feedback_due_at 反馈时间节点, project_id 项目编号",
    ),
    (
        "site_guidance_held",
        "实地指导",
        "guidance_id 指导编号, project_ids 项目编号, started_at 指导开始时间, "
        "ended_at 指导结束时间, purpose 指导内容, "
        "is_last_implementation_guidance 最后一次实施指导",
    ),
    (
        "guidance_result_reported",
        "成果汇报记录",
        "guidance_id 实地指导编号, reported_at 汇报时间, file_format 文件格式, "
        "reported_to_role 汇报对象",
    ),
    ("project_closed", "项目结束", "project_id 项目编号, closed_at 结项时间"),
    (
        "owner_inquiry_made",
        "询问记录",
        "inquiry_id 询问编号, project_id 项目编号, asked_at 询问时间, "
        "recorded 是否记录, issue_ids 问题编号",
    ),
    ("issue_raised", "业主问题", "issue_id 问题编号, project_id 项目编号, raised_at 问题提出时间"),
    ("issue_solution_proposed", "问题解决办法", "issue_id 问题号, proposed_at 答复时间"),
    (
        "news_published",
        "新闻发布",
        "news_id 新闻编号, project_ids 项目编号, published_at 发布日期, "
        "outlet_name 媒体, outlet_level 媒体级别, "
        "outlet_sponsor_kind 主办单位类别, subject 主题, "
        "related_event_id 关联活动编号",
    ),
    (
        "satisfaction_survey_completed",
        "服务满意度测评",
        "survey_id 测评编号, project_id 项目编号, period 测评周期, "
        "completed_at 测评日期, overall_result 总体结果, "
        "dissatisfied_answer_count 不满意项数",
    ),
    ("project_docked", "对接项目", "project_id 项目编号, docked_at 对接日期"),
    (
        "score_indicator",
        "评分表指标",
        "indicator_id 指标编号, requires_institution_document 是否需要制度文件",
    ),
    ("document_supplemented", "业主补充信息", "document_id 文件编号, supplemented_at 补充时间"),
    (
        "document_stamped",
        "盖章记录",
        "document_id 文件号, stamped_by 盖章单位, stamped_at 盖章日期, project_id 项目编号",
    ),
    (
        "document_archived",
        "存档",
        "document_id 文件编号, archived_at 存档时间, archive_form 存档形式, "
        "folder 文件夹, project_id 项目号",
    ),
    (
        "artifact_made",
        "制作记录",
        "artifact_id 制作编号, project_id 项目编号, artifact_type 实物类型, made_at 制作时间",
    ),
    (
        "meeting_held",
        "会议",
        "meeting_id 会议号, project_id 项目编号, meeting_type 会议类型, "
        "held_at 召开时间, attendee_roles 参会角色, is_all_staff 全员会议, "
        "attendee_levels 参会层级",
    ),
    ("document_issued", "印发记录", "document_id 文件编号, issued_by 发文单位, issued_at 印发时间"),
    (
        "work_item_completed",
        "体系事项完成",
        "project_id 项目号, item_id 事项, completed_at 完成日期",
    ),
    (
        "core_standard_listed",
        "核心标准清单明细",
        "project_id 项目编号, standard_id 标准编号, listed_at 列入时间",
    ),
    ("detail_list_item", "明细表条目", "project_id 项目号, standard_id 标准号, listed_at 列入时间"),
    ("detail_list_fixed", "标准明细表确定", "project_id 项目编号, fixed_at 确定日期"),
    (
        "owner_material_requested",
        "业主应提供资料",
        "project_id 项目编号, material_id 资料编号, requested_at 要求时间",
    ),
    (
        "owner_material_received",
        "资料接收记录",
        "project_id 项目编号, material_id 资料号, received_at 接收时间",
    ),
    ("owner_material_collected", "资料收齐", "project_id 项目编号, collected_at 收集完成时间"),
    (
        "standard_text_completed",
        "标准文本完成",
        "project_id 项目编号, standard_id 标准编号, completed_at 编写完成时间",
    ),
    ("used_form", "实际使用表格", "project_id 项目编号, form_id 表单编号"),
    ("standard_embeds_form", "表格融入对照表", "standard_id 标准编号, form_id 表格编号"),
    (
        "document_confirmed",
        "文件确认",
        "document_id 文件号, confirmer_role 确认方, decision 确认结论, "
        "confirmed_at 确认时间, project_id 项目编号",
    ),
    (
        "owner_comments_returned",
        "意见返回记录",
        "comment_batch_id 意见批次, project_id 项目号, standard_ids 标准编号, returned_at 返回时间",
    ),
    ("comments_resolved", "意见修改完成", "comment_batch_id 批次号, resolved_at 修改完成时间"),
    ("standard_system_confirmed", "体系确认记录", "project_id 项目号, confirmed_at 确认时间"),
    (
        "training_plan_item",
        "培训计划明细",
        "document_id 文件编号, standard_id 培训标准, month 月份",
    ),
    (
        "pilot_department",
        "部门清单",
        "project_id 项目号, department_id 部门, active_from 起用日期, active_to 停用日期",
    ),
    (
        "expert_visit_planned",
        "专家计划",
        "project_id 项目编号, visit_id 专家安排编号, planned_at 计划时间, "
        "expert_id 专家, purpose 内容",
    ),
    (
        "instruction_given",
        "交代记录",
        "project_id 项目编号, instruction_id 交待编号, subject 交待内容, given_at 交待时间",
    ),
    (
        "standard_printed",
        "标准打印",
        "project_id 项目编号, standard_id 标准号, printed_at 打印日期",
    ),
    (
        "training_held",
        "宣贯培训记录",
        "training_id 培训编号, project_id 项目编号, held_at 培训时间, "
        "is_all_staff 全员培训, standard_ids 培训标准, "
        "at_regular_meeting 结合例会, topic 培训主题",
    ),
    (
        "training_material_archived",
        "培训材料存档",
        "project_id 项目号, training_ids 对应培训, month 所属月份, "
        "has_photos 有照片, has_sign_in 有无签到表, archived_at 归档时间",
    ),
    ("trainer_assigned", "培训老师登记", "project_id 项目号, person_id 姓名, assigned_at 确定时间"),
    (
        "material_received",
        "收到会议培训材料",
        "project_id 项目编号, material_type 材料类型, related_event_id 活动编号, "
        "received_at 收到时间",
    ),
    (
        "material_compiled",
        "材料整理记录",
        "project_id 项目编号, related_event_id 活动编号, compiled_at 汇编时间",
    ),
    (
        "supervision_body_named",
        "监督检查机构",
        "project_id 项目号, body_name 机构, named_at 明确日期",
    ),
    (
        "implementation_evidence",
        "佐证材料",
        "evidence_id 佐证编号, project_id 项目编号, standard_id 标准编号, "
        "evidence_type 佐证类型, captured_at 采集时间, content_hash 内容指纹",
    ),
    (
        "records_collated",
        "实施记录汇总",
        "project_id 项目号, period 所属季度, collated_at 汇总时间, "
        "includes_implementation 含实施记录, includes_supervision 含监督检查记录",
    ),
    ("implementation_started", "实施启动", "project_id 项目号, started_at 实施开始时间"),
    ("guidance_started", "创建指导开始", "project_id 项目号, started_at 指导开始时间"),
    (
        "nonconformity_list_completed",
        "不符合清单完成",
        "project_id 项目编号, completed_at 清单完成时间",
    ),
    (
        "nonconformity",
        "不符合项",
        "project_id 项目号, nonconformity_id 问题编号, standard_id 标准编号, found_at 发现日期",
    ),
    ("rectification_followed_up", "整改跟进记录", "project_id 项目编号, followed_at 跟进日期"),
    (
        "rectification_item",
        "整改项",
        "nonconformity_id 不符合项编号, due_at 完成期限, completed_at 整改完成时间",
    ),
    (
        "unreasonable_standard_identified",
        "不合理标准清单",
        "project_id 项目编号, standard_id 标准编号, identified_at 确定日期",
    ),
    (
        "standard_revised",
        "标准修订",
        "project_id 项目号, standard_id 标准编号, revised_at 修订日期",
    ),
    (
        "standard_change_announced",
        "公示通告",
        "project_id 项目编号, standard_id 标准编号, announced_at 公示时间",
    ),
    (
        "material_finalized",
        "材料定稿",
        "project_id 项目号, material_id 材料号, finalized_at 确定时间",
    ),
    (
        "scan_received",
        "扫描件接收",
        "document_id 文件编号, received_at 接收时间, project_id 项目编号",
    ),
    (
        "acceptance_notice_received",
        "验收通知",
        "project_id 项目编号, received_at 接到通知时间, acceptance_at 验收日期",
    ),
    (
        "acceptance_material_bound",
        "材料打印装订",
        "project_id 项目编号, completed_at 装订完成时间, score_indicator_ids 对应指标",
    ),
    (
        "acceptance_document_printed",
        "验收会材料打印",
        "project_id 项目编号, document_type 材料类型, copies 打印份数, printed_at 打印时间",
    ),
    (
        "acceptance_headcount_estimated",
        "验收人数预估",
        "project_id 项目编号, expected_attendees 预计人数, estimated_at 预估日期",
    ),
    ("acceptance_venue_ready", "验收会场准备", "project_id 项目编号, ready_at 准备完成时间"),
    (
        "inspection_route_confirmed",
        "路线确认",
        "project_id 项目编号, confirmed_at 确认时间, on_site 是否现场",
    ),
    ("stage_entered", "阶段进入", "project_id 项目编号, stage 工作阶段, entered_at 进入时间"),
    (
        "judgement",
        "人工判断",
        "norm 规范编号, element 要素编号, subject 判断对象, satisfied 判断结果, by 判断人, "
        "judged_at 判断日期",
    ),
]
#: Headings beside the fields.
EXTRA = {
    "document_completed": ("事实编号", "更正", "记录时间"),
    "news_published": ("事实编号", "更正", "记录时间"),
    "meeting_held": ("事实编号",),
    "owner_inquiry_made": ("事实编号",),
    "schedule_item": ("记录时间",),
    "site_guidance_scheduled": ("记录时间",),
    "expert_visit_planned": ("记录时间",),
}
