"""Conditions on facts and cases in words: ``filled(assessed_on)`` as `"assessed on" filled in`.

Fields, links and values are told by the headings of the vocabulary. What has no words here (loops,
arithmetic, calls) is told by nothing, and the caller falls back to the title of the norm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Final

from stdrules.base.numbers import format_decimal
from stdrules.base.text import Text
from stdrules.feel import nodes as n
from stdrules.feel.compile import Expression
from stdrules.feel.errors import FeelError
from stdrules.feel.parse import parse
from stdrules.plan.content import Matcher
from stdrules.report.names import Names
from stdrules.report.wording import joined

#: Fact type ("" of any type) and name of a field.
Place = tuple[str, str]
_NUMBERS: Final = {
    "=": Text("等于", "equal to"), "!=": Text("不等于", "other than"),
    "<": Text("小于", "less than"), "<=": Text("不超过", "at most"),
    ">": Text("大于", "more than"), ">=": Text("不少于", "at least"),
}  # fmt: skip
_DAYS: Final = {
    "=": Text("即为", "the same as"), "!=": Text("不同于", "other than"),
    "<": Text("早于", "before"), "<=": Text("不晚于", "not after"),
    ">": Text("晚于", "after"), ">=": Text("不早于", "not before"),
}  # fmt: skip
_TIMES: Final = ("date", "moment")


def condition_text(where: Expression, kind: str, names: Names, trigger: str = "") -> Text | None:
    """Say a condition on a fact in words.

    Args:
        where: The condition.
        kind: The type of the fact.
        names: Headings and values.
        trigger: The type of the trigger, if the condition looks at it.

    Returns:
        Words in both languages, or None if there are none for it.
    """
    return _said(where.text, _Teller(names, kind, trigger))


def guard_text(when: Expression, names: Names, trigger: str = "") -> Text | None:
    """Say a condition on the case in words, or return None."""
    return _said(when.text, _Teller(names, None, trigger))


def values_text(where: Expression, kind: str, names: Names) -> Text | None:
    """Say a condition by its values alone: ``document_kind = "draft"`` as `draft`.

    Returns:
        The values, or None unless it asks nothing but that choices have certain values.
    """
    tree, teller = tree_of(where.text), _Teller(names, kind, "")
    if tree is None:
        return None
    chain = isinstance(tree, n.Binary) and tree.operator == "and"
    found = [teller.valued(part) for part in (n.operands(tree) if chain else [tree])]  # type: ignore[arg-type]
    told = [one for one in found if one is not None]
    return joined(told, "、", ", ") if len(told) == len(found) else None


def matchers(part: object) -> Iterator[Matcher]:
    """Yield every matcher in a part of a plan: a trigger, a step, a content, or several of them."""
    if isinstance(part, Matcher):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from matchers(one)
    elif is_dataclass(part) and not isinstance(part, Expression):
        for one in fields(part):
            yield from matchers(getattr(part, one.name))


def _said(text: str, teller: _Teller) -> Text | None:
    tree = tree_of(text)
    return None if tree is None else teller.tell(tree)


@lru_cache(maxsize=4096)
def tree_of(text: str) -> n.Node | None:
    """Parse a condition, or return None if it is none."""
    try:
        return parse(text)
    except FeelError:
        return None


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells a tree: bare names are fields of ``kind``, or without one the fact types of a case."""

    names: Names
    kind: str | None
    trigger: str

    def tell(self, node: n.Node) -> Text | None:
        """Say a condition, or return None."""
        if isinstance(node, n.Binary) and node.operator in ("and", "or"):
            return self._chain(node)
        if isinstance(node, n.Binary):
            return self._compared(node)
        if isinstance(node, n.In):
            return self._among(node)
        if isinstance(node, n.Call):
            return self._called(node)
        place = self._place(node)
        if place is None or self.names.field_kind(*place) not in ("boolean", ""):
            return None
        return self._field(place)

    def valued(self, node: n.Node) -> Text | None:
        """Say the value that a choice must have, or return None."""
        if not isinstance(node, n.Binary) or node.operator != "=":
            return None
        place = self._place(node.left)
        if place is None or self.names.field_kind(*place) != "choice":
            return None
        return self._value(place, node.right)

    def _chain(self, node: n.Binary) -> Text | None:
        parts = self._gathered(n.operands(node)) if node.operator == "and" else n.operands(node)
        told = []
        for part in parts:
            said = part if isinstance(part, Text) else self.tell(part)
            if said is None:
                return None
            if isinstance(part, n.Binary) and part.operator in ("and", "or"):
                said = Text(f"（{said.zh}）", f"({said.en})")
            told.append(said)
        return joined(told, "，" if node.operator == "and" else "或",
                      ", " if node.operator == "and" else " or ")  # fmt: skip

    def _gathered(self, parts: Sequence[n.Node]) -> list[n.Node | Text]:
        """Tell what one list must contain once, and drop `filled(x)` before a value of x."""
        lists: dict[Place, list[Text]] = {}
        order: list[n.Node | Place] = []
        valued = {
            self._place(p.left) for p in parts if isinstance(p, n.Binary) and p.operator == "="
        } | {self._place(p.value) for p in parts if isinstance(p, n.In)}
        for part in parts:
            filled = isinstance(part, n.Call) and part.function == "filled" and len(part.args) == 1
            if filled and self._place(next(iter(part.args))) in valued - {None}:  # type: ignore[attr-defined]
                continue
            found = self._contained(part)
            if found is None:
                order.append(part)
                continue
            if found[0] not in lists:
                order.append(found[0])
            lists.setdefault(found[0], []).append(found[1])
        return [
            self._includes(one, lists[one]) if isinstance(one, tuple) else one for one in order
        ]

    def _contained(self, node: n.Node) -> tuple[Place, Text] | None:
        if not isinstance(node, n.Call) or node.function != "list contains" or len(node.args) != 2:
            return None
        place = self._place(node.args[0])
        value = None if place is None else self._value(place, node.args[1])
        return None if place is None or value is None else (place, value)

    def _includes(self, place: Place, values: list[Text]) -> Text:
        label, told = self._field(place), joined(values, "、", ", ")
        return Text(f"{label.zh}含“{told.zh}”", f'{label.en} including "{told.en}"')

    def _called(self, node: n.Call) -> Text | None:
        found = self._contained(node)
        if found is not None:
            return self._includes(found[0], [found[1]])
        if len(node.args) != 1 or node.named:
            return None
        inner = node.args[0]
        if node.function == "filled":
            place = self._place(inner)
            return None if place is None else self._filled(place)
        if node.function == "not":
            said = self.tell(inner)
            if said is None:
                return None
            if self._place(inner) is not None:
                return Text(f"非“{said.zh}”", f'not "{said.en}"')
            return Text(f"并非（{said.zh}）", f"not ({said.en})")
        return None

    def _filled(self, place: Place) -> Text:
        label = self._field(place)
        return Text(f"“{label.zh}”已填", f'"{label.en}" filled in')

    def _compared(self, node: n.Binary) -> Text | None:
        words = _NUMBERS.get(node.operator)
        if words is None:
            return None
        if isinstance(node.right, n.Null):
            return self._null(node.left, node.operator)
        if isinstance(node.right, n.Boolean) and node.operator == "=":
            return self.tell(node.left if node.right.value else n.Call("not", (node.left,)))
        if isinstance(node.left, n.Call) and node.left.function == "count":
            return self._counted(node.left, node.operator, node.right)
        place = self._place(node.left)
        if place is None:
            return None
        label = self._field(place)
        value = self._value(place, node.right)
        if value is not None and node.operator == "=":
            return Text(f"{label.zh}：{value.zh}", f"{label.en}: {value.en}")
        if value is not None and node.operator == "!=":
            return Text(f"{label.zh}不是“{value.zh}”", f'{label.en} other than "{value.en}"')
        other = self._operand(node.right)
        if other is None:
            return None
        if self.names.field_kind(*place) in _TIMES:
            words = _DAYS[node.operator]
        return Text(f"“{label.zh}”{words.zh}{other.zh}", f'"{label.en}" {words.en} {other.en}')

    def _null(self, node: n.Node, operator: str) -> Text | None:
        if self.kind is None and isinstance(node, n.Name):
            label = self.names.type(node.name)
            if operator == "=":
                return Text(f"没有“{label.zh}”", f'there is no "{label.en}"')
            return Text(f"有“{label.zh}”", f'there is "{label.en}"')
        if isinstance(node, n.Path) and node.base == n.Name("parameter"):
            named = self.names.parameter(node.name)
            if operator == "=":
                return Text(f"没有给出参数 {named.zh}", f"the parameter {named.en} has no value")
            return Text(f"已给出参数 {named.zh}", f"the parameter {named.en} has a value")
        place = self._place(node)
        if place is None:
            return None
        if operator != "=":
            return self._filled(place)
        label = self._field(place)
        return Text(f"“{label.zh}”为空", f'"{label.en}" blank')

    def _counted(self, call: n.Call, operator: str, right: n.Node) -> Text | None:
        if len(call.args) != 1 or not isinstance(right, n.Number):
            return None
        what = self._several(call.args[0])
        if what is None:
            return None
        least = {">=": right.value, ">": right.value + 1}.get(operator)
        if least == 1 and self.kind is None:
            return Text(f"有{what.zh}", f"there is {what.en}")
        if operator in ("=", "<=") and right.value == 0:
            return Text(f"没有{what.zh}", f"there is no {what.en}")
        number, words = format_decimal(right.value), _NUMBERS[operator]
        return Text(f"{what.zh}的数量{words.zh} {number}", f"{words.en} {number} of {what.en}")

    def _several(self, node: n.Node) -> Text | None:
        """Name the facts of a type, or the values of a field, that are counted."""
        if self.kind is not None:
            place = self._place(node)
            label = None if place is None else self._field(place)
            return None if label is None else Text(f"“{label.zh}”", f'"{label.en}"')
        base, condition = (
            (node.base, node.condition) if isinstance(node, n.Filter) else (node, None)
        )
        if not isinstance(base, n.Name):
            return None
        label = self.names.type(base.name)
        if condition is None:
            return Text(f"“{label.zh}”", f'"{label.en}"')
        said = _Teller(self.names, base.name, self.trigger).tell(condition)
        if said is None:
            return None
        return Text(f"“{label.zh}”（{said.zh}）", f'"{label.en}" ({said.en})')

    def _among(self, node: n.In) -> Text | None:
        place = self._place(node.value)
        if place is None:
            return None
        values = []
        for test in node.tests:
            value = self._value(place, test)
            if value is None:
                return None
            values.append(value)
        label, told = self._field(place), joined(values, "、", ", ")
        if len(values) == 1:
            return Text(f"{label.zh}：{told.zh}", f"{label.en}: {told.en}")
        gap = " " if told.zh[-1:].isascii() else ""
        return Text(f"{label.zh}：{told.zh}{gap}之一", f"{label.en}: one of {told.en}")

    def _place(self, node: n.Node) -> Place | None:
        """Return the field that a name or a path stands for."""
        if isinstance(node, n.Call) and node.function == "date" and len(node.args) == 1:
            return self._place(node.args[0])
        if isinstance(node, n.Name):
            return None if self.kind is None else (self.kind, node.name)
        if not isinstance(node, n.Path) or not isinstance(node.base, n.Name):
            return None
        base = node.base.name
        if base == "trigger":
            return self.trigger, node.name
        if base in ("each", "period", "parameter"):
            return None
        if self.kind is None:
            return (base, node.name) if self.names.is_type(base) else None
        linked = self.names.linked(self.kind, base)
        return None if linked is None else (linked, node.name)

    def _field(self, place: Place) -> Text:
        label = self.names.field(*place)
        if self.kind is None and place[0] and place[0] != self.trigger:
            of = self.names.type(place[0])
            return Text(f"{of.zh}的{label.zh}", f"{label.en} of {of.en}")
        return label

    def _value(self, place: Place, node: n.Node) -> Text | None:
        if not isinstance(node, n.String):
            return None
        return self.names.choice(*place, node.value)

    def _operand(self, node: n.Node) -> Text | None:
        """Name what a field is compared with: a number, a field beside it, one of the trigger."""
        if isinstance(node, n.Number):
            shown = format_decimal(node.value)
            return Text(f" {shown}", shown)
        place = self._place(node)
        if place is None:
            return None
        label = self.names.field(*place)
        if isinstance(node, n.Path) and node.base == n.Name("trigger"):
            return Text(f"触发记录的“{label.zh}”", f'the "{label.en}" of the trigger')
        return Text(f"“{label.zh}”", f'"{label.en}"')


# --- which fact a condition means ----------------------------------------------------------------

Look = Callable[[str], object]


def may_fit(where: Expression | None, look: Look) -> bool:
    """Tell whether a fact may be meant by a condition: false only if a plain part of it is not so.

    Args:
        where: The condition, or None.
        look: Returns the value of a field of the fact.
    """
    tree = None if where is None else tree_of(where.text)
    return tree is None or _fits(tree, look) is not False


def _fits(node: n.Node, look: Look) -> bool | None:
    if isinstance(node, n.Binary) and node.operator in ("and", "or"):
        parts = [_fits(part, look) for part in n.operands(node)]
        decisive = node.operator == "or"
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    if isinstance(node, n.Binary) and isinstance(node.left, n.Name):
        if node.operator == "=" and isinstance(node.right, n.String):
            return look(node.left.name) == node.right.value
        return None
    if isinstance(node, n.In) and isinstance(node.value, n.Name):
        known = [test.value for test in node.tests if isinstance(test, n.String)]
        return look(node.value.name) in known if len(known) == len(node.tests) else None
    if isinstance(node, n.Name):
        found = look(node.name)
        return found if isinstance(found, bool) else None
    return None
