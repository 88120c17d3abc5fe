"""The whole evidence matrix as a file: CSV, XLSX or JSON, by the ending of its name.

Cells are text only, and none can be taken for a formula. The same matrix gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from stdrules.base.errors import MissingExtraError, UsageError
from stdrules.base.text import Text
from stdrules.report.evidence import Evidence, EvidenceFact, clause_order

SUFFIXES: Final = (".csv", ".xlsx", ".json")
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
MAX_CELL: Final = 32_767
_HEADS: Final = (
    Text("事实类型", "fact type"),
    Text("类型", "type"),
    Text("编号", "id"),
    Text("文件", "file"),
    Text("工作表", "sheet"),
    Text("行", "row"),
    Text("读取的规则集", "read by"),
    Text("已更正", "superseded"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
# A workbook says when it was made; no clock is asked, so that the bytes stay the same.
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)


def write_evidence(evidence: Evidence, path: Path | str, lang: str = "en") -> Path:
    """Write the whole matrix.

    Args:
        evidence: The matrix.
        path: The file; its ending tells the format: ``.csv``, ``.xlsx`` or ``.json``.
        lang: ``"zh"`` or ``"en"``, for the headings.

    Returns:
        The path.

    Raises:
        UsageError: The ending is another one, the file cannot be written, or the matrix does
            not fit into a sheet.
        MissingExtraError: A workbook is to be written and the extra `audit` is not installed.
    """
    file = Path(path)
    suffix = file.suffix.casefold()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UsageError(
            Text(f"不支持的矩阵格式 `{file.suffix}`", f"unsupported format `{file.suffix}`"),
            hint=Text(f"支持：{known}", f"supported: {known}"),
        )
    try:
        if suffix == ".xlsx":
            _write_xlsx(evidence, file, lang)
        else:
            text = evidence_csv(evidence, lang) if suffix == ".csv" else evidence_json(evidence)
            # A byte order mark tells a spreadsheet that the file is UTF-8.
            mark = "\ufeff" if suffix == ".csv" else ""
            file.write_bytes((mark + text).encode("utf-8", "backslashreplace"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            Text(f"无法写入 `{file}`：{reason}", f"cannot write to `{file}`: {reason.lower()}")
        ) from None
    return file


def evidence_dict(evidence: Evidence) -> dict[str, Any]:
    """Return the matrix as plain data."""
    return {
        "rulesets": {name: evidence.totals(name) for name in evidence.rulesets},
        "pairs": [
            {"first": p.first, "second": p.second, "read": p.read, "both": p.both,
             "only_first": p.only_first, "only_second": p.only_second}
            for p in evidence.pairs
        ],
        "facts": [_fact_dict(fact) for fact in evidence.facts],
        "nothing": len(evidence.nothing),
        "types_no_norm_reads": evidence.idle,
        "sheets_no_ruleset_reads": list(evidence.unread),
    }  # fmt: skip


def evidence_json(evidence: Evidence) -> str:
    """Return the matrix as JSON text with sorted keys and a final newline."""
    plain = evidence_dict(evidence)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2) + "\n"


def evidence_csv(evidence: Evidence, lang: str = "en") -> str:
    """Return the matrix as CSV: a line a fact, a column a ruleset with its clauses."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_guarded(cell) for cell in (*_heads(lang), *evidence.rulesets)])
    for fact in evidence.facts:
        cells = [*_cells(fact, lang), *("; ".join(fact.clauses(r)) for r in evidence.rulesets)]
        writer.writerow([_guarded(cell) for cell in cells])
    return stream.getvalue()


def _fact_dict(fact: EvidenceFact) -> dict[str, Any]:
    return {
        "type": fact.type,
        "label": fact.label.to_json(),
        "id": fact.id,
        "file": fact.file,
        "sheet": fact.sheet,
        "row": fact.row or None,
        "read_by": fact.read_by,
        "superseded": fact.superseded,
        "serves": {
            ruleset: [
                {"norm": use.norm, "clauses": list(use.clauses), "findings": use.findings,
                 "violations": use.violations}
                for use in uses
            ]
            for ruleset, uses in fact.uses.items()
        },
    }  # fmt: skip


def _heads(lang: str) -> list[str]:
    return [head.get(lang) for head in _HEADS]


