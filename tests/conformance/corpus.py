"""The conformance corpus: tables of cases, read with the reader of rulesets."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from stdrules.base.time.zones import zone
from stdrules.compile.compiler import compile_or_raise, expressions_of
from stdrules.engine import case, columns, reference
from stdrules.intake.python_facts import PythonFacts
from stdrules.load.files import RawRuleset, read_folder
from stdrules.load.ruleset import Ruleset, read_ruleset
from stdrules.load.yaml_events import parse_bytes
from stdrules.model.cases import TestCase
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation
from stdrules.testing.cases import DEFAULT_CASE, ID_PREFIX, Question, question_of

HERE = Path(__file__).parent
SHARED = ("ruleset.yaml", "vocabulary.yaml", "clauses.yaml")
EVALUATORS: dict[str, Callable[..., Evaluation]] = {
    "reference": reference.evaluate,
    "case": case.evaluate,
    "columns": columns.evaluate,
}


class World(NamedTuple):
    """A named group of cases on some files of one ruleset."""

    file: str
    name: str
    ruleset: str
    parts: tuple[str, ...]
    cases: tuple[TestCase, ...]


def read_worlds(path: Path) -> tuple[World, ...]:
    """Read one table."""
    name = path.relative_to(HERE).as_posix()
    tree, findings = parse_bytes(path.read_bytes(), name)
    assert tree is not None and not findings, [str(finding) for finding in findings]
    return tuple(
        World(
            name, one["world"], one["ruleset"], tuple(one["parts"]),
            tuple(TestCase.model_validate(row) for row in one["cases"]),
        )
        for one in tree.data["worlds"]
    )  # fmt: skip


@cache
def all_worlds() -> tuple[World, ...]:
    """Read all tables."""
    paths = sorted([*HERE.glob("*.yaml"), *HERE.glob("norms/*.yaml")])
    return tuple(world for path in paths for world in read_worlds(path))


@cache
def ruleset(folder: str, parts: tuple[str, ...]) -> Ruleset:
    """Load only the named parts of a ruleset, so that one kind never disturbs another."""
    raw = read_folder(HERE / "rulesets" / folder)
    wanted = {*SHARED, *(f"norms/{part}.yaml" for part in parts), *(f"{p}.yaml" for p in parts)}
    chosen = {name: data for name, data in raw.files.items() if name in wanted}
    loaded, findings = read_ruleset(RawRuleset(raw.name, chosen))
    assert loaded is not None, [finding.render() for finding in findings]
    return loaded


@cache
def _memo(folder: str, parts: tuple[str, ...]):
    return expressions_of(ruleset(folder, parts))


@cache
def _plan(folder: str, parts: tuple[str, ...], readings: tuple, parameters: tuple) -> Plan:
    source = ruleset(folder, parts)
    return compile_or_raise(source, dict(readings), dict(parameters), _memo(folder, parts))


def plan_of(world: World, test: TestCase) -> Plan:
    """Compile the ruleset of a world under the choices of a case."""
    chosen = (tuple(sorted(given.items())) for given in (test.readings, test.parameters))
    return _plan(world.ruleset, world.parts, *chosen)


@cache
def reader(folder: str, parts: tuple[str, ...]) -> PythonFacts:
    """Return the reader of facts of a ruleset."""
    source = ruleset(folder, parts)
    kinds = [source.header.case.type, *(other.type for other in source.header.other_cases)]
    return PythonFacts(source.vocabulary, kinds, source.header.timezone)


def question(world: World, test: TestCase) -> Question:
    """Return what a case asks."""
    read = partial(
        reader(world.ruleset, world.parts).read, default_case=DEFAULT_CASE, id_prefix=ID_PREFIX
    )
    where = zone(ruleset(world.ruleset, world.parts).header.timezone)
    return question_of(test, read, where)
