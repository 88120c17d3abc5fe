"""Running the command line as a user does: another process, its bytes, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


@dataclass(frozen=True)
class Ended:
    """What a command left: exit code and bytes."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        return self.stdout.decode("utf-8")

    @property
    def err(self) -> str:
        return self.stderr.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def stdrules(*args: object, cwd: Path | None = None, **environment: str) -> Ended:
    """Run ``stdrules`` with English texts unless told otherwise."""
    base = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "LC_MESSAGES", "TZ")}
    env = {**base, "LANG": "C", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "stdrules.cli.main", *map(str, args)],
        capture_output=True,
        cwd=cwd,
        env=env,
        check=False,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return Ended(done.returncode, done.stdout, done.stderr)


def write_facts(folder: Path, *records: object, name: str = "facts.jsonl") -> Path:
    """Write records as JSON lines; texts are written as they are."""
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


TASK = {
    "type": "project_task_received", "id": "t1", "case": "P1", "at": "2023-02-28T09:00",
    "recorded_at": "2023-02-28T09:05", "fields": {},
}  # fmt: skip
SCHEDULE = {
    "type": "document_completed", "id": "d1", "case": "P1", "at": "2023-03-02T09:01",
    "fields": {"document_type": "schedule", "file_format": "docx"}, "supersedes": None,
}  # fmt: skip
