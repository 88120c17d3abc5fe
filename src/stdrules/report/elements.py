"""Records and their elements in words: what is asked, what is there, what is not.

An element that a person judges is a question; it is told once, and as answered, not as lacking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stdrules.base.text import Text
from stdrules.plan.results import BREACHED, COMPENSATED, PENDING, UNDETERMINED, Finding
from stdrules.plan.steps import Element, PerCase, Require
from stdrules.report.dues import anchor_text
from stdrules.report.setting import Setting
from stdrules.report.wording import NOTHING, joined, listed

_FEW: Final = 3


def element_title(element: Element) -> Text:
    """Return the title of an element; one without a title is told by its question."""
    if element.title.en in ("", element.id) and element.judgement is not None:
        return element.judgement
    return element.title


def require_text(step: Require, finding: Finding, setting: Setting) -> Text:
    """Say what a record must have; of a broken one only the record, as what fails follows."""
    of = record_text(finding, setting)
    titles, total = [element_title(element) for element in step.elements], len(step.elements)
    if finding.state == BREACHED:
        return NOTHING
    if finding.state == UNDETERMINED and _judged_only(step, finding):
        return Text(f"{of.zh}待人判断", f"{of.en} waits for a person's judgement")
    if step.at_least is not None:
        return Text(f"{of.zh}应具备 {total} 项要素中的至少 {step.at_least} 项",
                    f"{of.en} must have at least {step.at_least} of {total} elements")  # fmt: skip
    if total == 1 and finding.state == PENDING:
        return of
    if total > _FEW or (total > 1 and finding.state not in ("fulfilled", COMPENSATED)):
        return Text(f"{of.zh}应具备全部 {total} 项要素", f"{of.en} must have all {total} elements")
    told = listed(titles)
    return Text(f"{of.zh}应具备：{told.zh}", f"{of.en} must have: {told.en}")


def record_text(finding: Finding, setting: Setting) -> Text:
    """Name the record, or the case where the case as a whole is judged."""
    if isinstance(finding.norm.arise, PerCase):
        return Text("个案", "the case")
    return anchor_text(finding, setting)


def broken_text(finding: Finding, setting: Setting) -> Text:
    """Say what a record fails on: elements that are not there, and questions answered with no."""
    step = finding.norm.step
    assert isinstance(step, Require)
    of = record_text(finding, setting)
    failed = _those(step, finding, "false")
    lacking = [element_title(one) for one in failed if one.judgement is None]
    denied = [element_title(one) for one in failed if one.judgement is not None]
    total = len(step.elements)
    parts = [
        _share(Text("未满足", "fails on"), lacking, total),
        _share(Text("人工判断为否", "is judged no"), denied, total),
    ]
    told = joined(parts, "，", ", ")
    gap = " " if of.zh[-1:].isascii() else ""
    if step.at_least is not None:
        met, least = total - len(failed), step.at_least
        return Text(
            f"{of.zh}{gap}满足 {total} 项中的 {met} 项，至少要 {least} 项，{told.zh}",
            f"{of.en} meets {met} of {total}, at least {least} asked for, {told.en}",
        )
    if told == NOTHING:
        told = Text("不符合", "does not conform")
    return Text(f"{of.zh}{gap}{told.zh}", f"{of.en} {told.en}")


def _share(said: Text, titles: Sequence[Text], total: int) -> Text:
    """Say which elements, and how many of how many where there are several."""
    if not titles:
        return NOTHING
    told, number = listed(titles), len(titles)
    if total == 1:
        return Text(f"{said.zh}：{told.zh}", f"{said.en}: {told.en}")
    return Text(f"{said.zh}（{number}/{total}）：{told.zh}",
                f"{said.en} ({number} of {total}): {told.en}")  # fmt: skip


def waiting_text(finding: Finding) -> Text:
    """Say what is still to come."""
    told = elements_text(finding, "open", "unknown", "false")
    return Text(f"尚缺：{told.zh}", f"still to come: {told.en}")


def unknown_text(finding: Finding) -> Text:
    """Name the elements that are open, but for those that a missing judgement names anyway."""
    step = finding.norm.step
    if not isinstance(step, Require) or len(step.elements) == 1:
        return NOTHING
    told = [element_title(one) for one in _those(step, finding, "unknown")
            if f"judgement {finding.norm.id}/{one.id}" not in finding.missing]  # fmt: skip
    shown = listed(told)
    return Text(f"未知：{shown.zh}", f"unknown: {shown.en}") if told else NOTHING


def failed_text(finding: Finding) -> Text:
    """Name the elements that fail although the whole is open; empty if none do."""
    told = elements_text(finding, "false")
    return Text(f"未满足：{told.zh}", f"fails on: {told.en}") if told != NOTHING else NOTHING


def elements_text(finding: Finding, *states: str) -> Text:
    """Enumerate the titles of the elements that are in one of some states."""
    step = finding.norm.step
    known = step.elements if isinstance(step, Require) else ()
    titles = {element.id: element_title(element) for element in known}
    found = [
        titles.get(name) or Text(name, name) for name, state in finding.elements if state in states
    ]
    return listed(found)


def _those(step: Require, finding: Finding, state: str) -> Sequence[Element]:
    known = {element.id: element for element in step.elements}
    return [known[name] for name, found in finding.elements if found == state and name in known]


def _judged_only(step: Require, finding: Finding) -> bool:
    open_ones = _those(step, finding, "unknown")
    return bool(open_ones) and all(one.judgement is not None for one in open_ones)
