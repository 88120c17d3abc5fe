"""Types of one name in several shipped rulesets are shared, or known to be different things."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from stdrules.load.ruleset import load_ruleset
from stdrules.load.yaml_events import parse_bytes

ROOT = Path(__file__).parents[2] / "rulesets"
IDS = sorted(path.parent.name for path in ROOT.glob("*/ruleset.yaml"))
STATIONS = ("db4201_629", "suzhou_464")
#: Docs: ADR 0007.
APART = {
    ("db4201_629", "shenzhen_mz"): {"rectification"},
    ("db4201_629", "jghq_bzh"): {"person", "policy_document", "document"},
    ("jghq_bzh", "suzhou_464"): {"person", "policy_document"},
    ("q_gxxz_029", "shenzhen_mz"): {"meeting_held", "training_held"},
    ("jghq_bzh", "shenzhen_mz"): {"publication", "implementation_record", "inspection"},
}


def tree(path):
    return parse_bytes(path.read_bytes(), path.name)[0].data


def shared_types(ruleset):
    names = tree(ROOT / ruleset / "vocabulary.yaml").get("use") or ()
    files = {name: tree(ROOT / "_vocabularies" / f"{name}.yaml") for name in names}
    return {(name, kind) for name, file in files.items() for kind in file["types"]}


@pytest.mark.parametrize("pair", list(combinations(IDS, 2)), ids="-".join)
def test_one_name_is_one_type_or_known_to_be_two(pair):
    first, second = (set(load_ruleset(ROOT / one).vocabulary.types) for one in pair)
    shared = {kind for _name, kind in shared_types(pair[0]) & shared_types(pair[1])}
    apart = APART.get(tuple(sorted(pair)), set())
    assert (first & second) - {"judgement"} == shared | apart
    assert not shared & apart


@pytest.mark.parametrize("ruleset", STATIONS)
def test_both_stations_read_the_headings_and_values_of_either(ruleset):
    types = load_ruleset(ROOT / ruleset).vocabulary.types
    number = types["visit"].fields["station_id"]
    words = {number.label.zh, *number.aliases}
    assert {"服务站编号", "工作站编号", "站点编号"} <= words
    other = load_ruleset(ROOT / next(s for s in STATIONS if s != ruleset)).vocabulary.types
    for name in ("category", "item"):
        mine, theirs = (t["request"].fields[name].values for t in (types, other))
        assert mine.keys() == theirs.keys()
        for value, printed in theirs.items():
            assert {printed.zh, printed.en} <= {
                mine[value].zh, mine[value].en, *mine[value].aliases
            }  # fmt: skip


def test_every_shared_vocabulary_is_used():
    used = {name for one in IDS for name, _kind in shared_types(one)}
    assert used == {path.stem for path in (ROOT / "_vocabularies").glob("*.yaml")}
