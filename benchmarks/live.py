"""Live sessions beside a loop written by hand, in one run: ``python benchmarks/live.py``.

Both take the same stream of facts and move their clock to each fact's time. Before anything is
timed they must tell the same changes. Absolute times are shown for orientation only.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import live_by_hand
import live_stream
from samples import DAY_US

from stdrules.api.loading import load
from stdrules.base.time.dues import due_end
from stdrules.base.time.zones import Zone
from stdrules.engine.session.book import Book
from stdrules.model.facts import Fact
from stdrules.plan.plan import Plan

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1, 1_000, 100_000)
EVENTS = 20_000
BLOCK = 100


class Times(NamedTuple):
    """Events a second, and the 50th and 99th of 100 events in microseconds."""

    rate: float
    middle: float
    slow: float


def by_session(book: Book) -> Callable[[Fact], list[Any]]:
    """Return what posts a fact to a session, its clock moved to the fact's time."""
    step, post = book.step, book.post

    def take(fact: Fact) -> list[Any]:
        found: list[Any] = []
        at = fact.at[0]  # type: ignore[index]
        while (delta := step(at)) is not None:
            if delta.changes:
                found.append(delta)
        found.append(post(fact))
        return found

    return take


def by_hand(loop: live_by_hand.Loop) -> Callable[[Fact], list[Any]]:
    """Return what gives a fact to the loop, its clock moved to the fact's time."""

    def take(fact: Fact) -> list[Any]:
        return [loop.advance(fact.at[0]), loop.post(fact)]  # type: ignore[index]

    return take


def told(found: list[Any], zone: Zone, hand: bool) -> list[Any]:
    """Return what was told: case, key, states, due, moment and facts, sorted."""
    if hand:
        return sorted((change for part in found for change in part), key=repr)
    changes = [one for delta in found for one in delta.changes]
    rows = []
    for one in changes:
        row = one.finding
        due = None if row.due is None else due_end(row.due, zone)[1]
        met = None if row.met is None else row.met.first
        if one.before is None or one.before != one.after or len(row.facts) != 0:
            rows.append((one.case, one.key, one.before, one.after, due, met, row.facts))
    return sorted(rows, key=repr)


def verify(plan: Plan, types: Any) -> int:
    """Compare the changes told on a smaller stream; return how many there were."""
    before, after, _ = live_stream.stream(types, 50, 3_000)
    book = Book(plan, before[0].at[0] - 1)  # type: ignore[index]
    mine, hand = by_session(book), by_hand(live_by_hand.Loop())
    count = 0
    for fact in (*before, *after):
        a, b = (told(take(fact), book.around.zone, take is hand) for take in (mine, hand))
        if a != b:
            raise SystemExit(f"the loop differs at {fact.id}: {sorted(set(a) ^ set(b))}")
        count += len(a)
    return count


def prepared(plan: Plan, before: list[Fact]) -> tuple[Book, live_by_hand.Loop]:
    """Return a session and a loop that have taken what was before."""
    book = Book(plan, before[-1].at[0] if before else live_stream.START)  # type: ignore[index]
    book.load(before)
    loop = live_by_hand.Loop()
    hand = by_hand(loop)
    for fact in before:
        hand(fact)
    return book, loop


