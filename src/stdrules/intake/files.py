"""Which files are meant by a path, how they are called in places, and what can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.intake import codes

JSON_SUFFIXES: Final = (".jsonl", ".ndjson")
TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt")
BOOK_SUFFIXES: Final = (".xlsx", ".xlsm")
PARQUET: Final = (".parquet", ".pq")
SUFFIXES: Final = (*JSON_SUFFIXES, *TEXT_SUFFIXES, *BOOK_SUFFIXES, *PARQUET)
#: What sheet programs, systems and clusters leave beside the data.
_NO_DATA: Final = ("~$", ".", "_")
#: How clusters call the files of one table.
_PART: Final = "part-"


def files_of(given: Path, diagnostics: list[Diagnostic]) -> list[Path]:
    """Return the files of a path: itself, or those of a folder in the order of their names.

    A folder that is one table of Parquet stands for itself. What is of no known format is
    reported if it was given, and left out of folders.
    """
    if given.is_dir():
        if is_parquet_table(given):
            return [given]
        inside = [one for one in sorted(given.iterdir()) if not one.name.startswith(_NO_DATA)]
        return [one for one in inside if _is_source(one)]
    if given.suffix.casefold() in SUFFIXES:
        return [given]
    known = ", ".join(SUFFIXES)
    diagnostics.append(make(
        codes.NO_FILE, Span(given.name), zh=f"不支持的文件格式 `{given.suffix}`",
        en=f"unsupported format `{given.suffix}`",
        hint_zh=f"支持：{known}", hint_en=f"supported: {known}",
    ))  # fmt: skip
    return []


def _is_source(path: Path) -> bool:
    if path.is_dir():
        return is_parquet_table(path)
    return path.suffix.casefold() in SUFFIXES


def is_parquet_table(path: Path) -> bool:
    """Tell whether a folder is one table: ``*.parquet``, or all its files are ``part-*``."""
    if path.suffix.casefold() in PARQUET:
        return path.is_dir()
    files = [one.name for one in path.iterdir() if not one.name.startswith(_NO_DATA)]
    return bool(files) and all(
        name.startswith(_PART) and name.casefold().endswith(PARQUET) for name in files
    )


def parquet_files(path: Path) -> list[Path]:
    """Return the Parquet files of a folder in the order of their names, or the file itself."""
    if not path.is_dir():
        return [path]
    return sorted(
        one for one in path.rglob("*")
        if one.suffix.casefold() in PARQUET and not one.name.startswith(_NO_DATA) and one.is_file()
    )  # fmt: skip


def names_of(files: Sequence[Path]) -> dict[Path, str]:
    """Return how files are called in places: by their names, with folders where they agree.

    Example:
        >>> list(names_of([Path("a/x/1.csv"), Path("b/x/1.csv"), Path("2.csv")]).values())
        ['a/x/1.csv', 'b/x/1.csv', '2.csv']
    """
    found = {path: path.name for path in files}
    depth = 1
    while depth < 64:
        counts = Counter(found.values())
        again = [path for path, name in found.items() if counts[name] > 1]
        longer = {path: "/".join(path.parts[-depth - 1 :]) for path in again}
        if all(found[path] == name for path, name in longer.items()):
            break
        found |= longer
        depth += 1
    return found


def all_files(path: Path) -> Iterable[Path]:
    """Yield a file, or every file below a folder in the order of their names."""
    if not path.is_dir():
        yield path
        return
    for one in sorted(path.rglob("*")):
        if one.is_file():
            yield one
