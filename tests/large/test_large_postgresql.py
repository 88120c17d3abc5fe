"""A real PostgreSQL, which the tests start, as source and as target of findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import stdrules
from journal.server import Server, programs
from large.exports import EXAMPLES, sheets, told, write_csv
from stdrules.base.errors import FactsError, UsageError
from stdrules.cli.main import run

AS_OF = "2023-03-05"
PASSWORD = "p@ss:w/o#r%d?"
WRITTEN = "p%40ss%3Aw%2Fo%23r%25d%3F"


@pytest.fixture(scope="module")
def server():
    binaries = programs()
    if binaries is None:
        pytest.skip("no PostgreSQL: initdb and pg_ctl are not installed")
    try:
        running = Server(binaries)
    except (RuntimeError, StopIteration, OSError) as error:
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    yield running
    running.remove()


@pytest.fixture
def db(server):
    """An empty database of its own."""
    import psycopg

    plain = server.url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as link:
        link.execute("DROP DATABASE IF EXISTS facts WITH (FORCE)")
        link.execute("CREATE DATABASE facts")
    with psycopg.connect(plain.replace("/postgres", "/facts"), autocommit=True) as link:
        yield link


@pytest.fixture
def url(server) -> str:
    return f"postgresql://tester@127.0.0.1:{server.port}/facts"


#: Texts that a type holds as they are.
FORMS = {
    "timestamp": r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$", "date": r"^\d{4}-\d\d-\d\d$",
    "numeric": r"^(0|[1-9]\d*)(\.\d*[1-9])?$",
}  # fmt: skip
TASKS = """
CREATE TABLE tasks (id text PRIMARY KEY, project_id varchar(20), received_at timestamptz);
INSERT INTO tasks VALUES ('t1', 'P1', '2023-02-28 01:00+00'), ('t2', 'P2', NULL),
    ('t3', 'P3', '2023-03-04 09:00+08');
