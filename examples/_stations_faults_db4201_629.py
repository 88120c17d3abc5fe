"""What is special about each of the ten service stations; examples/README.md tells it in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from _book import Book
from _stations import clock, work_day
from _stations_faults import Faults

#: Type -> the field that serves as the id of the fact.
NAMED = {
    "station": "station_id", "premises": "station_id", "person": "person_id",
    "policy_document": "document_id", "service_record": "record_id",
    "center_evaluation": "evaluation_id", "rectification": "rectification_id",
    "survey": "form_id", "feedback": "feedback_id", "archive": "enterprise_id",
    "disclosure": "data_subject",
}  # fmt: skip
#: Type -> what a person has to judge of such a record: (norm, element).
ASKED = {
    "station": [("4.1.1.1-siting-layout", "layout")],
    "premises": [("4.1.2.2-tidy", "tidy")],
    "person": [("4.1.4.1-qualified-staff-law", "law")],
    "policy_document": [("4.1.5-institution-building", "fitted"),
                        ("4.1.5-institution-building", "workable")],
    "center_evaluation": [("4.4.2.1-fair", "fair"), ("4.4.2.1-fair", "process")],
    "service_record": [("5.2-complete-true-accurate-judged", "truth")],
}  # fmt: skip


def special(book: Book) -> None:
    """Put in what is special, station by station."""
    faults = Faults(book, "WH")
    last_moments(faults)
    faults.blank_fields()
    faults.wrong_stamps()
    faults.wrong_stars()
    book.one("center_evaluation", "WH-04", kind="定期评价").fields["held_on"] = datetime(
        2024, 6, 20, 14, 0
    )
    closed_station(book)
    platform(faults)
    half_told(faults)
    rectified(book)
    neglected(book)
    standardization(faults)
    blanks(faults)
    faults.bad_rows()
    faults.name_rows(NAMED)
    faults.judged(ASKED)


def last_moments(faults: Faults) -> None:
    """Station 2: everything at the last moment, and one exception with its reason."""
    book, form, of = faults.book, faults.form, faults.of
    book.one("center_evaluation", "WH-02", kind="定期评价").fields["held_on"] = clock(
        date(2024, 12, 12), 23, 50
    )
    late = form("0204")
    late["created_at"] = late["ended_at"] + timedelta(hours=24)
    asked = form("0205")
    asked["signed_on"] = work_day(asked["ended_at"].date(), 5)
    of("request", "0205")["closed_on"] = clock(asked["signed_on"], 17)
    start, end = of("service", "0203")["started_at"], of("service", "0203")["ended_at"]
    of("platform_event", "0203", kind="点击启动")["at"] = start + timedelta(hours=24)
    of("platform_event", "0203", kind="点击结束")["at"] = end + timedelta(hours=24)
    form("0203")["signed_on"] = (end + timedelta(days=1)).date()
    clerk = book.one("person", "WH-02", person_id="RY-024").fields
    clerk["trained_on"] = clerk["started_on"]
    faults.on_its_last_day("021")
    station = book.one("station", "WH-02").fields
    station["site_criteria"] = station["site_criteria"].replace("交通便捷、", "")
    station["site_exception"] = "园区班车直达，公交线路尚未开通"


def closed_station(book: Book) -> None:
    """Station 5, closed at the end of November: what was not there is lost for good."""
    book.one("station", "WH-05").fields["closed_on"] = date(2024, 11, 29)
    station = book.one("station", "WH-05").fields
    station["site_criteria"] = station["site_criteria"].replace("、满足消防要求", "")
    book.one("premises", "WH-05").fields |= {
        "sign_location": "其他位置", "displayed_channels": "监督电话", "training_room": "无",
        "service_windows": 0,
    }  # fmt: skip
    book.drop("equipment", "WH-05", kind="打印机")
    book.drop("policy_document", "WH-05", kind="服务投诉及反馈处理")
    book.drop("service_offering", "WH-05", item="送检代办")
    head = book.one("person", "WH-05", person_id="RY-051")
    head.fields["ended_on"] = date(2024, 5, 31)
    book.add("person", "WH-05", **{**head.fields, "person_id": "RY-055", "ended_on": None,
                                   "started_on": date(2024, 6, 17)})  # fmt: skip
    del book.one("person", "WH-05", person_id="RY-052").fields["training_passed_on"]
    clerk = book.one("person", "WH-05", person_id="RY-053").fields
    clerk["trained_on"] = clerk["started_on"] + timedelta(days=6)


def platform(faults: Faults) -> None:
    """Station 6: steps on the platform left out or late, and a second matching."""
    book, of = faults.book, faults.of
    start = of("service", "0603")["started_at"]
    of("platform_event", "0603", kind="点击启动")["at"] = start + timedelta(hours=24, minutes=10)
    book.drop("platform_event", "WH-06", request_id="XQ-0605", kind="点击结束")
    book.drop("platform_event", "WH-06", request_id="XQ-0607", kind="上传需求")
    of("referral", "0608")["agreed_period"] = None
    for key, good in (("0613", True), ("0615", False)):
        first = of("match", key)
        again = {**first, "attempt": 2, "matched_at": first["matched_at"] + timedelta(hours=20)}
        first["satisfies_need"] = "否"
        if good:
            first["explained_to_center_on"] = first["matched_at"] + timedelta(hours=4)
            again["informed_enterprise_on"] = again["matched_at"] + timedelta(hours=1)
        book.add("match", "WH-06", **again)
    for key in ("0617", "0618"):
        when = of("request", key)["assessed_on"] + timedelta(minutes=40)
        book.add("platform_event", "WH-06", request_id=f"XQ-{key}", kind="疑问", at=when,
                 actor="服务站")  # fmt: skip
        if key == "0618":
            book.add("contact", "WH-06", request_id=f"XQ-{key}", party="服务中心", purpose="疑问",
                     contacted_at=when + timedelta(hours=1), recorded="是")  # fmt: skip
    faults.problems()


def half_told(faults: Faults) -> None:
    """Station 6: demands of which something was not done, or not written down."""
    form, of = faults.form, faults.of
    of("request", "0601")["self_performable"] = None
    of("request", "0602")["assessed_on"] = None
    of("request", "0604")["appointment_on"] = None
    of("match", "0627")["satisfies_need"] = None
    slow = of("request", "0629")
    slow["assessed_on"] = slow["received_at"] + timedelta(days=6)
    late = of("service", "0629")
    late["started_at"], late["ended_at"] = (
        slow["assessed_on"] + timedelta(days=1), slow["assessed_on"] + timedelta(days=1, hours=3),
    )  # fmt: skip
    of("contact", "0629", purpose="服务跟进")["contacted_at"] = late["started_at"]
    slow["appointment_on"] = late["started_at"]
    slow["closed_on"] = late["ended_at"] + timedelta(days=5)
    form("0629").update(
        replied_at=slow["assessed_on"], ended_at=late["ended_at"],
        signed_on=late["ended_at"].date(), created_at=late["ended_at"] + timedelta(hours=1),
    )  # fmt: skip
    # Served, but nobody filled in the form or asked for a rating.
    faults.served_without_form("0629", "0632")


def rectified(book: Book) -> None:
    """Stations 7 to 9: failed evaluations, made good in time, too late, and never."""
    for no, end in ((7, date(2024, 8, 31)), (8, date(2024, 9, 20)), (9, None)):
        where = f"WH-{no:02d}"
        book.one("center_evaluation", where, kind="定期评价").fields.update(
            result="不合格", held_on=datetime(2024, 6, 12, 14, 0)
        )
        done = clock(end, 16) if end else None
        day = timedelta(days=1)
        book.add(
            "rectification", where, rectification_id=f"ZG-{no:02d}1", evaluation_id=f"PJ-{no:02d}1",
            station_id=where, notified_on=datetime(2024, 6, 20, 9, 0), measures="补齐记录",
            due_on=date(2024, 8, 31), plan_filed_on=datetime(2024, 6, 28, 9, 0) if done else None,
            completed_on=done, result="合格" if done else None, refused="否" if done else "是",
            report_filed_on=done and done + 2 * day, verified_on=done and done + 6 * day,
            archived_on=done and done + 8 * day,
        )  # fmt: skip
    removed = book.one("rectification", "WH-08").fields
    removed["verified_on"] = removed["completed_on"] + timedelta(days=1)
    removed["removed_on"], removed["publicised_on"] = (
        datetime(2024, 10, 10, 10, 0), datetime(2024, 10, 15, 10, 0),
    )  # fmt: skip
    book.add(
        "center_evaluation", "WH-07", evaluation_id="PJ-072", station_id="WH-07",
        held_on=datetime(2024, 10, 22, 9, 30), kind="不定期", result="合格但有不符合项",
    )  # fmt: skip
    book.add(
        "rectification", "WH-07", rectification_id="ZG-072", evaluation_id="PJ-072",
        station_id="WH-07", notified_on=datetime(2024, 10, 25, 9, 0), measures="更换意见箱",
        due_on=date(2024, 11, 30), plan_filed_on=datetime(2024, 10, 30, 9, 0),
        completed_on=datetime(2024, 11, 30, 18, 0), result="合格", refused="否",
        report_filed_on=datetime(2024, 12, 2, 9, 0), verified_on=datetime(2024, 12, 5, 9, 0),
        archived_on=datetime(2024, 12, 6, 9, 0),
    )  # fmt: skip


def neglected(book: Book) -> None:
    """Station 9: opinions, archives and data of enterprises handled badly, no occasion held."""
    book.drop("service_activity", "WH-09", item="质量主题日活动")
    for one in book.find("assessment", "WH-09"):
        if one.fields["assessed_on"].month == 6 and one.fields["assessed_on"].year == 2024:
            one.fields["criteria"] = "文明性、及时性、正确率"
    opinion = book.one("feedback", "WH-09", feedback_id="YJ-091").fields
    opinion["corrected_on"] = clock(opinion["due_on"] + timedelta(days=3), 11)
    told = clock(opinion["due_on"] + timedelta(days=5), 9)
    opinion["published_on"] = opinion["archived_on"] = told
    book.one("feedback", "WH-09", feedback_id="YJ-092").fields["recorded"] = "否"
    book.one("feedback", "WH-09", feedback_id="YJ-093").fields["forwarded_to_center_on"] = None
    book.drop("archive", "WH-09", enterprise_id="QY-093")
    book.one("archive", "WH-09", enterprise_id="QY-095").fields["numbered"] = "否"
    given = book.one("disclosure", "WH-09", data_subject="QY-094").fields
    given.update(disclosed_to="某广告公司", purpose="其他用途", authorised="否")


def standardization(faults: Faults) -> None:
    """Station 10: the forms and papers of annex B."""
    book, of = faults.book, faults.of
    for number, name, value in (
        (1, "number", None), (2, "award_options", "市级、无"), (3, "benchmark_standard", None),
        (4, "patent_number", "ZL20230000001X"), (5, "email", None),
    ):  # fmt: skip
        book.one("survey", "WH-10", form_id=f"DC-10{number}").fields[name] = value
    book.one("survey_product", "WH-10", form_id="DC-102", product_name="产品2").fields[
        "standard_title"
    ] = None
    book.drop("survey_product", "WH-10", form_id="DC-105")
    book.drop("survey", "WH-10", form_id="DC-106")
    book.drop("survey_product", "WH-10", form_id="DC-106")
    book.drop("service_activity", "WH-10", request_id="XQ-1002")
    of("query_order", "1006")["kind"] = "查新"
    of("query_order", "1012").update(submitted_to=None, submitted_on=None, returned_on=None)
    book.drop("document", "WH-10", request_id="XQ-1022", kind="标准提升建议方案")


def blanks(faults: Faults) -> None:
    """Station 10: an old print of the form, and cells that nobody filled in."""
    book, of = faults.book, faults.of
    for one in book.find("service_record", "WH-10"):
        del one.fields["q9_stars"]
    room = book.one("premises", "WH-10").fields
    room.update(air_quality_met=None, suggestion_box=None, air_quality_standard_edition="2002")
    book.one("equipment", "WH-10", kind="电脑").fields["networked"] = None
    book.one("person", "WH-10", person_id="RY-103").fields["qualified"] = None
    book.one("feedback", "WH-10", feedback_id="YJ-103").fields["about"] = None
    of("service", "1007")["important"] = None
    of("service", "1014")["delivered_on_site"] = None
    book.one("disclosure", "WH-10", data_subject="QY-104").fields["authorised"] = None
    station = book.one("station", "WH-10").fields
    station["publicised_on"] = station["evaluated_on"] - timedelta(days=5)
