"""What the two examples of stations share: places, people, days, and the course of a demand.

All names are made up. Nothing is drawn at random but by a generator with a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from _book import Book

T = TypeVar("T")
#: Demands of a station that came to a service record.
SERVED = 30
#: Days on which nobody works, beside the weekends (2023 and 2024, those that matter here).
FREE = [
    (date(2023, 4, 29), date(2023, 5, 3)), (date(2023, 6, 22), date(2023, 6, 24)),
    (date(2023, 9, 29), date(2023, 10, 6)), (date(2024, 1, 1), date(2024, 1, 1)),
    (date(2024, 2, 9), date(2024, 2, 17)), (date(2024, 4, 4), date(2024, 4, 6)),
    (date(2024, 5, 1), date(2024, 5, 5)), (date(2024, 6, 8), date(2024, 6, 10)),
    (date(2024, 9, 15), date(2024, 9, 17)), (date(2024, 10, 1), date(2024, 10, 7)),
]  # fmt: skip
FAMILY = "林周程沈顾许钟贺夏阮陶柏简褚葛邵"
GIVEN = ["知远", "晓岚", "立言", "静宜", "望舒", "景行", "若溪", "怀瑾", "云帆", "书宁", "以安"]
TRADES = ["精密机械", "食品", "新材料", "电气", "包装", "仪器仪表"]
BRANDS = ["樟", "澄", "恒", "岳", "禾", "朗", "驰", "拓", "润", "翎"]


class Dice:
    """A source of chance with a seed; only the one method that every Python keeps alike."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, number: int) -> int:
        """Return a number from 0 to below `number`."""
        return int(self._random.random() * number)

    def pick(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[self.below(len(values))]


@dataclass
class Station:
    """A place with its people and enterprises.

    Attributes:
        enterprises: Triples (number, name, legal representative).
    """

    no: int
    id: str
    name: str
    opened: date
    closed: date | None = None
    enterprises: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def head(self) -> str:
        """Name of the head."""
        return person_name(self.no * 7)

    @property
    def clerk(self) -> str:
        """Name of the one at the window."""
        return person_name(self.no * 7 + 3)


@dataclass
class Demand:
    """One request and what became of it.

    Attributes:
        own: Whether the station serves it itself; else a provider does.
        on_site: Whether somebody went to the enterprise.
    """

    station: Station
    no: int
    enterprise: tuple[str, str, str]
    category: str
    item: str
    received: datetime
    assessed: datetime
    started: datetime
    ended: datetime
    own: bool
    on_site: bool
    important: bool
    provider: str | None

    @property
    def key(self) -> str:
        """The digits that its papers share."""
        return f"{self.station.no:02d}{self.no:02d}"

    @property
    def id(self) -> str:
        """Number of the request."""
        return f"XQ-{self.key}"

    @property
    def closed(self) -> datetime:
        """When it was settled: three days after the end."""
        return self.ended + timedelta(days=3)

    @property
    def contact(self) -> str:
        """Who speaks for the enterprise."""
        return person_name(int(self.key) % 173)


def person_name(number: int) -> str:
    """Return a made-up name."""
    return FAMILY[number % len(FAMILY)] + GIVEN[number // 3 % len(GIVEN)]


def stations(
    prefix: str, suffix: str, parks: Sequence[str], opened: Sequence[date]
) -> list[Station]:
    """Return the stations with six enterprises each."""
    found = []
    for no, (park, day) in enumerate(zip(parks, opened, strict=True), start=1):
        one = Station(no, f"{prefix}-{no:02d}", f"{park}{suffix}", day)
        one.enterprises = [
            (f"QY-{no:02d}{n + 1}", f"{park[:2]}{BRANDS[no - 1]}{BRANDS[n]}{trade}有限公司",
             person_name(no * 11 + n * 5))
            for n, trade in enumerate(TRADES)
        ]  # fmt: skip
        found.append(one)
    return found


def is_free(day: date) -> bool:
    """Tell whether nobody works on a day."""
    return day.weekday() > 4 or any(first <= day <= last for first, last in FREE)


def work_day(day: date, after: int = 0) -> date:
    """Return the day itself or the next on which people work, and then so many further ones."""
    while is_free(day):
        day += timedelta(days=1)
    for _ in range(after):
        day += timedelta(days=1)
        while is_free(day):
            day += timedelta(days=1)
    return day


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a time of a day."""
    return datetime.combine(day, time(hour, minute))


def demands(
    station: Station,
    kinds: Sequence[tuple[str, Sequence[str], bool]],
    providers: Sequence[str],
    dice: Dice,
    until: date = date(2024, 11, 22),
) -> Iterator[Demand]:
    """Return the demands of a station that were served, spread over 2024.

    Args:
        station: The station.
        kinds: What is asked for in turn: (category, items, whether the station serves it).
        providers: Numbers of the providers.
        dice: Chance.
        until: About when the last came in.
    """
    first = max(station.opened + timedelta(days=20), date(2024, 1, 8))
    step = (until - first) / (SERVED - 1)
    for no in range(1, SERVED + 1):
        category, items, own = kinds[(no - 1) % len(kinds)]
        day = work_day(first + step * (no - 1))
        received = clock(day, 9 + dice.below(5), dice.below(4) * 15)
        assessed = received + timedelta(hours=2)
        start = work_day(day, 1 + dice.below(3) if own else 4 + dice.below(4))
        started = clock(start, 9 + dice.below(4), 30)
        days = 0 if own else 2 + dice.below(6)
        ended = clock(work_day(start, days), 15, 10 + dice.below(40))
        yield Demand(
            station, no, station.enterprises[no % len(station.enterprises)], category,
            items[(no - 1) // len(kinds) % len(items)], received, assessed, started, ended, own,
            on_site=not own or no % 3 == 0, important=no in (7, 19),
            provider=None if own else providers[(station.no + no) % len(providers)],
        )  # fmt: skip


def add_demand(book: Book, one: Demand, dice: Dice) -> None:
    """Add the request, the service, its form and what the head says of an important one."""
    place = {"station_id": one.station.id}
    book.add(
        "request", one.station.id, request_id=one.id, **place, enterprise_id=one.enterprise[0],
        channel=dice.pick(["电话", "巡访", "微信", "日常服务"]), category=one.category,
        item=one.item, received_at=one.received, assessed_on=one.assessed,
        self_performable="是" if one.own else "否",
        appointment_on=one.started if one.own else None,
        important="是" if one.important else "否", urgent="否", closed_on=one.closed,
    )  # fmt: skip
    book.add(
        "service", one.station.id, service_id=f"FW-{one.key}", request_id=one.id, **place,
        enterprise_id=one.enterprise[0], provider_id=one.provider, started_at=one.started,
        ended_at=one.ended, delivered_on_site="是" if one.on_site else "否",
        important="是" if one.important else "否",
    )  # fmt: skip
    add_form(book, one, dice)
    if one.important:
        book.add(
            "review_by_head", one.station.id, request_id=one.id, head_id=one.station.head,
            reviewed_on=one.ended + timedelta(days=1), summary_on=one.ended + timedelta(days=2),
        )  # fmt: skip


def add_form(book: Book, one: Demand, dice: Dice) -> None:
    """Add the service record with the ratings of the enterprise."""
    stars: dict[str, Any] = {f"q{n}_stars": dice.pick([5, 5, 5, 4, 4, 3]) for n in (1, 2, 3, 4, 9)}
    if one.provider:
        stars |= {f"q{n}_stars": dice.pick([5, 5, 4]) for n in (6, 7, 8)}
    if dice.below(12) == 0:
        stars[dice.pick(["q2_stars", "q4_stars", "q9_stars"])] = None
    book.add(
        "service_record", one.station.id, record_id=f"JL-{one.key}", request_id=one.id,
        station_id=one.station.id, enterprise_name=one.enterprise[1], contact=one.contact,
        phone=f"000-{8100 + one.station.no:04d}{one.no:04d}", station_staff=one.station.clerk,
        requested_at=one.received, replied_at=one.assessed,
        accepted_at=one.received + timedelta(minutes=10 + dice.below(30)),
        on_site_at=one.started if one.on_site else None,
        ended_at=one.ended, category=one.category,
        other_text="咨询办事流程" if one.category == "其他服务" else None,
        details=f"请协助：{one.item}", provider_id=one.provider,
        technician=person_name(one.no * 13) if one.provider else None,
        planned_item_and_time=f"{one.item}，约一周" if one.provider else None,
        process=dice.pick(["现场答复并留下资料", "按约定完成并交付结果", "讲解后由企业自行办理"]),
        **stars, problem_solved="是", overall=dice.pick(["非常满意", "满意", "满意", "一般"]),
        comments=dice.pick([None, None, "希望多办培训", "无"]), signed_by=one.enterprise[2],
        signed_on=one.ended.date(), stamped="是", created_at=one.ended + timedelta(hours=1),
    )  # fmt: skip
    if one.own:
        book.add(
            "contact", one.station.id, request_id=one.id, party="企业",
            contacted_at=one.started + timedelta(hours=1), purpose="服务跟进", recorded="是",
        )  # fmt: skip
    if one.no % 3 == 0:
        book.add(
            "contact", one.station.id, request_id=one.id, party="企业",
            contacted_at=one.ended + timedelta(minutes=20), purpose="提请评价", recorded="是",
        )  # fmt: skip


def add_provider_talks(book: Book, one: Demand) -> None:
    """Add the talks and the agreement with the provider of a referred demand."""
    talks = [
        ("服务机构", "初步沟通", one.assessed + timedelta(hours=20)),
        ("企业", "服务跟进", one.started + timedelta(hours=5)),
        ("服务机构", "服务跟进", one.started + timedelta(hours=6)),
    ]
    for party, purpose, when in talks:
        book.add(
            "contact", one.station.id, request_id=one.id, party=party, contacted_at=when,
            purpose=purpose, recorded="是",
        )  # fmt: skip
    book.add(
        "referral", one.station.id, request_id=one.id, provider_id=one.provider,
        contacted_on=one.assessed + timedelta(hours=21), agreed_item=one.item,
        agreed_time=f"{one.started:%m月%d日}起", agreed_period="一周", record_id=f"JL-{one.key}",
    )  # fmt: skip


def add_open_demands(book: Book, station: Station, category: str, item: str) -> None:
    """Add a demand of December that is assessed and agreed, but not yet served."""
    got = clock(date(2024, 12, 26), 10, station.no)
    book.add(
        "request", station.id, request_id=f"XQ-{station.no:02d}31", station_id=station.id,
        enterprise_id=station.enterprises[0][0], channel="电话", category=category, item=item,
        received_at=got, assessed_on=got + timedelta(hours=3), self_performable="是",
        appointment_on=clock(date(2025, 1, 6), 9), important="否", urgent="否",
    )  # fmt: skip


def add_archives(book: Book, station: Station) -> None:
    """Add the file of each enterprise that was served, and the use made of its data."""
    for number, _, _ in station.enterprises:
        book.add(
            "archive", station.id, station_id=station.id, enterprise_id=number,
            items="企业基本信息、服务记录", numbered="是",
            archived_on=clock(work_day(station.opened + timedelta(days=60)), 16),
        )  # fmt: skip
        if number.endswith(("1", "4")):
            book.add(
                "disclosure", station.id, station_id=station.id, data_subject=number,
                disclosed_on=clock(date(2024, 11, 5), 10), disclosed_to="协作检测机构",
                purpose="提供服务", authorised="是",
            )  # fmt: skip


def add_opinions(book: Book, station: Station, about: Sequence[str], **more: Any) -> None:
    """Add opinions, each dealt with in time, and a complaint."""
    for n, whom in enumerate(about, start=1):
        got = clock(work_day(date(2024, 3, 4) + timedelta(days=61 * n + station.no)), 10)
        book.add(
            "feedback", station.id, feedback_id=f"YJ-{station.no:02d}{n}", station_id=station.id,
            received_on=got, channel=["意见箱", "微信", "电话"][n % 3], about=whom, recorded="是",
            reasonable="是", plan_on=got + timedelta(days=2),
            due_on=(got + timedelta(days=30)).date(), corrected_on=got + timedelta(days=20),
            published_on=got + timedelta(days=22), archived_on=got + timedelta(days=25), **more,
        )  # fmt: skip
    got = clock(work_day(date(2024, 7, 1) + timedelta(days=3 * station.no)), 14)
    book.add(
        "complaint", station.id, complaint_id=f"TS-{station.no:02d}1", station_id=station.id,
        received_on=got, handled_by=station.clerk, answered_on=got + timedelta(days=3),
        reference_used="GB/T 19012",
    )  # fmt: skip


def add_visits(book: Book, station: Station) -> None:
    """Add a visit every second month, in turn to each enterprise."""
    for n in range(11):
        day = work_day(date(2023, 3, 6) + timedelta(days=60 * n + station.no))
        if day > station.opened:
            book.add(
                "visit", station.id, visit_id=f"ZF-{station.no:02d}{n:02d}", station_id=station.id,
                enterprise_id=station.enterprises[n % 6][0], visited_on=clock(day, 10),
                needs_collected="是", staff_id=f"RY-{station.no:02d}2",
            )  # fmt: skip


def judge(book: Book, where: str, norm: str, element: str, subject: str) -> None:
    """Add a favourable judgement by a person."""
    book.add(
        "judgement", where, norm=norm, element=element, subject=subject, satisfied="是",
        by="检查组", judged_at=date(2024, 12, 12),
    )  # fmt: skip
