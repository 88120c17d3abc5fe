"""Two rulesets side by side: statements that are the same, changed, or in one of them only.

Which statements correspond is said by the ledgers (``corresponds_to``); here they are put
together and told, with the figures in which they differ. Not here: whether the links of two
ledgers agree (``stdrules.check.links``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, Final

from stdrules.base.diagnostics import printable
from stdrules.base.text import Text, display_width, pad, table
from stdrules.model.ledger import LedgerEntry
from stdrules.report.layout import DEFAULT_WIDTH, wrap
from stdrules.report.wording import MODALITY_WORDS, word

SAME: Final = "same"
CHANGED: Final = "changed"
_TITLES: Final = {
    SAME: Text("相同的陈述", "the same"),
    CHANGED: Text("有变动的陈述", "changed"),
}
_FIGURES: Final = {
    "modality": Text("效力", "force"),
    "within": Text("期限", "within"),
    "before": Text("提前", "before"),
    "by": Text("截止日", "by"),
    "from": Text("最早", "from"),
    "for": Text("持续", "for"),
    "every": Text("周期", "every"),
    "max_gap": Text("最长间隔", "at most apart"),
    "look_back": Text("回溯", "look-back"),
    "at_least": Text("至少", "at least"),
    "at_most": Text("至多", "at most"),
    "grace": Text("宽限", "grace"),
    "lead": Text("预警", "lead"),
    "parameters": Text("参数", "parameters"),
}
FIGURES: Final = tuple(name for name in _FIGURES if name not in ("modality", "parameters"))

#: Figure -> its values, in the order of the norms.
Figures = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the rulesets.

    Attributes:
        id, version, title: Which one it is.
        entries: Its ledger.
        figures: Statement -> the figures of the norms that encode it.
    """

    id: str
    version: str
    title: Text
    entries: Sequence[LedgerEntry]
    figures: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements that correspond, and the figures in which they differ."""

    first: LedgerEntry
    second: LedgerEntry
    relation: str
    differs: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two rulesets have in common, and what only one of them says.

    Attributes:
        first, second: The rulesets.
        pairs: In the order of the first ledger.
        only_first, only_second: Statements without a counterpart.
    """

    first: Side
    second: Side
    pairs: tuple[Pair, ...]
    only_first: tuple[LedgerEntry, ...]
    only_second: tuple[LedgerEntry, ...]

    @property
    def totals(self) -> dict[str, int]:
        """Pairs the same and changed, pairs with other figures, statements of one side only."""
        counts = {name: sum(p.relation == name for p in self.pairs) for name in (SAME, CHANGED)}
        return {
            **counts,
            "figures_differ": sum(bool(pair.differs) for pair in self.pairs),
            "only_first": len(self.only_first),
            "only_second": len(self.only_second),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        return {
            "rulesets": [
                {"id": s.id, "version": s.version, "title": s.title.to_json(),
                 "statements": len(s.entries)}
                for s in (self.first, self.second)
            ],
            "totals": self.totals,
            "pairs": [_pair_dict(pair) for pair in self.pairs],
            "only": {
                self.first.id: [_plain(entry) for entry in self.only_first],
                self.second.id: [_plain(entry) for entry in self.only_second],
            },
        }  # fmt: skip

    def text(self, lang: str = "en", width: int = DEFAULT_WIDTH) -> str:
        """Return the comparison for people, without a final newline.

        Args:
            lang: ``"zh"`` or ``"en"``.
            width: Terminal columns of a line.
        """
        lines = []
        for side in (self.first, self.second):
            lines += wrap(f"{side.id} {side.version}  {side.title.get(lang)}", width)
        for relation in (SAME, CHANGED):
            some = [pair for pair in self.pairs if pair.relation == relation]
            if some:
                lines += ["", _heading(_TITLES[relation], some, lang)]
                lines += _pair_lines(some, self, lang, width)
        for side, entries in ((self.first, self.only_first), (self.second, self.only_second)):
            if entries:
                title = Text(f"只在 {side.id}", f"only in {side.id}")
                lines += ["", _heading(title, entries, lang)]
                lines += _entry_lines(entries, lang, width)
        return "\n".join([*lines, "", *_totals(self, lang)])


def _heading(title: Text, rows: Sized, lang: str) -> str:
    count = len(rows)
    return Text(f"{title.zh}（{count}）", f"{title.en} ({count})").get(lang)


def compare(first: Side, second: Side) -> Comparison:
    """Put two ledgers side by side.

    A link counts whichever of the ledgers says it; one that points at no statement is left out.
    """
    ones = {entry.id: entry for entry in first.entries}
    others = {entry.id: entry for entry in second.entries}
    links: dict[tuple[str, str], str] = {}
    for entry in second.entries:
        for link in entry.corresponds_to:
            if link.ruleset == first.id and link.id in ones:
                links[link.id, entry.id] = link.relation
    for entry in first.entries:
        for link in entry.corresponds_to:
            if link.ruleset == second.id and link.id in others:
                links[entry.id, link.id] = link.relation
    places = {name: index for index, name in enumerate(ones)}
    ranks = {name: index for index, name in enumerate(others)}
    pairs = tuple(
        Pair(ones[one], others[other], links[one, other],
             _differences(first, ones[one], second, others[other]))
        for one, other in sorted(links, key=lambda pair: (places[pair[0]], ranks[pair[1]]))
    )  # fmt: skip
    linked, targets = {one for one, _ in links}, {other for _, other in links}
    return Comparison(
        first,
        second,
        pairs,
        tuple(entry for entry in first.entries if entry.id not in linked),
        tuple(entry for entry in second.entries if entry.id not in targets),
    )


def _differences(
    first: Side, one: LedgerEntry, second: Side, other: LedgerEntry
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    if one.modality != other.modality:
        found["modality"] = (_one(one.modality), _one(other.modality))
    here, there = first.figures.get(one.id, {}), second.figures.get(other.id, {})
    # A statement that no norm encodes on one side has no figures to differ in.
    if here and there:
        for name in (*FIGURES, "parameters"):
            values = here.get(name, ()), there.get(name, ())
            if set(values[0]) != set(values[1]):
                found[name] = values
    return found


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _shown(name: str, values: Iterable[str], lang: str) -> str:
    if name == "modality":
        values = [word(MODALITY_WORDS, value).get(lang) for value in values]
    return ", ".join(values) or "–"


def _differs_text(pair: Pair, lang: str) -> str:
    parts = [
        f"{_FIGURES[name].get(lang)}: {_shown(name, here, lang)} | {_shown(name, there, lang)}"
        for name, (here, there) in pair.differs.items()
    ]
    return "; ".join(parts)


def _pair_lines(
    pairs: Sequence[Pair], comparison: Comparison, lang: str, width: int
) -> list[str]:  # fmt: skip
    rows: list[tuple[str, str, list[str]]] = []
    for pair in pairs:
        texts = [pair.first.summary.get(lang)]
        if pair.relation == CHANGED and pair.second.summary != pair.first.summary:
            texts.append(f"| {pair.second.summary.get(lang)}")
        if pair.differs:
            texts.append(f"  {_differs_text(pair, lang)}")
        rows.append((pair.first.locator, pair.second.locator, texts))
    heads = (comparison.first.id, comparison.second.id)
    return _columns(rows, heads, Text("内容", "summary").get(lang), width)


def _columns(
    rows: Sequence[tuple[str, str, list[str]]], heads: tuple[str, str], last: str, width: int
) -> list[str]:
    sizes = [
        max(display_width(head), *map(display_width, column))
        for head, column in zip(heads, ([r[0] for r in rows], [r[1] for r in rows]), strict=True)
    ]
    left = "  ".join(pad(head, size) for head, size in zip(heads, sizes, strict=True))
    rule = "  ".join("-" * size for size in sizes)
    lines = [f"{left}  {last}", f"{rule}  {'-' * display_width(last)}"]
    blank = " " * (sum(sizes) + 4)
    for one, other, texts in rows:
        start = f"{pad(printable(one), sizes[0])}  {pad(printable(other), sizes[1])}  "
        for text in texts:
            lines += wrap(text, width, start, blank)
            start = blank
    return lines


def _entry_lines(entries: Sequence[LedgerEntry], lang: str, width: int) -> list[str]:
    size = max(display_width(entry.locator) for entry in entries)
    lines = []
    for entry in entries:
        start = f"{pad(printable(entry.locator), size)}  "
        lines += wrap(entry.summary.get(lang), width, start, " " * len(start))
    return lines


def _totals(comparison: Comparison, lang: str) -> list[str]:
    totals = comparison.totals
    first, second = comparison.first, comparison.second
    rows = [
        [_TITLES[SAME].get(lang), str(totals[SAME])],
        [_TITLES[CHANGED].get(lang), str(totals[CHANGED])],
        [Text("其中数字不同", "pairs whose figures differ").get(lang),
         str(totals["figures_differ"])],
        [Text(f"只在 {first.id}（共 {len(first.entries)} 条）",
              f"only in {first.id} (of {len(first.entries)})").get(lang),
         str(totals["only_first"])],
        [Text(f"只在 {second.id}（共 {len(second.entries)} 条）",
              f"only in {second.id} (of {len(second.entries)})").get(lang),
         str(totals["only_second"])],
    ]  # fmt: skip
    heads = [Text("合计", "totals").get(lang), Text("数量", "count").get(lang)]
    return table(rows, heads, "<>").split("\n")


def _plain(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "locator": entry.locator,
        "modality": entry.modality,
        "status": entry.status,
        "summary": entry.summary.to_json(),
    }


def _pair_dict(pair: Pair) -> dict[str, Any]:
    return {
        "relation": pair.relation,
        "first": _plain(pair.first),
        "second": _plain(pair.second),
        "differs": {
            name: {"first": list(here), "second": list(there)}
            for name, (here, there) in pair.differs.items()
        },
    }
