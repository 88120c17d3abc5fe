"""The files of a ruleset folder: only those of the known names, never through a link.

A folder is a path, or a folder inside an installed package (``importlib.resources``). Nothing
is unpacked or written, and names come from listing the folder, so none can point outside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make
from stdrules.load import codes
from stdrules.load.shared import PREFIX, SharedFile, find_shared, not_found, used_names
from stdrules.load.yaml_events import MAX_BYTES

HEADER = "ruleset.yaml"
VOCABULARY = "vocabulary.yaml"
LEDGER = "clauses.yaml"
SCORECARD = "scorecard.yaml"
NEEDED = (HEADER, VOCABULARY, LEDGER)
SINGLE = (*NEEDED, SCORECARD)
FOLDERS = ("norms", "cases")
MAX_FILES = 500

Source = str | Path | Traversable


@dataclass(slots=True)
class RawRuleset:
    """The bytes of the files of one ruleset, by their name inside the folder, sorted.

    The shared vocabularies that it uses are among them, as ``_vocabularies/NAME.yaml``;
    ``places`` says where they were found, ``missing`` which ones were not.
    """

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def shown(self, file: str) -> str:
        """Return the name under which a file appears in findings."""
        if file in self.places:
            return self.places[file]
        return f"{self.name}/{file}" if self.name else file

    def of(self, folder: str) -> list[str]:
        """Return the names of the files of a sub-folder, in their order."""
        return [name for name in self.files if name.startswith(f"{folder}/")]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over names and bytes of all files but cases: a key that needs no parsing."""
        digest = hashlib.sha256()
        for name, data in self.files.items():
            if not name.startswith("cases/"):
                digest.update(f"{name}\0{len(data)}\0".encode())
                digest.update(data)
        return digest.hexdigest()


def is_ruleset_folder(folder: Traversable) -> bool:
    """Tell whether a folder holds a ruleset: whether ruleset.yaml is in it."""
    return folder.joinpath(HEADER).is_file()


def read_folder(source: Source, name: str | None = None) -> RawRuleset:
    """Read the files of a ruleset folder.

    Args:
        source: A path, or a folder of a package.
        name: The name for findings; by default the path as given.

    Returns:
        The files, and findings about the folder itself.
    """
    folder: Traversable = Path(source) if isinstance(source, str) else source
    if name is None:
        name = folder.as_posix() if isinstance(folder, Path) else folder.name
    raw = RawRuleset("" if name == "." else name)
    try:
        _read(folder, raw)
    except OSError as error:
        raw.findings.append(
            make(
                codes.NO_FILE,
                Span(raw.name),
                zh=f"无法读取：{error.strerror}",
                en=f"cannot be read: {error.strerror}",
            )
        )
    return raw


def _read(folder: Traversable, raw: RawRuleset) -> None:
    if not folder.is_dir():
        raw.findings.append(
            make(codes.NO_FILE, Span(raw.name), zh="没有这个文件夹", en="there is no such folder")
        )
        return
    entries = {entry.name: entry for entry in folder.iterdir()}
    for name in sorted(SINGLE):
        if name in entries:
            _take(entries[name], name, raw)
        elif name in NEEDED:
            found = make(
                codes.NO_FILE, Span(raw.shown(name)), zh=f"缺少 `{name}`", en=f"`{name}` is missing"
            )
            raw.findings.append(found)
    for name in FOLDERS:
        if name in entries and _inside(entries[name], name, raw):
            _read_sub_folder(entries[name], name, raw)
    for name in sorted(entries):
        if name.endswith((".yaml", ".yml")) and name not in SINGLE:
            raw.findings.append(_not_read(raw, name, SINGLE))
    _read_shared(folder, raw)
    raw.files = dict(sorted(raw.files.items()))


def _read_shared(folder: Traversable, raw: RawRuleset) -> None:
    for name, place in used_names(raw.files.get(VOCABULARY, b"")).items():
        found = find_shared(folder, raw.name, name)
        if isinstance(found, SharedFile):
            raw.files[f"{PREFIX}{name}.yaml"] = found.data
            raw.places[f"{PREFIX}{name}.yaml"] = found.shown
        else:
            raw.missing.add(f"{PREFIX}{name}.yaml")
            raw.findings.append(not_found(raw.shown(VOCABULARY), name, place, found))


def _read_sub_folder(folder: Traversable, name: str, raw: RawRuleset) -> None:
    if not folder.is_dir():
        found = make(
            codes.NO_FILE,
            Span(raw.shown(name)),
            zh=f"`{name}` 应为文件夹",
            en=f"`{name}` should be a folder",
        )
        raw.findings.append(found)
        return
    for count, entry in enumerate(sorted(folder.iterdir(), key=lambda e: e.name)):
        inner = f"{name}/{entry.name}"
        if count >= MAX_FILES:
            found = make(
                codes.TOO_MANY,
                Span(raw.shown(name)),
                zh=f"文件超过 {MAX_FILES} 个",
                en=f"more than {MAX_FILES} files",
            )
            raw.findings.append(found)
            return
        if entry.name.endswith(".yaml"):
            _take(entry, inner, raw)
        elif entry.name.endswith(".yml"):
            raw.findings.append(_not_read(raw, inner, ()))


def _take(entry: Traversable, name: str, raw: RawRuleset) -> None:
    if not _inside(entry, name, raw):
        return
    if not entry.is_file():
        found = make(
            codes.NO_FILE, Span(raw.shown(name)), zh="不是普通文件", en="it is not a regular file"
        )
        raw.findings.append(found)
        return
    with entry.open("rb") as stream:
        # One byte over the limit is enough for the parser to refuse the file.
        raw.files[name] = stream.read(MAX_BYTES + 1)


def _inside(entry: Traversable, name: str, raw: RawRuleset) -> bool:
    if isinstance(entry, Path) and entry.is_symlink():
        found = make(
            codes.OUTSIDE, Span(raw.shown(name)), zh="不跟随链接", en="links are not followed"
        )
        raw.findings.append(found)
        return False
    return True


def _not_read(raw: RawRuleset, name: str, known: tuple[str, ...]) -> Diagnostic:
    near = did_you_mean(name, known)
    return make(
        codes.OTHER_FILE,
        Span(raw.shown(name)),
        zh="该文件未被读取",
        en="this file is not read",
        hint_zh=f"是否指 `{near}`" if near else "已知文件名见格式说明；扩展名为 .yaml",
        hint_en=f"did you mean `{near}`?" if near else "files are called as the format says, .yaml",
    )
