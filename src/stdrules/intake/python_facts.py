"""Facts from Python: mappings, pydantic models, or Fact objects.

Nothing is set aside silently: all errors are collected and raised together.

Semantics: docs/semantics.md, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from stdrules.base.diagnostics import Diagnostic, Span
from stdrules.base.time.moments import When
from stdrules.base.time.zones import Zone
from stdrules.base.truth import Missing
from stdrules.intake.collect import Collector
from stdrules.intake.records import add_record
from stdrules.intake.schema import Schema
from stdrules.model.facts import (
    Complete,
    Fact,
    FactLog,
    Source,
    Suspension,
    Waiver,
    Withdrawal,
)
from stdrules.model.vocabulary import Vocabulary


class PythonFacts:
    """Reads records of one vocabulary; kept and reused it costs nothing to set up again.

    Args:
        vocabulary: The fact types.
        case_types: Names of the case types, the default first.
        zone: The zone of times without an offset, or its name.

    Example:
        >>> from stdrules.model.vocabulary import Vocabulary
        >>> reader = PythonFacts(Vocabulary(types={}), ["project"], "Asia/Shanghai")
        >>> log = reader.read([{"type": "judgement", "id": "j1", "at": "2024-03-01",
        ...                     "satisfied": True, "by": None}])
        >>> log.facts[0].fields["by"], log.facts[0].fields["norm"]
        (Missing('field j1.by', blank=True), Missing('field j1.norm'))
    """

    def __init__(self, vocabulary: Vocabulary, case_types: Sequence[str], zone: Zone | str) -> None:
        self.schema = Schema(vocabulary, case_types, zone)

    def read(
        self,
        records: Iterable[object],
        default_case: str | None = None,
        id_prefix: str | None = None,
        name: str = "facts",
    ) -> FactLog:
        """Return the log of some records.

        Args:
            records: Mappings, objects with ``model_dump``, facts or statements.
            default_case: The case of records that name none (of the first case type).
            id_prefix: Facts without an id are named by it and their place, from 1: ``f1``.
                By default ``<type>#<place>``.
            name: What places in errors begin with.

        Raises:
            FactsError: Something is wrong; it carries every finding.
        """
        log, collector = self._collect(records, default_case, id_prefix, name)
        collector.raise_errors()
        return log

    def read_tolerant(
        self,
        records: Iterable[object],
        default_case: str | None = None,
        id_prefix: str | None = None,
        name: str = "facts",
    ) -> tuple[FactLog, list[Diagnostic]]:
        """Return the log of the good records, and what is wrong with the others."""
        log, collector = self._collect(records, default_case, id_prefix, name)
        return log, collector.diagnostics

    def _collect(
        self, records: Iterable[object], default_case: str | None, id_prefix: str | None, name: str
    ) -> tuple[FactLog, Collector]:
        collector = Collector(self.schema, default_case)
        for number, record in enumerate(records, start=1):
            span = _span_of(name, number)
            if isinstance(record, Withdrawal | Waiver | Suspension | Complete):
                collector.count_row()
                collector.take_statement(record, span)
                continue
            source = Source(name, "", number)
            if isinstance(record, Fact):
                source = record.source or source
                plain: object = as_record(record)
            else:
                dump = getattr(record, "model_dump", None)
                plain = dump() if callable(dump) else record
            natural = f"{id_prefix}{number}" if id_prefix else str(number)
            add_record(plain, collector, source, span, natural)
        return collector.close(), collector


def python_facts(
    records: Iterable[object],
    vocabulary: Vocabulary,
    case_types: Sequence[str],
    zone: Zone | str,
    default_case: str | None = None,
    id_prefix: str | None = None,
) -> FactLog:
    """Return the log of some records; see `PythonFacts`, which can be kept for many calls.

    Raises:
        FactsError: Something is wrong; it carries every finding.
    """
    return PythonFacts(vocabulary, case_types, zone).read(records, default_case, id_prefix)


def as_record(fact: Fact) -> Mapping[str, object]:
    """Return a fact as the record from which the same fact is read again."""
    fields = {
        name: None if isinstance(value, Missing) else value
        for name, value in fact.fields.items()
        if not isinstance(value, Missing) or value.blank
    }
    record: dict[str, object] = {"type": fact.type, "id": fact.id, "fields": fields}
    if fact.cases:
        record["case"] = dict(fact.cases)
    if fact.at is not None:
        record["at"] = fact.at
    if fact.recorded is not None:
        record["recorded_at"] = When(fact.recorded, fact.recorded)
    if fact.supersedes is not None:
        record["supersedes"] = fact.supersedes
    return record


def _span_of(name: str, number: int) -> Callable[[str], Span]:
    base = f"{name}[{number - 1}]"
    return lambda key: Span(f"{base}.{key}" if key else base)
