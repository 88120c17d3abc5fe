"""The sheets of the export of service stations: fact type, name, and fields with headings."""

from __future__ import annotations

from _book import ID, Record, Sheet, sheets_of
from _stations_book import Layout
from _stations_faults_db4201_629 import NAMED

TABLE = [
    ("station", "服务站台账",
     "station_id 服务站编号, name 服务站名称, city 所在城市, kind 站点类型, status 状态, "
     "set_up_by 设立主体, opened_on 成立日期, closed_on 撤站日期, evaluated_on 综合评估日期, "
     "evaluation_result 综合评估结果, publicised_on 社会公示日期, admitted_on 纳入体系日期, "
     "area_m2 面积, site_criteria 选址条件, site_exception 例外说明"),
    ("premises", "工作场所",
     "station_id 站点编号, fixed 固定场所, service_windows 受理窗口数, training_room 培训场所, "
     "signs 标识, sign_location 标识位置, displayed_items 公示内容, suggestion_box 意见箱, "
     "displayed_channels 公开投诉方式, air_quality_report_on 空气检测日期, "
     "air_quality_standard_edition 空气标准版本, air_quality_met 空气质量达标"),
    ("equipment", "设备台账",
     "station_id 站点编号, kind 设备名称, count 数量, networked 是否联网, working 是否完好"),
    ("person", "人员名册",
     "person_id 工号, station_id 站点编号, role 岗位, background 质量专业背景, "
     "years_experience 工作年限, trained_on 岗前培训日期, training_passed_on 培训合格日期, "
     "started_on 上岗日期, ended_on 离岗日期, qualified 具备服务能力"),
    ("policy_document", "制度清单",
     "document_id 文件编号, station_id 站点编号, kind 制度名称, process 流程名称, "
     "issued_on 印发日期"),
    ("service_offering", "服务目录",
     "station_id 站点编号, category 服务类别, item 服务项目, offered_from 起始日期, "
     "offered_to 终止日期"),
    ("service_activity", "活动记录",
     "activity_id 活动编号, station_id 站点编号, request_id 服务需求编号, category 服务类别, "
     "item 活动项目, held_on 开展日期, end_on 结束日期, campaign 主题日, enterprise_ids 企业名单, "
     "proxy 是否代办, group_standard_step 培育环节, approved_on 立项批准日期"),
    ("campaign_calendar", "主题活动日历",
     "campaign 主题活动, year 年份, start 开始日期, end 结束日期, source 依据"),
    ("standard_edition", "引用标准版本",
     "standard_id 标准编号, edition 版本, in_force_from 实施日期"),
    ("provider", "服务机构名录",
     "provider_id 机构编号, name 机构名称, legal_person 法人资质"),
    ("visit", "走访记录",
     "visit_id 巡访编号, station_id 站点编号, enterprise_id 企业编号, visited_on 走访日期, "
     "needs_collected 收集需求, staff_id 走访人"),
    ("request", "需求台账",
     "request_id 需求编号, station_id 站点编号, enterprise_id 企业编号, channel 提出渠道, "
     "category 服务类别, item 需求项目, received_at 收到时间, assessed_on 评估时间, "
     "self_performable 可自主实施, appointment_on 预约服务时间, important 重要项目, "
     "urgent 紧急, closed_on 办结时间"),
    ("platform_event", "平台日志",
     "request_id 需求编号, kind 操作, at 操作时间, actor 操作主体, provider_id 机构编号"),
    ("match", "匹配记录",
     "request_id 需求编号, attempt 第几次, provider_id 机构编号, matched_at 匹配时间, "
     "satisfies_need 能满足需求, informed_enterprise_on 告知企业时间, "
     "explained_to_center_on 向中心说明时间"),
    ("referral", "对接记录",
     "request_id 需求编号, provider_id 机构编号, contacted_on 对接时间, agreed_item 商定服务项目, "
     "agreed_time 商定服务时间, agreed_period 商定服务周期, record_id 服务记录编号"),
    ("contact", "联系记录",
     "request_id 需求编号, party 联系对象, contacted_at 联系时间, purpose 联系事由, "
     "recorded 已记录"),
    ("problem", "问题记录",
     "problem_id 问题编号, request_id 需求编号, found_on 发现时间, cause 问题原因, "
     "reported_back_on 反馈时间, parties_informed 已反馈对象"),
    ("service", "服务台账",
     "service_id 服务编号, request_id 需求编号, station_id 站点编号, enterprise_id 企业编号, "
     "provider_id 机构编号, started_at 服务开始时间, ended_at 服务结束时间, "
     "delivered_on_site 现场服务, important 重要项目"),
    ("service_record", "服务记录表",
     "record_id 记录编号, request_id 需求编号, station_id 站点编号, enterprise_name 企业名称, "
     "contact 联系人, phone 联系电话, station_staff 服务站人员, requested_at 请求发起时间, "
     "accepted_at 接收要求时间, replied_at 收到答复时间, on_site_at 现场处理时间, "
     "ended_at 服务结束时间, category 企业申请服务内容, other_text 其他服务说明, details 具体要求, "
     "provider_id 质量服务机构, technician 技术服务人员, "
     "planned_item_and_time 技术服务项目及预计技术服务时间, process 技术服务解决过程, "
     "q1_stars 1.服务满意度, q2_stars 2.及时性满意度, q3_stars 3.专业性满意度, "
     "q4_stars 4.文明性满意度, problem_solved 5.问题是否得到解决, q6_stars 6.技术人员专业性, "
     "q7_stars 7.技术人员及时性, q8_stars 8.技术人员文明性, q9_stars 9.技术设施满意度, "
     "overall 10.总体评价, comments 意见或建议, signed_by 企业负责人, signed_on 签字日期, "
     "stamped 签字或盖章, created_at 记录形成时间"),
    ("review_by_head", "站长监督评价",
     "request_id 需求编号, head_id 站长, reviewed_on 监督评价时间, summary_on 成效总结时间"),
    ("assessment", "考核记录",
     "person_id 被考核人, station_id 站点编号, assessed_on 考核日期, by_role 考核人, "
     "criteria 考核内容"),
    ("feedback", "意见建议台账",
     "feedback_id 意见编号, station_id 站点编号, received_on 收到日期, channel 反映渠道, "
     "about 反映对象, recorded 是否记录, reasonable 是否合理, plan_on 改进计划时间, "
     "due_on 整改期限, corrected_on 整改完成时间, published_on 公布时间, archived_on 归档时间, "
     "forwarded_to_center_on 反馈服务中心时间"),
    ("complaint", "投诉台账",
     "complaint_id 投诉编号, station_id 站点编号, received_on 投诉日期, handled_by 处理人, "
     "answered_on 答复日期, reference_used 处理依据"),
    ("archive", "企业质量档案",
     "station_id 站点编号, enterprise_id 企业编号, items 档案内容, numbered 已编号, "
     "archived_on 归档时间"),
    ("disclosure", "信息使用记录",
     "station_id 站点编号, data_subject 信息所属企业, disclosed_on 使用日期, "
     "disclosed_to 披露对象, purpose 用途, authorised 经授权"),
    ("center_evaluation", "服务中心评价",
     "evaluation_id 评价编号, station_id 站点编号, held_on 评价日期, kind 评价种类, "
     "result 评价结果"),
    ("rectification", "整改台账",
     "rectification_id 整改编号, evaluation_id 评价编号, station_id 站点编号, "
     "notified_on 通知整改时间, measures 改进措施, due_on 整改期限, "
     "plan_filed_on 改进计划报送时间, completed_on 整改完成时间, result 整改结果, "
     "refused 拒不整改, report_filed_on 整改结果报送时间, verified_on 验证时间, "
     "archived_on 归档时间, removed_on 移出体系时间, publicised_on 移出公示时间"),
    ("survey", "标准化调查表",
     "form_id 表格编号, station_id 站点编号, enterprise_id 企业编号, number 编号, "
     "filled_on 填表日期, enterprise_name 企业名称, legal_representative 企业法人, "
     "contact 联系人, phone 电话, address 企业地址, email 电子邮箱, product_rows 产品行数, "
     "award_options 获奖或资助情况, benchmark_product 对标产品, benchmark_standard 对标标准, "
     "patent_number 企业专利号, patent_standard_number 转化为企业标准编号, "
     "patent_standard_title 标准名称, uploaded_to_center_on 上传服务中心时间"),
    ("survey_product", "企业产品执行标准情况",
     "form_id 表格编号, station_id 站点编号, product_name 产品名称, standard_number 执行标准编号, "
     "standard_title 执行标准名称, adoption 采标情况, self_declared 自我声明公开"),
    ("query_order", "查新委托",
     "order_id 委托编号, request_id 需求编号, enterprise_id 企业编号, kind 单据种类, "
     "issued_on 发放时间, submitted_to 提交机构, submitted_on 提交时间, returned_on 结果反馈时间"),
    ("document", "服务成果文件",
     "document_id 文件编号, request_id 需求编号, kind 文件种类, issued_on 形成日期"),
    ("judgement", "人工判断",
     "norm 规范编号, element 要素编号, subject 判断对象, satisfied 判断结果, by 判断人, "
     "judged_at 判断日期"),
]  # fmt: skip
#: The tenth station still fills in a print of the form that lacks the ninth question.
OLD = "服务记录"


