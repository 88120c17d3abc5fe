"""Imports go down only; siblings do not know each other; nothing goes in circles."""

from __future__ import annotations

import ast

import pytest
from sources import SOURCE, Module, imports, modules

#: From the bottom to the top; those in one group are siblings.
LAYERS = (
    {"base"},
    {"model", "feel"},
    {"plan"},
    {
        "load", "intake", "compile", "engine", "report", "check", "author", "journal", "react",
        "testing",
    },
    {"api"},
    {"spark"},
    {"cli"},
)  # fmt: skip
#: Packages that need such a library and are themselves imported only when they are used.
LATE = {"stdrules.api.large_work", "stdrules.engine.columns", "stdrules.spark"}
RANK = {name: rank for rank, group in enumerate(LAYERS) for name in group}
#: Optional libraries, which only those who use them must have.
EXTRAS = {
    "docx", "durable", "icalendar", "numpy", "pandas", "polars", "psycopg", "py4j", "pyarrow",
    "pyspark", "python_calamine", "rich", "sqlalchemy", "xlsxwriter",
}  # fmt: skip
LAYERED = [pytest.param(m, id=n) for n, m in modules().items() if m.layer]


def test_every_folder_is_a_layer():
    assert {module.layer for module in modules().values()} - {""} == set(RANK)


def upward(module: Module) -> list[str]:
    """Return the imports of a module that do not go down."""
    wrong = []
    for one in imports(module, typing=True):
        top, _, rest = one.target.partition(".")
        if top != "stdrules":
            continue
        other = rest.split(".")[0]
        if other != module.layer and RANK.get(other, len(LAYERS)) >= RANK[module.layer]:
            wrong.append(f"{module.shown}:{one.line} imports {one.target}")
    return wrong


@pytest.mark.parametrize("module", LAYERED)
def test_imports_go_down(module: Module):
    assert upward(module) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import stdrules", id="the-front"),
        pytest.param("from stdrules.cli import main", id="above"),
        pytest.param("from stdrules.report.report import Report", id="a-sibling"),
        pytest.param("def f():\n    from stdrules.api import ruleset", id="late"),
        pytest.param("if TYPE_CHECKING:\n    import stdrules.compile.order", id="for-typing"),
    ],
)
def test_a_wrong_import_is_noticed(text: str):
    module = Module("stdrules.engine.wrong", SOURCE / "wrong.py", ast.parse(text))
    assert len(upward(module)) == 1


@pytest.mark.parametrize("module", LAYERED)
def test_imports_stand_at_the_top(module: Module):
    """Late imports hide dependencies; the command line and optional libraries may be late."""
    if module.layer == "cli":
        return
    late = [
        f"{module.shown}:{one.line} imports {one.target}"
        for one in imports(module)
        if one.late and one.target.split(".")[0] not in EXTRAS and not in_late(one.target)
    ]
    assert late == []


def in_late(name: str) -> bool:
    """Tell whether a module belongs to a package that is imported late."""
    return any(name == one or name.startswith(f"{one}.") for one in LATE)


def test_extras_are_imported_only_when_they_are_used():
    early = [
        f"{module.shown}:{one.line} imports {one.target}"
        for name, module in modules().items()
        if not in_late(name)
        for one in imports(module)
        if not one.late and (one.target.split(".")[0] in EXTRAS or in_late(one.target))
    ]
    assert early == []


def test_there_are_no_circles():
    graph = {
        name: sorted({one.target for one in imports(module) if one.target in modules()} - {name})
        for name, module in modules().items()
        if module.layer
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name in done:
            return
        for other in graph.get(name, ()):
            visit(other, (*path, name))
        done.add(name)

    for name in graph:
        visit(name, ())
    assert done == set(graph)
