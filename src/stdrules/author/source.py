"""Reading the reader's own copy of a document: text, Markdown or Word."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from stdrules.author import codes
from stdrules.author.paragraphs import Paragraph
from stdrules.author.word import paragraphs_of_word
from stdrules.base.diagnostics import Span, make
from stdrules.base.errors import BadValue, RulesetError
from stdrules.base.text import Text

SUFFIXES: Final = (".txt", ".md", ".docx")
ENCODINGS: Final = ("utf-8-sig", "gb18030")
MAX_TEXT: Final = 20 << 20
MAX_PARAGRAPHS: Final = 50_000

_LINE: Final = re.compile(r"\r\n|\r|\n")
_BLOCK: Final = re.compile(r"^\s*(?:>\s*)*(?:#{1,6}\s+|[-*+]\s+)?")
_RULE: Final = re.compile(r"[\s|:=*_-]+|\s*(?:```|~~~).*")
_EMPHASIS: Final = re.compile(r"(\*\*\*|\*\*|\*|`|~~|__)(?=\S)(.+?)(?<=\S)\1")
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_CELL: Final = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Source:
    """A copy of a document.

    Attributes:
        name: The name of the file, without its folder.
        digest: SHA-256 of its bytes.
        paragraphs: What it holds, in its order; blank ones are left out.
    """

    name: str
    digest: str
    paragraphs: tuple[Paragraph, ...]


def read_source(path: str | os.PathLike[str]) -> Source:
    """Read a copy of a document.

    Args:
        path: A file that ends in ``.txt``, ``.md`` or ``.docx``.

    Raises:
        RulesetError: It cannot be used; carries the place and the reason.
        MissingExtraError: It is a Word document and the extra `author` is not installed.
    """
    where = Path(path)
    suffix = where.suffix.lower()
    if suffix not in SUFFIXES:
        _refuse(
            codes.NO_SOURCE, Span(str(where)),
            Text(f"不支持的格式 `{where.suffix or where.name}`",
                 f"the format `{where.suffix or where.name}` is not supported"),
            Text("请另存为 .docx、.md 或 .txt", "save it as .docx, .md or .txt"),
        )  # fmt: skip
    try:
        data = _bytes_of(where, suffix)
        digest = hashlib.sha256(data).hexdigest()
        if suffix == ".docx":
            found = list(paragraphs_of_word(where))
        else:
            lines = _LINE.split(decode(data, str(where)))
            found = list(_of_markdown(lines) if suffix == ".md" else _of_text(lines))
    except BadValue as error:
        _refuse(codes.UNSAFE_SOURCE, Span(str(where)), error.message, None)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _refuse(
            codes.NO_SOURCE, Span(str(where)),
            Text(f"无法读取：{reason}", f"cannot be read: {reason.lower()}"), None,
        )  # fmt: skip
    if len(found) > MAX_PARAGRAPHS:
        _refuse(
            codes.UNSAFE_SOURCE, Span(str(where)),
            Text(f"段落超过 {MAX_PARAGRAPHS} 个", f"it has more than {MAX_PARAGRAPHS} paragraphs"),
            None,
        )  # fmt: skip
    if not found:
        _refuse(
            codes.NO_SOURCE, Span(str(where)), Text("没有文字", "there is no text in it"),
            Text("扫描件须先识别文字", "a scan must be turned into text first"),
        )  # fmt: skip
    return Source(where.name, digest, tuple(found))


def decode(data: bytes, name: str) -> str:
    """Return a text, in the first encoding in which all of it decodes.

    Args:
        data: The bytes of the file.
        name: The file, for the finding.

    Raises:
        RulesetError: It is neither UTF-8 nor GB 18030; tells the line that decodes in neither.

    Example:
        >>> decode("应在当天完成".encode("gb18030"), "a.txt")
        '应在当天完成'
    """
    reached = 0
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            # The encoding that goes further is the one meant.
            reached = max(reached, error.start)
            continue
        if "\0" not in text:
            return text
        reached = max(reached, data.index(b"\0"))
        break
    start = data.rfind(b"\n", 0, reached) + 1
    line = data.count(b"\n", 0, reached) + 1
    value = f"0x{data[reached]:02X}" if reached < len(data) else ""
    _refuse(
        codes.SOURCE_ENCODING, Span(name, line),
        Text(f"此行第 {reached - start + 1} 个字节 {value} 既不合 UTF-8 也不合 GB 18030",
             f"byte {reached - start + 1} of this line, {value}, is neither UTF-8 nor GB 18030"),
        Text("请另存为 UTF-8", "save it as UTF-8"),
    )  # fmt: skip


def _bytes_of(path: Path, suffix: str) -> bytes:
    if suffix != ".docx" and path.stat().st_size > MAX_TEXT:
        limit = MAX_TEXT >> 20
        raise BadValue(Text(f"文件超过 {limit} MiB", f"the file is larger than {limit} MiB"))
    return path.read_bytes()


def _of_text(lines: list[str]) -> Iterator[Paragraph]:
    for number, line in enumerate(lines, 1):
        if (one := Paragraph.of(line, number)) is not None:
            yield one


def _of_markdown(lines: list[str]) -> Iterator[Paragraph]:
    for number, line in enumerate(lines, 1):
        if _RULE.fullmatch(line):
            continue
        if line.lstrip().startswith("|"):
            cells = _CELL.split(line.strip().strip("|"))
            found = [Paragraph.of(cell, number, _plain(cell)) for cell in cells]
        else:
            found = [Paragraph.of(line, number, _plain(line))]
        yield from (one for one in found if one is not None)


def _plain(line: str) -> str:
    """Return what a line of Markdown shows."""
    text = _LINK.sub(r"\1", _BLOCK.sub("", line))
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    return _ESCAPE.sub(r"\1", text)


def _refuse(code: str, span: Span, said: Text, hint: Text | None) -> NoReturn:
    found = make(
        code, span, zh=said.zh, en=said.en,
        hint_zh=None if hint is None else hint.zh, hint_en=None if hint is None else hint.en,
    )  # fmt: skip
    raise RulesetError(
        Text(f"原文 `{span.file}` 无法使用", f"the document `{span.file}` cannot be used"), [found]
    ) from None
