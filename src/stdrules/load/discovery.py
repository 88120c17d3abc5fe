"""Installed rulesets: found by id and by the day on which the document is in force.

A distribution offers rulesets by an entry point of the group ``stdrules.rulesets`` whose value is
a package: a folder of ruleset folders, or a ruleset folder itself. Packages are read with
``importlib.resources``. Editions of one document are folders with the same id; the day asked for
chooses among them by `document.in_force`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make
from stdrules.base.errors import RulesetError
from stdrules.base.text import Text
from stdrules.load import codes
from stdrules.load.files import HEADER, Source, is_ruleset_folder
from stdrules.load.models import build
from stdrules.load.packages import installed_packages
from stdrules.load.ruleset import Ruleset, load_ruleset
from stdrules.load.yaml_events import MAX_BYTES, parse_bytes
from stdrules.model.ruleset import RulesetHeader


@dataclass(frozen=True, slots=True)
class Edition:
    """One ruleset folder that can be loaded by its id."""

    id: str
    name: str
    folder: Traversable = field(repr=False)
    header: RulesetHeader = field(repr=False)

    def covers(self, day: date) -> bool:
        """Tell whether the document is in force on a day."""
        return self.header.document.in_force.covers(day)

    def load(self) -> Ruleset:
        """Read the ruleset.

        Raises:
            RulesetError: It cannot be used.
        """
        return load_ruleset(self.folder, self.name)


@dataclass(frozen=True, slots=True)
class Listing:
    """The rulesets found, by id and first day in force, and what could not be read."""

    editions: tuple[Edition, ...]
    findings: tuple[Diagnostic, ...] = ()


def list_rulesets(packages: Iterable[str] | None = None) -> Listing:
    """List the installed rulesets; only their headers are read.

    Args:
        packages: Packages to look into; by default those of the entry points.
    """
    names = installed_packages() if packages is None else list(packages)
    findings: list[Diagnostic] = []
    editions: list[Edition] = []
    for package in names:
        try:
            root = resources.files(package)
        except (ImportError, ValueError, TypeError) as error:
            findings.append(_unreadable(package, str(error)))
            continue
        editions += _editions(root, package, findings)
    editions.sort(key=lambda e: (e.id, e.header.document.in_force.from_ or date.min, e.name))
    return Listing(tuple(editions), tuple(findings))


def list_folder(folder: Path | str) -> Listing:
    """List the rulesets in a folder of ruleset folders, or the one that the folder itself is."""
    findings: list[Diagnostic] = []
    root = Path(folder)
    editions = _editions(root, root.as_posix(), findings)
    editions.sort(key=lambda e: (e.id, e.header.document.in_force.from_ or date.min, e.name))
    return Listing(tuple(editions), tuple(findings))


def find(name: str, on: date | None = None, listing: Listing | None = None) -> Edition:
    """Find an installed ruleset by its id.

    Args:
        name: The id.
        on: The day on which the document must be in force. Without a day, the edition that
            comes into force last.
        listing: What is installed; by default `list_rulesets` is asked.

    Raises:
        RulesetError: There is none with that id, none on that day, or more than one.
    """
    known = list_rulesets() if listing is None else listing
    same = [edition for edition in known.editions if edition.id == name]
    if not same:
        raise _refusal(_none_with_id(name, known), known.findings)
    if on is not None:
        fitting = [edition for edition in same if edition.covers(on)]
        if not fitting:
            raise _refusal(_hole(name, on, same))
    else:
        last = max(edition.header.document.in_force.from_ or date.min for edition in same)
        fitting = [e for e in same if (e.header.document.in_force.from_ or date.min) == last]
    if len(fitting) > 1:
        raise _refusal(_clash(name, on, fitting))
    return fitting[0]


def open_ruleset(
    reference: Source, on: date | None = None, listing: Listing | None = None
) -> Ruleset:
    """Load a ruleset by path or by id.

    Args:
        reference: A folder, or the id of an installed ruleset. A text with a separator, or the
            name of a folder that holds a ruleset, is a path.
        on: The day on which the document must be in force; only for an id.
        listing: What is installed, if already known.

    Raises:
        RulesetError: It is not found, or cannot be used.
    """
    if not isinstance(reference, str):
        return load_ruleset(reference)
    if "/" in reference or "\\" in reference or is_ruleset_folder(Path(reference)):
        return load_ruleset(Path(reference))
    return find(reference, on, listing).load()


def edition_findings(listing: Listing) -> list[Diagnostic]:
    """Tell where editions of one id overlap, or leave days between them uncovered."""
    found: list[Diagnostic] = []
    for first, second in zip(listing.editions, listing.editions[1:], strict=False):
        if first.id != second.id:
            continue
        end = first.header.document.in_force.to
        start = second.header.document.in_force.from_
        if end is None or start is None or start <= end:
            found.append(_clash(first.id, start, [first, second]))
        elif start > end + timedelta(days=1):
            found.append(_hole(first.id, end + timedelta(days=1), [first, second]))
    return found


def _editions(root: Traversable, name: str, findings: list[Diagnostic]) -> list[Edition]:
    return [
        edition
        for folder, shown in _folders(root, name)
        if (edition := _edition(folder, shown, findings)) is not None
    ]


def _folders(root: Traversable, name: str) -> Iterator[tuple[Traversable, str]]:
    if not root.is_dir():
        return
    if is_ruleset_folder(root):
        yield root, name
        return
    for entry in sorted(root.iterdir(), key=lambda e: e.name):
        if isinstance(entry, Path) and entry.is_symlink():
            continue
        if entry.is_dir() and is_ruleset_folder(entry):
            yield entry, entry.name if name == "." else f"{name}/{entry.name}"


def _edition(folder: Traversable, name: str, findings: list[Diagnostic]) -> Edition | None:
    file = f"{name}/{HEADER}"
    try:
        with folder.joinpath(HEADER).open("rb") as stream:
            data: bytes = stream.read(MAX_BYTES + 1)
    except OSError as error:
        findings.append(_unreadable(file, error.strerror or "?"))
        return None
    tree, found = parse_bytes(data, file)
    header: Any = None
    if tree is not None:
        header, wrong = build(RulesetHeader, tree.data, tree)
        found = [*found, *wrong]
    findings += found
    return None if header is None else Edition(header.id, name, folder, header)


def _unreadable(place: str, reason: str) -> Diagnostic:
    return make(
        codes.NO_RULESET, Span(place), zh=f"无法读取：{reason}", en=f"cannot be read: {reason}"
    )


def _none_with_id(name: str, known: Listing) -> Diagnostic:
    ids = sorted({edition.id for edition in known.editions})
    near = did_you_mean(name, ids)
    shown = ", ".join(ids) or "-"
    return make(
        codes.NO_RULESET,
        Span(""),
        zh=f"没有编号为 `{name[:80]}` 的规则集",
        en=f"there is no ruleset with the id `{name[:80]}`",
        hint_zh=f"是否指 `{near}`"
        if near
        else f"已安装：{shown}；文件夹请写路径，例如 ./{name[:80]}",
        hint_en=f"did you mean `{near}`?"
        if near
        else f"installed: {shown}; a folder is given as a path, like ./{name[:80]}",
    )


def _hole(name: str, on: date, editions: list[Edition]) -> Diagnostic:
    return make(
        codes.HOLE,
        Span(""),
        zh=f"`{name}` 在 {on} 没有有效版本",
        en=f"no edition of `{name}` is in force on {on}",
        hint_zh=f"有效期：{_spans(editions)}",
        hint_en=f"in force: {_spans(editions)}",
    )


def _clash(name: str, on: date | None, editions: list[Edition]) -> Diagnostic:
    day_zh, day_en = (f"在 {on} ", f" on {on}") if on else ("", "")
    return make(
        codes.CLASH,
        Span(""),
        zh=f"`{name}` {day_zh}有多个有效版本",
        en=f"more than one edition of `{name}` is in force{day_en}",
        hint_zh=f"请在 document.in_force 中分开：{_spans(editions)}",
        hint_en=f"part them in document.in_force: {_spans(editions)}",
    )


def _spans(editions: list[Edition]) -> str:
    parts: list[str] = []
    for edition in editions:
        span = edition.header.document.in_force
        parts.append(f"{edition.name} {span.from_ or '…'}/{span.to or '…'}")
    return ", ".join(parts)


def _refusal(finding: Diagnostic, more: Iterable[Diagnostic] = ()) -> RulesetError:
    return RulesetError(Text("找不到规则集", "the ruleset is not found"), [finding, *more])
