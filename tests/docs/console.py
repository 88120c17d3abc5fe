"""Console blocks of the pages: what is typed, what is shown, and the exit code that is told.

A block is fenced as ``console``. A line ``$ stdrules ...`` is a command; what follows is its
output, standard output and standard error together; ``$ echo $?`` and a number tell its exit code,
which is 0 where nothing is said. A line ``[...]`` stands for lines left out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = "[...]"
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Command:
    """One command of a page and what the page says of it."""

    page: str
    line: str
    shown: list[str] = field(default_factory=list)
    code: int = 0

    @property
    def told(self) -> str:
        return "\n".join(self.shown).rstrip("\n")


def commands(page: Path) -> list[Command]:
    """Return the commands of a page, in order."""
    found: list[Command] = []
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        asked = False
        for line in block.splitlines():
            if line == "$ echo $?":
                asked = True
            elif line.startswith("$ "):
                found.append(Command(page.name, line[2:]))
            elif asked:
                found[-1].code, asked = int(line), False
            else:
                found[-1].shown.append(line)
    return found


def run(command: Command, folder: Path) -> tuple[int, str]:
    """Run a command in a folder; return its exit code and everything it wrote."""
    words = shlex.split(command.line)
    assert words[0] == "stdrules", command.line
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    environment |= {"LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "stdrules.cli.main", *words[1:]],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=120,
    )  # fmt: skip
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return done.returncode, "\n".join(lines).rstrip("\n")


def fits(told: str, written: str) -> bool:
    """Return whether an output is the one told, lines left out allowed for."""
    if LEFT_OUT not in told.splitlines():
        return told == written
    parts = re.split(rf"^{re.escape(LEFT_OUT)}$", told, flags=re.MULTILINE)
    pattern = ".*".join(re.escape(part.strip("\n")) for part in parts)
    return re.fullmatch(pattern, written, re.DOTALL) is not None


def rewrite(page: Path, told: dict[str, tuple[int, str]]) -> None:
    """Put the real outputs into a page; blocks with lines left out stay as they are."""

    def block(match: re.Match[str]) -> str:
        if LEFT_OUT in match[1].splitlines():
            return match[0]
        lines = []
        for line in match[1].splitlines():
            if line.startswith("$ ") and line != "$ echo $?":
                code, written = told[line[2:]]
                lines += [line, *written.splitlines()]
                lines += ["$ echo $?", str(code)] if code else []
        return "```console\n" + "\n".join(lines) + "\n```"

    text = page.read_text(encoding="utf-8")
    page.write_text(_BLOCK.sub(block, text), encoding="utf-8")


def rewrite_python(page: Path, printed: dict[str, str]) -> None:
    """Put what the Python blocks print into a page, as lines that begin with ``#>``."""

    def block(match: re.Match[str]) -> str:
        code = match[1]
        kept = [line for line in code.splitlines() if not line.startswith("#>")]
        lines = [*kept, *(f"#> {line}" for line in printed[code].splitlines())]
        return "```python\n" + "\n".join(lines) + "\n```"

    text = page.read_text(encoding="utf-8")
    page.write_text(PYTHON.sub(block, text), encoding="utf-8")
