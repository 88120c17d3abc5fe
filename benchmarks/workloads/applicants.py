"""Applications by the million, 46 ratings and their evidence each: by hand in NumPy and Polars.

The hand-written versions know this scorecard: its half points, which evidence each row needs, that
each row is rated once by its grade or its points, and that nothing is unsure.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stdrules.api.loading import load
from stdrules.base.time.zones import zone
from stdrules.model.columnar import Column, Columns, NumberedIds, Table, Words
from stdrules.plan.plan import Plan
from stdrules.plan.scorecard import PlanScorecard

ROOT = Path(__file__).resolve().parents[2]
ZONE = zone("Asia/Shanghai")
SECOND = 1_000_000
DAY = 86_400 * SECOND
#: Local days begin so much before those of UTC.
OFFSET_DAYS = 8 * 3600 * SECOND
OPENED = ZONE.from_local(datetime(2022, 10, 1))
CLOSED = ZONE.from_local(datetime(2022, 11, 6))
RATED = ZONE.from_local(datetime(2022, 11, 21, 9))
AS_OF = ZONE.from_local(datetime(2023, 1, 10))
GRADES = ["excellent", "good", "fair", "poor"]
RATERS = ["panel", "self"]
FAIL, PASS, UNDETERMINED = range(3)


def plan() -> Plan:
    """Return the ruleset, whose scorecard is asked for alone."""
    import dataclasses

    whole = load(ROOT / "rulesets" / "shenzhen_mz").plan()
    return dataclasses.replace(whole, norms=(), digest=whole.digest + "-w1")


class Card:
    """What a programmer reads off the scorecard: half points by row and grade, kinds needed."""

    def __init__(self, card: PlanScorecard) -> None:
        rows = [one for group in card.groups for one in group.indicators]
        self.ids = [one.id for one in rows]
        self.kinds = ["other", *sorted({kind for one in rows for kind in one.evidence_types})]
        self.full = np.array([int(one.points * 2) for one in rows], np.int32)
        self.graded = np.array([bool(one.grades) for one in rows])
        self.half = np.zeros((len(rows), 4), np.int32)
        for number, one in enumerate(rows):
            for name, points in one.grades:
                self.half[number, GRADES.index(name)] = int(points * 2)
        self.needs = [[self.kinds.index(kind) for kind in one.evidence_types] for one in rows]
        self.size = len(rows)


class Applicants:
    """Case-sorted columns of so many applications."""

    def __init__(self, size: int, card: Card, seed: int = 1) -> None:
        self.size, self.card = size, card
        rng = self.rng = np.random.default_rng(seed)
        case = np.arange(size, dtype=np.int32)
        self.submitted = OPENED + rng.integers(0, 36 * 86_400 + 3600, size) * SECOND
        self.batch = (rng.random(size) < 0.005).astype(np.int32) * 2 + (case & 1)
        self.elderly = rng.random(size) < 0.7
        self.ticked = np.ones(3 * size, np.bool_)
        self.ticked[rng.integers(0, 3 * size, max(1, size // 50))] = False
        # Ratings: one a row, but for a few that are missing.
        rated = rng.random(card.size * size) >= 0.0005
        place = np.flatnonzero(rated)
        self.rating_case = (place // card.size).astype(np.int32)
        self.rating_row = (place % card.size).astype(np.int32)
        level = rng.choice(np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 3], np.int32), len(place))
        graded = card.graded[self.rating_row]
        self.grade_state = np.where(graded, np.uint8(0), np.uint8(1))
        self.grade = np.where(graded, level, np.int32(0))
        full = np.where(level < 3, card.full[self.rating_row], 0)
        self.points = np.where(graded, card.half[self.rating_row, level], full).astype(np.int64)
        # Evidence: what is needed, now and then lacking or not stamped.
        needs = [(row, kind) for row, own in enumerate(card.needs) for kind in own or [0]]
        rows, kinds = (np.array(values, np.int32) for values in zip(*needs, strict=True))
        given = rng.random(len(needs) * size) >= 0.0005
        place = np.flatnonzero(given)
        self.piece_case = (place // len(needs)).astype(np.int32)
        self.piece_row, self.piece_kind = rows[place % len(needs)], kinds[place % len(needs)]
        self.stamped = rng.random(len(place)) >= 0.001
        # Records that veto: a few, some long ago.
        self.violator = np.sort(rng.integers(0, size, max(1, size // 100))).astype(np.int32)
        self.violated = OPENED - rng.integers(0, 6 * 365, len(self.violator)) * DAY
        order = np.lexsort((self.violated, self.violator))
        self.violator, self.violated = self.violator[order], self.violated[order]

    @property
    def facts(self) -> int:
        """How many facts there are."""
        return len(self.rating_case) + len(self.piece_case) + len(self.violator) + 5 * self.size

    def columns(self) -> Columns:
        """Return the chunk as a reader would hand it over."""
        size, card = self.size, self.card
        case = np.arange(size, dtype=np.int32)
        numbers = Words(card.ids)
        true = np.ones(len(self.piece_case), np.bool_)
        tables: dict[tuple[str, str], Table] = {}

        def add(name: str, rows: Any, at: Any, **columns: Column) -> None:
            at = np.broadcast_to(np.asarray(at), rows.shape) if np.ndim(at) == 0 else at
            tables[("applicant", name)] = Table(name, rows, at, NumberedIds(f"{name}-"), columns)

        domains = Words([("elder_care",), ("children",)])
        add("pilot_unit", case, OPENED - 200 * DAY,
            pilot_batch=Column("code", self.batch, None, Words(["1", "2", "3", "4"])),
            domains=Column("code", (~self.elderly).astype(np.int32), None, domains))  # fmt: skip
        add("application_submitted", case, self.submitted,
            submitted_at=Column("moment", self.submitted))  # fmt: skip
        tick = np.tile(np.arange(3, dtype=np.int32), size)
        add("veto_item_assessed", np.repeat(case, 3), RATED,
            veto_no=Column("code", tick, None, Words(["1", "2", "3"])),
            satisfied=Column("boolean", self.ticked))  # fmt: skip
        add("indicator_rated", self.rating_case, RATED,
            indicator_no=Column("code", self.rating_row, None, numbers),
            rater=Column("code", np.zeros_like(self.rating_row), None, Words(RATERS)),
            grade=Column("code", self.grade, self.grade_state, Words(GRADES)),
            points=Column("number", self.points * 5, exponent=1))  # fmt: skip
        add("evidence_submitted", self.piece_case, OPENED,
            indicator_no=Column("code", self.piece_row, None, numbers),
            evidence_type=Column("code", self.piece_kind, None, Words(card.kinds)),
            authentic=Column("boolean", true), valid=Column("boolean", true),
            stamped=Column("boolean", self.stamped))  # fmt: skip
        add("violation_record", self.violator, self.violated,
            severity=Column("code", np.zeros_like(self.violator), None, Words(["major", "minor"])),
            decided_on=Column("moment", self.violated, last=self.violated + DAY - 1))  # fmt: skip
        tables[("applicant", "violation_record")].last = self.violated + DAY - 1
        return Columns({"applicant": [f"a{n:07d}" for n in range(size)]}, tables)


def by_numpy(data: Applicants) -> tuple[Any, Any, Any]:
    """Score every application: lowest and highest points in halves, and the outcome."""
    card, size = data.card, data.size
    given = np.full(size * card.size, -1, np.int32)
    own = np.flatnonzero(np.zeros_like(data.rating_row) == 0)
    place = data.rating_case[own].astype(np.int64) * card.size + data.rating_row[own]
    by_grade = card.half[data.rating_row, data.grade]
    given[place] = np.where(data.grade_state == 0, by_grade, data.points)
    slots, width = _slots(card)
    sound = np.zeros(size * width, np.bool_)
    good = data.stamped
    slot = slots[data.piece_row, data.piece_kind]
    good &= slot >= 0
    sound[data.piece_case[good].astype(np.int64) * width + slot[good]] = True
    given, sound = given.reshape(size, -1), sound.reshape(size, -1)
    lo, hi = np.zeros(size, np.int32), np.zeros(size, np.int32)
    at = 0
    for row, needs in enumerate(card.needs):
        count = max(len(needs), 1)
        proven = sound[:, at]
        for more in range(at + 1, at + count):
            proven = proven & sound[:, more]
        at += count
        points = given[:, row]
        low = np.maximum(points, 0) * proven
        high = np.where(points < 0, card.full[row], points) * proven
        if card.ids[row] == "28":
            low = np.where(data.elderly, low, card.full[row])
            high = np.where(data.elderly, high, card.full[row])
        lo += low
        hi += high
    broken = ~data.ticked.reshape(size, 3).all(axis=1)
    broken |= (data.batch > 1) | (data.submitted >= CLOSED)
    recent = _recent(data)
    broken[recent] = True
    outcome = np.where(lo >= 170, PASS, UNDETERMINED)
    return lo, hi, np.where(broken | (hi < 170), FAIL, outcome)


def _slots(card: Card) -> tuple[Any, int]:
    slots = np.full((card.size, len(card.kinds)), -1, np.int32)
    total = 0
    for row, needs in enumerate(card.needs):
        if not needs:
            slots[row, :] = total
            total += 1
        for kind in needs:
            slots[row, kind] = total
            total += 1
    return slots, total


def _recent(data: Applicants) -> Any:
    """Who was found to have violated in the 36 months before applying, or later."""
    first = since_of(data.submitted, data.violator)
    record = (data.violated + OFFSET_DAYS) // DAY
    return data.violator[record >= first]


def since_of(submitted: Any, whose: Any) -> Any:
    """Return the local day 36 months before applying, in days since 1970, of each of `whose`."""
    day = ((submitted[whose] + OFFSET_DAYS) // DAY).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    within = (day - month).astype(np.int64)
    begin = month - np.timedelta64(36, "M")
    length = ((begin + 1).astype("datetime64[D]") - begin.astype("datetime64[D]")).astype(np.int64)
    first = begin.astype("datetime64[D]") + np.minimum(within, length - 1)
    return first.astype(np.int64)


def frames(data: Applicants) -> dict[str, pl.DataFrame]:
    """Return the same for Polars."""
    return {
        "ratings": pl.DataFrame({
            "case": data.rating_case, "row": data.rating_row, "grade": data.grade,
            "graded": data.grade_state == 0, "points": data.points.astype(np.int32)}),
        "pieces": pl.DataFrame({
            "case": data.piece_case, "row": data.piece_row, "kind": data.piece_kind,
            "stamped": data.stamped}),
        "cases": pl.DataFrame({
            "case": np.arange(data.size, dtype=np.int32), "submitted": data.submitted,
            "batch": data.batch, "elderly": data.elderly,
            "ticked": data.ticked.reshape(-1, 3).all(axis=1)}),
        "violations": pl.DataFrame({"case": data.violator, "at": data.violated}),
    }  # fmt: skip


def by_polars(data: Applicants, tables: dict[str, pl.DataFrame]) -> tuple[Any, Any, Any]:
    """Score every application with Polars."""
    card = data.card
    levels = pl.DataFrame({
        "row": np.repeat(np.arange(card.size, dtype=np.int32), 4),
        "grade": np.tile(np.arange(4, dtype=np.int32), card.size),
        "half": card.half.reshape(-1),
    })  # fmt: skip
    needs = pl.DataFrame({
        "row": np.arange(card.size, dtype=np.int32),
        "full": card.full,
        "count": np.array([max(len(own), 1) for own in card.needs], np.uint32),
        "any": np.array([not own for own in card.needs]),
    })  # fmt: skip
    wanted = pl.DataFrame(
        [(row, kind) for row, own in enumerate(card.needs) for kind in own],
        schema={"row": pl.Int32, "kind": pl.Int32}, orient="row",
    ).with_columns(asked=True)  # fmt: skip
    proven = (
        tables["pieces"].lazy().filter("stamped")
        .join(needs.lazy(), on="row").join(wanted.lazy(), on=["row", "kind"], how="left")
        .filter(pl.col("any") | pl.col("asked"))
        .with_columns(kind=pl.when("any").then(0).otherwise("kind"))
        .group_by("case", "row").agg(pl.col("kind").n_unique().alias("found"))
    )  # fmt: skip
    given = (
        tables["ratings"].lazy().join(levels.lazy(), on=["row", "grade"])
        .with_columns(half=pl.when("graded").then("half").otherwise("points"))
        .select("case", "row", "half")
    )  # fmt: skip
    whole = (
        tables["cases"].lazy().select("case", "elderly").join(needs.lazy(), how="cross")
        .join(given, on=["case", "row"], how="left").join(proven, on=["case", "row"], how="left")
        .with_columns(
            sure=(pl.col("found") == pl.col("count")).fill_null(False),
            out=(pl.col("row") == card.ids.index("28")) & ~pl.col("elderly"),
        )
        .with_columns(
            lo=pl.when("out").then("full").when("sure").then(pl.col("half").fill_null(0))
            .otherwise(0),
            hi=pl.when("out").then("full")
            .when("sure").then(pl.col("half").fill_null(pl.col("full"))).otherwise(0),
        )
        .group_by("case").agg(pl.col("lo").sum(), pl.col("hi").sum())
    )  # fmt: skip
    shanghai = pl.lit(8 * 3600 * SECOND)
    day = ((pl.col("submitted") + shanghai) // DAY).cast(pl.Int32).cast(pl.Date)
    record = ((pl.col("at") + shanghai) // DAY).cast(pl.Int32).cast(pl.Date)
    recent = (
        tables["violations"].lazy().join(tables["cases"].lazy(), on="case")
        .filter(record >= day.dt.offset_by("-36mo")).select("case").unique()
        .with_columns(bad=True)
    )  # fmt: skip
    found = (
        tables["cases"].lazy().join(whole, on="case").join(recent, on="case", how="left")
        .with_columns(
            broken=~pl.col("ticked") | (pl.col("batch") > 1) | (pl.col("submitted") >= CLOSED)
            | pl.col("bad").fill_null(False)
        )
        .with_columns(
            outcome=pl.when(pl.col("broken") | (pl.col("hi") < 170)).then(FAIL)
            .when(pl.col("lo") >= 170).then(PASS).otherwise(UNDETERMINED)
        )
        .sort("case").collect()
    )  # fmt: skip
    return found["lo"].to_numpy(), found["hi"].to_numpy(), found["outcome"].to_numpy()
