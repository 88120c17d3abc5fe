"""How a large audit is done, and what comes of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from stdrules.base.databases import shown_url, split_url
from stdrules.base.diagnostics import Diagnostic
from stdrules.base.errors import UsageError
from stdrules.base.text import Text

_SIZE: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) *([KMGT]?)(i?B)?", re.IGNORECASE)
_UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class LargeAudit:
    """What came of a large audit.

    Attributes:
        ruleset, digests: By what, and of what: ``ruleset``, ``plan``, ``inputs`` (the bytes of the
            sources, not the digest of facts that reports have).
        rows, facts, repeated: Rows read; facts by type; facts that repeat another one.
        rejected: Rows set aside, by type; `reasons` counts them by type and code.
        cases, one_by_one: Cases judged; pairs of a norm and a case that columns left over.
        counts: Norm -> state -> how many. `clauses` is the same by clause.
        outcomes: Scorecard -> outcome -> how many.
        violations, advice, undetermined: How many findings of each.
        worst: The cases with most violations: case type, case, violations, open, advice,
            undetermined.
        findings: How many rows were written; `written` names the files and tables.
        diagnostics: About files and headings, and the first of set-aside rows.
        lacking: Of several rulesets: cases asked for that this one does not have.
    """

    ruleset: str
    digests: dict[str, str]
    rows: int = 0
    facts: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)
    cases: int = 0
    one_by_one: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    clauses: dict[str, dict[str, int]] = field(default_factory=dict)
    outcomes: dict[str, dict[str, int]] = field(default_factory=dict)
    violations: int = 0
    advice: int = 0
    undetermined: int = 0
    worst: list[tuple[Any, ...]] = field(default_factory=list)
    findings: int = 0
    written: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return the summary as plain data; equal audits give equal data."""
        own = ("ruleset", "digests", "rows", "facts", "repeated", "rejected", "reasons", "cases",
               "counts", "clauses", "outcomes", "violations", "advice", "undetermined",
               "findings")  # fmt: skip
        return {
            **{name: getattr(self, name) for name in own},
            "worst": [list(one) for one in self.worst],
            "diagnostics": [one.to_json() for one in self.diagnostics],
        }


@dataclass(frozen=True, slots=True)
class Ways:
    """How a large audit is done: nothing here changes a verdict.

    Attributes:
        memory: Bytes, or a text such as ``1GiB``.
        jobs: How many processes; None: one a core.
        out: The folder of results; needed for findings in files and for `resume`.
        findings: ``parquet``, ``jsonl``, or ``sql:URL#table``; None: none are written.
        only: ``violations``, ``undetermined``, or None: all findings are written.
        quarantine: The file of set-aside rows; by default one in `out`.
        resume: Whether finished parts of an audit in `out` are kept.
        top: How many of the worst cases are told.
        cases: Ids of the cases that are judged; None: all. All sources are read for it.
        strict: Whether a row that is wrong refuses everything.
        progress: Is told ``read`` with rows, then ``judge`` with parts done and all parts.
    """

    memory: int | str = "1GiB"
    jobs: int | None = None
    out: str | os.PathLike[str] | None = None
    findings: str | None = None
    only: str | None = None
    quarantine: str | os.PathLike[str] | None = None
    resume: bool = False
    top: int = 10
    cases: Collection[str] | None = None
    strict: bool = False
    progress: Progress | None = None

    def of(self, ruleset: str) -> Ways:
        """Return the ways of one of several rulesets: its results in places of their own."""
        quarantine = self.quarantine
        if quarantine is not None:
            path = Path(quarantine)
            quarantine = path.with_name(f"{path.stem}.{ruleset}{path.suffix}")
        findings = self.findings
        if findings is not None and findings.startswith("sql:"):
            findings = f"{findings}_{ruleset}"
        out = None if self.out is None else Path(self.out) / ruleset
        return replace(self, out=out, quarantine=quarantine, findings=findings)

    def checked(self) -> Ways:
        """Return the same.

        Raises:
            UsageError: Something does not go together, or is not known.
        """
        form = (self.findings or "").partition(":")[0]
        if form not in ("", "parquet", "jsonl", "sql"):
            raise wrong("findings", self.findings, "parquet, jsonl, sql:URL#table")
        if form == "sql" and not all(split_url(str(self.findings).partition(":")[2])):
            raise wrong("findings", shown_url(str(self.findings)), "sql:URL#table")
        if isinstance(self.cases, str):
            raise wrong("cases", self.cases, "[...]")
        if self.only not in (None, "violations", "undetermined"):
            raise wrong("only", self.only, "violations, undetermined")
        if self.jobs is not None and self.jobs < 1:
            raise wrong("jobs", self.jobs, "1, 2, ...")
        if self.out is None and (self.resume or form in ("parquet", "jsonl")):
            raise UsageError(
                Text("写出结果和续审需要文件夹 `out`", "findings and `resume` need a folder `out`")
            )
        return self


def read_size(size: int | str) -> int:
    """Return a size of memory in bytes.

    Raises:
        UsageError: It is no size.

    Example:
        >>> read_size("1GiB"), read_size("512 MB"), read_size(4096)
        (1073741824, 536870912, 4096)
    """
    if isinstance(size, int) and size > 0:
        return size
    match = _SIZE.fullmatch(str(size).strip())
    found = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if found <= 0:
        raise wrong("memory", size, "1GiB, 512MiB")
    return found


def wrong(name: str, value: object, known: str) -> UsageError:
    """Build the error of an argument that is not one of those known."""
    return UsageError(
        Text(f"`{name}` 的值 `{value}` 有误", f"`{value}` is no value of `{name}`"),
        hint=Text(f"可用：{known}", f"known: {known}"),
    )