"""


def test_a_table_is_a_source(db, url):
    db.execute(TASKS)
    for audit in (stdrules.audit_large, stdrules.audit):
        found = audit("q_gxxz_029", f"{url}#tasks=project_task_received", AS_OF)
        report = found.to_json() if audit is stdrules.audit else ""
        assert "P1" in report or found.counts["4.1-plan-48h"]["overdue"] == 1
    due = found.find(norm="4.1-plan-48h", case="P1")[0]
    assert "2023-02-28 09:00" in found.why(due).en


def test_values_of_every_type_are_those_of_the_same_csv(db, url, tmp_path: Path):
    """Each column is of the type that suits its field, where all its values do."""
    tables = {}
    for title, rows in sheets(EXAMPLES / "q_gxxz_029" / "项目导出.xlsx", seed=19).items():
        width = len(rows[0])
        tables[title] = [[*row[:width], *[None] * (width - len(row))] for row in rows]
    report = stdrules.audit("q_gxxz_029", write_csv(tmp_path / "in", tables), "2024-12-31")
    sources, kinds = [], set()
    for number, (title, rows) in enumerate(tables.items()):
        name = f"导出 {number}"  # without a key the order is that of the rows as they were written
        columns = [f'"{heading}" text' for heading in rows[0]]
        db.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
        with db.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
            for row in rows[1:]:
                copy.write_row([None if cell in (None, "") else cell for cell in row])
        for heading in rows[0]:
            fitting = [kind for kind, form in FORMS.items() if not db.execute(
                f'SELECT 1 FROM "{name}" WHERE "{heading}" !~ %s LIMIT 1', (form,)).fetchone()]
            if fitting:
                kinds.add(fitting[0])
                db.execute(f'ALTER TABLE "{name}" ALTER "{heading}" TYPE {fitting[0]} '
                           f'USING "{heading}"::{fitting[0]}')  # fmt: skip
        sources.append(f"{url}#{name}={title}")
    found = stdrules.audit("q_gxxz_029", sources, "2024-12-31")
    assert len(kinds) == len(FORMS)

    def verdicts(one: stdrules.Report) -> list[Any]:
        return [row[:14] for row in told(one)]

    assert verdicts(found) == verdicts(report)
    assert found.rejected == report.rejected


def test_cells_of_special_types(db, url, tmp_path: Path):
    db.execute("""
        CREATE TABLE project_task_received (id uuid, project_id text, received_at timestamptz);
        INSERT INTO project_task_received VALUES
            ('00000000-0000-0000-0000-000000000001', 'P1', '2023-02-28 09:00:00.123456+08');
        CREATE TABLE numbers (n numeric(20, 10), f double precision, b boolean, d date,
            l text[], j jsonb, i interval, x bytea, t time);
        INSERT INTO numbers VALUES (0, 1e-7, true, '2024-02-29', '{a,"b,c",NULL}', '{"k": 1}',
            '1 day 02:00', '\\xff', '09:05');
    """)
    report = stdrules.audit("q_gxxz_029", f"{url}#project_task_received", AS_OF)
    assert report.log is not None
    assert report.log.facts[0].id == "00000000-0000-0000-0000-000000000001"
    from stdrules.intake.batch_sources import open_all
    from stdrules.intake.sql_tables import Databases, SqlTable

    with Databases() as databases:
        (found,) = open_all([SqlTable(url, "numbers")], databases, [])
        cells = list(found.one_by_one().rows)[1][1]
    assert cells == [
        "0.0000000000", "0.0000001", "true", "2024-02-29", ["a", "b,c", None], '{"k": 1}',
        "P1DT2H", "ff", "09:05:00",
    ]  # fmt: skip


def test_schemas_odd_names_and_views(db, url):
    db.execute("""
        CREATE SCHEMA "Ops.x"; CREATE SCHEMA ops;
        CREATE TABLE ops."Task List" (id text PRIMARY KEY, project_id text, received_at text);
        INSERT INTO ops."Task List" VALUES ('t1', 'P1', '2023-02-28T09:00');
        CREATE VIEW "a.b" AS SELECT * FROM ops."Task List";
        CREATE MATERIALIZED VIEW ops.m AS SELECT * FROM ops."Task List";
    """)
    for table in ("ops.Task List", "a.b", "ops.m"):
        found = stdrules.audit_large("q_gxxz_029", f"{url}#{table}=project_task_received", AS_OF)
        assert found.cases == 1
    with pytest.raises(FactsError, match=r"did you mean `ops\.Task List`") as caught:
        stdrules.audit_large("q_gxxz_029", f"{url}#ops.TaskList", AS_OF)
    assert "there is no table `ops.TaskList`" in str(caught.value)


def test_a_mapping_names_the_tables_and_columns(db, url, tmp_path: Path, capsys):
    db.execute("""
        CREATE SCHEMA ops;
        CREATE TABLE ops.jobs (nr int PRIMARY KEY, project text, got timestamptz, junk int);
        INSERT INTO ops.jobs VALUES (1, 'P1', '2023-02-28 09:00+08'), (2, 'P2', NULL);
        CREATE TABLE papers (project text, kind text, done text);
        INSERT INTO papers VALUES ('P1', 'plan sheet', '2023-03-02T09:01'), ('P1', '?', 'soon');
    """)
    mapping = tmp_path / "m.yaml"
    mapping.write_text("""
tables:
  ops.jobs:
    type: project_task_received
    columns: {nr: id, project: project_id, got: received_at}
    ignore: [junk]
  papers:
    type: document_completed
    columns: {project: project_id, kind: document_type, done: completed_at}
    values: {document_type: {plan sheet: schedule}}
