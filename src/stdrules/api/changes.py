"""Two reports held against each other: reports in memory, their plain data, or saved files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.report.changes import ReportChanges, compare
from stdrules.report.changes_read import checked, read_report
from stdrules.report.report import Report

ReportLike: TypeAlias = Report | Mapping[str, Any] | str | os.PathLike[str]
_SAVED = "report.json"


def diff_reports(a: ReportLike, b: ReportLike) -> ReportChanges:
    """Tell what differs between two reports of one ruleset.

    Args:
        a: A report, what `Report.to_dict` gave, a file of JSON, or a folder of ``--out``.
        b: The second one.

    Returns:
        What appeared, flipped, changed or disappeared, the facts each finding gained or lost, and
        what differs in the arguments. Reports that find the same are ``equal``.

    Raises:
        UsageError: One cannot be read, is no report, is of another schema version, or the two are
            of different rulesets.

    Example:
        >>> import stdrules
        >>> rules = stdrules.load("q_gxxz_029")
        >>> task = {"type": "project_task_received", "id": "t1", "case": "P1",
        ...         "at": "2023-02-28T09:00"}
        >>> plan = {"type": "document_completed", "id": "d1", "case": "P1",
        ...         "at": "2023-03-02T09:01", "fields": {"document_type": "schedule"}}
        >>> before, after = (rules.evaluate(facts, as_of="2023-03-05")
        ...                  for facts in ([task], [task, plan]))
        >>> found = stdrules.diff_reports(before, after)
        >>> [(one.key, one.b["state"], one.gained) for one in found.of("flipped")]
        [('4.1-plan-48h/t1', 'fulfilled_late', ('d1',))]
    """
    first, second = _read(a, "A"), _read(b, "B")
    return compare(first[1], second[1], (first[0], second[0]))


def _read(given: ReportLike, name: str) -> tuple[str, Mapping[str, Any]]:
    """Return what a report is called, and its plain data."""
    if isinstance(given, Report):
        return name, given.to_dict()
    if isinstance(given, Mapping):
        return name, checked(dict(given), name)
    if not isinstance(given, str | os.PathLike):
        kind = type(given).__name__
        raise UsageError(
            Text(f"报告不能是 {kind}", f"a report cannot be of type {kind}"),
            hint=Text("请给出报告或文件", "give a report or a file"),
        )
    path = Path(given)
    shown = str(path)
    if path.is_dir():
        path = path / _SAVED
    try:
        body = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            Text(f"无法读取 `{path}`：{reason}", f"cannot read `{path}`: {reason.lower()}")
        ) from None
    return shown, read_report(body, str(path))
