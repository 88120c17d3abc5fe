"""Which version of each fact is in force, kept up to date fact by fact.

Most facts are never corrected: of them only the id is remembered. Corrections, withdrawals and
facts with the same id form a chain, and the rules of ``stdrules.engine.versions`` are asked about
that chain alone.

Semantics: docs/semantics.md, sections 2 and 9, "Corrections".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.errors import FactsError
from stdrules.base.text import Text
from stdrules.engine.versions import NEVER, KnownFrom, Version, in_force
from stdrules.model.facts import Fact, FactLog, Withdrawal

#: What is no longer in force, and what is instead.
Turn = tuple[list[Version], list[Version]]


class Chain:
    """Facts and withdrawals that name each other, and what is in force of them."""

    __slots__ = ("diagnostics", "log", "names", "versions")

    def __init__(self) -> None:
        self.log = FactLog()
        self.names: set[str] = set()
        self.versions: list[Version] = []
        self.diagnostics: list[Diagnostic] = []


class Chains:
    """All facts of a session by id."""

    def __init__(self, known_from: KnownFrom) -> None:
        self.known_from = known_from
        self.facts: dict[str, Fact] = {}
        self.chains: dict[str, Chain] = {}

    def is_new(self, fact: Fact, others: Iterable[Fact] = ()) -> bool:
        """Tell whether a fact is not there yet.

        Args:
            fact: The fact.
            others: Further facts that count as there.

        Raises:
            FactsError: There is another first version with its id.
        """
        name = fact.id
        known = [self.facts[name]] if name in self.facts else []
        chain = self.chains.get(name)
        if chain is not None:
            known += chain.log.facts
        for other in (*known, *others):
            if other.id == name:
                if _is_same(other, fact):
                    return False
                if other.supersedes is None and fact.supersedes is None:
                    raise _clash(name)
        return True

    def add(self, fact: Fact) -> Turn | None:
        """Take a fact; None: it repeats one.

        Raises:
            FactsError: A fact with this id and other content is there already.
        """
        name = fact.id
        if fact.supersedes is None and name not in self.chains and name not in self.facts:
            self.facts[name] = fact
            return [], [self._first(fact)]
        if not self.is_new(fact):
            return None
        names = {name} if fact.supersedes is None else {name, fact.supersedes}
        chain, before = self._joined(names)
        chain.log.facts.append(fact)
        return self._turned(chain, before)

    def has_withdrawal(self, item: Withdrawal) -> bool:
        """Tell whether a withdrawal is there already."""
        chain = self.chains.get(item.withdraws)
        return chain is not None and item in chain.log.withdrawals

    def withdraw(self, item: Withdrawal) -> Turn | None:
        """Take a withdrawal; None: it repeats one."""
        if self.has_withdrawal(item):
            return None
        chain, before = self._joined({item.withdraws})
        chain.log.withdrawals.append(item)
        return self._turned(chain, before)

    def forget(self, names: set[str]) -> None:
        """Drop facts by their ids, with all that is chained to them."""
        for name in names:
            chain = self.chains.get(name)
            if chain is None:
                self.facts.pop(name, None)
            else:
                for other in chain.names:
                    del self.chains[other]

    def log(self, names: set[str]) -> FactLog:
        """Return the facts and withdrawals with some ids, and all that is chained to them."""
        found = FactLog([self.facts[name] for name in sorted(names) if name in self.facts])
        for chain in self.chained(names):
            found.facts += chain.log.facts
            found.withdrawals += chain.log.withdrawals
        return found

    def is_of(self, name: str, case: str) -> bool:
        """Tell whether a fact, with all that is chained to it, belongs to one case only."""
        chain = self.chains.get(name)
        facts = chain.log.facts if chain is not None else [self.facts[name]]
        return all(ids == (case,) for fact in facts for ids in fact.cases.values())

    def chained(self, names: set[str]) -> list[Chain]:
        """Return the chains that hold some ids, each once."""
        found = {id(chain): chain for name in sorted(names) if (chain := self.chains.get(name))}
        return list(found.values())

    def items(self) -> Iterator[Fact | Withdrawal]:
        """Yield every fact and withdrawal."""
        yield from self.facts.values()
        for chain in {id(chain): chain for chain in self.chains.values()}.values():
            yield from chain.log.facts
            yield from chain.log.withdrawals

    def diagnostics(self) -> list[Diagnostic]:
        """Return what is wrong with corrections."""
        found = {id(chain): chain for chain in self.chains.values()}
        return [one for chain in found.values() for one in chain.diagnostics]

    def _first(self, fact: Fact) -> Version:
        known = self.known_from(fact)
        return Version(fact, fact.id, None if known == NEVER else known, False)

    def _joined(self, names: set[str]) -> tuple[Chain, list[Version]]:
        """Return one chain of all that bears these names, and what was in force of it."""
        chain, before = Chain(), []
        for name in names:
            fact = self.facts.pop(name, None)
            if fact is not None:
                chain.log.facts.append(fact)
                before.append(self._first(fact))
        for other in self.chained(names):
            chain.log.facts += other.log.facts
            chain.log.withdrawals += other.log.withdrawals
            chain.names |= other.names
            before += other.versions
        chain.names |= names
        for name in chain.names:
            self.chains[name] = chain
        return chain, before

    def _turned(self, chain: Chain, before: list[Version]) -> Turn:
        chain.versions, chain.diagnostics = in_force(chain.log, None, self.known_from)
        old = {_same(version): version for version in before}
        new = {_same(version): version for version in chain.versions}
        return (
            [version for same, version in old.items() if same not in new],
            [version for same, version in new.items() if same not in old],
        )


def _same(version: Version) -> tuple[int, str, int | None, bool]:
    return id(version.fact), version.root, version.known, version.withdrawn


def _is_same(fact: Fact, other: Fact) -> bool:
    """Tell whether two facts with one id say the same; what mostly differs comes first."""
    return (
        fact.recorded == other.recorded
        and fact.at == other.at
        and fact.type == other.type
        and fact.supersedes == other.supersedes
        and fact.fields == other.fields
        and _cases(fact) == _cases(other)
    )


def _cases(fact: Fact) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((kind, tuple(sorted(ids))) for kind, ids in fact.cases.items())


def _clash(name: str) -> FactsError:
    return FactsError(
        Text(f"编号 `{name}` 已有不同内容的事实", f"there is another fact with the id `{name}`"),
        hint=Text(
            "若是更正，请在 `supersedes`（更正）中写明所更正的编号",
            "if it corrects the other, name it in `supersedes`",
        ),
    )
