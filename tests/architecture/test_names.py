"""One name everywhere: norm kinds, packages of the distribution, names of the front."""

from __future__ import annotations

import re
import tomllib

from sources import ROOT, SOURCE

import stdrules
from stdrules.model.norms import NORM_KINDS

KINDS = set(NORM_KINDS)


def _stems(folder: str, pattern: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob(pattern)} & KINDS


def test_every_kind_has_its_model_its_lowering_its_conformance_table_and_its_page():
    headings = re.findall(r"^#+ +`?(\w+)`?", _text("docs/norm-kinds.md"), re.MULTILINE)
    assert _stems("src/stdrules/model/norms", "*.py") == KINDS
    assert _stems("src/stdrules/compile/lower", "*.py") == KINDS
    assert _stems("tests/conformance/norms", "*.yaml") == KINDS
    assert set(headings) & KINDS == KINDS


def test_no_lowering_without_a_kind():
    lowered = {path.stem for path in (SOURCE / "stdrules/compile/lower").glob("*.py")}
    assert lowered - KINDS == {"__init__", "common", "scorecard"}


def test_the_distribution_names_every_package():
    folders = {
        ".".join(path.parent.relative_to(SOURCE).parts)
        for path in (SOURCE / "stdrules").rglob("__init__.py")
    }
    listed = tomllib.loads(_text("pyproject.toml"))["tool"]["setuptools"]["packages"]
    assert listed == sorted(listed)
    assert set(listed) == folders | {"stdrules_rulesets"}


def test_rulesets_are_data():
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rulesets").rglob("*.py")}
    assert code == {"rulesets/__init__.py"}


def test_the_front_offers_what_it_lists():
    for name in stdrules.__all__:
        assert getattr(stdrules, name) is not None
    assert set(stdrules.__all__) <= set(dir(stdrules))


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
