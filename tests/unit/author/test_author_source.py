"""Reading copies: encodings, Markdown, Word documents, and what is refused."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from stdrules.author.source import MAX_TEXT, read_source
from stdrules.base.errors import MissingExtraError, RulesetError
from unit.author.author_samples import LINES, find

TEXT = "茶园看护人应在清明前检查茶树。\n\n采摘人宜戴草帽。\n"


def texts(path: Path) -> list[tuple[int, str]]:
    return [(one.line, one.text) for one in read_source(path).paragraphs]


@pytest.mark.parametrize(
    ("encoding", "newline"),
    [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("gb18030", "\n"), ("gb18030", "\r\n"),
     ("utf-8", "\r")],
)  # fmt: skip
def test_texts_in_either_encoding(tmp_path: Path, encoding: str, newline: str):
    path = tmp_path / "copy.TXT"
    path.write_bytes(TEXT.replace("\n", newline).encode(encoding))
    assert texts(path) == [(1, "茶园看护人应在清明前检查茶树。"), (3, "采摘人宜戴草帽。")]


@pytest.mark.parametrize(
    ("name", "data", "code", "told"),
    [
        pytest.param("a.txt", TEXT.encode("utf-8") + b"\n\xff\xfe", "E171",
                     "a.txt:5: error[E171]: byte 1 of this line, 0xFF", id="broken-utf-8"),
        pytest.param("a.txt", TEXT.encode("gb18030") + b"ab\x80", "E171",
                     "a.txt:4: error[E171]: byte 3 of this line, 0x80", id="broken-gb18030"),
        pytest.param("a.md", TEXT.encode("utf-16"), "E171", "a.md:1:", id="utf-16"),
        pytest.param("a.txt", b"abc\ndef\x00", "E171", "a.txt:2:", id="not-text"),
        pytest.param("a.txt", b" \n\t\n", "E170", "there is no text in it", id="blank"),
        pytest.param("a.txt", None, "E170", "no such file", id="not-there"),
        pytest.param("a.pdf", b"%PDF", "E170", "the format `.pdf` is not supported", id="pdf"),
        pytest.param("a", b"text", "E170", "the format `a` is not supported", id="no-suffix"),
        pytest.param("a.docx", b"PK\x03\x04nothing", "E172", "it is no .docx file", id="no-zip"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_place(
    tmp_path: Path, name: str, data: bytes | None, code: str, told: str
):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(RulesetError) as caught:
        read_source(path)
    assert [found.code for found in caught.value.diagnostics] == [code]
    assert told in caught.value.render("en")
    assert caught.value.render("zh") != caught.value.render("en")


def test_a_folder_is_no_document(tmp_path: Path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(RulesetError, match="cannot be read"):
        read_source(tmp_path / "a.txt")


def test_a_huge_text_is_refused_unread(tmp_path: Path):
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(MAX_TEXT + 1)
    with pytest.raises(RulesetError, match="larger than 20 MiB"):
        read_source(path)


def test_too_many_paragraphs_are_refused(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("x\n" * 50_001, encoding="utf-8")
    with pytest.raises(RulesetError, match="more than 50000 paragraphs"):
        read_source(path)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("# 4 记录", ["4 记录"]),
        ("> - 看护人应**每天**记账。", ["看护人应每天记账。"]),
        ("* 见[附录](annex.md)与`账本`", ["见附录与账本"]),
        ("a\\) 竹篓 \\* 二", ["a) 竹篓 * 二"]),
        ("| 天气 | 人数 |", ["天气", "人数"]),
        ("|---|:--|", []),
        ("```text", []),
        ("2 * 3 = 6", ["2 * 3 = 6"]),
        ("snake_case 与 __粗体__", ["snake_case 与 粗体"]),
    ],
)
def test_marks_of_markdown_are_no_text(tmp_path: Path, line: str, shown: list[str]):
    path = tmp_path / "a.md"
    path.write_text(f"{line}\n尾\n", encoding="utf-8")
    assert [text for _, text in texts(path)] == [*shown, "尾"]


def word(path: Path) -> Path:
    """Write the document as a Word file, part of it in a table."""
    import docx

    made = docx.Document()
    for line in LINES[:7]:
        made.add_paragraph(line)
    made.add_paragraph("")
    split = made.add_paragraph()
    for piece in LINES[7].partition("6 h"):
        split.add_run(piece).bold = piece == "6 h"
    table = made.add_table(rows=2, cols=2)
    wide = table.cell(0, 0).merge(table.cell(0, 1))
    wide.text = LINES[8]
    table.cell(1, 0).text, table.cell(1, 1).text = LINES[9], LINES[10]
    for line in LINES[11:]:
        made.add_paragraph(line)
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.save(str(path))
    return path


def test_a_word_document_has_paragraphs_and_cells(tmp_path: Path):
    found = texts(word(tmp_path / "copy.docx"))
    assert [text for _, text in found] == LINES
    assert {text: line for line, text in found}[LINES[7]] == 9
    assert {one.status for one in find([text for _, text in found])} == {"exact"}


def rewritten(path: Path, part: str, edit: object, name: str = "bad.docx") -> Path:
    """Copy a Word file with one part changed by a function of its bytes."""
    assert callable(edit)
    made = path.with_name(name)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, edit(data) if member == part else data)
    return made


MAIN = "word/document.xml"


@pytest.mark.parametrize(
    ("part", "edit", "told"),
    [
        pytest.param(MAIN, lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data,
                     "declares a document type", id="entities"),
        pytest.param(MAIN, lambda data: data + b" " * (30 << 20), "packed", id="a-bomb"),
        pytest.param(MAIN, lambda data: data[: len(data) // 2], "damaged", id="cut-off"),
        pytest.param(MAIN, lambda data: b"\xff\xfe" + data.decode().encode("utf-16-le"),
                     "damaged", id="16-bit"),
        pytest.param(MAIN, lambda data: data.replace(
            b"<w:body>", b"<w:body>" + b"<w:p>" * 5000 + b"</w:p>" * 5000), "damaged", id="deep"),
        pytest.param("[Content_Types].xml", lambda data: b"<x/>", "damaged", id="no-types"),
        pytest.param("_rels/.rels", lambda data: b"", "damaged", id="no-relations"),
    ],
)  # fmt: skip
def test_hostile_word_documents_are_refused(tmp_path: Path, part: str, edit: object, told: str):
    bad = rewritten(word(tmp_path / "copy.docx"), part, edit)
    with pytest.raises(RulesetError, match=told) as caught:
        read_source(bad)
    assert [found.code for found in caught.value.diagnostics] == ["E172"]


def test_an_archive_of_something_else_is_refused(tmp_path: Path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(RulesetError, match=r"it is no \.docx file"):
        read_source(path)


def test_deleted_text_is_not_read(tmp_path: Path):
    deleted = "<w:del><w:r><w:delText>七</w:delText></w:r></w:del>"
    moved = "<w:moveFrom><w:r><w:t>八</w:t></w:r></w:moveFrom>"
    inserted = "<w:ins><w:r><w:t>九</w:t></w:r></w:ins>"
    extra = f"<w:body><w:p>{deleted}{moved}{inserted}</w:p>".encode()
    path = rewritten(
        word(tmp_path / "copy.docx"), MAIN, lambda data: data.replace(b"<w:body>", extra, 1)
    )
    assert texts(path)[0] == (1, "九")


def test_without_the_extra_word_documents_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = word(tmp_path / "copy.docx")
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtraError, match=r"stdrules\[author\]"):
        read_source(path)
