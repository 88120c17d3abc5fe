"""One part of a spool becomes a chunk of columns.

What a chunk must be is told in docs/columns.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from stdrules.intake.batch_read import Read
from stdrules.intake.batch_shape import Origin, Shape
from stdrules.intake.batch_spool import Spool, read_all
from stdrules.model.columnar import NEVER, Column, Columns, Table, Words
from stdrules.model.facts import Fact, FactLog
from stdrules.model.vocabulary import JUDGEMENT

if TYPE_CHECKING:
    import polars as pl

#: Facts of every case are repeated in each, unless that makes more rows than this per fact.
_REPEATS: Final = 64
_FULL: Final = 2**53


def load_part(
    shape: Shape, spool: Spool, read: Read, part: int, only: frozenset[str] | None = None
) -> Columns:
    """Return the cases of one part (or some of them), with all that concerns them."""
    return _Part(shape, spool, read, part, only).made()


class _Part:
    def __init__(
        self, shape: Shape, spool: Spool, read: Read, part: int, only: frozenset[str] | None
    ) -> None:
        import polars as pl

        self.shape = shape
        self.read = read
        self.spool = spool
        self.part = part
        self.only = only
        self.words: dict[tuple[str, bool], Words] = {}
        self.here: set[str] = set()
        self._out = pl.Series("id", read.tangled, pl.UInt64).implode()

    def _frame(self, paths: Any) -> pl.DataFrame:
        import polars as pl

        frame = read_all(paths)
        return frame.filter(~pl.col("id").hash().is_in(self._out))

    def _own(self, paths: Any) -> pl.DataFrame:
        import polars as pl

        frame = self._frame(paths)
        return frame if self.only is None else frame.filter(pl.col("case").is_in(self.only))

    def made(self) -> Columns:
        import polars as pl

        frames = {(c, k): self._own(paths) for c, k, paths in self.spool.tables(self.part)}
        common = {k: self._frame(paths) for _, k, paths in self.spool.tables(None)}
        own, touched = self._own_facts()
        cases: dict[str, list[str]] = {}
        for case_type in self.shape.schema.case_types:
            names = {one for fact in own if fact.type != JUDGEMENT
                     for one in fact.cases.get(case_type, ()) if one in self.here}  # fmt: skip
            for (other, _), frame in frames.items():
                if other == case_type:
                    names.update(frame["case"].unique().to_list())
            cases[case_type] = sorted(names)
        rest = list(own)
        plain = sum(frame.height for frame in frames.values())
        widest = max(map(len, cases.values()), default=0)
        if sum(one.height for one in common.values()) * widest > _REPEATS * (plain + 1):
            for kind, frame in common.items():
                rest += [
                    self.shape.pending(kind, row, _Nowhere()).fact
                    for row in frame.iter_rows(named=True)
                ]
            common = {}
        tables = {}
        for case_type, names_ in cases.items():
            kinds = {k for c, k in frames if c == case_type} | set(common)
            places = pl.DataFrame({
                "case": pl.Series(names_, dtype=pl.String),
                "place": pl.Series(range(len(names_)), dtype=pl.Int32),
            })  # fmt: skip
            for kind in sorted(kinds):
                found = frames.pop((case_type, kind), None)
                table = self._table(kind, found, common.get(kind), places)
                if table is not None:
                    tables[case_type, kind] = table
        log = replace_facts(self.read.log, rest)
        return Columns(cases, tables, log, touched)

    def _own_facts(self) -> tuple[list[Fact], dict[str, frozenset[str] | None]]:
        """Return the facts outside the tables that concern this part, and the cases they touch.

        A correction may lie in another case than what it corrects: all versions come together.
        """
        facts = self.read.log.facts
        here = self.here = self._cases_here(facts)
        chains = _chains(facts)
        near = {
            chains[fact.id] for fact in facts
            if not fact.cases or any(one in here for ids in fact.cases.values() for one in ids)
        }  # fmt: skip
        own: list[Fact] = []
        touched: dict[str, set[str] | None] = {}
        for fact in facts:
            judgement = fact.type == JUDGEMENT
            if not judgement and chains[fact.id] not in near:
                continue
            own.append(fact)
            if judgement and fact.supersedes is None and not self._named(fact):
                continue
            if judgement or not fact.cases:
                touched.update(dict.fromkeys(self.shape.schema.case_types))
                continue
            for kind, ids in fact.cases.items():
                known = touched.setdefault(kind, set())
                if known is not None:
                    known.update(one for one in ids if one in here)
        return own, {k: None if v is None else frozenset(v) for k, v in touched.items()}

    def _cases_here(self, facts: Iterable[Fact]) -> set[str]:
        given = {one for fact in facts for ids in fact.cases.values() for one in ids}
        names = sorted(given if self.only is None else given & self.only)
        buckets = self.spool.bucket(names)
        return {one for one, part in zip(names, buckets, strict=True) if part == self.part}

    def _named(self, fact: Fact) -> bool:
        """Tell whether a judgement is corrected, withdrawn or one of several."""
        import polars as pl

        mine = int(pl.Series([fact.id]).hash()[0])
        found = self.read.tangled
        place = int(found.searchsorted(mine))
        return place < len(found) and int(found[place]) == mine

    def _table(
        self, kind: str, own: pl.DataFrame | None, common: pl.DataFrame | None,
        places: pl.DataFrame,
    ) -> Table | None:  # fmt: skip
        import polars as pl

        parts = []
        if own is not None:
            joined = own.join(places, on="case", how="left").drop("case")
            parts.append(joined.with_columns(pl.lit(False).alias("shared")))
        if common is not None:
            every = common.join(places.select("place"), how="cross")
            parts.append(every.with_columns(pl.lit(True).alias("shared")))
        frame = pl.concat(parts, how="diagonal")
        if not frame.height:
            return None
        frame = frame.with_columns(
            pl.col("first").fill_null(NEVER), pl.col("last").fill_null(NEVER)
        ).sort("place", "first", "last", "id")
        reader = self.shape.schema.types[kind]
        first = frame["first"].to_numpy()
        last: Any = frame["last"].to_numpy()
        columns: dict[str, Column] = {}
        absent: list[str] = []
        for bit, name in enumerate(reader.spec.fields):
            column = self._column(kind, name, bit, frame)
            if column is None:
                absent.append(name)
            else:
                columns[name] = column
        shared = frame["shared"].to_numpy()
        return Table(
            kind, frame["place"].to_numpy(), first, frame["id"].to_list(), columns,
            None if (first == last).all() else last, self._known(kind, frame), None,
            shared if shared.any() else None, tuple(absent),
        )  # fmt: skip

    def _known(self, kind: str, frame: pl.DataFrame) -> Any:
        """Return from when each fact counts as known; None: its own time."""
        import polars as pl

        spec = self.shape.schema.types[kind].spec
        own = pl.col("first")
        if spec.kind == "plan":
            said = pl.lit(NEVER)
            if spec.announced is not None:
                name = spec.announced
                said = own if name == spec.time else pl.col(f"f:{name}")
            own = said.fill_null(NEVER)
        known = frame.select(pl.coalesce("recorded", own).alias("k"))["k"].to_numpy()
        return None if (known == frame["first"].to_numpy()).all() else known

    def _column(self, kind: str, name: str, bit: int, frame: pl.DataFrame) -> Column | None:
        """Return a field; None: no row carries it."""
        import numpy as np
        import polars as pl

        reader = self.shape.schema.types[kind]
        spec = reader.spec.fields[name]
        lacking = ((frame["absent"] // (1 << bit)) % 2 == 1).to_numpy()
        if lacking.all():
            return None
        if name == reader.time:
            values = frame["first"]
            missing = (values == NEVER).to_numpy()
            last: Any = frame["last"].to_numpy()
        else:
            values = frame[f"f:{name}"]
            missing = values.is_null().to_numpy()
            last = None
        state = None
        if missing.any() or lacking.any():
            state = np.where(lacking, 2, missing.astype(np.uint8)).astype(np.uint8)
        if spec.type in ("date", "moment"):
            first = values.fill_null(0).to_numpy()
            if last is None:
                last = frame[f"l:{name}"].fill_null(0).to_numpy()
            column = Column("moment", first, last=None if (first == last).all() else last)
        elif spec.type == "boolean":
            column = Column("boolean", values.fill_null(False).to_numpy())
        elif spec.type == "number":
            column = _numbers(values)
        elif spec.type == "duration":
            held = np.empty(len(values), object)
            held[:] = values.cast(pl.Duration("us")).to_list()
            column = Column("object", held)
        else:
            column = self._coded(values, name)
        column.state = state
        return column

    def _coded(self, values: pl.Series, name: str) -> Column:
        """Return texts, or lists of texts, as codes; fields of one name share their words."""
        import numpy as np
        import polars as pl

        listed = isinstance(values.dtype, pl.List)
        words = self.words.setdefault((name, listed), Words())
        if not listed:
            ranks = values.rank("dense").fill_null(1).cast(pl.Int32).to_numpy() - 1
            different = values.drop_nulls().unique().sort().to_list()
        else:
            texts = values.list.join("\x1f") + values.list.len().cast(pl.String)
            first = pl.DataFrame({"t": texts, "v": values}).unique("t").drop_nulls("t").sort("t")
            ranks = texts.rank("dense").fill_null(1).cast(pl.Int32).to_numpy() - 1
            different = [tuple(one) for one in first["v"].to_list()]
        codes = np.array([words.code(one) for one in different] or [0], np.int32)
        return Column("code", codes[ranks], None, words)


def _chains(facts: Iterable[Fact]) -> dict[str, str]:
    """Return for each id one that stands for all versions it is linked to by corrections."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for fact in facts:
        above[top(fact.id)] = top(fact.supersedes or fact.id)
    return {name: top(name) for name in list(above)}


