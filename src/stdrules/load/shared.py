"""Shared vocabularies: which ones a vocabulary uses, and where their files are.

They stand in the folder ``_vocabularies`` beside the folder of the ruleset, or in that of an
installed package of rulesets. What is beside goes first: a package finds its own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from stdrules.base.diagnostics import Diagnostic, did_you_mean, make
from stdrules.load import codes
from stdrules.load.packages import installed_roots
from stdrules.load.tree import Place, Tree, to_span
from stdrules.load.yaml_events import MAX_BYTES, parse_bytes

FOLDER = "_vocabularies"
PREFIX = f"{FOLDER}/"

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}", re.ASCII)
_USE = re.compile(rb"^use[ \t]*:.*(?:\n(?:[ \t#-].*|\r?$))*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """The bytes of a shared vocabulary, and the name under which findings show it."""

    shown: str
    data: bytes


def used_names(data: bytes) -> dict[str, Place]:
    """Return the names under `use` of a vocabulary, and where they stand.

    The key of a cache needs them, and must not cost a reading of the whole file. Names that are
    written in a way that this does not see are refused when the file is read.

    Example:
        >>> list(used_names(b"use: [service_station]\\ntypes: {}\\n"))
        ['service_station']
    """
    match = _USE.search(data)
    tree = parse_bytes(match[0], "")[0] if match is not None else None
    names = tree.data.get("use") if tree is not None and isinstance(tree.data, dict) else None
    if match is None or tree is None or not isinstance(names, list):
        return {}
    above = data.count(b"\n", 0, match.start())
    found: dict[str, Place] = {}
    for index, name in enumerate(names):
        if isinstance(name, str) and _NAME.fullmatch(name):
            span = tree.span(("use", index))
            place = (span.line + above, span.column, span.end_line + above, span.end_column)
            found.setdefault(name, place)
    return found


def find_shared(folder: Traversable, shown: str, name: str) -> SharedFile | list[str]:
    """Find a shared vocabulary.

    Args:
        folder: The folder of the ruleset.
        shown: The name of that folder in findings.
        name: The name of the vocabulary.

    Returns:
        The file; or the names of those that there are, if it is not among them. A link is not
        followed, and does not count.
    """
    known: set[str] = set()
    for root, place in _places(folder, shown):
        try:
            files = {entry.name: entry for entry in root.iterdir() if entry.name.endswith(".yaml")}
            entry = files.get(f"{name}.yaml")
            if entry is not None and _is_plain(entry):
                with entry.open("rb") as stream:
                    # One byte over the limit is enough for the parser to refuse the file.
                    return SharedFile(f"{place}/{name}.yaml", stream.read(MAX_BYTES + 1))
        except OSError:
            continue  # a place that cannot be read has no vocabularies
        known |= {file[:-5] for file in files}
    return sorted(known)


def not_found(file: str, name: str, place: Place, known: list[str]) -> Diagnostic:
    """Say that there is no such vocabulary."""
    near = did_you_mean(name, known)
    listed = ", ".join(known) or "-"
    return make(
        codes.NO_VOCABULARY,
        to_span(file, place),
        zh=f"没有共享词汇表 `{name}`",
        en=f"there is no shared vocabulary `{name}`",
        hint_zh=f"是否指 `{near}`" if near else f"可用：{listed}",
        hint_en=f"did you mean `{near}`?" if near else f"there are: {listed}",
    )


def unseen(tree: Tree, index: int) -> Diagnostic:
    """Say that a name under `use` is written in a way that `used_names` does not see."""
    span = tree.span(("use", index))
    return make(
        codes.NO_VOCABULARY,
        span,
        zh="`use` 的写法无法识别",
        en="`use` is written in a way that is not recognised",
        hint_zh="顶格写成一行：use: [名称]",
        hint_en="write it at the start of a line: use: [NAME]",
        excerpt=tree.excerpt(span.line),
    )


def _is_plain(entry: Traversable) -> bool:
    return entry.is_file() and not (isinstance(entry, Path) and entry.is_symlink())


def _places(folder: Traversable, shown: str) -> Iterator[tuple[Traversable, str]]:
    """Yield the folders where shared vocabularies may be; packages are asked only if needed."""
    parent = folder / ".." if isinstance(folder, Path) else getattr(folder, "parent", None)
    if parent is not None:
        above = posixpath.dirname(shown) if shown else ".."
        yield parent.joinpath(FOLDER), posixpath.join(above, FOLDER)
    for name, root in installed_roots():
        yield root.joinpath(FOLDER), f"{name}/{FOLDER}"
