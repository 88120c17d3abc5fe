"""How a report tells the profile it was made under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stdrules.base.text import Text


@dataclass(frozen=True, slots=True)
class ProfileUse:
    """A profile as it was used.

    Attributes:
        id: Its id.
        title: Its title.
        digest: SHA-256 of its content.
        overridden: Readings and parameters for which the caller chose another value than the
            profile, with that value (None: no value), sorted.
    """

    id: str
    title: Text
    digest: str
    overridden: tuple[tuple[str, str | None], ...] = ()

    def told(self) -> Text:
        """Return a line for the head of a report.

        Example:
            >>> ProfileUse("own", Text("本单位", "own"), "ab" * 32, (("timely", None),)).told().en
            'profile own (own), digest abababababab; chosen otherwise: timely = null'
        """
        zh = f"方案 {self.id}（{self.title.zh}），摘要 {self.digest[:12]}"
        en = f"profile {self.id} ({self.title.en}), digest {self.digest[:12]}"
        if self.overridden:
            shown = [f"{name} = {'null' if v is None else v}" for name, v in self.overridden]
            zh += f"；另行选择：{'、'.join(shown)}"
            en += f"; chosen otherwise: {', '.join(shown)}"
        return Text(zh, en)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data: id, title, digest, overridden."""
        return {
            "id": self.id,
            "title": self.title.to_json(),
            "digest": self.digest,
            "overridden": dict(self.overridden),
        }
