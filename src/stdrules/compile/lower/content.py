"""Content: a record has the listed elements."""

from __future__ import annotations

from stdrules.base.text import Text
from stdrules.compile import codes
from stdrules.compile.content import lower_content
from stdrules.compile.draft import Draft
from stdrules.compile.lower.common import Lowered
from stdrules.compile.scopes import Names
from stdrules.compile.triggers import Triggered, lower_trigger
from stdrules.model.norms.content import ContentNorm
from stdrules.model.norms.content import Element as ModelElement
from stdrules.plan.steps import Element, Require


def lower_content_norm(draft: Draft, norm: ContentNorm) -> list[Lowered]:
    """Lower a content norm; bare names of its elements are fields of the record."""
    triggered = lower_trigger(draft, norm.trigger)
    elements = tuple(
        _element(draft, element, i, triggered) for i, element in enumerate(norm.elements)
    )
    if norm.latest_by is not None:
        _record_field(draft, norm.latest_by, ("latest_by",), triggered)
    step = Require(elements, _at_least(draft, norm), norm.latest_by)
    assisted = any(element.judgement is not None for element in elements)
    return [Lowered(triggered.arise, step, triggered.names, assisted=assisted)]


def _at_least(draft: Draft, norm: ContentNorm) -> int | None:
    found = norm.at_least
    if found is None and "at_least" not in norm.open_fields:
        return None
    if isinstance(found, int) and found <= len(norm.elements):
        return found
    shown = found if found is not None else draft.open_parameters("number")
    draft.report(
        codes.NOT_HERE, ("at_least",),
        f"`at_least` 应为 0 到 {len(norm.elements)} 的整数，不能是 `{shown}`",
        f"`at_least` is a whole number up to {len(norm.elements)}, not `{shown}`",
    )  # fmt: skip
    return None


def _element(draft: Draft, element: ModelElement, index: int, triggered: Triggered) -> Element:
    path = ("elements", index)
    type_ = triggered.type
    record = Names(bare=("t", type_), trigger=type_) if type_ else Names()
    where = exists = None
    if element.where is not None:
        where = draft.expression(element.where, record, (*path, "where"))
    if element.exists is not None:
        exists = lower_content(draft, element.exists, (*path, "exists"), triggered.names)
    for key in ("filled", "depends"):
        for i, name in enumerate(getattr(element, key) or ()):
            _record_field(draft, name, (*path, key, i), triggered)
    return Element(
        element.id,
        element.title or Text(element.id, element.id),
        element.filled or (),
        where,
        exists,
        element.at_least,
        element.judgement,
        element.depends,
    )


def _record_field(
    draft: Draft, name: str, path: tuple[str | int, ...], triggered: Triggered
) -> None:
    if triggered.type is not None:
        draft.field(triggered.type, name, path)
        return
    draft.report(
        codes.NOT_HERE, path, "没有记录：触发不是事实", "there is no record: the trigger is no fact"
    )
