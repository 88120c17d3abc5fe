"""The ten norms of projects by hand in Polars."""

from __future__ import annotations

from typing import Any

import polars as pl

from stdrules.plan.results import STATES
from workloads.projects import AS_OF, CODE, DAY, HOUR, OFFSET, ZONE


def _state_of(due: pl.Expr, closed: bool, lead: int = 0) -> pl.Expr:
    met = pl.col("met")
    in_time = met <= due if closed else met < due
    gone = due < AS_OF if closed else due <= AS_OF
    soon = due - lead <= AS_OF if lead else pl.lit(False)
    return (
        pl.when(met.is_not_null() & in_time).then(CODE["fulfilled"])
        .when(met.is_not_null()).then(CODE["fulfilled_late"])
        .when(gone).then(CODE["overdue"])
        .when(soon).then(CODE["due_soon"]).otherwise(CODE["pending"])
    )  # fmt: skip


def _pl_day(name: str) -> pl.Expr:
    return (pl.col(name) + OFFSET) // DAY


def _asof(triggers: pl.LazyFrame, since: str, acts: pl.LazyFrame, by: str) -> pl.LazyFrame:
    acts = acts.select(by, pl.col("at").alias("met")).sort("met")
    return triggers.sort(since).join_asof(
        acts, left_on=since, right_on="met", by=by, strategy="forward", coalesce=False,
        check_sortedness=False,
    )


def by_polars(tables: dict[str, pl.DataFrame]) -> dict[str, Any]:
    """Judge the ten norms with Polars: the number of instances by state."""
    t = {name: frame.lazy() for name, frame in tables.items()}
    task, documents, meetings = t["project_task_received"], t["document_completed"], t[
        "meeting_held"]  # fmt: skip
    begin = pl.col("at")
    end = (_pl_day("at") + 1) * DAY - OFFSET
    plans: dict[str, pl.LazyFrame] = {}
    for norm, acts, due, closed, lead in (
        ("4.1-plan-48h", documents.filter(document_type=0), begin + 48 * HOUR, True, 12 * HOUR),
        ("5.4-measures-15d", documents.filter(document_type=1), end + 15 * DAY, False, 0),
        ("5.3-launch-meeting-60d", meetings.filter(pl.col("meeting_type") <= 1), end + 60 * DAY,
         False, 10 * DAY),
    ):  # fmt: skip
        found = _asof(task, "at", acts, "case")
        plans[norm] = found.select(state=_state_of(due, closed, lead))
    first = documents.filter(document_type=2).group_by("case").agg(pl.col("at").min().alias("met"))
    plans["6.a-detail-list-7d"] = t["project_docked"].join(first, on="case", how="left").select(
        state=_state_of(end + 7 * DAY, False))  # fmt: skip
    lists = documents.filter(document_type=3).group_by("guidance_id").agg(
        pl.col("at").min().alias("met"))  # fmt: skip
    due = end - 2 * DAY
    met = pl.when(pl.col("met") <= begin).then("met")
    plans["4.3-issue-list-2d"] = (
        t["site_guidance_scheduled"].join(lists, on="guidance_id", how="left")
        .with_columns(met=met)
        .select(
            state=pl.when(pl.col("known") >= due).then(CODE["infeasible"])
            .when(pl.col("met").is_null() & (begin <= AS_OF)).then(CODE["breached"])
            .otherwise(_state_of(due, False, DAY))
        )
    )  # fmt: skip
    reports = t["guidance_result_reported"].filter(reported_to_role=0)
    plans["4.4-report-24h"] = _asof(
        t["site_guidance_held"], "ended_at", reports, "guidance_id"
    ).select(state=_state_of(pl.col("ended_at") + 24 * HOUR, True))
    plans["6.e-revise-7d"] = _asof(
        t["owner_comments_returned"], "at", t["comments_resolved"], "comment_batch_id"
    ).select(state=_state_of(end + 7 * DAY, False))
    begun = task.select("case", pl.col("at").alias("begin"))
    led = meetings.filter(meeting_type=2).join(begun, on="case").filter(
        pl.col("at") >= pl.col("begin"))  # fmt: skip
    plans["5.3-leader-meetings-8"] = (
        begun.join(led.group_by("case").len(), on="case", how="left")
        .select(state=pl.when(pl.col("len") >= 8).then(CODE["fulfilled"])
                .otherwise(CODE["pending"]))
    )  # fmt: skip
    plans["4.5-monthly-guidance"] = _pl_months(begun, t["site_guidance_held"])
    plans["4.5-fortnight-inquiry"] = _pl_tiles(begun, t["owner_inquiry_made"])
    frames = pl.collect_all([
        plan.group_by("state").len() for plan in plans.values()
    ])  # fmt: skip
    return {
        norm: {STATES[state]: n for state, n in frame.iter_rows()}
        for norm, frame in zip(plans, frames, strict=True)
    }


def _pl_months(begun: pl.LazyFrame, acts: pl.LazyFrame) -> pl.LazyFrame:
    def month(day: pl.Expr) -> pl.Expr:
        date_ = day.cast(pl.Int32).cast(pl.Date)
        return date_.dt.year().cast(pl.Int64) * 12 + date_.dt.month() - 1

    last = ZONE.to_datetime(AS_OF - 1)
    first_day = _pl_day("begin")
    whole = first_day.cast(pl.Int32).cast(pl.Date).dt.day() == 1
    periods = (
        begun.with_columns(first=month(first_day) + pl.when(whole).then(0).otherwise(1))
        .with_columns(number=pl.int_ranges(pl.col("first"), last.year * 12 + last.month))
        .explode("number", empty_as_null=False).select("case", "number")
    )  # fmt: skip
    done = acts.select("case", number=month(_pl_day("at"))).unique().with_columns(done=True)
    year, index = pl.col("number") // 12, pl.col("number") % 12
    end = pl.date(year + (index + 1) // 12, (index + 1) % 12 + 1, 1).cast(pl.Int32).cast(pl.Int64)
    return _pl_periods(periods, done, end * DAY - OFFSET)


def _pl_tiles(begun: pl.LazyFrame, acts: pl.LazyFrame) -> pl.LazyFrame:
    last = (AS_OF - 1 + OFFSET) // DAY
    anchors = begun.select("case", anchor=_pl_day("begin") + 1)
    periods = (
        anchors.with_columns(number=pl.int_ranges(0, (last - pl.col("anchor")) // 14 + 1))
        .explode("number", empty_as_null=False)
    )  # fmt: skip
    done = (
        acts.join(anchors, on="case")
        .select("case", number=(_pl_day("at") - pl.col("anchor")) // 14)
        .unique().with_columns(done=True)
    )  # fmt: skip
    end = (pl.col("anchor") + (pl.col("number") + 1) * 14) * DAY - OFFSET
    return _pl_periods(periods, done, end)


def _pl_periods(periods: pl.LazyFrame, done: pl.LazyFrame, end: pl.Expr) -> pl.LazyFrame:
    return periods.join(done, on=["case", "number"], how="left").select(
        state=pl.when("done").then(CODE["fulfilled"])
        .when(end <= AS_OF).then(CODE["breached"]).otherwise(CODE["pending"])
    )  # fmt: skip
