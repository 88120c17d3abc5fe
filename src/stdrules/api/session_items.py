"""What is posted to a session, read into facts and statements of each ruleset.

A fact goes to every ruleset whose vocabulary knows its type; a statement of completeness too;
waivers, suspensions and withdrawals go to all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from stdrules.api.facts import case_types
from stdrules.api.ruleset import Ruleset
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import FactsError
from stdrules.base.text import Text
from stdrules.intake.python_facts import PythonFacts
from stdrules.model.facts import Complete, Fact, Source, Suspension, Waiver, Withdrawal
from stdrules.model.records import Item
from stdrules.model.vocabulary import CaseLink

#: A ruleset by its place in the session, and an item for it.
Placed: TypeAlias = tuple[int, Item]
_ITEMS = (Fact, Withdrawal, Waiver, Suspension, Complete)
#: Marks facts that are read again only so that others can be linked to them.
_CONTEXT = Source("context")


class Reader:
    """Reads what is posted; remembers the facts to which others may be linked for their case."""

    def __init__(self, rulesets: Sequence[Ruleset]) -> None:
        self._known = [set(one.vocabulary.types) | {"judgement"} for one in rulesets]
        self._readers = [
            PythonFacts(one.vocabulary, case_types(one.source), one.source.header.timezone)
            for one in rulesets
        ]
        self._links = [_case_links(one) for one in rulesets]
        # Is told of ruleset and text before facts are looked up by it.
        self.before: Callable[[int, str], object] = _nothing
        # By ruleset, type and field: value -> the facts that have it.
        self._targets: dict[tuple[int, str, str], dict[object, dict[str, Fact]]] = {
            (place, target, key): {}
            for place, links in enumerate(self._links)
            for found in links.values()
            for _, target, key in found
        }

    def read(self, records: Iterable[object], posted: Any = ()) -> list[Placed]:
        """Return the items of some records, each for the rulesets that it concerns.

        Args:
            records: Facts and statements, mappings, or objects with ``model_dump``.
            posted: Finds what was posted: a function from ruleset and id to facts.

        Raises:
            FactsError: Something is wrong with one of them; it carries every finding.
        """
        found: list[Placed] = []
        waiting: list[dict[Any, Any]] = []
        for record in records:
            if isinstance(record, _ITEMS):
                found += self._place(record)
            else:
                dump = getattr(record, "model_dump", None)
                waiting.append(_mapping(dump() if callable(dump) else record))
        return found + self._read(waiting, posted) if waiting else found

    def keep(self, place: int, fact: Fact) -> None:
        """Remember a fact to which others may be linked."""
        for (own, target, key), index in self._targets.items():
            if own == place and target == fact.type:
                value = fact.fields.get(key)
                if value is not None and isinstance(value, str):
                    index.setdefault(value, {})[fact.id] = fact

    def texts(self, place: int, fact: Fact) -> Iterator[str]:
        """Yield by what others may link to a fact."""
        for own, target, key in self._targets:
            if own == place and target == fact.type:
                value = fact.fields.get(key)
                if isinstance(value, str):
                    yield value

    def _place(self, item: Item) -> list[Placed]:
        if isinstance(item, Fact | Complete):
            places = [n for n, known in enumerate(self._known) if item.type in known]
            if not places:
                raise self._unknown(item.type)
            return [(place, item) for place in places]
        return [(place, item) for place in range(len(self._known))]

    def _read(self, records: list[dict[Any, Any]], posted: Any) -> list[Placed]:
        found: list[Placed] = []
        for place, known in enumerate(self._known):
            own = [one for one in records if _type_of(one) is None or _type_of(one) in known]
            if not own:
                continue
            context = self._context(place, own, posted)
            log = self._readers[place].read([*context, *own], name="post")
            items: list[Item] = [one for one in log.facts if one.source != _CONTEXT]
            items += (*log.withdrawals, *log.waivers, *log.suspensions, *log.completes)
            for item in items:
                if isinstance(item, Fact):
                    item.source = None
                found.append((place, item))
        for one in records:
            name = _type_of(one)
            if name is not None and not any(name in known for known in self._known):
                raise self._unknown(str(name))
        return found

    def _context(self, place: int, records: list[dict[Any, Any]], posted: Any) -> list[Fact]:
        """Return the facts that these records correct, or are linked to for their case."""
        found: dict[str, Fact] = {}
        for record in records:
            target = record.get("supersedes")
            if isinstance(target, str) and posted:
                found.update((one.id, one) for one in posted(place, target) if not one.supersedes)
            for own, kind, key in self._links[place].get(str(record.get("type")), ()):
                fields = record.get("fields")
                value = record.get(own, fields.get(own) if isinstance(fields, Mapping) else None)
                if isinstance(value, str):
                    self.before(place, value.strip())
                    found.update(self._targets[place, kind, key].get(value.strip(), {}))
        names = {record.get("id") for record in records}
        return [replace(one, source=_CONTEXT) for one in found.values() if one.id not in names]

    def _unknown(self, name: str) -> FactsError:
        near = did_you_mean(name, {one for known in self._known for one in known})
        return FactsError(
            Text(f"未知的事实类型 `{name}`", f"unknown fact type `{name}`"),
            hint=Text(f"是否指 `{near}`？", f"did you mean `{near}`?") if near else None,
        )


def _nothing(place: int, text: str) -> None:
    return None


def _type_of(record: Mapping[Any, Any]) -> object:
    """The type of which a vocabulary must know; None: statements about no type."""
    return record.get("type", record.get("complete"))


def _mapping(record: object) -> dict[Any, Any]:
    if not isinstance(record, Mapping):
        kind = type(record).__name__
        raise FactsError(
            Text(f"不能提交 {kind} 类型的值", f"a value of type {kind} cannot be posted"),
            hint=Text("请给出事实、键值或模型", "give a fact, keys and values, or a model"),
        )
    if "type" in record and not record.get("id"):
        raise FactsError(
            Text("提交的事实没有 `id`", "a posted fact has no `id`"),
            hint=Text("没有编号就无法识别重复", "without one a repeat cannot be told"),
        )
    return dict(record)


def _case_links(ruleset: Ruleset) -> dict[str, list[tuple[str, str, str]]]:
    """By fact type: own field, target type and its field, where the case follows from a link."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for name, spec in ruleset.vocabulary.types.items():
        sources = spec.case.values() if isinstance(spec.case, Mapping) else (spec.case,)
        for source in sources:
            if isinstance(source, CaseLink):
                link = spec.links[source.link]
                found.setdefault(name, []).append((link.by, link.type, link.key or link.by))
    return found
