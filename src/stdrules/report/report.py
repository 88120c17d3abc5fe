"""The report: what one evaluation found, ready to be read or written."""

from __future__ import annotations

from typing import Any, Final

from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.report import contract, formats, text
from stdrules.report.data import ReportData

FORMATS: Final = ("full", "concise", "json", "jsonl", "sarif", "junit", "github")


class Report(ReportData):
    """The result of one evaluation, with the formats in which it is written.

    The arguments are those of ``stdrules.report.data.ReportData``.
    """

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data; see ``stdrules.report.contract``."""
        return contract.report_dict(self)

    def to_json(self, indent: int | None = None) -> str:
        """Return the report as JSON text with sorted keys, without a final newline."""
        return contract.dump(self.to_dict(), indent)

    def text(self, lang: str = "en", format: str = "full", **options: Any) -> str:
        """Return the report in one of the formats of `FORMATS`, without a final newline.

        Args:
            lang: ``"zh"`` or ``"en"``.
            format: ``full`` and ``concise`` are for people, the others for programs.
            **options: ``width`` and ``color`` for ``full``, ``every`` for ``concise``.

        Raises:
            UsageError: There is no such format.
        """
        if format == "full":
            return text.full(self, lang, **options)
        if format == "concise":
            return text.concise(self, lang, **options)
        if format == "json":
            return self.to_json(indent=2)
        if format == "jsonl":
            return "\n".join(contract.obligation_lines(self.evaluation, self.setting))
        if format == "sarif":
            return formats.sarif(self, lang)
        if format == "junit":
            return formats.junit(self, lang)
        if format == "github":
            return formats.github(self, lang)
        known = ", ".join(FORMATS)
        raise UsageError(
            Text(f"未知的格式 `{format}`", f"unknown format `{format}`"),
            hint=Text(f"可用的格式：{known}", f"formats: {known}"),
        )
