"""The examples in docstrings and in docs/mapping.md are true."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import yaml

import stdrules.intake
from stdrules.intake import headings
from stdrules.intake.mapping_file import read_mapping

MODULES = sorted(m.name for m in pkgutil.iter_modules(stdrules.intake.__path__))
PAGE = Path(__file__).parents[3] / "docs" / "mapping.md"


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    result = doctest.testmod(importlib.import_module(f"stdrules.intake.{name}"))
    assert result.failed == 0


def test_the_mapping_of_the_page_can_be_read():
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    rules = read_mapping(yaml.load(block, Loader=yaml.BaseLoader)).rules
    assert {name: rule.type for name, rule in rules.items()} == {
        "sheet1": "document_completed",
        "总表": None,
    }
    assert rules["总表"].columns["项目"] == (
        "project_task_received.project_id",
        "document_completed.project_id",
    )


def test_the_page_names_every_special_column_and_its_headings():
    page = PAGE.read_text(encoding="utf-8")
    for name, words in headings.SPECIAL.items():
        assert f"| `{name}` |" in page
        assert [w for w in words if w.isalpha() and not w.isascii() and w not in page] == []
