"""The vocabulary made ready for reading: one reader a field, one case source a case type."""

from __future__ import annotations

from collections.abc import Sequence

from stdrules.base.time.zones import Zone, zone
from stdrules.intake.times import Times
from stdrules.intake.values import Reader, field_reader
from stdrules.model.vocabulary import CaseLink, FactType, Vocabulary


class TypeReader:
    """What is needed to read facts of one type.

    Attributes:
        name: The fact type.
        spec: Its declaration.
        readers: Field -> function from a raw value, not blank, to the typed one.
        time: The field that is its time, or None.
        sources: Case type -> field or link that names the case; only those that have one.
    """

    __slots__ = ("name", "readers", "sources", "spec", "time")

    def __init__(self, name: str, spec: FactType, case_types: Sequence[str], times: Times) -> None:
        self.name = name
        self.spec = spec
        self.readers: dict[str, Reader] = {
            field: field_reader(declared, times) for field, declared in spec.fields.items()
        }
        self.time = spec.time
        found = (
            (case_type, spec.case_source(case_type, case_types[0])) for case_type in case_types
        )
        self.sources: dict[str, str | CaseLink] = {
            case_type: source for case_type, source in found if source is not None
        }


class Schema:
    """All types of a vocabulary, with the built-in ones, in one zone.

    Args:
        vocabulary: The fact types.
        case_types: Names of the case types; the first is the default. Not empty.
        zone_name: The zone, or its IANA name.
        cells: Whether raw values come from cells of a sheet (numbers may be dates).
        date1904: Whether the sheet's serial numbers count from 1904.

    Example:
        >>> schema = Schema(Vocabulary(types={}), ["project"], "Asia/Shanghai")
        >>> schema.types["judgement"].time
        'judged_at'
    """

    __slots__ = ("case_types", "times", "types", "vocabulary", "zone")

    def __init__(
        self,
        vocabulary: Vocabulary,
        case_types: Sequence[str],
        zone_name: str | Zone,
        cells: bool = False,
        date1904: bool = False,
    ) -> None:
        self.vocabulary = vocabulary
        self.case_types = tuple(case_types)
        self.zone = zone(zone_name) if isinstance(zone_name, str) else zone_name
        self.times = Times(self.zone, cells, date1904)
        self.types = {
            name: TypeReader(name, spec, self.case_types, self.times)
            for name, spec in vocabulary.with_builtin().types.items()
        }

    def variant(self, cells: bool, date1904: bool = False) -> Schema:
        """Return the same schema for values of another origin."""
        return Schema(self.vocabulary, self.case_types, self.zone, cells, date1904)
