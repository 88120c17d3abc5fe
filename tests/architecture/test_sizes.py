"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast

import pytest
from sources import Module, functions, modules

MAX_FILE = 400
MAX_FUNCTION = 60
ALL = [pytest.param(module, id=name) for name, module in modules().items()]


@pytest.mark.parametrize("module", ALL)
def test_files_are_short(module: Module):
    lines = len(module.path.read_text(encoding="utf-8").splitlines())
    assert lines < MAX_FILE, f"{module.shown} has {lines} lines"


@pytest.mark.parametrize("module", ALL)
def test_functions_are_short(module: Module):
    long = [
        f"{module.shown}:{one.lineno} {one.name} has {size} lines"
        for one in functions(module)
        if (size := (one.end_lineno or one.lineno) - one.lineno + 1) >= MAX_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("module", ALL)
def test_every_module_says_what_it_is(module: Module):
    assert ast.get_docstring(module.tree), f"{module.shown} has no docstring"
