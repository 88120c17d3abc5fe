"""From JSON records to rows of facts, each by itself: the first step on every partition.

Reading and its errors are those of ``stdrules.intake``. What needs other facts (cases that follow
from links, repeats, corrections) is left to joins: the row carries what they need.

Not here
    The joins (``stdrules.spark.route``); how a case follows from a link (``stdrules.spark.cases``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.diagnostics import Diagnostic, make
from stdrules.base.errors import UsageError
from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.base.time.zones import microseconds
from stdrules.base.truth import Missing
from stdrules.intake import codes
from stdrules.intake.collect import Collector
from stdrules.intake.jsonl import read_json_lines
from stdrules.intake.rows import Pending
from stdrules.intake.schema import Schema
from stdrules.model.facts import Fact, Suspension, Waiver
from stdrules.model.records import Item, to_record
from stdrules.model.vocabulary import CaseLink, Vocabulary
from stdrules.spark.cases import decide, own_cases, told

if TYPE_CHECKING:
    import pyarrow

#: Columns of a row, as Spark names their types. ``same`` is equal for facts of equal content,
#: ``record`` is the record as it was given.
ROW: Final = (
    "kind string, type string, id string, supersedes string, content string, same string,"
    " place string, record string,"
    " cases array<struct<kind: string, ids: array<string>>>,"
    " links array<struct<kind: string, type: string, key: string, value: string,"
    " told: array<string>>>,"
    " keys array<struct<key: string, value: string>>, trouble string"
)
FACT, STATEMENT, BAD = "fact", "statement", "bad"
Row = dict[str, Any]


def arrow_schema(ddl: str) -> pyarrow.Schema:
    """Return the Arrow schema of columns written as Spark writes them; only the driver can."""
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType

    found = StructType.fromDDL(ddl)
    assert isinstance(found, StructType)
    return to_arrow_schema(found)


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
        """Return how many links away the case of a type is, at most: 0 names it itself.

        Raises:
            UsageError: The links go in a circle; joins would never end.
        """
        types = self.schema().types

        def level(name: str, path: tuple[str, ...]) -> int:
            if name in path:
                raise _circle((*path[path.index(name) :], name))
            reader = types.get(name)
            targets = {
                reader.spec.links[source.link].type
                for source in reader.sources.values() if isinstance(source, CaseLink)
            } if reader is not None else set()  # fmt: skip
            return max((1 + level(target, (*path, name)) for target in targets), default=0)

        return {name: level(name, ()) for name in types}


def _circle(names: tuple[str, ...]) -> UsageError:
    shown = " -> ".join(names)
    return UsageError(
        Text(f"个案的链接成环：{shown}", f"the links to cases go in a circle: {shown}"),
        hint=Text("请不用分布式方式审核", "audit on one machine instead"),
    )


class Parse:
    """Turns batches of JSON records (column ``record``, and ``place``) into rows.

    Given to ``mapInArrow``.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.target = arrow_schema(ROW)

    def __call__(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        """Yield one batch of rows for each batch of records."""
        import pyarrow

        schema, keys = self.shape.schema(), self.shape.link_keys()
        for batch in batches:
            rows: list[Row] = []
            records = batch.column("record").to_pylist()
            places = batch.column("place").to_pylist()
            for record, place in zip(records, places, strict=True):
                rows += rows_of(record or "", place or "", schema, keys)
            yield pyarrow.RecordBatch.from_pylist(rows, schema=self.target)


def rows_of(record: str, place: str, schema: Schema, keys: dict[str, frozenset[str]]) -> list[Row]:
    """Return the rows of one JSON record: a fact, a statement, or what is wrong with it."""
    collector = Collector(schema)
    read_json_lines([record], collector, place)
    own = True
    for item in collector.drain()[0]:
        own = item.fact.id != f"{item.fact.type}#1" or _names_itself(record)
    return rows_from(collector, place, record, keys, own)


def rows_from(
    collector: Collector, place: str, record: str, keys: dict[str, frozenset[str]], has_id: bool
) -> list[Row]:
    """Return what a collector took of one record.

    Args:
        collector: It has read this record only.
        place: Where the record was.
        record: The record as it was given.
        keys: The fields by which links find facts: type -> fields.
        has_id: Whether the record names its facts itself.
    """
    pending, log, findings = collector.drain()
    row: Row = {**_EMPTY, "place": place, "record": record}
    if findings:
        return [{**row, "kind": BAD, "trouble": told(findings)}]
    if pending and not has_id:
        return [{**row, "kind": BAD, "trouble": told([_no_id(pending[0])])}]
    said: list[Item] = [*log.withdrawals, *log.waivers, *log.suspensions, *log.completes]
    return [
        {**row, **_fact_row(item, keys.get(item.fact.type, frozenset()))} for item in pending
    ] + [
        {**row, "kind": STATEMENT, "content": _json(to_record(one)), "id": _name(one)}
        for one in said
    ]


_EMPTY: Final[Row] = {
    "kind": "", "type": "", "id": "", "supersedes": None, "content": "", "same": "", "place": "",
    "record": "", "cases": [], "links": [], "keys": [], "trouble": None,
}  # fmt: skip


def _json(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _name(statement: Any) -> str:
    """Return what no two statements may share with other content; empty if there is nothing."""
    kind = type(statement).__name__
    return f"{kind} {statement.id}" if isinstance(statement, Waiver | Suspension) else ""


def _names_itself(record: str) -> bool:
    # Only asked of a fact whose id looks like one made up; so it is valid JSON.
    return bool(json.loads(record.removeprefix("\ufeff")).get("id"))


def _no_id(item: Pending) -> Diagnostic:
    return make(
        codes.SHAPE, item.span("id"), zh="没有 `id`", en="no `id`",
        hint_zh="分布式审核没有行号可作编号，请给每条事实一个 `id`",
        hint_en="a distributed audit has no row numbers to name facts by; give each an `id`",
    )  # fmt: skip


def _fact_row(item: Pending, keys: frozenset[str]) -> Row:
    fact, reader = item.fact, item.reader
    links: list[Row] = []
    for case_type, source in reader.sources.items():
        if isinstance(source, CaseLink):
            link = reader.spec.links[source.link]
            links.append({
                "kind": case_type, "type": link.type, "key": link.key or link.by,
                "value": key_text(fact.fields.get(link.by)),
                "told": list(item.told.get(case_type, ())),
            })  # fmt: skip
    row: Row = {
        "kind": FACT, "type": fact.type, "id": fact.id, "supersedes": fact.supersedes,
        "cases": [{"kind": kind, "ids": list(ids)} for kind, ids in own_cases(item).items()],
        "links": links,
        "keys": [
            {"key": key, "value": text}
            for key in sorted(keys) if (text := key_text(fact.fields.get(key))) is not None
        ],
    }  # fmt: skip
    if not links:
        decide(row, item, {})
    fact.source, fact.cases = None, {}
    row["content"] = _json(to_record(fact))
    row["same"] = _same(fact)
    return row


def _same(fact: Fact) -> str:
    """Return a digest that is equal for facts that intake takes for repeats, cases aside."""
    plain = {
        name: value.normalize() if isinstance(value, Decimal) else value
        for name, value in fact.fields.items()
    }
    own = Fact(fact.type, fact.id, {}, fact.at, plain, fact.recorded, fact.supersedes)
    return sha256(_json(to_record(own)).encode("utf-8", "surrogatepass")).hexdigest()


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
