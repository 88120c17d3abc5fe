"""A verdict never depends on the clock, the locale, the environment, chance or binary fractions."""

from __future__ import annotations

import ast

import pytest
from sources import Module, imports, modules

#: The layers in which results are made. Above them the caller's environment may be asked.
PURE = (
    "base", "model", "feel", "plan", "load", "intake", "compile", "engine", "report", "check",
    "author",
)  # fmt: skip
FORBIDDEN_MODULES = {"random", "secrets", "uuid", "locale", "socket", "getpass"}
FORBIDDEN_NAMES = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "monotonic"),
    ("os", "environ"), ("os", "getenv"), ("os", "environb"), ("os", "urandom"),
}  # fmt: skip
SCORING = ("plan", "compile", "engine")
MODULES = [pytest.param(m, id=n) for n, m in modules().items() if m.layer in PURE]
EXACT = [pytest.param(m, id=n) for n, m in modules().items() if m.layer in SCORING]


@pytest.mark.parametrize("module", MODULES)
def test_nothing_outside_is_asked(module: Module):
    wrong = [
        f"{module.shown}:{one.line} imports {one.target}"
        for one in imports(module)
        if one.target.split(".")[0] in FORBIDDEN_MODULES
    ]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if (name, node.attr) in FORBIDDEN_NAMES:
                wrong.append(f"{module.shown}:{node.lineno} uses {name}.{node.attr}")
    assert wrong == []


@pytest.mark.parametrize("module", EXACT)
def test_scores_are_never_binary_fractions(module: Module):
    wrong = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            wrong.append(f"{module.shown}:{node.lineno} has the float {node.value}")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "float"
        ):
            wrong.append(f"{module.shown}:{node.lineno} makes a float")
    assert wrong == []


@pytest.mark.parametrize("module", MODULES)
def test_no_code_runs_from_data(module: Module):
    """Rulesets and facts are data: nothing evaluates, unpickles or imports what they name.

    Expressions are compiled from syntax trees made by the library's own parser.
    """
    allowed = {"stdrules.feel.compile"}
    calls = [
        f"{module.shown}:{node.lineno} calls {node.func.id}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "__import__")
    ]
    assert module.name in allowed or calls == []
