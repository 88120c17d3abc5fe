"""A ruleset as it was read: header, vocabulary, ledger, and norms that await choices.

Not here: finding a ruleset by its id (``stdrules.load.discovery``); expressions, and whether
names in norms exist (``stdrules.compile``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from stdrules.base.diagnostics import Diagnostic, Severity, Span, make, sorted_diagnostics
from stdrules.base.errors import RulesetError
from stdrules.base.text import Text
from stdrules.load import codes
from stdrules.load.choices import choose
from stdrules.load.files import (
    HEADER,
    LEDGER,
    SCORECARD,
    VOCABULARY,
    RawRuleset,
    Source,
    read_folder,
)
from stdrules.load.merging import merge
from stdrules.load.models import build
from stdrules.load.norms import (
    Choices,
    NormTree,
    ResolvedNorm,
    read_norms,
    read_scorecard,
    rebuild,
)
from stdrules.load.shared import PREFIX, unseen
from stdrules.load.tree import Tree
from stdrules.load.vocabulary import check_vocabulary
from stdrules.load.yaml_events import parse_bytes
from stdrules.model.cases import CasesFile, TestCase
from stdrules.model.ledger import Ledger
from stdrules.model.norms import NormBase
from stdrules.model.ruleset import RulesetHeader
from stdrules.model.scorecard import Scorecard
from stdrules.model.switches import Path
from stdrules.model.vocabulary import SharedVocabulary, Vocabulary, VocabularyFile

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """A test of the ruleset and where it stands; ``place`` finds a part of it."""

    case: TestCase
    tree: Tree = field(repr=False)
    path: Path = field(repr=False)

    @property
    def span(self) -> Span:
        """Where its name stands."""
        return self.tree.span((*self.path, "case"))

    def place(self, *path: str | int) -> Span:
        """Return where a part of the test stands, for example ``place("facts", 2)``."""
        return self.tree.span((*self.path, *path))


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A ruleset, read and checked for its format. Frozen, picklable, free of code.

    Attributes:
        name: The folder as it appears in findings.
        header: ruleset.yaml.
        vocabulary: vocabulary.yaml with what it uses of shared ones, and the built-in type.
        ledger: clauses.yaml.
        norm_trees: The norms as they stand in the files, in the order of files and lines.
        scorecard_tree: The scorecard as it stands in its file.
        digest: SHA-256 of the content (not of its layout or comments) of all files but cases,
            shared vocabularies included.
        fingerprint: SHA-256 of the bytes of the same files.
        files: The names of the files read.
        diagnostics: Warnings found while reading.
    """

    name: str
    header: RulesetHeader
    vocabulary: Vocabulary
    ledger: Ledger
    norm_trees: tuple[NormTree, ...]
    scorecard_tree: NormTree | None
    digest: str
    fingerprint: str
    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    _norms: tuple[NormBase, ...] = field(default=(), repr=False)
    _scorecard: Scorecard | None = field(default=None, repr=False)
    _cases: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    _lines: Mapping[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """The id of the ruleset."""
        return self.header.id

    @property
    def shared_files(self) -> tuple[str, ...]:
        """The shared vocabularies that it uses, as findings show them."""
        return tuple(name for name in self._lines if PREFIX in name)

    def choose(
        self, readings: Mapping[str, str] = _NOTHING, parameters: Mapping[str, Any] = _NOTHING
    ) -> Choices:
        """Return every reading and every parameter with its value, defaults filled in.

        Parameters come as text, or None without a value, whatever they were given as.

        Raises:
            UsageError: A name or a value is not one of those declared.
        """
        return choose(self.header, readings, parameters)

    def norms(
        self, readings: Mapping[str, str] = _NOTHING, parameters: Mapping[str, Any] = _NOTHING
    ) -> tuple[ResolvedNorm, ...]:
        """Return the norms under chosen readings and parameters.

        Args:
            readings: Alternatives that differ from the defaults.
            parameters: Values that differ from the defaults.

        Raises:
            UsageError: A name or a value is not one of those declared.
            RulesetError: The choices together give a norm that does not fit the format.
        """
        choices = self.choose(readings, parameters)
        found: list[ResolvedNorm] = []
        wrong: list[Diagnostic] = []
        for source, norm in zip(self.norm_trees, self._norms, strict=True):
            made, findings = rebuild(type(norm), norm, source, choices, self._lines)
            wrong += findings
            if made is not None:
                found.append(made)
        self._refuse(wrong)
        return tuple(found)

    def scorecard(
        self, readings: Mapping[str, str] = _NOTHING, parameters: Mapping[str, Any] = _NOTHING
    ) -> ResolvedNorm | None:
        """Return the scorecard under chosen readings and parameters; its ``norm`` is a Scorecard.

        Raises:
            UsageError: A name or a value is not one of those declared.
            RulesetError: The choices together do not fit the format.
        """
        choices = self.choose(readings, parameters)
        if self.scorecard_tree is None or self._scorecard is None:
            return None
        made, findings = rebuild(
            Scorecard, self._scorecard, self.scorecard_tree, choices, self._lines
        )
        self._refuse(findings)
        return made

    def read_cases(self) -> tuple[tuple[LoadedCase, ...], list[Diagnostic]]:
        """Read the ruleset's own tests, and what is wrong with their files."""
        found: list[LoadedCase] = []
        wrong: list[Diagnostic] = []
        for name, data in self._cases.items():
            tree, findings = parse_bytes(data, f"{self.name}/{name}" if self.name else name)
            wrong += findings
            if tree is None:
                continue
            file, findings = build(CasesFile, tree.data, tree)
            wrong += findings
            if file is not None:
                found += [LoadedCase(case, tree, ("cases", i)) for i, case in enumerate(file.cases)]
        return tuple(found), list(sorted_diagnostics(wrong))

    @property
    def cases(self) -> tuple[LoadedCase, ...]:
        """The ruleset's own tests; read anew each time.

        Raises:
            RulesetError: One of their files is wrong.
        """
        found, wrong = self.read_cases()
        self._refuse(wrong)
        return found

    def excerpt(self, span: Span) -> str | None:
        """Return the source line of a place in a file of norms, the scorecard or the header."""
        lines = self._lines.get(span.file, [])
        return lines[span.line - 1] if 0 < span.line <= len(lines) else None

    def _refuse(self, findings: list[Diagnostic]) -> None:
        if findings:
            raise _error(self.name, findings)


def load_ruleset(source: Source, name: str | None = None) -> Ruleset:
    """Read a ruleset folder.

    Args:
        source: A path, or a folder inside a package.
        name: The name for findings; by default the path as given.

    Raises:
        RulesetError: It cannot be used; carries everything that is wrong.
    """
    ruleset, findings = read_ruleset(source, name)
    if ruleset is None:
        raise _error(name or str(source), findings)
    return ruleset


def read_ruleset(
    source: Source | RawRuleset, name: str | None = None
) -> tuple[Ruleset | None, list[Diagnostic]]:
    """Read a ruleset folder and tell everything that is wrong with it.

    Args:
        source: A path, a folder inside a package, or files already read.
        name: The name for findings; by default the path as given.

    Returns:
        The ruleset, or None if there is an error, and all findings in the order of the files.
        Cases are read only when asked for.
    """
    raw = source if isinstance(source, RawRuleset) else read_folder(source, name)
    reading = _Reading(raw)
    ruleset = reading.read()
    findings = sorted_diagnostics(reading.findings)
    if ruleset is None or any(f.severity is Severity.ERROR for f in findings):
        return None, list(findings)
    return replace(ruleset, diagnostics=findings), list(findings)


class _Reading:
    """One pass over the files of a ruleset."""

    def __init__(self, raw: RawRuleset) -> None:
        self.raw = raw
        self.findings: list[Diagnostic] = list(raw.findings)
        self.trees: dict[str, Tree] = {}

    def read(self) -> Ruleset | None:
        """Return the ruleset if its parts could be made; findings are kept."""
        for name, data in self.raw.files.items():
            if not name.startswith("cases/"):
                tree, findings = parse_bytes(data, self.raw.shown(name))
                self.findings += findings
                if tree is not None:
                    self.trees[name] = tree
        header = self._part(HEADER, RulesetHeader)
        vocabulary, words = self._vocabulary()
        ledger = self._part(LEDGER, Ledger)
        if ledger is not None:
            ids = [(entry.id, ("clauses", i, "id")) for i, entry in enumerate(ledger.clauses)]
            self._twice([(i, self.trees[LEDGER].span(path)) for i, path in ids])
        if header is None:
            return None
        if vocabulary is not None and words is not None:
            self.findings += check_vocabulary(vocabulary, words, header)
        trees, norms = self._norms(header)
        card_tree, card = self._scorecard(header)
        if vocabulary is None or ledger is None:
            return None
        return Ruleset(
            name=self.raw.name,
            header=header,
            vocabulary=vocabulary.with_builtin(),
            ledger=ledger,
            norm_trees=tuple(trees),
            scorecard_tree=card_tree,
            digest=self._digest(),
            fingerprint=self.raw.fingerprint,
            files=tuple(self.raw.files),
            _norms=tuple(norms),
            _scorecard=card,
            _cases={n: d for n, d in self.raw.files.items() if n.startswith("cases/")},
            _lines={tree.file: tree.lines for tree in self.trees.values()},
        )

    def _part(self, name: str, cls: Any) -> Any:
        tree = self.trees.get(name)
        if tree is None:
            return None
        made, findings = build(cls, tree.data, tree)
        self.findings += findings
        return made

    def _vocabulary(self) -> tuple[Vocabulary | None, Tree | None]:
        """Return the vocabulary put together from all its files, and the tree of it."""
        file = self._part(VOCABULARY, VocabularyFile)
        shared: dict[str, Tree] = {}
        whole = file is not None
        for name in file.use if file is not None else ():
            key = f"{PREFIX}{name}.yaml"
            if key not in self.raw.files and key not in self.raw.missing:
                self.findings.append(unseen(self.trees[VOCABULARY], file.use.index(name)))
            whole = self._part(key, SharedVocabulary) is not None and whole
            if key in self.trees:
                shared[name] = self.trees[key]
        if not whole:
            return None, None
        tree, findings = merge(self.trees[VOCABULARY], shared)
        self.findings += findings
        if findings:
            return None, None
        made, findings = build(Vocabulary, tree.data, tree)
        self.findings += findings
        return made, tree

    def _norms(self, header: RulesetHeader) -> tuple[list[NormTree], list[Any]]:
        trees: list[NormTree] = []
        norms: list[Any] = []
        for name in self.raw.of("norms"):
            if (tree := self.trees.get(name)) is None:
                continue
            some, made, findings = read_norms(tree, header)
            trees += some
            norms += made
            self.findings += findings
        self._twice([(tree.id, tree.span) for tree in trees])
        return trees, norms

    def _scorecard(self, header: RulesetHeader) -> tuple[NormTree | None, Scorecard | None]:
        if (tree := self.trees.get(SCORECARD)) is None:
            return None, None
        source, card, findings = read_scorecard(tree, header)
        self.findings += findings
        return source, card

    def _twice(self, ids: list[tuple[str, Span]]) -> None:
        first: dict[str, Span] = {}
        for name, span in ids:
            if name in first:
                tree = next(t for t in self.trees.values() if t.file == span.file)
                finding = make(
                    codes.TWICE,
                    span,
                    zh=f"编号 `{name}` 已在 {first[name]} 使用",
                    en=f"the id `{name}` is already used at {first[name]}",
                    excerpt=tree.excerpt(span.line),
                )
                self.findings.append(finding)
            first.setdefault(name, span)

    def _digest(self) -> str:
        content = {name: tree.data for name, tree in self.trees.items()}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _error(name: str, findings: list[Diagnostic]) -> RulesetError:
    message = Text(f"规则集 `{name}` 无法使用", f"the ruleset `{name}` cannot be used")
    return RulesetError(message, findings)
