"""Whether a vocabulary agrees with itself: times, cases, links and headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from stdrules.base.diagnostics import Diagnostic, did_you_mean, make
from stdrules.base.text import fold_identifier
from stdrules.load import codes
from stdrules.load.tree import Tree
from stdrules.model.ruleset import RulesetHeader
from stdrules.model.switches import Path
from stdrules.model.vocabulary import JUDGEMENT, CaseLink, FactType, Vocabulary


def check_vocabulary(
    vocabulary: Vocabulary, tree: Tree, header: RulesetHeader
) -> Iterator[Diagnostic]:
    """Yield what does not agree.

    Args:
        vocabulary: The vocabulary as written, without the built-in types.
        tree: Its file.
        header: The header, for the case types.
    """
    for name, spec in vocabulary.types.items():
        path: Path = ("types", name)
        if name == JUDGEMENT:
            yield _report(tree, path, f"类型 `{JUDGEMENT}` 是内置的",
                          f"the type `{JUDGEMENT}` is built in", on_key=True)  # fmt: skip
        yield from _check_time(spec, tree, path)
        yield from _check_case(spec, tree, path, header)
        yield from _check_links(spec, tree, path, vocabulary)
        yield from _check_headings(spec, tree, path)


def _check_time(spec: FactType, tree: Tree, path: Path) -> Iterator[Diagnostic]:
    if spec.time is None:
        return
    if spec.time not in spec.fields:
        yield _unknown(tree, (*path, "time"), spec.time, spec.fields, "字段", "field")
    elif spec.fields[spec.time].type not in ("date", "moment"):
        kind = spec.fields[spec.time].type
        yield _report(tree, (*path, "time"), f"时间 `{spec.time}` 的类型是 {kind}",
                      f"the time `{spec.time}` is of type {kind}",
                      "应为 date 或 moment", "it must be a date or a moment")  # fmt: skip


def _check_case(
    spec: FactType, tree: Tree, path: Path, header: RulesetHeader
) -> Iterator[Diagnostic]:
    if spec.case is None:
        return
    known = [case.type for case in header.case_types]
    by_type = spec.case if isinstance(spec.case, Mapping) else {"": spec.case}
    for case_type, source in by_type.items():
        place = (*path, "case", case_type) if case_type else (*path, "case")
        if case_type and case_type not in known:
            yield _unknown(tree, place, case_type, known, "个案类型", "case type", on_key=True)
        if isinstance(source, CaseLink):
            if source.link not in spec.links:
                yield _unknown(tree, (*place, "link"), source.link, spec.links, "链接", "link")
        elif source not in spec.fields:
            yield _unknown(tree, place, source, spec.fields, "字段", "field")
        elif spec.fields[source].type not in ("text", "choice", "texts", "choices"):
            yield _report(tree, place, f"个案字段 `{source}` 应为 text 或 texts",
                          f"the case field `{source}` must be text or texts")  # fmt: skip


def _check_links(
    spec: FactType, tree: Tree, path: Path, vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    for name, link in spec.links.items():
        place = (*path, "links", name)
        if name in spec.fields:
            yield _report(tree, place, f"链接 `{name}` 与字段同名",
                          f"the link `{name}` has the name of a field", on_key=True)  # fmt: skip
        if link.by not in spec.fields:
            yield _unknown(tree, (*place, "by"), link.by, spec.fields, "字段", "field")
        target = vocabulary.types.get(link.type)
        if target is None:
            types = vocabulary.types
            yield _unknown(tree, (*place, "type"), link.type, types, "事实类型", "fact type")
        elif (link.key or link.by in spec.fields) and (
            key := link.key or link.by
        ) not in target.fields:
            at = (*place, "key") if link.key else (*place, "by")
            yield _unknown(tree, at, key, target.fields, f"{link.type} 的字段",
                           f"field of {link.type}")  # fmt: skip


def _check_headings(spec: FactType, tree: Tree, path: Path) -> Iterator[Diagnostic]:
    """A heading must not mean two fields of one type."""
    owners: dict[str, str] = {}
    for name, field in spec.fields.items():
        for heading in {name, field.label.zh, field.label.en, *field.aliases}:
            owners.setdefault(fold_identifier(heading), name)
    for name, field in spec.fields.items():
        for heading in (field.label.zh, field.label.en, *field.aliases):
            owner = owners[fold_identifier(heading)]
            if owner != name:
                yield _report(tree, (*path, "fields", name),
                              f"表头 `{heading}` 也属于字段 `{owner}`",
                              f"the heading `{heading}` also means `{owner}`",
                              on_key=True)  # fmt: skip


def _unknown(
    tree: Tree,
    path: Path,
    name: str,
    known: Iterable[str],
    zh: str,
    en: str,
    on_key: bool = False,
) -> Diagnostic:
    names = list(known)
    near = did_you_mean(name, names)
    shown = ", ".join(names) or "-"
    return _report(
        tree,
        path,
        f"未知的{zh} `{name}`",
        f"unknown {en} `{name}`",
        f"是否指 `{near}`" if near else f"已声明：{shown}",
        f"did you mean `{near}`?" if near else f"declared: {shown}",
        on_key,
    )


def _report(
    tree: Tree,
    path: Path,
    zh: str,
    en: str,
    hint_zh: str | None = None,
    hint_en: str | None = None,
    on_key: bool = False,
) -> Diagnostic:
    span = tree.key_span(path) if on_key else tree.span(path)
    return make(
        codes.VOCABULARY,
        span,
        zh=zh,
        en=en,
        hint_zh=hint_zh,
        hint_en=hint_en,
        excerpt=tree.excerpt_at(span),
    )
