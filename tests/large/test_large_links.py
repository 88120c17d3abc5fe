"""Cases by links, divided and joined in parts, against the resolver of single facts."""

import csv
import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from stdrules.base.time.zones import zone
from stdrules.intake import batch_links
from stdrules.intake.batch_finish import finish
from stdrules.intake.batch_links import Store
from stdrules.intake.batch_read import Read, Reading
from stdrules.intake.batch_spool import Spool
from stdrules.intake.quarantine import Quarantine
from stdrules.intake.reader import read_facts
from stdrules.intake.schema import Schema
from stdrules.model.vocabulary import Vocabulary


def label(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


def text(word: str) -> dict[str, object]:
    return {"type": "text", "label": label(word)}


def linked(name: str, to: str, by: str, *more: str) -> dict[str, object]:
    """A type whose cases, of both kinds, are those of the records that it links to."""
    return {
        "kind": "event", "label": label(name),
        "case": {"project": {"link": to}, "round": {"link": to}},
        "fields": {one: text(one) for one in (by, *more)},
        "links": {to: {"type": to, "by": by}},
    }  # fmt: skip


VOCABULARY = Vocabulary.model_validate({"types": {
    "paper": {
        "kind": "document", "label": label("paper"),
        "case": {"project": "project_id", "round": "round_id"},
        "fields": {one: text(one) for one in ("paper_id", "project_id", "round_id")},
    },
    "review": linked("review", "paper", "paper_id", "review_id"),
    "filing": linked("filing", "review", "review_id"),
}})  # fmt: skip
KINDS = ["project", "round"]
WHERE = zone("Asia/Shanghai")


def exports(folder: Path, seed: int) -> Path:
    """Write papers, reviews and filings; ids repeat, are corrected, lead nowhere or to several."""
    rng = random.Random(seed)
    tables: dict[str, list[list[str]]] = {
        "filing": [["id", "review_id", "case"]], "paper": [["id", "paper_id", "project_id",
        "round_id", "supersedes"]], "review": [["id", "review_id", "paper_id", "supersedes"]],
    }  # fmt: skip
    for n in range(400):
        paper = f"d{rng.randrange(300)}"
        old = f"P{rng.randrange(n)}" if n and rng.random() < 0.1 else ""
        tables["paper"].append([f"P{n}", paper, rng.choice(["", f"p{rng.randrange(40)}"]),
                                rng.choice(["", f"r{rng.randrange(9)}"]), old])  # fmt: skip
    for n in range(900):
        old = f"R{rng.randrange(n)}" if n and rng.random() < 0.05 else ""
        paper = rng.choice(["", f"d{rng.randrange(330)}", f"d{rng.randrange(330)}"])
        tables["review"].append([f"R{n}", f"v{rng.randrange(800)}", paper, old])
    for n in range(500):
        case = rng.choice(["", "", "", f"p{rng.randrange(40)}"])
        tables["filing"].append([f"F{n}", f"v{rng.randrange(900)}", case])
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return folder


def spooled(data: Path, out: Path, parts: int, room: int) -> tuple[Read, bytes, Counter[object]]:
    """Read exports into a spool; return also the set-aside rows, and facts with their cases."""
    spool = Spool(out / "spool", parts, room)
    quarantine = Quarantine(out / "quarantine.csv")
    reading = Reading(Schema(VOCABULARY, KINDS, WHERE), None, spool, quarantine)
    reading.read([data])
    read = finish(reading)
    assert not (spool.folder / "links").exists()
    tangled = pl.Series("id", read.tangled, pl.UInt64).implode()
    facts: Counter[object] = Counter()
    for part in (None, *range(parts)):
        for case_type, kind, paths in spool.tables(part):
            for path in paths:
                frame = pl.read_ipc(path).filter(~pl.col("id").hash().is_in(tangled))
                for row in frame.iter_rows(named=True):
                    facts[kind, row["id"], case_type, row.get("case")] += 1
    for fact in read.log.facts:
        for case_type, ids in fact.cases.items():
            facts.update((fact.type, fact.id, case_type, one) for one in ids)
    return read, (out / "quarantine.csv").read_bytes(), facts


@pytest.mark.parametrize("seed", range(2))
def test_links_in_parts_are_what_the_resolver_finds(seed: int, tmp_path: Path, monkeypatch):
    data = exports(tmp_path / "data", seed)
    whole = read_facts([data], VOCABULARY, KINDS, WHERE)
    told = Counter(
        (fact.type, fact.id, case_type, one)
        for fact in whole.log.facts for case_type, ids in fact.cases.items() for one in ids
    )  # fmt: skip
    assert len(whole.log.facts) > 500 and whole.counts.total_rejected > 100
    aside = set()
    for number, (parts, room, stretch) in enumerate([(1, 1 << 26, 1 << 17), (20, 1 << 26, 1),
                                                     (60, 8_000, 1)]):  # fmt: skip
        monkeypatch.setattr(batch_links, "STRETCH", stretch)
        out = tmp_path / str(number)
        read, quarantine, facts = spooled(data, out, parts, room)
        assert facts == told
        assert dict(+read.facts) == whole.counts.facts
        aside.add(quarantine)
    assert len(aside) == 1  # the same rows in the same order


def test_a_store_gives_back_parts_in_their_order(tmp_path: Path):
    store = Store(tmp_path / "store", 1_000)
    for start in range(0, 1_000, 50):
        rows = range(start, start + 50)
        frame = pl.DataFrame({"n": rows, "part": [n % 3 for n in rows]})
        store.add("a" if start % 100 else "b", frame)
    assert store.read("a", 2)["n"].to_list() == [n for n in range(1_000)
                                                 if n % 3 == 2 and n % 100 >= 50]  # fmt: skip
    assert store.read("a", 3) is None and store.read("c", 0) is None
    store.drop("a")
    assert store.read("a", 2) is None
    assert store.read("b", 0).height == 167 and any(store.folder.iterdir())
    store.close()
    assert not store.folder.exists()
