"""Comparing with golden text files; STDRULES_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "golden" / "report"


def check(name: str, text: str) -> None:
    """Fail unless the text is that of the golden file."""
    path = FOLDER / name
    if os.environ.get("STDRULES_UPDATE_GOLDEN"):
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")
