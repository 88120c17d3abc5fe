"""What is special about each of the ten workstations; examples/README.md tells it in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from _book import Book
from _stations import clock
from _stations_faults import Faults

#: Type -> the field that serves as the id of the fact.
NAMED = {
    "station": "station_id", "premises": "station_id", "person": "person_id",
    "policy_document": "document_id", "need_form": "form_id", "service_record": "record_id",
    "feedback": "feedback_id", "complaint": "complaint_id", "archive": "enterprise_id",
    "disclosure": "data_subject",
}  # fmt: skip
#: Type -> what a person has to judge of such a record: (norm, element).
ASKED = {
    "station": [
        ("4.1.3-area-structure-structure", "structure"), ("C.4-efficient", "simple"),
        ("C.5-flexible", "agreed"), ("C.7-policy", "accurate"), ("A.2.2-follow-rules", "follows"),
        ("A.1.2-rules-and-plan-carried-out", "carried_out"),
        ("4.1.1-siting-principle-layout", "layout"),
    ],
    "premises": [("4.2.5-symbols", "symbols"), ("C.1-civil-place", "place")],
    "person": [("4.4.1-qualified-staff-knows", "law"), ("4.4.1-qualified-staff-knows", "process"),
               ("C.1-civil-manners", "manners")],
    "policy_document": [("4.5-institution-building", "fitted"),
                        ("4.5-institution-building", "workable")],
    "service_record": [("7.2-complete-true-accurate-judged", "true")],
}  # fmt: skip


def special(book: Book) -> None:
    """Put in what is special, station by station."""
    faults = Faults(book, "SU")
    last_moments(faults)
    faults.blank_fields()
    faults.wrong_stamps()
    faults.wrong_stars()
    closed_station(book)
    demands(faults)
    occasions(book)
    neglected(book)
    need_forms(book)
    blanks(faults)
    faults.bad_rows()
    book.one("need_form", "SU-07", form_id="D-075").fields["signed_on"] = "2024年2月30日"
    faults.name_rows(NAMED)
    faults.judged(ASKED)


def last_moments(faults: Faults) -> None:
    """Station 2: opened on the last day of a week of publicity, each day at its last moment."""
    book = faults.book
    for name, day, hour in (
        ("中国品牌日", date(2024, 5, 13), 16), ("世界计量日", date(2024, 5, 17), 9),
        ("世界认可日", date(2024, 6, 12), 15), ("质量月", date(2024, 9, 30), 16),
        ("绿色产品宣传周", date(2024, 10, 3), 10), ("世界标准日", date(2024, 10, 17), 23),
    ):  # fmt: skip
        book.one("service_activity", "SU-02", campaign=name).fields.update(
            held_on=clock(day, hour), end_on=None
        )
    first = book.one("service_activity", "SU-02", campaign="世界计量日").fields
    book.add(
        "service_activity", "SU-02",
        **{**first, "activity_id": "HD-02-241", "campaign": "知识产权宣传周",
           "held_on": date(2024, 4, 26)},
    )  # fmt: skip
    clerk = book.one("person", "SU-02", person_id="RY-024").fields
    clerk["trained_on"] = clerk["started_on"]
    faults.on_its_last_day("021")
    station = book.one("station", "SU-02").fields
    station["site_criteria"] = station["site_criteria"].replace("、配套条件较好", "")
    station["site_exception"] = "园区二期配套年底交付"


def closed_station(book: Book) -> None:
    """Station 5, closed at the end of September: what was not there is lost for good."""
    station = book.one("station", "SU-05").fields
    station["closed_on"] = date(2024, 9, 30)
    station["site_criteria"] = station["site_criteria"].replace("、满足消防要求", "")
    book.one("premises", "SU-05").fields.update(
        sign_location="其他位置", service_windows=0, evacuation_clear="否",
        displayed_items="服务内容、服务项目、服务流程、服务电话、政策规定、审批程序",
    )  # fmt: skip
    book.one("equipment", "SU-05", kind="应急灯").fields["working"] = "否"
    book.one("equipment", "SU-05", kind="电脑").fields["networked"] = "否"
    for kind in ("触摸屏", "检测平台"):
        book.drop("equipment", "SU-05", kind=kind)
    book.drop("policy_document", "SU-05", kind="应急预案")
    book.drop("emergency_plan", "SU-05")
    book.one("policy_document", "SU-05", kind="岗位职责").fields["content_items"] = "站长全面负责"
    book.drop("service_offering", "SU-05", item="企业年报")
    head = book.one("person", "SU-05", person_id="RY-051")
    head.fields["ended_on"] = date(2024, 5, 31)
    book.add("person", "SU-05", **{**head.fields, "person_id": "RY-055", "ended_on": None,
                                   "started_on": date(2024, 6, 17)})  # fmt: skip
    clerk = book.one("person", "SU-05", person_id="RY-052").fields
    clerk["trained_on"] = clerk["started_on"] + timedelta(days=6)
    book.one("person", "SU-05", person_id="RY-053").fields["badge_worn"] = "否"
    book.drop("assessment", "SU-05", person_id="RY-054")
    book.drop("feedback", "SU-05", feedback_id="YJ-053")


def demands(faults: Faults) -> None:
    """Station 6: demands of which something was not done, or not written down."""
    book, of = faults.book, faults.of
    of("request", "0601")["self_performable"] = None
    of("request", "0602")["assessed_on"] = None
    book.drop("referral", "SU-06", request_id="XQ-0603")
    of("request", "0604")["appointment_on"] = None
    of("referral", "0605")["agreed_period"] = None
    agreed = of("request", "0606")
    agreed["appointment_on"] = agreed["appointment_on"] - timedelta(hours=18)
    covered = book.one("need_form", "SU-06", form_id="D-064").fields
    covered["request_ids"] = covered["request_ids"].replace("、XQ-0609", "")
    faults.problems()
    # An urgent demand that came first and was served last, without a form.
    faults.served_without_form("0622", "0632")
    first, urgent = of("request", "0622"), of("request", "0632")
    urgent["urgent"] = "是"
    for name in ("received_at", "assessed_on"):
        urgent[name] = first[name] - timedelta(hours=26)
    started = of("service", "0632")
    started["started_at"] = started["started_at"] + timedelta(hours=1)
    urgent["appointment_on"] = started["started_at"]
    of("contact", "0632")["contacted_at"] = started["started_at"] + timedelta(hours=1)
    covered = book.one("need_form", "SU-06", form_id="D-065").fields
    covered["request_ids"] += "、XQ-0632"


def occasions(book: Book) -> None:
    """Station 7: occasions of 2024 held late, left out, or begun the month before."""

    def of(name: str) -> dict[str, Any]:
        found = [one for one in book.find("service_activity", "SU-07", campaign=name)
                 if one.fields["held_on"].year == 2024]  # fmt: skip
        return found[0].fields

    of("知识产权宣传周").update(held_on=clock(date(2024, 4, 29), 9), end_on=None)
    missed = of("世界计量日")["activity_id"]
    book.drop("service_activity", "SU-07", activity_id=missed)
    of("质量月").update(held_on=clock(date(2024, 8, 30), 9), end_on=clock(date(2024, 9, 2), 17))
    of("绿色产品宣传周")["held_on"] = clock(date(2024, 10, 8), 9)
    of("世界标准日")["held_on"] = date(2024, 10, 18)
    book.add("service_activity", "SU-07", **{**of("中国品牌日"), "activity_id": "HD-07-24B",
                                             "held_on": clock(date(2024, 5, 11), 9)})  # fmt: skip


def neglected(book: Book) -> None:
    """Station 8: set up without papers; opinions, a complaint, an incident handled badly."""
    station = book.one("station", "SU-08").fields
    station["authorisation_number"] = None
    station["publicised_on"] = station["opened_on"] + timedelta(days=7)
    opinion = book.one("feedback", "SU-08", feedback_id="YJ-081").fields
    opinion["corrected_on"] = clock(opinion["due_on"] + timedelta(days=3), 11)
    opinion["published_on"] = clock(opinion["due_on"] + timedelta(days=5), 9)
    opinion["archived_on"] = None
    book.one("feedback", "SU-08", feedback_id="YJ-082").fields["recorded"] = "否"
    book.one("feedback", "SU-08", feedback_id="YJ-083").fields.update(
        reasonable="否", plan_on=None, due_on=None, corrected_on=None, published_on=None,
        archived_on=None,
    )  # fmt: skip
    book.one("complaint", "SU-08").fields.update(
        about_discrimination="是", upheld="是", answered_on=None
    )
    book.drop("report", "SU-08", incident_id="TF-08", to_role="园区分局")
    book.drop("archive", "SU-08", enterprise_id="QY-083")
    book.one("archive", "SU-08", enterprise_id="QY-085").fields["numbered"] = "否"
    given = book.one("disclosure", "SU-08", data_subject="QY-084").fields
    given.update(disclosed_to="某广告公司", purpose="其他用途", authorised="否")


def need_forms(book: Book) -> None:
    """Station 9, opened in August: gaps in the need forms."""

    def form(no: int) -> dict[str, Any]:
        return book.one("need_form", "SU-09", form_id=f"D-09{no}").fields

    form(1)["number"] = None
    form(2)["training_needs"] = "标准培训、其他"
    form(3)["uscc"] = None
    late = form(4)
    late["signed_on"] = late["filled_on"] - timedelta(days=1)
    form(5)["signed_by"] = None
    form(6)["metrology_needs"] = None


def blanks(faults: Faults) -> None:
    """Station 10: an old print of the form, and cells that nobody filled in."""
    book, of = faults.book, faults.of
    for one in book.find("service_record", "SU-10"):
        del one.fields["stamped"]
    room = book.one("premises", "SU-10").fields
    room.update(air_quality_met=None, evacuation_clear=None, air_quality_standard_edition="2002")
    book.one("equipment", "SU-10", kind="灭火器").fields["working"] = None
    book.one("person", "SU-10", person_id="RY-103").fields["badge_worn"] = None
    book.one("policy_document", "SU-10", kind="岗位职责").fields["content_items"] = None
    book.one("feedback", "SU-10", feedback_id="YJ-102").fields["reasonable"] = None
    book.one("complaint", "SU-10").fields.update(about_discrimination="是", upheld=None)
    of("service", "1007")["important"] = None
    of("service", "1014")["delivered_on_site"] = None
    book.one("disclosure", "SU-10", data_subject="QY-104").fields["authorised"] = None
