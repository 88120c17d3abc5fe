"""From JSON records to rows of facts, each by itself: the first step on every partition.

Reading and its errors are those of ``stdrules.intake``. What needs other facts (cases that follow
from links, repeats, corrections) is left to joins: the row carries what they need.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.diagnostics import Diagnostic, make
from stdrules.base.numbers import format_decimal
from stdrules.base.time.zones import microseconds
from stdrules.base.truth import Missing
from stdrules.intake import codes
from stdrules.intake.collect import Collector
from stdrules.intake.jsonl import read_json_lines
from stdrules.intake.rows import Pending, field_cases
from stdrules.intake.schema import Schema
from stdrules.model.facts import FactLog
from stdrules.model.records import to_record
from stdrules.model.vocabulary import CaseLink, Vocabulary

if TYPE_CHECKING:
    import pyarrow

#: Columns of a row, as Spark names their types.
ROW: Final = (
    "kind string, type string, id string, supersedes string, content string, place string,"
    " cases array<struct<kind: string, ids: array<string>>>,"
    " links array<struct<kind: string, type: string, key: string, value: string,"
    " told: array<string>>>,"
    " keys array<struct<key: string, value: string>>, trouble string"
)
FACT, STATEMENT, BAD = "fact", "statement", "bad"
Row = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """What reading needs of a ruleset; picklable.

    Attributes:
        vocabulary: The fact types.
        case_types: Names of the case types, the default first.
        zone: The zone of times without an offset.
    """

    vocabulary: Vocabulary
    case_types: tuple[str, ...]
    zone: str

    def schema(self) -> Schema:
        """Return what reads facts."""
        return Schema(self.vocabulary, self.case_types, self.zone)

    def link_keys(self) -> dict[str, frozenset[str]]:
        """Return the fields by which links find the case of other facts: type -> fields."""
        found: dict[str, set[str]] = {}
        for reader in self.schema().types.values():
            for source in reader.sources.values():
                if isinstance(source, CaseLink):
                    link = reader.spec.links[source.link]
                    found.setdefault(link.type, set()).add(link.key or link.by)
        return {name: frozenset(keys) for name, keys in found.items()}

    def levels(self) -> dict[str, int]:
        """Return how many links away the case of a type is, at most: 0 names it itself."""
        types = self.schema().types

        def level(name: str, seen: frozenset[str]) -> int:
            if name in seen or name not in types:
                return 0
            reader = types[name]
            targets = {
                reader.spec.links[source.link].type
                for source in reader.sources.values() if isinstance(source, CaseLink)
            }  # fmt: skip
            if not targets:
                return 0
            return 1 + max(level(target, seen | {name}) for target in targets)

        return {name: level(name, frozenset()) for name in types}


class Parse:
    """Turns batches of JSON records (column ``record``, and ``place``) into rows.

    Given to ``mapInArrow``.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def __call__(
        self, batches: Iterable[pyarrow.RecordBatch]
    ) -> Iterator[pyarrow.RecordBatch]:
        """Yield one batch of rows for each batch of records."""
        import pyarrow
        from pyspark.sql.pandas.types import to_arrow_schema
        from pyspark.sql.types import StructType

        schema, keys = self.shape.schema(), self.shape.link_keys()
        target = to_arrow_schema(StructType.fromDDL(ROW))
        for batch in batches:
            rows: list[Row] = []
            records = batch.column("record").to_pylist()
            places = batch.column("place").to_pylist()
            for record, place in zip(records, places, strict=True):
                rows += rows_of(record, place or "", schema, keys)
            yield pyarrow.RecordBatch.from_pylist(rows, schema=target)


def rows_of(
    record: str | None, place: str, schema: Schema, keys: dict[str, frozenset[str]]
) -> list[Row]:
    """Return the rows of one JSON record: a fact, a statement, or what is wrong with it."""
    collector = Collector(schema)
    read_json_lines([record or ""], collector, place)
    pending, log, findings = collector.drain()
    rows = [_bad(found, place, record or "") for found in findings]
    for item in pending:
        if item.fact.id == f"{item.fact.type}#1":
            rows.append(_bad(_no_id(item), place, record or ""))
        else:
            rows.append(_fact_row(item, place, keys.get(item.fact.type, frozenset())))
    return rows + [_statement_row(one, place) for one in _statements(log)]


_EMPTY: Final[Row] = {
    "kind": "", "type": "", "id": "", "supersedes": None, "content": "", "place": "", "cases": [],
    "links": [], "keys": [], "trouble": None,
}  # fmt: skip
def _statements(log: FactLog) -> list[Any]:
    return [*log.withdrawals, *log.waivers, *log.suspensions, *log.completes]


def _statement_row(statement: Any, place: str) -> Row:
    content = json.dumps(to_record(statement), ensure_ascii=False, sort_keys=True)
    return {**_EMPTY, "kind": STATEMENT, "content": content, "place": place}


def _no_id(item: Pending) -> Diagnostic:
    return make(
        codes.SHAPE, item.span("id"), zh="没有 `id`", en="no `id`",
        hint_zh="分布式审核没有行号可作编号，请给每条事实一个 `id`",
        hint_en="a distributed audit has no row numbers to name facts by; give each an `id`",
    )  # fmt: skip


def _bad(found: Diagnostic, place: str, record: str) -> Row:
    return {
        **_EMPTY, "kind": BAD, "place": place, "content": record,
        "trouble": json.dumps(found.to_json(), ensure_ascii=False, sort_keys=True),
    }  # fmt: skip


def _fact_row(item: Pending, place: str, keys: frozenset[str]) -> Row:
    fact, reader = item.fact, item.reader
    cases: dict[str, list[str]] = {}
    links: list[Row] = []
    for case_type, source in reader.sources.items():
        told = item.told.get(case_type)
        if not isinstance(source, CaseLink):
            cases[case_type] = list(field_cases(item, case_type) or ())
            continue
        link = reader.spec.links[source.link]
        links.append({
            "kind": case_type, "type": link.type, "key": link.key or link.by,
            "value": key_text(fact.fields.get(link.by)), "told": list(told or ()),
        })  # fmt: skip
    for case_type, ids in item.told.items():
        if case_type not in reader.sources:
            cases[case_type] = list(ids)
    fact.source = None
    fact.cases = {}
    return {
        **_EMPTY, "kind": FACT, "type": fact.type, "id": fact.id, "supersedes": fact.supersedes,
        "content": json.dumps(to_record(fact), ensure_ascii=False, sort_keys=True),
        "place": place,
        "cases": [{"kind": kind, "ids": ids} for kind, ids in cases.items()],
        "links": links,
        "keys": [
            {"key": key, "value": text}
            for key in sorted(keys) if (text := key_text(fact.fields.get(key))) is not None
        ],
    }  # fmt: skip


def key_text(value: object) -> str | None:
    """Return a field's value as a text to join by: equal for equal values, None for none.

    Example:
        >>> key_text("7"), key_text(Decimal("7.0")), key_text(None)
        ('s7', 'n7', None)
    """
    if value is None or isinstance(value, Missing):
        return None
    if isinstance(value, str):
        return f"s{value}"
    if isinstance(value, bool):
        return f"b{value}"
    if isinstance(value, int | Decimal):
        return f"n{format_decimal(Decimal(value))}"
    if isinstance(value, datetime):
        return f"i{microseconds(value)}"
    if isinstance(value, date):
        return f"d{value.isoformat()}"
    return f"t{value!r}"
