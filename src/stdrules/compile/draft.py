"""The workbench of a compilation, and the draft of one norm: names looked up, errors collected.

Every lookup returns something to go on with after an error, so that one pass finds them all; a
plan is only given out if there was none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make
from stdrules.base.text import Text
from stdrules.base.time.durations import Duration, parse_duration
from stdrules.compile import codes
from stdrules.compile.expressions import BROKEN, Expressions
from stdrules.compile.scopes import Names
from stdrules.feel.compile import Expression
from stdrules.feel.types import BOOLEAN, ContextOf, Type, overlap
from stdrules.model.common import FactTrigger, FactUse, GroupTrigger, OutcomeTrigger
from stdrules.model.vocabulary import FactType
from stdrules.plan.content import Matcher
from stdrules.plan.source import PlainNorm, RulesetSource

NO_NAMES = Names()
MOMENTS = ("date", "moment")
Place = tuple[str | int, ...]


class Workbench:
    """What the drafts of one compilation share."""

    def __init__(
        self,
        source: RulesetSource,
        expressions: Expressions,
        parameters: Mapping[str, str | None],
        norms: Iterable[PlainNorm],
    ) -> None:
        self.source = source
        self.header = source.header
        self.types = source.vocabulary.types
        self.expressions = expressions
        self.parameters = parameters
        self.norms = {plain.norm.id: plain.norm for plain in norms}
        self.findings: list[Diagnostic] = []
        self.statements: dict[str, list[str]] = {}
        for entry in source.ledger.clauses:
            for name in entry.norms:
                self.statements.setdefault(name, []).append(entry.id)

    def trigger_type(self, name: str, seen: Collection[str] = ()) -> str | None:
        """Return the fact type that `trigger` means in a norm: of the fact at its root.

        A norm triggered by an outcome has the trigger of that norm.
        """
        norm = self.norms.get(name)
        if norm is None or name in seen:
            return None
        each = getattr(norm, "each", None)
        if norm.kind == "count" and each is not None:
            return str(each.fact)
        trigger = getattr(norm, "trigger", None)
        if isinstance(trigger, OutcomeTrigger):
            return self.trigger_type(trigger.outcome, (*seen, name))
        if isinstance(trigger, GroupTrigger):
            return trigger.group.fact
        return trigger.fact if isinstance(trigger, FactTrigger) else None


class Draft:
    """One norm, scorecard or header on its way into the plan.

    Attributes:
        used: Parameters that its expressions name.
    """

    def __init__(self, bench: Workbench, plain: PlainNorm | None) -> None:
        self.bench = bench
        self.plain = plain
        self.used: set[str] = set()

    # -- findings -----------------------------------------------------------------------------

    def span(self, path: Place) -> Span:
        """Where a value stands; the header has no places but its file."""
        if self.plain is None:
            folder = self.bench.source.name
            return Span(f"{folder}/ruleset.yaml" if folder else "ruleset.yaml")
        return self.plain.place(*path)

    def report(self, code: str, path: Place, zh: str, en: str, hint: Text | None = None) -> None:
        """Note a finding at the value at `path`."""
        span = self.span(path)
        self.bench.findings.append(
            make(
                code, span, zh=zh, en=en, hint_zh=hint.zh if hint else None,
                hint_en=hint.en if hint else None, excerpt=self.bench.source.excerpt(span),
            )
        )  # fmt: skip

    def unknown(
        self, code: str, path: Place, name: str, what: Text, known: Iterable[str], list_: Text
    ) -> None:
        """Note an unknown name, with the nearest one and those there are."""
        names = list(known)
        near = did_you_mean(name, names)
        shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "") or "-"
        zh, en = f"{list_.zh}：{shown}", f"{list_.en}: {shown}"
        if near:
            zh, en = f"是否指 `{near}`？{zh}", f"did you mean `{near}`? {en}"
        self.report(
            code, path, f"未知的{what.zh} `{name}`", f"unknown {what.en} `{name}`", Text(zh, en)
        )

    # -- facts and fields ---------------------------------------------------------------------

    def type(self, use: FactUse, path: Place) -> FactType | None:
        """Return the type of a fact that is used, if there is such a type."""
        spec = self.bench.types.get(use.fact)
        if spec is None:
            self.unknown(
                codes.UNKNOWN_TYPE, (*path, "fact"), use.fact, Text("事实类型", "fact type"),
                self.bench.types, Text("词汇表中的事实", "facts in scope"),
            )  # fmt: skip
        elif use.said not in ("fact", spec.kind):
            self.report(
                codes.WRONG_WORD, (*path, "fact"),
                f"`{use.fact}` 的种类是 {spec.kind}，不是 {use.said}",
                f"`{use.fact}` is of kind {spec.kind}, not {use.said}",
                Text(f"写 `{spec.kind}:` 或 `fact:`", f"write `{spec.kind}:` or `fact:`"),
            )  # fmt: skip
        return spec

    def field(
        self, type_: str | None, name: str, path: Place, kinds: Collection[str] | None = None
    ) -> None:
        """Check that a type has a field, and of one of the kinds, if they are given."""
        spec = self.bench.types.get(type_ or "")
        if spec is None:
            return
        field = spec.fields.get(name)
        if field is None:
            self.unknown(
                codes.UNKNOWN_FIELD, path, name, Text(f" {type_} 的字段", f"field of {type_}"),
                spec.fields, Text("已有字段", "fields"),
            )  # fmt: skip
        elif kinds is not None and field.type not in kinds:
            wanted = " / ".join(kinds)
            self.report(
                codes.FIELD_TYPE, path,
                f"字段 `{name}` 的类型是 {field.type}，此处应为 {wanted}",
                f"the field `{name}` is of type {field.type}, expected {wanted}",
            )  # fmt: skip

    def values(self, type_: str | None, name: str, found: Iterable[tuple[str, Place]]) -> None:
        """Check that values are among those that a choice declares."""
        spec = self.bench.types.get(type_ or "")
        field = spec.fields.get(name) if spec else None
        if field is None or not field.values:
            return
        for value, path in found:
            if value not in field.values:
                self.unknown(
                    codes.OUTSIDE, path, value, Text(f" {name} 取值", f"value of {name}"),
                    field.values, Text("可取值", "values"),
                )  # fmt: skip

    def matcher(
        self, use: FactUse, path: Place, names: Names = NO_NAMES, *, timed: bool = False
    ) -> Matcher:
        """Lower a fact that is used, with its ``where``, ``match`` and ``at``.

        Args:
            use: The part of the norm.
            path: Where it stands.
            names: What is in scope besides its own fields.
            timed: Whether the place needs to know when it happened.
        """
        spec = self.type(use, path)
        at: str | None = getattr(use, "at", None)
        if at is not None:
            self.field(use.fact, at, (*path, "at"), MOMENTS)
        elif timed and spec is not None and spec.time is None:
            self.report(
                codes.NO_TIME, (*path, "fact"), f"`{use.fact}` 没有时间字段",
                f"`{use.fact}` has no time field",
                Text("写上 `at:`", "name one with `at:`"),
            )  # fmt: skip
        where: str | None = getattr(use, "where", None)
        condition = None
        if where is not None and spec is not None:
            condition = self.expression(where, names.fact(use.fact), (*path, "where"))
        keys = self.match(getattr(use, "match", {}), use.fact, (*path, "match"), names)
        return Matcher(use.fact, at, keys if spec else (), condition)

    # -- expressions --------------------------------------------------------------------------

    def expression(
        self, text: str, names: Names, path: Place, expect: Type | None = BOOLEAN
    ) -> Expression:
        """Compile an expression; its findings point into its text."""
        found = self.bench.expressions.compile(text, names, expect)
        if found is None:
            span = self.span(path)
            self.bench.findings += self.bench.expressions.explain(text, names, expect, span)
            return BROKEN
        for read in found.paths:
            head, _, rest = read.partition(".")
            if head == "parameter" and rest:
                self.used.add(rest.partition(".")[0])
        return found

    def match(
        self, pairs: Mapping[str, str], type_: str, path: Place, names: Names
    ) -> tuple[tuple[Expression, Expression], ...]:
        """Lower ``match``: pairs of an own path and a path of trigger, each or period."""
        found = []
        for own, other in pairs.items():
            context = self.bench.expressions.scopes.context(type_)
            left = self._path_type(own, context, (*path, own), own)
            right = self._other_type(other, (*path, own), names)
            if left is None or right is None:
                continue
            if not overlap(left, right):
                self.report(
                    codes.MATCH, (*path, own),
                    f"`{own}` 是 {left}，`{other}` 是 {right}，无法比较",
                    f"`{own}` is {left} and `{other}` is {right}: they cannot be equal",
                )  # fmt: skip
                continue
            outer = self.expression(other, names.case_only, (*path, own), None)
            found.append((self.expression(own, Names().fact(type_), (*path, own), None), outer))
        return tuple(found)

    def _other_type(self, other: str, path: Place, names: Names) -> Type | None:
        bindings = self.bench.expressions.scopes.scope(names.case_only).bindings
        roots = [root for root in ("trigger", "each", "period") if root in bindings]
        root, _, rest = other.partition(".")
        if root in roots and rest:
            return self._path_type(rest, bindings[root].type, path, other)
        shown = ", ".join(roots)
        self.report(
            codes.MATCH, path, f"`{other}` 不能作为匹配的对方",
            f"`{other}` cannot be matched with",
            Text(f"以 {shown} 开头", f"begin with {shown}") if roots
            else Text("此处没有 trigger、each 或 period", "no trigger, each or period here"),
        )  # fmt: skip
        return None

    def _path_type(self, text: str, type_: Type, path: Place, shown: str) -> Type | None:
        for name in text.split("."):
            if not isinstance(type_, ContextOf):
                self.report(codes.MATCH, path, f"`{shown}` 中 `{name}` 之前不是事实",
                            f"in `{shown}` what stands before `{name}` is no fact")  # fmt: skip
                return None
            inner = type_.fields.get(name)
            if inner is None and type_.open:
                return None
            if inner is None:
                self.unknown(
                    codes.MATCH, path, name, Text("字段", "field"), type_.fields,
                    Text("已有字段", "fields"),
                )  # fmt: skip
                return None
            type_ = inner
        return type_

    # -- parameters ---------------------------------------------------------------------------

    def open_parameters(self, kind: str) -> list[str]:
        """Name the parameters of a type that the norm rests on and that have no value."""
        rests = self.plain.parameters if self.plain else ()
        unset = [name for name in rests if self.bench.parameters.get(name) is None]
        return [name for name in unset if self.bench.header.parameters[name].type == kind]

    def unsettled(self, where: Expression | None, names: Names, path: Place) -> Expression:
        """Return a condition that an open duration leaves unknown, naming the parameter."""
        text = where.text if where is not None else "true"
        tests = [f"parameter.{name} = 0" for name in self.open_parameters("duration")]
        return self.expression(" and ".join([f"({text})", *tests]), names, path)


def duration(text: str | None) -> Duration | None:
    """Read a duration that the model has checked, or None."""
    return None if text is None else parse_duration(text)


def part_title(title: Text, part: Any, zh: str = "", en: str = "") -> Text:
    """Return the title of a part of a norm: of `part` if it has one, else the words given."""
    return Text(f"{title.zh}：{part.zh if part else zh}", f"{title.en}: {part.en if part else en}")