def _cells(fact: EvidenceFact, lang: str) -> list[str]:
    row = str(fact.row) if fact.row else ""
    corrected = Text("是", "yes").get(lang) if fact.superseded else ""
    read = "; ".join(fact.read_by)
    return [fact.label.get(lang), fact.type, fact.id, fact.file, fact.sheet, row, read, corrected]


def _guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _write_xlsx(evidence: Evidence, path: Path, lang: str) -> None:
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError:
        purpose = Text("写出工作簿", "writing a workbook")
        raise MissingExtraError.of("audit", purpose) from None
    columns = _columns(evidence)
    wide = len(_HEADS) + max(len(columns), len(evidence.rulesets))
    if len(evidence.facts) + 2 > MAX_ROWS or wide > MAX_COLUMNS:
        raise UsageError(
            Text("矩阵超出一张工作表的大小", "the matrix does not fit into a sheet"),
            hint=Text("请写成 .csv 或 .json", "write it as .csv or .json"),
        )
    book = xlsxwriter.Workbook(
        path,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False},
    )  # fmt: skip
    book.set_properties({"created": _MADE})
    bold = book.add_format({"bold": True})
    lists = book.add_worksheet(Text("事实", "facts").get(lang))
    _sheet(lists, _list_rows(evidence, lang), bold, 1)
    matrix = book.add_worksheet(Text("矩阵", "matrix").get(lang))
    _sheet(matrix, _matrix_rows(evidence, columns, lang), bold, 2)
    totals = book.add_worksheet(Text("合计", "totals").get(lang))
    _sheet(totals, _total_rows(evidence, lang), bold, 1)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(0, str(error.args[0] if error.args else error)) from None


def _sheet(sheet: Any, rows: Iterator[list[str]], bold: Any, heads: int) -> None:
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(
                    number, column, cell[:MAX_CELL], bold if number < heads else None
                )
    sheet.freeze_panes(heads, 3)


def _columns(evidence: Evidence) -> list[tuple[str, str]]:
    """Return ruleset and clause of every column, in the order of the documents."""
    found: dict[tuple[str, str], None] = {}
    for ruleset in evidence.rulesets:
        clauses = {clause for fact in evidence.facts for clause in fact.clauses(ruleset)}
        found |= dict.fromkeys((ruleset, clause) for clause in sorted(clauses, key=clause_order))
    return list(found)


def _list_rows(evidence: Evidence, lang: str) -> Iterator[list[str]]:
    yield [*_heads(lang), *evidence.rulesets]
    for fact in evidence.facts:
        yield [*_cells(fact, lang), *("; ".join(fact.clauses(r)) for r in evidence.rulesets)]


def _matrix_rows(
    evidence: Evidence, columns: list[tuple[str, str]], lang: str
) -> Iterator[list[str]]:
    blank = [""] * len(_HEADS)
    yield [*blank, *(ruleset for ruleset, _clause in columns)]
    yield [*_heads(lang), *(clause for _ruleset, clause in columns)]
    index = {column: number for number, column in enumerate(columns)}
    for fact in evidence.facts:
        marks = [""] * len(columns)
        for ruleset in fact.uses:
            for clause in fact.clauses(ruleset):
                marks[index[ruleset, clause]] = "●"
        yield [*_cells(fact, lang), *marks]


def _total_rows(evidence: Evidence, lang: str) -> Iterator[list[str]]:
    def say(zh: str, en: str) -> str:
        return Text(zh, en).get(lang)

    yield [say("规则集", "ruleset"), say("读到的事实", "facts read"),
           say("用到的事实", "facts that served"), say("涉及的条款", "clauses served")]  # fmt: skip
    for name in evidence.rulesets:
        yield [name, *map(str, evidence.totals(name).values())]
    for pair in evidence.pairs:
        yield [f"{pair.first} + {pair.second}", say("共同读到", "both read"), str(pair.read),
               say("两者都用", "serve both"), str(pair.both)]  # fmt: skip
    yield [say("未用于任何条款", "served no clause"), str(len(evidence.nothing))]
    for name, count in evidence.idle.items():
        yield [say("没有规范用到的类型", "type that no norm reads"), name, str(count)]
    for place in evidence.unread:
        yield [say("没有规则集读取的表", "sheet that no ruleset reads"), place]
