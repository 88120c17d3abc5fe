"""The sheets of the export of workstations: fact type, name, and fields with headings."""

from __future__ import annotations

from _book import ID, Record, Sheet, sheets_of
from _stations_book import Layout
from _stations_faults_suzhou_464 import NAMED

TABLE = [
    ("station", "工作站台账",
     "station_id 工作站编号, name 工作站名称, city 所在城市, kind 站点类型, status 状态, "
     "set_up_by 设立主体, authorisation_number 授权文件号, in_park 位于产业园区, "
     "site_host 依托单位类型, evaluated_on 综合评估日期, evaluation_result 综合评估结果, "
     "publicised_on 社会公示日期, opened_on 成立日期, closed_on 撤站日期, area_m2 面积, "
     "site_criteria 选址条件, site_exception 例外说明"),
    ("premises", "工作场所",
     "station_id 站点编号, fixed 固定场所, service_windows 受理窗口数, signs 标识种类, "
     "sign_location 标识设置位置, displayed_items 公示内容, suggestion_box 意见箱, "
     "displayed_channels 公开投诉方式, air_quality_report_on 空气检测日期, "
     "air_quality_standard_edition 空气标准版本, air_quality_met 空气质量达标, "
     "evacuation_clear 疏散通道畅通, checked_on 检查日期"),
    ("equipment", "设备台账",
     "station_id 站点编号, kind 设备名称, count 数量, networked 联网, working 完好"),
    ("maintenance", "维护记录",
     "station_id 站点编号, equipment_kind 设备种类, done_on 维护日期, result 检查结果"),
    ("person", "人员名册",
     "person_id 工号, station_id 站点编号, role 岗位, background 专业背景, "
     "years_experience 质量工作年限, trained_on 岗前培训日期, started_on 上岗日期, "
     "ended_on 离岗日期, badge_worn 挂牌服务"),
    ("policy_document", "制度清单",
     "document_id 文件编号, station_id 站点编号, kind 制度名称, issued_on 印发日期, "
     "content_items 载明事项"),
    ("emergency_plan", "应急预案",
     "station_id 站点编号, issued_on 预案发布日期, exercised_on 演练日期"),
    ("service_offering", "服务目录",
     "station_id 站点编号, category 服务类别, item 服务项目, offered_from 开始提供日期, "
     "offered_to 停止提供日期"),
    ("campaign_calendar", "主题活动日历",
     "campaign 主题活动, year 年份, start 开始日期, end 结束日期, source 来源"),
    ("service_activity", "活动记录",
     "activity_id 活动编号, station_id 站点编号, request_id 需求编号, category 服务类别, "
     "item 服务项目, held_on 活动日期, end_on 结束日期, campaign 主题日, enterprise_ids 企业名单, "
     "proxy 代办"),
    ("standard_edition", "引用标准版本",
     "standard_id 标准号, edition 版本年号, in_force_from 生效日期"),
    ("enterprise", "企业名录",
     "enterprise_id 企业编号, station_id 站点编号, name 企业名称, "
     "legal_representative 法定代表人, uscc 统一社会信用代码, address 企业地址"),
    ("visit", "巡访记录",
     "visit_id 巡访编号, station_id 站点编号, enterprise_id 企业编号, visited_on 巡访日期, "
     "needs_collected 是否收集需求, staff_id 巡访人"),
    ("request", "需求台账",
     "request_id 需求编号, station_id 站点编号, enterprise_id 企业编号, channel 渠道, "
     "category 服务类别, item 需求项目, received_at 接收时间, assessed_on 评估日期, "
     "self_performable 自主实施, appointment_on 预约服务时间, important 是否重要, urgent 紧急, "
     "closed_on 办结日期"),
    ("need_form", "服务需求表",
     "form_id 需求表编号, station_id 站点编号, enterprise_id 企业编号, request_ids 对应需求编号, "
     "number 编号, filled_on 填表日期, enterprise_name 企业名称, "
     "legal_representative 企业法定代表人, uscc 统一社会信用代码, contact 联系人, email 电子邮箱, "
     "phone 电话, address 企业地址, training_needs 质量教育和培训需求, "
     "training_remark 质量教育和培训备注, quality_needs 质量管理需求, "
     "standardization_needs 标准化需求, metrology_needs 计量需求, instrument_rows 计量器具行数, "
     "testing_needs 产品检验检测需求, equipment_needs 特种设备需求, "
     "certification_needs 认证认可需求, ip_needs 知识产权需求, market_needs 市场准入需求, "
     "other_services 其他服务, opinions 意见和建议, signed_by 企业负责人, signed_on 签字日期"),
    ("referral", "机构对接",
     "request_id 需求编号, provider_id 机构编号, contacted_on 对接日期, agreed_item 商定服务项目, "
     "agreed_time 商定服务时间, agreed_period 商定服务周期, record_id 服务记录编号"),
    ("contact", "沟通记录",
     "request_id 需求编号, party 对象, contacted_at 沟通时间, purpose 事由, recorded 是否记录"),
    ("problem", "服务问题",
     "problem_id 问题编号, request_id 需求编号, found_on 发现日期, cause 原因, "
     "reported_back_on 反馈日期, parties_informed 反馈对象"),
    ("service", "服务台账",
     "service_id 服务编号, request_id 需求编号, station_id 站点编号, enterprise_id 企业编号, "
     "provider_id 机构编号, started_at 服务开始时间, ended_at 服务结束时间, "
     "delivered_on_site 是否现场, important 是否重要"),
    ("service_record", "服务记录表",
     "record_id 记录编号, request_id 需求编号, station_id 站点编号, enterprise_name 单位名称, "
     "contact 联系人, phone 联系电话, station_staff 质量工作站人员, requested_at 请求发起时间, "
     "accepted_at 接收要求时间, replied_at 收到答复时间, on_site_at 现场处理时间, "
     "ended_at 服务结束时间, category 企业申请服务内容, other_text 其他服务说明, details 具体要求, "
     "provider_id 质量服务机构, technician 技术服务人员, "
     "planned_item_and_time 技术服务项目及预计技术服务时间, process 技术服务解决过程, "
     "q1_stars 1.服务满意度, q2_stars 2.及时性满意度, q3_stars 3.专业性满意度, "
     "q4_stars 4.文明性满意度, problem_solved 5.问题是否得到解决, q6_stars 6.技术人员专业性, "
     "q7_stars 7.技术人员及时性, q8_stars 8.技术人员文明性, q9_stars 9.技术设施满意度, "
     "overall 10.总体评价, comments 意见或建议, signed_by 企业负责人（委托人）, "
     "signed_on 签字日期, stamped 签字盖章, created_at 记录形成时间"),
    ("review_by_head", "监督评价记录",
     "request_id 需求编号, head_id 评价人, reviewed_on 评价日期, summary_on 总结日期"),
    ("assessment", "工作考核",
     "person_id 人员编号, station_id 站点编号, assessed_on 考核时间, by_role 考核人, "
     "criteria 考核项目"),
    ("feedback", "意见反馈",
     "feedback_id 意见编号, station_id 站点编号, received_on 收到日期, channel 渠道, "
     "about 意见对象, recorded 已记录, reasonable 合理, plan_on 计划日期, due_on 整改期限, "
     "corrected_on 整改完成日期, published_on 公布日期, archived_on 归档日期"),
    ("complaint", "投诉台账",
     "complaint_id 投诉编号, station_id 站点编号, received_on 投诉日期, handled_by 经办人, "
     "answered_on 答复日期, reference_used 依据标准, about_discrimination 是否歧视, "
     "upheld 是否属实"),
    ("report", "工作报告",
     "report_id 报告编号, station_id 站点编号, from_role 报告人, to_role 报告对象, "
     "reported_at 报告日期, kind 报告种类, incident_id 突发事件编号, incident_at 事发时间"),
    ("incident", "突发事件台账",
     "incident_id 突发事件编号, station_id 站点编号, incident_at 事发时间"),
    ("notice", "培训通知",
     "station_id 站点编号, person_id 通知人, event_id 培训活动编号, notified_on 通知日期"),
    ("archive", "档案目录",
     "station_id 站点编号, enterprise_id 企业编号, items 归档内容, numbered 是否编号, "
     "archived_on 归档日期"),
    ("disclosure", "信息披露",
     "station_id 站点编号, data_subject 信息所属企业, disclosed_on 披露日期, disclosed_to 接收方, "
     "purpose 使用目的, authorised 是否授权"),
    ("judgement", "人工判断",
     "norm 规范编号, element 要素编号, subject 判断对象, satisfied 判断结果, by 判断人, "
     "judged_at 判断日期"),
]  # fmt: skip
#: The tenth workstation still fills in a print of the form that lacks the column for the seal.
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
    columns = [pair for pair in form.columns if pair[0] != "stamped"]
    found.insert(place + 1, Sheet(form.type, OLD, columns, form.extra))
    return found


#: Sheets that are more than a plain table.
LAYOUTS = {
    "工作站台账": Layout(title="产业园区工作站台账（2024年度）"),
    "设备台账": Layout(title="设备台账", numbered=True, total={"数量": 300}),
    "服务需求表": Layout(
        title="服务需求表（D.1）汇总",
        groups=[("企业基本情况", "企业名称", "企业地址"),
                ("服务需求", "质量教育和培训需求", "其他服务")],
    ),
    "服务记录表": Layout(
        title="服务记录表（E.1）汇总",
        groups=[("服务时间", "请求发起时间", "服务结束时间"),
                ("满意度评价", "1.服务满意度", "10.总体评价")],
        numbered=True, gap=30, total={"1.服务满意度": 4.4, "2.及时性满意度": 4.4},
        only=lambda record: not _old(record),
    ),
    OLD: Layout(title="服务记录表（旧版）", only=_old),
}  # fmt: skip
