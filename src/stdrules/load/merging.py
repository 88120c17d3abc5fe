"""One vocabulary out of a ruleset's own file and the shared files that it uses.

A shared type stands in one file, and every ruleset that uses it adds what its document needs:
fields, values, aliases, and the names that the document prints. What it replaces as a printed
name stays an alias, so that an export under either name is read. Anything else that differs is a
contradiction, with its place. A field without a type is the common field of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.base.text import fold_identifier
from stdrules.load import codes
from stdrules.load.tree import Tree
from stdrules.model.switches import Path

_TEXTS: Final = ("label", "zh", "en")
_MAPPINGS: Final = ("fields", "values")


class MergedTree(Tree):
    """A tree whose parts come from several files; every place is that of its part."""

    def __init__(self, own: Tree) -> None:
        super().__init__(own.file, {}, own.marks, own.lines)
        self._own = own
        self._places: dict[Path, tuple[Tree, Path]] = {(): (own, ())}
        self._trees = {own.file: own}

    def note(self, path: Path, tree: Tree, at: Path) -> None:
        """Remember where the value at a path comes from."""
        self._places[path] = (tree, at)
        self._trees[tree.file] = tree

    def span(self, path: Path = ()) -> Span:
        """Return the place of the value at a path, or of the nearest value around it."""
        tree, at = self.origin(path)
        return tree.span(at)

    def key_span(self, path: Path) -> Span:
        """Return the place of the key of the value at a path."""
        tree, at = self.origin(path)
        return tree.key_span(at)

    def excerpt_at(self, span: Span) -> str | None:
        """Return the source line of a place in any of the files."""
        tree = self._trees.get(span.file)
        return None if tree is None else tree.excerpt(span.line)

    def __contains__(self, path: Path) -> bool:
        return path in self._places

    def origin(self, path: Path) -> tuple[Tree, Path]:
        """Return the file that a part comes from, and the path of the part there."""
        for length in range(len(path), -1, -1):
            found = self._places.get(path[:length])
            if found is not None:
                return found[0], found[1] + path[length:]
        return self._own, ()


def merge(own: Tree, shared: Mapping[str, Tree]) -> tuple[Tree, list[Diagnostic]]:
    """Put a vocabulary together.

    Args:
        own: The file vocabulary.yaml, of the shape that `VocabularyFile` allows.
        shared: The shared vocabularies that it uses, by name, of the shape of
            `SharedVocabulary`, in the order of use.

    Returns:
        A tree of the shape of a whole vocabulary, and what contradicts what.
    """
    if not shared and not own.data.get("fields"):
        plain = {key: value for key, value in own.data.items() if key not in ("use", "fields")}
        return Tree(own.file, plain, own.marks, own.lines), []
    merging = _Merging(own, shared)
    merging.run()
    return merging.tree, merging.findings


class _Merging:
    """One vocabulary being put together."""

    def __init__(self, own: Tree, shared: Mapping[str, Tree]) -> None:
        self.own = own
        self.shared = shared
        self.tree = MergedTree(own)
        self.findings: list[Diagnostic] = []
        # Common fields: the parts of each, the shared one first.
        self.common: dict[str, list[tuple[Tree, Path]]] = {}
        self.declared: dict[tuple[str, str], str] = {}

    def run(self) -> None:
        """Fill the tree."""
        types: dict[str, Any] = {}
        self.tree.data = {"types": types}
        for name, tree in (*self.shared.items(), ("", self.own)):
            for field in tree.data.get("fields") or {}:
                self._once(name, tree, ("fields", field))
                self.common.setdefault(field, []).append((tree, ("fields", field)))
        for name, tree in (*self.shared.items(), ("", self.own)):
            for type_name, part in (tree.data.get("types") or {}).items():
                path: Path = ("types", type_name)
                if not self._once(name, tree, path):
                    continue
                if type_name not in types:
                    types[type_name] = {}
                    self.tree.note(path, tree, path)
                self._overlay(types[type_name], part or {}, path, tree, path)

    def _once(self, name: str, tree: Tree, path: Path) -> bool:
        """Refuse what two shared vocabularies declare; the ruleset's own file may add to it."""
        kind, what = str(path[0]), str(path[1])
        first = self.declared.setdefault((kind, what), name)
        if first == name or not name:
            return True
        self._find(
            codes.TWO_VOCABULARIES, tree, path,
            f"`{what}` 已由共享词汇表 `{first}` 声明",
            f"the shared vocabulary `{first}` declares `{what}` already", None, True,
        )  # fmt: skip
        return False

    def _overlay(
        self, base: dict[str, Any], part: Mapping[str, Any], path: Path, tree: Tree, at: Path
    ) -> None:
        """Add a part to what other parts say already."""
        for key in _TEXTS:
            if part.get(key) is not None:
                self._rename(base, key, part[key], path, tree, at)
        for key, value in part.items():
            place, source = (*path, key), (*at, key)
            if value is None or key in _TEXTS:
                continue
            if key == "aliases":
                self._aliases(base, value, path, tree, source)
            elif key in _MAPPINGS:
                inner = base.setdefault(key, {})
                if place not in self.tree:
                    self.tree.note(place, tree, source)
                for name, one in value.items():
                    self._entry(inner, key, name, one or {}, place, tree, source)
            elif key == "links":
                inner = base.setdefault(key, {})
                for name, one in value.items():
                    self._fixed(inner, name, one, (*place, name), tree, (*source, name))
            else:
                self._fixed(base, key, value, place, tree, source)

    def _entry(
        self, inner: dict[str, Any], key: str, name: str, part: Mapping[str, Any], path: Path,
        tree: Tree, at: Path,
    ) -> None:  # fmt: skip
        place, source = (*path, name), (*at, name)
        if name not in inner:
            inner[name] = {}
            self.tree.note(place, tree, source)
            if key == "fields" and part.get("type") is None:
                for common, where in self.common.get(name, ()):
                    self._overlay(inner[name], _at(common, where), place, common, where)
                self.tree.note(place, tree, source)
        self._overlay(inner[name], part, place, tree, source)

    def _rename(
        self, base: dict[str, Any], key: str, value: Any, path: Path, tree: Tree, at: Path
    ) -> None:
        """Take another printed name; the one before stays an alias."""
        before = base.get(key)
        base[key] = value
        self.tree.note((*path, key), tree, (*at, key))
        if before is None or before == value:
            return
        names = list(before.values()) if isinstance(before, dict) else [before]
        self._aliases(base, names, path, tree, (*at, key))
        if isinstance(base.get("aliases"), list):
            now = _forms(base)
            kept = [(i, a) for i, a in enumerate(base["aliases"]) if fold_identifier(a) not in now]
            self._keep(base, kept, path)

    def _aliases(
        self, base: dict[str, Any], names: list[str], path: Path, tree: Tree, at: Path
    ) -> None:
        listed: list[str] = base.setdefault("aliases", [])
        own = listed == []
        known = _forms(base) | {fold_identifier(name) for name in listed}
        for index, name in enumerate(names):
            # What one file repeats is its own slip, and reported as such.
            if own or fold_identifier(name) not in known:
                self.tree.note((*path, "aliases", len(listed)), tree, (*at, index))
                listed.append(name)

    def _keep(self, base: dict[str, Any], kept: list[tuple[int, str]], path: Path) -> None:
        origins = [self.tree.origin((*path, "aliases", index)) for index, _name in kept]
        base["aliases"] = [name for _index, name in kept]
        for index, origin in enumerate(origins):
            self.tree.note((*path, "aliases", index), *origin)

    def _fixed(
        self, base: dict[str, Any], key: str, value: Any, path: Path, tree: Tree, at: Path
    ) -> None:
        """Take a value that must be the same wherever it is given."""
        if key not in base:
            if self._is_extension(path, tree):
                self._contradiction(key, None, path, tree, at)
                return
            base[key] = value
            self.tree.note(path, tree, at)
        elif base[key] != value:
            self._contradiction(key, base[key], path, tree, at)

    def _is_extension(self, path: Path, tree: Tree) -> bool:
        """Tell whether a type's time, case or the like is added to one that was complete."""
        origin, _at_path = self.tree.origin(path[:2])
        return len(path) == 3 and origin is not tree and path[2] != "links"

    def _contradiction(self, key: str, before: Any, path: Path, tree: Tree, at: Path) -> None:
        what = ".".join(str(step) for step in path[1:-1] if step != "fields")
        shown = "-" if before is None else _shown(before)
        self._find(
            codes.CONTRADICTS, tree, at,
            f"共享词汇表中 `{what}` 的 `{key}` 为 `{shown}`",
            f"in the shared vocabulary the `{key}` of `{what}` is `{shown}`",
            ("删去此处，或为该类型另取名称", "leave it out, or give the type another name"),
        )  # fmt: skip

    def _find(
        self, code: str, tree: Tree, at: Path, zh: str, en: str,
        hint: tuple[str, str] | None, on_key: bool = False,
    ) -> None:  # fmt: skip
        span = tree.key_span(at) if on_key else tree.span(at)
        finding = make(
            code, span, zh=zh, en=en, hint_zh=hint[0] if hint else None,
            hint_en=hint[1] if hint else None, excerpt=tree.excerpt(span.line),
        )  # fmt: skip
        self.findings.append(finding)


def _forms(base: Mapping[str, Any]) -> set[str]:
    """Return the printed names of a type, field or value, folded."""
    label = base.get("label")
    names = list(label.values()) if isinstance(label, dict) else []
    names += [base[key] for key in ("zh", "en") if isinstance(base.get(key), str)]
    return {fold_identifier(name) for name in names}


def _at(tree: Tree, path: Path) -> Mapping[str, Any]:
    node: Any = tree.data
    for step in path:
        node = node[step]
    return node or {}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
    return str(value)
