"""The workloads in SQL written by hand, run by DuckDB on tables in memory, all cores."""

from __future__ import annotations

from typing import Any

import polars as pl
from workloads.applicants import CLOSED, FAIL, OFFSET_DAYS, PASS, UNDETERMINED, Applicants
from workloads.applicants import frames as application_frames
from workloads.projects import AS_OF, CODE, DAY, HOUR, OFFSET, STATES, ZONE, Projects

F, L, OVER, S, P, B = (CODE[one] for one in (
    "fulfilled", "fulfilled_late", "overdue", "due_soon", "pending", "breached"))  # fmt: skip


def connect(frames: dict[str, pl.DataFrame]) -> Any:
    """Return a connection that has frames as tables of its own."""
    import duckdb

    connection = duckdb.connect()
    for name, frame in frames.items():
        # `at` is a word of its own in this SQL.
        named = frame.rename({"at": "moment"}, strict=False)
        connection.register("given", named.to_arrow())
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        connection.unregister("given")
    return connection


def _state(due: str, closed: bool, lead: int = 0) -> str:
    timely, gone = ("<=", "<") if closed else ("<", "<=")
    soon = f"WHEN {due} - {lead} <= {AS_OF} THEN {S}" if lead else ""
    return (f"CASE WHEN met {timely} {due} THEN {F} WHEN met IS NOT NULL THEN {L} "
            f"WHEN {due} {gone} {AS_OF} THEN {OVER} {soon} ELSE {P} END")  # fmt: skip


def _after(trigger: str, since: str, acts: str, key: str, state: str) -> str:
    """SQL of what is owed from a moment on: the first act after it is looked for."""
    return (f'SELECT {state} AS state FROM {trigger} t ASOF LEFT JOIN '
            f'(SELECT "{key}" AS k, moment AS met FROM {acts}) a ON t."{key}" = a.k '
            f"AND t.{since} <= a.met")  # fmt: skip


def ten_norms() -> dict[str, str]:
    """Return a query of the states of each norm."""
    end = f"((t.moment + {OFFSET}) // {DAY} + 1) * {DAY} - {OFFSET}"
    last = ZONE.to_datetime(AS_OF - 1)
    month = "(year({0}) * 12 + month({0}) - 1)"
    day = f"(DATE '1970-01-01' + CAST((moment + {OFFSET}) // {DAY} AS INTEGER))"
    due = f"({end} - {2 * DAY})"
    found = {
        "4.1-plan-48h": _after(
            "project_task_received", "moment", "document_completed WHERE document_type = 0", "case",
            _state(f"(t.moment + {48 * HOUR})", True, 12 * HOUR)),
        "5.4-measures-15d": _after(
            "project_task_received", "moment", "document_completed WHERE document_type = 1", "case",
            _state(f"({end} + {15 * DAY})", False)),
        "5.3-launch-meeting-60d": _after(
            "project_task_received", "moment", "meeting_held WHERE meeting_type <= 1", "case",
            _state(f"({end} + {60 * DAY})", False, 10 * DAY)),
        "4.4-report-24h": _after(
            "site_guidance_held", "ended_at",
            "guidance_result_reported WHERE reported_to_role = 0", "guidance_id",
            _state(f"(t.ended_at + {24 * HOUR})", True)),
        "6.e-revise-7d": _after(
            "owner_comments_returned", "moment", "comments_resolved", "comment_batch_id",
            _state(f"({end} + {7 * DAY})", False)),
        "6.a-detail-list-7d":
            f"SELECT {_state(f'({end} + {7 * DAY})', False)} AS state FROM project_docked t "
            'LEFT JOIN (SELECT "case" AS k, min(moment) AS met FROM document_completed '
            'WHERE document_type = 2 GROUP BY "case") a ON t."case" = a.k',
        "4.3-issue-list-2d":
            f"SELECT CASE WHEN known >= {due} THEN {CODE['infeasible']} "
            f"WHEN met IS NULL AND t.moment <= {AS_OF} THEN {B} "
            f"ELSE {_state(due, False, DAY)} END AS state FROM site_guidance_scheduled t "
            "LEFT JOIN (SELECT guidance_id AS k, "
            "min(moment) AS met FROM document_completed WHERE document_type = 3 "
            "GROUP BY guidance_id) a ON t.guidance_id = a.k AND a.met <= t.moment",
        "5.3-leader-meetings-8":
            f"SELECT CASE WHEN count(m.moment) >= 8 THEN {F} ELSE {P} END AS state "
            'FROM project_task_received t LEFT JOIN meeting_held m ON t."case" = m."case" '
            'AND m.meeting_type = 2 AND m.moment >= t.moment GROUP BY t."case"',
        "4.5-monthly-guidance":
            f'WITH b AS (SELECT "case", {month.format(day)} + (day({day}) > 1)::INT AS low '
            "FROM project_task_received), "
            'p AS (SELECT "case", unnest(range(low, '
            f"{last.year * 12 + last.month})) AS n FROM b), "
            f'd AS (SELECT DISTINCT "case", {month.format(day)} AS n FROM site_guidance_held) '
            f"SELECT CASE WHEN d.n IS NOT NULL THEN {F} WHEN epoch_us(make_date((p.n + 1) // 12, "
            f"(p.n + 1) % 12 + 1, 1)::TIMESTAMP) - {OFFSET} <= {AS_OF} THEN {B} ELSE {P} END "
            'AS state FROM p LEFT JOIN d ON p."case" = d."case" AND p.n = d.n',
        "4.5-fortnight-inquiry":
            f'WITH b AS (SELECT "case", (moment + {OFFSET}) // {DAY} + 1 AS anchor '
            "FROM project_task_received), "
            f'p AS (SELECT "case", anchor, unnest(range(0, ({(AS_OF - 1 + OFFSET) // DAY} '
            "- anchor) // 14 + 1)) AS n FROM b), "
            f'd AS (SELECT DISTINCT i."case", ((i.moment + {OFFSET}) // {DAY} - anchor) // 14 AS n '
            'FROM owner_inquiry_made i JOIN b ON i."case" = b."case" '
            f"WHERE (i.moment + {OFFSET}) // {DAY} >= anchor) "
            f"SELECT CASE WHEN d.n IS NOT NULL THEN {F} WHEN (anchor + (p.n + 1) * 14) * {DAY} "
            f"- {OFFSET} <= {AS_OF} THEN {B} ELSE {P} END AS state "
            'FROM p LEFT JOIN d ON p."case" = d."case" AND p.n = d.n',
    }  # fmt: skip
    return found


