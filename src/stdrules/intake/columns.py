"""What the columns of a table were taken for: the plan to read it by, and the report on it.

Semantics: docs/mapping.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from stdrules.base.diagnostics import Diagnostic, make
from stdrules.base.text import Text, table
from stdrules.intake import codes
from stdrules.intake.rows import is_blank
from stdrules.intake.tables import Table, letters

Way: TypeAlias = Literal[
    "mapped", "exact", "guessed", "ignored", "left_over", "ambiguous", "not_carried", "constant"
]
WAYS: Final[dict[Way, Text]] = {
    "mapped": Text("按映射文件", "by the mapping"),
    "exact": Text("表头一致", "exact heading"),
    "guessed": Text("推测", "guessed"),
    "constant": Text("固定值", "constant"),
    "ignored": Text("按映射文件忽略", "ignored by the mapping"),
    "left_over": Text("未使用", "left over"),
    "ambiguous": Text("含义不唯一，未使用", "ambiguous, not used"),
    "not_carried": Text("数据中没有", "not carried"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the mapping report.

    Attributes:
        file, sheet: The table.
        column: Letters of the column; empty for fields that are not carried.
        heading: The heading as written.
        target: ``type.field``, or the key of a statement; empty if it is not used.
        way: How it was found.
    """

    file: str
    sheet: str
    column: str
    heading: str
    target: str
    way: Way


@dataclass(slots=True)
class MappingReport:
    """What every column of every table was taken for."""

    entries: list[Entry] = field(default_factory=list)

    def to_table(self, lang: str = "en") -> list[list[str]]:
        """Return the rows of a table: place, heading, meaning, how it was found."""
        return [
            [
                "!".join(part for part in (one.file, one.sheet, one.column) if part),
                one.heading,
                one.target,
                WAYS[one.way].get(lang),
            ]
            for one in self.entries
        ]

    def render(self, lang: str = "en") -> str:
        """Return the report as text with aligned columns."""
        zh = lang[:2].lower() == "zh"
        head = ["位置", "表头", "含义", "依据"] if zh else ["place", "heading", "meaning", "how"]
        return table(self.to_table(lang), head)

    def to_json(self) -> list[dict[str, str]]:
        """Return the lines as plain data."""
        return [
            {"file": one.file, "sheet": one.sheet, "column": one.column, "heading": one.heading,
             "target": one.target, "how": one.way}
            for one in self.entries
        ]  # fmt: skip

    def count(self, way: Way) -> int:
        """Tell how many lines were found in one way."""
        return sum(one.way == way for one in self.entries)


@dataclass(slots=True)
class TypePlan:
    """How rows of a table become facts of one type.

    Attributes:
        type: The fact type.
        columns: Field or special column -> index of the column, from 0.
        own: Indices that are of this type only: a row without any of them gives no fact.
    """

    type: str
    columns: dict[str, int] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)
    constants: dict[str, str | None] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class TablePlan:
    """How a table is read: facts of one or several types, or statements of one kind."""

    header: int
    width: int
    types: list[TypePlan] = field(default_factory=list)
    statement: str | None = None
    keys: dict[str, int] = field(default_factory=dict)
    constants: dict[str, str | None] = field(default_factory=dict)
    blocked: bool = False


class Draft:
    """Collects what each column may mean, then settles it.

    Args:
        source: The table.
        header: Row of the headings.
        cells: The headings.
    """

    def __init__(self, source: Table, header: int, cells: Sequence[object]) -> None:
        self.source = source
        self.header = header
        self.cells = cells
        self._found: dict[str, dict[str, list[tuple[int, Way]]]] = {}
        self._unused: dict[int, Way] = {}
        self._shared: set[int] = set()

    def headings(self) -> Iterator[tuple[int, str]]:
        """Yield the index and text of every heading that is not blank."""
        for index, cell in enumerate(self.cells):
            if not is_blank(cell):
                yield index, str(cell).strip()

    def use(self, index: int, kind: str, target: str, way: Way) -> None:
        """Note that a column may hold `target` of `kind`."""
        self._found.setdefault(kind, {}).setdefault(target, []).append((index, way))

    def share(self, index: int, kind: str, target: str, way: Way) -> None:
        """Note the same of a column that several kinds may use."""
        self._shared.add(index)
        self.use(index, kind, target, way)

    def is_shared(self, index: int) -> bool:
        """Tell whether a column was given to several kinds."""
        return index in self._shared

    def has(self, kind: str, target: str) -> bool:
        """Tell whether some column may hold `target` of `kind`."""
        return target in self._found.get(kind, {})

    def leave(self, index: int, way: Way) -> None:
        """Note that a column is not used."""
        self._unused[index] = way

    @property
    def kinds(self) -> list[str]:
        """The kinds that have a column."""
        return list(self._found)

    def settle(self, kind: str, diagnostics: list[Diagnostic]) -> tuple[dict[str, int], bool]:
        """Choose one column for each target of a kind.

        A mapping goes before an exact heading, and that before a guess.

        Returns:
            Target -> index of its column; and whether two columns claim one target equally.
        """
        columns: dict[str, int] = {}
        blocked = False
        for target, claims in self._found.get(kind, {}).items():
            best = min(_RANK.index(way) for _, way in claims)
            chosen = [index for index, way in claims if _RANK.index(way) == best]
            if len(chosen) == 1:
                columns[target] = chosen[0]
            else:
                blocked = True
                diagnostics.append(self._ambiguous(kind, target, chosen))
            for index, _ in claims:
                if len(chosen) > 1 or index != chosen[0]:
                    self._unused[index] = "ambiguous" if len(chosen) > 1 else "left_over"
                else:
                    self._unused.pop(index, None)
        return columns, blocked

    def _ambiguous(self, kind: str, target: str, chosen: list[int]) -> Diagnostic:
        places = ", ".join(f"{letters(i + 1)} `{str(self.cells[i]).strip()}`" for i in chosen)
        return make(
            codes.AMBIGUOUS, self.source.place(self.header, chosen[0] + 1),
            zh=f"多列都可作 `{kind}.{target}`：{places}",
            en=f"several columns may be `{kind}.{target}`: {places}",
            hint_zh="请在映射文件中写明", hint_en="say which in a mapping file",
        )  # fmt: skip

    def report(
        self, plans: Iterable[tuple[str, dict[str, int], dict[str, str | None], Iterable[str]]]
    ) -> Iterator[Entry]:
        """Yield the lines of the report.

        Args:
            plans: For each kind: its name, chosen columns, constants and all of its fields.
        """
        file, sheet = self.source.file, self.source.sheet
        plans = list(plans)
        used: dict[int, list[tuple[str, Way]]] = {}
        for kind, columns, _, _ in plans:
            for target, index in columns.items():
                way = min(
                    (way for i, way in self._found[kind][target] if i == index), key=_RANK.index
                )
                used.setdefault(index, []).append((f"{kind}.{target}", way))
        for index, heading in self.headings():
            place = letters(index + 1)
            for target, way in used.get(index, ()):
                yield Entry(file, sheet, place, heading, target, way)
            if index not in used:
                way = self._unused.get(index, "left_over")
                yield Entry(file, sheet, place, heading, "", way)
        for kind, columns, constants, fields in plans:
            for name in fields:
                if name in constants:
                    yield Entry(file, sheet, "", "", f"{kind}.{name}", "constant")
                elif name not in columns:
                    yield Entry(file, sheet, "", "", f"{kind}.{name}", "not_carried")


_RANK: Final[tuple[Way, ...]] = ("mapped", "exact", "guessed")
