"""Workbooks at the limits: what fits into memory is read, what does not is refused before."""

import ctypes
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

import stdrules
from stdrules.api.large_run import give_back
from stdrules.base.archive import ArchiveKind, check_directory
from stdrules.base.errors import BadValue
from stdrules.base.text import Text
from stdrules.intake.xlsx_files import open_xlsx
from stdrules.intake.xlsx_guard import LEAST, guard

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
#: Bytes for each place of the rectangle that a sheet spans.
PLACE = 32
LONGEST = 32_767


def book(path: Path, rows: str, texts: str | None = None, name: str = "S") -> Path:
    """Write a workbook of one sheet from the XML of its rows, and of its shared texts."""
    more = "" if texts is None else (
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    )  # fmt: skip
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
                       f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="{name}" '
                           'sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
                                      f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
                                      f"{more}</Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
    }  # fmt: skip
    if texts is not None:
        parts["xl/sharedStrings.xml"] = f"<sst {MAIN}>{texts}</sst>"
    with zipfile.ZipFile(path, "w") as archive:  # stored, so that nothing is packed too well
        for member, text in parts.items():
            archive.writestr(member, text)
    return path


def two(last: int, mark: str = "<v>1</v>") -> str:
    """Two cells with all columns and so many rows between them."""
    return (f'<row r="1"><c r="A1">{mark}</c></row>'
            f'<row r="{last}"><c r="XFD{last}">{mark}</c></row>')  # fmt: skip


def unnamed(last: int) -> str:
    """The same reach, by cells and rows that do not say where they are."""
    return f'<row><c><v>1</v></c>{"<c/>" * 16_383}</row>{"<row/>" * (last - 2)}<row><c/></row>'


def hidden(last: int) -> str:
    """The same, the marks of cells also where they mark none."""
    return f'<!--<c r="A1"><c r="A1">-->{unnamed(last)}'


FAR = LEAST // (16_384 * PLACE)


@pytest.mark.parametrize("make", [two, unnamed, hidden])
@pytest.mark.parametrize(("last", "fits"), [(FAR - 4, True), (FAR, False), (FAR + 1, False)])
def test_a_sheet_may_span_what_fits(make, last: int, fits: bool, tmp_path: Path):
    path = book(tmp_path / "far.xlsx", make(last))
    if fits:
        guard(path, 1)  # so much is always granted
    else:
        with pytest.raises(BadValue, match=r"takes some 2[56][0-9] MiB of memory, more than 256"):
            guard(path, 1)
        guard(path, LEAST + (16 << 20))


def test_the_last_cell_of_a_sheet_is_too_far(tmp_path: Path):
    found = []
    assert open_xlsx(book(tmp_path / "far.xlsx", two(1_048_576)), "far.xlsx", found) == []
    (one,) = found
    assert (one.code, str(one.span)) == ("E413", "far.xlsx")
    assert "524289 MiB of memory, more than 1024 MiB" in one.message.en
    assert "524289 MiB 内存，上限 1024 MiB" in one.message.zh
    assert "--memory" in one.hint.en and "--memory" in one.hint.zh


@pytest.mark.parametrize(("cells", "fits"), [(7_900, True), (8_200, False)])
@pytest.mark.parametrize("place", ['r="{}{}" t="s"', "t='s'"])
def test_a_text_that_many_cells_share_counts_for_each(
    place: str, cells: int, fits: bool, tmp_path: Path
):
    """Two texts of which the short one is named as often tell that each is counted by itself."""
    both = f"<si/><si><t>{'x' * LONGEST}</t></si>"
    rows = "".join(
        f'<row r="{n}"><c {place.format("A", n)}><v>1</v></c>'
        f"<c {place.format('B', n)}><v>0</v></c></row>"
        for n in range(1, cells + 1)
    )
    path = book(tmp_path / "shared.xlsx", rows, both)
    if fits:
        guard(path, 1)
    else:
        with pytest.raises(BadValue, match="of memory, more than 256 MiB"):
            guard(path, 1)


@pytest.mark.parametrize("told", ["2", "-1", "x", "99999999999999"])
def test_a_cell_that_names_no_shared_text_may_name_the_longest(told: str, tmp_path: Path):
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{told}</v></c></row>'
                   for n in range(1, 9_001))  # fmt: skip
    path = book(tmp_path / "shared.xlsx", rows, f"<si><t>{'x' * LONGEST}</t></si>")
    with pytest.raises(BadValue, match="of memory, more than 256 MiB"):
        guard(path, 1)


def archive(*sizes: int) -> tuple[io.BytesIO, int]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("main", b"x")
        for number, size in enumerate(sizes):
            made.writestr(f"part{number}", b"x" * size)
    return stream, len(stream.getvalue())


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((999, 1000), None),
        ((1001,), "the part `part0` unpacks to 0 MiB, more than 0 MiB"),
        ((1000, 999), None),
        ((1000, 1000), "it unpacks to 0 MiB, more than 0 MiB"),
    ],
)
def test_parts_before_at_and_after_their_limits(sizes: tuple[int, ...], said: str | None):
    kind = ArchiveKind("main", Text("坏", "bad"), Text("密", "secret"), max_total=2_000,
                       max_part=1_000, hint=Text("少些", "less"))  # fmt: skip
    stream, size = archive(*sizes)
    if said is None:
        assert len(check_directory(stream, size, kind)) == len(sizes) + 1
    else:
        with pytest.raises(BadValue, match=said) as caught:
            check_directory(stream, size, kind)
        assert caught.value.hint == kind.hint


@pytest.mark.parametrize("lacking", [TypeError, OSError, None])
def test_memory_is_given_back_where_the_library_can(lacking, monkeypatch):
    asked = []

    def library(name: object) -> object:
        if lacking is not None:
            raise lacking
        return SimpleNamespace(malloc_trim=asked.append)

    monkeypatch.setattr(ctypes, "CDLL", library)
    give_back()
    assert asked == ([] if lacking else [0])
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())  # it has no such function
    give_back()


def test_memory_decides_whether_a_workbook_is_read(tmp_path: Path):
    """A refused workbook is told of, and everything beside it is judged."""
    texts = "".join(f"<si><t>{one}</t></si>" for one in
                    ("project_id", "received_at", "P1", "2023-02-28 09:00"))  # fmt: skip
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{a}</v></c><c r="B{n}" t="s"><v>{b}</v></c></row>'
        for n, a, b in ((1, 0, 1), (2, 2, 3))
    )
    far = f'<row r="700"><c r="XFD700" t="s"><v>{2}</v></c></row>'
    folder = tmp_path / "in"
    folder.mkdir()
    book(folder / "far.xlsx", rows + far, texts, "project_docked")
    book(folder / "near.xlsx", rows, texts, "project_task_received")
    found = stdrules.audit_large("q_gxxz_029", folder, "2023-03-05", memory="2MB", jobs=1)
    assert found.facts == {"project_task_received": 1} and found.cases == 1
    assert [(one.code, str(one.span)) for one in found.diagnostics] == [("E413", "far.xlsx")]
    assert "the sheet `xl/worksheets/sheet1.xml`" in found.diagnostics[0].message.en
    guard(folder / "far.xlsx", 512 << 20)  # with more memory it is read