def measure(plan: Plan, types: Any, places: int, events: int) -> tuple[Times, Times]:
    """Time both on the same stream, block by block in turn."""
    before, after, ends = live_stream.stream(types, places, events)
    book, loop = prepared(plan, before)
    # Tables of the time zone are made once for every 128 days of the stream.
    for at in range(live_stream.START, after[-1].at[0] + 400 * DAY_US, 100 * DAY_US):  # type: ignore[index]
        book.around.zone.ordinal(at)
    takers = (by_session(book), by_hand(loop))
    single: list[list[int]] = [[], []]
    blocks: list[list[float]] = [[], []]
    gc.collect()
    gc.freeze()
    # Processor time: on a shared machine others must not count.
    clock = time.thread_time_ns
    for start in range(0, len(after), BLOCK):
        facts = after[start : start + BLOCK]
        # Projects that are over are put away, which is not timed.
        while ends and ends[0][0] <= facts[0].at[0]:  # type: ignore[index]
            name = ends.pop(0)[1]
            book.forget(name)
            loop.forget(name)
        # Every other block is timed as a whole, so that the clock itself is not counted.
        alone = start // BLOCK % 2
        for take, own, whole in zip(takers, single, blocks, strict=True):
            begin = clock()
            if alone:
                for fact in facts:
                    at = clock()
                    take(fact)
                    own.append(clock() - at)
            else:
                for fact in facts:
                    take(fact)
                whole.append((clock() - begin) / len(facts))
    gc.unfreeze()
    found = []
    for own, whole in zip(single, blocks, strict=True):
        own.sort()
        found.append(Times(1e9 / fmean(whole), own[len(own) // 2] / 1e3,
                           own[len(own) * 99 // 100] / 1e3))  # fmt: skip
    return found[0], found[1]


def memory(plan: Plan, types: Any, places: int) -> float:
    """Return the bytes that a session needs for each open project beyond its facts."""
    before, _, _ = live_stream.stream(types, places, 1)
    gc.collect()
    tracemalloc.start()
    base = tracemalloc.get_traced_memory()[0]
    book = Book(plan, before[-1].at[0])  # type: ignore[index]
    book.load(before)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - base
    tracemalloc.stop()
    return used / len(book.roster.cases)


def month_end(plan: Plan, types: Any, places: int) -> tuple[int, float, float, float]:
    """Return how many steps a month's end takes; their middle, 99th of 100 and slowest in us."""
    before, _, _ = live_stream.stream(types, places, 1)
    book, _ = prepared(plan, before)
    end = live_stream.moment("2024-06-01T00:00") + 1
    own = []
    while True:
        start = time.thread_time_ns()
        delta = book.step(end)
        own.append(time.thread_time_ns() - start)
        if delta is None:
            break
    own.sort()
    return len(own), own[len(own) // 2] / 1e3, own[len(own) * 99 // 100] / 1e3, own[-1] / 1e3


def main() -> int:
    """Print the table; 1 if a target is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--all-norms", action="store_true")
    parser.add_argument("--json", type=Path, help="also write the lines to a file")
    chosen = parser.parse_args()
    ruleset = load(ROOT / "rulesets" / "q_gxxz_029")
    types = ruleset.vocabulary.types
    plan = live_stream.ten_norms(ruleset.plan())
    print(f"{verify(plan, types)} changes told alike")
    missed = 0
    rates = []
    lines = []
    print(f"{'open':>8}{'events/s':>10}{'by hand':>10}{'ratio':>7}{'p99 us':>9}{'by hand':>9}"
          f"{'ratio':>7}")  # fmt: skip
    for places in chosen.sizes:
        mine, hand = measure(plan, types, places, chosen.events)
        ratio, slow = mine.rate / hand.rate, mine.slow / hand.slow
        rates.append(mine.rate)
        lines.append({"open": places, "ratio": ratio, "slow": slow, "rate": mine.rate})
        missed += (ratio < 0.4) + (slow > 4)
        print(f"{places:>8}{mine.rate:>10.0f}{hand.rate:>10.0f}{ratio:>7.2f}{mine.slow:>9.1f}"
              f"{hand.slow:>9.1f}{slow:>7.2f}")  # fmt: skip
    missed += max(rates) > 2 * min(rates)
    print(f"fastest / slowest size: {max(rates) / min(rates):.2f} (target 2)")
    size = memory(plan, types, 2_000)
    missed += size > 4096
    print(f"memory of an open project beyond its facts: {size:.0f} bytes (target 4096)")
    count, middle, slow, worst = month_end(plan, types, max(chosen.sizes))
    print(f"month's end: {count} steps, {middle:.1f} us, p99 {slow:.1f} us, slowest {worst:.1f} us")
    if chosen.all_norms:
        whole, _ = measure(ruleset.plan(), types, 1_000, chosen.events // 4)
        print(f"all norms, 1,000 open: {whole.rate:.0f} events/s, p99 {whole.slow:.1f} us")
        print(f"all norms, memory: {memory(ruleset.plan(), types, 500):.0f} bytes")
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(lines), "utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
