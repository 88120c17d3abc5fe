"""Sessions beside rule engines of others, in one run: ``python benchmarks/live_peers.py``.

The smallest part of the stream of ``live.py``: four norms that wait for one act each. Neither
peer (durable_rules, CLIPS through clipspy) has timers on a clock that the caller moves, so a small
program beside them keeps a heap of dues and tells the rules what has come; it also makes the keys.
The rules keep the state of every obligation and tell each change. They know neither corrections
nor facts that come late. Before anything is timed all must tell the same changes, fact by fact.

A peer that is not installed is left out. Absolute times are shown for orientation only.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from heapq import heappop, heappush
from pathlib import Path
from statistics import median
from typing import Any

import live_stream
from live_by_hand import HOUR, end_of

from stdrules.api.loading import load
from stdrules.base.errors import MissingExtraError
from stdrules.base.time.zones import microseconds
from stdrules.engine.session.book import Book
from stdrules.model.facts import Fact
from stdrules.plan.plan import Plan
from stdrules.react.host import Lanes

ROOT = Path(__file__).resolve().parents[1]
NORMS = ("4.1-plan-48h", "4.4-report-24h", "5.4-measures-15d", "6.e-revise-7d")
#: Case, key, state before and after.
Told = list[tuple[str, str, str | None, str]]
DOCUMENTS = {"schedule": "4.1-plan-48h", "management_measures": "5.4-measures-15d"}
ACTS = {"guidance_result_reported": ("4.4-report-24h", "guidance_id"),
        "comments_resolved": ("6.e-revise-7d", "comment_batch_id")}  # fmt: skip


class Beside:
    """What stands beside a rule engine: it makes keys, and tells the rules what has come."""

    def __init__(self) -> None:
        self.told: Told = []
        self._heap: list[tuple[int, int, str, str, str]] = []
        self._number = 0

    def say(self, kind: str, key: str, case: str) -> None:
        """Tell the rules: `open`, `soon`, `due` or `act`."""
        raise NotImplementedError

    def take(self, fact: Fact) -> Told:
        """Move the clock to a fact's time and take the fact; return the changes."""
        at = fact.at[0]  # type: ignore[index]
        self.told = []
        heap = self._heap
        while heap and heap[0][0] <= at:
            _, _, kind, key, case = heappop(heap)
            self.say(kind, key, case)
        case, kind, fields = fact.cases["project"][0], fact.type, fact.fields
        if kind == "project_task_received":
            due = at + 48 * HOUR
            self._owe("4.1-plan-48h", fact.id, case, due + 1, due - 12 * HOUR)
            self._owe("5.4-measures-15d", fact.id, case, end_of(at, 15))
        elif kind == "site_guidance_held":
            ended = microseconds(fields["ended_at"])  # type: ignore[arg-type]
            self._owe("4.4-report-24h", fields["guidance_id"], case, ended + 24 * HOUR + 1)
        elif kind == "owner_comments_returned":
            self._owe("6.e-revise-7d", fields["comment_batch_id"], case, end_of(at, 7))
        elif kind == "document_completed":
            norm = DOCUMENTS.get(str(fields["document_type"]))
            if norm is not None:
                self.say("act", f"{norm}/{case}:t", case)
        elif kind in ACTS:
            norm, field = ACTS[kind]
            self.say("act", f"{norm}/{fields[field]}", case)
        return self.told

    def _owe(self, norm: str, name: object, case: str, due: int, soon: int = 0) -> None:
        key = f"{norm}/{name}"
        self.say("open", key, case)
        for at, kind in ((soon, "soon"), (due, "due")):
            if at:
                self._number += 1
                heappush(self._heap, (at, self._number, kind, key, case))


#: State before, what comes, state after.
STEPS = (
    ("pending", "soon", "due_soon"), ("pending", "due", "overdue"), ("due_soon", "due", "overdue"),
    ("pending", "act", "fulfilled"), ("due_soon", "act", "fulfilled"),
    ("overdue", "act", "fulfilled_late"),
)  # fmt: skip


class ByDurable(Beside):
    """A statechart of durable_rules, guarded as in ``stdrules.react``: a lane an obligation."""

    def __init__(self) -> None:
        super().__init__()
        from durable.lang import m, state, statechart, to, when_all

        def step(before: str | None, after: str) -> Callable[[Any], None]:
            return lambda c: self.told.append((c.m.case, c.m.key, before, after))

        def define(name: str) -> None:
            with statechart(name):
                with state("new"):
                    to("pending")(when_all(m.kind == "open")(step(None, "pending")))
                for before in ("pending", "due_soon", "overdue"):
                    with state(before):
                        for own, kind, after in STEPS:
                            if own == before:
                                to(after)(when_all(m.kind == kind)(step(before, after)))
                state("fulfilled")
                state("fulfilled_late")

        self._lanes = Lanes(define)

    def say(self, kind: str, key: str, case: str) -> None:
        told = len(self.told)
        self._lanes.post(key, {"kind": kind, "key": key, "case": case})
        if kind == "act" or len(self.told) == told:
            self._lanes.close(key)


