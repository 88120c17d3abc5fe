"""Figures in the pages are those of the ledgers and of the engine."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import stdrules
from docs.console import ROOT
from stdrules.plan.results import STATES

STATUSES = ("encoded", "assisted", "not_evaluable", "informative")
_ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.M)


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_table_of_rulesets_has_the_sums_of_their_ledgers(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = {row[0]: tuple(map(int, row[1:])) for row in _ROW.findall(text)}
    assert set(rows) == {edition.id for edition in stdrules.list_rulesets().editions}
    for name, (total, *shown) in rows.items():
        clauses = stdrules.load(name, cache=None).ledger.clauses
        counted = Counter(entry.status for entry in clauses)
        assert (total, shown) == (len(clauses), [counted[status] for status in STATUSES]), name


def test_the_number_of_states_is_told_right():
    assert len(STATES) == 15
    assert "one of fifteen" in (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
