"""Writes examples/db4201_629/服务站导出.xlsx: ten service stations, 300 service records.

Here is what every station has; `_stations_faults_db4201_629.py` tells what is special about each,
and examples/README.md what to expect. Run it from anywhere: ``python examples/make_db4201_629.py``.
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
from _stations_faults_db4201_629 import special
from _stations_sheets_db4201_629 import LAYOUTS, sheets

TARGET = Path(__file__).resolve().parent / "db4201_629" / "服务站导出.xlsx"
PARKS = ["青梧产业园", "望江智造园", "月桥科创园", "梧桐湾产业园", "南岭食品园", "百花轻工园",
         "临港物流园", "石门电子园", "云台新材料园", "白沙汽配园"]  # fmt: skip
OPENED = [
    date(2023, 3, 15), date(2023, 12, 12), date(2023, 4, 10), date(2023, 5, 8), date(2023, 6, 12),
    date(2023, 7, 10), date(2023, 8, 14), date(2023, 9, 11), date(2023, 10, 16), date(2024, 3, 11),
]  # fmt: skip
PROVIDERS = [f"JG-{n:02d}" for n in range(1, 7)]
KINDS = [
    ("质量教育和培训服务", ["标准知识培训", "质量主题培训", "计量培训"], True),
    ("标准化服务", ["标准查询", "标准查新", "标准比对提升"], True),
    ("计量检测服务", ["检定校准联络"], False),
    ("质量管理服务", ["质量提升和诊断", "管理体系咨询"], True),
    ("产品检验检测服务", ["产品检测协助"], False),
    ("标准化服务", ["标准有效性确认", "标准执行指导"], True),
    ("特种设备检验检测服务", ["特种设备检验联络"], False),
    ("认证服务", ["自愿性认证推介"], False),
    ("质量教育和培训服务", ["质量法规宣传培训"], True),
    ("其他服务", ["质量政务咨询"], True),
]
#: What is offered: category -> items.
CATALOGUE = {
    "质量教育和培训服务": "质量法规宣传培训 质量主题日活动 质量主题培训 标准知识培训 计量培训 "
    "检验检测和特种设备人员培训",
    "质量管理服务": "质量提升和诊断 管理体系咨询 质量信用宣传 参观学习 品牌和质量奖辅导",
    "标准化服务": "标准查询 标准自我声明公开 标准执行指导 标准水平提升 标准制修订 团体标准培育",
    "计量检测服务": "检定校准联络 计量申报登记 计量管理和台账",
    "产品检验检测服务": "产品检测协助 送检代办",
    "特种设备检验检测服务": "特种设备检验联络 特种设备登记报检",
    "认证服务": "认证法规咨询 认证机构查询 自愿性认证推介",
    "其他服务": "知识产权科技产业政策对接 质量政务咨询",
}
POLICIES = ["岗位职责", "服务过程管理", "记录及档案管理", "设备及安全管理", "服务投诉及反馈处理",
            "服务质量监督考核管理"]  # fmt: skip
PROCESSES = ["质量培训", "质量管理", "质量奖申报", "标准化", "计量", "产品检验检测", "特种设备",
             "认证", "知识产权", "其他"]  # fmt: skip
CENTER = "服务中心"


def build() -> Book:
    """Build all records."""
    book, dice = Book(), Dice(629)
    common(book)
    places = stations("WH", "一站式质量服务站", PARKS, OPENED)
    for one in places:
        house(book, one)
        people(book, one)
        papers(book, one)
        add_visits(book, one)
        until = date(2024, 10, 30) if one.no == 5 else date(2024, 11, 22)
        for demand in demands(one, KINDS, PROVIDERS, dice, until):
            add_demand(book, demand, dice)
            course(book, demand)
        if one.no != 5:
            add_open_demands(book, one, "质量教育和培训服务", "计量培训")
        surveys(book, one)
        occasions(book, one)
        supervision(book, one)
        add_archives(book, one)
        add_opinions(book, one, ["服务站", "企业", "质量服务机构"])
        for found in book.find("feedback", one.id, about="质量服务机构"):
            found.fields["forwarded_to_center_on"] = found.fields["plan_on"]
    special(book)
    return book


def common(book: Book) -> None:
    """What belongs to no station: providers, dates of occasions, editions."""
    for n, number in enumerate(PROVIDERS):
        book.add("provider", "", provider_id=number, name=f"协作机构{'甲乙丙丁戊己'[n]}",
                 legal_person="是")  # fmt: skip
    for name, year, first, last in (
        ("世界计量日", 2024, date(2024, 5, 20), date(2024, 5, 20)),
        ("质量月", 2024, date(2024, 9, 1), date(2024, 9, 30)),
        ("世界标准日", 2024, date(2024, 10, 14), date(2024, 10, 14)),
    ):
        book.add("campaign_calendar", "", campaign=name, year=year, start=first, end=last,
                 source="年度工作安排")  # fmt: skip
    for edition, since in (("2002", date(2003, 3, 1)), ("2022", date(2023, 2, 1))):
        book.add("standard_edition", "", standard_id="GB/T 18883", edition=edition,
                 in_force_from=since)  # fmt: skip


def house(book: Book, one: Station) -> None:
    """The station, its rooms and its equipment."""
    place = {"station_id": one.id}
    book.add(
        "station", one.id, **place, name=one.name, city="武汉市", kind="服务站", status="已纳入",
        set_up_by=["园区", "协会", "服务机构"][one.no % 3], opened_on=one.opened,
        evaluated_on=one.opened + timedelta(days=20), evaluation_result="合格",
        publicised_on=one.opened + timedelta(days=30), admitted_on=one.opened + timedelta(days=45),
        area_m2=80 + 10 * one.no,
        site_criteria="质量需求较多、满足消防要求、交通便捷、企业较集中、配套条件较好、满足环保要求、企业积极性较高",
    )  # fmt: skip
    book.add(
        "premises", one.id, **place, fixed="是", service_windows=1 + one.no % 3,
        training_room="可借用" if one.no % 2 else "自有", signs="服务站统一标识、导向标识",
        sign_location="门口" if one.no % 2 else "主体建筑外",
        displayed_items="服务内容、服务流程、人员信息", suggestion_box="有",
        displayed_channels="监督电话、监督微信", air_quality_report_on=date(2024, 4, 1 + one.no),
        air_quality_standard_edition="2022", air_quality_met="是",
    )  # fmt: skip
    for kind, count in (("电脑", 3), ("打印机", 1), ("复印机", 1), ("视频会议系统", 1)):
        book.add("equipment", one.id, **place, kind=kind, count=count, networked="是", working="是")


def people(book: Book, one: Station) -> None:
    """The head, who is also chief quality officer, two specialists and a clerk."""
    for n, (role, years) in enumerate((("站长、首席质量官", 12), ("专员", 6), ("专员", 4),
                                       ("工作人员", 3)), start=1):  # fmt: skip
        number = f"RY-{one.no:02d}{n}"
        book.add(
            "person", one.id, person_id=number, station_id=one.id, role=role, background="是",
            years_experience=years, trained_on=one.opened - timedelta(days=12),
            training_passed_on=one.opened - timedelta(days=9), started_on=one.opened,
            qualified="是",
        )  # fmt: skip
        for quarter in range(2023 * 4, 2025 * 4):
            day = work_day(date(quarter // 4, quarter % 4 * 3 + 3, 18))
            if day > one.opened and n > 1:
                book.add(
                    "assessment", one.id, person_id=number, station_id=one.id,
                    assessed_on=clock(day, 15, n), by_role="站长",
                    criteria="文明性、及时性、正确率、设施完好率",
                )  # fmt: skip


def papers(book: Book, one: Station) -> None:
    """Rules, processes, the list of services, and what the inspectors made of them."""
    place = {"station_id": one.id}
    for n, name in enumerate([*POLICIES, *PROCESSES], start=1):
        book.add(
            "policy_document", one.id, document_id=f"ZD-{one.no:02d}{n:02d}", **place,
            kind=name if name in POLICIES else "服务流程",
            process=None if name in POLICIES else name, issued_on=one.opened + timedelta(days=n),
        )  # fmt: skip
    for category, items in CATALOGUE.items():
        for item in items.split():
            book.add("service_offering", one.id, **place, category=category, item=item,
                     offered_from=one.opened + timedelta(days=10))  # fmt: skip


def course(book: Book, one: Demand) -> None:
    """What a demand left on the platform, with the provider, and of papers."""
    where = one.station.id
    if one.provider:
        add_provider_talks(book, one)
        steps = [
            ("上传需求", one.assessed + timedelta(minutes=30), "服务站"),
            ("选择机构", one.assessed + timedelta(hours=1), "服务站"),
            ("点击启动", one.started + timedelta(minutes=5), "质量服务机构"),
            ("点击结束", one.ended + timedelta(minutes=40), "质量服务机构"),
        ]
        for kind, when, actor in steps:
            book.add("platform_event", where, request_id=one.id, kind=kind, at=when, actor=actor,
                     provider_id=one.provider)  # fmt: skip
        book.add("match", where, request_id=one.id, attempt=1, provider_id=one.provider,
                 matched_at=one.assessed + timedelta(hours=2), satisfies_need="是")  # fmt: skip
    if one.item == "标准查询":
        book.add(
            "service_activity", where, activity_id=f"HD-{one.key}", station_id=where,
            request_id=one.id, category=one.category, item=one.item, held_on=one.started,
            enterprise_ids=one.enterprise[0], proxy="否",
        )  # fmt: skip
    if one.item in ("标准查新", "标准有效性确认"):
        book.add(
            "query_order", where, order_id=f"WT-{one.key}", request_id=one.id,
            enterprise_id=one.enterprise[0],
            kind="查新" if one.item == "标准查新" else "有效性确认",
            issued_on=one.assessed + timedelta(minutes=15), submitted_to="市标准化服务机构",
            submitted_on=one.assessed + timedelta(hours=1), returned_on=one.ended,
        )  # fmt: skip
    if one.item == "标准比对提升":
        for kind in ("比对分析", "标准提升建议方案"):
            book.add("document", where, document_id=f"CG-{one.key}-{kind[:2]}", request_id=one.id,
                     kind=kind, issued_on=one.ended.date())  # fmt: skip


def surveys(book: Book, one: Station) -> None:
    """The survey form of each enterprise, with two products."""
    for n, (number, name, person) in enumerate(one.enterprises, start=1):
        form, day = f"DC-{one.no:02d}{n}", work_day(one.opened + timedelta(days=14 + n))
        book.add(
            "survey", one.id, form_id=form, station_id=one.id, enterprise_id=number,
            number=f"2024-{one.no:02d}-{n}", filled_on=clock(day, 10), enterprise_name=name,
            legal_representative=person, contact=person, phone=f"000-8200{one.no:02d}{n:02d}",
            address=f"{one.name[:5]}{n}号厂房", email=f"lianxi{one.no}{n}@example.com",
            product_rows=2, award_options=["无", "市级", "省级、市级"][n % 3],
            benchmark_product="主导产品" if n % 2 else None,
            benchmark_standard="国际先进标准" if n % 2 else None,
            uploaded_to_center_on=clock(day, 16),
        )  # fmt: skip
        for row in (1, 2):
            book.add(
                "survey_product", one.id, form_id=form, station_id=one.id,
                product_name=f"产品{row}", standard_number=f"Q/{one.no:02d}{n} {row:03d}",
                standard_title=f"产品{row}技术要求", adoption="未采标", self_declared="是",
            )  # fmt: skip


def occasions(book: Book, one: Station) -> None:
    """One awareness occasion in spring, one in autumn, and a visit to study."""
    held = [("世界计量日", date(2024, 5, 20)), ("质量月", date(2024, 9, 11)),
            (None, date(2024, 10, 24))]  # fmt: skip
    for n, (name, day) in enumerate(held):
        book.add(
            "service_activity", one.id, activity_id=f"HD-{one.no:02d}Z{n}", station_id=one.id,
            category="质量教育和培训服务" if name else "质量管理服务",
            item="质量主题日活动" if name else "参观学习", held_on=clock(day, 9, 30),
            campaign=name, enterprise_ids="、".join(e[0] for e in one.enterprises[:3]), proxy="否",
        )  # fmt: skip


def supervision(book: Book, one: Station) -> None:
    """What the centre makes of the station: ratings each month, an evaluation each year."""
    for month in range(2023 * 12 + 3, 2025 * 12):
        day = date(month // 12, month % 12 + 1, 28)
        if day > one.opened:
            book.add(
                "center_evaluation", one.id, evaluation_id=f"HZ-{one.no:02d}-{day:%y%m}",
                station_id=one.id, held_on=clock(day, 17), kind="评价汇总", result="合格",
            )  # fmt: skip
    number = f"PJ-{one.no:02d}1"
    book.add(
        "center_evaluation", one.id, evaluation_id=number, station_id=one.id,
        held_on=clock(work_day(one.opened + timedelta(days=290 if one.no > 1 else 340)), 14),
        kind="定期评价", result="合格",
    )  # fmt: skip


#: A sheet that somebody added for a meeting.
SUMMARY = Plain("汇总（供会议用）", ["服务站", "全年服务次数", "平均满意度"],
                [[f"WH-{n:02d}", 30, 4.4] for n in range(1, 11)])  # fmt: skip


def main(target: Path = TARGET) -> None:
    """Write the workbook."""
    write(build(), target, sheets(), LAYOUTS, [SUMMARY])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
