"""What callers give as sources: paths, URLs of databases, tables, frames by fact type."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from stdrules.base.errors import FactsError, UsageError
from stdrules.base.text import Text
from stdrules.intake.batch_sources import Source
from stdrules.intake.sql_tables import SqlTable

Sources: TypeAlias = str | os.PathLike[str] | SqlTable | Mapping[str, Any] | Iterable[Any]


def sources_of(given: Sources) -> Iterator[Source]:
    """Yield the sources that are meant by paths, texts, tables and frames.

    Raises:
        FactsError: A file is not there.
        UsageError: It is none of these.
    """
    if isinstance(given, str | os.PathLike):
        text = os.fspath(given)
        if "://" in text:
            yield SqlTable.parse(text)
            return
        path = Path(text)
        if not path.exists():
            raise FactsError(
                Text(f"没有文件 `{path.name}`", f"there is no file `{path.name}`"),
                hint=Text("请检查路径", "check the path"),
            )
        yield path
    elif isinstance(given, SqlTable | Mapping):
        yield given
    elif isinstance(given, Iterable) and not is_frame(given):
        for one in given:
            yield from sources_of(one)
    else:
        kind = type(given).__name__
        raise UsageError(
            Text(f"数据来源不能是 {kind}", f"a source cannot be of type {kind}"),
            hint=Text("请给出路径、URL#表=类型，或由事实类型到数据框的映射",
                      "give paths, URL#table=fact_type, or a mapping from fact types to frames"),
        )  # fmt: skip


def is_frame(given: object) -> bool:
    """Tell whether something is a Polars, pandas or Arrow table, whose type is not said."""
    library = type(given).__module__.partition(".")[0]
    return library in ("polars", "pandas", "pyarrow")
