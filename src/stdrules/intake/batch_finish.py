"""After all is read: cases by links, repeats, contradictions and corrections; then the spool is
complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stdrules.base.diagnostics import sorted_diagnostics
from stdrules.intake.batch_read import Read, Reading
from stdrules.intake.batch_spool import EVERYWHERE
from stdrules.intake.merge import dangling, merge
from stdrules.intake.rows import Pending
from stdrules.model.facts import FactLog
from stdrules.model.vocabulary import JUDGEMENT

if TYPE_CHECKING:
    import numpy as np


def finish(reading: Reading) -> Read:
    """Complete a spool, and return what became of the sources."""
    levels = reading.shape.levels
    for kind in sorted(reading.raw, key=lambda name: (levels[name], name)):
        for frame in reading.links.joined(kind, reading.raw.pop(kind), reading.replaced):
            reading.place(kind, frame)
    reading.links.close()
    reading.spool.flush()
    found, log = reading.found, reading.collector.drain()[1]
    _merge(reading, log)
    found.diagnostics += [*dangling_of(reading, log), *reading.warnings()]
    found.log = FactLog(
        found.log.facts, log.withdrawals, log.waivers, log.suspensions, log.completes
    )
    found.diagnostics = list(sorted_diagnostics(found.diagnostics))
    reading.quarantine.close()
    return found


def _merge(reading: Reading, log: FactLog) -> None:
    """Take the facts out that must be seen together, and decide which of them stand."""
    import numpy as np
    import polars as pl

    named = reading.corrections | {one.withdraws for one in log.withdrawals}
    hashes = pl.Series("id", sorted(named), pl.String).hash().to_numpy()
    tangled = np.unique(np.concatenate([reading.spool.repeated(), hashes.astype(np.uint64)]))
    found = reading.found
    found.tangled = tangled
    pool = list(reading.judgements)
    own: dict[str, int] = {JUDGEMENT: len(pool)}
    if tangled.size:
        for item in _taken_out(reading, tangled):
            pool.append(item)
            own[item.fact.type] = own.get(item.fact.type, 0) + 1
    kept, aside = merge(pool)
    for item in pool:
        if id(item) in aside:
            reading.set_aside((item, aside[id(item)]))
    standing = {id(item) for item in kept}
    for item in pool:
        if id(item) not in standing:
            reading.forget(item.fact)
    found.repeated = len(pool) - len(kept) - len(aside)
    for kind, count in own.items():
        found.facts[kind] += sum(item.fact.type == kind for item in kept) - count
    found.facts += type(found.facts)()  # without those that are none
    found.log.facts = [item.fact for item in kept]


def _taken_out(reading: Reading, tangled: np.ndarray[Any, Any]) -> Iterator[Pending]:
    """Yield the facts with certain ids; each once, with all its cases."""
    import polars as pl

    ids = pl.Series("id", tangled, pl.UInt64).implode()
    items: dict[tuple[str, int, int, str], Pending] = {}
    cases: dict[tuple[str, int, int, str], dict[str, list[str]]] = {}
    for case_type, kind, path in _files(reading):
        frame = pl.scan_ipc(path).filter(pl.col("id").hash().is_in(ids)).collect()
        for row in frame.iter_rows(named=True):
            key = (kind, row["src"], row["row"], row["id"])
            if key not in items:
                items[key] = reading.shape.pending(kind, row, reading.origins)
            if case_type != EVERYWHERE:
                cases.setdefault(key, {}).setdefault(case_type, []).append(row["case"])
    for key in sorted(items):
        item = items[key]
        item.fact.cases = {one: tuple(ids) for one, ids in cases.get(key, {}).items()}
        yield item


def _files(reading: Reading) -> Iterator[tuple[str, str, Path]]:
    for part in (None, *range(reading.spool.parts)):
        for case_type, kind, paths in reading.spool.tables(part):
            for path in paths:
                yield case_type, kind, path


def dangling_of(reading: Reading, log: FactLog) -> list[Any]:
    """Warn of corrections and withdrawals whose facts are not there."""
    facts = reading.found.log.facts
    return dangling(FactLog(list(facts), log.withdrawals), {})
