"""Writes the two workbooks of examples/jghq_bzh: eighty standards of a centre, and the centre.

`STANDARDS` tells when each was issued and reviewed, `special` what is wrong with which;
examples/README.md tells what to expect. Run it from anywhere: ``python examples/make_jghq_bzh.py``.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

from _book import Book, sheets_of
from _standards import Life, Standard, day
from _standards_agency import agency
from _standards_faults import bad_rows, special
from _standards_sheets import AGENCY, EXTRA, LIFE

FOLDER = Path(__file__).resolve().parent / "jghq_bzh"
#: Day of issue, then each review with its outcome (confirmed unless another is named).
CYCLES = """
2020-02-29 2023-02-27
2020-02-29 2023-02-28
2020-02-29 2023-03-01
2020-02-29
2016-02-29 2019-02-28 2022-02-28
2016-02-29 2019-03-01 2022-03-01
2016-02-29 2019-02-27 2022-02-28
2021-02-28 2024-02-28
2021-02-28 2024-02-29
2021-02-28 2024-02-27
2021-03-01 2024-02-29
2021-03-01 2024-03-01
2021-03-01 2024-03-02
2020-02-28 2023-02-28
2020-03-01 2023-03-01
2021-06-15 2024-02-29
2017-09-01 2020-02-29 2023-02-28
2017-09-01 2020-02-29 2023-03-01
2019-03-01 2022-02-28 修订
2019-05-20 2021-07-30 修订
2020-02-29 2023-02-28 修订
2019-03-01 2022-02-28 修订
2018-02-28 2021-02-28 修订
2018-03-01 2020-02-29 修订 2023-09-26
2020-02-29 2023-02-28 废止
2020-02-29 2023-02-10 废止
2019-06-03 2022-05-30 废止
2018-10-08 2021-10-08 2024-02-29 废止
""".strip()


def standards() -> list[Standard]:
    """Return the eighty standards."""
    found = []
    for no, line in enumerate(CYCLES.splitlines(), start=1):
        issued, *rest = line.split()
        reviews: list[tuple[date, str]] = []
        for text in rest:
            if text[0].isdigit():
                reviews.append((day(text), "确认"))
            else:
                reviews[-1] = (reviews[-1][0], text)
        found.append(Standard(no, day(issued), reviews))
    for no in range(len(found) + 1, 63):
        found.append(Standard(no, day("2022-02-28") + timedelta(13 * (no - 29))))
    for no in range(63, 71):
        level = ("国家标准", "行业标准", "地方标准", "团体标准")[no % 4]
        found.append(Standard(no, day("2023-02-28"), level=level, mandatory=no % 4 == 0))
    for no in range(71, 81):
        found.append(Standard(no, day("2023-03-01") + timedelta(30 * (no - 71))))
    return found


def build() -> tuple[Book, Book]:
    """Build the register of standards and the registers of the centre."""
    book, centre = Book(), Book()
    agency(centre)
    for one in standards():
        Life(book, centre, one).build()
    special(book, centre)
    bad_rows(book, centre)
    return book, centre


def main(folder: Path = FOLDER) -> None:
    """Write the workbooks."""
    folder.mkdir(parents=True, exist_ok=True)
    book, centre = build()
    book.write(folder / "标准全程台账.xlsx", sheets_of(LIFE, EXTRA))
    centre.write(folder / "标准化工作台账.xlsx", sheets_of(AGENCY, EXTRA))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
