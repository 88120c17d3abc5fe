"""What the pages show is so: Python blocks run and print what `#>` says, commands do as told.

STDRULES_UPDATE_DOCS=1 writes the real outputs into the pages; read the difference first.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.console import PYTHON, ROOT, commands, fits, rewrite, rewrite_python, run

DOCS = ROOT / "docs"
PYTHON_PAGES = [
    ROOT / "README.md",
    ROOT / "README.zh.md",
    DOCS / "embedding.md",
    DOCS / "authoring.md",
    DOCS / "binding.md",
    DOCS / "comparing.md",
    DOCS / "evidence.md",
    DOCS / "history.md",
    DOCS / "journal.md",
    DOCS / "large-audits.md",
    DOCS / "sensitivity.md",
    DOCS / "sessions.md",
]
SHELL_PAGES = [
    ROOT / "README.md",
    ROOT / "README.zh.md",
    DOCS / "tutorial.md",
    DOCS / "auditing.md",
    DOCS / "authoring.md",
    DOCS / "binding.md",
    DOCS / "comparing.md",
    DOCS / "evidence.md",
    DOCS / "history.md",
    DOCS / "journal.md",
    DOCS / "large-audits.md",
    DOCS / "sensitivity.md",
]


def python_blocks(page):
    return PYTHON.findall(page.read_text("utf-8"))


def run_python(code, folder):
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkout in which commands may leave files."""
    made: Path = tmp_path_factory.mktemp("checkout")
    for name in ("docs", "examples", "rulesets"):
        (made / name).symlink_to(ROOT / name, target_is_directory=True)
    return made


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=lambda page: page.name)
def test_python_blocks_run_and_print_as_told(page, folder):
    printed = {code: run_python(code, folder) for code in python_blocks(page)}
    assert printed, f"{page.name} shows no Python"
    if os.environ.get("STDRULES_UPDATE_DOCS"):
        rewrite_python(page, printed)
        printed = {code: run_python(code, folder) for code in python_blocks(page)}
    for code, output in printed.items():
        told = [line[3:] for line in code.splitlines() if line.startswith("#> ")]
        assert output.splitlines() == told, code


@pytest.mark.parametrize("page", SHELL_PAGES, ids=lambda page: page.name)
def test_commands_exit_and_print_as_told(page, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("STDRULES_BINDINGS", str(tmp_path))
    told = {command.line: run(command, folder) for command in commands(page)}
    assert told, f"{page.name} shows no command"
    if os.environ.get("STDRULES_UPDATE_DOCS"):
        rewrite(page, told)
    for command in commands(page):
        code, written = told[command.line]
        assert (command.line, code) == (command.line, command.code), written
        assert fits(command.told, written), f"$ {command.line}\n{written}"


def test_links_between_pages_lead_somewhere():
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    assert len(pages) > 15
    lost = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                lost.append(f"{page.relative_to(ROOT)} -> {target}")
    assert lost == []
