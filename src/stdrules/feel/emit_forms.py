"""Check and write lists, contexts, ranges, loops, filters and membership tests."""

from __future__ import annotations

from stdrules.feel import nodes as n
from stdrules.feel import types as t
from stdrules.feel.emit import Typed, joined, mentions, plain, widen
from stdrules.feel.emit_calls import CallEmitter
from stdrules.feel.typing_rules import ordered

__all__ = ["Emitter"]


class Emitter(CallEmitter):
    """The complete emitter."""

    def emit(self, node: n.Node) -> Typed:
        """Check one node and write its code."""
        literal = self.literal(node)
        if literal is not None:
            return literal
        match node:
            case n.Name():
                return self.name(node)
            case n.Path():
                return self.path(node)
            case n.Binary():
                return self.binary(node)
            case n.Call():
                return self.call(node)
            case n.If():
                return self.conditional(node)
            case n.Between():
                return self.between(node)
            case n.Negate():
                return self.negate(node)
            case _:
                return self.form(node)

    def form(self, node: n.Node) -> Typed:
        match node:
            case n.In():
                return self.membership(node)
            case n.Filter():
                return self.filter(node)
            case n.For():
                return self.loop(node)
            case n.Quantified():
                return self.quantified(node)
            case n.ListLiteral(items):
                found = [self.emit(item) for item in items]
                inside = "".join(f"{item.code}, " for item in found)
                return Typed(f"({inside})", t.ListOf(joined(item.type for item in found)))
            case n.ContextLiteral():
                return self.context(node)
            case n.RangeLiteral():
                return self.range(node)
        raise TypeError(f"not an expression node: {type(node).__name__}")

    def context(self, node: n.ContextLiteral) -> Typed:
        frame: dict[str, Typed] = {}
        self.locals.append(frame)
        parts, types = [], {}
        for name, value in node.entries:
            found = self.emit(value)
            variable = self.fresh()
            parts.append(f"{name!a}: ({variable} := {found.code})")
            types[name] = found.type
            frame[name] = Typed(variable, found.type, found.path)
        self.locals.pop()
        return Typed("{" + ", ".join(parts) + "}", t.ContextOf(types))

    def range(self, node: n.RangeLiteral) -> Typed:
        low, high = self.emit(node.low), self.emit(node.high)
        self.comparable(node, "..", (node.low, low), (node.high, high))
        code = f"_r.range_({low.code}, {high.code}, {node.low_closed}, {node.high_closed})"
        return Typed(code, t.RangeOf(t.join(widen(low.type), widen(high.type))))

    # -- membership -----------------------------------------------------------

    def membership(self, node: n.In) -> Typed:
        value = self.emit(node.value)
        variable = self.fresh()
        held = Typed(variable, value.type)
        codes = [self.test(node, held, test) for test in node.tests]
        code = codes[0] if len(codes) == 1 else f"_r.any_of({', '.join(codes)})"
        texts = literal_texts(node.tests)
        if texts and t.kinds(value.type) <= {"string"}:
            code = f"{variable} in {texts} if type({variable}) is str else {code}"
        return Typed(f"[{variable} := {value.code}, {code}][1]", t.BOOLEAN)

    def test(self, place: n.In, value: Typed, test: n.Node) -> str:
        """Write one test of `in` against a value held in a variable."""
        if isinstance(test, n.Compare):
            operand = self.emit(test.operand)
            self.comparable(test, test.operator, (place.value, value), (test.operand, operand))
            return self.compare(test.operator, value, operand, test.operand)
        if isinstance(test, n.NotTests):
            inner = [self.test(place, value, one) for one in test.tests]
            return f"_r.not_(_r.any_of({', '.join(inner)}))"
        found = self.emit(test)
        self.member(place, value, test, found)
        if isinstance(test, n.String) and t.kinds(value.type) == {"string"}:
            return self.compare("=", value, found, test)
        return f"_r.accepts({value.code}, {found.code}, {self.budget})"

    def member(self, place: n.In, value: Typed, node: n.Node, test: Typed) -> None:
        """Report a test that could never accept the value."""
        type_ = test.type
        if isinstance(type_, t.ListOf) and not isinstance(value.type, t.ListOf):
            items = node.items if isinstance(node, n.ListLiteral) else ()
            for item in items:
                self.choice((place.value, value), item)
            type_ = type_.item
        if isinstance(type_, t.RangeOf) and not isinstance(value.type, t.RangeOf):
            type_ = type_.item
        if isinstance(type_, t.ListOf | t.RangeOf) or isinstance(value.type, t.ListOf):
            return
        if not t.overlap(value.type, type_):
            self.fail(
                self.source.mismatch(
                    place.start, place.end, "in", plain(value.type), plain(type_)
                )
            )  # fmt: skip
        else:
            self.choice((place.value, value), node)

    # -- filters and loops ----------------------------------------------------

    def filter(self, node: n.Filter) -> Typed:
        """Write a filter; its condition sees `item` and the fields of the element."""
        base = self.emit(node.base)
        element = base.type.item if isinstance(base.type, t.ListOf) else base.type
        variable = self.fresh()
        item = Typed(variable, element, base.path)
        frame = {"item": item}
        if isinstance(element, t.ContextOf):
            for name, type_ in element.fields.items():
                dotted = f"{base.path}.{name}" if base.path else None
                code = (
                    f"({variable}[{name!a}] if type({variable}) is dict and {name!a} in {variable}"
                    f" else _r.get({variable}, {name!a}, {self.budget}))"
                )
                frame.setdefault(name, Typed(code, type_, dotted))
        self.locals.append(frame)
        condition = self.emit(node.condition)
        self.locals.pop()
        kinds = t.kinds(condition.type)
        if kinds == {"number"} and not mentions(condition.code, variable):
            self.indexes.add((node.start, node.end))
            return Typed(f"_r.index({base.code}, {condition.code})", element, base.path)
        if kinds and kinds != {"boolean"}:
            return self.fail(
                self.source.report(
                    "E216", node.condition.start, node.condition.end,
                    f"方括号内应为条件或序号，此处为 {plain(condition.type)}",
                    "in square brackets stands a condition or an index, this is "
                    f"{plain(condition.type)}",
                    "序号不能取决于元素" if kinds == {"number"} else None,
                    "an index cannot depend on the element" if kinds == {"number"} else None,
                )
            )  # fmt: skip
        cost = n.cost(node.condition)
        code = f"_r.select({self.budget}, {cost}, {base.code}, lambda {variable}: {condition.code})"
        list_type = base.type if isinstance(base.type, t.ListOf) else t.ListOf(element)
        return Typed(code, list_type if kinds else t.ANY, base.path)

    def iterators(self, pairs: tuple[tuple[str, n.Node], ...]) -> tuple[str, str, int]:
        """Open a frame per iterator; return the domains, the parameters and the frame count."""
        domains: list[str] = []
        variables: list[str] = []
        for name, domain in pairs:
            found = self.emit(domain)
            domains.append(f"lambda {', '.join(variables)}: {found.code}")
            variable = self.fresh()
            variables.append(variable)
            type_ = found.type
            inner = type_.item if isinstance(type_, t.ListOf | t.RangeOf) else type_
            if isinstance(type_, t.RangeOf) and not ordered(inner):
                inner = t.ANY
            self.locals.append({name: Typed(variable, inner, found.path)})
        return f"({''.join(f'{one}, ' for one in domains)})", ", ".join(variables), len(pairs)

    def loop(self, node: n.For) -> Typed:
        domains, variables, frames = self.iterators(node.iterators)
        body = self.emit(node.body)
        del self.locals[-frames:]
        cost = n.cost(node.body)
        code = f"_r.each({self.budget}, {cost}, {domains}, lambda {variables}: {body.code})"
        return Typed(code, t.ListOf(body.type))

    def quantified(self, node: n.Quantified) -> Typed:
        domains, variables, frames = self.iterators(node.iterators)
        body = self.condition(node.body)
        del self.locals[-frames:]
        word, cost = "every" if node.every else "some", n.cost(node.body)
        code = f"_r.{word}({self.budget}, {cost}, {domains}, lambda {variables}: {body.code})"
        return Typed(code, t.BOOLEAN)


def literal_texts(tests: tuple[n.Node, ...]) -> str:
    """Write the tests as a tuple if all are text literals, alone or in one list; else ""."""
    found = tests[0].items if len(tests) == 1 and isinstance(tests[0], n.ListLiteral) else tests
    if not all(isinstance(one, n.String) for one in found):
        return ""
    return "(" + "".join(f"{one.value!a}, " for one in found if isinstance(one, n.String)) + ")"
