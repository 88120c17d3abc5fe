"""docs/diagnostics.md lists the codes that are registered, as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "diagnostics.md"


def test_the_page_is_current():
    # A process of its own: tests register codes of their own in this one.
    script = str(ROOT / "tools" / "gen_diagnostics.py")
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_row_has_both_languages():
    rows = [
        line.strip("|").replace("\\|", "").split("|")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| E") or line.startswith("| W") or line.startswith("| I")
    ]
    assert len(rows) > 50
    assert [row for row in rows if len(row) != 6 or not all(cell.strip() for cell in row)] == []
