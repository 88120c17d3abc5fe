"""Rows set aside, written one by one: where each stood, why, and what it held."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Final

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.errors import UsageError
from stdrules.base.text import Text

COLUMNS: Final = (
    "file", "sheet", "row", "place", "type", "code", "message_zh", "message_en", "cells",
)  # fmt: skip


class Quarantine:
    """Writes set-aside rows as they are found.

    Args:
        path: A ``.csv`` or ``.jsonl`` file; None: they are only counted.

    Attributes:
        counts: (fact type, code) -> how many findings.
        rows: How many rows (or facts of wide rows) were set aside.
        examples: The first findings.
    """

    def __init__(self, path: Path | None, examples: int = 100) -> None:
        self.path = path
        self.counts: Counter[tuple[str, str]] = Counter()
        self.rows = 0
        self.by_type: Counter[str] = Counter()
        self.examples: list[Diagnostic] = []
        self._most = examples
        self._stream: IO[str] | None = None
        self._csv: Any = None
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                bom = path.suffix.casefold() == ".csv"
                self._stream = path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="")
            except OSError as error:
                reason = (error.strerror or type(error).__name__).lower()
                raise UsageError(
                    Text(f"无法写入 `{path}`：{reason}", f"cannot write to `{path}`: {reason}")
                ) from None
            if bom:
                self._csv = csv.writer(self._stream)
                self._csv.writerow(COLUMNS)

    def add(
        self, kind: str, file: str, sheet: str, row: int, found: Sequence[Diagnostic],
        cells: Sequence[object],
    ) -> None:  # fmt: skip
        """Set a row aside; one line for each reason."""
        self.rows += 1
        self.by_type[kind] += 1
        shown = ["" if cell is None else str(cell) for cell in cells]
        for one in found:
            self.counts[kind, one.code] += 1
            if len(self.examples) < self._most:
                self.examples.append(one)
            line = (file, sheet, row, str(one.span), kind, one.code, one.message.zh,
                    one.message.en)  # fmt: skip
            if self._csv is not None:
                self._csv.writerow((*line, json.dumps(shown, ensure_ascii=False)))
            elif self._stream is not None:
                told = dict(zip(COLUMNS, (*line, shown), strict=True))
                self._stream.write(json.dumps(told, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Finish the file."""
        if self._stream is not None:
            self._stream.close()
