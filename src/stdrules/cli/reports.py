"""Writing reports, and the exit code that follows from one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stdrules.base.diagnostics import Severity
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.cli.output import Terminal
from stdrules.report.contract import to_bytes
from stdrules.report.report import Report
from stdrules.report.summary import worst

#: File in the folder of ``--out`` -> format.
FILES: Final = {
    "report.txt": "text",
    "report.json": "json",
    "findings.jsonl": "jsonl",
    "report.sarif": "sarif",
    "report.junit.xml": "junit",
}


def exit_code(report: Report, fail_level: str) -> int:
    """Return 1 for findings at or above a level, else 3 if the data were not complete, else 0.

    Args:
        report: The report. Rows set aside, errors in the data, or no case at all leave the
            analysis incomplete.
        fail_level: ``violation`` (a failed score counts too), ``undetermined`` (which includes
            violations) or ``never``.
    """
    bad = len(report.violations) + sum(score.outcome == "fail" for score in report.scores)
    if fail_level == "undetermined":
        bad += len(report.undetermined)
        bad += sum(score.outcome == "undetermined" for score in report.scores)
    if bad and fail_level != "never":
        return 1
    errors = any(found.severity is Severity.ERROR for found in report.diagnostics)
    nothing = not report.obligations and not report.scores
    return 3 if errors or nothing or any(report.rejected.values()) else 0


def write_report(report: Report, form: str, terminal: Terminal, top: int | None = None) -> None:
    """Write a report to standard output in one of the formats of the command line."""
    if not report.obligations and not report.scores:
        terminal.error(terminal.say("没有任何个案可评价", "there is no case to judge"))
    if top is not None and form == "text":
        terminal.write(worst(report, top, terminal.lang, terminal.width))
    else:
        text = render(report, form, terminal.lang, terminal.width, terminal.color)
        if text:
            terminal.write(text)


def render(report: Report, form: str, lang: str, width: int = 100, color: bool = False) -> str:
    """Return a report as text; ``text`` is the full form for people."""
    if form == "text":
        return report.text(lang, "full", width=width, color=color)
    return report.text(lang, form)


def save_report(report: Report, folder: Path, lang: str) -> list[Path]:
    """Write a report in all formats into a folder, made if it is not there.

    Raises:
        UsageError: The folder or a file cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, form in FILES.items():
            path = folder / name
            path.write_bytes(to_bytes(render(report, form, lang) + "\n"))
            written.append(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            Text(f"无法写入 `{folder}`：{reason}", f"cannot write to `{folder}`: {reason.lower()}")
        ) from None
    return written
