"""What other readings would change, with the formats in which it is written."""

from __future__ import annotations

from typing import Any, Final

from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.report import sensitivity_contract as contract
from stdrules.report import sensitivity_text
from stdrules.report.contract import dump
from stdrules.report.sensitivity_data import SensitivityData

FORMATS: Final = ("full", "json", "jsonl")


class Sensitivity(SensitivityData):
    """A report and what other readings would change in it.

    The arguments are those of ``stdrules.report.sensitivity_data.SensitivityData``.
    """

    def __repr__(self) -> str:
        return (
            f"Sensitivity({self.report.plan.id}, trials={len(self.trials)}, "
            f"pairs={len(self.pairs)}, flips={self.flips}, "
            f"robust={len(self.robust)}/{len(self.report.obligations)})"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data; see ``stdrules.report.sensitivity_contract``."""
        return contract.sensitivity_dict(self)

    def to_json(self, indent: int | None = None) -> str:
        """Return it as JSON text with sorted keys, without a final newline."""
        return dump(self.to_dict(), indent)

    def text(self, lang: str = "en", format: str = "full", **options: Any) -> str:
        """Return it in one of the formats of `FORMATS`, without a final newline.

        Args:
            lang: ``"zh"`` or ``"en"``.
            format: ``full`` is for people, the others for programs.
            **options: ``width`` and ``top`` (how many changes of each trial are told) for ``full``.

        Raises:
            UsageError: There is no such format.
        """
        if format == "full":
            return sensitivity_text.full(self, lang, **options)
        if format == "json":
            return self.to_json(indent=2)
        if format == "jsonl":
            return "\n".join(contract.change_lines(self))
        known = ", ".join(FORMATS)
        raise UsageError(
            Text(f"未知的格式 `{format}`", f"unknown format `{format}`"),
            hint=Text(f"可用的格式：{known}", f"formats: {known}"),
        )
