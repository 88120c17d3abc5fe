"""Links between more records than memory holds: both sides are divided by key, on disk.

Records that links lead to leave their key and cases in one store; records that link leave their
key and their place in another one. Parts with the same keys are joined one after the other, and
what is found is brought back into the order in which the linking records were read.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stdrules.intake.batch_shape import Shape
from stdrules.model.vocabulary import CaseLink, Link

if TYPE_CHECKING:
    import polars as pl

#: Between the ids of a set of cases while it is one text; ids never hold control characters.
GLUE: Final = "\x1f"
#: Records whose cases are brought back at once, at least.
STRETCH: Final = 1 << 17


class Store:
    """Tables on disk, divided by the number in a column of theirs.

    Args:
        folder: Where it is; made when something is written.
        room: How many bytes are kept in memory before they are written.
    """

    def __init__(self, folder: Path, room: int) -> None:
        self.folder = folder
        self.room = room
        self._held: dict[str, list[pl.DataFrame]] = {}
        self._size = 0
        self._files: dict[tuple[str, int], list[Path]] = {}
        self._written = 0

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Take rows of a table; its column ``part`` says to which part each belongs."""
        if frame.height:
            self._held.setdefault(name, []).append(frame)
            self._size += int(frame.estimated_size())
            if self._size > self.room:
                self.flush()

    def flush(self) -> None:
        """Write what is held."""
        import polars as pl

        self.folder.mkdir(parents=True, exist_ok=True)
        while self._held:
            name, frames = self._held.popitem()
            parts = pl.concat(frames).partition_by("part", as_dict=True, include_key=False)
            for (number,), part in parts.items():
                path = self.folder / f"{self._written:07d}.arrow"
                self._written += 1
                part.write_ipc(path, compression="lz4")
                self._files.setdefault((name, int(number)), []).append(path)
        self._size = 0

    def read(self, name: str, number: int) -> pl.DataFrame | None:
        """Return a part of a table, its rows as they came; None: it has none."""
        import polars as pl

        if name in self._held:
            self.flush()
        paths = self._files.get((name, number), ())
        return pl.concat([pl.read_ipc(path) for path in paths]) if paths else None

    def drop(self, name: str) -> None:
        """Remove a table."""
        self._held.pop(name, None)
        for key in [key for key in self._files if key[0] == name]:
            for path in self._files.pop(key):
                path.unlink()

    def close(self) -> None:
        """Remove everything."""
        self._held.clear()
        self._files.clear()
        shutil.rmtree(self.folder, ignore_errors=True)


