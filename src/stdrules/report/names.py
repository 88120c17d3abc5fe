"""Names for people: fact types, fields, facts with their places, and missing items.

Everything beyond the plan is optional: without a vocabulary a field keeps its name, without facts
an item is told by its id alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from stdrules.base.text import Text
from stdrules.model.facts import Fact, FactLog, Suspension, Waiver
from stdrules.model.vocabulary import Vocabulary
from stdrules.plan.plan import Plan
from stdrules.plan.steps import Require
from stdrules.report.wording import NOTHING


class Names:
    """What things are called.

    Args:
        plan: Types, norms and scorecards.
        vocabulary: Headings of fields, if known.
        log: Facts, for their types and places, if known.
    """

    def __init__(
        self, plan: Plan, vocabulary: Vocabulary | None = None, log: FactLog | None = None
    ) -> None:
        self._plan = plan
        self._fields: dict[tuple[str, str], Text] = {}
        self._alone: dict[str, Text | None] = {}
        self._choices: dict[tuple[str, str, str], Text] = {}
        self._kinds: dict[tuple[str, str], str] = {}
        if vocabulary is not None:
            self._learn_fields(vocabulary)
        self._facts: dict[str, Fact] = {}
        self._known: dict[str, int] = {}
        for fact in log.facts if log is not None else ():
            when = fact.recorded
            if when is None and fact.at is not None:
                when = fact.at.first
            if when is not None:
                self._known[fact.id] = min(when, self._known.get(fact.id, when))
            known = self._facts.get(fact.id)
            if known is None or _rank(fact) > _rank(known):
                self._facts[fact.id] = fact
        self._controls: dict[str, Waiver | Suspension] = {}
        if log is not None:
            self._controls.update((waiver.id, waiver) for waiver in log.waivers)
            self._controls.update((pause.id, pause) for pause in log.suspensions)
        self._elements: dict[str, Text] | None = None

    def _learn_fields(self, vocabulary: Vocabulary) -> None:
        for name, kind in vocabulary.types.items():
            for field, spec in kind.fields.items():
                self._fields[name, field] = spec.label
                self._kinds[name, field] = spec.type
                # A field is told without its type only if all types agree about its label.
                same = self._alone.setdefault(field, spec.label) == spec.label
                self._alone[field] = spec.label if same else None
                for value, choice in (spec.values or {}).items():
                    self._choices[name, field, value] = choice.label

    def fact(self, fact_id: str) -> Fact | None:
        """Return the newest version of a fact, if facts are known."""
        return self._facts.get(fact_id)

    def control(self, control_id: str) -> Waiver | Suspension | None:
        """Return a waiver or suspension, if facts are known."""
        return self._controls.get(control_id)

    def first_known(self, fact_id: str) -> int | None:
        """Return when the first version of a fact became known, or None."""
        return self._known.get(fact_id)

    def place(self, fact_id: str) -> str:
        """Return where a fact was read, or an empty string."""
        fact = self._facts.get(fact_id)
        return fact.source.label() if fact is not None and fact.source is not None else ""

    def type(self, name: str) -> Text:
        """Return the label of a fact type."""
        info = self._plan.types.get(name)
        return info.label if info is not None else Text(name, name)

    def field(self, type_name: str, field: str) -> Text:
        """Return the label of a field; an empty type name means any type."""
        found = self._fields.get((type_name, field)) if type_name else self._alone.get(field)
        return found or Text(field, field)

    def field_kind(self, type_name: str, field: str) -> str:
        """Return the type of a field's values, or an empty string."""
        return self._kinds.get((type_name, field), "")

    def is_type(self, name: str) -> bool:
        """Tell whether there is such a fact type."""
        return name in self._plan.types

    def linked(self, type_name: str, link: str) -> str | None:
        """Return the fact type that a link leads to, or None."""
        info = self._plan.types.get(type_name)
        return next((one[1] for one in info.links if one[0] == link), None) if info else None

    def role(self, role: str) -> Text:
        """Return what a bearer or counterparty is called; without a title its id in words."""
        plain = role.replace("_", " ")
        return self._plan.roles.get(role) or Text(plain, plain)

    def parameter(self, name: str) -> Text:
        """Return the name of a parameter with its label: ``reply_within "time to answer"``."""
        label = self._plan.parameter_labels.get(name)
        if label is None:
            return Text(name, name)
        return Text(f"{name}“{label.zh}”", f'{name} "{label.en}"')

    def choice(self, type_name: str, field: str, value: str) -> Text:
        """Return the printed form of a value of a choice, or the value itself."""
        return self._choices.get((type_name, field, value)) or Text(value, value)

    def missing(self, item: str) -> Text:
        """Say what a missing item is.

        Args:
            item: A name as in docs/semantics.md, section 9, such as ``field d1.file_format``.

        Returns:
            Words for people; an item of an unknown form is quoted.
        """
        kind, _, rest = item.partition(" ")
        describe = _DESCRIBED.get(kind)
        if describe is None or not rest:
            return Text(f"`{item}`", f"`{item}`")
        return describe(self, rest)

    def remedy(self, item: str) -> Text:
        """Say what to do about a missing item; empty if there is nothing to say."""
        return _REMEDIES.get(item.partition(" ")[0], NOTHING)

    def element(self, path: str) -> Text:
        """Return the title of an element named ``norm/element`` or ``norm/part/element``."""
        if self._elements is None:
            self._elements = {
                f"{norm.id}/{element.id}": element.title
                if element.title.en not in ("", element.id) or element.judgement is None
                else element.judgement
                for norm in self._plan.norms
                if isinstance(norm.step, Require)
                for element in norm.step.elements
            }
        return self._elements.get(path) or Text(path, path)

    def indicator(self, indicator_id: str) -> Text:
        """Return the title of an indicator."""
        for card in self._plan.scorecards:
            for group in card.groups:
                for indicator in group.indicators:
                    if indicator.id == indicator_id:
                        return indicator.title
        return NOTHING

    def fact_type(self, fact_id: str) -> str:
        """Return the type of a fact, or an empty string if it is not known."""
        fact = self._facts.get(fact_id)
        return fact.type if fact is not None else ""