class _Nowhere(Sequence[Any]):
    """Stands for the tables of facts whose places are not asked for."""

    def __len__(self) -> int:
        return 0

    def __getitem__(self, index: Any) -> Any:
        return Origin("")


def _numbers(values: pl.Series) -> Column:
    """Scale numbers that are written in the shortest way; others stay as they are."""
    import numpy as np
    import polars as pl

    parts = values.str.splitn(".", 2).struct.unnest()
    whole, tail = parts["field_0"], parts["field_1"]
    plain = values.is_null() | values.str.contains(r"^-?[0-9]{1,15}(\.[0-9]{0,8}[1-9])?$")
    if plain.all():
        places = int(tail.str.len_bytes().max() or 0)  # type: ignore[arg-type]
        digits = whole + tail.fill_null("").str.pad_end(places, "0")
        number = digits.cast(pl.Int64, strict=False)
        scaled = number.fill_null(0).to_numpy()
        whole_ones = number.null_count() == values.null_count()
        if whole_ones and (scaled.size == 0 or int(np.abs(scaled).max()) <= _FULL):
            return Column("number", scaled, exponent=places)
    held = np.empty(len(values), object)
    held[:] = [None if one is None else Decimal(one) for one in values.to_list()]
    return Column("object", held)


def replace_facts(log: FactLog, facts: Iterable[Fact]) -> FactLog:
    """Return a log with other facts and the same statements."""
    return FactLog(
        list(facts), log.withdrawals, log.waivers, log.suspensions, log.completes
    )


