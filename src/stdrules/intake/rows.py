"""One raw row becomes one fact, or diagnostics that say where and why it cannot.

`at` and the time field of the type are one thing, and so are `case` and the case field: either
may be given. A blank value is known to be empty; a value that the row does not carry is unknown.
A row with a single bad value is set aside as a whole: nothing is guessed.

Not here
    Cases that follow from a link (``stdrules.intake.links``), duplicates and corrections
    (``stdrules.intake.merge``).

Semantics: docs/semantics.md, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make
from stdrules.base.errors import BadValue
from stdrules.base.text import Text
from stdrules.base.time.moments import When, format_moment
from stdrules.base.truth import Missing
from stdrules.intake import codes
from stdrules.intake.schema import Schema, TypeReader
from stdrules.intake.values import read_text, split_list
from stdrules.model.facts import Fact, Source


class _Absent:
    """The row does not carry the value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(slots=True)
class Raw:
    """A row as it was read.

    Attributes:
        type: Name of its fact type.
        values: Field -> raw value; a field that is not there is not carried.
        natural_id: The id if the row gives none.
        source: Where it was read.
        span: Gives the place of a field, or of ``id``, ``at``, ``case`` and so on, or of the row.
        id, at, case, recorded, supersedes: Raw values outside the fields.
    """

    type: str
    values: Mapping[str, object]
    natural_id: str
    source: Source
    span: Callable[[str], Span]
    id: object = ABSENT
    at: object = ABSENT
    case: object = ABSENT
    recorded: object = ABSENT
    supersedes: object = ABSENT


@dataclass(slots=True)
class Pending:
    """A fact whose case follows from links; `told` are the case ids that the row itself names."""

    fact: Fact
    reader: TypeReader
    told: dict[str, tuple[str, ...]]
    span: Callable[[str], Span]


@dataclass(slots=True)
class Problems:
    """Collects what is wrong with one row."""

    span: Callable[[str], Span]
    found: list[Diagnostic] = field(default_factory=list)

    def add(self, code: str, name: str, message: Text, hint: Text | None = None) -> None:
        """Report a finding at the place of the field `name`."""
        self.found.append(
            make(
                code, self.span(name), zh=message.zh, en=message.en,
                hint_zh=hint.zh if hint else None, hint_en=hint.en if hint else None,
            )
        )  # fmt: skip

    def refuse(self, name: str, error: BadValue) -> None:
        """Report a value that cannot be read."""
        zh, en = f"`{name}`：{error.message.zh}", f"`{name}`: {error.message.en}"
        self.add(codes.BAD_VALUE, name, Text(zh, en), error.hint)


def is_blank(raw: object) -> bool:
    """Tell whether a raw value is known to be empty: null, or a text of white space.

    Example:
        >>> is_blank(None), is_blank(" \\u3000"), is_blank(0), is_blank([])
        (True, True, False, False)
    """
    return raw is None or (isinstance(raw, str) and not raw.strip())


def read_row(
    raw: Raw, schema: Schema, default_case: str | None = None
) -> Pending | list[Diagnostic]:
    """Turn a row into a fact.

    Args:
        raw: The row.
        schema: The types.
        default_case: The case of rows that name none (of the first case type).

    Returns:
        The fact, complete but for cases that follow from links; or what is wrong with the row.
    """
    problems = Problems(raw.span)
    reader = schema.types.get(raw.type)
    if reader is None:
        return [unknown_type(raw.type, schema, raw.span("type"))]
    fact_id = _optional_text(raw.id, "id", problems) or raw.natural_id
    supersedes = _optional_text(raw.supersedes, "supersedes", problems)
    fields = _fields(raw, reader, fact_id, problems)
    at = _time(raw, reader, fields, fact_id, schema, problems)
    recorded = None
    if not (raw.recorded is ABSENT or is_blank(raw.recorded)):
        try:
            recorded = schema.times.when(raw.recorded).first
        except BadValue as error:
            problems.refuse("recorded_at", error)
    told = _told_cases(raw, reader, schema, default_case, problems)
    for case_type, ids in told.items():
        _agree_with_field(case_type, ids, reader, fields, raw, default_case, problems)
    if problems.found:
        return problems.found
    fact = Fact(raw.type, fact_id, {}, at, fields, recorded, supersedes, raw.source)
    return Pending(fact, reader, told, raw.span)


