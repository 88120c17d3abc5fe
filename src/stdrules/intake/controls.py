"""Statements about facts and obligations: withdrawals, waivers, suspensions, completeness.

Days of a waiver are both included. A bare date as the end of a suspension or of completeness is
the whole day, so that its end is the 00:00 that ends it.

Semantics: docs/semantics.md, sections 2 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean
from stdrules.base.errors import BadValue
from stdrules.base.text import Text, sha12
from stdrules.base.time.moments import When
from stdrules.intake import codes
from stdrules.intake.rows import Problems, is_blank, unknown_type
from stdrules.intake.schema import Schema
from stdrules.intake.values import read_boolean, read_text
from stdrules.model.facts import Complete, Suspension, Waiver, Withdrawal

Statement: TypeAlias = Withdrawal | Waiver | Suspension | Complete
#: Kind of statement -> keys that it may have; the first one names it.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "withdraws": ("withdraws", "recorded_at"),
    "waiver": ("waiver", "norm", "case", "key", "by", "reason", "from", "to", "recorded_at"),
    "suspension": (
        "suspension", "norm", "case", "reason", "from", "to", "tolling", "recorded_at",
    ),
    "complete": ("complete", "case", "until", "recorded_at"),
}  # fmt: skip


def read_statement(
    kind: str,
    values: Mapping[str, object],
    span: Callable[[str], Span],
    schema: Schema,
) -> Statement | list[Diagnostic]:
    """Read one statement.

    Args:
        kind: A key of `KEYS`.
        values: Key -> raw value; null and an absent key mean the same.
        span: Gives the place of a key.
        schema: For the types, the zone and the case types.

    Returns:
        The statement, or what is wrong with it.
    """
    form = _Form(values, Problems(span), schema)
    form.check_keys(kind)
    result = _READ[kind](form)
    return form.problems.found or result


class _Form:
    """Reads the values of one statement, noting what is wrong."""

    def __init__(self, values: Mapping[str, object], problems: Problems, schema: Schema) -> None:
        self.values = values
        self.problems = problems
        self.schema = schema

    def check_keys(self, kind: str) -> None:
        for key in self.values:
            if key not in KEYS[kind]:
                near = did_you_mean(str(key), KEYS[kind])
                known = ", ".join(KEYS[kind])
                self.problems.add(
                    codes.UNKNOWN_FIELD, str(key),
                    Text(f"`{kind}` 没有 `{key!s:.64}` 一项",
                         f"a `{kind}` record has no `{key!s:.64}`"),
                    Text(f"是否指 `{near}`？" if near else f"可用：{known}",
                         f"did you mean `{near}`?" if near else f"known: {known}"),
                )  # fmt: skip

    def text(self, key: str) -> str | None:
        raw = self.values.get(key)
        if is_blank(raw):
            return None
        try:
            return read_text(raw, self.schema.times.cells)
        except BadValue as error:
            self.problems.refuse(key, error)
            return None

    def named(self, kind: str) -> str:
        """Return the id, or one made of the content so that the order of rows leaves no trace."""
        given = {key: str(raw) for key, raw in self.values.items() if not is_blank(raw)}
        return self.text(kind) or f"{kind}-{sha12(repr(sorted(given.items())))}"

    def needed(self, key: str) -> str:
        found = self.text(key)
        if found is None:
            if is_blank(self.values.get(key)):
                self.missing(key)
            return ""
        return found

    def missing(self, key: str) -> None:
        self.problems.add(codes.SHAPE, key, Text(f"缺少 `{key}`", f"`{key}` is missing"))

    def when(self, key: str) -> When | None:
        raw = self.values.get(key)
        if is_blank(raw):
            return None
        try:
            return self.schema.times.when(raw)
        except BadValue as error:
            self.problems.refuse(key, error)
            return None

    def recorded(self) -> int | None:
        when = self.when("recorded_at")
        return None if when is None else when.first

    def flag(self, key: str, default: bool) -> bool:
        raw = self.values.get(key)
        if is_blank(raw):
            return default
        try:
            return read_boolean(raw)
        except BadValue as error:
            self.problems.refuse(key, error)
            return default

    def in_order(self, first: int | None, last: int | None) -> None:
        if first is not None and last is not None and last < first:
            self.problems.add(
                codes.DISAGREE, "to",
                Text("`to` 早于 `from`", "`to` lies before `from`"),
            )  # fmt: skip


def _withdrawal(form: _Form) -> Statement:
    return Withdrawal(form.needed("withdraws"), form.recorded())


def _waiver(form: _Form) -> Statement:
    zone = form.schema.zone
    start, end = form.when("from"), form.when("to")
    first = None if start is None else zone.ordinal(start.first)
    last = None if end is None else zone.ordinal(end.last)
    form.in_order(first, last)
    return Waiver(
        form.named("waiver"), form.text("norm"), form.text("case"),
        form.needed("by"), form.needed("reason"), first, last, form.text("key"), form.recorded(),
    )  # fmt: skip


def _suspension(form: _Form) -> Statement:
    start, end = form.when("from"), form.when("to")
    if start is None and is_blank(form.values.get("from")):
        form.missing("from")
    first = 0 if start is None else start.first
    last = None if end is None else _end(end)
    form.in_order(first if start else None, last)
    return Suspension(
        form.named("suspension"), form.text("norm"), form.text("case"),
        form.needed("reason"), first, last, form.flag("tolling", True), form.recorded(),
    )  # fmt: skip


def _complete(form: _Form) -> Statement:
    name = form.needed("complete")
    if name and name not in form.schema.types:
        form.problems.found.append(unknown_type(name, form.schema, form.problems.span("complete")))
    until = form.when("until")
    if until is None and is_blank(form.values.get("until")):
        form.missing("until")
    return Complete(name, form.text("case"), 0 if until is None else _end(until), form.recorded())


def _end(when: When) -> int:
    """Return an instant as it is, and the end of a day as the 00:00 that ends it."""
    return when.first if when.first == when.last else when.last + 1


_READ: Final[dict[str, Callable[[_Form], Statement]]] = {
    "withdraws": _withdrawal,
    "waiver": _waiver,
    "suspension": _suspension,
    "complete": _complete,
}
