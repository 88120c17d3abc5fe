"""Examples in docstrings run, and public functions and classes have a docstring."""

from __future__ import annotations

import ast
import doctest
import importlib

import pytest
from sources import Module, modules

WITH_EXAMPLES = [
    pytest.param(name, id=name)
    for name, module in modules().items()
    if ">>> " in module.path.read_text(encoding="utf-8")
]
ALL = [pytest.param(module, id=name) for name, module in modules().items()]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run(name: str):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


def public(module: Module) -> list[ast.FunctionDef | ast.ClassDef]:
    """Return the public functions and classes of a module."""
    return [
        one
        for one in module.tree.body
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and not one.name.startswith("_")
    ]


@pytest.mark.parametrize("module", ALL)
def test_public_things_say_what_they_are(module: Module):
    silent = [one for one in public(module) if not ast.get_docstring(one)]
    assert [f"{module.shown}:{one.lineno} {one.name}" for one in silent] == []