def _rank(fact: Fact) -> tuple[int, str]:
    recorded = fact.recorded if fact.recorded is not None else -(10**18)
    return recorded, fact.source.label() if fact.source is not None else ""


def _missing_fact(names: Names, rest: str) -> Text:
    label = names.type(rest)
    return Text(f"事实“{label.zh}”（{rest}）", f'a fact "{label.en}" ({rest})')


def _missing_field(names: Names, rest: str) -> Text:
    fact_id, _, field = rest.rpartition(".")
    label = names.field(names.fact_type(fact_id), field)
    return Text(f"{fact_id} 的字段“{label.zh}”", f'the field "{label.en}" of {fact_id}')


def _missing_time(names: Names, rest: str) -> Text:
    return Text(f"{rest} 的时间", f"the time of {rest}")


def _missing_parameter(names: Names, rest: str) -> Text:
    named = names.parameter(rest)
    gap = "" if named.zh.endswith("”") else " "
    return Text(f"参数 {named.zh}{gap}的值", f"a value for the parameter {named.en}")


def _missing_calendar(names: Names, rest: str) -> Text:
    name, _, year = rest.rpartition(" ")
    return Text(f"日历 {name} 的 {year} 年数据", f"the year {year} in the calendar {name}")


def _missing_judgement(names: Names, rest: str) -> Text:
    title = names.element(rest)
    if title.zh == rest:
        return Text(f"对 {rest} 的人工判断", f"a judgement on {rest}")
    return Text(f"对“{title.zh}”的人工判断（{rest}）", f'a judgement on "{title.en}" ({rest})')


def _missing_rating(names: Names, rest: str) -> Text:
    title = names.indicator(rest)
    if not title.en:
        return Text(f"指标 {rest} 的评定", f"a rating of the indicator {rest}")
    return Text(f"指标 {rest}“{title.zh}”的评定", f'a rating of the indicator {rest} "{title.en}"')


_DESCRIBED = {
    "fact": _missing_fact,
    "field": _missing_field,
    "time": _missing_time,
    "parameter": _missing_parameter,
    "calendar": _missing_calendar,
    "judgement": _missing_judgement,
    "rating": _missing_rating,
}
_REMEDIES: Mapping[str, Text] = {
    "fact": Text(
        "请补充该事实，或声明此类事实已齐全", "add it, or state that such facts are complete"
    ),
    "field": Text("请补填该字段", "fill it in"),
    "time": Text("请补填时间", "give the time"),
    "parameter": Text("请用 --parameter 给出", "give it with --parameter"),
    "calendar": Text("请补充该年的工作日数据", "add the working days of that year"),
    "judgement": Text("请补充判断记录", "add a judgement"),
    "rating": Text("请补充或改正评定", "add the rating or put it right"),
}
