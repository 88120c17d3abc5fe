"""Check and write calls of built-in functions."""

from __future__ import annotations

from stdrules.feel import nodes as n
from stdrules.feel import types as t
from stdrules.feel.emit import BaseEmitter, Typed, literal_type, plain, widen
from stdrules.feel.errors import suggestion
from stdrules.feel.functions import python_name
from stdrules.feel.functions_time import read_moment
from stdrules.feel.signatures import CLOCK, FUNCTIONS, REFUSED, Signature
from stdrules.feel.typing_rules import result

__all__ = ["CallEmitter", "place_arguments"]

_READS = ("date", "time", "date and time", "duration")
_Arguments = list[n.Node | None]


def place_arguments(signature: Signature, node: n.Call) -> _Arguments | None:
    """Put the arguments of a call in the order of one form; None if they do not fit it.

    Optional arguments left out before a given one are None.
    """
    if not node.named:
        return list(node.args) if signature.takes(len(node.args)) else None
    if signature.repeats:
        return None
    given = dict(node.named)
    names = [parameter.name for parameter in signature.parameters]
    if not set(given) <= set(names) or len(given) != len(node.named):
        return None
    placed = [given.get(name) for name in names]
    while placed and placed[-1] is None:
        placed.pop()
    complete = all(
        parameter.name in given or parameter.optional for parameter in signature.parameters
    )
    return placed if complete else None


def _fits(signature: Signature, place: int, type_: t.Type) -> bool:
    wanted = signature.parameter(place).types
    return not wanted or any(t.subtype(type_, one) for one in wanted)


class CallEmitter(BaseEmitter):
    """Calls: which form of the function fits, and how it is written."""

    def call(self, node: n.Call) -> Typed:
        if node.function not in FUNCTIONS:
            return self.no_function(node)
        forms = []
        for signature in FUNCTIONS[node.function]:
            placed = place_arguments(signature, node)
            if placed is not None:
                forms.append((signature, placed))
        if not forms:
            return self.no_form(node)
        constant = self.constant(node)
        if constant is not None:
            return constant
        # The arguments are the same nodes in every form: check each of them once.
        given = [*node.args, *(value for _, value in node.named)]
        typed = {id(arg): self.emit(arg) for arg in given}
        for signature, placed in forms:
            found = [None if arg is None else typed[id(arg)] for arg in placed]
            if all(
                one is None or _fits(signature, place, one.type) for place, one in enumerate(found)
            ):
                return self.written(node, signature, found)
        signature, placed = forms[-1]
        for place, arg in enumerate(placed):
            if arg is not None and not _fits(signature, place, typed[id(arg)].type):
                return self.wrong_type(node, signature, place, arg, typed[id(arg)].type)
        raise AssertionError("a form that fits no argument has one that does not fit")

    def written(self, node: n.Call, signature: Signature, args: list[Typed | None]) -> Typed:
        """Write the call; repeating arguments travel as one tuple."""
        codes = ["None" if arg is None else arg.code for arg in args]
        types = [t.NULL if arg is None else arg.type for arg in args]
        name = node.function
        if name == "not":
            return Typed(self.negation(codes[0]), t.BOOLEAN)
        if name == "filled":
            return Typed(f"_r.filled({codes[0]})", t.BOOLEAN)
        if name == "list contains" and isinstance(types[0], t.ListOf) and not node.named:
            self.choice((node.args[0], Typed("", types[0].item)), node.args[1])
        type_ = result(signature, [_loose(one) for one in types])
        if signature.repeats:
            fixed = len(signature.parameters) - 1
            repeated = "".join(f"{code}, " for code in codes[fixed:])
            codes = [*codes[:fixed], f"({repeated})"]
        extra = f", zone={self.scope.zone!a}" if name == "date and time" else ""
        inside = ", ".join((self.budget, *codes))
        return Typed(f"_r.{python_name(name)}({inside}{extra})", type_)

    def negation(self, code: str) -> str:
        var = self.fresh()
        return (
            f"(False if ({var} := {code}) is True else True if {var} is False else _r.not_({var}))"
        )

    def constant(self, node: n.Call) -> Typed | None:
        """Read `date("...")` and the like now, so that a slip is an error and not a null."""
        if node.function not in _READS or node.named or len(node.args) != 1:
            return None
        text = node.args[0]
        if not isinstance(text, n.String):
            return None
        zone = self.scope.zone
        value = read_moment(node.function, text.value, zone)
        if value is None:
            return self.bad_temporal(text, text.value)
        code = f"_r.read_moment({node.function!a}, {text.value!a}, {zone!a})"
        return Typed(code, literal_type(value))

    # -- errors ---------------------------------------------------------------

    def no_function(self, node: n.Call) -> Typed:
        end = node.start + len(node.function)
        name = node.function
        if name in CLOCK:
            return self.fail(
                self.source.report(
                    "E212", node.start, end, f"不提供 `{name}()`：表达式没有时钟",
                    f"`{name}()` is not available: expressions have no clock",
                    "把日期作为事实或参数给出", "give the date as a fact or a parameter",
                )
            )  # fmt: skip
        if name in REFUSED:
            zh, en = REFUSED[name]
            return self.fail(
                self.source.report(
                    "E215", node.start, end, f"不支持函数 `{name}`",
                    f"function `{name}` is not supported", zh, en,
                )
            )  # fmt: skip
        zh, en = suggestion(name, FUNCTIONS, "函数", "Functions")
        return self.fail(
            self.source.report(
                "E205", node.start, end, f"未知函数 `{name}`", f"unknown function `{name}`", zh, en
            )
        )

    def no_form(self, node: n.Call) -> Typed:
        forms = "; ".join(one.text for one in FUNCTIONS[node.function])
        given = len(node.args) + len(node.named)
        return self.fail(
            self.source.report(
                "E206", node.start, node.end,
                f"`{node.function}` 的参数不合（共 {given} 个）",
                f"the arguments do not fit `{node.function}` ({given} given)",
                f"写法：{forms}", f"forms: {forms}",
            )
        )  # fmt: skip

    def wrong_type(
        self, node: n.Call, signature: Signature, place: int, arg: n.Node, type_: t.Type
    ) -> Typed:
        parameter = signature.parameter(place)
        wanted = " or ".join(map(str, parameter.types))
        return self.fail(
            self.source.report(
                "E207", arg.start, arg.end,
                f"`{node.function}` 的 `{parameter.name}` 应为 {wanted}，此处为 {plain(type_)}",
                f"`{parameter.name}` of `{node.function}` takes {wanted}, this is {plain(type_)}",
            )
        )  # fmt: skip


def _loose(type_: t.Type) -> t.Type:
    return t.ListOf(widen(type_.item)) if isinstance(type_, t.ListOf) else widen(type_)
