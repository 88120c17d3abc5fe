"""``stdrules audit --with``: several rulesets over the same files, and the evidence matrix."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.api.together import Together, audit_together
from stdrules.cli.output import Terminal
from stdrules.cli.quoting import quoted
from stdrules.cli.reports import exit_code, save_report, write_report
from stdrules.report.evidence_files import SUFFIXES

FORMATS: Final = ("text", "json")
#: From clean to worst.
_RANKS: Final = (0, 3, 1, 2)


def run_together(
    first: Ruleset,
    others: Sequence[str],
    files: tuple[str, ...],
    as_of: str,
    terminal: Terminal,
    *,
    form: str,
    out: str | None,
    matrix: str | None,
    top: int | None,
    fail_level: str,
    profile: str | None,
    **options: Any,
) -> int:
    """Audit by several rulesets; return the worst of the exit codes of their reports.

    Args:
        first: The ruleset that is named first; a profile is for it.
        others: Ids or paths of the others.
        files: Files or folders.
        as_of: The moment judged.
        terminal: Where the reports go.
        form: ``text`` or ``json``.
        out: A folder, which gets one folder a ruleset and the matrix; or None.
        matrix: A file for the matrix, or None.
        top: How many of the worst violations of each report are told, or None for all.
        fail_level: From which level on the exit code is 1.
        profile: A profile for the first ruleset, or None.
        **options: Those of ``audit_together``.
    """
    say = terminal.say
    if form not in FORMATS:
        known = ", ".join(FORMATS)
        raise click.UsageError(say(f"--with 与 --matrix 的格式为 {known}；其他用 --out",
                                   f"with --with or --matrix the format is one of {known}; "
                                   "for the others use --out"))  # fmt: skip
    if matrix is not None and Path(matrix).suffix.casefold() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise click.UsageError(say(f"--matrix 的文件应为 {known}",
                                   f"the file of --matrix ends in one of {known}"))  # fmt: skip
    used = [first if profile is None else first.with_profile(profile), *map(load, others)]
    found = audit_together(used, files, as_of, **options)
    for rules in used:
        found.reports[rules.id] = quoted(rules, found.reports[rules.id], terminal)
    if form == "json":
        plain = found.to_dict()
        terminal.write(json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2))
    else:
        _write(found, top, terminal)
    written = _save(found, out, matrix, terminal.lang)
    for path in written:
        terminal.error(say(f"已写入 {path}", f"written: {path}"))
    codes = [exit_code(report, fail_level) for report in found.reports.values()]
    return max(codes, key=_RANKS.index)


def _write(found: Together, top: int | None, terminal: Terminal) -> None:
    for report in found.reports.values():
        write_report(report, "text", terminal, top)
        terminal.write("=" * min(terminal.width, 80))
    terminal.write(found.text(terminal.lang, terminal.width))


def _save(found: Together, out: str | None, matrix: str | None, lang: str) -> list[Path]:
    written: list[Path] = []
    if out is not None:
        for name, report in found.reports.items():
            written += save_report(report, Path(out) / name, lang)
        for name in ("evidence.json", "evidence.csv"):
            written.append(found.write_matrix(Path(out) / name, lang))
    if matrix is not None:
        written.append(found.write_matrix(matrix, lang))
    return written
