"""Writing reports, and the exit code that follows from one."""

from __future__ import annotations

from stdrules.cli.output import Terminal
from stdrules.report.report import Report


def exit_code(report: Report, fail_level: str, set_aside: int = 0) -> int:
    """Return 1 for findings at or above a level, else 3 if rows were set aside, else 0.

    Args:
        report: The report.
        fail_level: ``violation``, ``undetermined`` (which includes violations) or ``never``.
        set_aside: How many rows could not be used: without findings the answer is incomplete.
    """
    bad = len(report.violations) + sum(score.outcome == "fail" for score in report.scores)
    if fail_level == "undetermined":
        bad += len(report.undetermined)
        bad += sum(score.outcome == "undetermined" for score in report.scores)
    if bad and fail_level != "never":
        return 1
    return 3 if set_aside else 0


def write_report(report: Report, form: str, terminal: Terminal) -> None:
    """Write a report to standard output in one of the formats of the command line."""
    terminal.write(render(report, form, terminal.lang, terminal.width, terminal.color))


def render(report: Report, form: str, lang: str, width: int = 100, color: bool = False) -> str:
    """Return a report as text; ``text`` is the full form for people."""
    if form == "text":
        return report.text(lang, "full", width=width, color=color)
    return report.text(lang, form)
