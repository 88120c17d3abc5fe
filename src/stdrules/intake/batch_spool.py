"""The spool: facts on disk, apart by case, so that one part fits into memory.

A part holds whole cases. Nothing depends on how many parts there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

_BUCKETS: Final = 16
#: Facts of every case, in the place of a case type.
EVERYWHERE: Final = "-"


class Spool:
    """Facts with their cases, divided into parts.

    Args:
        folder: Where it is.
        parts: How many parts there are.
        room: How many bytes are kept in memory before they are written.
    """

    def __init__(self, folder: Path, parts: int, room: int = 64 << 20) -> None:
        self.folder = folder
        self.parts = parts
        self.room = room
        self._held: dict[tuple[str, str], list[pl.DataFrame]] = {}
        self._size = 0
        self._flushed = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, case_type: str, kind: str, frame: pl.DataFrame) -> None:
        """Take facts of a type: column ``case`` is a case of `case_type`; rows may repeat."""
        if not frame.height:
            return
        self._held.setdefault((case_type, kind), []).append(frame)
        self._size += int(frame.estimated_size())
        if self._size > self.room:
            self.flush()

    def note_ids(self, ids: pl.Series) -> None:
        """Note the ids of facts, each fact once, so that repeats are found."""
        import numpy as np

        hashes = ids.hash().to_numpy()
        buckets = hashes >> np.uint64(60)
        order = np.argsort(buckets, kind="stable")
        ends = np.searchsorted(buckets[order], np.arange(_BUCKETS + 1, dtype=np.uint64))
        for bucket in range(_BUCKETS):
            some = hashes[order[ends[bucket] : ends[bucket + 1]]]
            if some.size:
                with (self.folder / f"ids.{bucket}").open("ab") as stream:
                    some.tofile(stream)

    def repeated(self) -> np.ndarray[Any, Any]:
        """Return the hashes that more than one fact's id has."""
        import numpy as np

        found = []
        for bucket in range(_BUCKETS):
            path = self.folder / f"ids.{bucket}"
            if path.exists():
                hashes = np.sort(np.fromfile(path, np.uint64))
                found.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
        return np.concatenate(found) if found else np.zeros(0, np.uint64)

    def flush(self) -> None:
        """Write what is held."""
        import polars as pl

        while self._held:
            (case_type, kind), frames = self._held.popitem()
            whole = pl.concat(frames)
            frames.clear()
            if case_type == EVERYWHERE:
                whole.write_ipc(self._file(None, case_type, kind), compression="lz4")
                continue
            bucket = (pl.col("case").hash() % self.parts).alias("bucket")
            parts = whole.with_columns(bucket).partition_by("bucket", as_dict=True)
            for (number,), part in parts.items():
                path = self._file(int(number), case_type, kind)
                part.drop("bucket").write_ipc(path, compression="lz4")
            del whole, parts
        self._size = 0
        self._flushed += 1

    def _file(self, part: int | None, case_type: str, kind: str) -> Path:
        folder = self.folder / ("all" if part is None else f"part-{part:05d}")
        folder.mkdir(exist_ok=True)
        return folder / f"{case_type}~{kind}~{self._flushed:05d}.arrow"

    def tables(self, part: int | None) -> Iterator[tuple[str, str, list[Path]]]:
        """Yield case type, fact type and files of a part; None: of the facts of every case."""
        folder = self.folder / ("all" if part is None else f"part-{part:05d}")
        groups: dict[tuple[str, str], list[Path]] = {}
        if folder.is_dir():
            for path in sorted(folder.glob("*.arrow")):
                case_type, kind, _ = path.name.split("~")
                groups.setdefault((case_type, kind), []).append(path)
        for (case_type, kind), paths in groups.items():
            yield case_type, kind, paths

    def cases(self, part: int) -> set[str]:
        """Return the cases of the plain facts of a part."""
        import polars as pl

        found: set[str] = set()
        for _, _, paths in self.tables(part):
            for path in paths:
                found.update(pl.read_ipc(path, columns=["case"])["case"].unique().to_list())
        return found

    def bucket(self, cases: Iterable[str]) -> list[int]:
        """Return the parts in which cases are."""
        import polars as pl

        names = pl.Series("case", list(cases), pl.String)
        return [int(one) for one in (names.hash() % self.parts).to_list()]


def read_all(paths: Iterable[Path]) -> pl.DataFrame:
    """Read files of one table into one frame."""
    import polars as pl

    return pl.concat([pl.read_ipc(path) for path in paths], rechunk=True)