def unknown_type(name: str, schema: Schema, span: Span) -> Diagnostic:
    """Build the diagnostic of a type that the vocabulary does not have."""
    near = did_you_mean(name, schema.types)
    known = ", ".join(list(schema.types)[:8])
    return make(
        codes.UNKNOWN_TYPE, span,
        zh=f"未知的事实类型 `{name:.64}`", en=f"unknown fact type `{name:.64}`",
        hint_zh=f"是否指 `{near}`？" if near else f"已声明：{known} 等",
        hint_en=f"did you mean `{near}`?" if near else f"declared: {known}, ...",
    )  # fmt: skip


def _fields(raw: Raw, reader: TypeReader, fact_id: str, problems: Problems) -> dict[str, object]:
    values = raw.values
    prefix = f"field {fact_id}."
    fields: dict[str, object] = {}
    for name, read in reader.readers.items():
        if name not in values:
            fields[name] = Missing(prefix + name)
            continue
        value = values[name]
        if value is None or (isinstance(value, str) and not value.strip()):
            fields[name] = Missing(prefix + name, blank=True)
            continue
        if name == reader.time:
            fields[name] = None  # filled by _time, here to keep the order of fields
            continue
        try:
            fields[name] = read(value)
        except BadValue as error:
            problems.refuse(name, error)
    if not values.keys() <= reader.readers.keys():
        for name in values:
            if name not in reader.readers:
                problems.found.append(unknown_field(name, reader, raw.span(name)))
    return fields


def unknown_field(name: str, reader: TypeReader, span: Span) -> Diagnostic:
    """Build the diagnostic of a field that the type does not have."""
    near = did_you_mean(str(name), reader.readers)
    known = ", ".join(reader.readers)
    return make(
        codes.UNKNOWN_FIELD, span,
        zh=f"类型 `{reader.name}` 没有字段 `{name!s:.64}`",
        en=f"the type `{reader.name}` has no field `{name!s:.64}`",
        hint_zh=f"是否指 `{near}`？" if near else f"字段：{known}",
        hint_en=f"did you mean `{near}`?" if near else f"fields: {known}",
    )  # fmt: skip


def _time(
    raw: Raw,
    reader: TypeReader,
    fields: dict[str, object],
    fact_id: str,
    schema: Schema,
    problems: Problems,
) -> When | None:
    """Return when it happened, and fill the time field if only `at` is given."""
    time = reader.time
    times = schema.times
    given: When | None = None
    if not (raw.at is ABSENT or is_blank(raw.at)):
        try:
            given = times.when(raw.at)
        except BadValue as error:
            problems.refuse("at", error)
            return None
    if time is None:
        return given
    field_given = not (time not in raw.values or is_blank(raw.values[time]))
    if not field_given and given is None:
        return None
    own = raw.values[time] if field_given else raw.at
    name = time if field_given else "at"
    try:
        when, value = times.both(own)
        if value is not None and reader.spec.fields[time].type == "date":
            value = reader.readers[time](own)  # type: ignore[assignment]
            when = times.when(value)
    except BadValue as error:
        problems.refuse(name, error)
        return None
    if field_given and given is not None and given != when:
        ours, theirs = (format_moment(moment, schema.zone) for moment in (given, when))
        problems.add(
            codes.DISAGREE, "at",
            Text(f"`at` 为 {ours}，`{time}` 为 {theirs}",
                 f"`at` is {ours} but `{time}` is {theirs}"),
            Text("只写其中之一", "give one of them"),
        )  # fmt: skip
    # An interval has no value in expressions: there the moment stays unknown.
    fields[time] = Missing(f"field {fact_id}.{time}") if value is None else value
    return when


