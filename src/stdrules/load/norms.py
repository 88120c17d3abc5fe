"""Norms and scorecards as they stand in the files, switches and all, and made plain by choices.

Each is validated as it comes out under the default readings, and again for every alternative of
every switch in it, one at a time, so that a choice made later does not meet an unread corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stdrules.base.diagnostics import Diagnostic, Span, did_you_mean, make
from stdrules.load import codes
from stdrules.load.models import build
from stdrules.load.tree import Marks, Tree
from stdrules.model.norms import NORM_KINDS, NormBase
from stdrules.model.ruleset import RulesetHeader
from stdrules.model.scorecard import Scorecard
from stdrules.model.switches import Path, Switch, find_switches, raw_path, resolve

# A value of each type with which a parameter without a default is tried.
_SAMPLES = {"duration": "P1D", "number": "1", "date": "2024-01-01", "boolean": "true"}

Choices = tuple[Mapping[str, str], Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class NormTree:
    """One norm, or scorecard, as it stands in its file."""

    id: str
    kind: str
    tree: dict[str, Any] = field(repr=False)
    span: Span
    marks: Marks = field(repr=False)
    switches: tuple[Switch, ...] = field(repr=False)

    def place(self, path: Path, readings: Mapping[str, str], parameters: Mapping[str, Any]) -> Span:
        """Return where a value of the plain tree stands in the file."""
        real = raw_path(self.tree, path, readings, parameters)
        return Span(self.span.file, *self.marks.at(real)[0].place)


@dataclass(frozen=True, slots=True)
class ResolvedNorm:
    """A norm under chosen readings and parameters, and the names of those it rests on."""

    norm: Any
    readings: tuple[str, ...]
    parameters: tuple[str, ...]
    source: NormTree = field(repr=False)
    choices: Choices = field(repr=False)

    @property
    def span(self) -> Span:
        """Where the norm begins."""
        return self.source.span

    def place(self, *path: str | int) -> Span:
        """Return where a value stands in the file.

        Args:
            path: Keys as they are written in the file (``from``, not ``from_``) and indices;
                ``fact`` also finds its synonyms.

        Returns:
            The place of the value, or of the nearest value around it.
        """
        return self.source.place(path, *self.choices)


def rebuild(
    cls: Any,
    norm: Any,
    source: NormTree,
    choices: Choices,
    lines: Mapping[str, list[str]],
) -> tuple[ResolvedNorm | None, list[Diagnostic]]:
    """Make a norm plain under other choices than the defaults.

    Args:
        cls: The class of the norm.
        norm: The norm under the defaults; taken as it is if it has no switches.
        source: The norm as it stands in its file.
        choices: All readings and parameters.
        lines: The lines of the files, for excerpts.
    """
    if not source.switches:
        names = tuple(sorted(norm.readings)), tuple(sorted(norm.parameters))
        return ResolvedNorm(norm, *names, source, choices), []
    plain = resolve(source.tree, *choices)
    tree = Tree(source.span.file, source.tree, source.marks, lines.get(source.span.file, []))
    made, findings = build(
        cls, plain.tree, tree, (), lambda inner: raw_path(source.tree, inner, *choices)
    )
    if made is None:
        return None, findings
    readings = tuple(sorted({*plain.readings, *made.readings}))
    parameters = tuple(sorted({*plain.parameters, *made.parameters}))
    return ResolvedNorm(made, readings, parameters, source, choices), []


# --- checking ---------------------------------------------------------------------------------


def read_norms(
    tree: Tree, header: RulesetHeader
) -> tuple[list[NormTree], list[Any], list[Diagnostic]]:
    """Read a file of norms.

    Returns:
        The norms that are right, the same validated under the defaults, and what is wrong.
    """
    entries = tree.data.get("norms")
    findings = _other_keys(tree, "norms")
    if not isinstance(entries, list):
        findings.append(_report(tree, codes.WRONG_SHAPE, (), "需要 `norms:` 及其列表",
                                "`norms:` with a list is needed"))  # fmt: skip
        return [], [], findings
    trees: list[NormTree] = []
    norms: list[Any] = []
    for index, entry in enumerate(entries):
        source, norm, found = _read_entry(entry, tree, ("norms", index), header)
        findings += found
        if source is not None and norm is not None:
            trees.append(source)
            norms.append(norm)
    return trees, norms, findings


def read_scorecard(
    tree: Tree, header: RulesetHeader
) -> tuple[NormTree | None, Scorecard | None, list[Diagnostic]]:
    """Read the scorecard file."""
    findings = _other_keys(tree, "scorecard")
    entry = tree.data.get("scorecard")
    if not isinstance(entry, dict):
        findings.append(_report(tree, codes.WRONG_SHAPE, (), "需要 `scorecard:` 及其内容",
                                "`scorecard:` with its keys is needed"))  # fmt: skip
        return None, None, findings
    path: Path = ("scorecard",)
    source = _node_tree(entry, tree, path, "scorecard")
    found = list(check_switches(source, tree, path, header))
    if found:
        return None, None, findings + found
    card, found = _validate(Scorecard, source, tree, path, header)
    return (source if card else None), card, findings + found


def _read_entry(
    entry: Any, tree: Tree, path: Path, header: RulesetHeader
) -> tuple[NormTree | None, NormBase | None, list[Diagnostic]]:
    if not isinstance(entry, dict):
        return None, None, [_report(tree, codes.WRONG_SHAPE, path, "规范应为键和值",
                                    "a norm is keys and values")]  # fmt: skip
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in NORM_KINDS:
        return None, None, [_unknown_kind(entry, tree, path)]
    source = _node_tree(entry, tree, path, kind)
    findings = list(check_switches(source, tree, path, header))
    if findings:
        return None, None, findings
    norm, findings = _validate(NORM_KINDS[kind], source, tree, path, header)
    return (source if norm else None), norm, findings


def _node_tree(entry: dict[str, Any], tree: Tree, path: Path, kind: str) -> NormTree:
    name = entry.get("id")
    return NormTree(
        name if isinstance(name, str) else "",
        kind,
        entry,
        tree.span((*path, "id")) if name else tree.span(path),
        tree.marks.at(path)[0],
        tuple(find_switches(entry)),
    )


def _unknown_kind(entry: dict[str, Any], tree: Tree, path: Path) -> Diagnostic:
    known, kind = ", ".join(NORM_KINDS), entry.get("kind")
    if not isinstance(kind, str):
        # Which keys there are depends on the kind: a slip is one that no kind has.
        of_any = set().union(*(cls.known_keys for cls in NORM_KINDS.values()))
        near = did_you_mean("kind", set(entry) - of_any)
        return _report(tree, codes.MISSING_KEY, path, "规范缺少 `kind`", "the norm has no `kind`",
                       (f"`{near}` 是否指它？" if near else "") + f"可用的值：{known}",
                       (f"is `{near}` meant for it? " if near else "") + f"allowed: {known}",
                       )  # fmt: skip
    near = did_you_mean(kind, NORM_KINDS)
    return _report(
        tree,
        codes.NOT_ALLOWED,
        (*path, "kind"),
        f"未知的规范种类 `{kind[:80]}`",
        f"unknown kind of norm `{kind[:80]}`",
        (f"是否指 `{near}`？" if near else "") + f"可用的值：{known}",
        (f"did you mean `{near}`? " if near else "") + f"allowed: {known}",
    )


def check_switches(
    source: NormTree, tree: Tree, path: Path, header: RulesetHeader
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the switches of a norm: names, alternatives left out or unknown."""
    for switch in source.switches:
        place = (*path, *switch.path)
        if switch.parameter is not None and switch.parameter not in header.parameters:
            yield _unknown(tree, codes.UNKNOWN_PARAMETER, (*place, "parameter"), switch.parameter,
                           header.parameters, "参数", "parameter")  # fmt: skip
        if switch.reading is None:
            continue
        reading = header.readings.get(switch.reading)
        if reading is None:
            yield _unknown(tree, codes.UNKNOWN_READING, (*place, "reading"), switch.reading,
                           header.readings, "解读", "reading")  # fmt: skip
            continue
        for name in switch.alternatives:
            if name not in reading.alternatives:
                yield _unknown(tree, codes.ALTERNATIVES, (*place, "when", name), name,
                               reading.alternatives, "解读取值", "alternative")  # fmt: skip
        left = [name for name in reading.alternatives if name not in switch.alternatives]
        if left:
            shown = ", ".join(f"`{name}`" for name in left)
            yield _report(tree, codes.ALTERNATIVES, (*place, "when"), f"缺少取值 {shown}",
                          f"the alternative {shown} is not listed")  # fmt: skip


