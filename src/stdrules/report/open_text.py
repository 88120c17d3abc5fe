"""What is undetermined, grouped by what is missing: what alone settles most findings first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stdrules.base.text import Text
from stdrules.plan.results import Finding
from stdrules.report.data import ReportData
from stdrules.report.layout import paint, wrap
from stdrules.report.names import Names
from stdrules.report.wording import joined, listed

_IDS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Lack:
    """Missing items of one kind: one item, or one field of several facts of a type.

    Attributes:
        items: The items.
        waiting: The findings that miss one of them.
        alone: How many of these miss nothing else.
    """

    items: tuple[str, ...]
    waiting: tuple[Finding, ...]
    alone: int


def lacks(findings: Sequence[Finding], names: Names) -> list[Lack]:
    """Group what findings miss; what alone settles most of them stands first."""
    items: dict[str, list[str]] = {}
    for item in dict.fromkeys(item for finding in findings for item in finding.missing):
        items.setdefault(_kind(item, names), []).append(item)
    waiting: dict[str, list[Finding]] = {}
    alone: dict[str, int] = {}
    for finding in findings:
        kinds = dict.fromkeys(_kind(item, names) for item in finding.missing)
        for kind in kinds:
            waiting.setdefault(kind, []).append(finding)
            alone[kind] = alone.get(kind, 0) + (len(kinds) == 1)
    order = sorted(items, key=lambda kind: (-alone[kind], -len(waiting[kind]), kind))
    return [Lack(tuple(sorted(items[kind])), tuple(waiting[kind]), alone[kind]) for kind in order]


def undetermined_lines(
    report: ReportData, lang: str, width: int, color: bool = False
) -> list[str]:
    """Return the block of a report about what is undetermined; empty if nothing is."""
    rows, names = report.undetermined, report.setting.names
    if not rows:
        return []
    heading = Text(f"无法判定（{len(rows)}）", f"undetermined ({len(rows)})").get(lang)
    lines = [paint(heading, "bold", color)]
    for lack in lacks(rows, names):
        said = joined([_told(lack, names), names.remedy(lack.items[0])]).get(lang)
        lines += wrap(said, width, "  ", "      ")
        lines += wrap(_where(lack.waiting), width, "      ")
    unnamed = [finding for finding in rows if not finding.missing]
    if unnamed:
        lines += wrap(_where(unnamed), width, "  ", "      ")
    return lines


def _told(lack: Lack, names: Names) -> Text:
    told, waiting = _named(lack, names), len(lack.waiting)
    if lack.alone == waiting:
        rest = Text("只缺它", "for it alone")
    elif lack.alone:
        rest = Text(f"其中 {lack.alone} 项只缺它", f"{lack.alone} for it alone")
    else:
        rest = Text("都还缺别的", "none for it alone")
    verb = "waits" if waiting == 1 else "wait"
    tail = f" {rest.en}" if lack.alone == waiting else f" for it, {rest.en}"
    return Text(f"{told.zh}：{waiting} 项待它，{rest.zh}", f"{told.en}: {waiting} {verb}{tail}")


def _named(lack: Lack, names: Names) -> Text:
    if len(lack.items) == 1:
        return names.missing(lack.items[0])
    ids = [item.partition(" ")[2].rpartition(".") for item in lack.items]
    kind = names.fact_type(ids[0][0])
    label, field = names.type(kind), names.field(kind, ids[0][2])
    shown = listed([Text(one[0], one[0]) for one in ids], _IDS_SHOWN)
    return Text(
        f"{len(ids)} 条“{label.zh}”的字段“{field.zh}”（{shown.zh}）",
        f'the field "{field.en}" of {len(ids)} of "{label.en}" ({shown.en})',
    )


def _kind(item: str, names: Names) -> str:
    """Items of one kind are told together: a field of the facts of a type; else each by itself."""
    word, _, rest = item.partition(" ")
    fact_id, _, field = rest.rpartition(".")
    kind = names.fact_type(fact_id) if word == "field" else ""
    return f"{word} {kind} {field}" if kind else item


def _where(findings: Iterable[Finding], limit: int = 4) -> str:
    rows = list(findings)
    shown = [f"{finding.case} {finding.key}".strip() for finding in rows[:limit]]
    more = f" … +{len(rows) - limit}" if len(rows) > limit else ""
    return ", ".join(shown) + more