class Links:
    """Finds the cases that links lead to.

    Args:
        shape: The spools.
        folder: Where keys are kept until all is read.
        parts: Into how many parts they are divided; nothing depends on it but memory.
        room: How many bytes are kept in memory before they are written.
    """

    def __init__(self, shape: Shape, folder: Path, parts: int, room: int) -> None:
        self.shape = shape
        self.folder = folder
        self.parts = parts
        self._known = Store(folder / "known", room)
        self._asked = Store(folder / "asked", room)
        self._found = Store(folder / "found", room)
        self._wanted: dict[str, set[tuple[str, str]]] = {}
        for kind in shape.schema.types:
            for case_type, link in self._of(kind).items():
                self._wanted.setdefault(link.type, set()).add((link.key or link.by, case_type))

    def _of(self, kind: str) -> dict[str, Link]:
        """Return the links by which a type has its cases, by case type."""
        reader = self.shape.schema.types[kind]
        return {
            case_type: reader.spec.links[source.link]
            for case_type, source in reader.sources.items()
            if isinstance(source, CaseLink)
        }

    def learn(self, kind: str, frame: pl.DataFrame) -> None:
        """Keep what links to facts of this type need: facts with their cases."""
        import polars as pl

        for key, case_type in sorted(self._wanted.get(kind, ())):
            ids = pl.col(f"case:{case_type}").list.sort().list.join(GLUE)
            keys = pl.col(f"f:{key}")
            self._known.add(
                f"{kind}~{key}~{case_type}",
                frame.filter(keys.is_not_null()).select(
                    keys.alias("key"), ids.alias("cases"), pl.col("id").hash().alias("id"),
                    self._part(keys),
                ),
            )  # fmt: skip

    def joined(
        self, kind: str, paths: Sequence[Path], replaced: Iterable[str]
    ) -> Iterator[pl.DataFrame]:
        """Yield facts that wait for their cases, in their order, and remove their files.

        Each has a column ``groups:<case type>`` for every link: the sets of cases that the records
        have to which it leads; null: it leads to none.

        Args:
            kind: Their type; all types that it links to are learnt.
            paths: The files of its facts.
            replaced: Ids of facts that others correct: these count only where no other does.
        """
        import polars as pl

        links = self._of(kind)
        groups = list(_stretches(paths))
        self._ask(links, groups)
        old = pl.Series("id", sorted(replaced), pl.String).hash().implode()
        for case_type, link in links.items():
            self._answer(case_type, link, old)
        for stretch, some in enumerate(groups):
            yield from self._answered(links, stretch, some)
        for case_type in links:
            self._found.drop(case_type)

    def close(self) -> None:
        """Remove what was kept."""
        for one in (self._known, self._asked, self._found):
            one.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _part(self, key: pl.Expr) -> pl.Expr:
        return (key.hash() % self.parts).alias("part")

    def _ask(self, links: dict[str, Link], groups: Sequence[Sequence[tuple[Path, int]]]) -> None:
        """Divide the keys of facts that link by key; each knows where it stands."""
        import polars as pl

        fields = sorted({f"f:{link.by}" for link in links.values()})
        for stretch, some in enumerate(groups):
            for path, first in some:
                frame = pl.read_ipc(path, columns=fields).with_row_index("n", offset=first)
                for case_type, link in links.items():
                    key = pl.col(f"f:{link.by}")
                    self._asked.add(
                        case_type,
                        frame.filter(key.is_not_null()).select(
                            pl.lit(stretch, pl.Int32).alias("stretch"), "n", key.alias("key"),
                            self._part(key),
                        ),
                    )  # fmt: skip

    def _answer(self, case_type: str, link: Link, old: pl.Series) -> None:
        """Join keys with keys, part by part, and divide what is found by where it belongs."""
        name = f"{link.type}~{link.key or link.by}~{case_type}"
        for number in range(self.parts):
            asked = self._asked.read(case_type, number)
            known = self._known.read(name, number)
            if asked is None or known is None:
                continue
            found = asked.join(_groups(known, old), on="key", how="inner")
            own = found.select("n", "groups", "stretch").rename({"stretch": "part"})
            self._found.add(case_type, own)
        self._asked.drop(case_type)

    def _answered(
        self, links: dict[str, Link], stretch: int, some: Sequence[tuple[Path, int]]
    ) -> Iterator[pl.DataFrame]:
        import polars as pl

        nothing = pl.DataFrame(schema={"n": pl.UInt32, "groups": pl.List(pl.String)})
        found: dict[str, Any] = {}
        for case_type in links:
            part = self._found.read(case_type, stretch)
            found[case_type] = nothing if part is None else part
        for path, first in some:
            frame = pl.read_ipc(path).with_row_index("n", offset=first)
            for case_type, part in found.items():
                named = part.rename({"groups": f"groups:{case_type}"})
                frame = frame.join(named, on="n", how="left", maintain_order="left")
            path.unlink()
            yield frame.drop("n")


def _groups(known: pl.DataFrame, old: pl.Series) -> pl.DataFrame:
    """Return the sets of cases that facts with each key have; corrected ones only at need."""
    import polars as pl

    now = ~pl.col("id").is_in(old)
    cases = pl.col("cases")
    told = cases.is_not_null()
    return known.group_by("key").agg(
        pl.when(now.any())
        .then(cases.filter(now & told).unique().sort().implode())
        .otherwise(cases.filter(told).unique().sort().implode())
        .alias("groups")
    )


def _stretches(paths: Sequence[Path]) -> Iterator[list[tuple[Path, int]]]:
    """Put files that follow each other together; each with the number of its first row there."""
    import polars as pl

    some: list[tuple[Path, int]] = []
    rows = 0
    for path in paths:
        some.append((path, rows))
        rows += int(pl.scan_ipc(path).select(pl.len()).collect().item())
        if rows >= STRETCH:
            yield some
            some, rows = [], 0
    if some:
        yield some