def _told_cases(
    raw: Raw,
    reader: TypeReader,
    schema: Schema,
    default_case: str | None,
    problems: Problems,
) -> dict[str, tuple[str, ...]]:
    """Return the case ids that the row names in `case`, by case type."""
    case = raw.case
    default = schema.case_types[0]
    target = default if default in reader.sources else next(iter(reader.sources), default)
    if case is ABSENT or is_blank(case):
        if default_case is not None and isinstance(reader.sources.get(default), str):
            source = reader.sources[default]
            if is_carried(raw.values, str(source)):
                return {}
            return {default: (default_case,)}
        return {}
    by_type = case if isinstance(case, Mapping) else {target: case}
    told: dict[str, tuple[str, ...]] = {}
    for case_type, ids in by_type.items():
        if case_type not in schema.case_types:
            near = did_you_mean(str(case_type), schema.case_types)
            known = ", ".join(schema.case_types)
            problems.add(
                codes.SHAPE, "case",
                Text(f"未知的个案类型 `{case_type}`", f"unknown case type `{case_type}`"),
                Text(f"是否指 `{near}`？" if near else f"已声明：{known}",
                     f"did you mean `{near}`?" if near else f"declared: {known}"),
            )  # fmt: skip
            continue
        try:
            if isinstance(ids, list | tuple | set | frozenset):
                told[case_type] = tuple(
                    read_text(item, schema.times.cells) for item in split_list(ids)
                )
            else:
                told[case_type] = (read_text(ids, schema.times.cells),)
        except BadValue as error:
            problems.refuse("case", error)
    return {case_type: ids for case_type, ids in told.items() if ids}


def is_carried(values: Mapping[str, object], name: str) -> bool:
    """Tell whether a row has a value, not blank, for a field."""
    return name in values and not is_blank(values[name])


def _agree_with_field(
    case_type: str,
    ids: tuple[str, ...],
    reader: TypeReader,
    fields: dict[str, object],
    raw: Raw,
    default_case: str | None,
    problems: Problems,
) -> None:
    """Fill the case field from `case`, or check that the two agree."""
    source = reader.sources.get(case_type)
    if not isinstance(source, str) or source not in fields:
        return
    kind = reader.spec.fields[source].type
    own = fields[source]
    if isinstance(own, Missing):
        if kind in ("texts", "choices"):
            fields[source] = reader.readers[source](ids)
        elif len(ids) == 1:
            fields[source] = reader.readers[source](ids[0])
        else:
            problems.add(
                codes.DISAGREE, "case",
                Text(f"`{source}` 只能有一个个案", f"`{source}` holds one case only"),
            )  # fmt: skip
        return
    theirs = own if isinstance(own, tuple) else (own,)
    if set(theirs) != set(ids):
        shown, other = ", ".join(ids), ", ".join(map(str, theirs))
        problems.add(
            codes.DISAGREE, "case",
            Text(f"`case` 为 `{shown}`，`{source}` 为 `{other}`",
                 f"`case` is `{shown}` but `{source}` is `{other}`"),
            Text("只写其中之一", "give one of them"),
        )  # fmt: skip


def _optional_text(raw: object, name: str, problems: Problems) -> str | None:
    if raw is ABSENT or is_blank(raw):
        return None
    try:
        return read_text(raw, cells=not isinstance(raw, datetime))
    except BadValue as error:
        problems.refuse(name, error)
        return None


def field_cases(pending: Pending, case_type: str) -> tuple[str, ...] | None:
    """Return the cases that a fact's own field names; None if it names none."""
    source: Any = pending.reader.sources[case_type]
    value = pending.fact.fields[source]
    if isinstance(value, Missing):
        return None
    ids = value if isinstance(value, tuple) else (value,)
    return tuple(dict.fromkeys(str(item) for item in ids)) or None
