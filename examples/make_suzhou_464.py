"""Writes examples/suzhou_464/工作站导出.xlsx: ten workstations, 300 service records.

Here is what every workstation has; `_stations_faults_suzhou_464.py` tells what is special about
each, and examples/README.md what to expect. Run it from anywhere:
``python examples/make_suzhou_464.py``.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

from _book import Book, Plain
from _stations import (
    Demand,
    Dice,
    Station,
    add_archives,
    add_demand,
    add_open_demands,
    add_opinions,
    add_provider_talks,
    add_visits,
    clock,
    demands,
    stations,
    work_day,
)
from _stations_book import write
from _stations_faults_suzhou_464 import special
from _stations_sheets_suzhou_464 import LAYOUTS, sheets

TARGET = Path(__file__).resolve().parent / "suzhou_464" / "工作站导出.xlsx"
PARKS = ["汴南高新园", "沱东食品园", "睢岸鞋服园", "奎北循环园", "灵泉智造园", "砀园果蔬园",
         "泗滨新材园", "萧峰电商园", "拂晓电子园", "云屏家居园"]  # fmt: skip
OPENED = [
    date(2023, 3, 15), date(2024, 4, 26), date(2023, 4, 10), date(2023, 6, 19), date(2023, 6, 19),
    date(2023, 7, 10), date(2023, 3, 20), date(2023, 9, 11), date(2024, 8, 5), date(2023, 10, 23),
]  # fmt: skip
PROVIDERS = [f"JG-{n:02d}" for n in range(1, 7)]
KINDS = [
    ("质量教育培训服务", ["标准知识培训", "计量培训", "知识产权培训"], True),
    ("标准化服务", ["标准查询", "标准执行指导", "标准制修订"], True),
    ("计量服务", ["检定校准联络"], False),
    ("质量管理服务", ["质量管理咨询", "品牌和质量奖辅导"], True),
    ("产品检验检测服务", ["产品检测协助"], False),
    ("知识产权服务", ["商标咨询", "专利咨询"], True),
    ("特种设备服务", ["特种设备检验联络"], False),
    ("认证认可服务", ["认证机构查询"], False),
    ("市场准入服务", ["市场主体登记", "企业年报"], True),
    ("其他服务", ["其他项目"], True),
]
#: What is offered: category -> items.
CATALOGUE = {
    "质量教育培训服务": "市场监管法规宣传培训 主题日宣传活动 标准知识培训 计量培训 检验检测培训 "
    "特种设备人员培训 知识产权培训 认证认可培训 标准总监和首席质量官培训",
    "体检诊断服务": "质量提升和体检诊断 专业技术攻关 共性技术研究 技术团队",
    "质量管理服务": "质量管理模式导入 质量管理咨询 标杆培育和质量信用 宣讲和参观学习 "
    "品牌和质量奖辅导 召回咨询",
    "标准化服务": "标准查询 标准公示 标准执行指导 标准制修订 标准体系建设指导 试点示范申报 "
    "标准奖励申报",
    "计量服务": "计量管理和台账 检定校准联络 计量标准和量值传递指导 测量体系指导",
    "产品检验检测服务": "产品检测协助 质量改进检验 送检代办",
    "特种设备服务": "特种设备检验联络 特种设备登记报检 特种设备报考",
    "认证认可服务": "认证法规咨询 认证机构查询 检验检测机构查询",
    "知识产权服务": "商标咨询 专利咨询 知识产权维权 知识产权质押融资",
    "市场准入服务": "市场主体登记 股权登记 企业档案查询 企业年报",
    "其他服务": "其他项目",
}
POLICIES = ["岗位职责", "服务过程管理", "记录及档案管理", "设备及安全管理", "服务投诉及反馈处理",
            "应急预案", "服务质量监督考核管理", "工作人员服务准则"]  # fmt: skip
DEVICES = ["电脑", "打印机", "复印机", "无障碍通道", "座椅", "饮水机", "垃圾箱", "监控设备",
           "电子屏", "触摸屏", "灭火器", "应急灯", "消防安全标志", "检测平台"]  # fmt: skip
#: Part of the form that a category is asked for in: field, what is ticked.
PARTS = {
    "质量教育培训服务": ("training_needs", "标准培训、计量培训"),
    "标准化服务": ("standardization_needs", "标准查询、标准制修订服务"),
    "计量服务": ("metrology_needs", "检定校准、计量器具台账建立"),
    "质量管理服务": ("quality_needs", "质量管理咨询、品牌建设咨询"),
    "产品检验检测服务": ("testing_needs", "产品检验检测"),
    "知识产权服务": ("ip_needs", "商标注册咨询、专利申请咨询"),
    "特种设备服务": ("equipment_needs", "定期检验、使用登记"),
    "认证认可服务": ("certification_needs", "认证机构查询"),
    "市场准入服务": ("market_needs", "设立变更注销"),
    "其他服务": ("other_services", "用工和用地政策咨询"),
}
#: The dated occasions: name, days of holding it in 2023 and in 2024 (single days move to a working
#: day close by), and on how many days.
OCCASIONS = [
    ("知识产权宣传周", (4, 24), (4, 23), 2), ("中国品牌日", (5, 10), (5, 10), 1),
    ("世界计量日", (5, 19), (5, 20), 1), ("世界认可日", (6, 9), (6, 7), 1),
    ("质量月", (9, 12), (9, 11), 3), ("绿色产品宣传周", (9, 27), (9, 27), 1),
    ("世界标准日", (10, 13), (10, 14), 1),
]  # fmt: skip


def build() -> Book:
    """Build all records."""
    book, dice = Book(), Dice(464)
    common(book)
    places = stations("SU", "464工作站", PARKS, OPENED)
    for one in places:
        house(book, one)
        people(book, one)
        papers(book, one)
        occasions(book, one)
        add_visits(book, one)
        until = date(2024, 8, 30) if one.no == 5 else date(2024, 11, 22)
        served = list(demands(one, KINDS, PROVIDERS, dice, until))
        for demand in served:
            add_demand(book, demand, dice)
            if demand.provider:
                add_provider_talks(book, demand)
        forms(book, one, served)
        if one.no != 5:
            add_open_demands(book, one, "质量教育培训服务", "计量培训")
            found = book.one("need_form", one.id, form_id=f"D-{one.no:02d}1")
            found.fields["request_ids"] += f"、XQ-{one.no:02d}31"
        reports(book, one)
        add_archives(book, one)
        add_opinions(book, one, ["工作站", "服务机构", "其他"])
        for found in book.find("complaint", one.id):
            found.fields.update(about_discrimination="否", upheld="否")
    special(book)
    return book


def common(book: Book) -> None:
    """What belongs to no station: the announced dates of the green week, editions."""
    for year, first, last in ((2023, date(2023, 9, 25), date(2023, 10, 1)),
                              (2024, date(2024, 9, 23), date(2024, 9, 29))):  # fmt: skip
        book.add("campaign_calendar", "", campaign="绿色产品宣传周", year=year, start=first,
                 end=last, source="当年通知")  # fmt: skip
    for edition, since in (("2002", date(2003, 3, 1)), ("2022", date(2023, 2, 1))):
        book.add("standard_edition", "", standard_id="GB/T 18883", edition=edition,
                 in_force_from=since)  # fmt: skip


def house(book: Book, one: Station) -> None:
    """The station, its rooms, its equipment and how that is kept, its enterprises."""
    place = {"station_id": one.id}
    own = one.no % 3 == 0
    book.add(
        "station", one.id, **place, name=one.name, city="宿州市", kind="464工作站", status="已公示",
        set_up_by="市场监管部门" if own else ["授权企业", "授权事业单位"][one.no % 2],
        authorisation_number=None if own else f"园市监授〔2023〕{one.no}号", in_park="是",
        site_host=["链长企业", "孵化器", "政务服务中心"][one.no % 3],
        evaluated_on=one.opened - timedelta(days=30), evaluation_result="通过",
        publicised_on=one.opened - timedelta(days=15), opened_on=one.opened,
        area_m2=60 + 10 * one.no,
        site_criteria="质量需求较多、满足消防要求、企业较集中、配套条件较好、满足环保要求、企业积极性较高",
    )  # fmt: skip
    book.add(
        "premises", one.id, **place, fixed="是", service_windows=1 + one.no % 2,
        signs="工作站统一标识、导向标识",
        sign_location=["门口", "主体建筑外", "显著位置"][one.no % 3],
        displayed_items="服务内容、服务项目、服务流程、服务电话、监督投诉电话、政策规定、审批程序",
        suggestion_box="有", displayed_channels="监督电话、监督微信",
        air_quality_report_on=date(2024, 5, 5 + one.no), air_quality_standard_edition="2022",
        air_quality_met="是", evacuation_clear="是", checked_on=date(2024, 11, 20),
    )  # fmt: skip
    for n, kind in enumerate(DEVICES):
        book.add("equipment", one.id, **place, kind=kind, count=2 if n < 5 else 1,
                 networked="是" if n < 3 else None, working="是")  # fmt: skip
        for quarter in range(2023 * 4, 2025 * 4):
            day = work_day(date(quarter // 4, quarter % 4 * 3 + 2, 14))
            if day > one.opened:
                book.add("maintenance", one.id, **place, equipment_kind=kind,
                         done_on=clock(day, 9 + n // 3), result="正常")  # fmt: skip
    for month in range(2023 * 12 + 3, 2025 * 12):
        day = work_day(date(month // 12, month % 12 + 1, 5))
        if day > one.opened:
            book.add("maintenance", one.id, **place, equipment_kind="消防检查",
                     done_on=clock(day, 16), result="合格")  # fmt: skip
    for n, (number, name, person) in enumerate(one.enterprises, start=1):
        book.add("enterprise", one.id, enterprise_id=number, **place, name=name,
                 legal_representative=person, uscc=f"91000000MA00{one.no:02d}{n:02d}0X",
                 address=f"{one.name[:5]}{n}号厂房")  # fmt: skip


def people(book: Book, one: Station) -> None:
    """The head and three at the window; the head assesses all of them each quarter."""
    for n, (role, years) in enumerate((("站长", 11), ("服务人员", 6), ("服务人员", 4),
                                       ("服务人员", 3)), start=1):  # fmt: skip
        number = f"RY-{one.no:02d}{n}"
        book.add(
            "person", one.id, person_id=number, station_id=one.id, role=role, background="是",
            years_experience=years, trained_on=one.opened - timedelta(days=12),
            started_on=one.opened, badge_worn="是",
        )  # fmt: skip
        for quarter in range(2023 * 4, 2025 * 4):
            day = work_day(date(quarter // 4, quarter % 4 * 3 + 3, 18))
            if day > one.opened and n > 1:
                book.add(
                    "assessment", one.id, person_id=number, station_id=one.id,
                    assessed_on=clock(day, 15, n), by_role="站长",
                    criteria="文明性、及时性、正确率",
                )  # fmt: skip


def papers(book: Book, one: Station) -> None:
    """Rules, the emergency plan, and the list of services."""
    place = {"station_id": one.id}
    for n, name in enumerate(POLICIES, start=1):
        items = "站长全面负责、站长完成交办工作、工作人员完成交办工作" if n == 1 else None
        book.add("policy_document", one.id, document_id=f"ZD-{one.no:02d}{n:02d}", **place,
                 kind=name, issued_on=one.opened + timedelta(days=n),
                 content_items=items)  # fmt: skip
    book.add("emergency_plan", one.id, **place, issued_on=one.opened + timedelta(days=6),
             exercised_on=date(2024, 11, 8))  # fmt: skip
    for category, items in CATALOGUE.items():
        for item in items.split():
            book.add("service_offering", one.id, **place, category=category, item=item,
                     offered_from=one.opened + timedelta(days=10))  # fmt: skip


def occasions(book: Book, one: Station) -> None:
    """The dated occasions of both years, as far as the station was open, and a visit to study."""
    for n, (name, *days, length) in enumerate(OCCASIONS, start=1):
        for day in (date(2023, *days[0]), date(2024, *days[1])):
            if day > one.opened:
                end = clock(day + timedelta(days=length - 1), 17) if length > 1 else None
                book.add(
                    "service_activity", one.id, activity_id=f"HD-{one.no:02d}-{day:%y}{n}",
                    station_id=one.id, category="质量教育培训服务", item="主题日宣传活动",
                    held_on=clock(day, 9, 30), end_on=end, campaign=name, proxy="否",
                    enterprise_ids="、".join(e[0] for e in one.enterprises[:4]),
                )  # fmt: skip
    for n in (1, 2):
        day = work_day(date(2024, 9, 18 + 12 * (n - 1)) + timedelta(days=one.no))
        book.add(
            "service_activity", one.id, activity_id=f"HD-{one.no:02d}-G{n}", station_id=one.id,
            category="质量管理服务", item="宣讲和参观学习", held_on=clock(day, 14), proxy="否",
            enterprise_ids="、".join(e[0] for e in one.enterprises[3:]),
        )  # fmt: skip
        book.add(
            "notice", one.id, station_id=one.id, person_id=f"RY-{one.no:02d}2",
            event_id=f"HD-{one.no:02d}-G{n}", notified_on=clock(day - timedelta(days=6), 9),
        )  # fmt: skip


def forms(book: Book, one: Station, served: list[Demand]) -> None:
    """The need form of each enterprise, which covers all its demands of the year."""
    for n, (number, name, person) in enumerate(one.enterprises, start=1):
        own = [demand for demand in served if demand.enterprise[0] == number]
        day = min(demand.received for demand in own).date()
        book.add(
            "need_form", one.id, form_id=f"D-{one.no:02d}{n}", station_id=one.id,
            enterprise_id=number, request_ids="、".join(demand.id for demand in own),
            number=f"2024-{one.no:02d}-{n}", filled_on=day, enterprise_name=name,
            legal_representative=person, uscc=f"91000000MA00{one.no:02d}{n:02d}0X",
            contact=person, email=f"lianxi{one.no}{n}@example.com",
            phone=f"000-8200{one.no:02d}{n:02d}", address=f"{one.name[:5]}{n}号厂房",
            **dict(PARTS.values()),
            instrument_rows=3, opinions=None if n % 2 else "无", signed_by=person, signed_on=day,
        )  # fmt: skip


def reports(book: Book, one: Station) -> None:
    """The head reports to the branch and the staff to the head, each month; an incident in May."""
    place = {"station_id": one.id}
    for month in range(2023 * 12 + 3, 2025 * 12):
        day = work_day(date(month // 12, month % 12 + 1, 25))
        if day > one.opened:
            for role, to, hour in (("服务人员", "站长", 10), ("站长", "园区分局", 16)):
                book.add("report", one.id, report_id=f"BG-{one.no:02d}-{day:%y%m}{hour}", **place,
                         from_role=role, to_role=to, reported_at=clock(day, hour),
                         kind="定期报告")  # fmt: skip
    if one.opened < date(2024, 5, 20):
        when = clock(date(2024, 5, 20) + timedelta(days=one.no), 11, 20)
        book.add("incident", one.id, incident_id=f"TF-{one.no:02d}", **place, incident_at=when)
        for role, to, minutes in (("服务人员", "站长", 10), ("站长", "园区分局", 40)):
            book.add("report", one.id, report_id=f"BG-{one.no:02d}-T{minutes}", **place,
                     from_role=role, to_role=to, reported_at=when + timedelta(minutes=minutes),
                     kind="突发事件", incident_id=f"TF-{one.no:02d}", incident_at=when)  # fmt: skip


#: A sheet that somebody added for a meeting.
SUMMARY = Plain("汇总（供会议用）", ["工作站", "全年服务次数", "平均满意度"],
                [[f"SU-{n:02d}", 30, 4.4] for n in range(1, 11)])  # fmt: skip


def main(target: Path = TARGET) -> None:
    """Write the workbook."""
    write(build(), target, sheets(), LAYOUTS, [SUMMARY])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
