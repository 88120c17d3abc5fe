"""The evidence matrix for people: totals, the facts that serve most, and those that serve nothing.

A matrix of a real export is too large for a screen; the whole of it is written to a file
(``stdrules.report.evidence_files``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from stdrules.base.diagnostics import printable
from stdrules.base.text import Text, table, truncate
from stdrules.report.evidence import Evidence, EvidenceFact
from stdrules.report.layout import DEFAULT_WIDTH, wrap
from stdrules.report.wording import joined

SHOWN = 10
_CLAUSES = 12


def evidence_text(
    evidence: Evidence, lang: str = "en", width: int = DEFAULT_WIDTH, top: int = SHOWN
) -> str:
    """Return the matrix in short.

    Args:
        evidence: The matrix.
        lang: ``"zh"`` or ``"en"``.
        width: Terminal columns of a line.
        top: How many of the facts that serve most clauses are told.

    Returns:
        Lines without a final newline.
    """
    title = Text("证据：哪条事实用于哪个规则集的哪个条款",
                 "evidence: which fact served which clause of which ruleset")  # fmt: skip
    lines = [*wrap(title.get(lang), width), "", *_rulesets(evidence, lang, width)]
    if evidence.pairs:
        lines += ["", *_pairs(evidence, lang, width)]
    lines += _most(evidence, lang, width, top)
    lines += _nothing(evidence, lang, width)
    lines += _left_over(evidence, lang, width)
    return "\n".join(lines)


def _table(
    rows: Sequence[Sequence[str]], heads: Sequence[Text], aligns: str, lang: str, width: int
) -> list[str]:
    cells = [[printable(cell) for cell in row] for row in rows]
    block = table(cells, [head.get(lang) for head in heads], aligns)
    return [truncate(line, width) for line in block.split("\n")]


def _rulesets(evidence: Evidence, lang: str, width: int) -> list[str]:
    rows = []
    for name in evidence.rulesets:
        totals = evidence.totals(name)
        rows.append([name, *(str(totals[key]) for key in ("read", "served", "clauses"))])
    heads = (
        Text("规则集", "ruleset"),
        Text("读到的事实", "facts read"),
        Text("用到的事实", "facts that served"),
        Text("涉及的条款", "clauses served"),
    )
    return _table(rows, heads, "<>>>", lang, width)


def _pairs(evidence: Evidence, lang: str, width: int) -> list[str]:
    rows = [
        [pair.first, pair.second, *map(str, (pair.read, pair.both, pair.only_first,
                                             pair.only_second))]
        for pair in evidence.pairs
    ]  # fmt: skip
    heads = (
        Text("甲", "A"),
        Text("乙", "B"),
        Text("共同读到", "both read"),
        Text("两者都用", "serve both"),
        Text("只用于甲", "only A"),
        Text("只用于乙", "only B"),
    )
    return _table(rows, heads, "<<>>>>", lang, width)


def _most(evidence: Evidence, lang: str, width: int, top: int) -> list[str]:
    """Tell the facts that serve most; those of one type that serve the same stand as one."""
    groups: dict[tuple[object, ...], list[EvidenceFact]] = {}
    for fact in evidence.most:
        served = tuple((ruleset, fact.clauses(ruleset)) for ruleset in fact.uses)
        groups.setdefault((fact.type, served), []).append(fact)
    if not groups:
        return []
    used = len(evidence.most)
    title = Text(f"用处最多的事实（共 {used} 条有用；用处相同的合为一项）",
                 f"the facts that serve most, of {used}; what serves the same is one")  # fmt: skip
    lines = ["", *wrap(title.get(lang), width)]
    for facts in list(groups.values())[:top]:
        lines += wrap(_name(facts, lang), width, "  ", "    ")
        for ruleset in facts[0].uses:
            clauses = facts[0].clauses(ruleset)
            more = len(clauses) - _CLAUSES
            told = ", ".join(clauses[:_CLAUSES])
            if more > 0:
                told += Text(f" 等 {len(clauses)} 条", f" and {more} more").get(lang)
            lines += wrap(f"{ruleset}: {told}", width, "    ", "      ")
    return lines


def _name(facts: Sequence[EvidenceFact], lang: str) -> str:
    fact, more = facts[0], len(facts) - 1
    known = fact.place if fact.id in fact.place else f"{fact.id}  {fact.place}".rstrip()
    alike = Text(f"，另有 {more} 条相同", f", and {more} more alike").get(lang) if more else ""
    return f"{fact.label.get(lang)}  {known}{alike}"


def _nothing(evidence: Evidence, lang: str, width: int) -> list[str]:
    if not evidence.nothing:
        return []
    count = len(evidence.nothing)
    title = Text(f"未用于任何条款的事实：{count} 条", f"facts that served no clause: {count}")
    lines = ["", *wrap(title.get(lang), width)]
    counts = Counter(fact.type for fact in evidence.nothing)
    first: dict[str, EvidenceFact] = {}
    for fact in evidence.nothing:
        first.setdefault(fact.type, fact)
    rows = [
        [first[name].label.get(lang), str(number), first[name].place or first[name].id]
        for name, number in counts.most_common()
    ]
    heads = (Text("事实类型", "fact type"), Text("数量", "count"), Text("第一条", "the first"))
    return lines + _table(rows, heads, "<><", lang, width)


def _left_over(evidence: Evidence, lang: str, width: int) -> list[str]:
    lines = []
    if evidence.idle:
        labels = {fact.type: fact.label for fact in evidence.facts}
        idle = joined(
            (Text(f"{labels[t].zh}（{n}）", f"{labels[t].en} ({n})")
             for t, n in evidence.idle.items()), "、", ", ",
        )  # fmt: skip
        said = Text(
            f"没有规范用到的事实类型：{idle.zh}", f"fact types that no norm reads: {idle.en}"
        )
        lines += ["", *wrap(said.get(lang), width)]
    if evidence.unread:
        told = ", ".join(evidence.unread)
        said = Text(f"没有规则集读取的表：{told}", f"sheets that no ruleset reads: {told}")
        lines += ["", *wrap(said.get(lang), width)]
    return lines
