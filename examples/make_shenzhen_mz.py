"""Writes examples/shenzhen_mz/申报评定导出.xlsx: twenty applicants of one round.

`UNITS` tells what is special about each; examples/README.md tells what to expect. Run it from
anywhere: ``python examples/make_shenzhen_mz.py``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from _book import Book, sheets_of
from _row_facts import row_facts
from _sheets_shenzhen_mz import EXTRA, TABLE

TARGET = Path(__file__).resolve().parent / "shenzhen_mz" / "申报评定导出.xlsx"
ROUND = "2022年度"
#: Graded rows: points of 优秀, 良好, 一般, 较差; the others are binary: points.
GRADED = {
    "1": "2 1.5 1 0",
    "6": "8 5 2 0",
    **{str(n): "3 2 1 0" for n in (*range(9, 15), 16, 17, 18)},
    **{str(n): "4 3 2 0" for n in (19, 20, 21)},
}
BINARY = {
    **dict.fromkeys(
        ["2", "3", "4", "5", "7", "8", "24", "29", "30", "31", "32", "33", "34", "37", "38"], 1
    ),
    **dict.fromkeys(
        ["22", "23", "25", "26", "27", "28", "35", "36", "39", "40", "42", "43", "44", "45", "46"],
        2,
    ),
    "15": 3,
    "41": 3,
}
ROWS = sorted({*GRADED, *BINARY}, key=int)
WORDS = ["优秀", "良好", "一般", "较差"]
PAPERS = {
    "3": ["机构设立文件", "场所证明", "物资证明"],
    "5": ["发展规划", "年度计划"],
    "10": ["标准明细表", "统计表"],
    "26": ["标准实施计划", "标准实施程序"],
    **{n: ["标准文本", "编制说明"] for n in ("19", "20", "21")},
}


@dataclass
class Unit:
    """One applicant.

    Attributes:
        lost: Rows on which the panel gave less, with the word or 0, as "6=一般 42=0".
        stage: How far it came: documents, site or award.
        total: What the document check found; None: no result of it is filed.
    """

    lost: str = ""
    stage: str = "documents"
    total: float | None = None
    batch: str = "第一批"
    domains: str = "养老"
    applied: datetime = datetime(2022, 11, 2, 10, 0)


TEN = "42=0 43=0 44=0 45=0 46=0"
FIFTEEN = "6=一般 42=0 43=0 44=0 45=0 7=0"
UNITS = [
    Unit("", "award", 100),
    Unit(""),
    Unit(FIFTEEN, "award", 85, applied=datetime(2022, 11, 5, 23, 40)),
    Unit(f"{FIFTEEN} 1=良好", total=84.5),
    Unit(" ".join(f"{n}=良好" for n in GRADED), total=84.5),
    Unit(TEN, total=82),
    Unit(f"{TEN} 35=0 36=0", total=82),
    Unit(f"{TEN} 39=0 7=0"),
    Unit(FIFTEEN, "award", 85, domains="其他领域"),
    Unit("42=0"),
    Unit("1=一般 44=0 45=0", "award", 95, batch="第二批"),
    Unit("42=0", applied=datetime(2022, 11, 6, 9, 0)),
    Unit("42=0", batch="其他批次"),
    Unit("42=0 43=0"),
    Unit("42=0 43=0 44=0 45=0", "award", 92, domains="社会工作、其他领域"),
    Unit(f"{TEN} 39=0 7=0"),
    Unit(f"{TEN} 39=0", "award", 88),
    Unit(TEN, "award", 90),
    Unit(f"{TEN} 39=0 40=0", "award", 86),
    Unit(f"{TEN} 6=较差 9=较差 10=较差 11=较差 12=较差", total=70),
]


def name_of(no: int) -> str:
    """Return the number of a unit."""
    return f"SZ{no:02d}"


def build() -> Book:
    """Build all records."""
    book = Book()
    round_facts(book)
    for no, unit in enumerate(UNITS, start=1):
        applied(book, name_of(no), unit)
        evidence(book, name_of(no), unit)
        ratings(book, name_of(no), unit)
        course(book, name_of(no), unit)
        row_facts(book, name_of(no), lost_rows(unit), unit.domains)
    finish(book)
    special(book)
    bad_rows(book)
    return book


def round_facts(book: Book) -> None:
    """The plan of the round and its panel."""
    book.add(
        "ruleset_version",
        "",
        ruleset_id="示范单位评定方案",
        issued_on=date(2022, 10, 20),
        round_id=ROUND,
    )
    book.add(
        "panel_constituted",
        "",
        round_id=ROUND,
        constituted_on=date(2022, 11, 3),
        members="成员一、成员二、成员三、成员四",
    )
    for n, role in enumerate(("牵头处室", "归口处室", "市标院专家", "业务专家"), start=1):
        book.add(
            "panel_member",
            "",
            round_id=ROUND,
            person_id=f"P{n}",
            role=role,
            joined_on=date(2022, 11, 3),
        )


def applied(book: Book, unit_id: str, unit: Unit) -> None:
    """The unit, its application and its three boxes."""
    book.add(
        "pilot_unit",
        unit_id,
        unit_id=unit_id,
        name=f"申请单位{unit_id[2:]}",
        pilot_batch=unit.batch,
        domains=unit.domains,
        listed_on=date(2020, 11, 16),
    )
    book.add(
        "application_submitted",
        unit_id,
        unit_id=unit_id,
        round_id=ROUND,
        submitted_at=unit.applied,
        has_application_form="有",
        has_commitment_letter="有",
        has_self_evaluation_form="有",
    )
    for n in (1, 2, 3):
        book.add(
            "veto_item_assessed",
            unit_id,
            unit_id=unit_id,
            round_id=ROUND,
            veto_no=str(n),
            satisfied="√",
            assessed_at=unit.applied - timedelta(days=1),
        )


def rows_of(unit: Unit) -> list[str]:
    """Row 28 is for two fields of work only."""
    return [row for row in ROWS if row != "28" or unit.domains != "其他领域"]


def lost_rows(unit: Unit) -> set[str]:
    """Return the rows on which the panel gives nothing."""
    parts = (part.split("=") for part in unit.lost.split())
    return {row for row, word in parts if word in ("0", "较差")}


def evidence(book: Book, unit_id: str, unit: Unit) -> None:
    """The papers of every row."""
    for row in rows_of(unit):
        for kind in PAPERS.get(row, ["证明材料"]):
            record = book.add(
                "evidence_submitted",
                unit_id,
                "ZM",
                unit_id=unit_id,
                indicator_no=row,
                evidence_type=kind,
                stamped="是",
                authentic="是",
                valid="是",
                submitted_at=unit.applied,
            )
            record.fields["evidence_id"] = record.id


def ratings(book: Book, unit_id: str, unit: Unit) -> None:
    """The unit gives itself full marks; the panel takes some away."""
    lost = dict(part.split("=") for part in unit.lost.split())
    for row in rows_of(unit):
        grades = [float(x) for x in GRADED.get(row, f"{BINARY.get(row, 0)} 0").split()]
        word = lost.get(row, "优秀")
        points = grades[WORDS.index(word)] if word in WORDS else 0.0
        for rater, when, grade, given in (
            ("自评", unit.applied - timedelta(days=2), "优秀", grades[0]),
            ("评定小组", datetime(2022, 11, 10, 14, 0), word, points),
        ):
            shown = {"grade": grade} if row in GRADED else {}
            if row not in GRADED or int(row) % 2:
                shown |= {"points": given if given % 1 else int(given)}
            book.add(
                "indicator_rated",
                unit_id,
                "PF",
                unit_id=unit_id,
                round_id=ROUND,
                indicator_no=row,
                rater=rater,
                rated_at=when,
                **shown,
            )


def course(book: Book, unit_id: str, unit: Unit) -> None:
    """The stages, as far as the unit came."""
    own = {"unit_id": unit_id, "round_id": ROUND}
    stages = [("自评", unit.applied), ("资料审核", datetime(2022, 11, 14, 17, 0))]
    if unit.stage == "award":
        stages += [
            ("现场审查", datetime(2022, 11, 22, 16, 0)),
            ("公示", datetime(2022, 12, 12, 9, 0)),
        ]
    for stage, when in stages:
        posted = date(2022, 12, 12) if stage == "公示" else None
        book.add(
            "stage_completed", unit_id, stage=stage, completed_at=when, posted_on=posted, **own
        )
    if unit.total is not None:
        book.add(
            "document_check_completed",
            unit_id,
            completed_at=datetime(2022, 11, 14, 17, 0),
            total=unit.total,
            **own,
        )
    if unit.stage == "award":
        book.add(
            "on_site_check_completed",
            unit_id,
            mode="走访",
            confirmed="是",
            completed_at=datetime(2022, 11, 22, 16, 0),
            revised_total=unit.total,
            **own,
        )
        book.add("result_formed", unit_id, formed_on=date(2022, 12, 5), passed="是", **own)


def finish(book: Book) -> None:
    """Public notice, list of winners, certificates, website."""
    winners = [name_of(n) for n, unit in enumerate(UNITS, start=1) if unit.stage == "award"]
    book.add(
        "public_notice_posted",
        "",
        notice_id="GS-2022-1",
        round_id=ROUND,
        unit_ids="、".join(winners),
        posted_on=date(2022, 12, 12),
        ended_on=date(2022, 12, 16),
    )
    for one in winners:
        won = book.add(
            "award_announced",
            one,
            "HP",
            round_id=ROUND,
            unit_id=one,
            announced_on=date(2022, 12, 19),
        )
        # Whether the last of them was among the best was not written down.
        if one != winners[-1]:
            book.add(
                "judgement",
                one,
                norm="2.1-select-best",
                element="merit",
                subject=won.id,
                satisfied="是",
                by="评定小组",
                judged_at=date(2022, 12, 5),
            )
        book.add(
            "certificate_issued",
            one,
            unit_id=one,
            certificate_kind="证书",
            issued_on=date(2022, 12, 20),
            valid_from=date(2022, 12, 20),
            valid_to=date(2025, 12, 20),
        )
        book.add("website_notice", one, unit_id=one, posted_on=date(2022, 12, 21))


def special(book: Book) -> None:
    """What is told apart in `README.md`, unit by unit."""
    book.add(
        "violation_record",
        "SZ02",
        unit_id="SZ02",
        severity="重大",
        decided_on=date(2021, 5, 10),
        authority="市场监督管理局",
        subject="价格违法",
    )
    book.drop("evidence_submitted", "SZ06", indicator_no="6")
    for one in book.find("evidence_submitted", "SZ07", indicator_no="19"):
        one.fields["stamped"] = "否"
    book.drop("indicator_rated", "SZ08", indicator_no="9", rater="评定小组")
    book.add(
        "blacklist_entry",
        "SZ10",
        unit_id="SZ10",
        list_name="政府采购失信",
        listed_from=date(2021, 9, 1),
    )
    del book.one("veto_item_assessed", "SZ14", veto_no="3").fields["satisfied"]
    book.one("evidence_submitted", "SZ15", indicator_no="33").fields["evidence_type"] = "零报告"
    book.one("indicator_rated", "SZ16", indicator_no="13", rater="评定小组").fields["points"] = 2
    book.add(
        "objection_received",
        "SZ17",
        objection_id="YY-1",
        notice_id="GS-2022-1",
        unit_id="SZ17",
        round_id=ROUND,
        received_at=date(2022, 12, 14),
    )
    for kind, stage in (
        ("stage_completed", {"stage": "资料审核"}),
        ("document_check_completed", {}),
    ):
        book.one(kind, "SZ18", **stage).fields["completed_at"] = datetime(2022, 11, 16, 9, 30)
    book.drop("on_site_check_completed", "SZ19")
    book.drop("stage_completed", "SZ19", stage="现场审查")
    book.one("application_submitted", "SZ20").fields["has_commitment_letter"] = "无"
    book.one("certificate_issued", "SZ18").fields["valid_to"] = date(2024, 12, 20)
    first = book.one("indicator_rated", "SZ11", indicator_no="1", rater="评定小组")
    first.recorded = datetime(2022, 11, 10, 15, 0)
    book.records.append(
        replace(
            first,
            fields=first.fields,
            id=f"{first.id}-G1",
            corrects=first.id,
            recorded=datetime(2022, 11, 14, 9, 0),
        )
    )
    first.fields = {**first.fields, "grade": "较差", "points": 0}


def bad_rows(book: Book) -> None:
    """Two rows that cannot be read."""
    book.one("indicator_rated", "SZ20", indicator_no="22", rater="评定小组").fields["points"] = (
        "2分"
    )
    found = book.find("evidence_submitted", "SZ20", indicator_no="23")
    record = replace(
        found[0], fields={**found[0].fields, "submitted_at": "2022年11月31日"}, id="ZM-9999"
    )
    book.records.insert(book.records.index(found[0]), record)


def main(target: Path = TARGET) -> None:
    """Write the workbook."""
    build().write(target, sheets_of(TABLE, EXTRA))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
