"""JSON lines, CSV and XLSX files: what is read, what is refused, and where."""

import datetime as dt
import json
import struct
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_samples import CASE_TYPES, SHANGHAI, VOCABULARY, read

from stdrules.base.errors import FactsError, MissingExtraError
from stdrules.base.truth import Missing
from stdrules.intake import xlsx_files
from stdrules.intake.csv_files import detect_encoding
from stdrules.intake.digest import facts_digest
from stdrules.intake.reader import read_facts

HEAD = ["项目编号", "文件编号", "文件类型", "完成时间", "页数", "是否盖章"]
ROW = ["P1", "D1", "推进计划表", "2024-03-01 09:05", "1,200", "√"]


def intake(*paths, **options):
    return read_facts(paths, VOCABULARY, CASE_TYPES, SHANGHAI, **options)


def write_text(path, rows, encoding="utf-8", mark=","):
    path.write_bytes("\r\n".join(mark.join(row) for row in rows).encode(encoding))
    return path


def workbook(path, sheets, **options):
    book = xlsxwriter.Workbook(str(path), options)
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(r, c, cell, moment)
                elif cell is not None:
                    sheet.write(r, c, cell)
    book.close()
    return path


def places(found):
    return [(d.code, str(d.span)) for d in found.diagnostics]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t"), ("gb18030", ","), ("utf-8-sig", "\t")],
)
def test_text_files_of_every_encoding_and_delimiter(tmp_path, encoding, mark):
    row = [*ROW[:4], "1200", "√"]
    found = intake(write_text(tmp_path / "文件台账.csv", [HEAD, row], encoding, mark))
    fact = found.log.facts[0]
    assert places(found) == []
    assert (fact.type, fact.id, fact.cases) == ("document", "文件台账!2", {"project": ("P1",)})
    assert (fact.fields["form"], fact.fields["pages"]) == ("schedule", Decimal(1200))
    assert fact.fields["stamped"] is True
    assert fact.fields["completed_at"].isoformat() == "2024-03-01T09:05:00+08:00"


def test_what_is_neither_encoding_is_refused(tmp_path):
    path = tmp_path / "文件台账.csv"
    path.write_bytes(b"\xff\xff\xff")
    assert detect_encoding(path) is None
    assert places(intake(path)) == [("E411", "文件台账.csv")]


def test_quotes_separator_notes_short_and_long_rows(tmp_path):
    path = tmp_path / "文件台账.csv"
    path.write_text(
        "sep=;\n项目编号;文件编号;完成时间;编写人\nP1;\"D;1\";2024-03-01;\"张三\n李四\"\nP1;D2\n"
        "P1;D3;2024-03-01;张三;多余\n\n;;;\nP1;D4;2024-02-30;\n", encoding="utf-8")  # fmt: skip
    found = intake(path)
    assert places(found) == [("W451", "文件台账.csv!C4"), ("E401", "文件台账.csv!C8"),
                             ("E416", "文件台账.csv!E5")]  # fmt: skip
    assert [f.fields["document_id"] for f in found.log.facts] == ["D;1", "D2"]
    assert found.log.facts[0].fields["authors"] == ("张三", "李四")
    assert found.counts.rows == 4
    assert found.counts.rejected == {"document": 2}


def test_an_unclosed_quote_is_reported(tmp_path):
    path = write_text(tmp_path / "文件台账.csv", [HEAD, ['"P1', *ROW[1:4], "3", "√"]])
    assert places(intake(path))[0][0] == "E414"


def test_a_workbook_with_typed_cells(tmp_path):
    rows = [
        ["导出于 2024-05-01"],
        HEAD,
        ["P1", 1001, "进度表", dt.datetime(2024, 3, 1, 9, 5), 84.5, True],
        ["P1", "D2", "list", dt.datetime(2024, 3, 2), 0.1, 0],
        ["P1", "D3", "list", 45352.375, 3, "是"],
    ]
    found = intake(workbook(tmp_path / "e.xlsx", {"文件台账": rows}))
    assert places(found) == []
    first, second, third = (fact.fields for fact in found.log.facts)
    assert (first["document_id"], first["pages"], first["stamped"]) == (
        "1001",
        Decimal("84.5"),
        True,
    )
    assert first["completed_at"].isoformat() == "2024-03-01T09:05:00+08:00"
    assert (second["completed_at"], second["pages"]) == (date(2024, 3, 2), Decimal("0.1"))
    assert third["completed_at"].isoformat() == "2024-03-01T09:00:00+08:00"
    assert found.log.facts[0].source.label() == "e.xlsx!文件台账!3"