""", "utf-8")  # fmt: skip
    code = run(["audit", "q_gxxz_029", url, "--as-of", AS_OF, "--mapping", str(mapping), "--jobs",
                "1", "--format", "json", "--quarantine", str(tmp_path / "q.jsonl")])  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert (code, told["cases"], told["rejected"]) == (1, 2, {"document_completed": 1})
    assert told["counts"]["4.1-plan-48h"]["fulfilled_late"] == 1
    row = json.loads((tmp_path / "q.jsonl").read_text("utf-8").splitlines()[0])
    assert (row["file"], row["row"], row["cells"]) == ("papers", 3, ["P1", "?", "soon"])


def test_findings_go_into_a_table_all_or_nothing(db, url, tmp_path: Path):
    db.execute(TASKS)
    db.execute("CREATE SCHEMA results")
    source = f"{url}#tasks=project_task_received"
    asked = {"jobs": 1, "out": tmp_path / "out", "findings": f"sql:{url}#results.found"}
    found = stdrules.audit_large("q_gxxz_029", source, AS_OF, **asked)
    names = '"case", norm, state, violation, due, facts'
    rows = db.execute(f"SELECT {names} FROM results.found").fetchall()
    assert len(rows) == found.findings > 100
    assert ("P1", "4.1-plan-48h", "overdue", True, "2023-03-02T09:00:00+08:00", '["t1"]') in rows
    with pytest.raises(UsageError, match="holds rows already"):
        stdrules.audit_large("q_gxxz_029", source, AS_OF, **asked)
    db.execute("CREATE TABLE other (a int)")
    with pytest.raises(UsageError, match="the table `other` has other columns"):
        stdrules.audit_large("q_gxxz_029", source, AS_OF, findings=f"sql:{url}#other")
    # A row in the middle is refused: nothing of the others stays, and what was judged goes on.
    db.execute("CREATE TABLE strict AS SELECT * FROM results.found LIMIT 0")
    db.execute("ALTER TABLE strict ADD CHECK (\"case\" <> 'P3')")
    asked["findings"] = f"sql:{url}#strict"
    with pytest.raises(UsageError, match=r"cannot write to .*#strict`: .*violates check"):
        stdrules.audit_large("q_gxxz_029", source, AS_OF, **asked)
    assert db.execute("SELECT count(*) FROM strict").fetchone() == (0,)
    db.execute("ALTER TABLE strict DROP CONSTRAINT strict_case_check")
    stages = []
    stdrules.audit_large("q_gxxz_029", source, AS_OF, resume=True,
                         progress=lambda *told: stages.append(told[0]), **asked)  # fmt: skip
    assert stages == []
    assert db.execute("SELECT count(*) FROM strict").fetchone() == (found.findings,)


def test_a_table_that_changes_meanwhile_is_read_as_it_was(db, url):
    """All tables are read in one transaction."""
    from stdrules.intake.batch_sources import open_all
    from stdrules.intake.sql_tables import Databases, SqlTable

    db.execute(TASKS)
    db.execute("CREATE TABLE more AS SELECT * FROM tasks")
    with Databases() as databases:
        one, two = open_all([SqlTable(url, "tasks"), SqlTable(url, "more")], databases, [])
        db.execute("DELETE FROM tasks; DELETE FROM more")
        assert len(list(one.one_by_one().rows)) == len(list(two.one_by_one().rows)) == 4


def test_many_rows_come_in_the_order_of_the_key(db, url):
    db.execute("CREATE TABLE tasks (id int PRIMARY KEY, project_id text, received_at timestamptz)")
    db.execute("INSERT INTO tasks SELECT n, 'P' || n % 100, '2023-02-28 09:00+08' "
               "FROM generate_series(150000, 1, -1) n")  # fmt: skip
    from stdrules.intake.batch_sources import open_all
    from stdrules.intake.sql_tables import Databases, SqlTable

    with Databases() as databases:
        (found,) = open_all([SqlTable(url, "tasks")], databases, [])
        batches = list(found.rows)
    ids = pl.concat(batches)["0"].cast(pl.Int64)
    assert len(batches) == 3 and ids.to_list() == list(range(1, 150_001))


def refuse_without(user: str, server: Server, db) -> None:
    """Ask a user for a password from now on."""
    data = server.folder / "data"
    rules = (data / "pg_hba.conf").read_text()
    (data / "pg_hba.conf").write_text(f"host all {user} 127.0.0.1/32 scram-sha-256\n{rules}")
    db.execute("SELECT pg_reload_conf()")


def test_passwords_are_read_and_never_told(db, url, server, capsys):
    db.execute(TASKS)
    db.execute(f"DROP ROLE IF EXISTS guarded; CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'")
    db.execute("GRANT SELECT ON tasks TO guarded")
    refuse_without("guarded", server, db)
    table = f"127.0.0.1:{server.port}/facts#tasks=project_task_received"
    good = f"postgresql://guarded:{WRITTEN}@{table}"
    assert stdrules.audit_large("q_gxxz_029", good, AS_OF).cases == 3
    sink = good.replace("#tasks=project_task_received", "#found")
    for source, extra, said in [
        (f"postgresql://guarded:wrong-secret@{table}", [], "password authentication failed"),
        (f"postgresql://guarded:wrong-secret:x@{table}", [], "password authentication failed"),
        (f"postgresql://guarded:{PASSWORD}@{table}", [], "in a password write the signs"),
        (f"postgresql://guarded:s3cr#et@{table}", [], "cannot reach"),
        (good.replace("#tasks", "#task"), [], "did you mean `tasks`"),
        (good.replace("/facts", "/gone"), [], "does not exist"),
        (good.replace(f":{server.port}/", ":1/"), [], "refused"),
        (good.replace("=project_task_received", "="), [], "should be URL#table=fact_type"),
        (good.partition("#")[0], [], "does not say which tables"),
        (good, ["--findings", f"sql:{sink}"], "permission denied"),
        (good, ["--findings", f"sql:{sink.partition('#')[0]}"], "is no value of `findings`"),
    ]:
        assert run(["audit", "q_gxxz_029", source, "--as-of", AS_OF, "--jobs", "1", *extra]) == 2
        out = capsys.readouterr()
        assert said in out.err, (source, out.err)
        assert not any(one in out.err + out.out for one in (PASSWORD, WRITTEN, "wrong-secret",
                                                            "s3cr", "w/o#r%d"))  # fmt: skip
        assert "internal error" not in out.err and len(out.err.splitlines()) < 8


def test_a_server_that_goes_away_while_reading(db, url, server, monkeypatch):
    from stdrules.intake import sql_tables

    monkeypatch.setattr(sql_tables, "FETCHED", 10)
    db.execute("CREATE TABLE tasks (id int PRIMARY KEY, project_id text, received_at timestamptz)")
    db.execute("INSERT INTO tasks SELECT n, 'P', now() FROM generate_series(1, 5000) n")
    with sql_tables.Databases() as databases:
        _, _, rows = databases.open(sql_tables.SqlTable(url, "tasks"))
        assert len(next(rows)) == 10
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                   "WHERE pid <> pg_backend_pid() AND usename = 'tester'")  # fmt: skip
        with pytest.raises(FactsError, match="cannot read the table `tasks`: "):
            list(rows)


def test_a_moment_without_end_sets_its_row_aside(db, url, tmp_path: Path):
    db.execute("CREATE TABLE project_task_received (id text, project_id text, "
               "received_at timestamptz)")  # fmt: skip
    db.execute("INSERT INTO project_task_received VALUES ('t', 'P', 'infinity'), "
               "('u', 'P', '0044-03-15 BC'), ('v', 'P', '2023-02-28 09:00+08')")  # fmt: skip
    found = stdrules.audit_large("q_gxxz_029", f"{url}#project_task_received", AS_OF,
                                 quarantine=tmp_path / "q.jsonl")  # fmt: skip
    assert (found.cases, found.rejected) == (1, {"project_task_received": 2})
    rows = [json.loads(line) for line in (tmp_path / "q.jsonl").read_text("utf-8").splitlines()]
    assert [[*row["cells"][:1], row["code"]] for row in rows] == [["t", "E401"], ["u", "E401"]]
