"""Cases of many facts at once; what links lead to is found by joins (batch_links).

The rules, and the findings, are those of ``stdrules.intake.links``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stdrules.base.diagnostics import Diagnostic
from stdrules.intake import codes
from stdrules.intake.batch_links import GLUE, Links
from stdrules.intake.batch_shape import Origin, Shape
from stdrules.intake.links import no_case, other_case, several_cases
from stdrules.intake.rows import Pending
from stdrules.model.vocabulary import CaseLink

if TYPE_CHECKING:
    import polars as pl

Trouble = tuple[Pending, Diagnostic]


class Cases:
    """Finds the cases of facts, type by type.

    Args:
        shape: The spools.
        origins: The tables that facts come from, by number.
        links: Is told of facts that others link to.
    """

    def __init__(self, shape: Shape, origins: Sequence[Origin], links: Links) -> None:
        self.shape = shape
        self.origins = origins
        self._links = links

    def place(self, kind: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Trouble]]:
        """Return facts with columns ``case:<case type>`` (null: none), and those without a case.

        Args:
            kind: Their type.
            frame: Their spool; with what their links lead to, if their cases follow from these
                (``Links.joined``).
        """
        import polars as pl

        reader = self.shape.schema.types[kind]
        hard = pl.lit(False)
        for case_type in self.shape.schema.case_types:
            source = reader.sources.get(case_type)
            told = pl.col(f"told:{case_type}")
            name = f"case:{case_type}"
            if source is None:
                frame = frame.with_columns(told.alias(name))
            elif not isinstance(source, CaseLink):
                frame = frame.with_columns(self._of_field(kind, source).alias(name))
            else:
                groups = pl.col(f"groups:{case_type}")
                some = groups.list.len().fill_null(0)
                one = groups.list.first().str.split(GLUE)
                named = told.is_not_null()
                # A case that the row names must be among those that its link leads to.
                check = named & (some > 0)
                hard = hard | check | (~named & (some > 1))
                found = pl.when(named).then(told).when(some == 1).then(one)
                frame = frame.with_columns(found.alias(name))
        if not reader.sources:
            return frame, []
        nowhere = pl.all_horizontal(
            pl.col(f"case:{one}").is_null() for one in self.shape.schema.case_types
        )
        frame = frame.with_columns((hard | nowhere).alias("doubt"), hard.alias("hard"))
        frame, troubles = self._settled(kind, frame)
        self._links.learn(kind, frame)
        return frame.filter(~pl.col("doubt")), troubles

    def _of_field(self, kind: str, field: str) -> pl.Expr:
        import polars as pl

        value = pl.col(f"f:{field}")
        if self.shape.schema.types[kind].spec.fields[field].type in ("texts", "choices"):
            ids = value.list.unique(maintain_order=True)
            return pl.when(ids.list.len() > 0).then(ids)
        return pl.when(value.is_not_null()).then(pl.concat_list(value))

    def _settled(self, kind: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Trouble]]:
        """Look at the facts in doubt one by one."""
        import polars as pl

        doubtful = frame.with_row_index("n").filter("doubt")
        if not doubtful.height:
            return frame, []
        troubles: list[Trouble] = []
        fine: list[int] = []
        unsure: dict[str, list[int]] = {}
        for row in doubtful.iter_rows(named=True):
            item = self.shape.pending(kind, row, self.origins)
            found = self._trouble(item, row, unsure)
            if found is None:
                fine.append(row["n"])
            else:
                troubles.append((item, found))
        place = pl.int_range(pl.len())
        return frame.with_columns(
            (pl.col("doubt") & ~place.is_in(pl.Series(fine, dtype=pl.Int64).implode())),
            *(
                pl.when(~place.is_in(pl.Series(rows, dtype=pl.Int64).implode()))
                .then(pl.col(f"case:{one}")).alias(f"case:{one}")
                for one, rows in unsure.items()
            ),
        ), troubles  # fmt: skip

    def _trouble(
        self, item: Pending, row: dict[str, Any], unsure: dict[str, list[int]]
    ) -> Diagnostic | None:
        """Say why a fact has no case, as the resolver of single rows does; None: it has one."""
        trouble: Diagnostic | None = None
        some = any(one not in item.reader.sources for one in item.told)
        for case_type, source in item.reader.sources.items():
            found: Diagnostic | None = None
            if isinstance(source, CaseLink):
                link = item.reader.spec.links[source.link]
                told = item.told.get(case_type)
                groups = {tuple(g.split(GLUE)) for g in row[f"groups:{case_type}"] or ()}
                if told is not None:
                    if groups and not any(set(told) & set(group) for group in groups):
                        found = other_case(item, told, groups)
                elif len(groups) > 1:
                    found = several_cases(item, link, groups)
                elif not groups:
                    value = item.fact.fields.get(link.by)
                    found = no_case(item, case_type, source.link, value, link)
            elif row[f"case:{case_type}"] is None:
                found = no_case(item, case_type, source)
            if found is None:
                some = True
                continue
            if found.code != codes.NO_CASE:
                unsure.setdefault(case_type, []).append(row["n"])
                return found
            trouble = trouble or found
        return None if some else trouble
