"""``prohibition``: each offending fact is one breach."""

from typing import ClassVar, Literal

from stdrules.model.base import DurationText, doc
from stdrules.model.common import CASE_START, Content, Trigger
from stdrules.model.norms.base import NormBase


class Prohibition(NormBase):
    """A fact that must not happen while the norm is in force."""

    open_keys: ClassVar[frozenset[str]] = frozenset({"look_back"})

    kind: Literal["prohibition"] = doc("规范种类", "the kind of norm")
    content: Content = doc("被禁止的事", "the offending fact")
    trigger: Trigger = doc("触发，默认个案开始", "by default the start of the case", CASE_START)
    look_back: DurationText | None = doc("只看起算日前多久", "only so long before the anchor", None)