def test_a_workbook_that_counts_from_1904(tmp_path):
    rows = [HEAD, ["P1", "D1", "list", 43890], ["P1", "D2", "list", dt.datetime(2024, 3, 1)]]
    found = intake(workbook(tmp_path / "e.xlsx", {"文件台账": rows}, date_1904=True))
    assert [f.fields["completed_at"] for f in found.log.facts] == [date(2024, 3, 1)] * 2


def test_days_that_sheets_invent_are_refused(tmp_path):
    rows = [HEAD, ["P1", "D1", "list", 60], ["P1", "D2", "list", 61]]
    found = intake(workbook(tmp_path / "e.xlsx", {"文件台账": rows}))
    assert places(found) == [("E401", "e.xlsx!文件台账!D2")]
    book = xlsxwriter.Workbook(str(tmp_path / "f.xlsx"))
    sheet = book.add_worksheet("文件台账")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ["P1", "D1", "list"])
    sheet.write_number(1, 3, 60, book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert places(intake(tmp_path / "f.xlsx")) == [("E401", "f.xlsx!文件台账!D2")]


def test_errors_and_unsaved_formulas_are_not_blank(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "e.xlsx"))
    sheet = book.add_worksheet("文件台账")
    sheet.write_row(0, 0, HEAD)
    for r in range(1, 5):
        sheet.write_row(r, 0, ["P1", f"D{r}", "list", "2024-03-01"])
    sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 4, "=1+1", None, 2)
    sheet.write_formula(3, 7, "=1/0", None, "#DIV/0!")
    sheet.write_string(4, 4, "#N/A")
    book.close()
    found = intake(tmp_path / "e.xlsx")
    assert places(found) == [("E415", "e.xlsx!文件台账!E2"), ("E415", "e.xlsx!文件台账!E5"),
                             ]  # fmt: skip
    assert [f.fields["pages"] for f in found.log.facts if f.id.endswith("3")] == [Decimal(2)]
    unsaved = tmp_path / "u.xlsx"
    with zipfile.ZipFile(tmp_path / "e.xlsx") as old, zipfile.ZipFile(unsaved, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item.filename, data.replace(b"<f>1+1</f><v>2</v>", b"<f>1+1</f>"))
    assert ("E415", "u.xlsx!文件台账!E3") in places(intake(unsaved))


def rezip(path, extra=(), edit=lambda name, data: data):
    target = path.with_name("x" + path.name)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, edit(item.filename, old.read(item)))
        for name, data in extra:
            new.writestr(name, data)
    return target


