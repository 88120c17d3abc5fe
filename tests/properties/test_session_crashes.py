"""A journalled session that crashes at random: opened again it equals one that never did.

After each crash one of the copies on the disk is hurt: the log or the write-ahead log cut at any
byte, rubbish at the end of the log, a bit of its last line flipped. What was acknowledged is there
all the same, snapshots or not.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from stdrules.api.loading import load
from stdrules.api.session import Session, open_session

RUNS = max(40, int(os.environ.get("STDRULES_EXAMPLES", "0")) // 10)
RULES = load("q_gxxz_029")
START = "2023-02-28T09:00"
MEMORY = Path("/dev/shm")
HURTS = st.sampled_from(["nothing", "log", "wal", "rubbish", "flip"])
DAYS = st.sampled_from(["2023-02-27", "2023-02-28", "2023-03-01", "2023-03-02", "2023-03-20"])
HOURS = st.sampled_from(["08:59", "09:00", "09:01"])


class Crashing(RuleBasedStateMachine):
    """Posts, moves of the clock and crashes; beside it a session without a journal."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.lives, self.count = 0, 0

    @initialize(every=st.sampled_from([0, 1, 3]))
    def begin(self, every: int) -> None:
        self.every = every
        self.plain = open_session(RULES, START)
        self.path = self.root / "0" / "cases.db"
        self.path.parent.mkdir()
        self.session = self.opened()

    def opened(self) -> Session:
        return open_session(RULES, START, self.path, snapshot_every=self.every)

    def both(self, record: dict[str, Any]) -> None:
        told = [one.as_dict(one.post(record)) for one in (self.session, self.plain)]
        assert told[0] == told[1]

    @rule(case=st.sampled_from(["P1", "P2"]), day=DAYS, hour=HOURS)
    def task(self, case: str, day: str, hour: str) -> None:
        self.count += 1
        self.both({"type": "project_task_received", "id": f"t{self.count}", "case": case,
                   "at": f"{day}T{hour}"})  # fmt: skip

    @rule(case=st.sampled_from(["P1", "P2"]), day=DAYS, hour=HOURS)
    def schedule(self, case: str, day: str, hour: str) -> None:
        self.count += 1
        self.both({"type": "document_completed", "id": f"d{self.count}", "case": case,
                   "at": f"{day}T{hour}", "fields": {"document_type": "schedule"}})  # fmt: skip

    @rule(case=st.sampled_from(["P1", "P2", None]))
    def waive(self, case: str | None) -> None:
        self.count += 1
        self.both({"waiver": f"w{self.count}", "norm": "4.1-plan-48h", "case": case, "by": "x",
                   "reason": "y", "from": "2023-03-01", "to": "2023-03-05"})  # fmt: skip

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        if self.count:
            number = data.draw(st.integers(1, self.count))
            self.both({"withdraws": f"t{number}"})

    @rule(day=DAYS, hour=HOURS)
    def advance(self, day: str, hour: str) -> None:
        try:
            self.plain.advance(f"{day}T{hour}").finish()
        except Exception as error:
            assert "go back" in str(error)
            return
        self.session.advance(f"{day}T{hour}").finish()

    @rule(hurt=HURTS, share=st.integers(0, 1000))
    def crash(self, hurt: str, share: int) -> None:
        """Take the files as a killed process leaves them, hurt one, and open them."""
        self.lives += 1
        left = self.root / str(self.lives) / "cases.db"
        left.parent.mkdir()
        for ending in ("", "-wal", "-log"):
            shutil.copy(f"{self.path}{ending}", f"{left}{ending}")
        self.session.close()
        self.path = left
        log, wal = Path(f"{left}-log"), Path(f"{left}-wal")
        data = log.read_bytes()
        if hurt == "log":
            log.write_bytes(data[: len(data) * share // 1000])
        elif hurt == "rubbish":
            log.write_bytes(data + b"0badc0de 99 " + b"x" * share)
        elif hurt == "flip" and data.count(b"\n") > 1:
            place = len(data) - 2 - share % (len(data) - data.rindex(b"\n", 0, -1) - 3)
            log.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        elif hurt == "wal" and self.lives > 1:
            # Not in the first life: there the tables themselves are in it, which takes a repair.
            wal.write_bytes(wal.read_bytes()[: wal.stat().st_size * share // 1000])
        self.session = self.opened()

    @invariant()
    def both_stand_alike(self) -> None:
        if not hasattr(self, "session"):
            return
        assert self.session.clock == self.plain.clock
        assert self.session.cases == self.plain.cases
        for case in self.plain.cases:
            mine, other = self.session.snapshot(case), self.plain.snapshot(case)
            for name, rows in other.findings.items():
                assert [(f.key, f.state, f.due, f.met) for f in mine.findings[name]] == [
                    (f.key, f.state, f.due, f.met) for f in rows
                ]

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
        shutil.rmtree(self.root, ignore_errors=True)


TestCrashing = Crashing.TestCase
TestCrashing.settings = settings(
    max_examples=RUNS, stateful_step_count=15, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
