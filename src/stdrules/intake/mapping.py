"""What a table holds: found by the mapping file, its name, or headings of one type only.

What is not certain is called a guess in the report; what is ambiguous is not used at all.

Semantics: docs/mapping.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from stdrules.base.diagnostics import Diagnostic, did_you_mean, make
from stdrules.base.text import fold_identifier
from stdrules.intake import codes
from stdrules.intake.columns import Draft, MappingReport, TablePlan, TypePlan, Way
from stdrules.intake.controls import KEYS
from stdrules.intake.headings import SPECIAL, Headings, statement_key, statement_of
from stdrules.intake.mapping_file import Mapping, SheetRule
from stdrules.intake.rows import is_blank
from stdrules.intake.tables import Table
from stdrules.model.vocabulary import Vocabulary

Row: TypeAlias = tuple[int, Sequence[object]]
Meanings: TypeAlias = dict[str, tuple[str, Way]]
Probe: TypeAlias = Callable[[str], object]


class Planner:
    """Finds out what tables mean.

    Args:
        vocabulary: The fact types.
        case_types: Names of the case types, the default first.
        mapping: What the user says, or None.

    Attributes:
        report: What was found so far.
        diagnostics: What is wrong with tables and the mapping.
    """

    def __init__(
        self, vocabulary: Vocabulary, case_types: Sequence[str], mapping: Mapping | None = None
    ) -> None:
        self._vocabulary = vocabulary.with_builtin()
        self._headings = Headings(vocabulary, case_types)
        self._mapping = mapping or Mapping()
        self._used_rules: set[int] = set()
        self.report = MappingReport()
        self.diagnostics: list[Diagnostic] = []

    def plan(self, source: Table, head: Sequence[Row]) -> TablePlan | None:
        """Return how to read a table; None if it cannot be told what it holds.

        Args:
            source: The table.
            head: Its first rows that are not empty; the headings are among them.
        """
        rule = self._mapping.rule_for(source.file, source.sheet, source.title, source.database)
        if rule is not None:
            self._used_rules.add(id(rule))
        if not head:
            return None
        kind = rule.type if rule is not None else None
        if rule is None or (kind is None and not rule.wide):
            kind = statement_of(source.title)
            types, _ = self._headings.type_of(source.title)
            kind = kind or (types[0] if len(types) == 1 else None)
        if kind is None:
            return self._wide(source, head, rule)
        if kind in KEYS:
            return self._statement(source, head, kind, rule)
        if kind in self._headings.types:
            return self._single(source, head, kind, rule)
        if rule is not None:
            self._wrong(rule, f"未知的事实类型 `{kind}`", f"unknown fact type `{kind}`",
                        did_you_mean(kind, [*self._headings.types, *KEYS]))  # fmt: skip
        return None

    def close(self) -> None:
        """Report the rules of the mapping that no table needed."""
        for rule in self._mapping.rules.values():
            if id(rule) not in self._used_rules:
                self._wrong(rule, f"没有工作表 `{rule.name}`", f"there is no sheet `{rule.name}`")
        for rule in self._mapping.tables.values():
            if id(rule) not in self._used_rules:
                self._wrong(rule, f"没有读到数据库表 `{rule.name}`",
                            f"the table `{rule.name}` is not among the sources")  # fmt: skip

    def _draft(
        self, source: Table, head: Sequence[Row], rule: SheetRule | None, probe: Probe
    ) -> Draft:
        """Find the headings: where the rule says, or the row in which most cells mean something."""
        known = {*rule.columns, *rule.ignore} if rule is not None else set()

        def matches(entry: Row) -> int:
            cells = (str(cell) for cell in entry[1] if not is_blank(cell))
            return sum(fold_identifier(cell) in known or bool(probe(cell)) for cell in cells)

        number, cells = max(head, key=lambda entry: (matches(entry), -entry[0]))
        if rule is not None and rule.header is not None:
            chosen = [entry for entry in head if entry[0] == rule.header]
            if chosen:
                number, cells = chosen[0]
            else:
                self._wrong(rule, f"第 {rule.header} 行没有表头",
                            f"row {rule.header} has no headings")  # fmt: skip
        draft = Draft(source, number, cells)
        if rule is not None:
            present = {fold_identifier(heading) for _, heading in draft.headings()}
            for heading in sorted(set(rule.columns) - present):
                self._wrong(rule, f"表 {source.place()} 没有表头 `{heading}`",
                            f"{source.place()} has no heading `{heading}`")  # fmt: skip
        return draft

    def _single(
        self,
        source: Table,
        head: Sequence[Row],
        kind: str,
        rule: SheetRule | None,
        doubt: bool = False,
    ) -> TablePlan:
        """Plan a table with facts of one type; in doubt all its columns are guesses."""
        one = self._headings.types[kind]

        def find(heading: str) -> tuple[str, Way] | None:
            return one.find(heading) or self._headings.special(heading)

        draft = self._draft(source, head, rule, find)
        for index, heading in draft.headings():
            if self._by_rule(draft, index, heading, rule, kind):
                continue
            match = find(heading)
            if match is None or match[1] == "guessed":
                match = self._prefixed(heading, [kind]) or match
            if match is None:
                draft.leave(index, "left_over")
            else:
                draft.use(index, kind, match[0], "guessed" if doubt else match[1])
        return self._finish(draft, [kind], rule, shared=False)

    def _statement(
        self, source: Table, head: Sequence[Row], kind: str, rule: SheetRule | None
    ) -> TablePlan:
        """Plan a table of waivers, suspensions, withdrawals or statements of completeness."""
        draft = self._draft(source, head, rule, lambda heading: statement_key(kind, heading))
        for index, heading in draft.headings():
            if self._by_rule(draft, index, heading, rule, kind):
                continue
            match = statement_key(kind, heading)
            if match is None:
                draft.leave(index, "left_over")
            else:
                draft.use(index, kind, match[0], match[1])
        columns, blocked = draft.settle(kind, self.diagnostics)
        constants = rule.constants if rule is not None else {}
        self.report.entries += draft.report([(kind, columns, constants, KEYS[kind])])
        return TablePlan(draft.header, len(draft.cells), [], kind, columns, constants, blocked)

    def _wide(self, source: Table, head: Sequence[Row], rule: SheetRule | None) -> TablePlan | None:
        """Plan a table with several types in a row: by prefixes and headings of one type only."""
        types = self._headings.types

        def probe(heading: str) -> bool:
            prefixed = self._prefixed(heading, list(types))
            return prefixed is not None or any(one.find(heading) for one in types.values())

        draft = self._draft(source, head, rule, probe)
        open_columns: list[tuple[int, str, Meanings]] = []
        for index, heading in draft.headings():
            if self._by_rule(draft, index, heading, rule, None):
                continue
            named = self._prefixed_type(heading)
            if named is not None:
                draft.use(index, *named)
                continue
            meanings: Meanings = {}
            for kind, one in types.items():
                match = one.find(heading)
                if match is not None:
                    meanings[kind] = match
            special = None if meanings else self._headings.special(heading)
            if special is not None and special[0] in ("case", "recorded_at"):
                meanings = dict.fromkeys(types, (special[0], "guessed"))
            if len(meanings) == 1 and (rule is None or not rule.columns):
                kind = next(iter(meanings))
                draft.use(index, kind, *meanings[kind])
            else:
                open_columns.append((index, heading, meanings))
        kinds = self._in_play(draft, explicit=rule is not None)
        for index, _, meanings in open_columns:
            self._share(draft, index, meanings, kinds)
        if kinds:
            return self._finish(draft, kinds, rule, shared=True)
        likely = self._likely(draft) if rule is None else None
        return None if likely is None else self._single(source, head, likely, None, doubt=True)

    def _likely(self, draft: Draft) -> str | None:
        """Return the one type whose headings these most clearly are.

        At least two and half of the headings must be its own words, its time among them.
        """
        headings = [heading for _, heading in draft.headings()]
        scores: dict[str, int] = {}
        for kind, one in self._headings.types.items():
            found = {match[0] for heading in headings if (match := one.find(heading))}
            time = self._vocabulary.types[kind].time
            if (time is None or time in found) and 2 * len(found) >= max(4, len(headings)):
                scores[kind] = len(found)
        best = max(scores.values(), default=0)
        winners = [kind for kind, score in scores.items() if score == best]
        return winners[0] if len(winners) == 1 else None

    def _in_play(self, draft: Draft, explicit: bool) -> list[str]:
        """Return the types that a wide table has facts of.

        Without a mapping a type needs its time (or, if it has none, any column of its own):
        otherwise one accidental heading would make facts of unknown time.
        """
        found = []
        for kind in draft.kinds:
            time = self._vocabulary.types[kind].time
            if explicit or time is None or draft.has(kind, time) or draft.has(kind, "at"):
                found.append(kind)
        return found

    def _share(
        self,
        draft: Draft,
        index: int,
        meanings: Meanings,
        kinds: Sequence[str],
    ) -> None:
        """Give a column that means something in several types to all that are in play.

        A number or a name in a row is that of the whole row. A time is not: if several types
        claim it as theirs, it is nobody's.
        """
        takers = [kind for kind in kinds if kind in meanings]
        claimed = [
            kind for kind in takers if meanings[kind][0] == self._vocabulary.types[kind].time
        ]
        if not takers:
            draft.leave(index, "left_over")
        elif claimed and len(takers) > 1:
            draft.leave(index, "ambiguous")
        else:
            for kind in takers:
                target, way = meanings[kind]
                draft.share(index, kind, target, way if len(meanings) == 1 else "guessed")

    def _by_rule(
        self, draft: Draft, index: int, heading: str, rule: SheetRule | None, kind: str | None
    ) -> bool:
        """Apply what the mapping says about a heading; False if it says nothing."""
        folded = fold_identifier(heading)
        if rule is None:
            return False
        if folded in rule.ignore:
            draft.leave(index, "ignored")
            return True
        targets = rule.columns.get(folded)
        if targets is None:
            return False
        draft.leave(index, "left_over")
        for target in targets:
            prefix, found, name = target.partition(".")
            if kind is not None:
                # `type.field` of another type is no field of this sheet: reported as it stands.
                prefix, name = kind, name if found and prefix == kind else target
            if self._known(rule, prefix, name, statement=kind in KEYS):
                if len(targets) > 1:
                    draft.share(index, prefix, name, "mapped")
                else:
                    draft.use(index, prefix, name, "mapped")
        return True

    def _known(self, rule: SheetRule, kind: str, name: str, statement: bool = False) -> bool:
        if kind not in (KEYS if statement else self._headings.types):
            self._wrong(rule, f"未知的事实类型 `{kind}`", f"unknown fact type `{kind}`",
                        did_you_mean(kind, self._headings.types))  # fmt: skip
            return False
        names = self._names(kind)
        if name not in names:
            self._wrong(rule, f"`{kind}` 没有 `{name}`", f"`{kind}` has no `{name}`",
                        did_you_mean(name, names))  # fmt: skip
            return False
        return True

    def _names(self, kind: str) -> list[str]:
        if kind in KEYS:
            return list(KEYS[kind])
        return [*self._vocabulary.types[kind].fields, *SPECIAL]

    def _prefixed(self, heading: str, kinds: Sequence[str]) -> tuple[str, Way] | None:
        named = self._prefixed_type(heading)
        return (named[1], named[2]) if named is not None and named[0] in kinds else None

    def _prefixed_type(self, heading: str) -> tuple[str, str, Way] | None:
        """Read a heading such as ``type.field`` in any of their names."""
        for mark in ".．:：":
            left, _, right = heading.partition(mark)
            if not right.strip():
                continue
            types, how = self._headings.type_of(left)
            if len(types) == 1:
                match = self._headings.types[types[0]].find(right) or self._headings.special(right)
                if match is not None:
                    way: Way = "exact" if how == match[1] == "exact" else "guessed"
                    return types[0], match[0], way
        return None

    def _finish(
        self, draft: Draft, kinds: Sequence[str], rule: SheetRule | None, shared: bool
    ) -> TablePlan:
        plans: list[TypePlan] = []
        lines: list[tuple[str, dict[str, int], dict[str, str | None], Any]] = []
        blocked = False
        for kind in kinds:
            columns, clash = draft.settle(kind, self.diagnostics)
            blocked |= clash
            constants: dict[str, str | None] = {}
            values: dict[str, dict[str, str]] = {}
            if rule is not None:
                constants = _of_kind(rule.constants, kind, shared)
                values = _of_kind(rule.values, kind, shared)
                constants = {k: v for k, v in constants.items() if self._known(rule, kind, k)}
                values = {k: v for k, v in values.items() if self._known(rule, kind, k)}
            own = {index for index in columns.values() if not draft.is_shared(index)}
            plans.append(TypePlan(kind, columns, own, constants, values))
            lines.append((kind, columns, constants, self._vocabulary.types[kind].fields))
        self.report.entries += draft.report(lines)
        return TablePlan(draft.header, len(draft.cells), plans, blocked=blocked)

    def _wrong(self, rule: SheetRule, zh: str, en: str, near: str | None = None) -> None:
        self.diagnostics.append(make(
            codes.MAPPING, rule.span, zh=zh, en=en,
            hint_zh=f"是否指 `{near}`？" if near else None,
            hint_en=f"did you mean `{near}`?" if near else None,
        ))  # fmt: skip


def _of_kind(given: dict[str, Any], kind: str, wide: bool) -> dict[str, Any]:
    """Return the entries of one type; in wide tables they are written ``type.field``."""
    if not wide:
        return {name.removeprefix(f"{kind}."): value for name, value in given.items()}
    prefix = f"{kind}."
    return {
        name.removeprefix(prefix): value for name, value in given.items() if name.startswith(prefix)
    }
