"""SQLite as source: what it stores, files that are not there, mappings of its tables."""

from pathlib import Path

import pytest
import sqlalchemy as sa

import stdrules
from stdrules.base.errors import FactsError, UsageError
from stdrules.cli.main import run
from stdrules.intake.mapping_file import read_mapping

AS_OF = "2023-03-05"


def made(path: Path, *statements: str) -> str:
    """Make a database and return its URL."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as link:
        for one in statements:
            link.exec_driver_sql(one)
    engine.dispose()
    return f"sqlite:///{path}"


def test_a_column_of_moments_with_other_texts_sets_rows_aside(tmp_path: Path):
    url = made(
        tmp_path / "a.db",
        "CREATE TABLE project_task_received (id INTEGER PRIMARY KEY, project_id TEXT, "
        "received_at DATETIME, contract_value NUMERIC)",
        "INSERT INTO project_task_received VALUES (3, 'P1', '2023-02-28 09:00:00.000000', 1), "
        "(2, 'P2', 'soon', 2), (1, 'P3', 20230228, 3), (4, 'P4', '2023-02-28', 4.5)",
    )
    found = stdrules.audit("q_gxxz_029", f"{url}#project_task_received", AS_OF)
    places = [str(one.span) for one in found.diagnostics if one.severity.value == "error"]
    assert places == ["project_task_received!C2", "project_task_received!C3"]
    assert found.rejected == {"project_task_received": 2}


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path):
    path = tmp_path / "gone.db"
    with pytest.raises(FactsError, match=r"there is no file `gone\.db`"):
        stdrules.audit("q_gxxz_029", f"sqlite:///{path}#tasks", AS_OF)
    assert not path.exists()
    (tmp_path / "no.db").write_text("not a database " * 100)
    with pytest.raises(FactsError, match="file is not a database"):
        stdrules.audit("q_gxxz_029", f"sqlite:///{tmp_path / 'no.db'}#tasks", AS_OF)


def test_tables_of_one_name_in_two_databases_stay_apart(tmp_path: Path):
    urls = [
        made(tmp_path / f"{name}.db",
             "CREATE TABLE project_task_received (project_id TEXT, received_at TEXT)",
             f"INSERT INTO project_task_received VALUES ('{name}', '2023-02-28T09:00')")
        for name in ("north", "south")
    ]  # fmt: skip
    given = [f"{url}#project_task_received" for url in urls]
    for report in (stdrules.audit("q_gxxz_029", given, AS_OF),
                   stdrules.audit("q_gxxz_029", given[::-1], AS_OF)):  # fmt: skip
        assert report.log is not None
        assert {fact.id for fact in report.log.facts} == {
            "north.db/project_task_received!2", "south.db/project_task_received!2",
        }  # fmt: skip
    assert stdrules.audit_large("q_gxxz_029", given, AS_OF, jobs=1).cases == 2


MAPPING = {
    "tables": {
        "jobs": {"type": "project_task_received", "columns": {"nr": "id", "got": "received_at"}},
        "document_completed": None,
    }
}
JOBS = (
    "CREATE TABLE jobs (nr INTEGER PRIMARY KEY, project_id TEXT, got TEXT)",
    "INSERT INTO jobs VALUES (1, 'P1', '2023-02-28T09:00')",
    "CREATE TABLE document_completed (project_id TEXT, document_type TEXT, completed_at TEXT)",
    "INSERT INTO document_completed VALUES ('P1', 'schedule', '2023-03-02T09:01')",
)


def test_a_mapping_says_which_tables_and_what_their_columns_mean(tmp_path: Path):
    url = made(tmp_path / "a.db", *JOBS)
    report = stdrules.audit("q_gxxz_029", url, AS_OF, mapping=MAPPING)
    assert report.find(norm="4.1-plan-48h")[0].state == "fulfilled_late"
    found = stdrules.audit_large("q_gxxz_029", url, AS_OF, mapping=MAPPING, jobs=1)
    assert found.counts["4.1-plan-48h"] == {"fulfilled_late": 1}
    # One table alone has its rule too; the other one is then not among the sources.
    report = stdrules.audit("q_gxxz_029", f"{url}#jobs", AS_OF, mapping=MAPPING)
    assert report.find(norm="4.1-plan-48h")[0].state == "overdue"
    assert [one.message.en for one in report.diagnostics if one.code == "E420"] == [
        "the table `document_completed` is not among the sources",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "mapping", "said"),
    [
        ("", None, "does not say which tables"),
        ("", {"sheets": {}}, "does not say which tables"),
        ("#jobs=document_completed", MAPPING, "is said to be `document_completed`"),
        ("#job", MAPPING, "did you mean `jobs`"),
        ("", {"tables": {"gone": {"type": "project_task_received"}}}, "there is no table `gone`"),
        ("", {"tables": {"jobs": {"typ": "x"}}}, "did you mean `type`"),
        ("", {"tables": {"jobs": {"header": "2"}}}, "unknown key `header`"),
        ("", {"tables": ["jobs"]}, "should be keys and values"),
        ("", {"tables": {"jobs": {"type": "project_task"}}}, "unknown fact type `project_task`"),
        ("", {"tables": {"jobs": {"type": "project_task_received", "columns": {"no": "id"}}}},
         "has no heading `no`"),
    ],
)  # fmt: skip
def test_what_a_mapping_of_tables_must_not_say(source, mapping, said, tmp_path: Path):
    url = made(tmp_path / "a.db", *JOBS)
    with pytest.raises((FactsError, UsageError)) as caught:
        stdrules.audit("q_gxxz_029", f"{url}{source}", AS_OF, mapping=mapping, strict=True)
    assert said in str(caught.value)


def test_a_mapping_of_tables_from_a_file_and_its_report(tmp_path: Path, capsys):
    url = made(tmp_path / "a.db", *JOBS)
    path = tmp_path / "m.yaml"
    path.write_text("tables:\n  jobs:\n    type: project_task_received\n"
                    "    columns: {nr: id, got: received_at}\n  document_completed:\n")  # fmt: skip
    assert set(read_mapping(path).tables) == {"jobs", "document_completed"}
    assert run(["audit", "q_gxxz_029", url, "--mapping", str(path), "--explain-mapping"]) == 0
    assert "jobs!C" in capsys.readouterr().out
    assert run(["audit", "q_gxxz_029", url, "--mapping", str(path), "--as-of", AS_OF]) == 1
    assert "fulfilled" in capsys.readouterr().out
