"""When the steps of an order happened, and which of them came too early, in words."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from stdrules.base.text import Text
from stdrules.base.time.moments import When
from stdrules.base.time.zones import microseconds
from stdrules.plan.results import Finding
from stdrules.plan.steps import Order, OrderStep
from stdrules.report.asks import acts_text, step_title
from stdrules.report.setting import Setting
from stdrules.report.wording import joined, moment


def _step_time(step: OrderStep, finding: Finding, setting: Setting) -> tuple[When | None, str]:
    """Find when a step happened, from the facts of the finding."""
    if step.matcher is None:
        fact = setting.names.fact(finding.trigger)
        value = fact.fields.get(step.stamp or "") if fact is not None else None
        return _as_when(value, setting), ""
    for fact_id in finding.facts:
        fact = setting.names.fact(fact_id)
        if fact is not None and fact.type == step.matcher.type:
            time = step.matcher.time
            at = _as_when(fact.fields.get(time), setting) if time is not None else fact.at
            return at, fact_id
    return None, ""


def _as_when(value: object, setting: Setting) -> When | None:
    if isinstance(value, When):
        return value
    if isinstance(value, datetime):
        us = microseconds(value) if value.tzinfo is not None else setting.zone.from_local(value)
        return When(us, us)
    if isinstance(value, date):
        day, zone = value.toordinal(), setting.zone
        return When(zone.start_of(day), zone.start_of(day + 1) - 1)
    return None


def steps_told(order: Order, finding: Finding, setting: Setting) -> Text:
    """Tell when the steps happened, as far as the facts tell, in the order that is asked."""
    parts = []
    for step in order.steps:
        at, fact_id = _step_time(step, finding, setting)
        if at is None:
            continue
        title, shown = step_title(step, finding, setting), moment(at, setting.zone)
        name = f" {fact_id}" if fact_id else ""
        parts.append(Text(f"{title.zh}{name} {shown}", f"{title.en}{name} {shown}"))
    return joined(parts, "、", ", ")


def culprit(order: Order, finding: Finding, setting: Setting) -> Text:
    """Say which step came too early, as far as the facts tell."""
    found = [(step, _step_time(step, finding, setting)[0]) for step in order.steps]
    for (early, first), (late, second) in pairwise(found):
        before, after = step_title(early, finding, setting), step_title(late, finding, setting)
        if second is None:
            if first is not None and order.relation != "precedence":
                return Text(
                    f"“{before.zh}”之后没有“{after.zh}”", f'no "{after.en}" after "{before.en}"'
                )
            continue
        if first is None:
            return Text(
                f"“{after.zh}”之前没有“{before.zh}”", f'no "{before.en}" before "{after.en}"'
            )
        if first.last >= second.first:
            same = first == second
            return Text(
                f"“{after.zh}”{'与' if same else '早于'}“{before.zh}”{'同时' if same else ''}",
                f'"{after.en}" came {"with" if same else "before"} "{before.en}"',
            )
    acts = acts_text(finding)
    return Text(f"次序被打破{acts.zh}", f"the order was broken{acts.en}")