#: These have a column with the id of the row.
EXTRA = dict.fromkeys(NAMED, (ID,))


def _old(record: Record) -> bool:
    return record.case.endswith("-10")


def sheets() -> list[Sheet]:
    """Return the sheets in their order."""
    found = sheets_of(TABLE, EXTRA)
    place = next(n for n, one in enumerate(found) if one.type == "service_record")
    form = found[place]
    columns = [pair for pair in form.columns if pair[0] != "q9_stars"]
    found.insert(place + 1, Sheet(form.type, OLD, columns, form.extra))
    return found


#: Sheets that are more than a plain table.
LAYOUTS = {
    "服务站台账": Layout(title="全市一站式质量服务站台账（2024年度）"),
    "设备台账": Layout(title="设备台账", numbered=True, total={"数量": 77}),
    "服务记录表": Layout(
        title="服务记录表（C.1）汇总",
        groups=[
            ("服务时间", "请求发起时间", "服务结束时间"),
            ("满意度评价", "1.服务满意度", "10.总体评价"),
        ],
        numbered=True, gap=30, total={"1.服务满意度": 4.4, "2.及时性满意度": 4.4},
        only=lambda record: not _old(record),
    ),
    OLD: Layout(title="服务记录表（旧版）", only=_old),
}  # fmt: skip