def defaults(header: RulesetHeader) -> tuple[dict[str, str], dict[str, str | None]]:
    """Return the default alternative of each reading and the default of each parameter."""
    readings = {name: reading.default for name, reading in header.readings.items()}
    return readings, {name: parameter.default for name, parameter in header.parameters.items()}


def _validate(
    cls: Any, source: NormTree, tree: Tree, path: Path, header: RulesetHeader
) -> tuple[Any, list[Diagnostic]]:
    """Validate under the defaults, then under one other choice after the other."""
    readings, parameters = defaults(header)
    norm, findings = _build(cls, source, tree, path, readings, parameters)
    seen = {(f.code, f.span, f.message) for f in findings}
    for label, chosen, given in _variants(source, readings, parameters, header):
        _, found = _build(cls, source, tree, path, chosen, given)
        for finding in found:
            if (finding.code, finding.span, finding.message) not in seen:
                seen.add((finding.code, finding.span, finding.message))
                findings.append(
                    make(
                        finding.code,
                        finding.span,
                        zh=f"{finding.message.zh}（当 {label} 时）",
                        en=f"{finding.message.en} (with {label})",
                        hint_zh=finding.hint.zh if finding.hint else None,
                        hint_en=finding.hint.en if finding.hint else None,
                        excerpt=finding.excerpt,
                    )
                )
    if norm is not None:
        findings += _listed_names(norm, tree, path, header)
    return (norm if not findings else None), findings


