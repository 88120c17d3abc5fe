"""Texts for people are there in both languages, and headings mean one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stdrules.base.diagnostics import Diagnostic, Span
from stdrules.base.text import Text, fold_identifier
from stdrules.check import codes
from stdrules.check.source import VOCABULARY, Finder
from stdrules.model.vocabulary import JUDGEMENT, FactType, FieldSpec
from stdrules.plan.plan import Plan


def check_texts(finder: Finder, plan: Plan | None) -> Iterator[Diagnostic]:
    """Yield every title or label that lacks a language."""
    source = finder.source
    header = source.header
    found: list[tuple[str, str, Text | None]] = [("ruleset.yaml", "title", header.title)]
    found += [("ruleset.yaml", case.type, case.label) for case in header.case_types]
    for name, reading in header.readings.items():
        found += [("ruleset.yaml", name, text) for text in reading.alternatives.values()]
        found.append(("ruleset.yaml", name, reading.why))
    for name, parameter in header.parameters.items():
        found += [("ruleset.yaml", name, parameter.label), ("ruleset.yaml", name, parameter.why)]
    for name, spec in source.vocabulary.types.items():
        found.append((VOCABULARY, name, spec.label))
        found += [(VOCABULARY, name, field.label) for field in spec.fields.values()]
    for entry in source.ledger.clauses:
        texts = (entry.summary, entry.reason, entry.question, *entry.defects)
        found += [("clauses.yaml", entry.id, text) for text in texts]
    spans = {norm.id: norm.span for norm in source.norm_trees}
    for norm in plan.norms if plan else ():
        if _lacking(norm.title) and norm.id in spans:
            yield _empty(finder, norm.id, spans[norm.id])
    for file, name, text in found:
        if text is not None and _lacking(text):
            yield _empty(finder, name, finder.at(file, name))


def _lacking(text: Text) -> bool:
    return not text.zh.strip() or not text.en.strip()


def _empty(finder: Finder, name: str, span: Span) -> Diagnostic:
    return finder.report(
        codes.EMPTY_TEXT, span, f"`{name}` 的文字缺少中文或英文",
        f"a text of `{name}` lacks Chinese or English",
    )  # fmt: skip


def check_headings(finder: Finder) -> Iterator[Diagnostic]:
    """Yield headings, sheet names and printed values that mean two things."""
    types = finder.source.vocabulary.types
    for name, spec in types.items():
        if name == JUDGEMENT:
            continue
        yield from _fields(finder, name, spec)
        for field_name, field in spec.fields.items():
            yield from _values(finder, name, field_name, field)
    yield from _sheets(finder, types)


def _fields(finder: Finder, name: str, spec: FactType) -> Iterator[Diagnostic]:
    owners: dict[str, str] = {}
    span = finder.at(VOCABULARY, name)
    for field_name, field in spec.fields.items():
        forms = _distinct([field_name, field.label.zh, field.label.en, *field.aliases])
        for form in forms:
            owner = owners.setdefault(form, field_name)
            if owner != field_name:
                yield finder.report(
                    codes.HEADING, span,
                    f"`{name}` 的表头 `{form}` 既指 `{owner}` 又指 `{field_name}`",
                    f"the heading `{form}` of `{name}` means `{owner}` and `{field_name}`",
                )  # fmt: skip
        for form in _repeated(field.aliases):
            yield finder.report(
                codes.TWICE, span, f"`{name}.{field_name}` 的别名 `{form}` 写了两次",
                f"the alias `{form}` of `{name}.{field_name}` is listed twice",
            )  # fmt: skip


def _values(finder: Finder, name: str, field_name: str, field: FieldSpec) -> Iterator[Diagnostic]:
    owners: dict[str, str] = {}
    for value, printed in (field.values or {}).items():
        for form in _distinct([value, printed.zh, printed.en, *printed.aliases]):
            owner = owners.setdefault(form, value)
            if owner != value:
                yield finder.report(
                    codes.HEADING, finder.at(VOCABULARY, name),
                    f"`{name}.{field_name}` 的写法 `{form}` 既指 `{owner}` 又指 `{value}`",
                    f"`{form}` means both `{owner}` and `{value}` in `{name}.{field_name}`",
                )  # fmt: skip


def _sheets(finder: Finder, types: dict[str, FactType]) -> Iterator[Diagnostic]:
    owners: dict[str, str] = {}
    for name, spec in types.items():
        for form in _distinct([name, spec.label.zh, spec.label.en, *spec.aliases]):
            owner = owners.setdefault(form, name)
            if owner != name:
                yield finder.report(
                    codes.SHEET_NAME, finder.at(VOCABULARY, name),
                    f"`{form}` 既是 `{owner}` 又是 `{name}` 的名称",
                    f"`{form}` names both `{owner}` and `{name}`",
                )  # fmt: skip


def _distinct(forms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(fold_identifier(form) for form in forms))


def _repeated(forms: Iterable[str]) -> list[str]:
    folded = [fold_identifier(form) for form in forms]
    return list(dict.fromkeys(form for form in folded if folded.count(form) > 1))
