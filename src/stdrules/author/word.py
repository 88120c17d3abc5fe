"""Paragraphs and table cells of a Word document, in the order in which they are read.

The file is guarded first: it is a zip archive and may be hostile. Text of headers, footers, notes
and deleted revisions is no part of the document's sentences and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from stdrules.author.paragraphs import Paragraph
from stdrules.base.archive import (
    ArchiveKind,
    check_directory,
    check_size,
    declares_document_type,
    unpacked,
)
from stdrules.base.errors import BadValue, MissingExtraError
from stdrules.base.text import Text

KIND: Final = ArchiveKind(
    main="word/document.xml",
    damaged=Text("不是 .docx 文件，或已损坏", "it is no .docx file, or is damaged"),
    encrypted=Text("文件已加密", "the file is encrypted"),
    max_file=100 << 20,
    max_total=200 << 20,
    max_members=2000,
)
MAX_XML: Final = 50 << 20
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML: Final = re.compile(r".*\.(?:xml|rels)", re.IGNORECASE | re.DOTALL)
_OVERLAP: Final = 64


def paragraphs_of_word(path: Path) -> Iterator[Paragraph]:
    """Yield the paragraphs of a Word document, those in cells of tables included.

    Args:
        path: The file. The `line` of a paragraph is its number in the document, from 1; blank
            ones count too.

    Raises:
        BadValue: It is no Word document, or not safe to open.
        MissingExtraError: The extra `author` is not installed.
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        _guard(stream, check_size(path, KIND))
    try:
        import docx
    except ImportError:
        raise MissingExtraError.of(
            "author", Text("读取 .docx 文件", "reading .docx files")
        ) from None
    try:
        body = docx.Document(str(path)).element.body
        texts = [_text_of(element) for element in _in_order(body)]
    except OSError:
        raise
    except Exception:  # whatever is wrong inside: a missing part, broken XML, deep nesting
        raise BadValue(KIND.damaged) from None
    for number, text in enumerate(texts, 1):
        if (one := Paragraph.of(text, number)) is not None:
            yield one


def _guard(stream: BinaryIO, size: int) -> None:
    for member in check_directory(stream, size, KIND):
        is_xml = _XML.fullmatch(member.filename) is not None
        if is_xml and member.file_size > MAX_XML:
            raise BadValue(
                Text(f"部件 `{member.filename}` 超过 {MAX_XML >> 20} MiB",
                     f"the part `{member.filename}` is larger than {MAX_XML >> 20} MiB")
            )  # fmt: skip
        kept = b""
        for piece in unpacked(stream, member, KIND):
            window = kept + piece
            if is_xml and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
                raise declares_document_type(member)
            # In a 16-bit encoding the search above would find nothing.
            if is_xml and not kept and b"\0" in window[:4]:
                raise BadValue(KIND.damaged)
            kept = window[-_OVERLAP:]


def _in_order(body: Any) -> Iterator[Any]:
    """Yield the paragraphs in reading order; those of a text box only once."""
    for element in body.iter(f"{_W}p"):
        if not any(_is_fallback(parent) for parent in element.iterancestors()):
            yield element


def _is_fallback(element: Any) -> bool:
    """Tell whether an element repeats another one for older programs."""
    return isinstance(element.tag, str) and element.tag.endswith("}Fallback")


def _is_gone(element: Any) -> bool:
    """Tell whether text was moved away by a revision, or a tab is only the setting of a stop."""
    gone = (f"{_W}moveFrom", f"{_W}del", f"{_W}tabs")
    return next(element.iterancestors(*gone), None) is not None


def _text_of(paragraph: Any) -> str:
    """Return the text of a paragraph without that of paragraphs inside it."""
    parts: list[str] = []
    for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        owner = next(element.iterancestors(f"{_W}p"))
        if owner is not paragraph or _is_gone(element):
            continue
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        else:
            parts.append("-" if element.tag == f"{_W}noBreakHyphen" else " ")
    return "".join(parts)
