"""The diagnostics of reading the copy of a document: codes E170 to E172."""

from __future__ import annotations

from stdrules.base.diagnostics import Severity, register

_E = Severity.ERROR

NO_SOURCE = register(
    "E170", _E, "原文无法读取", "document cannot be read",
    "原文为 .txt、.md 或 .docx；文件不存在、不可读、已损坏，或是其他格式。",
    "a document is .txt, .md or .docx; this one is not there, cannot be opened, is damaged, or is "
    "of another format",
)  # fmt: skip
SOURCE_ENCODING = register(
    "E171", _E, "原文的字符编码无法识别", "unknown character encoding of a document",
    "文本须为 UTF-8 或 GB 18030，全文逐字节严格解码。",
    "text is UTF-8 or GB 18030, and all of it decodes strictly",
)  # fmt: skip
UNSAFE_SOURCE = register(
    "E172", _E, "原文不安全或过大", "unsafe or oversized document",
    "文本至多 20 MiB；.docx 解压后至多 200 MiB，部件的压缩比至多 100，不含文档类型声明。",
    "text has at most 20 MiB; a .docx unpacks to at most 200 MiB, no part to more than 100 times "
    "its packed size, and none declares a document type",
)  # fmt: skip
