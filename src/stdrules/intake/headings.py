"""Headings of sheets: which type, field or special column they mean.

A heading matches exactly if it is the name, the printed label or an alias, after folding. It is a
guess if it matches only without its bracket or unit, or without the name of the type before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from stdrules.base.text import fold_identifier
from stdrules.intake.controls import KEYS
from stdrules.model.vocabulary import FactType, Vocabulary

How: TypeAlias = Literal["exact", "guessed"]
#: Columns of a fact beside its fields, with their headings. A field of the same name goes first.
SPECIAL: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "事实编号", "记录编号", "记录id"),
    "at": ("at", "发生时间", "时间"),
    "case": ("case", "个案", "个案编号"),
    "recorded_at": ("recorded_at", "记录时间", "登记时间", "录入时间"),
    "supersedes": ("supersedes", "更正", "更正编号"),
    "withdraws": ("withdraws", "撤回", "撤回编号"),
}
#: Kind of statement -> names of its sheets.
STATEMENT_SHEETS: Final[dict[str, tuple[str, ...]]] = {
    "waiver": ("waiver", "waivers", "豁免", "豁免记录"),
    "suspension": ("suspension", "suspensions", "暂停", "暂停记录", "中止"),
    "complete": ("complete", "completeness", "完整性", "登记齐全"),
    "withdraws": ("withdraws", "withdrawals", "撤回", "撤回记录"),
}
STATEMENT_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "waiver": ("waiver", "豁免编号", "编号", "id"),
    "suspension": ("suspension", "暂停编号", "编号", "id"),
    "complete": ("complete", "事实类型", "类型", "表名", "type"),
    "withdraws": ("withdraws", "撤回", "撤回编号", "编号", "id"),
    "norm": ("norm", "规范", "规范编号", "条款"),
    "case": ("case", "个案", "个案编号"),
    "key": ("key", "实例", "实例名"),
    "by": ("by", "批准人", "豁免人"),
    "reason": ("reason", "原因", "理由", "事由"),
    "from": ("from", "开始", "开始日期", "起", "自"),
    "to": ("to", "结束", "结束日期", "止", "至"),
    "until": ("until", "截至", "截止日期", "登记至"),
    "tolling": ("tolling", "顺延", "是否顺延"),
    "recorded_at": SPECIAL["recorded_at"],
}

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_EDGES = " *:：-—_#/.、,"
_NUMBERED = re.compile(r"^[0-9一二三四五六七八九十]{1,3}[ .、_-]+|[ _-]*(?:\(?[0-9]{1,8}\)?)$")


def reduced(folded: str) -> str:
    """Return a folded heading without brackets, stars and colons.

    Example:
        >>> reduced(fold_identifier("*接到任务时间（年月日）："))
        '接到任务时间'
    """
    return _BRACKETS.sub("", folded).strip(_EDGES)


class TypeHeadings:
    """The headings of one fact type."""

    __slots__ = ("exact", "names", "type")

    def __init__(self, name: str, spec: FactType) -> None:
        self.type = name
        self.exact: dict[str, str] = {}
        for field, declared in spec.fields.items():
            for word in (field, declared.label.zh, declared.label.en, *declared.aliases):
                self.exact.setdefault(fold_identifier(word), field)
        self.exact |= {fold_identifier(field): field for field in spec.fields}
        self.names = {
            fold_identifier(word) for word in (name, spec.label.zh, spec.label.en, *spec.aliases)
        }

    def find(self, heading: str) -> tuple[str, How] | None:
        """Return the field that a heading means, and how it was found."""
        folded = fold_identifier(heading)
        if folded in self.exact:
            return self.exact[folded], "exact"
        short = reduced(folded)
        if short in self.exact:
            return self.exact[short], "guessed"
        for name in sorted(self.names, key=len, reverse=True):
            if short.startswith(name) and short[len(name) :].strip(_EDGES) in self.exact:
                return self.exact[short[len(name) :].strip(_EDGES)], "guessed"
        return None


class Headings:
    """All names of a vocabulary by which sheets and columns are recognised."""

    def __init__(self, vocabulary: Vocabulary, case_types: Sequence[str]) -> None:
        types = vocabulary.with_builtin().types
        self.types = {name: TypeHeadings(name, spec) for name, spec in types.items()}
        self._by_name: dict[str, list[str]] = {}
        for name, spec in types.items():
            words = (name, spec.label.zh, spec.label.en, *spec.aliases)
            for word in dict.fromkeys(map(fold_identifier, words)):
                self._by_name.setdefault(word, []).append(name)
        for name in types:
            self._by_name[fold_identifier(name)] = [name]
        self._case_words = _case_words(types, case_types)

    def type_of(self, title: str) -> tuple[list[str], How]:
        """Return the types that the name of a sheet may mean."""
        folded = fold_identifier(title)
        if folded in self._by_name:
            return self._by_name[folded], "exact"
        short = reduced(folded)
        for candidate in (short, _NUMBERED.sub("", short).strip(_EDGES)):
            if candidate in self._by_name:
                return self._by_name[candidate], "guessed"
        return [], "guessed"

    def special(self, heading: str) -> tuple[str, How] | None:
        """Return the special column that a heading means."""
        folded = fold_identifier(heading)
        for candidate, how in ((folded, "exact"), (reduced(folded), "guessed")):
            if candidate in _SPECIAL_WORDS:
                return _SPECIAL_WORDS[candidate], "exact" if how == "exact" else "guessed"
        # The number of the case under the heading that other types print for it.
        return ("case", "guessed") if folded in self._case_words else None


def statement_of(title: str) -> str | None:
    """Return the kind of statement that the name of a sheet means.

    Example:
        >>> statement_of("豁免"), statement_of("台账")
        ('waiver', None)
    """
    return _STATEMENT_WORDS.get(fold_identifier(title))


def statement_key(kind: str, heading: str) -> tuple[str, How] | None:
    """Return the key of a statement that a heading means."""
    folded = fold_identifier(heading)
    short = reduced(folded)
    for key in KEYS[kind]:
        words = {fold_identifier(word) for word in STATEMENT_HEADINGS[key]}
        if folded in words:
            return key, "exact"
        if short in words:
            return key, "guessed"
    return None


def _case_words(types: Mapping[str, FactType], case_types: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for spec in types.values():
        source = spec.case_source(case_types[0], case_types[0])
        if isinstance(source, str) and source in spec.fields:
            field = spec.fields[source]
            words = (source, field.label.zh, field.label.en, *field.aliases)
            found |= {fold_identifier(word) for word in words}
    return found


_SPECIAL_WORDS: Final = {
    fold_identifier(word): name for name, words in SPECIAL.items() for word in words
}
_STATEMENT_WORDS: Final = {
    fold_identifier(word): kind for kind, words in STATEMENT_SHEETS.items() for word in words
}