def w2(data: Projects) -> Any:
    """Return what judges projects: norm -> state -> how many."""
    connection = connect(data.frames())
    queries = ten_norms()

    def run() -> dict[str, dict[str, int]]:
        found = {}
        for norm, query in queries.items():
            rows = connection.execute(f"SELECT state, count(*) FROM ({query}) GROUP BY state")
            found[norm] = {STATES[state]: count for state, count in rows.fetchall()}
        return found

    return run


SCORES = f"""
WITH proven AS (
  SELECT p."case", p.row, count(DISTINCT CASE WHEN n.any_kind THEN 0 ELSE p.kind END) AS found
  FROM pieces p JOIN needs n ON p.row = n.row
  LEFT JOIN wanted w ON p.row = w.row AND p.kind = w.kind
  WHERE p.stamped AND (n.any_kind OR w.asked) GROUP BY p."case", p.row),
given AS (
  SELECT r."case", r.row, CASE WHEN r.graded THEN l.half ELSE r.points END AS half
  FROM ratings r JOIN levels l ON r.row = l.row AND r.grade = l.grade),
points AS (
  SELECT c."case",
    CASE WHEN n.out_of AND NOT c.elderly THEN n.most
         WHEN p.found = n.kinds THEN coalesce(g.half, 0) ELSE 0 END AS lo,
    CASE WHEN n.out_of AND NOT c.elderly THEN n.most
         WHEN p.found = n.kinds THEN coalesce(g.half, n.most) ELSE 0 END AS hi
  FROM cases c CROSS JOIN needs n
  LEFT JOIN given g ON g."case" = c."case" AND g.row = n.row
  LEFT JOIN proven p ON p."case" = c."case" AND p.row = n.row),
sums AS (SELECT "case", sum(lo)::INT AS lo, sum(hi)::INT AS hi FROM points GROUP BY "case"),
recent AS (
  SELECT DISTINCT v."case" FROM violations v JOIN cases c ON v."case" = c."case"
  WHERE DATE '1970-01-01' + CAST((v.moment + {OFFSET_DAYS}) // {DAY} AS INTEGER)
    >= DATE '1970-01-01' + CAST((c.submitted + {OFFSET_DAYS}) // {DAY} AS INTEGER)
       - INTERVAL 36 MONTH)
SELECT s.lo, s.hi, CASE
    WHEN NOT c.ticked OR c.batch > 1 OR c.submitted >= {CLOSED} OR r."case" IS NOT NULL
      OR s.hi < 170 THEN {FAIL} WHEN s.lo >= 170 THEN {PASS} ELSE {UNDETERMINED} END AS outcome
FROM cases c JOIN sums s ON c."case" = s."case" LEFT JOIN recent r ON c."case" = r."case"
ORDER BY c."case"
"""


def w1(data: Applicants) -> Any:
    """Return what scores applications: lowest and highest half points, and outcomes."""
    card = data.card
    rows = range(card.size)
    tables = application_frames(data)
    tables["levels"] = pl.DataFrame({
        "row": [row for row in rows for _ in range(4)], "grade": [*range(4)] * card.size,
        "half": card.half.reshape(-1)})  # fmt: skip
    tables["needs"] = pl.DataFrame({
        "row": list(rows), "most": card.full, "kinds": [max(len(one), 1) for one in card.needs],
        "any_kind": [not one for one in card.needs],
        "out_of": [name == "28" for name in card.ids]})  # fmt: skip
    wanted = [(row, kind, True) for row, own in enumerate(card.needs) for kind in own]
    tables["wanted"] = pl.DataFrame(wanted, schema=["row", "kind", "asked"], orient="row")
    connection = connect(tables)

    def run() -> tuple[Any, Any, Any]:
        found = connection.execute(SCORES).fetchnumpy()
        return found["lo"], found["hi"], found["outcome"]

    return run
