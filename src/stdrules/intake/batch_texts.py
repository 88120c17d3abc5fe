"""Typed cells become the texts that an export would hold.

A list whose entries hold separators is marked, and read as a list all the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars as pl

#: Begins a list that is not just lines; no text of a person holds it.
LISTED: Final = "\x1e"
_SEPARATORS: Final = "[、,，;；\r\n\x1e]"
_US: Final = timedelta(microseconds=1)


def as_text(column: pl.Series) -> pl.Series:
    """Return a column as an export would print it.

    Lists are joined by new lines; a float is the shortest decimal that means it.
    """
    import polars as pl

    kind = column.dtype
    if kind == pl.String:
        return column
    if kind.is_integer() or isinstance(kind, pl.Decimal | pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    if kind == pl.Null:
        return column.cast(pl.String)
    if kind.is_float():
        return _floats(column.cast(pl.String))
    if kind == pl.Boolean:
        names = pl.when(pl.col("c")).then(pl.lit("true")).when(~pl.col("c")).then(pl.lit("false"))
        return column.to_frame("c").select(names.alias("c"))["c"]
    if isinstance(kind, pl.List) and kind.inner == pl.String:
        odd = column.list.eval(pl.element().is_null() | pl.element().str.contains(_SEPARATORS))
        if not odd.list.any().any():
            return column.list.join("\n")
    if isinstance(kind, pl.Datetime):
        form = "%Y-%m-%dT%H:%M:%S%.f"
        if kind.time_zone is not None:
            column, form = column.dt.convert_time_zone("UTC"), f"{form}+00:00"
        return column.dt.cast_time_unit("us").dt.strftime(form)
    if kind == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    return texts_of(column.to_list())


def _floats(texts: pl.Series) -> pl.Series:
    """Write floats without an exponent, and whole ones without a point."""
    import polars as pl

    plain = texts.str.strip_suffix(".0")
    odd = plain.str.contains("[eE]").fill_null(False)
    if not odd.any():
        return plain
    values = [
        cell_text(float(one)) if far else one
        for one, far in zip(plain.to_list(), odd.to_list(), strict=True)
    ]
    return pl.Series(texts.name, values, pl.String)


def texts_of(values: Sequence[object]) -> pl.Series:
    """Return values of any types as texts."""
    import polars as pl

    return pl.Series("", [cell_text(one) for one in values], pl.String)


def cell_text(value: object) -> str | None:
    """Return one value as an export would print it.

    Example:
        >>> cell_text(True), cell_text(84.5), cell_text(3.0), cell_text(date(2024, 3, 1))
        ('true', '84.5', '3', '2024-03-01')
        >>> cell_text(Decimal("0E-10")), cell_text(None), cell_text(["a", "b"])
        ('0.0000000000', None, 'a\\nb')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        value = Decimal(repr(value)) if value - value == 0 else str(value)
        return value if isinstance(value, str) else f"{value:f}".removesuffix(".0")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{Decimal(value // _US) / 1_000_000:f}S"
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.hex()
    if isinstance(value, list | tuple | set | frozenset):
        return _of_list(sorted(value, key=str) if isinstance(value, set | frozenset) else value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _of_list(values: Sequence[object]) -> str:
    parts = [cell_text(one) for one in values]
    odd = any(one is None or not set(_SEPARATORS[1:-1]).isdisjoint(one) for one in parts)
    return LISTED + json.dumps(parts, ensure_ascii=False) if odd else "\n".join(map(str, parts))


def listed(cell: Any) -> Any:
    """Return a marked list as a list, and any other cell as it is.

    Example:
        >>> listed(cell_text(["a,b", "c"])), listed(cell_text(["a", "b"]))
        (['a,b', 'c'], 'a\\nb')
    """
    if isinstance(cell, str) and cell[:1] == LISTED:
        return json.loads(cell[1:])
    return cell
