"""Faults that the two examples of stations share: those of the form of a service and of its row."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any

from _book import Book
from _stations import clock, judge

#: What stands before the id of a fact that has no number of its own.
PREFIX = {"premises": "CS-", "archive": "DA-", "disclosure": "PL-"}


class Faults:
    """Finds records by the digits of their number, the first two of which are the station's.

    Attributes:
        book: All records.
        prefix: What the number of a station begins with.
    """

    def __init__(self, book: Book, prefix: str) -> None:
        self.book = book
        self.prefix = prefix

    def where(self, key: str) -> str:
        """Return the station of a key."""
        return f"{self.prefix}-{key[:2]}"

    def form(self, key: str) -> dict[str, Any]:
        """Return the fields of a service record."""
        return self.book.one("service_record", self.where(key), record_id=f"JL-{key}").fields

    def of(self, kind: str, key: str, /, **where: Any) -> dict[str, Any]:
        """Return the fields of the only record of a type that belongs to a demand."""
        return self.book.one(kind, self.where(key), request_id=f"XQ-{key}", **where).fields

    def blank_fields(self) -> None:
        """Station 3: fields of the form left blank."""
        for key, names in {
            "0301": "phone", "0302": "station_staff", "0304": "accepted_at", "0306": "category",
            "0309": "details", "0310": "other_text", "0311": "process", "0312": "overall",
            "0313": "technician", "0315": "planned_item_and_time", "0317": "on_site_at",
            "0318": "provider_id", "0320": "signed_by signed_on", "0321": "problem_solved",
            "0325": "replied_at", "0326": "requested_at", "0328": "ended_at",
        }.items():  # fmt: skip
            for name in names.split():
                self.form(key)[name] = None
        self.form("0320")["stamped"] = "否"

    def wrong_stamps(self) -> None:
        """Station 4: times out of order, and records made late."""
        hour, day = timedelta(hours=1), timedelta(days=1)
        one = self.form("0401")
        one["accepted_at"] = one["requested_at"] - hour
        one = self.form("0402")
        one["replied_at"] = one["ended_at"] + hour
        one = self.form("0403")
        one["on_site_at"] = one["ended_at"] + day
        one = self.form("0407")
        one["replied_at"] = one["on_site_at"] + hour
        one = self.form("0409")
        one["signed_on"] = (one["ended_at"] - day).date()
        one = self.form("0410")
        one["created_at"] = one["ended_at"] + 24 * hour + timedelta(minutes=1)
        one = self.form("0411")
        one["created_at"] = one["ended_at"] + 50 * hour
        # Written down by the day; the order within it cannot be told, and that is allowed.
        one = self.form("0422")
        for name in ("requested_at", "accepted_at", "replied_at"):
            one[name] = one[name].date()

    def wrong_stars(self) -> None:
        """Station 4: ratings beyond five stars, none, half; and a form without any."""
        for key, name, stars in (
            ("0412", "q1_stars", 6), ("0414", "q2_stars", 0), ("0416", "q3_stars", 4.5),
            ("0420", "q4_stars", 10), ("0417", "q7_stars", 6), ("0418", "q9_stars", -1),
        ):  # fmt: skip
            self.form(key)[name] = stars
        for n in (1, 2, 3, 4, 9):
            self.form("0419")[f"q{n}_stars"] = None

    def problems(self) -> None:
        """Station 6: a problem of which both sides were told, and one of which one side was."""
        for key, told in (("0623", "企业、服务机构"), ("0625", "企业")):
            when = self.of("service", key)["started_at"] + timedelta(hours=24)
            self.book.add(
                "problem", self.where(key), problem_id=f"WT-{key}", request_id=f"XQ-{key}",
                found_on=when, cause="样品数量不足", reported_back_on=when + timedelta(hours=5),
                parties_informed=told,
            )  # fmt: skip

    def served_without_form(self, key: str, again: str) -> None:
        """Add a demand like another, but without a form and without a rating."""
        where = self.where(key)
        for kind in ("request", "service"):
            told = deepcopy(self.of(kind, key))
            self.book.add(kind, where, **told | {"request_id": f"XQ-{again}"})
        self.of("service", again)["service_id"] = f"FW-{again}"
        talk = deepcopy(self.of("contact", key, purpose="服务跟进"))
        self.book.add("contact", where, **talk | {"request_id": f"XQ-{again}"})

    def on_its_last_day(self, key: str) -> None:
        """Let an opinion be dealt with late on the last day."""
        one = self.book.one("feedback", self.where(key), feedback_id=f"YJ-{key}").fields
        one["corrected_on"] = clock(one["due_on"], 23, 50)
        one["published_on"] = one["archived_on"] = clock(one["due_on"], 23, 59)

    def bad_rows(self) -> None:
        """Rows that cannot be read; the row of a form takes its form with it."""
        self.form("0716")["ended_at"] = "2024年6月31日 15:10"
        self.form("0718")["q6_stars"] = "5星"
        found = self.book.find("equipment", self.where("07"))[-1]
        found.fields["count"] = "1套"
        visit = self.book.one("visit", self.where("07"), visit_id="ZF-0707")
        visit.fields["visited_on"] = "2024-13-05"
        # The same form twice is one form.
        twin = self.book.one("service_record", self.where("08"), record_id="JL-0801")
        self.book.records.insert(self.book.records.index(twin), deepcopy(twin))

    def name_rows(self, named: dict[str, str]) -> None:
        """Give the rows ids by their own numbers.

        Args:
            named: Type -> the field that holds the number.
        """
        for one in self.book.records:
            if one.type in named:
                one.id = PREFIX.get(one.type, "") + str(one.fields[named[one.type]])

    def judged(self, asked: dict[str, Sequence[tuple[str, str]]]) -> None:
        """The inspectors went to the first five stations, and read the forms of the first.

        Args:
            asked: Type of the record -> pairs (norm, element).
        """
        last = f"{self.prefix}-05"
        for one in [r for r in self.book.records if r.type in asked and r.case <= last]:
            if one.type == "service_record" and one.case != f"{self.prefix}-01":
                continue
            if one.fields.get("kind") == "评价汇总":
                continue
            for norm, element in asked[one.type]:
                judge(self.book, one.case, norm, element, one.id)
