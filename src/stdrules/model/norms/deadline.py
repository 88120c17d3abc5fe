"""``deadline``: an act is owed after a trigger, before an event, or by a fixed day."""

from typing import Literal

from stdrules.model.base import DayOrField, Flag, doc
from stdrules.model.common import CASE_START, Content, Ties, Trigger
from stdrules.model.norms.base import DueFields, NormBase


class Deadline(NormBase, DueFields):
    """An act within a duration, before an event, by a day, or (none of them) in the scope.

    ``"within" in norm.open_fields`` says that `within` is a parameter without a value.
    """

    kind: Literal["deadline"] = doc("规范种类", "the kind of norm")
    trigger: Trigger = doc("触发", "when an instance comes into being", CASE_START)
    content: Content = doc("应做的事", "the act that fulfils it")
    from_: DayOrField | None = doc("最早算数的日期", "earliest day that counts", None, alias="from")
    early: Literal["accept", "ignore"] = doc("早于 from 的是否算", "acts before `from`", "accept")
    preemptive: Flag = doc("触发之前做的也算", "an act before the trigger counts", False)
    ties: Ties = doc("只知同一天时", "act and trigger known only by the same day", "allow")
    punctual: Flag = doc("只有到期当天做才算按时", "only an act on the due day is in time", False)
    expires: Literal["never", "anchor", "scope"] = doc("何时起不能再补", "when it is lost", "never")
    part_periods: Literal["require", "skip"] = doc("首个不足一年", "the first part year", "require")
