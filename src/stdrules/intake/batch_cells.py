"""Cells of many rows become typed columns at once; rows that are not plain are left over.

What is converted here is what the row reader would make of it: common forms by column, other forms
through the row reader once for each different text. Rows with anything that it would refuse, or
that is seldom, are left to it, so that findings have one place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from stdrules.base.errors import BadValue
from stdrules.base.text import fold_identifier
from stdrules.base.time.moments import from_date
from stdrules.intake.batch_shape import Shape
from stdrules.intake.columns import TypePlan
from stdrules.intake.values import read_number

if TYPE_CHECKING:
    import polars as pl

#: Control characters, characters that are dropped, marks of failed cells: for the row reader.
_ODD: Final = (
    r"^#|[\x00-\x1f\x7f\x{85}\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}"
    r"\x{2066}-\x{2069}\x{206a}-\x{206f}\x{feff}]"
)
_LONG: Final = 60_000
_NUMBER: Final = r"^(0|-?[1-9][0-9]{0,14}|-?(0|[1-9][0-9]{0,11})\.[0-9]{0,5}[1-9])$"
_DAY: Final = r"^(19[7-9][0-9]|20[0-9]{2})-[0-9]{2}-[0-9]{2}$"
_INSTANT: Final = (
    r"^(19[7-9][0-9]|20[0-9]{2})-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
)
_MEMO: Final = 1 << 16
#: Columns beside the fields that plain rows may fill.
_PLAIN: Final = ("id", "at", "recorded_at")


class Cells:
    """Converts the columns of one table for one fact type.

    Args:
        shape: The spools.
        plan: What the columns mean.
        natural: What ids begin with that the table does not give.
        src: The number of the table.
    """

    def __init__(self, shape: Shape, plan: TypePlan, natural: str, src: int) -> None:
        self.shape = shape
        self.plan = plan
        self.natural = natural
        self.src = src
        self.reader = shape.schema.types[plan.type]
        self._memo: dict[str, dict[str, Any]] = {}
        self._odd: Any = None

    def convert(self, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """Return the plain rows as a spool, and a mask of the rows left to the row reader.

        Args:
            cells: Column ``row`` (its number), and texts named by the index of their column.
        """
        import polars as pl

        plan, reader = self.plan, self.reader
        self._odd = pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
        texts = {name: self._text(cells, name) for name in (*plan.constants, *plan.columns)}
        for name, text in texts.items():
            if name not in reader.readers and name not in _PLAIN:
                self._odd |= text.is_not_null()
        own = [cells[str(index)].is_not_null() for index in plan.own if str(index) in cells]
        if own:
            some = own[0]
            for one in own[1:]:
                some = some | one
            self._odd |= ~some
        held: dict[str, Any] = {"src": self.src, "row": cells["row"]}
        self._outside(held, texts, cells["row"])
        absent = 0
        for bit, (name, spec) in enumerate(reader.spec.fields.items()):
            if name == reader.time:
                self._time(held, texts, name, spec.type)
                absent |= 0 if name in texts or "at" in texts else 1 << bit
            elif name not in texts:
                absent |= 1 << bit
            else:
                self._field(held, texts[name], name, spec.type)
        if reader.time is None and "at" in texts:
            held["first"], held["last"] = self._moments(texts["at"], "at", "moment")
        held["absent"] = absent
        columns = self.shape.columns(plan.type)
        made = pl.select([
            (held[name] if isinstance(held.get(name), pl.Series) else pl.lit(held.get(name)))
            .cast(kind).alias(name) for name, kind in columns.items()
        ]) if cells.height else pl.DataFrame(schema=columns)  # fmt: skip
        return made.filter(~self._odd), self._odd

    def _text(self, cells: pl.DataFrame, name: str) -> pl.Series:
        """Return a column's texts, cleaned; null: blank. Odd ones are noted."""
        import polars as pl

        index = self.plan.columns.get(name)
        if index is None:
            raw = pl.repeat(self.plan.constants[name], cells.height, dtype=pl.String, eager=True)
        elif str(index) not in cells:
            return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
        else:
            raw = cells[str(index)]
        odd = raw.str.contains(_ODD) | (raw.str.len_bytes() > _LONG)
        self._odd |= odd.fill_null(False)
        text = raw.str.strip_chars()
        text = text.set(text == "", None)
        table = self.plan.values.get(name)
        if not table:
            return text
        if "" in table:
            self._odd |= text.is_null()
        return self._by_text(text, f"={name}", lambda one: table.get(fold_identifier(one), one),
                             pl.String)  # fmt: skip

    def _outside(self, held: dict[str, Any], texts: dict[str, pl.Series], rows: pl.Series) -> None:
        import polars as pl

        natural = (
            pl.DataFrame({"row": rows})
            .select(pl.concat_str([pl.lit(f"{self.natural}!"), pl.col("row")]))
            .to_series()
        )
        given = texts.get("id")
        held["id"] = natural if given is None else given.zip_with(given.is_not_null(), natural)
        if "recorded_at" in texts:
            first, _ = self._moments(texts["recorded_at"], "recorded_at", "moment")
            held["recorded"] = first

    def _time(
        self, held: dict[str, Any], texts: dict[str, pl.Series], name: str, kind: str
    ) -> None:
        """The time of the fact; rows without one, or with two, are left over."""
        given = texts.get(name)
        if given is None:
            given = texts.get("at")
        elif "at" in texts:
            self._odd |= texts["at"].is_not_null()
        if given is None:
            return
        self._odd |= given.is_null()
        held["first"], held["last"] = self._moments(given, name, kind)

    def _field(self, held: dict[str, Any], text: pl.Series, name: str, kind: str) -> None:
        import polars as pl

        if kind == "text":
            held[f"f:{name}"] = text
        elif kind == "number":
            plain = text.str.contains(_NUMBER)
            rest = text.set(plain, None)
            found = self._by_text(rest, name, lambda one: str(read_number(one)), pl.String)
            held[f"f:{name}"] = text.zip_with(plain.fill_null(True), found)
        elif kind in ("date", "moment"):
            held[f"f:{name}"], held[f"l:{name}"] = self._moments(text, name, kind)
        else:
            read = self.reader.readers[name]
            dtype = self.shape.columns(self.plan.type)[f"f:{name}"]
            held[f"f:{name}"] = self._by_text(text, name, lambda one: _plain(read(one)), dtype)

    def _moments(self, text: pl.Series, name: str, kind: str) -> tuple[pl.Series, pl.Series]:
        """Return first and last microseconds."""
        import polars as pl

        where = self.shape.zone.name

        def utc(moment: pl.Expr) -> pl.Expr:
            local = moment.dt.replace_time_zone(where, ambiguous="null", non_existent="null")
            return local.dt.epoch("us")

        one = pl.col("t")
        day = pl.when(one.str.contains(_DAY)).then(one).str.to_date("%Y-%m-%d", strict=False)
        start = day.cast(pl.Datetime("us"))
        second = (
            pl.when(one.str.len_bytes() == 19).then(one.str.slice(17, 2)).otherwise(pl.lit("00"))
        )
        full = pl.concat_str(
            [one.str.slice(0, 10), pl.lit(" "), one.str.slice(11, 5), pl.lit(":"), second]
        )
        instant = pl.when(one.str.contains(_INSTANT)).then(full).str.to_datetime(
            "%Y-%m-%d %H:%M:%S", strict=False, time_unit="us"
        )
        # An instant in a field of dates is a day only at 00:00: the row reader knows.
        told = pl.lit(None, pl.Int64) if kind == "date" else utc(instant)
        quick = text.to_frame("t").select(
            pl.coalesce(told, utc(start)).alias("first"),
            pl.coalesce(told, utc(start + pl.duration(days=1)) - 1).alias("last"),
        )
        first, last = quick["first"], quick["last"]
        done = first.is_not_null() & last.is_not_null()
        rest = text.set(done, None)
        if rest.null_count() == rest.len():
            return first, last
        pairs = self._by_text(rest, name, self._moment_reader(name, kind), pl.List(pl.Int64))
        return (
            first.zip_with(done, pairs.list.get(0, null_on_oob=True)),
            last.zip_with(done, pairs.list.get(1, null_on_oob=True)),
        )

    def _moment_reader(self, name: str, kind: str) -> Callable[[str], list[int]]:
        times, zone = self.shape.schema.times, self.shape.zone
        read = self.reader.readers.get(name) if kind == "date" else None

        def both(text: str) -> list[int]:
            if read is not None:
                day = read(text)
                assert isinstance(day, date)
                return list(from_date(day, zone))
            when, value = times.both(text)
            if value is None and name != "recorded_at":
                raise BadValue("an interval is for the row reader")
            return list(when)

        return both

    def _by_text(
        self, text: pl.Series, name: str, read: Callable[[str], Any], dtype: Any
    ) -> pl.Series:
        """Convert each different text once; rows with one that is refused are left over."""
        import polars as pl

        memo = self._memo.setdefault(name, {})
        if len(memo) > _MEMO:
            memo.clear()
        different = text.drop_nulls().unique().to_list()
        refused = []
        values = []
        for one in different:
            if one not in memo:
                try:
                    memo[one] = (True, read(one))
                except ValueError:
                    memo[one] = (False, None)
            good, value = memo[one]
            values.append(value)
            if not good:
                refused.append(one)
        if refused:
            self._odd |= text.is_in(pl.Series(refused, dtype=pl.String).implode()).fill_null(False)
        table = pl.DataFrame({
            "t": pl.Series(different, dtype=pl.String), "v": pl.Series(values, dtype=dtype),
        })  # fmt: skip
        joined = text.to_frame("t").join(table, on="t", how="left", maintain_order="left")
        return joined["v"]


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Decimal) else value