def _variants(
    source: NormTree,
    readings: dict[str, str],
    parameters: dict[str, str | None],
    header: RulesetHeader,
) -> Iterator[tuple[str, dict[str, str], dict[str, str | None]]]:
    done: set[tuple[tuple[str, str], ...]] = set()
    for switch in source.switches:
        if switch.parameter is not None:
            kind = header.parameters[switch.parameter].type
            sample = _SAMPLES.get(kind) if parameters[switch.parameter] is None else None
            if sample is not None:
                label = f"`{switch.parameter}` = `{sample}`"
                given = {**parameters, switch.parameter: sample}
                yield label, {**readings, **dict(switch.under)}, given
            continue
        for name in switch.alternatives:
            choice = (*switch.under, (str(switch.reading), name))
            chosen = {**readings, **dict(choice)}
            if chosen == readings or choice in done:
                continue
            done.add(choice)
            yield f"`{switch.reading}` = `{name}`", chosen, parameters


def _build(
    cls: Any,
    source: NormTree,
    tree: Tree,
    path: Path,
    readings: Mapping[str, str],
    parameters: Mapping[str, str | None],
) -> tuple[Any, list[Diagnostic]]:
    if not source.switches:
        return build(cls, source.tree, tree, path)
    plain = resolve(source.tree, readings, parameters).tree
    return build(
        cls, plain, tree, path, lambda inner: raw_path(source.tree, inner, readings, parameters)
    )


def _listed_names(norm: Any, tree: Tree, path: Path, header: RulesetHeader) -> Iterator[Diagnostic]:
    for index, name in enumerate(norm.readings):
        if name not in header.readings:
            yield _unknown(tree, codes.UNKNOWN_READING, (*path, "readings", index), name,
                           header.readings, "解读", "reading")  # fmt: skip
    for index, name in enumerate(norm.parameters):
        if name not in header.parameters:
            yield _unknown(tree, codes.UNKNOWN_PARAMETER, (*path, "parameters", index), name,
                           header.parameters, "参数", "parameter")  # fmt: skip


def _other_keys(tree: Tree, known: str) -> list[Diagnostic]:
    return [_other_key(tree, key, known) for key in tree.data if key != known]


def _other_key(tree: Tree, key: str, known: str) -> Diagnostic:
    return _report(
        tree,
        codes.UNKNOWN_KEY,
        (key,),
        f"未知的键 `{key[:80]}`",
        f"unknown key `{key[:80]}`",
        f"此文件只含 `{known}`",
        f"this file holds only `{known}`",
        on_key=True,
    )


def _unknown(
    tree: Tree, code: str, path: Path, name: str, known: Mapping[str, Any], zh: str, en: str
) -> Diagnostic:
    near = did_you_mean(name, known)
    shown = ", ".join(known) or "-"
    return _report(
        tree,
        code,
        path,
        f"未知的{zh} `{name[:80]}`",
        f"unknown {en} `{name[:80]}`",
        f"是否指 `{near}`" if near else f"已声明：{shown}",
        f"did you mean `{near}`?" if near else f"declared: {shown}",
        on_key=code == codes.ALTERNATIVES,
    )


def _report(
    tree: Tree,
    code: str,
    path: Path,
    zh: str,
    en: str,
    hint_zh: str | None = None,
    hint_en: str | None = None,
    on_key: bool = False,
) -> Diagnostic:
    span = tree.key_span(path) if on_key else tree.span(path)
    excerpt = tree.excerpt(span.line)
    return make(code, span, zh=zh, en=en, hint_zh=hint_zh, hint_en=hint_en, excerpt=excerpt)
