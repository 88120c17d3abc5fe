"""Rows of a planned table become facts and statements.

A row gives a fact of every type of which it has a cell of its own; other rows of a wide table
say nothing about that type. A bad cell sets its row aside, with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.base.text import fold_identifier
from stdrules.intake import codes
from stdrules.intake.collect import Collector
from stdrules.intake.columns import TablePlan, TypePlan
from stdrules.intake.controls import KEYS
from stdrules.intake.rows import ABSENT, Raw, is_blank
from stdrules.intake.schema import Schema
from stdrules.intake.tables import Table
from stdrules.model.facts import Source

#: What sheet programs print for a cell whose formula failed; exports to text keep it.
ERROR_WORDS: Final = frozenset(
    {"#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
_OUTSIDE: Final = ("id", "at", "case", "recorded_at", "supersedes", "withdraws")


def read_rows(
    table: Table,
    plan: TablePlan,
    rows: Iterator[tuple[int, Sequence[object]]],
    collector: Collector,
    schema: Schema,
    natural: str,
) -> None:
    """Read the rows of a table into the collector.

    Args:
        table: The table.
        plan: What its columns mean.
        rows: Pairs (row number, cells) from the first row on; empty rows are left out.
        collector: Where facts go.
        schema: The types, for values of this origin.
        natural: What ids begin with that the table does not give.
    """
    for number, cells in rows:
        if number <= plan.header:
            continue
        collector.count_row()
        kind = plan.statement or (plan.types[0].type if len(plan.types) == 1 else "?")
        if plan.blocked:
            collector.reject(kind, [])
            continue
        surplus = _surplus(cells, plan.width)
        if surplus:
            collector.reject(kind, [make(
                codes.RAGGED, table.place(number, surplus),
                zh="单元格没有表头", en="the cell has no heading",
            )])  # fmt: skip
        elif plan.statement is not None:
            _statement(table, plan, number, cells, collector, schema)
        else:
            for one in plan.types:
                _fact(table, one, number, cells, collector, schema,
                      natural if len(plan.types) == 1 else f"{one.type}!{natural}")  # fmt: skip


def _surplus(cells: Sequence[object], width: int) -> int:
    """Return the number of the first filled cell beyond the headings, or 0."""
    for index in range(width, len(cells)):
        if not is_blank(cells[index]):
            return index + 1
    return 0


def _fact(
    table: Table,
    plan: TypePlan,
    number: int,
    cells: Sequence[object],
    collector: Collector,
    schema: Schema,
    natural: str,
) -> None:
    size = len(cells)
    bad = _bad_cells(table, plan.columns.values(), number, cells)
    if plan.own and not bad and all(i >= size or is_blank(cells[i]) for i in plan.own):
        return
    if bad:
        collector.reject(plan.type, bad)
        return
    values: dict[str, object] = dict(plan.constants)
    for name, index in plan.columns.items():
        values[name] = cells[index] if index < size else None
    for name, table_of in plan.values.items():
        raw = values.get(name)
        if raw is not None:
            values[name] = table_of.get(fold_identifier(str(raw)), raw)
    span = partial(_place, table, plan.columns, number)
    outside = {name: values.pop(name, ABSENT) for name in _OUTSIDE if name in values}
    withdraws = outside.get("withdraws")
    if withdraws is not None and not is_blank(withdraws) and withdraws is not ABSENT:
        told = {"withdraws": withdraws, "recorded_at": outside.get("recorded_at")}
        collector.add_statement("withdraws", told, span, schema)
        return
    collector.add(
        Raw(
            plan.type, values, f"{natural}!{number}", Source(table.file, table.sheet, number), span,
            outside.get("id", ABSENT), outside.get("at", ABSENT), outside.get("case", ABSENT),
            outside.get("recorded_at", ABSENT), outside.get("supersedes", ABSENT),
        ),
        schema,
    )  # fmt: skip


def _statement(
    table: Table,
    plan: TablePlan,
    number: int,
    cells: Sequence[object],
    collector: Collector,
    schema: Schema,
) -> None:
    kind = plan.statement or ""
    bad = _bad_cells(table, plan.keys.values(), number, cells)
    if bad:
        collector.reject(kind, bad)
        return
    values: dict[str, object] = dict(plan.constants)
    for key, index in plan.keys.items():
        values[key] = cells[index] if index < len(cells) else None
    if kind == "complete" and isinstance(values.get("complete"), str):
        values["complete"] = _type_named(str(values["complete"]), schema)
    span: Callable[[str], Span] = partial(_place, table, plan.keys, number)
    collector.add_statement(
        kind, {k: v for k, v in values.items() if k in KEYS[kind]}, span, schema
    )


def _type_named(word: str, schema: Schema) -> str:
    """Return the type that a printed name means, or the word itself."""
    folded = fold_identifier(word)
    found = [
        name
        for name, one in schema.types.items()
        if folded in map(fold_identifier, (name, one.spec.label.zh, one.spec.label.en,
                                           *one.spec.aliases))
    ]  # fmt: skip
    return found[0] if len(found) == 1 else word


def _bad_cells(
    table: Table, columns: object, number: int, cells: Sequence[object]
) -> list[Diagnostic]:
    """Return the errors of the cells that are used."""
    found: list[Diagnostic] = []
    for index in columns:  # type: ignore[attr-defined]
        cell = cells[index] if index < len(cells) else None
        if table.bad and (kind := table.bad.get((number, index + 1))):
            found.append(_no_value(table, number, index, kind))
        elif type(cell) is str and cell[:1] == "#" and cell.strip().upper() in ERROR_WORDS:
            found.append(_no_value(table, number, index, "error"))
    return found


def _no_value(table: Table, number: int, index: int, kind: str) -> Diagnostic:
    if kind == "formula":
        return make(codes.ERROR_CELL, table.place(number, index + 1),
                    zh="公式没有保存结果", en="the result of the formula was not saved",
                    hint_zh="请用表格软件打开并重新保存",
                    hint_en="open it in a sheet program and save it again")  # fmt: skip
    return make(codes.ERROR_CELL, table.place(number, index + 1),
                zh="单元格是错误值", en="the cell holds an error")  # fmt: skip


def _place(table: Table, columns: dict[str, int], number: int, name: str) -> Span:
    index = columns.get(name)
    return table.place(number, 0 if index is None else index + 1)
