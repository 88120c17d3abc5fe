"""Equal input gives equal bytes: whatever the hash seed, the zone of the machine, the order."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest
from journey import EXAMPLES, stdrules

import stdrules as library
from stdrules.api import store
from stdrules.load.cache import Cache

#: The seeds of the promise, in every run.
SEEDS = range(10)
ZONES = ("UTC", "America/St_Johns", "Pacific/Kiritimati")
ORDERS = 20
AUDITS = [("q_gxxz_029", "2024-12-31"), ("shenzhen_mz", "2022-12-31")]


@pytest.mark.parametrize(("name", "as_of"), AUDITS)
def test_seeds_and_zones_leave_no_trace(name: str, as_of: str, tmp_path: Path):
    books = sorted((EXAMPLES / name).glob("*.xlsx"))
    common = ("audit", name, *books, "--as-of", as_of, "--format", "json")
    pairs = itertools.zip_longest(map(str, SEEDS), ZONES, fillvalue="UTC")
    found = {stdrules(*common, PYTHONHASHSEED=seed, TZ=where).stdout for seed, where in pairs}
    assert len(found) == 1
    assert len(found.pop()) > 10_000


def test_the_cache_leaves_no_trace(tmp_path: Path):
    facts = EXAMPLES / "q_gxxz_029" / "facts.jsonl"
    common = ("eval", "q_gxxz_029", "--facts", facts, "--as-of", "2024-12-31")
    cold = stdrules(*common, STDRULES_CACHE=str(tmp_path)).stdout
    assert any(tmp_path.iterdir())
    warm = stdrules(*common, STDRULES_CACHE=str(tmp_path)).stdout
    for entry in tmp_path.iterdir():
        entry.write_bytes(b"broken" + entry.read_bytes()[6:])
    broken = stdrules(*common, STDRULES_CACHE=str(tmp_path)).stdout
    assert cold == warm == broken == stdrules(*common, STDRULES_CACHE="off").stdout


def test_the_cache_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "MAX_ENTRIES", 4)
    cache = Cache(tmp_path)
    for number in range(12):
        store.keep(cache, f"k{number}", number)
        assert len(list(tmp_path.iterdir())) <= 5
    assert store.fetch(cache, "k11", int) == 11


@pytest.mark.parametrize("evaluator", ["case", "reference"])
def test_the_order_of_facts_leaves_no_trace(evaluator: str):
    text = (EXAMPLES / "q_gxxz_029" / "facts.jsonl").read_text(encoding="utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    records.append({"waiver": "w-more", "norm": "4.1-plan-48h", "case": "P1", "by": "x",
                    "reason": "y", "from": "2023-03-01", "to": "2023-04-01"})  # fmt: skip
    rules = library.load("q_gxxz_029")
    shuffle = random.Random(29)
    found = set()
    for _ in range(ORDERS):
        # Some facts come twice: a repeat changes nothing either.
        some = records + shuffle.sample(records[:-1], 3)
        shuffle.shuffle(some)
        found.add(rules.evaluate(some, "2024-12-31", evaluator=evaluator).to_json())
    assert len(found) == 1
