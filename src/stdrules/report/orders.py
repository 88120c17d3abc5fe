"""When the steps of an order happened, and which of them came too early, in words."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from stdrules.base.text import Text
from stdrules.base.time.moments import When
from stdrules.base.time.zones import microseconds
from stdrules.plan.content import Matcher
from stdrules.plan.results import Finding
from stdrules.plan.steps import Order, OrderStep
from stdrules.report.asks import acts_text, step_title
from stdrules.report.conditions import may_fit
from stdrules.report.setting import Setting
from stdrules.report.wording import joined, moment


def step_times(
    order: Order, finding: Finding, setting: Setting
) -> list[tuple[OrderStep, When | None, str]]:
    """Find when each step happened and by which fact, from the facts of the finding.

    A step takes the earliest fact of its type that its condition may mean; one that another step
    took only if there is no other, as one record may hold several steps.
    """
    found: list[tuple[OrderStep, When | None, str]] = []
    taken: set[str] = set()
    for step in order.steps:
        if step.matcher is None:
            record = setting.names.fact(finding.trigger)
            value = record.fields.get(step.stamp or "") if record is not None else None
            found.append((step, _as_when(value, setting), ""))
            continue
        fitting = _fitting(step.matcher, finding, setting)
        fact_id, at = next((one for one in fitting if one[0] not in taken),
                           fitting[0] if fitting else ("", None))  # fmt: skip
        taken.add(fact_id)
        found.append((step, at, fact_id if at is not None else ""))
    return found


def _fitting(
    matcher: Matcher, finding: Finding, setting: Setting
) -> list[tuple[str, When | None]]:
    """The facts that a step may mean, with their times, the earliest first."""
    fitting = []
    for name in finding.facts:
        fact = setting.names.fact(name)
        if fact is None or fact.type != matcher.type:
            continue
        if may_fit(matcher.where, fact.fields.get):
            at = fact.at
            if matcher.time is not None:
                at = _as_when(fact.fields.get(matcher.time), setting)
            fitting.append((name, at))
    return sorted(fitting, key=lambda one: (one[1] is None, one[1].first if one[1] else 0, one[0]))


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
    for step, at, fact_id in step_times(order, finding, setting):
        if at is None:
            continue
        title, shown = step_title(step, finding, setting), moment(at, setting.zone)
        name = f" {fact_id}" if fact_id else ""
        parts.append(Text(f"{title.zh}{name} {shown}", f"{title.en}{name} {shown}"))
    return joined(parts, "、", ", ")


def culprit(order: Order, finding: Finding, setting: Setting) -> Text:
    """Say which step came too early, as far as the facts tell."""
    # An optional step that was skipped separates no others.
    found = [
        one for one in step_times(order, finding, setting)
        if one[1] is not None or not (one[0].optional or one[0].matcher is None)
    ]  # fmt: skip
    for (early, first, _), (late, second, _) in pairwise(found):
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
            if same and order.ties == "allow":
                continue
            return Text(
                f"“{after.zh}”{'与' if same else '早于'}“{before.zh}”{'同时' if same else ''}",
                f'"{after.en}" came {"at the same time as" if same else "before"} "{before.en}"',
            )
    acts = acts_text(finding)
    return Text(f"次序被打破{acts.zh}", f"the order was broken{acts.en}")
