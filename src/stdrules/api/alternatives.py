"""Which plans differ from a given one by a reading or a parameter, and in which norms.

Only the norms that ask a choice are compiled again, with those they are linked to by outcomes and
repairs; all others are taken over as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from stdrules.base.errors import RulesetError
from stdrules.compile.compiler import compile_or_raise, expressions_of
from stdrules.compile.expressions import Expressions
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.plan.plan import Plan, PlanNorm
from stdrules.plan.steps import PerOutcome


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan under other choices, and what of it must be judged again.

    Attributes:
        plan: The whole plan; of a pair with what only one choice concerns left as it was.
        part: The same with only the norms and scorecards that differ, and the norms linked to
            them.
        parameters: Whether the values that expressions see differ.
    """

    plan: Plan
    part: Plan
    parameters: bool

    @property
    def norms(self) -> tuple[str, ...]:
        """The ids of the norms to judge again, sorted."""
        return tuple(sorted({norm.id for norm in self.part.norms}))


@dataclass(slots=True)
class Alternatives:
    """Compiles a ruleset under choices near those of a base plan.

    Args:
        source: The ruleset.
        base: Its plan under the choices taken.
    """

    source: LoadedRuleset
    base: Plan
    _memo: Expressions = field(init=False)
    _groups: dict[str, frozenset[str]] = field(init=False)
    _parts: dict[str, tuple[PlanNorm, ...]] = field(init=False)
    _asks: dict[str, frozenset[str]] = field(init=False)
    _card: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._memo = expressions_of(self.source)
        self._parts = _by_id(self.base.norms)
        self._groups = _linked(self.base)
        trees = self.source.norm_trees
        self._asks = {tree.id: _names(tree.switches) for tree in trees}
        for norm in self.base.norms:
            self._asks[norm.id] |= {f"parameter {name}" for name in norm.parameters}
        card = self.source.scorecard_tree
        self._card = frozenset() if card is None else _names(card.switches)
        for one in self.base.scorecards:
            self._card |= {f"parameter {name}" for name in one.parameters}

    def meet(self, *names: str) -> frozenset[str]:
        """Return the norms whose group asks all of some readings.

        Args:
            names: Readings; a parameter is named ``parameter NAME``.
        """
        wanted = set(names)
        found: set[str] = set()
        for group in set(self._groups.values()):
            if wanted <= set().union(*(self._asks[norm] for norm in group)):
                found |= group
        return frozenset(found)

    def in_scorecard(self, *names: str) -> bool:
        """Tell whether the scorecard asks all of some readings; named as in `meet`."""
        return set(names) <= self._card and bool(self.base.scorecards)

    def under(
        self, readings: Mapping[str, str], parameters: Mapping[str, Any]
    ) -> Alternative | None:
        """Return the plan under choices that differ from the base plan.

        Of several choices only what all of them concern is compiled: elsewhere each does what it
        does alone.

        Args:
            readings: Those that differ.
            parameters: Those that differ.

        Returns:
            The plan, or None if the ruleset cannot be used under these choices together.

        Raises:
            UsageError: A name or a value is not one of those declared.
        """
        names = [*readings, *(f"parameter {name}" for name in parameters)]
        norms, card = self.meet(*names), self.in_scorecard(*names)
        chosen = {**self.base.readings, **readings}
        given = {**self.base.parameters, **parameters}
        self.source.choose(chosen, given)
        try:
            plan = self._compile(norms, card, chosen, given)
        except RulesetError:
            return None
        return self._compare(plan)

    def _compile(
        self, norms: frozenset[str], card: bool, readings: Mapping[str, str],
        parameters: Mapping[str, Any],
    ) -> Plan:  # fmt: skip
        """Compile some norms and put them into the base plan."""
        try:
            few = _only(self.source, norms, card)
            fresh = compile_or_raise(few, readings, parameters, self._memo)
        except RulesetError:
            # A norm may name one outside its group under these choices.
            return compile_or_raise(self.source, readings, parameters, self._memo)
        made = _by_id(fresh.norms)
        order = [norm.id for norm in fresh.norms]
        kept = [norm for norm in self.base.norms if norm.id not in norms]
        # Norms stand after those whose outcomes they wait for: the fresh ones keep their order.
        return replace(
            fresh,
            norms=(*kept, *(norm for name in dict.fromkeys(order) for norm in made[name])),
            scorecards=fresh.scorecards if card else self.base.scorecards,
        )

    def _compare(self, plan: Plan) -> Alternative:
        """Find the norms that differ, with the groups that they belong to."""
        parts = _by_id(plan.norms)
        values = plan.parameter_values != self.base.parameter_values
        changed = {
            name for name, value in plan.parameters.items() if value != self.base.parameters[name]
        }
        touched = {
            name
            for name, norms in parts.items()
            if norms != self._parts.get(name)
            or any(changed & set(norm.parameters) for norm in norms)
        }
        groups = _linked(plan)
        for name in list(touched):
            touched |= groups[name] | self._groups.get(name, frozenset())
        cards = tuple(
            card
            for card, old in zip(plan.scorecards, self.base.scorecards, strict=True)
            if card != old or changed & set(card.parameters)
        )
        norms = tuple(norm for norm in plan.norms if norm.id in touched)
        return Alternative(plan, replace(plan, norms=norms, scorecards=cards), values)


def _only(source: LoadedRuleset, norms: frozenset[str], card: bool) -> LoadedRuleset:
    """Return a ruleset that holds some of its norms only, and the scorecard if asked for."""
    kept = [
        (tree, norm)
        for tree, norm in zip(source.norm_trees, source._norms, strict=True)
        if tree.id in norms
    ]
    return replace(
        source,
        norm_trees=tuple(tree for tree, _ in kept),
        scorecard_tree=source.scorecard_tree if card else None,
        _norms=tuple(norm for _, norm in kept),
    )


def _names(switches: Iterable[Any]) -> frozenset[str]:
    return frozenset(
        switch.reading if switch.reading is not None else f"parameter {switch.parameter}"
        for switch in switches
    )


def _by_id(norms: Iterable[PlanNorm]) -> dict[str, tuple[PlanNorm, ...]]:
    found: dict[str, tuple[PlanNorm, ...]] = {}
    for norm in norms:
        found[norm.id] = (*found.get(norm.id, ()), norm)
    return found


def _linked(plan: Plan) -> dict[str, frozenset[str]]:
    """Return for each norm the norms it is linked to, itself included, however far."""
    group = {norm.id: {norm.id} for norm in plan.norms}
    for norm in plan.norms:
        others = {norm.repairs, norm.arise.norm if isinstance(norm.arise, PerOutcome) else None}
        for other in others - {None}:
            one, two = group[norm.id], group[str(other)]
            if one is not two:
                one |= two
                for name in two:
                    group[name] = one
    made: dict[int, frozenset[str]] = {}
    return {
        name: made.setdefault(id(names), frozenset(names)) for name, names in group.items()
    }
