"""Facts and statements as plain records for JSON, and back again without loss.

A record is a mapping with one key that says what it is: ``fact``, ``withdrawal``, ``waiver``,
``suspension`` or ``complete``. Every typed value comes back equal and of the same type: decimals
with their digits, instants in their zone, days, durations, blanks and unknowns by name.

Not here
    Records that people write (``stdrules.intake.records``); where records are kept
    (``stdrules.journal``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from stdrules.base.errors import FactsError, StdrulesError, UsageError
from stdrules.base.text import Text
from stdrules.base.time.moments import When
from stdrules.base.time.zones import microseconds, zone
from stdrules.base.truth import Missing
from stdrules.model.facts import Complete, Fact, Source, Suspension, Waiver, Withdrawal

#: What can be posted to a session.
Item: TypeAlias = Fact | Withdrawal | Waiver | Suspension | Complete
Record: TypeAlias = dict[str, Any]

_STATEMENTS: Final[dict[str, type[Withdrawal | Waiver | Suspension | Complete]]] = {
    "withdrawal": Withdrawal, "waiver": Waiver, "suspension": Suspension, "complete": Complete,
}  # fmt: skip
_WORDS: Final = {kind: word for word, kind in _STATEMENTS.items()}
_US: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_record(item: Item) -> Record:
    """Return a fact or statement as a record that ``json`` can write.

    What is at its default is left out. Of a fact, the fields that are blank or not carried stand
    as lists of names, as most of them are.

    Raises:
        UsageError: A field holds a value of a type that facts do not have.

    Example:
        >>> to_record(Withdrawal("f1"))
        {'withdrawal': {'withdraws': 'f1'}}
        >>> fact = Fact("visit", "v1", {"project": ("P1",)}, When(5, 5),
        ...             {"n": Decimal("1.50"), "who": Missing("field v1.who", blank=True)})
        >>> record = to_record(fact)
        >>> record["fact"]["fields"], record["fact"]["blank"]
        ({'n': {'n': '1.50'}}, ['who'])
        >>> from_record(record).fields == fact.fields
        True
    """
    if isinstance(item, Fact):
        return {"fact": _fact_record(item)}
    word = _WORDS.get(type(item))
    if word is None:
        raise _wrong_type(item)
    own = {
        one.name: value
        for one in fields_of(item)
        if (value := getattr(item, one.name)) != one.default
    }
    return {word: own}


def from_record(record: Mapping[str, Any]) -> Item:
    """Return the fact or statement of a record made by `to_record`.

    Raises:
        FactsError: It is no such record.

    Example:
        >>> from_record({"complete": {"type": "visit", "case": None, "until": 7}})
        Complete(type='visit', case=None, until=7, recorded=None)
    """
    try:
        own = record.get("fact")
        if own is not None:
            return _fact(own)
        for word, kind in _STATEMENTS.items():
            own = record.get(word)
            if own is not None:
                return kind(**own)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise _unreadable(record) from error
    raise _unreadable(record)


def _fact_record(fact: Fact) -> Record:
    own: Record = {"type": fact.type, "id": fact.id}
    if fact.cases:
        own["cases"] = {name: list(ids) for name, ids in fact.cases.items()}
    if fact.at is not None:
        own["at"] = [fact.at[0], fact.at[1]]
    fields: Record = {}
    blank: list[str] = []
    absent: list[str] = []
    for name, value in fact.fields.items():
        if isinstance(value, Missing) and value == _left_out(fact.id, name, value.blank):
            (blank if value.blank else absent).append(name)
        else:
            fields[name] = _plain(value)
    for key, names in (("fields", fields), ("blank", blank), ("absent", absent)):
        if names:
            own[key] = names
    if fact.recorded is not None:
        own["recorded"] = fact.recorded
    if fact.supersedes is not None:
        own["supersedes"] = fact.supersedes
    if fact.source is not None:
        own["source"] = [fact.source.file, fact.source.sheet, fact.source.row]
    return own


def _fact(own: Mapping[str, Any]) -> Fact:
    name = own["id"]
    fields: dict[str, object] = {key: _value(v) for key, v in own.get("fields", {}).items()}
    for key in own.get("blank", ()):
        fields[key] = _left_out(name, key, True)
    for key in own.get("absent", ()):
        fields[key] = _left_out(name, key, False)
    at, source = own.get("at"), own.get("source")
    return Fact(
        own["type"],
        name,
        {kind: tuple(ids) for kind, ids in own.get("cases", {}).items()},
        None if at is None else When(at[0], at[1]),
        fields,
        own.get("recorded"),
        own.get("supersedes"),
        None if source is None else Source(*source),
    )


def _left_out(fact_id: str, name: str, blank: bool) -> Missing:
    return Missing(f"field {fact_id}.{name}", blank=blank)


def _plain(value: object) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, datetime):
        return _plain_instant(value)
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, timedelta):
        return {"us": value // _US}
    if isinstance(value, When):
        return {"when": [value.first, value.last]}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Missing):
        own: Record = {"missing": sorted(value.items)}
        if value.blank:
            own["blank"] = True
        if value.more:
            own["more"] = True
        return own
    raise _wrong_type(value)


def _plain_instant(value: datetime) -> Record:
    own: Record = {"at": microseconds(value)}
    if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key:
        own["zone"] = value.tzinfo.key
    else:
        offset = value.utcoffset()
        assert offset is not None  # microseconds() has refused the others
        own["offset"] = offset // _US
    return own


def _value(plain: Any) -> object:
    if isinstance(plain, list):
        return tuple([_value(one) for one in plain])
    if not isinstance(plain, dict):
        return plain
    for key, read in _READERS.items():
        if key in plain:
            return read(plain)
    raise ValueError


def _instant(plain: Record) -> datetime:
    if "zone" in plain:
        return zone(plain["zone"]).to_datetime(plain["at"])
    offset = timezone(plain["offset"] * _US)
    moment: datetime = _EPOCH + plain["at"] * _US
    return moment.astimezone(offset if plain["offset"] else UTC)


_READERS: Final[dict[str, Callable[[Record], object]]] = {
    "at": _instant,
    "n": lambda plain: Decimal(plain["n"]),
    "d": lambda plain: date.fromisoformat(plain["d"]),
    "us": lambda plain: plain["us"] * _US,
    "when": lambda plain: When(*plain["when"]),
    "missing": lambda plain: Missing(
        *plain["missing"], blank=plain.get("blank", False), more=plain.get("more", False)
    ),
}


def _wrong_type(value: object) -> UsageError:
    kind = type(value).__name__
    return UsageError(Text(f"事实中有 `{kind}` 类型的值", f"a fact holds a value of type `{kind}`"))


def _unreadable(record: Mapping[str, Any]) -> StdrulesError:
    shown = ", ".join(sorted(str(key) for key in record)[:4]) or "-"
    return FactsError(
        Text(f"无法读取键为 `{shown}` 的记录", f"a record with the keys `{shown}` cannot be read"),
        hint=Text(
            "记录应恰有 fact、withdrawal、waiver、suspension、complete 之一",
            "a record has one of fact, withdrawal, waiver, suspension, complete",
        ),
    )
