"""docs/norm-kinds.md is true: its blocks make a ruleset whose cases come out as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stdrules.api.loading import load

PAGE = (Path(__file__).parents[2] / "docs" / "norm-kinds.md").read_text(encoding="utf-8")
KINDS = (
    "deadline", "recurrence", "count", "prohibition", "maintenance", "content", "order",
    "process", "scorecard",
)  # fmt: skip
FILES = {
    "stdrules": "ruleset.yaml",
    "types": "vocabulary.yaml",
    "norms": "norms/{number:02}.yaml",
    "scorecard": "scorecard.yaml",
    "cases": "cases/{number:02}.yaml",
}


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    (folder / "norms").mkdir()
    (folder / "cases").mkdir()
    (folder / "clauses.yaml").write_text("clauses: []\n", encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    for number, block in enumerate(blocks):
        name = FILES[block.split(":", 1)[0]].format(number=number)
        (folder / name).write_text(block, encoding="utf-8")
    return load(folder, cache=None)


def test_there_is_a_heading_for_every_kind():
    assert tuple(sections()) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_section_has_its_yaml_its_states_and_an_example(kind):
    text = sections()[kind]
    assert re.search(r"^(norms|scorecard):", text, re.MULTILINE)
    assert re.search(r"^(States|Outcomes)", text, re.MULTILINE)
    assert len(re.findall(r"^- case: ", text, re.MULTILINE)) >= 3


@pytest.mark.parametrize("evaluator", ["case", "reference"])
def test_the_cases_come_out_as_written(ruleset, evaluator):
    results = ruleset.test(evaluator)
    assert len(results) == PAGE.count("\n- case: ")
    assert [(r.name, [str(t) for _, t in r.wrong]) for r in results if not r.passed] == []