def lie(path, name):
    """Declare one byte for a part, in the directory and in the part's own header."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        header = archive.getinfo(name).header_offset
    struct.pack_into("<I", data, header + 22, 1)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    struct.pack_into("<I", data, at + 24, 1)
    path.write_bytes(bytes(data))
    return path


def test_unsafe_workbooks_are_refused_at_once(tmp_path):
    good = workbook(tmp_path / "e.xlsx", {"文件台账": [HEAD, ROW]})
    sheet = "xl/worksheets/sheet1.xml"
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'

    def far(name, data):
        return data.replace(b'r="A2"', b'r="XFD1048576"') if name == sheet else data

    def replace(name, data):
        return entity if name == sheet else data

    bombs = [
        rezip(good, [("xl/media/a.bin", b"\0" * (20 << 20))]),
        rezip(good, [(f"xl/x{n}.xml", b"x") for n in range(300)]).rename(tmp_path / "many.xlsx"),
        rezip(good, edit=far).rename(tmp_path / "far.xlsx"),
        rezip(good, edit=replace).rename(tmp_path / "entity.xlsx"),
        lie(rezip(good, [("xl/y.xml", b"\0" * 90_000)]).rename(tmp_path / "lie.xlsx"), "xl/y.xml"),
    ]
    bombs[0] = rezip(good, [("xl/media/a.bin", b"\0" * (20 << 20))])
    (tmp_path / "text.xlsx").write_text("not a workbook")
    (tmp_path / "short.xlsx").write_bytes(good.read_bytes()[:900])
    for path in [*bombs, tmp_path / "text.xlsx", tmp_path / "short.xlsx"]:
        start = time.perf_counter()
        found = intake(path)
        spent = time.perf_counter() - start
        assert places(found) == [("E413", path.name)], path
        assert spent < 0.25, (path, spent)
        assert found.log.facts == []


def test_a_missing_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    with pytest.raises(MissingExtraError, match=r"stdrules\[audit\]"):
        xlsx_files.open_xlsx(tmp_path / "e.xlsx", "e.xlsx", [])


def test_files_that_cannot_be_read(tmp_path):
    found = intake(
        tmp_path / "no.csv", tmp_path / "no.jsonl", tmp_path / "no.xlsx", tmp_path / "a.pdf"
    )
    assert places(found) == [("E412", name) for name in ("a.pdf", "no.csv", "no.jsonl", "no.xlsx")]
    with pytest.raises(FactsError):
        intake(tmp_path / "no.csv", tolerant=False)


GOOD = {"type": "task", "id": "t1", "case": "P1", "at": "2023-02-28T09:00"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"type": "task", "case": "P1", "x": NaN}', "E410"),
        ('{"type": "project", "case": "P1", "budget": 1e999}', "E410"),
        ('{"type": "project", "case": "P1", "budget": -Infinity}', "E410"),
        ('{"type": "project", "case": "P1", "budget": ' + "9" * 5000 + "}", "E410"),
        ('{"type": "task", "type": "task"}', "E410"),
        ('{"type": "task"', "E410"),
        ("[" * 100_000, "E410"),
        ("[1]", "E404"),
        ('{"type": "task", "case": "P1", "fields": {"recieved_at": "2023-01-01"}}', "E403"),
        ('{"type": "project", "case": "P1", "fields": {"budget": true}}', "E401"),
        ('{"type": "task", "id": 5, "case": "P1", "head": 5}', "E401"),
        (b"\xff{}", "E410"),
        (" " * (1 << 21), "E410"),
    ],
)
def test_broken_lines_are_reported_with_their_line(tmp_path, line, code):
    path = tmp_path / "f.jsonl"
    raw = line if isinstance(line, bytes) else line.encode()
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\n\n" + raw + b"\n")
    found = intake(path)
    assert [(d.code, d.span.file, d.span.line) for d in found.diagnostics] == [(code, "f.jsonl", 3)]
    assert [fact.id for fact in found.log.facts] == ["t1"]
    assert (found.counts.rows, found.counts.total_rejected) == (2, 1)


def test_numbers_of_json_are_exact(tmp_path):
    path = tmp_path / "f.jsonl"
    path.write_text('{"type": "project", "case": "P1", "budget": 0.1, "owner": null}\n')
    fields = intake(path).log.facts[0].fields
    assert fields["budget"] == Decimal("0.1")
    assert fields["owner"] == Missing("field project#1.owner", blank=True)


def test_the_same_facts_from_every_source_have_one_digest(tmp_path):
    head = ["编号", "事实编号", "项目编号", "接收时间", "负责人"]
    rows = [["1", f"t{n}", f"P{n}", f"2023-02-{n:02d} 09:00", ""] for n in range(1, 9)]
    text = write_text(tmp_path / "接到任务.csv", [head, *rows])
    book = workbook(tmp_path / "e.xlsx", {"接到任务": [head, *rows[::-1]]})
    records = [{"type": "task", "id": f"t{n}", "case": f"P{n}", "at": f"2023-02-{n:02d}T09:00",
                "fields": {"head": None}} for n in range(1, 9)]  # fmt: skip
    lines = tmp_path / "f.jsonl"
    lines.write_text("\n".join(map(json.dumps, records[::-1])), encoding="utf-8")
    digests = {facts_digest(intake(path).log) for path in (text, book, lines)}
    assert digests == {facts_digest(read(*records))}
    together = intake(text, book, lines)
    assert facts_digest(together.log) in digests
    assert together.counts.repeated == 16


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.sets(st.integers(0, 49), min_size=5, max_size=5), st.randoms(use_true_random=False))
def test_a_tenth_of_broken_rows_is_counted_and_placed(tmp_path_factory, broken, random):
    breaks = [(0, ""), (2, "别的"), (3, "2023-02-29"), (4, "12页"), (5, "也许")]
    rows, expected = [], []
    for n in range(50):
        row = ["P1", f"D{n}", *ROW[2:4], "12", "否"]
        if n in broken:
            column, value = random.choice(breaks)
            row[column] = value
            expected.append(f"文件台账.csv!{'ABCDEF'[column]}{n + 2}")
        rows.append(row)
    path = write_text(tmp_path_factory.mktemp("t") / "文件台账.csv", [HEAD, *rows])
    found = intake(path)
    assert sorted(str(d.span) for d in found.diagnostics) == sorted(expected)
    assert (found.counts.rows, found.counts.rejected) == (50, {"document": 5})
    assert found.counts.facts == {"document": 45}


def test_progress_is_told_now_and_then(tmp_path):
    rows = [["P1", f"D{n}", *ROW[2:4], "1", "是"] for n in range(2500)]
    told = []
    intake(write_text(tmp_path / "文件台账.csv", [HEAD, *rows]), progress=told.append)
    assert told == [1000, 2000]