class ByClips(Beside):
    """Rules of CLIPS: a fact an obligation, a fact a message."""

    def __init__(self) -> None:
        super().__init__()
        import clips

        self._rules = env = clips.Environment()
        env.define_function(self._told, "told")
        env.build("(deftemplate duty (slot key) (slot case) (slot state))")
        env.build("(deftemplate message (slot kind) (slot key) (slot case))")
        env.build("""
            (defrule open ?m <- (message (kind open) (key ?k) (case ?c)) =>
              (retract ?m) (assert (duty (key ?k) (case ?c) (state pending)))
              (told ?c ?k none pending))""")
        for before, kind, after in STEPS:
            then = "(retract ?d)" if kind == "act" else f"(modify ?d (state {after}))"
            env.build(f"""
                (defrule {before}-{kind} ?m <- (message (kind {kind}) (key ?k) (case ?c))
                  ?d <- (duty (key ?k) (state {before})) =>
                  (retract ?m) {then} (told ?c ?k {before} {after}))""")
        env.build("""
            (defrule of-no-use (declare (salience -10)) ?m <- (message) => (retract ?m))""")
        # What runs inside a function of CLIPS leaves no garbage behind; asserted and run from
        # outside, each fact makes the next slower.
        env.build("""
            (deffunction say (?kind ?key ?case)
              (assert (message (kind (sym-cat ?kind)) (key ?key) (case ?case))) (run))""")
        self._say = env.find_function("say")

    def _told(self, case: str, key: str, before: str, after: str) -> None:
        self.told.append((case, key, None if before == "none" else str(before), str(after)))

    def say(self, kind: str, key: str, case: str) -> None:
        self._say(kind, key, case)


class BySession:
    """A session, its clock moved to each fact's time."""

    def __init__(self, plan: Plan, start: int) -> None:
        self._book = Book(plan, start)

    def take(self, fact: Fact) -> Told:
        """Move the clock to a fact's time and take the fact; return the changes."""
        found = []
        at = fact.at[0]  # type: ignore[index]
        while (delta := self._book.step(at)) is not None:
            found += delta.changes
        found += self._book.post(fact).changes
        return [(one.case, one.key, one.before, str(one.after)) for one in found]


def stream(types: Any, places: int, events: int) -> tuple[list[Fact], list[Fact]]:
    """Return the facts that the four norms ask for: those before, and those that are timed."""
    kinds = {"project_task_received", "site_guidance_held", "owner_comments_returned",
             "document_completed", *ACTS}  # fmt: skip
    before, after, _ = live_stream.stream(types, places, events * 4)
    return [one for one in before if one.type in kinds], [
        one for one in after if one.type in kinds
    ][:events]


def verify(makers: dict[str, Callable[[int], Any]], types: Any) -> int:
    """Compare what all tell, fact by fact; return how many changes there were."""
    before, after = stream(types, 50, 1_000)
    facts = [*before, *after]
    takers = {name: make(facts[0].at[0] - 1) for name, make in makers.items()}  # type: ignore[index]
    count = 0
    for fact in facts:
        told = {name: sorted(one.take(fact), key=repr) for name, one in takers.items()}
        right = told["session"]
        count += len(right)
        for name, own in told.items():
            if own != right:
                raise SystemExit(f"{name} differs at {fact.id}: {own} instead of {right}")
    return count


def rate(make: Callable[[int], Any], before: list[Fact], after: list[Fact]) -> float:
    """Return how many events a second one takes, projects that are open taken before."""
    start = (before or after)[0].at[0]  # type: ignore[index]
    take = make(start - 1).take
    for fact in before:
        take(fact)
    gc.collect()
    begin = time.perf_counter()
    for fact in after:
        take(fact)
    return len(after) / (time.perf_counter() - begin)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[1, 1_000])
    parser.add_argument("--events", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    ruleset = load(ROOT / "rulesets" / "q_gxxz_029")
    types, whole = ruleset.vocabulary.types, ruleset.plan()
    norms = tuple(norm for norm in whole.norms if norm.id in NORMS)
    plan = replace(whole, norms=norms, digest=f"{whole.digest}/peers")
    makers: dict[str, Callable[[int], Any]] = {"session": lambda start: BySession(plan, start)}
    for name, peer in (("durable_rules", ByDurable), ("clipspy", ByClips)):
        try:
            peer()
            makers[name] = lambda start, peer=peer: peer()  # type: ignore[misc]
        except (ImportError, MissingExtraError):
            print(f"{name} is not installed, left out")
    print(f"{verify(makers, types)} changes told alike by {', '.join(makers)}")
    print(f"{'open':>6}  {'':14}{'events/s':>10}{'session is faster by':>24}")
    for places in chosen.sizes:
        before, after = stream(types, places, chosen.events)
        rates: dict[str, list[float]] = {name: [] for name in makers}
        for _ in range(chosen.rounds):
            for name, make in makers.items():
                rates[name].append(rate(make, before, after))
        for name, own in rates.items():
            ratio = median(mine / peer for mine, peer in zip(rates["session"], own, strict=True))
            print(f"{places:>6}  {name:14}{median(own):>10.0f}{ratio:>24.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
