"""What a spool of facts looks like: one table a fact type, plain columns, no Python objects.

Columns
    ``src``, ``row`` (where it was read), ``id``, ``first``, ``last`` (its time), ``recorded`` (both
    in microseconds, null: none), ``supersedes``, ``absent`` (a bit for each field that the source
    does not carry), ``told:<case type>`` (cases that the row names beside its fields), and
    ``f:<field>``, null: blank or absent. Dates and moments have ``l:<field>`` too, their last
    microsecond; numbers are texts, as exact as they were written; durations are microseconds.
    The field that is the fact's time is not repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.diagnostics import Span
from stdrules.base.time.moments import When, from_date, from_datetime
from stdrules.base.time.zones import Zone
from stdrules.base.truth import Missing
from stdrules.intake.rows import Pending
from stdrules.intake.schema import Schema, TypeReader
from stdrules.intake.tables import letters
from stdrules.model.facts import Fact, Source
from stdrules.model.vocabulary import CaseLink

if TYPE_CHECKING:
    import polars as pl

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
#: Fields that a spool holds as bits of one number.
MOST_FIELDS: Final = 63
_CASE_KINDS: Final = ("text", "choice", "texts", "choices")


@dataclass(frozen=True, slots=True)
class Origin:
    """One table or file that facts were read from.

    Attributes:
        file, sheet: Its name.
        columns: Fact type -> field or special column -> index of its column.
        lines: Whether places are line numbers (JSON lines), not rows.
    """

    file: str
    sheet: str = ""
    columns: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lines: bool = False

    def span(self, kind: str, row: int, name: str) -> Span:
        """Return the place of a field of a row."""
        if self.lines:
            return Span(self.file, row)
        index = self.columns.get(kind, {}).get(name)
        cell = f"{'' if index is None else letters(index + 1)}{row}"
        return Span("!".join(part for part in (self.file, self.sheet, cell) if part))


class Shape:
    """The spools of a schema.

    Args:
        schema: The types.

    Attributes:
        levels: Fact type -> how many links away its cases are, 0 if it names them itself.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.zone: Zone = schema.zone
        self.levels = _levels(schema)

    def fits(self) -> bool:
        """Tell whether cases can be found by joins, and fields fit the bits of a number."""
        for reader in self.schema.types.values():
            fields = reader.spec.fields
            if len(fields) > MOST_FIELDS:
                return False
            for source in reader.sources.values():
                if not isinstance(source, CaseLink):
                    if fields[source].type not in _CASE_KINDS:
                        return False
                    continue
                link = reader.spec.links[source.link]
                target = self.schema.types[link.type].spec.fields[link.key or link.by]
                if {fields[link.by].type, target.type} - {"text", "choice"}:
                    return False
        return all(level < MOST_FIELDS for level in self.levels.values())

    def columns(self, kind: str) -> dict[str, Any]:
        """Return the columns of a type's spool, with their Polars types."""
        import polars as pl

        reader = self.schema.types[kind]
        found: dict[str, Any] = {
            "src": pl.Int32, "row": pl.Int64, "id": pl.String, "first": pl.Int64,
            "last": pl.Int64, "recorded": pl.Int64, "supersedes": pl.String,
            "absent": pl.UInt64,
        }  # fmt: skip
        for case_type in self.schema.case_types:
            found[f"told:{case_type}"] = pl.List(pl.String)
        kinds = {
            "text": pl.String, "choice": pl.String, "number": pl.String, "boolean": pl.Boolean,
            "texts": pl.List(pl.String), "choices": pl.List(pl.String), "duration": pl.Int64,
        }  # fmt: skip
        for name, spec in reader.spec.fields.items():
            if name == reader.time:
                continue
            if spec.type in ("date", "moment"):
                found[f"f:{name}"] = found[f"l:{name}"] = pl.Int64
            else:
                found[f"f:{name}"] = kinds[spec.type]
        return found

    def frame(self, kind: str, items: Sequence[Pending], src: int) -> pl.DataFrame:
        """Return facts that were read one by one as a spool."""
        import polars as pl

        columns = self.columns(kind)
        rows = [self._row(item, src, columns) for item in items]
        return pl.DataFrame(rows, schema=columns, orient="row")

    def _row(self, item: Pending, src: int, columns: Iterable[str]) -> list[Any]:
        fact, reader = item.fact, item.reader
        absent = 0
        for bit, value in enumerate(fact.fields.values()):
            if isinstance(value, Missing) and not value.blank:
                absent |= 1 << bit
        held: dict[str, Any] = {
            "src": src, "row": fact.source.row if fact.source else 0, "id": fact.id,
            "recorded": fact.recorded, "supersedes": fact.supersedes, "absent": absent,
        }  # fmt: skip
        if fact.at is not None:
            held["first"], held["last"] = fact.at
        for case_type, ids in item.told.items():
            held[f"told:{case_type}"] = list(ids)
        for name, value in fact.fields.items():
            if name == reader.time or isinstance(value, Missing):
                continue
            when = self._when(value)
            if when is not None:
                held[f"f:{name}"], held[f"l:{name}"] = when
            elif isinstance(value, timedelta):
                held[f"f:{name}"] = value // _US
            elif isinstance(value, Decimal):
                held[f"f:{name}"] = str(value)
            else:
                held[f"f:{name}"] = list(value) if isinstance(value, tuple) else value
        return [held.get(name) for name in columns]

    def _when(self, value: object) -> When | None:
        if isinstance(value, datetime):
            return from_datetime(value)
        return from_date(value, self.zone) if isinstance(value, date) else None

    def pending(self, kind: str, row: Mapping[str, Any], origins: Sequence[Origin]) -> Pending:
        """Return a row of a spool as the fact that it was."""
        reader = self.schema.types[kind]
        origin, number = origins[row["src"]], row["row"]
        name = row["id"]
        at = None if row["first"] is None else When(row["first"], row["last"])
        fields: dict[str, object] = {}
        for bit, (key, spec) in enumerate(reader.spec.fields.items()):
            if row["absent"] >> bit & 1:
                fields[key] = Missing(f"field {name}.{key}")
                continue
            if key == reader.time:
                pair: Any = at
            else:
                value = row[f"f:{key}"]
                pair = value
                if value is not None and spec.type in ("date", "moment"):
                    pair = When(value, row[f"l:{key}"])
            if pair is None:
                fields[key] = Missing(f"field {name}.{key}", blank=True)
            else:
                fields[key] = self._value(pair, spec.type)
        fact = Fact(
            kind, name, {}, at, fields, row["recorded"], row["supersedes"],
            Source(origin.file, origin.sheet, number),
        )  # fmt: skip
        told = {
            one: tuple(row[f"told:{one}"])
            for one in self.schema.case_types if row.get(f"told:{one}")
        }  # fmt: skip
        return Pending(fact, reader, told, partial(origin.span, kind, number))

    def _value(self, value: Any, kind: str) -> object:
        if isinstance(value, When):
            if value.first != value.last:
                return date.fromordinal(self.zone.ordinal(value.first))
            moment = _EPOCH + timedelta(microseconds=value.first)
            return moment.astimezone(self.zone.tzinfo)
        if kind == "number":
            return Decimal(value)
        if kind == "duration":
            return timedelta(microseconds=value)
        return tuple(value) if isinstance(value, list) else value


def _levels(schema: Schema) -> dict[str, int]:
    """Return how far each type is from its cases; those that go in circles are too far."""

    def level(reader: TypeReader, depth: int) -> int:
        if depth > MOST_FIELDS:
            return MOST_FIELDS
        found = 0
        for source in reader.sources.values():
            if isinstance(source, CaseLink):
                target = schema.types[reader.spec.links[source.link].type]
                found = max(found, 1 + level(target, depth + 1))
        return min(found, MOST_FIELDS)

    return {name: level(reader, 0) for name, reader in schema.types.items()}
